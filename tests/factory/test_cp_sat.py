"""CP-SAT: small shops whose best plan is known, any shop judged by the checker, true bounds."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from ortools.sat.python import cp_model

from firsthand.factory.calendars import Calendar
from firsthand.factory.checker import check
from firsthand.factory.compiled.costing import cost
from firsthand.factory.compiled.shop import shop
from firsthand.factory.objective import Objective
from firsthand.factory.plan import Plan
from firsthand.factory.policy import RULES
from firsthand.factory.problem import Mode, Operation, Pool, Problem, WorkCentre
from firsthand.factory.solver import Budget, find
from firsthand.factory.solvers import cp_sat, cp_search
from firsthand.factory.solvers.constraints import Constraints
from firsthand.factory.solvers.steps import schedule
from firsthand.rehearse.works import works
from tests.factory.floor import MONDAY, centre, lot, problem, problems, step

A_LITTLE = Budget(iterations=50)
PLENTY = Budget(iterations=5000)  # not seconds: the first call compiles, and others are at work


def price(asked: Problem, plan: Plan) -> float:
    """What a plan costs."""
    arrays = shop(asked)
    return float(cost(arrays.arrays, *schedule(arrays, plan)))


def shortest(asked: Problem) -> cp_sat.Found:
    """The plan of the least makespan, which the checker has nothing against."""
    found = cp_sat.search(asked, seed=1, budget=PLENTY)
    assert found.plan is not None
    assert check(asked, found.plan) == []
    assert found.is_best
    return found


def test_the_best_plan_of_three_lots_on_two_machines_in_a_row_is_johnsons() -> None:
    # Johnson's rule for two machines: what is short on the first goes first, what is short on
    # the second last. 3·6, 5·2, 1·2: lots 3, 1, 2 and 1 + (2 | 3) … by hand: 1, 4, 10, 12.
    times = {1: (3, 6), 2: (5, 2), 3: (1, 2)}
    lots = [
        lot(number, step(1, first), step(2, second, on=2, after=(1,)))
        for number, (first, second) in times.items()
    ]
    found = shortest(problem(*lots, centres=(centre(1), centre(2))))
    best = min(_in_a_row([times[number] for number in order]) for order in permutations(times))
    assert found.value == found.bound == best == 12


def _in_a_row(times: list[tuple[int, int]]) -> int:
    first = second = 0
    for one, other in times:
        first += one
        second = max(first, second) + other
    return second


def test_an_operation_goes_to_the_machine_that_ends_it_first() -> None:
    def either(number: int) -> Operation:
        return replace(step(1, 1), modes=(Mode(1, 1, 10), Mode(1, 2, 25)))

    asked = problem(*(lot(n, either(n)) for n in (1, 2, 3)), centres=(centre(machines=2),))
    # Two on the fast one and one on the slow one end at 25; three on the fast one at 30.
    assert shortest(asked).value == 25


def test_changeovers_are_avoided_by_the_order_where_it_matters() -> None:
    # A machine set up for A; from A to B it takes 10, back from B to A 90. So the As go first.
    press = WorkCentre(
        1, "press", centre(family="A").machines, changeovers={("A", "B"): 10, ("B", "A"): 90}
    )
    families = "BABA"
    asked = problem(
        *(lot(n, step(1, 5, setup=50, family=f)) for n, f in enumerate(families, 1)),
        centres=(press,),
    )
    found = shortest(asked)
    assert found.value == 4 * 5 + 10


def test_a_machine_is_set_up_before_the_lot_is_there() -> None:
    found = shortest(problem(lot(1, step(1, 10, setup=30), release=20)))
    assert found.value == 40  # the setup ends at 30, later than the lot comes


def test_work_pauses_with_the_shift_and_a_way_does_not() -> None:
    shifts = Calendar(((0, 100), (200, 300), (400, 500)))
    later = replace(step(2, 30, on=2, after=(1,)), lags=(50,))
    asked = problem(
        lot(1, step(1, 80), later), centres=(centre(1, calendar=shifts), centre(2, calendar=shifts))
    )
    # 80, and 50 on the way: 130, when it is closed; from 200 to 230.
    assert shortest(asked).value == 230


def test_of_one_tool_only_one_is_used_at_a_time() -> None:
    def moulded(run: int) -> Operation:
        return replace(step(1, run), pools=(7,))

    lots = (lot(1, moulded(10)), lot(2, moulded(15)))
    for moulds, makespan in ((1, 25), (2, 15)):
        asked = Problem(MONDAY, (centre(machines=2),), lots, (Pool(7, "mould", moulds),))
        assert shortest(asked).value == makespan


@settings(max_examples=10, deadline=None)
@given(problems())
def test_no_rule_is_better_and_nothing_is_better_than_the_bounds(asked: Problem) -> None:
    plan = find("cp_sat").solve(asked, seed=3, budget=A_LITTLE)
    assert check(asked, plan) == []
    rules = [find(rule).solve(asked, seed=0) for rule in RULES]
    assert all(price(asked, plan) <= price(asked, other) + 1e-9 for other in rules)
    least = cp_sat.bounds(asked, A_LITTLE)
    for other in (plan, *rules):
        done = other.completions()
        flow = sum(done[one.id] - one.release for one in asked.lots) / max(1, len(asked.lots))
        assert least.makespan <= max(done.values(), default=0)
        assert least.flow <= flow + 1e-6


@settings(max_examples=10, deadline=None)
@given(problems())
def test_what_is_given_is_a_solution_and_costs_the_same_there(asked: Problem) -> None:
    # Every variable is hinted; with all of them held to their hints the constraints still hold,
    # and what they aim at is the cost of the plan, to the thousandth of its weights.
    given_plan = find("atcs").solve(asked, seed=0)
    arrays = shop(asked)
    if not arrays.operations:
        return
    start = schedule(arrays, given_plan)
    horizon = 2 * int(start.end.max()) + 1000
    constraints = Constraints(arrays, goal="cost", horizon=horizon, start=start)
    solver = cp_model.CpSolver()
    solver.parameters.fix_variables_to_their_hinted_value = True
    solver.parameters.num_workers = 1
    assert solver.solve(constraints.model) == cp_model.OPTIMAL
    work = cp_search.Search(arrays, "cost", 0, A_LITTLE, None, 1)
    assert work.in_goal(solver.objective_value) == pytest.approx(
        price(asked, given_plan), rel=1e-3, abs=0.01
    )


def test_a_plan_that_is_given_is_never_made_worse() -> None:
    asked = works("small", seed=1, lots=8)
    for rule in ("fifo", "atcs"):
        before = find(rule).solve(asked, seed=0)
        after = cp_sat.improve(asked, before, seed=1, budget=A_LITTLE)
        assert check(asked, after) == []
        assert price(asked, after) <= price(asked, before)
        assert after.solver == rule  # it is still that one's plan, made better


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    asked = works("small", seed=2, lots=8)
    before = find("fifo").solve(asked, seed=0)
    budget = Budget(iterations=150)
    plans = [cp_sat.improve(asked, before, seed=5, budget=budget) for _ in range(2)]
    assert plans[0] == plans[1]
    assert price(asked, plans[0]) < price(asked, before)


def test_a_large_shop_is_searched_window_by_window(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = works("small", seed=3, lots=16, calendars=True)
    monkeypatch.setattr(cp_search, "WINDOW_OPERATIONS", 12)
    monkeypatch.setattr(cp_search, "WHOLE_OPERATIONS", 50)
    before = find("edd").solve(asked, seed=0)
    after = cp_sat.improve(asked, before, seed=1, budget=Budget(iterations=300))
    assert check(asked, after) == []
    assert price(asked, after) < price(asked, before)


def test_whoever_looks_on_may_stop_it() -> None:
    asked = works("small", seed=1, lots=12)
    told: list[tuple[float, float | None]] = []

    def watch(*, share: float, cost: float | None, says: str) -> bool:
        told.append((share, cost))
        return len(told) < 2

    before = find("fifo").solve(asked, seed=0)
    after = cp_sat.improve(asked, before, seed=1, budget=Budget(seconds=60), watch=watch)
    assert check(asked, after) == []
    assert 2 <= len(told) < 20  # it was asked five times a second
    assert all(0 <= share < 0.1 for share, _cost in told)
    assert told[0][1] is not None


def test_a_search_without_an_end_is_refused() -> None:
    asked = problem(lot(1, step(1, 10)))
    plan = find("edd").solve(asked, seed=0)
    with pytest.raises(ValueError, match="without an end"):
        cp_sat.improve(asked, plan, seed=0, budget=Budget())


def test_bounds_are_exact_where_one_machine_does_everything() -> None:
    # 10, 20, 30 on one machine: the makespan is 60; the shortest first ends at 10, 30, 60.
    asked = problem(*(lot(n, step(1, 10 * n)) for n in (1, 2, 3)))
    assert cp_sat.bounds(asked, A_LITTLE) == (60, (10 + 30 + 60) / 3)


def test_bounds_of_a_shop_that_is_too_large_to_search_need_no_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = works("small", seed=1)
    monkeypatch.setattr(cp_search, "WHOLE_OPERATIONS", 10)
    least = cp_sat.bounds(asked, A_LITTLE)
    plans = [find(rule).solve(asked, seed=0) for rule in RULES]
    makespan = min(max(plan.completions().values()) for plan in plans)
    flows = [
        np.mean([plan.completions()[one.id] - one.release for one in asked.lots]) for plan in plans
    ]
    assert 0.6 * makespan < least.makespan <= makespan
    assert 0.3 * min(flows) < least.flow <= min(flows)


def test_the_weights_decide_what_is_best() -> None:
    # One lot is due at once, the other is shorter: whether it may go first is a matter of weights.
    late, short = lot(1, step(1, 50), due=50), lot(2, step(1, 10), due=1000)
    asked = problem(late, short)
    for tardiness, first in ((1.0, 1), (0.0, 2)):
        weighed = replace(asked, objective=Objective(tardiness=tardiness, flow=0.1))
        plan = find("cp_sat").solve(weighed, seed=1, budget=A_LITTLE)
        assert min(plan.operations, key=lambda one: one.start).lot_id == first
