"""From the product to the paid order, as a browser without script goes: forms and links."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from firsthand.kit.clock import now
from firsthand.offer.actions import set_times
from firsthand.offer.models import Offer
from firsthand.order.actions import waiting
from firsthand.order.actions.cancel import cancel_order
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order, Waiting
from firsthand.order.rules import Press
from firsthand.pay import rules as seals
from firsthand.pay.models import Payment
from firsthand.pay.sandbox import SEAL_HEADER, _key
from firsthand.people.models import Address, Person
from firsthand.price.models import PriceVersion
from tests.faces.shop import goods
from tests.faces.shop.conftest import ENGLISH, Maker
from tests.shop import people

GUEST = {
    "name": "陈小满",
    "phone": "138 0013 8000",
    "region": "广东省深圳市南山区",
    "street": "科苑路 15 号",
}


def fields(text: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: unescape(value) for name, value in inputs}


def confirm(visitor: Client, quantity: int = 1) -> dict[str, str]:
    """Open the page that confirms an order of white lamps; what its form would send."""
    page = visitor.get(f"/p/lamp/buy/?sku=LAMP-W&quantity={quantity}")
    assert page.status_code == 200
    return fields(page.content.decode())


def place(visitor: Client, form: dict[str, str], **changes: str) -> tuple[int, str]:
    """Send the confirmed order; the status, and where the browser is sent."""
    answer = visitor.post("/p/lamp/buy/?sku=LAMP-W", {**form, **GUEST, **changes}, headers=ENGLISH)
    return answer.status_code, answer.get("Location", "")


def ordered(visitor: Client, quantity: int = 1) -> str:
    """An order that is held; its number."""
    status, where = place(visitor, confirm(visitor, quantity))
    assert status == 302
    return where.split("/")[2]


def at_the_bank(visitor: Client, number: str) -> str:
    """Go to pay; the address of the bank's page."""
    page = visitor.get(f"/orders/{number}/pay/")
    answer = visitor.post(
        f"/orders/{number}/pay/", {**fields(page.content.decode()), "provider": "sandbox"}
    )
    assert answer.status_code == 302
    return str(answer["Location"])


def choose(visitor: Client, bank: str, choice: str) -> int:
    """Press a button on the bank's page."""
    token = fields(visitor.get(bank).content.decode())
    return visitor.post(bank, {**token, "choice": choice}).status_code


def test_a_guest_orders_pays_and_follows_the_order(maker: Maker, visitor: Client) -> None:
    number = ordered(visitor, quantity=2)
    order = Order.objects.get(number=number)
    assert (order.state, order.quantity, order.amount_fen) == ("held", 2, 399_800)
    assert order.ship_by == goods.in_days(2)
    assert choose(visitor, at_the_bank(visitor, number), "pay") == 302
    order.refresh_from_db()
    assert order.state == "paid"
    text = visitor.get(f"/orders/{number}/", headers=ENGLISH).content.decode()
    assert "科苑路 15 号" in text
    assert goods.in_days(2).isoformat() in text
    assert number in visitor.get("/orders/").content.decode()


def test_three_want_the_first_day_and_the_next_one_is_promised_the_later(
    maker: Maker, visitor: Client
) -> None:
    ordered(visitor, quantity=3)
    page = visitor.get("/p/lamp/buy/?sku=LAMP-W&quantity=1").content.decode()
    assert goods.in_days(6).isoformat() in page


def test_the_day_that_is_confirmed_is_the_day_for_so_many(maker: Maker, visitor: Client) -> None:
    maker.offer.limit_per_person = 5
    maker.offer.save()
    goods.rung(maker.white, 9, 20, source="plan")
    Offer.objects.filter(pk=maker.offer.pk).update(released=6)
    page = visitor.get("/p/lamp/buy/?sku=LAMP-W&quantity=5").content.decode()
    assert goods.in_days(9).isoformat() in page


def test_the_same_press_twice_is_one_order(maker: Maker, visitor: Client) -> None:
    ordered(visitor)  # who is known from now on: greeting a guest makes his tokens new
    form = confirm(visitor)
    first, again = place(visitor, form), place(visitor, form)
    assert first == again
    assert first[0] == 302
    assert Order.objects.count() == 2


def test_a_guest_whose_phone_is_none_is_told_so_and_nothing_is_kept(
    maker: Maker, visitor: Client
) -> None:
    answer = visitor.post(
        "/p/lamp/buy/?sku=LAMP-W", {**confirm(visitor), **GUEST, "phone": "12"}, headers=ENGLISH
    )
    assert answer.status_code == 422
    assert "does not look like a phone number" in answer.content.decode()
    assert not Order.objects.exists()
    assert not Address.objects.exists()


