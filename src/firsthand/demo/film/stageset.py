"""The studio in four drawings, from the back to the front: room, wall of light, desk, plinth."""

from math import radians

from firsthand.demo.drawings import colour as colours
from firsthand.demo.drawings import light
from firsthand.demo.drawings.gallery import stage
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import rim
from firsthand.demo.drawings.studio import WHITE, Studio, box
from firsthand.demo.film.layout import Layout
from firsthand.demo.film.runsheet import Segment

BRAND = "#d63a1e"
PAPER = "#efe4d8"
OAK = "#c99a6b"
QUIET_HUE = 250.0


def screen_colours(segment: Segment) -> tuple[str, str, str]:
    """Deep, middle and bright of the light wall, in the family of what is shown."""
    _, strength, hue = colours.read(segment.colour)
    if strength < 0.03:
        hue, strength = radians(QUIET_HUE if colours.lightness(segment.colour) > 0.5 else 30), 0.06
    strength = min(0.11, max(0.06, strength))
    return (
        colours.write(0.27, strength * 0.8, hue),
        colours.write(0.42, strength, hue),
        colours.write(0.74, strength, hue),
    )


def room(layout: Layout) -> str:
    """What is behind everything, and the same for every segment."""
    s = Studio("room", "#808080", BRAND, 0)
    _room(s, layout)
    return s.svg(layout.width, layout.height)


def screen(layout: Layout, segment: Segment) -> str:
    """The wall of light, in the colours of what is shown."""
    s = Studio("screen", segment.colour, BRAND, 0, segment.segment_id)
    _screen(s, layout, segment)
    return s.svg(layout.width, layout.height)


def desk(layout: Layout) -> str:
    """The desk, which is the same for every segment."""
    s = Studio("desk", "#808080", BRAND, 0)
    _desk(s, layout)
    return s.svg(layout.width, layout.height)


def plinth(layout: Layout, segment: Segment, guests: list[Segment]) -> str:
    """What stands on the desk: the plinth, and products of other segments that wait."""
    s = Studio("plinth", segment.colour, BRAND, 0, segment.segment_id)
    for (x, foot, size), guest in zip(layout.guests, guests, strict=False):
        made = stage(guest.archetype, colour=guest.colour, accent=guest.accent, seed=1)
        s.add(made.nested(x - size / 2, foot - size * 0.85, size))
    _plinth(s, layout, segment)
    return s.svg(layout.width, layout.height)


def _room(s: Studio, layout: Layout) -> None:
    width, height = layout.width, layout.height
    s.rect(
        0,
        0,
        width,
        height,
        0,
        s.linear([(0, dim(PAPER, 0.16)), (0.5, PAPER), (1, dim(PAPER, 0.2))]),
    )
    groove = " ".join(f"M{x} 0 V{height}" for x in range(6, width, 22))
    s.path(groove, stroke=dim(PAPER, 0.22), stroke_width=5, stroke_opacity=0.5)
    s.path(groove, stroke=WHITE, stroke_width=2, stroke_opacity=0.5, transform="translate(5 0)")
    for share in (0.1, 0.24, 0.76, 0.9):
        cone = s.linear([(0, "#fff6e4", 0.85), (1, "#fff6e4", 0)])
        cx = width * share
        s.path(
            f"M{cx - 16} 0 h32 L{cx + width * 0.16} {height * 0.42} H{cx - width * 0.16} Z", cone
        )
        s.rect(cx - 26, 0, 52, 12, 4, "#3a332d")


def _screen(s: Studio, layout: Layout, segment: Segment) -> None:
    x, y, w, h = layout.wall
    deep, middle, bright = screen_colours(segment)
    s.ellipse(
        x + w / 2, y + h / 2, w * 0.66, h * 0.66, s.radial([(0, bright, 0.55), (1, bright, 0)])
    )
    light.drop(s, box(x, y, w, h, 30), 0, 22, 0.25)
    s.rect(x - 7, y - 7, w + 14, h + 14, 34, light.metal(s, "#4b443e"))
    frame = box(x, y, w, h, 28)
    s.path(frame, s.linear([(0, deep), (0.55, middle), (1, deep)], 70))
    px, py = layout.plinth[0], layout.plinth[1] - layout.product_size // 2
    with s.inside(frame):
        s.circle(
            px, py, w * 0.62, s.radial([(0, bright, 0.75), (0.55, middle, 0.35), (1, middle, 0)])
        )
        for r in (0.3, 0.4, 0.52, 0.66):
            s.circle(px, py - 10, w * r, stroke=bright, stroke_width=1.6, stroke_opacity=0.32)
        beam = s.linear([(0, WHITE, 0.13), (1, WHITE, 0)])
        for share in (0.05, 0.4, 0.72):
            left = x + w * share
            s.path(f"M{left} {y} h{w * 0.1} L{left + w * 0.34} {y + h} h{-w * 0.2} Z", beam)
        dots = f"<circle cx='4' cy='4' r='.9' fill='{bright}' fill-opacity='.28'/>"
        s.path(frame, s.pattern(13, 13, dots))
        s.rect(x, y, w, 200, 0, s.linear([(0, "#000000", 0.34), (1, "#000000", 0)]))
    rim(s, frame, 0.5)


def _desk(s: Studio, layout: Layout) -> None:
    width, height, top = layout.width, layout.height, layout.desk_y
    depth = 26
    s.rect(0, top - 60, width, 60, 0, light.shade(s, 0.22))
    s.rect(
        0, top, width, depth + 8, 0, s.linear([(0, lit(OAK, 0.62)), (0.4, lit(OAK, 0.3)), (1, OAK)])
    )
    s.rect(0, top, width, 3, 0, WHITE, fill_opacity=0.7)
    front = top + depth + 8
    s.rect(
        0,
        front,
        width,
        height - front,
        0,
        s.linear([(0, "#5a4632"), (0.2, "#463526"), (1, "#241b14")]),
    )
    slats = " ".join(f"M{x} {front} V{height}" for x in range(9, width, 18))
    s.path(slats, stroke="#000000", stroke_width=4, stroke_opacity=0.3)
    s.path(
        slats, stroke="#ffddb0", stroke_width=1.2, stroke_opacity=0.16, transform="translate(4 0)"
    )
    glow = s.linear([(0, BRAND, 0.75), (0.5, BRAND, 0.2), (1, BRAND, 0)])
    s.rect(0, front, width, 66, 0, glow)
    s.rect(0, front, width, 5, 0, lit(BRAND, 0.45))


def _plinth(s: Studio, layout: Layout, segment: Segment) -> None:
    cx, y, half = layout.plinth
    _, middle, bright = screen_colours(segment)
    s.ellipse(cx, y + 22, half * 1.16, 24, "#000000", fill_opacity=0.22)
    s.path(
        f"M{cx - half} {y} V{y + 16} A{half} 26 0 0 0 {cx + half} {y + 16} V{y} Z",
        light.metal(s, lit(middle, 0.2)),
    )
    s.ellipse(cx, y, half, 26, s.linear([(0, lit(bright, 0.55)), (1, lit(bright, 0.85))], 45))
    s.ellipse(cx, y, half - 3, 24, stroke=WHITE, stroke_width=2, opacity=0.9)
    s.ellipse(
        cx, y, half * 0.72, 16, s.radial([(0, dim(middle, 0.4), 0.5), (1, dim(middle, 0.4), 0)])
    )
