"""The steps of an order, as its buyer follows them: done, now, still to come.

Pieces from stock are not made any more, so their order skips that step; an order that ended
early shows what was done and how it ended.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from firsthand.order.models import Order, OrderStep
from firsthand.order.rules import PARTS
from firsthand.promise.rules import PLAN, STOCK


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps of an order: done, now, or still to come."""

    key: str
    name: Promise
    manner: str  # done, now, later
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """How far an order is."""

    number: str
    state: str
    steps: tuple[Step, ...]
    ship_by: date
    hold_until: datetime
    late_days: int  # how long what should have shipped has not

    @property
    def is_over(self) -> bool:
        """Whether it ended before it was delivered."""
        return self.state in _ENDS


_STEP_NAMES: Mapping[str, tuple[Promise, Promise]] = {
    "held": (
        pgettext_lazy("step of an order", "Held for you"),
        pgettext_lazy("step of an order", "Ordered"),
    ),
    "grouping": (
        pgettext_lazy("step of an order", "Waiting for the group"),
        pgettext_lazy("step of an order", "Paid"),
    ),
    "deposited": (
        pgettext_lazy("step of an order", "Waiting for the deposit"),
        pgettext_lazy("step of an order", "Deposit paid"),
    ),
    "paid": (
        pgettext_lazy("step of an order", "Waiting for payment"),
        pgettext_lazy("step of an order", "Paid"),
    ),
    "making": (
        pgettext_lazy("step of an order", "In production"),
        pgettext_lazy("step of an order", "Made"),
    ),
    "ready": (
        pgettext_lazy("step of an order", "Being packed"),
        pgettext_lazy("step of an order", "Packed"),
    ),
    "shipped": (
        pgettext_lazy("step of an order", "On its way"),
        pgettext_lazy("step of an order", "Shipped"),
    ),
    "delivered": (
        pgettext_lazy("step of an order", "Delivered"),
        pgettext_lazy("step of an order", "Delivered"),
    ),
}
_LATER_NAMES: Mapping[str, Promise] = {
    "held": pgettext_lazy("step of an order", "Ordered"),
    "grouping": pgettext_lazy("step of an order", "Payment"),
    "deposited": pgettext_lazy("step of an order", "Deposit"),
    "paid": pgettext_lazy("step of an order", "Payment"),
    "making": pgettext_lazy("step of an order", "Production"),
    "ready": pgettext_lazy("step of an order", "Packing"),
    "shipped": pgettext_lazy("step of an order", "Shipping"),
    "delivered": pgettext_lazy("step of an order", "Delivery"),
}
# What one who has paid for a seat in a group calls the step that is payment elsewhere.
_WHOLE = pgettext_lazy("step of an order", "Group complete")
# What a pre-sale calls the step that is payment elsewhere.
_BALANCE = {
    "now": pgettext_lazy("step of an order", "Waiting for the balance"),
    "later": pgettext_lazy("step of an order", "Balance"),
}
_ENDS: Mapping[str, Promise] = {
    Order.State.EXPIRED.value: pgettext_lazy("step of an order", "Not paid in time"),
    Order.State.CANCELLED.value: pgettext_lazy("step of an order", "Cancelled"),
    Order.State.REFUNDED.value: pgettext_lazy("step of an order", "Refunded"),
}
# Which step is the present one in each state: a held order waits for its payment.
_PRESENT = {
    "held": "paid",
    "grouping": "grouping",
    "deposited": "paid",
    "paid": "making",
    "making": "making",
    "ready": "ready",
    "shipped": "shipped",
    "delivered": "delivered",
}


def status_of(
    order: Order,
    steps: Iterable[OrderStep],
    today: date | None = None,
    *,
    is_presale: bool = False,
) -> Status:
    """How far an order is, from what it is and the steps it took.

    Pieces from stock are not made any more: their order skips that step. One of a pre-sale
    pays in two; that it is one must be said only while its deposit is not paid.
    """
    today = today or timezone.localdate()
    taken: dict[str, OrderStep] = {}
    for step in steps:
        taken.setdefault(step.state, step)  # later ones of a state are remarks
    skipped = set() if _is_made(order) else {"making"}
    if "grouping" not in taken:
        skipped.add("grouping")
    if not is_presale and "deposited" not in taken:
        skipped.add("deposited")
    path = [key for key in _STEP_NAMES if key not in skipped]
    is_over = order.state in _ENDS
    is_awaited = not is_over and order.shipped_at is None
    return Status(
        number=order.number,
        state=order.state,
        steps=(_ended_steps if is_over else _steps)(order, path, taken),
        ship_by=order.ship_by,
        hold_until=order.hold_until,
        late_days=max(0, (today - order.ship_by) // timedelta(days=1)) if is_awaited else 0,
    )


def _is_made(order: Order) -> bool:
    """Whether something of it has yet to be made when it is ordered."""
    if order.rung_source == PARTS:
        return any(part.rung_source == PLAN for part in order.parts.all())
    return order.rung_source != STOCK


def _steps(order: Order, path: list[str], taken: Mapping[str, OrderStep]) -> tuple[Step, ...]:
    now = _PRESENT[order.state]
    if order.state == Order.State.HELD and "deposited" in path:
        now = "deposited"
    if now not in path:
        now = "ready"  # of pieces that lie on the shelf already
    at = len(path) if order.state == Order.State.DELIVERED else path.index(now)
    found = []
    for number, key in enumerate(path):
        present, past = _STEP_NAMES[key]
        if number < at:
            name, manner = past, "done"
        elif number == at:
            name, manner = present, "now"
        else:
            name, manner = _LATER_NAMES[key], "later"
        if key == "paid" and "grouping" in path:
            name = _WHOLE
        if key == "paid" and "deposited" in path:
            name = _BALANCE.get(manner, name)
        found.append(Step(key, name, manner, _when(order, key, taken)))
    return tuple(found)


def _ended_steps(order: Order, path: list[str], taken: Mapping[str, OrderStep]) -> tuple[Step, ...]:
    done = [
        Step(key, _STEP_NAMES[key][1], "done", _when(order, key, taken))
        for key in path
        if key == "held" or key in taken
    ]
    return (*done, Step(order.state, _ENDS[order.state], "now", order.ended_at))


def _when(order: Order, key: str, taken: Mapping[str, OrderStep]) -> datetime | None:
    if key == "held":
        return order.placed_at
    step = taken.get(key)
    return step.at if step else None
