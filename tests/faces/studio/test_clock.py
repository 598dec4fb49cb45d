"""The clock of a run sheet, by examples and by what must hold."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from firsthand.faces.studio.clock import Stretch, clock, next_after

BEGAN = datetime(2026, 12, 1, 12, tzinfo=UTC)
SHEET = [Stretch(1, 5, True), Stretch(2, 10, True), Stretch(3, 5, False)]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_a_show_that_keeps_its_minutes_is_on_time() -> None:
    said = clock(
        SHEET, 2, on_air_at=BEGAN, segment_since=BEGAN + minutes(5), now=BEGAN + minutes(8)
    )
    assert (said.elapsed, said.drift, said.segment_left) == (480, 0, 420)
    assert said.ends_at == BEGAN + minutes(20)
    assert said.segment_share == 30


def test_a_late_start_of_a_segment_is_kept_until_it_overruns_and_then_grows() -> None:
    since = BEGAN + minutes(7)
    for after, drift, left in ((1, 120, 540), (10, 120, 0), (12, 240, -120)):
        said = clock(SHEET, 2, on_air_at=BEGAN, segment_since=since, now=since + minutes(after))
        assert (said.drift, said.segment_left) == (drift, left)


def test_a_show_that_hurries_is_ahead() -> None:
    said = clock(
        SHEET, 3, on_air_at=BEGAN, segment_since=BEGAN + minutes(12), now=BEGAN + minutes(13)
    )
    assert said.drift == -180


def test_before_the_show_there_is_only_the_plan() -> None:
    said = clock(SHEET, None, on_air_at=None, segment_since=None, now=BEGAN)
    assert (said.planned, said.elapsed, said.ends_at) == (1200, 0, None)


def test_between_going_on_air_and_the_first_segment_each_second_counts() -> None:
    fresh = [Stretch(1, 5, False), Stretch(2, 5, False)]
    said = clock(fresh, None, on_air_at=BEGAN, segment_since=None, now=BEGAN + minutes(2))
    assert said.drift == 120
    assert said.ends_at == BEGAN + minutes(12)


def test_the_next_segment_is_the_one_behind_and_after_the_last_there_is_none() -> None:
    assert next_after(SHEET, 1) == 2
    assert next_after(SHEET, 3) is None
    assert next_after(SHEET, None) == 3, "the first that has not begun"
    assert next_after([], None) is None


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=9),
    st.integers(0, 8),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
def test_a_second_passes_and_drift_grows_by_at_most_one(
    plan: list[int], at: int, since_s: int, inside_s: int
) -> None:
    sheet = [Stretch(number, length, True) for number, length in enumerate(plan)]
    current = at % len(sheet)
    since = BEGAN + timedelta(seconds=since_s)

    def drift(seconds: int) -> int:
        now = since + timedelta(seconds=seconds)
        return clock(sheet, current, on_air_at=BEGAN, segment_since=since, now=now).drift

    assert drift(inside_s + 1) - drift(inside_s) in (0, 1)
