"""Group-buys (拼团): people buy together, and all of them or none.

A group is opened and joined in the intake's batch. While it forms, the pieces of its seats are
held, also those that are paid already. When as many have paid as it has seats it has formed:
all its orders are sold in one transaction. If its time is up before, all of them are cancelled
in one, and what was paid goes back by itself.

Locks: the group, its orders by id, the doors, the feeds. A group's state changes behind the
door alone, so the intake, which holds the door, reads what is true. A hold that runs out gives
its seat back without the group's lock, since the group is the same group without it.
"""

from collections import Counter as Count
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from firsthand.kit import outbox
from firsthand.offer import store as offer
from firsthand.offer.rules import feed_of
from firsthand.order import groups, later, seats, store
from firsthand.order.actions import goods
from firsthand.order.events import (
    GroupExpired,
    GroupFormed,
    GroupJoined,
    GroupLeft,
    GroupOpened,
    GroupSeatPaid,
    OrdersCancelled,
    OrdersPaid,
)
from firsthand.order.models import Order
from firsthand.order.rules import Counter, Press
from firsthand.order.seats import Locked, Seated
from firsthand.order.store import Pieces, Written
from firsthand.pay import actions as pay
from firsthand.pay.models import Payment
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, SOLD

AT_MOST = 50  # groups in one transaction
EXPIRED = "group_expired"  # why orders were cancelled

News = dict[str, list[outbox.Event]]


def prepare(batch: Sequence[Press], counter: Counter) -> None:
    """Read for a batch what its presses on group-buys are decided by. Hold the doors."""
    on_groups = [
        press
        for press in batch
        if (terms := counter.terms.get(press.offer_id)) and terms.kind == groups.GROUP
    ]
    counter.groups = seats.to_join(press.group_id for press in on_groups if press.group_id)
    new = sum(press.group_id is None for press in on_groups)
    counter.group_ids = seats.new_ids(new)
    earlier = {hold.number: key for key, hold in counter.answered.items()}
    if earlier:
        for number, seat in seats.of_orders(earlier).items():
            key = earlier[number]
            counter.answered[key] = counter.answered[key]._replace(group=seat)


def seat(held: Sequence[Written], counter: Counter, now: datetime, news: News) -> None:
    """Write the seats that a batch gave away, and the groups that it opened."""
    taken = {one.hold.number: one.hold.group.group_id for one in held if one.hold.group}
    if not taken:
        return
    joined = Count(taken.values())
    mine = [counter.groups[group_id] for group_id in sorted(joined)]
    if new := [group for group in mine if group.opened_by is not None]:
        seats.open_many(new, now)
    seats.take(taken)
    for group in mine:
        place = (group.group_id, group.offer_id)
        feed = feed_of(counter.terms[group.offer_id].show_id)
        if group.opened_by is not None:
            news[feed].append(
                GroupOpened(*place, group.seats, len(group.members), group.expires_at)
            )
        else:
            news[feed].append(
                GroupJoined(*place, joined[group.group_id], group.seats, len(group.members))
            )


def seat_paid(order: Order, group: Locked, now: datetime) -> bool:
    """A seat is paid; whether it was the last one, and the group has formed. Hold the group."""
    seated = seats.lock_seated([group.group_id])
    stock.lock_on_offer([order.sku_id])
    store.step([order.pk], Order.State.GROUPING, now)
    paid = [one for one in seated if one.state == Order.State.GROUPING]
    paid += [one for one in seated if one.pieces.order_id == order.pk]
    has_formed = groups.is_whole(group.seats, len(paid))
    if has_formed:
        _form(group, paid, now)
    else:
        told = GroupSeatPaid(group.group_id, group.offer_id, group.seats, len(paid))
        outbox.tell(feed_of(order.show_id), [told])
    order.refresh_from_db()
    return has_formed


