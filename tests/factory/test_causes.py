"""Why a lot is late: examples by hand, and the stretches of any plan lie end to end."""

from itertools import pairwise

from hypothesis import given, settings

from firsthand.factory import causes
from firsthand.factory.calendars import Calendar
from firsthand.factory.causes import Schedule
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Lot, Need, Operation, Problem
from firsthand.factory.solver import find
from tests.factory import floor


def told(problem: Problem, plan: Plan, lot_id: int) -> list[tuple[str, int, int]]:
    """The stretches of a lot's way: kind, start, end."""
    way = Schedule(problem, plan).way(lot_id)
    assert way is not None
    return [(one.kind, one.start, one.end) for one in way.stretches]


def solved(problem: Problem) -> Plan:
    return find("edd").solve(problem, seed=0)


def test_the_second_lot_waits_for_the_machine_and_its_changeover() -> None:
    first = floor.lot(1, floor.step(1, 100, setup=10, family="A"), due=200)
    second = floor.lot(2, floor.step(1, 50, setup=20, family="B"), due=150)
    problem = floor.problem(first, second)
    plan = Plan(
        "by hand",
        0,
        (PlannedOperation(1, 1, 1, 1, 0, 110, 10), PlannedOperation(2, 1, 1, 1, 110, 180, 20)),
    )
    schedule = Schedule(problem, plan)
    assert told(problem, plan, 2) == [("machine", 0, 110), ("setup", 110, 130), ("run", 130, 180)]
    way = schedule.way(2)
    assert way is not None
    assert (way.late, way.cause) == (30, causes.MACHINE)
    assert way.stretches[0].lots == (1,), "it says whom it waited for"
    assert way.waited_for() == {(1, 1): 110}
    assert schedule.late() == [2]


def test_material_shifts_and_the_way_between_plants_are_told_apart() -> None:
    """Released at 30; boards 30–50; the way takes 15; assembly is closed from 60 to 80."""
    assembly = floor.centre(2, calendar=Calendar(((0, 60), (80, 1000))))
    boards = floor.step(1, 20)
    late = Operation(2, 2, 30, after=(1,), lags=(15,))
    problem = floor.problem(
        floor.lot(1, boards, late, release=30), centres=(floor.centre(1), assembly)
    )
    plan = Plan(
        "by hand", 0, (PlannedOperation(1, 1, 1, 1, 30, 50), PlannedOperation(1, 2, 2, 1, 80, 110))
    )
    assert told(problem, plan, 1) == [
        ("material", 0, 30),
        ("run", 30, 50),
        ("transport", 50, 65),
        ("closed", 65, 80),
        ("run", 80, 110),
    ]


def test_a_part_that_another_lot_makes_and_a_pin() -> None:
    boards = floor.lot(1, floor.step(1, 40))
    kettle = Lot(2, "L2", 0, 50, (Operation(1, 2, 10, not_before=60),), needs=(Need(1, 5),))
    problem = floor.problem(boards, kettle, centres=(floor.centre(1), floor.centre(2)))
    plan = Plan(
        "by hand", 0, (PlannedOperation(1, 1, 1, 1, 0, 40), PlannedOperation(2, 1, 2, 1, 60, 70))
    )
    assert told(problem, plan, 2) == [("part", 0, 45), ("pin", 45, 60), ("run", 60, 70)]
    way = Schedule(problem, plan).way(2)
    assert way is not None and way.stretches[0].lots == (1,)


def test_a_lot_that_began_too_late_is_late_for_its_material_however_long_it_queued() -> None:
    """Released at 100, due at 105: it could not be in time, and its queue of 10 s is not why."""
    first = floor.lot(1, floor.step(1, 10), release=100)
    second = floor.lot(2, floor.step(1, 20), release=100, due=105)
    problem = floor.problem(first, second)
    plan = Plan(
        "by hand",
        0,
        (PlannedOperation(1, 1, 1, 1, 100, 110), PlannedOperation(2, 1, 1, 1, 110, 130)),
    )
    way = Schedule(problem, plan).way(2)
    assert way is not None and way.cause == causes.MATERIAL
    assert way.after_release() == {"machine": 10, "run": 20}


def test_a_machine_that_stands_free_is_said_to_be_kept() -> None:
    problem = floor.problem(floor.lot(1, floor.step(1, 10)))
    plan = Plan("by hand", 0, (PlannedOperation(1, 1, 1, 1, 25, 35),))
    assert told(problem, plan, 1) == [("kept", 0, 25), ("run", 25, 35)]


def test_a_lot_that_the_plan_does_not_make_has_no_way() -> None:
    problem = floor.problem(floor.lot(1, floor.step(1, 10)))
    assert Schedule(problem, Plan("none", 0, ())).way(1) is None
    assert Schedule(problem, Plan("none", 0, ())).way(7) is None


@settings(max_examples=60, deadline=None)
@given(floor.problems())
def test_the_stretches_of_any_plan_lie_end_to_end_and_all_work_is_in_them(problem: Problem) -> None:
    plan = solved(problem)
    schedule = Schedule(problem, plan)
    done = plan.completions()
    for lot in problem.lots:
        way = schedule.way(lot.id)
        assert way is not None
        assert way.done == done[lot.id]
        assert all(one.seconds > 0 for one in way.stretches)
        assert all(one.end == two.start for one, two in pairwise(way.stretches))
        assert way.stretches[-1].end == way.done
        assert way.stretches[0].start <= max(0, lot.release)
        whole = way.done - way.stretches[0].start
        assert sum(way.seconds().values()) == whole
        assert (lot.id in schedule.late()) == (way.late > 0)
