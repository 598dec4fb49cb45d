"""Whole fen, and names that can be told over the telephone."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from firsthand.kit.ids import number_of, numbers, uuid7
from firsthand.kit.money import BASIS_POINTS, share_of, yuan


@given(st.integers(0, 10**12), st.integers(0, 3 * BASIS_POINTS))
def test_a_share_is_never_a_fen_too_small_nor_more_than_one_too_large(
    amount_fen: int, basis_points: int
) -> None:
    share = share_of(amount_fen, basis_points)
    assert 0 <= share * BASIS_POINTS - amount_fen * basis_points < BASIS_POINTS


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_can_be_read_back(amount_fen: int) -> None:
    assert round(float(yuan(amount_fen).replace(",", "")) * 100) == amount_fen


def test_ids_are_made_in_the_order_of_time_and_names_are_theirs_alone() -> None:
    ids = [uuid7() for _ in range(1000)]
    assert len({number_of(one) for one in ids}) == 1000
    assert all(one.version == 7 for one in ids)
    assert [one.int >> 80 for one in ids] == sorted(one.int >> 80 for one in ids)
    assert all(len(number_of(one)) == 12 for one in ids)


def test_numbers_of_a_burst_look_like_all_others_and_none_comes_twice() -> None:
    drawn = list(itertools.islice(numbers(), 10_000))
    assert len(set(drawn)) == 10_000
    assert all(re.fullmatch("[23456789BCDFGHJKMNPQRSTVWXZ]{12}", one) for one in drawn)
    for place in range(12):
        assert len({one[place] for one in drawn}) == 27, "every letter comes at every place"
