"""What a fact may be, and what a tree may be."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from firsthand.catalogue import rules
from firsthand.catalogue.models import Attribute
from firsthand.catalogue.rules import (
    DEPTH_MAX,
    Facetable,
    Flaw,
    Kind,
    Pick,
    Unfit,
    Value,
    look_at_tree,
    parse_number,
    parse_value,
    read_picks,
)


def flaw_of(kind: Kind, words: str, english: str = "") -> Flaw:
    with pytest.raises(Unfit) as caught:
        parse_value(kind, words, english)
    return caught.value.flaw


def test_a_number_may_have_its_thousands_apart_and_no_unit_behind_it() -> None:
    assert parse_value(Kind.NUMBER, " 5,000 ") == Value(number=Decimal(5000))
    assert flaw_of(Kind.NUMBER, "5000 mAh") is Flaw.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("words", "flaw"),
    [
        ("nan", Flaw.NOT_A_NUMBER),
        ("Infinity", Flaw.NOT_A_NUMBER),
        ("1e11", Flaw.TOO_LARGE),
        ("1e999999999", Flaw.TOO_LARGE),
        ("0.0001", Flaw.TOO_FINE),
        ("", Flaw.EMPTY),
        ("  ", Flaw.EMPTY),
    ],
)
def test_what_the_column_cannot_hold_is_told_apart(words: str, flaw: Flaw) -> None:
    assert flaw_of(Kind.NUMBER, words) is flaw


def test_a_text_needs_both_languages() -> None:
    assert flaw_of(Kind.CHOICE, "玻璃") is Flaw.ONE_LANGUAGE
    assert flaw_of(Kind.TEXT, "", "Glass") is Flaw.ONE_LANGUAGE
    assert flaw_of(Kind.TEXT, "长" * 201, "long") is Flaw.TOO_LONG


def test_a_flag_is_said_in_either_language() -> None:
    assert parse_value(Kind.FLAG, "有").number == 1
    assert parse_value(Kind.FLAG, "No").number == 0
    assert flaw_of(Kind.FLAG, "maybe") is Flaw.NOT_YES_OR_NO


@given(some.decimals(-(10**10), 10**10, places=3))
def test_a_number_that_was_read_is_the_number_that_was_written(number: Decimal) -> None:
    assert parse_number(str(number)) == number
    assert parse_number(str(parse_number(str(number)))) == number


def test_the_kinds_of_the_rules_are_those_of_the_model() -> None:
    assert [kind.value for kind in Kind] == list(Attribute.Kind.values)


def test_a_circle_is_found_and_what_hangs_on_it_is_not_blamed() -> None:
    seen = look_at_tree({"a": "b", "b": "c", "c": "b", "d": None, "e": "elsewhere"})
    assert seen.circling == {"b", "c"}
    assert not seen.too_deep


def test_a_category_below_the_sixth_level_is_too_deep() -> None:
    chain: dict[str, str | None] = {"1": None}
    chain |= {str(level): str(level - 1) for level in range(2, DEPTH_MAX + 3)}
    assert look_at_tree(chain).too_deep == {str(DEPTH_MAX + 1), str(DEPTH_MAX + 2)}


@given(some.dictionaries(some.integers(0, 30), some.integers(0, 30), max_size=30))
def test_a_tree_without_circles_is_climbed_to_its_root_and_one_with_them_is_not(
    links: dict[int, int],
) -> None:
    parents: dict[str, str | None] = {str(one): str(up) for one, up in links.items()}
    seen = look_at_tree(parents)
    for start in parents:
        at: str | None = start
        visited = set()
        while at in parents and at not in visited:
            visited.add(at)
            at = parents[at]
        assert (at == start) == (start in seen.circling)


def test_picks_are_read_from_an_address_and_nonsense_is_passed_over() -> None:
    known = {
        "battery": Facetable(7, Kind.NUMBER),
        "glass": Facetable(8),
        "nfc": Facetable(9, Kind.FLAG),
    }
    asked = {
        "battery": ["nonsense", "5000..6000"],
        "glass": ["Front", "Front", "Back", ""],
        "nfc": ["1"],
        "unknown": ["x"],
    }
    assert read_picks(asked, known) == [
        Pick(7, (), Decimal(5000), Decimal(6000)),
        Pick(8, ("Front", "Back")),
        Pick(9, (), Decimal(1), Decimal(1)),
    ]
    assert read_picks({"battery": ["9..3", "..", "-"]}, known)[0].low == rules._LOWEST


@given(some.dictionaries(some.sampled_from(["n", "c"]), some.lists(some.text(max_size=20))))
def test_no_address_is_an_error(asked: dict[str, list[str]]) -> None:
    read_picks(asked, {"n": Facetable(1, Kind.NUMBER), "c": Facetable(2)})
