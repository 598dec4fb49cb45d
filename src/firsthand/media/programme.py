"""One channel's programme: what it sends, to whom it is shown, and how well it comes in.

It outlives its publisher. When the uplink breaks, viewers keep the playlist that they have
for LINGER_SECONDS and find the next picture in it when he is back; only then does the
channel count as dark.
"""

import asyncio
import time
from typing import Any

from firsthand.kit import metrics
from firsthand.kit.errors import Busy
from firsthand.media import flv
from firsthand.media.health import Figures, Meter
from firsthand.media.packager import Packager
from firsthand.media.playlist import live_playlist
from firsthand.media.recorder import Recorder
from firsthand.media.recording import Tape
from firsthand.media.window import Past

LINGER_SECONDS = 30.0
BLOCK_SECONDS = 1.25  # hls.js waits 1.6 s (0.8 target durations) for a reload, then counts an error
WAITING_MAX = 5000  # viewers who wait for the next part of one channel
AHEAD_MAX = 2  # segments; who asks further ahead has lost his way


def now_ms() -> int:
    """This instant, as media time counts."""
    return time.time_ns() // 1_000_000


class Programme:
    """What a channel sends. To be used on the loop alone."""

    def __init__(
        self, channel_id: int, name: str, tape: Tape, past: Past, recorder: Recorder
    ) -> None:
        self.channel_id, self.name, self.tape = channel_id, name, tape
        self.epoch = tape.epoch
        self.ended = False  # the channel was closed: nothing will follow
        self.publishing = False
        self.runs = 0
        self.meter = Meter()
        self.packager = Packager(
            past,
            finished=lambda segment, init: recorder.keep(tape, segment, init),
            changed=self._ring,
        )
        self.window = self.packager.window
        self._dark_since: float | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        self._playlist: bytes | None = None

    # The publisher's side.

    def begin(self) -> None:
        """A publisher comes on air."""
        self.packager.begin()
        self.meter = Meter()
        self.publishing, self.ended, self._dark_since = True, False, None
        self.runs += 1

    def take(self, tag: flv.Tag | None, size: int, arrival_ms: int) -> None:
        """A message of his."""
        self.meter.see(tag, size, arrival_ms)
        metrics.ingest_bytes.inc(size)
        if tag is not None:
            self.packager.take(tag, arrival_ms)

    def end(self) -> None:
        """He is gone."""
        self.publishing = False
        self._dark_since = time.monotonic()
        self.packager.end()
        self._ring()

    def close(self) -> None:
        """The channel is closed: whoever watches is told that nothing will follow."""
        self.ended = True
        self._ring()

    # The viewers' side.

    @property
    def dark_seconds(self) -> float:
        """For how long nobody has published; 0 while somebody does."""
        return time.monotonic() - self._dark_since if self._dark_since is not None else 0.0

    @property
    def shown(self) -> bool:
        """Whether there is something that a viewer may be given."""
        return bool(self.window.segments) and self.dark_seconds < LINGER_SECONDS

    def playlist(self) -> bytes:
        """The live playlist. It is written once for each change, however many ask."""
        if self._playlist is None:
            text = live_playlist(
                self.window, self.epoch, on_air=self.packager.on_air, ended=self.ended
            )
            self._playlist = text.encode("ascii")
        return self._playlist

    def has(self, number: int, part: int | None) -> bool:
        """Whether a segment, or a part of it, is there (or was)."""
        if part is None:
            return self.window.next[0] > number
        segment = self.window.segment(number)
        if segment is not None and segment.done and part >= len(segment.parts):
            number, part = number + 1, 0  # asked past its end: what comes next is meant
        return self.window.next > (number, part)

    def lost(self, number: int) -> bool:
        """Whether a number is so far ahead that no player can mean it."""
        return number > self.window.next[0] + AHEAD_MAX

    async def reached(self, number: int, part: int | None) -> bool:
        """Wait for a part to be there, for some seconds at most."""
        if self.has(number, part):
            return True
        if len(self._waiting) >= WAITING_MAX:
            raise Busy("too_many_waiting", "too many viewers are waiting here")
        try:
            async with asyncio.timeout(BLOCK_SECONDS):
                while not self.has(number, part) and not self.ended:
                    await self._next_ring()
        except TimeoutError:
            return False
        return self.has(number, part)

    async def _next_ring(self) -> None:
        bell = asyncio.get_running_loop().create_future()
        self._waiting.add(bell)
        try:
            await bell
        finally:
            self._waiting.discard(bell)

    def _ring(self) -> None:
        self._playlist = None
        for bell in self._waiting:
            if not bell.done():
                bell.set_result(None)

    # How it goes.

    def figures(self) -> Figures:
        """How well the publisher sends at this moment."""
        return self.meter.figures(now_ms(), media_ms=self.packager.newest_media_ms)

    def status(self) -> dict[str, Any]:
        """What a page asks: on air or not, and the media time of the newest picture."""
        return {
            "channel": self.name,
            "on_air": self.publishing and self.packager.on_air,
            "publishing": self.publishing,
            "epoch": self.epoch,
            "runs": self.runs,
            "pdt_ms": self.packager.newest_media_ms,
        }
