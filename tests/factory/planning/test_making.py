"""What stands beside a schedule: the floor's rule, and dates that hold in nearly all futures."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory.checker import check
from firsthand.factory.plan import Plan
from firsthand.factory.planning import making
from firsthand.factory.planning.schedules import IN_FORCE, by_rule, resumed
from firsthand.factory.planning.terms import Chances, Terms, weights
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Problem
from firsthand.factory.solver import Budget, find
from firsthand.rehearse.works import works

RULE = Policy("atcs")
TERMS = Terms(futures=60)


@pytest.fixture(scope="module")
def factory() -> Problem:
    """Some fifty lots."""
    return works("small", seed=3, load=0.9, calendars=True)


def made(problem: Problem, terms: Terms = TERMS, solver: str = IN_FORCE) -> making.Made:
    """A plan of it."""
    return making.make(
        problem, solver=solver, seed=1, budget=Budget(iterations=40), terms=terms, policy=RULE
    )


def test_a_lot_is_done_likely_and_safely_done_in_this_order(factory: Problem) -> None:
    found = made(factory)
    assert found.policy == RULE and found.futures["count"] == 60
    assert set(found.dates) == {lot.id for lot in factory.lots}
    assert all(one.done <= one.likely <= one.safe for one in found.dates.values())
    assert any(one.done < one.likely < one.safe for one in found.dates.values())


def test_safe_dates_are_kept_in_futures_that_nobody_looked_at(factory: Problem) -> None:
    from firsthand.factory.futures import play
    from firsthand.factory.noise import Noise

    found = made(factory, replace(TERMS, futures=200))
    other = play(factory, RULE, noise=Noise(*TERMS.chances), count=200, seed=77)
    kept = other.kept({lot_id: one.safe for lot_id, one in found.dates.items()})
    planned = other.kept({lot_id: one.done for lot_id, one in found.dates.items()})
    assert kept >= 0.93  # the plan's own dates are kept by far fewer: the control
    assert planned < 0.75


def test_more_certainty_is_later_and_more_noise_is_later(factory: Problem) -> None:
    def mean(terms: Terms) -> float:
        dates = made(factory, terms).dates.values()
        return sum(one.safe for one in dates) / len(dates)

    assert mean(replace(TERMS, quantile=0.81)) < mean(TERMS)
    assert mean(replace(TERMS, chances=Chances(0.05, 0.0, 1.0))) < mean(TERMS)


def test_a_solver_that_searches_has_its_rule_searched_under_noise(factory: Problem) -> None:
    said: list[str] = []

    def watch(*, share: float, cost: float | None, says: str) -> bool:
        said.append(says)
        assert 0 <= share <= 1
        return True

    found = making.make(
        factory,
        solver="policy",
        seed=1,
        budget=Budget(iterations=40),
        terms=TERMS,
        policy=None,
        watch=watch,
    )
    assert found.policy is not None and found.plan.solver == "policy"
    assert said[-1] == "futures"


def test_a_plan_of_a_moment_has_no_dates_but_its_own_and_leaves_the_rule_alone(
    factory: Problem,
) -> None:
    found = made(factory, replace(TERMS, futures=0), solver="edd")
    assert found.policy == RULE and not found.futures
    assert all(one.done == one.safe for one in found.dates.values())


def test_where_each_future_takes_long_there_are_fewer(factory: Problem) -> None:
    operations = sum(len(lot.operations) for lot in factory.lots)
    assert making._futures(factory, 200, 100 * operations) == 100
    assert making._futures(factory, 200, operations) == making.FUTURES_MIN
    assert making._futures(factory, 0, operations) == 0


@settings(max_examples=8, deadline=None)
@given(st.sets(st.integers(1, 40), max_size=12), st.integers(0, 4 * 3600), st.booleans())
def test_a_plan_that_is_resumed_can_be_carried_out_and_is_no_worse_than_the_rule(
    gone: set[int], later: int, by_edd: bool
) -> None:
    # Lots are called off, others are new, and time has passed.
    whole = works("small", seed=5, lots=40)
    before = replace(whole, lots=whole.lots[:-5])
    plan = find("edd").solve(before, seed=1) if by_edd else by_rule(before, RULE, seed=1)
    begun = before.begins_at
    after = replace(
        whole,
        begins_at=before.instant(later),
        lots=tuple(
            replace(lot, release=lot.release - later, due=lot.due - later)
            for at, lot in enumerate(whole.lots)
            if at not in gone
        ),
    )
    found = resumed(after, plan, begun, RULE, seed=1)
    assert check(after, found) == []


def sequences(plan: Plan) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """What each machine does, in its order."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for one in sorted(plan.operations, key=lambda one: (one.start, one.end)):
        machine = (one.work_centre_id, one.machine)
        found.setdefault(machine, []).append((one.lot_id, one.operation_id))
    return found


def test_a_plan_to_which_nothing_happened_keeps_its_machines_and_their_order(
    factory: Problem,
) -> None:
    plan = find("atcs").solve(factory, seed=1)
    again = resumed(factory, plan, factory.begins_at, Policy("fifo"), seed=1)
    assert again.solver == "atcs" and sequences(again) == sequences(plan)
    before, after = plan.completions(), again.completions()
    assert all(after[lot_id] <= before[lot_id] for lot_id in before)


def test_settings_that_make_no_sense_are_named() -> None:
    for words, why in (("1/2", "3 numbers"), ("3/0/1", "spread"), ("0.1/2/1", "share")):
        with pytest.raises(ValueError, match=why):
            Chances.of(words)
    with pytest.raises(ValueError, match="breakdown"):
        Chances.of("0.1/0.1/0.5")
    with pytest.raises(ValueError, match="4 numbers"):
        weights("1/0.1")
    for terms in (Terms(quantile=0.9, alarm=0.9), Terms(futures=0)):
        assert terms.alarm <= terms.quantile
    with pytest.raises(ValueError, match="surer"):
        Terms(quantile=0.8, alarm=0.9)
    with pytest.raises(ValueError, match="none"):
        Terms(futures=-1)


@pytest.mark.parametrize("solver", ["edd", "atcs", "tuned"])
def test_plans_of_all_kinds_have_safe_dates(solver: str) -> None:
    # Those that anneal, and CP-SAT, take long to compile and have tests of their own.
    problem = works("small", seed=2, lots=6)
    found = made(problem, Terms(futures=10), solver)
    assert check(problem, found.plan) == [] and found.futures["count"] == 10
