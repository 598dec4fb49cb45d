"""FLV tags in, low-latency HLS out: parts of a third of a second, segments that begin with a
key frame, and every picture on the straight line of media time.

A *run* is what one publisher sends without a break in its clock. Between runs stands a
discontinuity; the epoch (the folder in the addresses) and the numbers go on, so that a
viewer who was watching when the host's uplink broke goes on watching when it is back.

Two things are not as the encoder sends them. Decode times are moved on by the offset of the
first key frame, and the offsets back by as much (some become negative): so the decode time
of a key frame *is* its presentation time, from which players derive media time; streams
with B-frames would be off by the reordering delay otherwise. And times are counted from the
channel's first picture, over all runs: media time is ONE straight line of what stands in the
fragments, with gaps where nobody published, and never goes back, so that even players that
know no discontinuities play a replay through.

Nothing here waits or asks for the time: arrivals are arguments.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from firsthand.media.flv import (
    AudioConfig,
    AudioFrame,
    Tag,
    VideoConfig,
    VideoFrame,
)
from firsthand.media.fmp4 import AudioSample, VideoSample, fragment, init_segment
from firsthand.media.interleave import WAITING_MAX, Pictures, Sound
from firsthand.media.timeline import Timeline

PART_MS = 333
PART_MAX_MS = 350  # what the playlist promises; a part ends before it would pass this
SEGMENT_MIN_MS = 900  # a key frame sooner than this does not begin a new segment
SEGMENT_MAX_MS = 10_000  # and without any key frame it is cut here
SEGMENT_BYTES_MAX = 32 << 20
TARGET_MS = 2000
GAPS, GAP_MS = (
    3,
    100,
)  # after a crash: as many numbers as may have been lost, of no length to speak of
WINDOW = 8  # finished segments that a viewer may still ask for
WINDOW_BYTES_MAX = 64 << 20
BREAK_MS = 3000  # a clock that leaps so far begins anew
BACK_MS = 100  # and one that steps back by more; less is a stumble
INIT_LETTERS = 12
FRAME_MS = 33  # how long a picture lasts of which nothing better is known


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
    begin_ms: int
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


@dataclass(slots=True)
class _Run:
    """What belongs to one run alone, and is thrown away with it."""

    timeline: Timeline
    early: list[tuple[Tag, int]] = field(default_factory=list)  # before the anchor is frozen
    pictures: Pictures = field(default_factory=Pictures)
    sound: Sound | None = None
    video: VideoConfig | None = None
    shift_ms: int | None = None
    last_decode_ms: int | None = None
    waits_for_key: bool = True


_NOTHING = Past()


class Packager:
    """Makes one channel's parts and segments, and keeps the newest of them."""

    def __init__(
        self,
        past: Past = _NOTHING,
        *,
        finished: Callable[[Segment, bytes], None] = lambda segment, init: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """FINISHED is called with each whole segment and its head, CHANGED at each new part."""
        self.segments: deque[Segment] = deque(past.segments)
        self.inits: dict[str, bytes] = dict(past.inits)
        self.discontinuities = past.discontinuities  # that have left the window
        self.origin_ms = past.origin_ms
        self.target_ms = TARGET_MS
        self.newest_media_ms: int | None = None
        self._finished, self._changed = finished, changed
        self._next_number = 0
        self._run: _Run | None = None
        self._over_ms = 0  # where the last run ended, in media time
        self._open: Segment | None = None
        self._samples: list[VideoSample] = []
        self._frame_ms = FRAME_MS
        self._part_begin_ms = 0
        self._break = False
        self._new_init = True
        self._init = ""
        self._fragments = 0
        if past.segments:
            self._go_on_after(past.segments[-1])

    def _go_on_after(self, last: Segment) -> None:
        # What was being made when the process died is lost, but players know its number.
        # Those who find the segments that they had, and a gap, go on by themselves.
        for _ in range(GAPS):
            begin_ms, media_ms = (
                time + last.duration_ms for time in (last.begin_ms, last.media_ms)
            )
            last = Segment(
                last.number + 1, last.init, begin_ms, media_ms, False, gap=True, data=b""
            )
            last.duration_ms = GAP_MS
            self.segments.append(last)
        self._next_number, self._break = last.number + 1, True
        self._over_ms = last.media_ms + last.duration_ms
        for segment in self.segments:
            self._aim(segment)

    # What readers ask.

    @property
    def head(self) -> tuple[int, int]:
        """The number of the segment and of the part that come next."""
        if self._open is None:
            return self._next_number, 0
        return self._open.number, len(self._open.parts)

    @property
    def on_air(self) -> bool:
        """Whether a run is going on and has shown something."""
        return self._run is not None and self._run.timeline.anchor_ms is not None

    def segment(self, number: int) -> Segment | None:
        """A segment that is still in the window."""
        index = number - self.segments[0].number if self.segments else -1
        return self.segments[index] if 0 <= index < len(self.segments) else None

    # What a publisher does.

    def begin(self) -> None:
        """A publisher comes; whatever ran before him is over."""
        self.end()
        self._start_run()

    def end(self) -> None:
        """The publisher is gone: what has waited is shown, and the last segment is finished."""
        run, self._run = self._run, None
        if run is None:
            return
        run.timeline.freeze()
        if run.timeline.anchor_ms is not None:
            for tag, arrival_ms in run.early:
                self._take(run, tag, arrival_ms)
        self._drain(run)
        self._finish_segment(run, None)
        self._break = self._break or bool(self.segments)
        self._changed()

    def take(self, tag: Tag, arrival_ms: int) -> None:
        """One tag of the publisher's, and when it came."""
        assert self._run is not None, "nobody publishes"
        run = self._run
        if isinstance(tag, VideoFrame):
            run = self._watch_clock(run, tag, arrival_ms)
        if run.timeline.anchor_ms is None:
            run.early.append((tag, arrival_ms))
            if len(run.early) > WAITING_MAX:
                raise ValueError("the stream's clock does not move")
            return
        early, run.early = run.early, []
        for one, its_arrival_ms in early:
            self._take(run, one, its_arrival_ms)
        self._take(run, tag, arrival_ms)

    # Runs.

    def _start_run(self) -> _Run:
        self._run = _Run(Timeline(not_before_ms=self._over_ms))
        return self._run

    def _watch_clock(self, run: _Run, frame: VideoFrame, arrival_ms: int) -> _Run:
        shown_ms = frame.decode_ms + frame.offset_ms
        if run.last_decode_ms is not None:
            leap_ms = frame.decode_ms - run.last_decode_ms
            # A clock that went on while pictures were missing keeps its line; one that was
            # set anew begins another.
            anew = run.timeline.anchor_ms is None or run.timeline.runs_ahead(shown_ms, arrival_ms)
            if leap_ms < -BACK_MS or (leap_ms > BREAK_MS and anew):
                run = self._restart(run)
            elif leap_ms > BREAK_MS:
                self._leap(run)
        run.last_decode_ms = frame.decode_ms
        run.timeline.see(shown_ms, arrival_ms)
        if run.timeline.anchor_ms is not None:
            shown_media_ms = run.timeline.media_ms(shown_ms)
            self.newest_media_ms = max(self.newest_media_ms or 0, shown_media_ms)
        return run

    def _restart(self, run: _Run) -> _Run:
        # The encoder's clock began anew under the same connection; how the stream is coded
        # was said before and holds.
        self.end()
        fresh = self._start_run()
        fresh.video = run.video
        fresh.sound = Sound(run.sound.config) if run.sound is not None else None
        return fresh

    def _leap(self, run: _Run) -> None:
        # Pictures are missing, but the clock went on: the same line holds after the gap.
        self._drain(run)
        self._finish_segment(run, None)
        self._break = run.waits_for_key = True
        if run.sound is not None:
            run.sound = Sound(run.sound.config)

    # One tag after the other, once the anchor stands.

    def _take(self, run: _Run, tag: Tag, arrival_ms: int) -> None:
        if isinstance(tag, VideoFrame):
            self._picture(run, tag, arrival_ms)
        elif isinstance(tag, AudioFrame):
            self._hear(run, tag)
        elif isinstance(tag, VideoConfig):
            if tag != run.video:
                self._drain(run)
                run.video, run.waits_for_key, self._new_init = tag, True, True
        elif isinstance(tag, AudioConfig) and (run.sound is None or run.sound.config != tag):
            self._drain(run)
            run.sound, self._new_init = Sound(tag), True
        self._pump(run, arrival_ms)

    def _picture(self, run: _Run, frame: VideoFrame, arrival_ms: int) -> None:
        if run.video is None or (run.shift_ms is None and not frame.key):
            return
        if run.shift_ms is None:
            run.shift_ms = frame.offset_ms
        shown_ms = run.timeline.media_ms(frame.decode_ms + run.shift_ms)
        if self.origin_ms is None:
            self.origin_ms = shown_ms
        offset_ms = frame.offset_ms - run.shift_ms
        moved = VideoFrame(shown_ms - self.origin_ms, offset_ms, frame.key, frame.data)
        run.pictures.add(moved, arrival_ms)

    def _hear(self, run: _Run, frame: AudioFrame) -> None:
        if run.sound is not None and self.origin_ms is not None:
            heard_ms = run.timeline.media_ms(frame.time_ms)
            run.sound.add(AudioFrame(heard_ms - self.origin_ms, frame.data))

    def _pump(self, run: _Run, now_ms: int) -> None:
        heard_ms = run.sound.heard_ms if run.sound is not None else None
        for frame in run.pictures.ready(heard_ms, now_ms):
            self._show(run, frame)

    def _drain(self, run: _Run) -> None:
        for frame in run.pictures.rest():
            self._show(run, frame)

    def _show(self, run: _Run, frame: VideoFrame) -> None:
        if run.waits_for_key and not frame.key:
            return
        if self._samples:
            self._settle_last(frame.decode_ms)
        if self._begins_segment(frame):
            self._finish_segment(run, frame.decode_ms)
            self._open_segment(run, frame)
        elif frame.decode_ms + self._frame_ms - self._part_begin_ms > PART_MAX_MS:
            self._cut(run, frame.decode_ms)
        run.waits_for_key = False
        self._samples.append(
            VideoSample(frame.decode_ms, 0, frame.offset_ms, frame.key, frame.data)
        )

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
        if frame.key and (self._new_init or length_ms >= SEGMENT_MIN_MS):
            return True
        waiting = sum(len(sample.data) for sample in self._samples)
        return length_ms >= SEGMENT_MAX_MS or self._open.size + waiting > SEGMENT_BYTES_MAX

    # Parts and segments.

    def _open_segment(self, run: _Run, frame: VideoFrame) -> None:
        if self._new_init:
            self._say_init(run)
        assert self.origin_ms is not None
        media_ms = self.origin_ms + frame.decode_ms
        self._open = Segment(self._next_number, self._init, frame.decode_ms, media_ms, self._break)
        self._break = False
        self._part_begin_ms = frame.decode_ms
        self.segments.append(self._open)
        self._forget_old()

    def _say_init(self, run: _Run) -> None:
        # A head is called by what is in it, so its address means one thing for ever.
        head = init_segment(run.video, run.sound.config if run.sound is not None else None)
        name = hashlib.sha256(head).hexdigest()[:INIT_LETTERS]
        self._break = self._break or (bool(self._init) and name != self._init)
        self.inits[name] = head
        self._init, self._new_init = name, False

    def _cut(self, run: _Run, until_ms: int) -> None:
        segment = self._open
        assert segment is not None and self._samples
        first, last = self._samples[0], self._samples[-1]
        sound: list[AudioSample] = []
        if run.sound is not None and not self._new_init:  # this segment's head knows no new sound
            sound = run.sound.between(segment.begin_ms, until_ms)
        self._fragments += 1
        data = fragment(self._fragments, self._samples, sound)
        duration_ms = last.decode_ms + last.duration_ms - first.decode_ms
        segment.parts.append(Part(data, duration_ms, first.key))
        segment.duration_ms += duration_ms
        segment.size += len(data)
        self._samples = []
        self._part_begin_ms = until_ms
        self._changed()

    def _finish_segment(self, run: _Run, until_ms: int | None) -> None:
        segment = self._open
        if segment is None:
            return
        if self._samples:
            if until_ms is None:  # nothing follows from which the last one's length were known
                until_ms = self._samples[-1].decode_ms + self._frame_ms
                self._settle_last(until_ms)
            self._cut(run, until_ms)
        self._open = None
        self._next_number += 1
        segment.data = b"".join(part.data for part in segment.parts)
        self._over_ms = segment.media_ms + segment.duration_ms
        self._aim(segment)
        self._finished(segment, self.inits[segment.init])
        self._changed()

    def _aim(self, segment: Segment) -> None:
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
