"""The clock in the corner is read as it was written."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.demo.film import framecode

numbers = st.integers(0, framecode.WRAP - 1)


@given(numbers, st.sampled_from([(240, 64), (1280, 720), (360, 640)]), st.integers(0, 255))
def test_what_is_stamped_is_read(number: int, size: tuple[int, int], ground: int) -> None:
    luma = np.full((size[1], size[0]), ground, np.uint8)
    framecode.stamp(luma, number)
    assert framecode.read(luma) == number


@settings(deadline=None)
@given(numbers, st.integers(0, 2**32 - 1))
def test_it_is_read_through_the_dirt_of_an_encoder(number: int, seed: int) -> None:
    luma = np.full((64, 240), 60, np.uint8)
    framecode.stamp(luma, number)
    dirt = np.random.default_rng(seed).normal(0, 18, luma.shape)
    assert framecode.read(np.clip(luma + dirt, 0, 255).astype(np.uint8)) == number


@given(numbers, st.integers(0, framecode.BITS - 1))
def test_a_strip_with_one_spoilt_block_is_not_trusted(number: int, spoilt: int) -> None:
    luma = np.full((64, 240), 60, np.uint8)
    framecode.stamp(luma, number)
    x, y = framecode.place(240, 64)
    left = x + spoilt * framecode.BLOCK_PX
    luma[y : y + 2 * framecode.BLOCK_PX, left : left + framecode.BLOCK_PX] = 120
    assert framecode.read(luma) is None


def test_a_picture_without_a_strip_has_no_number() -> None:
    assert framecode.read(np.full((1280, 720), 90, np.uint8)) is None
    assert framecode.read(np.zeros((16, 100), np.uint8)) is None


@given(st.floats(1.6e9, 2e9), st.floats(-1200, 1200))
def test_the_number_tells_the_moment_to_a_frame(made_s: float, travelled_s: float) -> None:
    number = framecode.number_at(made_s)
    assert framecode.epoch_s_of(number, made_s + travelled_s) == pytest.approx(made_s, abs=0.021)
