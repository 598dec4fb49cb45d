"""Each rule where it matters, and what the floor knows of tools, ways and machines, by hand."""

import math

import numpy as np
import pytest

from firsthand.factory.checker import check
from firsthand.factory.compiled.index import by_group, means, urgency
from firsthand.factory.compiled.shop import shop
from firsthand.factory.compiled.simulation import simulate
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.policy import Parameters, Policy
from firsthand.factory.problem import (
    Lot,
    Machine,
    Mode,
    Need,
    Operation,
    Place,
    Pool,
    Problem,
    WorkCentre,
)
from firsthand.factory.solver import find
from tests.factory.floor import ALWAYS, MONDAY, centre, lot, problem, step


def played(
    asked: Problem, policy: Policy, *, stick: float = 1.0, damp: float = 0.0
) -> list[PlannedOperation]:
    """What comes of a policy, in the order of the starts."""
    floor = shop(asked)
    rule = by_group(policy, floor.groups)
    _order, *times = simulate(floor.arrays, *rule, stick=stick, damp=damp)
    plan = floor.plan(*times, solver="by hand", seed=0)
    assert check(asked, plan) == []
    return sorted(plan.operations, key=lambda one: (one.start, one.lot_id))


def lots_of(operations: list[PlannedOperation]) -> list[int]:
    """The lots in the order in which they begin."""
    return [one.lot_id for one in operations]


def test_weighted_shortest_first_goes_by_weight_for_each_second() -> None:
    heavy = Lot(1, "L1", 0, 100, (step(1, 40),), weight=4)  # 0.1 a second
    light = Lot(2, "L2", 0, 100, (step(1, 20),), weight=1)  # 0.05
    asked = problem(heavy, light)
    assert lots_of(played(asked, Policy("wspt"))) == [1, 2]
    assert lots_of(played(asked, Policy("spt"))) == [2, 1]


def test_slack_is_the_time_that_is_left_beside_the_work() -> None:
    asked = problem(
        lot(1, step(1, 10), due=60),  # 50 to spare
        lot(2, step(1, 10), step(2, 70, on=2, after=(1,)), due=100),  # 100 - 80 = 20
        centres=(centre(1), centre(2)),
    )
    assert lots_of(played(asked, Policy("slack")))[0] == 2
    assert lots_of(played(asked, Policy("edd")))[0] == 1


def test_what_is_overdue_goes_first_by_the_critical_ratio_the_longest_first() -> None:
    asked = problem(
        lot(1, step(1, 10), due=11, release=-500),  # hardly any time left: 1.1
        lot(2, step(1, 1), due=-5, release=-500),
        lot(3, step(1, 90), due=-20, release=-500),
    )
    assert lots_of(played(asked, Policy("cr"))) == [3, 2, 1]


def test_apparent_tardiness_weighs_the_shorter_run_against_the_nearer_date() -> None:
    # Mean run 30. At k1 = 1: lot 1 has ln(1/50), and no slack to wait for; lot 2 has ln(1/10)
    # less its slack of 90 in mean runs, 3. So -3.9 against -5.3: the nearer date wins. At k1 = 4
    # the slack weighs a quarter, -3.1: now the shorter run wins.
    asked = problem(lot(1, step(1, 50), due=50), lot(2, step(1, 10), due=100))
    assert lots_of(played(asked, Policy("atc", {"WC1": Parameters(1.0, 1.0, 1.0)}))) == [1, 2]
    assert lots_of(played(asked, Policy("atc", {"WC1": Parameters(4.0, 1.0, 1.0)}))) == [2, 1]


def test_the_fear_of_changeovers_keeps_a_family_on_its_machine() -> None:
    asked = problem(
        lot(1, step(1, 30, setup=20, family="A"), due=1000),
        lot(2, step(1, 30, setup=20, family="B"), due=900),
        centres=(centre(family="A"),),
    )
    bold = Policy("atcs", {"WC1": Parameters(1.0, 50.0, 1.0)})
    afraid = Policy("atcs", {"WC1": Parameters(1.0, 0.2, 1.0)})
    assert lots_of(played(asked, bold)) == [2, 1]
    assert lots_of(played(asked, afraid)) == [1, 2]
    # Apparent tardiness alone knows nothing of them.
    assert lots_of(played(asked, Policy("atc", afraid.parameters))) == [2, 1]


def test_a_campaign_takes_the_same_part_first_and_then_its_family() -> None:
    def made(number: int, part: str, family: str, due: int) -> Lot:
        work = Operation(1, 1, 10, 5, family, part=part)
        return Lot(number, f"L{number}", 0, due, (work,))

    asked = problem(
        made(1, "b1", "B", 100),
        made(2, "a2", "A", 300),
        made(3, "a1", "A", 400),
        centres=(WorkCentre(1, "WC1", (Machine(1, ALWAYS, "A", "a1"),)),),
    )
    assert lots_of(played(asked, Policy("edd_by_family"))) == [3, 2, 1]
    assert lots_of(played(asked, Policy("edd"))) == [1, 2, 3]


