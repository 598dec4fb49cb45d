"""A payment is asked once, heard once, and given back at most once."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from firsthand.kit.clock import now
from firsthand.kit.ids import uuid7
from firsthand.pay import actions, sandbox
from firsthand.pay.models import Payment, ProviderWord, Refund
from firsthand.pay.rules import Kind, Word
from tests.shop import long_ago, refused

pytestmark = pytest.mark.django_db


def asked(amount_fen: int = 500, purpose: str = "test:1") -> Payment:
    return actions.open_payment(purpose=purpose, amount_fen=amount_fen, provider="sandbox")


def word(payment: Payment, kind: Kind = Kind.PAID, word_id: str = "w1", **more: Any) -> Word:
    said = Word("sandbox", word_id, kind, payment.reference, "ch_1", payment.amount_fen)
    return said._replace(**more)


def test_asking_twice_for_one_purpose_asks_once() -> None:
    assert asked().pk == asked().pk
    assert Payment.objects.count() == 1


def test_another_amount_is_another_payment_and_the_first_is_waited_for_no_more() -> None:
    first, second = asked(500), asked(600)
    first.refresh_from_db()
    assert (first.state, second.state) == ("cancelled", "open")


def test_the_table_knows_one_open_payment_for_a_purpose() -> None:
    asked()
    with pytest.raises(IntegrityError, match="one_open_payment_a_purpose"), transaction.atomic():
        Payment.objects.create(purpose="test:1", provider="sandbox", amount_fen=5)


@pytest.mark.parametrize("amount_fen", [0, -1, 10**15])
def test_an_amount_that_makes_no_sense_is_refused(amount_fen: int) -> None:
    with refused("bad_amount"):
        asked(amount_fen)
    with refused("no_such_provider"):
        actions.open_payment(purpose="test:1", amount_fen=5, provider="cowrie")
    assert not Payment.objects.exists()


def test_the_same_word_counts_once() -> None:
    payment, instant = asked(), now()
    heard = actions.hear(word(payment), instant)
    assert heard is not None
    assert (heard.state, heard.paid_at, heard.provider_reference) == ("paid", instant, "ch_1")
    assert actions.hear(word(payment), now()) is None
    assert actions.hear(word(payment, word_id="w2"), now()) is None, "it was paid already"
    payment.refresh_from_db()
    assert payment.paid_at == instant
    assert ProviderWord.objects.count() == 2


def test_a_word_of_failure_after_one_of_success_changes_nothing() -> None:
    payment = asked()
    actions.hear(word(payment), now())
    assert actions.hear(word(payment, Kind.FAILED, "w2"), now()) is None
    payment.refresh_from_db()
    assert payment.state == "paid"


def test_success_after_failure_or_after_we_stopped_waiting_counts() -> None:
    failed, cancelled = asked(purpose="test:1"), asked(purpose="test:2")
    actions.hear(word(failed, Kind.FAILED, "w1"), now())
    assert actions.cancel_open(["test:2"]) == 1
    for payment in (failed, cancelled):
        heard = actions.hear(word(payment, word_id=f"late {payment.pk}"), now())
        assert heard is not None and heard.state == "paid"


def test_another_amount_or_an_unknown_payment_is_refused_and_not_noted() -> None:
    payment = asked()
    with refused("wrong_amount"):
        actions.hear(word(payment, amount_fen=1), now())
    with refused("wrong_amount"):
        actions.hear(word(payment, currency="USD"), now())
    with refused("no_such_payment"):
        actions.hear(word(payment, reference=uuid7()), now())
    assert not ProviderWord.objects.exists()


def test_no_more_goes_back_than_came_and_only_after_it_came() -> None:
    payment = asked()
    with refused("not_paid"):
        actions.refund(payment, amount_fen=1, reason="test")
    actions.hear(word(payment), now())
    key = uuid7()
    first = actions.refund(payment, amount_fen=200, reason="test", key=key)
    assert actions.refund(payment, amount_fen=200, reason="test", key=key).pk == first.pk
    with refused("more_than_paid", most=300):
        actions.refund(payment, amount_fen=301, reason="test")
    second = actions.refund(payment, amount_fen=300, reason="test")
    assert [one.pk for one in actions.refunds_to_do()] == [first.pk, second.pk]


def test_a_refund_that_is_done_is_done_once() -> None:
    payment = asked()
    actions.hear(word(payment), now())
    for amount_fen in (200, 300):
        refund = actions.refund(payment, amount_fen=amount_fen, reason="test")
        assert actions.refund_done(refund.pk, now()) is not None
        assert actions.refund_done(refund.pk, now()) is None
    payment.refresh_from_db()
    assert (payment.refunded_fen, payment.state) == (500, "refunded")
    assert Refund.objects.filter(done_at=None).count() == 0


def test_what_the_bank_has_and_we_have_not_heard_is_found() -> None:
    lost, heard = asked(purpose="test:1"), asked(purpose="test:2")
    for payment in (lost, heard):
        actions.send_to(payment, "/")
        sandbox.decide(payment.reference, "pay", now())
    words = {one.reference: one for one in actions.unheard("sandbox", long_ago())}
    assert set(words) == {lost.reference, heard.reference}
    actions.hear(words[heard.reference], now())
    assert actions.unheard("sandbox", long_ago()) == [words[lost.reference]]
