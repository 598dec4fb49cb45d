"""A house with a past: so many orders of a year, written by PostgreSQL itself in sets.

What a real house would have of each order is there: its steps, what was moved for it, where it
went, its payment with the bank's word, the bank's own charge, money that went back, and the event
that told of it. The books add up. All of it is past, but for two thousand paid orders that wait
to be shipped, however large the house is: what is measured is the weight of history.

The tables have no index while they are filled but their own numbers; the others are built at the
end, from what PostgreSQL says they were.
"""

import sys
import time
from dataclasses import dataclass

import psycopg

SKUS = 300
OFFERS_A_SHOW = 30
SHOWS = 100
SMALL_SHOW, LARGE_SHOW = 2001, 2002
SMALL, LARGE = 5_000, 100_000
OPEN = 2_000
FILLED = (
    "order_order",
    "order_orderstep",
    "order_delivery",
    "pay_payment",
    "pay_providerword",
    "pay_refund",
    "pay_sandboxcharge",
    "stock_transfer",
    "kit_told",
    "promise_rung",
    "people_person",
    "people_address",
)
QUICKLY = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "'8GB'",
    "checkpoint_timeout": "'1h'",
    "maintenance_work_mem": "'768MB'",
    "work_mem": "'256MB'",
    "shared_buffers": "'1GB'",
}

