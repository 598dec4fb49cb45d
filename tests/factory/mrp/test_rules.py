"""From what is wanted to what must be made and bought: by hand, and for whatever is drawn."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory.bom import Line
from firsthand.factory.impossible import Impossible
from firsthand.factory.mrp import rules
from firsthand.factory.mrp.items import (
    FIXED,
    FOR_LOT,
    PERIOD,
    PROMISE,
    PURCHASE,
    SAFETY,
    STOCK,
    WORK,
    Demand,
    Item,
    Receipt,
    Recipes,
    Ref,
    Sizing,
)
from firsthand.factory.mrp.lot_sizing import LOTS_A_DAY_MAX, orders
from firsthand.factory.mrp.rules import Problem, Result, Row, calculate, table

KETTLE, BOARD, CHIP, OTHER_CHIP = 1, 2, 3, 4


def promised(day: int, quantity: int, part_id: int = KETTLE, number: int = 0) -> Demand:
    return Demand(part_id, day, quantity, Ref(PROMISE, number or day), is_promised=True)


def two_levels(*, chip_lead_days: int = 9, **of_chips: int) -> Problem:
    """The example of docs/mrp.md: kettles of two boards, boards of three chips."""
    kettle = Item(KETTLE, "kettle", False, 20, fixed_days=1, sizing=Sizing(FOR_LOT))
    board = Item(BOARD, "board", False, 40, fixed_days=2, sizing=Sizing(FIXED, lot_size=100))
    chip = Item(
        CHIP,
        "chip",
        True,
        of_chips.get("on_hand", 300),
        fixed_days=chip_lead_days,
        sizing=Sizing(FOR_LOT, minimum=500, multiple=500),
    )
    other = Item(OTHER_CHIP, "other chip", True, of_chips.get("others", 0), fixed_days=30)
    return Problem(
        items={one.id: one for one in (kettle, board, chip, other)},
        recipes=Recipes(
            [Line(KETTLE, BOARD, 2), Line(BOARD, CHIP, 3, scrap_bp=200)],
            netted={KETTLE, BOARD, CHIP, OTHER_CHIP},
            alternates={(BOARD, CHIP): (OTHER_CHIP,)} if "others" in of_chips else {},
        ),
        demands=[promised(4, 30), promised(8, 60), promised(12, 60)],
        receipts=[Receipt(Ref(PURCHASE, 1), CHIP, 8, 500)],
    )


def test_the_example_of_the_docs() -> None:
    problem = two_levels()
    result = calculate(problem)
    assert table(problem, result, KETTLE) == [
        #   day wanted comes planned there begins
        Row(3, 0, 0, 0, 20, 10),
        Row(4, 30, 0, 10, 0, 0),
        Row(7, 0, 0, 0, 0, 60),
        Row(8, 60, 0, 60, 0, 0),
        Row(11, 0, 0, 0, 0, 60),
        Row(12, 60, 0, 60, 0, 0),
    ]
    assert table(problem, result, BOARD) == [
        Row(3, 20, 0, 0, 20, 0),
        Row(5, 0, 0, 0, 20, 100),
        Row(7, 120, 0, 100, 0, 0),
        Row(9, 0, 0, 0, 0, 200),
        Row(11, 120, 0, 200, 80, 0),
    ]
    assert table(problem, result, CHIP) == [
        Row(0, 0, 0, 0, 300, 500),
        Row(5, 306, 0, 0, -6, 0),  # six short, until the purchase comes
        Row(8, 0, 500, 0, 494, 0),
        Row(9, 612, 0, 500, 382, 0),
    ]
    assert [
        (one.kind, one.order, one.quantity, one.day, one.wanted) for one in result.messages
    ] == [("expedite", Ref(PURCHASE, 1), 500, 8, 5)]
    # The six chips that come late are for the first lot of boards, and so for the kettles
    # that are promised for the 8th day; what is promised for the 4th stands on what is there.
    assert [(one.part_id, one.quantity, one.late_days) for one in result.late] == [(CHIP, 6, 3)]


def test_a_purchase_that_a_new_one_would_overtake_is_not_waited_for() -> None:
    result = calculate(two_levels(chip_lead_days=5))
    chips = [one for one in result.planned if one.part_id == CHIP]
    assert [(one.quantity, one.starts, one.due) for one in chips] == [(500, 0, 5)]
    assert not result.late and not result.messages


def test_where_the_part_is_short_its_alternate_is_taken_as_far_as_it_is_free() -> None:
    result = calculate(two_levels(others=4))
    instead = [one for one in result.pegs if one.part_id == OTHER_CHIP]
    assert [(one.quantity, one.supply, one.instead_of, one.wanted) for one in instead] == [
        (4, STOCK, CHIP, 5)
    ]
    assert [(one.quantity, one.late_days) for one in result.late] == [(2, 3)]
    assert not any(one.part_id == OTHER_CHIP for one in result.planned)


def test_parts_that_may_stand_in_for_each_other_are_no_circle() -> None:
    chip, other = (Item(one, "c", True, 5, fixed_days=9) for one in (CHIP, OTHER_CHIP))
    board = Item(BOARD, "board", False, 0, fixed_days=1)
    problem = Problem(
        items={BOARD: board, CHIP: chip, OTHER_CHIP: other},
        recipes=Recipes(
            [Line(BOARD, CHIP, 1), Line(BOARD, OTHER_CHIP, 1)],
            {BOARD, CHIP, OTHER_CHIP},
            {(BOARD, CHIP): (OTHER_CHIP,), (BOARD, OTHER_CHIP): (CHIP,)},
        ),
        demands=[promised(3, 7, BOARD)],
        receipts=[],
    )
    assert {one.part_id for one in calculate(problem).late} == {CHIP, OTHER_CHIP}


def test_what_is_made_in_its_products_lot_is_looked_through_and_rounded_at_each_level() -> None:
    recipes = Recipes([Line(1, 2, 4), Line(2, 3, 1, scrap_bp=100), Line(1, 3, 2)], netted={1, 3})
    assert [(one.component_id, one.quantity) for one in recipes.needs(1, 50)] == [(3, 302)]


def test_a_bill_that_leads_back_is_impossible_and_names_the_way() -> None:
    items = {one: Item(one, f"p{one}", False) for one in (1, 2, 3)}
    for netted in ({1, 2, 3}, {1}):
        recipes = Recipes(
            [Line(1, 2, 1), Line(2, 3, 1), Line(3, 2, 1)], netted, names={1: "a", 2: "b", 3: "c"}
        )
        problem = Problem(items, recipes, [promised(3, 1)], [])
        with pytest.raises(Impossible, match=r"leads back to itself: (b → c → b|c → b → c)"):
            calculate(problem)


def test_nonsense_is_impossible_and_says_why() -> None:
    item = Item(1, "kettle", False)
    empty = Recipes([], {1})
    for demand, words in (
        (promised(1, 5, part_id=9), "part 9, which is wanted, does not exist"),
        (promised(1, 0), "0 pieces of part kettle are wanted"),
    ):
        with pytest.raises(Impossible, match=words):
            Problem({1: item}, empty, [demand], [])
    with pytest.raises(Impossible, match="a lot of no pieces"):
        Item(1, "kettle", False, sizing=Sizing(lot_size=0))
    with pytest.raises(Impossible, match="negative time"):
        Item(1, "kettle", False, fixed_days=-1)
    with pytest.raises(Impossible, match="no pieces of c"):
        Recipes([Line(1, 2, 0)], {1}, names={2: "c"})


def test_what_nobody_can_make_is_a_stated_shortage() -> None:
    item = Item(KETTLE, "kettle", False, on_hand=4, can_be_had=False)
    result = calculate(Problem({KETTLE: item}, Recipes([], {1}), [promised(2, 10)], []))
    assert result.planned == ()
    assert [(one.day, one.quantity) for one in result.shortages] == [(2, 6)]


def test_lots_follow_their_rule() -> None:
    assert orders(Item(1, "k", False, sizing=Sizing(FIXED, 1)), 1000) == [20] * LOTS_A_DAY_MAX
    assert orders(Item(1, "k", True, sizing=Sizing(FIXED, 100)), 230) == [300]
    week = Item(KETTLE, "kettle", False, 0, sizing=Sizing(PERIOD, period_days=7))
    asked = [promised(2, 10), promised(5, 5), promised(8, 20), promised(9, 1)]
    comes = [Receipt(Ref(WORK, 1), KETTLE, 7, 8)]
    result = calculate(Problem({1: week}, Recipes([], {1}), asked, comes))
    # The lot of the 7th is moved up: two are missing on the 2nd, five more on the 5th, twenty on
    # the 8th; what is wanted on the 9th begins a week of its own.
    assert [(one.due, one.quantity) for one in result.planned] == [(2, 27), (9, 1)]


def test_messages_say_what_to_do_with_orders_that_stand() -> None:
    item = Item(KETTLE, "kettle", False, 0, fixed_days=3, sizing=Sizing(FOR_LOT))
    lots = [Receipt(Ref(WORK, number), KETTLE, day, 10) for number, day in enumerate((1, 9, 2, 30))]
    asked = [promised(1, 10), promised(2, 5), promised(20, 10), promised(21, 40)]
    result = calculate(Problem({1: item}, Recipes([], {1}), asked, lots))
    assert {(one.kind, one.order.id, one.day, one.wanted) for one in result.messages} == {
        ("postpone", 1, 9, 20),
        ("expedite", 3, 30, 21),
    }
    unwanted = calculate(Problem({1: item}, Recipes([], {1}), asked[:2], lots))
    assert {(one.kind, one.order.id) for one in unwanted.messages} == {("cancel", 1), ("cancel", 3)}
    late = calculate(Problem({1: item}, Recipes([], {1}), asked[:1], []))
    assert [(one.kind, one.quantity, one.day, one.wanted) for one in late.messages] == [
        ("order_now", 10, 3, 1)
    ]


def test_a_promise_goes_before_what_is_merely_expected_where_one_of_them_must_wait() -> None:
    item = Item(KETTLE, "kettle", False, 10, fixed_days=30, sizing=Sizing(FOR_LOT))
    expected = Demand(KETTLE, 2, 10, Ref("expected", 2))
    promise = promised(8, 10)
    pegs = calculate(Problem({1: item}, Recipes([], {1}), [expected, promise], [])).pegs
    assert {(one.demand.kind, one.supply.kind) for one in pegs} == {
        ("promise", "stock"),
        ("expected", "planned"),
    }
    # While nobody must wait, whoever comes first is served first.
    quick = Item(KETTLE, "kettle", False, 10, fixed_days=1, sizing=Sizing(FOR_LOT))
    pegs = calculate(Problem({1: quick}, Recipes([], {1}), [expected, promise], [])).pegs
    assert {(one.demand.kind, one.supply.kind) for one in pegs} == {
        ("expected", "stock"),
        ("promise", "planned"),
    }


def test_the_safety_stock_is_kept_and_nobody_is_served_from_it() -> None:
    item = Item(KETTLE, "kettle", False, 10, sizing=Sizing(FOR_LOT), safety_stock=8)
    result = calculate(Problem({1: item}, Recipes([], {1}), [promised(4, 5)], []))
    assert [(one.due, one.quantity) for one in result.planned] == [(4, 3)]
    assert sum(one.quantity for one in result.pegs if one.demand == SAFETY) == 8


# Whatever is drawn. Parts 1 and 2 are products, 3 and 4 boards, 5 to 7 are bought.

sizings = st.builds(
    Sizing,
    st.sampled_from([FIXED, FOR_LOT, PERIOD]),
    lot_size=st.integers(1, 20),
    minimum=st.integers(1, 9),
    multiple=st.integers(1, 5),
    period_days=st.integers(1, 9),
)


@st.composite
def problems(draw: st.DrawFn, *, with_alternates: bool = True) -> Problem:
    items = {
        part: Item(
            part,
            f"p{part}",
            is_bought=part > 4,
            on_hand=draw(st.integers(0, 30)),
            fixed_days=draw(st.integers(0, 6)),
            sizing=draw(sizings),
            safety_stock=draw(st.sampled_from([0, 0, 4])),
            can_be_had=part != 4 or draw(st.booleans()),
        )
        for part in range(1, 8)
    }
    pairs = [(1, 3), (1, 4), (2, 3), (2, 5), (3, 5), (3, 6), (4, 6), (4, 7)]
    kept = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=3))
    lines = [Line(*pair, draw(st.integers(1, 3)), draw(st.sampled_from([0, 500]))) for pair in kept]
    others = {
        pair: (draw(st.sampled_from([5, 6, 7])),)
        for pair in kept
        if with_alternates and pair[1] > 4 and draw(st.booleans())
    }
    others = {pair: those for pair, those in others.items() if pair[1] not in those}
    demands = [
        Demand(part, day, quantity, Ref(PROMISE, number), is_promised)
        for number, (part, day, quantity, is_promised) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.integers(1, 2), st.integers(-2, 20), st.integers(1, 30), st.booleans()
                    ),
                    max_size=6,
                )
            )
        )
    ]
    receipts = [
        Receipt(Ref(WORK if part < 5 else PURCHASE, number), part, day, quantity, day - 2)
        for number, (part, day, quantity) in enumerate(
            draw(
                st.lists(
                    st.tuples(st.integers(1, 7), st.integers(-2, 20), st.integers(1, 30)),
                    max_size=5,
                )
            )
        )
    ]
    return Problem(items, Recipes(lines, set(items), others), demands, receipts)


def faults(problem: Problem, result: Result) -> list[str]:
    """What is wrong with an answer; written apart from how it is found."""
    found = []
    planned = {one.number: one for one in result.planned}
    given_, taken = Counter[tuple[int, Ref]](), Counter[tuple[int, Ref]]()
    for one in result.pegs:
        given_[one.part_id, one.supply] += one.quantity
        taken[one.part_id, one.demand] += one.quantity
    has = Counter({(part, STOCK): item.on_hand for part, item in problem.items.items()})
    has.update({(one.part_id, one.ref): one.quantity for one in problem.receipts})
    has.update({(one.part_id, Ref("planned", one.number)): one.quantity for one in result.planned})
    found += [f"{key} gives too much" for key, pieces in given_.items() if pieces > has[key]]
    wants = Counter[tuple[int, Ref]]()
    for demand in result.demands:
        wants[demand.part_id, demand.ref] += demand.quantity
    for part, item in problem.items.items():
        if item.safety_stock:
            wants[part, SAFETY] += item.safety_stock
    short = Counter[tuple[int, Ref]]()
    for stated in result.shortages:
        short[stated.part_id, stated.demand] += stated.quantity
    for key in {*wants, *taken}:
        if taken[key] + short[key] != wants[key]:
            found.append(f"{key}: {taken[key]} pegged and {short[key]} short of {wants[key]}")
    # Every lot, planned or open, asks for its components, alternates counted with them.
    for part, ref, quantity in [
        *((one.part_id, Ref("planned", one.number), one.quantity) for one in planned.values()),
        *((one.part_id, one.ref, one.quantity) for one in problem.receipts if one.ref.kind == WORK),
    ]:
        asked = sum(one.quantity for one in result.demands if one.ref == ref)
        needs = sum(one.quantity for one in problem.recipes.needs(part, quantity))
        if asked != needs:
            found.append(f"{ref} asks for {asked}, and needs {needs}")
    for part in problem.items:
        stated_days = {
            day
            for one in result.pegs
            if one.part_id == part and one.late_days
            for day in range(one.wanted, one.comes)
        }
        gone = [one for one in result.shortages if one.part_id == part]
        for row in table(problem, result, part):
            excuse = sum(one.quantity for one in gone if one.day <= row.day)
            if row.there + excuse < 0 and row.day not in stated_days:
                found.append(f"part {part} is below nought on day {row.day}, and nobody says so")
    return found


@settings(max_examples=120, deadline=None)
@given(problems())
def test_pegs_conserve_what_there_is_and_nothing_is_short_without_being_said(
    problem: Problem,
) -> None:
    assert faults(problem, calculate(problem)) == []


@settings(max_examples=60, deadline=None)
@given(problems(with_alternates=False))  # a free alternate would be taken a second time
def test_what_was_proposed_and_decided_is_not_proposed_again(problem: Problem) -> None:
    # All that was planned is opened as it was said; nothing more is asked for.
    first = calculate(problem)
    opened = [
        Receipt(
            Ref(PURCHASE if problem.items[one.part_id].is_bought else WORK, 1000 + one.number),
            one.part_id,
            one.due,
            one.quantity,
            one.starts,
        )
        for one in first.planned
    ]
    again = calculate(
        Problem(problem.items, problem.recipes, problem.demands, [*problem.receipts, *opened])
    )
    assert again.planned == ()


def test_the_same_question_has_the_same_answer() -> None:
    problem = two_levels(others=4)
    assert calculate(problem) == calculate(problem)


def test_a_control_an_answer_that_loses_a_peg_is_found_out() -> None:
    problem = two_levels()
    result = calculate(problem)
    broken = rules.Result(
        result.planned, result.pegs[1:], result.demands, result.shortages, result.messages
    )
    assert not faults(problem, result) and faults(problem, broken)
