"""Stripe: every bit of a webhook counts, its list of events is read to the end."""

from datetime import timedelta
from typing import Any

import pytest

from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.kit.ids import uuid7
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay.rules import Kind, Word
from tests.pay.banks import Said, StripeBank, Trade


def trade() -> Trade:
    return Trade(uuid7(), 19900, "cs_test_1", state="paid")


def heard(said: Said) -> Word | str:
    """The word, or the code of the refusal."""
    try:
        return providers.by_name("stripe").read(said.headers, said.body, now())
    except Refusal as no:
        return no.code


def test_a_webhook_with_any_bit_turned_is_refused(stripe_bank: StripeBank) -> None:
    said = stripe_bank.notice(trade())
    assert isinstance(heard(said), Word), "control: as it was said it is heard"
    for place in range(len(said.body)):
        for bit in range(8):
            body = bytearray(said.body)
            body[place] ^= 1 << bit
            assert heard(said._replace(body=bytes(body))) == "forged", (place, bit)
    seal = said.headers["Stripe-Signature"]
    for place in range(len(seal)):
        for bit in range(7):
            turned = seal[:place] + chr(ord(seal[place]) ^ (1 << bit)) + seal[place + 1 :]
            assert heard(said._replace(headers={"Stripe-Signature": turned})) == "forged", turned
    assert heard(said._replace(headers={})) == "forged"


@pytest.mark.parametrize("seconds", [-305, 305])
def test_an_old_webhook_is_refused_and_so_is_one_of_the_future(
    stripe_bank: StripeBank, seconds: int
) -> None:
    at = now() + timedelta(seconds=seconds)
    assert heard(stripe_bank.told(stripe_bank.event(trade()), at.timestamp())) == "forged"


@pytest.mark.parametrize(
    ("other", "came"),
    [
        ({"livemode": True}, "another_shop"),
        ({"client_reference_id": None}, "not_a_word"),
        ({"client_reference_id": "no number"}, "not_a_word"),
        ({"amount_total": "19900"}, "not_a_word"),
        ({"payment_intent": None}, "not_a_word"),
        ({"type": "customer.created"}, "not_a_word"),
    ],
)
def test_a_webhook_of_another_world_or_of_no_sense_is_refused(
    stripe_bank: StripeBank, other: dict[str, Any], came: str
) -> None:
    assert heard(stripe_bank.notice(trade(), **other)) == came


@pytest.mark.parametrize(
    ("event", "status", "kind"),
    [
        ("completed", "paid", Kind.PAID),
        ("completed", "unpaid", Kind.OTHER),  # a transfer that takes days
        ("async_payment_succeeded", "paid", Kind.PAID),
        ("async_payment_failed", "unpaid", Kind.FAILED),
        ("expired", "unpaid", Kind.FAILED),
    ],
)
def test_each_event_means_something(
    stripe_bank: StripeBank, event: str, status: str, kind: Kind
) -> None:
    said = stripe_bank.notice(trade(), type=f"checkout.session.{event}", payment_status=status)
    word = heard(said)
    assert isinstance(word, Word) and word.kind is kind


@pytest.mark.django_db
def test_the_list_of_events_is_read_to_its_end_and_another_tills_are_passed_over(
    stripe_bank: StripeBank,
) -> None:
    references = set()
    for n in range(5):
        payment = pay.open_payment(purpose=f"test:{n}", amount_fen=100 + n, provider="stripe")
        stripe_bank.pay(pay.send_to(payment, "/orders/A/"))
        references.add(payment.reference)
    foreign = stripe_bank.event(trade(), client_reference_id="till 7", payment_intent="pi_foreign")
    stripe_bank.events[foreign["id"]] = {**foreign, "id": "evt_foreign"}
    words = pay.unheard("stripe", now() - timedelta(hours=1))
    assert {word.reference for word in words} == references
    assert stripe_bank.asked.count("GET /v1/events") == 3


@pytest.mark.django_db
def test_a_refund_is_known_by_its_key_when_stripe_forgot_the_request(
    stripe_bank: StripeBank,
) -> None:
    payment = pay.open_payment(purpose="test:1", amount_fen=500, provider="stripe")
    trade_ = stripe_bank.pay(pay.send_to(payment, "/orders/A/"))
    payment.provider_reference = f"pi_{trade_.number}"
    stripe, key = providers.by_name("stripe"), uuid7()
    stripe.refund(payment, 200, key)
    stripe_bank.by_key.clear()  # a day has passed
    stripe.refund(payment, 200, key)
    assert stripe_bank.refunded_fen(payment.reference) == 200