def test_a_price_that_changed_meanwhile_is_not_taken_quietly(maker: Maker, visitor: Client) -> None:
    status, _ = place(visitor, confirm(visitor), price_fen="1")
    assert status == 409
    assert not Order.objects.exists()


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "x", ""])
def test_a_quantity_that_makes_no_sense_orders_nothing(
    quantity: str, maker: Maker, visitor: Client
) -> None:
    status, where = place(visitor, confirm(visitor), quantity=quantity)
    assert (status, where) == (302, "/p/lamp/")
    assert not Order.objects.exists()
    said = visitor.get(where, headers=ENGLISH).content.decode()
    assert "One order takes from 1 to 99 pieces." in said


def test_more_than_one_person_may_have_is_refused_in_words(maker: Maker, visitor: Client) -> None:
    Offer.objects.filter(pk=maker.offer.pk).update(limit_per_person=1)
    ordered(visitor)
    again = {**confirm(visitor), **GUEST, "key": str(uuid4()), "quantity": "1"}
    answer = visitor.post("/p/lamp/buy/?sku=LAMP-W", again, headers=ENGLISH)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert Order.objects.count() == 1


def test_a_form_that_is_not_ours_is_refused(maker: Maker, visitor: Client) -> None:
    form = confirm(visitor)
    form.pop("csrfmiddlewaretoken")
    assert place(visitor, form)[0] == 403
    assert not Order.objects.exists()


def test_who_refuses_at_the_bank_may_still_pay(maker: Maker, visitor: Client) -> None:
    number = ordered(visitor)
    choose(visitor, at_the_bank(visitor, number), "refuse")
    assert Order.objects.get(number=number).state == "held"
    choose(visitor, at_the_bank(visitor, number), "pay")
    assert Order.objects.get(number=number).state == "paid"


def test_a_hold_that_is_over_cannot_be_paid(maker: Maker, visitor: Client) -> None:
    number = ordered(visitor)
    Order.objects.filter(number=number).update(hold_until=timezone.now() - timedelta(seconds=1))
    answer = visitor.get(f"/orders/{number}/pay/")
    assert answer["Location"] == f"/orders/{number}/"
    assert not Payment.objects.exists()
    assert Offer.objects.get(pk=maker.offer.pk).taken == 1, "no worker has been there"
    visitor.get(f"/orders/{number}/")
    assert Order.objects.get(number=number).state == "expired"
    assert Offer.objects.get(pk=maker.offer.pk).taken == 0


def test_a_bank_s_page_that_lay_open_too_long_takes_no_money(maker: Maker, visitor: Client) -> None:
    number = ordered(visitor)
    bank = at_the_bank(visitor, number)
    Order.objects.filter(number=number).update(hold_until=timezone.now() - timedelta(seconds=1))
    visitor.get(f"/orders/{number}/")  # it is expired now
    assert choose(visitor, bank, "pay") == 409
    assert Order.objects.get(number=number).state == "expired"
    assert Payment.objects.get().state == Payment.State.CANCELLED


def test_a_held_order_is_cancelled_and_its_pieces_are_free_again(
    maker: Maker, visitor: Client
) -> None:
    number = ordered(visitor, quantity=3)
    page = visitor.get(f"/orders/{number}/").content.decode()
    visitor.post(f"/orders/{number}/cancel/", fields(page))
    assert Order.objects.get(number=number).state == "cancelled"
    assert Offer.objects.get(pk=maker.offer.pk).taken == 0


def test_nobody_sees_pays_or_cancels_an_order_of_somebody_else(
    maker: Maker, visitor: Client
) -> None:
    number = ordered(visitor)
    stranger = Client()
    for person in (None, Person.objects.create_person(email="other@example.com")):
        if person is not None:
            stranger.force_login(person, backend="firsthand.people.backends.RoleBackend")
        assert stranger.get(f"/orders/{number}/").status_code == 404
        assert stranger.get(f"/orders/{number}/pay/").status_code == 404
        assert stranger.post(f"/orders/{number}/cancel/").status_code == 404
    assert Order.objects.get(number=number).state == "held"


