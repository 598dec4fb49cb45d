"""The bodies of RTMP's audio and video messages, which are FLV tags without their heads.

Both ways of saying "H.264" and "AAC" are read, the old codec numbers and the four letters
of Enhanced RTMP. Anything else is ``Unsupported``, with a sentence that the person at the
encoder can act on: silence would leave him with an encoder that says "live" and no picture.
"""

from dataclasses import dataclass
from typing import TypeAlias

from firsthand.media import h264

AAC_FRAME_SAMPLES = 1024

_ASC_BYTES_MAX = 64  # an honest one has 2 to 7

_AAC_RATES = (
    *(96000, 88200, 64000, 48000, 44100, 32000, 24000),
    *(22050, 16000, 12000, 11025, 8000, 7350),
)
_VIDEO_NUMBERS = {2: "Sorenson H.263", 4: "VP6", 5: "VP6", 12: "HEVC", 13: "AV1"}
_AUDIO_NUMBERS = {0: "PCM", 1: "ADPCM", 2: "MP3", 3: "PCM", 6: "Nellymoser", 11: "Speex"}


class Unsupported(ValueError):
    """The encoder sends what browsers cannot play; the message says what to set instead."""


@dataclass(frozen=True, slots=True)
class VideoConfig:
    """How the following pictures are coded (avcC)."""

    avcc: bytes
    picture: h264.Picture


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One coded picture: shown ``offset_ms`` after the time at which it is decoded."""

    decode_ms: int
    offset_ms: int
    key: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """How the following sound is coded (AudioSpecificConfig)."""

    asc: bytes
    rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """1024 samples of sound."""

    time_ms: int
    data: bytes


Tag: TypeAlias = VideoConfig | VideoFrame | AudioConfig | AudioFrame


def read_video(timestamp_ms: int, body: bytes) -> VideoConfig | VideoFrame | None:
    """A video message; None if there is nothing in it to be shown."""
    if len(body) < 5:
        return None
    if body[0] & 0x80:
        return _read_enhanced_video(timestamp_ms, body)
    codec = body[0] & 15
    if codec != 7:
        raise Unsupported(_video_sentence(_VIDEO_NUMBERS.get(codec, f"codec {codec}")))
    if body[1] == 0:
        return _video_config(body[5:])
    if body[1] == 1:
        return _video_frame(timestamp_ms, _signed(body[2:5]), body[0], body[5:])
    return None  # end of sequence


def _read_enhanced_video(timestamp_ms: int, body: bytes) -> VideoConfig | VideoFrame | None:
    packet, letters = body[0] & 15, body[1:5]
    if packet in (2, 4):  # end of sequence, metadata
        return None
    if packet not in (0, 1, 3):
        raise Unsupported("several video tracks in one stream: send one")
    if letters != b"avc1":
        raise Unsupported(_video_sentence(letters.decode("ascii", "replace")))
    if packet == 0:
        return _video_config(body[5:])
    if packet == 3:  # a frame whose offset is nought and left out
        return _video_frame(timestamp_ms, 0, body[0], body[5:])
    return _video_frame(timestamp_ms, _signed(body[5:8]), body[0], body[8:])


def _video_config(avcc: bytes) -> VideoConfig:
    picture = h264.picture_of(avcc)
    if not picture.playable:
        raise Unsupported(
            f"H.264 profile {picture.profile} is not played by browsers: "
            "set profile main or high, 8 bit, 4:2:0 (yuv420p)"
        )
    return VideoConfig(avcc, picture)


def _video_frame(timestamp_ms: int, offset_ms: int, head: int, data: bytes) -> VideoFrame | None:
    if not data:
        return None
    return VideoFrame(timestamp_ms, offset_ms, (head >> 4) & 7 == 1, data)


def read_audio(timestamp_ms: int, body: bytes) -> AudioConfig | AudioFrame | None:
    """An audio message; None if there is nothing in it to be heard."""
    if len(body) < 2:
        return None
    codec = body[0] >> 4
    if codec == 9:
        return _read_enhanced_audio(timestamp_ms, body)
    if codec != 10:
        raise Unsupported(_audio_sentence(_AUDIO_NUMBERS.get(codec, f"codec {codec}")))
    return _audio(timestamp_ms, is_config=body[1] == 0, data=body[2:])


def _read_enhanced_audio(timestamp_ms: int, body: bytes) -> AudioConfig | AudioFrame | None:
    packet, letters = body[0] & 15, body[1:5]
    if packet in (2, 4):  # end of sequence, order of the channels
        return None
    if packet not in (0, 1):
        raise Unsupported("several audio tracks in one stream: send one")
    if letters != b"mp4a":
        raise Unsupported(_audio_sentence(letters.decode("ascii", "replace")))
    return _audio(timestamp_ms, is_config=packet == 0, data=body[5:])


def _audio(timestamp_ms: int, *, is_config: bool, data: bytes) -> AudioConfig | AudioFrame | None:
    if not data:
        return None
    return _audio_config(data) if is_config else AudioFrame(timestamp_ms, data)


def _audio_config(asc: bytes) -> AudioConfig:
    bits, size = int.from_bytes(asc[:7], "big"), min(len(asc), 7) * 8
    kind, at = bits >> (size - 5) & 31, 5
    rate_number = bits >> (size - at - 4) & 15 if size >= 16 else 15
    if rate_number >= len(_AAC_RATES) or kind not in (2, 5, 29) or len(asc) > _ASC_BYTES_MAX:
        raise Unsupported("AAC of an unusual kind: set AAC-LC at 44.1 or 48 kHz")
    channels = bits >> (size - at - 8) & 15
    return AudioConfig(asc, _AAC_RATES[rate_number], channels)


def _signed(three_bytes: bytes) -> int:
    return int.from_bytes(three_bytes, "big", signed=True)


def _video_sentence(codec: str) -> str:
    return f"the video is {codec}: set H.264 (AVC)"


def _audio_sentence(codec: str) -> str:
    return f"the sound is {codec}: set AAC"
