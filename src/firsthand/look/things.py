"""The things that are shown, as templates need them: read in sets, with no language yet.

Each kind of thing has one reader here, which takes many ids and asks the database once or
twice, however many they are. A page asks for one product's things, a tick of a room for all
that changed in it. What they give back holds both languages; words are chosen when a
template reads them, so one reading serves every language of a room.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Picture, in_english
from firsthand.kit.money import BASIS_POINTS
from firsthand.look.bundles import Bundle, bundles
from firsthand.look.groups import GroupBuy, group_buys
from firsthand.look.pictures import picture_of
from firsthand.look.presale import Presale, last_day_of, presale_of
from firsthand.offer.models import Offer
from firsthand.offer.rules import has_list
from firsthand.price.models import PARTS, PriceVersion
from firsthand.promise.models import Rung

FEW = 20  # pieces left from which on we say that they are few
RUNGS_SHOWN = 5

_PART_NAMES: Mapping[str, tuple[Promise, Promise]] = {
    "material": (_("Material"), _("Every part on the bill of material, at what we pay for it")),
    "labour": (_("Labour"), _("The minutes of our people on this routing")),
    "energy": (_("Energy"), _("The electricity of the machines it runs on")),
    "overhead": (_("Overhead"), _("Buildings, planning, quality, design")),
    "freight": (_("Freight"), _("From our plant to your door")),
    "service": (_("Service reserve"), _("Put aside for repairs and returns")),
    "margin": (_("Our margin"), _("What we keep; our pledge is its roof")),
    "tax": (_("Tax"), _("Value-added tax")),
}


class CostPart(NamedTuple):
    """A part of a price: what it is called, and how much of the price it is."""

    key: str
    name: Promise
    meaning: Promise
    amount_fen: int


class MiddleStep(NamedTuple):
    """Somebody who would stand between the maker and the buyer, and what he would add."""

    name: Promise
    percent: str


@dataclass(frozen=True, slots=True)
class Price:
    """An open price: its parts, its seal, and what it would be through middlemen."""

    sku_id: int
    version: int
    price_fen: int
    floor_fen: int  # cost and tax: what an offer takes off ends there
    parts: tuple[CostPart, ...]
    middlemen_fen: int
    steps: tuple[MiddleStep, ...]
    reason: str
    key_id: str
    signature: str

    @property
    def saved_fen(self) -> int:
        """How much less it is without middlemen."""
        return max(0, self.middlemen_fen - self.price_fen)


def price_of(row: PriceVersion) -> Price:
    """A published price as it is shown."""
    return Price(
        sku_id=row.sku_id,
        version=row.version,
        price_fen=row.price_fen,
        floor_fen=row.floor_fen,
        parts=tuple(
            CostPart(key, *_PART_NAMES[key], getattr(row, part))
            for part in PARTS
            if (key := part.removesuffix("_fen")) and getattr(row, part)
        ),
        middlemen_fen=row.middlemen_fen,
        steps=_middle_steps(row.assumptions),
        reason=row.reason,
        key_id=row.key_id,
        signature=row.signature,
    )


def _middle_steps(assumptions: Mapping[str, Any]) -> tuple[MiddleStep, ...]:
    named = (("distributor_bp", _("distributor")), ("retailer_bp", _("retailer")))
    return tuple(
        MiddleStep(name, f"{100 * assumptions[key] / BASIS_POINTS:g}")
        for key, name in named
        if isinstance(assumptions.get(key), int)
    )


def prices(sku_ids: Collection[int]) -> dict[int, Price]:
    """The prices that hold now, by SKU; one query."""
    rows = PriceVersion.objects.filter(sku__in=sku_ids, during__upper_inf=True)
    return {row.sku_id: price_of(row) for row in rows}


@dataclass(frozen=True, slots=True)
class RungLook:
    """A day by which pieces ship, and how many of them are still free."""

    ship_by: date
    source: str
    quantity: int
    free: int
    is_yours: bool = False  # the first with something free: an order now takes it

    @property
    def taken_percent(self) -> int:
        """How much of it is taken."""
        return 100 * (self.quantity - self.free) // self.quantity if self.quantity else 100


@dataclass(frozen=True, slots=True)
class Ladder:
    """The days by which a SKU ships; the first free one is what an order now would get."""

    sku_id: int
    rungs: tuple[RungLook, ...] = ()
    free: int = 0

    @property
    def first(self) -> RungLook | None:
        """The rung that an order now would take."""
        return next((rung for rung in self.rungs if rung.is_yours), None)


def ladders(sku_ids: Collection[int], today: date | None = None) -> dict[int, Ladder]:
    """The promise ladders, by SKU; one query. What is wholly taken stands in it as gone."""
    return {sku_id: _ladder(sku_id, rows) for sku_id, rows in _rungs(sku_ids, today).items()}


def ladders_of(offers: Collection[Offer], today: date | None = None) -> dict[int, Ladder]:
    """The ladders of offers, by offer; one query. A pre-sale has the days after its balance."""
    return stairs({offer.sku_id for offer in offers}, offers, today)[1]


def stairs(
    sku_ids: Collection[int], offers: Collection[Offer], today: date | None = None
) -> tuple[dict[int, Ladder], dict[int, Ladder]]:
    """The ladders of SKUs, by SKU, and of offers of these, by offer; one query."""
    rungs = _rungs(sku_ids, today)
    of_offers = {}
    for offer in offers:
        after = last_day_of(offer)
        rows = [row for row in rungs[offer.sku_id] if after is None or row.ship_by > after]
        of_offers[offer.pk] = _ladder(offer.sku_id, rows)
    return {sku_id: _ladder(sku_id, rows) for sku_id, rows in rungs.items()}, of_offers


def _rungs(sku_ids: Collection[int], today: date | None) -> dict[int, list[Rung]]:
    today = today or timezone.localdate()
    rows = Rung.objects.filter(sku__in=sku_ids, ship_by__gte=today).order_by(
        "sku_id", "ship_by", "source"
    )
    found: dict[int, list[Rung]] = {sku_id: [] for sku_id in sku_ids}
    for row in rows:
        found[row.sku_id].append(row)
    return found


def offers_of(sku_ids: Collection[int]) -> list[int]:
    """The open offers of some SKUs; a price is a SKU's, and each of its offers shows it."""
    of_these = Q(sku__in=sku_ids) | Q(parts__sku__in=sku_ids)
    offers = Offer.objects.filter(of_these, state=Offer.State.OPEN)
    return list(offers.distinct().values_list("pk", flat=True))


