"""Work orders and plans, in the tables."""

import pytest
from django.db import transaction

from firsthand.factory import actions, store
from firsthand.factory.models import (
    BomLine,
    Operation,
    Part,
    Plan,
    PlannedOperation,
    WorkCentre,
    WorkOrder,
)
from firsthand.factory.plan import Plan as MadePlan
from firsthand.factory.planning import actions as planning
from firsthand.factory.planning import making
from firsthand.factory.solver import SOLVERS, Budget
from firsthand.kit import outbox
from firsthand.kit.errors import Refusal
from firsthand.stock import store as stock
from firsthand.stock.models import MADE, ON_OFFER, PLANNED, on_hand
from tests.factory.works import (
    DAY,
    HOUR,
    MONDAY,
    PLACE,
    ask_for,
    bought,
    finish,
    new_kettle,
    new_sku,
    plan_at,
    plant,
    refused,
)

pytestmark = pytest.mark.django_db


def test_a_lot_goes_through_boards_and_assembly_in_the_shifts_of_its_plant() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 300)
    plan = plan_at(MONDAY)
    boards, assembly = plan.operations.order_by("starts_at")
    # Boards: half an hour of setup and three hours. Assembly is set up meanwhile; of its six
    # hours four and a half are left of Monday, which ends at 8:00 UTC.
    assert (boards.starts_at, boards.ends_at) == (MONDAY, MONDAY + 3.5 * HOUR)
    assert (assembly.starts_at, assembly.ends_at) == (MONDAY + 3 * HOUR, MONDAY + DAY + 1.5 * HOUR)
    assert (boards.setup_minutes, assembly.setup_minutes) == (30, 30)
    done = MONDAY + DAY + 1.5 * HOUR  # and since no futures were played, that is its safe date
    assert store.completions() == [(order.pk, kettle.pk, 300, done, done, done)]
    assert plan.figures["makespan_hours"] == 25.5
    assert plan.figures["on_time_percent"] == 100


def test_the_first_due_is_made_first() -> None:
    early, late = new_kettle(), new_kettle()
    second = ask_for(late, 100, due=MONDAY + 9 * DAY)
    first = ask_for(early, 100, due=MONDAY + 2 * DAY)
    plan_at(MONDAY)
    assert [one.work_order_id for one in store.completions()] == sorted(
        [first.pk, second.pk], key=lambda pk: (pk == first.pk, pk)
    ) or {one.work_order_id: one.done_at for one in store.completions()}[first.pk] < {
        one.work_order_id: one.done_at for one in store.completions()
    }[second.pk]


def test_a_plan_that_is_put_in_force_is_told_and_the_one_before_is_not_in_force() -> None:
    ask_for(new_kettle(), 100)
    first, second = plan_at(MONDAY), plan_at(MONDAY + HOUR)
    assert list(Plan.objects.filter(in_force=True)) == [second]
    assert Plan.objects.filter(pk=first.pk).exists()
    told = outbox.after(actions.FEED, 0)
    assert [news.name for news in told] == ["plan_put_in_force.v1"] * 2
    assert told[1].body == {
        "plan_id": second.pk,
        "solver": "edd",
        "lots": 1,
        "late_lots": 0,
        "begins_at": "2026-11-23T01:00:00+00:00",
    }


def test_what_runs_stays_on_its_machine_and_what_ended_is_not_made_again() -> None:
    order = ask_for(new_kettle(), 300)
    plan_at(MONDAY)
    urgent = ask_for(new_kettle(family="other"), 100, due=MONDAY + HOUR)
    # At five the boards are done and the assembly runs; the urgent lot waits for it.
    plan = plan_at(MONDAY + 5 * HOUR)
    of_first = list(plan.operations.filter(work_order=order).order_by("starts_at"))
    assert [(one.starts_at, one.ends_at) for one in of_first] == [
        (MONDAY, MONDAY + 3.5 * HOUR),
        (MONDAY + 3 * HOUR, MONDAY + DAY + 1.5 * HOUR),
    ]
    boards, assembly = plan.operations.filter(work_order=urgent).order_by("starts_at")
    assert boards.starts_at == MONDAY + 5 * HOUR  # the board line is free at once
    assert assembly.starts_at == MONDAY + DAY + 1.5 * HOUR
    order.refresh_from_db()
    assert order.state == WorkOrder.State.RELEASED  # it runs: it cannot be called off
    with refused("work_order_firm", "promised from this work order"):
        actions.cancel_work_order(order.number)


