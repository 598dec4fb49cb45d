"""Shelves give in their order, and nothing is drawn twice."""

from hypothesis import given
from hypothesis import strategies as st

from firsthand.stock.rules import Shelf, draw, finished

shelves = st.lists(
    st.builds(Shelf, st.integers(1, 6).map(lambda n: f"on_hand@{n}"), st.integers(0, 20)),
    max_size=6,
    unique_by=lambda shelf: shelf.account,
)


@given(shelves, st.integers(0, 60))
def test_what_is_drawn_and_what_is_missing_is_what_was_wanted(
    found: list[Shelf], wanted: int
) -> None:
    drawn = draw(found, wanted)
    assert sum(drawn.given.values()) + drawn.missing == wanted
    lies = {shelf.account: shelf.quantity for shelf in found}
    assert all(0 < n <= lies[account] for account, n in drawn.given.items())


@given(shelves, st.integers(0, 60))
def test_a_shelf_is_touched_only_when_those_before_it_are_empty(
    found: list[Shelf], wanted: int
) -> None:
    given_ = draw(found, wanted).given
    touched = [shelf for shelf in found if shelf.quantity and shelf.account in given_]
    assert touched == [shelf for shelf in found if shelf.quantity][: len(touched)]
    assert all(given_[shelf.account] == shelf.quantity for shelf in touched[:-1])


@given(st.integers(0, 50), st.integers(0, 50))
def test_what_is_finished_pays_back_or_stays(quantity: int, owed: int) -> None:
    parts = finished(quantity, owed)
    assert parts.pays_back + parts.stays == quantity
    assert parts.pays_back <= owed
    assert parts.stays == 0 or parts.pays_back == owed
