"""Byte ranges: never outside of the file, never a byte too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.media.ranges import read_range


@pytest.mark.parametrize(
    ("header", "piece"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=10-", (10, 90)),
        ("bytes=10-500", (10, 90)),
        ("bytes=-1", (99, 1)),
        ("bytes=-500", (0, 100)),
        (None, None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("pages=1-2", None),
        ("bytes=1-2,4-5", None),
        ("bytes=１-２", None),
    ],
)
def test_ranges_of_a_hundred_bytes(header: str | None, piece: tuple[int, int] | None) -> None:
    assert read_range(header, 100) == piece


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_what_lies_outside_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        read_range(header, 100)


@given(st.text("bytes=-,0123456789 ", max_size=30), st.integers(0, 10**6))
def test_a_range_always_lies_inside(header: str, size: int) -> None:
    try:
        piece = read_range(header, size)
    except ValueError:
        return
    if piece is not None:
        assert piece[0] >= 0 and piece[1] >= 1 and sum(piece) <= size
