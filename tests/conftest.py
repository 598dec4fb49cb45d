"""A real PostgreSQL 18 for the whole run, and real processes for the tests that need them.

PostgreSQL comes as a Python package: nothing to install, nothing to start. Who has one
running already names it: DATABASE_URL for the server, FIRSTHAND_TEST_DATABASE for the
database in it, so that several people may test side by side.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).parent.parent
START_SECONDS = 40


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of this run's PostgreSQL."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    from firsthand.app import postgres

    home = Path(tempfile.mkdtemp(prefix="firsthand-test-"))
    home.chmod(0o755)
    running = postgres.start(home, cleanup="delete")
    yield running.get_uri("postgres")
    running.cleanup()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(server: str) -> None:
    """Lead Django to that server, before it makes the test database."""
    from firsthand.app.settings import database

    described = database(server)
    described["OPTIONS"].pop("pool")  # a test has one thread, and drops the database after it
    # A test is one transaction, in which a solver may be compiled for the first time.
    described["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=600s"
    settings = connections["default"].settings_dict
    settings.update(described)
    settings["TEST"]["NAME"] = os.environ.get("FIRSTHAND_TEST_DATABASE", "test_firsthand")


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as any_free:
        any_free.bind(("127.0.0.1", 0))
        port: int = any_free.getsockname()[1]
        return port


def test_dsn() -> str:
    """Where the test database is, for other processes."""
    place = connections["default"].settings_dict
    return make_conninfo(
        dbname=place["NAME"], host=place["HOST"], port=place["PORT"] or None, user=place["USER"]
    )


test_dsn.__test__ = False  # type: ignore[attr-defined]  # its name begins like a test's


@pytest.fixture(autouse=True)
def _no_jobs_are_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test really committed is flushed after it; but the queue's tables are not Django's."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        with psycopg.connect(test_dsn(), autocommit=True) as queue:
            queue.execute("delete from procrastinate_jobs")


class RoleProcess:
    """One role of the house as a process on the test database; it can be killed and restarted."""

    def __init__(self, role: str, dsn: str, environment: dict[str, str]) -> None:
        self.role, self.port = role, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "DATABASE_URL": dsn,
            f"FIRSTHAND_{role.upper()}_PORT": str(self.port),
            **environment,
        }
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firsthand.app", self.role],
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
        )
        if self.role == "worker":
            return
        path = "/healthz" if self.role == "web" else f"/{self.role}/healthz"
        too_late = time.monotonic() + START_SECONDS
        while time.monotonic() < too_late and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}{path}", timeout=5)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(f"the role {self.role} did not open")

    def kill(self) -> None:
        """As when the power fails: no goodbye."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """Ask it to stop; it has ten seconds."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


OpenRole = Callable[..., RoleProcess]

# For tests in which a few people press like many: nobody meets what bounds one of them.
UNBOUNDED = {
    "FIRSTHAND_UNPAID_MAX": "1000000",
    "FIRSTHAND_UNPAID_A_DAY_MAX": "1000000",
    "FIRSTHAND_PERSON_PACE": "1000000/1000000/1000",
    "FIRSTHAND_DEVICE_PEOPLE_MAX": "1000000",
}


@pytest.fixture
def open_role(transactional_db: None) -> Iterator[OpenRole]:
    """Opens as many processes as a test asks for: ``open_role("live")``."""
    running: list[RoleProcess] = []

    def open_one(role: str, **environment: str) -> RoleProcess:
        running.append(RoleProcess(role, test_dsn(), environment))
        return running[-1]

    yield open_one
    for one in running:
        one.close()
