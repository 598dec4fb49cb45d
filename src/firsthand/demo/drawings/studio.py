"""The studio in which one picture is made: what has been drawn so far, and the light it stands in.

An SVG is text, and several of them stand on one page, so two things matter here more than
elsewhere: every id is the picture's own, and equal gradients are written once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2s
from random import Random

SIZE = 800
WHITE = "#ffffff"
BLACK = "#06070a"

Stop = tuple[float, str] | tuple[float, str, float]
Value = str | float

_DIRECTIONS = {
    0: "x2='1'",
    45: "x2='1' y2='1'",
    70: "x2='.35' y2='1'",
    90: "x2='0' y2='1'",
    110: "x1='.35' x2='0' y2='1'",
    135: "x1='1' x2='0' y2='1'",
}


class Studio:
    """One picture in the making: its two colours, its chance, and the marks made so far."""

    def __init__(self, archetype: str, colour: str, accent: str, seed: int, salt: str = "") -> None:
        self.archetype, self.colour, self.accent = archetype, colour, accent
        self.chance = Random(f"{archetype}/{seed}")
        self.place = self.chance.randrange(7)  # which quiet tint a grey thing stands before
        key = f"{archetype}/{colour}/{accent}/{seed}/{salt}"
        self.prefix = "f" + blake2s(key.encode(), digest_size=4).hexdigest()
        self.floating = False  # a thing that hangs in the air throws no shadow on a floor
        self.grounded = False  # whether anything casts a shadow yet
        self._ids: dict[str, str] = {}
        self._definitions: list[str] = []
        self._marks: list[str] = []

    # --- paints ---------------------------------------------------------------------------

    def linear(self, stops: Sequence[Stop], angle: int = 90) -> str:
        """A paint that changes along a direction: 0 to the right, 90 downwards."""
        body = _stops(stops)
        return self._paint(f"<linearGradient id='%s' {_DIRECTIONS[angle]}>{body}</linearGradient>")

    def radial(
        self, stops: Sequence[Stop], cx: float = 0.5, cy: float = 0.5, r: float = 0.5
    ) -> str:
        """A paint that changes outwards from a point, in shares of the shape."""
        where = f"cx='{short(cx)}' cy='{short(cy)}' r='{short(r)}'"
        return self._paint(f"<radialGradient id='%s' {where}>{_stops(stops)}</radialGradient>")

    def pattern(self, width: float, height: float, inside: str) -> str:
        """A paint that repeats a small mark: cloth, perforated metal."""
        size = f"width='{short(width)}' height='{short(height)}'"
        return self._paint(
            f"<pattern id='%s' {size} patternUnits='userSpaceOnUse'>{inside}</pattern>"
        )

    def _paint(self, template: str) -> str:
        return f"url(#{self._define(template)})"

    def _define(self, template: str) -> str:
        if template not in self._ids:
            self._ids[template] = f"{self.prefix}{_base36(len(self._ids))}"
            self._definitions.append(template.replace("%s", self._ids[template], 1))
        return self._ids[template]

    # --- marks ----------------------------------------------------------------------------

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        r: float = 0,
        fill: str = "none",
        **more: Value,
    ) -> None:
        """A rectangle with round corners."""
        round_corners = {"rx": r} if r else {}
        self.put("rect", x=x, y=y, width=w, height=h, **round_corners, fill=fill, **more)

    def circle(self, cx: float, cy: float, r: float, fill: str = "none", **more: Value) -> None:
        """A circle."""
        self.put("circle", cx=cx, cy=cy, r=r, fill=fill, **more)

    def ellipse(
        self, cx: float, cy: float, rx: float, ry: float, fill: str = "none", **more: Value
    ) -> None:
        """An ellipse: a circle that is seen from the side."""
        self.put("ellipse", cx=cx, cy=cy, rx=rx, ry=ry, fill=fill, **more)

    def path(self, d: str, fill: str = "none", **more: Value) -> None:
        """A shape by its outline."""
        self.put("path", d=tidy(d), fill=fill, **more)

    def line(self, d: str, colour: str, width: float, **more: Value) -> None:
        """A drawn line with round ends."""
        ends: dict[str, Value] = {"stroke_linecap": "round", "stroke_linejoin": "round"}
        self.put("path", d=tidy(d), fill="none", stroke=colour, stroke_width=width, **ends, **more)

    def put(self, tag: str, **attributes: Value) -> None:
        """Any mark at all."""
        self._marks.append(f"<{tag}{_attributes(attributes)}/>")

    def add(self, svg: str) -> None:
        """Another finished picture, inside this one."""
        self._marks.append(svg)

    @contextmanager
    def group(self, **attributes: Value) -> Iterator[None]:
        """Marks that are moved, turned or faded together."""
        self._marks.append(f"<g{_attributes(attributes)}>")
        yield
        self._marks.append("</g>")

    @contextmanager
    def turned(self, degrees: float, x: float = 400, y: float = 400) -> Iterator[None]:
        """Marks that are turned together about a point."""
        with self.group(transform=f"rotate({short(degrees)} {short(x)} {short(y)})"):
            yield

    @contextmanager
    def inside(self, d: str) -> Iterator[None]:
        """Marks that are cut off outside of an outline."""
        cut = self._define(f"<clipPath id='%s'><path d='{tidy(d)}'/></clipPath>")
        with self.group(clip_path=f"url(#{cut})"):
            yield

    # --- the whole ------------------------------------------------------------------------

    def svg(self, width: int = SIZE, height: int = SIZE, label: str = "") -> str:
        """The finished picture."""
        name = f" role='img' aria-label='{label}'" if label else ""
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'{name}>"
            f"<defs>{''.join(self._definitions)}</defs>{''.join(self._marks)}</svg>"
        )

    def nested(self, x: float, y: float, size: float) -> str:
        """The finished picture as a part of a larger one."""
        where = _attributes({"x": x, "y": y, "width": size, "height": size})
        return self.svg().replace("<svg ", f"<svg{where} ", 1)


def short(number: float) -> str:
    """A number in as few signs as a picture needs."""
    text = f"{number:.2f}" if abs(number) < 2 else f"{number:.1f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("0.", ".", 1) if abs(number) < 1 else text


def tidy(d: str) -> str:
    """An outline with its numbers shortened."""
    words = []
    for word in d.replace(",", " ").split():
        head = word[0] if word[0].isalpha() else ""
        rest = word[len(head) :]
        words.append(head + (short(float(rest)) if rest else ""))
    return " ".join(words)


def box(x: float, y: float, w: float, h: float, r: float = 0) -> str:
    """The outline of a rectangle with round corners."""
    if not r:
        return f"M{x} {y} H{x + w} V{y + h} H{x} Z"
    return (
        f"M{x + r} {y} H{x + w - r} A{r} {r} 0 0 1 {x + w} {y + r} V{y + h - r} "
        f"A{r} {r} 0 0 1 {x + w - r} {y + h} H{x + r} A{r} {r} 0 0 1 {x} {y + h - r} "
        f"V{y + r} A{r} {r} 0 0 1 {x + r} {y} Z"
    )


def _attributes(attributes: dict[str, Value]) -> str:
    return "".join(
        f" {name.replace('_', '-')}='{value if isinstance(value, str) else short(value)}'"
        for name, value in attributes.items()
    )


def _stops(stops: Sequence[Stop]) -> str:
    parts = []
    for stop in stops:
        fade = f" stop-opacity='{short(stop[2])}'" if len(stop) == 3 else ""
        parts.append(f"<stop offset='{short(stop[0])}' stop-color='{stop[1]}'{fade}/>")
    return "".join(parts)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _base36(number // 36) + digits[number % 36]
