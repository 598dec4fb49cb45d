"""Giving back what an order held: the exact inverse of what ``settle`` took.

Used by all who end an order before it ships. The doors of the SKUs are taken here; the orders
themselves are locked by the caller before.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from firsthand.kit import outbox
from firsthand.offer import later
from firsthand.offer import pieces as offer_pieces
from firsthand.offer import store as offer
from firsthand.offer.rules import feed_of
from firsthand.order.store import Pieces
from firsthand.promise import store as promise
from firsthand.stock import store as stock
from firsthand.stock.models import ON_OFFER

News = dict[str, list[outbox.Event]]


def put_back(pieces: Sequence[Pieces], *, account: str, cause: str) -> tuple[dict[int, int], News]:
    """Pieces go from ACCOUNT back on offer, with their rungs and their places.

    Returns what is left of each offer now, and news to be told with the caller's own: what
    came back to an offer that is closed does not lie about there, but goes on its shelf.
    """
    skus: Counter[int] = Counter()
    offers: Counter[int] = Counter()
    rungs: Counter[tuple[int, date, str]] = Counter()
    for one in pieces:
        offers[one.offer_id] += one.quantity
        for sku_id, quantity, ship_by, source in one.pieces:
            skus[sku_id] += quantity
            rungs[sku_id, ship_by, source] += quantity
    stock.lock_on_offer(skus)
    stock.transfer(debit=ON_OFFER, credit=account, quantities=skus, cause=cause)
    promise.give_back(rungs)
    offer.give_back(offers)
    now = offer.terms(offers)
    left = {offer_id: terms.left for offer_id, terms in now.items()}
    for terms in now.values():
        if terms.waiting:  # what is free now is theirs
            later.serve_waiting(terms.offer_id)
    news: News = defaultdict(list)
    for show_id, events in offer_pieces.sweep_closed(list(offers)).items():
        news[feed_of(show_id)].extend(events)
    return left, news


def tell(news: News) -> None:
    """Tell each feed its news, in the order of their names, as everyone does."""
    for feed in sorted(news):
        outbox.tell(feed, news[feed])
