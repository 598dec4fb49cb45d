"""Ladders in the tables: built on stock and plan, rebuilt without losing a promise."""

import threading
from collections.abc import Collection
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.catalogue.models import Sku
from firsthand.factory import actions as factory
from firsthand.factory.models import WorkOrder
from firsthand.kit import outbox
from firsthand.promise import actions, store
from firsthand.promise.models import Backing, HandlingPolicy, Rung, SpecialDay
from firsthand.promise.rules import PLAN, STOCK
from firsthand.promise.store import Goods, RungRow
from firsthand.stock import store as stock
from tests.factory.works import (
    DAY,
    HOUR,
    MONDAY,
    ask_for,
    finish,
    new_kettle,
    plan_at,
    refused,
)
from tests.promise.ladders import (
    FRIDAY,
    THURSDAY,
    TUESDAY,
    buy,
    give_up,
    ladder_of,
    rebuild,
    receive,
    rungs_of,
    ship,
)

pytestmark = pytest.mark.django_db


def test_stock_is_the_first_rung_and_the_plan_brings_the_next() -> None:
    kettle = new_kettle()
    receive(kettle, 10)
    order = ask_for(kettle, 300)
    plan_at(MONDAY)  # it is done on Tuesday; two working days later it can have shipped
    assert rebuild([kettle])[:3] == (1, 1, 0)
    assert ladder_of(kettle) == [(TUESDAY, STOCK, 10), (THURSDAY, PLAN, 300)]
    assert store.free([kettle.pk], TUESDAY) == {kettle.pk: 310}
    assert store.work_orders_behind(kettle.pk, THURSDAY) == [order.pk]


def test_an_order_is_quoted_the_first_day_on_which_all_of_it_ships() -> None:
    kettle = new_kettle()
    receive(kettle, 10)
    ask_for(kettle, 300)
    plan_at(MONDAY)
    rebuild()
    today = date(2026, 11, 23)
    assert store.quote(kettle.pk, 10, today) == (TUESDAY, STOCK)
    assert store.quote(kettle.pk, 11, today) == (THURSDAY, PLAN)
    assert store.quote(kettle.pk, 301, today) is None
    assert store.quote(kettle.pk, 1, THURSDAY) == (THURSDAY, PLAN)  # days that are over are over


def test_what_is_taken_is_promised_to_nobody_else() -> None:
    kettle = new_kettle()
    receive(kettle, 10)
    rebuild()
    buy(kettle, 4, TUESDAY, STOCK)
    assert ladder_of(kettle) == [(TUESDAY, STOCK, 6)]
    assert rebuild()[:3] == (1, 0, 0)  # and rebuilding finds the same
    assert rungs_of(kettle) == [(TUESDAY, STOCK, 10, 4, 0)]
    with pytest.raises(IntegrityError, match="no_overpromising"), transaction.atomic():
        store.take({(kettle.pk, TUESDAY, STOCK): 7})


def test_rungs_that_are_not_there_cannot_be_taken_from() -> None:
    kettle = new_kettle()
    with pytest.raises(AssertionError, match="rungs that are not there"), transaction.atomic():
        store.take({(kettle.pk, TUESDAY, STOCK): 1})


def test_promising_from_a_lot_makes_it_firm_and_it_cannot_be_called_off() -> None:
    kettle = new_kettle()
    soon, later = ask_for(kettle, 100), ask_for(kettle, 700, due=MONDAY + 9 * DAY)
    plan_at(MONDAY)
    rebuild()
    [(first, _, _), (second, _, _)] = ladder_of(kettle)
    assert first < second
    buy(kettle, 1, first, PLAN)
    assert WorkOrder.objects.get(pk=soon.pk).state == WorkOrder.State.FIRM
    assert WorkOrder.objects.get(pk=later.pk).state == WorkOrder.State.PLANNED
    with refused("work_order_firm"):
        factory.cancel_work_order(soon.number)
    give_up(kettle, 1, first, PLAN)
    assert WorkOrder.objects.get(pk=soon.pk).state == WorkOrder.State.FIRM  # it will be made


