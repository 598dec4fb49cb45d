"""A factory some hours on: what is left of a problem when the floor has followed a plan so far.

What has ended is gone, what runs stays where it is, and so does what begins before the fence; all
else is free. Times count from the new instant. The plan may as well be what really happened: then
an operation ends when it ended, and not when it should have.
"""

from dataclasses import replace
from datetime import timedelta

from firsthand.factory.calendars import Calendar
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Fixed, Lot, Machine, Operation, Place, Problem, WorkCentre

_Placed = dict[tuple[int, int], PlannedOperation]


def after(problem: Problem, plan: Plan, seconds: int, *, fence_seconds: int = 0) -> Problem:
    """The problem SECONDS later. What begins within FENCE_SECONDS of then is fixed, too.

    ``previous`` holds where the plan has what is still free.
    """
    placed = {(one.lot_id, one.operation_id): one for one in plan.operations}
    fence = seconds + fence_seconds
    last: dict[tuple[int, int], tuple[int, Operation]] = {}
    lots = []
    for lot in problem.lots:
        for one in lot.operations:
            there = placed[lot.id, one.id]
            where = (there.work_centre_id, there.machine)
            if there.end <= seconds and (where not in last or there.end > last[where][0]):
                last[where] = (there.end, one)
        left = _left(lot, placed, seconds, fence)
        if left is not None:
            lots.append(left)
    known = {lot.id for lot in lots}
    return replace(
        problem,
        begins_at=problem.begins_at + timedelta(seconds=seconds),
        work_centres=tuple(_centre(one, last, seconds) for one in problem.work_centres),
        lots=tuple(
            replace(lot, needs=tuple(need for need in lot.needs if need.lot_id in known))
            for lot in lots
        ),
        previous={
            key: Place(one.work_centre_id, one.machine, one.start - seconds)
            for key, one in placed.items()
            if one.start >= fence
        },
    )


def _left(lot: Lot, placed: _Placed, seconds: int, fence: int) -> Lot | None:
    done = {one.id for one in lot.operations if placed[lot.id, one.id].end <= seconds}
    if len(done) == len(lot.operations):
        return None
    operations = []
    for one in lot.operations:
        if one.id in done:
            continue
        there = placed[lot.id, one.id]
        forerunners = [(earlier, lag) for earlier, lag in one.forerunners if earlier not in done]
        # What waits for something that ended may still wait for it on its way.
        on_its_way = max(
            (
                placed[lot.id, earlier].end + lag - seconds
                for earlier, lag in one.forerunners
                if earlier in done
            ),
            default=0,
        )
        fixed = (
            Fixed(
                there.work_centre_id,
                there.machine,
                there.start - seconds,
                there.end - seconds,
                there.setup_seconds,
            )
            if there.start < fence
            else None
        )
        operations.append(
            replace(
                one,
                after=tuple(earlier for earlier, _lag in forerunners),
                lags=tuple(lag for _earlier, lag in forerunners) if one.lags else (),
                fixed=fixed,
                not_before=max(0, one.not_before - seconds, on_its_way),
            )
        )
    runs = any(one.fixed and one.fixed.runs for one in operations)
    release = lot.release - seconds
    return replace(
        lot,
        release=min(0, release) if runs else release,
        due=lot.due - seconds,
        operations=tuple(operations),
    )


def _centre(
    centre: WorkCentre, last: dict[tuple[int, int], tuple[int, Operation]], seconds: int
) -> WorkCentre:
    machines = []
    for machine in centre.machines:
        made = last.get((centre.id, machine.number))
        machines.append(
            Machine(
                machine.number,
                _later(machine.calendar, seconds),
                made[1].family if made else machine.family,
                made[1].part if made else machine.part,
            )
        )
    return replace(centre, machines=tuple(machines))


def _later(calendar: Calendar, seconds: int) -> Calendar:
    return Calendar(
        tuple(
            (max(0, opens - seconds), closes - seconds)
            for opens, closes in calendar.windows
            if closes > seconds
        )
    )
