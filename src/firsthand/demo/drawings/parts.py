"""The vocabulary: the few parts that all goods are put together from.

A part knows its own light; an archetype only says where it is and how large.
"""

from firsthand.demo.drawings import colour as colours
from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.studio import WHITE, Studio, box

INK = "#14171d"
STEEL = "#c6cad2"


def rim(s: Studio, d: str, strength: float = 0.8, width: float = 2) -> None:
    """The thin bright edge by which a thing stands out from its backdrop."""
    paint = s.linear([(0, WHITE, strength), (0.45, WHITE, 0.06), (1, WHITE, strength * 0.4)], 45)
    s.path(d, stroke=paint, stroke_width=width)


def plate(
    s: Studio,
    x: float,
    y: float,
    w: float,
    h: float,
    r: float,
    colour: str = "",
    fill: str = "",
    edge: float = 0.8,
) -> None:
    """A flat body with round corners: most of all goods."""
    colour = colour or s.colour
    s.rect(x, y, w, h, r, fill or light.matte(s, colour))
    if edge:
        rim(s, box(x + 1.5, y + 1.5, w - 3, h - 3, max(0.1, r - 1.5)), edge)


def barrel(
    s: Studio,
    cx: float,
    top: float,
    bottom: float,
    w_top: float,
    w_bottom: float,
    colour: str = "",
    tilt: float = 0.12,
    fill: str = "",
    lid: str = "",
) -> None:
    """An upright round body, seen a little from above."""
    colour = colour or s.colour
    a, b = w_top / 2, w_bottom / 2
    s.path(
        f"M{cx - a} {top} L{cx - b} {bottom} A{b} {b * tilt} 0 0 0 {cx + b} {bottom} "
        f"L{cx + a} {top} Z",
        fill or light.rounded(s, colour),
    )
    cover = lid or colour
    s.ellipse(
        cx,
        top,
        a,
        max(1, a * tilt),
        s.linear([(0, lit(cover, 0.15)), (1, lit(cover, 0.55))], 45),
    )
    rim(s, ring(cx, top, a - 1, max(1, a * tilt - 1)), 0.7, 1.5)


def ring(cx: float, cy: float, rx: float, ry: float) -> str:
    """The outline of an ellipse."""
    return f"M{cx - rx} {cy} A{rx} {ry} 0 1 1 {cx + rx} {cy} A{rx} {ry} 0 1 1 {cx - rx} {cy} Z"


def band(cx: float, y: float, w: float, h: float, tilt: float = 0.12) -> str:
    """The outline of a strip around an upright round body."""
    a = w / 2
    b = a * tilt
    return f"M{cx - a} {y} A{a} {b} 0 0 0 {cx + a} {y} V{y + h} A{a} {b} 0 0 1 {cx - a} {y + h} Z"


def screen(
    s: Studio,
    x: float,
    y: float,
    w: float,
    h: float,
    r: float,
    bezel: float = 10,
    picture: int | None = None,
) -> None:
    """A display that is switched on, under glass."""
    s.rect(x, y, w, h, r, "#0a0c11")
    ix, iy, iw, ih = x + bezel, y + bezel, w - 2 * bezel, h - 2 * bezel
    inner = max(2.0, r - bezel)
    with s.inside(box(ix, iy, iw, ih, inner)):
        wallpaper(
            s,
            ix,
            iy,
            iw,
            ih,
            s.chance.choice((0, 0, 0, 1, 1, 2, 3, 3)) if picture is None else picture,
        )
        glare = s.linear([(0, WHITE, 0.34), (0.6, WHITE, 0.04)], 70)
        s.path(f"M{ix} {iy} H{ix + iw * 0.62} L{ix + iw * 0.2} {iy + ih} H{ix} Z", glare)
    rim(s, box(x + 1, y + 1, w - 2, h - 2, max(0.1, r - 1)), 0.5, 1.5)


