"""The whole house as ``firsthand up`` opens it, with a PostgreSQL of its own, and buyers who come
through the front: for tests and benchmarks that kill parts of it.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil

from tests.conftest import ROOT, free_port

OPEN_SECONDS = 240.0  # on a machine that is busy with other things
MEND_SECONDS = 30.0
PORTS = ("PORT", "WEB_PORT", "LIVE_PORT", "MEDIA_PORT", "RTMP_PORT")
# A handful of buyers press far oftener than people do, and pay for nothing.
UNHINDERED = {
    "FIRSTHAND_UNPAID_MAX": "1000000",
    "FIRSTHAND_UNPAID_A_DAY_MAX": "1000000",
    "FIRSTHAND_PERSON_PACE": "1000000/1000000/1000000",
    "FIRSTHAND_ADDRESS_PACE": "1000000/1000000/1000000",
    "FIRSTHAND_SLOW_QUEUE": "no",
}

SEED = """
import json
from firsthand.offer.models import Offer
from firsthand.people.badge import pin_badge
from tests.shop import PRICE_FEN, kettle, people
offer = kettle(stock=%d, plan=5)
Offer.objects.update(limit_per_person=1000000)  # more than an office may say
print(json.dumps({"offer_id": offer.pk, "show_id": offer.show_id, "price_fen": PRICE_FEN,
                  "badges": [pin_badge(p.pk, "v" + str(p.pk)) for p in people(%d)]}))
"""
AUDIT = """
import json
from firsthand.order.models import Order
from tests.shop import assert_the_books_agree
assert_the_books_agree()
print(json.dumps({str(key): number for key, number in Order.objects.values_list("key", "number")}))
"""


class UpHouse:
    """``firsthand up``, in a home of its own."""

    def __init__(self, home: Path) -> None:
        ports = {f"FIRSTHAND_{name}": str(free_port()) for name in PORTS}
        self.home = home
        self.url = f"http://127.0.0.1:{ports['FIRSTHAND_PORT']}"
        kept = {name: word for name, word in os.environ.items() if name != "DATABASE_URL"}
        self.environment = {
            **kept,
            **ports,
            **UNHINDERED,
            "FIRSTHAND_HOME": str(home),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firsthand.app", "up"], cwd=ROOT, env=self.environment
        )

    def wait_until_well(self, patience_seconds: float) -> None:
        too_late = time.monotonic() + patience_seconds
        answer = "nothing"
        while time.monotonic() < too_late and self.process.poll() is None:
            try:
                response = httpx.get(f"{self.url}/healthz", timeout=5)
                answer = response.text
                if response.status_code == 200:
                    return
            except httpx.HTTPError as fault:
                answer = repr(fault)
            time.sleep(0.1)
        raise TimeoutError(f"the house is not well: {answer}")

    def ask(self, program: str) -> Any:
        """Run a few lines in a process of their own, on this house's database."""
        socket_dir = (self.home / "postgres" / "postmaster.pid").read_text().splitlines()[4]
        said = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{program}"],
            cwd=ROOT,
            env={
                **self.environment,
                "DJANGO_SETTINGS_MODULE": "firsthand.app.settings",
                "DATABASE_URL": f"host={socket_dir} user=postgres dbname=firsthand",
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(said.stdout.splitlines()[-1])

    def pid_of(self, who: str) -> int:
        if who == "postgres":
            return int((self.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        wanted = "caddy" if who == "front" else f"firsthand.app {who}"
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it is dead already, and not buried yet
                if wanted in " ".join(child.cmdline()):
                    return int(child.pid)
        raise LookupError(who)

    def wait_for_another(self, who: str, before: int) -> None:
        too_late = time.monotonic() + MEND_SECONDS
        while time.monotonic() < too_late:
            with suppress(LookupError, FileNotFoundError, psutil.NoSuchProcess):
                if self.pid_of(who) != before:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"nobody took the place of {who}")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def up_house_opened() -> Iterator[UpHouse]:
    """The house, open and well; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="firsthand-up-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        house = UpHouse(Path(place))
        try:
            house.wait_until_well(OPEN_SECONDS)
            yield house
        finally:
            house.close()


class Buyers:
    """Some people who press again and again, and remember what they were told."""

    def __init__(self, house: UpHouse, goods: dict[str, Any]) -> None:
        self._house, self._goods = house, goods
        self.acknowledged: dict[str, str] = {}  # key → order number
        self.in_doubt: dict[str, str] = {}  # key → badge, of presses without an answer
        self.refused: Counter[str] = Counter()
        self.last_at = 0.0  # when somebody was served last
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._press, args=[b]) for b in goods["badges"]]

    def press_once(self, client: httpx.Client, key: str, badge: str) -> httpx.Response:
        return client.post(
            f"{self._house.url}/live/{self._goods['show_id']}/orders",
            json={
                "badge": badge,
                "key": key,
                "offer_id": self._goods["offer_id"],
                "quantity": 1,
                "price_version": 1,
                "price_fen": self._goods["price_fen"],
            },
        )

    def _press(self, badge: str) -> None:
        with httpx.Client(timeout=20) as client:
            while not self._over.is_set():
                key = str(uuid4())
                self.in_doubt[key] = badge
                try:
                    answer = self.press_once(client, key, badge)
                except httpx.TransportError:
                    self._over.wait(0.25)
                    continue
                pause = 0.05
                if answer.status_code == 201:
                    self.acknowledged[key] = answer.json()["order"]
                    self.last_at = time.monotonic()
                    del self.in_doubt[key]
                elif answer.status_code == 409:
                    self.refused[answer.json()["code"]] += 1
                    del self.in_doubt[key]
                else:  # the front had nobody to ask, or the engine no database: said so
                    assert answer.status_code >= 500, answer.text
                    self.refused[str(answer.status_code)] += 1
                    pause = float(answer.headers.get("Retry-After", 0.25))
                self._over.wait(pause)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for(self, more: int) -> None:
        enough, too_late = len(self.acknowledged) + more, time.monotonic() + MEND_SECONDS
        while len(self.acknowledged) < enough:
            assert time.monotonic() < too_late, "nobody is served any more"
            time.sleep(0.05)

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