PEOPLE = """
insert into people_person
    (id, uuid, password, name, title_zh, title_en, roles, is_guest, is_active, joined_at)
select n, uuidv7(), '!', 'Person ' || n, '', '', '{customer}', true, true,
       now() - interval '400 days'
from generate_series(1, %(people)s) as n
"""
ADDRESSES = """
insert into people_address (person_id, recipient, phone, region, street, is_default)
select n, 'Person ' || n, '+8613800000000', '北京市海淀区', 'Road ' || n, true
from generate_series(1, %(people)s) as n
"""
OFFERS = """
insert into offer_offer (id, show_id, sku_id, state, limit_per_person, made_at, kind)
overriding system value
select 100000 + 100 * show.place + k, show.id, goods.ids[1 + (show.place * 7 + k) %% %(skus)s],
       'closed', 1000000, now(), 'single'
from (select n as place, 1000 + n as id from generate_series(1, %(shows)s) as n
      union all values (%(shows)s + 1, %(small_show)s), (%(shows)s + 2, %(large_show)s)) as show,
     generate_series(0, %(offers)s - 1) as k,
     (select array_agg(id order by id) as ids from catalogue_sku) as goods
"""
ORDERS = """
insert into order_order
    (number, person_id, key, show_id, offer_id, sku_id, quantity, price_id, unit_fen, ship_by,
     rung_source, state, address_id, placed_at, hold_until, paid_at, ready_at, shipped_at,
     delivered_at, ended_at)
select encode(substr(uuid_send(gen_random_uuid()), 8, 9), 'base64'),
       1 + floor(%(people)s * u_who ^ 1.3)::bigint, gen_random_uuid(), offer.show_id, offer.id,
       offer.sku_id, pieces, price.id, 19900, (at + interval '3 days')::date + (n %% 20)::int,
       case when n %% 3 = 0 then 'plan' else 'stock' end, sold.state, null, at,
       at + interval '15 minutes',
       case when sold.state <> 'expired' then at + interval '90 seconds' end,
       case when sold.state in ('ready', 'delivered', 'refunded') then at + interval '2 days' end,
       case when sold.state in ('delivered', 'refunded') then at + interval '3 days' end,
       case when sold.state in ('delivered', 'refunded') then at + interval '6 days' end,
       case sold.state when 'expired' then at + interval '15 minutes'
                  when 'cancelled' then at + interval '1 hour'
                  when 'refunded' then at + interval '9 days' end
from (
    select n, random() as u_who,
           case when n > %(orders)s - %(small)s then %(shows)s + 1
                when n > %(orders)s - %(small)s - %(large)s then %(shows)s + 2
                else 1 + ((n - 1) * %(shows)s) / greatest(1, %(orders)s - %(small)s - %(large)s)
           end as place,
           now() - interval '380 days' + n * (interval '360 days' / %(orders)s) as at,
           1 + (random() < 0.15)::int as pieces,
           case when n %% greatest(1, %(orders)s / %(open)s) = 0
                then case when n %% 2 = 0 then 'ready' else 'paid' end
                when u < 0.08 then 'expired' when u < 0.10 then 'cancelled'
                when u < 0.14 then 'refunded' else 'delivered' end as state
    from (select n, random() as u from generate_series(1, %(orders)s::bigint) as n) as drawn
) as sold
join offer_offer as offer
  on offer.id = 100000 + 100 * place + (n * 7919) %% %(offers)s
join price_priceversion as price on price.sku_id = offer.sku_id
"""
STEPS = """
insert into order_orderstep (order_id, state, note, at)
select ord.id, step.state, '', step.at
from order_order as ord
cross join lateral (values
    ('held', placed_at), ('paid', paid_at), ('ready', ready_at), ('shipped', shipped_at),
    ('delivered', delivered_at), (ord.state, ended_at)) as step (state, at)
where step.at is not null
"""
DELIVERIES = """
insert into order_delivery (order_id, recipient, phone, region, street, carrier, tracking_number)
select id, 'Person ' || person_id, '+8613800000000', '北京市海淀区', 'Road ' || person_id,
       case when shipped_at is null then '' else 'SF' end,
       case when shipped_at is null then '' else 'SF' || id end
from order_order where paid_at is not null
"""
PAYMENTS = """
insert into pay_payment
    (reference, purpose, provider, provider_reference, amount_fen, refunded_fen, currency, state,
     opened_at, paid_at)
select uuidv7(paid_at - now()), 'order:' || number, 'sandbox', 'ch_' || id, quantity * unit_fen,
       case when state in ('cancelled', 'refunded') then quantity * unit_fen else 0 end, 'CNY',
       case when state in ('cancelled', 'refunded') then 'refunded' else 'paid' end,
       placed_at, paid_at
from order_order where paid_at is not null
"""
WORDS = """
insert into pay_providerword (provider, word_id, payment_id, kind, heard_at)
select provider, 'evt_' || replace(reference::text, '-', ''), id, 'paid', paid_at from pay_payment
"""
CHARGES = """
insert into pay_sandboxcharge
    (reference, amount_fen, currency, refunded_fen, state, word_id, return_url, asked_at,
     decided_at)
select reference, amount_fen, currency, refunded_fen, 'paid',
       'evt_' || replace(reference::text, '-', ''), '/orders/', opened_at, paid_at
from pay_payment
"""
REFUNDS = """
insert into pay_refund (payment_id, key, amount_fen, reason, asked_at, done_at)
select id, gen_random_uuid(), refunded_fen, 'cancelled', paid_at + interval '1 hour',
       paid_at + interval '1 hour'
from pay_payment where refunded_fen > 0
"""
TRANSFERS = """
insert into stock_transfer (sku_id, debit, credit, quantity, cause, moved_at)
select sku_id, debit, credit, quantity, cause, moved_at from (
    select sku_id, 'on_hand@north' as debit, 'made' as credit, sum(quantity) as quantity,
           'made' as cause, now() - interval '390 days' as moved_at from order_order group by 1
    union all
    select sku_id, 'on_offer', 'on_hand@north', sum(quantity), 'release',
           now() - interval '385 days' from order_order group by 1
    union all
    select sku_id, 'held', 'on_offer', sum(quantity), 'hold', min(placed_at)
    from order_order group by sku_id, show_id, placed_at::date
    union all
    select sku_id, 'on_offer', 'held', sum(quantity), 'expiry', max(ended_at)
    from order_order where state = 'expired' group by sku_id, show_id, placed_at::date
    union all
    select sku_id, 'on_hand@north', 'on_offer', sum(quantity), 'sweep', max(ended_at)
    from order_order where state in ('expired', 'cancelled') group by sku_id, show_id
    union all
    select sku_id, move.debit, move.credit, quantity, move.cause || id, move.at
    from order_order cross join lateral (values
        ('sold', 'held', 'paid:', paid_at), ('shipped', 'sold', 'shipped:', shipped_at),
        ('on_offer', 'sold', 'cancelled:', case when state = 'cancelled' then ended_at end)
    ) as move (debit, credit, cause, at)
    where move.at is not null
) as moved
"""
BALANCES = """
insert into stock_balance (sku_id, account, quantity)
select sku_id, account, sum(quantity) from (
    select sku_id, debit as account, quantity from stock_transfer
    union all select sku_id, credit, -quantity from stock_transfer) as side
group by sku_id, account
"""
TAKEN = """
update offer_offer as offer set released = sold.quantity, taken = sold.quantity
from (select offer_id, sum(quantity) as quantity from order_order
      where state not in ('expired', 'cancelled') group by offer_id) as sold
where sold.offer_id = offer.id
"""
RUNGS = """
insert into promise_rung (sku_id, ship_by, source, quantity, taken, kept)
select sku_id, ship_by, rung_source, sum(quantity), sum(quantity),
       coalesce(sum(quantity) filter (where shipped_at is not null), 0)
from order_order where state not in ('expired', 'cancelled')
group by sku_id, ship_by, rung_source
"""
FEEDS = """
insert into kit_feed (name, last_seq)
select 'show:' || show_id, count(*) from order_order where paid_at is not null group by show_id
"""
TOLD = """
insert into kit_told (feed_id, seq, name, body, told_at)
select 'show:' || show_id, row_number() over (partition by show_id order by id), 'orders_paid.v1',
       jsonb_build_object('offer_id', offer_id, 'sku_id', sku_id, 'orders', 1, 'pieces', quantity,
                          'amount_fen', quantity * unit_fen, 'left', 1000),
       paid_at
from order_order where paid_at is not null
"""
STEPS_OF_IT = {
    "people": PEOPLE,
    "addresses": ADDRESSES,
    "offers": OFFERS,
    "orders": ORDERS,
    "their steps": STEPS,
    "deliveries": DELIVERIES,
    "payments": PAYMENTS,
    "the bank's words": WORDS,
    "the bank's charges": CHARGES,
    "refunds": REFUNDS,
    "transfers": TRANSFERS,
    "balances": BALANCES,
    "what was taken": TAKEN,
    "rungs": RUNGS,
    "feeds": FEEDS,
    "events": TOLD,
}
INDEXES = """
select index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid), rule.conname,
       pg_get_constraintdef(rule.oid), index.indrelid::regclass::text
from pg_index as index
left join pg_constraint as rule
       on rule.conindid = index.indexrelid and rule.contype in ('u', 'x')
where index.indrelid = any (%s::regclass[]) and not index.indisprimary
order by 1
"""


