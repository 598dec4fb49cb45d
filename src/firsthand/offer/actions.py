"""What the crew does with an offer: open it, put pieces on it, take them off, close it.

Each action takes the doors of its SKUs first (the ledger's ``on_offer`` rows, by id), reads
under them, decides, writes, tells. What is on offer is always real: either it lies on a
shelf, from which it is drawn, or the factory's schedule stands behind it. And it never
exceeds the promise ladder, because a piece without a day cannot be sold.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, Refusal
from firsthand.offer import checks, later, pieces, rules, store
from firsthand.offer.events import LimitSet, OfferClosed, TimesSet
from firsthand.offer.models import Offer
from firsthand.offer.rules import Part
from firsthand.stock import store as stock


class Line(NamedTuple):
    """One SKU to be put on offer, with so many pieces."""

    sku_id: int
    limit_per_person: int = 5
    quantity: int = 0
    discount_fen: int = 0  # off the price of each piece, out of the margin


def open_offer(
    *,
    show_id: int,
    sku_id: int,
    limit_per_person: int = 5,
    discount_fen: int = 0,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    by: int | None = None,
) -> Offer:
    """Put a SKU up for sale on a show (0: in the mall); pieces are released to it apart."""
    offer_ids = open_many(
        show_id=show_id,
        lines=[Line(sku_id, limit_per_person, discount_fen=discount_fen)],
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
    tags = checks.tags_of(limits)
    for line in lines:
        checks.check_discount(line.discount_fen, [Part(line.sku_id, 1)], tags)
    if already := store.open_already(show_id, list(limits)):
        raise Refusal(
            "open_already", _("It is on offer here already."), fields={"sku_id": already[0]}
        )
    discounts = {line.sku_id: line.discount_fen for line in lines}
    opened = store.open_many(show_id, limits, opens_at, closes_at, discounts)
    wanted = {line.sku_id: line.quantity for line in lines if line.quantity}
    released = pieces.release(
        opened, {t.offer_id: wanted[t.sku_id] for t in opened if t.sku_id in wanted}, by
    )
    news: list[outbox.Event] = [checks.opened(terms, tags, by) for terms in opened]
    for terms in opened:
        if terms.waiting:  # it opens again before its list was ended
            later.serve_waiting(terms.offer_id)
    outbox.tell(rules.feed_of(show_id), [*news, *released])
    return {terms.sku_id: terms.offer_id for terms in opened}


def release(*, offer_id: int, quantity: int, by: int | None = None) -> Offer:
    """Put more pieces on an offer: from the shelves first, then from the factory's schedule.

    Refused when the promise ladder has no day for all of them.
    """
    checks.check_quantity(quantity)
    terms = pieces.locked(offer_id)
    if terms.state == Offer.State.CLOSED:
        raise Refusal("closed", _("The offer is closed."))
    news = pieces.release([terms], {offer_id: quantity}, by)
    if terms.waiting:
        later.serve_waiting(offer_id)
    outbox.tell(rules.feed_of(terms.show_id), news)
    return Offer.objects.get(pk=offer_id)


def withdraw(*, offer_id: int, quantity: int, by: int | None = None) -> Offer:
    """Take pieces off an offer that nobody has taken; they go back to where they came from."""
    checks.check_quantity(quantity)
    terms = pieces.locked(offer_id)
    if quantity > terms.left:
        raise Refusal(
            "taken_already",
            format_lazy(
                _("Only {left} pieces are left on this offer; the others are taken."),
                left=terms.left,
            ),
            fields={"left": terms.left},
        )
    if quantity > terms.left - terms.waiting:
        raise Refusal(
            "waited_for",
            _("People wait for these pieces. Who wants them back closes the offer."),
            fields={"left": terms.left, "waiting": terms.waiting},
        )
    news = pieces.withdraw([terms], {offer_id: quantity}, by)
    outbox.tell(rules.feed_of(terms.show_id), news)
    return Offer.objects.get(pk=offer_id)


def close_offer(*, offer_id: int, by: int | None = None) -> Offer:
    """End the sale here; what nobody has taken goes back. Closing twice changes nothing."""
    terms = pieces.locked(offer_id)
    if terms.state != Offer.State.CLOSED:
        store.close([offer_id])
        left = {offer_id: terms.left} if terms.left else {}
        news = pieces.withdraw([terms], left, by)
        if terms.waiting:
            later.serve_waiting(offer_id)  # nobody waits in vain without being told
        closed = OfferClosed(offer_id=offer_id, sku_id=terms.sku_id, by=by)
        outbox.tell(rules.feed_of(terms.show_id), [*news, closed])
    return Offer.objects.get(pk=offer_id)


def set_limit(*, offer_id: int, limit_per_person: int, by: int | None = None) -> Offer:
    """Let one person have so many from now on; what somebody has already is not taken away."""
    checks.check_limit(limit_per_person)
    terms = pieces.locked(offer_id)
    offer = Offer.objects.get(pk=offer_id)
    if terms.limit_per_person != limit_per_person:
        offer.limit_per_person = limit_per_person
        offer.save(update_fields=["limit_per_person"])
        news = LimitSet(offer_id=offer_id, limit_per_person=limit_per_person, by=by)
        outbox.tell(rules.feed_of(terms.show_id), [news])
    return offer


def check_lines(
    lines: Sequence[Line], opens_at: datetime | None, closes_at: datetime | None
) -> None:
    """Refuse lines and times that make no sense."""
    if not lines or len({line.sku_id for line in lines}) != len(lines):
        raise Invalid("bad_lines", _("Name each SKU once, and at least one."))
    for line in lines:
        checks.check_limit(line.limit_per_person)
        if line.quantity:
            checks.check_quantity(line.quantity)
    checks.check_times(opens_at, closes_at)


def set_times(
    *,
    offer_id: int,
    opens_at: datetime | None,
    closes_at: datetime | None,
    by: int | None = None,
) -> Offer:
    """Let the sale begin and end at these times of the server's (None: at once; without end).

    They are told ahead, so that nobody's distance decides; and they may be moved while the
    sale goes on. A press that was settled before stays settled.
    """
    checks.check_times(opens_at, closes_at)
    terms = pieces.locked(offer_id)
    if terms.state == Offer.State.CLOSED:
        raise Refusal("closed", _("The offer is closed."))
    offer = Offer.objects.get(pk=offer_id)
    if (offer.opens_at, offer.closes_at) != (opens_at, closes_at):
        offer.opens_at, offer.closes_at = opens_at, closes_at
        offer.save(update_fields=["opens_at", "closes_at"])
        if terms.waiting:
            later.serve_waiting(offer_id)
        news = TimesSet(offer_id=offer_id, opens_at=opens_at, closes_at=closes_at, by=by)
        outbox.tell(rules.feed_of(terms.show_id), [news])
    return offer
