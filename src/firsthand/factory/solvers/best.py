"""The best that the house knows, by the size of the problem.

A small one (up to a few hundred operations) is annealed and then given to CP-SAT with that plan
as a hint: the one is quick where the other is slow, and the other way round. A larger one is left
to a policy and annealing, where CP-SAT would still be reading it.
"""

from dataclasses import dataclass

from firsthand.factory.plan import Plan
from firsthand.factory.problem import Problem
from firsthand.factory.solver import USUAL, Budget, Watch
from firsthand.factory.solvers.annealing import Annealing
from firsthand.factory.solvers.cp_sat import improve
from firsthand.factory.solvers.guided import within

SMALL = 500  # operations
ANNEALED = 0.85  # of the budget, of a small problem


@dataclass(frozen=True, slots=True)
class Best:
    """Solves by what has been measured to be best for the size."""

    name: str = "best"

    def solve(
        self,
        problem: Problem,
        *,
        seed: int,
        budget: Budget = USUAL,
        watch: Watch | None = None,
    ) -> Plan:
        """A plan, as good as was found by then."""
        annealing = Annealing(self.name)
        if sum(len(lot.operations) for lot in problem.lots) > SMALL:
            return annealing.solve(problem, seed=seed, budget=budget, watch=watch)
        first, last = _parts(budget)
        plan = annealing.solve(problem, seed=seed, budget=first, watch=within(watch, 0.0, ANNEALED))
        going = within(watch, ANNEALED, 1.0)
        return improve(problem, plan, seed=seed, budget=last, watch=going)


def _parts(budget: Budget) -> tuple[Budget, Budget]:
    """The first part of a budget, and the rest."""
    seconds, iterations = budget
    return (
        Budget(
            None if seconds is None else seconds * ANNEALED,
            None if iterations is None else round(iterations * ANNEALED),
        ),
        Budget(
            None if seconds is None else seconds * (1 - ANNEALED),
            # A trial of the annealing takes microseconds; CP-SAT counts milliseconds.
            None if iterations is None else max(1, iterations // 1000),
        ),
    )


SOLVERS = {"best": Best()}
