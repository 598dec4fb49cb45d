"""Shifts of a plant's own days, as windows of the problem's time. Pure.

A plant keeps its own clock: "eight in the morning" is another instant in each time zone, and
in some of them another one after the clocks are put forward. Shifts are therefore laid out in
the plant's time and only then become seconds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firsthand.factory.calendars import Calendar
from firsthand.factory.impossible import Impossible

SATURDAY = 5
HORIZON_DAYS = 400


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of work a day; it may run past midnight, and belongs to the day it begins on."""

    start_minute: int  # of the plant's day
    minutes: int
    works_on_weekends: bool
    timezone: str

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < 1440:
            raise Impossible(
                "a shift begins in minute {minute} of the day, which has 1440",
                minute=self.start_minute,
            )
        if not 1 <= self.minutes <= 1440:
            raise Impossible(
                "a shift has {minutes} minutes; a day has 1440 of them", minutes=self.minutes
            )


def calendar(shift: Shift, begins_at: datetime, *, days: int = HORIZON_DAYS) -> Calendar:
    """When a machine on this shift works, from BEGINS_AT on, for so many days.

    >>> shift = Shift(480, 960, works_on_weekends=False, timezone="Asia/Shanghai")
    >>> noon = datetime(2026, 11, 23, 4, tzinfo=UTC)  # a Monday, 12:00 in Shanghai
    >>> calendar(shift, noon, days=2).windows  # until midnight; then from eight to midnight
    ((0, 43200), (72000, 129600))
    """
    zone = ZoneInfo(shift.timezone)
    first = begins_at.astimezone(zone).date() - timedelta(days=1)  # it may run past midnight
    windows: list[tuple[int, int]] = []
    for number in range(days + 1):
        day = first + timedelta(days=number)
        if day.weekday() >= SATURDAY and not shift.works_on_weekends:
            continue
        clock = time(shift.start_minute // 60, shift.start_minute % 60)
        opens_at = datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
        opens = (opens_at - begins_at) // timedelta(seconds=1)
        closes = opens + 60 * shift.minutes
        opens = max(opens, 0, windows[-1][1] if windows else 0)  # a day may be 23 hours long
        if closes <= opens:
            continue
        if windows and windows[-1][1] == opens:  # round the clock
            windows[-1] = (windows[-1][0], closes)
        else:
            windows.append((opens, closes))
    return Calendar(tuple(windows))
