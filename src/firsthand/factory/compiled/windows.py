"""When machines work, in arrays: the windows of all calendars, one after the other.

A calendar is a row of ``first[c] … first[c + 1]`` windows; ``before`` is the work that fits
into the windows before each. It answers as ``calendars.Calendar`` does, and a test holds the
one against the other. Work that does not end before the last window closes ends at NEVER.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.calendars import Calendar
from firsthand.factory.compiled.jit import inner

Ints = NDArray[np.int64]
NEVER = 1 << 60


class Windows(NamedTuple):
    """The windows of all calendars."""

    first: Ints  # of each calendar, and the end
    opens: Ints
    closes: Ints
    before: Ints


def windows(calendars: list[Calendar]) -> Windows:
    """Calendars as arrays, in their order."""
    first, opens, closes, before = [0], [], [], []
    for calendar in calendars:
        worked = 0
        for start, end in calendar.windows:
            opens.append(start)
            closes.append(end)
            before.append(worked)
            worked += end - start
        first.append(len(opens))
    return Windows(*(np.array(one, dtype=np.int64) for one in (first, opens, closes, before)))


@inner
def _window(all_windows: Windows, calendar: int, at: int) -> int:
    """The last window that opens at AT or before; one before the first if there is none."""
    low, high = all_windows.first[calendar], all_windows.first[calendar + 1]
    while low < high:
        middle = (low + high) // 2
        if all_windows.opens[middle] <= at:
            low = middle + 1
        else:
            high = middle
    return low - 1


@inner
def next_open(all_windows: Windows, calendar: int, at: int) -> int:
    """The first instant from AT on at which work can begin, or NEVER."""
    if at >= NEVER:
        return NEVER
    window = _window(all_windows, calendar, at)
    if window >= all_windows.first[calendar] and at < all_windows.closes[window]:
        return at
    if window + 1 < all_windows.first[calendar + 1]:
        return all_windows.opens[window + 1]
    return NEVER


@inner
def ends(all_windows: Windows, calendar: int, start: int, work: int) -> int:
    """When WORK seconds are done that begin at START, an open instant; START if there are none."""
    if start >= NEVER:
        return NEVER
    if work == 0:
        return start
    window = _window(all_windows, calendar, start)
    left = all_windows.closes[window] - start
    while work > left:
        work -= left
        window += 1
        if window >= all_windows.first[calendar + 1]:
            return NEVER
        left = all_windows.closes[window] - all_windows.opens[window]
        start = all_windows.opens[window]
    return start + work


@inner
def worked(all_windows: Windows, calendar: int, at: int) -> int:
    """How many seconds were worked before AT."""
    window = _window(all_windows, calendar, at)
    if window < all_windows.first[calendar]:
        return 0
    inside = min(at, all_windows.closes[window]) - all_windows.opens[window]
    return all_windows.before[window] + inside


@inner
def begins(all_windows: Windows, calendar: int, end: int, work: int) -> int:
    """The last open instant from which just WORK seconds are worked until END.

    Where so many are not worked before END it is long ago: before anything can have begun.
    """
    if work == 0:
        return end
    target = worked(all_windows, calendar, end) - work
    if target < 0:
        return -NEVER
    low, high = all_windows.first[calendar], all_windows.first[calendar + 1]
    while low < high:
        middle = (low + high) // 2
        if all_windows.before[middle] <= target:
            low = middle + 1
        else:
            high = middle
    window = low - 1
    return all_windows.opens[window] + target - all_windows.before[window]


@inner
def closes(all_windows: Windows, calendar: int, at: int) -> int:
    """When the window closes that is open at AT."""
    return all_windows.closes[_window(all_windows, calendar, at)]