def test_a_lot_that_runs_is_not_stopped_by_a_later_release() -> None:
    order = ask_for(new_kettle(), 300)
    plan_at(MONDAY)
    WorkOrder.objects.filter(pk=order.pk).update(release_at=MONDAY + 9 * DAY)
    plan = plan_at(MONDAY + HOUR)
    assert [one.starts_at for one in plan.operations.order_by("starts_at")] == [
        MONDAY,
        MONDAY + 3 * HOUR,
    ]


def test_a_machine_remembers_what_it_was_set_up_for() -> None:
    finished = ask_for(new_kettle(), 100)
    plan_at(MONDAY)
    finish(finished)
    ask_for(new_kettle(), 100)  # of the same family
    plan = plan_at(MONDAY + 4 * HOUR)
    open_ones = plan.operations.exclude(work_order=finished)
    assert [one.setup_minutes for one in open_ones.order_by("starts_at")] == [0, 0]
    # Nor does it forget when the plan in which it made that is no longer in force.
    plan = plan_at(MONDAY + 4 * HOUR)
    open_ones = plan.operations.exclude(work_order=finished)
    assert [one.setup_minutes for one in open_ones.order_by("starts_at")] == [0, 0]


def test_steps_put_into_a_routing_behind_what_runs_are_planned_and_before_it_are_not() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)
    part = Part.objects.get(sku=kettle)
    smt = WorkCentre.objects.get(code="smt")
    for number in (5, 20):  # assembly, which runs at two o'clock, is 10
        Operation.objects.create(
            part=part, number=number, work_centre=smt, name_zh="新", name_en="new", run_seconds=1
        )
    plan = plan_at(MONDAY + 2 * HOUR)
    numbers = plan.operations.filter(work_order=order, operation__part=part).values_list(
        "operation__number", flat=True
    )
    assert sorted(numbers) == [10, 20]


def test_a_machine_that_was_taken_away_while_it_ran_stops_its_lot() -> None:
    plant()
    WorkCentre.objects.filter(code="smt").update(machines=2)
    kettles = [new_kettle(), new_kettle()]
    for kettle in kettles:
        ask_for(kettle, 100)
    plan_at(MONDAY)
    assert PlannedOperation.objects.filter(machine=2).exists()
    WorkCentre.objects.filter(code="smt").update(machines=1)
    plan = plan_at(MONDAY + HOUR)
    assert plan.operations.filter(work_centre__code="smt").count() == 2
    assert not plan.operations.filter(machine=2).exists()


def test_a_lot_whose_steps_have_all_ended_waits_to_be_reported() -> None:
    order = ask_for(new_kettle(), 100)
    plan_at(MONDAY)
    plan = plan_at(MONDAY + 2 * DAY)
    assert plan.operations.count() == 2  # they are carried over, for those who follow the lot
    [done] = store.completions()
    assert done.done_at < MONDAY + DAY
    assert store.due_to_be_finished(MONDAY + 2 * DAY, 10) == [(order.number, 100)]
    assert store.due_to_be_finished(MONDAY, 10) == []


def test_finished_pieces_pay_back_what_was_on_offer_before_and_the_rest_is_stored() -> None:
    shell = bought("shell", 1230, on_hand=150)
    kettle = new_kettle(shell=shell)
    order = ask_for(kettle, 100)
    with transaction.atomic():
        stock.open_accounts([kettle.pk])
        stock.transfer(debit=ON_OFFER, credit=PLANNED, quantities={kettle.pk: 30}, cause="test")
    finish(order, 90)
    books = stock.balances([kettle.pk])[kettle.pk]
    assert {account: pieces for account, pieces in books.items() if pieces} == {
        MADE: -90,
        ON_OFFER: 30,
        on_hand(PLACE): 60,
    }
    order.refresh_from_db()
    assert (order.state, order.finished_at) == (WorkOrder.State.FINISHED, MONDAY)
    shell.refresh_from_db()
    assert shell.on_hand == 50  # a hundred went in, although ten kettles were spoilt
    assert outbox.after(actions.FEED, 0)[-1].body == {
        "work_order_id": order.pk,
        "number": order.number,
        "sku_id": kettle.pk,
        "quantity": 90,
        "paid_back": 30,
    }
    assert store.completions() == []


