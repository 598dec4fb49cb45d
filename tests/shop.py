"""A small maker with something to sell, for tests.

    offer = kettle(stock=2, plan=1)          # a kettle on offer on the show SHOW
    [ann, bob] = people(2)
    settle([press(ann, offer), press(bob, offer, quantity=2)], now())
    assert_the_books_agree()

Two pieces lie on the shelf and ship by SOON, one is on the factory's schedule for LATER.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.range import TimestamptzRange

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.offer import actions as offers
from firsthand.offer import group_buy
from firsthand.offer import store as offer_store
from firsthand.offer.actions import Line
from firsthand.offer.bundle import open_bundle
from firsthand.offer.models import Offer
from firsthand.offer.rules import Part
from firsthand.order import store as order_store
from firsthand.order import waiting as waiting_lists
from firsthand.order.actions import payment
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order
from firsthand.order.quotes import Asked, quotes
from firsthand.order.rules import Press
from firsthand.pay import actions as pay
from firsthand.pay import sandbox
from firsthand.people.models import Address, Person
from firsthand.price.models import PriceVersion
from firsthand.promise.models import Rung
from firsthand.stock import actions as stock_actions
from firsthand.stock import store as stock
from firsthand.stock.models import Place

SHOW = 88
FEED = f"show:{SHOW}"
MALL = 0
PRICE_FEN = 199_00
PLACE = "north"
TODAY = timezone.localdate()
SOON, LATER = TODAY + timedelta(days=2), TODAY + timedelta(days=9)

_numbers = itertools.count(1)


def people(count: int) -> list[Person]:
    """So many people, who are nobody else, each with an address."""
    found = Person.objects.bulk_create(
        Person(name=f"Buyer {n}", roles=["customer"], password="!") for n in range(count)
    )
    Address.objects.bulk_create(
        Address(
            person=person,
            recipient=person.name,
            phone="+8613800138000",
            region="浙江省 杭州市 西湖区",
            street="龙井路 1 号",
        )
        for person in found
    )
    return found


def staff(*roles: str) -> Person:
    """Someone of the crew."""
    return Person.objects.create_person(name="Crew", roles=list(roles))


def place(code: str = PLACE, position: int = 0) -> Place:
    """A place where goods can lie."""
    found, _is_new = Place.objects.get_or_create(
        code=code,
        defaults={"name_zh": f"{code} 仓", "name_en": f"{code} store", "position": position},
    )
    return found


def new_sku() -> Sku:
    """A kettle that was never sold before, without price, stock or promise."""
    n = next(_numbers)
    unique = uuid4().hex[:8]
    branch, _is_new = Category.objects.get_or_create(
        slug="kettles", defaults={"name_zh": "水壶", "name_en": "Kettles"}
    )
    product = Product.objects.create(
        category=branch,
        slug=f"kettle-{unique}",
        model_number=f"K-{unique}",
        name_zh=f"铜水壶 {n}",
        name_en=f"Copper kettle {n}",
        archetype="kettle",
    )
    return Sku.objects.create(
        product=product, code=f"K-{unique}-1", name_zh="1.5 升", name_en="1.5 l"
    )


def published(sku: Sku, price_fen: int = PRICE_FEN) -> PriceVersion:
    """A new version of a SKU's price, which holds from now on."""
    instant = now()
    current = PriceVersion.objects.filter(sku=sku, during__upper_inf=True).first()
    if current is not None:
        since = current.during.lower
        instant = max(instant, since + timedelta(microseconds=1))
        current.during = TimestamptzRange(since, instant)
        current.save(update_fields=["during"])
    parts = {
        "labour_fen": price_fen // 10,
        "energy_fen": 0,
        "overhead_fen": 0,
        "freight_fen": 0,
        "service_fen": 0,
        "margin_fen": price_fen // 25,
        "tax_fen": 0,
    }
    return PriceVersion.objects.create(
        sku=sku,
        version=current.version + 1 if current else 1,
        during=TimestamptzRange(instant, None),
        material_fen=price_fen - sum(parts.values()),
        **parts,
        reason="for a test",
        key_id="test",
        signature="test",
    )


