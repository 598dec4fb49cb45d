"""All kernels, compiled ahead: so that the first plan of a house takes no minute longer.

    python -m firsthand.factory.solvers.ahead

A kernel is compiled when it is first called, and kept on disk. Here each of them is called, by
planning a factory of two lots in every way that there is. Who runs many processes at once (tests)
does it before, or each of them would compile the same.
"""

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

from firsthand.factory.calendars import Calendar
from firsthand.factory.futures import Noise, play
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Lot, Machine, Operation, Pool, Problem, WorkCentre
from firsthand.factory.replanning.admission import admit
from firsthand.factory.replanning.insertion import insert
from firsthand.factory.solver import SOLVERS, Budget, find
from firsthand.factory.solvers.searching import search_policy

BRIEF = Budget(seconds=0.2, iterations=50)


def tiny() -> Problem:
    """Two work centres, a tool, three lots of two operations."""
    always = Calendar(((0, 10_000_000),))
    centres = tuple(
        WorkCentre(number, f"C{number}", (Machine(1, always), Machine(2, always)), kind="c")
        for number in (1, 2)
    )
    lots = tuple(
        Lot(
            number,
            f"L{number}",
            0,
            500,
            (
                Operation(1, 1, 60, 10, "A", part="A1", pools=(1,)),
                Operation(2, 2, 90, 10, "B", after=(1,), part="B1"),
            ),
        )
        for number in (1, 2, 3)
    )
    return Problem(datetime(2026, 1, 1, tzinfo=UTC), centres, lots, pools=(Pool(1, "T", 1),))


def compile_all() -> None:
    """Call every kernel."""
    whole = tiny()
    for name in SOLVERS:
        find(name).solve(whole, seed=1, budget=BRIEF)
    old = replace(whole, lots=whole.lots[:2])
    plan = find("atcs").solve(old, seed=1)
    insert(whole, plan, [3])
    admit(whole, plan, [3], policy=Policy("atcs"), seed=1, budget=BRIEF)
    noise = Noise(0.1, 0.01, 2.0)
    policy = search_policy(whole, seed=1, budget=BRIEF, noise=noise)
    play(whole, policy, noise=noise, count=2, seed=1)


if __name__ == "__main__":
    begun = time.monotonic()
    compile_all()
    sys.stderr.write(f"The planner's kernels are compiled ({time.monotonic() - begun:.0f} s).\n")
