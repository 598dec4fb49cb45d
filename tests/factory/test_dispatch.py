"""The dispatcher: small shops reckoned by hand, and any shop judged by the checker."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory.calendars import Calendar
from firsthand.factory.checker import check
from firsthand.factory.compiled.shop import shop
from firsthand.factory.compiled.simulation import followed
from firsthand.factory.impossible import Impossible
from firsthand.factory.plan import Plan, PlannedOperation, cost, figures
from firsthand.factory.policy import RULES, Policy
from firsthand.factory.problem import Fixed, Mode, Problem
from firsthand.factory.solver import find
from tests.factory.floor import centre, lot, problem, problems, step


def solve(asked: Problem, rule: str = "edd") -> Plan:
    """A plan by a rule, which the checker has nothing against."""
    plan = find(rule).solve(asked, seed=0)
    assert check(asked, plan) == []
    return plan


def order_of(plan: Plan) -> list[int]:
    """The lots in the order in which they begin."""
    return [one.lot_id for one in sorted(plan.operations, key=lambda one: one.start)]


# Three lots before one machine: 1 came first, 2 is short, 3 is due first.
THREE = problem(
    lot(1, step(1, 50), release=-20, due=400),
    lot(2, step(1, 10), release=-5, due=300),
    lot(3, step(1, 30), release=-10, due=100),
)


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        ("edd", [3, 2, 1]),
        ("spt", [2, 3, 1]),
        # Time left by work left: 400/50 = 8, 300/10 = 30, 100/30 = 3.3. Lot 3 runs until 30;
        # then 370/50 = 7.4 against 270/10 = 27.
        ("cr", [3, 1, 2]),
    ],
)
def test_each_rule_takes_the_lot_that_it_stands_for(rule: str, order: list[int]) -> None:
    assert order_of(solve(THREE, rule)) == order


def test_first_in_first_out_goes_by_when_the_lots_came() -> None:
    asked = problem(
        lot(1, step(1, 50)),  # takes the machine until 50
        lot(2, step(1, 10), release=20, due=30),
        lot(3, step(1, 10), release=10, due=900),
    )
    assert order_of(solve(asked, "fifo")) == [1, 3, 2]
    assert order_of(solve(asked, "edd")) == [1, 2, 3]  # without the rule it is another order


def test_two_machines_side_by_side_work_at_the_same_time() -> None:
    plan = solve(problem(lot(1, step(1, 40)), lot(2, step(1, 60)), centres=(centre(machines=2),)))
    assert {(one.machine, one.start, one.end) for one in plan.operations} == {
        (1, 0, 40),
        (2, 0, 60),
    }


def test_a_changeover_is_paid_only_when_the_family_changes() -> None:
    asked = problem(
        lot(1, step(1, 10, setup=5, family="A"), due=1),
        lot(2, step(1, 10, setup=5, family="A"), due=2),
        lot(3, step(1, 10, setup=5, family="B"), due=3),
    )
    plan = solve(asked)
    # Nobody knows what the machine made before: 5+10, then 10, then 5+10.
    assert [(one.start, one.end, one.setup_seconds) for one in plan.operations] == [
        (0, 15, 5),
        (15, 25, 0),
        (25, 40, 5),
    ]
    assert figures(asked, plan).changeovers == 2


def test_a_machine_that_is_set_up_for_the_family_is_preferred() -> None:
    asked = problem(
        lot(1, step(1, 10, setup=5, family="A")),
        centres=(centre(machines=1), centre(2, machines=2)),
    )
    two = problem(
        lot(1, step(1, 10, on=2, setup=5, family="A"), due=1),
        lot(2, step(1, 90, on=2, setup=5, family="B"), due=2),
        lot(3, step(1, 10, on=2, setup=5, family="A"), due=3, release=50),
        centres=asked.work_centres,
    )
    plan = solve(two)
    last = next(one for one in plan.operations if one.lot_id == 3)
    assert (last.machine, last.setup_seconds) == (1, 0)


def test_a_machine_that_stands_set_up_from_yesterday_needs_no_changeover() -> None:
    asked = problem(lot(1, step(1, 10, setup=5, family="A")), centres=(centre(family="A"),))
    assert solve(asked).operations[0].setup_seconds == 0


def test_without_a_family_every_operation_is_set_up() -> None:
    plan = solve(problem(lot(1, step(1, 10, setup=5)), lot(2, step(1, 10, setup=5))))
    assert [one.setup_seconds for one in plan.operations] == [5, 5]


def test_work_pauses_with_the_shift_and_goes_on_with_the_next() -> None:
    shifts = Calendar(((0, 100), (200, 300)))
    asked = problem(
        lot(1, step(1, 80), due=1), lot(2, step(1, 50), due=2), centres=(centre(calendar=shifts),)
    )
    # Lot 2 works 20 before the shift ends at 100, and 30 from 200 on.
    assert [(one.start, one.end) for one in solve(asked).operations] == [(0, 80), (80, 230)]


def test_a_machine_that_is_closed_begins_when_it_opens() -> None:
    later = Calendar(((60, 100),))
    assert (
        solve(problem(lot(1, step(1, 10)), centres=(centre(calendar=later),))).operations[0].start
        == 60
    )


def test_no_lot_begins_before_it_is_released() -> None:
    assert solve(problem(lot(1, step(1, 10), release=25))).operations[0].start == 25


def test_two_boards_are_made_before_what_they_go_into() -> None:
    asked = problem(
        lot(1, step(1, 30), step(2, 50, on=2), step(3, 10, on=3, after=(1, 2))),
        centres=(centre(1), centre(2), centre(3)),
    )
    plan = solve(asked)
    assert plan.completions() == {1: 60}


def test_what_runs_already_stays_and_the_others_wait_for_it() -> None:
    asked = problem(
        lot(1, step(1, 99, fixed=Fixed(1, 1, -30, 40)), due=900),
        lot(2, step(1, 10), due=1),  # more urgent, but nothing is torn off its machine
    )
    assert [(one.lot_id, one.start, one.end) for one in solve(asked).operations] == [
        (1, -30, 40),
        (2, 40, 50),
    ]


def test_a_problem_without_lots_has_an_empty_plan() -> None:
    assert solve(problem()).operations == ()


def test_work_that_no_calendar_holds_is_impossible_and_names_the_work_centre() -> None:
    small = centre(calendar=Calendar(((0, 3600),)))
    with pytest.raises(Impossible, match="work centre WC1 is open for 1 machine hours"):
        solve(problem(lot(1, step(1, 7200)), centres=(small,)))


def test_work_that_comes_after_the_last_shift_is_impossible() -> None:
    small = centre(calendar=Calendar(((0, 3600),)))
    with pytest.raises(Impossible, match="the calendars end before the work does"):
        solve(problem(lot(1, step(1, 10), release=4000), centres=(small,)))


@settings(max_examples=100, deadline=None)
@given(problems(), st.sampled_from(RULES))
def test_every_plan_of_every_rule_can_be_carried_out(asked: Problem, rule: str) -> None:
    plan = find(rule).solve(asked, seed=0)
    assert check(asked, plan) == []


@settings(max_examples=50, deadline=None)
@given(problems(), st.sampled_from(RULES), st.integers())
def test_the_same_problem_and_seed_have_the_same_plan(asked: Problem, rule: str, seed: int) -> None:
    assert find(rule).solve(asked, seed=seed) == find(rule).solve(asked, seed=seed)


def idled(asked: Problem, plan: Plan) -> list[str]:
    """Where something waited although a machine and its tools were there."""
    placed = {(one.lot_id, one.operation_id): one for one in plan.operations}
    done = plan.completions()
    steps = {(lot.id, one.id): one for lot in asked.lots for one in lot.operations}
    fixed_until: dict[tuple[int, int], int] = {}
    for one in steps.values():
        if one.fixed:
            place = (one.fixed.work_centre_id, one.fixed.machine)
            fixed_until[place] = max(one.fixed.end, fixed_until.get(place, 0))
    found = []
    for owner in asked.lots:
        for step_ in owner.operations:
            if step_.fixed:
                continue
            mine = placed[owner.id, step_.id]
            ready = max(0, owner.release, step_.not_before)
            for before, lag in step_.forerunners:
                ready = max(ready, placed[owner.id, before].end + lag)
            if not step_.after:
                for need in owner.needs:
                    ready = max(ready, done[need.lot_id] + need.lag_seconds)
            instants = {ready, *(one.end for one in plan.operations)}
            for mode in step_.choices(asked.centres):
                machine = asked.centres[mode.work_centre_id].machine(mode.machine)
                assert machine is not None
                opens = {opening for opening, _closes in machine.calendar.windows}
                for at in sorted(instants | opens):
                    if not max(ready, fixed_until.get(mode[:2], 0)) <= at < mine.start:
                        continue
                    busy = any(
                        (one.work_centre_id, one.machine) == mode[:2] and one.start <= at < one.end
                        for one in plan.operations
                    )
                    short = any(
                        pool.id in step_.pools
                        and pool.quantity
                        <= sum(
                            pool.id in steps[key].pools and one.start <= at < one.end
                            for key, one in placed.items()
                        )
                        for pool in asked.pools
                    )
                    if not busy and not short and machine.calendar.next_open(at) == at:
                        found.append(f"{step_} of {owner.name} could have begun at {at} on {mode}")
    return found


@settings(max_examples=100, deadline=None)
@given(problems(), st.sampled_from(RULES))
def test_no_machine_idles_while_something_waits_that_it_could_do(asked: Problem, rule: str) -> None:
    floor = shop(asked)
    _order, *times = followed(floor, Policy(rule))
    plan = floor.plan(*times, solver=rule, seed=0)
    assert check(asked, plan) == []
    assert idled(asked, plan) == []


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from(RULES))
def test_a_plan_sets_up_ahead_and_nothing_ends_later_for_it(asked: Problem, rule: str) -> None:
    floor = shop(asked)
    _order, *times = followed(floor, Policy(rule))
    live = floor.plan(*times, solver=rule, seed=0)
    plan = solve(asked, rule)
    assert cost(asked, plan) <= cost(asked, live) + 1e-6
    if not asked.previous:
        later = live.completions()
        assert all(end <= later[lot_id] for lot_id, end in plan.completions().items())


def test_a_machine_is_set_up_while_the_lot_is_still_on_its_way() -> None:
    asked = problem(
        lot(1, step(1, 30), step(2, 10, on=2, setup=20, after=(1,))), centres=(centre(1), centre(2))
    )
    second = solve(asked).operations[-1]
    assert (second.start, second.end, second.setup_seconds) == (10, 40, 20)


def test_the_test_for_idle_machines_finds_one() -> None:
    asked = problem(lot(1, step(1, 10)))
    late = Plan("by hand", 0, (PlannedOperation(1, 1, 1, 1, 5, 15),))
    assert check(asked, late) == []
    assert idled(asked, late) == ["1 of L1 could have begun at 0 on " + repr(Mode(1, 1, 10))]
