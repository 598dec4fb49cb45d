"""The page of a product, and the one where its order is confirmed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from firsthand.catalogue import store as catalogue
from firsthand.catalogue.models import AttributeValue, Picture, Product, Sku
from firsthand.faces.shop import store
from firsthand.faces.shop.forms import QUANTITY_MAX
from firsthand.kit import clock
from firsthand.look import things
from firsthand.look.bundles import Bundle, bundles, bundles_with
from firsthand.look.groups import GroupBuy, Squad, group_buys
from firsthand.look.presale import Presale, presale_of
from firsthand.offer.models import MALL, Offer
from firsthand.offer.rules import Standing, has_list, standing
from firsthand.order import seats
from firsthand.order.groups import FORMING
from firsthand.show.models import Show

FACTS_AT_MOST = 60
PICTURES_AT_MOST = 12
WORKS_WITH_AT_MOST = 8
_SHOWN = (Offer.Kind.SINGLE, Offer.Kind.GROUP, Offer.Kind.PRESALE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A SKU of a product, with all that decides whether and when one can have it."""

    sku: Sku
    price: things.Price | None
    ladder: things.Ladder
    offer: Offer | None
    left: things.Left | None
    group: GroupBuy | None = None  # if it is a group-buy
    bundle: Bundle | None = None  # if it is one: the SKU is the one that it is shown by
    presale: Presale | None = None  # if it is a pre-sale

    @property
    def was_fen(self) -> int:
        """What one costs when nothing is off."""
        if self.bundle:
            return self.bundle.whole_fen
        return self.price.price_fen if self.price else 0

    @property
    def off_fen(self) -> int:
        """What the offer takes off it, out of the margin."""
        if self.bundle:
            return self.bundle.off_fen
        return things.off_of(self.offer, self.price) if self.offer and self.price else 0

    @property
    def unit_fen(self) -> int:
        """What one costs: the price, less what the offer takes off it."""
        return self.was_fen - self.off_fen

    @property
    def can_be_bought(self) -> bool:
        """Whether an order now could succeed."""
        return bool(self.price and self.left and self.left.left > 0)

    @property
    def can_wait(self) -> bool:
        """Whether one may stand in line for it: it is sold out, and its sale goes on."""
        is_sold_out = self.offer is not None and self.left is not None and self.left.left <= 0
        return bool(self.price) and is_sold_out and has_list(self.offer.kind if self.offer else "")

    @property
    def quantity_max(self) -> int:
        """How many one person may order at once."""
        if self.offer is None or self.left is None:
            return 1
        most = self.offer.limit_per_person if self.can_wait else self.left.left
        return max(1, min(self.offer.limit_per_person, most, QUANTITY_MAX))


def listed() -> QuerySet[Product]:
    """The products that the mall shows, with what their pages need."""
    return Product.objects.filter(is_listed=True).prefetch_related(
        Prefetch("skus", Sku.objects.filter(is_active=True)),
        Prefetch("pictures", Picture.objects.order_by("position", "id")),
    )


def choices_of(product: Product, kind: str = Offer.Kind.SINGLE) -> list[Choice]:
    """The SKUs of a product, each with its price, its ladder and the mall's offer of it."""
    return choices_by_kind(product, [kind])[kind]


def choices_by_kind(product: Product, kinds: Collection[str]) -> dict[str, list[Choice]]:
    """The same for several manners of terms, read at once."""
    skus = list(product.skus.all())
    ids = [sku.pk for sku in skus]
    now = clock.now()
    rows = Offer.objects.filter(sku__in=ids, show_id=MALL, state=Offer.State.OPEN, kind__in=kinds)
    offers = {
        (offer.sku_id, offer.kind): offer
        for offer in rows
        if standing(offer, now) is not Standing.CLOSED
    }
    prices = things.prices(ids)
    ladders, own = things.stairs(ids, offers.values())
    squads = group_buys(offers.values())

    def choice(sku: Sku, offer: Offer | None) -> Choice:
        price = prices.get(sku.pk)
        if offer is None:
            return Choice(sku, price, ladders[sku.pk], None, None)
        ladder = own[offer.pk]
        return Choice(
            sku,
            price,
            ladder,
            offer,
            things.left_of(offer, ladder),
            squads.get(offer.pk),
            presale=presale_of(offer, price.price_fen - things.off_of(offer, price))
            if price
            else None,
        )

    return {kind: [choice(sku, offers.get((sku.pk, kind))) for sku in skus] for kind in kinds}


