"""Paints one frame after another: the set that stands still, and on it what moves.

A frame is a copy of the set and some twenty sprites, about three thousandths of a second.
What changes seldom (a caption, a price, the clock) is lettered when it changes.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from math import sin, tau
from time import localtime, strftime

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from firsthand.demo.film import framecode, lettering, stageset
from firsthand.demo.film.actor import Actor
from firsthand.demo.film.canvas import Canvas, Sprite, ycc
from firsthand.demo.film.layout import Layout
from firsthand.demo.film.runsheet import Host, Point
from firsthand.demo.film.scene import Scene
from firsthand.demo.film.workshop import StageSet, Workshop

DISSOLVE_S = 0.4
FADE_S, FADE_STEPS = 0.28, 8
KEPT_MAX = 64
ACCENT = ycc("#ff6a4a")
WHITE = "#ffffff"


class Painter:
    """Paints scenes. To be used by one thread."""

    def __init__(self, host: Host, layout: Layout, workshop: Workshop) -> None:
        self.layout = layout
        self._workshop = workshop
        self._actor = Actor(host, layout)
        self._canvas = Canvas(layout.width, layout.height)
        self._now: StageSet | None = None
        self._before: StageSet | None = None
        self._said: Scene | None = None
        self._changed_s = -10.0
        self._kept: OrderedDict[object, Sprite] = OrderedDict()
        self._dot = _dot(16, "#ff4b33")
        self._sparks = [_spark(size) for size in (26, 38, 54)]

    @property
    def position(self) -> int:
        """The segment whose set is in the picture."""
        return self._now.position if self._now else -1

    def paint(self, scene: Scene, epoch_s: float) -> Canvas:
        """The frame of a scene made at a moment; it is painted over by the next one."""
        now = self._set_of(scene)
        if now.position == scene.position or self._said is None:
            self._said = scene  # words do not run ahead of the picture they belong to
        canvas, said = self._canvas, self._said
        since = scene.at_s - self._changed_s
        if self._before is not None and since < DISSOLVE_S:
            canvas.mix(self._before.ground, now.ground, since / DISSOLVE_S)
        else:
            self._before = None
            np.copyto(canvas.data, now.ground.data)
        self._lay_sparks(scene.at_s)
        self._actor.lay(canvas, scene.pose)
        if self._before is None:
            self._restore_plinth(now.ground)
        now.exhibit.lay(canvas, scene.at_s, since)
        self._lay_price(said.segment.price_text)
        self._lay_caption(said)
        self._lay_clock(epoch_s)
        self._lay_level(scene.pose.mouth_open, scene.at_s)
        return self.again(epoch_s)

    def again(self, epoch_s: float) -> Canvas:
        """The frame that was painted last, with the number of another moment."""
        canvas = self._canvas
        framecode.stamp(canvas.y, framecode.number_at(epoch_s))
        x, y = framecode.place(canvas.width, canvas.height)
        for plane in (canvas.u, canvas.v):
            plane[y // 2 : y // 2 + framecode.BLOCK_PX, x // 2 : (canvas.width - 8) // 2] = 128
        return canvas

    def _set_of(self, scene: Scene) -> StageSet:
        if self._now is None:
            self._now = self._workshop.wait(scene.position)
        elif self._now.position != scene.position:
            wanted = self._workshop.take(scene.position)
            if wanted is not None:  # else the old set stays until the new one stands
                self._before, self._now, self._changed_s = self._now, wanted, scene.at_s
        return self._now

    def _restore_plinth(self, ground: Canvas) -> None:
        # The plinth rises above the edge of the desk, and the host sits behind it.
        cx, y, half = self.layout.plinth
        top, left, edge = (y - 28) & ~1, (cx - half) & ~1, self.layout.desk_y & ~1
        for plane, still, part in (
            (self._canvas.y, ground.y, 1),
            (self._canvas.u, ground.u, 2),
            (self._canvas.v, ground.v, 2),
        ):
            mask = _dome(2 * half // part, max(0, edge - top) // part, part, half, y - top)
            rows = slice(top // part, top // part + mask.shape[0])
            columns = slice(left // part, left // part + mask.shape[1])
            np.copyto(plane[rows, columns], still[rows, columns], where=mask)

    # --- what moves and what is lettered --------------------------------------------------

    def _lay_sparks(self, at_s: float) -> None:
        x, y, w, h = self.layout.wall
        for i in range(9):
            up = (at_s * (16 + 5 * (i % 4)) + i * 173) % (h - 70)
            across = (i * 211 + 46 * sin(tau * (at_s / (9 + i) + i / 9))) % (w - 90)
            self._sparks[i % 3].lay(self._canvas, round(x + 12 + across), round(y + h - 60 - up))

    def _lay_price(self, text: str) -> None:
        if text:
            self._keep(("price", text), lambda: _price(text, *self.layout.price)).lay(self._canvas)

    def _lay_caption(self, scene: Scene) -> None:
        point = scene.point
        step = min(FADE_STEPS, int(FADE_STEPS * scene.point_age_s / FADE_S))
        full = self._keep(point, lambda: _caption(self.layout, point))
        if step < FADE_STEPS:
            full = self._keep((point, step), lambda: full.faded(step / FADE_STEPS))
        full.lay(self._canvas)
        x, y, w, h = self.layout.caption
        self._canvas.fill(x + 22, y + h - 10, int((w - 44) * scene.caption_said), 4, ACCENT)

    def _lay_clock(self, epoch_s: float) -> None:
        text = strftime("%H:%M:%S", localtime(epoch_s))
        x, y = self.layout.clock
        self._keep(("clock", text), lambda: _clock(text, x, y)).lay(self._canvas)
        if epoch_s % 1 < 0.6:
            self._dot.lay(self._canvas, x - 166, y - 18)

    def _lay_level(self, mouth_open: float, at_s: float) -> None:
        x, y = self.layout.plate
        for i in range(5):
            wave = 0.5 + 0.5 * sin(tau * (at_s * (2.1 + 0.5 * i) + i * 0.37))
            tall = 4 + 2 * round(11 * mouth_open * (0.35 + 0.65 * wave))
            self._canvas.fill(x + 226 + i * 10, y - tall // 2 - 14, 6, tall, ACCENT)

    def _keep(self, key: object, make: Callable[[], Sprite]) -> Sprite:
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def _price(text: str, x: int, y: int) -> Sprite:
    text, size = lettering.fitting(text, 46, 800, 212, 22)
    half = max(92, lettering.width_of(text, size, 800) // 2 + 26)
    tag = Image.new("RGBA", (2 * half, 82), (0, 0, 0, 0))
    lettering.rounded(tag, (0, 6, 2 * half - 1, 81), 18, (20, 12, 8, 200))
    lettering.rounded(tag, (0, 0, 2 * half - 1, 75), 18, "#fff7ef")
    lettering.write(tag, (half, 38), text, size, 800, stageset.BRAND, anchor="mm")
    return Sprite.of(np.asarray(tag), x - half, y - 40)


def _caption(layout: Layout, point: Point) -> Sprite:
    x, y, w, h = layout.caption
    bar = Image.new("RGBA", (w, h), (0, 0, 0, 0))
    lettering.rounded(bar, (0, 0, w - 1, h - 1), 20, (150, 156, 170, 150))
    lettering.rounded(bar, (2, 2, w - 3, h - 3), 18, (12, 14, 20, 168))
    zh, size = lettering.fitting(point.zh, 31, 600, w - 44, 24)
    lines, en_size, en_y = [zh], 20, 70
    if zh != point.zh:
        size, en_size, en_y = 23, 15, 76
        lines = lettering.two_lines(point.zh, size, 600, w - 44)
    for i, line in enumerate(lines):
        lettering.write(bar, (22, (40 if len(lines) == 1 else 28) + 27 * i), line, size, 600, WHITE)
    en, size = lettering.fitting(point.en, en_size, 400, w - 44, 13)
    lettering.write(bar, (22, en_y), en, size, 400, "#dfe5ee")
    return Sprite.of(np.asarray(bar), x, y)


def _clock(text: str, x: int, y: int, size: int = 27) -> Sprite:
    wide = max(lettering.width_of(sign, size, 600) for sign in "0123456789")
    line = Image.new("RGBA", (wide * len(text), round(size * 1.4)), (0, 0, 0, 0))
    for i, sign in enumerate(text):
        at = (i * wide + wide / 2, size * 1.1)
        lettering.write(line, at, sign, size, 600, WHITE, anchor="ms")
    return Sprite.of(np.asarray(line), x - line.width, y - 31)


def _dot(size: int, colour: str) -> Sprite:
    large = Image.new("RGBA", (size * 4, size * 4), (0, 0, 0, 0))
    ImageDraw.Draw(large).ellipse((4, 4, size * 4 - 5, size * 4 - 5), fill=colour)
    return Sprite.of(np.asarray(large.resize((size, size), Image.Resampling.BOX)), 0, 0)


def _spark(size: int) -> Sprite:
    span = np.linspace(-1, 1, size)
    away = np.sqrt(span[:, None] ** 2 + span[None, :] ** 2)
    rgba = np.full((size, size, 4), 255, np.uint8)
    rgba[..., 3] = np.clip((1 - away) * 46, 0, 40)
    return Sprite.of(rgba, 0, 0)


@lru_cache(maxsize=4)
def _dome(width: int, height: int, part: int, half: int, rise: int) -> NDArray[np.bool_]:
    down, across = np.mgrid[0:height, 0:width] * part
    away = ((across - half) / half) ** 2 + ((down - rise) / 26) ** 2
    return np.asarray((away <= 1) | (down >= rise), np.bool_)
