"""Hours go by, machines break, the floor is late, planners pin: each plan can be carried out.

A small floor is drawn, planned, and planned again and again as time passes, in a plant that
reports and in one that does not; the judge has nothing to say about any of the plans.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from firsthand.factory import tables as rows
from firsthand.factory.bom import Line
from firsthand.factory.checker import check
from firsthand.factory.plan import Plan
from firsthand.factory.problem import Problem
from firsthand.factory.solver import find
from firsthand.factory.tables import Tables
from firsthand.factory.workload import Workload, workload
from tests.factory.works import HOUR, MONDAY

PRODUCTS, BOARD, LOTS = (1, 2, 3), 9, 8
FAMILIES = {1: "A", 2: "B", 3: "B"}


def drawn(chance: Random, *, reports: bool) -> Tables:
    """A plant of three centres, a far one, and eight lots of three products and a stocked board."""
    routed, lines, stocked, takings, others = [], [], [], [], []
    for part in (*PRODUCTS, BOARD):
        family = FAMILIES.get(part, "board")
        for number in range(1, chance.randint(2, 4) if part != BOARD else 2):
            centre = chance.choice((1, 2, 3, 4))
            step = rows.Routed(10 * part + number, part, f"P{part}", number, centre, 20, 60, family)
            routed.append(step)
            if centre < 3 and chance.random() < 0.4:
                others.append(rows.Alternative(step.id, 3 - centre, 80))
            if centre < 4 and chance.random() < 0.4:
                takings.append(rows.Taking(step.id, 1))
        if part == 3:
            stocked.append(Line(part, BOARD, 1))
    lines.append(Line(2, 1, 1))
    orders = [
        rows.Order(
            number,
            f"W{number}",
            chance.choice((*PRODUCTS, BOARD)),
            chance.randint(5, 60),
            MONDAY + chance.randint(-10, 20) * HOUR,
            MONDAY + chance.randint(5, 60) * HOUR,
            chance.choice((1, 4)),
        )
        for number in range(1, LOTS + 1)
    ]
    boards = [one.id for one in orders if one.part_id == BOARD]
    return Tables(
        plants=[
            rows.Plant(1, "p1", "Asia/Shanghai", 240, reports),
            rows.Plant(2, "p2", "Asia/Shanghai", 240, reports),
        ],
        centres=[
            rows.Centre(one, f"wc{one}", 1 + one // 4, "", 2, 480, 600, one == 2, None, 10)
            for one in (1, 2, 3, 4)
        ],
        machines=[rows.MachineRow(1, 2, None, 130, ()), rows.MachineRow(2, 1, None, 100, ("B",))],
        changeovers=[rows.ChangeoverRow(one, "A", "B", 45) for one in (1, 2)],
        resources=[rows.Resource(1, "jig", 1, 2)],
        ways=[rows.Way(1, 2, 30), rows.Way(2, 1, 40)],
        orders=orders,
        lines=lines,
        stocked=stocked,
        routed=routed,
        alternatives=others,
        takings=takings,
        supplies=[
            rows.Supply(BOARD, chance.choice(boards), one.id)
            for one in orders
            if one.part_id == 3 and boards
        ],
    )


def as_runs(problem: Problem, plan: Plan, load: Workload, before: list[rows.Run]) -> list[rows.Run]:
    """A plan as rows; what had ended by the one before it is carried over."""
    found = {
        (one.lot_id, one.operation_id): rows.Run(
            one.lot_id,
            one.operation_id,
            one.work_centre_id,
            one.machine,
            problem.instant(one.start),
            problem.instant(one.end),
            one.setup_seconds // 60,
            load.left.get((one.lot_id, one.operation_id), rows.WHOLE_BP),
        )
        for one in plan.operations
    }
    ended = {(one.work_order_id, one.operation_id): one for one in before}
    for key, one in ended.items():
        if one.ends_at <= problem.begins_at:
            found.setdefault(key, one)
    return list(found.values())


def as_reported(
    runs: list[rows.Run], reported: list[rows.Reported], now: datetime, chance: Random
) -> list[rows.Reported]:
    """What a floor says that does what the plan says, more or less late, in its order."""
    said = {(one.work_order_id, one.operation_id): one for one in reported}
    busy = {one[2:4] for one in reported if one.finished_at is None}
    for run in sorted(runs, key=lambda one: one.starts_at):
        late = timedelta(minutes=chance.choice((0, 0, 5, 90)))
        key, place = (run.work_order_id, run.operation_id), (run.work_centre_id, run.machine)
        old = said.get(key)
        if old is not None and old.finished_at is None and run.ends_at + late <= now:
            said[key] = old._replace(finished_at=max(old.started_at, run.ends_at))
            busy.discard(old[2:4])
        elif old is None and run.starts_at + late <= now and place not in busy:
            if any(said[one].finished_at is None for one in said if one[0] == run.work_order_id):
                continue  # something of the lot runs still
            busy.add(place)
            said[key] = rows.Reported(*key, *place, run.starts_at + late, None, 1_000)
    return list(said.values())


def planned(tables: Tables, now: datetime, solver: str) -> tuple[Workload, list[rows.Run]]:
    """A plan that the judge has nothing to say about, as rows."""
    load = workload(tables, now)
    plan = find(solver).solve(load.problem, seed=0)
    assert check(load.problem, plan) == [] and not load.left_out
    return load, as_runs(load.problem, plan, load, list(tables.runs))


@pytest.mark.parametrize("reports", [False, True])
def test_whatever_happens_the_next_plan_can_be_carried_out(*, reports: bool) -> None:
    kept = stopped = let_go = 0
    for seed in range(6):
        chance = Random(seed)
        tables, now = drawn(chance, reports=reports), MONDAY
        for _ in range(12):
            load, runs = planned(tables, now, chance.choice(("edd", "atcs", "fifo")))
            kept += sum(
                bool(one.fixed) and not one.fixed.runs
                for lot in load.problem.lots
                for one in lot.operations
                if one.fixed
            )
            stopped, let_go = stopped + len(load.left), let_go + len(load.loosened)
            now += timedelta(minutes=chance.choice((7, 45, 130, 600)))
            tables = disturbed(tables, runs, now, chance)
            if reports:
                said = as_reported(runs, list(tables.reported), now, chance)
                tables = replace(tables, reported=said)
    assert min(kept, stopped, let_go) > 3  # a control: all of it did happen


def disturbed(tables: Tables, runs: list[rows.Run], now: datetime, chance: Random) -> Tables:
    """The floor with its new plan, and perhaps a machine that is broken or a planner's pin."""
    pins, standstills = list(tables.pins), list(tables.standstills)
    open_runs = [one for one in runs if one.starts_at > now]
    if open_runs and chance.random() < 0.3:
        pinned = chance.choice(open_runs)
        pins = [pin for pin in pins if pin[:2] != pinned[:2]]
        pins.append(rows.PinRow(*pinned[:4], now + HOUR))
    if chance.random() < 0.5:
        where = chance.choice([one for one in runs if one.starts_at <= now < one.ends_at] or runs)
        begins = now - timedelta(minutes=chance.choice((0, 10)))
        ends = now + chance.randint(1, 9) * HOUR
        breakdown = chance.random() < 0.8
        standstills.append(rows.Standstill(*where[2:4], begins, ends, breakdown))
    last = made_last(tables, runs, now)
    return replace(tables, runs=runs, pins=pins, standstills=standstills, last=last)


