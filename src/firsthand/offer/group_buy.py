"""A group-buy (拼团) is put up for sale: so many people, within so long, for so much less.

What it takes off the price comes out of our margin, and never goes below the floor: cost and
tax. Its pieces are released, withdrawn and put away like those of any offer; a seat takes its
own piece when it is taken, so an empty seat of a forming group reserves nothing.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, Refusal
from firsthand.offer import actions, checks, rules, store
from firsthand.offer.actions import Line
from firsthand.offer.models import Offer
from firsthand.offer.rules import Part
from firsthand.stock import store as stock

SEATS_MAX = 100
MINUTES_MAX = 7 * 24 * 60


def open_group_buy(
    *,
    show_id: int,
    sku_id: int,
    group_size: int,
    group_minutes: int,
    discount_fen: int = 0,
    limit_per_person: int = 1,
    quantity: int = 0,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    by: int | None = None,
) -> Offer:
    """Put a SKU up for sale to groups on a show (0: in the mall), and release pieces to it.

    It may be on offer to single buyers there as well. Groups that formed under earlier terms
    keep them; so do those that are forming.
    """
    _check(group_size, group_minutes)
    actions.check_lines([Line(sku_id, limit_per_person, quantity)], opens_at, closes_at)
    stock.open_accounts([sku_id])
    stock.lock_on_offer([sku_id])
    tags = checks.tags_of([sku_id])
    checks.check_discount(discount_fen, [Part(sku_id, 1)], tags)
    offer_id = store.open_group_buy(
        show_id=show_id,
        sku_id=sku_id,
        limit_per_person=limit_per_person,
        opens_at=opens_at,
        closes_at=closes_at,
        discount_fen=discount_fen,
        group_size=group_size,
        group_minutes=group_minutes,
    )
    if offer_id is None:
        raise Refusal("open_already", _("It is on offer here already."), fields={"sku_id": sku_id})
    terms = store.terms([offer_id])[offer_id]
    outbox.tell(rules.feed_of(show_id), [checks.opened(terms, tags, by)])
    if quantity:
        return actions.release(offer_id=offer_id, quantity=quantity, by=by)
    return Offer.objects.get(pk=offer_id)


def _check(group_size: int, group_minutes: int) -> None:
    if not 2 <= group_size <= SEATS_MAX:
        raise Invalid(
            "bad_group_size",
            _("A group is of 2 to 100 people."),
            fields={"least": 2, "most": SEATS_MAX},
        )
    if not 1 <= group_minutes <= MINUTES_MAX:
        raise Invalid(
            "bad_group_minutes",
            _("A group has from one minute to seven days to form."),
            fields={"least": 1, "most": MINUTES_MAX},
        )
