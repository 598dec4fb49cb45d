"""A planner's hand on the plan: an operation goes to this machine, and not before this instant.

A pin is a wish that every plan from then on keeps; it moves nothing by itself. Before it is
written the operation is put there in the plan in force, and the checker is asked what is wrong:
what no other plan could mend (the machine cannot do it, is closed, the lot is not there) is
refused with the reason; whoever only stands in the way makes room in the next plan.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.factory.checker import check
from firsthand.factory.models import Pin, WorkOrder
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Lot, Operation, Problem
from firsthand.kit.errors import NotFound, Refusal

Place = tuple[int, int]  # a work centre, and a machine of it


@dataclass(frozen=True, slots=True)
class Move:
    """An operation where a hand wants it."""

    planned: PlannedOperation
    in_the_way: int  # complaints of the checker that the next plan mends: who makes room


def tried(
    problem: Problem, plan: Plan, lot_id: int, operation_id: int, place: Place, start: int, now: int
) -> Move:
    """Put an operation there, and see. Refuses what no plan could mend; times are the problem's."""
    lot, operation = _find(problem, lot_id, operation_id)
    was = next(
        (
            one
            for one in plan.operations
            if (one.lot_id, one.operation_id) == (lot_id, operation_id)
        ),
        None,
    )
    if operation.fixed is not None or (was is not None and was.start <= now):
        raise Refusal("operation_fixed", _("It runs or is behind the frozen fence: it stays."))
    if start < now:
        raise Refusal("in_the_past", _("That time is over."))
    mode = next((one for one in operation.choices(problem.centres) if one[:2] == place), None)
    machine = problem.centres[place[0]].machine(place[1]) if place[0] in problem.centres else None
    if mode is None or machine is None:
        raise Refusal("machine_cannot", _("That machine cannot do this operation."))
    if machine.calendar.next_open(start) != start:
        raise Refusal("machine_closed", _("That machine is closed at that time."))
    setup = was.setup_seconds if was is not None else 0
    run = machine.calendar.ends(start, setup) if setup else start
    if run < lot.release:
        raise Refusal("not_released", _("The lot is not released by then."))
    ends = {(one.lot_id, one.operation_id): one.end for one in plan.operations}
    for before, lag in operation.forerunners:
        if run < ends.get((lot_id, before), 0) + lag:
            raise Refusal("forerunner_later", _("What comes before it is not done by then."))
    end = machine.calendar.ends(start, setup + mode.run_seconds)
    planned = PlannedOperation(lot_id, operation_id, *place, start, end, setup)
    others = tuple(one for one in plan.operations if one is not was and _is_asked(problem, one))
    complaints = check(problem, replace(plan, operations=(*others, planned)))
    return Move(planned, len(complaints))


def _find(problem: Problem, lot_id: int, operation_id: int) -> tuple[Lot, Operation]:
    for lot in problem.lots:
        if lot.id == lot_id:
            for operation in lot.operations:
                if operation.id == operation_id:
                    return lot, operation
    raise NotFound("no_such_operation", _("This operation is done, or no longer in the plan."))


def _is_asked(problem: Problem, planned: PlannedOperation) -> bool:
    return planned.end > 0 and planned.work_centre_id in problem.centres


def pin(
    *, work_order_id: int, operation_id: int, place: Place, not_before: datetime, by: int
) -> Pin:
    """Write a pin; one that stood there is moved."""
    if not WorkOrder.objects.filter(pk=work_order_id).exists():
        raise NotFound("no_such_work_order", _("There is no such work order."))
    written, _made = Pin.objects.update_or_create(
        work_order_id=work_order_id,
        operation_id=operation_id,
        defaults={
            "work_centre_id": place[0],
            "machine": place[1],
            "not_before": not_before,
            "by_id": by,
        },
    )
    return written


def unpin(work_order_id: int, operation_id: int) -> bool:
    """Let an operation go; whether it was pinned."""
    gone, _by_kind = Pin.objects.filter(
        work_order_id=work_order_id, operation_id=operation_id
    ).delete()
    return gone > 0
