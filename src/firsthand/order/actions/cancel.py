"""Ending an order before it ships, and sending money back.

A cancelled order gives back its pieces, its day and its place in the same transaction; its
money is asked to go back in it too, and goes back a moment later (``refunded``).
"""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Refusal
from firsthand.offer.rules import feed_of
from firsthand.order import later, rules, seats, store
from firsthand.order.actions import deposit, goods, group
from firsthand.order.events import OrderRefunded, OrdersCancelled
from firsthand.order.models import Order
from firsthand.pay import actions as pay
from firsthand.pay.models import Payment, Refund
from firsthand.stock.models import HELD, SOLD

NOT_FOR_GOODS = ("late", "twice")  # why money went back that never bought anything
_UNPAID = (Order.State.HELD, Order.State.DEPOSITED)  # or not wholly


def cancel_order(*, number: str, now: datetime, person_id: int | None) -> Order:
    """End an order that has not shipped: by its buyer (PERSON_ID), or by us (None).

    Who it is must be said: whoever forgot it would end anybody's order.

    What was held or sold goes back on offer exactly as it was taken; what was paid goes back,
    a deposit alone by the rule of its offer.
    """
    seats.lock_group_of(number)
    order = store.locked(number, person_id)
    if not rules.may_become(order.state, Order.State.CANCELLED):
        raise Refusal(
            "too_late_to_cancel",
            _("This order can no longer be cancelled."),
            fields={"state": order.state},
        )
    was_paid = order.state not in _UNPAID
    store.step(
        [order.pk], Order.State.CANCELLED, now, note="by_us" if person_id is None else "by_buyer"
    )
    kept: goods.News = {}
    if was_paid:
        if pay.refund_rest(store.purposes_of(number), reason="cancelled") != order.amount_fen:
            raise _not_paid()
        later.carry_out_refunds()
    else:
        kept = deposit.part_with([store.pieces_of(order)], now, is_by_us=person_id is None)
    pay.cancel_open(store.purposes_of(number))
    left, news = goods.put_back(
        [store.pieces_of(order)],
        account=HELD if order.state in rules.GOODS_HELD else SOLD,
        cause=f"cancelled:{order.pk}",
    )
    event = OrdersCancelled(
        offer_id=order.offer_id,
        sku_id=order.sku_id,
        orders=1,
        pieces=order.quantity,
        amount_fen=order.amount_fen if was_paid else 0,
        left=left[order.offer_id],
    )
    news[feed_of(order.show_id)].insert(0, event)
    group.seats_given_up([order.pk], news)
    for feed, events in kept.items():
        news[feed].extend(events)
    goods.tell(news)
    order.refresh_from_db()
    return order


def refund_order(*, number: str, amount_fen: int, now: datetime) -> list[Refund]:
    """Send money of a shipped order back, as goodwill; the goods stay where they are.

    All of it ends the order; a part of it leaves it as it is. (Goods that come back are the
    business of the floor ``care``.)
    """
    order = store.locked(number)
    if order.state not in (Order.State.SHIPPED, Order.State.DELIVERED):
        raise Refusal(
            "cancel_instead",
            _("What has not shipped is cancelled, and its money goes back with that."),
            fields={"state": order.state},
        )
    asked = _give_back(number, amount_fen)
    order.steps.create(state=order.state, note="goodwill", at=now)
    later.carry_out_refunds()
    return asked


def refunded(refund_id: int, now: datetime) -> bool:
    """The provider has sent money back: the order that it was for learns of it, once."""
    asked = Refund.objects.select_related("payment").get(pk=refund_id)
    number = store.number_of_purpose(asked.payment.purpose)
    order = store.locked(number) if number is not None else None
    done = pay.refund_done(refund_id, now)
    if done is None:
        return False
    if order is None:
        return True
    # Of money that came twice only one goes back: an order is refunded when we keep none of it.
    is_all = not _kept(order.number).exists()
    if is_all and rules.may_become(order.state, Order.State.REFUNDED):
        store.step([order.pk], Order.State.REFUNDED, now, note=done.reason)
    event = OrderRefunded(
        order_id=order.pk,
        offer_id=order.offer_id,
        sku_id=order.sku_id,
        amount_fen=done.amount_fen,
    )
    outbox.tell(feed_of(order.show_id), [event])
    return True


def _kept(number: str) -> QuerySet[Payment]:
    """Payments of an order that have not gone back as a whole."""
    return Payment.objects.filter(purpose__in=store.purposes_of(number), state=Payment.State.PAID)


def _give_back(number: str, amount_fen: int) -> list[Refund]:
    """Give back so much of the payments that paid an order, the last of them first.

    Those that came late or twice never bought anything: they have gone back already.
    """
    paid = _kept(number).exclude(refunds__reason__in=NOT_FOR_GOODS)
    found = list(paid.order_by("-paid_at", "-id"))
    if not found:
        raise _not_paid()
    asked, missing_fen = [], amount_fen
    for payment in found:
        is_last = payment is found[-1]  # it refuses what is more than all of them
        at_most = missing_fen if is_last else min(missing_fen, pay.rest_of(payment))
        if at_most:
            asked.append(pay.refund(payment, amount_fen=at_most, reason="goodwill"))
            missing_fen -= at_most
    return asked


def _not_paid() -> Refusal:
    return Refusal("not_paid", _("What was not paid cannot be given back."))
