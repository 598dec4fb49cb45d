"""Shifts of a plant's own days, as windows of the problem's time. Pure.

A plant keeps its own clock: "eight in the morning" is another instant in each time zone, and
in some of them another one after the clocks are put forward. Shifts are therefore laid out in
the plant's time and only then become seconds. A shift lasts as long as it says, also in the
night in which the clocks are changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from firsthand.factory.calendars import Calendar
from firsthand.factory.impossible import Impossible

SATURDAY = 5
HORIZON_DAYS = 400

Window = tuple[int, int]


class Stretch(NamedTuple):
    """One stretch of work; it may run past midnight, and belongs to the day it begins on."""

    start_minute: int  # of the plant's day
    minutes: int


@dataclass(frozen=True, slots=True)
class Week:
    """When work is done: stretches by weekday, and days that are unlike others."""

    timezone: str
    shifts: tuple[tuple[int, Stretch], ...]  # 0 Monday … 6 Sunday
    days: tuple[tuple[date, Stretch], ...] = ()  # instead of that day's shifts; no minutes: closed

    def __post_init__(self) -> None:
        for _day, (start_minute, minutes) in (*self.shifts, *self.days):
            _check(start_minute, minutes, least=0)

    def on(self, day: date) -> Sequence[Stretch]:
        """The stretches that begin on a day of the plant, in order."""
        special = [stretch for one, stretch in self.days if one == day]
        usual = [stretch for weekday, stretch in self.shifts if weekday == day.weekday()]
        return sorted(stretch for stretch in special or usual if stretch.minutes)


@dataclass(frozen=True, slots=True)
class Shift:
    """The same stretch of work on every day, or on every day of the working week."""

    start_minute: int  # of the plant's day
    minutes: int
    works_on_weekends: bool
    timezone: str
    week: Week = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self.start_minute, self.minutes, least=1)
        days = range(7 if self.works_on_weekends else SATURDAY)
        stretch = Stretch(self.start_minute, self.minutes)
        object.__setattr__(self, "week", Week(self.timezone, tuple((day, stretch) for day in days)))


def _check(start_minute: int, minutes: int, *, least: int) -> None:
    if not 0 <= start_minute < 1440:
        raise Impossible(
            "a shift begins in minute {minute} of the day, which has 1440", minute=start_minute
        )
    if not least <= minutes <= 1440:
        raise Impossible("a shift has {minutes} minutes; a day has 1440 of them", minutes=minutes)


def calendar(
    when: Shift | Week,
    begins_at: datetime,
    *,
    days: int = HORIZON_DAYS,
    without: Iterable[Window] = (),
) -> Calendar:
    """When a machine on these shifts works, from BEGINS_AT on, for so many days.

    >>> shift = Shift(480, 960, works_on_weekends=False, timezone="Asia/Shanghai")
    >>> noon = datetime(2026, 11, 23, 4, tzinfo=UTC)  # a Monday, 12:00 in Shanghai
    >>> calendar(shift, noon, days=2).windows  # until midnight; then from eight to midnight
    ((0, 43200), (72000, 129600))
    """
    week = when.week if isinstance(when, Shift) else when
    return Calendar(tuple(cut_out(windows(week, begins_at, days=days), without)))


def windows(week: Week, begins_at: datetime, *, days: int = HORIZON_DAYS) -> list[Window]:
    """The windows of a week's shifts, in seconds from BEGINS_AT on; it may have none."""
    zone = ZoneInfo(week.timezone)
    special = {day for day, _stretch in week.days}
    usual = [
        sorted(one for at, one in week.shifts if at == day and one.minutes) for day in range(7)
    ]
    first = begins_at.astimezone(zone).date() - timedelta(days=1)  # it may run past midnight
    found: list[Window] = []
    for number in range(days + 1):
        day = first + timedelta(days=number)
        for stretch in week.on(day) if day in special else usual[day.weekday()]:
            clock = time(stretch.start_minute // 60, stretch.start_minute % 60)
            opens_at = datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
            opens = (opens_at - begins_at) // timedelta(seconds=1)
            closes = opens + 60 * stretch.minutes
            opens = max(opens, 0, found[-1][1] if found else 0)  # a day may be 23 hours long
            if closes <= opens:
                continue
            if found and found[-1][1] == opens:  # round the clock
                found[-1] = (found[-1][0], closes)
            else:
                found.append((opens, closes))
    return found


def cut_out(found: Sequence[Window], without: Iterable[Window]) -> list[Window]:
    """The windows, without the times in which a machine stands still.

    >>> cut_out([(0, 10), (20, 30)], [(8, 22), (25, 26)])
    [(0, 8), (22, 25), (26, 30)]
    """
    left = list(found)
    for begins, ends in without:
        kept: list[Window] = []
        for opens, closes in left:
            if closes <= begins or ends <= opens:
                kept.append((opens, closes))
                continue
            if opens < begins:
                kept.append((opens, begins))
            if ends < closes:
                kept.append((ends, closes))
        left = kept
    return left
