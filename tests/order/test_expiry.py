"""What is not paid in time gives everything back, once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.offer.models import Offer
from firsthand.order import tasks
from firsthand.order.actions import expiry
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order, OrderStep
from firsthand.order.store import order_page
from firsthand.pay.models import Payment
from firsthand.promise.models import Rung
from firsthand.stock import store as stock
from tests.shop import (
    FEED,
    MALL,
    assert_the_books_agree,
    hear,
    held,
    kettle,
    people,
    press,
    webhook,
)

pytestmark = pytest.mark.django_db


def everything() -> dict[str, object]:
    """The state of the shop, without its history."""
    return {
        "balances": stock.balances(Offer.objects.values_list("sku_id", flat=True)),
        "rungs": sorted(Rung.objects.values_list("sku", "ship_by", "source", "quantity", "taken")),
        "offers": sorted(Offer.objects.values_list("id", "state", "released", "taken")),
    }


def test_expiry_is_the_exact_inverse_of_holding() -> None:
    offers = [kettle(stock=3, plan=4), kettle(stock=2, show_id=MALL)]
    before = everything()
    early = now() - timedelta(minutes=16)
    settle(
        [
            press(person, offer, quantity=n)
            for offer in offers
            for n, person in enumerate(people(3), 1)
        ],
        early,
    )
    assert everything() != before
    assert expiry.expire_holds(now()) == Order.objects.count() > 3
    assert everything() == before
    assert set(Order.objects.values_list("state", flat=True)) == {"expired"}
    assert_the_books_agree()


def test_a_hold_lasts_until_its_time_and_not_longer() -> None:
    instant = now()
    order = held(people(1)[0], kettle(stock=1), at=instant)
    second = timedelta(seconds=1)
    assert expiry.expire_holds(instant + timedelta(minutes=15) - second) == 0
    assert expiry.expire_holds(instant + timedelta(minutes=15)) == 1
    order.refresh_from_db()
    assert (order.state, order.ended_at) == ("expired", order.hold_until)


def test_so_many_at_once_and_the_oldest_first() -> None:
    offer = kettle(stock=5)
    buyers = people(5)
    early = now() - timedelta(hours=1)
    orders = [
        held(person, offer, at=early + timedelta(seconds=n)) for n, person in enumerate(buyers)
    ]
    assert expiry.expire_holds(now(), at_most=2) == 2
    assert list(Order.objects.filter(state="expired").order_by("id")) == orders[:2]
    assert tasks.expire_holds() == 3
    assert tasks.expire_holds() == 0
    assert_the_books_agree()


def test_what_expired_is_told_once_for_each_offer_with_what_is_left() -> None:
    offer = kettle(stock=5)
    early = now() - timedelta(hours=1)
    for person in people(3):
        held(person, offer, at=early)
    expiry.expire_holds(now())
    told = outbox.after(FEED, 0)[-1]
    assert (told.name, told.body) == (
        "orders_expired.v1",
        {"offer_id": offer.pk, "sku_id": offer.sku_id, "orders": 3, "pieces": 3, "left": 5},
    )


def test_the_bank_is_no_longer_waited_for() -> None:
    order = held(people(1)[0], kettle(stock=1), at=now() - timedelta(hours=1))
    webhook(order)
    expiry.expire_holds(now())
    assert Payment.objects.get().state == "cancelled"


def test_opening_its_page_ends_an_order_that_the_worker_has_not_come_to() -> None:
    offer = kettle(stock=1)
    [ann] = people(1)
    order = held(ann, offer, at=now() - timedelta(hours=1))
    page = order_page(order.number, ann, now())
    assert (page.is_overdue, page.can_pay, page.can_cancel) == (True, False, False)
    assert expiry.expire_order(order.number, now())
    assert not expiry.expire_order(order.number, now())
    assert_the_books_agree()


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do these in as many threads, each with its own connection, started together."""
    ready = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> object:
        try:
            ready.wait()
            with transaction.atomic():
                return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return list(crowd.map(do, deeds))


@pytest.mark.django_db(transaction=True)
def test_expiry_and_webhook_meet_and_exactly_one_of_them_has_the_order() -> None:
    """Twenty times, four at once: two workers, and the bank's word said twice."""
    offer = kettle(stock=40, limit_per_person=50)
    [ann] = people(1)
    early = now() - timedelta(minutes=16)
    for _ in range(20):
        order = held(ann, offer, at=early)
        word = webhook(order)
        at_once(
            lambda: expiry.expire_holds(now()),
            lambda word=word: hear(word),  # type: ignore[misc]
            lambda: expiry.expire_holds(now()),
            lambda word=word: hear(word),  # type: ignore[misc]
        )
        steps = list(OrderStep.objects.filter(order=order).values_list("state", flat=True))
        assert steps.count("expired") <= 1
        assert steps.count("paid") == 1, "the money came: in time, or late with pieces still there"
        order.refresh_from_db()
        assert order.state == "paid"
    assert stock.balances([offer.sku_id])[offer.sku_id]["sold"] == 20
    assert_the_books_agree()


@pytest.mark.django_db(transaction=True)
def test_the_last_piece_goes_to_the_late_payer_or_to_the_next_buyer_and_never_to_both() -> None:
    ann, bob = people(2)
    for _ in range(8):
        offer = kettle(stock=1)
        order = held(ann, offer, at=now() - timedelta(minutes=16))
        word = webhook(order)
        at_once(
            lambda: expiry.expire_holds(now()),
            lambda word=word: hear(word),  # type: ignore[misc]
            lambda offer=offer: settle([press(bob, offer)], now()),  # type: ignore[misc]
        )
        living = Order.objects.filter(offer=offer).exclude(state__in=["expired", "refunded"])
        assert living.count() <= 1
        assert_the_books_agree()
