"""How well a publisher sends: figures that cost nothing, and what to change in the encoder.

The figures fall out of what the packager sees anyway. The verdict is pure: the same figures
give the same advice, before the show (the rehearsal asks for it) and during it.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firsthand.media.flv import AudioConfig, Tag, VideoConfig, VideoFrame

WINDOW_MS = 5000  # rates are taken over so much of the past
SAMPLES_MAX = 4096  # packets in that window; more than 800 a second is no live stream

GOP_GOOD_MS = 1500  # viewers begin at a key frame: a long wait for it is latency for all
GOP_BAD_MS = 4500
BITRATE_LOW, BITRATE_HIGH = 600, 6500  # kbit/s, for a picture made for phones
FPS_LOW = 23.0
GAP_MS = 500  # a picture this late is seen as a freeze
SILENT_MS = 500  # no picture for so long, and the page says that the signal is lost


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a publisher at a moment."""

    width: int = 0
    height: int = 0
    fps: float = 0.0
    bitrate_kbps: int = 0
    gop_ms: int = 0
    b_frames: bool = False
    sound: bool = False
    decode_gaps: int = 0  # jumps in the encoder's own clock: pictures that it dropped
    arrival_gap_ms: int = 0  # the longest wait for a picture in the window
    frame_age_ms: int = 0
    uplink_ms: int = 0  # how long after its media time the newest picture came
    frames: int = 0
    bytes: int = 0


