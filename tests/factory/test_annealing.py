"""What a search makes of a list is a plan that can be carried out, and costs what it says."""

import random
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory.calendars import Calendar
from firsthand.factory.checker import check
from firsthand.factory.compiled.annealing import Heat, anneal
from firsthand.factory.compiled.costing import completions, cost
from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.shop import Arrays, shop
from firsthand.factory.compiled.windows import Ints
from firsthand.factory.impossible import Impossible
from firsthand.factory.plan import Plan
from firsthand.factory.problem import Problem
from firsthand.factory.solver import Budget, find
from firsthand.rehearse.works import works
from tests.factory.floor import centre, lot, problems, step
from tests.factory.floor import problem as floor_of

MILD = Heat(first=200.0, last=0.5, lots=0.1)


def any_list(arrays: Arrays, seed: int) -> tuple[Ints, Ints]:
    """Any topological order, and any machine for each operation."""
    chance = random.Random(seed)
    waits = np.diff(arrays.before_first).tolist()
    ready = [one for one, many in enumerate(waits) if not many]
    order = []
    while ready:
        one = ready.pop(chance.randrange(len(ready)))
        order.append(one)
        for row in range(arrays.after_first[one], arrays.after_first[one + 1]):
            later = arrays.after[row]
            waits[later] -= 1
            if not waits[later]:
                ready.append(int(later))
    machine = [
        arrays.mode_machine[chance.randrange(arrays.mode_first[one], arrays.mode_first[one + 1])]
        for one in range(len(waits))
    ]
    return np.array(order, np.int64), np.array(machine, np.int64)


def complaints(problem: Problem, order: Ints, machine: Ints) -> list[str]:
    """What the judge has to say about the plan of a list."""
    floor = shop(problem)
    start, end, setup = decode(floor.arrays, order, machine)
    return check(problem, floor.plan(machine, start, end, setup, solver="list", seed=0))


@settings(max_examples=30, deadline=None)
@given(problem=problems(), seed=st.integers(0, 99))
def test_any_list_is_decoded_to_a_plan_that_can_be_carried_out(problem: Problem, seed: int) -> None:
    assert complaints(problem, *any_list(shop(problem).arrays, seed)) == []


def test_a_list_that_is_not_topological_is_caught_by_the_judge() -> None:
    problem = works(seed=1, lots=4)
    order, machine = any_list(shop(problem).arrays, 1)
    assert complaints(problem, order[::-1].copy(), machine)


@settings(max_examples=25, deadline=None)
@given(problem=problems(), seed=st.integers(0, 99), makespan=st.booleans())
def test_what_a_search_says_its_list_costs_is_what_it_costs(
    problem: Problem, seed: int, makespan: bool
) -> None:
    # Trials follow only what moved, and give up half-way; the cost is counted from nothing.
    arrays = shop(problem).arrays
    order, machine = any_list(arrays, seed)
    found = anneal(
        arrays, order, machine, MILD, seed=seed, iterations=4_000, makespan=makespan, rounds=2
    )
    start, end, setup = decode(arrays, found.order, found.machine)
    assert complaints(problem, found.order, found.machine) == []
    if not len(order):
        return
    assert found.cost == pytest.approx(
        float(completions(arrays, end).max())
        if makespan
        else cost(arrays, found.machine, start, end, setup)
    )


@pytest.mark.parametrize("calendars", [False, True])
def test_a_search_makes_a_factory_better_and_forgets_nothing(calendars: bool) -> None:
    problem = works("small", seed=1, calendars=calendars)
    arrays = shop(problem).arrays
    order, machine = any_list(arrays, 1)
    before = cost(arrays, machine, *decode(arrays, order, machine))
    found = anneal(arrays, order, machine, Heat(2.0, 0.02), seed=1, iterations=40_000)
    assert found.cost < 0.5 * before
    assert found.cost == pytest.approx(
        cost(arrays, found.machine, *decode(arrays, found.order, found.machine))
    )
    assert complaints(problem, found.order, found.machine) == []


def test_the_same_seed_and_iterations_find_the_same_list_bit_by_bit() -> None:
    arrays = shop(works("small", seed=2)).arrays
    order, machine = any_list(arrays, 1)
    one, again, other = (
        anneal(arrays, order, machine, MILD, seed=seed, iterations=5_000) for seed in (1, 1, 2)
    )
    assert one.cost == again.cost and (one.order == again.order).all()
    assert (one.machine == again.machine).all()
    assert one.cost != other.cost


def test_who_looks_on_sees_it_become_better_and_may_stop_it() -> None:
    arrays = shop(works("small", seed=2)).arrays
    order, machine = any_list(arrays, 1)
    seen: list[tuple[float, float]] = []

    def look(share: float, best: float) -> bool:
        seen.append((share, best))
        return len(seen) < 5

    found = anneal(arrays, order, machine, MILD, seed=1, seconds=60, look=look)
    assert len(seen) == 5 and found.iterations > 0
    assert all(one[0] <= later[0] and one[1] >= later[1] for one, later in pairwise(seen))


@pytest.mark.parametrize("name", ["annealing", "best"])
@settings(max_examples=4, deadline=None)
@given(problem=problems())
def test_its_plans_can_be_carried_out_and_are_the_same_again(name: str, problem: Problem) -> None:
    plan, again = (
        find(name).solve(problem, seed=3, budget=Budget(iterations=2_000)) for _ in range(2)
    )
    assert check(problem, plan) == [] and plan == again


def test_it_is_better_than_the_tuned_rule_and_says_how_far_it_is() -> None:
    problem = works("small", seed=1)
    seen: list[float] = []

    def watch(*, share: float, cost: float | None, says: str) -> bool:
        assert 0 <= share <= 1 and says
        seen.append(share)
        return True

    tuned = find("tuned").solve(problem, seed=1, budget=Budget(iterations=80))
    budget = Budget(iterations=800_000)
    plan = find("annealing").solve(problem, seed=1, budget=budget, watch=watch)
    assert check(problem, plan) == []
    assert price(problem, plan) < 0.99 * price(problem, tuned)
    assert seen == sorted(seen)


def test_a_plan_by_the_clock_is_there_in_time() -> None:
    begun = time.monotonic()
    plan = find("annealing").solve(works("small", seed=1), seed=1, budget=Budget(seconds=1.5))
    assert plan.operations and time.monotonic() - begun < 10


def price(problem: Problem, plan: Plan) -> float:
    """What a plan costs, reckoned without any solver: no lot of these factories is fixed."""
    objective = problem.objective
    done = plan.completions()
    late = sum(lot.weight * max(0, done[lot.id] - lot.due) for lot in problem.lots)
    inside = sum(lot.weight * (done[lot.id] - lot.release) for lot in problem.lots)
    return (objective.tardiness * late + objective.flow * inside) / 3600


def test_where_both_are_limited_the_clock_stops_it() -> None:
    begun = time.monotonic()
    budget = Budget(seconds=1.0, iterations=1_000_000_000)
    assert find("annealing").solve(works("small", seed=1), seed=1, budget=budget).operations
    assert time.monotonic() - begun < 10


def test_work_that_the_calendars_hold_no_time_for_is_refused_with_the_reason() -> None:
    week = centre(calendar=Calendar(((0, 40),)))
    asked = floor_of(lot(1, step(1, 30)), lot(2, step(1, 30)), centres=(week,))
    with pytest.raises(Impossible):
        find("annealing").solve(asked, seed=1, budget=Budget(iterations=500))
