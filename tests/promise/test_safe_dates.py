"""Days that are safe in nearly all futures, and alarms that do not go on and off."""

import threading
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from firsthand.catalogue.models import Sku
from firsthand.factory import store as factory_store
from firsthand.factory.models import Plan, PlannedLot, PlanRun, Plant, WorkOrder
from firsthand.factory.planning import tasks as planning_tasks
from firsthand.kit import clock, outbox
from firsthand.promise import actions, store, tasks
from firsthand.promise.models import Rung
from firsthand.promise.rules import PLAN, Coming, Given, Handling, Ladder, alarm, ladder
from firsthand.stock import store as stock
from tests.factory.works import DAY, HOUR, MONDAY, ask_for, finish, new_kettle, plan_at
from tests.promise.ladders import (
    THURSDAY,
    buy,
    ladder_of,
    rebuild,
)

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 11, 25)
DEC = date(2026, 12, 1)
UNTIL = DEC + timedelta(days=60)


def dated(order: WorkOrder, *, likely: timedelta, safe: timedelta) -> None:
    """The futures of the plan in force say so of a lot, so much later than the plan itself."""
    lot = PlannedLot.objects.get(plan__in_force=True, work_order=order)
    lot.likely_at, lot.safe_at = lot.done_at + likely, lot.done_at + safe
    lot.save()


def alarms(since: int = 0) -> list[str]:
    """What was told of promises, without the changes of ladders."""
    news = outbox.after(actions.FEED, since)
    return [one.name for one in news if not one.name.startswith("ladder_changed")]


def test_a_day_is_offered_that_is_safe_and_not_the_plans_own() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)  # done on Monday: it would ship on Wednesday
    dated(order, likely=timedelta(), safe=1 * DAY)
    rebuild()
    assert ladder_of(kettle) == [(THURSDAY, PLAN, 100)]


def test_a_given_promise_is_at_risk_only_when_its_day_becomes_unlikely() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild()
    buy(kettle, 30, WEDNESDAY, PLAN)
    # Not safe any more: no new promise for Wednesday, but nobody is alarmed.
    dated(order, likely=timedelta(), safe=1 * DAY)
    rebuilt = rebuild()
    assert (rebuilt.at_risk, rebuilt.in_doubt) == (0, 30)
    assert ladder_of(kettle) == [(THURSDAY, PLAN, 70)] and alarms() == []
    # Not likely any more: now it is told, while Wednesday is still to come.
    dated(order, likely=1 * DAY, safe=2 * DAY)
    assert rebuild().at_risk == 30
    assert alarms() == ["promise_at_risk.v1"]
    # Likely again, but not safe: it stays as it is. Safe again: it is over.
    dated(order, likely=timedelta(), safe=1 * DAY)
    assert rebuild().at_risk == 30
    dated(order, likely=timedelta(), safe=timedelta())
    assert rebuild().at_risk == 0
    assert alarms() == ["promise_at_risk.v1", "promise_safe.v1"]


def test_dates_that_waver_from_plan_to_plan_raise_one_alarm() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild()
    buy(kettle, 30, WEDNESDAY, PLAN)
    for turn in range(6):
        dated(order, likely=(turn % 2) * DAY, safe=1 * DAY)
        rebuild()
    assert alarms() == ["promise_at_risk.v1"]


def test_a_lot_that_does_not_come_is_told_before_the_day_is_over() -> None:
    # Nobody finishes the lot, and no new plan is made: the hours pass, and the ladder sees it.
    kettle = new_kettle()
    ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild()
    buy(kettle, 30, WEDNESDAY, PLAN)
    told = None
    for hours in range(96):
        now = MONDAY + hours * HOUR
        if rebuild(now=now).at_risk and told is None:
            told = now
    # An hour before it is Tuesday in Shanghai: then the two working days for packing are not left.
    assert told == MONDAY + 15 * HOUR


days = st.integers(0, 12).map(lambda number: DEC + timedelta(days=number))
lots = st.lists(st.tuples(days, st.integers(1, 30), st.integers(0, 4)), max_size=5).map(
    lambda rows: [
        Coming(when, pieces, at, max(DEC, when - timedelta(days=sooner)))
        for at, (when, pieces, sooner) in enumerate(rows, 1)
    ]
)
promises = st.lists(st.tuples(days, st.integers(1, 30)), max_size=5).map(
    lambda rows: [Given(when, PLAN, pieces) for when, pieces in rows]
)


