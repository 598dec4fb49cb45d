"""The disk becomes slow, PostgreSQL is stuck, PostgreSQL is gone: what callers are told, how soon.

    firsthand bench faults [--seconds 10] [--connections 64] [--only disk]

A PostgreSQL of its own with fsync on, one process of the role live, and a crowd that presses as
soon as it is answered. **disk**: each flush to disk takes so many milliseconds more (a shim before
``fsync`` and ``fdatasync``, compiled by the C compiler of this machine; without one this is left
out). **stuck**: every process of PostgreSQL is stopped (SIGSTOP) for SECONDS in the middle.
**gone**: PostgreSQL shuts down at once in the middle, and is started again SECONDS later.

Nobody may be left without an answer, nobody may wait longer than the bound, and afterwards every
acknowledged order is there and the books agree. Else it exits with 1.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import psycopg

sys.path.insert(0, str(Path(__file__).parent))

from ground import house

from firsthand.app import postgres

CALM_SECONDS = 4.0  # before, and after
BACK_SECONDS = 60.0
PIECES = 1_000_000
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
static void slowly(void) {
    char word[16] = {0};
    int file = open(getenv("SLOW_DISK_FILE"), O_RDONLY);
    if (file < 0) return;
    if (read(file, word, sizeof word - 1) > 0) usleep(1000 * atoi(word));
    close(file);
}
int fsync(int fd) {
    slowly();
    return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(fd);
}
int fdatasync(int fd) {
    slowly();
    return ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
"""


def main() -> None:
    """One fault after the other."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--seconds", type=float, default=10.0)
    words.add_argument("--connections", type=int, default=64)
    words.add_argument("--only", default="")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="firsthand-shim-") as folder:
        Path(folder).chmod(0o755)
        delay = _shim(Path(folder))
        with house.ground() as ground:
            for name in ("LD_PRELOAD", "SLOW_DISK_FILE"):  # PostgreSQL has it; nobody else shall
                os.environ.pop(name, None)
            ground.people(2000)
            Faults(ground, asked, delay).go()


def _shim(folder: Path) -> Path | None:
    """Compile the shim and let PostgreSQL start with it; the file that says how slow it is."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    delay, source, library = folder / "delay", folder / "slow.c", folder / "slow.so"
    delay.write_text("0")
    source.write_text(SHIM)
    made = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=False
    )
    if made.returncode:
        return None
    os.environ.update(LD_PRELOAD=str(library), SLOW_DISK_FILE=str(delay))
    return delay


