"""Requirements in the tables: proposals, pegs, purchases, stocked parts."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from firsthand.catalogue.models import Sku
from firsthand.factory import actions
from firsthand.factory.models import (
    BomAlternate,
    BomLine,
    Forecast,
    Part,
    Peg,
    PurchaseOrder,
    WorkOrder,
)
from firsthand.factory.mrp import purchasing, tracing
from firsthand.factory.mrp.actions import Run, advice, look, run_mrp
from firsthand.factory.mrp.store import RECEIVING, Promised
from firsthand.kit import outbox
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, MADE, ON_OFFER, Transfer, on_hand
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
    refused,
)

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()


def run(now: datetime = MONDAY, promised: list[Promised] | None = None) -> Run:
    with transaction.atomic():
        return run_mrp(now, promised)


def due_days(sku: Sku, now: datetime = MONDAY) -> list[int]:
    """In how many days the proposed lots of a SKU are due."""
    dues = WorkOrder.objects.filter(part__sku=sku).order_by("due_at").values_list("due_at")
    return [(due_at - now).days for (due_at,) in dues]


def promise(sku: Sku, quantity: int, day: int) -> Promised:
    by = TODAY + timedelta(days=day)
    return Promised(sku.pk, by + timedelta(days=2), by, quantity)


def test_lots_are_proposed_until_a_sku_has_its_base_stock() -> None:
    kettle = new_kettle(lot_size=100)
    assert run().changed == 1
    order = WorkOrder.objects.get()
    assert (order.part.sku_id, order.quantity, order.state, order.origin) == (
        kettle.pk, 100, "planned", "mrp",
    )  # fmt: skip
    assert (order.release_at, due_days(kettle)) == (MONDAY, [14])
    again = run()  # it is on its way: nothing more, and nothing is told
    assert (again.changed, WorkOrder.objects.get()) == (0, order)
    assert [news.name for news in outbox.after("factory", 0)] == ["requirements_planned.v1"]


def test_what_sells_is_built_in_more_lots_and_sooner() -> None:
    kettle, slow = new_kettle(lot_size=100), new_kettle(lot_size=100)
    with transaction.atomic():
        stock.open_accounts([kettle.pk])
        goods = {kettle.pk: 400}
        stock.transfer(debit=on_hand(PLACE), credit=MADE, quantities=goods, cause="test")
        stock.transfer(debit=ON_OFFER, credit=on_hand(PLACE), quantities=goods, cause="test")
        stock.transfer(debit=HELD, credit=ON_OFFER, quantities=goods, cause="test")
        # Fifty expired: they were not sold.
        back = {kettle.pk: 50}
        stock.transfer(debit=ON_OFFER, credit=HELD, quantities=back, cause="test")
    now = Transfer.objects.latest("id").moved_at
    run(now)
    # 350 sold in four weeks are 175 in two. 50 are free: two lots, the first due in four days.
    assert due_days(kettle, now) == [4, 12]
    assert WorkOrder.objects.filter(part__sku=slow).count() == 1


def test_a_forecast_takes_the_place_of_the_base_stock() -> None:
    kettle = new_kettle(lot_size=10)
    for day in range(1, 6):
        Forecast.objects.create(
            sku=kettle, day=TODAY + timedelta(days=day), pieces=4.4, pieces_low=1, pieces_high=9,
            model="test",
        )  # fmt: skip
    run()
    assert due_days(kettle) == [1, 3, 5]  # 22 pieces: the first lot lasts until the third day


def test_what_was_promised_is_pegged_from_the_buyer_down_to_the_supplier_and_back() -> None:
    shell = bought("shell", 1230, on_hand=30, lead_time_days=4)
    kettle = new_kettle(lot_size=50, shell=shell)
    run(promised=[promise(kettle, 80, 9)])
    by = TODAY + timedelta(days=11)
    behind = tracing.behind_promise(kettle.pk, by)
    assert (sorted(behind.work_orders.values()), behind.from_stock) == ([30, 50], 0)
    plan_at(MONDAY)
    found = tracing.stands_on(behind.work_orders)
    shells = [one for one in found.material if one.part_id == shell.pk]
    assert sum(one.quantity for one in shells) == 100
    assert sum(one.quantity for one in shells if one.comes_at is None) == 30
    assert {one.purchase_state for one in found.purchases} == {"planned"}
    assert {one.work_centre for one in found.steps} == {"smt", "assembly"}
    # And up: the lot that waits for shells, and for whom it is.
    waiting = tracing.waiting_for(shell.pk)
    assert {(one.sku_id, one.ship_by) for one in waiting} >= {(kettle.pk, by)}
    assert {one.work_order_id for one in waiting} <= set(behind.work_orders) | {
        *WorkOrder.objects.values_list("pk", flat=True)
    }
    chip = Part.objects.get(code__startswith="chip")
    assert tracing.waiting_for(chip.pk) == []  # there are enough of them
    assert len(tracing.waiting_for(chip.pk, is_missing=False)) >= 2


def test_nobody_says_by_when_and_so_what_is_owed_is_owed_today() -> None:
    kettle = new_kettle(lot_size=50)
    with transaction.atomic():
        stock.open_accounts([kettle.pk])
        goods = {kettle.pk: 20}
        stock.transfer(debit=ON_OFFER, credit="planned", quantities=goods, cause="test")
        stock.transfer(debit=HELD, credit=ON_OFFER, quantities=goods, cause="test")
    run(Transfer.objects.latest("id").moved_at)
    assert sorted(Peg.objects.filter(for_ship_by__isnull=False).values_list("quantity")) == [(20,)]


def test_a_lot_is_released_when_its_purchase_has_come() -> None:
    shell = bought("shell", 1230, on_hand=0, lead_time_days=6)
    kettle = new_kettle(lot_size=50, shell=shell)
    asked = [promise(kettle, 50, 3)]
    result = run(promised=asked).result
    assert {one.kind for one in result.messages} == {"order_now"}
    purchase = PurchaseOrder.objects.order_by("due_at")[0]
    lot = WorkOrder.objects.order_by("due_at")[0]
    assert purchase.due_at == MONDAY + 6 * DAY  # eight in the morning there
    assert lot.release_at == purchase.due_at + RECEIVING
    with transaction.atomic():
        purchasing.order_purchase(purchase.number, MONDAY)
        purchasing.purchase_comes(purchase.number, MONDAY + 9 * DAY, MONDAY)
    told = outbox.after("factory", 0)[-1]
    assert told.name == "purchase_delayed.v1" and lot.pk in told.body["work_order_ids"]
    lot.refresh_from_db()
    assert lot.release_at == MONDAY + 9 * DAY + RECEIVING
    with transaction.atomic():
        purchasing.receive_purchase(purchase.number, purchase.quantity, MONDAY + HOUR)
    lot.refresh_from_db()
    shell.refresh_from_db()
    assert (lot.release_at, shell.on_hand) == (MONDAY + HOUR, purchase.quantity)
    run(MONDAY + HOUR, promised=asked)
    lot.refresh_from_db()
    assert lot.release_at == MONDAY + HOUR


def test_a_purchase_that_is_too_late_is_overtaken_by_a_new_one() -> None:
    shell = bought("shell", 1230, on_hand=0, lead_time_days=2)
    asked = [promise(new_kettle(lot_size=50, shell=shell), 50, 5)]
    run(promised=asked)
    [late] = PurchaseOrder.objects.filter(part=shell)
    with transaction.atomic():
        purchasing.order_purchase(late.number, MONDAY)
        purchasing.purchase_comes(late.number, MONDAY + 60 * DAY, MONDAY)
    result = run(promised=asked).result
    [new] = PurchaseOrder.objects.filter(part=shell, state="planned")
    assert new.due_at < MONDAY + 5 * DAY
    assert ("cancel", late.pk) in [(one.kind, one.order.id) for one in result.messages]
    said = {one.number: one for one in advice(*look(MONDAY, asked))}
    assert (said[late.number].kind, said[late.number].wanted) == ("cancel", None)
    assert said[late.number].day == TODAY + timedelta(days=60)
    assert said[late.number].part_code == shell.code


def test_purchases_come_in_parts_and_not_twice() -> None:
    chip = bought("chip", 450, on_hand=0)
    with transaction.atomic():
        order = purchasing.open_purchase(
            part_id=chip.pk, quantity=100, due_at=MONDAY + DAY, now=MONDAY
        )
        assert purchasing.receive_purchase(order.number, 40, MONDAY).left == 60
    with refused("bad_quantity"):
        purchasing.receive_purchase(order.number, 61, MONDAY)
    with transaction.atomic():
        assert purchasing.cancel_purchase(order.number, MONDAY).quantity == 60
    with refused("purchase_over"):
        purchasing.receive_purchase(order.number, 1, MONDAY)
    with refused("no_such_purchase"):
        purchasing.firm_purchase("P999999")
    with refused("no_such_part"):
        purchasing.open_purchase(part_id=0, quantity=1, due_at=MONDAY, now=MONDAY)
    chip.refresh_from_db()
    assert chip.on_hand == 40


def test_what_somebody_decided_stays_and_what_nobody_needs_any_more_goes() -> None:
    shell = bought("shell", 1230, on_hand=0, lead_time_days=2)
    kettle = new_kettle(lot_size=50, shell=shell)
    run(promised=[promise(kettle, 150, 9)])
    lots = list(WorkOrder.objects.order_by("due_at", "id"))
    assert len(lots) == 4  # three of them promised, one for the shelf
    WorkOrder.objects.filter(pk=lots[1].pk).update(state="firm")
    with transaction.atomic():
        purchasing.firm_purchase(PurchaseOrder.objects.order_by("id")[0].number)
    kept = set(PurchaseOrder.objects.filter(state="firm").values_list("pk", flat=True))
    result = run(promised=[promise(kettle, 50, 9)])
    left = set(WorkOrder.objects.values_list("pk", flat=True))
    assert len(left) == 2 and lots[1].pk in left
    assert set(result.sku_ids) == {kettle.pk}
    assert kept <= set(PurchaseOrder.objects.values_list("pk", flat=True))


def test_a_proposal_that_a_buyer_was_promised_from_meanwhile_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kettle = new_kettle(lot_size=50)
    run(promised=[promise(kettle, 50, 9)])
    lot = WorkOrder.objects.order_by("due_at")[0]
    lock = stock.lock_on_offer

    def sold_while_we_waited(sku_ids: list[int]) -> dict[int, int]:
        WorkOrder.objects.filter(pk=lot.pk).update(state="firm")
        return lock(sku_ids)

    monkeypatch.setattr(stock, "lock_on_offer", sold_while_we_waited)
    run(promised=[])
    lot.refresh_from_db()
    assert (lot.state, lot.quantity) == ("firm", 50)


def test_stocked_boards_have_lots_of_their_own_and_kettles_take_from_them() -> None:
    kettle = new_kettle(lot_size=50)
    board = Part.objects.get(code=f"board-{kettle.code}")
    Part.objects.filter(pk=board.pk).update(is_stocked=True, on_hand=20, lot_size=40)
    run(promised=[promise(kettle, 50, 9)])
    for_boards = WorkOrder.objects.filter(part=board)
    # Fifty for the promise and fifty for the shelf, less the twenty there: two lots of forty.
    assert [one.quantity for one in for_boards] == [40, 40]
    lot = WorkOrder.objects.filter(part__sku=kettle).order_by("due_at")[0]
    found = tracing.stands_on([lot.pk])
    assert found.work_order_ids  # it waits for a lot of boards
    assert for_boards[0].due_at < lot.due_at
    chip = Part.objects.get(code__startswith="chip")
    finish(for_boards[0], 39)
    board.refresh_from_db()
    chip.refresh_from_db()
    assert (board.on_hand, chip.on_hand) == (59, 1_000_000 - 80)
    finished = [one for one in outbox.after("factory", 0) if one.name.startswith("work_order_fin")]
    assert [one.body["sku_id"] for one in finished] == [None]
    finish(lot)
    board.refresh_from_db()
    chip.refresh_from_db()
    assert (board.on_hand, chip.on_hand) == (9, 1_000_000 - 80)  # no chip went in twice
    with transaction.atomic():
        actions.cancel_work_order(for_boards[1].number)


def test_an_alternate_is_taken_and_used_up_where_the_shell_is_short() -> None:
    shell = bought("shell", 1230, on_hand=10, lead_time_days=30)
    other = bought("other shell", 1300, on_hand=500, lead_time_days=30)
    kettle = new_kettle(lot_size=50, shell=shell)
    line = BomLine.objects.get(component=shell)
    BomAlternate.objects.create(line=line, component=other)
    run(promised=[promise(kettle, 50, 3)])
    lot = WorkOrder.objects.order_by("due_at")[0]
    assert lot.release_at == MONDAY
    finish(lot)
    shell.refresh_from_db()
    other.refresh_from_db()
    assert (shell.on_hand, other.on_hand) == (0, 460)


def test_what_begins_by_the_plan_is_no_proposal_any_more() -> None:
    kettle = new_kettle(lot_size=50)
    run(promised=[promise(kettle, 50, 3)])
    plan_at(MONDAY)
    before = set(WorkOrder.objects.values_list("pk", flat=True))
    run(MONDAY + 2 * HOUR, promised=[])
    running = WorkOrder.objects.filter(pk__in=before).order_by("due_at")[0]
    assert running.quantity == 50


def test_a_sku_that_the_factory_does_not_make_is_no_concern_of_it() -> None:
    assert run(promised=[promise(new_sku(), 5, 3)]).changed == 0


def test_a_bill_that_leads_back_is_refused_and_the_old_proposals_stay() -> None:
    kettle = new_kettle()
    run()
    board = Part.objects.get(code__startswith="board-")
    BomLine.objects.create(parent=board, component=Part.objects.get(sku=kettle), quantity=1)
    with refused("impossible", "leads back to itself"):
        run_mrp(MONDAY)
    assert WorkOrder.objects.count() == 1


def test_whoever_only_looks_changes_nothing() -> None:
    kettle = new_kettle()
    _days, _problem, result = look(MONDAY, [promise(kettle, 5, 3)])
    assert result.planned and not WorkOrder.objects.exists() and not Peg.objects.exists()


def test_a_lot_opened_by_hand_counts_and_is_never_taken_back() -> None:
    kettle = new_kettle(lot_size=100)
    mine = ask_for(kettle, 100, due=MONDAY + 9 * DAY)
    run()
    run(promised=[])
    assert list(WorkOrder.objects.all()) == [mine]