def _form(group: Locked, paid: Sequence[Seated], now: datetime) -> None:
    skus: Count[int] = Count()
    for one in paid:
        skus[one.pieces.sku_id] += one.pieces.quantity
    stock.transfer(debit=SOLD, credit=HELD, quantities=skus, cause=f"group:{group.group_id}")
    seats.form(group.group_id, [one.pieces.order_id for one in paid], now)
    [first, *_others] = paid
    sold = OrdersPaid(
        offer_id=group.offer_id,
        sku_id=first.pieces.sku_id,
        orders=len(paid),
        pieces=skus.total(),
        amount_fen=sum(one.amount_fen for one in paid),
        left=offer.terms([group.offer_id])[group.offer_id].left,
    )
    later.tell_groups([group.group_id])
    formed = GroupFormed(group.group_id, group.offer_id, group.seats)
    outbox.tell(feed_of(first.pieces.show_id), [sold, formed])


def seats_given_up(order_ids: Iterable[int], news: News) -> None:
    """Orders ended: forming groups in which they had a seat have it free again. Hold the doors."""
    for one in seats.given_up(order_ids):
        left = GroupLeft(one.group_id, one.offer_id, one.seats, one.taken)
        news[feed_of(one.show_id)].append(left)


def expire_groups(now: datetime, at_most: int = AT_MOST) -> int:
    """End groups that did not form in time; returns how many, so that one may go on.

    All their orders are cancelled, and what was paid goes back. A group that somebody is busy
    with (its last payment is being heard, say) is left alone: whoever has its row decides.
    """
    overdue = seats.lock_overdue(now, at_most)
    if not overdue:
        return 0
    seated = seats.lock_seated(group.group_id for group in overdue)
    store.step([one.pieces.order_id for one in seated], Order.State.CANCELLED, now, note=EXPIRED)
    _give_money_back([one for one in seated if one.state == Order.State.GROUPING])
    pay.cancel_open(store.purpose_of(one.pieces.number) for one in seated)
    offers = offer.terms(group.offer_id for group in overdue)
    stock.lock_on_offer({terms.sku_id for terms in offers.values()})
    left: dict[int, int] = {}
    news: News = defaultdict(list)
    if seated:
        left, news = goods.put_back([one.pieces for one in seated], account=HELD, cause=EXPIRED)
    seats.expire(group.group_id for group in overdue)
    later.tell_groups([group.group_id for group in overdue])
    for event, pieces in _cancelled(seated, left):
        news[feed_of(pieces.show_id)].insert(0, event)
    for group in overdue:
        taken = sum(one.group_id == group.group_id for one in seated)
        news[feed_of(offers[group.offer_id].show_id)].append(
            GroupExpired(group.group_id, group.offer_id, group.seats, taken)
        )
    goods.tell(news)
    return len(overdue)


def _give_money_back(paid: Sequence[Seated]) -> None:
    if not paid:
        return
    amounts = {store.purpose_of(one.pieces.number): one.amount_fen for one in paid}
    # Of money that came twice the second payment is on its way back already.
    mine = Payment.objects.filter(
        purpose__in=amounts, state=Payment.State.PAID, refunds__isnull=True
    ).order_by("id")
    for payment in mine:
        pay.refund(payment, amount_fen=amounts[payment.purpose], reason="cancelled")
    later.carry_out_refunds()


def _cancelled(
    seated: Sequence[Seated], left: dict[int, int]
) -> Iterable[tuple[OrdersCancelled, Pieces]]:
    by_offer: dict[int, list[Seated]] = defaultdict(list)
    for one in seated:
        by_offer[one.pieces.offer_id].append(one)
    for offer_id, some in sorted(by_offer.items()):
        pieces = some[0].pieces
        event = OrdersCancelled(
            offer_id=offer_id,
            sku_id=pieces.sku_id,
            orders=len(some),
            pieces=sum(one.pieces.quantity for one in some),
            amount_fen=sum(one.amount_fen for one in some if one.state == Order.State.GROUPING),
            left=left[offer_id],
        )
        yield event, pieces
