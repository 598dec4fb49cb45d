"""Fragments: the boxes fit, and every sample lies where its run says."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from firsthand.media.fmp4 import AudioSample, VideoSample, fragment, init_segment
from tests.media.streams import AVCC, audio_config, boxes, find, runs, shown_ms, video_config


def test_the_head_names_both_tracks_and_carries_their_configuration() -> None:
    head = init_segment(video_config(), audio_config())
    assert [kind for kind, _ in boxes(head)] == ["ftyp", "moov"]
    assert [kind for kind, _ in boxes(find(head, "moov"))] == ["mvhd", "trak", "trak", "mvex"]
    entry = find(head, "moov/trak/mdia/minf/stbl/stsd")[8:]
    [(kind, body)] = boxes(entry)
    assert kind == "avc1" and struct.unpack_from(">HH", body, 24) == (1280, 720)
    assert find(body[78:], "avcC") == AVCC


def test_a_stream_without_sound_has_one_track() -> None:
    kinds = [kind for kind, _ in boxes(find(init_segment(video_config(), None), "moov"))]
    assert kinds == ["mvhd", "trak", "mvex"]


video_samples = st.lists(
    st.builds(
        VideoSample,
        decode_ms=st.integers(0, 2**40),
        duration_ms=st.integers(1, 5000),
        offset_ms=st.integers(-500, 500),
        key=st.booleans(),
        data=st.binary(min_size=1, max_size=40),
    ),
    max_size=12,
)
sounds = st.lists(st.binary(min_size=1, max_size=20), max_size=20)


@given(video_samples, sounds, st.integers(0, 2**50))
def test_every_sample_is_found_again_with_its_times(
    video: list[VideoSample], sound: list[bytes], start: int
) -> None:
    audio = [AudioSample(start + 1024 * n, data) for n, data in enumerate(sound)]
    data = fragment(7, video, audio)
    assert [kind for kind, _ in boxes(data)] == ["moof", "mdat"]
    found = {run.track: run for run in runs(data)}
    assert set(found) == ({1} if video else set()) | ({2} if audio else set())
    if video:
        assert found[1].begin == video[0].decode_ms * 90
        assert found[1].data == b"".join(sample.data for sample in video)
        assert [(row[0] // 90, row[1], row[3] // 90) for row in found[1].rows] == [
            (sample.duration_ms, len(sample.data), sample.offset_ms) for sample in video
        ]
    if audio:
        assert found[2].begin == start
        assert found[2].data == b"".join(sound)


def test_sound_before_a_gap_lasts_until_the_gap_is_over() -> None:
    audio = [AudioSample(0, b"a"), AudioSample(1024, b"b"), AudioSample(9600, b"c")]
    [run] = runs(fragment(1, [], audio))
    assert [row[0] for row in run.rows] == [1024, 8576, 1024]


def test_a_picture_may_be_shown_before_it_is_decoded() -> None:
    video = [VideoSample(100, 33, 0, True, b"I"), VideoSample(133, 33, -33, False, b"B")]
    [run] = runs(fragment(1, video, []))
    assert shown_ms(run) == [100, 100]
