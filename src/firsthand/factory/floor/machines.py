"""A machine on the floor: what runs on it, what comes next, and that it broke down."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from firsthand.factory.actions import FEED
from firsthand.factory.floor import rules, store
from firsthand.factory.floor.events import MachineDown, MachineUp
from firsthand.factory.floor.rules import Answer
from firsthand.factory.models import Downtime, Operation, Progress, WorkCentre, WorkOrder
from firsthand.factory.planning import ground
from firsthand.factory.planning import store as planning
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound

DOWN_FOR = timedelta(hours=4)  # if nobody says how long a machine will stand
DOWN_MAX = timedelta(days=60)
NEXT_MAX = 20
LOOKED_AT = 60  # planned operations, of which those that wait for a forerunner come last


class Waiting(NamedTuple):
    """An operation that a machine can do: whether at once, and when the plan has it begin."""

    order: WorkOrder
    operation: Operation
    pieces: int  # that come to it
    is_ready: bool
    planned_machine: int
    starts_at: datetime


def find(work_centre: str, machine: int) -> WorkCentre:
    """The work centre of a machine that there is."""
    return _there(WorkCentre.objects.select_related("plant").filter(code=work_centre), machine)


def runs_on(work_centre_id: int, machine: int) -> Progress | None:
    """What runs on a machine."""
    return (
        Progress.objects.filter(work_centre_id=work_centre_id, machine=machine, finished_at=None)
        .select_related("work_order__part", "operation__part", "work_centre__plant")
        .first()
    )


def next_on(
    work_centre_id: int,
    machine: int,
    at_most: int = NEXT_MAX,
    *,
    by_rule_at: datetime | None = None,
) -> list[Waiting]:
    """What a machine shall do next, by the plan in force: first what can begin at once.

    What the plan has for another machine of the same centre comes behind, for who stands idle.
    With BY_RULE_AT it is in the order of the rule that the plan was made by, decided anew at that
    instant: dearer, since the whole floor is looked at, and better once things went otherwise.
    """
    planned = store.planned_on(work_centre_id, machine, LOOKED_AT)
    orders = {
        one.pk: one
        for one in WorkOrder.objects.filter(
            pk__in={one.work_order_id for one in planned}
        ).select_related("part")
    }
    operations = Operation.objects.select_related("part").in_bulk(
        {one.operation_id for one in planned}
    )
    lots = store.steps(orders.values())
    said = store.reported(orders)
    found = []
    for one in planned:
        lot, reported = lots[one.work_order_id], said[one.work_order_id]
        if all(step.operation_id != one.operation_id for step in lot):
            continue  # the routing has changed since
        answer = rules.may_start(one.operation_id, lot, reported)
        if answer not in (Answer.YES, Answer.WAITS):
            continue
        found.append(
            Waiting(
                order=orders[one.work_order_id],
                operation=operations[one.operation_id],
                pieces=rules.arrivals(lot, reported)[one.operation_id],
                is_ready=answer is Answer.YES,
                planned_machine=one.machine,
                starts_at=one.starts_at,
            )
        )
    ranks = _ranks(work_centre_id, machine, by_rule_at) if by_rule_at else {}
    # What the rule does not rank is behind the fence, or another machine's. The sort is stable: the
    # plan's order among equals.
    found.sort(
        key=lambda one: (
            not one.is_ready,
            ranks.get(
                (one.order.pk, one.operation.pk),
                -1 if one.planned_machine == machine else len(ranks),
            ),
        )
    )
    return found[:at_most]


def _ranks(work_centre_id: int, machine: int, now: datetime) -> dict[tuple[int, int], int]:
    """Which rank the rule of the plan in force gives what waits; none without such a rule."""
    if not planning.policy_in_force():
        return {}
    here = ground.read(now)
    there = any(
        centre.id == work_centre_id and any(one.number == machine for one in centre.machines)
        for centre in here.problem.work_centres
    )
    if here.policy is None or not there:
        return {}
    # Loaded by whoever asks for it: the other pages need no compiled simulation.
    futures = import_module("firsthand.factory.futures")
    best = futures.next_on(here.problem, here.policy, work_centre_id, machine)
    return {place: rank for rank, place in enumerate(best)}


def report_down(
    work_centre: str,
    machine: int,
    *,
    until: datetime | None = None,
    note: str = "",
    by: int | None,
    now: datetime,
) -> Downtime:
    """A machine broke down. Whoever says so twice says it once."""
    held = WorkCentre.objects.select_for_update(no_key=True).filter(code=work_centre)
    centre = _there(held, machine)
    open_one = open_breakdown(centre, machine, now)
    if open_one is not None:
        return open_one
    ends_at = until or now + DOWN_FOR
    if not now < ends_at <= now + DOWN_MAX:
        raise Invalid("bad_time", _("It works again within 60 days from now."))
    row = Downtime.objects.create(
        work_centre=centre,
        machine=machine,
        starts_at=now,
        ends_at=ends_at,
        kind=Downtime.Kind.BREAKDOWN,
        note=note,
    )
    outbox.tell(
        FEED,
        [
            MachineDown(
                downtime_id=row.pk,
                work_centre_id=centre.pk,
                machine=machine,
                starts_at=now.isoformat(),
                until=ends_at.isoformat(),
                by=by,
            )
        ],
    )
    return row


def report_up(work_centre: str, machine: int, *, by: int | None, now: datetime) -> Downtime | None:
    """A machine works again; None if nobody had said that it does not."""
    held = WorkCentre.objects.select_for_update(no_key=True).filter(code=work_centre)
    centre = _there(held, machine)
    row = open_breakdown(centre, machine, now)
    if row is None:
        return None
    row.ends_at = max(now, row.starts_at + timedelta(microseconds=1))
    row.save(update_fields=["ends_at"])
    outbox.tell(
        FEED,
        [
            MachineUp(
                downtime_id=row.pk,
                work_centre_id=centre.pk,
                machine=machine,
                at=row.ends_at.isoformat(),
                by=by,
            )
        ],
    )
    return row


def open_breakdown(centre: WorkCentre, machine: int, now: datetime) -> Downtime | None:
    """The breakdown of a machine that was reported and is not over."""
    return (
        Downtime.objects.filter(
            work_centre=centre,
            machine=machine,
            kind=Downtime.Kind.BREAKDOWN,
            starts_at__lte=now,
            ends_at__gt=now,
        )
        .order_by("-starts_at")
        .first()
    )


def _there(centres: QuerySet[WorkCentre], machine: int) -> WorkCentre:
    found = centres.first()
    if found is None or not 1 <= machine <= found.machines:
        raise NotFound("no_such_machine", _("There is no such machine."))
    return found
