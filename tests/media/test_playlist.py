"""Playlists: what is promised to players is kept."""

import re

from firsthand.media.playlist import HOLD_BACK_SECONDS, live_playlist, recorded_playlist
from firsthand.media.recording import Entry
from firsthand.media.window import PART_MAX_MS, SEGMENT_MIN_MS, Past
from tests.media.streams import Shelf, interleaved, pictures, sound, time_of


def _on_air(seconds: int, past: Past | None = None) -> Shelf:
    shelf = Shelf(past or Past())
    shelf.packager.begin()
    for tag in interleaved(pictures(seconds * 30 + 5), sound(seconds * 1000 + 160)):
        shelf.packager.take(tag, 1_796_083_200_000 + time_of(tag))
    return shelf


def _live(shelf: Shelf, *, ended: bool = False) -> str:
    packager = shelf.packager
    return live_playlist(packager.window, "e1", on_air=packager.on_air, ended=ended)


def test_a_live_playlist_word_for_word() -> None:
    shelf = _on_air(2)
    [init] = shelf.packager.window.inits
    text = _live(shelf).replace(init, "abc")
    assert text == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:9\n"
        "#EXT-X-TARGETDURATION:2\n"
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.500\n"
        "#EXT-X-PART-INF:PART-TARGET=0.350\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        '#EXT-X-MAP:URI="e1/init-abc.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-12-01T00:00:00.000Z\n"
        '#EXT-X-PART:DURATION=0.333,URI="e1/0.0.m4s",INDEPENDENT=YES\n'
        '#EXT-X-PART:DURATION=0.333,URI="e1/0.1.m4s"\n'
        '#EXT-X-PART:DURATION=0.334,URI="e1/0.2.m4s"\n'
        "#EXTINF:1.000,\n"
        "e1/0.m4s\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-12-01T00:00:01.000Z\n"
        '#EXT-X-PART:DURATION=0.333,URI="e1/1.0.m4s",INDEPENDENT=YES\n'
        '#EXT-X-PART:DURATION=0.333,URI="e1/1.1.m4s"\n'
        '#EXT-X-PART:DURATION=0.334,URI="e1/1.2.m4s"\n'
        "#EXTINF:1.000,\n"
        "e1/1.m4s\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-12-01T00:00:02.000Z\n"
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="e1/2.0.m4s"\n'
    )


def test_the_hold_back_is_at_least_three_parts_as_the_standard_wants() -> None:
    assert HOLD_BACK_SECONDS >= 3 * PART_MAX_MS / 1000
    assert SEGMENT_MIN_MS > PART_MAX_MS


def test_only_the_newest_segments_are_offered_in_parts() -> None:
    text = _live(_on_air(7))
    in_parts = {int(number) for number in re.findall(r"e1/(\d+)\.\d+\.m4s\"(?:,|\n#EXTINF)", text)}
    assert in_parts == {5, 6} and "e1/0.m4s" in text and "e1/4.m4s" in text


def test_the_window_moves_on_and_says_so() -> None:
    text = _live(_on_air(20))
    assert "#EXT-X-MEDIA-SEQUENCE:12\n" in text and "e1/11.m4s" not in text


def test_breaks_that_left_the_window_are_counted_and_lost_numbers_are_gaps() -> None:
    before = _on_air(3)
    before.packager.end()
    past = Past(before.segments, before.packager.window.inits, 3, before.packager.window.origin_ms)
    text = _live(_on_air(1, past))
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:3\n" in text
    assert text.count("#EXT-X-GAP\n#EXTINF:0.100,\n") == 3
    text = _live(_on_air(20, past))
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:4\n" in text
    assert "#EXT-X-DISCONTINUITY\n" not in text


def test_nothing_is_announced_when_nobody_publishes() -> None:
    shelf = _on_air(3)
    shelf.packager.end()
    text = _live(shelf)
    assert "PRELOAD-HINT" not in text
    assert text.splitlines()[-1].startswith("#"), "or hls.js gives up when somebody comes back"
    assert _live(shelf, ended=True).endswith("#EXT-X-ENDLIST\n")


ENTRIES = [
    Entry(0, 1_796_083_200_000, 1000, 700, 90_000, (0, 700), False),
    Entry(1, 1_796_083_201_000, 1000, 90_700, 80_000, (0, 700), False),
    Entry(12, 1_796_083_260_000, 2001, 171_400, 70_000, (170_700, 700), True),
]


def test_a_replay_word_for_word() -> None:
    assert recorded_playlist(ENTRIES) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-TARGETDURATION:3\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-MAP:URI="replay/init0.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-12-01T00:00:00.000Z\n"
        "#EXTINF:1.000,\n"
        "replay/0.m4s\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-12-01T00:00:01.000Z\n"
        "#EXTINF:1.000,\n"
        "replay/1.m4s\n"
        "#EXT-X-DISCONTINUITY\n"
        '#EXT-X-MAP:URI="replay/init170700.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-12-01T00:01:00.000Z\n"
        "#EXTINF:2.001,\n"
        "replay/12.m4s\n"
        "#EXT-X-ENDLIST\n"
    )


def test_a_replay_that_goes_on_may_be_asked_for_again() -> None:
    text = recorded_playlist(ENTRIES, goes_on=True)
    assert "#EXT-X-PLAYLIST-TYPE:EVENT\n" in text and "ENDLIST" not in text
