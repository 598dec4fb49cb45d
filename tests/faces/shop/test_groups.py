"""Buying together, as browsers without script do: open a group, send its link, join, pay."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from firsthand.kit.clock import now
from firsthand.offer.models import Offer
from firsthand.order.actions import group
from firsthand.order.models import Group, Order
from tests.faces.shop.conftest import ENGLISH
from tests.faces.shop.test_buying import GUEST, at_the_bank, choose, fields
from tests.faces.shop.test_room import data_of, page_of
from tests.shop import MALL, PRICE_FEN, group_kettle, people, seated
from tests.show.stage import show_on_air

pytestmark = pytest.mark.django_db


def buy(visitor: Client, address: str) -> Order:
    """Follow the button, and confirm what stands there."""
    form = fields(visitor.get(address, headers=ENGLISH).content.decode())
    answer = visitor.post(address, {**form, **GUEST}, headers=ENGLISH)
    assert answer.status_code == 302, answer.content.decode()
    return Order.objects.get(number=str(answer["Location"]).split("/")[2])


def page(visitor: Client, address: str) -> str:
    answer = visitor.get(address, headers=ENGLISH, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def button(text: str, words: str) -> str:
    """Where the button with these words leads."""
    found = re.search(rf'<a class="button[^"]*" href="([^"]+)"[^>]*>{words}</a>', text)
    assert found, words
    return found[1].replace("&amp;", "&")


def test_two_guests_buy_together_by_a_link(visitor: Client) -> None:
    offer = group_kettle(stock=4, size=2, minutes=30, discount_fen=2_00, show_id=MALL)
    product = f"/p/{offer.sku.product.slug}/"
    text = page(visitor, product)
    assert "2 buy together · ¥2 less each" in text
    assert "It has 30 minutes to fill." in text
    first = buy(visitor, button(text, "Open a group"))
    assert first.unit_fen == PRICE_FEN - 2_00
    choose(visitor, at_the_bank(visitor, first.number), "pay")
    text = page(visitor, f"/orders/{first.number}/")
    assert "1 of 2, 1 more to go" in text
    assert "Waiting for the group" in text
    link = re.search(r'id="group-link"[^>]* value="([^"]+)"', text)
    assert link and link[1] == f"http://testserver/groups/{Group.objects.get().pk}/"
    friend = Client()
    text = page(friend, link[1])
    assert "1 of 2, 1 more to go" in text
    second = buy(friend, button(text, "Join this group"))
    choose(friend, at_the_bank(friend, second.number), "pay")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("paid", "paid")
    text = page(visitor, f"/orders/{first.number}/")
    assert "The group is complete." in text and "group-link" not in text
    assert "Group complete" in text


def test_a_full_group_is_told_so_and_one_may_open_another(visitor: Client) -> None:
    offer = group_kettle(stock=4, size=2, show_id=MALL)
    ann, bob = people(2)
    squad = Group.objects.get(taken_seats__order=seated(ann, offer)).pk
    where = f"/p/{offer.sku.product.slug}/buy/?sku={offer.sku.code}&together=1&group={squad}"
    form = fields(visitor.get(where).content.decode())
    assert form["group"] == str(squad)
    seated(bob, offer, squad)
    answer = visitor.post(where, {**form, **GUEST}, headers=ENGLISH)
    assert answer.status_code == 409
    assert "This group is full." in answer.content.decode()


def test_what_came_of_a_group_that_did_not_fill_stands_on_the_order(visitor: Client) -> None:
    offer = group_kettle(stock=4, size=2, show_id=MALL)
    order = buy(visitor, f"/p/{offer.sku.product.slug}/buy/?sku={offer.sku.code}&together=1")
    choose(visitor, at_the_bank(visitor, order.number), "pay")
    group.expire_groups(now() + timedelta(minutes=30))
    text = page(visitor, f"/orders/{order.number}/")
    assert "The group did not fill in time." in text
    assert "Too few people joined in time; what was paid goes back by itself." in text


def test_a_link_to_a_group_that_is_over_says_so_and_shows_the_product(visitor: Client) -> None:
    offer = group_kettle(stock=4, size=2, show_id=MALL)
    [ann] = people(1)
    seated(ann, offer)
    Group.objects.update(expires_at=timezone.now())
    text = page(visitor, f"/groups/{Group.objects.get().pk}/")
    assert "This group is over." in text and "Open a group" in text
    assert visitor.get("/groups/999999/").status_code == 404


def test_a_link_to_a_group_of_a_show_leads_into_its_room(visitor: Client) -> None:
    show = show_on_air()
    offer = group_kettle(stock=4, size=3, show_id=show.pk)
    [ann] = people(1)
    squad = Group.objects.get(taken_seats__order=seated(ann, offer)).pk
    answer = visitor.get(f"/groups/{squad}/")
    assert answer["Location"] == f"/shows/{show.slug}/?group={squad}"
    text = str(visitor.get(answer["Location"], headers=ENGLISH).content.decode())
    assert data_of(text)["join"] == {"group": squad, "offer": offer.pk}
    assert "1 of 3, 2 more to go" in text
    assert data_of(page_of(show))["join"] is None
    other = str(visitor.get(f"/shows/{show.slug}/?group=nonsense").content.decode())
    assert data_of(other)["join"] is None


def test_a_single_offer_beside_it_stays_what_it_is(visitor: Client) -> None:
    offer = group_kettle(stock=4, size=2, show_id=MALL)
    Offer.objects.create(sku=offer.sku, show_id=MALL, state="open")
    text = page(visitor, f"/p/{offer.sku.product.slug}/")
    assert 'form="buy">Order now' not in text and "Open a group" in text
