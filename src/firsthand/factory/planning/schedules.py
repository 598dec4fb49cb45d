"""Schedules that need no search: what a rule comes to, and a plan as far as it still fits.

Compiled code is loaded inside of the functions: by who plans, and by nobody else.
"""

import heapq
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from firsthand.factory.impossible import Impossible
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Problem

if TYPE_CHECKING:
    from firsthand.factory.compiled.shop import Arrays

IN_FORCE = "in_force"
ADMISSION = "admission"
QUICK = (IN_FORCE, ADMISSION)  # the rule is not searched, and fewer futures are played


def by_rule(problem: Problem, policy: Policy, *, seed: int) -> Plan:
    """What comes of it if the floor is run by a rule, and nothing goes wrong."""
    from firsthand.factory.compiled.shop import shop  # noqa: PLC0415
    from firsthand.factory.compiled.simulation import followed  # noqa: PLC0415

    floor = shop(problem)
    _order, machine, start, end, setup = followed(floor, policy)
    return floor.plan(machine, start, end, setup, solver=IN_FORCE, seed=seed)


def resumed(problem: Problem, plan: Plan, begun_at: datetime, policy: Policy, *, seed: int) -> Plan:
    """A plan as far as it still fits a problem that has changed since it was BEGUN_AT.

    What it knows keeps its order and its machines; what it does not know comes in where the rule
    would have it. The rule alone may do better: the cheaper one of the two is the answer.
    """
    import numpy as np  # noqa: PLC0415

    from firsthand.factory.compiled.costing import cost  # noqa: PLC0415
    from firsthand.factory.compiled.decoding import decode  # noqa: PLC0415
    from firsthand.factory.compiled.shop import shop  # noqa: PLC0415
    from firsthand.factory.compiled.simulation import followed  # noqa: PLC0415

    floor = shop(problem)
    _order, machine, start, end, setup = followed(floor, policy)
    ruled = floor.plan(machine, start, end, setup, solver=IN_FORCE, seed=seed)
    shift = (begun_at - problem.begins_at).total_seconds()
    known = {(one.lot_id, one.operation_id): one for one in plan.operations}
    places = {place: at for at, place in enumerate(floor.machines)}
    wanted, begins = machine.copy(), start.astype(np.float64)
    for at, (lot, operation) in enumerate(floor.operations):
        before = known.get((lot.id, operation.id))
        there = _machine(floor.arrays, at, before, places)
        if before is not None and there is not None:
            wanted[at], begins[at] = there, before.start + shift
    order = np.array(_topological(floor.arrays, begins), dtype=np.int64)
    new_start, new_end, new_setup = decode(floor.arrays, order, wanted)
    try:
        kept = floor.plan(wanted, new_start, new_end, new_setup, solver=plan.solver, seed=seed)
    except Impossible:
        return ruled
    worth = cost(floor.arrays, wanted, new_start, new_end, new_setup)
    return kept if worth <= cost(floor.arrays, machine, start, end, setup) else ruled


def _machine(
    arrays: "Arrays",
    operation: int,
    before: PlannedOperation | None,
    places: Mapping[tuple[int, int], int],
) -> int | None:
    """The machine that an operation had, if it can still do it."""
    if before is None:
        return None
    there = places.get((before.work_centre_id, before.machine))
    first, last = arrays.mode_first[operation], arrays.mode_first[operation + 1]
    return there if there in arrays.mode_machine[first:last] else None


def _topological(arrays: "Arrays", begins: Any) -> list[int]:
    """Operations in the order of their beginnings, none before what it waits for."""
    waits = [
        int(arrays.before_first[at + 1] - arrays.before_first[at]) for at in range(len(begins))
    ]
    ready = [(float(begins[at]), at) for at, many in enumerate(waits) if not many]
    heapq.heapify(ready)
    order = []
    while ready:
        _begins, at = heapq.heappop(ready)
        order.append(at)
        for row in range(arrays.after_first[at], arrays.after_first[at + 1]):
            later = int(arrays.after[row])
            waits[later] -= 1
            if not waits[later]:
                heapq.heappush(ready, (float(begins[later]), later))
    return order
