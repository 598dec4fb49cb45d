"""The judge of plans: whether a plan can be carried out. Pure, and written apart.

It shares nothing with any solver but the problem and the plan: where a solver asks a
calendar when work ends, the judge walks through the windows and counts. A plan is put in
force only when the judge has nothing to say about it.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter

from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Lot, Machine, Operation, Problem, WorkCentre

COMPLAINTS_MAX = 100

_Done = list[tuple[PlannedOperation, tuple[Lot, Operation]]]  # by one machine


def check(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with a plan, a sentence each; nothing when it can be carried out."""
    found: list[str] = []
    for sentence in _complaints(problem, plan):
        found.append(sentence)
        if len(found) == COMPLAINTS_MAX:
            break
    return found


def _complaints(problem: Problem, plan: Plan) -> Iterator[str]:
    asked = {(lot.id, one.id): (lot, one) for lot in problem.lots for one in lot.operations}
    placed: dict[tuple[int, int], PlannedOperation] = {}
    for planned in plan.operations:
        key = (planned.lot_id, planned.operation_id)
        if key not in asked:
            yield f"operation {planned.operation_id} of lot {planned.lot_id} was never asked for"
        elif key in placed:
            yield f"{_name(*asked[key])} is planned twice"
        else:
            placed[key] = planned
    for key, (lot, operation) in asked.items():
        if key not in placed:
            yield f"{_name(lot, operation)} is not planned"
    centres = {centre.id: centre for centre in problem.work_centres}
    for key, planned in placed.items():
        lot, operation = asked[key]
        yield from _place(lot, operation, planned, centres)
        yield from _order(lot, operation, planned, placed)
    done: dict[tuple[int, int], _Done] = {}
    for key, planned in placed.items():
        place = (planned.work_centre_id, planned.machine)
        done.setdefault(place, []).append((planned, asked[key]))
    for centre in problem.work_centres:
        for machine in centre.machines:
            on_it = done.get((centre.id, machine.number), [])
            on_it.sort(key=lambda one: (one[0].start, one[0].end))
            yield from _one_thing_at_a_time(centre, machine, on_it)
            yield from _changeovers(machine, on_it)


def _name(lot: Lot, operation: Operation) -> str:
    return f"operation {operation} of lot {lot.name}"


def _place(
    lot: Lot, operation: Operation, planned: PlannedOperation, centres: dict[int, WorkCentre]
) -> Iterator[str]:
    # On a machine that can do it, not before its lot is released, for as long as it takes.
    name = _name(lot, operation)
    if planned.work_centre_id != operation.work_centre_id:
        yield f"{name} is planned on work centre {planned.work_centre_id}, which cannot do it"
        return
    centre = centres[planned.work_centre_id]
    machine = next((one for one in centre.machines if one.number == planned.machine), None)
    if machine is None:
        yield f"{name} is planned on machine {planned.machine} of {centre.code}: there is none"
        return
    if operation.fixed is not None:
        stays = (operation.fixed.machine, operation.fixed.start, operation.fixed.end)
        if (planned.machine, planned.start, planned.end) != stays:
            yield f"{name} has begun and is torn from its machine"
        return
    if planned.start < max(0, lot.release):
        yield f"{name} begins at {planned.start} s, before its lot is released ({lot.release} s)"
    windows = _meeting(machine.calendar.windows, planned.start, planned.end)
    if not any(opens <= planned.start < closes for opens, closes in windows):
        yield f"{name} begins at {planned.start} s, when {centre.code} is closed"
    worked = sum(
        max(0, min(planned.end, closes) - max(planned.start, opens)) for opens, closes in windows
    )
    needed = planned.setup_seconds + operation.run_seconds
    if worked != needed:
        yield f"{name} needs {needed} s of work, but from its start to its end {worked} s are open"
    if not any(opens < planned.end <= closes for opens, closes in windows):
        yield f"{name} ends at {planned.end} s, when {centre.code} is closed"


def _meeting(
    windows: tuple[tuple[int, int], ...], start: int, end: int
) -> tuple[tuple[int, int], ...]:
    """The windows that can have to do with the time from START to END."""
    first = bisect_right(windows, start, key=itemgetter(1))
    return windows[first : bisect_right(windows, end, lo=first, key=itemgetter(0))]


def _order(
    lot: Lot,
    operation: Operation,
    planned: PlannedOperation,
    placed: dict[tuple[int, int], PlannedOperation],
) -> Iterator[str]:
    for before in operation.after:
        earlier = placed.get((lot.id, before))
        if earlier is not None and planned.start < earlier.end:
            yield (
                f"{_name(lot, operation)} begins at {planned.start} s, but operation {before},"
                f" which it comes after, ends at {earlier.end} s"
            )


def _one_thing_at_a_time(centre: WorkCentre, machine: Machine, done: _Done) -> Iterator[str]:
    busy_until, with_what = None, ""
    for planned, (lot, operation) in done:
        name = _name(lot, operation)
        if busy_until is not None and planned.start < busy_until:
            yield (
                f"machine {machine.number} of {centre.code} does two things at once:"
                f" {with_what} until {busy_until} s, and {name} from {planned.start} s"
            )
        if busy_until is None or planned.end > busy_until:
            busy_until, with_what = planned.end, name


def _changeovers(machine: Machine, done: _Done) -> Iterator[str]:
    # Whoever follows another family, or comes first on a machine of which nobody knows what
    # it is set up for, sets it up; whoever follows his own family does not.
    if done:
        planned, (lot, operation) = done[0]
        same = bool(operation.family) and operation.family == machine.family
        yield from _setup(lot, operation, planned, needed=not same)
    for (_, (_, before)), (planned, (lot, operation)) in pairwise(done):
        same = bool(operation.family) and operation.family == before.family
        yield from _setup(lot, operation, planned, needed=not same)


def _setup(
    lot: Lot, operation: Operation, planned: PlannedOperation, *, needed: bool
) -> Iterator[str]:
    if operation.fixed is not None:
        return  # it was set up by an earlier plan
    right = operation.setup_seconds if needed else 0
    if planned.setup_seconds != right:
        yield (
            f"{_name(lot, operation)} is set up in {planned.setup_seconds} s;"
            f" after what its machine made before it takes {right} s"
        )
