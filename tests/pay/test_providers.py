"""What holds of every bank: an order is paid, told twice, lied about, found again, given back.

The banks stand on loopback; they verify what we ask and sign what they say (``banks``).
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.kit.ids import uuid7
from firsthand.order import tasks
from firsthand.order.actions import cancel, expiry, payment
from firsthand.order.actions.payment import Came
from firsthand.order.models import Order
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay.models import Payment, ProviderWord
from tests.pay.banks import AlipayBank, Bank, Said, StripeBank, Trade, WeChatBank, private_pem
from tests.shop import PRICE_FEN, assert_the_books_agree, held, kettle, people, refused

pytestmark = pytest.mark.django_db


def going_to_pay(bank: Bank, quantity: int = 2) -> tuple[Order, Payment, str]:
    """Somebody holds an order and goes to pay: where he is sent."""
    [ann] = people(1)
    order = held(ann, kettle(stock=5), quantity=quantity)
    asked = payment.start_payment(
        number=order.number, person_id=ann.pk, provider=bank.name, now=now()
    )
    return order, asked, pay.send_to(asked, f"/orders/{order.number}/")


def at_the_door(bank: Bank, said: Said) -> HttpResponse:
    """A webhook comes to our door."""
    extra: dict[str, Any] = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in said.headers.items()
    }
    answer: HttpResponse = Client().post(  # type: ignore[assignment]
        f"/pay/{bank.name}/webhook/", said.body, content_type=bank.content_type, **extra
    )
    return answer


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_an_order_is_paid_and_told_in_the_banks_own_form(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    trade = bank.pay(to)
    assert (trade.reference, trade.amount_fen) == (asked.reference, 2 * PRICE_FEN)
    answer = at_the_door(bank, bank.notice(trade))
    assert answer.status_code == 200
    if isinstance(bank, WeChatBank):
        assert json.loads(answer.content) == {"code": "SUCCESS"}
    if isinstance(bank, AlipayBank):
        assert answer.content == b"success"
    assert state_of(order) == "paid"
    asked.refresh_from_db()
    assert asked.state == "paid" and asked.provider_reference
    assert not bank.badly_signed
    assert_the_books_agree()


def test_asking_twice_asks_once(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    again = pay.send_to(asked, f"/orders/{order.number}/")
    assert bank.visit(again) is bank.visit(to)
    assert len(bank.trades) == 1


def test_the_same_notice_counts_once_and_is_thanked_for_each_time(bank: Bank) -> None:
    order, _asked, to = going_to_pay(bank)
    said = bank.notice(bank.pay(to))
    assert [at_the_door(bank, said).status_code for _ in range(3)] == [200, 200, 200]
    assert at_the_door(bank, bank.notice(bank.visit(to))).status_code == 200
    assert state_of(order) == "paid"
    assert ProviderWord.objects.count() == 1
    assert order.steps.filter(state="paid").count() == 1
    assert_the_books_agree()


def test_a_failure_that_is_told_after_the_payment_changes_nothing(bank: Bank) -> None:
    order, _asked, to = going_to_pay(bank)
    trade = bank.visit(to)
    trade.state = "failed"
    failed = bank.notice(trade)
    trade.state = "paid"
    assert at_the_door(bank, bank.notice(trade)).status_code == 200
    assert at_the_door(bank, failed).status_code == 200
    assert state_of(order) == "paid"
    assert_the_books_agree()


def test_a_payment_that_is_told_after_a_failure_counts(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    trade = bank.visit(to)
    trade.state = "failed"
    at_the_door(bank, bank.notice(trade))
    asked.refresh_from_db()
    assert (asked.state, state_of(order)) == ("failed", "held")
    trade.state = "paid"
    at_the_door(bank, bank.notice(trade))
    assert state_of(order) == "paid"


def assert_nothing_changed(order: Order, answer: HttpResponse) -> None:
    assert 400 <= answer.status_code < 500, "the bank is told that it was not heard"
    assert answer.content != b"success" and b"SUCCESS" not in answer.content
    assert state_of(order) == "held"
    assert not ProviderWord.objects.exists()
    assert_the_books_agree()


def test_a_notice_that_another_signed_is_refused(bank: Bank) -> None:
    order, _asked, to = going_to_pay(bank)
    trade = bank.pay(to)
    bank.forges = True
    assert_nothing_changed(order, at_the_door(bank, bank.notice(trade)))
    bank.forges = False
    assert at_the_door(bank, bank.notice(trade)).status_code == 200, "control: its own is heard"


def test_another_amount_or_currency_is_refused_and_reported(
    bank: Bank, capfd: pytest.CaptureFixture[str]
) -> None:
    order, _asked, to = going_to_pay(bank)
    trade = bank.pay(to)
    said = bank.notice(trade, amount_fen=1)
    assert_nothing_changed(order, at_the_door(bank, said))
    foreign = bank.notice(trade, currency="usd" if bank.name == "stripe" else "USD")
    assert_nothing_changed(order, at_the_door(bank, foreign))
    said_in_log = capfd.readouterr().out
    assert "word_refused" in said_in_log and "wrong_amount" in said_in_log


def test_money_of_another_amount_is_left_to_a_person(
    bank: Bank, capfd: pytest.CaptureFixture[str]
) -> None:
    order, _asked, to = going_to_pay(bank)
    trade = bank.visit(to)
    trade.amount_fen = 1
    bank.pay(to)
    assert payment.reconcile(bank.name, now()) == []
    assert state_of(order) == "held"
    assert "word_not_heard" in capfd.readouterr().out


def test_a_payment_whose_notice_was_lost_is_found(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    assert payment.reconcile(bank.name, now()) == [], "not paid yet"
    trade = bank.pay(to)
    [heard] = payment.reconcile(bank.name, now())
    assert (heard.came, heard.number) == (Came.PAID, order.number)
    assert state_of(order) == "paid"
    assert payment.reconcile(bank.name, now()) == []
    assert at_the_door(bank, bank.notice(trade)).status_code == 200, "the notice comes after all"
    assert ProviderWord.objects.filter(payment=asked).count() == 1
    assert_the_books_agree()


def test_a_payment_that_came_after_the_hold_is_found_and_its_pieces_are_taken_again(
    bank: Bank,
) -> None:
    order, _asked, to = going_to_pay(bank)
    expiry.expire_holds(order.hold_until + timedelta(seconds=1))
    assert state_of(order) == "expired"
    bank.pay(to)
    [heard] = payment.reconcile(bank.name, now())
    assert heard.came is Came.TAKEN_AGAIN
    assert_the_books_agree()


def test_money_goes_back_once_however_often_it_is_asked(bank: Bank) -> None:
    _order, asked, to = going_to_pay(bank)
    at_the_door(bank, bank.notice(bank.pay(to)))
    asked.refresh_from_db()
    provider, key = providers.by_name(bank.name), uuid7()
    for _ in range(3):
        provider.refund(asked, 300, key)
    assert bank.refunded_fen(asked.reference) == 300
    provider.refund(asked, 200, uuid7())
    assert bank.refunded_fen(asked.reference) == 500
    with refused("provider_refused"):
        provider.refund(asked, asked.amount_fen, uuid7())
    assert bank.refunded_fen(asked.reference) == 500


def test_an_order_that_is_cancelled_gets_its_money_back(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    at_the_door(bank, bank.notice(bank.pay(to)))
    with transaction.atomic():
        cancel.cancel_order(number=order.number, now=now(), person_id=order.person_id)
    assert tasks.carry_out_refunds() == 1
    assert tasks.carry_out_refunds() == 0
    assert bank.refunded_fen(asked.reference) == 2 * PRICE_FEN
    assert state_of(order) == "refunded"
    assert_the_books_agree()


def test_a_refund_that_the_bank_did_not_make_is_not_called_done(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    at_the_door(bank, bank.notice(bank.pay(to)))
    cancel.cancel_order(number=order.number, now=now(), person_id=order.person_id)
    bank.refund_state = {"wechat": "ABNORMAL", "alipay": "stuck", "stripe": "failed"}[bank.name]
    assert tasks.carry_out_refunds() == 0
    assert state_of(order) == "cancelled"
    bank.refund_state = ""
    assert tasks.carry_out_refunds() == 1, "control: now it did"
    assert bank.refunded_fen(asked.reference) == asked.amount_fen


def test_a_bank_that_is_out_of_order_is_said_to_be_and_nothing_changes(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    bank.pay(to)
    bank.is_down = True
    with refused("provider_silent"):
        payment.reconcile(bank.name, now())
    assert tasks.reconcile() == 0, "the worker goes on"
    with refused("provider_silent"):
        providers.by_name(bank.name).refund(asked, 1, uuid7())
    assert state_of(order) == "held"
    bank.is_down = False
    assert tasks.reconcile() == 1
    assert state_of(order) == "paid"


def test_a_notice_about_a_payment_of_nobody_is_refused(bank: Bank) -> None:
    _order, asked, _to = going_to_pay(bank)
    stranger = Trade(uuid7(), asked.amount_fen, "cs_stranger", state="paid")
    answer = at_the_door(bank, bank.notice(stranger))
    assert answer.status_code == 404
    assert not ProviderWord.objects.exists()


def test_what_the_settings_do_not_say_is_named(bank: Bank) -> None:
    accounts = settings.PAYMENT_ACCOUNTS[bank.name]
    missing = next(iter(accounts))
    settings.PAYMENT_ACCOUNTS = {bank.name: {**accounts, missing: ""}}
    providers._registered.cache_clear()
    with pytest.raises(ImproperlyConfigured, match=f"FIRSTHAND_{bank.name}_{missing}".upper()):
        providers.by_name(bank.name)


def test_no_key_is_in_a_log(bank: Bank, capfd: pytest.CaptureFixture[str]) -> None:
    _order, _asked, to = going_to_pay(bank)
    at_the_door(bank, bank.notice(bank.pay(to)))
    bank.forges = True
    at_the_door(bank, bank.notice(bank.visit(to)))
    said = "".join(capfd.readouterr())
    assert "word_refused" in said, "control: something is said"
    for words in ("PRIVATE KEY", WeChatBank.API_KEY, StripeBank.KEY, StripeBank.SECRET):
        assert words not in said


def test_an_answer_that_another_signed_is_not_believed(bank: Bank) -> None:
    if isinstance(bank, StripeBank):
        return  # its answers are believed for their TLS: they carry no signature
    order, _asked, to = going_to_pay(bank)
    bank.pay(to)
    bank.forges = True
    with refused("provider_silent"):
        payment.reconcile(bank.name, now())
    assert state_of(order) == "held"


def test_the_bank_refuses_what_another_key_asks(bank: Bank, tmp_path: Path) -> None:
    """A control: the banks of these tests do look at our signatures."""
    order, _asked, to = going_to_pay(bank)
    bank.pay(to)
    thief = tmp_path / "thief"
    thief.write_text("sk_test_a_thiefs" if bank.name == "stripe" else private_pem("a thief"))
    account = settings.PAYMENT_ACCOUNTS[bank.name]
    settings.PAYMENT_ACCOUNTS = {bank.name: {**account, "key_file": str(thief)}}
    providers._registered.cache_clear()
    with pytest.raises(Refusal):
        payment.reconcile(bank.name, now())
    assert bank.badly_signed
    assert state_of(order) == "held"