def test_a_board_is_as_urgent_as_what_it_goes_into() -> None:
    board = lot(1, step(1, 10), due=900)
    other = lot(2, step(1, 10), due=500)
    kettle = Lot(3, "L3", 0, 60, (step(1, 30, on=2),), weight=4, needs=(Need(1, 5),))
    asked = problem(board, other, kettle, centres=(centre(1), centre(2)))
    due, tail, weight = urgency(shop(asked).arrays)
    # The kettle is due at 60, and 10 + 5 + 30 are left until then.
    assert (due.tolist(), tail.tolist()) == ([60, 500, 60], [45, 10, 30])
    assert weight.tolist() == [4, 1, 4]
    for rule in ("atc", "slack", "cr"):
        assert lots_of(played(asked, Policy(rule)))[0] == 1
    assert lots_of(played(asked, Policy("edd")))[0] == 2  # it knows only a lot's own date


def test_the_means_of_a_group_are_those_of_its_machines() -> None:
    asked = problem(
        lot(1, step(1, 10, setup=8, family="A")),
        lot(2, step(1, 30, setup=8, family="B")),
        lot(3, step(1, 99, on=2)),
        centres=(centre(1), centre(2)),
    )
    run, setup = means(shop(asked).arrays)
    assert run.tolist() == [20.0, 99.0]
    assert setup.tolist() == [8.0, 1.0]  # of no changeover at all: one second, to divide by


def test_a_tool_that_is_taken_keeps_the_operation_waiting_and_not_the_machine() -> None:
    def wants(number: int, due: int, *pools: int) -> Lot:
        return Lot(number, f"L{number}", 0, due, (Operation(1, 1, 10, pools=pools),))

    asked = Problem(
        MONDAY,
        (centre(machines=2),),
        (wants(1, 1, 7), wants(2, 2, 7), wants(3, 3)),
        (Pool(7, "stencil", 1),),
    )
    assert [(one.lot_id, one.start) for one in played(asked, Policy("edd"))] == [
        (1, 0),
        (3, 0),
        (2, 10),
    ]


def test_a_lot_waits_for_the_way_and_for_what_it_is_made_of() -> None:
    board = lot(1, step(1, 10), Operation(2, 2, 10, after=(1,), lags=(5,)))
    kettle = Lot(2, "L2", 0, 500, (step(1, 10, on=3),), needs=(Need(1, 7),))
    asked = problem(board, kettle, centres=(centre(1), centre(2), centre(3)))
    assert [one.start for one in played(asked, Policy("fifo"))] == [0, 15, 32]


def test_an_operation_goes_to_the_machine_that_is_done_with_it_first() -> None:
    modes = (Mode(1, 1, 30), Mode(2, 1, 20))
    asked = problem(lot(1, Operation(1, 1, 30, modes=modes)), centres=(centre(1), centre(2)))
    assert [one.work_centre_id for one in played(asked, Policy("fifo"))] == [2]


def test_a_machine_takes_no_work_of_another_one() -> None:
    one, other = (
        Lot(number, f"L{number}", 0, 500, (Operation(1, 1, 20, modes=(Mode(1, 2, 20),)),))
        for number in (1, 2)
    )
    asked = problem(one, other, centres=(centre(1, machines=2),))
    assert [(x.machine, x.start) for x in played(asked, Policy("edd"))] == [(2, 0), (2, 20)]


def test_the_rule_believes_what_it_is_told_and_the_clock_what_really_happens() -> None:
    asked = problem(lot(1, step(1, 10), due=1), lot(2, step(1, 20), due=2))
    floor = shop(asked)
    order, _machine, start, end, _setup = simulate(
        floor.arrays, *by_group(Policy("spt"), floor.groups), np.array([3.0, 0.5])
    )
    assert order.tolist() == [0, 1]  # the shorter one, though it turns out to be the longer
    assert (start.tolist(), end.tolist()) == ([0, 30], [30, 40])


@pytest.mark.parametrize(("stick", "machine"), [(1.0, 1), (math.e, 2)])
def test_what_was_planned_on_a_machine_sticks_to_it(stick: float, machine: int) -> None:
    work = Operation(1, 1, 10, modes=(Mode(1, 1, 10), Mode(1, 2, 11)))
    asked = Problem(
        MONDAY,
        (centre(machines=2),),
        (lot(1, work),),
        previous={(1, 1): Place(1, 2, 0)},
    )
    assert [one.machine for one in played(asked, Policy("atcs"), stick=stick)] == [machine]


def test_what_was_planned_for_later_gives_way() -> None:
    def asked(before: dict[tuple[int, int], Place]) -> Problem:
        return Problem(
            MONDAY, (centre(),), (lot(1, step(1, 10)), lot(2, step(1, 11))), previous=before
        )

    later = asked({(1, 1): Place(1, 1, 500), (2, 1): Place(1, 1, 0)})
    assert lots_of(played(later, Policy("atcs"), damp=1.0)) == [2, 1]
    assert lots_of(played(later, Policy("atcs"))) == [1, 2]


def test_a_machine_whose_calendar_ends_leaves_the_work_to_one_that_goes_on() -> None:
    from firsthand.factory.calendars import Calendar

    short, long = Machine(1, Calendar(((0, 5),))), Machine(2, ALWAYS)
    asked = problem(lot(1, step(1, 10)), centres=(WorkCentre(1, "WC1", (short, long)),))
    plan: Plan = find("edd").solve(asked, seed=0)
    assert [(one.machine, one.start) for one in plan.operations] == [(2, 0)]
