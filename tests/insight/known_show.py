"""A small show whose figures were reckoned by hand, in the tests beside this file.

On air for an hour from 20:00 on 1 December 2026 in Shanghai; ten browsers of nine people; two
offers; five orders, of which four were paid, one was refunded before it was shipped and one after.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.insight.models import Act, Viewing
from firsthand.kit.ids import number_of, uuid7
from firsthand.media.models import Channel
from firsthand.offer.models import Offer
from firsthand.order.models import Order
from firsthand.people.models import Person
from firsthand.price.models import PriceVersion
from firsthand.show.models import ChatLine, Segment, Show
from firsthand.stock.models import Balance

BEGAN = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ENDED = BEGAN + timedelta(hours=1)
DAY = timedelta(days=1)


def at_minute(minute: float) -> datetime:
    """So many minutes into the show."""
    return BEGAN + timedelta(minutes=minute)


@dataclass
class KnownShow:
    """The show, and what stands behind it."""

    show: Show
    lamp: Offer
    cup: Offer
    people: dict[int, Person]
    prices: dict[int, PriceVersion]

    def order(
        self,
        buyer: int,
        offer: Offer,
        quantity: int,
        ship_by: date,
        *,
        state: str,
        placed_at: datetime = BEGAN + timedelta(minutes=20),
        paid: bool = True,
        shipped_at: datetime | None = None,
        ended_at: datetime | None = None,
        show_id: int | None = None,
    ) -> Order:
        """An order as it stands in the table, however it came there."""
        return Order.objects.create(
            number=number_of(uuid7()),
            person=self.people[buyer],
            key=uuid4(),
            show_id=self.show.pk if show_id is None else show_id,
            offer=offer,
            sku=offer.sku,
            quantity=quantity,
            price=self.prices[offer.pk],
            unit_fen=self.prices[offer.pk].price_fen,
            ship_by=ship_by,
            rung_source="stock",
            state=state,
            placed_at=placed_at,
            hold_until=placed_at + timedelta(minutes=15),
            paid_at=placed_at + timedelta(minutes=2) if paid else None,
            shipped_at=shipped_at,
            ended_at=ended_at,
        )


def sku_of(slug: str, name_zh: str, name_en: str) -> Sku:
    """A product with one SKU."""
    category, _ = Category.objects.get_or_create(
        slug="home", defaults={"name_zh": "家居", "name_en": "Home"}
    )
    product = Product.objects.create(
        category=category,
        slug=slug,
        model_number=slug.upper(),
        name_zh=name_zh,
        name_en=name_en,
        archetype="lamp",
    )
    return Sku.objects.create(product=product, code=f"{slug}-1", name_zh="白", name_en="White")


def price_of(sku: Sku, price_fen: int) -> PriceVersion:
    """The published price of a SKU; its parts do not matter here."""
    parts = dict.fromkeys(
        ("labour_fen", "energy_fen", "overhead_fen", "freight_fen", "service_fen", "margin_fen"), 0
    )
    made = PriceVersion.objects.create(
        sku=sku,
        version=1,
        during=DateTimeTZRange(BEGAN - DAY, None),
        material_fen=price_fen,
        tax_fen=0,
        reason="first",
        key_id="test",
        signature="none",
        **parts,
    )
    made.refresh_from_db()
    return made


def a_show(slug: str = "known", *, state: str = "ended") -> KnownShow:
    """The stage: a show that is over, two offers, eleven people. Nothing happened yet."""
    people = {
        number: Person.objects.create_person(name=f"P{number}", roles=["customer"])
        for number in (1, 2, 3, 4, 9, 11)
    }
    host = Person.objects.create_person(name="Host", roles=["host"])
    show = Show.objects.create(
        slug=slug,
        title_zh="一手开播",
        title_en="First show",
        state=state,
        host=host,
        channel=Channel.objects.create(name=slug),
        planned_at=BEGAN,
        on_air_at=BEGAN,
        ended_at=ENDED if state == "ended" else None,
        likes=77,
    )
    offers, prices = [], {}
    for word, zh, en, fen, released, taken in (
        ("lamp", "台灯", "Lamp", 19_900, 10, 3),
        ("cup", "水杯", "Cup", 5_000, 5, 3),
    ):
        sku = sku_of(f"{slug}-{word}", zh, en)
        offer = Offer.objects.create(
            show_id=show.pk, sku=sku, state="open", released=released, taken=taken
        )
        prices[offer.pk] = price_of(sku, fen)
        offers.append(offer)
        Balance.objects.create(sku=sku, account="made", quantity=-released)
        Balance.objects.create(sku=sku, account="on_offer", quantity=released - taken)
        Balance.objects.create(sku=sku, account="sold", quantity=taken)
    return KnownShow(show, offers[0], offers[1], people, prices)


def the_known_show() -> KnownShow:
    """The show with everything that happened on it."""
    known = a_show()
    show, lamp, cup, people = known.show, known.lamp, known.cup, known.people
    persons = {f"v{n}": people[n].pk for n in (1, 2, 3, 4, 9)} | {"v10": people[9].pk}

    def act(
        viewer: str, kind: str, minute: float, offer: Offer | None = None, error: int | None = None
    ) -> None:
        Act.objects.create(
            show=show,
            viewer=viewer,
            person_id=persons.get(viewer, 0),
            kind=kind,
            offer_id=offer.pk if offer else None,
            error_ms=error,
            at=at_minute(minute),
        )

    viewers = [f"v{number}" for number in range(1, 11)]
    for viewer in [*viewers, "v1"]:
        act(viewer, "entered", 1)
    for viewer in viewers:
        Viewing.objects.bulk_create(
            Viewing(
                show=show,
                viewer=viewer,
                minute=at_minute(minute),
                person_id=persons.get(viewer, 0),
                watched_ms=60_000,
                stalled_ms=6_000 if viewer == "v1" and minute == 4 else 0,
                latency_ms=2_000,
            )
            for minute in range(10)
        )
    errors = iter((10, 20, -30, 40, 50, 60, 70, -80))
    for viewer in ("v1", "v2", "v3", "v4", "v5", "v6"):
        act(viewer, "card_seen", 5, lamp, next(errors))
    for viewer in ("v1", "v2"):
        act(viewer, "card_seen", 15, cup, next(errors))
    for viewer in ("v1", "v2", "v3", "v1"):
        act(viewer, "card_clicked", 6, lamp)
    act("v2", "card_clicked", 16, cup)
    act("late", "entered", 90)  # on the replay, and not of the show

    segment = Segment.objects.create(
        show=show,
        position=1,
        name_zh="台灯",
        name_en="The lamp",
        product=lamp.sku.product,
        offer=lamp,
        began_at=at_minute(0),
        ended_at=at_minute(15),
    )
    Segment.objects.create(
        show=show, position=2, name_zh="水杯", name_en="The cup", began_at=at_minute(15)
    )
    for viewer, text, asks, role, is_hidden in (
        ("v1", "几天能发货？", True, "", False),
        ("v2", "多久发货", True, "visitor", False),
        ("v3", "好看！", False, "visitor", False),
        ("v5", "add my phone?", True, "", True),
        ("crew", "大家好，有问题吗", True, "host", False),
    ):
        ChatLine.objects.create(
            show=show,
            person=None,
            viewer=viewer,
            key=uuid4(),
            name="x",
            role=role,
            text=text,
            is_question=asks,
            is_hidden=is_hidden,
            said_at=at_minute(7),
        )
    assert segment.pk

    third, sixth = date(2026, 12, 3), date(2026, 12, 6)
    known.order(1, lamp, 2, third, state="making")
    known.order(2, cup, 1, sixth, state="refunded", ended_at=ENDED + DAY)
    known.order(3, lamp, 1, third, state="expired", paid=False, ended_at=at_minute(40))
    known.order(4, lamp, 1, third, state="delivered", shipped_at=BEGAN + 2 * DAY)
    known.order(
        11, cup, 3, sixth, state="refunded", shipped_at=BEGAN + 7 * DAY, ended_at=ENDED + 10 * DAY
    )
    known.order(1, lamp, 1, third, state="delivered", placed_at=BEGAN - 9 * DAY, show_id=0)
    known.order(2, cup, 1, sixth, state="paid", placed_at=ENDED + DAY)  # from the replay
    return known
