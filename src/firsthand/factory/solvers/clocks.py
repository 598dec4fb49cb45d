"""Working time and the wall's clock, as CP-SAT sees them.

Work is counted where it has no gaps: in the working time of its machine. Some things are
counted on the wall's clock, such as when a lot ends. The two are tied window by window: a literal
says whether an instant falls into a window or past it. Only what must hold is said: an end
is *no sooner* than its work says, a beginning *no later*; since nothing is won by the other side,
that is enough.
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from firsthand.factory.calendars import Calendar

Expr = Any  # a variable of CP-SAT, an affine expression of one, or a number


class Clock:
    """The working time of a calendar until a horizon: how it stands to the wall's clock."""

    def __init__(self, calendar: Calendar, horizon: int) -> None:
        self._calendar = calendar
        self._first = calendar.windows[0][0]
        windows = calendar.windows
        # Those in which something may still be decided; there may be what is fixed in later ones.
        self._many = max(1, sum(opens < horizon for opens, _closes in windows))
        self._before = [self.worked(opens) for opens, _closes in windows]
        # The wall's clock is ahead of the clock of work by so much, in each window.
        self._ahead = [one[0] - work for one, work in zip(windows, self._before, strict=True)]
        self.total = self.worked(max(horizon, windows[0][1]))

    def worked(self, at: int) -> int:
        """The seconds that are worked before AT."""
        return self._calendar.worked(self._first, at) if at > self._first else 0

    def begins(self, work: int) -> int:
        """The instant at which something begins, after so much work."""
        return work + self._ahead[self._window(work, is_end=False)]

    def ends(self, work: int) -> int:
        """The instant at which something ends, after so much work."""
        return work + self._ahead[self._window(work, is_end=True)]

    def _window(self, work: int, *, is_end: bool) -> int:
        found = bisect_left(self._before, work) if is_end else bisect_right(self._before, work)
        return max(0, found - 1)

    def straight(self, least: int, *, is_end: bool) -> int | None:
        """How far the wall's clock is ahead of all work from LEAST on, if that is one number."""
        window = self._window(least, is_end=is_end)
        return self._ahead[window] if window >= self._many - 1 else None

    def tie(
        self,
        model: cp_model.CpModel,
        wall: Expr,
        work: Expr,
        *,
        least: int,
        here: Expr,
        is_end: bool,
        hint: int | None,
    ) -> None:
        """WALL is no sooner than an end at WORK says, or no later than a beginning, if it is HERE.

        HINT: what the work is, in the schedule that is begun with.
        """
        only_if = [] if isinstance(here, int) else [here]
        first = min(self._window(least, is_end=is_end), self._many - 1)
        windows = range(first, self._many)
        last = self._ahead[windows[0]] if is_end else self._ahead[windows[-1]]
        model.add(wall >= work + last if is_end else wall <= work + last).only_enforce_if(only_if)
        previous = None
        for earlier, window in pairwise(windows):
            edge = self._before[window]
            inside = model.new_bool_var("")  # it falls into that window, or past it
            if hint is not None:
                model.add_hint(inside, int(hint > edge if is_end else hint >= edge))
            if is_end:
                model.add(wall >= work + self._ahead[window]).only_enforce_if([*only_if, inside])
                model.add(work <= edge).only_enforce_if([*only_if, ~inside])
            else:
                model.add(wall <= work + self._ahead[earlier]).only_enforce_if([*only_if, ~inside])
                model.add(work >= edge).only_enforce_if([*only_if, inside])
            if previous is not None:
                model.add_implication(inside, previous)
            previous = inside