def _ladder(sku_id: int, rows: list[Rung]) -> Ladder:
    # Stock and plan may promise the same day: for a buyer that is one rung.
    days: dict[date, list[Rung]] = {}
    for row in rows:
        days.setdefault(row.ship_by, []).append(row)
    first = next(
        (day for day, rungs in days.items() if any(rung.quantity > rung.taken for rung in rungs)),
        None,
    )
    looks = [
        RungLook(
            ship_by=day,
            source=rungs[0].source,
            quantity=sum(rung.quantity for rung in rungs),
            free=sum(rung.quantity - rung.taken for rung in rungs),
            is_yours=day == first,
        )
        for day, rungs in days.items()
    ]
    return Ladder(sku_id, _around(looks), sum(look.free for look in looks))


def _around(looks: list[RungLook]) -> tuple[RungLook, ...]:
    """At most RUNGS_SHOWN of them: one that is gone, then the one an order would get, then on."""
    at = next((number for number, look in enumerate(looks) if look.is_yours), 0)
    start = max(0, at - 1)
    return tuple(looks[start : start + RUNGS_SHOWN])


@dataclass(frozen=True, slots=True)
class Left:
    """How many pieces are left on offer, and by which day an order now would ship."""

    offer_id: int
    left: int
    released: int
    ship_by: date | None = None

    @property
    def percent(self) -> int:
        """How much of what was released is left, rounded up: the last piece is to be seen."""
        return -(-100 * self.left // self.released) if self.released else 0

    @property
    def manner(self) -> str:
        """Whether there is none, there are few, or there is enough."""
        return "none" if self.left <= 0 else "few" if self.left <= FEW else "enough"


@dataclass(frozen=True, slots=True)
class Card:
    """What the host holds up to the camera: one offer, as much of it as fits a card."""

    offer_id: int
    sku_id: int
    sku_code: str
    product_slug: str
    product_names: tuple[str, str]
    sku_names: tuple[str, str]
    picture: str
    state: str
    price_fen: int
    price_version: int
    limit_per_person: int
    left: Left
    group: GroupBuy | None = None
    bundle: Bundle | None = None
    off_fen: int = 0  # of one, out of the margin
    presale: Presale | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    has_list: bool = False  # one may wait for it when it is sold out

    @property
    def name(self) -> str:
        """The product's name, or the bundle's, in the reader's language."""
        return self.bundle.name if self.bundle else self.product_names[in_english()]

    @property
    def sku_name(self) -> str:
        """Which of its SKUs, in the reader's language; a bundle is of several."""
        return "" if self.bundle else self.sku_names[in_english()]

    @property
    def was_fen(self) -> int:
        """What it costs when nothing is off."""
        return self.price_fen + self.off_fen

    @property
    def can_be_bought(self) -> bool:
        """Whether a press now could succeed."""
        return self.state == Offer.State.OPEN and self.left.left > 0 and self.price_fen > 0

    @property
    def can_wait(self) -> bool:
        """Whether one may stand in line for it: it is sold out, and its sale goes on."""
        is_sold_out = self.state == Offer.State.OPEN and self.left.left <= 0
        return is_sold_out and self.price_fen > 0 and self.has_list


def lefts(offer_ids: Collection[int]) -> dict[int, Left]:
    """What is left of offers, by offer; two queries."""
    offers = list(Offer.objects.filter(pk__in=offer_ids))
    own = ladders_of(offers)
    sets = bundles(offers)
    return {
        offer.pk: left_of_bundle(offer, sets[offer.pk])
        if offer.pk in sets
        else left_of(offer, own[offer.pk])
        for offer in offers
    }


def left_of(offer: Offer, ladder: Ladder) -> Left:
    """What is left of an offer: never more than can be promised a day."""
    left = min(max(0, offer.released - offer.taken), ladder.free)
    if offer.waiting:  # what is free is theirs who wait
        left = 0
    return Left(offer.pk, left, offer.released, ladder.first.ship_by if ladder.first else None)


def left_of_bundle(offer: Offer, bundle: Bundle) -> Left:
    """What is left of a bundle: whole ones, of which all can be promised a day together."""
    return Left(offer.pk, max(0, bundle.left), offer.released, bundle.ship_by)


def cards(offer_ids: Collection[int]) -> dict[int, Card]:
    """The cards of offers, by offer; five queries, however many they are."""
    pictures = Prefetch("sku__product__pictures", Picture.objects.order_by("position", "id"))
    offers = list(
        Offer.objects.filter(pk__in=offer_ids)
        .select_related("sku__product")
        .prefetch_related(pictures)
    )
    sku_ids = {offer.sku_id for offer in offers}
    sheets, own = prices(sku_ids), ladders_of(offers)
    squads, sets = group_buys(offers), bundles(offers)
    return {
        offer.pk: _card(
            offer,
            sheets.get(offer.sku_id),
            own[offer.pk],
            squads.get(offer.pk),
            sets.get(offer.pk),
        )
        for offer in offers
    }


def off_of(offer: Offer, price: Price) -> int:
    """What an offer of one SKU takes off its price, out of the margin and no deeper."""
    return min(offer.discount_fen, max(0, price.price_fen - price.floor_fen))


def _card(
    offer: Offer,
    price: Price | None,
    ladder: Ladder,
    group: GroupBuy | None,
    bundle: Bundle | None,
) -> Card:
    product = offer.sku.product
    off_fen = off_of(offer, price) if price else 0
    if bundle is not None:
        off_fen = bundle.off_fen
    return Card(
        offer_id=offer.pk,
        sku_id=offer.sku_id,
        sku_code=offer.sku.code,
        product_slug=product.slug,
        product_names=(product.name_zh, product.name_en),
        sku_names=(offer.sku.name_zh, offer.sku.name_en),
        picture=picture_of(product, offer.sku_id),
        state=offer.state,
        price_fen=bundle.price_fen if bundle else price.price_fen - off_fen if price else 0,
        price_version=price.version if price else 0,
        limit_per_person=offer.limit_per_person,
        left=left_of_bundle(offer, bundle) if bundle else left_of(offer, ladder),
        group=group,
        bundle=bundle,
        off_fen=off_fen,
        presale=presale_of(offer, price.price_fen - off_fen) if price else None,
        opens_at=offer.opens_at,
        closes_at=offer.closes_at,
        has_list=has_list(offer.kind),
    )
