"""What an offer of any kind may be opened with; and how its opening is told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Invalid, Refusal
from firsthand.kit.money import yuan
from firsthand.offer import rules
from firsthand.offer.events import OfferOpened
from firsthand.offer.rules import Part, Priced, Terms
from firsthand.price import store as price
from firsthand.price.store import PriceTag


def tags_of(sku_ids: Iterable[int]) -> dict[int, PriceTag]:
    """The prices that hold of these SKUs. One without a price cannot be sold."""
    wanted = list(sku_ids)
    tags = price.current(wanted)
    for sku_id in wanted:
        if sku_id not in tags:
            raise Refusal(
                "no_price",
                _("It has no published price yet, and so it cannot be sold."),
                fields={"sku_id": sku_id},
            )
    return tags


def check_discount(discount_fen: int, pieces: Sequence[Part], tags: Mapping[int, Priced]) -> None:
    """What is off comes out of our margin: a unit is never cheaper than its cost and tax."""
    if discount_fen < 0:
        raise Invalid("bad_discount", _("What is taken off is not less than nothing."))
    most = rules.off_at_most(pieces, tags)
    if discount_fen > most:
        raise Refusal(
            "below_floor",
            format_lazy(
                _("At most ¥{most} can be taken off: cost and tax are never undersold."),
                most=yuan(most),
            ),
            fields={"sku_id": pieces[0].sku_id, "most_fen": most},
        )


def check_times(opens_at: datetime | None, closes_at: datetime | None) -> None:
    """An offer closes after it opens."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise Invalid("bad_times", _("An offer closes after it opens."))


def check_quantity(quantity: int) -> None:
    """So many units can be released or withdrawn at once."""
    if not 1 <= quantity <= rules.PIECES_MAX:
        raise Invalid(
            "bad_quantity",
            _("A quantity is a whole number from 1 to 10,000,000."),
            fields={"most": rules.PIECES_MAX},
        )


def check_limit(limit: int) -> None:
    """One person may have so many."""
    if not 1 <= limit <= rules.LIMIT_MAX:
        raise Invalid(
            "bad_limit",
            _("One person may have from 1 to 1,000 pieces."),
            fields={"most": rules.LIMIT_MAX},
        )


def opened(terms: Terms, tags: Mapping[int, PriceTag], by: int | None) -> OfferOpened:
    """The news that an offer is open, at the price of one unit with what is off it."""
    price_fen = rules.unit_fen(terms, tags)
    assert price_fen is not None, "an offer without a price is not opened"
    return OfferOpened(
        offer_id=terms.offer_id,
        sku_id=terms.sku_id,
        limit_per_person=terms.limit_per_person,
        price_fen=price_fen,
        price_version=tags[terms.sku_id].version,
        left=terms.left,
        by=by,
        discount_fen=terms.discount_fen,
        goods=_goods(terms, tags),
    )


def _goods(terms: Terms, tags: Mapping[int, PriceTag]) -> tuple[tuple[int, int, int, int], ...]:
    """What the price of one unit is reckoned from, where it is not simply that of its SKU."""
    if not (terms.parts or terms.discount_fen):
        return ()
    return tuple(
        (part.sku_id, part.each, tags[part.sku_id].price_fen, tags[part.sku_id].floor_fen)
        for part in terms.pieces_of
    )