@dataclass(frozen=True)
class Past:
    """How large the house is that was made."""

    orders: int
    people: int
    gigabytes: float
    seconds: float


def write(ground: "object", orders: int) -> Past:
    """Fill the tables of a new house."""
    began = time.perf_counter()
    small = min(SMALL, orders // 2)
    words = {
        "orders": orders,
        "people": max(20_000, orders // 8),
        "skus": SKUS,
        "shows": SHOWS,
        "offers": OFFERS_A_SHOW,
        "small_show": SMALL_SHOW,
        "large_show": LARGE_SHOW,
        "small": small,
        "large": LARGE if orders >= 10 * LARGE else 0,
        "open": OPEN,
    }
    _goods()
    ground.configure(QUICKLY)
    with psycopg.connect(ground.dsn, autocommit=True) as one, one.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")  # it adds up by its making
        cursor.execute(INDEXES, [list(FILLED)])
        indexes = cursor.fetchall()
        for index, _makes, rule, _says, table in indexes:
            what = f"alter table {table} drop constraint {rule}" if rule else f"drop index {index}"
            cursor.execute(what)
        for name, sql in STEPS_OF_IT.items():
            _timed(name, lambda sql=sql: cursor.execute(sql, words))
            if name == "orders":
                cursor.execute("analyze order_order")
            if name == "payments":
                cursor.execute("analyze pay_payment")
        for index, makes, rule, says, table in indexes:
            what = f"alter table {table} add constraint {rule} {says}" if rule else makes
            _timed(index, lambda what=what: cursor.execute(what))
        for table in FILLED:
            _numbers_go_on(cursor, table)
        _timed("vacuum", lambda: cursor.execute("vacuum analyze"))
        cursor.execute("select pg_database_size(current_database())")
        [size] = cursor.fetchone()
    ground.configure(None)
    with psycopg.connect(ground.dsn, autocommit=True) as one:
        _timed("checkpoint", lambda: one.execute("checkpoint"))
    return Past(orders, words["people"], size / 2**30, time.perf_counter() - began)


def shows() -> None:
    """The two shows that are reported on; they ended three weeks ago."""
    from django.db.models import Max, Min

    from firsthand.media.models import Channel
    from firsthand.order.models import Order
    from firsthand.show.models import Show

    for show_id in (SMALL_SHOW, LARGE_SHOW):
        span = Order.objects.filter(show_id=show_id).aggregate(
            since=Min("placed_at"), till=Max("placed_at")
        )
        if span["since"] is not None:
            Show.objects.create(
                pk=show_id,
                slug=f"past-{show_id}",
                title_zh="旧",
                title_en="Past",
                state=Show.State.ENDED,
                host_id=1,
                channel=Channel.objects.create(name=f"c{show_id}", key=f"k-{show_id}" + 32 * "k"),
                planned_at=span["since"],
                on_air_at=span["since"],
                ended_at=span["till"],
            )


def _goods() -> None:
    from datetime import timedelta

    from psycopg.types.range import TimestamptzRange

    from firsthand.catalogue.models import Category, Product, Sku
    from firsthand.kit.clock import now
    from firsthand.price.models import PARTS, PriceVersion
    from firsthand.stock.models import Place

    branch = Category.objects.create(slug="past", name_zh="旧", name_en="Past")
    Place.objects.create(code="north", name_zh="北", name_en="North")
    things = Product.objects.bulk_create(
        Product(
            category=branch,
            slug=f"past-{n}",
            model_number=f"PAST-{n}",
            name_zh="件",
            name_en="Piece",
            archetype="kettle",
        )
        for n in range(SKUS)
    )
    goods = Sku.objects.bulk_create(
        Sku(product=one, code=f"PAST-{one.pk}", name_zh="件", name_en="Piece") for one in things
    )
    PriceVersion.objects.bulk_create(
        PriceVersion(
            sku=sku,
            version=1,
            during=TimestamptzRange(now() - timedelta(days=400), None),
            reason="bench",
            key_id="bench",
            signature="bench",
            **{part: 19_900 if part == "material_fen" else 0 for part in PARTS},
        )
        for sku in goods
    )


def _numbers_go_on(cursor: "object", table: str) -> None:
    cursor.execute(
        "select a.attname, pg_get_serial_sequence(%s, a.attname) from pg_attribute as a "
        "where a.attrelid = %s::regclass and a.attidentity <> ''",
        [table, table],
    )
    for column, sequence in cursor.fetchall():
        cursor.execute(f"select setval('{sequence}', (select max({column}) from {table}))")


def _timed(name: str, do: "object") -> None:
    began = time.perf_counter()
    do()
    took = time.perf_counter() - began
    if took > 2:
        print(f"  {name}: {took:.0f} s", file=sys.stderr, flush=True)