def test_days_pass_and_the_stock_rung_moves_with_them_but_a_promise_stays() -> None:
    kettle = new_kettle()
    receive(kettle, 10)
    rebuild()
    buy(kettle, 4, TUESDAY, STOCK)
    rebuild(now=MONDAY + 2 * DAY)  # Wednesday: what is ordered now ships on Thursday
    assert rungs_of(kettle) == [(TUESDAY, STOCK, 4, 4, 0), (THURSDAY, STOCK, 6, 0, 0)]
    assert ladder_of(kettle, date(2026, 11, 25)) == [(THURSDAY, STOCK, 6)]


def test_a_plan_that_slips_keeps_the_promise_and_tells_that_it_is_at_risk() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 300)
    plan_at(MONDAY)
    rebuild()
    buy(kettle, 30, THURSDAY, PLAN)
    WorkOrder.objects.filter(pk=order.pk).update(release_at=MONDAY + DAY)
    plan_at(MONDAY - HOUR)  # anew, as if nothing had begun: a day later
    assert rebuild().at_risk == 30
    assert rungs_of(kettle) == [(THURSDAY, PLAN, 30, 30, 30), (FRIDAY, PLAN, 270, 0, 0)]
    told = [news for news in outbox.after(actions.FEED, 0) if news.name == "promise_at_risk.v1"]
    assert [news.body for news in told] == [
        {"sku_id": kettle.pk, "ship_by": "2026-11-26", "source": "plan", "quantity": 30}
    ]
    rebuild()  # nobody is told the same again
    assert len(outbox.after(actions.FEED, 0)) == told[-1].seq + 1  # and the ladder's change
    WorkOrder.objects.filter(pk=order.pk).update(release_at=MONDAY)
    plan_at(MONDAY - HOUR)
    assert rebuild().at_risk == 0
    names = [news.name for news in outbox.after(actions.FEED, told[-1].seq)]
    assert names == ["ladder_changed.v1", "promise_safe.v1", "ladder_changed.v1"]


def test_a_promise_at_risk_that_is_given_back_is_offered_to_nobody_by_its_old_day() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 300)
    plan_at(MONDAY)
    rebuild()
    buy(kettle, 30, THURSDAY, PLAN)
    WorkOrder.objects.filter(pk=order.pk).update(release_at=MONDAY + DAY)
    plan_at(MONDAY - HOUR)
    rebuild()
    give_up(kettle, 10, THURSDAY, PLAN)
    assert rungs_of(kettle)[0] == (THURSDAY, PLAN, 20, 20, 20)
    rebuild()
    assert ladder_of(kettle) == [(FRIDAY, PLAN, 280)]


def test_what_the_factory_finished_moves_from_the_plan_to_the_shelf_and_ships_sooner() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild()
    [(first, source, free)] = ladder_of(kettle)
    assert (first, source, free) == (date(2026, 11, 25), PLAN, 100)
    buy(kettle, 40, first, PLAN)
    finish(order, 90, now=MONDAY + 5 * HOUR)
    assert rebuild(now=MONDAY + 5 * HOUR).at_risk == 0
    # Forty are owed to the buyers, fifty are free and ship by tomorrow.
    assert rungs_of(kettle) == [(TUESDAY, STOCK, 50, 0, 0), (first, PLAN, 40, 40, 0)]
    assert not Backing.objects.exists()


def test_what_has_shipped_needs_nothing_any_more() -> None:
    kettle = new_kettle()
    receive(kettle, 10)
    rebuild()
    buy(kettle, 6, TUESDAY, STOCK)
    ship(kettle, 6)
    assert store.goods([kettle.pk]) == {kettle.pk: Goods(there=4, owed=0)}
    assert rebuild()[:3] == (1, 0, 0)
    assert rungs_of(kettle) == [(TUESDAY, STOCK, 10, 6, 0)]


