"""The seam between what is to be made and how it is planned.

A solver gets a problem and a seed and answers with a plan: the same problem and seed, the
same plan. It may know nothing else. Whatever it answers is judged by ``checker``, which
shares no code with any solver.
"""

from collections.abc import Mapping
from typing import Protocol

from firsthand.factory.plan import Plan
from firsthand.factory.problem import Problem
from firsthand.factory.solvers import dispatch


class Solver(Protocol):
    """Makes plans. Raises ``Impossible`` when there is none, with the reason."""

    @property
    def name(self) -> str:
        """What it is called in a plan, on a page and on the command line."""
        ...

    def solve(self, problem: Problem, *, seed: int) -> Plan:
        """A plan of the problem."""
        ...


SOLVERS: Mapping[str, Solver] = {rule.name: dispatch.Dispatcher(rule) for rule in dispatch.RULES}
DEFAULT = dispatch.EDD.name
