"""The seam between what is to be made and how it is planned.

A solver gets a problem, a seed and a budget, and answers with a plan. With a budget of
iterations the same problem and seed give the same plan, bit by bit; with one of seconds, the
best that the machine found by then. It may know nothing else. Whatever it answers is judged
by ``checker``, which shares no code with any solver.

Solvers are found by name and loaded when they are first asked for: they stand on a compiler
and on large libraries, and only who plans shall carry those.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import NamedTuple, Protocol

from firsthand.factory.plan import Plan
from firsthand.factory.policy import RULES
from firsthand.factory.problem import Problem


class Budget(NamedTuple):
    """How long a solver may look. What is not said is not limited, but one of them must be."""

    seconds: float | None = None
    iterations: int | None = None


USUAL = Budget(seconds=10.0)


class Watch(Protocol):
    """Who looks on while a solver works, and may stop it."""

    def __call__(self, *, share: float, cost: float | None, says: str) -> bool:
        """How much of the budget is used (0 … 1), the best cost so far, what it does now.

        True: go on. False: answer with the best plan found so far.
        """
        ...


class Solver(Protocol):
    """Makes plans. Raises ``Impossible`` when there is none, with the reason."""

    @property
    def name(self) -> str:
        """What it is called in a plan, on a page and on the command line."""
        ...

    def solve(
        self, problem: Problem, *, seed: int, budget: Budget = USUAL, watch: Watch | None = None
    ) -> Plan:
        """A plan of the problem."""
        ...


# By name: the module in which it stands, as SOLVERS there.
SOLVERS: Mapping[str, str] = dict.fromkeys(RULES, "firsthand.factory.solvers.dispatch") | {
    "cp_sat": "firsthand.factory.solvers.cp_sat",
    "annealing": "firsthand.factory.solvers.annealing",
    "annealing_makespan": "firsthand.factory.solvers.annealing",
    "best": "firsthand.factory.solvers.best",
    "tuned": "firsthand.factory.solvers.searching",
    "policy": "firsthand.factory.solvers.searching",
}
DEFAULT = "edd"


@cache
def find(name: str) -> Solver:
    """The solver of that name; KeyError if there is none."""
    found: Solver = import_module(SOLVERS[name]).SOLVERS[name]
    return found
