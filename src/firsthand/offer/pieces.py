"""The pieces of offers, between the shelves, the factory's schedule and what is on offer.

For whoever opens, fills, empties or closes offers, whatever their kind: he holds the doors of
their SKUs, and tells the news that comes of it last. An offer of several SKUs takes its pieces
of each, all or none; what it has and what is left of it counts whole bundles.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import NotFound, Refusal
from firsthand.offer import rules, store
from firsthand.offer.events import StockReleased, StockWithdrawn
from firsthand.offer.rules import Terms
from firsthand.promise import store as promise
from firsthand.promise.rules import PLAN, Rung
from firsthand.stock import rules as stock_rules
from firsthand.stock import store as stock
from firsthand.stock.models import ON_OFFER, PLANNED, Place, on_hand


def locked(offer_id: int) -> Terms:
    """The offer's terms, read under the doors of its SKUs."""
    sku_ids = store.skus_of([offer_id]).get(offer_id)
    if sku_ids is None:
        raise NotFound("no_such_offer", _("There is no such offer."))
    stock.open_accounts(sku_ids)  # an offer made in the office may be a SKU's first
    stock.lock_on_offer(sku_ids)
    return store.terms([offer_id])[offer_id]


def release(
    offers: Sequence[Terms], quantities: Mapping[int, int], by: int | None
) -> list[StockReleased]:
    """Put pieces on offers, from the shelves first, then from the schedule.

    No SKU is in two of the OFFERS: what is drawn from a shelf for one is gone for another.
    """
    offers = [terms for terms in offers if terms.offer_id in quantities]
    sku_ids = [part.sku_id for terms in offers for part in terms.pieces_of]
    balances, ladders = stock.balances(sku_ids), promise.ladders(sku_ids)
    shelves = stock.shelves(sku_ids)
    moves: dict[str, Counter[int]] = defaultdict(Counter)
    news = []
    for terms in offers:
        units, planned = quantities[terms.offer_id], 0
        for sku_id, each in terms.pieces_of:
            backing = _backing(balances[sku_id], ladders[sku_id])
            if terms.balance_due_at is not None:
                backing = _after_the_balance(terms, backing, ladders)
            drawn = stock_rules.draw(shelves[sku_id], units * each)
            if units * each > rules.releasable(backing) or drawn.missing > backing.free_of_plan:
                raise _not_promised(sku_id, each, backing, units * each - drawn.missing)
            for account, pieces in drawn.given.items():
                moves[account][sku_id] += pieces
            if drawn.missing:
                moves[PLANNED][sku_id] += drawn.missing
                planned = max(planned, -(-drawn.missing // each))
        news.append(
            StockReleased(
                offer_id=terms.offer_id,
                sku_id=terms.sku_id,
                quantity=units,
                planned=planned,
                left=terms.left + units,
                by=by,
            )
        )
    for account in sorted(moves):
        stock.transfer(
            debit=ON_OFFER, credit=account, quantities=moves[account], cause=_causes(offers)
        )
    store.release({terms.offer_id: quantities[terms.offer_id] for terms in offers})
    return news


def withdraw(
    offers: Sequence[Terms], quantities: Mapping[int, int], by: int | None
) -> list[StockWithdrawn]:
    """Take pieces off offers; they go back to where they came from. No SKU is in two of them."""
    offers = [terms for terms in offers if terms.offer_id in quantities]
    sku_ids = [part.sku_id for terms in offers for part in terms.pieces_of]
    causes = _causes(offers)
    balances, drawn = stock.balances(sku_ids), stock.moved_for(sku_ids, causes.values())
    shelves = [on_hand(code) for code in Place.objects.values_list("code", flat=True)]
    moves: dict[str, Counter[int]] = defaultdict(Counter)
    news = []
    for terms in offers:
        units = quantities[terms.offer_id]
        for sku_id, each in terms.pieces_of:
            back = rules.given_back(
                units * each,
                drawn=drawn[sku_id],
                owed=-balances[sku_id].get(PLANNED, 0),
                planned=PLANNED,
                shelves=shelves,
            )
            for account, pieces in back.items():
                moves[account][sku_id] += pieces
        news.append(
            StockWithdrawn(
                offer_id=terms.offer_id,
                sku_id=terms.sku_id,
                quantity=units,
                left=terms.left - units,
                by=by,
            )
        )
    if offers:
        stock.open_accounts(sku_ids)  # a shelf may be newer than the SKU
    for account in sorted(moves):
        stock.transfer(debit=account, credit=ON_OFFER, quantities=moves[account], cause=causes)
    store.release({terms.offer_id: -quantities[terms.offer_id] for terms in offers})
    return news


def sweep_closed(offer_ids: Sequence[int]) -> dict[int, list[StockWithdrawn]]:
    """Put away what came back to offers that are closed; the news of it, by show.

    For the floor above, which holds the doors already and tells last.
    """
    news: dict[int, list[StockWithdrawn]] = defaultdict(list)
    left = store.closed_with_pieces(offer_ids)
    while left:  # closed offers that share a SKU are put away one after the other
        now, later = _apart(left)
        told = withdraw(now, {terms.offer_id: terms.left for terms in now}, None)
        for terms, event in zip(now, told, strict=True):
            news[terms.show_id].append(event)
        left = later
    return news


def _apart(offers: Sequence[Terms]) -> tuple[list[Terms], list[Terms]]:
    """Offers of which no two share a SKU; and the others."""
    taken: set[int] = set()
    now: list[Terms] = []
    later: list[Terms] = []
    for terms in offers:
        its = {part.sku_id for part in terms.pieces_of}
        (now if taken.isdisjoint(its) else later).append(terms)
        taken |= its
    return now, later


def _causes(offers: Sequence[Terms]) -> dict[int, str]:
    """What moves the pieces of each SKU."""
    return {
        part.sku_id: rules.cause_of(terms.offer_id) for terms in offers for part in terms.pieces_of
    }


def _backing(balances: Mapping[str, int], ladder: Sequence[Rung]) -> rules.Backing:
    return rules.Backing(
        on_offer=balances.get(ON_OFFER, 0),
        free=sum(rung.free for rung in ladder),
        free_of_plan=sum(rung.free for rung in ladder if rung.source == PLAN),
    )


def _after_the_balance(
    terms: Terms, backing: rules.Backing, ladders: Mapping[int, Sequence[Rung]]
) -> rules.Backing:
    """The same for a pre-sale: only the days after its balance are any use to it."""
    fit = rules.ladders_for(terms, ladders, timezone.get_default_timezone())[terms.sku_id]
    useful = sum(rung.free for rung in fit) - terms.left
    return backing._replace(free=min(backing.free, backing.on_offer + useful))


def _not_promised(sku_id: int, each: int, backing: rules.Backing, on_shelves: int) -> Refusal:
    most = min(rules.releasable(backing), on_shelves + backing.free_of_plan) // each
    return Refusal(
        "not_promised",
        format_lazy(
            _("The promise ladder has days for {most} more pieces, not for so many."), most=most
        ),
        fields={"sku_id": sku_id, "most": most},
    )