def test_a_lot_that_is_lost_is_finished_with_nothing() -> None:
    kettle = new_kettle()
    finish(ask_for(kettle, 100), 0)
    assert set(stock.balances([kettle.pk])[kettle.pk].values()) == {0}


def test_nobody_finishes_a_lot_twice_or_with_more_than_was_ordered() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    with transaction.atomic(), pytest.raises(Refusal) as refusal:
        actions.finish_work_order(order.number, 101, MONDAY)
    assert (refusal.value.code, refusal.value.fields) == ("bad_quantity", {"most": 100})
    finish(order)
    with refused("work_order_over"):
        actions.finish_work_order(order.number, 1, MONDAY)
    with refused("no_such_work_order"):
        actions.finish_work_order("W999999", 1, MONDAY)
    assert stock.balances([kettle.pk])[kettle.pk][MADE] == -100


def test_a_lot_of_which_nothing_was_promised_can_be_called_off() -> None:
    order = ask_for(new_kettle(), 100)
    plan_at(MONDAY)
    with transaction.atomic():
        actions.cancel_work_order(order.number)
    assert store.completions() == []
    assert outbox.after(actions.FEED, 0)[-1].name == "work_order_cancelled.v1"
    assert plan_at(MONDAY).operations.count() == 0


def test_what_cannot_be_made_is_not_asked_for() -> None:
    kettle = new_kettle()
    cases = {
        "bad_quantity": (kettle.pk, 0, MONDAY + DAY),
        "no_such_part": (new_sku().pk, 10, MONDAY + DAY),
        "due_before_release": (kettle.pk, 10, MONDAY - DAY),
    }
    for code, (sku_id, quantity, due) in cases.items():
        with refused(code):
            actions.open_work_order(
                sku_id=sku_id, quantity=quantity, due_at=due, release_at=MONDAY, now=MONDAY
            )
    Operation.objects.filter(part__sku=kettle).delete()
    with refused("no_routing"):
        actions.open_work_order(sku_id=kettle.pk, quantity=1, due_at=MONDAY, now=MONDAY)
    assert not WorkOrder.objects.exists()


def test_what_is_impossible_is_refused_with_its_reason_and_the_old_plan_stays() -> None:
    kettle = new_kettle()
    ask_for(kettle, 100)
    plan = plan_at(MONDAY)
    board = Part.objects.get(code__startswith="board-")
    BomLine.objects.create(parent=board, component=Part.objects.get(sku=kettle), quantity=1)
    with refused("impossible", "leads back to itself: "):
        actions.replan(MONDAY)
    assert list(Plan.objects.filter(in_force=True)) == [plan]


def test_more_work_than_a_year_of_shifts_is_refused_and_names_the_work_centre() -> None:
    kettle = new_kettle(assembly_seconds=3600)
    for _ in range(2):
        ask_for(kettle, 1500)
    with refused("impossible", "work centre assembly is open for"):
        actions.replan(MONDAY)
    assert not Plan.objects.exists()


def test_an_unknown_solver_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        actions.replan(MONDAY, solver="magic")
    assert {*SOLVERS, "in_force"} <= set(refusal.value.fields["solvers"])


def test_a_plan_that_cannot_be_carried_out_never_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    # A control: a solver that plans nothing is found out by the checker.
    class Lazy:
        name = "lazy"

        def solve(self, problem: object, *, seed: int, budget: Budget, watch: object) -> MadePlan:
            return MadePlan("lazy", seed, ())

    monkeypatch.setattr(planning, "SOLVERS", {**SOLVERS, "lazy": ""})
    monkeypatch.setattr(making, "find", lambda name: Lazy())
    ask_for(new_kettle(), 100)
    with pytest.raises(AssertionError, match="is not planned"), transaction.atomic():
        actions.replan(MONDAY, solver="lazy")
    assert not Plan.objects.exists()


