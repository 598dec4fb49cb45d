"""What the crew does with an offer: open it, put pieces on it, take them off, close it.

Each action takes the doors of its SKUs first (the ledger's ``on_offer`` rows, by id), reads
under them, decides, writes, tells. What is on offer is always real: either it lies on a
shelf, from which it is drawn, or the factory's schedule stands behind it. And it never
exceeds the promise ladder, because a piece without a day cannot be sold.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.offer import rules, store
from firsthand.offer.events import (
    LimitSet,
    OfferClosed,
    OfferOpened,
    StockReleased,
    StockWithdrawn,
)
from firsthand.offer.models import Offer
from firsthand.offer.rules import Terms
from firsthand.price import store as price
from firsthand.promise import store as promise
from firsthand.promise.rules import PLAN, Rung
from firsthand.stock import rules as stock_rules
from firsthand.stock import store as stock
from firsthand.stock.models import ON_OFFER, PLANNED, Place, on_hand


class Line(NamedTuple):
    """One SKU to be put on offer, with so many pieces."""

    sku_id: int
    limit_per_person: int = 5
    quantity: int = 0


def open_offer(
    *,
    show_id: int,
    sku_id: int,
    limit_per_person: int = 5,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    by: int | None = None,
) -> Offer:
    """Put a SKU up for sale on a show (0: in the mall); pieces are released to it apart."""
    offer_ids = open_many(
        show_id=show_id,
        lines=[Line(sku_id, limit_per_person)],
        opens_at=opens_at,
        closes_at=closes_at,
        by=by,
    )
    return Offer.objects.get(pk=offer_ids[sku_id])


def open_many(
    *,
    show_id: int,
    lines: Sequence[Line],
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    by: int | None = None,
) -> dict[int, int]:
    """Put many SKUs up for sale and release pieces to them; the offers' ids, by SKU.

    All or none: the first line that cannot be is refused with its SKU, and nothing changes.
    A fixed number of statements, however many lines there are.
    """
    limits = {line.sku_id: line.limit_per_person for line in lines}
    check_lines(lines, opens_at, closes_at)
    stock.open_accounts(limits)
    stock.lock_on_offer(limits)
    tags = price.current(limits)
    for sku_id in limits:
        if sku_id not in tags:
            raise Refusal(
                "no_price",
                _("It has no published price yet, and so it cannot be sold."),
                fields={"sku_id": sku_id},
            )
    if already := store.open_already(show_id, list(limits)):
        raise Refusal(
            "open_already", _("It is on offer here already."), fields={"sku_id": already[0]}
        )
    opened = store.open_many(show_id, limits, opens_at, closes_at)
    wanted = {line.sku_id: line.quantity for line in lines if line.quantity}
    released = _release(
        opened, {t.offer_id: wanted[t.sku_id] for t in opened if t.sku_id in wanted}, by
    )
    news: list[outbox.Event] = []
    for terms in opened:
        tag = tags[terms.sku_id]
        news.append(
            OfferOpened(
                offer_id=terms.offer_id,
                sku_id=terms.sku_id,
                limit_per_person=terms.limit_per_person,
                price_fen=tag.price_fen,
                price_version=tag.version,
                left=terms.left,
                by=by,
            )
        )
    outbox.tell(rules.feed_of(show_id), [*news, *released])
    return {terms.sku_id: terms.offer_id for terms in opened}


def release(*, offer_id: int, quantity: int, by: int | None = None) -> Offer:
    """Put more pieces on an offer: from the shelves first, then from the factory's schedule.

    Refused when the promise ladder has no day for all of them.
    """
    _check_quantity(quantity)
    terms = _locked(offer_id)
    if terms.state == Offer.State.CLOSED:
        raise Refusal("closed", _("The offer is closed."))
    news = _release([terms], {offer_id: quantity}, by)
    outbox.tell(rules.feed_of(terms.show_id), news)
    return Offer.objects.get(pk=offer_id)


def withdraw(*, offer_id: int, quantity: int, by: int | None = None) -> Offer:
    """Take pieces off an offer that nobody has taken; they go back to where they came from."""
    _check_quantity(quantity)
    terms = _locked(offer_id)
    if quantity > terms.left:
        raise Refusal(
            "taken_already",
            format_lazy(
                _("Only {left} pieces are left on this offer; the others are taken."),
                left=terms.left,
            ),
            fields={"left": terms.left},
        )
    news = _withdraw([terms], {offer_id: quantity}, by)
    outbox.tell(rules.feed_of(terms.show_id), news)
    return Offer.objects.get(pk=offer_id)


def close_offer(*, offer_id: int, by: int | None = None) -> Offer:
    """End the sale here; what nobody has taken goes back. Closing twice changes nothing."""
    terms = _locked(offer_id)
    if terms.state != Offer.State.CLOSED:
        store.close([offer_id])
        left = {offer_id: terms.left} if terms.left else {}
        news = _withdraw([terms], left, by)
        closed = OfferClosed(offer_id=offer_id, sku_id=terms.sku_id, by=by)
        outbox.tell(rules.feed_of(terms.show_id), [*news, closed])
    return Offer.objects.get(pk=offer_id)


def set_limit(*, offer_id: int, limit_per_person: int, by: int | None = None) -> Offer:
    """Let one person have so many from now on; what somebody has already is not taken away."""
    _check_limit(limit_per_person)
    terms = _locked(offer_id)
    offer = Offer.objects.get(pk=offer_id)
    if terms.limit_per_person != limit_per_person:
        offer.limit_per_person = limit_per_person
        offer.save(update_fields=["limit_per_person"])
        news = LimitSet(offer_id=offer_id, limit_per_person=limit_per_person, by=by)
        outbox.tell(rules.feed_of(terms.show_id), [news])
    return offer


def sweep_closed(offer_ids: Sequence[int]) -> dict[int, list[StockWithdrawn]]:
    """Put away what came back to offers that are closed; the news of it, by show.

    For the floor above, which holds the doors already and tells last.
    """
    news: dict[int, list[StockWithdrawn]] = defaultdict(list)
    by_sku: dict[int, Terms] = {}
    left = store.closed_with_pieces(offer_ids)
    while left:  # two closed offers of one SKU are put away one after the other
        by_sku = {terms.sku_id: terms for terms in left}
        one_a_sku = list(by_sku.values())
        told = _withdraw(one_a_sku, {terms.offer_id: terms.left for terms in one_a_sku}, None)
        for terms, event in zip(one_a_sku, told, strict=True):
            news[terms.show_id].append(event)
        left = [terms for terms in left if by_sku[terms.sku_id] is not terms]
    return news


def _release(
    offers: Sequence[Terms], quantities: Mapping[int, int], by: int | None
) -> list[StockReleased]:
    # One offer for each SKU: what is drawn from a shelf for one is gone for another.
    offers = [terms for terms in offers if terms.offer_id in quantities]
    sku_ids = [terms.sku_id for terms in offers]
    balances, ladders = stock.balances(sku_ids), promise.ladders(sku_ids)
    shelves = stock.shelves(sku_ids)
    moves: dict[str, Counter[int]] = defaultdict(Counter)
    news = []
    for terms in offers:
        quantity = quantities[terms.offer_id]
        backing = _backing(balances[terms.sku_id], ladders[terms.sku_id])
        drawn = stock_rules.draw(shelves[terms.sku_id], quantity)
        if quantity > rules.releasable(backing) or drawn.missing > backing.free_of_plan:
            raise _not_promised(terms, backing, quantity - drawn.missing)
        for account, pieces in drawn.given.items():
            moves[account][terms.sku_id] += pieces
        if drawn.missing:
            moves[PLANNED][terms.sku_id] += drawn.missing
        news.append(
            StockReleased(
                offer_id=terms.offer_id,
                sku_id=terms.sku_id,
                quantity=quantity,
                planned=drawn.missing,
                left=terms.left + quantity,
                by=by,
            )
        )
    causes = {terms.sku_id: rules.cause_of(terms.offer_id) for terms in offers}
    for account in sorted(moves):
        stock.transfer(debit=ON_OFFER, credit=account, quantities=moves[account], cause=causes)
    store.release({terms.offer_id: quantities[terms.offer_id] for terms in offers})
    return news


def _withdraw(
    offers: Sequence[Terms], quantities: Mapping[int, int], by: int | None
) -> list[StockWithdrawn]:
    offers = [terms for terms in offers if terms.offer_id in quantities]
    sku_ids = [terms.sku_id for terms in offers]
    causes = {terms.sku_id: rules.cause_of(terms.offer_id) for terms in offers}
    balances, drawn = stock.balances(sku_ids), stock.moved_for(sku_ids, causes.values())
    shelves = [on_hand(code) for code in Place.objects.values_list("code", flat=True)]
    moves: dict[str, Counter[int]] = defaultdict(Counter)
    news = []
    for terms in offers:
        back = rules.given_back(
            quantities[terms.offer_id],
            drawn=drawn[terms.sku_id],
            owed=-balances[terms.sku_id].get(PLANNED, 0),
            planned=PLANNED,
            shelves=shelves,
        )
        for account, pieces in back.items():
            moves[account][terms.sku_id] += pieces
        news.append(
            StockWithdrawn(
                offer_id=terms.offer_id,
                sku_id=terms.sku_id,
                quantity=quantities[terms.offer_id],
                left=terms.left - quantities[terms.offer_id],
                by=by,
            )
        )
    if offers:
        stock.open_accounts(sku_ids)  # a shelf may be newer than the SKU
    for account in sorted(moves):
        stock.transfer(debit=account, credit=ON_OFFER, quantities=moves[account], cause=causes)
    store.release({terms.offer_id: -quantities[terms.offer_id] for terms in offers})
    return news


def _backing(balances: Mapping[str, int], ladder: Sequence[Rung]) -> rules.Backing:
    return rules.Backing(
        on_offer=balances.get(ON_OFFER, 0),
        free=sum(rung.free for rung in ladder),
        free_of_plan=sum(rung.free for rung in ladder if rung.source == PLAN),
    )


def _not_promised(terms: Terms, backing: rules.Backing, on_shelves: int) -> Refusal:
    most = min(rules.releasable(backing), on_shelves + backing.free_of_plan)
    return Refusal(
        "not_promised",
        format_lazy(
            _("The promise ladder has days for {most} more pieces, not for so many."), most=most
        ),
        fields={"sku_id": terms.sku_id, "most": most},
    )


def _locked(offer_id: int) -> Terms:
    """The offer's terms, read under the door of its SKU."""
    sku_id = store.sku_ids([offer_id]).get(offer_id)
    if sku_id is None:
        raise NotFound("no_such_offer", _("There is no such offer."))
    stock.open_accounts([sku_id])  # an offer made in the office may be a SKU's first
    stock.lock_on_offer([sku_id])
    return store.terms([offer_id])[offer_id]


def check_lines(
    lines: Sequence[Line], opens_at: datetime | None, closes_at: datetime | None
) -> None:
    """Refuse lines and times that make no sense."""
    if not lines or len({line.sku_id for line in lines}) != len(lines):
        raise Invalid("bad_lines", _("Name each SKU once, and at least one."))
    for line in lines:
        _check_limit(line.limit_per_person)
        if line.quantity:
            _check_quantity(line.quantity)
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise Invalid("bad_times", _("An offer closes after it opens."))


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= rules.PIECES_MAX:
        raise Invalid(
            "bad_quantity",
            _("A quantity is a whole number from 1 to 10,000,000."),
            fields={"most": rules.PIECES_MAX},
        )


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= rules.LIMIT_MAX:
        raise Invalid(
            "bad_limit",
            _("One person may have from 1 to 1,000 pieces."),
            fields={"most": rules.LIMIT_MAX},
        )
