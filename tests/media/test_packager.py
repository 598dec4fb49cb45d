"""The packager: parts, segments, and the order of sound and pictures in them."""

from collections import deque
from itertools import pairwise, repeat
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.media import flv
from firsthand.media.flv import AudioFrame, Tag, VideoFrame
from firsthand.media.window import (
    GAPS,
    PART_MAX_MS,
    SEGMENT_MAX_MS,
    SEGMENT_MIN_MS,
    WINDOW,
    Past,
    Segment,
)
from tests.media.streams import (
    AVCC_480,
    Run,
    Shelf,
    audio_config,
    interleaved,
    pictures,
    runs,
    shown_ms,
    sound,
    time_of,
    video_config,
)


def _runs(segment: Segment, track: int) -> list[Run]:
    assert segment.data is not None
    return [run for run in runs(segment.data) if run.track == track]


def _pictures(shelf: Shelf) -> bytes:
    return b"".join(run.data for segment in shelf.segments for run in _runs(segment, 1))


def test_ten_seconds_at_a_key_frame_a_second_make_ten_segments_of_three_parts() -> None:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(301), sound(10_100)))
    assert [segment.duration_ms for segment in shelf.segments[:10]] == [1000] * 10
    assert {len(segment.parts) for segment in shelf.segments[:10]} == {3}
    assert [part.duration_ms for part in shelf.segments[4].parts] == [333, 333, 334]
    assert [part.independent for part in shelf.segments[4].parts] == [True, False, False]


def test_not_a_picture_is_lost_and_none_is_sent_twice() -> None:
    video = pictures(300, b_frames=2)
    shelf = Shelf()
    shelf.publish(interleaved(video, sound(10_000)))
    assert _pictures(shelf) == b"".join(frame.data for frame in video)


def test_key_frames_too_close_together_share_a_segment() -> None:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(300, gop=15), sound(10_000)))
    assert all(segment.duration_ms >= SEGMENT_MIN_MS for segment in shelf.segments)


def test_without_key_frames_a_segment_still_ends() -> None:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(901, gop=10_000), sound(30_100)))
    assert [segment.duration_ms for segment in shelf.segments[:3]] == [SEGMENT_MAX_MS] * 3


@pytest.mark.parametrize("fps", [10, 15, 24, 25, 30, 50, 60])
def test_no_part_is_longer_than_the_playlist_promises(fps: int) -> None:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(fps * 8, fps=fps, gop=fps), sound(8000)))
    for segment in shelf.segments:
        lengths = [part.duration_ms for part in segment.parts]
        assert max(lengths) <= PART_MAX_MS
        assert min(lengths[:-1]) >= PART_MAX_MS * 0.85, "the standard's least, but for the last"


rates = st.sampled_from([(30, 30), (25, 50), (60, 60), (24, 48), (30, 7)])


