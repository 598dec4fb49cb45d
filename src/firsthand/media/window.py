"""The newest parts and segments of a channel: what viewers may ask for at this moment.

Pictures come in order, with the sound beside them; they leave in parts of a third of a
second and in segments that begin with a key frame. What is older than the window is
forgotten here: the recording has it.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from firsthand.media.flv import VideoFrame
from firsthand.media.fmp4 import AudioSample, VideoSample, fragment
from firsthand.media.interleave import Sound

PART_MAX_MS = 350  # what the playlist promises; at 25 and 30 pictures a second a part is a third
SEGMENT_MIN_MS = 900  # a key frame sooner than this does not begin a new segment
SEGMENT_MAX_MS = 10_000  # and without any key frame it is cut here
SEGMENT_BYTES_MAX = 32 << 20
TARGET_MS = 2000
WINDOW = 8  # finished segments that a viewer may still ask for
WINDOW_BYTES_MAX = 64 << 20
GAPS, GAP_MS = 3, 100  # after a crash: as many numbers as may have been lost, hardly any time
FRAME_MS = 33  # how long a picture lasts of which nothing better is known
INIT_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A third of a second, ready to be sent."""

    data: bytes
    duration_ms: int
    independent: bool


@dataclass(slots=True)
class Segment:
    """Parts from one key frame to another. ``number`` is its media sequence number."""

    number: int
    init: str
    begin_ms: int  # as its pictures count
    media_ms: int
    discontinuity: bool
    gap: bool = False  # its number was given away before a crash; nothing of it is left
    parts: list[Part] = field(default_factory=list)
    duration_ms: int = 0
    size: int = 0
    data: bytes | None = None  # the whole of it, once it is finished

    @property
    def done(self) -> bool:
        """Whether it is finished."""
        return self.data is not None


@dataclass(frozen=True, slots=True)
class Past:
    """What a channel sent before this process: the end of it, for viewers who saw it."""

    segments: Sequence[Segment] = ()
    inits: Mapping[str, bytes] = field(default_factory=dict)
    discontinuities: int = 0  # before those segments
    origin_ms: int | None = None  # the media time of the channel's first picture


def name_of(head: bytes) -> str:
    """What a head is called: by what is in it, so its address means one thing for ever."""
    return hashlib.sha256(head).hexdigest()[:INIT_LETTERS]


