"""The intake: a burst of presses, one transaction for each batch of them.

lock what is on offer -> read -> decide (pure) -> write orders, goods, promises as sets -> tell.

The ledger's ``on_offer`` row is the door of its SKU: whoever holds it may read and change the
offers and the ladder behind it. Any number of processes may each run a lane: the doors keep
them honest, and batching keeps them fast.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from firsthand.kit import outbox
from firsthand.kit.ids import numbers
from firsthand.offer import store as offer
from firsthand.offer.models import Offer
from firsthand.offer.rules import Terms, feed_of
from firsthand.order import groups, rules, store
from firsthand.order.actions import group as group_buy
from firsthand.order.events import OrdersHeld
from firsthand.order.hoarding import Caps
from firsthand.order.rules import Answer, HeldPart, Press
from firsthand.order.store import Deposited, Written
from firsthand.price import store as price
from firsthand.promise import store as promise
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, ON_OFFER


def settle(batch: Sequence[Press], now: datetime) -> list[Answer]:
    """Answer a batch of presses, in their order, all or none."""
    store.go_by_index()
    skus = offer.skus_of(press.offer_id for press in batch)
    sku_ids = {sku_id for its in skus.values() for sku_id in its}
    stock.lock_on_offer(sku_ids)
    tags = price.current(sku_ids)
    had = store.had(batch, now)
    counter = rules.Counter(
        terms=offer.terms(skus),
        prices=tags,
        ladders=promise.ladders(sku_ids),
        bought=had.bought,
        unpaid=had.unpaid,
        answered=store.answered(batch),
        hold_until=now + timedelta(minutes=settings.HOLD_MINUTES),
        hold_until_short=now + timedelta(minutes=settings.HOLD_MINUTES_SHORT),
        caps=Caps(settings.UNPAID_MAX, settings.UNPAID_A_DAY_MAX),
        numbers=numbers(),
        zone=timezone.get_default_timezone(),
    )
    if any(its.kind == groups.GROUP for its in counter.terms.values()):
        group_buy.prepare(batch, counter)
    earlier = set(counter.answered)
    answers = rules.decide(batch, counter, now)
    held: dict[str, Written] = {}
    for press, answer in zip(batch, answers, strict=True):
        hold = answer.hold
        if hold is None or (press.person_id, press.key) in earlier:
            continue
        sku_id = counter.terms[press.offer_id].sku_id
        held.setdefault(hold.number, Written(press, hold, sku_id, tags[sku_id].version_id))
    if held:
        price_ids = {sku_id: tag.version_id for sku_id, tag in tags.items()}
        _write(list(held.values()), counter, price_ids, now)
    return answers


def _write(
    held: Sequence[Written], counter: rules.Counter, price_ids: Mapping[int, int], now: datetime
) -> None:
    skus: Counter[int] = Counter()
    offers: Counter[int] = Counter()
    orders: Counter[int] = Counter()
    rungs: Counter[tuple[int, date, str]] = Counter()
    parts: list[tuple[str, HeldPart]] = []
    for press, hold, sku_id, _price_id in held:
        offers[press.offer_id] += press.quantity
        orders[press.offer_id] += 1
        if hold.parts:
            parts += ((hold.number, part) for part in hold.parts)
            continue
        skus[sku_id] += press.quantity
        rungs[sku_id, hold.ship_by, hold.source] += press.quantity
    for _number, part in parts:
        skus[part.sku_id] += part.quantity
        rungs[part.sku_id, part.ship_by, part.source] += part.quantity
    store.write(held, now)
    store.write_parts(parts, price_ids)
    if deposits := [_deposit(one, counter) for one in held if _is_presale(one, counter)]:
        store.write_deposits(deposits)
    stock.transfer(debit=HELD, credit=ON_OFFER, quantities=skus, cause="hold")
    promise.take(rungs)
    offer.take(offers)
    news: dict[str, list[outbox.Event]] = defaultdict(list)
    for offer_id, pieces in sorted(offers.items()):
        terms: Terms = counter.terms[offer_id]
        news[feed_of(terms.show_id)].append(
            OrdersHeld(
                offer_id=offer_id,
                sku_id=terms.sku_id,
                orders=orders[offer_id],
                held=pieces,
                left=terms.left - pieces,
            )
        )
    if counter.groups:
        group_buy.seat(held, counter, now, news)
    for feed in sorted(news):
        outbox.tell(feed, news[feed])


def _is_presale(one: Written, counter: rules.Counter) -> bool:
    return counter.terms[one.press.offer_id].kind == Offer.Kind.PRESALE


def _deposit(one: Written, counter: rules.Counter) -> Deposited:
    terms = counter.terms[one.press.offer_id]
    return Deposited(
        number=one.hold.number,
        amount_fen=one.press.quantity * terms.deposit_fen,
        is_kept=terms.deposit_is_kept,
        balance_opens_at=terms.balance_opens_at,
        balance_due_at=terms.balance_due_at,
    )
