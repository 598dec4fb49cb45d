"""What is not paid in time gives everything back; a deposit, by the rule of its offer."""

from collections import Counter
from datetime import datetime

from firsthand.offer.rules import feed_of
from firsthand.order import store
from firsthand.order.actions import deposit, goods, group
from firsthand.order.events import OrdersExpired
from firsthand.order.models import Order
from firsthand.order.store import Pieces
from firsthand.pay import actions as pay
from firsthand.stock.models import HELD

AT_MOST = 500  # in one transaction
_UNPAID = (Order.State.HELD, Order.State.DEPOSITED)


def expire_holds(now: datetime, at_most: int = AT_MOST) -> int:
    """End holds whose time is up, the oldest first; returns how many, so that one may go on.

    An order that somebody is busy with at this moment (its payment is being heard, say) is
    left alone; whoever has the row decides, and only once.
    """
    overdue = store.lock_overdue(now, at_most)
    if overdue:
        _expire(overdue, now)
    return len(overdue)


def expire_order(number: str, now: datetime) -> bool:
    """End one hold if its time is up: a page was opened before the worker came round."""
    order = store.locked(number)
    if order.state not in _UNPAID or order.hold_until > now:
        return False
    _expire([store.pieces_of(order)], now)
    return True


def _expire(overdue: list[Pieces], now: datetime) -> None:
    store.step([one.order_id for one in overdue], Order.State.EXPIRED, now)
    pay.cancel_open(purpose for one in overdue for purpose in store.purposes_of(one.number))
    kept = deposit.part_with(overdue, now)
    left, news = goods.put_back(overdue, account=HELD, cause="expiry")
    for feed, events in kept.items():
        news[feed].extend(events)
    orders = Counter(one.offer_id for one in overdue)
    pieces: Counter[int] = Counter()
    for one in overdue:
        pieces[one.offer_id] += one.quantity
    for one in {one.offer_id: one for one in overdue}.values():
        event = OrdersExpired(
            offer_id=one.offer_id,
            sku_id=one.sku_id,
            orders=orders[one.offer_id],
            pieces=pieces[one.offer_id],
            left=left[one.offer_id],
        )
        news[feed_of(one.show_id)].insert(0, event)
    group.seats_given_up([one.order_id for one in overdue], news)
    goods.tell(news)
