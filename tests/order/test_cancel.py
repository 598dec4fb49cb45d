"""An order that ends gives back exactly what it took, and its money."""

import pytest

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.order import tasks
from firsthand.order.actions import cancel, fulfilment
from firsthand.order.models import Order
from firsthand.pay import provider as providers
from firsthand.pay.models import Payment, Refund, SandboxCharge
from firsthand.pay.sandbox import Sandbox
from tests.order.test_expiry import everything
from tests.shop import (
    FEED,
    PRICE_FEN,
    assert_the_books_agree,
    held,
    kettle,
    paid,
    people,
    refused,
    webhook,
)

pytestmark = pytest.mark.django_db


def test_cancelling_a_hold_is_the_exact_inverse_of_holding() -> None:
    offer = kettle(stock=1, plan=3)
    [ann] = people(1)
    before = everything()
    order = held(ann, offer, quantity=2)
    webhook(order, "refuse")
    order = cancel.cancel_order(number=order.number, now=now(), person_id=ann.pk)
    assert (order.state, everything()) == ("cancelled", before)
    assert Payment.objects.get().state == "cancelled"
    assert not Refund.objects.exists()
    assert_the_books_agree()


@pytest.mark.parametrize("allocated", [False, True])
def test_cancelling_a_paid_order_gives_back_goods_and_money(allocated: bool) -> None:
    offer = kettle(stock=2, plan=3)
    [ann] = people(1)
    before = everything()
    order = paid(ann, offer, quantity=2)
    if allocated:
        fulfilment.allocate(now())
    order = cancel.cancel_order(number=order.number, now=now(), person_id=ann.pk)
    assert (order.state, everything()) == ("cancelled", before)
    assert tasks.carry_out_refunds() == 1
    order.refresh_from_db()
    assert order.state == "refunded"
    assert SandboxCharge.objects.get().refunded_fen == 2 * PRICE_FEN
    assert [news.name for news in outbox.after(FEED, 0)][-2:] == [
        "orders_cancelled.v1",
        "order_refunded.v1",
    ]
    assert outbox.after(FEED, 0)[-2].body["amount_fen"] == 2 * PRICE_FEN
    assert_the_books_agree()


def test_cancelling_twice_or_after_it_shipped_is_refused() -> None:
    offer = kettle(stock=3)
    [ann] = people(1)
    first, second = paid(ann, offer), paid(ann, offer)
    cancel.cancel_order(number=first.number, now=now(), person_id=None)
    with refused("too_late_to_cancel", state="cancelled"):
        cancel.cancel_order(number=first.number, now=now(), person_id=None)
    fulfilment.allocate(now())
    fulfilment.ship(number=second.number, carrier="SF", tracking_number="1", now=now())
    with refused("too_late_to_cancel", state="shipped"):
        cancel.cancel_order(number=second.number, now=now(), person_id=ann.pk)
    assert_the_books_agree()


def test_nobody_cancels_somebody_elses_order() -> None:
    ann, bob = people(2)
    order = held(ann, kettle(stock=1))
    with refused("no_such_order"):
        cancel.cancel_order(number=order.number, now=now(), person_id=bob.pk)
    with refused("no_such_order"):
        cancel.cancel_order(number="NONE", now=now(), person_id=None)
    assert Order.objects.get().state == "held"


def test_what_was_shipped_can_be_refunded_in_part_or_wholly_and_no_more() -> None:
    offer = kettle(stock=3)
    order = paid(people(1)[0], offer)
    with refused("cancel_instead"):
        cancel.refund_order(number=order.number, amount_fen=1, now=now())
    fulfilment.allocate(now())
    fulfilment.ship(number=order.number, carrier="SF", tracking_number="1", now=now())
    cancel.refund_order(number=order.number, amount_fen=1000, now=now())
    tasks.carry_out_refunds()
    order.refresh_from_db()
    assert order.state == "shipped"
    with refused("more_than_paid", most=PRICE_FEN - 1000):
        cancel.refund_order(number=order.number, amount_fen=PRICE_FEN, now=now())
    cancel.refund_order(number=order.number, amount_fen=PRICE_FEN - 1000, now=now())
    tasks.carry_out_refunds()
    order.refresh_from_db()
    assert order.state == "refunded"
    assert Payment.objects.get().refunded_fen == PRICE_FEN
    assert_the_books_agree()


def test_a_refund_that_the_bank_did_not_carry_out_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bank is down for one of two; the other's money goes back all the same."""
    offer = kettle(stock=3)
    first, second = (paid(person, offer) for person in people(2))
    for order in (first, second):
        cancel.cancel_order(number=order.number, now=now(), person_id=None)
    calls: list[object] = []

    class Shaky(Sandbox):
        def refund(self, payment: Payment, amount_fen: int, key: object) -> None:
            calls.append(key)
            if len(calls) == 1:
                raise TimeoutError("the bank does not answer")
            super().refund(payment, amount_fen, key)  # type: ignore[arg-type]

    monkeypatch.setitem(providers.registered(), "sandbox", Shaky())
    assert tasks.carry_out_refunds() == 1
    assert tasks.carry_out_refunds() == 1
    assert calls[0] == calls[2], "asked again by the same key"
    assert Refund.objects.filter(done_at=None).count() == 0
    assert set(Order.objects.values_list("state", flat=True)) == {"refunded"}
    assert_the_books_agree()
