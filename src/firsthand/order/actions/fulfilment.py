"""From paid to delivered: pieces are given to orders, packed, shipped, brought.

An order from stock is ready as soon as its pieces are there; one from the schedule is being
made until the factory has finished enough. Which orders get the pieces that are there is
decided by the promises: those that fall due first.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, Refusal
from firsthand.offer.rules import feed_of
from firsthand.order import rules, store
from firsthand.order.events import OrderShipped
from firsthand.order.models import Delivery, Order
from firsthand.order.rules import Pool, Waiting
from firsthand.promise import store as promise
from firsthand.promise.rules import PLAN, STOCK
from firsthand.stock import rules as stock_rules
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, ON_OFFER, PLANNED, SHIPPED, SOLD

SKUS_AT_ONCE = 200
TEXT_MAX = 60


def allocate(now: datetime, sku_ids: Iterable[int] | None = None) -> list[int]:
    """Give the pieces that are there to paid orders, the promises that fall due first.

    Those that get theirs are ready; those from the schedule that do not are being made. The
    pieces of a bundle are set aside one SKU after the other, and it is ready with the last.
    Without SKU_IDS it is all that wait, the most urgent two hundred SKUs. Returns the orders
    that are ready now.
    """
    wanted = set(sku_ids) if sku_ids is not None else set(store.skus_waiting(SKUS_AT_ONCE))
    waiting = store.lock_waiting(wanted)
    if not waiting:
        return []
    by_sku: dict[int, list[store.WaitingRow]] = defaultdict(list)
    for row in waiting:
        if row.sku_id in wanted:
            by_sku[row.sku_id].append(row)
    pools = _pools(by_sku)
    held = store.held_of(by_sku)
    served: set[tuple[int, int]] = set()  # an order, and the SKU that it gets its pieces of
    for sku_id, rows in by_sku.items():
        paid = [Waiting(row.ship_by, row.order_id, row.quantity) for row in rows]
        given = rules.allocate([*paid, *held[sku_id]], pools[sku_id].pieces)
        served.update((order_id, sku_id) for order_id in given)
    parts = {(row.order_id, row.sku_id) for row in waiting if row.is_part}
    store.set_aside(parts & served, now)
    short = [row for row in waiting if (row.order_id, row.sku_id) not in served]
    ready = {row.order_id for row in waiting} - {row.order_id for row in short}
    making = {row.order_id for row in short if row.state == Order.State.PAID and row.source == PLAN}
    store.step(making, Order.State.MAKING, now)
    store.step(ready, Order.State.READY, now)
    return sorted(ready)


def ship(*, number: str, carrier: str, tracking_number: str, now: datetime) -> Order:
    """A packed order leaves us, with a number by which it can be followed."""
    if not (0 < len(carrier) <= TEXT_MAX and len(tracking_number) <= TEXT_MAX):
        raise Invalid("bad_carrier", _("Name the carrier, in at most 60 letters."))
    order = store.locked(number)
    _must(order, Order.State.SHIPPED)
    pieces = store.pieces_of(order).pieces
    quantities = {piece.sku_id: piece.quantity for piece in pieces}
    stock.lock_on_offer(quantities)
    stock.transfer(debit=SHIPPED, credit=SOLD, quantities=quantities, cause=f"shipped:{order.pk}")
    promise.keep({(one.sku_id, one.ship_by, one.source): one.quantity for one in pieces})
    Delivery.objects.filter(order=order).update(carrier=carrier, tracking_number=tracking_number)
    order.state, order.shipped_at = Order.State.SHIPPED, now
    order.save(update_fields=["state", "shipped_at"])
    order.steps.create(state=Order.State.SHIPPED, at=now)
    late = (timezone.localdate(now) - order.ship_by) // timedelta(days=1)
    event = OrderShipped(
        order_id=order.pk,
        offer_id=order.offer_id,
        sku_id=order.sku_id,
        pieces=order.quantity,
        late_days=max(0, late),
    )
    outbox.tell(feed_of(order.show_id), [event])
    return order


def deliver(*, number: str, now: datetime) -> Order:
    """A parcel has arrived."""
    order = store.locked(number)
    _must(order, Order.State.DELIVERED)
    order.state, order.delivered_at = Order.State.DELIVERED, now
    order.save(update_fields=["state", "delivered_at"])
    order.steps.create(state=Order.State.DELIVERED, at=now)
    return order


def _pools(sku_ids: Iterable[int]) -> dict[int, Pool]:
    """What there is to give of each SKU, read under its door."""
    sku_ids = list(sku_ids)
    stock.lock_on_offer(sku_ids)
    balances, ladders = stock.balances(sku_ids), promise.ladders(sku_ids)
    ready = store.ready_pieces(sku_ids)
    pools = {}
    for sku_id in sku_ids:
        pools[sku_id] = Pool(
            there=stock_rules.there_are(
                balances[sku_id], planned=PLANNED, drawn=(ON_OFFER, HELD, SOLD)
            ),
            ready=ready.get(sku_id, 0),
            on_offer=balances[sku_id].get(ON_OFFER, 0),
            free_of_stock=sum(rung.free for rung in ladders[sku_id] if rung.source == STOCK),
        )
    return pools


def _must(order: Order, wanted: Order.State) -> None:
    if not rules.may_become(order.state, wanted):
        raise Refusal(
            "not_now",
            _("This order cannot take that step now."),
            fields={"state": order.state, "wanted": wanted.value},
        )
