"""Words in the picture, Chinese and English, with one typeface that comes by pip.

A fresh machine has no Chinese typeface, and none may be committed here: Noto Sans SC (SIL
Open Font Licence) comes inside the package ``justmytype-intl-cjk`` of the demo extra.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PACKAGE = "justmytype_intl_cjk"
CLOSING = "，。、；：！？）》」”,.;:!?)"
FILE = Path("fonts", "ofl", "notosanssc", "NotoSansSC[wght].ttf")


@lru_cache(maxsize=1)
def font_path() -> Path:
    """Where the typeface is. Raises RuntimeError with the mend if it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "the typeface is missing: install the demo extra (pip install '.[demo]')"
        )
    return Path(spec.origin).parent / FILE


@lru_cache(maxsize=64)
def font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    """The typeface in a size and a weight from 100 to 900."""
    face = ImageFont.truetype(str(font_path()), size)
    face.set_variation_by_axes([weight])
    return face


def width_of(text: str, size: int, weight: int = 400) -> int:
    """How wide a line is."""
    return round(font(size, weight).getlength(text))


def fitting(text: str, size: int, weight: int, width: int, smallest: int = 14) -> tuple[str, int]:
    """A line that fits: first smaller letters, then fewer of them."""
    while size > smallest and width_of(text, size, weight) > width:
        size -= 1
    if width_of(text, size, weight) > width:
        while text and width_of(text + "…", size, weight) > width:
            text = text[:-1]
        text = text.rstrip() + "…"
    return text, size


def two_lines(text: str, size: int, weight: int, width: int) -> list[str]:
    """A text in at most two lines; no line begins with a mark that ends a phrase."""
    end = len(text)
    while end > 1 and width_of(text[:end], size, weight) > width:
        end -= 1
    if end == len(text):
        return [text]
    good = next((i for i in range(end, end // 2, -1) if _may_break(text[i - 1], text[i])), end)
    rest = fitting(text[good:].lstrip(), size, weight, width, size)[0]
    return [text[:good].rstrip(), rest]


def _may_break(before: str, after: str) -> bool:
    within_word = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
    return after not in CLOSING and not within_word


def write(
    picture: Image.Image, xy: tuple[float, float], text: str, size: int, weight: int, colour: str,
    anchor: str = "ls",
) -> None:  # fmt: skip
    """A line of words; the anchor is on the base line unless said otherwise."""
    ImageDraw.Draw(picture).text(xy, text, font=font(size, weight), fill=colour, anchor=anchor)


def rounded(
    picture: Image.Image, where: tuple[int, int, int, int], r: int, colour: str | tuple[int, ...]
) -> None:
    """A plate with round corners for words to stand on."""
    ImageDraw.Draw(picture).rounded_rectangle(where, r, fill=colour)
