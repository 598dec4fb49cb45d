"""Two plans side by side: what moved, and which lots come earlier or later. Pure.

And the plans that nobody makes, but any factory could: what a plain dispatch rule would do with
the same problem. A plan is worth what it saves against them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from firsthand.factory.plan import figures
from firsthand.factory.problem import Problem
from firsthand.factory.solver import find

RULES = ("fifo", "edd")  # what floors without a scheduler are run by
NEARLY = timedelta(minutes=15)  # what moves by less has not moved


class Placed(NamedTuple):
    """An operation of a lot, as a plan says."""

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    starts_at: datetime
    ends_at: datetime


class Shift(NamedTuple):
    """A lot that is done earlier (below nought) or later by the second plan."""

    work_order_id: int
    before: datetime
    after: datetime

    @property
    def hours(self) -> float:
        """By how much."""
        return (self.after - self.before) / timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the second plan does otherwise. Only what stands in both can have moved."""

    kept: int  # operations on their machine and at their time
    retimed: int  # on their machine, at another time
    moved: int  # on another machine
    gone: int  # operations that only the first plan has
    added: int  # operations that only the second plan has
    earlier: tuple[Shift, ...]  # the largest first
    later: tuple[Shift, ...]


def compare(before: Iterable[Placed], after: Iterable[Placed]) -> Comparison:
    """What AFTER does otherwise than BEFORE."""
    old = {(one.work_order_id, one.operation_id): one for one in before}
    new = {(one.work_order_id, one.operation_id): one for one in after}
    both = old.keys() & new.keys()
    moved = sum(1 for key in both if old[key][2:4] != new[key][2:4])
    retimed = sum(
        1
        for key in both
        if old[key][2:4] == new[key][2:4] and abs(old[key].starts_at - new[key].starts_at) >= NEARLY
    )
    was, will = _done(old.values()), _done(new.values())
    shifts = [Shift(lot, was[lot], will[lot]) for lot in sorted(was.keys() & will.keys())]
    return Comparison(
        kept=len(both) - moved - retimed,
        retimed=retimed,
        moved=moved,
        gone=len(old.keys() - new.keys()),
        added=len(new.keys() - old.keys()),
        earlier=tuple(
            sorted(
                (one for one in shifts if one.before - one.after >= NEARLY), key=lambda o: o.hours
            )
        ),
        later=tuple(
            sorted(
                (one for one in shifts if one.after - one.before >= NEARLY), key=lambda o: -o.hours
            )
        ),
    )


def _done(placed: Iterable[Placed]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for one in placed:
        found[one.work_order_id] = max(one.ends_at, found.get(one.work_order_id, one.ends_at))
    return found


def by_rules(problem: Problem, but: str = "") -> Mapping[str, Mapping[str, Any]]:
    """The figures of what plain dispatch rules would do with a problem, by the rule's name."""
    return {
        rule: figures(problem, find(rule).solve(problem, seed=0)).as_json()
        for rule in RULES
        if rule != but
    }