def test_a_later_promise_that_shipped_early_does_not_hide_an_earlier_one() -> None:
    kettle = new_kettle()
    receive(kettle, 10)
    order = ask_for(kettle, 300)
    plan_at(MONDAY)
    rebuild()
    buy(kettle, 10, TUESDAY, STOCK)
    buy(kettle, 10, THURSDAY, PLAN)
    ship(kettle, 10, THURSDAY, PLAN)  # the pieces of the shelf went to those of Thursday
    with transaction.atomic():
        stock.lock_on_offer([kettle.pk])
    WorkOrder.objects.filter(pk=order.pk).update(release_at=MONDAY + DAY)
    plan_at(MONDAY - HOUR)
    assert rebuild().at_risk == 10
    assert rungs_of(kettle)[0] == (TUESDAY, STOCK, 10, 10, 10)


def test_a_promise_that_was_kept_is_at_risk_no_more() -> None:
    kettle = new_kettle()
    ask_for(kettle, 300)
    plan_at(MONDAY)
    rebuild()
    buy(kettle, 30, THURSDAY, PLAN)
    Rung.objects.update(at_risk=30)
    ship(kettle, 20, THURSDAY, PLAN)
    assert rungs_of(kettle)[0][4] == 10
    assert Rung.objects.get().kept == 20


def test_pieces_that_are_on_offer_twice_over_are_counted_once() -> None:
    # Ten exist; twenty more are on offer against a lot of a hundred: 110 can be promised.
    kettle = new_kettle()
    receive(kettle, 10)
    ask_for(kettle, 100)
    plan_at(MONDAY)
    with transaction.atomic():
        stock.lock_on_offer([kettle.pk])
        for account, pieces in (("on_hand@north", 10), ("planned", 20)):
            stock.transfer(
                debit="on_offer", credit=account, quantities={kettle.pk: pieces}, cause="test"
            )
    rebuild()
    assert ladder_of(kettle) == [(TUESDAY, STOCK, 10), (date(2026, 11, 25), PLAN, 100)]


def test_pieces_that_somebody_holds_without_a_day_are_offered_to_nobody() -> None:
    kettle = new_kettle()
    receive(kettle, 10)
    with transaction.atomic():  # as no order does: goods are held, and no rung is taken
        stock.lock_on_offer([kettle.pk])
        for debit, credit in (("on_offer", "on_hand@north"), ("held", "on_offer")):
            stock.transfer(debit=debit, credit=credit, quantities={kettle.pk: 4}, cause="test")
    rebuild()
    assert ladder_of(kettle) == [(TUESDAY, STOCK, 6)]


def test_the_lot_that_steps_in_for_one_that_was_lost_is_firm() -> None:
    kettle = new_kettle()
    lost, other = ask_for(kettle, 100), ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild()
    [(first, source, free)] = ladder_of(kettle)  # both are done on Monday
    assert free == 200
    Backing.objects.filter(work_order=other).delete()
    buy(kettle, 60, first, source)
    assert WorkOrder.objects.get(pk=other.pk).state == WorkOrder.State.PLANNED
    finish(lost, 0)
    assert rebuild().at_risk == 0
    assert WorkOrder.objects.get(pk=other.pk).state == WorkOrder.State.FIRM


def test_a_sku_that_nobody_knows_is_left_alone_and_a_new_one_gets_its_accounts() -> None:
    kettle = new_kettle()
    ask_for(kettle, 100)
    plan_at(MONDAY)
    with transaction.atomic():
        assert actions.rebuild_ladder([kettle.pk, 0], now=MONDAY)[:3] == (1, 1, 0)
    assert stock.balances([kettle.pk])[kettle.pk]["on_offer"] == 0


