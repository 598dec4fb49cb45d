"""What is on the screen, by the minutes and by the director's word."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.demo.film.runsheet import RunSheet
from firsthand.demo.film.scene import Film, pose_at
from firsthand.demo.film.voice import speech_of


def test_by_itself_a_film_goes_through_its_run_sheet_and_begins_again(sheet: RunSheet) -> None:
    film = Film(sheet)
    shown = [film.scene(at_s).segment.segment_id for at_s in (0, 19.96, 20, 29.96, 30, 50)]
    assert shown == ["11", "11", "12", "12", "11", "12"]


def test_points_go_round_within_a_segment(sheet: RunSheet) -> None:
    film = Film(sheet)
    assert [film.scene(at_s).point_index for at_s in (0, 9.9, 10, 19.9)] == [0, 0, 1, 1]
    assert film.scene(19.99).point_age_s == pytest.approx(9.99)


def test_a_director_s_segment_stays_until_another_word(sheet: RunSheet) -> None:
    film = Film(sheet)
    film.direct({"segment": 12}, 3.0)
    assert film.scene(3.0).segment.title_en == "Rice cooker"
    assert film.scene(3.0).segment_age_s == 0
    assert film.scene(300.0).segment.title_en == "Rice cooker"
    film.direct({"by_itself": True}, 300.0)
    assert film.scene(310.0).segment.title_en == "Firsthand Phone"


def test_a_point_that_was_named_stays(sheet: RunSheet) -> None:
    film = Film(sheet)
    film.direct({"segment": "11", "point": 1}, 4.0)
    assert film.scene(4.0).point.zh == "电池更大"
    assert film.scene(90.0).point.zh == "电池更大"
    film.direct({"segment": 11}, 100.0)
    assert film.scene(100.0).point_index == 0


def test_a_new_price_is_on_screen_at_once_and_stays_with_its_segment(sheet: RunSheet) -> None:
    film = Film(sheet)
    film.direct({"segment": 12, "price_text": "¥549"}, 1.0)
    assert film.scene(1.0).segment.price_text == "¥549"
    film.direct({"segment": 11}, 2.0)
    assert film.scene(2.0).segment.price_text == "¥3,999"
    film.direct({"segment": 12}, 3.0)
    assert film.scene(3.0).segment.price_text == "¥549"


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"segment": 99},
        {"point": 2},
        {"point": -1},
        {"point": "1"},
        {"segment": 12, "point": 1},
        {"segment": 12, "price_text": 549},
        {"segment": 12, "dance": True},
    ],
)
def test_what_cannot_be_done_changes_nothing(sheet: RunSheet, order: dict[str, Any]) -> None:
    film = Film(sheet)
    before = film.scene(1.0)
    with pytest.raises(ValueError, match=r"."):
        film.direct(order, 1.0)
    assert film.scene(1.0) == before
    assert film.by_itself


@settings(deadline=None)
@given(st.floats(0, 4000))
def test_the_host_never_jumps_and_keeps_within_his_bounds(at_s: float) -> None:
    speech = speech_of("内胆三毫米")
    one, next_one = (pose_at(moment, speech, moment % 60) for moment in (at_s, at_s + 0.04))
    for name in ("breath", "tilt", "left", "right"):
        assert abs(getattr(one, name) - getattr(next_one, name)) < 0.25, name
        assert -1.001 <= getattr(one, name) <= 1.001, name
    assert 0 <= one.mouth_open <= 1 and 0 <= one.eyes_open <= 1


def test_the_mouth_moves_with_the_speech_and_rests_with_it() -> None:
    speech = speech_of("内胆三毫米")
    first = speech.syllables[0]
    assert pose_at(5, speech, first.start_s + first.length_s / 2).mouth_open > 0.15
    assert pose_at(5, speech, speech.caption_end_s + 0.1).mouth_open == 0
