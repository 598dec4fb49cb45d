"""CP-SAT of Google's OR-Tools: the whole of a small shop, windows of a larger one, and bounds.

    solve      a plan by a dispatch rule, made better
    improve    a plan that is given, made better: it is the hint that the search begins with
    bounds     what no plan can go below: makespan and mean flow time

With a budget of iterations one worker searches, and each iteration is a thousandth of CP-SAT's
own deterministic second: the same problem, seed and budget give the same plan on machines with the
same OR-Tools. With seconds, the best of several workers by then. Bounds are given for makespan
and flow only: for weighted tardiness with changeovers they are too weak to say anything.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from firsthand.factory.compiled.shop import shop
from firsthand.factory.plan import Plan
from firsthand.factory.policy import RULES
from firsthand.factory.problem import Problem
from firsthand.factory.solver import USUAL, Budget, Watch, find
from firsthand.factory.solvers import cp_search
from firsthand.factory.solvers.constraints import Goal
from firsthand.factory.solvers.cp_search import Search, arcs, is_small, value
from firsthand.factory.solvers.relaxation import least
from firsthand.factory.solvers.steps import schedule

WORKERS = 2


class Bounds(NamedTuple):
    """What no plan of a problem can go below, in seconds."""

    makespan: int
    flow: float  # the mean over the lots


class Found(NamedTuple):
    """What one search came back with."""

    plan: Plan | None  # none: nothing was found in the time
    value: float  # of the plan, by the goal
    bound: float  # of the goal: nothing is below it
    is_best: bool  # it is proven that nothing is better


@dataclass(frozen=True, slots=True)
class CpSat:
    """Solves by a dispatch rule first, and by CP-SAT from there."""

    name: str = "cp_sat"

    def solve(
        self, problem: Problem, *, seed: int, budget: Budget = USUAL, watch: Watch | None = None
    ) -> Plan:
        """A plan that costs no more than that of any plain rule."""
        asked = shop(problem)
        plans = [find(rule).solve(problem, seed=seed) for rule in RULES]
        best = min(plans, key=lambda plan: value(asked, schedule(asked, plan), "cost"))
        found = improve(problem, best, seed=seed, budget=budget, watch=watch)
        return replace(found, solver=self.name, seed=seed)


def improve(
    problem: Problem,
    plan: Plan,
    *,
    seed: int,
    budget: Budget = USUAL,
    watch: Watch | None = None,
    goal: Goal = "cost",
    workers: int = WORKERS,
) -> Plan:
    """A plan that is no worse than the given one, and better if there is time and a way."""
    asked = shop(problem)
    if not asked.operations:
        return plan
    work = Search(asked, goal, seed, budget, watch, workers)
    start = schedule(asked, plan)
    found = work.whole(start) if is_small(asked, start) else work.windows(start)
    if found is None or work.value(found) >= work.value(start):
        return plan
    return asked.plan(*found, solver=plan.solver, seed=seed)


def search(
    problem: Problem,
    plan: Plan | None = None,
    *,
    seed: int,
    budget: Budget = USUAL,
    watch: Watch | None = None,
    goal: Goal = "makespan",
    workers: int = WORKERS,
) -> Found:
    """The whole of a problem at once, from a plan or from nothing, and the bound that was found."""
    asked = shop(problem)
    work = Search(asked, goal, seed, budget, watch, workers)
    found = work.whole(schedule(asked, plan) if plan is not None else None)
    if found is None:
        return Found(None, float("inf"), work.bound, is_best=False)
    made = asked.plan(*found, solver=CpSat().name, seed=seed)
    worth = work.value(found)
    return Found(made, worth, work.bound, is_best=worth <= work.bound + 1e-6)


def bounds(
    problem: Problem, budget: Budget = USUAL, *, seed: int = 0, watch: Watch | None = None
) -> Bounds:
    """What no plan can go below: half of the budget for each.

    Where changeovers make the shop too large to be taken as a whole, every one of them is taken
    to be as short as it ever is; where it is too large without them, only what needs no search
    is said.
    """
    asked = shop(problem)
    known = least(asked.arrays)
    makespan, ends = known.makespan, known.ends
    fixed = {one.lot_id: 0 for one in asked.fixed}
    for one in asked.fixed:
        fixed[one.lot_id] = max(fixed[one.lot_id], one.end)
    free = {lot.id for lot in asked.lots}
    still = {lot_id: end for lot_id, end in fixed.items() if lot_id not in free}
    if asked.operations and len(asked.operations) <= cp_search.WHOLE_OPERATIONS:
        plans = [find(rule).solve(problem, seed=seed) for rule in RULES]
        starts = [schedule(asked, plan) for plan in plans]
        half = Budget(
            None if budget.seconds is None else budget.seconds / 2,
            None if budget.iterations is None else budget.iterations // 2,
        )
        for goal in ("makespan", "flow"):
            start = min(starts, key=lambda one: value(asked, one, goal))
            work = Search(asked, goal, seed, half, watch, WORKERS)
            work.whole(start, is_loose=arcs(asked) > cp_search.WHOLE_ARCS, least_ends=known.done)
            if goal == "makespan":
                makespan = max(makespan, int(np.ceil(work.bound - 1e-6)))
            else:
                ends = max(ends, int(np.ceil(work.bound - 1e-6)))
    makespan = max([makespan, *still.values()])
    flow = ends + sum(still.values()) - sum(lot.release for lot in problem.lots)
    return Bounds(makespan, flow / max(1, len(problem.lots)))


SOLVERS = {"cp_sat": CpSat()}
