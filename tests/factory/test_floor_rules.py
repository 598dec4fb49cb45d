"""What passes on, what may be started, what goes in first, and how a serial number is checked."""

import string
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory import bom
from firsthand.factory.floor import rules, serials
from firsthand.factory.floor.rules import Answer, Reported, Routed, Supply, drawn, may_start

# A product of two operations, with two boards of one operation in each piece.
LINES = [bom.Line(1, 2, 2)]
ROUTED = [Routed(50, 2, 10), Routed(70, 1, 10), Routed(80, 1, 20)]
LOT = rules.steps(1, 50, LINES, ROUTED)


def done(good: int, scrapped: int = 0) -> Reported:
    return Reported(good, scrapped, is_finished=True)


def test_two_boards_make_a_set_and_an_odd_board_makes_none() -> None:
    assert rules.arrivals(LOT, {}) == {50: 100, 70: 50, 80: 50}
    said = {50: done(97, 3)}
    assert rules.arrivals(LOT, said) == {50: 100, 70: 48, 80: 48}
    assert rules.good_at_most(LOT, said) == 48
    said[70] = Reported(good=0, scrapped=5, is_finished=False)  # spoilt so far, and it still runs
    assert rules.good_at_most(LOT, said) == 43


def test_boards_that_were_made_for_scrap_do_not_make_more_pieces_than_asked_for() -> None:
    lot = rules.steps(1, 50, [bom.Line(1, 2, 1, scrap_bp=400)], ROUTED)
    assert rules.arrivals(lot, {}) == {50: 52, 70: 50, 80: 50}
    assert rules.good_at_most(lot, {50: done(51, 1)}) == 50  # what was to be expected is no loss
    assert rules.good_at_most(lot, {50: done(49, 3)}) == 49


def test_an_operation_waits_for_those_before_it() -> None:
    assert [may_start(one, LOT, {}) for one in (50, 70, 80)] == [
        Answer.YES,
        Answer.WAITS,
        Answer.WAITS,
    ]
    running = {50: Reported(0, 0, is_finished=False)}
    assert may_start(70, LOT, running) is Answer.WAITS
    assert may_start(50, LOT, running) is Answer.BEGUN
    assert may_start(70, LOT, {50: done(100)}) is Answer.YES
    assert may_start(70, LOT, {50: done(1, 99)}) is Answer.EMPTY  # one board is no set


def test_what_was_put_before_something_that_runs_counts_as_done() -> None:
    said = {80: Reported(0, 0, is_finished=False)}
    assert may_start(50, LOT, said) is Answer.OVERTAKEN
    assert may_start(70, LOT, said) is Answer.OVERTAKEN
    assert rules.arrivals(LOT, said)[80] == 50  # it passes on what came to it


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_piece_appears_on_the_way_and_none_is_lost(data: st.DataObject) -> None:
    quantity = data.draw(st.integers(1, 60))
    each = data.draw(st.integers(1, 3))
    lot = rules.steps(
        1, quantity, [bom.Line(1, 2, each, scrap_bp=data.draw(st.integers(0, 900)))], ROUTED
    )
    said: dict[int, Reported] = {}
    before = rules.good_at_most(lot, said)
    assert before == quantity
    for step in lot:
        came = rules.arrivals(lot, said)[step.operation_id]
        good = data.draw(st.integers(0, came))
        said[step.operation_id] = done(good, came - good)
        assert good + said[step.operation_id].scrapped == came
        assert all(came * one.each <= said[one.operation_id].good for one in step.after)
        after = rules.good_at_most(lot, said)
        assert 0 <= after <= before  # spoilt pieces never come back
        before = after
    assert before == said[lot[-1].operation_id].good


def test_first_in_is_first_out() -> None:
    came = [Supply(1, None, 50), Supply(None, 9, 40), Supply(2, None, 30)]
    assert [
        (one.purchase_order_id, one.work_order_id, one.quantity) for one in drawn(75, 120, came)
    ] == [
        (1, None, 50),
        (None, 9, 25),
    ]
    # 20 of the oldest have gone already, though nobody said into what.
    assert drawn(40, 100, came)[0] == (1, None, 30)
    # What nobody knows of comes from nowhere in the books.
    assert drawn(10, 0, []) == [(None, None, 10)]


@given(
    wanted=st.integers(1, 200),
    on_hand=st.integers(0, 200),
    came=st.lists(st.integers(1, 60), max_size=5),
)
@settings(max_examples=100, deadline=None)
def test_what_is_drawn_is_what_was_wanted_and_no_supply_gives_more_than_it_had(
    wanted: int, on_hand: int, came: list[int]
) -> None:
    supplies = [Supply(place, None, pieces) for place, pieces in enumerate(came, start=1)]
    given_out = drawn(wanted, on_hand, supplies)
    assert sum(one.quantity for one in given_out) == wanted
    known = [one for one in given_out if one.purchase_order_id is not None]
    assert [one.purchase_order_id for one in known] == sorted(
        one.purchase_order_id for one in known if one.purchase_order_id
    )
    assert all(one.quantity <= came[(one.purchase_order_id or 0) - 1] for one in known)
    assert sum(one.quantity for one in known) <= on_hand


def test_a_number_says_sku_plant_week_and_count() -> None:
    beginning = serials.prefix("KA-01", "yunlu", date(2027, 1, 1))
    assert beginning == "KA-01-YUNLU-2653-"  # New Year's day is of the old year's last week
    assert [*serials.numbers(beginning, 99_998, 2)][-1].startswith("KA-01-YUNLU-2653-100000-")


@given(st.text(serials.ALPHABET + "-", min_size=3, max_size=30), st.data())
@settings(max_examples=100, deadline=None)
def test_one_wrong_character_is_always_found(text: str, data: st.DataObject) -> None:
    number = text + serials.check_character(text)
    assert serials.is_right(number) or not serials.plain(text)
    places = [place for place, letter in enumerate(number) if letter != "-"]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from([one for one in serials.ALPHABET if one != number[place]]))
    if len(places) > 1:
        assert not serials.is_right(number[:place] + wrong + number[place + 1 :])


def test_swapped_neighbours_are_found_but_for_one_in_600() -> None:
    letters = string.digits + string.ascii_uppercase
    missed = looked_at = 0
    for first in letters:
        for second in letters:
            number = "KA1" + first + second + "7"
            number += serials.check_character(number)
            swapped = "KA1" + second + first + "7" + number[-1]
            if first != second:
                looked_at += 1
                missed += serials.is_right(swapped)
    assert 0 < missed <= looked_at / 600
