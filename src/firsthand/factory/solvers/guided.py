"""From a rule to a list that is better: the floor is played, and what guides it is tuned.

Three steps, each from the best of the one before; each trial plays the floor, decodes what came of
it anew (machines are set up while the lots are on their way) and counts the cost:

1. parameters of ATCS from a grid, one set for all machines (``searching``);
2. parameters by group of machines, by an evolution strategy (``evolution``);
3. *weights of lots*: the rule is told that some lots matter more or less than they do. It then
   keeps a lot back, or rushes it, at every machine on its way, and all others give way as a rule
   lets them; no change of a single place in a list does that. Only the search believes the
   weights; the cost is that of the true ones.

The list that comes of it is for a plan. A floor that goes by rules (``policy``) wants a policy that
was tuned under noise, by ``searching``.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.costing import cost
from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.shop import Arrays, Shop
from firsthand.factory.compiled.simulation import simulate
from firsthand.factory.compiled.windows import Ints
from firsthand.factory.policy import RULES, Policy
from firsthand.factory.solver import Budget, Watch
from firsthand.factory.solvers.evolution import Evolution
from firsthand.factory.solvers.searching import searched

Floats = NDArray[np.float64]
THREADS = 2
ATCS = RULES.index("atcs")
LEAST, MOST = np.log(0.03), np.log(60.0)  # a parameter
STEP = 0.3  # of a parameter's logarithm, to begin with
GRID_SHARE = 0.3  # of the time, at most
EVOLUTION_SHARE = 0.6  # of what is left then, before the weights of lots
PAIR = 2  # candidates at once, whatever the number of threads
CHANGED = 0.01  # of the lots, at each step, on the mean
SPREAD = 0.8  # of a weight's logarithm
LIGHTEST = 1e-3
LOOK_SECONDS = 0.25


class Guide(NamedTuple):
    """What the floor is guided by: logarithms of parameters by group, and of weights by lot."""

    parameters: Floats
    weights: Floats


def guided(
    floor: Shop, *, seed: int, budget: Budget, watch: Watch | None = None
) -> tuple[Ints, Ints]:
    """The best list that was found within the budget, and its machines."""
    begun = time.monotonic()
    seconds, iterations = budget
    policy = searched(
        floor,
        seed=seed,
        budget=Budget(
            None if seconds is None else seconds * GRID_SHARE,
            None if iterations is None else max(1, iterations // 3),
        ),
        watch=within(watch, 0.0, GRID_SHARE),
        grid_only=True,
    )
    rest = Budget(
        None if seconds is None else max(0.0, seconds - (time.monotonic() - begun)),
        None if iterations is None else iterations - iterations // 3,
    )
    return _Search(floor, policy, seed, rest, within(watch, GRID_SHARE, 1.0)).run()


def within(watch: Watch | None, begin: float, end: float) -> Watch | None:
    """Who looks on, told of a part of the work as what it is of the whole."""
    if watch is None:
        return None
    whole: Watch = watch

    def part(*, share: float, cost: float | None, says: str) -> bool:
        return whole(share=begin + (end - begin) * share, cost=cost, says=says)

    return part


def _tried(
    shop: Arrays, believed: Arrays, k1: Floats, k2: Floats, beta: Floats
) -> tuple[float, Ints, Ints]:
    """What a rule that believes in other weights costs in truth; its list, and the machines."""
    order, machine, _start, _end, _setup = simulate(believed, ATCS, k1, k2, beta)
    start, end, setup = decode(shop, order, machine)
    return cost(shop, machine, start, end, setup), order, machine


class _Search:
    """The search of one problem."""

    def __init__(
        self, floor: Shop, policy: Policy, seed: int, budget: Budget, watch: Watch | None
    ) -> None:
        self._floor, self._budget, self._watch = floor, budget, watch
        self._chance = np.random.default_rng([seed, PAIR])
        self._begun = self._looked = time.monotonic()
        self._trials, self._stopped = 0, False
        values = [policy.of(group) for group in floor.groups]
        if policy.rule != "atcs":  # a rule without a fear of changeovers has hardly any
            values = [one._replace(k2=float(np.exp(MOST))) for one in values]
        weights = np.log(np.maximum(floor.arrays.lot_weight, LIGHTEST))
        self._best = Guide(np.log(np.array(values)).T.ravel(), weights)
        self._found = self._try(self._best)

    def run(self) -> tuple[Ints, Ints]:
        """Search until the budget is used or somebody stops it."""
        with ThreadPoolExecutor(THREADS) as threads:
            self._evolve(threads)
            self._weigh(threads)
        return self._found[1], self._found[2]

    def _evolve(self, threads: ThreadPoolExecutor) -> None:
        evolution = Evolution(self._best.parameters, STEP, self._chance)
        while self._goes_on(EVOLUTION_SHARE, "parameters by group of machines"):
            weights = self._best.weights
            guides = [Guide(np.clip(one, LEAST, MOST), weights) for one in evolution.ask()]
            evolution.tell(self._compare(threads, guides))

    def _weigh(self, threads: ThreadPoolExecutor) -> None:
        lots = len(self._best.weights)
        while self._goes_on(1.0, "weights of lots"):
            guides = []
            for _ in range(PAIR):
                weights = self._best.weights.copy()
                some = self._chance.integers(
                    lots, size=1 + int(self._chance.exponential(CHANGED * lots))
                )
                weights[some] += self._chance.normal(0, SPREAD, len(some))
                guides.append(Guide(self._best.parameters, weights))
            self._compare(threads, guides)

    def _try(self, guide: Guide) -> tuple[float, Ints, Ints]:
        arrays = self._floor.arrays
        k1, k2, beta = np.exp(guide.parameters).reshape(3, -1)
        believed = arrays._replace(lot_weight=np.exp(guide.weights))
        return _tried(arrays, believed, k1, k2, beta)

    def _compare(self, threads: ThreadPoolExecutor, guides: list[Guide]) -> list[float]:
        costs = []
        for guide, found in zip(guides, threads.map(self._try, guides), strict=True):
            self._trials += 1
            costs.append(found[0])
            if found[0] <= self._found[0]:
                self._best, self._found = guide, found
        return costs

    def _goes_on(self, until: float, says: str) -> bool:
        now = time.monotonic()
        share = 0.0
        if self._budget.iterations is not None:
            share = self._trials / max(1, self._budget.iterations)
        if self._budget.seconds is not None:
            share = max(share, (now - self._begun) / max(1e-3, self._budget.seconds))
        if self._watch and now - self._looked >= LOOK_SECONDS and not self._stopped:
            self._looked = now
            going = self._watch(share=min(1.0, share), cost=self._found[0], says=says)
            self._stopped = not going
        return not self._stopped and share < until
