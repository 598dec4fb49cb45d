"""Dispatching: whenever a machine is free, a rule says what it does next.

It is the plain way that most floors are run, and thus what a better solver must beat. The rules,
with their formulas, stand in ``compiled/index.py``; ATC and ATCS have their usual parameters here,
and ``searching`` tunes them. There is no chance in it, so the seed changes nothing, and neither
does the budget: it takes as long as it takes, which is not long.

A rule decides when a lot is there. Who plans knows before what comes next on a machine, so in the
plan it is set up while the lot is still on its way; the machines and the order stay the rule's.
"""

from dataclasses import dataclass

from firsthand.factory.compiled.costing import cost
from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.shop import Shop, shop
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
        return planned(shop(problem), Policy(self.name), solver=self.name, seed=seed)


def planned(floor: Shop, policy: Policy, *, solver: str, seed: int) -> Plan:
    """The plan that comes of a policy, with machines set up ahead wherever that pays."""
    order, machine, *times = followed(floor, policy)
    ahead = decode(floor.arrays, order, machine)
    # To begin sooner pays, but where it is dear to move what was planned before.
    if cost(floor.arrays, machine, *ahead) <= cost(floor.arrays, machine, *times):
        times = list(ahead)
    return floor.plan(machine, *times, solver=solver, seed=seed)


SOLVERS = {rule: Dispatcher(rule) for rule in RULES}
