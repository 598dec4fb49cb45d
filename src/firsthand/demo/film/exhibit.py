"""The product in the air above its plinth: it floats, it turns a little, light runs over it."""

from collections.abc import Mapping
from math import cos, exp, tau
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from firsthand.demo.drawings.gallery import stage
from firsthand.demo.film.canvas import Canvas, Words, covered
from firsthand.demo.film.raster import picture
from firsthand.demo.film.runsheet import Segment

MARGIN_PX = 24
FLOAT_PX = 7.0
FLOAT_S, TURN_S, SHEEN_S, SHEEN_EVERY_S = 5.2, 9.1, 1.0, 6.5
SHEEN_WIDTH_PX = 46
ENTER_S = 0.56

PLANES = ("luma", "cover", "blue", "red", "quarter")

Floats = NDArray[np.float32]


def cut_out(segment: Segment, cx: int, foot: int, size: int) -> dict[str, NDArray[Any]]:
    """The product as large as its place allows: its planes, and where its corner stands."""
    made = stage(
        segment.archetype, colour=segment.colour, accent=segment.accent, seed=1, floating=True
    ).svg()
    rows, columns = covered(np.asarray(picture(made, 400, 400)), 12)
    left, top = 2 * int(columns[0]) - 2, 2 * int(rows[0]) - 2
    wide, tall = 2 * int(columns[-1]) + 4 - left, 2 * int(rows[-1]) + 4 - top
    widest = 0.8 if wide > 1.3 * tall else 0.74  # a television may take more room
    scale = min(size * widest / wide, size / tall)
    width, height = round(wide * scale) & ~1, round(tall * scale) & ~1
    seen = f"viewBox='{left} {top} {wide} {wide * height / width:.3f}'"
    rgba = np.zeros((height + 2 * MARGIN_PX, width + 2 * MARGIN_PX, 4), np.uint8)
    inner = np.asarray(picture(made.replace("viewBox='0 0 800 800'", seen, 1), width, height))
    rgba[MARGIN_PX : MARGIN_PX + height, MARGIN_PX : MARGIN_PX + width] = inner
    lift = (size - height) // 5  # what is low floats higher, before the wall of light
    place = np.array([(cx - width // 2) & ~1, (foot - lift - height) & ~1])
    return {"place": place, **dict(zip(PLANES, _planes(rgba), strict=True))}


class Exhibit:
    """One product in the air, from what was cut out."""

    def __init__(self, made: Mapping[str, NDArray[Any]]) -> None:
        self.x, self.y = (int(one) for one in made["place"])
        self._planes = [Image.fromarray(made[name]) for name in PLANES]
        self.width, self.height = (side - 2 * MARGIN_PX for side in self._planes[0].size)
        down, across = np.mgrid[0 : self.height, 0 : self.width]
        self._slope = (across + down * 0.4).astype(np.int32)
        self._run_px = self.width + self.height * 0.4 + 2 * SHEEN_WIDTH_PX

    def lay(self, canvas: Canvas, at_s: float, age_s: float) -> None:
        """Lay it down as it is at a moment, so long after it came."""
        enter = min(1.0, max(0.0, age_s / ENTER_S))
        ease = 1 - (1 - enter) ** 3
        turn = 1 - 0.035 * (0.5 - 0.5 * cos(tau * at_s / TURN_S))
        drop = FLOAT_PX * cos(tau * at_s / FLOAT_S)
        x, y = self.x, self.y - 10 - (round(46 * (1 - ease)) & ~1)
        luma: Words = self._view(self._planes[0], turn, drop, 1)
        cover = self._view(self._planes[1], turn, drop, 1)
        blue, red, quarter = (self._view(plane, turn, drop, 2) for plane in self._planes[2:])
        if ease < 1:
            for words in (luma, cover, blue, red, quarter):
                np.right_shift(words * np.uint16(256 * ease), 8, out=words)
        sheen_s = at_s % SHEEN_EVERY_S
        if sheen_s < SHEEN_S:
            luma += self._sheen(cover, sheen_s / SHEEN_S)
            np.minimum(luma, (cover * np.uint16(235)) >> 8, out=luma)
        _lay(canvas.y, x, y, luma, cover)
        _lay(canvas.u, x // 2, y // 2, blue, quarter)
        _lay(canvas.v, x // 2, y // 2, red, quarter)

    def _view(self, plane: Image.Image, turn: float, drop: float, part: int) -> Words:
        width, height = self.width // part, self.height // part
        margin = MARGIN_PX / part
        seen = width / turn
        left = margin + (width - seen) / 2
        top = margin - drop / part
        view = plane.resize(
            (width, height), Image.Resampling.BILINEAR, (left, top, left + seen, top + height)
        )
        return np.asarray(view).astype(np.uint16)

    def _sheen(self, cover: Words, share: float) -> Words:
        middle = round(share * self._run_px) - SHEEN_WIDTH_PX
        away = np.abs(self._slope - middle)
        band = _SHEEN[np.minimum(away, _SHEEN.size - 1)]
        result: Words = (band * cover) >> 8
        return result


_SHEEN: Words = np.array(
    [58 * exp(-((i / (SHEEN_WIDTH_PX * 0.45)) ** 2)) for i in range(SHEEN_WIDTH_PX)] + [0],
    np.uint16,
)


def _planes(rgba: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    red, green, blue, alpha = (rgba[..., i].astype(np.float32) for i in range(4))
    cover = alpha / 255
    luma = (16 + 0.18259 * red + 0.61423 * green + 0.06201 * blue) * cover
    u = (128 - 0.10064 * red - 0.33857 * green + 0.43922 * blue) * cover
    v = (128 + 0.43922 * red - 0.39894 * green - 0.04027 * blue) * cover
    planes = (luma, alpha, _quarter(u), _quarter(v), _quarter(alpha))
    return [np.clip(plane + 0.5, 0, 255).astype(np.uint8) for plane in planes]


def _quarter(plane: Floats) -> Floats:
    height, width = plane.shape
    result: Floats = plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return result


def _lay(plane: NDArray[np.uint8], x: int, y: int, adds: Words, cover: Words) -> None:
    height, width = adds.shape
    window = plane[y : y + height, x : x + width]
    sums = window * (256 - cover - (cover >> 7))
    np.right_shift(sums, 8, out=sums)
    sums += adds
    np.minimum(sums, 255, out=sums)
    window[:] = sums
