"""Laying one thing on another is arithmetic, and it is right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.demo.film.canvas import Bytes, Canvas, Sprite, ycc

parts = st.integers(0, 255)
colours = st.tuples(parts, parts, parts)


def ground(colour: tuple[int, int, int], width: int = 24, height: int = 16) -> Canvas:
    return Canvas.of(np.full((height, width, 3), colour, np.uint8))


def patch(colour: tuple[int, int, int], alpha: int) -> Bytes:
    return np.full((8, 8, 4), (*colour, alpha), np.uint8)


@settings(deadline=None)
@given(colours)
def test_a_colour_survives_the_way_to_the_encoder_and_back(colour: tuple[int, int, int]) -> None:
    back = ground(colour).rgb()[8, 12]
    assert all(abs(int(a) - b) <= 3 for a, b in zip(back, colour, strict=True))


@settings(deadline=None)
@given(colours, colours, st.integers(3, 255))
def test_a_sprite_covers_by_its_share(
    below: tuple[int, int, int], above: tuple[int, int, int], alpha: int
) -> None:
    canvas = ground(below)
    Sprite.of(patch(above, alpha), 4, 4).lay(canvas)
    wanted = [b + (a - b) * alpha / 255 for a, b in zip(above, below, strict=True)]
    assert canvas.rgb()[8, 8] == pytest.approx(np.clip(wanted, 0, 255), abs=5)
    assert canvas.y[0, 0] == ground(below).y[0, 0]


@settings(deadline=None)
@given(st.integers(-30, 30), st.integers(-30, 30), st.integers(0, 16))
def test_a_sprite_may_hang_over_any_edge(dx: int, dy: int, floor: int) -> None:
    canvas = ground((10, 20, 30))
    before = canvas.data.copy()
    Sprite.of(patch((250, 250, 250), 255), 8, 4).lay(canvas, dx, dy, floor)
    height = max(0, min(16, floor, 12 + dy) - max(0, 4 + dy))
    width = max(0, min(24, 16 + dx) - max(0, 8 + dx))
    assert int((canvas.y != before[: 24 * 16].reshape(16, 24)).sum()) == height * width


def test_nothing_is_nothing() -> None:
    canvas = ground((90, 120, 30))
    before = canvas.data.copy()
    Sprite.of(np.zeros((8, 8, 4), np.uint8), 4, 4).lay(canvas)
    Sprite.of(patch((255, 255, 255), 255), 4, 4).faded(0).lay(canvas)
    assert (canvas.data == before).all()


def test_a_sprite_at_an_odd_place_stands_there() -> None:
    canvas = ground((0, 0, 0))
    Sprite.of(patch((255, 255, 255), 255), 5, 3).lay(canvas)
    rows, columns = (canvas.y > 100).nonzero()
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (3, 10, 5, 12)


def test_a_dissolve_goes_from_one_to_the_other() -> None:
    black, white, canvas = ground((0, 0, 0)), ground((255, 255, 255)), ground((9, 9, 9))
    values = []
    for share in (0, 0.5, 1):
        canvas.mix(black, white, share)
        values.append(int(canvas.y[0, 0]))
    assert values == [16, 125, 235]


def test_a_rectangle_has_its_colour() -> None:
    canvas = ground((0, 0, 0))
    canvas.fill(4, 4, 8, 4, ycc("#ff6a4a"))
    assert canvas.rgb()[5, 6] == pytest.approx((255, 106, 74), abs=3)
    canvas.fill(4, 4, 0, 4, ycc("#ffffff"))


def test_a_frame_has_even_sides() -> None:
    with pytest.raises(ValueError, match="even number"):
        Canvas(721, 1280)
