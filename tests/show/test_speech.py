"""What is said reaches the room clean, short, covered where it must be, and not too fast."""

import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.show.claims import needs_proof
from firsthand.show.speech import (
    MARKS_MAX,
    PACE_LINES,
    TEXT_MAX,
    Spoken,
    cleaned,
    covered,
    is_question,
    judge,
    name_for_strangers,
    visitor_name,
)


def said(text: str, viewer: str = "v", key: int = 1) -> Spoken:
    return Spoken(1, viewer, 0, UUID(int=key), text)


@given(st.text(max_size=300))
def test_a_clean_line_has_nothing_unseen_in_it_and_cleaning_it_again_changes_nothing(
    text: str,
) -> None:
    words = cleaned(text)
    assert cleaned(words) == words
    assert words == words.strip() and "  " not in words
    for letter in words:
        assert unicodedata.category(letter)[0] != "C" or letter in "\u200c\u200d"


def test_a_line_cannot_be_turned_around_nor_climb_over_others() -> None:
    assert cleaned("pay \u202eevil\u2066 me\u0000") == "pay evil me"
    tower = "e" + "\u0316" * 40
    assert len(cleaned(tower)) == 1 + MARKS_MAX
    assert cleaned("\u200d\ufe0f \u200d") == ""
    assert cleaned("👩‍🔧 见") == "👩‍🔧 见"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我的电话 13800138000 打我", "我的电话 138****8000 打我"),
        ("+86 138-0013-8000", "138****8000"),
        ("order 202612011380013800099", "order 202612011380013800099"),
        ("¥16380 for 1380 pieces", "¥16380 for 1380 pieces"),
    ],
)
def test_a_phone_number_that_slips_out_is_covered(text: str, shown: str) -> None:
    assert covered(text) == shown


@pytest.mark.parametrize(
    "text",
    ["多久发货", "这个能进洗碗机吗", "有蓝色么", "1米8能用不", "质保几年？",
     "Does it ship to Tibet", "how loud is it", "really?", "哪里产的", "那个白色的呢"],
)  # fmt: skip
def test_questions_are_found_with_or_without_their_mark(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["好看", "买了！", "么么哒", "is good", "have fun", "nice", "666"])
def test_praise_is_no_question(text: str) -> None:
    assert not is_question(text)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=20)), max_size=40), st.data())
def test_nobody_is_heard_more_than_his_pace_however_the_lines_are_mixed(
    lines: list[tuple[str, str]], data: st.DataObject
) -> None:
    lately = {(1, who): data.draw(st.integers(0, PACE_LINES)) for who in "ab"}
    batch = [said(text, viewer, key) for key, (viewer, text) in enumerate(lines)]
    verdicts = judge(batch, lately)
    for who in "ab":
        heard = [v for s, v in zip(batch, verdicts, strict=True) if s.viewer == who and v.text]
        assert len(heard) + lately[1, who] <= max(PACE_LINES, lately[1, who])


def test_a_long_line_and_an_empty_one_are_refused_by_name() -> None:
    fits, long, empty = judge(
        [said("长" * TEXT_MAX), said("长" * (TEXT_MAX + 1)), said(" \n ")], {}
    )
    assert fits.text and not fits.refused
    assert (long.refused, empty.refused) == ("too_long", "empty")


def test_strangers_see_of_a_buyer_one_letter_and_of_the_crew_the_name_and_the_office() -> None:
    assert name_for_strangers("欧阳娜", ["customer"], is_host=False) == ("欧**", "")
    assert name_for_strangers("Mei", ["care", "customer"], is_host=False) == ("Mei", "care")
    assert name_for_strangers("Lin", ["director"], is_host=True) == ("Lin", "host")
    assert name_for_strangers("", ["customer"], is_host=False) == ("**", "")
    assert visitor_name("0199-f2a0") == visitor_name("0199-f2a0") == "F2A0"


@pytest.mark.parametrize(
    "text", ["全网最低价", "行业领先的电机", "唯一一家", "史上最轻", "国家级品质", "100%有效"]
)
def test_claims_to_be_the_best_need_proof(text: str) -> None:
    assert needs_proof(text)


@pytest.mark.parametrize(
    "text", ["重 186 克", "第一批 11 月发货", "最后 20 件", "最近的工厂在嘉兴"]
)
def test_plain_facts_stand_by_themselves(text: str) -> None:
    assert not needs_proof(text)
