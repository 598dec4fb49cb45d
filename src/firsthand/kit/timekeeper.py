"""Asks PostgreSQL for the time, so that all processes of the house have the same one.

Two processes disagree by no more than the ways to PostgreSQL and back that they measured, and
what their steady clocks lose in a minute: milliseconds. A way that took too long says little,
and is taken anew; a machine that slept, or whose time of day was set, asks at once.
"""

import threading
import time
from contextlib import suppress
from datetime import datetime

from django.db import Error, connection

from firsthand.kit import clock
from firsthand.kit.log import get_logger
from firsthand.kit.sql import Queries

EVERY_SECONDS = 60.0
LOOK_SECONDS = 5.0  # how often we look whether somebody set the clock
WAY_SECONDS_MAX = 0.2  # there and back: then the error is half of it at most
STEP_SECONDS = 1.0
AT_FIRST_SECONDS = 3.0  # how long a process waits for its first answer before it opens

log = get_logger(__name__)
_SQL = Queries(__package__)


class Timekeeper(threading.Thread):
    """Keeps the clock of this process."""

    def __init__(self) -> None:
        super().__init__(name="timekeeper", daemon=True)
        self._asked = threading.Event()
        self._heard_at = float("-inf")
        self._wall = 0.0  # the time of day less the steady clock

    def begin(self) -> None:
        """Ask now, and every minute from now on."""
        self.start()
        self._asked.wait(AT_FIRST_SECONDS)

    def run(self) -> None:
        """Ask, again and again."""
        while True:
            is_time = time.monotonic() - self._heard_at >= EVERY_SECONDS
            if is_time or abs(_wall() - self._wall) > STEP_SECONDS:
                with suppress(Error):  # it is away: we count on, and ask again soon
                    self._ask()
            self._asked.set()
            time.sleep(LOOK_SECONDS)

    def _ask(self) -> None:
        try:
            instant, at, way = ask()
        finally:
            connection.close()
        is_first = self._heard_at == float("-inf")
        if way > WAY_SECONDS_MAX and not is_first:
            return
        off = clock.hear(instant, at).total_seconds()
        if abs(off) > STEP_SECONDS:
            log.warning("clock_was_off", seconds=round(off, 3))
        self._heard_at = time.monotonic() if way <= WAY_SECONDS_MAX else float("-inf")
        self._wall = _wall()


def ask(times: int = 3) -> tuple[datetime, float, float]:
    """PostgreSQL's time, when it was that by our steady clock, and how long the way was."""
    found = []
    for _time in range(times):
        began = time.monotonic()
        [(instant,)] = _SQL.rows("clock")
        ended = time.monotonic()
        found.append((ended - began, instant, (began + ended) / 2))
    way, instant, at = min(found)
    return instant, at, way


def _wall() -> float:
    return time.time() - time.monotonic()
