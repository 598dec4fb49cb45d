"""Rules with their parameters searched for: the largest step from what floors do today.

A composite rule is as good as its parameters, and the floor can be played a hundred times a
second. ``tuned`` tries a grid of them, one set for all machines. ``policy`` goes on from the best
of the grid and changes some of them at random, by group of machines, as long as that helps: a
local search on logarithms, with a step that widens when it succeeds and narrows when it does not.

What a set of parameters costs is what comes of it: by the plan, or, with noise, as the mean over
a few futures in which work takes longer or shorter than the rule believes (the same ones for all
parameters, so that luck does not choose). A policy that is tuned to one future is a bad guide in
another; one that is to run a real floor is tuned under noise.

Candidates are tried in pairs, on two threads; which pairs there are does not depend on how many
threads there are, and so with a budget of iterations neither does the answer.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from firsthand.factory.compiled.costing import cost
from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.index import Floats, by_group
from firsthand.factory.compiled.shop import Shop, shop
from firsthand.factory.compiled.simulation import simulate
from firsthand.factory.noise import CALM, Noise
from firsthand.factory.plan import Plan
from firsthand.factory.policy import USUAL, Parameters, Policy
from firsthand.factory.problem import Problem
from firsthand.factory.solver import USUAL as USUAL_BUDGET
from firsthand.factory.solver import Budget, Watch
from firsthand.factory.solvers.dispatch import planned

THREADS = 2
PAIR = 2  # candidates that are tried at once, whatever the number of threads
FUTURES = 4  # that a policy is tuned on, under noise
GRID_SHARE = 0.4  # of the time, at most, before the local search
LEAST, MOST = 0.03, 60.0  # a parameter
CHANGED = 0.25  # of the parameters, at each step
STEP, STEP_LEAST, STEP_MOST = 0.5, 0.1, 0.8  # of a parameter's logarithm
WIDER, NARROWER = 1.3, 0.98
SECONDS_BETWEEN_LOOKS = 0.25

K1 = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
K2 = (0.1, 0.2, 0.4, 0.8)
BETA = (1.0, 1.5, 2.5)


def grid() -> Iterator[tuple[str, Parameters]]:
    """Rules and parameters worth trying, the usual ones first."""
    yield "atcs", USUAL
    for k1, k2, beta in product(K1, K2, BETA):
        if (k1, k2, beta) != USUAL:
            yield "atcs", Parameters(k1, k2, beta)
    for k1, beta in product(K1, BETA):
        yield "atc", Parameters(k1, 1.0, beta)


class Found(NamedTuple):
    """The best policy so far, and what it costs."""

    policy: Policy
    cost: float


class _Clock:
    """How much of a budget is used, and whether somebody wants an answer now."""

    def __init__(self, budget: Budget, watch: Watch | None) -> None:
        self._budget = budget if budget != (None, None) else USUAL_BUDGET
        self._watch, self._begun, self._looked = watch, time.monotonic(), 0.0
        self.iterations, self.stopped = 0, False

    @property
    def share(self) -> float:
        """Of the budget: 0 … 1 and above."""
        shares = [0.0]
        if self._budget.seconds is not None:
            shares.append((time.monotonic() - self._begun) / max(self._budget.seconds, 1e-3))
        if self._budget.iterations is not None:
            shares.append(self.iterations / max(self._budget.iterations, 1))
        return max(shares)

    def left(self, wanted: int) -> int:
        """How many of so many iterations may still be done."""
        if self._budget.iterations is None:
            return wanted
        return min(wanted, self._budget.iterations - self.iterations)

    def goes_on(self, best: Found | None, says: str, until: float = 1.0) -> bool:
        """Whether there is time; a few times a second, whoever looks on is told and asked."""
        now = time.monotonic()
        if self._watch and now - self._looked >= SECONDS_BETWEEN_LOOKS:
            self._looked = now
            cost = best.cost if best else None
            if not self._watch(share=min(1.0, self.share), cost=cost, says=says):
                self.stopped = True
        return not self.stopped and self.share < until


class _Search:
    """The search for a policy of one problem."""

    def __init__(self, floor: Shop, clock: _Clock, noise: Noise | None, seed: int) -> None:
        self._floor, self._clock = floor, clock
        count = len(floor.operations)
        futures = 0 if noise is None or noise == CALM else FUTURES
        self._factors = np.ones((futures, count))
        for future in range(futures):
            self._factors[future] = (noise or CALM).factors(count, seed=seed, future=future)
        self._chance = np.random.default_rng([seed, FUTURES])
        self.best: Found | None = None

    def _cost(self, policy: Policy) -> float:
        arrays = self._floor.arrays
        rule = by_group(policy, self._floor.groups)
        if not len(self._factors):
            # Nothing varies: it is the plan, in which machines are set up ahead.
            order, machine, *_times = simulate(arrays, *rule)
            return cost(arrays, machine, *decode(arrays, order, machine))
        found = 0.0
        for factors in self._factors:
            _order, machine, *times = simulate(arrays, *rule, factors)
            found += cost(arrays, machine, *times) / len(self._factors)
        return found

    def _try(self, threads: ThreadPoolExecutor, policies: list[Policy]) -> bool:
        # Whether one of them is as good as the best so far, which it then replaces.
        better = False
        for policy, found in zip(policies, threads.map(self._cost, policies), strict=True):
            self._clock.iterations += 1
            if self.best is None or found < self.best.cost or (better and found == self.best.cost):
                self.best, better = Found(policy, found), True
        return better

    def grid(self, threads: ThreadPoolExecutor, until: float) -> None:
        """Try the grid, as far as there is time; one of it in any case."""
        points = list(grid())
        for first in range(0, len(points), PAIR):
            pair = points[first : first + PAIR]
            fits = self._clock.left(len(pair)) if self.best else len(pair)
            groups = self._floor.groups
            self._try(
                threads,
                [Policy(rule, dict.fromkeys(groups, values)) for rule, values in pair[:fits]],
            )
            if not self._clock.goes_on(self.best, "parameters from a grid", until):
                return

    def climb(self, threads: ThreadPoolExecutor) -> None:
        """Change what is best at random, group by group, until there is no time left."""
        assert self.best is not None
        groups, step = self._floor.groups, STEP
        while self._clock.goes_on(self.best, "parameters by group of machines"):
            now = np.log([_full(self.best.policy, group) for group in groups])
            fits = min(PAIR, self._clock.left(PAIR))
            drawn = [self._changed(now, step) for _ in range(PAIR)][:fits]
            policies = [
                Policy(
                    "atcs",
                    {
                        group: Parameters(*(float(value) for value in values))
                        for group, values in zip(groups, np.exp(one), strict=True)
                    },
                )
                for one in drawn
            ]
            if self._try(threads, policies):
                step = min(STEP_MOST, step * WIDER)
            else:
                step = max(STEP_LEAST, step * NARROWER)

    def start(self, threads: ThreadPoolExecutor, policy: Policy) -> None:
        """Try a policy that somebody had before."""
        known = {group: policy.of(group) for group in self._floor.groups}
        self._try(threads, [Policy(policy.rule, known)])

    def _changed(self, now: Floats, step: float) -> Floats:
        changes = self._chance.random(now.shape) < CHANGED
        changes.flat[self._chance.integers(now.size)] = True
        moved = now + changes * self._chance.normal(0, step, now.shape)
        return np.clip(moved, np.log(LEAST), np.log(MOST))


def _full(policy: Policy, group: str) -> Parameters:
    # A rule without a fear of changeovers is the one with hardly any.
    values = policy.of(group)
    return values if policy.rule == "atcs" else values._replace(k2=MOST)


def search_policy(
    problem: Problem,
    *,
    seed: int,
    budget: Budget = USUAL_BUDGET,
    watch: Watch | None = None,
    noise: Noise | None = None,
    start: Policy | None = None,
) -> Policy:
    """The best policy that is found within the budget, at least the usual one.

    With NOISE it is the best on the mean over a few futures. With START, a policy that was good
    before, the search begins there and leaves out the grid.
    """
    return searched(shop(problem), seed=seed, budget=budget, watch=watch, noise=noise, start=start)


def searched(
    floor: Shop,
    *,
    seed: int,
    budget: Budget,
    watch: Watch | None = None,
    noise: Noise | None = None,
    start: Policy | None = None,
    grid_only: bool = False,
) -> Policy:
    """The same, of a shop."""
    if not floor.operations:
        return Policy("atcs")
    search = _Search(floor, _Clock(budget, watch), noise, seed)
    with ThreadPoolExecutor(THREADS) as threads:
        if start is not None:
            search.start(threads, start)
        else:
            search.grid(threads, 1.0 if grid_only else GRID_SHARE)
        if not grid_only:
            search.climb(threads)
    assert search.best is not None
    return search.best.policy


@dataclass(frozen=True, slots=True)
class Searcher:
    """Solves by the policy that a search finds."""

    name: str
    grid_only: bool

    def solve(
        self,
        problem: Problem,
        *,
        seed: int,
        budget: Budget = USUAL_BUDGET,
        watch: Watch | None = None,
    ) -> Plan:
        """A plan in which every machine follows that policy."""
        floor = shop(problem)
        policy = searched(floor, seed=seed, budget=budget, watch=watch, grid_only=self.grid_only)
        return planned(floor, policy, solver=self.name, seed=seed)


SOLVERS = {
    "tuned": Searcher("tuned", grid_only=True),
    "policy": Searcher("policy", grid_only=False),
}
