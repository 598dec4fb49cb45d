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

from collections.abc import Callable
from dataclasses import dataclass, field

from firsthand.media.flv import AudioConfig, AudioFrame, Tag, VideoConfig, VideoFrame
from firsthand.media.fmp4 import init_segment
from firsthand.media.interleave import WAITING_MAX, Pictures, Sound
from firsthand.media.timeline import Timeline
from firsthand.media.window import Past, Segment, Window

BREAK_MS = 3000  # a clock that leaps so far begins anew
BACK_MS = 100  # and one that steps back by more; less is a stumble

_NOTHING = Past()


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


class Packager:
    """Puts what one channel's publishers send on the line of media time, and into its window."""

    def __init__(
        self,
        past: Past = _NOTHING,
        *,
        finished: Callable[[Segment, bytes], None] = lambda segment, init: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """FINISHED is called with each whole segment and its head, CHANGED at each new part."""
        self.window = Window(past, finished, changed)
        self.newest_media_ms: int | None = None
        self._changed = changed
        self._run: _Run | None = None

    @property
    def on_air(self) -> bool:
        """Whether a run is going on and has shown something."""
        return self._run is not None and self._run.timeline.anchor_ms is not None

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
        self._interrupt(run)
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
        self._run = _Run(Timeline(not_before_ms=self.window.over_ms))
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
        self._interrupt(run)
        if run.sound is not None:
            run.sound = Sound(run.sound.config)

    def _interrupt(self, run: _Run) -> None:
        self._drain(run)
        self.window.interrupt(run.sound)
        run.waits_for_key = True

    # One tag after the other, once the anchor stands.

    def _take(self, run: _Run, tag: Tag, arrival_ms: int) -> None:
        if isinstance(tag, VideoFrame):
            self._picture(run, tag, arrival_ms)
        elif isinstance(tag, AudioFrame):
            self._hear(run, tag)
        elif isinstance(tag, VideoConfig):
            self._recode_video(run, tag)
        else:
            self._recode_sound(run, tag)
        self._pump(run, arrival_ms)

    def _recode_video(self, run: _Run, config: VideoConfig) -> None:
        if run.video == config:
            return  # encoders repeat themselves
        if run.video is not None:
            self._interrupt(run)
        run.video = config
        self._renew_head(run)

    def _recode_sound(self, run: _Run, config: AudioConfig) -> None:
        if run.sound is not None and run.sound.config == config:
            return
        self._drain(run)
        run.sound = Sound(config)
        self._renew_head(run)

    def _renew_head(self, run: _Run) -> None:
        sound = run.sound.config if run.sound is not None else None
        self.window.renew(init_segment(run.video, sound))

    def _picture(self, run: _Run, frame: VideoFrame, arrival_ms: int) -> None:
        if run.video is None or (run.shift_ms is None and not frame.key):
            return
        if run.shift_ms is None:
            run.shift_ms = frame.offset_ms
        shown_ms = run.timeline.media_ms(frame.decode_ms + run.shift_ms)
        if self.window.origin_ms is None:
            self.window.origin_ms = shown_ms
        begin_ms, offset_ms = shown_ms - self.window.origin_ms, frame.offset_ms - run.shift_ms
        run.pictures.add(VideoFrame(begin_ms, offset_ms, frame.key, frame.data), arrival_ms)

    def _hear(self, run: _Run, frame: AudioFrame) -> None:
        if run.sound is not None and self.window.origin_ms is not None:
            heard_ms = run.timeline.media_ms(frame.time_ms)
            run.sound.add(AudioFrame(heard_ms - self.window.origin_ms, frame.data))

    def _pump(self, run: _Run, now_ms: int) -> None:
        heard_ms = run.sound.heard_ms if run.sound is not None else None
        for frame in run.pictures.ready(heard_ms, now_ms):
            self._show(run, frame)

    def _drain(self, run: _Run) -> None:
        for frame in run.pictures.rest():
            self._show(run, frame)

    def _show(self, run: _Run, frame: VideoFrame) -> None:
        if frame.key or not run.waits_for_key:
            run.waits_for_key = False
            self.window.show(frame, run.sound)
