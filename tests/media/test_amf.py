"""AMF0: what is written can be read, and nonsense is nothing but ValueError."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.media import amf

texts = st.text(st.characters(codec="utf-8"), max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((_depth(one) for one in inner), default=0)


@given(st.lists(values.filter(lambda value: _depth(value) < amf.DEPTH_MAX), max_size=5))
def test_what_is_written_can_be_read(said: list[Any]) -> None:
    assert amf.decode(amf.encode(*said)) == said


@given(st.binary(max_size=300))
def test_nonsense_is_an_error_of_one_kind(noise: bytes) -> None:
    with contextlib.suppress(ValueError):
        amf.decode(noise)


@given(st.lists(values, min_size=1, max_size=3), st.data())
def test_a_message_that_is_cut_short_is_never_read_as_whole(said: list[Any], data: Any) -> None:
    body = amf.encode(*said)
    cut = data.draw(st.integers(0, len(body) - 1))
    try:
        found = amf.decode(body[:cut])
    except ValueError:
        return
    assert len(found) < len(said)


def test_obs_connect_is_read_word_for_word() -> None:
    body = bytes.fromhex(
        "020007636f6e6e656374003ff00000000000000300036170700200046c6976650004"
        "74797065020a6e6f6e70726976617465000009"
    ).replace(b"\x02\x0anonprivate", b"\x02\x00\x0anonprivate")
    assert amf.decode(body) == ["connect", 1.0, {"app": "live", "type": "nonprivate"}]


def test_a_long_text_survives() -> None:
    assert amf.decode(amf.encode("x" * 70_000)) == ["x" * 70_000]


def test_a_bomb_of_nested_objects_is_refused() -> None:
    with pytest.raises(ValueError, match="deep"):
        amf.decode(b"\x03\x00\x01a" * 5000)


def test_an_array_that_claims_more_than_it_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="short"):
        amf.decode(b"\x0a\xff\xff\xff\xff\x05")


def test_numbers_are_doubles() -> None:
    [found] = amf.decode(amf.encode(4))
    assert isinstance(found, float) and math.isclose(found, 4)
