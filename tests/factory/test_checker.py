"""The judge finds what is wrong. Each of these plans was spoilt by hand: controls, all of them."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firsthand.factory.calendars import Calendar
from firsthand.factory.checker import check
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import (
    Fixed,
    Lot,
    Machine,
    Mode,
    Need,
    Operation,
    Pool,
    Problem,
    WorkCentre,
)
from firsthand.factory.solver import find
from tests.factory.floor import ALWAYS, MONDAY, centre, lot, problem, problems, step

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
            "runs at 30 s, but operation 10, which it comes after, ends at 35 s",
            "1/20",
            replace(RIGHT["1/20"], start=30, end=50),
        ),
        (
            "runs at 5 s, before its lot is released (10 s)",
            "2/10",
            PlannedOperation(2, 10, 1, 2, 5, 35, 0),
        ),
        ("begins at 150 s, when WC1 is closed", "1/10", PlannedOperation(1, 10, 1, 1, 150, 235, 5)),
        (
            "needs 20 s of work, but from its start to its end 10 s are worked",
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
            "is planned on machine 1 of WC1, which cannot do it",
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
    # (A setup may begin before the lot is there, so only what is not set up is moved.)
    assume(asked.lots)
    plan = find("edd").solve(asked, seed=0)
    index = data.draw(st.integers(0, len(plan.operations) - 1))
    moved = plan.operations[index]
    assume(not moved.setup_seconds)
    earlier = replace(moved, start=moved.start - 1, end=moved.end - 1)
    spoilt = (*plan.operations[:index], earlier, *plan.operations[index + 1 :])
    assert check(asked, Plan("spoilt", 0, spoilt))


# A floor with all there is: machines with run times of their own, changeovers between families
# and within one, a mould of which there is one, ways, lots that need others, and a frozen fence.
FORMING = WorkCentre(
    1,
    "forming",
    (Machine(1, ALWAYS, "A", "a1"), Machine(2, ALWAYS)),
    minor_setup_seconds=3,
    changeovers={("A", "B"): 7},
)
FINISHING = WorkCentre(2, "finishing", (Machine(1, ALWAYS), Machine(2, ALWAYS)))
MOULD = Pool(1, "mould", 1)
RICH = Problem(
    MONDAY,
    (FORMING, FINISHING),
    (
        Lot(
            1,
            "L1",
            0,
            1000,
            (
                Operation(
                    10,
                    1,
                    99,
                    5,
                    "A",
                    part="a2",
                    modes=(Mode(1, 1, 30), Mode(1, 2, 20), Mode(2, 1, 80)),
                ),
                Operation(20, 2, 10, after=(10,), lags=(15,), pools=(1,)),
            ),
        ),
        Lot(2, "L2", 38, 1000, (Operation(10, 1, 20, 5, "B", not_before=40),)),
        Lot(3, "L3", 0, 1000, (Operation(10, 2, 10, pools=(1,)),), needs=(Need(1, 12),)),
        Lot(4, "L4", 0, 1000, (step(10, 9, setup=5, family="B", fixed=Fixed(1, 2, -10, 20)),)),
        Lot(5, "L5", 0, 1000, (step(10, 9, setup=5, family="A", fixed=Fixed(1, 2, 50, 70, 5)),)),
        Lot(6, "L6", 0, 1000, (Operation(10, 1, 25, 9, "B", pools=(1,)),)),
    ),
    (MOULD,),
)
RICH_RIGHT = {
    (1, 10): PlannedOperation(1, 10, 1, 1, 0, 33, 3),  # another part of its family
    (1, 20): PlannedOperation(1, 20, 2, 1, 48, 58),  # 33, and 15 on the way
    # The machine is set up from 33 on, before the lot is there; the run begins at 40.
    (2, 10): PlannedOperation(2, 10, 1, 1, 33, 60, 7),
    (3, 10): PlannedOperation(3, 10, 2, 2, 70, 80),  # L1 at 58, and 12 on the way
    (4, 10): PlannedOperation(4, 10, 1, 2, -10, 20),
    (5, 10): PlannedOperation(5, 10, 1, 2, 50, 70, 5),
    (6, 10): PlannedOperation(6, 10, 1, 2, 20, 45),  # of the same family as what ran before
}


def rich(*spoilt: PlannedOperation, asked: Problem = RICH) -> list[str]:
    """What is said of the rich plan with some of it spoilt."""
    changed = RICH_RIGHT | {(one.lot_id, one.operation_id): one for one in spoilt}
    return check(asked, Plan("by hand", 0, tuple(changed.values())))


def test_a_right_plan_of_a_rich_floor_is_right() -> None:
    assert rich() == []


@pytest.mark.parametrize(
    ("saying", "spoilt"),
    [
        ("needs 33 s of work, but", PlannedOperation(1, 10, 1, 1, 0, 23, 3)),  # as on machine 2
        ("machine 2 of finishing, which cannot do it", PlannedOperation(1, 10, 2, 2, 0, 33, 3)),
        ("machine 9 of forming, which cannot do it", PlannedOperation(1, 10, 1, 9, 0, 33, 3)),
        ("machine 3 of finishing: there is none", PlannedOperation(1, 20, 2, 3, 48, 58)),
        ("is set up in 5 s; after", PlannedOperation(1, 10, 1, 1, 0, 35, 5)),  # not the minor one
        ("before it takes 7 s", PlannedOperation(2, 10, 1, 1, 35, 60, 5)),  # not as the matrix says
        ("before it takes 0 s", PlannedOperation(6, 10, 1, 2, 20, 54, 9)),  # none is needed
        ("is set up in -1 s", PlannedOperation(6, 10, 1, 2, 20, 44, -1)),
        (
            "but operation 10, which it comes after, ends at 33 s and is 15 s on the way",
            PlannedOperation(1, 20, 2, 1, 47, 57),
        ),
        ("runs at 39 s, and shall not before 40 s", PlannedOperation(2, 10, 1, 1, 32, 59, 7)),
        (
            "lot 1, which it needs, ends at 58 s and is 12 s on the way",
            PlannedOperation(3, 10, 2, 2, 69, 79),
        ),
        ("of mould there are 1, but at 44 s 2 are taken", PlannedOperation(1, 20, 2, 1, 44, 54)),
        ("lot L4 has begun and is torn", PlannedOperation(4, 10, 1, 2, -10, 21)),
        ("lot L5 was to stay", PlannedOperation(5, 10, 1, 2, 51, 71, 5)),
        ("lot L5 was to stay", PlannedOperation(5, 10, 1, 1, 50, 70, 5)),
        ("before the plan does", PlannedOperation(6, 10, 1, 2, -5, 20)),
    ],
)
def test_every_kind_of_mistake_on_a_rich_floor_is_found(
    saying: str, spoilt: PlannedOperation
) -> None:
    said = rich(spoilt)
    assert any(saying in one for one in said), said


def test_the_run_waits_for_the_release_and_the_setup_does_not() -> None:
    later = Lot(2, "L2", 41, 1000, RICH.lots[1].operations)
    asked = replace(RICH, lots=(RICH.lots[0], later, *RICH.lots[2:]))
    [said] = rich(asked=asked)
    assert said == "operation 10 of lot L2 runs at 40 s, before its lot is released (41 s)"
    # A setup that ends with its window: the run begins in the next one, and so may the lot.
    shifts = Calendar(((0, 10), (50, 90)))
    waits = problem(lot(1, step(1, 20, setup=10), release=45), centres=(centre(calendar=shifts),))
    assert check(waits, Plan("by hand", 0, (PlannedOperation(1, 1, 1, 1, 0, 70, 10),))) == []


def test_what_is_put_before_something_fixed_leaves_it_the_time_of_its_setup() -> None:
    # It was set up in no time when it was planned; but now another family comes before it.
    short = replace(RICH.lots[4].operations[0], fixed=Fixed(1, 2, 50, 70))
    lots = (*RICH.lots[:4], Lot(5, "L5", 0, 1000, (short,)), RICH.lots[5])
    said = rich(PlannedOperation(5, 10, 1, 2, 50, 70), asked=replace(RICH, lots=lots))
    assert said == [
        "operation 10 of lot L5 is set up in 0 s; after what its machine made before it takes 5 s"
    ]


def test_tools_that_were_lost_are_nobodys_mistake_but_one_more_beside_them_is() -> None:
    both = tuple(
        Lot(
            number,
            f"L{number}",
            0,
            99,
            (replace(step(1, 9, fixed=Fixed(1, number, -5, 10)), pools=(1,)),),
        )
        for number in (1, 2)
    )
    one_more = Lot(3, "L3", 0, 99, (replace(step(1, 5), pools=(1,)),))
    asked = Problem(MONDAY, (centre(machines=3),), (*both, one_more), (MOULD,))
    runs = tuple(PlannedOperation(number, 1, 1, number, -5, 10) for number in (1, 2))
    assert check(asked, Plan("", 0, (*runs, PlannedOperation(3, 1, 1, 3, 10, 15)))) == []
    [said] = check(asked, Plan("", 0, (*runs, PlannedOperation(3, 1, 1, 3, 9, 14))))
    assert said.startswith("of mould there are 1, but at 9 s 3 are taken, by operation 1 of lot L1")
