"""What a new plan changes, in words: against the plan before it. Pure.

Kept beside the plan as sentences with their values, so that each reader has them in his language.
"""

from collections.abc import Iterable
from typing import NamedTuple

from firsthand.factory.plan import Plan
from firsthand.factory.problem import Problem
from firsthand.factory.replanning.answers import NAMED_MAX, NEARLY_HOURS, Said

HOUR = 3600
NEAR_HOURS = 24
MOVED = HOUR // 4  # what moves by less has not moved


class _Lot(NamedTuple):
    name: str
    due: int
    before: int
    after: int

    @property
    def hours(self) -> float:
        return (self.after - self.before) / HOUR


def changes(problem: Problem, before: Plan, after: Plan) -> list[Said]:
    """What is another than before, the most important first; of the first plan: nothing."""
    if not before.operations:
        return []
    was, done = before.completions(), after.completions()
    lots = [
        _Lot(lot.name, lot.due, was[lot.id], done[lot.id])
        for lot in problem.lots
        if lot.id in was and lot.id in done
    ]
    new = [lot.name for lot in problem.lots if lot.id not in was]
    found = [*_promises(lots), *_moves(lots)]
    if new:
        fields = {"count": len(new), "names": _named(new)}
        found.append(Said("{count} lots are new in the plan: {names}.", fields))
    return [*found, *_near_term(before, after)]


def _promises(lots: Iterable[_Lot]) -> list[Said]:
    kept = list(lots)
    late = [one.name for one in kept if one.before <= one.due < one.after]
    saved = [one.name for one in kept if one.after <= one.due < one.before]
    found = []
    if late:
        said = "{count} lots are late now that were in time: {names}."
        found.append(Said(said, {"count": len(late), "names": _named(late)}))
    if saved:
        said = "{count} lots are in time again that were late: {names}."
        found.append(Said(said, {"count": len(saved), "names": _named(saved)}))
    return found


def _moves(lots: Iterable[_Lot]) -> list[Said]:
    kept, found = list(lots), []
    for sign, said in (
        (-1, "{count} lots are done earlier, by {hours} hours on average, most of all {lot}."),
        (1, "{count} lots are done later, by {hours} hours on average, most of all {lot}."),
    ):
        moved = [one for one in kept if sign * one.hours >= NEARLY_HOURS]
        if moved:
            most = max(moved, key=lambda one: abs(one.hours))
            hours = round(sum(abs(one.hours) for one in moved) / len(moved), 1)
            found.append(Said(said, {"count": len(moved), "hours": hours, "lot": most.name}))
    return found


def _near_term(before: Plan, after: Plan) -> list[Said]:
    """How much of the work of the next day moved: that is what disturbs the floor."""
    now = {(one.lot_id, one.operation_id): one for one in after.operations}
    near = [
        (one, now[one.lot_id, one.operation_id])
        for one in before.operations
        if 0 < one.start < NEAR_HOURS * HOUR and (one.lot_id, one.operation_id) in now
    ]
    if not near:
        return []
    machines = sum(
        (old.work_centre_id, old.machine) != (new.work_centre_id, new.machine) for old, new in near
    )
    times = sum(abs(new.start - old.start) >= MOVED for old, new in near)
    if not machines and not times:
        return [
            Said("Nothing that was to begin within {hours} hours moved.", {"hours": NEAR_HOURS})
        ]
    said = (
        "Of {count} operations that were to begin within {hours} hours, {times} begin at another"
        " time and {machines} on another machine."
    )
    fields = {"count": len(near), "hours": NEAR_HOURS, "times": times, "machines": machines}
    return [Said(said, fields)]


def _named(names: list[str]) -> str:
    more = "" if len(names) <= NAMED_MAX else " …"
    return ", ".join(names[:NAMED_MAX]) + more