def test_the_office_says_how_days_are_counted() -> None:
    kettle = new_kettle()
    receive(kettle, 1)
    HandlingPolicy.objects.create(stock_days=2, cut_off_minute=8 * 60)
    SpecialDay.objects.create(day=TUESDAY, is_worked=False, name="holiday")
    SpecialDay.objects.create(day=date(2026, 11, 28), is_worked=True, name="for the holiday")
    rebuild()  # it is eight: picked on Wednesday, and two days more
    assert ladder_of(kettle) == [(FRIDAY, STOCK, 1)]
    rebuild(now=MONDAY + 2 * DAY)  # picked on Thursday; the Saturday is worked
    assert ladder_of(kettle) == [(date(2026, 11, 28), STOCK, 1)]


def test_a_change_is_told_once_with_what_is_free_and_the_first_day() -> None:
    kettle, quiet = new_kettle(), new_kettle()
    receive(kettle, 3)
    assert rebuild([kettle, quiet]).changed == 1
    assert rebuild([kettle, quiet]).changed == 0
    [news] = outbox.after(actions.FEED, 0)
    assert news.body == {"sku_id": kettle.pk, "free": 3, "first_day": "2026-11-24"}


def test_many_ladders_are_built_in_a_fixed_number_of_statements() -> None:
    kettles = [new_kettle() for _ in range(6)]
    for kettle in kettles:
        receive(kettle, 5)
        ask_for(kettle, 10)
    plan_at(MONDAY)
    assert rebuild().changed == 6
    assert all(len(ladder_of(kettle)) == 2 for kettle in kettles)


_MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.integers(1, 20)),
        st.tuples(st.just("lot"), st.integers(1, 60)),
        st.tuples(st.just("buy"), st.integers(1, 12)),
        st.tuples(st.just("give up"), st.integers(1, 12)),
        st.tuples(st.just("ship"), st.integers(1, 12)),
        st.tuples(st.just("finish"), st.integers(0, 60)),
        st.tuples(st.just("wait"), st.integers(1, 80)),
        st.tuples(st.just("plan"), st.just(0)),
    ),
    max_size=14,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_MOVES)
