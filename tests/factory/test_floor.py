"""What the floor reports, in the tables: started, spoilt, handed over, finished, numbered."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.factory import store as factory
from firsthand.factory import tasks
from firsthand.factory.actions import FEED
from firsthand.factory.floor import actions, machines, serials
from firsthand.factory.floor.passport import passport
from firsthand.factory.models import (
    BomAlternate,
    BomLine,
    Downtime,
    FloorReport,
    LotPart,
    OperationAlternative,
    Part,
    Plan,
    Plant,
    Progress,
    PurchaseOrder,
    Serial,
    WorkCentre,
    WorkOrder,
)
from firsthand.factory.policy import Policy
from firsthand.kit import clock, outbox
from firsthand.kit.errors import Refusal
from firsthand.promise import tasks as promise
from firsthand.promise.models import Rung
from firsthand.promise.rules import PLAN
from firsthand.stock import store as stock
from firsthand.stock.models import MADE, PLANNED, on_hand
from tests.factory.reporting import finish_step, make, pressed, start, step
from tests.factory.works import (
    DAY,
    HOUR,
    MONDAY,
    PLACE,
    ask_for,
    bought,
    finish,
    new_kettle,
    plan_at,
    plant,
    refused,
)
from tests.promise.ladders import buy, rebuild
from tests.promise.test_tasks import waiting

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    """The names of what the factory told."""
    return [news.name.partition(".")[0] for news in outbox.after(FEED, 0)]


def test_a_lot_goes_through_the_floor_and_every_good_piece_has_a_number() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    board, assembly = step(order, "board"), step(order, "kettle")
    start(order, board)
    order.refresh_from_db()
    assert order.state == WorkOrder.State.RELEASED  # it runs: it cannot be called off
    with refused("forerunner_open", "before this one"):
        start(order, assembly)
    finish_step(order, board, 100, now=MONDAY + HOUR)
    start(order, assembly, now=MONDAY + HOUR)
    finish_step(order, assembly, 100, now=MONDAY + 4 * HOUR)
    order.refresh_from_db()
    assert (order.state, order.good_quantity) == (WorkOrder.State.FINISHED, 100)
    assert stock.balances([kettle.pk])[kettle.pk][on_hand(PLACE)] == 100
    numbers = list(Serial.objects.order_by("pk").values_list("number", flat=True))
    assert len(numbers) == 100
    assert numbers[0].startswith(f"{kettle.code.upper()}-P1-2648-00001-")
    assert all(serials.is_right(number) for number in numbers)
    assert told() == [
        "operation_started",
        "operation_finished",
        "operation_started",
        "operation_finished",
        "serials_given",
        "work_order_finished",
    ]


def test_a_press_that_comes_twice_is_one_report() -> None:
    order = ask_for(new_kettle(), 100)
    board, assembly = step(order, "board"), step(order, "kettle")
    keys = [uuid4() for _ in range(5)]
    for _twice in range(2):
        start(order, board, key=keys[0])
    for _twice in range(2):
        with transaction.atomic():
            actions.scrap(order.number, board, 3, reason="setup", who=pressed(keys[1]), now=MONDAY)
    for _twice in range(2):
        finish_step(order, board, 97, 3, key=keys[2])
    for _twice in range(2):
        start(order, assembly, key=keys[3])
    for _twice in range(2):
        finish_step(order, assembly, 97, key=keys[4])  # the second finds a finished work order
    assert FloorReport.objects.count() == 5
    assert Serial.objects.count() == 97
    assert told().count("work_order_finished") == 1
    with refused("key_used"):
        start(order, board, key=keys[3])
    with refused("work_order_over"):
        finish_step(order, assembly, 97)


def test_a_machine_does_one_thing_at_a_time_and_says_which() -> None:
    first, second = ask_for(new_kettle(), 100), ask_for(new_kettle(), 100)
    start(first, step(first, "board"))
    with refused("machine_busy", f"runs work order {first.number}"):
        start(second, step(second, "board"))
    with refused("already_started", "on smt 1"):
        start(first, step(first, "board"))
    finish_step(first, step(first, "board"), 100)
    start(second, step(second, "board"))


def test_only_a_machine_that_can_do_it() -> None:
    order = ask_for(new_kettle(), 100)
    board = step(order, "board")
    with refused("wrong_machine"):
        start(order, board, 2)  # the line has one machine
    with refused("wrong_machine"):
        start(order, board, centre="assembly")
    OperationAlternative.objects.create(
        operation_id=board, work_centre=WorkCentre.objects.get(code="assembly"), run_seconds=50
    )
    WorkCentre.objects.get(code="assembly").machine_rows.create(
        number=1, families=["lamp"], name_zh="一号", name_en="one"
    )
    with refused("wrong_machine"):
        start(order, board, centre="assembly")  # that one makes lamps alone
    WorkCentre.objects.filter(code="assembly").update(machines=2)
    start(order, board, 2, centre="assembly")
    with refused("no_such_operation"):
        start(order, 999_999, centre="smt")


def test_pieces_have_to_add_up() -> None:
    order = ask_for(new_kettle(), 100)
    board, assembly = step(order, "board"), step(order, "kettle")
    with refused("not_started"):
        finish_step(order, board, 100)
    start(order, board)
    for good, scrapped in ((100, 1), (98, 1), (101, 0), (-1, 101)):
        with refused("pieces_do_not_add_up", "100 pieces came here"):
            finish_step(order, board, good, scrapped)
    finish_step(order, board, 96, 4, reason="material")
    start(order, assembly)
    with refused("pieces_do_not_add_up", "96 pieces came here"):
        finish_step(order, assembly, 100)
    with refused("bad_quantity", "96"), transaction.atomic():
        actions.scrap(order.number, assembly, 97, reason="", who=pressed(), now=MONDAY)
    finish_step(order, assembly, 96)
    assert Serial.objects.count() == 96


def test_a_start_by_mistake_is_undone_as_long_as_nothing_was_counted() -> None:
    order = ask_for(new_kettle(), 100)
    board = step(order, "board")
    start(order, board)
    with transaction.atomic():
        actions.undo_start(order.number, board, who=pressed(), now=MONDAY)
    assert not Progress.objects.exists()
    start(order, board)
    with transaction.atomic():
        actions.scrap(order.number, board, 1, reason="other", who=pressed(), now=MONDAY)
    with refused("already_counted"):
        actions.undo_start(order.number, board, who=pressed(), now=MONDAY)


def test_the_next_shift_goes_on_where_the_last_one_stopped() -> None:
    order = ask_for(new_kettle(), 100)
    board = step(order, "board")
    start(order, board)
    with transaction.atomic():
        actions.hand_over(order.number, board, 60, note="nozzle 2 drips", who=pressed(), now=MONDAY)
    with refused("bad_quantity", "40"):
        actions.scrap(order.number, board, 41, reason="", who=pressed(), now=MONDAY)
    finish_step(order, board, 100)
    said = Progress.objects.get()
    assert (said.good, said.scrapped, said.note) == (100, 0, "nozzle 2 drips")


def test_a_lot_that_gives_less_than_was_promised_puts_the_promise_at_risk() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild([kettle])
    [rung] = Rung.objects.filter(sku=kettle)
    buy(kettle, 98, rung.ship_by, PLAN)
    promise.follow()
    connection.cursor().execute("delete from procrastinate_jobs")
    board = step(order, "board")
    start(order, board)
    with transaction.atomic():
        actions.scrap(order.number, board, 5, reason="machine", who=pressed(), now=MONDAY)
    [news] = [one for one in outbox.after(FEED, 0) if one.name == "lot_short.v1"]
    assert (news.body["sku_id"], news.body["quantity"], news.body["pieces"]) == (kettle.pk, 100, 95)
    promise.follow()
    assert waiting() == [{"sku_ids": [kettle.pk]}]
    assert [one.quantity for one in factory.completions([kettle.pk])] == [95]
    assert rebuild([kettle], MONDAY).at_risk == 3
    assert Rung.objects.get(sku=kettle, ship_by=rung.ship_by).at_risk == 3
    [risk] = [one for one in outbox.after("promise", 0) if one.name == "promise_at_risk.v1"]
    assert risk.body["quantity"] == 3
    # They were found to be good after all: the lot is whole again, and the promise is safe.
    finish_step(order, board, 100)
    assert rebuild([kettle], MONDAY).at_risk == 0


def test_a_lot_pays_back_first_what_was_sold_before_it_was_made() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild([kettle])
    [rung] = Rung.objects.filter(sku=kettle)
    buy(kettle, 30, rung.ship_by, PLAN)
    make(order, 90)
    balances = stock.balances([kettle.pk])[kettle.pk]
    assert (balances[PLANNED], balances[on_hand(PLACE)], balances[MADE]) == (0, 60, -90)
    assert stock.audit() == []


def test_parts_go_in_first_in_first_out_and_what_was_scanned_counts() -> None:
    shell = bought("shell", 1230, on_hand=90)
    other = bought("steel-shell", 1400, on_hand=500)
    kettle = new_kettle(shell=shell)
    line = BomLine.objects.get(component=shell)
    BomAlternate.objects.create(line=line, component=other)
    purchases = [
        PurchaseOrder.objects.create(
            number=f"P{number}",
            part=shell,
            supplier="Shell works",
            quantity=60,
            received=60,
            state="received",
            order_at=MONDAY,
            due_at=MONDAY + number * DAY,
        )
        for number in (1, 2)
    ]
    order = ask_for(kettle, 100)
    with transaction.atomic():
        actions.put_in(order.number, other.code, 40, supplier_lot="S-77", who=pressed(), now=MONDAY)
    with refused("not_in_the_bill"):
        actions.put_in(order.number, f"kettle-{kettle.code}", 1, who=pressed(), now=MONDAY)
    make(order)
    rows = LotPart.objects.filter(part__in=[shell, other]).order_by("pk")
    # 40 were scanned. Of 120 that came 30 had gone, of the oldest: 30 of P1 lie there, and P2.
    assert [
        (one.part_id, one.quantity, one.purchase_order_id, one.supplier_lot) for one in rows
    ] == [
        (other.pk, 40, None, "S-77"),
        (shell.pk, 30, purchases[0].pk, ""),
        (shell.pk, 30, purchases[1].pk, ""),
    ]
    shell.refresh_from_db()
    other.refresh_from_db()
    assert (shell.on_hand, other.on_hand) == (30, 460)


def test_a_part_that_is_stocked_has_work_orders_of_its_own_and_a_passport_finds_them() -> None:
    kettle = new_kettle()
    part = Part.objects.get(sku=kettle)
    board = part.components.get(component__kind="made").component
    chip = board.components.get().component
    Part.objects.filter(pk=board.pk).update(is_stocked=True)
    boards = WorkOrder.objects.create(
        number="WB1", part=board, quantity=150, release_at=MONDAY, due_at=MONDAY + DAY
    )
    operation = board.operations.get().pk
    start(boards, operation)
    finish_step(boards, operation, 140, 10)
    board.refresh_from_db()
    chip.refresh_from_db()
    assert (board.on_hand, chip.on_hand) == (140, 1_000_000 - 300)
    order = ask_for(kettle, 100)
    assembly = step(order, "kettle")
    start(order, assembly)  # it waits for no board operation: they lie there
    finish_step(order, assembly, 100)
    board.refresh_from_db()
    chip.refresh_from_db()
    assert (board.on_hand, chip.on_hand) == (40, 1_000_000 - 300)  # chips went in once
    number = Serial.objects.filter(work_order=order).earliest("pk").number
    own, inside = passport(number.lower()).lots
    assert (own.work_order, inside.work_order) == (order.number, "WB1")
    assert {(one.part, one.quantity, one.made_in) for one in own.parts} >= {
        (board.code, 100, "WB1")
    }
    assert [(one.part, one.good, one.scrapped) for one in inside.steps] == [(board.code, 140, 10)]
    promise.follow()  # a lot of a part concerns no ladder


def test_a_passport_says_where_when_and_of_what_and_names_nobody() -> None:
    order = ask_for(new_kettle(), 2)
    make(order, now=MONDAY + HOUR)
    found = passport(Serial.objects.earliest("pk").number)
    [lot] = found.lots
    assert [(one.part[:5], one.plant, one.work_centre, one.machine) for one in lot.steps] == [
        ("board", "p1", "smt", 1),
        ("kettl", "p1", "assembly", 1),
    ]
    assert all(one.is_reported and one.started_at == MONDAY + HOUR for one in lot.steps)
    assert sorted((one.part[:5], one.quantity) for one in lot.parts) == [
        ("board", 2),
        ("chip-", 4),
        ("shell", 2),
    ]
    with refused("no_such_serial"):
        passport("KA-01")


def test_a_floor_that_reports_nothing_gives_numbers_too_and_says_that_nobody_said_so() -> None:
    now = clock.now()
    order = ask_for(new_kettle(), 10, release=now - 20 * DAY, due=now)
    plan_at(now - 20 * DAY)
    assert tasks.finish_what_is_due() == 1
    assert Serial.objects.count() == 10
    [lot] = passport(Serial.objects.earliest("pk").number).lots
    assert [(one.good, one.is_reported) for one in lot.steps] == [(10, False), (10, False)]
    order.refresh_from_db()
    assert order.good_quantity == 10


def test_where_the_floor_reports_nothing_is_finished_by_the_plan_alone() -> None:
    now = clock.now()
    plant()
    Plant.objects.update(reports_progress=True)
    ask_for(new_kettle(), 10, release=now - 20 * DAY, due=now)
    plan_at(now - 20 * DAY)
    assert tasks.finish_what_is_due() == 0


def test_a_lot_that_the_office_finishes_frees_the_machines_it_is_on() -> None:
    order, other = ask_for(new_kettle(), 10), ask_for(new_kettle(), 10)
    start(order, step(order, "board"))
    finish(order)
    start(other, step(other, "board"))


def test_running_numbers_go_on_within_a_week_and_begin_anew_with_the_next() -> None:
    kettle = new_kettle()
    for now in (MONDAY, MONDAY + DAY, MONDAY + 7 * DAY):
        make(ask_for(kettle, 2), now=now)
    beginnings = [
        number.split("-P1-")[1][:10]
        for number in Serial.objects.order_by("pk").values_list("number", flat=True)
    ]
    assert beginnings == [
        "2648-00001",
        "2648-00002",
        "2648-00003",
        "2648-00004",
        "2649-00001",
        "2649-00002",
    ]


def test_a_machine_that_broke_down_starts_nothing_until_it_works_again() -> None:
    order = ask_for(new_kettle(), 10)
    board = step(order, "board")
    with transaction.atomic():
        row = machines.report_down("smt", 1, note="belt", by=None, now=MONDAY)
    assert machines.report_down("smt", 1, by=None, now=MONDAY + HOUR) == row  # said once
    assert row.kind == Downtime.Kind.BREAKDOWN
    with refused("machine_is_down"):
        start(order, board, now=MONDAY + HOUR)
    with transaction.atomic():
        machines.report_up("smt", 1, by=None, now=MONDAY + 2 * HOUR)
    assert machines.report_up("smt", 1, by=None, now=MONDAY + 2 * HOUR) is None
    start(order, board, now=MONDAY + 2 * HOUR)
    row.refresh_from_db()
    assert row.ends_at == MONDAY + 2 * HOUR
    assert told() == ["machine_down", "machine_up", "operation_started"]
    with refused("no_such_machine"):
        machines.report_down("smt", 2, by=None, now=MONDAY)
    with refused("bad_time"):
        machines.report_down("smt", 1, until=MONDAY, by=None, now=MONDAY + 3 * HOUR)


def test_a_machine_is_told_what_comes_next_and_what_can_begin_at_once() -> None:
    first = ask_for(new_kettle(), 100, due=MONDAY + DAY)
    second = ask_for(new_kettle(), 100, due=MONDAY + 2 * DAY)
    plan_at(MONDAY)
    smt, assembly = (WorkCentre.objects.get(code=code).pk for code in ("smt", "assembly"))
    assert [one.order for one in machines.next_on(smt, 1)] == [first, second]
    assert [(one.order, one.is_ready) for one in machines.next_on(assembly, 1)] == [
        (first, False),
        (second, False),
    ]
    start(second, step(second, "board"))  # against the plan: the floor decides
    finish_step(second, step(second, "board"), 98, 2)
    assert [(one.order, one.is_ready, one.pieces) for one in machines.next_on(assembly, 1)] == [
        (second, True, 98),
        (first, False, 100),
    ]
    assert machines.runs_on(smt, 1) is None


def test_what_comes_next_may_be_decided_anew_by_the_rule_of_the_plan() -> None:
    first = ask_for(new_kettle(family="a"), 100, due=MONDAY + DAY)
    second = ask_for(new_kettle(family="b"), 100, due=MONDAY + 2 * DAY)
    Plant.objects.update(frozen_minutes=0, reports_progress=True)
    plan = plan_at(MONDAY)
    smt = WorkCentre.objects.get(code="smt").pk
    policy = Policy("edd", {})
    Plan.objects.filter(pk=plan.pk).update(policy=policy.as_json())
    assert [one.order for one in machines.next_on(smt, 1, by_rule_at=MONDAY)] == [first, second]
    # Somebody wants the second at once: the plan does not know yet, the rule does.
    WorkOrder.objects.filter(pk=second.pk).update(due_at=MONDAY + HOUR)
    assert [one.order for one in machines.next_on(smt, 1)] == [first, second]
    assert [one.order for one in machines.next_on(smt, 1, by_rule_at=MONDAY)] == [second, first]


def test_a_lot_that_is_lost_on_the_way_is_over() -> None:
    kettle = new_kettle()
    order = ask_for(kettle, 10)
    board = step(order, "board")
    start(order, board)
    finish_step(order, board, 0, 10, reason="machine")
    order.refresh_from_db()
    assert (order.state, order.good_quantity) == (WorkOrder.State.FINISHED, 0)
    assert not Serial.objects.exists()
    assert told()[-3:] == ["operation_finished", "lot_short", "work_order_finished"]


def test_a_plan_stands_on_what_the_floor_said() -> None:
    plant()
    Plant.objects.update(reports_progress=True)
    order = ask_for(new_kettle(), 100)
    board, assembly = step(order, "board"), step(order, "kettle")
    # At noon nobody has begun: nothing is taken to have run since the morning.
    plan_at(MONDAY)
    plan = plan_at(MONDAY + 4 * HOUR)
    assert min(one.starts_at for one in plan.operations.all()) == MONDAY + 4 * HOUR
    start(order, board, now=MONDAY + 4 * HOUR)
    running = plan_at(MONDAY + 5 * HOUR).operations.get(operation_id=board)
    assert running.starts_at == MONDAY + 4 * HOUR
    finish_step(order, board, 100, now=MONDAY + 5 * HOUR)
    plan = plan_at(MONDAY + 6 * HOUR)
    left = [one.operation_id for one in plan.operations.filter(ends_at__gt=MONDAY + 6 * HOUR)]
    assert left == [assembly]


@given(spoilt=st.tuples(st.integers(0, 6), st.integers(0, 6)), during=st.integers(0, 2))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_as_many_numbers_as_good_pieces_and_the_ledger_agrees(
    spoilt: tuple[int, int], during: int, db: None
) -> None:
    with transaction.atomic():
        kettle = new_kettle()
        order = ask_for(kettle, 12)
        came = 12
        for kind, scrapped in zip(("board", "kettle"), spoilt, strict=True):
            operation = step(order, kind)
            if not came:
                break
            start(order, operation)
            seen = min(during, scrapped, came)
            if seen:
                actions.scrap(order.number, operation, seen, reason="", who=pressed(), now=MONDAY)
            running = Progress.objects.get(work_order=order, operation_id=operation)
            in_work = came - running.good - running.scrapped
            assert in_work == came - seen
            came -= min(scrapped, came)
            finish_step(order, operation, came, in_work + seen - came)
        assert Serial.objects.filter(work_order=order).count() == came
        balances = stock.balances([kettle.pk])[kettle.pk]
        assert -balances.get(MADE, 0) == came
        transaction.set_rollback(True)


def _both(acts: list[Callable[[], None]]) -> list[str]:
    """Do these at the same moment, each on a connection of its own; the codes of refusals."""
    together, said = threading.Barrier(len(acts)), []

    def one(act: Callable[[], None]) -> None:
        try:
            together.wait(10)
            act()
            said.append("done")
        except Refusal as refusal:
            said.append(refusal.code)
        except BaseException as fault:  # noqa: BLE001 - looked at by the test
            said.append(repr(fault))
        finally:
            connection.close()

    hands = [threading.Thread(target=one, args=(act,)) for act in acts]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(20)
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_of_two_phones_one_wins_and_the_other_reads_why() -> None:
    first, second = ask_for(new_kettle(), 10), ask_for(new_kettle(), 10)
    board = step(first, "board")
    assert _both([lambda: start(first, board)] * 2) == ["already_started", "done"]
    with transaction.atomic():
        actions.undo_start(first.number, board, who=pressed(), now=MONDAY)
    other = step(second, "board")
    said = _both([lambda: start(first, board), lambda: start(second, other)])
    assert said == ["done", "machine_busy"]
    assert Progress.objects.count() == 1
    key = uuid4()
    running = Progress.objects.get()
    assert _both(
        [lambda: finish_step(running.work_order, running.operation_id, 10, key=key)] * 2
    ) == ["done", "done"]
    assert FloorReport.objects.filter(key=key).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_tables_law_two_would_run_on_one_machine() -> None:
    # The control of the test above: the law that a machine does one thing at a time is taken away.
    first, second = ask_for(new_kettle(), 10), ask_for(new_kettle(), 10)
    with connection.cursor() as cursor:
        cursor.execute("drop index one_thing_at_a_time")
    try:
        said = _both(
            [
                lambda: start(first, step(first, "board")),
                lambda: start(second, step(second, "board")),
            ]
        )
        assert said == ["done", "done"]
    finally:
        Progress.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "create unique index one_thing_at_a_time on factory_progress"
                " (work_centre_id, machine) where finished_at is null"
            )
