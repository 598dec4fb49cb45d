"""People on the floor, for tests: each press has a key of its own unless a test gives it one."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from firsthand.factory.floor import actions
from firsthand.factory.floor.reports import Who
from firsthand.factory.models import Operation, WorkOrder
from tests.factory.works import MONDAY


def pressed(key: UUID | None = None) -> Who:
    """Somebody whom nobody asked for his name presses."""
    return Who(None, key or uuid4())


def step(order: WorkOrder, kind: str) -> int:
    """The operation of a kettle's lot: its board's, or its own."""
    part = (
        order.part
        if kind == "kettle"
        else order.part.components.get(component__kind="made").component
    )
    return Operation.objects.filter(part=part).order_by("number")[0].pk


def start(
    order: WorkOrder,
    operation_id: int,
    machine: int = 1,
    *,
    centre: str | None = None,
    key: UUID | None = None,
    now: datetime = MONDAY,
) -> None:
    """An operation is started, in a transaction of its own."""
    centre = centre or Operation.objects.get(pk=operation_id).work_centre.code
    with transaction.atomic():
        actions.start(
            order.number,
            operation_id,
            work_centre=centre,
            machine=machine,
            who=pressed(key),
            now=now,
        )


def finish_step(
    order: WorkOrder,
    operation_id: int,
    good: int,
    scrapped: int = 0,
    *,
    reason: str = "",
    key: UUID | None = None,
    now: datetime = MONDAY,
) -> None:
    """An operation is finished, in a transaction of its own."""
    with transaction.atomic():
        actions.finish(
            order.number,
            operation_id,
            good,
            scrapped,
            reason=reason,
            who=pressed(key),
            now=now,
        )


def make(order: WorkOrder, good: int | None = None, now: datetime = MONDAY) -> None:
    """All of a kettle's lot is made, as the floor reports it; the rest is spoilt in assembly."""
    board, kettle = step(order, "board"), step(order, "kettle")
    start(order, board, now=now)
    finish_step(order, board, order.quantity, now=now)
    start(order, kettle, now=now)
    good = order.quantity if good is None else good
    finish_step(order, kettle, good, order.quantity - good, now=now)
