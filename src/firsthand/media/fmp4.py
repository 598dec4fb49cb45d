"""Fragmented MP4 with one H.264 track and one AAC track: what browsers play and we record.

Written from ISO/IEC 14496-12 (boxes), -14 (esds) and -15 (avcC). Video runs at 90,000
ticks a second, sound at its own sample rate. Composition offsets are signed, so that a key
frame's decode time can be its presentation time (see ``packager``).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from firsthand.media.flv import AAC_FRAME_SAMPLES, AudioConfig, VideoConfig

VIDEO_TICKS_PER_MS = 90
VIDEO_TRACK, AUDIO_TRACK = 1, 2

_KEY_FRAME = 0x02000000  # depends on nothing
_OTHER_FRAME = 0x01010000  # depends on others, is no place to begin
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

_TRACK_HEAD_BYTES = 8 + 16 + 20 + 20  # traf, tfhd, tfdt, trun without its rows
_VIDEO_ROW, _AUDIO_ROW = struct.Struct(">IIIi"), struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class VideoSample:
    """A picture with its place: times in milliseconds, as RTMP counts them."""

    decode_ms: int
    duration_ms: int
    offset_ms: int
    key: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class AudioSample:
    """1024 samples of sound that begin at sample number START."""

    start: int
    data: bytes


def init_segment(video: VideoConfig | None, audio: AudioConfig | None) -> bytes:
    """The head that every player reads first: which tracks there are and how they are coded."""
    tracks, defaults = [], []
    if video is not None:
        tracks.append(_video_track(video))
        defaults.append(_full(b"trex", 0, 0, struct.pack(">5I", VIDEO_TRACK, 1, 0, 0, 0)))
    if audio is not None:
        tracks.append(_audio_track(audio))
        defaults.append(_full(b"trex", 0, 0, struct.pack(">5I", AUDIO_TRACK, 1, 0, 0, 0)))
    movie = struct.pack(">IIIIIH10x", 0, 0, 1000, 0, 0x10000, 0x100)
    movie += _MATRIX + bytes(24) + struct.pack(">I", AUDIO_TRACK + 1)
    return _box(b"ftyp", b"iso6\0\0\2\0iso6cmfcmp41") + _box(
        b"moov", _full(b"mvhd", 0, 0, movie), *tracks, _box(b"mvex", *defaults)
    )


def fragment(number: int, video: Sequence[VideoSample], audio: Sequence[AudioSample]) -> bytes:
    """The samples of one part, as moof + mdat."""
    moof_bytes = 8 + 16
    moof_bytes += _TRACK_HEAD_BYTES + _VIDEO_ROW.size * len(video) if video else 0
    moof_bytes += _TRACK_HEAD_BYTES + _AUDIO_ROW.size * len(audio) if audio else 0
    pictures = [sample.data for sample in video]
    tracks = []
    if video:
        tracks.append(_video_run(video, moof_bytes + 8))
    if audio:
        tracks.append(_audio_run(audio, moof_bytes + 8 + sum(map(len, pictures))))
    moof = _box(b"moof", _full(b"mfhd", 0, 0, struct.pack(">I", number)), *tracks)
    assert len(moof) == moof_bytes
    return moof + _box(b"mdat", *pictures, *(sample.data for sample in audio))


def _video_run(video: Sequence[VideoSample], data_at: int) -> bytes:
    rows = b"".join(
        _VIDEO_ROW.pack(
            sample.duration_ms * VIDEO_TICKS_PER_MS,
            len(sample.data),
            _KEY_FRAME if sample.key else _OTHER_FRAME,
            sample.offset_ms * VIDEO_TICKS_PER_MS,
        )
        for sample in video
    )
    begin = video[0].decode_ms * VIDEO_TICKS_PER_MS
    run = _full(b"trun", 1, 0x000F01, struct.pack(">Ii", len(video), data_at), rows)
    return _box(b"traf", *_track_head(VIDEO_TRACK, begin), run)


def _audio_run(audio: Sequence[AudioSample], data_at: int) -> bytes:
    # A sample that is followed by a gap lasts until the gap is over.
    ends = [sample.start for sample in audio[1:]] + [audio[-1].start + AAC_FRAME_SAMPLES]
    rows = b"".join(
        _AUDIO_ROW.pack(end - sample.start, len(sample.data))
        for sample, end in zip(audio, ends, strict=True)
    )
    run = _full(b"trun", 0, 0x000301, struct.pack(">Ii", len(audio), data_at), rows)
    return _box(b"traf", *_track_head(AUDIO_TRACK, audio[0].start), run)


def _track_head(track: int, begin: int) -> tuple[bytes, bytes]:
    return (
        _full(b"tfhd", 0, 0x020000, struct.pack(">I", track)),  # offsets count from the moof
        _full(b"tfdt", 1, 0, struct.pack(">Q", begin)),
    )


def _video_track(video: VideoConfig) -> bytes:
    width, height = video.picture.width, video.picture.height
    entry = _box(
        b"avc1",
        struct.pack(">6xH16xHH", 1, width, height),
        struct.pack(">IIIH32sHh", 0x480000, 0x480000, 0, 1, b"", 24, -1),
        _box(b"avcC", video.avcc),
    )
    head = _full(b"vmhd", 0, 1, bytes(8))
    return _track(VIDEO_TRACK, 1000 * VIDEO_TICKS_PER_MS, b"vide", head, entry, (width, height))


def _audio_track(audio: AudioConfig) -> bytes:
    config = _descriptor(5, audio.asc)
    decoder = _descriptor(4, b"\x40\x15\0\0\0" + struct.pack(">II", 128_000, 128_000) + config)
    stream = _descriptor(3, b"\0\2\0" + decoder + _descriptor(6, b"\2"))
    entry = _box(
        b"mp4a",
        struct.pack(">6xH8xHHHHI", 1, audio.channels, 16, 0, 0, audio.rate << 16 & 0xFFFFFFFF),
        _full(b"esds", 0, 0, stream),
    )
    return _track(AUDIO_TRACK, audio.rate, b"soun", _full(b"smhd", 0, 0, bytes(4)), entry, (0, 0))


def _track(
    number: int, ticks: int, handler: bytes, head: bytes, entry: bytes, size: tuple[int, int]
) -> bytes:
    volume = 0x100 if handler == b"soun" else 0
    track = struct.pack(">IIIII8xhhhh", 0, 0, number, 0, 0, 0, 0, volume, 0)
    track += _MATRIX + struct.pack(">II", size[0] << 16, size[1] << 16)
    tables = _box(
        b"stbl",  # empty: the samples are in the fragments
        _full(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        _full(b"stts", 0, 0, bytes(4)),
        _full(b"stsc", 0, 0, bytes(4)),
        _full(b"stsz", 0, 0, bytes(8)),
        _full(b"stco", 0, 0, bytes(4)),
    )
    here = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1)))
    media = _box(
        b"mdia",
        _full(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, ticks, 0, 0x55C4, 0)),
        _full(b"hdlr", 0, 0, bytes(4), handler, bytes(12), b"firsthand\0"),
        _box(b"minf", head, here, tables),
    )
    return _box(b"trak", _full(b"tkhd", 0, 7, track), media)


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)


def _descriptor(kind: int, body: bytes) -> bytes:
    if len(body) > 127:
        raise ValueError("MP4: a descriptor too long")
    return bytes((kind, len(body))) + body