def promised(sku: Sku, *, stock_pieces: int = 0, plan_pieces: int = 0) -> None:
    """A promise ladder: pieces of stock ship by SOON, pieces of the plan by LATER."""
    for day, source, quantity in ((SOON, "stock", stock_pieces), (LATER, "plan", plan_pieces)):
        if quantity:
            Rung.objects.create(sku=sku, ship_by=day, source=source, quantity=quantity)


def goods(*, on_hand: int = 0, plan: int = 0) -> Sku:
    """A SKU with a price, pieces on the shelf, and a ladder; nothing of it is on offer."""
    with transaction.atomic():
        place()
        sku = new_sku()
        published(sku)
        stock.open_accounts([sku.pk])
        if on_hand:
            stock_actions.receive(sku_id=sku.pk, place=PLACE, quantity=on_hand, cause="test")
        promised(sku, stock_pieces=on_hand, plan_pieces=plan)
    return sku


def kettle(
    *,
    stock: int = 3,
    plan: int = 0,
    limit_per_person: int = 5,
    show_id: int = SHOW,
    released: int | None = None,
) -> Offer:
    """A kettle on offer: all there is of it, or RELEASED pieces."""
    sku = goods(on_hand=stock, plan=plan)
    quantity = stock + plan if released is None else released
    with transaction.atomic():
        ids = offers.open_many(show_id=show_id, lines=[Line(sku.pk, limit_per_person, quantity)])
    return Offer.objects.select_related("sku").get(pk=ids[sku.pk])


def group_kettle(
    *,
    stock: int = 6,
    size: int = 3,
    minutes: int = 30,
    discount_fen: int = 2_00,
    limit_per_person: int = 1,
    show_id: int = SHOW,
    sku: Sku | None = None,
) -> Offer:
    """A kettle on offer to groups: SIZE people within so many MINUTES, all there is of it."""
    sku = sku or goods(on_hand=stock)
    with transaction.atomic():
        opened = group_buy.open_group_buy(
            show_id=show_id,
            sku_id=sku.pk,
            group_size=size,
            group_minutes=minutes,
            discount_fen=discount_fen,
            limit_per_person=limit_per_person,
            quantity=stock,
        )
    return Offer.objects.select_related("sku").get(pk=opened.pk)


def seated(
    person: Person, offer: Offer, group_id: int | None = None, at: datetime | None = None
) -> Order:
    """A person's order in a group of OFFER, not paid yet: in one he joins, or that he opens."""
    with transaction.atomic():
        [answer] = settle([press(person, offer, group_id=group_id)], at or now())
    assert answer.hold is not None, answer
    return Order.objects.get(number=answer.hold.number)


def bundle(
    *parts: tuple[Sku, int],
    quantity: int = 0,
    discount_fen: int = 0,
    limit_per_person: int = 5,
    show_id: int = SHOW,
) -> Offer:
    """QUANTITY bundles on offer, each of so many pieces of these SKUs."""
    with transaction.atomic():
        return open_bundle(
            show_id=show_id,
            parts=[Part(sku.pk, each) for sku, each in parts],
            name_zh="套装",
            name_en="Set",
            discount_fen=discount_fen,
            limit_per_person=limit_per_person,
            quantity=quantity,
        )


def price_of(offer: Offer) -> int:
    """What one unit of an offer costs now."""
    [quote] = quotes([Asked(offer.show_id, offer.pk, 1)], now())
    assert quote is not None
    return quote.price_fen


