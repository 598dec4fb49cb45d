"""What a plan is worth, reckoned by hand."""

from firsthand.factory.calendars import Calendar
from firsthand.factory.plan import Plan, PlannedOperation, figures
from tests.factory.floor import centre, lot, problem, step

HOUR = 3600


def test_the_figures_are_what_their_definitions_say() -> None:
    shifts = Calendar(((0, 4 * HOUR), (8 * HOUR, 12 * HOUR)))
    asked = problem(
        lot(1, step(1, HOUR, setup=HOUR), release=-HOUR, due=3 * HOUR),
        lot(2, step(1, 3 * HOUR), release=0, due=7 * HOUR),
        centres=(centre(calendar=shifts), centre(2, machines=2, calendar=shifts)),
    )
    plan = Plan(
        "by hand",
        0,
        (
            PlannedOperation(1, 1, 1, 1, 0, 2 * HOUR, HOUR),
            PlannedOperation(2, 1, 1, 1, 2 * HOUR, 9 * HOUR),  # two hours, the pause, one hour
        ),
    )
    worth = figures(asked, plan)
    assert worth.makespan_hours == 9
    assert worth.mean_flow_hours == (3 + 9) / 2
    assert worth.tardiness_hours == 2  # lot 2; that lot 1 is an hour early does not help it
    assert worth.weighted_tardiness_hours == 2
    assert worth.cost == 2 + 0.1 * (3 + 9)
    assert (worth.late_lots, worth.on_time_percent) == (1, 50)
    assert (worth.changeovers, worth.changeover_hours) == (1, 1)
    # Until the makespan WC1 is open for 4 + 1 hours, and worked in all of them.
    assert worth.utilisation_percent == {"WC1": 100.0, "WC2": 0.0}
    assert worth.as_json()["utilisation_percent"]["WC1"] == 100.0


def test_a_plan_of_nothing_is_worth_nothing_and_late_for_nobody() -> None:
    worth = figures(problem(), Plan("by hand", 0, ()))
    assert (worth.makespan_hours, worth.lots, worth.on_time_percent) == (0, 0, 100)
