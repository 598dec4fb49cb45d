"""Formulas by examples and by what must hold for any numbers."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.insight import dictionary
from firsthand.insight.actions.report import figures
from firsthand.insight.dictionary import BY_CODE, METRICS, Money, Unit
from firsthand.insight.rules import (
    FUNNEL_STEPS,
    MINUTES_MAX,
    Facts,
    Sold,
    fen_each,
    funnel,
    milestones,
    minutes_between,
    oversold,
    ratio,
)
from firsthand.insight.text import written

NONE_COUNTED = {"impressions", "first_frame_p95_ms", "latency_p50_ms", "card_error_p95_ms"}
counts = st.integers(0, 10**9)


def facts(**words: int) -> Facts:
    nothing: dict[str, Any] = dict.fromkeys(
        (one.name for one in fields(Facts) if one.name not in NONE_COUNTED), 0
    )
    return Facts(**{**nothing, "latency_p50_ms": None, "card_error_p95_ms": None, **words})


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    names = [one.name for one in fields(Facts) if one.name not in NONE_COUNTED]
    words = {name: draw(counts) for name in names}
    words["given_back_fen"] = draw(st.integers(0, words["gross_fen"]))
    return facts(**words)


@given(any_facts())
def test_net_is_never_more_than_gross(some: Facts) -> None:
    found = figures(some)
    for metric in METRICS:
        if metric.money is Money.NET:
            net, gross = (
                found[metric.code]["value"],
                found[metric.code.removeprefix("net_")]["value"],
            )
            assert (net is None) == (gross is None)
            assert net is None or (gross is not None and net <= gross)


@given(any_facts())
def test_no_figure_is_infinite_and_none_comes_from_nought_alone(some: Facts) -> None:
    for code, figure in figures(some).items():
        metric, found = BY_CODE[code], figure["value"]
        if metric.denominator and not metric.unmeasured:
            assert (found is None) == (figure["denominator"] in (0, None)), code
        assert found is None or abs(found) < 10**15


@given(st.dictionaries(st.sampled_from(FUNNEL_STEPS), st.integers(0, 10**7)))
def test_a_funnel_only_gets_narrower_and_loses_nobody(deepest: dict[str, int]) -> None:
    people = [step.people for step in funnel(deepest)]
    assert people == sorted(people, reverse=True)
    assert people[0] == sum(deepest.values())
    assert all(step.of_first is None or 0 <= step.of_first <= 1 for step in funnel(deepest))


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda pair: Sold(*pair))))
def test_one_offers_slack_never_hides_anothers_overselling(offers: list[Sold]) -> None:
    assert oversold(offers) == sum(oversold([offer]) for offer in offers)


def test_money_for_each_is_rounded_down_and_nothing_for_nobody() -> None:
    assert fen_each(10_000, 3) == 3_333
    assert fen_each(10_000, 0) is None
    assert fen_each(10_000, None) is None


def test_what_nobody_counted_is_none_even_if_there_is_something_to_divide_by() -> None:
    assert ratio(None, 5) is None
    assert ratio(5, None) is None


def test_facts_that_cannot_be_are_turned_away() -> None:
    with pytest.raises(ValueError, match="below nought: viewers"):
        facts(viewers=-1)
    with pytest.raises(ValueError, match="more was given back"):
        facts(gross_fen=5, given_back_fen=6)
    assert facts(promise_error_days=-3).promise_error_days == -3


@given(st.integers(0, 60 * 60 * 30))
def test_every_second_on_air_lies_in_a_minute_of_the_report(seconds: int) -> None:
    began = datetime(2026, 12, 1, 12, 0, 17, tzinfo=UTC)
    ended = began + timedelta(seconds=seconds)
    minutes = minutes_between(began, ended)
    assert 1 <= len(minutes) <= MINUTES_MAX
    assert minutes[0] <= began
    assert len(minutes) == MINUTES_MAX or ended <= minutes[-1] + timedelta(minutes=1)


def test_milestones_are_reached_one_after_another() -> None:
    ended = datetime(2026, 12, 1, tzinfo=UTC)
    reached = [
        mark.days for mark in milestones(ended, ended + timedelta(days=15)) if mark.is_reached
    ]
    assert reached == [0, 7, 15]


def test_every_figure_is_named_in_both_languages_and_says_its_formula() -> None:
    assert len({metric.code for metric in METRICS}) == len(METRICS)
    known = {one.name for one in fields(Facts)} | {
        name for name, thing in vars(Facts).items() if isinstance(thing, property)
    }
    for metric in METRICS:
        assert all((metric.name_zh, metric.name_en, metric.formula_zh, metric.formula_en)), metric
        assert metric.source
        assert metric.numerator in known, metric.code
        assert not metric.denominator or metric.denominator in known, metric.code
        assert bool(metric.unmeasured_zh) == bool(metric.unmeasured_en)
        assert (metric.unit is Unit.FEN) == (
            metric.money is not Money.NONE
        ) or metric.code == "refund_share"


def test_every_gross_amount_has_a_net_twin() -> None:
    gross = {metric.code for metric in METRICS if metric.money is Money.GROSS} - {"refund_share"}
    net = {metric.code for metric in METRICS if metric.money is Money.NET}
    assert net == {f"net_{code}" for code in gross}
    assert dictionary.VERSION


@pytest.mark.parametrize(
    ("figure", "unit", "said"),
    [
        (0, Unit.COUNT, "0"),
        (1_234_567, Unit.COUNT, "1,234,567"),
        (None, Unit.FEN, "—"),
        (5, Unit.FEN, "¥0.05"),
        (1.0, Unit.SHARE, "100%"),
        (0.0004, Unit.SHARE, "0.0%"),
        (1.3333, Unit.SHARE, "133.3%"),
        (666.7, Unit.SECONDS, "11:06"),
        (80, Unit.MS, "80 ms"),
        (-1.25, Unit.DAYS, "-1.2"),
    ],
)
def test_figures_are_written_as_people_read_them(
    figure: float | None, unit: Unit, said: str
) -> None:
    assert written(figure, unit) == said


def test_the_page_of_the_dictionary_is_the_dictionary() -> None:
    page = Path(__file__).parents[2] / "docs" / "metrics.md"
    assert page.read_text(encoding="utf-8") == dictionary.as_page()
