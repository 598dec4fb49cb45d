"""What upsets a plan is noted and told, and the house plans anew."""

import pytest
from django.db import transaction

from firsthand.factory import actions, upsets
from firsthand.factory.models import Downtime, PlanRun, PurchaseOrder
from firsthand.factory.mrp import purchasing
from firsthand.kit import outbox
from firsthand.promise import tasks
from tests.factory.works import DAY, HOUR, MONDAY, ask_for, bought, new_kettle, plan_at, refused

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    """What the factory told."""
    return [news.name for news in outbox.after(actions.FEED, 0)]


def test_a_machine_that_is_down_is_told_and_has_one_plan_made() -> None:
    ask_for(new_kettle(), 100)
    plan_at(MONDAY)
    for hours in (2, 5):  # it takes longer than was thought
        with transaction.atomic():
            upsets.machine_is_down(
                work_centre="smt", machine=1, starts_at=MONDAY, ends_at=MONDAY + hours * HOUR
            )
    assert Downtime.objects.get().ends_at == MONDAY + 5 * HOUR
    assert told()[1:] == ["machine_down.v1"] * 2
    tasks.follow()
    assert PlanRun.objects.get().reason == "downtime"
    tasks.follow()
    assert PlanRun.objects.count() == 1


def test_a_machine_works_again_sooner_and_what_never_came_is_forgotten() -> None:
    new_kettle()
    with transaction.atomic():
        row, later = (
            upsets.machine_is_down(
                work_centre="smt", machine=None, starts_at=at, ends_at=at + 5 * HOUR
            )
            for at in (MONDAY, MONDAY + DAY)
        )
        upsets.machine_works_again(row.pk, MONDAY + HOUR)
        upsets.machine_works_again(later.pk, MONDAY + HOUR)
    assert Downtime.objects.get().ends_at == MONDAY + HOUR
    with refused("downtime_over"):
        upsets.machine_works_again(row.pk, MONDAY + 2 * HOUR)
    with refused("no_such_downtime"):
        upsets.machine_works_again(0, MONDAY)


def test_machines_that_are_not_there_and_times_that_make_no_sense_are_refused() -> None:
    new_kettle()
    for centre, machine in (("nowhere", 1), ("smt", 2), ("smt", 0)):
        with refused("no_such_machine"):
            upsets.machine_is_down(
                work_centre=centre, machine=machine, starts_at=MONDAY, ends_at=MONDAY + HOUR
            )
    with refused("ends_before_it_starts"):
        upsets.machine_is_down(work_centre="smt", machine=1, starts_at=MONDAY, ends_at=MONDAY)


def test_a_purchase_that_comes_later_is_told_and_one_that_comes_sooner_is_not() -> None:
    ask_for(new_kettle(), 100)
    plan_at(MONDAY)
    order = PurchaseOrder.objects.create(
        number="P1", part=bought("chip", 1), quantity=10, order_at=MONDAY, due_at=MONDAY + 5 * DAY
    )
    with transaction.atomic():
        purchasing.purchase_comes("P1", MONDAY + 4 * DAY, MONDAY)
        assert told() == ["plan_put_in_force.v1"]
        purchasing.purchase_comes("P1", MONDAY + 9 * DAY, MONDAY)
    order.refresh_from_db()
    assert order.due_at == MONDAY + 9 * DAY and told()[1:] == ["purchase_delayed.v1"]
    tasks.follow()
    assert PlanRun.objects.get().reason == "purchase"
    PurchaseOrder.objects.update(state="received")
    with refused("purchase_over"):
        purchasing.purchase_comes("P1", MONDAY, MONDAY)
    with refused("no_such_purchase"):
        purchasing.purchase_comes("P2", MONDAY, MONDAY)
