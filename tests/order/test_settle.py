"""The intake against a real PostgreSQL, inside one transaction."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.order import store
from firsthand.order.actions import cancel, expiry
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order, OrderStep
from firsthand.order.rules import Outcome
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, ON_OFFER
from tests.shop import (
    FEED,
    LATER,
    MALL,
    PRICE_FEN,
    SOON,
    assert_the_books_agree,
    goods,
    kettle,
    people,
    press,
    published,
)

pytestmark = pytest.mark.django_db


def test_the_first_get_the_early_day_the_next_the_later_one_and_the_last_none() -> None:
    offer = kettle(stock=2, plan=1)
    answers = settle([press(person, offer) for person in people(4)], now())
    days = [answer.hold.ship_by if answer.hold else None for answer in answers]
    assert days == [SOON, SOON, LATER, None]
    assert answers[3].outcome is Outcome.SOLD_OUT
    assert_the_books_agree()


def test_an_order_keeps_what_its_buyer_saw() -> None:
    offer = kettle(stock=3)
    [ann] = people(1)
    instant = now()
    [answer] = settle([press(ann, offer, quantity=2)], instant)
    order = Order.objects.get()
    assert answer.hold is not None
    assert (order.number, order.person_id, order.quantity) == (answer.hold.number, ann.pk, 2)
    assert (order.unit_fen, order.price.version, order.amount_fen) == (PRICE_FEN, 1, 2 * PRICE_FEN)
    assert order.hold_until == answer.hold.hold_until == instant + timedelta(minutes=15)
    assert (order.state, order.rung_source, order.ship_by) == ("held", "stock", SOON)
    assert list(OrderStep.objects.values_list("order", "state", "at")) == [
        (order.pk, "held", instant)
    ]


def test_pressing_twice_buys_once_in_one_batch_and_over_two() -> None:
    offer = kettle(stock=5)
    [person] = people(1)
    twice = [press(person, offer, key=uuid4())] * 2
    first = settle(twice, now())
    assert settle(twice, now()) == first
    assert [answer.outcome for answer in first] == [Outcome.HELD] * 2
    assert Order.objects.count() == 1
    assert_the_books_agree()


def test_somebody_elses_key_is_not_mine() -> None:
    offer = kettle(stock=5)
    key = uuid4()
    answers = settle([press(person, offer, key=key) for person in people(2)], now())
    assert [answer.outcome for answer in answers] == [Outcome.HELD] * 2
    assert Order.objects.count() == 2


def test_a_key_that_was_used_for_another_order_is_refused() -> None:
    offer, other = kettle(stock=5), kettle(stock=5)
    [person] = people(1)
    key = uuid4()
    settle([press(person, offer, key=key)], now())
    answers = settle(
        [press(person, offer, key=key, quantity=2), press(person, other, key=key)], now()
    )
    assert [answer.outcome for answer in answers] == [Outcome.KEY_USED] * 2
    assert Order.objects.count() == 1


def test_the_limit_counts_what_was_bought_before() -> None:
    offer = kettle(stock=50, limit_per_person=3)
    [person] = people(1)
    settle([press(person, offer, quantity=2)], now())
    answers = settle([press(person, offer, quantity=2), press(person, offer)], now())
    assert [answer.outcome for answer in answers] == [Outcome.OVER_LIMIT, Outcome.HELD]
    assert answers[0].facts == {"limit": 3, "most": 1}
    assert_the_books_agree()


def test_what_expired_or_was_cancelled_counts_no_more_towards_the_limit() -> None:
    offer = kettle(stock=50, limit_per_person=2)
    [person] = people(1)
    early = now() - timedelta(hours=1)
    settle([press(person, offer), press(person, offer)], early)
    assert settle([press(person, offer)], now())[0].outcome is Outcome.OVER_LIMIT
    expiry.expire_holds(now(), at_most=1)
    cancel.cancel_order(number=Order.objects.get(state="held").number, now=now(), person_id=None)
    answers = settle([press(person, offer), press(person, offer), press(person, offer)], now())
    assert [answer.outcome.value for answer in answers] == ["held", "held", "over_limit"]
    assert_the_books_agree()


def test_one_batch_serves_the_show_and_the_mall_each_from_its_own_offer() -> None:
    show = kettle(stock=1)
    mall = kettle(stock=1, show_id=MALL)
    ann, bob = people(2)
    batch = [press(ann, show), press(ann, mall), press(bob, show), press(bob, mall)]
    outcomes = [answer.outcome.value for answer in settle(batch, now())]
    assert outcomes == ["held", "held", "sold_out", "sold_out"]
    assert [news.body["left"] for news in outbox.after(FEED, 0) if "held" in news.body] == [0]
    assert [news.body["left"] for news in outbox.after("mall", 0) if "held" in news.body] == [0]
    assert_the_books_agree()


def test_two_offers_of_one_sku_share_its_ladder_and_never_oversell_it() -> None:
    sku = goods(on_hand=3)
    show = offers.open_offer(show_id=88, sku_id=sku.pk)
    mall = offers.open_offer(show_id=MALL, sku_id=sku.pk)
    offers.release(offer_id=show.pk, quantity=1)
    offers.release(offer_id=mall.pk, quantity=2)
    for offer in (show, mall):
        offer.refresh_from_db()
    batch = [press(person, offer) for person in people(3) for offer in (show, mall)]
    outcomes = [answer.outcome.value for answer in settle(batch, now())]
    assert outcomes == ["held", "held", "sold_out", "held", "sold_out", "sold_out"]
    assert_the_books_agree()


def test_what_is_refused_is_told_to_nobody_and_leaves_no_trace() -> None:
    offer = kettle(stock=1)
    seq = outbox.last(FEED)
    stale = press(people(1)[0], offer, price_fen=1)
    [answer] = settle([stale], now())
    assert answer.outcome is Outcome.PRICE_CHANGED
    assert answer.facts == {"price_fen": PRICE_FEN, "price_version": 1}
    assert not Order.objects.exists()
    assert outbox.last(FEED) == seq
    assert_the_books_agree()


def test_the_same_amount_of_another_version_is_another_price() -> None:
    """Its parts are others: the buyer saw a card that no longer holds."""
    offer = kettle(stock=1)
    published(offer.sku, PRICE_FEN)
    [ann] = people(1)
    old, new = settle([press(ann, offer), press(ann, offer, price_version=2)], now())
    assert (old.outcome, new.outcome) == (Outcome.PRICE_CHANGED, Outcome.HELD)


def test_an_offer_that_is_elsewhere_closed_or_not_there_is_refused() -> None:
    offer, closed = kettle(stock=3), kettle(stock=3)
    offers.close_offer(offer_id=closed.pk)
    [ann] = people(1)
    batch = [
        press(ann, offer)._replace(show_id=MALL),
        press(ann, offer)._replace(offer_id=999_999),
        press(ann, closed),
    ]
    outcomes = [answer.outcome.value for answer in settle(batch, now())]
    assert outcomes == ["no_such_offer", "no_such_offer", "closed"]
    assert_the_books_agree()


def test_orders_of_a_batch_are_told_once_for_each_offer() -> None:
    offer = kettle(stock=5)
    settle([press(person, offer) for person in people(3)], now())
    [told] = [news for news in outbox.after(FEED, 0) if news.name == "orders_held.v1"]
    assert told.body == {
        "offer_id": offer.pk,
        "sku_id": offer.sku_id,
        "orders": 3,
        "held": 3,
        "left": 2,
    }


def test_the_table_refuses_what_a_mistake_in_the_rules_would_let_through() -> None:
    """A control: without the rules, the constraint is what saves us."""
    offer = kettle(stock=3)
    with pytest.raises(IntegrityError, match="no_overselling"), transaction.atomic():
        stock.transfer(debit=HELD, credit=ON_OFFER, quantities={offer.sku_id: 4}, cause="mistake")


@pytest.mark.django_db(transaction=True)
def test_an_action_outside_a_transaction_is_a_fault() -> None:
    offer = kettle(stock=3)
    with pytest.raises(AssertionError, match="rumour"):
        settle([press(people(1)[0], offer)], now())


def test_what_a_burst_asks_is_found_by_index_even_on_a_shops_first_day() -> None:
    """A session keeps its plans; one that was made for an empty table would read all of it."""
    store.go_by_index()
    statements = store._SQL.statements
    values: dict[str, dict[str, Any]] = {
        "answered": {"person_ids": [1, 2], "keys": [uuid4(), uuid4()]},
        "bought": {"person_ids": [1, 2], "offer_ids": [1], "since": now()},
    }
    connection.ensure_connection()
    for name, said in values.items():
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(b"explain " + statements[name], said)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Index" in plan and "Seq Scan on order_order" not in plan, plan
