"""FLV tags: H.264 and AAC in either spelling; all else is refused with words that help."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.media import flv
from firsthand.media.flv import AudioFrame, Unsupported, VideoConfig, VideoFrame
from tests.media.streams import ASC, AVCC, AVCC_444, AVCC_480


@pytest.mark.parametrize(
    ("avcc", "size", "profile"), [(AVCC, (1280, 720), 100), (AVCC_480, (854, 480), 66)]
)
def test_the_size_of_the_picture_is_read(avcc: bytes, size: tuple[int, int], profile: int) -> None:
    for head in (b"\x17\0\0\0\0", b"\x90avc1"):  # as ever, and as Enhanced RTMP
        tag = flv.read_video(0, head + avcc)
        assert isinstance(tag, VideoConfig)
        assert ((tag.picture.width, tag.picture.height), tag.picture.profile) == (size, profile)


def test_a_picture_keeps_its_times_and_may_be_shown_before_it_is_decoded() -> None:
    assert flv.read_video(40, b"\x27\1\xff\xff\xdfxy") == VideoFrame(40, -33, False, b"xy")
    assert flv.read_video(40, b"\x17\1\0\0\x42xy") == VideoFrame(40, 66, True, b"xy")


def test_enhanced_pictures_are_the_same_pictures() -> None:
    assert flv.read_video(40, b"\x91avc1\0\0\x42xy") == VideoFrame(40, 66, True, b"xy")
    assert flv.read_video(40, b"\xa3avc1xy") == VideoFrame(40, 0, False, b"xy")


def test_sound_is_read_in_either_spelling() -> None:
    assert (
        flv.read_audio(7, b"\xaf\1xy") == flv.read_audio(7, b"\x91mp4axy") == AudioFrame(7, b"xy")
    )
    config = flv.read_audio(0, b"\xaf\0" + ASC)
    assert isinstance(config, flv.AudioConfig) and (config.rate, config.channels) == (48000, 2)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"\x1c\0\0\0\0xx", "HEVC"),
        (b"\x90hvc1xxxx", "hvc1"),
        (b"\x90av01xxxx", "av01"),
        (b"\x96avc1xxxx", "several video tracks"),
        (b"\x17\0\0\0\0" + AVCC_444, "yuv420p"),
    ],
)
def test_video_that_browsers_do_not_play_is_refused_by_name(body: bytes, word: str) -> None:
    with pytest.raises(Unsupported, match=word):
        flv.read_video(0, body)


@pytest.mark.parametrize(
    ("body", "word"), [(b"\x2fxx", "MP3"), (b"\x90Opusxx", "Opus"), (b"\xaf\0\x0a\x90", "AAC-LC")]
)
def test_sound_that_browsers_do_not_play_is_refused_by_name(body: bytes, word: str) -> None:
    with pytest.raises(Unsupported, match=word):
        flv.read_audio(0, body)


@given(st.binary(max_size=80), st.sampled_from([b"", b"\x17\0\0\0\0\1", b"\xaf\0", b"\x90avc1\1"]))
def test_noise_is_an_error_of_one_kind(noise: bytes, head: bytes) -> None:
    for read in (flv.read_video, flv.read_audio):
        with contextlib.suppress(ValueError):
            read(0, head + noise)


@given(st.data())
def test_a_parameter_set_with_bits_turned_over_is_never_a_fault(data: st.DataObject) -> None:
    broken = bytearray(AVCC)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(8, len(broken) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with contextlib.suppress(ValueError):
        flv.read_video(0, b"\x17\0\0\0\0" + bytes(broken))
