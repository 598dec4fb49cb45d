"""What is taken off an offer goes back to where it came from."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.offer.models import MALL as MODELS_MALL
from firsthand.offer.rules import (
    MALL,
    Backing,
    Standing,
    Terms,
    given_back,
    is_open,
    releasable,
    standing,
)
from firsthand.stock.rules import Shelf, draw

NOW = datetime(2026, 12, 1, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def terms(state: str, opens: int | None, closes: int | None) -> Terms:
    def at(seconds: int | None) -> datetime | None:
        return None if seconds is None else NOW + seconds * SECOND

    return Terms(1, 88, 7, state, 5, at(opens), at(closes), 10, 0)


@pytest.mark.parametrize(
    ("state", "opens", "closes", "expected"),
    [
        ("open", None, None, Standing.OPEN),
        ("open", 0, 1, Standing.OPEN),
        ("open", 1, None, Standing.NOT_YET_OPEN),
        ("open", None, 0, Standing.CLOSED),
        ("open", 1, 0, Standing.CLOSED),
        ("closed", None, None, Standing.CLOSED),
        ("draft", None, None, Standing.NOT_YET_OPEN),
        ("draft", None, 0, Standing.CLOSED),
    ],
)
def test_one_may_buy_between_the_times_while_the_crew_has_it_open(
    state: str, opens: int | None, closes: int | None, expected: Standing
) -> None:
    offer = terms(state, opens, closes)
    assert standing(offer, NOW) is expected
    assert is_open(offer, NOW) is (expected is Standing.OPEN)


def test_the_mall_is_the_same_in_rules_and_tables() -> None:
    assert MALL == MODELS_MALL


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_what_is_on_offer_never_comes_to_more_than_the_ladder(
    on_offer: int, free: int, of_plan: int
) -> None:
    more = releasable(Backing(on_offer, free, of_plan))
    assert more >= 0
    assert more == 0 or on_offer + more <= free


shelves = st.lists(st.integers(0, 9), min_size=1, max_size=4).map(
    lambda lies: [Shelf(f"on_hand@{n}", quantity) for n, quantity in enumerate(lies)]
)


@given(shelves, st.integers(0, 40))
def test_taking_back_all_that_was_drawn_is_the_inverse_of_drawing_it(
    found: list[Shelf], wanted: int
) -> None:
    drawn = draw(found, wanted)
    of_plan = {"planned": drawn.missing} if drawn.missing else {}
    back = given_back(
        wanted,
        drawn={**drawn.given, **of_plan},
        owed=drawn.missing,
        planned="planned",
        shelves=[shelf.account for shelf in found],
    )
    assert back == {**drawn.given, **of_plan}


@given(shelves, st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_taken_back_in_two_parts_is_the_same_as_in_one(
    found: list[Shelf], wanted: int, first: int, paid_back: int
) -> None:
    accounts = [shelf.account for shelf in found]
    drawn = draw(found, wanted)
    owed = max(0, drawn.missing - paid_back)
    took = {**drawn.given, "planned": drawn.missing}

    def back(quantity: int, took: dict[str, int], owed: int) -> dict[str, int]:
        return given_back(quantity, drawn=took, owed=owed, planned="planned", shelves=accounts)

    one = back(min(first, wanted), took, owed)
    rest = {account: n - one.get(account, 0) for account, n in took.items()}
    other = back(wanted - min(first, wanted), rest, owed - one.get("planned", 0))
    both = {
        account: one.get(account, 0) + other.get(account, 0)
        for account in one.keys() | other.keys()
    }
    whole = back(wanted, took, owed)
    assert sum(both.values()) == sum(whole.values()) == wanted
    assert both.get("planned", 0) == whole.get("planned", 0) <= owed


def test_what_was_finished_meanwhile_goes_on_a_shelf_and_not_back_to_the_plan() -> None:
    back = given_back(
        5, drawn={"planned": 5}, owed=2, planned="planned", shelves=["on_hand@n", "on_hand@s"]
    )
    assert back == {"planned": 2, "on_hand@n": 3}


def test_without_any_shelf_what_was_finished_has_nowhere_to_go() -> None:
    with pytest.raises(ValueError, match="no shelf"):
        given_back(3, drawn={"planned": 3}, owed=2, planned="planned", shelves=[])
