"""Facets as links, and how a long shelf is leafed through."""

from decimal import Decimal

from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from firsthand.catalogue.rules import Facetable, Kind, read_picks
from firsthand.catalogue.store import Facet, FacetValue
from firsthand.faces.shop import facets
from firsthand.faces.shop.store import PAGE_SIZE, PAGES_AT_MOST, Found

SHADE = Facet(
    1, "shade", "灯罩", "Shade", Kind.CHOICE, "", None, None,
    (FacetValue(None, "玻璃", "glass", 3), FacetValue(None, "纸", "paper", 2)),
)  # fmt: skip
POWER = Facet(
    2, "power", "功率", "Power", Kind.NUMBER, "W", Decimal(9), Decimal(18),
    (FacetValue(Decimal(18), "", "", 4), FacetValue(Decimal(9), "", "", 1)),
)  # fmt: skip


def queries(asked: str, facet: Facet) -> list[str]:
    """Where the choices of a facet lead, from an address."""
    [each] = facets.choosable(QueryDict(asked), [facet])
    return [choice.query for choice in each.choices]


def test_a_choice_is_taken_and_let_go_by_the_same_link() -> None:
    assert queries("", SHADE) == ["?shade=glass", "?shade=paper"]
    assert queries("shade=glass", SHADE) == ["?", "?shade=glass&shade=paper"]


def test_of_numbers_one_is_picked_at_a_time() -> None:
    assert queries("power=9", POWER) == ["?", "?power=18"]


def test_numbers_stand_in_their_order_and_carry_their_unit() -> None:
    [each] = facets.choosable(QueryDict(""), [POWER])
    assert [choice.text for choice in each.choices] == ["9 W", "18 W"]


def numbers(*values: int) -> Facet:
    """A facet of numbers, one product each."""
    held = tuple(FacetValue(Decimal(value), "", "", 1) for value in values)
    ends = Decimal(min(values)), Decimal(max(values))
    return Facet(2, "power", "功率", "Power", Kind.NUMBER, "W", *ends, held)


def test_many_numbers_are_offered_as_ranges() -> None:
    [each] = facets.choosable(QueryDict(""), [numbers(*range(10, 90, 10))])
    assert [choice.text for choice in each.choices] == [
        "10–20 W", "30–40 W", "50–60 W", "70–80 W",
    ]  # fmt: skip
    assert each.choices[0].query == "?power=10..20"


@given(st.sets(st.integers(1, 10_000), min_size=facets.RANGES_FROM, max_size=24))
def test_ranges_hold_every_number_once(values: set[int]) -> None:
    [each] = facets.choosable(QueryDict(""), [numbers(*values)])
    power = {"power": Facetable(2, Kind.NUMBER)}
    picks = [
        read_picks(dict(QueryDict(choice.query.removeprefix("?")).lists()), power)[0]
        for choice in each.choices
    ]
    for value in values:
        assert sum(pick.low <= value <= pick.high for pick in picks if pick.low and pick.high) == 1


def test_a_flag_is_offered_as_yes_or_no() -> None:
    flag = Facet(
        4, "nfc", "NFC", "NFC", Kind.FLAG, "", Decimal(0), Decimal(1),
        (FacetValue(Decimal(1), "", "", 4), FacetValue(Decimal(0), "", "", 1)),
    )  # fmt: skip
    with translation.override("en"):
        [each] = facets.choosable(QueryDict("nfc=1"), [flag])
    assert [(choice.text, choice.is_on) for choice in each.choices] == [
        ("Yes", True),
        ("No", False),
    ]
    assert each.choices[1].query == "?nfc=0"


def test_a_new_choice_begins_at_the_first_page_and_keeps_the_order() -> None:
    assert queries("page=7&sort=cheap", SHADE)[0] == "?sort=cheap&shade=glass"


def test_a_facet_with_one_value_tells_nothing_apart_unless_it_was_picked() -> None:
    lonely = Facet(3, "link", "连接", "Link", Kind.CHOICE, "", None, None, SHADE.values[:1])
    assert not facets.choosable(QueryDict(""), [lonely])
    assert facets.choosable(QueryDict("link=glass"), [lonely])


def test_everything_that_was_picked_is_let_go_at_once() -> None:
    asked = QueryDict("shade=glass&power=9&sort=cheap&page=3")
    assert facets.cleared(asked, keep={"sort", "page", "q"}) == "?sort=cheap"


@given(st.lists(st.sampled_from(["glass", "paper"]), unique=True))
def test_what_a_link_says_is_what_the_catalogue_reads(picked: list[str]) -> None:
    asked = QueryDict(mutable=True)
    asked.setlist("shade", picked)
    [each] = facets.choosable(asked, [SHADE])
    for choice in each.choices:
        led = QueryDict(choice.query.removeprefix("?"))
        picks = read_picks(dict(led.lists()), {"shade": Facetable(1)})
        words = set(picks[0].words) if picks else set()
        value = "glass" if choice.text in ("玻璃", "glass") else "paper"
        assert words == set(picked) ^ {value}


def found(total: int, page: int = 1) -> Found:
    """A page of so many."""
    return Found([], total, page)


def test_twenty_five_things_fill_two_pages() -> None:
    assert (found(0).pages, found(24).pages, found(25).pages) == (1, 1, 2)


def test_a_gap_stands_where_pages_are_left_out_and_never_for_one() -> None:
    assert found(240, 5).turns == [1, 0, 4, 5, 6, 0, 10]
    assert found(240, 3).turns == [1, 2, 3, 4, 0, 10]


@given(st.integers(0, 10**7), st.integers(1, PAGES_AT_MOST))
def test_leafing_always_offers_the_first_the_present_and_the_last_page(
    total: int, page: int
) -> None:
    shown = found(total, min(page, found(total).pages))
    assert shown.turns[0] == 1
    assert shown.turns[-1] == shown.pages
    assert shown.page in shown.turns
    assert len(shown.turns) <= 9
    assert shown.pages <= PAGES_AT_MOST
    assert shown.pages * PAGE_SIZE >= min(total, PAGES_AT_MOST * PAGE_SIZE)
