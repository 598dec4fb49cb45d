"""Annealing: a rule, tuned by playing the floor (``guided``), then annealing of what comes of it.

The first step is by far the largest; the larger the factory, the more of the time it is worth,
since a change of a rule moves everything at once, and a search of single changes gets through a
large factory only so often.

``annealing_makespan`` makes the makespan small instead of the cost: public instances ask for that.
"""

from dataclasses import dataclass

import numpy as np

from firsthand.factory.compiled.annealing import Heat, anneal
from firsthand.factory.compiled.costing import completions
from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.shop import Shop, shop
from firsthand.factory.compiled.simulation import followed
from firsthand.factory.compiled.windows import Ints
from firsthand.factory.plan import Plan
from firsthand.factory.policy import RULES, Policy
from firsthand.factory.problem import Problem
from firsthand.factory.solver import USUAL, Budget, Watch
from firsthand.factory.solvers.guided import guided, within

# By operations: the share of the budget before the annealing, and the temperature to begin with, in
# hours of lateness of a lot of weight one. Between them, as between.
SIZES = (300, 2_000, 10_000, 100_000)
GUIDED_SHARES = (0.05, 0.30, 0.75, 0.75)
FIRST_HOURS = (1.0, 2.0, 0.1, 0.1)
COOLS = 100  # times as hot at the beginning as at the end
# A makespan is one number: what matters is how far it is from the best, and it is seldom better.
MAKESPAN_HEAT = Heat(0.005, 0.0002, critical=0.7, deep=60, campaigns=0.0, lots=0.0)
TRIALS = 2_000  # of the annealing, for one time that the floor is played
PLAYED_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Annealing:
    """Solves by a policy, then by annealing."""

    name: str
    makespan: bool = False

    def solve(
        self,
        problem: Problem,
        *,
        seed: int,
        budget: Budget = USUAL,
        watch: Watch | None = None,
    ) -> Plan:
        """A plan, as good as was found by then."""
        floor = shop(problem)
        if budget == Budget():
            budget = USUAL
        count = len(floor.operations)
        # For a makespan there is no policy to search: the best rule is begun with.
        part = 0.0 if self.makespan else float(np.interp(count, SIZES, GUIDED_SHARES))
        begun = _begun(floor, seed, shared(budget, part), within(watch, 0.0, part), self.makespan)
        if not count:
            return _plan(floor, *begun, self.name, seed)
        heat = self._heat(floor, begun)
        going = within(watch, part, 1.0)

        def look(share: float, best: float) -> bool:
            found = None if self.makespan else best
            return going is None or going(share=share, cost=found, says="annealing")

        left = shared(budget, 1 - part)
        found = anneal(
            floor.arrays,
            *begun,
            heat,
            seed=seed,
            seconds=left.seconds,
            iterations=budget.iterations,
            makespan=self.makespan,
            look=look,
        )
        return _plan(floor, found.order, found.machine, self.name, seed)

    def _heat(self, floor: Shop, begun: tuple[Ints, Ints]) -> Heat:
        if self.makespan:
            _start, end, _setup = decode(floor.arrays, *begun)
            length = float(completions(floor.arrays, end).max())
            heat = MAKESPAN_HEAT
            return heat._replace(first=heat.first * length, last=heat.last * length)
        hours = float(np.interp(len(floor.operations), SIZES, FIRST_HOURS))
        # Where nobody minds being late, an hour in the factory or of changeovers is the measure.
        first = hours * 3600 * max(float(floor.arrays.weights.max()), 1e-9)
        return Heat(first, first / COOLS)


def shared(budget: Budget, part: float) -> Budget:
    """A part of a budget's time; of its iterations, so many trials by playing the floor."""
    seconds = None if budget.seconds is None else budget.seconds * part
    if budget.iterations is None:
        return Budget(seconds=seconds)
    return Budget(seconds, min(PLAYED_MAX, max(1, budget.iterations // TRIALS)))


def _begun(
    floor: Shop, seed: int, budget: Budget, watch: Watch | None, makespan: bool
) -> tuple[Ints, Ints]:
    # A list and its machines to begin with: the best guide's, or for a makespan the best rule's.
    if not makespan:
        return guided(floor, seed=seed, budget=budget, watch=watch)
    best: tuple[float, Ints, Ints] | None = None
    for rule in RULES:
        order, machine, *_ = followed(floor, Policy(rule))
        _start, end, _setup = decode(floor.arrays, order, machine)
        length = float(end.max(initial=0))
        if best is None or length < best[0]:
            best = (length, order, machine)
    assert best is not None
    return best[1], best[2]


def _plan(floor: Shop, order: Ints, machine: Ints, name: str, seed: int) -> Plan:
    start, end, setup = decode(floor.arrays, order, machine)
    return floor.plan(machine, start, end, setup, solver=name, seed=seed)


SOLVERS = {one.name: one for one in (Annealing("annealing"), Annealing("annealing_makespan", True))}
