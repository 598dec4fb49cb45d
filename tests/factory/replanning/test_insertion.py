"""New lots in the gaps of a plan: nothing that was planned ends later for it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory.calendars import Calendar
from firsthand.factory.checker import check
from firsthand.factory.problem import Problem
from firsthand.factory.replanning.insertion import insert
from firsthand.factory.solver import find
from tests.factory.floor import centre, lot, problem, problems, step


def test_a_short_lot_slips_into_a_gap_and_a_long_one_goes_behind() -> None:
    # Lot 2 comes at 100, so the machine is idle from 50 to 100.
    old = problem(lot(1, step(1, 50)), lot(2, step(1, 50), release=100))
    plan = find("fifo").solve(old, seed=0)
    short, long = lot(3, step(1, 40)), lot(4, step(1, 60))
    done = insert(replace(old, lots=(*old.lots, short)), plan, [3]).completions()
    assert done == {1: 50, 2: 150, 3: 90}
    done = insert(replace(old, lots=(*old.lots, long)), plan, [4]).completions()
    assert done == {1: 50, 2: 150, 4: 210}


def test_a_gap_must_hold_the_changeovers_on_both_sides() -> None:
    # A before the gap and behind it; B needs a setup, and the A behind it needs one again.
    def asked(gap: int) -> Problem:
        first = lot(1, step(1, 50, setup=5, family="A"))
        then = lot(2, step(1, 50, setup=5, family="A"), release=55 + gap)
        return problem(first, then, lot(3, step(1, 40, setup=5, family="B")))

    for gap, done_at in ((49, 55 + 49 + 50 + 45), (50, 55 + 45)):
        whole = asked(gap)
        old = replace(whole, lots=whole.lots[:2])
        plan = insert(whole, find("fifo").solve(old, seed=0), [3])
        assert plan.completions()[3] == done_at
        assert plan.completions()[2] == 105 + gap
        assert check(whole, plan) == []


def test_a_setup_for_which_there_was_never_time_is_not_taken_for_done() -> None:
    # Another family before lot 1 would need 10 s of setup behind it, and only 5 s have passed
    # since the plan begins; on the calendar of another machine there would have been enough.
    late = Calendar(((500, 10_000),))
    centres = (centre(1, calendar=late), centre(2, family="A"))
    first = lot(1, step(1, 50, on=2, setup=10, family="A"), release=5)
    small = lot(2, step(1, 3, on=2, family="B"))
    old, whole = problem(first, centres=centres), problem(first, small, centres=centres)
    plan = insert(whole, find("fifo").solve(old, seed=0), [2])
    assert check(whole, plan) == [] and plan.completions() == {1: 55, 2: 58}


def test_of_two_machines_the_one_that_ends_first_is_taken() -> None:
    old = problem(lot(1, step(1, 50)), lot(2, step(1, 80)), centres=(centre(machines=2),))
    plan = find("fifo").solve(old, seed=0)
    whole = replace(old, lots=(*old.lots, lot(3, step(1, 10))))
    assert insert(whole, plan, [3]).completions()[3] == 60


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_nothing_ends_later_and_the_judge_has_nothing_to_say(
    whole: Problem, data: st.DataObject
) -> None:
    # What is needed by others, or runs already, is old; of the rest some are new.
    needed = {need.lot_id for one in whole.lots for need in one.needs}
    free = [
        one.id
        for one in whole.lots
        if one.id not in needed and not any(step.fixed for step in one.operations)
    ]
    new = data.draw(st.lists(st.sampled_from(free), unique=True)) if free else []
    old = replace(whole, lots=tuple(one for one in whole.lots if one.id not in new))
    before = find("edd").solve(old, seed=0)
    after = insert(whole, before, new)
    assert check(whole, after) == []
    done = after.completions()
    assert {lot_id: done[lot_id] for lot_id in before.completions()} == before.completions()