def test_whatever_happens_no_rebuilding_loses_a_promise_or_promises_what_is_not_there(
    db: None, moves: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        _live_through(moves)
        transaction.set_rollback(True)


def _live_through(moves: list[tuple[str, int]]) -> None:
    kettle, now = new_kettle(), MONDAY
    for move, number in moves:
        today = (now + 8 * HOUR).date()
        free = store.ladders([kettle.pk], today)[kettle.pk]
        taken = Rung.objects.filter(sku=kettle, taken__gt=0).order_by("ship_by")
        open_orders = WorkOrder.objects.exclude(state__in=["finished", "cancelled"])
        if move == "receive":
            receive(kettle, number)
        elif move == "lot":
            ask_for(kettle, number, release=now, due=now + 9 * DAY)
        elif move == "buy" and free:
            rung = free[number % len(free)]
            buy(kettle, min(number, rung.free), rung.ship_by, rung.source)
        elif move == "give up" and (rung_ := taken.first()) and rung_.taken > rung_.kept:
            most = min(number, rung_.taken - rung_.kept, _held(kettle.pk))
            if most:
                give_up(kettle, most, rung_.ship_by, rung_.source)
        elif move == "ship" and (rung_ := taken.last()):
            most = min(number, rung_.taken - rung_.kept, _held(kettle.pk), _there(kettle.pk))
            if most:
                ship(kettle, most, rung_.ship_by, rung_.source)
        elif move == "finish" and (order := open_orders.first()):
            finish(order, min(number, order.quantity), now)
        elif move == "wait":
            now += timedelta(hours=number)
        elif move == "plan":
            plan_at(now)
        _rebuild_and_look(kettle, now)


def _held(sku_id: int) -> int:
    return stock.balances([sku_id])[sku_id].get("held", 0)


def _there(sku_id: int) -> int:
    return store.goods([sku_id])[sku_id].there


def _rebuild_and_look(kettle: Sku, now: datetime) -> None:
    before = {
        (one.ship_by, one.source): one.taken for one in Rung.objects.filter(sku=kettle, taken__gt=0)
    }
    rebuild([kettle], now)
    rungs = list(Rung.objects.filter(sku=kettle))
    assert {(one.ship_by, one.source): one.taken for one in rungs if one.taken} == before
    lots = sum(
        WorkOrder.objects.exclude(state__in=["finished", "cancelled"]).values_list(
            "quantity", flat=True
        )
    )
    goods = store.goods([kettle.pk])[kettle.pk]
    free = sum(one.quantity - one.taken for one in rungs)
    assert free <= max(0, goods.there + lots - goods.owed)
    from_stock = sum(one.quantity - one.taken for one in rungs if one.source == STOCK)
    assert from_stock <= max(0, goods.there)
    assert rebuild([kettle], now).changed == 0


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_giving_back_is_the_inverse_of_taking(db: None, quantities: list[int]) -> None:
    with transaction.atomic():
        kettle = new_kettle()
        receive(kettle, 30)
        ask_for(kettle, 300)
        plan_at(MONDAY)
        rebuild([kettle])
        before, done = rungs_of(kettle), []
        for quantity in quantities:
            rung = next(
                one
                for one in store.ladders([kettle.pk], TUESDAY)[kettle.pk]
                if one.free >= quantity
            )
            store.take({(kettle.pk, rung.ship_by, rung.source): quantity})
            done.append(((kettle.pk, rung.ship_by, rung.source), quantity))
        assert rungs_of(kettle) != before
        for place, quantity in done:
            store.give_back({place: quantity})
        assert rungs_of(kettle) == before
        transaction.set_rollback(True)


def _race_of_a_rebuilding_and_a_buyer(kettle: Sku) -> None:
    """Somebody buys all ten between the reading and the writing of a rebuilding, if he can."""
    read, bought = threading.Event(), threading.Event()
    faults: list[BaseException] = []

    def buyer() -> None:
        try:
            read.wait(10)
            buy(kettle, 10, TUESDAY, STOCK)
        except BaseException as fault:  # noqa: BLE001 - looked at below
            faults.append(fault)
        finally:
            bought.set()
            connection.close()

    ask = threading.Thread(target=buyer)
    ask.start()
    real = store.rungs

    def slow(sku_ids: Collection[int]) -> dict[int, list[RungRow]]:
        found = real(sku_ids)
        read.set()
        bought.wait(1.5)  # under the door he cannot; without it he can
        return found

    try:
        store.rungs = slow
        rebuild([kettle], MONDAY + DAY)
    finally:
        store.rungs = real
    ask.join(10)
    assert faults == [] or isinstance(faults[0], (IntegrityError, AssertionError))


def _promised(kettle: Sku) -> int:
    return sum(one.quantity for one in Rung.objects.filter(sku=kettle))


@pytest.mark.django_db(transaction=True)
def test_a_buyer_waits_for_a_rebuilding_and_finds_what_it_left() -> None:
    kettle = new_kettle()
    receive(kettle, 10)
    rebuild([kettle])
    _race_of_a_rebuilding_and_a_buyer(kettle)
    assert _promised(kettle) == 10


@pytest.mark.django_db(transaction=True)
def test_without_the_door_the_same_race_would_promise_pieces_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The control of the test above: the door is taken away from the rebuilding.
    kettle = new_kettle()
    receive(kettle, 10)
    rebuild([kettle])
    monkeypatch.setattr(stock, "lock_on_offer", lambda sku_ids: dict.fromkeys(sku_ids, 0))
    _race_of_a_rebuilding_and_a_buyer(kettle)
    assert _promised(kettle) == 20
