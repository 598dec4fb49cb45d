"""Ladders, reckoned by hand; and that no ladder promises what there is not."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.promise.rules import (
    PLAN,
    STOCK,
    Coming,
    Given,
    Handling,
    Ladder,
    Rung,
    Taken,
    difference,
    earliest,
    ladder,
    still_open,
    without_a_day,
)

DEC = date(2026, 12, 1)  # a Tuesday
UNTIL = DEC + timedelta(days=60)


def day(number: int) -> date:
    """A day of December."""
    return date(2026, 12, number)


def built(
    *, stock: int = 0, coming: list[tuple[int, int]] | None = None, given: list[Given] | None = None
) -> Ladder:
    """A ladder on the first of December, from lots of so many by a day of December."""
    lots = [Coming(day(number), pieces, at) for at, (number, pieces) in enumerate(coming or [], 1)]
    return ladder(stock=stock, coming=lots, given=given or [], from_stock=DEC, until=UNTIL)


def test_what_exists_ships_first_and_each_lot_is_a_rung() -> None:
    found = built(stock=5, coming=[(8, 20), (15, 30)])
    assert found.free == {(day(1), STOCK): 5, (day(8), PLAN): 20, (day(15), PLAN): 30}
    assert found.at_risk == {} and found.needed == frozenset()


def test_lots_that_ship_by_one_day_are_one_rung() -> None:
    assert built(coming=[(8, 20), (8, 5)]).free == {(day(8), PLAN): 25}


def test_the_example_of_the_docs() -> None:
    # 40 exist. Lots of 100 by the 8th and 100 by the 15th. Promised: 25 from stock, by the
    # 1st; 60 by the 8th; and 130 by the 15th.
    #   day        S    U   S − U
    #   now       40    0      40     smallest from here on: 15
    #   1st       40   25      15                            15
    #   8th      140   85      55                            25
    #   15th     240  215      25                            25
    found = built(
        stock=40,
        coming=[(8, 100), (15, 100)],
        given=[
            Given(day(1), STOCK, 25),
            Given(day(8), PLAN, 60),
            Given(day(15), PLAN, 130),
        ],
    )
    assert found.free == {(day(1), STOCK): 15, (day(8), PLAN): 10}
    assert found.at_risk == {} and found.needed == {1, 2}


def test_a_piece_that_exists_is_kept_for_a_promise_that_no_lot_reaches() -> None:
    # Without the look ahead all ten would be offered today, and the eight could not be kept.
    found = built(stock=10, given=[Given(day(8), PLAN, 8)], coming=[(9, 50)])
    assert found.free == {(day(1), STOCK): 2, (day(9), PLAN): 50}


def test_a_lot_that_slips_puts_what_was_promised_from_it_at_risk() -> None:
    before = built(coming=[(8, 50)], given=[Given(day(8), PLAN, 30)])
    assert before.at_risk == {} and before.free == {(day(8), PLAN): 20}
    after = built(coming=[(11, 50)], given=[Given(day(8), PLAN, 30)])
    assert after.at_risk == {(day(8), PLAN): 30}
    assert after.free == {(day(11), PLAN): 20}  # the thirty are served late, but served


def test_the_promise_that_is_due_first_is_served_first() -> None:
    found = built(stock=10, given=[Given(day(8), PLAN, 6), Given(day(4), PLAN, 6)])
    assert found.at_risk == {(day(8), PLAN): 2}


def test_promises_of_days_gone_by_are_served_from_what_exists() -> None:
    found = built(stock=10, given=[Given(date(2026, 11, 27), STOCK, 4)])
    assert found.at_risk == {} and found.free == {(day(1), STOCK): 6}


def test_nothing_is_promised_beyond_the_horizon_but_it_is_counted_on() -> None:
    late = UNTIL + timedelta(days=1)
    found = ladder(
        stock=0,
        coming=[Coming(late, 50, 1)],
        given=[Given(late, PLAN, 20)],
        from_stock=DEC,
        until=UNTIL,
    )
    assert found.free == {} and found.at_risk == {} and found.needed == {1}


def test_the_first_rung_that_holds_a_whole_order_is_its_day() -> None:
    rungs = [Rung(1, day(1), STOCK, 2), Rung(1, day(8), PLAN, 20)]
    assert earliest(rungs, 2) is rungs[0]
    assert earliest(rungs, 3) is rungs[1]  # two today and one next week would be two parcels
    assert earliest(rungs, 21) is None


days = st.integers(0, 20).map(lambda number: DEC + timedelta(days=number))
lots = st.lists(st.tuples(days, st.integers(1, 30)), max_size=6).map(
    lambda rows: [Coming(when, pieces, at) for at, (when, pieces) in enumerate(rows, 1)]
)
givens = st.lists(
    st.tuples(days, st.sampled_from([STOCK, PLAN]), st.integers(1, 30)), max_size=6
).map(lambda rows: [Given(*row) for row in rows])
stocks = st.integers(0, 60)


def at_risk(stock: int, coming: list[Coming], given_: list[Given]) -> int:
    """How many promised pieces cannot be there in time: an own count, piece by piece."""
    there = [date.min] * stock + [lot.ship_by for lot in coming for _ in range(lot.quantity)]
    there.sort(reverse=True)
    missing = 0
    for due in sorted(one.ship_by for one in given_ for _ in range(one.quantity)):
        if there and there[-1] <= due:
            there.pop()
        else:
            missing += 1
    return missing


@given(stocks, lots, givens)
def test_whoever_takes_everything_that_is_free_breaks_no_promise(
    stock: int, coming: list[Coming], given_: list[Given]
) -> None:
    found = ladder(stock=stock, coming=coming, given=given_, from_stock=DEC, until=UNTIL)
    taken = [Given(when, source, free) for (when, source), free in found.free.items()]
    before = at_risk(stock, coming, given_)
    assert sum(found.at_risk.values()) == before
    assert at_risk(stock, coming, [*given_, *taken]) == before


@given(stocks, lots, givens)
def test_a_ladder_never_promises_more_than_stock_and_plan(
    stock: int, coming: list[Coming], given_: list[Given]
) -> None:
    found = ladder(stock=stock, coming=coming, given=given_, from_stock=DEC, until=UNTIL)
    promised = sum(one.quantity for one in given_)
    supply = stock + sum(lot.quantity for lot in coming)
    assert all(free > 0 for free in found.free.values())
    assert sum(found.free.values()) <= max(0, supply - promised)
    by_source = Counter[str]()
    for (_when, source), free in found.free.items():
        by_source[source] += free
    assert by_source[STOCK] <= stock
    assert by_source[PLAN] <= sum(lot.quantity for lot in coming)


@given(stocks, lots, givens)
def test_no_piece_is_held_back_that_could_be_promised(
    stock: int, coming: list[Coming], given_: list[Given]
) -> None:
    # As long as all can be kept, every piece beyond the promises is free, by some day.
    found = ladder(stock=stock, coming=coming, given=given_, from_stock=DEC, until=UNTIL)
    supply = stock + sum(lot.quantity for lot in coming)
    if not found.at_risk:
        assert sum(found.free.values()) == supply - sum(one.quantity for one in given_)
    # And one piece more, as early as the first rung, would break a promise.
    all_taken = [Given(when, source, free) for (when, source), free in found.free.items()]
    one_more = [*given_, *all_taken, Given(DEC, STOCK, 1)]
    assert at_risk(stock, coming, one_more) > at_risk(stock, coming, given_)


@given(stocks, lots, givens)
def test_the_lots_that_are_needed_are_enough(
    stock: int, coming: list[Coming], given_: list[Given]
) -> None:
    found = ladder(stock=stock, coming=coming, given=given_, from_stock=DEC, until=UNTIL)
    needed = [lot for lot in coming if lot.work_order_id in found.needed]
    assert at_risk(stock, needed, given_) == at_risk(stock, coming, given_)


def test_what_was_shipped_is_of_the_rung_that_was_named_and_otherwise_of_the_earliest() -> None:
    rungs = [Taken(day(1), STOCK, 5, 0), Taken(day(8), PLAN, 6, 0)]
    assert still_open(rungs, owed=11) == [Given(day(1), STOCK, 5), Given(day(8), PLAN, 6)]
    assert still_open(rungs, owed=8) == [Given(day(1), STOCK, 2), Given(day(8), PLAN, 6)]
    named = [Taken(day(1), STOCK, 5, 0), Taken(day(8), PLAN, 6, 3)]
    assert still_open(named, owed=8) == [Given(day(1), STOCK, 5), Given(day(8), PLAN, 3)]
    assert still_open(named, owed=0) == []


def test_pieces_that_somebody_holds_without_a_day_are_not_free() -> None:
    assert without_a_day([Taken(day(1), STOCK, 5, 2)], owed=4) == 1
    assert without_a_day([Taken(day(1), STOCK, 5, 2)], owed=3) == 0


def test_rungs_that_are_used_up_are_no_difference() -> None:
    assert not difference({(day(1), STOCK): 3, (day(2), PLAN): 0}, {(day(1), STOCK): 3})
    assert difference({(day(1), STOCK): 3}, {})


SHANGHAI = Handling()


def at(day_of_november: int, hour: int, minute: int = 0) -> datetime:
    """A time of the clock in Shanghai."""
    return datetime(2026, 11, day_of_november, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("now", "ships"),
    [
        (at(23, 15, 59), date(2026, 11, 24)),  # Monday, before the cut-off
        (at(23, 16, 0), date(2026, 11, 25)),  # picked on Tuesday
        (at(24, 0, 30), date(2026, 11, 25)),  # the day of the buyer, not of UTC
        (at(26, 16, 0), date(2026, 11, 30)),  # Thursday evening: picked on Friday
        (at(27, 10), date(2026, 11, 30)),  # Friday: the next working day is Monday
        (at(28, 10), date(2026, 12, 1)),  # Saturday: picked on Monday
        (at(28, 20), date(2026, 12, 1)),  # the cut-off of a day on which nobody picks
    ],
)
def test_a_piece_that_exists_ships_a_working_day_after_it_is_picked(
    now: datetime, ships: date
) -> None:
    assert SHANGHAI.ships_from_stock(now) == ships


def test_a_lot_is_tested_packed_and_brought_to_the_store_before_it_ships() -> None:
    now = at(23, 10)
    assert SHANGHAI.ships_from_plan(at(25, 18), now) == date(2026, 11, 27)
    assert SHANGHAI.ships_from_plan(at(26, 23), now) == date(2026, 11, 30)
    assert SHANGHAI.ships_from_plan(at(28, 9), now) == date(2026, 12, 2)  # done on a Saturday


def test_a_lot_that_is_overdue_is_done_now_at_the_earliest() -> None:
    assert SHANGHAI.ships_from_plan(at(1, 9), at(23, 10)) == date(2026, 11, 25)


def test_no_lot_ships_before_what_lies_on_the_shelf() -> None:
    quick = Handling(plan_days=0, stock_days=2)
    assert quick.ships_from_plan(at(23, 9), at(23, 10)) == date(2026, 11, 25)


def test_holidays_are_not_worked_and_some_weekends_are() -> None:
    # The first days of October 2026 are holidays; Saturday the 10th is worked for them.
    golden = Handling(
        holidays=frozenset(date(2026, 10, number) for number in range(1, 8)),
        working_days=frozenset({date(2026, 10, 10)}),
    )
    eve = datetime(2026, 9, 30, 2, tzinfo=UTC)
    assert golden.ships_from_stock(eve) == date(2026, 10, 8)
    assert golden.after(date(2026, 10, 9), 1) == date(2026, 10, 10)


def test_a_calendar_without_a_working_day_is_nonsense_and_says_so() -> None:
    decade = frozenset(DEC + timedelta(days=number) for number in range(4000))
    with pytest.raises(ValueError, match="no working day in ten years"):
        Handling(holidays=decade).after(DEC, 1)
    with pytest.raises(ValueError, match="no less than no days"):
        Handling(plan_days=-1)
    with pytest.raises(ValueError, match="minute of the day"):
        Handling(cut_off_minute=1441)
