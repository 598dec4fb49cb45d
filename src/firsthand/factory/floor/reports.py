"""A report from the floor: made once, by its key, on an open work order that is held meanwhile."""

from datetime import datetime
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.factory.floor import rules, store
from firsthand.factory.floor.events import LotShort
from firsthand.factory.floor.rules import Reported, Step
from firsthand.factory.models import FloorReport, Progress, WorkOrder
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.stock import store as ledger

Kind = FloorReport.Kind
_OPEN = (WorkOrder.State.PLANNED, WorkOrder.State.FIRM, WorkOrder.State.RELEASED)


class Who(NamedTuple):
    """Who reports, and by which press: the same press that comes twice has the same key."""

    person_id: int | None
    key: UUID


class Lot(NamedTuple):
    """A work order that somebody reports on, locked, with what was said of it before."""

    order: WorkOrder
    steps: tuple[Step, ...]
    reported: dict[int, Reported]

    def came(self, operation_id: int) -> int:
        """How many pieces came to an operation."""
        return rules.arrivals(self.steps, self.reported)[operation_id]


def take_door(number: str) -> None:
    """Hold the door of a work order's SKU, before the order: who finishes a lot moves goods."""
    sku_id = WorkOrder.objects.filter(number=number).values_list("part__sku_id", flat=True).first()
    if sku_id is not None:
        ledger.open_accounts([sku_id])
        ledger.lock_on_offer([sku_id])


def open_lot(number: str, operation_id: int | None, who: Who) -> Lot:
    """A work order, held; refused if it is over, but for the very press that ended it."""
    order = store.lock(number)
    if order.state not in _OPEN and not FloorReport.objects.filter(key=who.key).exists():
        raise Refusal(
            "work_order_over",
            _("This work order is finished or cancelled."),
            fields={"state": order.state},
        )
    steps = store.steps([order])[order.pk]
    if operation_id is not None and all(one.operation_id != operation_id for one in steps):
        raise NotFound("no_such_operation", _("This work order has no such operation."))
    return Lot(order, steps, store.reported([order.pk])[order.pk])


def was_said(order: WorkOrder, kind: Kind, operation_id: int | None, who: Who) -> bool:
    """Whether this very report was made already; one key is for one report."""
    before = FloorReport.objects.filter(key=who.key).first()
    if before is None:
        return False
    if (before.work_order_id, before.kind, before.operation_id) != (order.pk, kind, operation_id):
        raise Invalid("key_used", _("This key belongs to another report."))
    return True


def running_on(order: WorkOrder, operation_id: int) -> Progress:
    """An operation that runs."""
    found = Progress.objects.filter(work_order=order, operation_id=operation_id).first()
    if found is None:
        raise Refusal("not_started", _("This operation has not been started."))
    if found.finished_at is not None:
        raise Refusal("already_finished", _("This operation has been finished already."))
    return found


def note_down(
    order: WorkOrder,
    kind: Kind,
    operation_id: int | None,
    who: Who,
    now: datetime,
    *,
    place: tuple[int, int] | None = None,
    counted: tuple[int, int] = (0, 0),
    reason: str = "",
    note: str = "",
) -> None:
    """Write a report down, with its key."""
    if reason and reason not in FloorReport.Reason.values:
        raise Invalid("no_such_reason", _("There is no such reason."))
    FloorReport.objects.create(
        key=who.key,
        kind=kind,
        work_order=order,
        operation_id=operation_id,
        work_centre_id=place[0] if place else None,
        machine=place[1] if place else None,
        good=counted[0],
        scrapped=counted[1],
        reason=reason,
        note=note,
        by_id=who.person_id,
        reported_at=now,
    )


def fewer_pieces(lot: Lot) -> list[LotShort]:
    """Note how many good pieces the lot will give now, and tell if they have become fewer."""
    said = store.reported([lot.order.pk])[lot.order.pk]
    pieces = rules.good_at_most(lot.steps, said)
    before = lot.order.good_quantity
    known = lot.order.quantity if before is None else before
    if pieces == known:
        return []
    lot.order.good_quantity = pieces if pieces < lot.order.quantity else None
    store.short(lot.order.pk, lot.order.good_quantity)
    return [
        LotShort(
            work_order_id=lot.order.pk,
            number=lot.order.number,
            part_id=lot.order.part_id,
            sku_id=lot.order.part.sku_id,
            quantity=lot.order.quantity,
            pieces=pieces,
        )
    ]


def refuse_count(sentence: Any, most: int) -> NoReturn:
    """Say how many there can be at most: SENTENCE has a place for it."""
    raise Invalid("bad_quantity", format_lazy(sentence, most=most), fields={"most": most})
