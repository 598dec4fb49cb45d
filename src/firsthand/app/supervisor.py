"""One command for the whole house: the front and the four roles, each a process, kept alive.

A role that dies is started again, a little later each time it dies soon after. When the
supervisor is told to stop, it tells the roles, waits, and then makes sure. Killed itself,
it takes its children with it (on Linux, by the parent-death signal), so that no process of
an earlier run keeps a port.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from firsthand.app import front
from firsthand.app.config import Config
from firsthand.kit.log import get_logger

ROLES = ("web", "live", "worker", "media")
STOP_SECONDS = 10
BACKOFF_SECONDS_MAX = 10.0
SETTLED_SECONDS = 20.0  # who lived so long may die once without waiting
LOOK_SECONDS = 0.2
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - as an operator may have said
PR_SET_PDEATHSIG = 1


log = get_logger(__name__)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """A process that is kept alive."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    output: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    deaths: int = field(default=0)

    def start(self) -> None:
        """Start it; what it says goes to a file of its own."""
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env={**self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # so that what it starts can be ended with it
                preexec_fn=_die_with_parent,
            )
        self.started_at = time.monotonic()

    def look_after(self, now: float) -> None:
        """Start it again if it died: at once, or a while later if it died soon after."""
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.sweep(self.process.pid)
        self.deaths = 1 if now - self.started_at > SETTLED_SECONDS else self.deaths + 1
        wait = min(BACKOFF_SECONDS_MAX, 0.25 * 2 ** (self.deaths - 1))
        log.warning("role_died", child=self.name, code=code, again_in_seconds=wait)
        self.process, self.start_again_at = None, now + wait

    @staticmethod
    def sweep(group: int) -> None:
        """End what a process left behind: a killed server's own workers would keep its port."""
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


class Supervisor:
    """Keeps the front and the roles alive until told to stop."""

    def __init__(self, config: Config, environment: Mapping[str, str]) -> None:
        logs = config.home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self._config = config
        self._stopping = False
        commands = {role: [sys.executable, "-m", "firsthand.app", role] for role in ROLES}
        commands["front"] = front.command(config)
        self.children = [
            Child(name, command, environment, logs / f"{name}.log")
            for name, command in commands.items()
        ]

    def start(self) -> None:
        """Start everything, without waiting until it answers."""
        for child in self.children:
            child.start()

    def wait_until_open(self, patience_seconds: float = 60.0) -> None:
        """Wait until the one address answers that all is well; says which part does not."""
        too_late = time.monotonic() + patience_seconds
        answer = "nothing"
        while time.monotonic() < too_late:
            self.look_after()
            try:
                response = self._ask()
                if response.status_code == 200:
                    return
                answer = response.text
            except httpx.HTTPError as fault:
                answer = str(fault)
            time.sleep(LOOK_SECONDS)
        raise TimeoutError(f"the house did not open in {patience_seconds:.0f} s: {answer}")

    def _ask(self) -> httpx.Response:
        """Ask the front on this machine, by the house's name: others may not know it yet."""
        config = self._config
        scheme, here = "https" if config.https else "http", config.bind
        if here in EVERYWHERE:
            here = "127.0.0.1"
        # Our own certificate, on our own machine.
        with httpx.Client(timeout=3, verify=False) as client:  # noqa: S501
            return client.get(
                f"{scheme}://{here}:{config.port}/healthz",
                headers={"Host": f"{config.name}:{config.port}"},
                extensions={"sni_hostname": config.name},
            )

    def look_after(self) -> None:
        """Look once after every child."""
        now = time.monotonic()
        for child in self.children:
            child.look_after(now)

    def run(self, meanwhile: Callable[[], bool | None] = lambda: None) -> None:
        """Keep everything alive until SIGINT or SIGTERM, or until MEANWHILE says True."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told_to_stop)
        while not self._stopping:
            self.look_after()
            if meanwhile():
                return
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Tell everyone to stop, wait, and then make sure."""
        living = [child.process for child in self.children if child.process is not None]
        for process in living:
            process.terminate()
        too_late = time.monotonic() + STOP_SECONDS
        for process in living:
            try:
                process.wait(max(0.1, too_late - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            Child.sweep(process.pid)

    def _told_to_stop(self, _number: int, _frame: object) -> None:
        self._stopping = True


def environment_for(config: Config, database_url: str) -> dict[str, str]:
    """What the roles are told: where the database is, and the home they share."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "FIRSTHAND_HOME": str(config.home),
        "DJANGO_SETTINGS_MODULE": "firsthand.app.settings",
        "PYTHONUNBUFFERED": "1",
    }
