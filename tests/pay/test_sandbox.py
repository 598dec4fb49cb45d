"""The sandbox bank decides for itself, tells by sealed words, and remembers."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from firsthand.kit.clock import now
from firsthand.kit.ids import uuid7
from firsthand.pay import actions, provider, rules, sandbox
from firsthand.pay.models import Payment, SandboxCharge, SandboxRefund
from firsthand.pay.rules import Kind
from tests.shop import long_ago, refused

pytestmark = pytest.mark.django_db


def asked(amount_fen: int = 500, purpose: str = "test:1") -> Payment:
    payment = actions.open_payment(purpose=purpose, amount_fen=amount_fen, provider="sandbox")
    assert actions.send_to(payment, "/back/") == f"/pay/sandbox/{payment.reference}/"
    return payment


def test_the_bank_is_asked_once_however_often_the_payer_is_sent() -> None:
    payment = asked()
    actions.send_to(payment, "/elsewhere/")
    charge = SandboxCharge.objects.get()
    assert (charge.reference, charge.amount_fen, charge.return_url) == (
        payment.reference,
        500,
        "/back/",
    )


def test_its_word_can_be_read_back() -> None:
    payment, instant = asked(), now()
    sealed = sandbox.decide(payment.reference, "pay", instant)
    word = provider.by_name("sandbox").read(sealed.headers, sealed.body, instant)
    assert (word.kind, word.reference, word.amount_fen) == (Kind.PAID, payment.reference, 500)
    headers_of_another_server = {name.upper(): value for name, value in sealed.headers.items()}
    assert provider.by_name("sandbox").read(headers_of_another_server, sealed.body, instant) == word


def test_a_forged_an_old_and_a_senseless_word_are_refused() -> None:
    payment, instant = asked(), now()
    sealed = sandbox.decide(payment.reference, "pay", instant)
    read = provider.by_name("sandbox").read
    with refused("forged"):
        read(sealed.headers, sealed.body.replace(b"500", b"501"), instant)
    with refused("forged"):
        read({}, sealed.body, instant)
    with refused("forged"):
        read(sealed.headers, sealed.body, instant + timedelta(minutes=6))
    with refused("forged"):
        other = rules.seal(sealed.body, at=int(instant.timestamp()), key=b"another bank's")
        read({sandbox.SEAL_HEADER: other}, sealed.body, instant)
    nonsense = b'{"id": 1}'
    header = rules.seal(nonsense, at=int(instant.timestamp()), key=sandbox._key())
    with refused("not_a_word"):
        read({sandbox.SEAL_HEADER: header}, nonsense, instant)
    with refused("too_large"):
        read(sealed.headers, b"x" * 10_000, instant)


def test_who_refused_may_still_pay_and_who_paid_cannot_refuse() -> None:
    payment, instant = asked(), now()
    no = json.loads(sandbox.decide(payment.reference, "refuse", instant).body)
    yes = json.loads(sandbox.decide(payment.reference, "pay", instant).body)
    again = json.loads(sandbox.decide(payment.reference, "pay", instant).body)
    assert (no["type"], yes["type"]) == ("charge.refused", "charge.paid")
    assert no["id"] != yes["id"] == again["id"]
    with refused("paid_already"):
        sandbox.decide(payment.reference, "refuse", instant)
    with refused("bad_choice"):
        sandbox.decide(payment.reference, "steal", instant)  # type: ignore[arg-type]
    with refused("no_such_charge"):
        sandbox.decide(uuid4(), "pay", instant)


def test_money_goes_back_once_for_a_key_and_never_more_than_came() -> None:
    payment, key = asked(), uuid7()
    sandbox.decide(payment.reference, "pay", now())
    bank = provider.by_name("sandbox")
    bank.refund(payment, 200, key)
    bank.refund(payment, 200, key)
    assert SandboxCharge.objects.get().refunded_fen == 200
    bank.refund(payment, 300, uuid7())
    assert SandboxCharge.objects.get().refunded_fen == 500
    assert SandboxRefund.objects.count() == 2


def test_the_bank_remembers_what_was_paid() -> None:
    paid, unpaid = asked(purpose="test:1"), asked(purpose="test:2")
    sandbox.decide(paid.reference, "pay", now())
    sandbox.decide(unpaid.reference, "refuse", now())
    bank = provider.by_name("sandbox")
    [word] = bank.paid_since(long_ago())
    assert word.reference == paid.reference
    assert list(bank.paid_since(now() + timedelta(hours=1))) == []


def test_there_is_no_other_provider() -> None:
    with refused("no_such_provider"):
        provider.by_name("cowrie")
