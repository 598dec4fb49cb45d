"""Histories, events and backtests, where the truth is known."""

import random
from datetime import date, timedelta

import pytest

from firsthand.factory.forecast import backtest
from firsthand.factory.forecast.history import (
    History,
    from_takings,
    is_intermittent,
    without_events,
)

MONDAY = date(2026, 6, 1)


def test_a_history_begins_with_the_first_taking_and_ends_yesterday() -> None:
    takings = {MONDAY - timedelta(days=400): 9, MONDAY - timedelta(days=3): 4, MONDAY: 7}
    found = from_takings(1, takings, MONDAY, days=180)
    assert found == History(1, MONDAY - timedelta(days=3), (4.0, 0.0, 0.0))
    assert from_takings(1, {MONDAY: 7}, MONDAY, days=180) is None
    assert from_takings(1, {MONDAY - timedelta(days=1): -2}, MONDAY, days=180) is None


def test_what_is_asked_for_now_and_then_is_intermittent() -> None:
    assert is_intermittent([0, 0, 3, 0]) and is_intermittent([0] * 9)
    assert not is_intermittent([1, 2, 3, 0, 5, 6, 7, 8])


def test_a_show_is_taken_out_of_the_history_and_its_lift_is_known() -> None:
    chance = random.Random(1)
    pieces = [20 + chance.randint(-2, 2) for _ in range(120)]
    shows = {MONDAY + timedelta(days=day) for day in (30, 60, 90)}
    lifted = [
        float(one + 200 * (MONDAY + timedelta(days=day) in shows)) for day, one in enumerate(pieces)
    ]
    cleaned = without_events(History(1, MONDAY, tuple(lifted)), shows)
    assert cleaned.lift == pytest.approx(200, abs=3)
    assert max(cleaned.pieces) < 24
    untouched = without_events(History(1, MONDAY, tuple(lifted)), ())
    assert (untouched.pieces, untouched.lift) == (tuple(lifted), 0.0)


def test_the_model_that_knows_the_truth_is_chosen_and_never_one_worse_than_naive() -> None:
    chance = random.Random(2)
    pieces = [max(0, 20 + chance.gauss(0, 6)) for _ in range(180)]
    models = {
        "naive": backtest.naive,
        "truth": lambda _pieces, days: [20.0] * days,
        "nonsense": lambda _pieces, days: [90.0] * days,
    }
    judged = backtest.judge(pieces, models, baseline="naive")
    assert judged.model == "truth"
    assert judged.trial.off < judged.naive.off and judged.trial.scaled < judged.naive.scaled
    del models["truth"]
    assert backtest.judge(pieces, models, baseline="naive").model == "naive"


def test_models_are_asked_about_the_past_and_never_shown_the_future() -> None:
    seen: list[int] = []

    def spy(pieces: object, days: int) -> list[float]:
        seen.append(len(pieces))  # type: ignore[arg-type]  # a sequence of floats
        return [0.0] * days

    backtest.judge([1.0] * 180, {"naive": backtest.naive, "spy": spy}, baseline="naive")
    assert seen == [82, 96, 110, 124, 138, 152]
    with pytest.raises(ValueError, match="too few"):
        backtest.judge([1.0] * 55, {"naive": backtest.naive}, baseline="naive")


def test_the_interval_holds_eighty_of_a_hundred_days() -> None:
    chance = random.Random(3)
    errors = [chance.gauss(0, 5) for _ in range(84)]
    [(low, high)] = backtest.interval([50.0], errors)
    inside = sum(low <= 50 + chance.gauss(0, 5) <= high for _ in range(4000)) / 4000
    assert 0.72 < inside < 0.88
    assert backtest.interval([1.0], [-5.0] * 10) == [(0.0, 1.0)]
