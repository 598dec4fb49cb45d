"""Those who care for orders do so by buttons; nobody writes in the books by hand."""

import pytest
from django.test import Client
from django.urls import reverse

from firsthand.kit.clock import now
from firsthand.order.actions import fulfilment
from firsthand.order.models import Order
from tests.presales import deposited, presale
from tests.shop import assert_the_books_agree, held, kettle, paid, people, staff

pytestmark = pytest.mark.django_db

BOOKS = [
    "stock_balance",
    "stock_transfer",
    "stock_place",
    "offer_offer",
    "order_order",
    "pay_payment",
    "pay_sandboxcharge",
]


def office(*roles: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(*roles), backend="firsthand.people.backends.RoleBackend")
    return client


def do(client: Client, deed: str, order: Order, **said: object) -> int:
    address = reverse(f"admin:order_order_{deed}", args=[order.pk])
    answer = client.post(address, {"_form_submitted": "on", **said})
    order.refresh_from_db()
    return answer.status_code


def test_every_page_of_the_books_opens_and_none_can_be_written() -> None:
    order = paid(people(1)[0], kettle(stock=3))
    client = office("admin")
    for book in BOOKS:
        assert client.get(reverse(f"admin:{book}_changelist")).status_code == 200, book
        if book != "stock_place":
            assert client.get(reverse(f"admin:{book}_add")).status_code == 403, book
    page = client.get(reverse("admin:order_order_change", args=[order.pk]))
    assert page.status_code == 200
    assert "龙井路 1 号" in page.content.decode()
    assert client.post(reverse("admin:order_order_delete", args=[order.pk])).status_code == 403


def test_an_order_is_shipped_delivered_and_refunded_by_buttons() -> None:
    order = paid(people(1)[0], kettle(stock=3))
    fulfilment.allocate(now())
    client = office("care")
    dialog = client.get(reverse("admin:order_order_ship", args=[order.pk]))
    assert dialog.status_code == 200 and "tracking_number" in dialog.content.decode()
    assert order.state == "paid", "looking at a form does nothing"
    assert do(client, "ship", order, carrier="", tracking_number="1") == 200
    assert order.state == "ready", "an empty form does nothing"
    assert do(client, "ship", order, carrier="SF", tracking_number="SF1") == 200
    assert order.state == "shipped"
    do(client, "deliver", order)
    assert order.state == "delivered"
    do(client, "refund", order, amount_fen=order.amount_fen)
    assert order.steps.latest("id").note == "goodwill"
    assert_the_books_agree()


def test_a_refusal_is_a_sentence_on_the_page() -> None:
    order = held(people(1)[0], kettle(stock=3))
    client = office("care")
    address = reverse("admin:order_order_ship", args=[order.pk])
    said = {"_form_submitted": "on", "carrier": "SF", "tracking_number": "1"}
    answer = client.post(address, said)
    page = client.get(answer.headers["HX-Redirect"])
    assert "This order cannot take that step now." in page.content.decode()
    do(client, "cancel", order)
    assert order.state == "cancelled"
    assert_the_books_agree()


@pytest.mark.parametrize("role", ["analyst", "host", "merchandiser", "customer"])
def test_nobody_else_has_those_buttons(role: str) -> None:
    order = held(people(1)[0], kettle(stock=3))
    client = office(role)
    for deed in ("ship", "deliver", "cancel", "refund"):
        assert do(client, deed, order, carrier="SF", tracking_number="1", amount_fen=1) in (
            302,
            403,
        )
    assert order.state == "held"


def test_the_terms_of_a_deposit_stand_on_their_order_to_be_read_and_on_no_other() -> None:
    ann, bob = people(2)
    early, usual = deposited(ann, presale(deposit_is_kept=True)), paid(bob, kettle(stock=1))
    client = office("care")
    pages = [
        client.get(reverse("admin:order_order_change", args=[order.pk])).content.decode()
        for order in (early, usual)
    ]
    assert ["100.00" in page and "Balance due at" in page for page in pages] == [True, False]
    for field in ("amount_fen", "is_kept", "balance_due_at", "paid_at"):
        assert f'name="deposit-0-{field}' not in pages[0], field
