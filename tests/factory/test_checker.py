"""The judge finds what is wrong. Each of these plans was spoilt by hand: controls, all of them."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firsthand.factory.calendars import Calendar
from firsthand.factory.checker import check
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Fixed, Problem
from firsthand.factory.solver import find
from tests.factory.floor import centre, lot, problem, problems, step

SHIFTS = Calendar(((0, 100), (200, 300)))
ASKED = problem(
    lot(1, step(10, 30, setup=5, family="A"), step(20, 20, on=2, after=(10,))),
    lot(2, step(10, 30, setup=5, family="B"), release=10),
    lot(3, step(10, 30, setup=5, family="B", fixed=Fixed(1, 2, -10, 20))),
    centres=(centre(1, machines=2, calendar=SHIFTS), centre(2, calendar=SHIFTS)),
)
RIGHT = {
    "1/10": PlannedOperation(1, 10, 1, 1, 0, 35, 5),
    "1/20": PlannedOperation(1, 20, 2, 1, 35, 55, 0),
    "2/10": PlannedOperation(2, 10, 1, 2, 20, 50, 0),
    "3/10": PlannedOperation(3, 10, 1, 2, -10, 20, 0),
}


def judged(**spoilt: PlannedOperation | None) -> list[str]:
    """What is said of the right plan with some of it spoilt."""
    changed = {**RIGHT, **{name.replace("_", "/")[1:]: one for name, one in spoilt.items()}}
    return check(ASKED, Plan("by hand", 0, tuple(one for one in changed.values() if one)))


def test_a_right_plan_is_right() -> None:
    assert judged() == []


def test_a_machine_that_does_two_things_at_once_is_found() -> None:
    [said] = judged(_2_10=replace(RIGHT["2/10"], start=15, end=45))
    assert "machine 2 of WC1 does two things at once" in said
    assert "operation 10 of lot L3 until 20 s" in said and "operation 10 of lot L2" in said


def test_an_overlap_is_found_behind_one_that_hides_it() -> None:
    # A long operation holds the machine; two short ones lie within it, apart from each other.
    asked = problem(lot(1, step(1, 90)), lot(2, step(1, 10)), lot(3, step(1, 10)))
    plan = Plan(
        "by hand",
        0,
        (
            PlannedOperation(1, 1, 1, 1, 0, 90),
            PlannedOperation(2, 1, 1, 1, 10, 20),
            PlannedOperation(3, 1, 1, 1, 60, 70),
        ),
    )
    assert len([said for said in check(asked, plan) if "two things at once" in said]) == 2


@pytest.mark.parametrize(
    ("saying", "name", "spoilt"),
    [
        ("operation 20 of lot L1 is not planned", "1/20", None),
        (
            "begins at 30 s, but operation 10, which it comes after, ends at 35 s",
            "1/20",
            replace(RIGHT["1/20"], start=30, end=50),
        ),
        (
            "begins at 5 s, before its lot is released (10 s)",
            "2/10",
            PlannedOperation(2, 10, 1, 2, 5, 35, 0),
        ),
        ("begins at 150 s, when WC1 is closed", "1/10", PlannedOperation(1, 10, 1, 1, 150, 235, 5)),
        (
            "needs 20 s of work, but from its start to its end 10 s are open",
            "1/20",
            PlannedOperation(1, 20, 2, 1, 90, 110, 0),
        ),
        ("ends at 60 s", "1/20", None),
        (
            "is set up in 0 s; after what its machine made before it takes 5 s",
            "1/10",
            PlannedOperation(1, 10, 1, 1, 0, 30, 0),
        ),
        (
            "is set up in 5 s; after what its machine made before it takes 0 s",
            "2/10",
            PlannedOperation(2, 10, 1, 2, 20, 55, 5),
        ),
        (
            "is planned on machine 3 of WC1: there is none",
            "1/10",
            replace(RIGHT["1/10"], machine=3),
        ),
        (
            "is planned on work centre 1, which cannot do it",
            "1/20",
            PlannedOperation(1, 20, 1, 1, 35, 55, 0),
        ),
        (
            "operation 10 of lot L3 has begun and is torn from its machine",
            "3/10",
            PlannedOperation(3, 10, 1, 2, 0, 30, 0),
        ),
    ],
)
def test_every_kind_of_mistake_is_found(
    saying: str, name: str, spoilt: PlannedOperation | None
) -> None:
    if saying == "ends at 60 s":  # the end lies in the pause: 20 s are worked, but not until then
        spoilt = PlannedOperation(1, 20, 2, 1, 80, 150, 0)
        saying = "ends at 150 s, when WC2 is closed"
    assert any(saying in said for said in judged(**{"_" + name.replace("/", "_"): spoilt}))


def test_what_is_planned_twice_or_was_never_asked_for_is_found() -> None:
    plan = Plan(
        "by hand",
        0,
        (*RIGHT.values(), RIGHT["1/20"], PlannedOperation(9, 1, 1, 1, 40, 50)),
    )
    said = check(ASKED, plan)
    assert "operation 20 of lot L1 is planned twice" in said
    assert "operation 1 of lot 9 was never asked for" in said


@settings(max_examples=200, deadline=None)
@given(problems(), st.data())
def test_whichever_operation_of_a_good_plan_is_moved_a_second_earlier_is_found(
    asked: Problem, data: st.DataObject
) -> None:
    # In a plan without idle waiting, an operation begins at the earliest instant at which it
    # can: a second earlier it is too early for its lot, its forerunner, its machine or its shift.
    assume(asked.lots)
    plan = find("edd").solve(asked, seed=0)
    index = data.draw(st.integers(0, len(plan.operations) - 1))
    moved = plan.operations[index]
    earlier = replace(moved, start=moved.start - 1, end=moved.end - 1)
    spoilt = (*plan.operations[:index], earlier, *plan.operations[index + 1 :])
    assert check(asked, Plan("spoilt", 0, spoilt))