@settings_of(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(lots, promises, st.integers(0, 20))
def test_what_is_likely_only_calms_and_never_offers_more(
    coming: list[Coming], given_: list[Given], stock_: int
) -> None:
    def of(lots: list[Coming]) -> Ladder:
        return ladder(stock=stock_, coming=lots, given=given_, from_stock=DEC, until=UNTIL)

    found = of(coming)
    surely = of([lot._replace(likely_by=None) for lot in coming])
    assert found.free == surely.free and found.in_doubt == surely.at_risk
    assert sum(found.at_risk.values()) <= sum(found.in_doubt.values())
    assert surely.needed <= found.needed
    # Whoever is told of a risk was promised so many pieces at least.
    told = alarm(dict.fromkeys(found.in_doubt, 99), found.at_risk, found.in_doubt)
    promised: dict[tuple[date, str], int] = {}
    for one in given_:
        key = (one.ship_by, one.source)
        promised[key] = promised.get(key, 0) + one.quantity
    assert all(pieces <= promised[key] for key, pieces in told.items())


@given(lots, promises, st.integers(0, 20))
def test_every_lot_is_due_for_the_first_promise_that_stands_on_it(
    coming: list[Coming], given_: list[Given], stock_: int
) -> None:
    due = ladder(stock=stock_, coming=coming, given=given_, from_stock=DEC, until=UNTIL).due
    there = stock_ + sum(lot.quantity for lot in coming if lot.work_order_id in due)
    wanted = sum(one.quantity for one in given_)
    everything = stock_ + sum(lot.quantity for lot in coming)
    assert there >= min(wanted, everything)  # they are enough, if all lots are
    assert set(due.values()) <= {one.ship_by for one in given_}
    earliest = sorted(coming)[: len(due)]  # and it is the earliest lots that are taken
    assert {lot.ship_by for lot in coming if lot.work_order_id in due} == {
        lot.ship_by for lot in earliest
    }


@given(st.integers(0, 40), st.integers(0, 5), st.booleans())
def test_a_lot_that_is_done_by_then_ships_by_the_day_and_a_second_later_it_does_not(
    number: int, plan_days: int, weekends: bool
) -> None:
    handling = Handling(plan_days=plan_days, works_on_weekends=weekends, stock_days=0)
    ship_by = handling.after(DEC + timedelta(days=number), 0)
    long_ago = MONDAY - 30 * DAY
    last = handling.done_by(ship_by)
    assert handling.ships_from_plan(last, long_ago) <= ship_by
    assert handling.ships_from_plan(last + timedelta(seconds=1), long_ago) > ship_by


@given(st.integers(0, 6), st.integers(0, 3), st.integers(0, 2), st.integers(0, 59))
def test_a_lot_that_never_comes_is_at_risk_before_its_day_is_over(
    weekday: int, plan_days: int, stock_days: int, minute: int
) -> None:
    # Whatever the handling takes, even no time at all, and whenever in the hour somebody looks.
    handling = Handling(plan_days=plan_days, stock_days=stock_days)
    done_at = MONDAY + weekday * DAY + 3 * HOUR
    ship_by = handling.ships_from_plan(done_at, done_at - DAY)
    look = done_at + timedelta(minutes=minute)
    while handling.ships_from_plan(done_at, look) <= ship_by:
        look += HOUR
    assert handling.today(look) <= ship_by


def test_the_factory_is_told_by_when_lots_must_be_done_and_plans_by_it() -> None:
    kettle, other = new_kettle(), new_kettle()
    promised = ask_for(kettle, 300, due=MONDAY + 20 * DAY)
    rival = ask_for(other, 300, due=MONDAY + 5 * DAY)
    plan_at(MONDAY)
    rebuild()
    [(first, _source, _free)] = ladder_of(kettle)
    buy(kettle, 1, first, PLAN)
    assert rebuild().lots == 1
    assert rebuild().lots == 0  # it knows
    promised.refresh_from_db()
    rival.refresh_from_db()
    assert promised.promised_due_at == store.handling().done_by(first)
    assert promised.due_at == MONDAY + 20 * DAY and rival.promised_due_at is None
    # What nobody waits for gives way: the lot with the promise goes first now.
    WorkOrder.objects.filter(pk=rival.pk).update(due_at=MONDAY + 19 * DAY)
    Plant.objects.update(frozen_minutes=0)
    plan_at(MONDAY - HOUR)
    done = {one.work_order_id: one.done_at for one in factory_store.completions()}
    assert done[promised.pk] < done[rival.pk]


def test_what_was_promised_and_given_back_presses_nobody_any_more() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild()
    buy(kettle, 5, WEDNESDAY, PLAN)
    rebuild()
    Rung.objects.update(taken=0)
    with transaction.atomic():
        stock.lock_on_offer([kettle.pk])
        stock.transfer(debit="on_offer", credit="held", quantities={kettle.pk: 5}, cause="test")
    rebuild()
    order.refresh_from_db()
    assert order.promised_due_at is None


def test_a_burst_of_promises_has_a_plan_made_and_a_single_one_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kettles = [new_kettle() for _ in range(5)]
    for kettle in kettles:
        ask_for(kettle, 10)
    plan_at(MONDAY)
    rebuild()
    for number, kettle in enumerate(kettles):
        [(day, source, _free)] = ladder_of(kettle)
        buy(kettle, 1, day, source)
        if number == 0:
            assert tasks.follow_promises().lots == 1 and not PlanRun.objects.exists()
    monkeypatch.setattr(settings, "REPLAN_BURST_LOTS", 4)
    assert tasks.follow_promises().lots == 4
    assert PlanRun.objects.get().reason == "orders"


def test_a_lot_that_was_finished_later_than_was_safe_has_a_plan_made() -> None:
    now = clock.now()
    soon, late = ask_for(new_kettle(), 10), ask_for(new_kettle(), 10)
    plan_at(MONDAY - 7 * DAY)
    tasks.follow()
    PlannedLot.objects.filter(work_order=soon).update(safe_at=now + DAY)
    PlannedLot.objects.filter(work_order=late).update(
        done_at=MONDAY - 6 * DAY, likely_at=MONDAY - 6 * DAY, safe_at=MONDAY - 6 * DAY
    )
    finish(soon, now=now)
    tasks.follow()
    assert not PlanRun.objects.exists()
    finish(late, now=now)
    tasks.follow()
    assert PlanRun.objects.get().reason == "late"


def test_the_night_proposes_and_plans_and_the_ladders_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "PLAN_SOLVER", "atcs")
    monkeypatch.setattr(settings, "PLAN_SECONDS", 0.2)
    kettle = new_kettle(lot_size=50)
    tasks.plan_the_night()
    run = PlanRun.objects.get()
    assert (run.reason, run.state) == ("nightly", "waiting")
    planning_tasks.run_plan()
    tasks.follow()
    tasks.rebuild_all()
    [(_day, source, free)] = ladder_of(kettle, clock.now().date())
    assert (source, free) == ("plan", 50)


