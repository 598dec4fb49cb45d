"""A burst of new lots: each gets a date that a plan keeps, and no old promise breaks for it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory.checker import check
from firsthand.factory.plan import Plan
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Lot, Problem
from firsthand.factory.replanning.admission import Admitted, Loyalty, admit
from firsthand.factory.solver import Budget, find
from firsthand.rehearse.works import works
from tests.factory.floor import centre, lot, problem, problems, step

BRIEF = Budget(iterations=24)
POLICY = Policy("atcs")


def admitted(whole: Problem, before: Plan, *new: int, seed: int = 1) -> Admitted:
    return admit(whole, before, new, policy=POLICY, seed=seed, budget=BRIEF)


def test_a_new_lot_goes_before_old_ones_that_can_wait_and_not_before_one_that_cannot() -> None:
    # Three old lots of 100 s: the first is due at 100, the others at 1000. The new one is urgent.
    old = problem(
        lot(1, step(1, 100), due=100),
        lot(2, step(1, 100)),
        lot(3, step(1, 100)),
        lot(4, step(1, 9)),
    )
    before = find("edd").solve(old, seed=0)
    whole = replace(old, lots=(*old.lots, Lot(9, "new", 0, 210, (step(1, 100),), weight=4)))
    found = admitted(whole, before, 9)
    done = found.plan.completions()
    assert check(whole, found.plan) == [] and found.newly_late == () and found.put_off == ()
    assert done[1] == 100 and found.dates == {9: done[9]} and done[9] <= 210


def test_where_all_is_full_the_new_lot_comes_later_and_nothing_breaks() -> None:
    # The old lots fill the time until they are due, to the second.
    old = problem(*(lot(at, step(1, 100), due=100 * at) for at in range(1, 6)))
    before = find("edd").solve(old, seed=0)
    whole = replace(old, lots=(*old.lots, Lot(9, "new", 0, 100, (step(1, 100),), weight=4)))
    found = admitted(whole, before, 9)
    assert found.newly_late == () and found.dates[9] == 600
    # A control: a rule that looks at weights alone serves the new one first, and breaks all.
    done = find("wspt").solve(whole, seed=0).completions()
    assert done[9] == 100 and sum(done[one.id] > one.due for one in old.lots) == 5


def test_what_was_late_before_is_not_newly_late() -> None:
    old = problem(lot(1, step(1, 100), due=50))
    before = find("edd").solve(old, seed=0)
    whole = replace(old, lots=(*old.lots, lot(9, step(1, 10), due=20)))
    assert admitted(whole, before, 9).newly_late == ()


def test_when_a_machine_is_gone_what_cannot_be_kept_is_said() -> None:
    two = problem(
        lot(1, step(1, 100), due=100),
        lot(2, step(1, 100), due=100),
        centres=(centre(machines=2),),
    )
    before = find("edd").solve(two, seed=0)
    one = replace(two, work_centres=(centre(machines=1),))
    found = admitted(one, before)
    assert check(one, found.plan) == [] and len(found.newly_late) == 1


def test_the_same_seed_and_iterations_give_the_same_answer() -> None:
    whole, before, new = burst(seed=3)
    one, other = (admitted(whole, before, *new, seed=7) for _ in range(2))
    assert one == other


def burst(seed: int, lots: int = 60, fresh: int = 5) -> tuple[Problem, Plan, list[int]]:
    """A small factory at work, on which a few lots more come down."""
    whole = works(seed=seed, lots=lots, load=0.8, tight=1.2)
    new = [one.id for one in whole.lots[-fresh:]]
    old = replace(whole, lots=whole.lots[:-fresh])
    return whole, find("atcs").solve(old, seed=0), new


@pytest.mark.parametrize("seed", [1, 2])
def test_a_factory_takes_a_burst_and_keeps_its_word(seed: int) -> None:
    whole, before, new = burst(seed)
    found = admitted(whole, before, *new)
    assert check(whole, found.plan) == [] and found.newly_late == ()
    done = found.plan.completions()
    assert found.dates == {lot_id: done[lot_id] for lot_id in new}
    gaps = admit(
        whole, before, new, policy=POLICY, seed=1, budget=BRIEF, loyalty=Loyalty(stick=50.0)
    )
    # Loyalty costs: who holds on to the plan moves less of it.
    assert gaps.movement.share_moved <= found.movement.share_moved


@settings(max_examples=30, deadline=None)
@given(problems(), st.data())
def test_any_plan_is_one_and_breaks_only_what_it_says(whole: Problem, data: st.DataObject) -> None:
    needed = {need.lot_id for one in whole.lots for need in one.needs}
    free = [
        one.id
        for one in whole.lots
        if one.id not in needed and not any(step.fixed for step in one.operations)
    ]
    new = data.draw(st.lists(st.sampled_from(free), unique=True)) if free else []
    old = replace(whole, lots=tuple(one for one in whole.lots if one.id not in new))
    before = find("edd").solve(old, seed=0)
    found = admitted(whole, before, *new)
    assert check(whole, found.plan) == []
    was, done = before.completions(), found.plan.completions()
    late = {one.id for one in old.lots if was[one.id] <= one.due < done[one.id]}
    assert set(found.newly_late) == late == set()
    assert found.dates == {lot_id: done[lot_id] for lot_id in new}