def test_a_forged_word_of_the_bank_changes_nothing(maker: Maker, visitor: Client) -> None:
    number = ordered(visitor)
    at_the_bank(visitor, number)
    payment = Payment.objects.get()
    body = (
        f'{{"id":"evt_1","type":"charge.paid","reference":"{payment.reference}","charge":"ch_1",'
        f'"amount_fen":{payment.amount_fen},"currency":"CNY"}}'
    ).encode()
    now = int(timezone.now().timestamp())
    forged = seals.seal(body, at=now, key=b"guessed")
    true = seals.seal(body, at=now, key=_key())
    for seal, status in ((forged, 403), (true, 200), (true, 200)):
        answer = visitor.post(
            "/pay/sandbox/webhook/",
            body,
            content_type="application/json",
            headers={SEAL_HEADER: seal},
        )
        assert answer.status_code == status
        assert Order.objects.get(number=number).state == ("paid" if status == 200 else "held")
    assert answer.json() == {"came": "heard_before"}


def test_a_provider_that_we_do_not_have_is_not_listened_to(visitor: Client, db: None) -> None:
    answer = visitor.post("/pay/nobody/webhook/", b"{}", content_type="application/json")
    assert answer.status_code == 404
    assert answer.json()["code"] == "no_such_provider"


def test_the_next_order_knows_the_address_of_the_last(maker: Maker, visitor: Client) -> None:
    ordered(visitor)
    page = visitor.get("/p/lamp/buy/?sku=LAMP-W").content.decode()
    assert "科苑路 15 号" in page
    assert 'name="street"' not in page
    answer = visitor.post("/p/lamp/buy/?sku=LAMP-W", fields(page))
    assert answer.status_code == 302
    assert Person.objects.filter(is_guest=True).count() == 1


def test_who_comes_too_late_stands_in_line_and_leaves_it(maker: Maker, visitor: Client) -> None:
    offer = Offer.objects.get(sku__code="LAMP-W", show_id=0)
    others = settle_all(offer)
    text = visitor.get("/p/lamp/?sku=LAMP-W", headers=ENGLISH).content.decode()
    assert "Tell me and hold one for me" in text
    page = visitor.get("/p/lamp/buy/?sku=LAMP-W&wait=1", headers=ENGLISH)
    assert "Sold out at the moment" in page.content.decode()
    form = fields(page.content.decode())
    assert form["waits"] == "1"
    assert place(visitor, form) == (302, "/orders/")
    text = visitor.get("/orders/", headers=ENGLISH).content.decode()
    assert "You are number 1 in line" in text
    assert "Number 1 in line" in text
    row = Waiting.objects.get()
    assert (row.state, row.offer_id, row.unit_fen) == ("waiting", offer.pk, int(form["price_fen"]))
    token = fields(text)
    left = visitor.post(f"/waiting/{offer.pk}/leave/", token, headers=ENGLISH, follow=True)
    assert "You have left the waiting list." in left.content.decode()
    row.refresh_from_db()
    assert row.state == "left"
    again = visitor.get("/p/lamp/buy/?sku=LAMP-W&wait=1", headers=ENGLISH)
    assert place(visitor, fields(again.content.decode())) == (302, "/orders/")
    cancel_order(number=others[0].number, now=now(), person_id=None)
    waiting.serve(offer.pk, now())
    text = visitor.get("/orders/", headers=ENGLISH).content.decode()
    assert "Number 1 in line" not in text and "/pay/" in text


def settle_all(offer: Offer) -> list[Order]:
    """Somebody else has everything that is on this offer."""
    offer.refresh_from_db()
    price = PriceVersion.objects.get(sku=offer.sku_id, during__upper_inf=True)
    left = offer.released - offer.taken
    Offer.objects.filter(pk=offer.pk).update(limit_per_person=1)
    crowd = people(left)
    presses = [
        Press(one.pk, uuid4(), 0, offer.pk, 1, price.version, price.price_fen) for one in crowd
    ]
    for answer in settle(presses, now()):
        assert answer.hold is not None, answer
    return list(Order.objects.filter(person__in=crowd))


def test_a_sale_that_has_not_begun_counts_down_and_takes_nothing(
    maker: Maker, visitor: Client
) -> None:
    offer = Offer.objects.get(sku__code="LAMP-W", show_id=0)
    form = confirm(visitor)
    opens_at = now() + timedelta(minutes=5)
    set_times(offer_id=offer.pk, opens_at=opens_at, closes_at=None)
    text = visitor.get("/p/lamp/?sku=LAMP-W", headers=ENGLISH).content.decode()
    assert f'class="opens tiny" data-ends="{opens_at.isoformat()}"' in text
    status, _where = place(visitor, form)
    assert status == 409
    assert not Order.objects.exists()
    set_times(offer_id=offer.pk, opens_at=None, closes_at=now() + timedelta(minutes=5))
    assert place(visitor, confirm(visitor))[0] == 302
