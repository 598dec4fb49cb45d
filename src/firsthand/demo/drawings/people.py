"""Portraits of hosts, and posters for their shows."""

from collections.abc import Sequence
from random import Random

from firsthand.demo.drawings import colour as colours
from firsthand.demo.drawings import figure, light
from firsthand.demo.drawings.gallery import stage
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.studio import WHITE, Studio, box

SHAPES = {"16:9": (1280, 720), "4:5": (1080, 1350)}
TONES = ("#d98b5f", "#6f9bd1", "#7fb08f", "#c98aa0", "#9c8fd0", "#d1b06b")


def portrait(name_seed: str, *, tone: str | None = None, background: bool = True) -> str:
    """A host at a desk, 800 by 800; the face stays whole in a round frame."""
    look = figure.look_of(name_seed)
    tone = tone or Random(f"tone/{name_seed}").choice(TONES)
    s = Studio(
        "portrait", colours.write(*colours.read(tone)), look.coat, 0, f"{name_seed}/{background}"
    )
    if background:
        _room(s, tone)
    with s.group(transform="translate(400 320) scale(1.04)"):
        figure.back_hair(s, look)
        figure.torso(s, look)
        figure.arm(s, look, (-196, 262), (-208, 450), (-110, 470), "flat")
        figure.arm(s, look, (196, 262), (208, 450), (110, 470), "flat")
        figure.head(s, look, figure.Face(mouth_wide=0.75))
    if background:
        _desk(s)
    return s.svg(label="portrait")


def poster(
    name_seed: str,
    goods: Sequence[tuple[str, str]],
    *,
    shape: str = "16:9",
    tone: str | None = None,
) -> str:
    """A show's poster: its host, and up to four (archetype, colour) on a stage of light.

    It carries no words: the page lays the title over the calm part, which is the upper left
    of a wide poster and the top of a tall one.
    """
    if shape not in SHAPES:
        raise ValueError(f"a poster is {' or '.join(SHAPES)}, not {shape!r}")
    width, height = SHAPES[shape]
    tone = tone or (goods[0][1] if goods else Random(f"tone/{name_seed}").choice(TONES))
    _, strength, hue = colours.read(tone)
    base = colours.write(0.62, min(0.13, max(0.05, strength)), hue)
    s = Studio("poster", base, tone, 0, f"{name_seed}/{shape}/{list(goods)}")
    _stage_of_light(s, width, height, base)
    wide = shape == "16:9"
    look = figure.look_of(name_seed)
    scale, x, y = (0.9, 930, 290) if wide else (1.36, 540, 560)
    with s.group(transform=f"translate({x} {y}) scale({scale})"):
        figure.back_hair(s, look)
        figure.torso(s, look)
        figure.head(s, look, figure.Face(mouth_open=0.3, mouth_wide=0.9, brows_up=0.5))
    _counter(s, width, height, base)
    size, step = (300, 250) if wide else (430, 300)
    row = goods[:4] if wide else goods[:3]
    first = (width if not wide else 1180) / 2 - step * (len(row) - 1) / 2
    order = sorted(range(len(row)), key=lambda i: -abs(i - (len(row) - 1) / 2))
    for i in order:
        archetype, paint = row[i]
        middle = abs(i - (len(row) - 1) / 2) < 1
        side = size * (1.14 if middle and len(row) > 2 else 1)
        made = stage(archetype, colour=paint, seed=i)
        s.add(made.nested(first + i * step - side / 2, height * 0.975 - side * 0.885, side))
    return s.svg(width, height, "poster")


def _room(s: Studio, tone: str) -> None:
    light.backdrop(s, horizon=0.9)
    wall = colours.write(0.8, 0.06, colours.read(tone)[2])
    s.circle(400, 330, 300, s.radial([(0, lit(wall, 0.75)), (0.9, wall, 0.75), (1, wall, 0.6)]))
    s.rect(84, 150, 150, 12, 4, lit(wall, 0.2))
    for i, (high, paint) in enumerate(
        ((70, dim(tone, 0.2)), (92, lit(tone, 0.35)), (58, tone), (80, dim(tone, 0.4)))
    ):
        s.rect(96 + i * 32, 150 - high, 25, high, 3, light.matte(s, paint))
    s.path(
        "M690 470 C650 390 650 330 680 270 C712 330 716 400 700 470 Z M690 470 C720 400 750 370 780 360 C776 410 744 450 704 476 Z",
        light.matte(s, "#5f8f6d"),
    )


def _desk(s: Studio) -> None:
    s.path(box(0, 740, 800, 70), s.linear([(0, "#d9b58c"), (0.15, "#c79c6c"), (1, "#8d6640")]))
    s.rect(0, 740, 800, 4, 0, WHITE, opacity=0.5)


def _stage_of_light(s: Studio, width: int, height: int, base: str) -> None:
    wall = s.linear([(0, lit(base, 0.62)), (0.55, lit(base, 0.2)), (1, dim(base, 0.3))], 45)
    s.rect(0, 0, width, height, 0, wall)
    glow = s.radial([(0, WHITE, 0.85), (0.45, WHITE, 0.28), (1, WHITE, 0)])
    cx = width * (0.72 if width > height else 0.5)
    s.circle(cx, height * 0.42, height * 0.62, glow)
    for r in (0.34, 0.45, 0.57):
        s.circle(cx, height * 0.42, height * r, stroke=WHITE, stroke_width=2, opacity=0.35)
    for left in (-0.1, 0.18, 0.62):
        beam = s.linear([(0, WHITE, 0.3), (1, WHITE, 0)])
        s.path(
            f"M{width * (left + 0.14)} 0 h{width * 0.06} L{width * (left + 0.34)} {height} h{-width * 0.3} Z",
            beam,
        )


def _counter(s: Studio, width: int, height: int, base: str) -> None:
    top = height * 0.83
    s.ellipse(width / 2, top + height * 0.1, width * 0.68, height * 0.16, light.shade(s, 0.3))
    s.path(
        f"M0 {top} Q{width / 2} {top - height * 0.05} {width} {top} V{height} H0 Z",
        s.linear([(0, lit(base, 0.75)), (0.3, lit(base, 0.45)), (1, dim(base, 0.2))]),
    )
    s.path(
        f"M0 {top} Q{width / 2} {top - height * 0.05} {width} {top}",
        stroke=WHITE,
        stroke_width=3,
        opacity=0.8,
    )
