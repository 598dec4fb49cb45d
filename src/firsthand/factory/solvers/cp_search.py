"""A search by CP-SAT with a budget: of a whole shop, or window by window.

A shop of up to some hundred operations is given to CP-SAT as a whole. Of a larger one, some
operations at a time are free: those of a few groups of machines that begin after an instant at
which a costly lot is under way; the others keep their order. Whatever is found is decoded anew,
each operation as soon as it can in the order found, and kept if it is better.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from firsthand.factory.compiled.costing import completions, cost
from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.shop import Shop
from firsthand.factory.compiled.windows import Ints
from firsthand.factory.solver import Budget, Watch
from firsthand.factory.solvers.constraints import GRAIN, HOUR, Constraints, Goal
from firsthand.factory.solvers.steps import Schedule

WEEK = 7 * 24 * HOUR
ITERATIONS_A_SECOND = 1000  # of CP-SAT's deterministic time
LOOK_SECONDS = 0.2  # how often the watch is asked
WHOLE_OPERATIONS = 1_500
WHOLE_ARCS = 20_000  # who may follow whom, on machines with changeovers
WINDOW_OPERATIONS = 40
WINDOW_SECONDS = 3.0
WINDOW_EFFORT = 0.01  # deterministic seconds that a window costs at the least: even one of nothing
TIED = 100_000  # literals that tie work to the wall's clock
SOLVED = (cp_model.OPTIMAL, cp_model.FEASIBLE)


def value(asked: Shop, of: Schedule, goal: Goal) -> float:
    """What a schedule is worth by a goal; less is better."""
    if goal == "cost":
        return float(cost(asked.arrays, *of))
    done = completions(asked.arrays, of.end)
    return float(done.max(initial=0) if goal == "makespan" else done.sum())


def arcs(asked: Shop) -> int:
    """How many literals say who follows whom, at the most."""
    if (asked.arrays.family < 0).all() and (asked.arrays.own_setup == 0).all():
        return 0
    counts = np.bincount(asked.arrays.mode_machine, minlength=len(asked.machines))
    return int((counts * counts).sum())


def is_small(asked: Shop, start: Schedule) -> bool:
    """Whether it is searched as a whole."""
    spans = asked.arrays.windows
    soon = (spans.opens < _far(start)).astype(np.int64)
    shifts = int(np.add.reduceat(soon, spans.first[:-1]).max())
    tied = len(asked.operations) * (shifts - 1)
    return len(asked.operations) <= WHOLE_OPERATIONS and arcs(asked) <= WHOLE_ARCS and tied <= TIED


def _far(start: Schedule) -> int:
    """Later than anything is likely to be wanted in a better schedule."""
    return int(1.3 * start.end.max()) + WEEK


class _Told(cp_model.CpSolverSolutionCallback):
    """Keeps the value of the best solution so far."""

    def __init__(self) -> None:
        super().__init__()
        self.best: float | None = None

    def on_solution_callback(self) -> None:
        self.best = self.objective_value


class Search:
    """A search with its budget: from a schedule to a better one."""

    def __init__(
        self,
        asked: Shop,
        goal: Goal,
        seed: int,
        budget: Budget,
        watch: Watch | None,
        workers: int,
    ) -> None:
        if budget.seconds is None and budget.iterations is None:
            raise ValueError(
                "a search without an end: the budget says neither seconds nor how many"
            )
        self._shop, self._goal, self._watch, self._workers = asked, goal, watch, workers
        self._seed, self._budget, self._began = seed, budget, time.monotonic()
        self._effort = 0.0  # deterministic seconds that were used
        self._stopped = False
        self.bound = float("-inf")

    def value(self, of: Schedule) -> float:
        """What a schedule is worth, by the goal; less is better."""
        return value(self._shop, of, self._goal)

    def whole(
        self, start: Schedule | None, *, is_loose: bool = False, least_ends: Ints | None = None
    ) -> Schedule | None:
        """Everything at once; the bound is kept."""
        horizon, is_valid = self._horizon(start, least_ends)
        constraints = Constraints(
            self._shop, goal=self._goal, horizon=horizon, start=start, is_loose=is_loose
        )
        solver = self._run(constraints, self._seconds_left(), self._effort_left(), start)
        if is_valid and solver.response_proto.status in (*SOLVED, cp_model.UNKNOWN):
            self.bound = self.in_goal(solver.best_objective_bound)
            if start is not None and self._goal != "cost":
                # Nothing worse than the start was looked at, so it may itself be the best.
                self.bound = min(self.bound, self.value(start))
        return None if is_loose else self._better(constraints, solver, start)

    def windows(self, start: Schedule) -> Schedule:
        """Some operations at a time, until the budget is used."""
        chance = np.random.default_rng(self._seed)
        best = start
        while not self._stopped and self._seconds_left() > 0.1 and self._effort_left() > 0:
            if self._watch is not None:
                self._ask(self.value(best))
            self._effort += WINDOW_EFFORT
            chosen = _window(self._shop, best, self._goal, chance)
            if chosen is None:
                continue
            free, since, until = chosen
            length = until - since
            last = until + 4 * length
            may_move = free | ((best.start >= since) & (best.start < last))
            constraints = Constraints(
                self._shop,
                goal=self._goal,
                horizon=int(best.end[may_move].max()) + length,
                start=best,
                free=free,
                between=(since, last),
            )
            solver = self._run(
                constraints,
                min(WINDOW_SECONDS, self._seconds_left()),
                min(WINDOW_SECONDS, self._effort_left()),
                best,
            )
            best = self._better(constraints, solver, best) or best
        return best

    def _better(
        self, constraints: Constraints, solver: cp_model.CpSolver, start: Schedule | None
    ) -> Schedule | None:
        if solver.response_proto.status not in SOLVED:
            return start
        order, machine = constraints.found(solver)
        found = Schedule(machine, *decode(self._shop.arrays, order, machine))
        if start is not None and self.value(start) <= self.value(found):
            return start
        return found

    def _run(
        self, constraints: Constraints, seconds: float, effort: float, start: Schedule | None
    ) -> cp_model.CpSolver:
        solver, told = cp_model.CpSolver(), _Told()
        solver.parameters.random_seed = self._seed % (1 << 31)
        if seconds < float("inf"):
            solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = self._workers
        if effort < float("inf"):
            solver.parameters.max_deterministic_time = effort
            solver.parameters.num_workers = 1
        if self._watch is None:
            solver.solve(constraints.model)
        else:
            first = self.value(start) if start is not None else None
            with ThreadPoolExecutor(1) as lane:
                working = lane.submit(solver.solve, constraints.model, told)
                while True:
                    try:
                        working.result(timeout=LOOK_SECONDS)
                        break
                    except TimeoutError:
                        self._ask(first if told.best is None else self.in_goal(told.best))
                        if self._stopped:
                            solver.stop_search()
        self._effort += float(solver.response_proto.deterministic_time)
        return solver

    def _ask(self, value: float | None) -> None:
        assert self._watch is not None
        used = time.monotonic() - self._began
        if self._budget.seconds is not None:
            share = used / self._budget.seconds
        else:
            share = used * ITERATIONS_A_SECOND / max(1, self._budget.iterations or 1)
        if not self._watch(share=min(share, 1.0), cost=value, says="CP-SAT"):
            self._stopped = True

    def _seconds_left(self) -> float:
        if self._budget.seconds is None:
            return float("inf")
        return max(0.0, self._budget.seconds - (time.monotonic() - self._began))

    def _effort_left(self) -> float:
        if self._budget.iterations is None:
            return float("inf")
        return max(0.0, self._budget.iterations / ITERATIONS_A_SECOND - self._effort)

    def in_goal(self, objective: float) -> float:
        """What the constraints aim at, as the goal counts it."""
        if self._goal != "cost":
            return objective
        arrays = self._shop.arrays
        flow = round(GRAIN * HOUR * float(arrays.weights[1]))
        begun = float((arrays.lot_weight * flow * arrays.lot_release).sum())
        return (objective - begun) / (GRAIN * HOUR)

    def _horizon(self, start: Schedule | None, least_ends: Ints | None) -> tuple[int, bool]:
        """Until when anything may be planned, and whether nothing better lies past it."""
        arrays = self._shop.arrays
        closes = max(
            machine.calendar.closes
            for centre in self._shop.problem.work_centres
            for machine in centre.machines
        )
        if start is not None and self._goal == "makespan":
            return int(self.value(start)), True
        if start is not None and self._goal == "flow" and least_ends is not None:
            # Whoever ends later than that cannot be made up for by all the others together.
            spare = int(self.value(start)) - int(least_ends.sum())
            return min(closes, int(least_ends.max()) + spare), True
        longest = np.maximum.reduceat(arrays.mode_seconds, arrays.mode_first[:-1])
        setups = np.maximum(arrays.own_setup, int(arrays.changeovers.max(initial=0)))
        setups = np.maximum(setups, int(arrays.minor_setup.max(initial=0)))
        every = int(longest.sum() + setups.sum() + arrays.before_lag.sum())
        since = max(
            int(arrays.release.max()),
            int(arrays.free.max()),
            int(arrays.unit_free.max(initial=0)),
            int(arrays.previous_start.max()),
            int(arrays.windows.opens[arrays.windows.first[:-1]].max()),
        )
        if len(arrays.windows.opens) == len(arrays.windows.first) - 1:  # no calendar has gaps
            return min(closes, since + every), True
        if start is None:
            return closes, True
        return min(closes, _far(start)), False


def _window(
    asked: Shop, start: Schedule, goal: Goal, chance: np.random.Generator
) -> tuple[NDArray[np.bool_], int, int] | None:
    """Operations to be free: of a few groups of machines, from when a costly lot is under way."""
    arrays = asked.arrays
    done = completions(arrays, start.end)
    if goal == "makespan":
        price = (done == done.max()).astype(np.float64)
    else:
        late = np.maximum(0, done - arrays.lot_due)
        inside = done - np.maximum(0, arrays.lot_release)
        price = arrays.lot_weight * (arrays.weights[0] * late + arrays.weights[1] * inside) + 1e-9
    lot = int(chance.choice(len(done), p=price / price.sum()))
    since = int(chance.uniform(max(0, int(arrays.lot_release[lot])), done[lot]))
    groups = arrays.group[start.machine]
    own = np.flatnonzero(arrays.lot == lot)
    draw = chance.uniform()
    if draw < 0.2:
        among = np.ones(len(groups), dtype=np.bool_)
    else:
        wanted = groups[chance.choice(own, size=2 if draw < 0.7 else 1)]
        among = np.isin(groups, wanted)
    some = np.flatnonzero(among & (start.start >= since))
    some = some[np.argsort(start.start[some], kind="stable")][:WINDOW_OPERATIONS]
    if len(some) < 5:
        return None
    free = np.zeros(len(groups), dtype=np.bool_)
    free[some] = True
    return free, since, int(start.end[some].max())
