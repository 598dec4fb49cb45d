"""Dispatching: whenever a machine is free, a rule says what it does next.

It is the plain way that most floors are run, and thus what a better solver must beat. The rules,
with their formulas, stand in ``compiled/index.py``; ATC and ATCS have their usual parameters here,
and ``searching`` tunes them. There is no chance in it, so the seed changes nothing, and neither
does the budget: it takes as long as it takes, which is not long.
"""

from dataclasses import dataclass

from firsthand.factory.compiled.shop import shop
from firsthand.factory.compiled.simulation import followed
from firsthand.factory.plan import Plan
from firsthand.factory.policy import RULES, Policy
from firsthand.factory.problem import Problem
from firsthand.factory.solver import USUAL, Budget, Watch


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Solves by one rule."""

    name: str

    def solve(
        self,
        problem: Problem,
        *,
        seed: int,
        budget: Budget = USUAL,
        watch: Watch | None = None,
    ) -> Plan:
        """A plan in which every machine follows the rule."""
        floor = shop(problem)
        _order, machine, start, end, setup = followed(floor, Policy(self.name))
        return floor.plan(machine, start, end, setup, solver=self.name, seed=seed)


SOLVERS = {rule: Dispatcher(rule) for rule in RULES}
