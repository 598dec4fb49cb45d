"""The door to the drawings: a name, a colour and a seed go in, a picture comes out."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.colour import lightness, read, write
from firsthand.demo.drawings.goods import (
    air,
    body,
    cloth,
    counter,
    craft,
    desk,
    home,
    kitchen,
    lamps,
    pocket,
    road,
)
from firsthand.demo.drawings.studio import Studio

_FAMILIES = (pocket, desk, home, lamps, air, kitchen, counter, body, cloth, road, craft)
_GOODS = {name: made for family in _FAMILIES for name, made in family.GOODS.items()}

ARCHETYPES: tuple[str, ...] = tuple(_GOODS)


def draw(
    archetype: str,
    *,
    colour: str,
    accent: str | None = None,
    seed: int = 0,
    background: bool = True,
) -> str:
    """A studio picture of one product, 800 by 800, as an SVG that can stand inline on a page.

    The same arguments always give the same text. Without a background the product stands on
    nothing but its own shadow, ready to be laid over something else.
    """
    studio = stage(archetype, colour=colour, accent=accent, seed=seed, background=background)
    return studio.svg(label=archetype.replace("-", " "))


def stage(
    archetype: str,
    *,
    colour: str,
    accent: str | None = None,
    seed: int = 0,
    background: bool = False,
    floating: bool = False,
) -> Studio:
    """The same picture before it is finished, for whoever puts it into a larger one.

    A floating product has no shadow below it; whoever moves it through the air draws one.
    """
    if archetype not in _GOODS:
        raise ValueError(f"no drawing of {archetype!r}; there is {', '.join(ARCHETYPES)}")
    tone = write(*read(colour))  # read and written anew, so that nothing but a colour gets in
    second = write(*read(accent)) if accent else companion(tone, seed)
    studio = Studio(archetype, tone, second, seed, str(background))
    studio.floating = floating
    if background:
        light.backdrop(studio)
    _GOODS[archetype](studio)
    return studio


def companion(colour: str, seed: int = 0) -> str:
    """A second colour that goes with a first: warm with grey, a neighbour with a strong one."""
    _, strength, hue = read(colour)
    if strength < 0.06:
        return ("#ff6a13", "#2f7bff", "#12b886", "#f2b705", "#e64980")[seed % 5]
    return write(0.72 if lightness(colour) < 0.6 else 0.42, 0.15, hue + (0.7, -0.7, 2.6)[seed % 3])