@settings(max_examples=40, deadline=None)
@given(
    rates,
    st.sampled_from([0, 2, 3]),
    st.integers(-600, 600),
    st.randoms(use_true_random=False),
)
def test_sound_never_begins_before_the_picture_in_any_segment(
    rate: tuple[int, int], b_frames: int, skew_ms: int, chance: Random
) -> None:
    fps, gop = rate
    video = pictures(fps * 5, fps=fps, gop=gop, b_frames=b_frames, first_ms=1000)
    audio = sound(6000 + skew_ms, first_ms=max(0, 1000 + skew_ms))
    tags = _shuffled(interleaved(video, audio), chance)
    shelf = Shelf()
    shelf.publish(tags)
    for segment in shelf.segments:
        [first, *_] = _runs(segment, 1)
        begin, end = first.begin / 90_000, (first.begin // 90 + segment.duration_ms) / 1000
        for heard in _runs(segment, 2):
            last = heard.begin + 1024 * (len(heard.rows) - 1)
            assert begin <= heard.begin / 48_000 and last / 48_000 < end
    starts = [
        start
        for segment in shelf.segments
        for run in _runs(segment, 2)
        for start in range(run.begin, run.begin + 1024 * len(run.rows), 1024)
    ]
    assert starts == sorted(set(starts)), "no sound is sent twice, and none out of order"


def _shuffled(tags: list[Tag], chance: Random) -> list[Tag]:
    # Sound and pictures overtake one another by up to a fifth of a second.
    moved = {id(tag): chance.randint(0, 200) for tag in tags if isinstance(tag, AudioFrame)}
    late = {id(tag): time_of(tag) + moved.get(id(tag), 0) for tag in tags[2:]}
    audio = [tag for tag in tags[2:] if isinstance(tag, AudioFrame)]
    times = iter(sorted(late[id(tag)] for tag in audio))
    order = {id(tag): next(times) for tag in audio}
    return tags[:2] + sorted(tags[2:], key=lambda tag: order.get(id(tag), time_of(tag)))


@settings(max_examples=40, deadline=None)
@given(rates, st.sampled_from([0, 2]), st.lists(st.integers(0, 500), min_size=50, max_size=50))
def test_media_time_is_a_straight_line_of_what_players_see(
    rate: tuple[int, int], b_frames: int, jitter: list[int]
) -> None:
    fps, gop = rate
    shelf = Shelf()
    arrival_ms = 0
    for begin_ms in (1_000_000, 1_020_000):  # he goes, and comes back
        shelf.packager.begin()
        for number, tag in enumerate(
            interleaved(pictures(fps * 6, fps=fps, gop=gop, b_frames=b_frames), sound(6000))
        ):
            arrival_ms = max(arrival_ms, begin_ms + time_of(tag) + jitter[number % 50])
            shelf.packager.take(tag, arrival_ms)
        shelf.packager.end()
    # A player maps media time to the decode time at which a segment begins.
    lines = {segment.media_ms - _runs(segment, 1)[0].begin // 90 for segment in shelf.segments}
    assert len(lines) == 1
    for one, following in pairwise(shelf.segments):
        if not following.discontinuity:
            assert following.media_ms == one.media_ms + one.duration_ms


def test_a_key_frame_of_a_stream_with_b_frames_is_shown_when_it_is_decoded() -> None:
    video = pictures(150, b_frames=2)
    assert video[0].offset_ms > 0, "as an encoder sends it, it is shown later"
    shelf = Shelf()
    shelf.publish(interleaved(video, sound(5000)))
    for segment in shelf.segments:
        run = _runs(segment, 1)[0]
        assert run.rows[0][3] == 0 and min(row[3] for row in run.rows) < 0
        assert min(shown_ms(run)) == run.begin // 90


def test_when_the_publisher_comes_back_the_numbers_go_on_after_a_discontinuity() -> None:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(90), sound(3000)), begin_ms=1_000_000)
    shelf.publish(interleaved(pictures(90), sound(3000)), begin_ms=1_009_000)
    assert [segment.number for segment in shelf.segments] == [0, 1, 2, 3, 4, 5]
    assert [segment.discontinuity for segment in shelf.segments] == [
        *(False, False, False),
        *(True, False, False),
    ]
    assert shelf.segments[3].media_ms - shelf.segments[2].media_ms == 9000 - 2000


def test_media_time_goes_forward_over_a_reconnect_even_if_the_clock_went_back() -> None:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(90), sound(3000)), begin_ms=1_000_000)
    shelf.publish(interleaved(pictures(90), sound(3000)), begin_ms=900_000)
    times = [segment.media_ms for segment in shelf.segments]
    assert times == sorted(times) and len(set(times)) == 6


def test_after_a_restart_viewers_find_what_they_had_and_a_gap() -> None:
    before = Shelf()
    before.publish(interleaved(pictures(150), sound(5000)))
    past = Past(before.segments, before.packager.window.inits, 0, before.packager.window.origin_ms)
    after = Shelf(past)
    after.publish(interleaved(pictures(60), sound(2000)), begin_ms=1_020_000)
    window = list(after.packager.window.segments)
    assert [segment.number for segment in window] == list(range(10))[-WINDOW - 1 :]
    assert [segment.gap for segment in window].count(True) == GAPS
    assert window[0].data == before.segments[1].data
    fresh = window[4 + GAPS]
    assert fresh.discontinuity and not fresh.gap
    lines = {segment.media_ms - segment.begin_ms for segment in window}
    assert lines == {before.packager.window.origin_ms}, "one line of media time over the restart"


def test_an_encoder_whose_clock_begins_anew_makes_a_new_run() -> None:
    shelf = Shelf()
    first = interleaved(pictures(90), sound(3000))
    again = [tag for tag in first if isinstance(tag, VideoFrame | AudioFrame)]
    shelf.packager.begin()
    for number, tag in enumerate([*first, *again]):
        shelf.packager.take(tag, 1_000_000 + number * 15)
    shelf.packager.end()
    assert [segment.discontinuity for segment in shelf.segments].count(True) == 1
    assert _pictures(shelf) == 2 * b"".join(frame.data for frame in pictures(90))


