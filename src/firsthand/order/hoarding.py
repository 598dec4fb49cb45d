"""How much one person may hold and not pay. Pure.

A hold keeps pieces from everybody else for some minutes, and costs nothing. Two numbers bound
what can be made of that, ``held_max`` at once and ``day_max`` a day, both counted over all that
a person holds or let go unpaid, on whatever offer, from whatever browser:

- of the orders that he does not pay, the first ``held_max`` of a day are held for the full time,
  those after them for a short one;
- after ``day_max`` nothing is held for him until the first of them is a day ago.

So an account keeps from others at most ``held_max`` full and ``day_max - held_max`` short holds
a day. Whoever pays what he ordered is never counted.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)


class Unpaid(NamedTuple):
    """What somebody holds and has not paid, and what he let go unpaid within the last day."""

    held: int = 0
    first_ends_at: datetime | None = None  # of what he holds
    let_go: int = 0
    first_went_at: datetime | None = None  # of what he let go

    def __add__(self, other: "Unpaid") -> "Unpaid":  # type: ignore[override]
        """Both together."""
        return Unpaid(
            self.held + other.held,
            _earlier(self.first_ends_at, other.first_ends_at),
            self.let_go + other.let_go,
            _earlier(self.first_went_at, other.first_went_at),
        )


class Caps(NamedTuple):
    """So many at once, and so many a day."""

    held_max: int
    day_max: int


NOTHING = Unpaid()
NO_CAPS = Caps(2**31, 2**31)


def too_many(unpaid: Unpaid, caps: Caps) -> Mapping[str, int | datetime] | None:
    """Why nothing more is held for somebody: how many there are, and until when; None if it is.

    >>> noon = datetime(2026, 11, 23, 12)
    >>> too_many(Unpaid(4), Caps(5, 20))
    >>> too_many(Unpaid(5, noon), Caps(5, 20))
    {'unpaid': 5, 'most': 5, 'until': datetime.datetime(2026, 11, 23, 12, 0)}
    >>> too_many(Unpaid(0, None, 20, noon), Caps(5, 20))
    {'unpaid_a_day': 20, 'most': 20, 'until': datetime.datetime(2026, 11, 24, 12, 0)}
    """
    facts: dict[str, int | datetime] = {}
    if unpaid.held + unpaid.let_go >= caps.day_max:
        facts = {"unpaid_a_day": unpaid.held + unpaid.let_go, "most": caps.day_max}
        until = unpaid.first_went_at or unpaid.first_ends_at
        until = until and until + DAY
    elif unpaid.held >= caps.held_max:
        facts = {"unpaid": unpaid.held, "most": caps.held_max}
        until = unpaid.first_ends_at
    else:
        return None
    return {**facts, "until": until} if until else facts


def is_short(unpaid: Unpaid, caps: Caps) -> bool:
    """Whether what is held for him now is held for the short time only.

    >>> is_short(Unpaid(held=2, let_go=2), Caps(5, 20)), is_short(Unpaid(let_go=5), Caps(5, 20))
    (False, True)
    """
    return unpaid.held + unpaid.let_go >= caps.held_max


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other
