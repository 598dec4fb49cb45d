"""The picture as the encoder wants it, and things laid onto it with few sums.

Frames live as planar YUV (4:2:0, BT.709, limited range), the encoder's own form, so that
nothing is converted while on air. A sprite is converted once; to lay it down is one
multiplication and one addition for each of its pixels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint16]


class Canvas:
    """One frame; WIDTH and HEIGHT are even."""

    def __init__(self, width: int, height: int) -> None:
        if width % 2 or height % 2:
            raise ValueError("a frame has an even number of columns and rows")
        self.width, self.height = width, height
        self.data: Bytes = np.zeros(width * height * 3 // 2, np.uint8)
        size, quarter = width * height, width * height // 4
        self.y = self.data[:size].reshape(height, width)
        self.u = self.data[size : size + quarter].reshape(height // 2, width // 2)
        self.v = self.data[size + quarter :].reshape(height // 2, width // 2)

    @classmethod
    def of(cls, rgb: Bytes) -> "Canvas":
        """A frame from rows of red, green and blue."""
        canvas = cls(rgb.shape[1], rgb.shape[0])
        y, u, v = _convert(rgb)
        canvas.y[:] = np.clip(y + 0.5, 0, 255)
        canvas.u[:] = np.clip(_quarter(u) + 0.5, 0, 255)
        canvas.v[:] = np.clip(_quarter(v) + 0.5, 0, 255)
        return canvas

    def fill(self, x: int, y: int, width: int, height: int, colour: tuple[int, int, int]) -> None:
        """Paint a rectangle; its corners are moved to even places."""
        rows, columns = slice(y & ~1, (y + height) & ~1), slice(x & ~1, (x + width) & ~1)
        self.y[rows, columns] = colour[0]
        rows, columns = slice(y // 2, (y + height) // 2), slice(x // 2, (x + width) // 2)
        self.u[rows, columns], self.v[rows, columns] = colour[1:]

    def rgb(self) -> Bytes:
        """Back to red, green and blue, to look at."""
        y = (self.y.astype(np.float32) - 16) * 1.16438
        u = self.u.astype(np.float32).repeat(2, 0).repeat(2, 1) - 128
        v = self.v.astype(np.float32).repeat(2, 0).repeat(2, 1) - 128
        rows = np.stack((y + 1.79274 * v, y - 0.21325 * u - 0.53291 * v, y + 2.1124 * u), axis=-1)
        return np.clip(rows + 0.5, 0, 255).astype(np.uint8)

    def mix(self, one: "Canvas", other: "Canvas", share: float) -> None:
        """Become a dissolve between two frames."""
        weight = round(min(1.0, max(0.0, share)) * 256)
        blended = one.data.astype(np.uint16)
        blended *= np.uint16(256 - weight)
        blended += other.data.astype(np.uint16) * np.uint16(weight)
        np.right_shift(blended, 8, out=blended)
        self.data[:] = blended


@dataclass(frozen=True, slots=True)
class Sprite:
    """Something with soft edges, ready to be laid down at X, Y (both even)."""

    x: int
    y: int
    luma: Words
    luma_keeps: Words
    blue: Words
    red: Words
    chroma_keeps: Words

    @classmethod
    def of(cls, rgba: Bytes, x: int, y: int) -> "Sprite":
        """A sprite from a picture with its upper left corner at X, Y; its empty edges are cut."""
        rows, columns = covered(rgba, 2)
        if not rows.size:
            rows = columns = np.array([0])
            rgba = np.zeros_like(rgba)
        top, left = (int(rows[0]) + y) & ~1, (int(columns[0]) + x) & ~1
        height = (int(rows[-1]) + y + 2 - top) & ~1
        width = (int(columns[-1]) + x + 2 - left) & ~1
        part = np.zeros((height, width, 4), np.uint8)
        from_row, from_column = max(0, top - y), max(0, left - x)
        piece = rgba[from_row : top - y + height, from_column : left - x + width]
        down, right = from_row - (top - y), from_column - (left - x)
        part[down : down + piece.shape[0], right : right + piece.shape[1]] = piece
        cover = part[..., 3].astype(np.float32) * (256 / 255)
        luma, blue, red = _convert(part[..., :3])
        quarter = _quarter(cover)
        return cls(
            x=left,
            y=top,
            luma=_words(luma * cover + 128),
            luma_keeps=_words(256 - cover),
            blue=_words(_quarter(blue * cover) + 128),
            red=_words(_quarter(red * cover) + 128),
            chroma_keeps=_words(256 - quarter),
        )

    def lay(self, canvas: Canvas, dx: int = 0, dy: int = 0, floor: int | None = None) -> None:
        """Lay it down, moved by DX, DY; nothing reaches below FLOOR.

        After an odd move its colours are half a pixel beside its brightness; nobody sees that.
        """
        bottom = canvas.height if floor is None else floor
        _lay(canvas.y, self.x + dx, self.y + dy, bottom, self.luma_keeps, self.luma)
        x, y, bottom = (self.x + dx) // 2, (self.y + dy) // 2, bottom // 2
        _lay(canvas.u, x, y, bottom, self.chroma_keeps, self.blue)
        _lay(canvas.v, x, y, bottom, self.chroma_keeps, self.red)

    def faded(self, share: float) -> "Sprite":
        """The same, seen only in part."""
        weight = np.float32(min(1.0, max(0.0, share)))

        def part(words: Words) -> Words:
            return _words((words.astype(np.float32) - 128) * weight + 128)

        def keep(words: Words) -> Words:
            return _words(256 - (256 - words.astype(np.float32)) * weight)

        return Sprite(
            self.x, self.y, part(self.luma), keep(self.luma_keeps), part(self.blue), part(self.red),
            keep(self.chroma_keeps),
        )  # fmt: skip


def ycc(colour: str) -> tuple[int, int, int]:
    """Brightness, blue and red of ``#rrggbb``."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    y, u, v = _convert(np.array([[[red, green, blue]]], np.uint8))
    return round(float(y[0, 0])), round(float(u[0, 0])), round(float(v[0, 0]))


def covered(rgba: Bytes, least: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows and the columns in which anything is at least so opaque."""
    alpha = rgba[..., 3]
    return np.flatnonzero(alpha.max(axis=1) > least), np.flatnonzero(alpha.max(axis=0) > least)


def _lay(plane: Bytes, x: int, y: int, bottom: int, keeps: Words, adds: Words) -> None:
    height, width = adds.shape
    rows = slice(max(0, -y), min(height, bottom - y))
    columns = slice(max(0, -x), min(width, plane.shape[1] - x))
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return
    window = plane[y + rows.start : y + rows.stop, x + columns.start : x + columns.stop]
    sums = window * keeps[rows, columns]
    sums += adds[rows, columns]
    np.right_shift(sums, 8, out=sums)
    window[:] = sums


def _convert(rgb: Bytes) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    red, green, blue = (rgb[..., i].astype(np.float32) for i in range(3))
    y = 16 + 0.18259 * red + 0.61423 * green + 0.06201 * blue
    u = 128 - 0.10064 * red - 0.33857 * green + 0.43922 * blue
    v = 128 + 0.43922 * red - 0.39894 * green - 0.04027 * blue
    return y, u, v


def _quarter(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = plane.shape
    result: NDArray[np.float32] = plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return result


def _words(values: NDArray[np.float32]) -> Words:
    return np.clip(values, 0, 65_535).astype(np.uint16)
