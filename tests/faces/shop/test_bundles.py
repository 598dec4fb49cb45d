"""A bundle as people without script meet it: on the product, confirmed, paid, followed."""

import pytest
from django.test import Client

from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.offer.actions import Line
from firsthand.offer.models import Offer
from firsthand.order.actions import fulfilment
from firsthand.order.models import OrderPart
from tests.faces.shop.test_buying import at_the_bank, choose
from tests.faces.shop.test_groups import button, buy, page
from tests.faces.shop.test_room import data_of, page_of
from tests.shop import MALL, PRICE_FEN, assert_the_books_agree, bundle, goods
from tests.show.stage import show_on_air

pytestmark = pytest.mark.django_db


def test_a_guest_buys_a_set_and_sees_what_is_in_it_and_where_it_is(visitor: Client) -> None:
    hub, bulb = goods(on_hand=3), goods(plan=6)
    offer = bundle((hub, 1), (bulb, 2), quantity=3, discount_fen=10_00, show_id=MALL)
    for product in (hub.product, bulb.product):
        text = page(visitor, f"/p/{product.slug}/")
        assert "In a set: Set" in text
        assert "Bought one by one" in text and "Off, out of our margin" in text
    order = buy(visitor, button(text, "Order the set"))
    assert (order.offer_id, order.unit_fen) == (offer.pk, 3 * PRICE_FEN - 10_00)
    text = page(visitor, f"/orders/{order.number}/")
    assert hub.product.name_en in text and bulb.product.name_en in text
    assert "In production" not in text
    choose(visitor, at_the_bank(visitor, order.number), "pay")
    fulfilment.allocate(now())
    text = page(visitor, f"/orders/{order.number}/")
    assert "packed for you" in text, "the hub is set aside"
    # The schedule still has to make the bulbs.
    assert "in the factory's schedule" in text
    assert "In production" in text
    assert "Set" in page(visitor, "/orders/")
    assert_the_books_agree()


def test_a_set_that_is_sold_out_has_no_button(visitor: Client) -> None:
    hub, bulb = goods(on_hand=3), goods(on_hand=3)
    offer = bundle((hub, 1), (bulb, 1), show_id=MALL)
    text = page(visitor, f"/p/{hub.product.slug}/")
    assert "In a set" in text and "Order the set" not in text
    where = f"/p/{hub.product.slug}/buy/?set={offer.pk}"
    assert visitor.get(where)["Location"] == f"/p/{hub.product.slug}/"
    for nonsense in ("x", "0", "9" * 30, "-1"):
        answer = visitor.get(f"/p/{hub.product.slug}/buy/?set={nonsense}")
        assert answer["Location"] == f"/p/{hub.product.slug}/"
    assert not OrderPart.objects.exists()


def test_what_is_off_a_single_piece_is_said_and_is_what_is_paid(visitor: Client) -> None:
    sku = goods(on_hand=3)
    offers.open_many(show_id=MALL, lines=[Line(sku.pk, 5, 3, discount_fen=5_00)])
    text = page(visitor, f"/p/{sku.product.slug}/")
    assert "¥5.00 off, out of our margin" in text
    order = buy(visitor, f"/p/{sku.product.slug}/buy/?sku={sku.code}")
    assert order.amount_fen == PRICE_FEN - 5_00
    assert "¥5.00 off, out of our margin" in page(visitor, f"/orders/{order.number}/")


def test_the_room_shows_a_set_with_its_parts_and_its_price() -> None:
    show = show_on_air()
    hub, bulb = goods(on_hand=3), goods(on_hand=6)
    offers.open_many(show_id=show.pk, lines=[Line(hub.pk, 5, 1)])
    offer = bundle((hub, 1), (bulb, 2), quantity=2, discount_fen=10_00, show_id=show.pk)
    text = page_of(show)
    assert f'id="bundle-{offer.pk}"' in text
    assert data_of(text)["state"]["offers"][str(offer.pk)]["price_fen"] == 3 * PRICE_FEN - 10_00
    single = Offer.objects.get(kind="single")
    sheet = text.split(f'id="buy-{single.pk}"')[1].split("</dialog>")[0]
    assert f'data-buy="{offer.pk}"' not in sheet, "a set is no version of the hub"
