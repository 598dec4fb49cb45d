"""What a house with a long past asks often is found by index: no question reads a table whole.

In the test's small tables PostgreSQL would rather read them whole, so that is forbidden to it:
a plan which does so all the same has no index to go by.
"""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import QuerySet

from firsthand.kit.clock import now
from firsthand.order import store
from firsthand.order.models import Order
from firsthand.pay.models import Payment, Refund, SandboxCharge

pytestmark = pytest.mark.django_db

Asked = Callable[
    [], "QuerySet[Order] | QuerySet[Payment] | QuerySet[Refund] | QuerySet[SandboxCharge]"
]

OFTEN: dict[str, Asked] = {
    "the order of a number": lambda: Order.objects.filter(number="7KQ2M9XWPC4D"),
    "the orders of a person": lambda: Order.objects.filter(person_id=7),
    "the payments of an order": lambda: Payment.objects.filter(purpose="order:7KQ2M9XWPC4D"),
    "what the bank was paid lately": lambda: SandboxCharge.objects.filter(
        state=SandboxCharge.State.PAID, decided_at__gte=now() - timedelta(hours=1)
    ),
    "refunds to carry out": lambda: Refund.objects.filter(done_at=None).order_by("id"),
}


@pytest.fixture(autouse=True)
def _by_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")


@pytest.mark.parametrize("name", OFTEN)
def test_pages_and_jobs_go_by_index(name: str) -> None:
    assert "Seq Scan" not in OFTEN[name]().explain()


def test_a_press_picks_what_counts_within_the_index() -> None:
    connection.ensure_connection()
    words = {"person_ids": [7], "offer_ids": [9], "since": now()}
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("set local enable_bitmapscan = off")
        cursor.execute(b"explain " + store._SQL.statements["bought"], words)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using one_order_a_press" in plan
    assert "Seq Scan" not in plan
