"""How the house writes money, dates and icons."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from firsthand.look.templatetags import house


def written(template: str, language: str = "zh-hans", **words: object) -> str:
    """What a template makes of some words."""
    with translation.override(language):
        return Template("{% load house %}" + template).render(Context(words))


def test_whole_yuan_stand_without_fen_and_others_with_small_ones() -> None:
    assert written("{% money 199900 %}").endswith("</span>1,999</span>")
    assert '<span class="money-cents">.50</span>' in written("{% money 199950 %}")


def test_an_amount_in_a_sentence_has_fen_only_if_there_are_some() -> None:
    assert written("{{ 7800|whole_yuan }} {{ 990|whole_yuan }}") == "78 9.90"


def test_how_long_something_takes_is_said_in_its_largest_whole_measure() -> None:
    said = "{{ 1|span }}, {{ 90|span }}, {{ 120|span }}, {{ 2880|span }}"
    assert written(said, "en") == "1 minute, 90 minutes, 2 hours, 2 days"
    assert written(said) == "1 分钟, 90 分钟, 2 小时, 2 天"


def test_money_that_goes_back_has_its_sign_before_the_currency() -> None:
    assert "−<span" in written("{% money -500 %}")


def test_a_day_is_said_as_its_readers_say_it() -> None:
    day = date(datetime.now(UTC).year, 12, 1)
    assert written("{{ day|day }}", day=day) == "12月1日"
    assert written("{{ day|day }}", "en", day=day) == "1 Dec"


def test_a_day_of_another_year_says_so() -> None:
    assert written("{{ day|day }}", day=date(2031, 1, 5)) == "2031年1月5日"
    assert written("{{ day|day }}", "en", day=date(2031, 1, 5)) == "5 Jan 2031"


def test_an_instant_late_in_the_evening_of_greenwich_is_tomorrow_in_shanghai() -> None:
    instant = datetime(2031, 1, 4, 20, 30, tzinfo=UTC)
    assert written("{{ at|moment }}", "en", at=instant) == "5 Jan 2031 04:30"


def test_the_day_of_the_week_follows_the_language() -> None:
    assert written("{{ day|weekday }}", day=date(2026, 12, 1)) == "周二"
    assert written("{{ day|weekday }}", "en", day=date(2026, 12, 1)) == "Tue"


@pytest.mark.parametrize(
    ("count", "zh", "en"), [(999, "999", "999"), (12_840, "1.3万", "12.8k"), (20_000, "2万", "20k")]
)
def test_large_counts_are_short(count: int, zh: str, en: str) -> None:
    assert written("{{ n|many }}", n=count) == zh
    assert written("{{ n|many }}", "en", n=count) == en


def test_a_share_has_at_most_one_place() -> None:
    assert house.share(345, 1000) == "34.5"
    assert house.share(500, 1000) == "50"
    assert house.share(1, 0) == "0"


def test_a_sliver_of_a_price_is_not_said_to_be_nothing() -> None:
    assert house.share(165, 429_900) == "<0.1"
    assert house.share(0, 429_900) == "0"


def test_the_query_of_a_page_keeps_what_was_not_changed() -> None:
    words = QueryDict("f=a&f=b&page=3&sort=cheap")
    assert house.query(words, page=4) == "?f=a&f=b&page=4&sort=cheap"
    assert house.query(words, page="", sort=None) == "?f=a&f=b"
    assert house.query(QueryDict("page=2"), page="") == "?"


def test_what_somebody_types_cannot_become_markup() -> None:
    evil = '"><script>alert(1)</script>'
    assert "<script>" not in written("{% icon name %}", name=evil)
    assert "<script>" not in house.query(QueryDict(mutable=True), q=evil)
