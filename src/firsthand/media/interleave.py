"""Sound and pictures in step.

Players take the timeline of a segment from whichever track begins earlier in it. If sound
began before the first picture, every card would be late by that much. So a picture waits
until the sound up to it has come, and sound from a cut onwards waits for the next part.
"""

from collections import deque
from collections.abc import Iterator

from firsthand.media.flv import AAC_FRAME_SAMPLES, AudioConfig, AudioFrame, VideoFrame
from firsthand.media.fmp4 import AudioSample

PATIENCE_MS = 250  # how long a picture waits for sound that does not come
GAP_MS = 100  # sound that is this far off its place is put where it says it belongs
WAITING_MAX = 2000  # pictures, or frames of sound: more than ten seconds of either


class Pictures:
    """Pictures that wait for their sound, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[VideoFrame, int]] = deque()

    def add(self, frame: VideoFrame, arrival_ms: int) -> None:
        """Let a picture wait."""
        self._waiting.append((frame, arrival_ms))

    def ready(self, heard_ms: int | None, now_ms: int) -> Iterator[VideoFrame]:
        """The pictures that may go: their sound is there, or they have waited long enough.

        HEARD_MS is how far the sound has come; None if there is none to wait for.
        """
        while self._waiting:
            frame, arrival_ms = self._waiting[0]
            patient = now_ms - arrival_ms <= PATIENCE_MS and len(self._waiting) <= WAITING_MAX
            if heard_ms is not None and heard_ms < frame.decode_ms and patient:
                return
            self._waiting.popleft()
            yield frame

    def rest(self) -> Iterator[VideoFrame]:
        """All that wait, sound or no sound."""
        while self._waiting:
            yield self._waiting.popleft()[0]


class Sound:
    """Frames of sound, counted in samples so that not one is lost between two parts."""

    def __init__(self, config: AudioConfig) -> None:
        self.config = config
        self.heard_ms: int | None = None
        self._next: int | None = None
        self._waiting: deque[AudioSample] = deque()

    def add(self, frame: AudioFrame) -> None:
        """Put a frame where the one before it ended, or, after a gap, where it says."""
        said = frame.time_ms * self.config.rate // 1000
        start = self._next
        if start is None or abs(said - start) > self.config.rate * GAP_MS // 1000:
            if start is not None and said < start:
                return  # its place is taken
            start = said
        self._next = start + AAC_FRAME_SAMPLES
        self.heard_ms = self._next * 1000 // self.config.rate
        self._waiting.append(AudioSample(start, frame.data))
        if len(self._waiting) > WAITING_MAX:
            self._waiting.popleft()

    def between(self, begin_ms: int, end_ms: int) -> list[AudioSample]:
        """Take the frames that begin in this time; those too late for it are let go."""
        begin, end = self._sample_at(begin_ms), self._sample_at(end_ms)
        taken = []
        while self._waiting and self._waiting[0].start < end:
            sample = self._waiting.popleft()
            if sample.start >= begin:
                taken.append(sample)
        return taken

    def _sample_at(self, time_ms: int) -> int:
        # The first sample that is not before this time.
        return -(-time_ms * self.config.rate // 1000)
