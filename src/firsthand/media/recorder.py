"""The lane to the disk: segments are kept one after the other, away from the event loop.

The loop never waits for a disk. If the disk is so slow that the lane fills up, the
recording loses segments and says so; what is on air does not notice.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from firsthand.kit import metrics
from firsthand.kit.log import get_logger
from firsthand.media.recording import Tape, TapeFull
from firsthand.media.window import Segment

WAITING_MAX = 64  # about twenty megabytes

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Work:
    do: Callable[[], object]  # in a thread
    after: Callable[[], None] | None = None  # then, on the loop


class Recorder:
    """Takes segments from the loop, and gives them to their tapes in order."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[_Work] = asyncio.Queue(WAITING_MAX)
        self._skipped: set[Tape] = set()
        self._unfinished = 0

    def __len__(self) -> int:
        """How much is still to be done."""
        return self._unfinished

    def keep(self, tape: Tape, segment: Segment, init: bytes) -> None:
        """Keep a finished segment, as soon as the disk has time."""
        assert segment.data is not None
        append = partial(
            tape.append,
            number=segment.number,
            media_ms=segment.media_ms,
            duration_ms=segment.duration_ms,
            broken=segment.discontinuity or tape in self._skipped,
            init=init,
            data=segment.data,
        )
        if self._put(_Work(append)):
            self._skipped.discard(tape)
        else:
            self._skipped.add(tape)

    def when_kept(self, after: Callable[[], None]) -> None:
        """Call AFTER, on the loop, once all that waits now has been kept."""
        if not self._put(_Work(lambda: None, after)):
            after()

    def put_away(self, tape: Tape) -> None:
        """Close a tape that nothing more will come for."""
        self._skipped.discard(tape)
        self._put(_Work(tape.close))

    def _put(self, work: _Work) -> bool:
        try:
            self._waiting.put_nowait(work)
        except asyncio.QueueFull:
            metrics.segments_lost.inc()
            log.error("recorder_full", waiting=WAITING_MAX)
            return False
        self._unfinished += 1
        return True

    async def run(self) -> None:
        """Keep what comes, until cancelled."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder") as lane:
            while True:
                await self._do(lane, await self._waiting.get())

    async def _do(self, lane: ThreadPoolExecutor, work: _Work) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(lane, work.do)
        except (OSError, TapeFull) as fault:
            metrics.segments_lost.inc()
            log.error("segment_not_kept", fault=str(fault) or type(fault).__name__)
        finally:
            if work.after is not None:
                work.after()
            self._unfinished -= 1
            self._waiting.task_done()

    async def settle(self) -> None:
        """Wait until all that has come is kept."""
        await self._waiting.join()