def press(
    person: Person | int,
    offer: Offer,
    *,
    quantity: int = 1,
    key: UUID | None = None,
    price_fen: int | None = None,
    price_version: int = 1,
    group_id: int | None = None,
) -> Press:
    """A press of the buy button by someone who saw the price that holds."""
    person_id = person if isinstance(person, int) else person.pk
    if price_fen is None:
        is_bundle = offer.kind == Offer.Kind.BUNDLE
        price_fen = price_of(offer) if is_bundle else PRICE_FEN - offer.discount_fen
    return Press(
        person_id,
        key or uuid4(),
        offer.show_id,
        offer.pk,
        quantity,
        price_version,
        price_fen,
        group_id=group_id,
    )


def held(person: Person, offer: Offer, *, quantity: int = 1, at: datetime | None = None) -> Order:
    """An order that a person holds, and has not paid."""
    with transaction.atomic():
        [answer] = settle([press(person, offer, quantity=quantity)], at or now())
    assert answer.hold is not None, answer
    return Order.objects.get(number=answer.hold.number)


def webhook(order: Order, choice: str = "pay", at: datetime | None = None) -> sandbox.Sealed:
    """The buyer goes to pay and presses a button at the bank: the webhook that comes of it."""
    instant = at or now()
    with transaction.atomic():
        asked = payment.start_payment(
            number=order.number,
            person_id=order.person_id,
            provider="sandbox",
            now=min(instant, order.hold_until - timedelta(seconds=1)),
        )
        pay.send_to(asked, f"/orders/{order.number}/")
        return sandbox.decide(asked.reference, choice, instant)  # type: ignore[arg-type]


def hear(word: sandbox.Sealed, at: datetime | None = None) -> payment.Heard:
    """The webhook arrives."""
    with transaction.atomic():
        return payment.payment_heard("sandbox", word.headers, word.body, at or now())


def paid(person: Person, offer: Offer, *, quantity: int = 1) -> Order:
    """An order that a person holds and has paid."""
    order = held(person, offer, quantity=quantity)
    heard = hear(webhook(order))
    assert heard.came is payment.Came.PAID
    order.refresh_from_db()
    return order


def assert_the_books_agree() -> None:
    """Orders, offers, ledger, ladder and news tell the same story, each in its own words."""
    assert stock.audit() == [], "an account holds what was moved into it, and all sum to nought"
    assert offer_store.audit() == [], "what is on offer is what offers have left"
    assert order_store.audit() == [], "what is held, sold and shipped is what was ordered"
    assert waiting_lists.audit() == [], "what is waited for is what those who wait want"
    with connection.cursor() as cursor:
        for sql, sentence in _BOOKS:
            cursor.execute(sql)
            assert cursor.fetchall() == [], sentence


