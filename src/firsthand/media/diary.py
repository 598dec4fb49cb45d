"""What the media process tells the database, and asks of it, without ever depending on it.

Whoever is on air stays on air when PostgreSQL is away. What happened meanwhile is noted
here, in order, with the time at which it happened, and written when it is back.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

from firsthand.kit import metrics
from firsthand.kit.log import get_logger

NOTES_MAX = 10_000
RETRY_SECONDS_MAX = 15.0

# Threads of their own: when the database hangs, these hang, and no recording waits for them.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="database")

AWAY = (OperationalError, InterfaceError)  # the database, not what was asked of it

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

log = get_logger(__name__)


async def ask(action: Callable[Asked, Answer], *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
    """Run an action in a thread, in a transaction of its own; raises AWAY if nobody answers."""
    work = partial(_transact, action, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_threads, work)


def _transact(action: Callable[Asked, Answer], *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
    try:
        with transaction.atomic():
            return action(*args, **kwargs)
    finally:
        connection.close()  # the next one may be run by another thread


class Diary:
    """Actions that are to be done some time, in order."""

    def __init__(self) -> None:
        self._notes: deque[tuple[str, Callable[[], object]]] = deque()
        self._something = asyncio.Event()
        self._nothing = asyncio.Event()
        self._nothing.set()

    def __len__(self) -> int:
        """How much is noted and not yet written."""
        return len(self._notes)

    def note(
        self, action: Callable[Asked, object], *args: Asked.args, **kwargs: Asked.kwargs
    ) -> None:
        """Have an action done; at once, if the database is there."""
        if len(self._notes) >= NOTES_MAX:
            lost, _ = self._notes.popleft()
            log.error("diary_full", lost=lost)
        self._notes.append((action.__name__, partial(action, *args, **kwargs)))
        self._nothing.clear()
        self._something.set()

    async def run(self) -> None:
        """Do what is noted, until cancelled."""
        wait_seconds = 0.25
        while True:
            await self._something.wait()
            if not self._notes:
                self._something.clear()
                self._nothing.set()
                continue
            name, action = self._notes[0]
            try:
                await ask(action)
            except AWAY as fault:
                log.warning("database_away", noted=len(self._notes), fault=type(fault).__name__)
                await asyncio.sleep(wait_seconds)
                wait_seconds = min(wait_seconds * 2, RETRY_SECONDS_MAX)
                continue
            except Exception:  # a note that cannot be written must not hold up the others
                log.exception("note_lost", note=name)
                metrics.faults.labels(where="diary").inc()
            wait_seconds = 0.25
            if self._notes and self._notes[0][1] is action:
                self._notes.popleft()

    async def settle(self) -> None:
        """Wait until all that was noted is written."""
        await self._nothing.wait()
