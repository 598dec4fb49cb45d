"""Pieces go to the promises that fall due first, and no order is ready without them."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.order import tasks
from firsthand.order.actions import fulfilment
from firsthand.order.models import Order
from firsthand.order.store import order_page
from firsthand.stock import actions as stock_actions
from firsthand.stock import store as stock
from tests.shop import (
    FEED,
    LATER,
    PLACE,
    assert_the_books_agree,
    held,
    kettle,
    paid,
    people,
    refused,
    staff,
)

pytestmark = pytest.mark.django_db


def states(*orders: Order) -> list[str]:
    for order in orders:
        order.refresh_from_db()
    return [order.state for order in orders]


def test_an_order_from_stock_is_ready_and_one_from_the_plan_is_made_first() -> None:
    offer = kettle(stock=1, plan=2)
    stocked, planned = (paid(person, offer) for person in people(2))
    assert (stocked.rung_source, planned.rung_source) == ("stock", "plan")
    assert fulfilment.allocate(now()) == [stocked.pk]
    assert states(stocked, planned) == ["ready", "making"]
    assert fulfilment.allocate(now()) == []
    stock_actions.finish(sku_id=offer.sku_id, place=PLACE, quantity=1, cause="WO-1")
    assert fulfilment.allocate(now()) == [planned.pk]
    assert states(planned) == ["ready"]
    assert [step.state for step in planned.steps.order_by("id")] == [
        "held", "paid", "making", "ready",
    ]  # fmt: skip
    assert_the_books_agree()


def test_what_is_finished_goes_to_the_promise_that_falls_due_first() -> None:
    offer = kettle(stock=0, plan=5)
    first, second = (paid(person, offer, quantity=2) for person in people(2))
    Order.objects.filter(pk=second.pk).update(ship_by=LATER - timedelta(days=3))
    stock_actions.finish(sku_id=offer.sku_id, place=PLACE, quantity=3, cause="WO-1")
    assert fulfilment.allocate(now()) == [second.pk]
    assert states(first, second) == ["making", "ready"]


def test_pieces_of_those_who_have_not_paid_yet_are_kept_for_them() -> None:
    """One piece lies there; it is held for someone who was promised it. The plan waits."""
    offer = kettle(stock=1, plan=1)
    ann, bob = people(2)
    held(ann, offer)
    planned = paid(bob, offer)
    assert planned.rung_source == "plan"
    assert fulfilment.allocate(now()) == []
    assert states(planned) == ["making"]


def test_pieces_on_offer_that_are_promised_from_stock_are_kept_for_whoever_presses_next() -> None:
    offer = kettle(stock=2, plan=3)
    large = paid(people(1)[0], offer, quantity=3)
    assert large.rung_source == "plan"
    stock_actions.finish(sku_id=offer.sku_id, place=PLACE, quantity=1, cause="WO-1")
    assert fulfilment.allocate(now()) == []
    stock_actions.finish(sku_id=offer.sku_id, place=PLACE, quantity=2, cause="WO-2")
    assert fulfilment.allocate(now()) == [large.pk]


def test_a_parcel_leaves_and_arrives() -> None:
    offer = kettle(stock=2)
    [ann] = people(1)
    order = paid(ann, offer, quantity=2)
    with refused("not_now", state="paid"):
        fulfilment.ship(number=order.number, carrier="SF", tracking_number="1", now=now())
    assert tasks.allocate_pieces() == 1
    with refused("not_now", wanted="delivered"):
        fulfilment.deliver(number=order.number, now=now())
    fulfilment.ship(number=order.number, carrier="SF", tracking_number="SF1", now=now())
    with refused("not_now"):
        fulfilment.ship(number=order.number, carrier="SF", tracking_number="SF2", now=now())
    balances = stock.balances([offer.sku_id])[offer.sku_id]
    assert (balances["sold"], balances["shipped"]) == (0, 2)
    told = outbox.after(FEED, 0)[-1]
    assert (told.name, told.body["late_days"]) == ("order_shipped.v1", 0)
    fulfilment.deliver(number=order.number, now=now())
    page = order_page(order.number, ann, now())
    assert (page.order.state, page.can_cancel) == ("delivered", False)
    assert page.delivery is not None
    assert (page.delivery.carrier, page.delivery.tracking_number) == ("SF", "SF1")
    assert_the_books_agree()


def test_a_promise_that_was_not_kept_is_told_with_its_days() -> None:
    offer = kettle(stock=1)
    order = paid(people(1)[0], offer)
    fulfilment.allocate(now())
    third_day_after = order.ship_by + timedelta(days=3)
    just_before_midnight = timezone.make_aware(datetime.combine(third_day_after, time(23, 59)))
    fulfilment.ship(
        number=order.number, carrier="SF", tracking_number="1", now=just_before_midnight
    )
    assert outbox.after(FEED, 0)[-1].body["late_days"] == 3


@pytest.mark.parametrize(("carrier", "tracking"), [("", "1"), ("S" * 61, "1"), ("SF", "1" * 61)])
def test_a_carrier_has_a_name_of_some_length(carrier: str, tracking: str) -> None:
    order = paid(people(1)[0], kettle(stock=1))
    fulfilment.allocate(now())
    with refused("bad_carrier"):
        fulfilment.ship(number=order.number, carrier=carrier, tracking_number=tracking, now=now())


def test_people_find_their_orders_and_those_who_care_find_everyones() -> None:
    offer = kettle(stock=3)
    ann, bob = people(2)
    orders = [held(ann, offer), held(ann, offer)]
    held(bob, offer)
    page = order_page(orders[0].number, staff("care"), now())
    assert page.order == orders[0]
    with refused("no_such_order"):
        order_page(orders[0].number, staff("analyst"), now())
