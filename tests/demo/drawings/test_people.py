"""Portraits and posters."""

from xml.etree import ElementTree

import pytest

from firsthand.demo.drawings import portrait, poster

GOODS = [("phone", "#3d5a80"), ("earbuds", "#f4f4f2"), ("watch", "#2b2d33")]


def test_the_same_name_always_looks_the_same_and_another_looks_different() -> None:
    assert portrait("lin-yi") == portrait("lin-yi")
    assert len({portrait(f"host-{i}") for i in range(8)}) == 8


def test_a_portrait_is_whole() -> None:
    root = ElementTree.fromstring(portrait("lin-yi"))
    assert root.get("viewBox") == "0 0 800 800"


@pytest.mark.parametrize(("shape", "view"), [("16:9", "0 0 1280 720"), ("4:5", "0 0 1080 1350")])
def test_a_poster_has_its_shape_and_shows_each_product(shape: str, view: str) -> None:
    root = ElementTree.fromstring(poster("lin-yi", GOODS, shape=shape))
    assert root.get("viewBox") == view
    assert len(root.findall("{http://www.w3.org/2000/svg}svg")) == 3


def test_a_poster_of_nothing_still_shows_the_host() -> None:
    assert "viewBox" in poster("lin-yi", [])


def test_a_poster_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="a poster is 16:9 or 4:5"):
        poster("lin-yi", GOODS, shape="1:1")
