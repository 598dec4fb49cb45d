"""The host on the stage: a few layers, each drawn once for each position it can have.

Positions are counted in steps so small that nobody sees them; a step that was drawn is
kept, so that after the first minute nothing is drawn any more.
"""

from collections import OrderedDict
from collections.abc import Callable
from math import cos, radians, sin

from firsthand.demo.drawings import figure
from firsthand.demo.drawings.studio import Studio
from firsthand.demo.film.canvas import Canvas, Sprite
from firsthand.demo.film.layout import Layout
from firsthand.demo.film.raster import part
from firsthand.demo.film.runsheet import Host
from firsthand.demo.film.scene import Pose

KEPT_MAX = 900
BREATHS, TILTS, REACHES, MOUTHS, WIDTHS, LIDS = 10, 12, 22, 4, 2, 3
TILT_DEGREES, LIFT_PX = 6.0, 5
UPPER_ARM, FORE_ARM = 168.0, 122.0
BROWS_UP = 0.4

Window = tuple[int, int, int, int]
HEAD: Window = (-170, -200, 340, 560)
TORSO: Window = (-260, 40, 520, 560)
MOUTH: Window = (-60, 50, 120, 90)
EYES: Window = (-110, -60, 220, 120)
ARMS: dict[int, Window] = {-1: (-420, 120, 480, 480), 1: (-60, 120, 480, 480)}


class Actor:
    """Lays the host down in any pose."""

    def __init__(self, host: Host, layout: Layout) -> None:
        self._look = figure.look_of(host.name_en)
        self._layout = layout
        self._kept: OrderedDict[tuple[object, ...], Sprite] = OrderedDict()

    def lay(self, canvas: Canvas, pose: Pose) -> None:
        """Lay the whole host down. The desk hides what is below its edge, but not the arms."""
        look, desk = self._look, self._layout.desk_y
        tilt = _step((pose.tilt + 1) / 2, TILTS)
        turn = f"rotate({(tilt / TILTS - 0.5) * TILT_DEGREES:.2f} 0 130)"
        down = 3 - round(LIFT_PX * (0.5 * pose.breath + 0.5 * (1 - pose.nod)))

        def on_head(name: str, window: Window, draw: Callable[[Studio], None], *steps: int) -> None:
            key = (name, tilt, *steps)
            self._layer(key, window, turn, draw).lay(canvas, dy=down, floor=desk)

        on_head("hair", HEAD, lambda s: figure.back_hair(s, look))
        breath = _step(pose.breath, BREATHS)
        rise = f"translate(0 560) scale(1 {1 + 0.012 * breath / BREATHS:.5f}) translate(0 -560)"
        torso = self._layer(("torso", breath), TORSO, rise, lambda s: figure.torso(s, look))
        torso.lay(canvas, floor=desk)
        on_head("skull", HEAD, lambda s: figure.skull(s, look, BROWS_UP))
        opened, wide = _step(pose.mouth_open, MOUTHS), _step(pose.mouth_wide, WIDTHS)
        face = figure.Face(mouth_open=opened / MOUTHS, mouth_wide=wide / WIDTHS)
        on_head("mouth", MOUTH, lambda s: figure.mouth(s, look, face), opened, wide)
        lids = _step(pose.eyes_open, LIDS)
        on_head("eyes", EYES, lambda s: figure.eyes(s, look, lids / LIDS), lids)
        self._arm(-1, _step(pose.left, REACHES)).lay(canvas)
        self._arm(1, _step(pose.right, REACHES)).lay(canvas)

    def _arm(self, side: int, step: int) -> Sprite:
        share = step / REACHES
        if side < 0:
            upper, fore = 100 + 8 * share, -12 - 66 * share
        else:
            upper, fore = 86 - 14 * share, -168 + self._layout.reach_degrees * share
        shoulder = (190.0 * side, 262.0)
        elbow = _away(shoulder, UPPER_ARM, upper)
        wrist = _away(elbow, FORE_ARM, fore)
        return self._layer(
            ("arm", side, step),
            ARMS[side],
            "",
            lambda s: figure.arm(s, self._look, shoulder, elbow, wrist),
        )

    def _layer(
        self, key: tuple[object, ...], window: Window, move: str, draw: Callable[[Studio], None]
    ) -> Sprite:
        sprite = self._kept.get(key)
        if sprite is None:
            sprite = self._kept[key] = self._draw(str(key[0]), window, move, draw)
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return sprite

    def _draw(self, name: str, window: Window, move: str, draw: Callable[[Studio], None]) -> Sprite:
        (head_x, head_y), scale = self._layout.head, self._layout.host_scale
        x, y = round(head_x + window[0] * scale), round(head_y + window[1] * scale)
        width, height = round(window[2] * scale), round(window[3] * scale)
        place = f"translate({head_x} {head_y}) scale({scale}) {move}"
        return Sprite.of(part(draw, name, x, y, width, height, place), x, y)


def _away(start: tuple[float, float], length: float, degrees: float) -> tuple[float, float]:
    return (
        start[0] + length * cos(radians(degrees)),
        start[1] + length * sin(radians(degrees)),
    )


def _step(share: float, steps: int) -> int:
    return round(min(1.0, max(0.0, share)) * steps)
