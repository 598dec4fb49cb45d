"""Can it be read? Every pair of ink and paper that the house uses, by WCAG 2.2's own formula."""

import math
import re
from pathlib import Path

import pytest

import firsthand.look

HOUSE_CSS = Path(firsthand.look.__file__).parent / "static/look/house.css"
TEXT, LARGE = 4.5, 3.0  # what WCAG AA asks of text, and of large text and the edges of fields

PAIRS = [
    *[(ink, paper, TEXT)
      for ink in ("ink", "ink-2", "ink-3")
      for paper in ("paper", "surface", "surface-2", "sunken")],
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-hover", TEXT),
    ("on-brand", "brand-press", TEXT),
    ("on-inverse", "inverse", TEXT),
    *[("brand-ink", paper, TEXT)
      for paper in ("paper", "surface", "surface-2", "sunken", "brand-tint")],
    *[(meaning, paper, TEXT)
      for meaning in ("good", "warn", "bad", "info")
      for paper in ("paper", "surface", f"{meaning}-tint")],
    *[("ink", f"{meaning}-tint", TEXT) for meaning in ("good", "warn", "bad", "info")],
    *[("ink-2", f"{meaning}-tint", TEXT) for meaning in ("good", "warn", "bad", "info")],
    ("on-meaning", "good", TEXT),
    ("on-meaning", "bad", TEXT),
    *[("line-strong", paper, LARGE) for paper in ("surface", "paper")],
    *[("focus", paper, LARGE) for paper in ("paper", "surface", "surface-2")],
    *[("brand", paper, LARGE) for paper in ("paper", "surface")],
]  # fmt: skip


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme by name; the dark one changes only what it names."""
    css = HOUSE_CSS.read_text(encoding="utf-8")
    light = tokens(re.search(r":root \{(.*?)\n  \}", css, re.DOTALL))
    dark = tokens(re.search(r'\[data-theme="dark"\] \{(.*?)\n  \}', css, re.DOTALL))
    return {"light": light, "dark": {**light, **dark}}


def tokens(block: re.Match[str] | None) -> dict[str, str]:
    """The colours of a block: ``--name: #rrggbb;``."""
    assert block is not None
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    """How light a colour is, by WCAG: 0 is black, 1 is white.

    >>> round(luminance("#ffffff"), 3)
    1.0
    """
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours: from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_that_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_ink_and_paper_can_be_read(theme: str) -> None:
    colours = themes()[theme]
    poor = [
        f"{ink} on {paper}: {ratio:.2f}"
        for ink, paper, asked in PAIRS
        if (ratio := contrast(colours[ink], colours[paper])) < asked
    ]
    assert not poor


def test_a_grey_that_is_too_pale_would_be_found() -> None:
    assert contrast("#9a948c", themes()["light"]["surface"]) < TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_neighbours_in_the_cost_bar_can_be_told_apart(theme: str) -> None:
    parts = ["material", "labour", "energy", "overhead", "freight", "service", "margin", "tax"]
    colours = [themes()[theme][f"part-{part}"] for part in parts]
    same = [
        f"{parts[at]}, {parts[at + 1]}"
        for at in range(len(parts) - 1)
        if distance(colours[at], colours[at + 1]) < 30
    ]
    assert not same


def distance(one: str, other: str) -> float:
    """How far apart two colours are, channel by channel."""
    channels = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return math.hypot(*(a - b for a, b in channels))
