"""Bundles as they are shown: what is in each, what that would cost alone, and by which day.

What a card says of a bundle is what the intake would say at that instant: it asks ``quotes``,
and reckons nothing itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from firsthand.catalogue.models import Picture, Product, Sku, in_english
from firsthand.kit.clock import now
from firsthand.look.pictures import picture_of
from firsthand.offer.models import Offer, OfferPart
from firsthand.order.models import Order, OrderPart
from firsthand.order.quotes import Asked, Day, quotes
from firsthand.price.models import PriceVersion

Row = TypeVar("Row", OfferPart, OrderPart)
_PICTURES = Prefetch("sku__product__pictures", Picture.objects.order_by("position", "id"))


@dataclass(frozen=True, slots=True)
class Part:
    """A SKU in a bundle, and how many of it."""

    sku_id: int
    sku_code: str
    product_slug: str
    product_names: tuple[str, str]
    sku_names: tuple[str, str]
    picture: str
    each: int
    unit_fen: int  # what one of it costs alone
    price_version: int

    @property
    def name(self) -> str:
        """The product's name, in the reader's language."""
        return self.product_names[in_english()]

    @property
    def sku_name(self) -> str:
        """Which of its SKUs, in the reader's language."""
        return self.sku_names[in_english()]

    @property
    def amount_fen(self) -> int:
        """What so many of it cost alone."""
        return self.each * self.unit_fen


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle on offer: one price for all that is in it."""

    offer_id: int
    names: tuple[str, str]
    parts: tuple[Part, ...]
    price_fen: int  # of one; 0: it is not for sale
    off_fen: int
    price_version: int
    left: int
    ship_by: date | None
    days: tuple[Day, ...] = ()

    @property
    def name(self) -> str:
        """What it is called, in the reader's language; else what is in it."""
        return self.names[in_english()] or " + ".join(part.name for part in self.parts)

    @property
    def whole_fen(self) -> int:
        """What all that is in it would cost, bought one by one."""
        return self.price_fen + self.off_fen

    @property
    def pieces(self) -> int:
        """How many pieces are in one."""
        return sum(part.each for part in self.parts)


def bundles(offers: Collection[Offer]) -> dict[int, Bundle]:
    """Those of some offers that are bundles, by offer; nothing is asked if there are none."""
    mine = {offer.pk: offer for offer in offers if offer.kind == Offer.Kind.BUNDLE}
    if not mine:
        return {}
    rows: dict[int, list[OfferPart]] = {offer_id: [] for offer_id in mine}
    for row in _with_pictures(OfferPart.objects.filter(offer__in=mine)):
        rows[row.offer_id].append(row)
    tags = _tags({row.sku_id for parts in rows.values() for row in parts})
    asked = [Asked(offer.show_id, offer.pk, 1) for offer in mine.values()]
    found = {}
    for offer, quote in zip(mine.values(), quotes(asked, now()), strict=True):
        found[offer.pk] = Bundle(
            offer_id=offer.pk,
            names=(offer.name_zh, offer.name_en),
            parts=tuple(
                _part(row.sku, row.each, *tags.get(row.sku_id, (0, 0))) for row in rows[offer.pk]
            ),
            price_fen=quote.price_fen if quote else 0,
            off_fen=quote.off_fen if quote else 0,
            price_version=quote.price_version if quote else 0,
            left=quote.left if quote else 0,
            ship_by=quote.rungs[0].ship_by if quote and quote.rungs and quote.left else None,
            days=_at_most(quote.left, quote.rungs) if quote else (),
        )
    return found


def bundles_with(sku_ids: Collection[int], show_id: int) -> list[Bundle]:
    """The open bundles of a show (0: of the mall) that have one of these SKUs in them."""
    offers = Offer.objects.filter(
        kind=Offer.Kind.BUNDLE, state=Offer.State.OPEN, show_id=show_id, parts__sku__in=sku_ids
    )
    return list(bundles(offers.distinct().order_by("pk")[:AT_MOST]).values())


def _at_most(left: int, days: Sequence[Day]) -> tuple[Day, ...]:
    """Of the sets that could ship by each day, those that are on offer."""
    found = []
    for day in days:
        sets = min(left, day.free)
        left -= sets
        if sets > 0:
            found.append(Day(day.ship_by, sets))
    return tuple(found)


AT_MOST = 6  # on one page


@dataclass(frozen=True, slots=True)
class Bought:
    """What an order of a bundle has of one SKU."""

    part: Part
    quantity: int
    amount_fen: int
    ship_by: date
    rung_source: str
    is_set_aside: bool


def bought(order: Order) -> list[Bought]:
    """What is in an order of a bundle, each with its share of the price; none for another."""
    if order.rung_source != "parts":
        return []
    rows = OrderPart.objects.filter(order=order).select_related("price")
    return [
        Bought(
            part=_part(
                row.sku, row.quantity // order.quantity, row.price.price_fen, row.price.version
            ),
            quantity=row.quantity,
            amount_fen=row.amount_fen,
            ship_by=row.ship_by,
            rung_source=row.rung_source,
            is_set_aside=row.set_aside_at is not None,
        )
        for row in _with_pictures(rows)
    ]


def _with_pictures(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.select_related("sku__product").prefetch_related(_PICTURES).order_by("pk")


def _tags(sku_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    rows = PriceVersion.objects.filter(sku__in=sku_ids, during__upper_inf=True)
    return {
        sku_id: (fen, version)
        for sku_id, fen, version in rows.values_list("sku", "price_fen", "version")
    }


def _part(sku: Sku, each: int, unit_fen: int, price_version: int) -> Part:
    product: Product = sku.product
    return Part(
        sku_id=sku.pk,
        sku_code=sku.code,
        product_slug=product.slug,
        product_names=(product.name_zh, product.name_en),
        sku_names=(sku.name_zh, sku.name_en),
        picture=picture_of(product, sku.pk),
        each=each,
        unit_fen=unit_fen,
        price_version=price_version,
    )
