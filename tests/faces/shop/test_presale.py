"""A deposit now and the balance later, as browsers without script do."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from firsthand.kit.clock import now
from firsthand.order import tasks
from firsthand.order.models import Deposit, Order
from firsthand.promise.models import Rung
from tests.faces.shop.test_buying import at_the_bank, choose, fields
from tests.faces.shop.test_groups import button, buy, page
from tests.presales import presale
from tests.shop import MALL, TODAY

pytestmark = pytest.mark.django_db


def words(text: str) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_a_guest_pays_the_deposit_and_then_the_balance(visitor: Client) -> None:
    offer = presale(show_id=MALL)
    product = f"/p/{offer.sku.product.slug}/"
    text = page(visitor, product)
    assert "you get the deposit back in full" in words(text), "the rule is there before the press"
    assert "24:00" in text, "until the end of a day, as people say it"
    confirm = page(visitor, button(text, "Pre-order"))
    assert "you get the deposit back in full" in words(confirm)
    assert "Deposit, to pay now" in confirm
    order = buy(visitor, button(text, "Pre-order"))
    address = f"/orders/{order.number}/"
    assert "Waiting for the deposit" in page(visitor, address)
    asks = page(visitor, f"{address}pay/")
    assert re.search(r'pay-amount">.*100', asks)
    choose(visitor, at_the_bank(visitor, order.number), "pay")
    order.refresh_from_db()
    assert order.state == "deposited"
    text = page(visitor, address)
    assert "Waiting for the balance" in words(text)
    assert "Pay the balance" in text
    assert "Pay the balance" in page(visitor, "/orders/")
    choose(visitor, at_the_bank(visitor, order.number), "pay")
    order.refresh_from_db()
    assert order.state == "paid"
    assert "Pay the balance" not in page(visitor, address)


def test_what_is_kept_is_said_at_every_step(visitor: Client) -> None:
    offer = presale(show_id=MALL, deposit_is_kept=True)
    text = page(visitor, f"/p/{offer.sku.product.slug}/")
    assert "the deposit is kept" in words(text)
    order = buy(visitor, button(text, "Pre-order"))
    address = f"/orders/{order.number}/"
    assert "the deposit is kept" in words(page(visitor, f"{address}pay/"))
    choose(visitor, at_the_bank(visitor, order.number), "pay")
    assert "The deposit of ¥100.00 is kept, as it was said before you ordered." in page(
        visitor, address
    )
    visitor.post(f"{address}cancel/", fields(page(visitor, address)))
    text = words(page(visitor, address))
    assert "The deposit of ¥100.00 is kept" in text
    assert Order.objects.get().state == "cancelled"


def test_a_balance_that_has_not_opened_is_named_and_cannot_be_paid(visitor: Client) -> None:
    offer = presale(show_id=MALL)
    order = buy(visitor, button(page(visitor, f"/p/{offer.sku.product.slug}/"), "Pre-order"))
    choose(visitor, at_the_bank(visitor, order.number), "pay")
    Deposit.objects.update(balance_opens_at=now() + timedelta(hours=3))
    text = page(visitor, f"/orders/{order.number}/")
    assert "Pay the balance" not in text
    assert "Balance ¥899.00, from" in page(visitor, "/orders/")
    answer = visitor.get(f"/orders/{order.number}/pay/")
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{order.number}/")


def test_a_day_at_risk_is_said_and_lets_him_leave_with_all(visitor: Client) -> None:
    offer = presale(show_id=MALL, deposit_is_kept=True)
    order = buy(visitor, button(page(visitor, f"/p/{offer.sku.product.slug}/"), "Pre-order"))
    choose(visitor, at_the_bank(visitor, order.number), "pay")
    Rung.objects.filter(taken__gt=0).update(at_risk=1)
    assert tasks.tell_risks() == 1
    text = words(page(visitor, f"/orders/{order.number}/"))
    assert text.count("You may leave, and all your money goes back.") == 1
    assert "the deposit comes back the way it was paid" in text


def test_the_day_on_the_card_is_one_after_the_balance(visitor: Client) -> None:
    offer = presale(show_id=MALL, stock=2, plan=1, balance_due_at=None)
    early = page(visitor, f"/p/{offer.sku.product.slug}/")
    assert f"{(TODAY + timedelta(days=2)).day}" in early
