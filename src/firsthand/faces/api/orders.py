"""Orders: one's own, and those that care looks after."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from firsthand.faces.api.gate import Asked, for_, for_person
from firsthand.faces.api.shapes import (
    ID_MAX,
    Both,
    Given,
    Limited,
    Listed,
    Skipped,
    Told,
    listed,
)
from firsthand.kit import clock
from firsthand.kit.errors import NotFound
from firsthand.order import store
from firsthand.order.actions import cancel, fulfilment
from firsthand.order.due import balance_fen
from firsthand.order.models import Order
from firsthand.people.rules import Deed

router = Router(tags=["orders"])

NumberPath = Annotated[str, Field(min_length=1, max_length=16)]
State = Literal[
    "held",
    "deposited",
    "grouping",
    "paid",
    "making",
    "ready",
    "shipped",
    "delivered",
    "expired",
    "cancelled",
    "refunded",
]


class StepTold(Told):
    """A step that an order took."""

    state: str
    note: str
    at: datetime


class OrderTold(Told):
    """An order; its buyer is an id and nothing more."""

    number: str
    person_id: int
    show_id: int
    sku: str
    product: Both
    quantity: int
    unit_fen: int
    amount_fen: int
    currency: str
    price_version: int
    ship_by: date
    state: str
    placed_at: datetime
    hold_until: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None


class DeliveryTold(Told):
    """How it travels, and to whom: for its buyer and for care alone."""

    recipient: str
    phone: str
    region: str
    street: str
    carrier: str
    tracking_number: str


class DepositTold(Told):
    """The terms of a pre-sale order: so much now, the balance by a date, and the rule."""

    deposit_fen: int
    is_kept: bool  # by the rule that was shown before the press
    would_be_kept: bool  # if its buyer did not go on now
    paid_at: datetime | None
    balance_fen: int
    balance_opens_at: datetime | None
    balance_due_at: datetime
    kept_fen: int


class OrderPartTold(Told):
    """What an order of a bundle has of a SKU, and what of its amount that is."""

    sku: str
    quantity: int
    amount_fen: int
    price_version: int
    ship_by: date
    set_aside_at: datetime | None


class OrderWhole(OrderTold):
    """An order with its steps and its way; of a bundle also what is in it."""

    parts: list[OrderPartTold]
    steps: list[StepTold]
    delivery: DeliveryTold | None
    deposit: DepositTold | None  # of a pre-sale
    due_fen: int  # what it waits to be paid: all, the deposit, or the balance
    refunded_fen: int
    can_pay: bool
    can_cancel: bool


class ShipGiven(Given):
    """Which way an order goes."""

    carrier: Annotated[str, Field(min_length=1, max_length=60)]
    tracking_number: Annotated[str, Field(max_length=60)] = ""


class RefundGiven(Given):
    """How much goes back."""

    amount_fen: Annotated[int, Field(ge=1, le=ID_MAX, strict=True)]


class RefundTold(Told):
    """Money that was asked to go back."""

    number: str
    amount_fen: int


def order_told(order: Order) -> OrderTold:
    """An order as it is answered."""
    return OrderTold.model_validate(_words(order))


def _words(order: Order) -> dict[str, object]:
    product = order.sku.product
    return {
        "number": order.number,
        "person_id": order.person_id,
        "show_id": order.show_id,
        "sku": order.sku.code,
        "product": Both(zh=product.name_zh, en=product.name_en),
        "quantity": order.quantity,
        "unit_fen": order.unit_fen,
        "amount_fen": order.amount_fen,
        "currency": order.currency,
        "price_version": order.price.version,
        "ship_by": order.ship_by,
        "state": order.state,
        "placed_at": order.placed_at,
        "hold_until": order.hold_until,
        "paid_at": order.paid_at,
        "shipped_at": order.shipped_at,
        "delivered_at": order.delivered_at,
        "ended_at": order.ended_at,
    }


def _whole(request: Asked, number: str) -> OrderWhole:
    page = store.order_page(number, request.auth, clock.now())
    delivery = page.delivery
    return OrderWhole.model_validate(
        {
            **_words(page.order),
            "parts": [
                OrderPartTold(
                    sku=part.sku.code,
                    quantity=part.quantity,
                    amount_fen=part.amount_fen,
                    price_version=part.price.version,
                    ship_by=part.ship_by,
                    set_aside_at=part.set_aside_at,
                )
                for part in page.order.parts.select_related("sku", "price").order_by("pk")
            ],
            "steps": [StepTold.model_validate(step) for step in page.steps],
            "delivery": DeliveryTold.model_validate(delivery) if delivery else None,
            "deposit": _deposit(page),
            "due_fen": page.due.amount_fen if page.due else 0,
            "refunded_fen": page.refunded_fen,
            "can_pay": page.can_pay,
            "can_cancel": page.can_cancel,
        }
    )


def _deposit(page: store.OrderPage) -> DepositTold | None:
    terms = page.deposit
    if terms is None:
        return None
    return DepositTold(
        deposit_fen=terms.amount_fen,
        is_kept=terms.is_kept,
        would_be_kept=page.deposit_is_kept,
        paid_at=terms.paid_at,
        balance_fen=balance_fen(page.order, terms),
        balance_opens_at=terms.balance_opens_at,
        balance_due_at=terms.balance_due_at,
        kept_fen=page.kept_fen,
    )


@router.get("/orders", response=Listed[OrderTold], summary="List one's own orders", **for_person())
def list_own_orders(request: Asked, limit: Limited = 20, skip: Skipped = 0) -> Listed[OrderTold]:
    """The newest first."""
    rows = Order.objects.filter(person=request.auth).select_related("sku__product", "price")
    return listed(rows.order_by("-placed_at", "-pk"), limit, skip, order_told)


@router.get("/orders/{number}", response=OrderWhole, summary="Read an order", **for_person())
def read_order(request: Asked, number: NumberPath) -> OrderWhole:
    """One's own; for care, anybody's."""
    return _whole(request, number)


@router.post(
    "/orders/{number}/cancel", response=OrderWhole, summary="Cancel an order", **for_person()
)
def cancel_order(request: Asked, number: NumberPath) -> OrderWhole:
    """Before it ships. What was held or sold goes back on offer, and the money with it."""
    with transaction.atomic():
        is_care = request.auth.may(Deed.ORDER_CARE)
        cancel.cancel_order(
            number=number,
            now=clock.now(),
            person_id=None if is_care else request.auth.pk,
        )
    return _whole(request, number)


@router.get(
    "/care/orders",
    response=Listed[OrderTold],
    summary="Look orders up",
    **for_(Deed.ORDER_CARE),
)
def list_orders(
    request: Asked,
    state: State | None = None,
    show_id: Annotated[int | None, Query(ge=0, le=ID_MAX)] = None,
    person_id: Annotated[int | None, Query(ge=1, le=ID_MAX)] = None,
    ship_by: Annotated[date | None, Query(description="Promised for this day or before.")] = None,
    limit: Limited = 50,
    skip: Skipped = 0,
) -> Listed[OrderTold]:
    """By state, show, person or promise; the newest first."""
    rows = Order.objects.select_related("sku__product", "price").order_by("-placed_at", "-pk")
    if state is not None:
        rows = rows.filter(state=state)
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if ship_by is not None:
        rows = rows.filter(ship_by__lte=ship_by)
    return listed(rows, limit, skip, order_told)


@router.post(
    "/orders/{number}/ship",
    response=OrderWhole,
    summary="Ship an order",
    **for_(Deed.ORDER_CARE),
)
def ship_order(request: Asked, number: NumberPath, body: ShipGiven) -> OrderWhole:
    """A packed order leaves us."""
    _is_there(number)
    with transaction.atomic():
        fulfilment.ship(
            number=number,
            carrier=body.carrier,
            tracking_number=body.tracking_number,
            now=clock.now(),
        )
    return _whole(request, number)


@router.post(
    "/orders/{number}/deliver",
    response=OrderWhole,
    summary="Note that an order was delivered",
    **for_(Deed.ORDER_CARE),
)
def deliver_order(request: Asked, number: NumberPath) -> OrderWhole:
    """Its parcel has arrived."""
    _is_there(number)
    with transaction.atomic():
        fulfilment.deliver(number=number, now=clock.now())
    return _whole(request, number)


@router.post(
    "/orders/{number}/refund",
    response={201: RefundTold},
    summary="Send money of a shipped order back",
    **for_(Deed.ORDER_CARE),
)
def refund_order(request: Asked, number: NumberPath, body: RefundGiven) -> Status[RefundTold]:
    """As goodwill; the goods stay where they are."""
    _is_there(number)
    with transaction.atomic():
        asked = cancel.refund_order(number=number, amount_fen=body.amount_fen, now=clock.now())
    amount_fen = sum(refund.amount_fen for refund in asked)
    return Status(201, RefundTold(number=number, amount_fen=amount_fen))


def _is_there(number: str) -> None:
    if not Order.objects.filter(number=number).exists():
        raise NotFound("no_such_order", _("There is no such order."))
