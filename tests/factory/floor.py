"""Small factories for tests of solvers, and a way to draw any of them.

Times are seconds, as in the problem; most examples use small numbers that can be reckoned by
hand: a machine that is open from 0 to 1000 is "always open".
"""

from datetime import UTC, datetime

from hypothesis import strategies as st

from firsthand.factory.calendars import Calendar
from firsthand.factory.problem import (
    Fixed,
    Lot,
    Machine,
    Operation,
    Problem,
    WorkCentre,
)

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
ALWAYS = Calendar(((0, 10_000_000),))


def centre(
    id: int = 1,  # noqa: A002 - the field's own name
    machines: int = 1,
    calendar: Calendar = ALWAYS,
    family: str = "",
) -> WorkCentre:
    """A work centre of machines that are alike."""
    return WorkCentre(
        id, f"WC{id}", tuple(Machine(number + 1, calendar, family) for number in range(machines))
    )


def step(
    id: int,  # noqa: A002
    run: int,
    *,
    on: int = 1,
    setup: int = 0,
    family: str = "",
    after: tuple[int, ...] = (),
    fixed: Fixed | None = None,
) -> Operation:
    """An operation."""
    return Operation(id, on, run, setup, family, after, fixed)


def lot(id: int, *steps: Operation, release: int = 0, due: int = 1000) -> Lot:  # noqa: A002
    """A lot; its name is its id."""
    return Lot(id, f"L{id}", release, due, steps)


def problem(*lots: Lot, centres: tuple[WorkCentre, ...] = (centre(),)) -> Problem:
    """A problem that begins on a Monday."""
    return Problem(MONDAY, centres, lots)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Windows with gaps, and a last one that is long enough for anything."""
    windows, at = [], 0
    for _ in range(draw(st.integers(0, 4))):
        at += draw(st.integers(0, 30))
        length = draw(st.integers(1, 60))
        windows.append((at, at + length))
        at += length + draw(st.integers(1, 30))
    return Calendar((*windows, (at, at + 1_000_000)))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Any small problem: trees of operations, families, gaps, lots that run already."""
    centres = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        machines = []
        for one in range(1, draw(st.integers(1, 3)) + 1):
            machines.append(Machine(one, draw(calendars()), draw(st.sampled_from(["", "A", "B"]))))
        centres.append(WorkCentre(number, f"WC{number}", tuple(machines)))
    running: set[tuple[int, int]] = set()
    lots = []
    for lot_id in range(1, draw(st.integers(0, 6)) + 1):
        release = draw(st.integers(-50, 80))
        steps: list[Operation] = []
        for step_id in range(1, draw(st.integers(1, 4)) + 1):
            work_centre = draw(st.sampled_from(centres))
            before = [one.id for one in steps]
            after = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
            begun = None
            machine = draw(st.sampled_from(work_centre.machines)).number
            place = (work_centre.id, machine)
            if not after and release <= 0 and place not in running and draw(st.booleans()):
                running.add(place)
                begun = Fixed(
                    work_centre.id, machine, -draw(st.integers(0, 20)), draw(st.integers(1, 40))
                )
            steps.append(
                Operation(
                    id=step_id,
                    work_centre_id=work_centre.id,
                    run_seconds=draw(st.integers(1, 60)),
                    setup_seconds=draw(st.integers(0, 20)),
                    family=draw(st.sampled_from(["", "A", "B"])),
                    after=tuple(after),
                    fixed=begun,
                )
            )
        due = release + draw(st.integers(0, 300))
        lots.append(Lot(lot_id, f"L{lot_id}", release, due, tuple(steps)))
    return Problem(MONDAY, tuple(centres), tuple(lots))
