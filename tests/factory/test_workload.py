"""From rows to a problem: calendars, machines, the floor's word, breakdowns, pins, the fence.

All rows are made by hand; times are seconds after MONDAY, when the plant's shift begins.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from firsthand.factory import tables as rows
from firsthand.factory.bom import Line
from firsthand.factory.checker import check
from firsthand.factory.impossible import Impossible
from firsthand.factory.problem import Mode, Need, Operation, Place
from firsthand.factory.solver import find
from firsthand.factory.tables import Tables
from firsthand.factory.workload import Workload, workload
from tests.factory.works import DAY, HOUR, MONDAY

SECOND = timedelta(seconds=1)
CASE, BODY, LID = 1, 2, 3  # a case is made of a body, which is made in its lot, and a lid
PRESS, PAINT, FAR = 1, 2, 3
BODY_10, CASE_10, CASE_20, LID_10 = 11, 21, 22, 31
FLOOR = Tables(
    plants=[
        rows.Plant(1, "p1", "UTC", 0, reports_progress=False),
        rows.Plant(2, "p2", "UTC", 0, reports_progress=False),
    ],
    centres=[
        rows.Centre(PRESS, "press", 1, "press", 2, 0, 480, False, None, 10),
        rows.Centre(PAINT, "paint", 1, "paint", 1, 0, 480, False, None, 0),
        rows.Centre(FAR, "far", 2, "paint", 1, 0, 480, False, None, 0),
    ],
    orders=[rows.Order(1, "W1", CASE, 100, MONDAY, MONDAY + 3 * DAY, 4)],
    lines=[Line(CASE, BODY, 1)],
    stocked=[Line(CASE, LID, 1)],
    routed=[
        rows.Routed(BODY_10, BODY, "body", 10, PRESS, 30, 36, "steel"),
        rows.Routed(CASE_10, CASE, "case", 10, PAINT, 0, 18, "black"),
        rows.Routed(CASE_20, CASE, "case", 20, FAR, 0, 9, "black"),
        rows.Routed(LID_10, LID, "lid", 10, PRESS, 30, 18, "steel"),
    ],
)


def loaded(at: timedelta = timedelta(), **changed: Any) -> Workload:
    """The workload of the floor, with other rows."""
    return workload(replace(FLOOR, **changed), MONDAY + at)


def operations(load: Workload, lot: int = 0) -> dict[int, Operation]:
    """The operations of a lot of the problem."""
    return {one.id: one for one in load.problem.lots[lot].operations}


def reporting(frozen_minutes: int = 0) -> list[rows.Plant]:
    """The plants, whose floors report."""
    return [
        one._replace(reports_progress=True, frozen_minutes=frozen_minutes) for one in FLOOR.plants
    ]


def windows(load: Workload, code: str, number: int = 1) -> list[tuple[float, float]]:
    """When a machine works, in hours."""
    [centre] = [one for one in load.problem.work_centres if one.code == code]
    machine = centre.machine(number)
    assert machine is not None
    return [(opens / 3600, closes / 3600) for opens, closes in machine.calendar.windows]


# --- calendars --------------------------------------------------------------------------------


def test_a_work_calendar_goes_before_the_usual_shift_and_a_machines_own_before_both() -> None:
    load = loaded(
        centres=[FLOOR.centres[0]._replace(calendar_id=1), *FLOOR.centres[1:]],
        machines=[rows.MachineRow(PRESS, 2, 2, 100, ())],
        shifts=[
            rows.ShiftRow(1, 0, 60, 120),  # Monday from one to three, and at night past midnight
            rows.ShiftRow(1, 0, 1320, 240),
            rows.ShiftRow(2, 5, 0, 60),  # Saturday
        ],
        days=[
            rows.DayRow(1, date(2026, 11, 30), 0, 0),  # the next Monday is closed
            rows.DayRow(1, date(2026, 12, 7), 600, 60),  # and the one after it works at ten
        ],
    )
    assert windows(load, "press")[:4] == [
        (1, 3),
        (22, 26),
        (14 * 24 + 10, 14 * 24 + 11),
        (505, 507),
    ]
    assert windows(load, "press", 2)[0] == (120, 121)
    assert windows(load, "paint")[:2] == [(0, 8), (24, 32)]


def test_standstills_are_cut_out_and_a_machine_without_time_is_not_there() -> None:
    load = loaded(
        standstills=[
            rows.Standstill(PAINT, 1, MONDAY + 2 * HOUR, MONDAY + 3 * HOUR, False),
            rows.Standstill(PRESS, 2, MONDAY - DAY, MONDAY + 999 * DAY, False),
        ]
    )
    assert windows(load, "paint")[:3] == [(0, 2), (3, 8), (24, 32)]
    assert [len(one.machines) for one in load.problem.work_centres] == [1, 1, 1]


# --- machines ---------------------------------------------------------------------------------


def test_machines_that_are_alike_are_not_listed_and_others_are_with_their_own_times() -> None:
    assert operations(loaded())[BODY_10].modes == ()
    other = [
        rows.MachineRow(PRESS, 1, None, 120, ()),
        rows.MachineRow(PRESS, 2, None, 100, ("wood",)),
    ]
    assert operations(loaded(machines=other))[BODY_10].modes == (Mode(PRESS, 1, 3000),)
    again = [rows.Alternative(BODY_10, PAINT, 72), rows.Alternative(BODY_10, FAR, 1)]
    found = operations(loaded(machines=other, alternatives=again))[BODY_10].modes
    assert found == (Mode(PRESS, 1, 3000), Mode(PAINT, 1, 7200))  # none in another plant


def test_no_machine_for_an_operation_leaves_its_order_out_and_says_why() -> None:
    wood = [rows.MachineRow(PRESS, number, None, 100, ("wood",)) for number in (1, 2)]
    lid = rows.Order(2, "W2", LID, 10, MONDAY, MONDAY + DAY)
    far = FLOOR.orders[0]._replace(id=3, number="W3")
    paint = rows.Order(4, "W4", 9, 10, MONDAY, MONDAY + DAY)
    load = loaded(
        machines=wood,
        orders=[FLOOR.orders[0], lid, far, paint],
        routed=[*FLOOR.routed, rows.Routed(91, 9, "sign", 10, PAINT, 0, 5, "black")],
    )
    assert [one.name for one in load.problem.lots] == ["W4"]
    first = load.left_out[0]
    assert (first.number, str(first.why)) == (
        "W1",
        "no machine can do operation 10 of body: none that works in press makes family steel",
    )
    assert [one["number"] for one in load.as_json()["left_out"]] == ["W1", "W2", "W3"]
    # When nothing is left, there is no plan at all: the one in force stays.
    with pytest.raises(Impossible, match="operation 10 of body"):
        loaded(machines=wood)


def test_what_takes_longer_than_any_machine_works_is_left_out_alone() -> None:
    huge = FLOOR.orders[0]._replace(id=2, number="W2", quantity=1_000_000)
    load = loaded(orders=[FLOOR.orders[0], huge])
    assert [one.number for one in load.left_out] == ["W2"]
    assert "longer than any of its machines works" in str(load.left_out[0].why)


def test_tools_ways_changeovers_and_weights_come_from_their_rows() -> None:
    load = loaded(
        resources=[rows.Resource(7, "mould", 1, 2)],
        takings=[rows.Taking(BODY_10, 7)],
        ways=[rows.Way(1, 2, 90)],
        changeovers=[rows.ChangeoverRow(PRESS, "wood", "steel", 45)],
        last=[rows.Last(PRESS, 1, "wood", "box")],
    )
    found = operations(load)
    assert (found[BODY_10].pools, found[CASE_20].lags) == ((7,), (5400,))
    assert [(one.code, one.quantity) for one in load.problem.pools] == [("mould", 2)]
    press = load.problem.centres[PRESS]
    assert press.setup_seconds("wood", "box", found[BODY_10]) == 2700
    assert press.minor_setup_seconds == 600 and press.machines[0].family == "wood"
    assert load.problem.lots[0].weight == 4
    elsewhere = [rows.Resource(7, "mould", 2, 2)]
    with pytest.raises(Impossible, match="takes mould, which is in another plant"):
        loaded(resources=elsewhere, takings=[rows.Taking(BODY_10, 7)])


# --- lots that need others --------------------------------------------------------------------


def test_a_stocked_part_has_its_own_lot_and_whoever_takes_it_waits() -> None:
    lid = rows.Order(2, "W2", LID, 100, MONDAY, MONDAY + DAY)
    supplies = [rows.Supply(LID, 2, 1)]
    load = loaded(orders=[*FLOOR.orders, lid], supplies=supplies)
    assert load.problem.lots[0].needs == (Need(2, 0),)
    assert set(operations(load)) == {BODY_10, CASE_10, CASE_20}  # the lid is none of them
    # Whoever waits for what cannot be planned is left out, too.
    sick = [one for one in FLOOR.routed if one.part_id != LID]
    sign = rows.Routed(91, 9, "sign", 10, PAINT, 0, 5, "black")
    other = rows.Order(3, "W3", 9, 10, MONDAY, MONDAY + DAY)
    load = loaded(orders=[*FLOOR.orders, lid, other], supplies=supplies, routed=[*sick, sign])
    assert [one.number for one in load.left_out] == ["W2", "W1"]
    assert str(load.left_out[1].why) == "it waits for work order W2, which cannot be planned"
    # Lots that wait for one another are left out, with the way.
    circle = [*supplies, rows.Supply(CASE, 1, 2)]
    load = loaded(orders=[*FLOOR.orders, lid, other], supplies=circle, routed=[*FLOOR.routed, sign])
    assert [one.name for one in load.problem.lots] == ["W3"]
    assert "lots wait for one another: W1 → W2 → W1" in [str(one.why) for one in load.left_out]


# --- what runs --------------------------------------------------------------------------------


def run(operation: int, centre: int, start: float, end: float, *, machine: int = 1) -> rows.Run:
    """A row of the plan in force, in hours."""
    return rows.Run(1, operation, centre, machine, MONDAY + start * HOUR, MONDAY + end * HOUR, 0)


def said(operation: int, centre: int, start: float, end: float | None = None) -> rows.Reported:
    """A report of the floor, in hours."""
    finished = None if end is None else MONDAY + end * HOUR
    return rows.Reported(1, operation, centre, 1, MONDAY + start * HOUR, finished, 100)


def test_a_floor_that_reports_is_believed_and_the_plan_is_not() -> None:
    plan = [run(BODY_10, PRESS, 0, 1), run(CASE_10, PAINT, 1, 1.5)]
    # The plan says that the body is done; nobody has begun it.
    load = loaded(2 * HOUR, plants=reporting(), runs=plan)
    assert set(operations(load)) == {BODY_10, CASE_10, CASE_20} and load.begun == ()
    # It was begun at half past one, and takes an hour.
    load = loaded(2 * HOUR, plants=reporting(), runs=plan, reported=[said(BODY_10, PRESS, 1.5)])
    fixed = operations(load)[BODY_10].fixed
    assert fixed is not None and (fixed.start, fixed.end) == (-1800, 1800) and load.begun == (1,)
    # It should have been over an hour ago: it is taken to need another tenth of its time.
    load = loaded(3 * HOUR, plants=reporting(), runs=plan, reported=[said(BODY_10, PRESS, 1)])
    fixed = operations(load)[BODY_10].fixed
    assert fixed is not None and (fixed.start, fixed.end) == (-7200, 360)
    # It is done, and ten pieces were spoilt: no more than ninety go on.
    done = said(BODY_10, PRESS, 1, 2)
    load = loaded(3 * HOUR, plants=reporting(), reported=[done])
    assert operations(load)[CASE_10].after == () and set(operations(load)) == {CASE_10, CASE_20}
    spoilt = [done, said(CASE_10, PAINT, 2, 2.5)._replace(good=90)]
    load = loaded(3 * HOUR, plants=reporting(), reported=spoilt)
    assert operations(load)[CASE_20].run_seconds == 90 * 9


def test_what_runs_into_the_night_goes_on_in_the_morning() -> None:
    load = loaded(7.9 * HOUR, plants=reporting(), reported=[said(BODY_10, PRESS, 7.5)])
    fixed = operations(load)[BODY_10].fixed
    assert fixed is not None and fixed.end == round((24.5 - 7.9) * 3600)


def test_a_breakdown_stops_what_ran_and_what_was_left_is_planned_anew() -> None:
    broken = [rows.Standstill(PRESS, 1, MONDAY + 0.75 * HOUR, MONDAY + 4 * HOUR, True)]
    plan = [run(BODY_10, PRESS, 0, 1), run(CASE_10, PAINT, 1, 1.5)]
    for plants, reported in ((FLOOR.plants, []), (reporting(), [said(BODY_10, PRESS, 0)])):
        load = loaded(2 * HOUR, plants=plants, runs=plan, reported=reported, standstills=broken)
        left = operations(load)[BODY_10]
        assert left.fixed is None and left.run_seconds == 900  # a quarter of an hour
        assert load.left == {(1, BODY_10): 2500} and load.begun == (1,)
        assert load.problem.centres[PRESS].machines[0].family == "steel"
    # The next plan begins it later; what is left of it stays what it was.
    later = [run(BODY_10, PRESS, 3, 3.25, machine=2)._replace(left_bp=2500)]
    load = loaded(2.5 * HOUR, runs=later, standstills=broken)
    assert operations(load)[BODY_10].run_seconds == 900
    # What was to begin on the broken machine has not begun.
    load = loaded(2 * HOUR, runs=[run(BODY_10, PRESS, 1, 2)], standstills=broken)
    assert operations(load)[BODY_10].run_seconds == 3600 and load.begun == ()


def test_what_ends_on_its_way_to_another_plant_is_waited_for() -> None:
    ended = [said(BODY_10, PRESS, 0, 1), said(CASE_10, PAINT, 1, 2)]
    load = loaded(2.5 * HOUR, plants=reporting(), reported=ended, ways=[rows.Way(1, 2, 90)])
    assert operations(load)[CASE_20].not_before == 3600


# --- pins and the fence -----------------------------------------------------------------------


def test_a_pin_leaves_one_machine_and_one_that_cannot_be_kept_is_said() -> None:
    pin = rows.PinRow(1, BODY_10, PRESS, 2, MONDAY + HOUR)
    found = operations(loaded(pins=[pin]))[BODY_10]
    assert (found.modes, found.not_before) == ((Mode(PRESS, 2, 3600),), 3600)
    load = loaded(pins=[pin._replace(machine=9)])
    assert operations(load)[BODY_10].modes == ()
    assert [(one.number, one.operation) for one in load.loosened] == [("W1", "10 of body")]


FENCED = [one._replace(frozen_minutes=240, reports_progress=False) for one in FLOOR.plants]
PLAN = [run(BODY_10, PRESS, 0.5, 2)._replace(setup_minutes=30), run(CASE_10, PAINT, 2, 2.5)]


def test_what_begins_soon_stays_and_what_begins_later_does_not() -> None:
    load = loaded(plants=FENCED, runs=[*PLAN, run(CASE_20, FAR, 5, 5.25)])
    found = operations(load)
    stays = [found[one].fixed for one in (BODY_10, CASE_10)]
    assert [(one.start, one.end, one.setup_seconds) for one in stays if one] == [
        (1800, 7200, 1800),
        (7200, 9000, 0),
    ]
    assert found[CASE_20].fixed is None and load.loosened == ()
    assert load.problem.previous == {(1, CASE_20): Place(FAR, 1, 5 * 3600)}
    plan = find("edd").solve(load.problem, seed=0)
    assert check(load.problem, plan) == []


def test_what_can_no_longer_stay_is_let_go_with_all_that_comes_after_it() -> None:
    broken = [rows.Standstill(PRESS, 1, MONDAY - HOUR, MONDAY + DAY, True)]
    load = loaded(plants=FENCED, runs=PLAN, standstills=broken)
    assert [str(one.why) for one in load.loosened] == [
        "machine 1 of press is broken",
        "operation 10 of body, which comes before it, does not stay",
    ]
    assert all(one.fixed is None for one in operations(load).values())
    late = [FLOOR.orders[0]._replace(release_at=MONDAY + 6 * HOUR)]  # its material comes later
    load = loaded(plants=FENCED, runs=PLAN, orders=late)
    assert str(load.loosened[0].why) == "it cannot begin before the fence ends"
    pin = [rows.PinRow(1, BODY_10, PRESS, 2, MONDAY)]
    load = loaded(plants=FENCED, runs=PLAN, pins=pin)
    assert "cannot do it" in str(load.loosened[0].why)


def test_behind_something_that_takes_longer_the_order_stays_and_the_times_move() -> None:
    # Another lot still runs on the press; what follows there begins when it ends.
    other = rows.Order(2, "W2", LID, 100, MONDAY, MONDAY + DAY)
    load = loaded(
        0.75 * HOUR,
        plants=reporting(240),
        runs=PLAN,
        orders=[*FLOOR.orders, other],
        reported=[rows.Reported(2, LID_10, PRESS, 1, MONDAY + 0.25 * HOUR, None, 0)],
    )
    body, case = (operations(load)[one].fixed for one in (BODY_10, CASE_10))
    assert operations(load, 1)[LID_10].fixed is not None and body is not None and case is not None
    # It has overrun; in five minutes it ends. Then the body is set up, as a part of its family.
    assert (body.start, body.end, body.setup_seconds) == (300, 4500, 600)
    assert (case.start, case.end) == (4500, 6300)
