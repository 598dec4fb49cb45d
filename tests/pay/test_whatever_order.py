"""A bank's words come twice, late, in the wrong order or not at all, between our own deeds.

Whatever comes of it: who has paid has his goods or his money, and never both or neither.
"""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from firsthand.kit.clock import now
from firsthand.order import tasks
from firsthand.order.actions import cancel, expiry
from firsthand.order.rules import may_become
from tests.pay.banks import Bank, Said
from tests.pay.test_providers import at_the_door, going_to_pay, state_of
from tests.shop import PRICE_FEN, assert_the_books_agree

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

DEEDS = ["paid", "paid", "failed", "cancel", "expire", "reconcile", "refunds"]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(st.sampled_from(DEEDS), min_size=2, max_size=7))
@example(["failed", "expire", "paid", "paid", "failed", "cancel", "paid"])
@example(["cancel", "paid", "failed", "refunds", "paid"])
@example(["expire", "pays unheard", "reconcile", "failed"])
def test_who_has_paid_has_his_goods_or_his_money(bank: Bank, deeds: list[str]) -> None:
    with transaction.atomic():
        _play(bank, deeds)
        transaction.set_rollback(True)


def _play(bank: Bank, deeds: list[str]) -> None:
    order, asked, to = going_to_pay(bank)
    trade = bank.visit(to)
    trade.state = "failed"
    failed = bank.notice(trade)
    trade.state = "open"
    paid: Said | None = None
    for deed in deeds:
        if deed in ("paid", "pays unheard"):
            if paid is None:
                trade.state = "paid"
                paid = bank.notice(trade)
            if deed == "paid":
                assert at_the_door(bank, paid).status_code == 200
        elif deed == "failed":
            assert at_the_door(bank, failed).status_code == 200
        elif deed == "cancel" and may_become(state_of(order), "cancelled"):
            with transaction.atomic():
                cancel.cancel_order(number=order.number, now=now(), person_id=order.person_id)
        elif deed == "expire":
            with transaction.atomic():
                expiry.expire_order(order.number, order.hold_until)
        elif deed == "reconcile":
            tasks.reconcile()
        elif deed == "refunds":
            tasks.carry_out_refunds()
    tasks.reconcile()  # it hears what no notice told, and carries out what is to go back
    went_back = bank.refunded_fen(asked.reference)
    if paid is None:
        assert state_of(order) in ("held", "cancelled", "expired")
        assert went_back == 0
    else:
        assert (state_of(order), went_back) in (("paid", 0), ("refunded", 2 * PRICE_FEN))
    assert_the_books_agree()