def wallpaper(s: Studio, x: float, y: float, w: float, h: float, picture: int) -> None:
    """What is on a display: colours of the product's own family, never a screenshot."""
    _, _, hue = colours.read(s.accent)
    night, dusk = colours.write(0.3, 0.11, hue + 0.6), colours.write(0.56, 0.17, hue)
    dawn, sun = colours.write(0.78, 0.13, hue - 0.9), colours.write(0.93, 0.07, hue - 1.4)
    m = min(w, h)
    if picture == 0:  # hills at first light
        s.rect(x, y, w, h, 0, s.linear([(0, dusk), (0.55, dawn), (1, sun)]))
        s.circle(x + w * 0.66, y + h * 0.42, m * 0.15, sun)
        for level, paint in ((0.6, dusk), (0.72, colours.mix(dusk, night, 0.5)), (0.84, night)):
            top = y + h * level
            s.path(
                f"M{x} {top} C{x + w * 0.3} {top - h * 0.12} {x + w * 0.45} {top + h * 0.1} "
                f"{x + w * 0.7} {top - h * 0.02} S{x + w} {top - h * 0.06} {x + w} {top} "
                f"V{y + h} H{x} Z",
                paint,
            )
    elif picture == 1:  # northern lights
        s.rect(x, y, w, h, 0, night)
        for cx, cy, size, paint in (
            (0.25, 0.2, 0.9, dusk),
            (0.85, 0.5, 0.8, dawn),
            (0.3, 0.95, 0.9, sun),
        ):
            glow = s.radial([(0, paint, 0.95), (1, paint, 0)])
            s.ellipse(x + w * cx, y + h * cy, w * size, h * size * 0.62, glow)
    elif picture == 2:  # a planet
        s.rect(x, y, w, h, 0, s.linear([(0, "#05070d"), (1, night)]))
        planet = s.radial([(0, sun), (0.3, dawn), (0.65, dusk), (1, "#05070d")], 0.34, 0.26, 0.8)
        s.circle(x + w * 0.5, y + h * 0.56, m * 0.36, planet)
        s.ellipse(
            x + w * 0.5,
            y + h * 0.56,
            m * 0.54,
            m * 0.1,
            stroke=sun,
            stroke_width=m * 0.012,
            opacity=0.6,
        )
    else:  # folded paper
        s.rect(x, y, w, h, 0, s.linear([(0, dawn), (1, dusk)], 45))
        for share, paint in ((0.0, sun), (0.3, dawn), (0.58, dusk), (0.8, night)):
            left = x + w * share
            s.path(
                f"M{left} {y + h} C{left + w * 0.1} {y + h * 0.5} {left + w * 0.5} "
                f"{y + h * 0.55} {left + w * 0.55} {y} H{x + w} V{y + h} Z",
                s.linear([(0, paint), (1, paint, 0.25)], 45),
            )


def lens(s: Studio, cx: float, cy: float, r: float, collar: str = "") -> None:
    """A camera's eye: collar, dark glass, coating, two lights."""
    if collar:
        s.circle(cx, cy, r, light.metal(s, collar))
    s.circle(cx, cy, r * 0.86, "#090b10")
    coat = s.radial(
        [(0, "#05060a"), (0.45, "#0d1533"), (0.75, "#24336e"), (1, "#0a0d16")], 0.5, 0.55
    )
    s.circle(cx, cy, r * 0.66, coat)
    s.circle(cx, cy, r * 0.27, "#020308")
    s.ellipse(cx - r * 0.26, cy - r * 0.3, r * 0.2, r * 0.12, WHITE, opacity=0.75)
    s.circle(cx + r * 0.28, cy + r * 0.3, r * 0.08, "#9fb4ff", opacity=0.7)


def knob(s: Studio, cx: float, cy: float, r: float, colour: str = STEEL) -> None:
    """Something to turn, with its pointer."""
    light.drop(s, ring(cx, cy, r, r), r * 0.1, r * 0.18, 0.3)
    s.circle(cx, cy, r, light.metal(s, colour, 45))
    s.circle(cx, cy, r * 0.8, light.matte(s, colour, 45))
    s.line(f"M{cx} {cy - r * 0.3} V{cy - r * 0.66}", INK, max(2, r * 0.1))