def bundle_of(asked: str) -> Choice | None:
    """An open bundle of the mall, by its offer's id as an address names it."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    offer = (
        Offer.objects.filter(
            pk=int(asked), kind=Offer.Kind.BUNDLE, show_id=MALL, state=Offer.State.OPEN
        )
        .select_related("sku")
        .first()
    )
    if offer is None or standing(offer, clock.now()) is Standing.CLOSED:
        return None
    bundle = bundles([offer])[offer.pk]
    price, ladder = things.prices([offer.sku_id]), things.ladders([offer.sku_id])
    return Choice(
        sku=offer.sku,
        price=price.get(offer.sku_id) if bundle.price_fen else None,
        ladder=ladder[offer.sku_id],
        offer=offer,
        left=things.left_of_bundle(offer, bundle),
        bundle=bundle,
    )


def chosen_of(choices: list[Choice], code: str) -> Choice | None:
    """The SKU that was asked for, else the first that can be bought, else the first."""
    asked = next((choice for choice in choices if choice.sku.code == code), None)
    buyable = next((choice for choice in choices if choice.can_be_bought), None)
    return asked or buyable or next(iter(choices), None)


@never_cache
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is, what it costs and why, when it ships; and the button."""
    shown = get_object_or_404(listed().select_related("category"), slug=slug)
    shelves = choices_by_kind(shown, _SHOWN)
    choices = shelves[Offer.Kind.SINGLE]
    chosen = chosen_of(choices, request.GET.get("sku", ""))
    related = shown.works_with.filter(is_listed=True).values_list("pk", flat=True)
    words: dict[str, Any] = {
        "at": "categories",
        "product": shown,
        "path": catalogue.path(shown.category_id),
        "choices": choices,
        "chosen": chosen,
        "pictures": _pictures(shown, chosen),
        "facts": _facts(shown, chosen),
        "works_with": store.tiles(list(related[:WORKS_WITH_AT_MOST])),
        "on_air": _on_air(choices),
        "together": _on_terms(shelves[Offer.Kind.GROUP], chosen),
        "early": _on_terms(shelves[Offer.Kind.PRESALE], chosen),
        "bundles": bundles_with([choice.sku.pk for choice in choices], MALL),
        "joining": joining_of(request),
    }
    return render(request, "shop/product.html", words)


def joining_of(request: HttpRequest) -> Squad | None:
    """The forming group that the address speaks of; None if there is none to be joined."""
    asked = request.GET.get("group", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    seat = seats.to_join([int(asked)]).get(int(asked))
    if seat is None or seat.state != FORMING or seat.expires_at <= clock.now():
        return None
    return Squad(*seat.seat)


def _on_terms(choices: list[Choice], chosen: Choice | None) -> Choice | None:
    """The mall's group-buy or pre-sale of the chosen SKU, if there is one."""
    mine = chosen.sku if chosen else None
    return next((one for one in choices if one.sku == mine and one.offer), None)


def _pictures(shown: Product, chosen: Choice | None) -> list[Picture]:
    """First those of the chosen SKU, then those of the product; not those of other SKUs."""
    of_sku = chosen.sku.pk if chosen else 0
    pictures = list(shown.pictures.all())
    own = [picture for picture in pictures if picture.sku_id == of_sku]
    common = [picture for picture in pictures if picture.sku_id is None]
    return ([*own, *common] or pictures)[:PICTURES_AT_MOST]


def _facts(shown: Product, chosen: Choice | None) -> list[AttributeValue]:
    """The facts of the product; where the chosen SKU says otherwise, it is right."""
    rows = (
        AttributeValue.objects.filter(product=shown)
        .select_related("attribute")
        .order_by("attribute__position", "attribute_id", "sku_id")
    )
    facts: dict[int, AttributeValue] = {}
    for row in rows[:FACTS_AT_MOST]:
        own = chosen is not None and row.sku_id == chosen.sku.pk
        if own or (row.sku_id is None and row.attribute_id not in facts):
            facts[row.attribute_id] = row
    return list(facts.values())


def _on_air(choices: list[Choice]) -> Show | None:
    """The show in which one of these SKUs is on offer at this moment."""
    offered = Offer.objects.filter(
        sku__in=[choice.sku.pk for choice in choices], state=Offer.State.OPEN
    ).exclude(show_id=MALL)
    return Show.objects.filter(state=Show.State.ON_AIR, pk__in=offered.values("show_id")).first()
