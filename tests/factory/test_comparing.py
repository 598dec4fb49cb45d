"""Two plans side by side, and how full the work centres are: by hand."""

from datetime import timedelta

from firsthand.factory.calendars import Calendar
from firsthand.factory.comparing import Placed, by_rules, compare
from firsthand.factory.load import Load, load
from firsthand.factory.plan import PlannedOperation
from tests.factory import floor

HOUR = timedelta(hours=1)


def placed(lot: int, step: int, machine: int, start: float, end: float) -> Placed:
    return Placed(lot, step, 1, machine, floor.MONDAY + start * HOUR, floor.MONDAY + end * HOUR)


def test_what_moved_and_who_is_done_earlier_or_later() -> None:
    before = [
        placed(1, 1, 1, 0, 2),
        placed(1, 2, 2, 2, 4),
        placed(2, 1, 1, 2, 3),
        placed(3, 1, 1, 3, 4),
    ]
    after = [
        placed(1, 1, 1, 0, 2),
        placed(1, 2, 3, 2, 3),
        placed(2, 1, 1, 5, 6),
        placed(4, 1, 1, 3, 4),
    ]
    found = compare(before, after)
    assert (found.kept, found.moved, found.retimed, found.gone, found.added) == (1, 1, 1, 1, 1)
    assert [(one.work_order_id, one.hours) for one in found.earlier] == [(1, -1)]
    assert [(one.work_order_id, one.hours) for one in found.later] == [(2, 3)]


def test_a_plan_beside_itself_is_the_same_and_some_minutes_are_no_move() -> None:
    before = [placed(1, 1, 1, 0, 2)]
    for after in (before, [placed(1, 1, 1, 0.2, 2.2)]):
        found = compare(before, after)
        assert (found.kept, found.moved, found.retimed) == (1, 0, 0)
        assert found.earlier == found.later == ()


def test_the_rules_are_held_against_the_same_problem() -> None:
    """Both come while the machine is busy: the long one first, though the short one is due."""
    busy = floor.lot(3, floor.step(1, 5), due=5)
    long = floor.lot(1, floor.step(1, 100), release=1, due=1000)
    short = floor.lot(2, floor.step(1, 10), release=2, due=20)
    problem = floor.problem(busy, long, short)
    found = by_rules(problem)
    assert found["fifo"]["late_lots"] == 1, "who came first goes first"
    assert found["edd"]["late_lots"] == 0, "who is due first goes first"
    assert set(by_rules(problem, but="edd")) == {"fifo"}


def test_what_runs_over_night_loads_both_days_and_a_closed_day_has_no_percentage() -> None:
    centre = floor.centre(calendar=Calendar(((0, 8), (24, 32))))
    found = load([centre], [PlannedOperation(1, 1, 1, 1, 6, 26)], [0, 24, 48, 72])
    assert found == {1: [Load(2, 8), Load(2, 8), Load(0, 0)]}
    assert [one.percent for one in found[1]] == [25, 25, None]


def test_what_stood_on_a_machine_that_is_gone_loads_nobody() -> None:
    assert load([floor.centre()], [PlannedOperation(1, 1, 9, 1, 0, 5)], [0, 10])[1][0].planned == 0
