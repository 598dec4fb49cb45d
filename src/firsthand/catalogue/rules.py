"""What is decided in the catalogue: what a fact may be, and what a tree may be. Pure.

A fact is typed by its attribute: a number, a text in two languages, one of several choices,
or a flag. Whoever brings facts (a form, a spreadsheet, the demo) has them read here, so that
"5,000 mAh" never lies in one row as a number and in the next as words.
"""

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

DEPTH_MAX = 6  # levels of the tree; queries climb no more than 32
TEXT_MAX = 200
NUMBER_DIGITS = 14
NUMBER_PLACES = 3
PICKS_MAX = 12  # facets picked at once
WORDS_MAX = 20  # values picked of one facet

YES, NO = Decimal(1), Decimal(0)
_YES = frozenset({"yes", "true", "1", "是", "有", "y"})
_NO = frozenset({"no", "false", "0", "否", "无", "没有", "n"})


class Kind(enum.StrEnum):
    """What the values of an attribute are; the same words as the model's."""

    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"


class Flaw(enum.StrEnum):
    """Why a value cannot be what it should be; faces and spreadsheets have the sentence."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    TOO_LARGE = "too_large"
    TOO_FINE = "too_fine"
    NOT_YES_OR_NO = "not_yes_or_no"
    TOO_LONG = "too_long"
    ONE_LANGUAGE = "one_language"


class Unfit(ValueError):
    """A value that its attribute cannot have."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Value:
    """A fact's value: a number, or a text in both languages."""

    number: Decimal | None = None
    text_zh: str = ""
    text_en: str = ""


def parse_number(words: str) -> Decimal:
    """A number as people write it: thousands may be set apart, and no unit stands behind it.

    >>> parse_number("5,000")
    Decimal('5000')
    >>> parse_number(" 6.70 ")
    Decimal('6.7')
    """
    try:
        number = Decimal(words.strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise Unfit(Flaw.NOT_A_NUMBER) from None
    if not number.is_finite():
        raise Unfit(Flaw.NOT_A_NUMBER)
    if number.copy_abs() >= 10 ** (NUMBER_DIGITS - NUMBER_PLACES):
        raise Unfit(Flaw.TOO_LARGE)
    if number != round(number, NUMBER_PLACES):
        raise Unfit(Flaw.TOO_FINE)
    return _plain(number)


def parse_flag(words: str) -> bool:
    """Yes or no, in either language.

    >>> parse_flag("是"), parse_flag("No")
    (True, False)
    """
    word = words.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unfit(Flaw.NOT_YES_OR_NO)


def parse_value(kind: Kind, words: str, english: str = "") -> Value:
    """A fact as its attribute's kind reads it; a text needs both languages.

    >>> parse_value(Kind.NUMBER, "5,000")
    Value(number=Decimal('5000'), text_zh='', text_en='')
    >>> parse_value(Kind.CHOICE, "玻璃", "Glass").text_en
    'Glass'
    """
    words, english = words.strip(), english.strip()
    if not words and not english:
        raise Unfit(Flaw.EMPTY)
    if kind is Kind.NUMBER:
        return Value(number=parse_number(words))
    if kind is Kind.FLAG:
        return Value(number=YES if parse_flag(words) else NO)
    if not words or not english:
        raise Unfit(Flaw.ONE_LANGUAGE)
    if max(len(words), len(english)) > TEXT_MAX:
        raise Unfit(Flaw.TOO_LONG)
    return Value(text_zh=words, text_en=english)


def _plain(number: Decimal) -> Decimal:
    """The same number in one way of writing: 5000, never 5E+3 nor 5000.0."""
    whole = number.to_integral_value()
    return Decimal(int(whole)) if number == whole else number.normalize()


def grams(words: str) -> frozenset[str]:
    """What the search index holds of a text: each character, and every two neighbours in a word.

    The database keeps the index with a function of its own (migration 0002); this one says the
    same in Python, for tests and for whoever wants to know why something was found.

    >>> sorted(grams("台灯 X1"))
    ['1', 'X', 'X1', '台', '台灯', '灯']
    """
    found: set[str] = set()
    for word in words.split():
        found.update(word)
        found.update(word[place : place + 2] for place in range(len(word) - 1))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Branching:
    """What is wrong with a tree: those on a circle, and those too far from their root."""

    circling: frozenset[str] = frozenset()
    too_deep: frozenset[str] = frozenset()


def look_at_tree(parents: Mapping[str, str | None]) -> Branching:
    """Whether a tree is one: no category above itself, none deeper than DEPTH_MAX.

    A parent that is not among the keys counts as a root, since somebody else speaks of it.

    >>> look_at_tree({"phones": None, "flagships": "phones"})
    Branching(circling=frozenset(), too_deep=frozenset())
    >>> sorted(look_at_tree({"a": "b", "b": "a"}).circling)
    ['a', 'b']
    """
    depth: dict[str, int] = {}
    circling: set[str] = set()
    for start in parents:
        way: list[str] = []
        on_the_way: set[str] = set()
        at: str | None = start
        while at is not None and at in parents and at not in depth and at not in on_the_way:
            way.append(at)
            on_the_way.add(at)
            at = parents[at]
        if at is not None and at in on_the_way:  # back where we came by: a circle
            circling.update(way[way.index(at) :])
        above = depth.get(at, 0) if at is not None else 0
        for one in reversed(way):
            above += 1
            depth[one] = above
    too_deep = frozenset(one for one, level in depth.items() if level > DEPTH_MAX)
    return Branching(frozenset(circling), too_deep - circling)


@dataclass(frozen=True, slots=True)
class Pick:
    """What a shopper picked of one attribute: any of these words, or a number in a range."""

    attribute_id: int
    words: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Facetable:
    """What must be known of an attribute to read a pick of it."""

    id: int
    kind: Kind = field(default=Kind.CHOICE)


_RANGE = re.compile(r"(?P<low>-?[\d.]*)\.\.(?P<high>-?[\d.]*)")
_LOWEST, _HIGHEST = Decimal("-1e13"), Decimal("1e13")


def read_picks(
    asked: Mapping[str, Iterable[str]], attributes: Mapping[str, Facetable]
) -> list[Pick]:
    """The picks in a page's address; what makes no sense there is passed over, never an error.

    >>> read_picks({"battery": ["5000..6000"]}, {"battery": Facetable(7, Kind.NUMBER)})
    [Pick(attribute_id=7, words=(), low=Decimal('5000'), high=Decimal('6000'))]
    """
    picks: list[Pick] = []
    for code, said in asked.items():
        attribute = attributes.get(code)
        if attribute is None or len(picks) >= PICKS_MAX:
            continue
        words = tuple(dict.fromkeys(word for word in said if 0 < len(word) <= TEXT_MAX))[:WORDS_MAX]
        if attribute.kind in (Kind.CHOICE, Kind.TEXT):
            if words:
                picks.append(Pick(attribute.id, words))
            continue
        ends = [end for end in map(_ends, words) if end is not None]
        if ends:
            low, high = ends[0]
            picks.append(Pick(attribute.id, (), low, high))
    return picks


def _ends(word: str) -> tuple[Decimal, Decimal] | None:
    """The two ends of ``5000..6000``, ``..6000``, ``5000..`` or ``5000``; None for nonsense."""
    match = _RANGE.fullmatch(word)
    try:
        if match is None:
            number = parse_number(word)
            return number, number
        low = parse_number(match["low"]) if match["low"] else _LOWEST
        high = parse_number(match["high"]) if match["high"] else _HIGHEST
    except Unfit:
        return None
    return (low, high) if low <= high else None
