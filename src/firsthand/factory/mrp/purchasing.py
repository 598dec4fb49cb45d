"""What can be done with purchase orders: decide, order, receive, hear that they are late, cancel.

Locks are taken in this order: the plants (a calculation changes purchases, too), the purchase
order, pegs, work orders, the part, the feed. Whoever finishes a lot has it before its parts, too.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.factory import store as factory
from firsthand.factory.events import (
    FEED,
    PurchaseCancelled,
    PurchaseDelayed,
    PurchaseOrdered,
    PurchaseReceived,
)
from firsthand.factory.models import Part, PurchaseOrder
from firsthand.factory.mrp import writing
from firsthand.factory.mrp.writing import NewOrder
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal

PIECES_MAX = 100_000_000  # of one order

State = PurchaseOrder.State


def open_purchase(*, part_id: int, quantity: int, due_at: datetime, now: datetime) -> PurchaseOrder:
    """Decide to buy so many of a part; it is firm, and no calculation takes it back."""
    if not Part.objects.filter(pk=part_id, kind=Part.Kind.BOUGHT).exists():
        raise NotFound("no_such_part", _("There is no such part that is bought."))
    if not 1 <= quantity <= PIECES_MAX:
        raise Invalid(
            "bad_quantity",
            _("A purchase has from 1 to 100,000,000 pieces."),
            fields={"most": PIECES_MAX},
        )
    [order_id] = writing.open_purchases([NewOrder(part_id, quantity, now, due_at)])
    order = PurchaseOrder.objects.get(pk=order_id)
    order.state = State.FIRM
    order.save(update_fields=["state"])
    return order


def firm_purchase(number: str) -> PurchaseOrder:
    """Decide that a proposal is bought: no calculation changes it any more."""
    order = _take(number, State.PLANNED)
    order.state = State.FIRM
    order.save(update_fields=["state"])
    return order


def order_purchase(
    number: str, now: datetime, *, due_at: datetime | None = None
) -> PurchaseOrdered:
    """The supplier was asked, and said when it comes; without DUE_AT, as we wanted it."""
    order = _take(number, State.PLANNED, State.FIRM)
    order.state, order.order_at = State.ORDERED, now
    order.due_at = order.promised_at = due_at or order.due_at
    order.save(update_fields=["state", "order_at", "due_at", "promised_at"])
    writing.release(now, writing.behind_purchase(order.pk))
    event = PurchaseOrdered(
        order.pk, number, order.part_id, order.quantity, order.due_at.isoformat()
    )
    outbox.tell(FEED, [event])
    return event


def purchase_comes(number: str, due_at: datetime, now: datetime) -> PurchaseOrder:
    """A supplier says when a purchase comes; it is told when that is later than was known.

    Lots that wait for it are released then. The next calculation buys anew what would be there
    sooner.
    """
    order = _take(number, State.PLANNED, State.FIRM, State.ORDERED)
    was, order.due_at = order.due_at, due_at
    if order.state == State.PLANNED:
        order.state = State.FIRM  # somebody knows about it: it is no mere proposal any more
    order.save(update_fields=["state", "due_at"])
    behind = writing.behind_purchase(order.pk)
    writing.release(now, behind)
    if due_at > was:
        event = PurchaseDelayed(
            purchase_order_id=order.pk,
            number=number,
            part_id=order.part_id,
            quantity=order.quantity - order.received,
            was_due_at=was.isoformat(),
            due_at=due_at.isoformat(),
            work_order_ids=behind,
        )
        outbox.tell(FEED, [event])
    return order


def receive_purchase(number: str, quantity: int, now: datetime) -> PurchaseReceived:
    """So many came: they lie in the store."""
    order = _take(number, State.PLANNED, State.FIRM, State.ORDERED)
    left = order.quantity - order.received - quantity
    if quantity < 1 or left < 0:
        raise Invalid(
            "bad_quantity",
            _("No more comes than was ordered, and no less than one piece."),
            fields={"most": order.quantity - order.received},
        )
    order.received += quantity
    order.state = State.ORDERED if left else State.RECEIVED
    order.save(update_fields=["received", "state"])
    if not left:
        behind = writing.behind_purchase(order.pk)
        writing.it_came(order.pk)
        writing.release(now, behind)
    writing.put_on_hand(order.part_id, quantity)
    event = PurchaseReceived(order.pk, number, order.part_id, quantity, left)
    outbox.tell(FEED, [event])
    return event


def cancel_purchase(number: str, now: datetime) -> PurchaseCancelled:
    """What is still to come will not. The next calculation orders what is missing then."""
    order = _take(number, State.PLANNED, State.FIRM, State.ORDERED)
    left = order.quantity - order.received
    order.state = State.CANCELLED
    order.save(update_fields=["state"])
    event = PurchaseCancelled(
        order.pk, number, order.part_id, left, writing.behind_purchase(order.pk)
    )
    outbox.tell(FEED, [event])
    return event


def _take(number: str, *states: str) -> PurchaseOrder:
    """A purchase order in one of these states, locked; nobody calculates meanwhile."""
    factory.hold_planning()
    order = PurchaseOrder.objects.select_for_update(no_key=True).filter(number=number).first()
    if order is None:
        raise NotFound("no_such_purchase", _("There is no such purchase order."))
    if order.state not in states:
        raise Refusal(
            "purchase_over",
            _("That cannot be done with a purchase order in this state."),
            fields={"state": order.state},
        )
    return order
