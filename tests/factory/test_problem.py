"""A problem says what is wrong with it, and calendars count right."""

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.factory.calendars import Calendar
from firsthand.factory.impossible import Impossible
from firsthand.factory.problem import (
    Fixed,
    Lot,
    Machine,
    Operation,
    Problem,
    WorkCentre,
    too_much,
)
from tests.factory.floor import MONDAY, calendars, centre, lot, problem, step


@given(calendars(), st.integers(0, 200), st.integers(1, 200))
def test_a_calendar_counts_as_one_would_on_ones_fingers(
    calendar: Calendar, at: int, work: int
) -> None:
    def is_open(second: int) -> bool:
        return any(opens <= second < closes for opens, closes in calendar.windows)

    start = calendar.next_open(at)
    assert start is not None
    assert not any(is_open(second) for second in range(at, start)) and is_open(start)
    end = calendar.ends(start, work)
    assert sum(is_open(second) for second in range(start, end)) == work
    assert is_open(end - 1)  # it ends with its last second, not with the pause after it
    assert calendar.worked(start, end) == work


def test_work_that_fills_a_window_ends_with_it_and_more_goes_on_in_the_next() -> None:
    calendar = Calendar(((0, 10), (20, 30)))
    assert calendar.ends(0, 10) == 10
    assert calendar.ends(0, 11) == 21


def test_work_that_does_not_end_before_the_calendar_is_impossible_and_says_so() -> None:
    with pytest.raises(Impossible, match="too much work for the horizon"):
        Calendar(((0, 10),)).ends(5, 6)


def test_after_the_last_window_nothing_opens() -> None:
    assert Calendar(((0, 10),)).next_open(10) is None


def test_working_time_before_the_first_window_is_nought() -> None:
    assert Calendar(((10, 20),)).worked(0, 5) == 0


ONE = step(1, 5)
RUNNING = step(1, 5, fixed=Fixed(1, 1, -5, 5))
SAYINGS: dict[str, Callable[[], object]] = {
    "a calendar without a window": lambda: Calendar(()),
    "a window closes at 3 s, not after it opens (3 s)": lambda: Calendar(((3, 3),)),
    "a window opens at 9 s, before the last one closes (10 s)": lambda: Calendar(
        ((0, 10), (9, 12))
    ),
    "a machine has the number 0": lambda: Machine(0, Calendar(((0, 1),))),
    "work centre WC1 has no machine": lambda: WorkCentre(1, "WC1", ()),
    "two machines of one number": lambda: WorkCentre(1, "WC1", centre().machines * 2),
    "operation 1 runs for 0 s": lambda: step(1, 0),
    "operation 7 runs for -5 s": lambda: step(7, -5),
    "operation 1 is set up in -1 s": lambda: step(1, 5, setup=-1),
    "neither runs now nor will": lambda: Fixed(1, 1, -9, 0),
    "lot L1 has no operation": lambda: lot(1),
    "lot L1 has an operation twice": lambda: lot(1, ONE, ONE),
    "lot L1 weighs -1": lambda: Lot(1, "L1", 0, 10, (ONE,), weight=-1),
    "comes after [9], which the lot does not have": lambda: lot(1, step(1, 5, after=(9,))),
    "wait for one another: 1 → 2 → 1": lambda: lot(
        1, step(1, 5, after=(2,)), step(2, 5, after=(1,))
    ),
    "runs already, but the lot is released only in 9 s": lambda: lot(1, RUNNING, release=9),
    "is fixed, but [2], which must end first, is not": lambda: lot(
        1, replace(RUNNING, after=(2,)), step(2, 5)
    ),
    "wants work centre 9, which does not exist: there is no machine for it": lambda: problem(
        lot(1, step(1, 5, on=9))
    ),
    "runs on machine 2 of WC1, which does not exist": lambda: problem(
        lot(1, step(1, 5, fixed=Fixed(1, 2, -5, 5)))
    ),
    "machine 1 of WC1 runs two operations at once": lambda: problem(
        lot(1, RUNNING), lot(2, RUNNING)
    ),
    "a lot stands in the problem twice": lambda: problem(lot(1, ONE), lot(1, ONE)),
    "a work centre stands in the problem twice": lambda: problem(centres=(centre(), centre())),
    "an instant has a time zone": lambda: Problem(
        datetime(2026, 11, 23),
        (),
        (),
    ),
    "the machines of WC1 never work again": lambda: problem(
        lot(1, ONE), centres=(centre(calendar=Calendar(((-10, 0),))),)
    ),
}


@pytest.mark.parametrize("saying", SAYINGS)
def test_what_is_impossible_is_said_in_a_sentence(saying: str) -> None:
    with pytest.raises(Impossible, match=re.escape(saying)):
        SAYINGS[saying]()


def test_the_sentence_names_an_operation_as_people_do() -> None:
    with pytest.raises(Impossible, match="operation 20 of PCB-7 of lot W000012"):
        problem(Lot(1, "W000012", 0, 9, (Operation(1, 9, 5, name="20 of PCB-7"),)))


def test_too_much_work_is_named_by_the_work_centre_where_it_is_too_much() -> None:
    small = centre(calendar=Calendar(((0, 7200),)))
    asked = problem(lot(1, step(1, 4 * 3600)), centres=(small, centre(2)))
    assert [str(why) for why in too_much(asked)] == [
        "work centre WC1 is open for 2 machine hours in the horizon,"
        " but 4 hours of work are asked of it"
    ]


def test_a_time_of_the_problem_is_an_instant_and_back() -> None:
    some = problem()
    assert some.seconds(some.instant(90)) == 90 and some.instant(0) == MONDAY


def test_every_reason_is_translated() -> None:
    # The pure code cannot ask gettext, so its sentences are not found by searching for "_(".
    import firsthand.factory
    from firsthand.app.messages import read

    home = Path(firsthand.factory.__file__).parent
    known = {one.id for one in read(home / "locale/zh_Hans/LC_MESSAGES/django.po")}
    said = {
        node.args[0].value
        for file in home.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Impossible"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(said) > 20 and said <= known