def made_last(tables: Tables, runs: list[rows.Run], now: datetime) -> list[rows.Last]:
    """What each machine made last, by the plan."""
    steps = {one.id: one for one in tables.routed}
    found = {
        one[2:4]: steps[one.operation_id]
        for one in sorted(runs, key=lambda one: one.ends_at)
        if one.ends_at <= now
    }
    return [rows.Last(*place, one.family, one.part_code) for place, one in found.items()]


def test_when_nothing_happens_all_that_begins_soon_stays_where_it_was() -> None:
    stayed = 0
    for seed in range(6):
        chance = Random(seed)
        tables, now = drawn(chance, reports=False), MONDAY
        for _ in range(12):
            load, runs = planned(tables, now, chance.choice(("edd", "atcs", "fifo")))
            assert load.loosened == () and load.left == {}
            before = {(one.work_order_id, one.operation_id): one for one in tables.runs}
            for lot in load.problem.lots:
                for one in lot.operations:
                    run = before.get((lot.id, one.id))
                    if one.fixed and run:
                        stayed += 1
                        assert load.problem.instant(one.fixed.start) == run.starts_at
                        assert load.problem.instant(one.fixed.end) == run.ends_at
            now += timedelta(minutes=chance.choice((7, 45, 130, 600)))
            tables = replace(tables, runs=runs, last=made_last(tables, runs, now))
    assert stayed > 50
