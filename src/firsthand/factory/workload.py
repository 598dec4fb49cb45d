"""From what stands in the tables to a problem: which operations are still to be run. Pure.

A work order makes its product and, in the same lot, every part of it that is made: their
operations come first, in the order of the bill's levels. (There is no stock of half-made
things; whoever wants one gives it a SKU.)

Nobody reports single operations yet. The floor is taken to follow the plan in force: what it
says has ended is done, what it says runs now goes on where it is, all else is free to move.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from firsthand.factory import bom
from firsthand.factory.impossible import Impossible
from firsthand.factory.problem import (
    Fixed,
    Lot,
    Machine,
    Operation,
    Problem,
    WorkCentre,
)
from firsthand.factory.shifts import Shift, calendar

MINUTE = 60


class Centre(NamedTuple):
    """A work centre as it stands in the tables."""

    id: int
    code: str
    machines: int
    shift_start_minute: int
    shift_minutes: int
    works_on_weekends: bool
    timezone: str


class Order(NamedTuple):
    """An open work order."""

    id: int
    number: str
    part_id: int
    quantity: int
    release_at: datetime
    due_at: datetime


class Routed(NamedTuple):
    """An operation of a part's routing."""

    id: int
    part_id: int
    part_code: str
    number: int
    work_centre_id: int
    setup_minutes: int
    run_seconds: int  # for each piece
    family: str


class Run(NamedTuple):
    """An operation that the plan in force has begun by now, or ended."""

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    starts_at: datetime
    ends_at: datetime
    setup_minutes: int
    family: str


@dataclass(frozen=True, slots=True)
class Tables:
    """All that a problem is made of, as it was read."""

    centres: Sequence[Centre]
    orders: Sequence[Order]
    lines: Sequence[bom.Line]  # of components that are made
    routed: Sequence[Routed]
    runs: Sequence[Run]


class Workload(NamedTuple):
    """The problem that is left, and what needs no more planning."""

    problem: Problem
    done: tuple[int, ...]  # orders all of whose operations have ended
    begun: tuple[int, ...]  # orders of which something runs, or has run


def workload(tables: Tables, begins_at: datetime) -> Workload:
    """What is left to be run at BEGINS_AT. Raises ``Impossible`` with the reason."""
    centres = _centres(tables, begins_at)
    machines = {centre.id: len(centre.machines) for centre in centres}
    runs: dict[int, dict[int, Run]] = {}
    for run in tables.runs:
        runs.setdefault(run.work_order_id, {})[run.operation_id] = run
    recipes = _Recipes(tables)
    busy: set[tuple[int, int]] = set()
    lots, done = [], []
    for order in tables.orders:
        lot = _lot(order, recipes, runs.get(order.id, {}), begins_at, machines, busy)
        if lot is None:
            done.append(order.id)
        else:
            lots.append(lot)
    known = {order.id for order in tables.orders}
    return Workload(
        problem=Problem(begins_at=begins_at, work_centres=centres, lots=tuple(lots)),
        done=tuple(done),
        begun=tuple(sorted(known & set(runs))),
    )


def _centres(tables: Tables, begins_at: datetime) -> tuple[WorkCentre, ...]:
    latest: dict[tuple[int, int], Run] = {}
    for run in tables.runs:
        place = (run.work_centre_id, run.machine)
        if run.ends_at <= begins_at and (
            place not in latest or run.ends_at > latest[place].ends_at
        ):
            latest[place] = run
    calendars = {
        shift: calendar(shift, begins_at) for shift in {_shift(centre) for centre in tables.centres}
    }
    return tuple(
        WorkCentre(
            id=centre.id,
            code=centre.code,
            machines=tuple(
                Machine(
                    number=number,
                    calendar=calendars[_shift(centre)],
                    family=latest[centre.id, number].family
                    if (centre.id, number) in latest
                    else "",
                )
                for number in range(1, centre.machines + 1)
            ),
        )
        for centre in tables.centres
    )


def _shift(centre: Centre) -> Shift:
    return Shift(
        start_minute=centre.shift_start_minute,
        minutes=centre.shift_minutes,
        works_on_weekends=centre.works_on_weekends,
        timezone=centre.timezone,
    )


class _Recipe(NamedTuple):
    """How a product is made, with every made part in it: what comes after what."""

    lines: tuple[bom.Line, ...]
    steps: tuple[Routed, ...]
    after: Mapping[int, tuple[int, ...]]  # by operation