class Window:
    """Cuts what comes in, and keeps the newest of it."""

    def __init__(
        self, past: Past, finished: Callable[[Segment, bytes], None], changed: Callable[[], None]
    ) -> None:
        """FINISHED is called with each whole segment and its head, CHANGED at each new part."""
        self.segments: deque[Segment] = deque(past.segments)
        self.inits: dict[str, bytes] = dict(past.inits)
        self.discontinuities = past.discontinuities  # that have left the window
        self.origin_ms = past.origin_ms
        self.over_ms = 0  # where the newest segment ends, in media time
        self.target_ms = TARGET_MS
        self._finished, self._changed = finished, changed
        self._next_number = 0
        self._open: Segment | None = None
        self._samples: list[VideoSample] = []
        self._frame_ms = FRAME_MS
        self._part_begin_ms = 0
        self._break = False
        self._head, self._next_head = b"", b""
        self._fragments = 0
        if past.segments:
            self._go_on_after(past.segments[-1])

    def _go_on_after(self, last: Segment) -> None:
        # What was being made when the process died is lost, but players know its number.
        # Those who find the segments that they had, and a gap, go on by themselves.
        for _ in range(GAPS):
            begin_ms, media_ms = last.begin_ms + last.duration_ms, last.media_ms + last.duration_ms
            last = Segment(last.number + 1, last.init, begin_ms, media_ms, False, gap=True)
            last.duration_ms, last.data = GAP_MS, b""
            self.segments.append(last)
        self._next_number, self._break = last.number + 1, True
        self.over_ms = last.media_ms + last.duration_ms
        for segment in self.segments:
            self._aim_at(segment)

    # What readers ask.

    @property
    def next(self) -> tuple[int, int]:
        """The number of the segment and of the part that come next."""
        if self._open is None:
            return self._next_number, 0
        return self._open.number, len(self._open.parts)

    def segment(self, number: int) -> Segment | None:
        """A segment that is still in the window."""
        index = number - self.segments[0].number if self.segments else -1
        return self.segments[index] if 0 <= index < len(self.segments) else None

    # What comes in.

    def renew(self, head: bytes) -> None:
        """The stream is coded otherwise from the next key frame on."""
        self._next_head = head

    def show(self, frame: VideoFrame, sound: Sound | None) -> None:
        """The next picture; what came before it may become a part, or a segment, by that."""
        if self._samples:
            self._settle_last(frame.decode_ms)
        if self._begins_segment(frame):
            self._finish_segment(frame.decode_ms, sound)
            self._open_segment(frame)
        elif frame.decode_ms + self._frame_ms - self._part_begin_ms > PART_MAX_MS:
            self._cut(frame.decode_ms, sound)
        self._samples.append(
            VideoSample(frame.decode_ms, 0, frame.offset_ms, frame.key, frame.data)
        )

    def interrupt(self, sound: Sound | None) -> None:
        """Nothing follows what came last: it is finished, and a break comes after it."""
        if self._samples:  # how long the last one lasts can only be guessed
            self._settle_last(self._samples[-1].decode_ms + self._frame_ms)
        if self._open is not None:
            last = self._samples[-1] if self._samples else None
            self._finish_segment(last.decode_ms + last.duration_ms if last else 0, sound)
        self._break = self._break or bool(self.segments)

    def _settle_last(self, next_decode_ms: int) -> None:
        # How long a picture lasts is known when the next one comes.
        last = self._samples[-1]
        self._frame_ms = max(1, next_decode_ms - last.decode_ms)
        self._samples[-1] = VideoSample(
            last.decode_ms, self._frame_ms, last.offset_ms, last.key, last.data
        )

    def _begins_segment(self, frame: VideoFrame) -> bool:
        if self._open is None:
            return True
        length_ms = frame.decode_ms - self._open.begin_ms
        if frame.key and (self._next_head != self._head or length_ms >= SEGMENT_MIN_MS):
            return True
        waiting = sum(len(sample.data) for sample in self._samples)
        return length_ms >= SEGMENT_MAX_MS or self._open.size + waiting > SEGMENT_BYTES_MAX

    # Parts and segments.

    def _open_segment(self, frame: VideoFrame) -> None:
        if self._next_head != self._head:
            self._break = self._break or bool(self._head)
            self._head = self._next_head
        init = name_of(self._head)
        self.inits[init] = self._head
        assert self.origin_ms is not None
        media_ms = self.origin_ms + frame.decode_ms
        self._open = Segment(self._next_number, init, frame.decode_ms, media_ms, self._break)
        self._break = False
        self._part_begin_ms = frame.decode_ms
        self.segments.append(self._open)
        self._forget_old()

    def _cut(self, until_ms: int, sound: Sound | None) -> None:
        segment = self._open
        assert segment is not None and self._samples
        first, last = self._samples[0], self._samples[-1]
        heard: list[AudioSample] = []
        if sound is not None and self._next_head == self._head:
            heard = sound.between(segment.begin_ms, until_ms)  # of the kind that the head tells of
        self._fragments += 1
        data = fragment(self._fragments, self._samples, heard)
        duration_ms = last.decode_ms + last.duration_ms - first.decode_ms
        segment.parts.append(Part(data, duration_ms, first.key))
        segment.duration_ms += duration_ms
        segment.size += len(data)
        self._samples = []
        self._part_begin_ms = until_ms
        self._changed()

    def _finish_segment(self, until_ms: int, sound: Sound | None) -> None:
        segment = self._open
        if segment is None:
            return
        if self._samples:
            self._cut(until_ms, sound)
        self._open = None
        self._next_number += 1
        segment.data = b"".join(part.data for part in segment.parts)
        self.over_ms = segment.media_ms + segment.duration_ms
        self._aim_at(segment)
        self._finished(segment, self.inits[segment.init])
        self._changed()

    def _aim_at(self, segment: Segment) -> None:
        self.target_ms = max(self.target_ms, -(-segment.duration_ms // 1000) * 1000)

    def _forget_old(self) -> None:
        size = sum(segment.size for segment in self.segments)
        while len(self.segments) > WINDOW + 1 or (
            size > WINDOW_BYTES_MAX and len(self.segments) > 2
        ):
            old = self.segments.popleft()
            size -= old.size
            self.discontinuities += old.discontinuity
        used = {segment.init for segment in self.segments}
        self.inits = {name: head for name, head in self.inits.items() if name in used}
