"""Bills of material: exploded and rolled up, by hand and for any bill."""

from fractions import Fraction
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.factory.bom import Item, Line, Making, Step, explode, levels, roll_up
from firsthand.factory.impossible import Impossible

KETTLE, BOARD, CHIP, SHELL, SCREW = 1, 2, 3, 4, 5
# A kettle: a board, a shell, six screws (5 % spoilt). A board: two chips (1 % spoilt), a screw.
LINES = [
    Line(KETTLE, BOARD, 1),
    Line(KETTLE, SHELL, 1, scrap_bp=200),
    Line(KETTLE, SCREW, 6, scrap_bp=500),
    Line(BOARD, CHIP, 2, scrap_bp=100),
    Line(BOARD, SCREW, 1),
]
ITEMS = [
    Item(KETTLE, "KETTLE", 0, 100),
    Item(BOARD, "BOARD", 0, 50),
    Item(CHIP, "CHIP", 450, 1),
    Item(SHELL, "SHELL", 1230, 1),
    Item(SCREW, "SCREW", 3, 1),
]
STEPS = [
    # Board: 30 s a piece and 20 minutes for 50 of them, so 54 s at 60 yuan an hour: 90 fen.
    Step(BOARD, 1200, 30, 6000, 2000),
    # Kettle: 100 s and 10 minutes for 100, so 106 s at 45 yuan an hour: 132.5 fen.
    Step(KETTLE, 600, 100, 4500, 500),
]


def test_a_hundred_kettles_need_what_one_would_count() -> None:
    assert explode(LINES, {KETTLE: 100}) == {
        KETTLE: 100,
        BOARD: 100,
        SHELL: 102,  # 100 and 2 % spoilt
        CHIP: 202,  # 200 and 1 % spoilt
        SCREW: 730,  # 600 and 5 % spoilt, and one for each board
    }


def test_what_goes_in_by_several_ways_is_rounded_up_once() -> None:
    # 0.5 pieces by each of two ways are one piece, and not two.
    lines = [Line(1, 2, 1), Line(1, 3, 1), Line(2, 9, 1, 5000), Line(3, 9, 1, 5000)]
    assert explode(lines, {1: 1})[9] == 3


def test_a_part_without_a_bill_needs_itself() -> None:
    assert explode([], {7: 3}) == {7: 3}


def test_a_kettle_costs_what_one_would_reckon() -> None:
    # Material: board 2.02 × 4.50 + 0.03 = 9.12; shell 1.02 × 12.30 = 12.546; screws 0.189.
    # Together 21.855 yuan, rounded up to the fen at the very end.
    made = roll_up(ITEMS, LINES, STEPS)[KETTLE]
    assert made == Making(
        material_fen=2186,
        labour_fen=ceil(Fraction(90) + Fraction(1325, 10)),  # 222.5
        energy_wh=ceil(Fraction(54 * 2000, 3600) + Fraction(106 * 500, 3600)),  # 30 + 14.7
        labour_seconds=160,
    )


def test_every_part_is_reckoned_in_one_pass() -> None:
    made = roll_up(ITEMS, LINES, STEPS)
    assert made[BOARD].material_fen == 912
    assert made[CHIP] == Making(450, 0, 0, 0)


def test_a_bill_that_leads_back_to_itself_is_named_with_its_path() -> None:
    lines = [Line(1, 2, 1), Line(2, 3, 1), Line(3, 1, 1)]
    with pytest.raises(Impossible, match="leads back to itself") as fault:
        levels(lines, {1: "KETTLE", 2: "BOARD", 3: "CHIP"})
    path = str(fault.value).split(": ")[1].split(" → ")
    assert path[0] == path[-1] and set(path) == {"KETTLE", "BOARD", "CHIP"}
    # It is read as "goes into": each next part is a component of the one before it.
    down = {"KETTLE": "BOARD", "BOARD": "CHIP", "CHIP": "KETTLE"}
    assert all(down[one] == following for one, following in pairwise(path))


bills = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5), st.integers(0, 3000)),
    max_size=20,
).map(
    # A component has a higher number than its parent, so that no bill leads back.
    lambda rows: list(
        {
            (min(one, other), max(one, other)): Line(min(one, other), max(one, other), many, scrap)
            for one, other, many, scrap in rows
            if one != other
        }.values()
    )
)


@given(bills, st.integers(1, 50))
def test_more_is_never_fewer_and_scrap_never_saves(lines: list[Line], quantity: int) -> None:
    needed = explode(lines, {0: quantity})
    without_scrap = explode([one._replace(scrap_bp=0) for one in lines], {0: quantity})
    twice = explode(lines, {0: 2 * quantity})
    for part, pieces in needed.items():
        assert without_scrap[part] <= pieces <= twice[part] <= 2 * pieces


@given(bills)
def test_rolled_up_cost_is_what_the_exploded_parts_cost(lines: list[Line]) -> None:
    # Without scrap there is nothing to round, and both ways must meet.
    exact = [one._replace(scrap_bp=0) for one in lines]
    items = [Item(part, str(part), 7 * part, 1) for part in range(10)]
    needed = explode(exact, {0: 1})
    assert roll_up(items, exact, [])[0].material_fen == sum(
        7 * part * pieces for part, pieces in needed.items()
    )
