"""The intake: a burst of presses, one transaction for each batch of them.

lock what is on offer -> read -> decide (pure) -> write orders, goods, promises as sets -> tell.

The ledger's ``on_offer`` row is the door of its SKU: whoever holds it may read and change the
offers, the waiting lists and the ladder behind it. Any number of processes may each run a
lane: the doors keep them honest, and batching keeps them fast.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from firsthand.kit import outbox
from firsthand.kit.ids import numbers
from firsthand.offer import store as offer
from firsthand.offer.models import Offer
from firsthand.offer.rules import Terms, feed_of
from firsthand.order import groups, rules, store, waiting
from firsthand.order.actions import group as group_buy
from firsthand.order.actions import line as waiting_line
from firsthand.order.events import OrdersHeld
from firsthand.order.hoarding import Caps
from firsthand.order.line import Line
from firsthand.order.rules import Answer, HeldPart, Hold, Press
from firsthand.order.store import Deposited, Written
from firsthand.price import store as price
from firsthand.promise import store as promise
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, ON_OFFER

News = dict[str, list[outbox.Event]]


def settle(batch: Sequence[Press], now: datetime) -> list[Answer]:
    """Answer a batch of presses, in their order, all or none."""
    answers, _lines = _settle(batch, [press.offer_id for press in batch], now)
    return answers


def serve(offer_id: int, now: datetime) -> int:
    """Serve those who wait for an offer, as a batch without presses; how many left the list."""
    _answers, lines = _settle([], [offer_id], now)
    return sum(len(line.served) + len(line.ended) for line in lines.values())


def _settle(
    batch: Sequence[Press], offer_ids: Iterable[int], now: datetime
) -> tuple[list[Answer], dict[int, Line]]:
    store.go_by_index()
    skus = offer.skus_of(offer_ids)
    sku_ids = {sku_id for its in skus.values() for sku_id in its}
    stock.lock_on_offer(sku_ids)
    tags = price.current(sku_ids)
    terms = offer.terms(skus)
    lines = waiting.lines(terms, batch)
    waiters = [waiter.press for line in lines.values() for waiter in line.first]
    asking = [*waiters, *batch]
    had = store.had(asking, now)
    counter = rules.Counter(
        terms=terms,
        prices=tags,
        ladders=promise.ladders(sku_ids),
        bought=had.bought,
        unpaid=had.unpaid,
        answered=store.answered(asking),
        hold_until=now + timedelta(minutes=settings.HOLD_MINUTES),
        hold_until_short=now + timedelta(minutes=settings.HOLD_MINUTES_SHORT),
        caps=Caps(settings.UNPAID_MAX, settings.UNPAID_A_DAY_MAX),
        numbers=numbers(),
        zone=timezone.get_default_timezone(),
        lines=lines,
        served_until=now + timedelta(minutes=settings.WAITING_HOLD_MINUTES),
        list_max=settings.WAITING_PIECES_MAX,
    )
    if any(its.kind == groups.GROUP for its in counter.terms.values()):
        group_buy.prepare(batch, counter)
    earlier = set(counter.answered)
    answers = rules.decide(batch, counter, now)
    price_ids = {sku_id: tag.version_id for sku_id, tag in tags.items()}
    held: dict[str, Written] = {}
    for line in lines.values():
        for _waiter, press, hold in line.served:
            held[hold.number] = _written(press, hold, counter, price_ids)
    for press, answer in zip(batch, answers, strict=True):
        if answer.hold is None or (press.person_id, press.key) in earlier:
            continue
        written = _written(press, answer.hold, counter, price_ids)
        held.setdefault(answer.hold.number, written)
    news: News = defaultdict(list)
    if held:
        _write(list(held.values()), counter, price_ids, now, news)
    if lines:
        waiting_line.write(counter, now, news)
    for feed in sorted(news):
        outbox.tell(feed, news[feed])
    return answers, lines


def _written(
    press: Press, hold: Hold, counter: rules.Counter, price_ids: Mapping[int, int]
) -> Written:
    sku_id = counter.terms[press.offer_id].sku_id
    return Written(press, hold, sku_id, price_ids[sku_id])


def _write(
    held: Sequence[Written],
    counter: rules.Counter,
    price_ids: Mapping[int, int],
    now: datetime,
    news: News,
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
