"""What the clock asks for, and what an action left to do, is done by a real worker process."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from firsthand.kit.clock import now
from firsthand.order.actions import cancel
from firsthand.order.models import Order
from firsthand.pay.models import SandboxCharge
from tests.conftest import OpenRole
from tests.shop import PRICE_FEN, assert_the_books_agree, held, kettle, paid, people, webhook

pytestmark = pytest.mark.timeout(120)

PATIENCE_SECONDS = 60


def wait_for(what: Callable[[], bool]) -> None:
    too_late = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < too_late, "the worker did not come round"
        time.sleep(0.1)


def state(order: Order) -> str:
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


def test_a_worker_expires_allocates_reconciles_and_sends_money_back(open_role: OpenRole) -> None:
    offer = kettle(stock=9)
    late, done, given_up, lost = people(4)
    overdue = held(late, offer, at=now() - timedelta(minutes=16))
    to_ship = paid(done, offer)
    cancelled = paid(given_up, offer)
    with transaction.atomic():
        cancel.cancel_order(number=cancelled.number, now=now(), person_id=None)
    unheard = held(lost, offer)
    webhook(unheard)  # the bank has the money, and its webhook is lost
    open_role("worker")
    wait_for(lambda: state(overdue) == "expired")
    wait_for(lambda: state(to_ship) == "ready")
    wait_for(lambda: state(cancelled) == "refunded")
    assert SandboxCharge.objects.order_by("id")[1].refunded_fen == PRICE_FEN
    wait_for(lambda: state(unheard) in ("paid", "ready"))
    assert_the_books_agree()
