"""What the worker does: ladders follow the factory, each piece of news used once."""

import json

import pytest
from django.db import connection, transaction

from firsthand.factory import actions as factory
from firsthand.factory import tasks as factory_tasks
from firsthand.factory.models import Plan, WorkOrder
from firsthand.kit import clock
from firsthand.promise import tasks
from firsthand.promise.models import Rung
from tests.factory.works import DAY, MONDAY, ask_for, finish, new_kettle, plan_at
from tests.promise.ladders import ladder_of, receive

pytestmark = pytest.mark.django_db


def waiting() -> list[dict[str, object]]:
    """The rebuildings that wait in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select args from procrastinate_jobs where task_name = 'promise.rebuild' order by id"
        )
        return [json.loads(args) for (args,) in cursor.fetchall()]


def test_a_new_plan_has_all_ladders_rebuilt_and_a_finished_lot_its_own() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)
    tasks.follow()
    assert waiting() == [{"sku_ids": None}]
    tasks.follow()
    assert len(waiting()) == 1  # nothing is new
    finish(order)
    tasks.follow()
    assert waiting()[1:] == [{"sku_ids": [kettle.pk]}]


def test_news_that_was_read_by_one_who_then_died_is_read_again() -> None:
    ask_for(new_kettle(), 100)
    plan_at(MONDAY)
    with transaction.atomic():
        tasks.follow()
        transaction.set_rollback(True)  # the power fails
    assert waiting() == []
    tasks.follow()
    assert waiting() == [{"sku_ids": None}]


def test_ladders_are_built_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "SKUS_AT_ONCE", 2)
    kettles = [new_kettle() for _ in range(5)]
    for kettle in kettles:
        receive(kettle, 3)
    assert tasks.rebuild_all()[:3] == (5, 5, 0)
    assert Rung.objects.count() == 5
    assert tasks.rebuild_all([kettles[0].pk])[:3] == (1, 0, 0)


def test_planning_anew_proposes_plans_and_promises() -> None:
    kettle = new_kettle(lot_size=50)
    plan_id, rebuilt = tasks.plan_anew(propose=True, seconds=0.2)
    assert Plan.objects.get(in_force=True).pk == plan_id
    assert rebuilt.changed == 1
    [(_day, source, free)] = ladder_of(kettle, clock.now().date())
    assert (source, free) == ("plan", 50)


def test_a_floor_that_reports_nothing_is_taken_to_follow_its_plan() -> None:
    now = clock.now()
    first = ask_for(new_kettle(), 100, release=now - 20 * DAY, due=now)
    second = ask_for(new_kettle(), 1, release=now + DAY, due=now + 2 * DAY)
    plan_at(now - 20 * DAY)
    assert factory_tasks.finish_what_is_due() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (WorkOrder.State.FINISHED, WorkOrder.State.PLANNED)
    assert factory_tasks.finish_what_is_due() == 0


def test_the_workers_plan_is_put_in_force() -> None:
    ask_for(new_kettle(), 100)
    plan_id = factory_tasks.replan()
    assert Plan.objects.get(in_force=True).pk == plan_id
    assert factory.FEED == "factory"
