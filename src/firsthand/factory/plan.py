"""A plan: which operation runs when, on which machine. And what a plan is worth. Pure.

The figures, with their definitions (C, r, d: completion, release and due time of a lot):

    makespan         from the beginning of the plan to the end of its last operation
    mean flow time   mean of C − r: how long a lot is in the factory
    tardiness        sum of max(0, C − d); lateness of early lots does not make up for it
    weighted         the same sum, each lot's hours times its weight
    cost             what a solver makes small; ``objective`` says of what it is made
    on time          share of the lots with C ≤ d
    changeover       hours in which machines are set up and make nothing
    utilisation      of a work centre: hours set up or running, by hours open, until the makespan
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from firsthand.factory.problem import Problem

HOUR = 3600


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """An operation in its place. It ends when its setup and its run have been worked."""

    lot_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    start: int
    end: int
    setup_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a solver answers."""

    solver: str
    seed: int
    operations: tuple[PlannedOperation, ...]

    def completions(self) -> dict[int, int]:
        """When each lot is done: the end of its last operation."""
        found: dict[int, int] = {}
        for planned in self.operations:
            found[planned.lot_id] = max(planned.end, found.get(planned.lot_id, planned.end))
        return found


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan is worth; the module says how each figure is defined."""

    lots: int
    operations: int
    makespan_hours: float
    mean_flow_hours: float
    tardiness_hours: float
    weighted_tardiness_hours: float
    cost: float
    late_lots: int
    on_time_percent: float
    changeovers: int
    changeover_hours: float
    utilisation_percent: Mapping[str, float]  # by the work centre's code

    def as_json(self) -> dict[str, Any]:
        """The figures as they are kept beside the plan."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "utilisation_percent": dict(self.utilisation_percent)
        }


def figures(problem: Problem, plan: Plan) -> Figures:
    """What a plan of this problem is worth. Of a plan without lots, all is nought."""
    completions = plan.completions()
    lots = [(lot, completions[lot.id]) for lot in problem.lots]
    makespan = max(completions.values(), default=0)
    late = [end - lot.due for lot, end in lots if end > lot.due]
    setups = [planned.setup_seconds for planned in plan.operations if planned.setup_seconds]
    count = max(1, len(lots))
    return Figures(
        lots=len(lots),
        operations=len(plan.operations),
        makespan_hours=round(makespan / HOUR, 2),
        mean_flow_hours=round(sum(end - lot.release for lot, end in lots) / count / HOUR, 2),
        tardiness_hours=round(sum(late) / HOUR, 2),
        weighted_tardiness_hours=round(
            sum(lot.weight * max(0, end - lot.due) for lot, end in lots) / HOUR, 2
        ),
        cost=round(cost(problem, plan), 2),
        late_lots=len(late),
        on_time_percent=round(100 * (len(lots) - len(late)) / count, 2) if lots else 100.0,
        changeovers=len(setups),
        changeover_hours=round(sum(setups) / HOUR, 2),
        utilisation_percent=_utilisation(problem, plan, makespan),
    )


def cost(problem: Problem, plan: Plan) -> float:
    """What a plan costs by the objective of its problem."""
    weights, completions = problem.objective, plan.completions()
    total = 0.0
    for lot in problem.lots:
        late = max(0, completions[lot.id] - lot.due) / HOUR
        inside = (completions[lot.id] - lot.release) / HOUR
        total += lot.weight * (weights.tardiness * late + weights.flow * inside)
    fixed = {
        (lot.id, one.id) for lot in problem.lots for one in lot.operations if one.fixed is not None
    }
    for planned in plan.operations:
        total += weights.changeover * planned.setup_seconds / HOUR
        key = planned.lot_id, planned.operation_id
        before = problem.previous.get(key)
        if before and key not in fixed and before.start < weights.near_hours * HOUR:
            total += weights.instability * abs(planned.start - max(0, before.start)) / HOUR
            if (planned.work_centre_id, planned.machine) != before[:2]:
                total += weights.instability
    return total


def _utilisation(problem: Problem, plan: Plan, makespan: int) -> dict[str, float]:
    calendars = {
        (centre.id, machine.number): machine.calendar
        for centre in problem.work_centres
        for machine in centre.machines
    }
    busy: dict[int, int] = {}
    for planned in plan.operations:
        calendar = calendars[planned.work_centre_id, planned.machine]
        worked = calendar.worked(max(0, planned.start), planned.end)
        busy[planned.work_centre_id] = busy.get(planned.work_centre_id, 0) + worked
    found = {}
    for centre in problem.work_centres:
        open_seconds = sum(machine.calendar.worked(0, makespan) for machine in centre.machines)
        share = busy.get(centre.id, 0) / open_seconds if open_seconds else 0.0
        found[centre.code] = round(100 * share, 1)
    return found
