"""The search for parameters: better than the usual, the same for a seed, stopped at once."""

import time

import pytest
from hypothesis import given, settings

from firsthand.factory.checker import check
from firsthand.factory.noise import CALM, Noise
from firsthand.factory.plan import cost
from firsthand.factory.policy import Parameters, Policy
from firsthand.factory.problem import Problem
from firsthand.factory.solver import Budget, find
from firsthand.factory.solvers import searching
from firsthand.factory.solvers.searching import grid, search_policy
from firsthand.rehearse.works import works
from tests.factory.floor import problem, problems

SMALL = works("small", seed=3)


def test_what_is_searched_is_better_than_what_is_usual() -> None:
    usual, tuned, policy = (
        find(name).solve(SMALL, seed=1, budget=Budget(iterations=200))
        for name in ("atcs", "tuned", "policy")
    )
    assert cost(SMALL, policy) < cost(SMALL, tuned) < cost(SMALL, usual)
    assert check(SMALL, policy) == []


def test_the_grid_has_the_usual_parameters_first_and_nothing_twice() -> None:
    points = list(grid())
    assert points[0] == ("atcs", Parameters())
    assert len(set(points)) == len(points) == 72 + 18


def test_the_same_seed_finds_the_same_policy_on_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noise, budget = Noise(0.2, 0.02), Budget(iterations=41)
    two = search_policy(SMALL, seed=5, budget=budget, noise=noise)
    monkeypatch.setattr(searching, "THREADS", 1)
    assert search_policy(SMALL, seed=5, budget=budget, noise=noise) == two
    assert search_policy(SMALL, seed=6, budget=budget, noise=noise) != two  # seeds matter


def test_a_search_stops_when_its_time_is_over_and_says_how_far_it_is() -> None:
    heard: list[tuple[float, float | None]] = []

    def look(*, share: float, cost: float | None, says: str) -> bool:
        heard.append((share, cost))
        return True

    begun = time.monotonic()
    find("policy").solve(SMALL, seed=1, budget=Budget(seconds=1.2), watch=look)
    assert 1.0 < time.monotonic() - begun < 6
    shares, costs = zip(*heard, strict=True)
    assert len(heard) >= 2 and list(shares) == sorted(shares) and max(shares) <= 1
    assert list(costs) == sorted(costs, reverse=True)  # it only ever gets better


def test_a_search_answers_at_once_when_somebody_stops_it() -> None:
    begun = time.monotonic()
    plan = find("policy").solve(
        SMALL, seed=1, budget=Budget(seconds=60), watch=lambda **_told: False
    )
    assert time.monotonic() - begun < 10
    assert check(SMALL, plan) == []


def test_a_search_that_begins_with_a_good_policy_never_ends_with_a_worse_one() -> None:
    good = search_policy(SMALL, seed=1, budget=Budget(iterations=120))
    again = search_policy(SMALL, seed=2, budget=Budget(iterations=1), start=good)
    assert again.parameters == good.parameters


def test_no_noise_is_the_same_as_a_calm_one() -> None:
    budget = Budget(iterations=20)
    assert search_policy(SMALL, seed=1, budget=budget) == search_policy(
        SMALL, seed=1, budget=budget, noise=CALM
    )


def test_of_nothing_there_is_a_policy_and_an_empty_plan() -> None:
    assert search_policy(problem(), seed=1) == Policy("atcs")
    assert find("tuned").solve(problem(), seed=1).operations == ()


@settings(max_examples=20, deadline=None)
@given(problems())
def test_whatever_is_searched_can_be_carried_out(asked: Problem) -> None:
    for name in ("tuned", "policy"):
        plan = find(name).solve(asked, seed=1, budget=Budget(iterations=6))
        assert check(asked, plan) == []
