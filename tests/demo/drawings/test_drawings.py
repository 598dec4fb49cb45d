"""Every picture is whole, its own, and the same each time."""

import re
from statistics import median
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.demo.drawings import ARCHETYPES, draw
from firsthand.demo.drawings import colour as colours
from firsthand.demo.drawings.gallery import stage

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {SVG + name for name in ("rect", "circle", "ellipse", "path")}
COLOURS = ("#ffffff", "#f4f4f2", "#2b2d33", "#000000", "#e8622c", "#0a3cff", "#7fa08a")

hex_colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def ids_of(svg: str) -> list[str]:
    return re.findall(r" id='([^']+)'", svg)


def test_a_shop_of_a_hundred_categories_finds_a_picture_for_each_kind() -> None:
    assert len(ARCHETYPES) >= 48
    assert len(set(ARCHETYPES)) == len(ARCHETYPES)


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_a_picture_is_whole(archetype: str) -> None:
    for colour in COLOURS:
        svg = draw(archetype, colour=colour)
        root = ElementTree.fromstring(svg)
        assert root.get("viewBox") == "0 0 800 800"
        assert sum(element.tag in SHAPES for element in root.iter()) > 12
        assert svg.isascii() and "<text" not in svg and "nan" not in svg
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids_of(svg))
        assert len(ids_of(svg)) == len(set(ids_of(svg)))


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_a_product_stands_in_its_own_shadow(archetype: str) -> None:
    assert stage(archetype, colour="#8d99ae").grounded


def test_all_pictures_stand_on_one_page_without_borrowing_from_one_another() -> None:
    seen: set[str] = set()
    for archetype in ARCHETYPES:
        for colour in COLOURS:
            for seed in range(2):
                for background in (True, False):
                    ids = ids_of(draw(archetype, colour=colour, seed=seed, background=background))
                    assert seen.isdisjoint(ids)
                    seen.update(ids)


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_the_same_words_give_the_same_picture(archetype: str) -> None:
    first = draw(archetype, colour="#3d5a80", accent="#ff6a13", seed=7)
    assert draw(archetype, colour="#3d5a80", accent="#ff6a13", seed=7) == first
    assert draw(archetype, colour="#b23a48", accent="#ff6a13", seed=7) != first


def test_a_seed_may_change_what_is_on_a_screen() -> None:
    bare = {re.sub(r"\bf[0-9a-f]{8}", "f", draw("television", colour="#2b2d33", accent="#2f7bff", seed=seed)) for seed in range(12)}  # fmt: skip  # noqa: E501
    assert len(bare) > 2


def test_without_a_background_nothing_covers_what_is_behind() -> None:
    whole = re.compile(r"width='800' height='800'")
    assert whole.search(draw("kettle", colour="#7fa08a"))
    assert not whole.search(draw("kettle", colour="#7fa08a", background=False))


def test_a_picture_is_light_enough_to_stand_inline() -> None:
    sizes = [len(draw(archetype, colour="#3d5a80")) for archetype in ARCHETYPES]
    assert median(sizes) < 7_000
    assert max(sizes) < 11_000


@pytest.mark.parametrize("colour", ["", "red", "#12", "#12345g", "'/><script>"])
def test_what_is_not_a_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        draw("kettle", colour=colour)


def test_an_accent_cannot_carry_anything_but_a_colour() -> None:
    with pytest.raises(ValueError, match="not a colour"):
        draw("kettle", colour="#ffffff", accent="#fff' onload='x")


def test_an_unknown_archetype_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no drawing of 'time-machine'"):
        draw("time-machine", colour="#ffffff")


@given(hex_colours)
def test_a_colour_read_and_written_is_the_same_colour(colour: str) -> None:
    written = colours.write(*colours.read(colour))
    for i in (1, 3, 5):
        assert abs(int(written[i : i + 2], 16) - int(colour[i : i + 2], 16)) <= 1


@given(hex_colours, st.floats(0, 1))
def test_light_makes_lighter_and_shade_makes_darker(colour: str, by: float) -> None:
    slack = 0.01  # a colour has 256 steps
    assert colours.lightness(colours.lighter(colour, by)) >= colours.lightness(colour) - slack
    assert colours.lightness(colours.darker(colour, by)) <= colours.lightness(colour) + slack


@settings(deadline=None)
@given(st.sampled_from(ARCHETYPES), hex_colours, hex_colours, st.integers(0, 10**6))
def test_any_colour_will_do(archetype: str, colour: str, accent: str, seed: int) -> None:
    svg = draw(archetype, colour=colour, accent=accent, seed=seed)
    ElementTree.fromstring(svg)
    assert svg.isascii()
