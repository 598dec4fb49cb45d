"""A factory some hours on: what is left when the floor has followed its plan."""

from dataclasses import replace

import pytest

from firsthand.factory.checker import check
from firsthand.factory.solver import find
from firsthand.rehearse.passing import after
from firsthand.rehearse.works import works


@pytest.mark.parametrize("calendars", [False, True])
def test_whoever_goes_on_as_planned_ends_as_planned(calendars: bool) -> None:
    whole = works(seed=4, lots=30, calendars=calendars)
    plan = find("atcs").solve(whole, seed=0)
    done = plan.completions()
    at = sorted(done.values())[len(done) // 2]
    rest = after(whole, plan, at, fence_seconds=4 * 3600)
    left = {lot.id for lot in rest.lots}
    assert left == {lot_id for lot_id, end in done.items() if end > at}
    kept = {(lot.id, one.id) for lot in rest.lots for one in lot.operations}
    going_on = replace(
        plan,
        operations=tuple(
            replace(one, start=one.start - at, end=one.end - at)
            for one in plan.operations
            if (one.lot_id, one.operation_id) in kept
        ),
    )
    assert check(rest, going_on) == []
    # What is free may be planned otherwise; what is behind the fence may not.
    again = find("fifo").solve(rest, seed=0)
    assert check(rest, again) == []
    fixed = {(lot.id, one.id) for lot in rest.lots for one in lot.operations if one.fixed}
    assert fixed == {
        (one.lot_id, one.operation_id) for one in going_on.operations if one.start < 4 * 3600
    }
