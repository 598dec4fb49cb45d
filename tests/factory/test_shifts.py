"""Shifts of a plant's own day, as seconds."""

from datetime import UTC, datetime, timedelta

import pytest

from firsthand.factory.impossible import Impossible
from firsthand.factory.shifts import Shift, calendar

HOUR = 3600
SHANGHAI = "Asia/Shanghai"


def shift(
    start_hour: int = 8, hours: float = 16, *, weekends: bool = False, zone: str = SHANGHAI
) -> Shift:
    """A shift that begins on the hour."""
    return Shift(60 * start_hour, int(60 * hours), weekends, zone)


# Friday the 27th of November 2026, 16:00 in Shanghai.
FRIDAY = datetime(2026, 11, 27, 8, tzinfo=UTC)


def test_the_weekend_is_free_and_monday_begins_at_eight() -> None:
    windows = calendar(shift(), FRIDAY, days=4).windows
    # Until midnight; then Monday from eight, which is 48 + 8 hours after that midnight.
    assert windows == ((0, 8 * HOUR), (64 * HOUR, 80 * HOUR))


def test_a_plant_that_works_on_weekends_has_no_gap_but_the_night() -> None:
    windows = calendar(shift(weekends=True), FRIDAY, days=2).windows
    assert windows == ((0, 8 * HOUR), (16 * HOUR, 32 * HOUR))


def test_a_night_shift_that_began_yesterday_still_runs() -> None:
    # Twelve hours from 20:00: at two in the morning six hours of it are left.
    saturday_night = datetime(2026, 11, 27, 18, tzinfo=UTC)  # Saturday 02:00 in Shanghai
    windows = calendar(shift(20, 12), saturday_night, days=3).windows
    assert windows[0] == (0, 6 * HOUR)  # Friday's shift, which ends on Saturday at eight
    assert windows[1][0] == (24 + 24 + 18) * HOUR  # Monday at 20:00


def test_round_the_clock_is_one_window() -> None:
    windows = calendar(shift(0, 24, weekends=True), FRIDAY, days=10).windows
    assert windows == ((0, (8 + 24 * 9) * HOUR),)


def test_the_clock_of_the_plant_is_put_forward_and_the_shift_with_it() -> None:
    # In Berlin the clocks go forward on Sunday the 28th of March 2027: the 27th at noon to the
    # 28th at noon are 23 hours.
    noon = datetime(2027, 3, 27, 11, tzinfo=UTC)
    windows = calendar(shift(12, 8, weekends=True, zone="Europe/Berlin"), noon, days=2).windows
    assert windows == ((0, 8 * HOUR), (23 * HOUR, 31 * HOUR))


@pytest.mark.parametrize(("start_minute", "minutes"), [(-1, 60), (1440, 60), (0, 0), (0, 1441)])
def test_a_shift_fits_a_day(start_minute: int, minutes: int) -> None:
    with pytest.raises(Impossible):
        Shift(start_minute, minutes, works_on_weekends=False, timezone=SHANGHAI)


def test_a_year_of_shifts_has_every_working_day_once() -> None:
    windows = calendar(shift(), datetime(2026, 1, 5, tzinfo=UTC), days=364).windows
    assert len(windows) == 52 * 5
    assert all(closes - opens <= 16 * HOUR for opens, closes in windows)
    assert timedelta(seconds=windows[-1][1]) <= timedelta(days=364)
