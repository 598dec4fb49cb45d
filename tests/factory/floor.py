"""Small factories for tests of solvers, and a way to draw any of them.

Times are seconds, as in the problem; most examples use small numbers that can be reckoned by
hand: a machine that is open from 0 to 1000 is "always open".
"""

from datetime import UTC, datetime

from hypothesis import strategies as st

from firsthand.factory.calendars import Calendar
from firsthand.factory.objective import Objective
from firsthand.factory.problem import (
    Fixed,
    Lot,
    Machine,
    Mode,
    Need,
    Operation,
    Place,
    Pool,
    Problem,
    WorkCentre,
)

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
ALWAYS = Calendar(((0, 10_000_000),))
FAMILIES = ["A", "B", "C"]
PARTS = st.sampled_from(["", "a1", "a2"])
RARELY = st.integers(0, 3).map(lambda drawn: drawn == 3)


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
def centres(draw: st.DrawFn) -> tuple[WorkCentre, ...]:
    """A few work centres: families, changeovers, kinds."""
    found = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        machines = tuple(
            Machine(one, draw(calendars()), draw(st.sampled_from(["", *FAMILIES])), draw(PARTS))
            for one in range(1, draw(st.integers(1, 3)) + 1)
        )
        pairs = st.tuples(st.sampled_from(FAMILIES), st.sampled_from(FAMILIES))
        found.append(
            WorkCentre(
                number,
                f"WC{number}",
                machines,
                kind=draw(st.sampled_from(["", "line"])),
                minor_setup_seconds=draw(st.integers(0, 5)),
                changeovers={
                    pair: seconds
                    for pair, seconds in draw(
                        st.dictionaries(pairs, st.integers(0, 30), max_size=3)
                    ).items()
                    if pair[0] != pair[1]
                },
            )
        )
    return tuple(found)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Any small problem: trees of operations and lots, families, tools, gaps, a frozen fence."""
    works = draw(centres())
    places = [(centre.id, machine.number) for centre in works for machine in centre.machines]
    pools = tuple(
        Pool(number, f"tool {number}", draw(st.integers(1, 2)))
        for number in range(1, draw(st.integers(0, 2)) + 1)
    )
    taken: dict[tuple[int, int], int] = {}  # by machine: until when it has something fixed
    lots: list[Lot] = []
    for lot_id in range(1, draw(st.integers(0, 6)) + 1):
        release = draw(st.integers(-50, 80))
        steps: list[Operation] = []
        for step_id in range(1, draw(st.integers(1, 4)) + 1):
            after = draw(
                st.lists(st.sampled_from(steps), unique_by=lambda one: one.id, max_size=2)
                if steps
                else st.just([])
            )
            place = draw(st.sampled_from(places))
            fixed = None
            if all(one.fixed for one in after) and draw(st.integers(0, 3)) == 0:
                free = max(
                    [release, taken.get(place, -20), *(one.fixed.end for one in after if one.fixed)]
                )
                start = free + draw(st.integers(0, 20))
                fixed = Fixed(*place, start, max(start, 0) + draw(st.integers(1, 40)))
                taken[place] = fixed.end
            modes = draw(st.lists(st.sampled_from(places), unique=True, max_size=3))
            steps.append(
                Operation(
                    id=step_id,
                    work_centre_id=place[0],
                    run_seconds=draw(st.integers(1, 60)),
                    setup_seconds=draw(st.integers(0, 20)),
                    family=draw(st.sampled_from(["", *FAMILIES])),
                    after=tuple(one.id for one in after),
                    fixed=fixed,
                    part=draw(PARTS),
                    modes=tuple(Mode(*one, draw(st.integers(1, 60))) for one in modes),
                    lags=tuple(draw(st.integers(0, 15)) for _ in after) if draw(RARELY) else (),
                    pools=tuple(one.id for one in pools if fixed is None and draw(RARELY)),
                    not_before=draw(st.integers(1, 90)) if draw(RARELY) else 0,
                )
            )
        needs = []
        if lots and not any(one.fixed for one in steps) and draw(RARELY):
            needs.append(Need(draw(st.sampled_from(lots)).id, draw(st.integers(0, 10))))
        lots.append(
            Lot(
                lot_id,
                f"L{lot_id}",
                release,
                due=release + draw(st.integers(0, 300)),
                operations=tuple(steps),
                weight=draw(st.integers(0, 4)),
                needs=tuple(needs),
            )
        )
    previous = {
        (lot.id, one.id): Place(*draw(st.sampled_from(places)), draw(st.integers(-5, 200)))
        for lot in lots
        for one in lot.operations
        if draw(RARELY)
    }
    objective = Objective(changeover=0.5, instability=draw(st.sampled_from([0.0, 0.2])))
    return Problem(MONDAY, works, tuple(lots), pools, objective, previous)
