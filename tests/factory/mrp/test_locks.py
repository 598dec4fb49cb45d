"""Two who calculate at once, and one who calculates while others buy and finish."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from firsthand.factory import actions
from firsthand.factory.models import Peg, PurchaseOrder, WorkOrder
from firsthand.factory.mrp import purchasing
from firsthand.factory.mrp.actions import run_mrp
from firsthand.kit.errors import Refusal
from tests.factory.works import DAY, MONDAY, bought, new_kettle

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Run each in a thread and a transaction of its own; what went wrong."""
    faults: list[BaseException] = []
    begin = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> None:
        try:
            begin.wait()
            with transaction.atomic():
                act()
        except Refusal:
            pass
        except BaseException as fault:  # noqa: BLE001 - the thread's end is the test's matter
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_two_who_calculate_at_once_propose_once() -> None:
    for _ in range(3):
        new_kettle(lot_size=100)
    assert at_once(*[lambda: run_mrp(MONDAY)] * 3) == []
    assert WorkOrder.objects.count() == 3


def test_calculating_receiving_and_finishing_do_not_stop_one_another() -> None:
    shell = bought("shell", 1230, on_hand=40, lead_time_days=3)
    kettles = [new_kettle(lot_size=50, shell=shell) for _ in range(3)]
    with transaction.atomic():
        run_mrp(MONDAY)
    for day in range(3):
        lot = WorkOrder.objects.filter(part__sku=kettles[day], state="planned").latest("id")
        purchase = PurchaseOrder.objects.filter(
            part=shell, state__in=("planned", "ordered")
        ).first()
        acts: list[Callable[[], object]] = [
            lambda day=day: run_mrp(MONDAY + day * DAY),  # type: ignore[misc]
            lambda lot=lot: actions.finish_work_order(lot.number, 50, MONDAY),  # type: ignore[misc]
        ]
        if purchase:
            acts.append(
                lambda one=purchase: purchasing.receive_purchase(one.number, 1, MONDAY)  # type: ignore[misc]
            )
        assert at_once(*acts) == []
    with transaction.atomic():
        run_mrp(MONDAY + 3 * DAY)
    for peg in Peg.objects.exclude(from_work_order=None).select_related("from_work_order"):
        assert peg.from_work_order is not None
        assert peg.quantity <= peg.from_work_order.quantity
