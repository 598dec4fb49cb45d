"""How light falls: materials, shadows, and the backdrop that everything stands before.

One key light, high on the left; a weak rim from the right. Materials differ only in how
they answer it, so sixty kinds of goods look as if they were taken on the same afternoon.
"""

from math import radians

from firsthand.demo.drawings import colour as colours
from firsthand.demo.drawings.studio import BLACK, SIZE, WHITE, Stop, Studio

QUIET_HUES = (85.0, 40.0, 15.0, 150.0, 230.0, 255.0, 290.0)  # backdrops for grey goods, degrees


def lit(colour: str, by: float) -> str:
    """A colour where the lamp reaches it; dark things answer less."""
    return colours.lighter(colour, by * (0.4 + 0.6 * colours.lightness(colour)))


def dim(colour: str, by: float) -> str:
    """A colour where the lamp does not reach it; light things keep more."""
    return colours.darker(colour, by * (1.2 - 0.5 * colours.lightness(colour)))


def matte(s: Studio, colour: str, angle: int = 70) -> str:
    """Flat plastic, paint, ceramic."""
    return s.linear([(0, lit(colour, 0.34)), (0.42, colour), (1, dim(colour, 0.2))], angle)


def rounded(s: Studio, colour: str, angle: int = 0) -> str:
    """A body that curves away on both sides: bottles, towers, drums."""
    stops: list[Stop] = [
        (0, dim(colour, 0.3)),
        (0.07, dim(colour, 0.12)),
        (0.24, lit(colour, 0.5)),
        (0.46, colour),
        (0.82, dim(colour, 0.3)),
        (0.94, dim(colour, 0.38)),
        (1, dim(colour, 0.18)),
    ]
    return s.linear(stops, angle)


def metal(s: Studio, colour: str = "#c3c7cf", angle: int = 0) -> str:
    """Brushed or polished metal: the room mirrored in bands."""
    stops: list[Stop] = [
        (0, dim(colour, 0.35)),
        (0.16, lit(colour, 0.75)),
        (0.34, dim(colour, 0.06)),
        (0.5, lit(colour, 0.4)),
        (0.74, dim(colour, 0.34)),
        (0.9, lit(colour, 0.3)),
        (1, dim(colour, 0.3)),
    ]
    return s.linear(stops, angle)


def satin(s: Studio, colour: str, angle: int = 70) -> str:
    """Large metal fronts: one broad band of light, softly."""
    stops: list[Stop] = [
        (0, lit(colour, 0.22)),
        (0.3, lit(colour, 0.5)),
        (0.48, colour),
        (0.8, dim(colour, 0.14)),
        (1, dim(colour, 0.05)),
    ]
    return s.linear(stops, angle)


def ball(s: Studio, colour: str) -> str:
    """Something round on all sides."""
    stops: list[Stop] = [
        (0, lit(colour, 0.62)),
        (0.35, lit(colour, 0.16)),
        (0.72, dim(colour, 0.16)),
        (1, dim(colour, 0.42)),
    ]
    return s.radial(stops, 0.34, 0.28, 0.8)


def black_glass(s: Studio, angle: int = 45) -> str:
    """Dark glass with the sky of the studio in it."""
    return s.linear([(0, "#3a4150"), (0.4, "#171b24"), (0.41, "#11141b"), (1, "#080a0f")], angle)


def sheen(s: Studio, strength: float = 0.5, angle: int = 90) -> str:
    """White light that fades: laid over a body."""
    return s.linear([(0, WHITE, strength), (1, WHITE, 0)], angle)


def shade(s: Studio, strength: float = 0.4, angle: int = 90) -> str:
    """Darkness that grows: laid over a body."""
    return s.linear([(0, BLACK, 0), (1, BLACK, strength)], angle)


def shadow(s: Studio, cx: float, cy: float, rx: float, depth: float = 1.0) -> None:
    """Where a thing touches the floor: one soft pool, one tight line."""
    if s.floating:
        return
    s.grounded = True
    ink = colours.write(0.2, 0.03, _hue(s))
    soft = s.radial([(0, ink, 0.34), (0.55, ink, 0.13), (1, ink, 0)])
    tight = s.radial([(0, ink, 0.75), (0.7, ink, 0.34), (1, ink, 0)])
    s.ellipse(cx + rx * 0.06, cy + 8 * depth, rx * 1.32, 34 * depth, soft)
    s.ellipse(cx, cy, rx, 9 * depth, tight)


def pool(s: Studio, cx: float, cy: float, rx: float, ry: float, strength: float = 0.2) -> None:
    """The soft shadow under something that lies flat and is seen from above."""
    if s.floating:
        return
    s.grounded = True
    ink = colours.write(0.2, 0.03, _hue(s))
    s.ellipse(cx, cy, rx, ry, s.radial([(0, ink, strength), (0.6, ink, strength / 2), (1, ink, 0)]))


def drop(s: Studio, d: str, dx: float = 10, dy: float = 14, strength: float = 0.16) -> None:
    """The shadow of one part on another."""
    s.grounded = True
    ink = colours.write(0.2, 0.03, _hue(s))
    s.path(d, ink, opacity=strength, transform=f"translate({dx} {dy})")


def backdrop(s: Studio, width: int = SIZE, height: int = SIZE, horizon: float = 0.7) -> None:
    """A quiet paper roll in a tint of the product, with a pool of light behind it."""
    pale = colours.lightness(s.colour) > 0.88
    strength = 0.016 if pale else 0.022
    level = 0.9 if pale else 0.945
    hue = _hue(s)
    wall = s.linear(
        [
            (0, colours.write(level - 0.015, strength, hue)),
            (horizon - 0.06, colours.write(level - 0.045, strength * 1.2, hue)),
            (horizon + 0.05, colours.write(level - 0.03, strength, hue)),
            (1, colours.write(level + 0.02, strength * 0.6, hue)),
        ]
    )
    s.rect(0, 0, width, height, 0, wall)
    pool = s.radial([(0, WHITE, 0.72), (0.5, WHITE, 0.24), (1, WHITE, 0)], 0.42, 0.4, 0.55)
    s.rect(0, 0, width, height, 0, pool)
    corner = colours.write(0.4, 0.04, hue)
    edge = s.radial([(0.62, corner, 0), (1, corner, 0.13)], 0.46, 0.46, 0.78)
    s.rect(0, 0, width, height, 0, edge)


def _hue(s: Studio) -> float:
    _, strength, hue = colours.read(s.colour)
    if strength < 0.025:
        return radians(QUIET_HUES[s.place])
    return hue
