"""A bundle: several SKUs sold as one, all of them or none, at one price.

Its pieces are whole bundles. They are released, withdrawn and closed as those of any offer
(``offer.actions``), a bundle's worth of each SKU at a time; only its opening is of its own.
What is in it never changes: orders would not know any more what they hold.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound
from firsthand.offer import checks, pieces, rules, store
from firsthand.offer.models import Offer
from firsthand.offer.rules import Part
from firsthand.stock import store as stock

PARTS_MAX = 12  # SKUs in one bundle
EACH_MAX = 100  # pieces of one SKU in one bundle
NAME_MAX = 120


def open_bundle(
    *,
    show_id: int,
    parts: Sequence[Part],
    name_zh: str = "",
    name_en: str = "",
    discount_fen: int = 0,
    limit_per_person: int = 5,
    quantity: int = 0,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    by: int | None = None,
) -> Offer:
    """Put several SKUs up for sale as one, and release whole bundles to it.

    It is shown by the first of them. All or nothing: what has no price, no day on the promise
    ladder or is cheaper than its floor is refused with its SKU, and nothing changes.
    """
    _check(parts, name_zh, name_en)
    checks.check_limit(limit_per_person)
    checks.check_times(opens_at, closes_at)
    if quantity:
        checks.check_quantity(quantity)
    sku_ids = {part.sku_id for part in parts}
    skus = Sku.objects.select_related("product").in_bulk(sku_ids)
    if len(skus) < len(sku_ids):
        raise NotFound("no_such_sku", _("There is no such SKU."))
    products = [skus[part.sku_id].product for part in parts]
    stock.open_accounts(sku_ids)
    stock.lock_on_offer(sku_ids)
    tags = checks.tags_of(part.sku_id for part in parts)
    checks.check_discount(discount_fen, parts, tags)
    terms = store.open_bundle(
        show_id=show_id,
        sku_id=parts[0].sku_id,
        parts=parts,
        name_zh=name_zh.strip() or _in_a_row(product.name_zh for product in products),
        name_en=name_en.strip() or _in_a_row(product.name_en for product in products),
        limit_per_person=limit_per_person,
        discount_fen=discount_fen,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    released = pieces.release([terms], {terms.offer_id: quantity} if quantity else {}, by)
    news: list[outbox.Event] = [checks.opened(terms, tags, by), *released]
    outbox.tell(rules.feed_of(show_id), news)
    return Offer.objects.get(pk=terms.offer_id)


def _in_a_row(names: Iterable[str]) -> str:
    return " + ".join(names)[:NAME_MAX]


def _check(parts: Sequence[Part], name_zh: str, name_en: str) -> None:
    if not 2 <= len(parts) <= PARTS_MAX or len({part.sku_id for part in parts}) < len(parts):
        raise Invalid(
            "bad_parts",
            _("A bundle is of 2 to 12 different SKUs, each named once."),
            fields={"most": PARTS_MAX},
        )
    if any(not 1 <= part.each <= EACH_MAX for part in parts):
        raise Invalid(
            "bad_each",
            _("In a bundle are from 1 to 100 pieces of each SKU."),
            fields={"most": EACH_MAX},
        )
    if max(len(name_zh), len(name_en)) > NAME_MAX:
        raise Invalid("bad_name", _("A name has at most 120 letters."))
