"""A small maker for the tests of the mall: real rows, few enough to reckon in the head."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from firsthand.catalogue.models import (
    Attribute,
    AttributeValue,
    Category,
    Picture,
    Product,
    Sku,
)
from firsthand.media.models import Channel
from firsthand.offer.models import MALL, Offer
from firsthand.people.models import Person
from firsthand.price.models import PriceVersion
from firsthand.promise.models import Rung
from firsthand.show.models import Show
from firsthand.stock import store as stock
from firsthand.stock.models import MADE, ON_OFFER

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def in_days(number: int) -> date:
    """A day from today on, at the maker's place."""
    return timezone.localdate() + timedelta(days=number)


def shelf(slug: str, zh: str, en: str, parent: Category | None = None) -> Category:
    """A category."""
    return Category.objects.create(slug=slug, name_zh=zh, name_en=en, parent=parent)


def product(category: Category, slug: str, zh: str, en: str, **fields: Any) -> Product:
    """A listed product with a picture."""
    made = Product.objects.create(
        category=category,
        slug=slug,
        name_zh=zh,
        name_en=en,
        model_number=fields.pop("model_number", slug.upper()),
        archetype=fields.pop("archetype", "phone"),
        listed_at=fields.pop("listed_at", LONG_AGO),
        **fields,
    )
    Picture.objects.create(product=made, file=f"products/{slug}.svg", alt_zh=zh, alt_en=en)
    return made


def sku(of: Product, code: str, zh: str = "白色", en: str = "White", **fields: Any) -> Sku:
    """One way in which a product comes."""
    return Sku.objects.create(product=of, code=code, name_zh=zh, name_en=en, **fields)


def price(of: Sku, *, margin_fen: int = 5_000, **parts: int) -> PriceVersion:
    """A published price: 1,999.00 unless its parts are given."""
    whole = {
        "material_fen": 120_000,
        "labour_fen": 18_000,
        "energy_fen": 1_200,
        "overhead_fen": 14_000,
        "freight_fen": 2_600,
        "service_fen": 16_100,
        "tax_fen": 23_000,
        **parts,
    }
    return PriceVersion.objects.create(
        sku=of,
        version=1,
        during=DateTimeTZRange(LONG_AGO, None),
        margin_fen=margin_fen,
        middlemen_fen=sum(whole.values()) * 14 // 10,
        assumptions={"distributor_bp": 1500, "retailer_bp": 2500},
        reason="首次定价",
        key_id="test",
        signature="c2lnbmVk",
        **whole,
    )


def rung(of: Sku, days: int, quantity: int, *, taken: int = 0, source: str = "stock") -> Rung:
    """So many pieces that ship by a day."""
    return Rung.objects.create(
        sku=of, ship_by=in_days(days), quantity=quantity, taken=taken, source=source
    )


def offer(of: Sku, *, show_id: int = MALL, released: int = 100, **fields: Any) -> Offer:
    """An open offer, in the mall unless a show is named."""
    made = Offer.objects.create(
        sku=of, show_id=show_id, released=released, **{"state": Offer.State.OPEN, **fields}
    )
    stock.open_accounts([of.pk])
    on_offer = released - fields.get("taken", 0)
    if on_offer:
        stock.lock_on_offer([of.pk])
        stock.transfer(debit=ON_OFFER, credit=MADE, quantities={of.pk: on_offer}, cause="test")
    return made


def fact(of: Product, code: str, zh: str, en: str, value: str | int) -> AttributeValue:
    """A fact by which one may choose: a word or a number."""
    attribute, _ = Attribute.objects.get_or_create(
        code=code,
        defaults={
            "name_zh": zh,
            "name_en": en,
            "is_facet": True,
            "kind": "number" if isinstance(value, int) else "choice",
        },
    )
    words = {"number": value} if isinstance(value, int) else {"text_zh": value, "text_en": value}
    return AttributeValue.objects.create(product=of, attribute=attribute, **words)


def host() -> Person:
    """The founder."""
    return Person.objects.create_person(
        email="founder@example.com",
        name="林一",
        title_zh="创始人",
        title_en="Founder",
        roles=["host"],
    )


def show(slug: str, by: Person, state: str = Show.State.DRAFT, **fields: Any) -> Show:
    """A show with a channel of its own."""
    channel = Channel.objects.create(name=slug)
    return Show.objects.create(
        slug=slug,
        title_zh=f"{slug} 直播",
        title_en=f"The {slug} show",
        host=by,
        channel=channel,
        state=state,
        planned_at=fields.pop("planned_at", timezone.now()),
        **fields,
    )
