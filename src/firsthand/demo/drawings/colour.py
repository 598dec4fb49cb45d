"""Colours by how they look: lightness, strength and hue (OKLCH), so that every product shades alike.

Mixing red, green and blue makes a yellow go muddy and a navy go black. In OKLCH a step of
lightness looks equally large on every colour, which is why one set of materials serves a
white rice cooker, a black phone and an orange drill.
"""

from functools import lru_cache
from math import atan2, cos, hypot, sin

Oklch = tuple[float, float, float]


@lru_cache(maxsize=4096)
def read(colour: str) -> Oklch:
    """Lightness 0..1, strength 0..0.4 and hue in radians of ``#rrggbb``."""
    text = colour.lstrip("#")
    if len(text) == 3:
        text = "".join(letter * 2 for letter in text)
    if len(text) != 6 or not set(text) <= set("0123456789abcdefABCDEF"):
        raise ValueError(f"not a colour: {colour!r}")
    red, green, blue = (_linear(int(text[i : i + 2], 16) / 255) for i in (0, 2, 4))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, hypot(a, b), atan2(b, a)


@lru_cache(maxsize=4096)
def write(lightness: float, strength: float, hue: float) -> str:
    """The ``#rrggbb`` nearest to a lightness, strength and hue; too strong is made weaker."""
    lightness = min(1.0, max(0.0, lightness))
    for _ in range(12):
        a, b = strength * cos(hue), strength * sin(hue)
        long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        mixed = (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )
        if all(-0.001 <= part <= 1.001 for part in mixed):
            break
        strength *= 0.85
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, p)))):02x}" for p in mixed)


def lighter(colour: str, by: float) -> str:
    """A share of the way to white light: what a lamp does to a surface."""
    lightness, strength, hue = read(colour)
    return write(lightness + (1 - lightness) * by, strength * (1 - 0.55 * by), hue)


def darker(colour: str, by: float) -> str:
    """A share of the way into shadow; shadows keep their hue."""
    lightness, strength, hue = read(colour)
    return write(lightness * (1 - by), strength * (1 - 0.35 * by), hue)


def mix(one: str, other: str, share: float) -> str:
    """SHARE of OTHER stirred into ONE."""
    first, second = read(one), read(other)
    a = (1 - share) * first[1] * cos(first[2]) + share * second[1] * cos(second[2])
    b = (1 - share) * first[1] * sin(first[2]) + share * second[1] * sin(second[2])
    return write((1 - share) * first[0] + share * second[0], hypot(a, b), atan2(b, a))


def lightness(colour: str) -> float:
    """How light a colour looks, 0 black to 1 white."""
    return read(colour)[0]


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
