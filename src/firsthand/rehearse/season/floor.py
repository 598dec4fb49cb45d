"""The floor of a season: it goes by its rule, and takes as long as it takes.

It is a problem that gets older (``rehearse.passing``): what ended is gone, what runs stays until
it really ends, all else is free. The rule decides live by how long work should take; how long it
takes is drawn once for each operation, and no plan ever sees it before the operation runs.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from firsthand.factory.calendars import Calendar
from firsthand.factory.compiled.index import by_group
from firsthand.factory.compiled.shop import shop
from firsthand.factory.compiled.simulation import simulate
from firsthand.factory.plan import Plan
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Lot, Problem, WorkCentre
from firsthand.rehearse.passing import after
from firsthand.rehearse.season.world import Breakdown, World
from firsthand.rehearse.works import BEGINS_AT


class Floor:
    """Machines, and the lots that are open."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.problem = Problem(BEGINS_AT, world.centres, ())
        self.now = 0
        self.setup_seconds = 0
        self.busy_seconds: dict[str, int] = {one.code: 0 for one in world.centres}
        self.open_seconds: dict[str, int] = {one.code: 0 for one in world.centres}
        self._factors: dict[tuple[int, int], float] = {}

    def open(self, lot: Lot) -> None:
        """A lot comes to the floor; its times count from now."""
        factors = self._world.factors(lot.id, len(lot.operations))
        for one, factor in zip(lot.operations, factors, strict=True):
            self._factors[lot.id, one.id] = factor
        self.problem = replace(self.problem, lots=(*self.problem.lots, lot))

    def change(self, lots: Mapping[int, Lot]) -> None:
        """Lots are due at another time, or their material comes later."""
        self.problem = replace(
            self.problem, lots=tuple(lots.get(one.id, one) for one in self.problem.lots)
        )

    def go_on(self, until: int, policy: Policy) -> dict[int, int]:
        """Work until then; which lots were done meanwhile, and when."""
        span = until - self.now
        if span <= 0:
            return {}
        problem = self.problem
        plan = self._happens(problem, policy)
        self._count(problem, plan, span)
        done = {lot: self.now + end for lot, end in plan.completions().items() if end <= span}
        self.problem = replace(after(problem, plan, span), previous={})
        self.now = until
        for lot in problem.lots:
            if lot.id in done:
                for number in [key for key in self._factors if key[0] == lot.id]:
                    del self._factors[number]
        return done

    def _happens(self, problem: Problem, policy: Policy) -> Plan:
        if not problem.lots:
            return Plan("floor", 0, ())
        floor = shop(problem)
        factors = np.array([self._factors[lot.id, one.id] for lot, one in floor.operations])
        rule = by_group(policy, floor.groups)
        _order, *times = simulate(floor.arrays, *rule, factors)
        return floor.plan(*times, solver="floor", seed=0)

    def _count(self, problem: Problem, plan: Plan, span: int) -> None:
        calendars = {
            (centre.id, machine.number): machine.calendar
            for centre in problem.work_centres
            for machine in centre.machines
        }
        codes = {centre.id: centre.code for centre in problem.work_centres}
        for (centre_id, _number), calendar in calendars.items():
            self.open_seconds[codes[centre_id]] += calendar.worked(0, span)
        for one in plan.operations:
            if one.start >= span:
                continue
            calendar = calendars[one.work_centre_id, one.machine]
            worked = calendar.worked(max(0, one.start), min(one.end, span))
            self.busy_seconds[codes[one.work_centre_id]] += worked
            if one.start >= 0:
                self.setup_seconds += one.setup_seconds

    def break_down(self, broken: Breakdown) -> None:
        """A machine stands still from now on; what runs on it goes on when it is mended."""
        place = (broken.work_centre_id, broken.machine)
        [before] = [
            machine.calendar
            for centre in self.problem.work_centres
            for machine in centre.machines
            if (centre.id, machine.number) == place
        ]
        closed = Calendar(
            tuple(
                (max(opens, broken.seconds), closes)
                for opens, closes in before.windows
                if closes > broken.seconds
            )
        )
        self.problem = replace(
            self.problem,
            work_centres=tuple(_closed(one, place, closed) for one in self.problem.work_centres),
            lots=tuple(_later(lot, place, before, closed) for lot in self.problem.lots),
        )


def _closed(centre: WorkCentre, place: tuple[int, int], calendar: Calendar) -> WorkCentre:
    return replace(
        centre,
        machines=tuple(
            replace(one, calendar=calendar) if (centre.id, one.number) == place else one
            for one in centre.machines
        ),
    )


def _later(lot: Lot, place: tuple[int, int], before: Calendar, closed: Calendar) -> Lot:
    operations = []
    for one in lot.operations:
        fixed = one.fixed
        if fixed is not None and (fixed.work_centre_id, fixed.machine) == place:
            left = max(1, before.worked(0, fixed.end))
            end = closed.ends(closed.next_open(0) or 0, left)
            operations.append(replace(one, fixed=replace(fixed, end=end)))
        else:
            operations.append(one)
    return replace(lot, operations=tuple(operations))