def test_planning_twice_at_one_instant_gives_the_same_plan() -> None:
    for number in range(4):
        ask_for(new_kettle(family=f"f{number % 2}"), 100 + number, due=MONDAY + 5 * DAY)
    words = ("work_order_id", "operation_id", "machine", "starts_at", "ends_at", "setup_minutes")
    first = list(plan_at(MONDAY - HOUR).operations.order_by("id").values_list(*words))
    again = list(plan_at(MONDAY - HOUR).operations.order_by("id").values_list(*words))
    assert first == again and len(first) == 8


def test_old_plans_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PLANS_KEPT", 2)
    ask_for(new_kettle(), 100)
    plans = [plan_at(MONDAY + number * HOUR) for number in range(5)]
    assert list(Plan.objects.order_by("pk")) == plans[2:]
    assert PlannedOperation.objects.values("plan").distinct().count() == 3


def test_a_lot_waits_for_the_material_that_earlier_lots_take() -> None:
    shell = bought("shell", 1230, on_hand=100, lead_time_days=9)
    first = ask_for(new_kettle(shell=shell), 100)
    with transaction.atomic():
        second = actions.open_work_order(
            sku_id=new_kettle(shell=shell).pk, quantity=50, due_at=MONDAY + 20 * DAY, now=MONDAY
        )
        third = actions.open_work_order(
            sku_id=new_kettle(shell=shell).pk, quantity=1, due_at=MONDAY + 5 * DAY, now=MONDAY
        )
    # The first takes all there is. What the second needs comes when it is wanted, three days
    # before it is due; what the third needs cannot come sooner than in nine days.
    assert first.release_at == MONDAY
    assert second.release_at == MONDAY + 17 * DAY
    assert third.release_at == MONDAY + 9 * DAY


def test_there_is_an_end_to_open_work_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "OPEN_ORDERS_MAX", 1)
    kettle = new_kettle()
    ask_for(kettle, 1)
    with refused("too_many_work_orders"):
        ask_for(kettle, 1)


def test_the_costs_of_all_skus_are_those_of_each_one() -> None:
    kettles = [new_kettle(), new_kettle(board_seconds=50)]
    unmade = new_sku()
    everyone = store.making()
    assert set(everyone) == {kettle.pk for kettle in kettles}
    for kettle in kettles:
        assert store.making([kettle.pk]) == {kettle.pk: everyone[kettle.pk]}
    # Chips 2 × 4.50 and the shell 12.30. Boards: 36 + 1800/100 = 54 s at 60 yuan an hour;
    # assembly: 72 + 18 = 90 s at 45 yuan: 90 + 112.5 fen.
    made = everyone[kettles[0].pk]
    assert (made.material_fen, made.labour_fen, made.labour_seconds) == (2130, 203, 144)
    assert made.energy_wh == 40  # 144 s at 1 kW
    assert store.making([unmade.pk]) == {}


def test_a_line_that_would_lead_a_bill_back_to_itself_is_refused() -> None:
    kettle = Part.objects.get(sku=new_kettle())
    board = Part.objects.get(code__startswith="board-")
    with refused("impossible", "leads back to itself"):
        actions.check_bill([BomLine(parent=board, component=kettle, quantity=1)])
    actions.check_bill([BomLine(parent=kettle, component=bought("screw", 1), quantity=1)])


def test_where_a_lot_is_can_be_followed() -> None:
    order = ask_for(new_kettle(), 100)
    plan_at(MONDAY)
    stages = store.stages([order.pk])[order.pk]
    assert [(one.number, one.starts_at) for one in stages] == [
        (10, MONDAY),
        (10, MONDAY + HOUR),  # it is set up while the boards run
    ]
    assert stages[0].name_en.startswith("making of board")