_BOOKS = [
    (
        """
        select sku_id, ship_by, source, rung.taken, coalesce(ordered.quantity, 0)
        from promise_rung as rung
        full join (
            select sku_id, ship_by, source, sum(quantity) as quantity from (
                select sku_id, ship_by, rung_source as source, quantity, state, shipped_at
                from order_order where rung_source <> 'parts'
                union all
                select part.sku_id, part.ship_by, part.rung_source, part.quantity, state,
                       shipped_at
                from order_orderpart as part join order_order as ord on ord.id = part.order_id
            ) as piece
            where state in ('held', 'deposited', 'grouping', 'paid', 'making', 'ready', 'shipped',
                            'delivered')
               or shipped_at is not null
            group by 1, 2, 3
        ) as ordered using (sku_id, ship_by, source)
        where coalesce(rung.taken, 0) <> coalesce(ordered.quantity, 0)
        """,
        "what is taken of each rung is what orders were promised on it",
    ),
    (
        """
        select sku_id, sum(kept), coalesce(min(balance.quantity), 0) from promise_rung
        left join stock_balance as balance using (sku_id)
        where balance.account = 'shipped'
        group by sku_id having sum(kept) <> coalesce(min(balance.quantity), 0)
        """,
        "promises that were kept are pieces that shipped",
    ),
    (
        """
        select id, taken, released from offer_offer
        where taken <> (
            select coalesce(sum(quantity), 0) from order_order
            where offer_id = offer_offer.id
              and (state not in ('expired', 'cancelled', 'refunded') or shipped_at is not null)
        )
        """,
        "what is taken of each offer is what was ordered on it",
    ),
    (
        """
        select feed.name, feed.last_seq, count(told.seq) from kit_feed as feed
        left join kit_told as told on told.feed_id = feed.name
        group by feed.name, feed.last_seq
        having feed.last_seq <> count(told.seq) or max(told.seq) <> feed.last_seq
        """,
        "a feed is numbered without a gap",
    ),
    (
        """
        select offer.id, told.body from offer_offer as offer
        join lateral (
            select body from kit_told
            where (body ->> 'offer_id')::bigint = offer.id and body ? 'left'
            order by seq desc limit 1
        ) as told on true
        where (told.body ->> 'left')::bigint <> offer.released - offer.taken
        """,
        "what was told last to be left is what is left",
    ),
    (
        """
        select ord.id from order_order as ord
        where not exists (select from order_orderstep as step
                          where step.order_id = ord.id and step.state = ord.state)
        """,
        "every order has a step for the state that it is in",
    ),
    (
        """
        select squad.id, squad.state, squad.seats, count(*) from order_group as squad
        join order_groupseat as seat on seat.group_id = squad.id
        join order_order as ord on ord.id = seat.order_id
        group by squad.id
        having count(*) filter (where ord.state in ('held', 'grouping')) > squad.seats
            or (squad.state = 'forming'
                and count(*) filter (where ord.state = 'grouping') >= squad.seats)
            or (squad.state <> 'forming' and bool_or(ord.state = 'grouping'))
            or (squad.state = 'formed') <> (count(*) filter (where ord.paid_at is not null)
                                            = squad.seats)
            or (squad.state <> 'formed' and bool_or(ord.paid_at is not null))
            or count(distinct ord.person_id) filter (where ord.state in ('held', 'grouping'))
               <> count(*) filter (where ord.state in ('held', 'grouping'))
        """,
        "a group has no more people than seats, each once, and is formed when all have paid",
    ),
    (
        """
        select ord.id, ord.quantity * ord.unit_fen, sum(part.amount_fen), max(part.ship_by)
        from order_order as ord left join order_orderpart as part on part.order_id = ord.id
        group by ord.id
        having (ord.rung_source = 'parts') <> (count(part.id) > 0)
            or (count(part.id) > 0 and (
                sum(part.amount_fen) <> ord.quantity * ord.unit_fen
                or max(part.ship_by) <> ord.ship_by
                or min(part.amount_fen) < 0))
        """,
        "the parts of an order cost what it costs, and the last of them ships on its day",
    ),
    (
        """
        select part.order_id, part.sku_id, part.quantity, ord.quantity, made.each
        from order_orderpart as part
        join order_order as ord on ord.id = part.order_id
        full join offer_offerpart as made
               on made.offer_id = ord.offer_id and made.sku_id = part.sku_id
        where part.order_id is not null
          and (made.id is null or part.quantity <> ord.quantity * made.each)
        """,
        "an order of a bundle has of each SKU what is in so many bundles",
    ),
    (
        """
        select ord.id from order_order as ord join order_orderpart as part on part.order_id = ord.id
        where ord.state in ('ready', 'shipped', 'delivered') and part.set_aside_at is null
        """,
        "a bundle is packed when every part of it is set aside",
    ),
]


@contextmanager
def refused(code: str, **fields: object) -> Iterator[None]:
    """What happens in here is refused with this code and these fields, and is undone."""
    with pytest.raises(Refusal) as no, transaction.atomic():
        yield
    assert no.value.code == code, str(no.value)
    assert {name: no.value.fields.get(name) for name in fields} == fields
    assert str(no.value), "a refusal has a sentence"


def day_after(instant: datetime) -> datetime:
    """The same time, a day later."""
    return instant + timedelta(days=1)


def long_ago() -> datetime:
    """An instant before everything in a test."""
    return datetime(2020, 1, 1, tzinfo=UTC)
