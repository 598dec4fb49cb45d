"""Futures: the floor played many times, and what a date is worth."""

import numpy as np
import pytest
from hypothesis import given, settings

from firsthand.factory.calendars import Calendar
from firsthand.factory.compiled.shop import shop
from firsthand.factory.compiled.simulation import followed
from firsthand.factory.futures import Futures, next_on, play
from firsthand.factory.impossible import Impossible
from firsthand.factory.noise import CALM, Noise
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Fixed, Problem
from tests.factory.floor import centre, lot, problem, problems, step

EDD = Policy("edd")
ROUGH = Noise(spread=0.25, breakdown_share=0.03, breakdown_factor=3.0)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_where_nothing_varies_each_future_is_the_plan(asked: Problem) -> None:
    floor = shop(asked)
    _order, *times = followed(floor, EDD)
    planned = floor.plan(*times, solver="edd", seed=0).completions()
    futures = play(asked, EDD, noise=CALM, count=2, seed=1)
    assert futures.quantile(0.95) == futures.quantile(0.0) == planned


def test_work_takes_as_long_as_it_should_in_the_mean_and_breaks_down_as_often_as_said() -> None:
    only_spread = Noise(0.25, 0.0, 3.0).factors(100_000, seed=1, future=0)
    assert only_spread.mean() == pytest.approx(1.0, abs=0.01)
    assert np.log(only_spread).std() == pytest.approx(0.25, abs=0.01)
    broken = Noise(0.0, 0.03, 3.0).factors(100_000, seed=1, future=0)
    assert set(np.unique(broken)) == {1.0, 3.0}
    assert (broken == 3.0).mean() == pytest.approx(0.03, abs=0.003)


def test_a_future_is_the_same_whoever_plays_it_and_however_many_there_are() -> None:
    asked = problem(*(lot(number, step(1, 1000)) for number in range(1, 9)))
    few = play(asked, EDD, noise=ROUGH, count=3, seed=7)
    many = play(asked, EDD, noise=ROUGH, count=6, seed=7)
    assert (many.completions[:3] == few.completions).all()
    assert (many.completions[3:] != few.completions).any()
    assert (play(asked, EDD, noise=ROUGH, count=3, seed=8).completions != few.completions).any()


def test_a_safe_date_is_one_by_which_so_many_futures_are_done() -> None:
    futures = Futures((4, 9), np.array([[10, 50], [20, 50], [30, 50], [40, 90]]))
    assert futures.quantile(0.5) == {4: 30, 9: 50}
    assert futures.quantile(0.95) == {4: 40, 9: 90}
    assert futures.kept({4: 20, 9: 50}) == (2 + 3) / 8
    assert Futures((), np.zeros((3, 0), dtype=np.int64)).quantile(0.9) == {}


def test_a_safe_date_is_kept_as_often_in_futures_that_nobody_played_before() -> None:
    asked = problem(*(lot(number, step(1, 1000), due=number) for number in range(1, 21)))
    dates = play(asked, EDD, noise=ROUGH, count=99, seed=1).quantile(0.9)
    happened = play(asked, EDD, noise=ROUGH, count=400, seed=2)
    assert 0.85 < happened.kept(dates) < 0.95
    assert happened.kept(play(asked, EDD, noise=CALM, count=1, seed=1).quantile(0.9)) < 0.6


def test_the_longer_the_queue_the_wider_the_dates() -> None:
    asked = problem(*(lot(number, step(1, 1000), due=number) for number in range(1, 31)))
    futures = play(asked, EDD, noise=ROUGH, count=64, seed=1)
    early, late = futures.quantile(0.05), futures.quantile(0.95)
    assert late[30] - early[30] > late[1] - early[1] > 0


def test_what_is_fixed_ends_when_the_problem_says() -> None:
    asked = problem(
        lot(1, step(1, 500, fixed=Fixed(1, 1, -100, 400))),
        lot(2, step(1, 10)),
    )
    futures = play(asked, EDD, noise=ROUGH, count=5, seed=1)
    assert futures.lot_ids == (1, 2)
    assert set(futures.completions[:, 0].tolist()) == {400}
    assert (futures.completions[:, 1] > 400).all()


def test_a_future_that_the_calendars_cannot_hold_is_impossible() -> None:
    small = centre(calendar=Calendar(((0, 3600),)))
    with pytest.raises(Impossible, match="WC1 is open for 1 machine hours"):
        play(problem(lot(1, step(1, 7200)), centres=(small,)), EDD, noise=CALM, count=1, seed=1)


def test_of_no_lots_there_are_no_dates() -> None:
    assert play(problem(), EDD, noise=ROUGH, count=3, seed=1).quantile(0.95) == {}


# --- what a machine does next -----------------------------------------------------------------


def test_a_machine_does_next_what_the_rule_puts_first_of_all_that_waits() -> None:
    asked = problem(
        lot(1, step(1, 10), due=300),
        lot(2, step(1, 10), due=100),
        lot(3, step(1, 10), due=200),
        lot(4, step(1, 10), due=50, release=5),  # it is not there yet
    )
    assert next_on(asked, EDD, 1, 1) == [(2, 1), (3, 1), (1, 1)]


def test_what_runs_is_waited_for_and_what_comes_meanwhile_counts() -> None:
    asked = problem(
        lot(1, step(1, 99, fixed=Fixed(1, 1, -10, 40))),
        lot(2, step(1, 10), due=500),
        lot(3, step(1, 10), due=100, release=20),
    )
    assert next_on(asked, EDD, 1, 1) == [(3, 1), (2, 1)]


def test_what_another_machine_takes_at_that_instant_is_not_offered() -> None:
    asked = problem(
        lot(1, step(1, 10), due=1), lot(2, step(1, 10), due=2), centres=(centre(machines=2),)
    )
    assert next_on(asked, EDD, 1, 1) == [(1, 1)]
    assert next_on(asked, EDD, 1, 2) == [(2, 1)]


def test_a_machine_with_nothing_to_do_stands_still() -> None:
    asked = problem(lot(1, step(1, 10)), centres=(centre(1), centre(2)))
    assert next_on(asked, EDD, 2, 1) == []


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_first_thing_on_the_list_is_what_the_floor_does(asked: Problem) -> None:
    floor = shop(asked)
    _order, where, start, _end, _setup = followed(floor, Policy("atcs"))
    for at, (centre_id, number) in enumerate(floor.machines):
        mine = [one for one in range(len(where)) if where[one] == at]
        told = next_on(asked, Policy("atcs"), centre_id, number)
        if not mine:
            assert told == []
            continue
        first = min(mine, key=lambda one: int(start[one]))
        assert (floor.operations[first][0].id, floor.operations[first][1].id) == told[0]
