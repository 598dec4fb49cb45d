"""Factories drawn from a seed are such as could stand somewhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory.problem import too_much
from firsthand.rehearse.works import CHANNEL, COMPANY, LIVE, works


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    lots=st.integers(1, 60),
    load=st.floats(0.5, 1.5),
    live_share=st.floats(0, 1),
    calendars=st.booleans(),
)
def test_every_factory_drawn_can_make_what_it_is_asked_for(
    seed: int, lots: int, load: float, live_share: float, calendars: bool
) -> None:
    problem = works(
        seed=seed, lots=lots, load=load, live_share=live_share, calendars=calendars
    )  # it checks itself when it is made
    assert len(problem.lots) == lots and not list(too_much(problem))
    for lot in problem.lots:
        assert 0 <= lot.release < lot.due and lot.weight in (LIVE, CHANNEL, COMPANY)
        for operation in lot.operations:
            assert operation.modes


def test_the_same_seed_draws_the_same_factory() -> None:
    assert works("small", seed=3) == works("small", seed=3)
    assert works("small", seed=3) != works("small", seed=4)


@pytest.mark.parametrize(("size", "operations"), [("small", 300), ("middle", 2_000)])
def test_a_size_has_about_as_many_operations_as_it_says(size: str, operations: int) -> None:
    problem = works(size, seed=1)
    found = sum(len(lot.operations) for lot in problem.lots)
    assert 0.8 < found / operations < 1.25


def test_lots_for_shows_are_due_sooner_than_those_for_channels() -> None:
    problem = works("middle", seed=2)
    given = {
        weight: [lot.due - lot.release for lot in problem.lots if lot.weight == weight]
        for weight in (LIVE, CHANNEL)
    }
    assert sum(given[LIVE]) / len(given[LIVE]) < 0.6 * sum(given[CHANNEL]) / len(given[CHANNEL])
