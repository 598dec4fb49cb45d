"""Money that came, came; and nobody puts a provider's words into our mouth."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.pay.models import Payment
from firsthand.pay.rules import TOLERANCE_SECONDS, Kind, after, is_sealed, seal

kinds = st.lists(st.sampled_from(Kind), min_size=1, max_size=6)


@given(kinds)
def test_a_payment_is_paid_if_and_only_if_a_word_said_so(words: list[Kind]) -> None:
    state = "open"
    for kind in words:
        state = after(state, kind)
    assert (state == "paid") is (Kind.PAID in words)


def test_the_order_of_words_does_not_matter() -> None:
    for words in permutations([Kind.PAID, Kind.FAILED, Kind.OTHER, Kind.FAILED]):
        state = "open"
        for kind in words:
            state = after(state, kind)
        assert state == "paid"


@pytest.mark.parametrize("kind", Kind)
def test_what_went_back_stays_back(kind: Kind) -> None:
    assert after("refunded", kind) == "refunded"


def test_the_states_are_those_of_the_table() -> None:
    assert {after(state, kind) for state in Payment.State.values for kind in Kind} <= set(
        Payment.State.values
    )


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=32), st.integers(0, 10**11))
def test_our_own_seal_is_true_for_a_while(body: bytes, key: bytes, at: int) -> None:
    header = seal(body, at=at, key=key)
    assert is_sealed(header, body, now=at, key=key)
    assert is_sealed(header, body, now=at + TOLERANCE_SECONDS, key=key)
    assert not is_sealed(header, body, now=at + TOLERANCE_SECONDS + 1, key=key)
    assert not is_sealed(header, body, now=at - TOLERANCE_SECONDS - 1, key=key)
    assert not is_sealed(header, body + b" ", now=at, key=key)
    assert not is_sealed(header, body, now=at, key=key + b"k")
    assert not is_sealed(header.replace(f"t={at}", f"t={at + 1}"), body, now=at, key=key)


@given(st.text(max_size=100))
def test_what_is_not_a_seal_is_not_a_seal(header: str) -> None:
    assert not is_sealed(header, b"{}", now=0, key=b"k")
