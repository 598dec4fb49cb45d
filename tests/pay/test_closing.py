"""What nobody waits for any more is closed at its provider, so that no money comes for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from firsthand.kit.clock import now
from firsthand.kit.errors import Busy
from firsthand.order.actions import cancel, expiry, payment
from firsthand.order.actions.payment import Came
from firsthand.order.models import Order
from firsthand.pay import actions as pay
from firsthand.pay import sandbox, tasks
from firsthand.pay.models import Payment, SandboxCharge
from tests.pay.banks import AlipayBank, Bank
from tests.pay.test_providers import at_the_door, going_to_pay, state_of
from tests.shop import assert_the_books_agree, held, kettle, people, refused, webhook

pytestmark = pytest.mark.django_db


def left_to_the_worker() -> list[int]:
    """The payments that the worker is to close, taken off his list."""
    jobs = ProcrastinateJob.objects.filter(task_name="pay.close_payments").order_by("id")
    return [payment_id for job in jobs for payment_id in job.args["payment_ids"]]


def time_is_up(order: Order) -> None:
    """Nobody paid in time, and the worker comes round."""
    assert expiry.expire_holds(order.hold_until) == 1


def test_an_order_that_expires_leaves_nothing_open_at_its_bank(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    trade = bank.visit(to)
    time_is_up(order)
    assert left_to_the_worker() == [asked.pk]
    assert trade.state == "open", "a bank is not asked with rows locked"
    assert tasks.close_payments([asked.pk]) == 1
    assert trade.state == "closed"
    with pytest.raises(AssertionError, match="nobody can pay this"):
        bank.pay(to)
    assert tasks.close_payments([asked.pk]) == 1, "closing twice closes once"
    assert bank.badly_signed == []


def test_one_who_was_quicker_has_paid_and_is_heard(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    trade = bank.pay(to)
    time_is_up(order)
    tasks.close_payments([asked.pk])
    assert trade.state == "paid"
    assert at_the_door(bank, bank.notice(trade)).status_code == 200
    assert state_of(order) == "paid", "late, and the pieces were still there"
    assert_the_books_agree()


def test_reconciliation_hears_of_the_quicker_one_when_no_webhook_does(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    bank.pay(to)
    cancel.cancel_order(number=order.number, now=now(), person_id=order.person_id)
    tasks.close_payments([asked.pk])
    assert [heard.came for heard in payment.reconcile(bank.name, now())] == [Came.SENT_BACK]
    assert_the_books_agree()


def test_what_is_paid_by_the_time_the_worker_comes_is_not_asked_about(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    trade = bank.pay(to)
    time_is_up(order)
    at_the_door(bank, bank.notice(trade))
    asked_before = len(bank.asked)
    assert tasks.close_payments([asked.pk]) == 0
    assert len(bank.asked) == asked_before


def test_what_its_payer_never_came_for_is_closed_without_ado(bank: Bank) -> None:
    [ann] = people(1)
    order = held(ann, kettle(stock=1))
    asked = payment.start_payment(
        number=order.number, person_id=ann.pk, provider=bank.name, now=now()
    )
    time_is_up(order)
    assert tasks.close_payments([asked.pk]) == 1
    assert bank.badly_signed == []


def test_a_bank_that_is_out_of_order_is_asked_again_and_keeps_no_other_open(bank: Bank) -> None:
    first, asked, to = going_to_pay(bank)
    trade = bank.visit(to)
    [bob] = people(1)
    other = held(bob, kettle(stock=1))
    webhook(other, "refuse")
    for order in (first, other):
        cancel.cancel_order(number=order.number, now=now(), person_id=order.person_id)
    bank.is_down = True
    if isinstance(bank, AlipayBank):
        assert trade.state == "open"
    with pytest.raises(Busy):
        tasks.close_payments(left_to_the_worker())
    assert SandboxCharge.objects.get().state == "closed"
    assert trade.state == "open"
    bank.is_down = False
    assert tasks.close_payments(left_to_the_worker()) == 2
    assert trade.state == "closed"
    assert asked.pk in left_to_the_worker()


def test_who_goes_to_another_bank_has_nothing_open_at_the_first(bank: Bank) -> None:
    order, asked, to = going_to_pay(bank)
    trade = bank.visit(to)
    payment.start_payment(
        number=order.number, person_id=order.person_id, provider="sandbox", now=now()
    )
    assert left_to_the_worker() == [asked.pk]
    tasks.close_payments([asked.pk])
    assert trade.state == "closed"


def test_no_commit_no_job() -> None:
    [ann] = people(1)
    order = held(ann, kettle(stock=1))
    webhook(order)
    with transaction.atomic():
        expiry.expire_holds(order.hold_until)
        assert left_to_the_worker()
        transaction.set_rollback(True)
    assert left_to_the_worker() == []


def test_the_sandbox_takes_no_money_for_what_is_closed() -> None:
    [ann] = people(1)
    order = held(ann, kettle(stock=1))
    webhook(order, "refuse")
    [asked] = Payment.objects.all()
    time_is_up(order)
    tasks.close_payments(left_to_the_worker())
    with refused("charge_closed"):
        sandbox.decide(asked.reference, "pay", now())
    assert [*sandbox.Sandbox().paid_since(now() - timedelta(days=1))] == []


def test_an_order_that_was_paid_has_nothing_to_close() -> None:
    [ann] = people(1)
    order = held(ann, kettle(stock=1))
    expiry.expire_holds(order.hold_until)
    assert left_to_the_worker() == [], "nobody went to pay"


def test_a_page_that_is_soon_no_good_is_closed_and_another_is_opened() -> None:
    """The balance of a pre-sale waits for days; a bank's page is good for half an hour."""
    words: dict[str, Any] = {"purpose": "order:1", "amount_fen": 100, "provider": "sandbox"}
    first = pay.open_payment(**words)
    assert pay.open_payment(**words) == first
    Payment.objects.filter(pk=first.pk).update(opened_at=now() - pay.GOOD_FOR)
    second = pay.open_payment(**words)
    assert second != first
    assert left_to_the_worker() == [first.pk]
    first.refresh_from_db()
    assert (first.state, second.state) == ("cancelled", "open")
