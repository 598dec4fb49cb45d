"""What was promised is told down to the factory, with its days, and no rung outlives its lot."""

from datetime import date, datetime

import pytest
from django.db import transaction

from firsthand.factory.models import Peg, WorkOrder
from firsthand.promise import requirements
from tests.factory.works import DAY, MONDAY, new_kettle, plan_at
from tests.promise.ladders import buy, ladder_of, rebuild, receive

pytestmark = pytest.mark.django_db


def plan_requirements(now: datetime = MONDAY) -> None:
    with transaction.atomic():
        requirements.plan_requirements(now)


def test_a_promise_is_told_with_the_day_by_which_it_must_be_made() -> None:
    kettle = new_kettle(lot_size=50)
    plan_requirements()
    plan_at(MONDAY)
    rebuild([kettle])
    [(day, source, _free)] = ladder_of(kettle)
    buy(kettle, 20, day, source)
    [told] = requirements.promised()
    assert (told.sku_id, told.ship_by, told.quantity) == (kettle.pk, day, 20)
    assert told.ready_by < day  # two working days for the last test, packing and the way
    plan_requirements()
    pegged = Peg.objects.filter(for_ship_by=day)
    assert sum(one.quantity for one in pegged) == 20
    lot = WorkOrder.objects.get(state="firm")
    assert [one.from_work_order_id for one in pegged] == [lot.pk]


def test_where_a_lot_goes_its_rung_goes_in_the_same_moment() -> None:
    kettle, sunday = new_kettle(lot_size=50), MONDAY - DAY  # nothing has begun
    plan_requirements(sunday)
    plan_at(sunday)
    rebuild([kettle], sunday)
    assert ladder_of(kettle)
    receive(kettle, 80)  # found in a corner: more than base stock
    plan_requirements(sunday)
    assert not WorkOrder.objects.exists()
    assert {source for _day, source, _free in ladder_of(kettle)} == {"stock"}


def test_whoever_looks_sees_what_would_be_done() -> None:
    new_kettle(lot_size=50)
    days, _problem, result = requirements.look(MONDAY)
    assert days.today == date(2026, 11, 23)
    assert [one.quantity for one in result.planned] == [50] and not WorkOrder.objects.exists()