def _buyers(kettles: list[Sku], stop: threading.Event, sold: list[tuple[int, date, str]]) -> None:
    """Buyers who press one after the other, each for one piece of what comes first."""
    try:
        turn = 0
        while not stop.is_set():
            kettle = kettles[turn % len(kettles)]
            turn += 1
            with transaction.atomic():
                stock.lock_on_offer([kettle.pk])
                rungs = store.ladders([kettle.pk], date(2026, 11, 23))[kettle.pk]
                if not rungs:
                    continue
                goods = {kettle.pk: 1}
                stock.transfer(debit="on_offer", credit="planned", quantities=goods, cause="test")
                stock.transfer(debit="held", credit="on_offer", quantities=goods, cause="test")
                rung = rungs[0]
                store.take({(kettle.pk, rung.ship_by, rung.source): 1})
                sold.append((kettle.pk, rung.ship_by, rung.source))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_plans_are_swapped_in_under_a_burst_and_no_promise_is_lost_or_given_twice() -> None:
    kettles = [new_kettle() for _ in range(3)]
    orders = [ask_for(kettle, 60 + 20 * at) for at, kettle in enumerate(kettles)]
    plan_at(MONDAY)
    rebuild()
    stop, sold = threading.Event(), list[tuple[int, date, str]]()
    # Each buyer hears of his promise only after the commit: what he noted before is checked.
    burst = [threading.Thread(target=_buyers, args=(kettles, stop, sold)) for _ in range(2)]
    for one in burst:
        one.start()
    for turn in range(6):
        for at, order in enumerate(orders):
            later = MONDAY + (turn % 3) * at * DAY
            WorkOrder.objects.filter(pk=order.pk).update(release_at=later)
        plan_at(MONDAY - HOUR, solver=("edd", "spt", "fifo")[turn % 3])
        rebuild()
    stop.set()
    for one in burst:
        one.join(10)
    rebuild()
    assert Plan.objects.count() == 7 and len(sold) > 20
    taken = {
        (rung.sku_id, rung.ship_by, rung.source): rung.taken
        for rung in Rung.objects.filter(taken__gt=0)
    }
    assert taken == {place: sold.count(place) for place in set(sold)}
    for kettle, order in zip(kettles, orders, strict=True):
        rungs = Rung.objects.filter(sku=kettle)
        promised = sum(rung.taken for rung in rungs)
        assert promised + sum(rung.quantity - rung.taken for rung in rungs) <= order.quantity
        assert promised <= order.quantity
    states = set(WorkOrder.objects.values_list("state", flat=True))
    assert states <= {"firm", "released"}  # what was promised from will be made
