"""From outlines to pixels, by resvg."""

import io
from collections.abc import Callable

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from firsthand.demo.drawings.studio import Studio


def picture(svg: str, width: int, height: int) -> Image.Image:
    """An SVG as a picture with a transparent ground."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    made = Image.open(io.BytesIO(png)).convert("RGBA")
    if made.size != (width, height):  # the renderer keeps proportions to the last pixel
        made = made.crop((0, 0, width, height))
    return made


def part(
    draw: Callable[[Studio], None],
    name: str,
    x: int,
    y: int,
    width: int,
    height: int,
    move: str = "",
) -> NDArray[np.uint8]:
    """What DRAW draws within a window of the stage, after a MOVE written as an SVG transform."""
    studio = Studio(name, "#808080", "#808080", 0)
    with studio.group(transform=f"translate({-x} {-y}) {move}"):
        draw(studio)
    return np.asarray(picture(studio.svg(width, height), width, height))
