"""What offers, orders and prices do to a room keeps the room's law as well."""

from datetime import timedelta

import pytest
from django.db import transaction

from firsthand.catalogue.models import Sku
from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.order.actions.cancel import cancel_order
from firsthand.order.actions.expiry import expire_holds
from firsthand.order.actions.group import expire_groups
from firsthand.order.actions.settle import settle
from firsthand.order.models import Group, Order
from firsthand.price.events import PricePublished
from firsthand.show import store
from firsthand.show.models import Show
from firsthand.show.rules import OfferState
from tests import shop
from tests.show.stage import show_on_air, verify_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def show() -> Show:
    return show_on_air()


def offer_in(show: Show, offer_id: int) -> OfferState:
    return store.snapshot(show.pk).offers[offer_id]


def test_a_sku_is_opened_released_withdrawn_limited_and_closed(show: Show) -> None:
    sku = shop.goods(on_hand=9)
    opened = verify_action(
        show.pk, lambda: offers.open_many(show_id=show.pk, lines=[offers.Line(sku.pk, 2, 4)])
    )
    offer_id = opened[sku.pk]
    assert offer_in(show, offer_id) == OfferState(sku.pk, "open", 4, 2, shop.PRICE_FEN, 1)
    verify_action(show.pk, lambda: offers.release(offer_id=offer_id, quantity=3))
    assert offer_in(show, offer_id).left == 7
    verify_action(show.pk, lambda: offers.withdraw(offer_id=offer_id, quantity=5))
    verify_action(show.pk, lambda: offers.set_limit(offer_id=offer_id, limit_per_person=1))
    assert offer_in(show, offer_id).limit == 1
    verify_action(show.pk, lambda: offers.close_offer(offer_id=offer_id))
    assert (offer_in(show, offer_id).state, offer_in(show, offer_id).left) == ("closed", 0)
    verify_action(
        show.pk, lambda: offers.open_many(show_id=show.pk, lines=[offers.Line(sku.pk, 5, 1)])
    )
    assert offer_in(show, offer_id).state == "open"


def test_orders_take_pieces_and_give_them_back(show: Show) -> None:
    offer = shop.kettle(stock=3, show_id=show.pk)
    [ann, bob] = shop.people(2)
    batch = [shop.press(ann, offer, quantity=2), shop.press(bob, offer, quantity=2)]
    verify_action(show.pk, lambda: settle(batch, now()))
    assert offer_in(show, offer.pk).left == 1
    order = Order.objects.get()
    verify_action(show.pk, lambda: cancel_order(number=order.number, now=now(), person_id=None))
    assert offer_in(show, offer.pk).left == 3


def test_what_was_not_paid_in_time_is_left_again(show: Show) -> None:
    offer = shop.kettle(stock=3, show_id=show.pk)
    [ann] = shop.people(1)
    with transaction.atomic():
        settle([shop.press(ann, offer)], now())
    order = Order.objects.get()
    verify_action(show.pk, lambda: expire_holds(order.hold_until))
    assert offer_in(show, offer.pk).left == 3


def test_a_new_price_reaches_every_offer_of_its_sku_and_no_other(show: Show) -> None:
    kettle, other = shop.kettle(show_id=show.pk), shop.kettle(show_id=show.pk)

    def publish() -> None:
        row = shop.published(kettle.sku, 149_00)
        event = PricePublished(
            sku_id=kettle.sku_id,
            price_version=row.version,
            parts={},
            price_fen=row.price_fen,
            middlemen_fen=0,
            was_fen=shop.PRICE_FEN,
            reason="copper fell",
            by=None,
        )
        outbox.tell(show.feed, [event])

    verify_action(show.pk, publish)
    assert (offer_in(show, kettle.pk).price_fen, offer_in(show, kettle.pk).price_version) == (
        149_00,
        2,
    )
    assert offer_in(show, other.pk).price_fen == shop.PRICE_FEN


def test_a_bundle_costs_less_and_any_of_its_prices_changes_it_down_to_the_floor(
    show: Show,
) -> None:
    hub, bulb = shop.goods(on_hand=3), shop.goods(on_hand=6)
    offer = verify_action(
        show.pk,
        lambda: shop.bundle((hub, 1), (bulb, 2), quantity=3, discount_fen=14_00, show_id=show.pk),
    )
    assert offer_in(show, offer.pk).price_fen == 3 * shop.PRICE_FEN - 14_00

    def publish(sku: Sku, price_fen: int) -> None:
        row = shop.published(sku, price_fen)
        row.refresh_from_db()
        event = PricePublished(
            sku_id=sku.pk,
            price_version=row.version,
            parts={},
            price_fen=row.price_fen,
            middlemen_fen=0,
            was_fen=shop.PRICE_FEN,
            reason="cheaper copper",
            by=None,
            floor_fen=row.floor_fen,
        )
        outbox.tell(f"show:{show.pk}", [event])

    verify_action(show.pk, lambda: publish(bulb, 100_00))
    # Two bulbs at ¥100 leave ¥8 of room, and the hub ¥7.96: all of the fourteen yuan.
    state = offer_in(show, offer.pk)
    assert (state.price_fen, state.price_version) == (shop.PRICE_FEN + 200_00 - 14_00, 1)
    verify_action(show.pk, lambda: publish(hub, 100_00))
    state = offer_in(show, offer.pk)
    assert (state.price_fen, state.price_version) == (300_00 - 12_00, 2), "the floors hold"
    [ann] = shop.people(1)
    batch = [shop.press(ann, offer, price_fen=state.price_fen, price_version=2)]
    verify_action(show.pk, lambda: settle(batch, now()))
    assert offer_in(show, offer.pk).left == 2


def test_an_offer_for_less_is_for_less_in_the_room_too(show: Show) -> None:
    sku = shop.goods(on_hand=9)
    line = offers.Line(sku.pk, 2, 4, discount_fen=5_00)
    opened = verify_action(show.pk, lambda: offers.open_many(show_id=show.pk, lines=[line]))
    assert offer_in(show, opened[sku.pk]).price_fen == shop.PRICE_FEN - 5_00


def test_what_groups_do_keeps_the_rooms_law(show: Show) -> None:
    offer = verify_action(
        show.pk, lambda: shop.group_kettle(stock=5, size=2, discount_fen=2_00, show_id=show.pk)
    )
    assert offer_in(show, offer.pk).price_fen == shop.PRICE_FEN - 2_00
    ann, bob, eve = shop.people(3)
    first = verify_action(show.pk, lambda: shop.seated(ann, offer))
    squad = Group.objects.get().pk
    second = verify_action(show.pk, lambda: shop.seated(bob, offer, squad))
    verify_action(show.pk, lambda: shop.hear(shop.webhook(first)))
    verify_action(show.pk, lambda: shop.hear(shop.webhook(second)))
    assert offer_in(show, offer.pk).left == 3
    verify_action(show.pk, lambda: shop.seated(eve, offer))
    later = now() + timedelta(minutes=30)
    verify_action(show.pk, lambda: expire_groups(later))
    assert offer_in(show, offer.pk).left == 3
