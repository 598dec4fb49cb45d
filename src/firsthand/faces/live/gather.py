"""What viewers send in small pieces is gathered here and written a batch at a time.

A like is one touch of a finger, and there are tens of thousands a second when a founder
comes on: they are added up in memory and told once a second. Beats, cards seen and clicked
become rows of one statement. Who is here is said every two seconds.

Whatever does not fit any more is dropped and counted: it is figures, and never an order.
"""

import asyncio
import os
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import Error, close_old_connections, connections, transaction

from firsthand.faces.live.hub import Hub
from firsthand.insight.actions.facts import (
    BATCH_MAX,
    Beat,
    Deed,
    record_acts,
    record_viewings,
)
from firsthand.kit import metrics
from firsthand.kit.log import get_logger
from firsthand.show.actions.counts import add_likes, say_presence

FLUSH_SECONDS = 1.0
PRESENCE_SECONDS = 2.0
GATHERED_MAX = 50_000

log = get_logger(__name__)


class Gatherer:
    """Gathers on the loop, writes in a thread of its own."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._process = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self._likes: Counter[int] = Counter()
        self._beats: list[Beat] = []
        self._deeds: list[Deed] = []
        self._present: set[int] = set()  # the shows of which we said that somebody is there

    def like(self, show_id: int, likes: int) -> None:
        """A finger on the heart."""
        self._likes[show_id] += likes

    def beat(self, beat: Beat) -> None:
        """What a player told of its last seconds."""
        if len(self._beats) < GATHERED_MAX:
            self._beats.append(beat)

    def deed(self, deed: Deed) -> None:
        """Something a viewer did or saw."""
        if len(self._deeds) < GATHERED_MAX:
            self._deeds.append(deed)

    async def run(self) -> None:
        """Write what was gathered, second by second, until cancelled; then the rest."""
        loop = asyncio.get_running_loop()
        said_at = float("-inf")
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="gather") as thread:
            try:
                while True:
                    await asyncio.sleep(FLUSH_SECONDS)
                    is_time = time.monotonic() - said_at >= PRESENCE_SECONDS
                    said_at = time.monotonic() if is_time else said_at
                    await loop.run_in_executor(thread, self._work(presence=is_time))
            finally:
                thread.submit(self._work(presence=True)).result(FLUSH_SECONDS * 5)
                thread.submit(connections.close_all)

    def _work(self, *, presence: bool) -> Callable[[], None]:
        """Take what is gathered, on the loop; what is returned writes it, elsewhere."""
        likes, self._likes = self._likes, Counter()
        beats, self._beats = self._beats, []
        deeds, self._deeds = self._deeds, []
        present: dict[int, int] = {}
        if presence:
            rooms = list(self._hub.rooms.values())
            counts = {room.show_id: room.count for room in rooms if room.state is not None}
            present = {**dict.fromkeys(self._present, 0), **counts}
            self._present = set(counts)

        def write() -> None:
            for show_id in sorted(likes):
                self._in_one(partial(add_likes, show_id, likes[show_id]))
            for show_id in sorted(present):
                self._in_one(partial(say_presence, show_id, self._process, present[show_id]))
            for start in range(0, len(deeds), BATCH_MAX):
                self._in_one(partial(record_acts, deeds[start : start + BATCH_MAX]))
            for start in range(0, len(beats), BATCH_MAX):
                self._in_one(partial(record_viewings, beats[start : start + BATCH_MAX]))

        return write

    def _in_one(self, act: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                act()
        except Error:
            metrics.faults.labels(where="gather").inc()
            log.exception("gathered_was_not_written")
            close_old_connections()
