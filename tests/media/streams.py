"""Streams made by hand: FLV tags with known times, and what can be read out of the answer."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from firsthand.media.flv import (
    AudioConfig,
    AudioFrame,
    Tag,
    VideoConfig,
    VideoFrame,
    read_audio,
    read_video,
)
from firsthand.media.packager import Packager
from firsthand.media.window import Past, Segment

# As x264 says it: High, 1280x720; Baseline, 854x480; High 4:4:4, which browsers do not play.
AVCC = bytes.fromhex(
    "0164001fffe100186764001facb200a00b760220000003002000000791e3064901000668ebc3cb22c0fdf8f800"
)
AVCC_480 = bytes.fromhex(
    "0142c01fffe100196742c01fd900d83de6f0110000030001000003003c0f18324801000568cb83cb20"
)
AVCC_444 = bytes.fromhex(
    "01f4001effe1001b67f4001e919b281405ff138088000003000800000301e078b16cb001000668ebe3c44844"
    "fff8f800"
)
ASC = bytes.fromhex("119056e500")  # AAC-LC, 48 kHz, stereo


def video_config(avcc: bytes = AVCC) -> VideoConfig:
    """H.264, 1280x720 if nothing else is said."""
    tag = read_video(0, b"\x17\0\0\0\0" + avcc)
    assert isinstance(tag, VideoConfig)
    return tag


def audio_config() -> AudioConfig:
    """AAC at 48 kHz."""
    tag = read_audio(0, b"\xaf\0" + ASC)
    assert isinstance(tag, AudioConfig)
    return tag


def pictures(
    count: int, *, fps: int = 30, gop: int = 30, b_frames: int = 0, first_ms: int = 0
) -> list[VideoFrame]:
    """Pictures as an encoder sends them: P-frames before the B-frames that need them."""
    order = list(range(count))
    if b_frames:
        order = []
        for begin in range(0, count, gop):
            shown = list(range(begin, min(begin + gop, count)))
            order.append(shown.pop(0))
            while shown:
                group = shown[: b_frames + 1]
                del shown[: b_frames + 1]
                order += [group[-1], *group[:-1]]
    delay = 1000 * (1 if b_frames else 0) // fps
    frames = []
    for place, shown_at in enumerate(order):
        decode_ms = first_ms + place * 1000 // fps
        present_ms = first_ms + shown_at * 1000 // fps + delay
        data = b"picture %06d" % shown_at
        frames.append(VideoFrame(decode_ms, present_ms - decode_ms, shown_at % gop == 0, data))
    return frames


def sound(until_ms: int, *, first_ms: int = 0) -> list[AudioFrame]:
    """AAC frames at 48 kHz, with times rounded to milliseconds as RTMP rounds them."""
    frames, sample = [], 0
    while first_ms + sample * 1000 // 48000 < until_ms:
        frames.append(AudioFrame(first_ms + sample * 1000 // 48000, b"sound %06d" % sample))
        sample += 1024
    return frames


def interleaved(video: list[VideoFrame], audio: list[AudioFrame]) -> list[Tag]:
    """Both, by the time at which an encoder's muxer sends them."""
    tags: list[VideoFrame | AudioFrame] = [*video, *audio]
    tags.sort(key=lambda tag: tag.decode_ms if isinstance(tag, VideoFrame) else tag.time_ms)
    return [video_config(), audio_config(), *tags]


def time_of(tag: Tag) -> int:
    """When a tag is sent."""
    if isinstance(tag, VideoFrame):
        return tag.decode_ms
    return tag.time_ms if isinstance(tag, AudioFrame) else 0


class Shelf:
    """A packager whose finished segments are all kept, for tests to look at."""

    def __init__(self, past: Past = Past()) -> None:  # noqa: B008 - it is frozen
        self.segments: list[Segment] = []
        self.inits: list[bytes] = []
        self.packager = Packager(past, finished=self._keep)

    def _keep(self, segment: Segment, init: bytes) -> None:
        self.segments.append(segment)
        self.inits.append(init)

    def publish(self, tags: list[Tag], *, begin_ms: int = 1_000_000, late_ms: int = 40) -> None:
        """A whole run, each tag arriving LATE_MS after its time."""
        self.packager.begin()
        for tag in tags:
            self.packager.take(tag, begin_ms + time_of(tag) + late_ms)
        self.packager.end()


@dataclass(frozen=True)
class Run:
    """One track's samples in one fragment."""

    track: int
    begin: int
    rows: list[tuple[int, int, int, int]]  # duration, size, flags, offset
    data: bytes


def boxes(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The boxes of an MP4, one level deep."""
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        assert size >= 8 and at + size <= len(data), "a box that does not fit"
        yield kind.decode("ascii"), data[at + 8 : at + size]
        at += size


def find(data: bytes, path: str) -> bytes:
    """The first box on a path like "moov/trak/mdia"."""
    for name in path.split("/"):
        data = next(body for kind, body in boxes(data) if kind == name)
    return data


def runs(data: bytes) -> list[Run]:
    """Every track run of a part or segment, with the bytes that its offset leads to."""
    found, at = [], 0
    for kind, body in boxes(data):
        if kind == "moof":
            found += [_run(data[at:], traf) for name, traf in boxes(body) if name == "traf"]
        at += len(body) + 8
    return found


def _run(from_moof: bytes, traf: bytes) -> Run:
    (track,) = struct.unpack(">4xI", find(traf, "tfhd"))
    (begin,) = struct.unpack(">4xQ", find(traf, "tfdt"))
    trun = find(traf, "trun")
    (flags, count, data_at) = struct.unpack_from(">IIi", trun)
    rows, at = [], 12
    for _ in range(count):
        if flags & 0x800:
            rows.append(struct.unpack_from(">IIIi", trun, at))
            at += 16
        else:
            rows.append((*struct.unpack_from(">II", trun, at), 0, 0))
            at += 8
    size = sum(row[1] for row in rows)
    return Run(track, begin, rows, from_moof[data_at : data_at + size])


def shown_ms(run: Run) -> list[int]:
    """The presentation time of each picture of a video run."""
    times, at = [], run.begin
    for duration, _, _, offset in run.rows:
        times.append((at + offset) // 90)
        at += duration
    return times