def grille(
    s: Studio,
    d: str,
    pitch: float = 12,
    dot: float = 3,
    colour: str = "#000000",
    fade: float = 0.55,
) -> None:
    """Small holes, in rows that stand between one another."""
    half = pitch / 2
    marks = "".join(
        f"<circle cx='{x:g}' cy='{y:g}' r='{dot:g}' fill='{colour}' fill-opacity='{fade:g}'/>"
        for x, y in ((half / 2, half / 2), (half / 2 + half, half / 2 + half))
    )
    s.path(d, s.pattern(pitch, pitch, marks))


def weave(s: Studio, d: str, colour: str) -> None:
    """Cloth: a body colour under crossing threads."""
    s.path(d, colour)
    thread = f"stroke='{lit(colour, 0.4)}' stroke-width='1.6' opacity='.55'"
    under = f"stroke='{dim(colour, 0.4)}' stroke-width='1.8' opacity='.5'"
    s.path(d, s.pattern(7, 7, f"<path d='M0 2L7 5' {thread}/><path d='M0 5.5L7 2.5' {under}/>"))


def slats(
    s: Studio,
    x: float,
    y: float,
    w: float,
    h: float,
    count: int,
    colour: str = INK,
    fade: float = 0.5,
    lie: bool = True,
) -> None:
    """Ventilation slots, lying or standing, as one mark."""
    if lie:
        d = " ".join(f"M{x} {y + h * i / (count - 1)} h{w}" for i in range(count))
    else:
        d = " ".join(f"M{x + w * i / (count - 1)} {y} v{h}" for i in range(count))
    step = (h if lie else w) / (count - 1)
    s.line(d, colour, step * 0.42, opacity=fade)


def lamp(s: Studio, cx: float, cy: float, r: float, colour: str = "#7ff0c0") -> None:
    """A small light that says: I am on."""
    s.circle(cx, cy, r * 3, s.radial([(0, colour, 0.55), (1, colour, 0)]))
    s.circle(cx, cy, r, lit(colour, 0.5))


def cord(s: Studio, d: str, colour: str, width: float = 12) -> None:
    """A cable, round all along."""
    s.line(d, dim(colour, 0.35), width)
    s.line(d, colour, width * 0.72)
    s.line(
        d,
        lit(colour, 0.6),
        width * 0.22,
        transform=f"translate({-width * 0.12:.1f} {-width * 0.16:.1f})",
    )


def gloss(s: Studio, d: str, strength: float = 0.55, angle: int = 90) -> None:
    """A reflection of the lamp on something polished."""
    s.path(d, light.sheen(s, strength, angle))


_SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
    "-": "g",
    " ": "",
}


def digits(s: Studio, text: str, x: float, y: float, h: float, colour: str = WHITE) -> None:
    """A number on a product's face, drawn in seven strokes; a colon is two dots."""
    w, gap, words = h * 0.5, h * 0.24, []
    at = x
    for sign in text:
        if sign == ":":
            words += [f"M{at} {y + h * 0.3} v.1", f"M{at} {y + h * 0.7} v.1"]
            at += gap
            continue
        if sign == ".":
            words.append(f"M{at} {y + h} v.1")
            at += gap
            continue
        lines = {
            "a": f"M{at} {y} h{w}",
            "b": f"M{at + w} {y} v{h / 2}",
            "c": f"M{at + w} {y + h / 2} v{h / 2}",
            "d": f"M{at} {y + h} h{w}",
            "e": f"M{at} {y + h / 2} v{h / 2}",
            "f": f"M{at} {y} v{h / 2}",
            "g": f"M{at} {y + h / 2} h{w}",
        }
        words += [lines[name] for name in _SEGMENTS[sign]]
        at += w + gap
    s.line(" ".join(words), colour, h * 0.13)