class _Recipes:
    """The recipes of products, each worked out once."""

    def __init__(self, tables: Tables) -> None:
        self._lines: dict[int, list[bom.Line]] = {}
        for line in tables.lines:
            self._lines.setdefault(line.parent_id, []).append(line)
        self._steps: dict[int, list[Routed]] = {}
        for step in sorted(tables.routed, key=lambda one: (one.part_id, one.number)):
            self._steps.setdefault(step.part_id, []).append(step)
        self._names = {step.part_id: step.part_code for step in tables.routed}
        self._known: dict[int, _Recipe] = {}

    def of(self, part_id: int) -> _Recipe:
        """The recipe of a product."""
        if part_id not in self._known:
            self._known[part_id] = self._work_out(part_id)
        return self._known[part_id]

    def _work_out(self, part_id: int) -> _Recipe:
        lines, reached, waiting = [], {part_id}, [part_id]
        while waiting:
            for line in self._lines.get(waiting.pop(), ()):
                lines.append(line)
                if line.component_id not in reached:
                    reached.add(line.component_id)
                    waiting.append(line.component_id)
        steps: list[Routed] = []
        after: dict[int, tuple[int, ...]] = {}
        last: dict[int, tuple[int, ...]] = {}  # by part: the operations that finish it
        order = bom.levels(lines, self._names) or [part_id]
        below: dict[int, list[int]] = {}
        for line in lines:
            below.setdefault(line.parent_id, []).append(line.component_id)
        for part in order:
            before = tuple(one for component in below.get(part, ()) for one in last[component])
            for step in self._steps.get(part, ()):
                after[step.id] = before
                steps.append(step)
                before = (step.id,)
            last[part] = before  # a part without a routing passes on what it waits for
        return _Recipe(tuple(lines), tuple(steps), after)


def _lot(
    order: Order,
    recipes: _Recipes,
    runs: Mapping[int, Run],
    begins_at: datetime,
    machines: Mapping[int, int],
    busy: set[tuple[int, int]],
) -> Lot | None:
    """What is left of an order; None when nothing is."""
    recipe = recipes.of(order.part_id)
    if not recipe.steps:
        raise Impossible(
            "work order {number} makes a part that has no routing", number=order.number
        )
    begun = {
        step.id: one
        for step in recipe.steps
        if (one := _begun(step, runs.get(step.id), begins_at, machines, busy))
    }
    done = _done(recipe, runs, begun, begins_at)
    if len(done) == len(recipe.steps):
        return None
    pieces = bom.explode(recipe.lines, {order.part_id: order.quantity})
    operations = tuple(
        Operation(
            id=step.id,
            name=f"{step.number} of {step.part_code}",
            work_centre_id=step.work_centre_id,
            run_seconds=step.run_seconds * pieces[step.part_id],
            setup_seconds=step.setup_minutes * MINUTE,
            family=step.family,
            after=tuple(one for one in recipe.after[step.id] if one not in done),
            fixed=begun.get(step.id),
        )
        for step in recipe.steps
        if step.id not in done
    )
    release = -((begins_at - order.release_at) // timedelta(seconds=1))  # rounded up
    return Lot(
        id=order.id,
        name=order.number,
        release=min(release, 0) if begun else release,
        due=(order.due_at - begins_at) // timedelta(seconds=1),
        operations=operations,
    )


def _begun(
    step: Routed,
    run: Run | None,
    begins_at: datetime,
    machines: Mapping[int, int],
    busy: set[tuple[int, int]],
) -> Fixed | None:
    # Whoever takes a machine out of a centre, or a step to another one, while it runs, has
    # stopped it: it is planned anew.
    if run is None or not run.starts_at <= begins_at < run.ends_at:
        return None
    place = (step.work_centre_id, run.machine)
    if run.work_centre_id != step.work_centre_id or place in busy:
        return None
    if run.machine > machines.get(step.work_centre_id, 0):
        return None
    busy.add(place)
    return Fixed(
        work_centre_id=run.work_centre_id,
        machine=run.machine,
        start=(run.starts_at - begins_at) // timedelta(seconds=1),
        end=-((begins_at - run.ends_at) // timedelta(seconds=1)),
        setup_seconds=run.setup_minutes * MINUTE,
    )


def _done(
    recipe: _Recipe, runs: Mapping[int, Run], begun: Iterable[int], begins_at: datetime
) -> set[int]:
    """What has ended, and all that must have ended before it: steps may have been put in since."""
    done: set[int] = set()
    waiting = [one for started in begun for one in recipe.after[started]]
    waiting += [
        step.id for step in recipe.steps if step.id in runs and runs[step.id].ends_at <= begins_at
    ]
    while waiting:
        one = waiting.pop()
        if one not in done:
            done.add(one)
            waiting.extend(recipe.after[one])
    return done