def test_pictures_that_the_encoder_dropped_leave_a_gap_on_the_same_line() -> None:
    video = pictures(90) + pictures(90, first_ms=11_000)
    shelf = Shelf()
    shelf.publish(interleaved(video, sound(3000) + sound(14_000, first_ms=11_000)))
    assert [segment.discontinuity for segment in shelf.segments].index(True) == 3
    assert shelf.segments[3].media_ms - shelf.segments[0].media_ms == 11_000


def test_another_picture_size_begins_a_segment_with_a_head_of_its_own() -> None:
    later: list[Tag] = [video_config(AVCC_480), *interleaved(pictures(60, first_ms=2000), [])[2:]]
    shelf = Shelf()
    shelf.publish([*interleaved(pictures(60), sound(4000)), *later])
    assert len(set(shelf.inits)) == 2
    changed = shelf.segments[2]
    assert changed.discontinuity and changed.init != shelf.segments[1].init


def test_sound_of_another_kind_waits_for_the_head_that_tells_of_it() -> None:
    other = flv.read_audio(0, b"\xaf\0" + bytes.fromhex("1210"))  # 44.1 kHz from here on
    assert isinstance(other, flv.AudioConfig)
    late = [AudioFrame(frame.time_ms, b"later") for frame in sound(4000, first_ms=2100)]
    tags = interleaved(pictures(120), sound(2100) + late)
    place = next(n for n, tag in enumerate(tags) if isinstance(tag, AudioFrame) and tag in late)
    tags.insert(place, other)
    shelf = Shelf()
    shelf.publish(tags)
    for segment, init in zip(shelf.segments, shelf.inits, strict=True):
        has_new_sound = b"later" in (segment.data or b"")
        assert has_new_sound == (init != shelf.inits[0])
    assert shelf.inits[0] != shelf.inits[-1]


def test_a_configuration_that_is_said_twice_changes_nothing() -> None:
    tags = interleaved(pictures(90), sound(3000))
    tags[40:40] = [video_config(), audio_config()]
    shelf = Shelf()
    shelf.publish(tags)
    assert not any(segment.discontinuity for segment in shelf.segments)


def test_pictures_before_the_first_key_frame_are_not_sent() -> None:
    video = pictures(90)[10:]
    shelf = Shelf()
    shelf.publish(interleaved(video, sound(3000)))
    assert _pictures(shelf) == b"".join(frame.data for frame in pictures(90)[30:])


def test_a_stream_without_sound_is_sent_at_once() -> None:
    shelf = Shelf()
    shelf.packager.begin()
    tags: list[Tag] = [video_config(), *pictures(61)]
    for tag in tags:
        shelf.packager.take(tag, 1_000_000 + time_of(tag))
    assert shelf.packager.window.next == (2, 0)


def test_pictures_do_not_wait_for_ever_for_sound_that_stopped() -> None:
    shelf = Shelf()
    shelf.packager.begin()
    for tag in interleaved(pictures(120), sound(1500)):
        shelf.packager.take(tag, 1_000_000 + time_of(tag))
    assert shelf.packager.window.next[0] == 3


def test_only_the_newest_segments_are_kept_in_memory() -> None:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(900), sound(30_000)))
    packager = shelf.packager
    assert len(packager.window.segments) == WINDOW + 1
    assert packager.window.segment(0) is None and packager.window.segment(29) is not None
    assert len(packager.window.inits) == 1


def test_discontinuities_that_left_the_window_are_counted() -> None:
    shelf = Shelf()
    for run in range(4):
        shelf.publish(interleaved(pictures(150), sound(5000)), begin_ms=1_000_000 + run * 9000)
    in_window = sum(segment.discontinuity for segment in shelf.packager.window.segments)
    assert shelf.packager.window.discontinuities + in_window == 3
    assert len(shelf.packager.window.inits) <= 3


def test_a_clock_that_does_not_move_is_refused_and_not_kept() -> None:
    shelf = Shelf()
    shelf.packager.begin()
    still = [VideoFrame(0, 0, True, b"x")] * 5000
    with pytest.raises(ValueError, match="clock"):
        deque(map(shelf.packager.take, still, repeat(1_000_000)))


def test_a_session_shorter_than_a_second_is_kept_too() -> None:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(10), sound(333)))
    assert [segment.duration_ms for segment in shelf.segments] == [334]


def test_whoever_publishes_faster_than_time_makes_no_breaks() -> None:
    shelf = Shelf()
    shelf.packager.begin()
    for tag in interleaved(pictures(300), sound(10_000)):
        shelf.packager.take(tag, 1_000_000 + time_of(tag) // 20)
    shelf.packager.end()
    assert len(shelf.segments) == 10
    assert not any(segment.discontinuity for segment in shelf.segments)