class Faults:
    """A house, and what is done to it."""

    def __init__(self, ground: house.Ground, asked: argparse.Namespace, delay: Path | None) -> None:
        self.ground, self.asked, self.delay = ground, asked, delay
        self.badges = ground.badges(2000)
        self.offers = ground.offers(1, PIECES)
        self.acknowledged: list[str] = []
        self.wrong: list[str] = []

    def go(self) -> None:
        """All faults, and then the books."""
        patience = 5.0
        print(
            f"{house.machine()}; PostgreSQL {self.ground.show('server_version')}, "
            f"fsync {self.ground.show('fsync')}, {self.asked.connections} connections"
        )
        with house.lives(1) as [live]:
            if "disk".startswith(self.asked.only):
                self._disk(live.port)
            server = self._postmaster()
            if "stuck".startswith(self.asked.only):
                self._away(
                    "stuck (SIGSTOP)",
                    live.port,
                    lambda: _send(server, signal.SIGSTOP),
                    lambda: _send(server, signal.SIGCONT),
                    bound=2 * patience + 2,
                )
            if "gone".startswith(self.asked.only):
                self._away(
                    "gone (immediate shutdown)",
                    live.port,
                    lambda: server.send_signal(signal.SIGQUIT),
                    self._start_again,
                    bound=2 * patience + 2,
                )
        self._books()
        print("\n".join(self.wrong) or "everyone was answered, nothing is lost, the books agree")
        raise SystemExit(1 if self.wrong else 0)

    def _postmaster(self) -> psutil.Process:
        return psutil.Process(self.ground.server.get_pid())

    def _start_again(self) -> None:
        """As the house does it; until it has read its log and takes connections."""
        too_late = time.monotonic() + BACK_SECONDS
        while time.monotonic() < too_late:
            postgres.revive(self.ground.server)
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.ground.dsn, connect_timeout=5).close()
                return
            time.sleep(0.1)
        raise SystemExit("PostgreSQL does not start again")

    def _disk(self, port: int) -> None:
        if self.delay is None:
            print("disk: left out, since there is no C compiler here")
            return
        for milliseconds in (0, 20, 100):
            self.delay.write_text(str(milliseconds))
            name = f"disk, {milliseconds} ms more a flush"
            with self._crowd(port, self.asked.seconds, connections=256) as told:
                self._say(name, told(), bound=20.0)
        self.delay.write_text("0")

    def _away(
        self,
        name: str,
        port: int,
        take_away: Callable[[], object],
        bring_back: Callable[[], object],
        *,
        bound: float,
    ) -> None:
        seconds = 2 * CALM_SECONDS + self.asked.seconds + bound
        with self._crowd(port, seconds) as told, Asker(port, self.offers[0], self.badges[0]) as one:
            time.sleep(CALM_SECONDS)
            take_away()
            time.sleep(self.asked.seconds)
            bring_back()
            back_at = time.monotonic()
            first = one.first_after(back_at)
            words = told()
        self._say(name, words, bound=bound)
        print(f"{'':<28} served again {first - back_at:.1f} s after it was back", flush=True)

    def _crowd(self, port: int, seconds: float, connections: int | None = None):
        return house.crowd(
            ports=[port],
            connections=connections or self.asked.connections,
            seconds=seconds,
            offers=self.offers,
            badges=self.badges,
        )

    def _say(self, name: str, words: dict, *, bound: float) -> None:
        self.acknowledged += words["numbers"]
        told = words["told"]
        held = told.pop("held", 0)
        took, others = words["held"], words["others"]
        longest = max(took["most"], others["most"]) / 1000
        refused = ", ".join(f"{n:,} {code}" for code, n in sorted(told.items())) or "none"
        print(
            f"{name:<28} {held / words['seconds']:>6,.0f}/s   p50 {took['p50']:>5.0f} ms   "
            f"p99 {took['p99']:>6.0f} ms   longest wait of anyone {longest:.1f} s   "
            f"refused: {refused}   unanswered {words['unanswered']}, "
            f"cut off {words['lost_connections']}",
            flush=True,
        )
        if words["unanswered"] or words["lost_connections"] or longest > bound:
            self.wrong.append(f"{name}: somebody had no answer, or waited {longest:.1f} s")
        if set(told) - {"busy", "database_silent"}:
            self.wrong.append(f"{name}: told {told}")

    def _books(self) -> None:
        from django.db import connections

        connections["default"].close_pool()
        connections.close_all()
        from firsthand.order.models import Order

        found = set(Order.objects.values_list("number", flat=True))
        lost = sum(number not in found for number in self.acknowledged)
        if lost:
            self.wrong.append(f"{lost} acknowledged orders are lost")
        self.wrong += self.ground.faults()
        print(f"{len(self.acknowledged):,} acknowledged, {lost} of them lost")


def _send(server: psutil.Process, number: signal.Signals) -> None:
    for one in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            one.send_signal(number)


class Asker:
    """Somebody who presses ten times a second, and notes when he was served."""

    def __init__(self, port: int, offer: int, badge: str) -> None:
        self._url = f"http://127.0.0.1:{port}/live/{house.SHOW}/orders"
        self._words = {
            "badge": badge,
            "offer_id": offer,
            "quantity": 1,
            "price_version": 1,
            "price_fen": house.PRICE_FEN,
        }
        self._served_at = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._press, daemon=True)

    def __enter__(self) -> "Asker":
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._over.set()
        self._thread.join(30)

    def first_after(self, instant: float) -> float:
        """When he was served for the first time after an instant."""
        too_late = time.monotonic() + BACK_SECONDS
        while self._served_at <= instant:
            if time.monotonic() > too_late:
                raise SystemExit(f"nobody is served {BACK_SECONDS:.0f} s after it was back")
            time.sleep(0.02)
        return self._served_at

    def _press(self) -> None:
        with httpx.Client(timeout=30) as client:
            while not self._over.wait(0.1):
                with suppress(httpx.HTTPError):
                    words = {**self._words, "key": str(uuid4())}
                    if client.post(self._url, json=words).status_code == 201:
                        self._served_at = time.monotonic()


if __name__ == "__main__":
    main()