class Weight(StrEnum):
    """How much it matters."""

    MIND = "mind"  # it would be better otherwise
    MEND = "mend"  # viewers suffer from it


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to change, as a code for machines and a sentence for the person."""

    code: str
    weight: Weight
    sentence: Promise


_ADVICE = {
    "no_picture": (Weight.MEND, _("No picture has come yet: start the video source.")),
    "silent": (Weight.MEND, _("The signal is lost: check the uplink.")),
    "no_sound": (Weight.MEND, _("There is no sound: add an audio source with AAC.")),
    "gop_too_long": (Weight.MEND, _("Key frames are too far apart: set the interval to 1 s.")),
    "gop_long": (Weight.MIND, _("Key frames every second would let viewers in sooner.")),
    "b_frames": (Weight.MIND, _("Turn off B-frames (bf=0, tune zerolatency): they add delay.")),
    "bitrate_low": (Weight.MIND, _("The bitrate is low: 2,500 kbit/s suits 720p.")),
    "bitrate_high": (Weight.MIND, _("The bitrate is more than phones on the road can load.")),
    "fps_low": (Weight.MIND, _("Few pictures a second: set 25 or 30.")),
    "drops": (Weight.MEND, _("The encoder drops pictures: lower its load or the resolution.")),
    "uneven": (Weight.MEND, _("Pictures come unevenly: the uplink is too narrow for the bitrate.")),
}


def verdict(figures: Figures) -> list[Advice]:
    """What to change, the worst first; nothing if the stream is as it should be."""
    if figures.frames == 0:
        return [_advice("no_picture")]
    found = [
        ("silent", figures.frame_age_ms > SILENT_MS),
        ("no_sound", not figures.sound),
        ("gop_too_long", figures.gop_ms > GOP_BAD_MS),
        ("drops", figures.decode_gaps > 0),
        ("uneven", figures.arrival_gap_ms > GAP_MS),
        ("gop_long", GOP_GOOD_MS < figures.gop_ms <= GOP_BAD_MS),
        ("b_frames", figures.b_frames),
        ("bitrate_low", 0 < figures.bitrate_kbps < BITRATE_LOW),
        ("bitrate_high", figures.bitrate_kbps > BITRATE_HIGH),
        ("fps_low", 0 < figures.fps < FPS_LOW),
    ]
    return [_advice(code) for code, true in found if true]


def _advice(code: str) -> Advice:
    weight, sentence = _ADVICE[code]
    return Advice(code, weight, sentence)


class Meter:
    """Watches what a publisher sends; to be asked at any time."""

    def __init__(self) -> None:
        self.frames = self.bytes = 0
        self._video: VideoConfig | None = None
        self._sound = False
        self._arrived: deque[tuple[int, int]] = deque(maxlen=SAMPLES_MAX)  # when, how much
        self._shown: deque[tuple[int, int, int]] = deque(maxlen=SAMPLES_MAX)  # when, decode, gap
        self._key_ms: int | None = None
        self._gop_ms = 0
        self._offset_ms: int | None = None
        self._b_frames = False
        self._jumped_ms: deque[int] = deque(maxlen=64)

    def see(self, tag: Tag | None, size: int, arrival_ms: int) -> None:
        """A message of SIZE bytes came, and this is what was in it."""
        self.bytes += size
        self._arrived.append((arrival_ms, size))
        if isinstance(tag, VideoFrame):
            self._see_picture(tag, arrival_ms)
        elif isinstance(tag, VideoConfig):
            self._video = tag
        elif isinstance(tag, AudioConfig):
            self._sound = True

    def _see_picture(self, frame: VideoFrame, arrival_ms: int) -> None:
        self.frames += 1
        gap_ms = 0
        if self._shown:
            last_arrival_ms, last_decode_ms, _gap_ms = self._shown[-1]
            gap_ms = arrival_ms - last_arrival_ms
            if not 0 <= frame.decode_ms - last_decode_ms <= GAP_MS:
                self._jumped_ms.append(arrival_ms)
        self._shown.append((arrival_ms, frame.decode_ms, gap_ms))
        if frame.key:
            if self._key_ms is not None:
                self._gop_ms = max(0, frame.decode_ms - self._key_ms)
            self._key_ms = frame.decode_ms
        # Where nothing is reordered, every picture has the same offset.
        if self._offset_ms is None:
            self._offset_ms = frame.offset_ms
        self._b_frames = self._b_frames or frame.offset_ms != self._offset_ms

    def figures(self, now_ms: int, *, media_ms: int | None = None) -> Figures:
        """The figures at this moment; MEDIA_MS is the media time of the newest picture."""
        self._forget(now_ms - WINDOW_MS)
        picture = self._video.picture if self._video is not None else None
        newest_ms = self._shown[-1][0] if self._shown else now_ms
        gop_ms = self._gop_ms
        if self._key_ms is not None and self._shown:
            gop_ms = max(gop_ms, self._shown[-1][1] - self._key_ms)  # still waiting for one
        return Figures(
            width=picture.width if picture else 0,
            height=picture.height if picture else 0,
            fps=round(self._fps(), 1),
            bitrate_kbps=self._bitrate_kbps(),
            gop_ms=gop_ms,
            b_frames=self._b_frames,
            sound=self._sound,
            decode_gaps=len(self._jumped_ms),
            arrival_gap_ms=max((gap_ms for _, _, gap_ms in self._shown), default=0),
            frame_age_ms=max(0, now_ms - newest_ms),
            uplink_ms=max(0, newest_ms - media_ms) if media_ms is not None else 0,
            frames=self.frames,
            bytes=self.bytes,
        )

    def _forget(self, before_ms: int) -> None:
        while self._arrived and self._arrived[0][0] < before_ms:
            self._arrived.popleft()
        while len(self._shown) > 1 and self._shown[0][0] < before_ms:
            self._shown.popleft()
        while self._jumped_ms and self._jumped_ms[0] < before_ms:
            self._jumped_ms.popleft()

    def _fps(self) -> float:
        if len(self._shown) < 2:
            return 0.0
        span_ms = self._shown[-1][1] - self._shown[0][1]
        return (len(self._shown) - 1) * 1000 / span_ms if span_ms > 0 else 0.0

    def _bitrate_kbps(self) -> int:
        if len(self._arrived) < 2:
            return 0
        span_ms = self._arrived[-1][0] - self._arrived[0][0]
        size = sum(size for _, size in self._arrived) - self._arrived[0][1]
        return size * 8 // span_ms if span_ms > 0 else 0
