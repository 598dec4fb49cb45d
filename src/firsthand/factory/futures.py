"""The floor played many times, each time with other delays: what a date is worth.

The plan has one date for a lot, on which it is done if nothing varies. On a floor where the policy
decides live and work takes as long as it takes, it is done on another date each time; what may be
promised is a date by which it is done in so many of a hundred futures.

What is fixed ends when the problem says: of that a future changes nothing. The futures are drawn
from the seed, each apart, so that the same seed has the same ones, whatever the policy and however
many are played. They need the compiler: load this where solvers are loaded, not in pages.
"""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from firsthand.factory.compiled.costing import completions
from firsthand.factory.compiled.index import by_group, ranked, tuned
from firsthand.factory.compiled.shop import Shop, shop
from firsthand.factory.compiled.simulation import followed, simulate
from firsthand.factory.compiled.windows import NEVER, Ints
from firsthand.factory.impossible import Impossible
from firsthand.factory.noise import Noise
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Problem, too_much

__all__ = ["THREADS", "Futures", "Noise", "next_on", "play"]

THREADS = 2


@dataclass(frozen=True, slots=True)
class Futures:
    """When each lot is done, in each future."""

    lot_ids: tuple[int, ...]
    completions: Ints  # [future, lot], seconds

    def quantile(self, share: float) -> dict[int, int]:
        """By lot, a date by which it is done in that share of all futures, not only of these.

        Of n futures that were played, the next one is no later than the k-th in k of n + 1 cases;
        so it is the first k for which that is the share, and the last of them if there are too few.
        """
        if not self.completions.size:
            return {}
        count = len(self.completions)
        place = min(count, max(1, math.ceil(share * (count + 1)))) - 1
        found = np.partition(self.completions, place, axis=0)[place]
        return dict(zip(self.lot_ids, (int(one) for one in found), strict=True))

    def kept(self, dates: dict[int, int]) -> float:
        """The share of lots, over all futures, that are done by their date."""
        if not self.completions.size:
            return 1.0
        by = np.array([dates[lot_id] for lot_id in self.lot_ids])
        return float((self.completions <= by).mean())


def play(problem: Problem, policy: Policy, *, noise: Noise, count: int, seed: int) -> Futures:
    """The completions of all lots in so many futures, when the floor follows the policy."""
    floor = shop(problem)
    rule = by_group(policy, floor.groups)

    def ends(future: int) -> Ints:
        factors = noise.factors(len(floor.operations), seed=seed, future=future)
        end = simulate(floor.arrays, *rule, factors)[3]
        return completions(floor.arrays, end)

    with ThreadPoolExecutor(THREADS) as threads:
        free = list(threads.map(ends, range(count)))
    return Futures(tuple(lot.id for lot in problem.lots), _all_lots(floor, free))


def _all_lots(floor: Shop, free: Sequence[Ints]) -> Ints:
    # Lots of which nothing is free stand in no array; they are done when the problem says.
    place = {lot.id: at for at, lot in enumerate(floor.problem.lots)}
    found = np.zeros((len(free), len(place)), dtype=np.int64)
    for lot in floor.problem.lots:
        found[:, place[lot.id]] = max(
            (one.fixed.end for one in lot.operations if one.fixed), default=0
        )
    columns = [place[lot.id] for lot in floor.lots]
    for future, row in enumerate(free):
        found[future, columns] = row
    if found.size and int(found.max()) >= NEVER:
        raise next(too_much(floor.problem), Impossible("the calendars end before the work does"))
    return found


def next_on(
    problem: Problem, policy: Policy, work_centre_id: int, machine: int
) -> list[tuple[int, int]]:
    """What a machine shall do next under the policy: lots and their operations, the best first.

    It is decided when the machine is next free and has something to do: all that waits for it
    then stands in the list, as the rule ranks it, but for what other machines take at that
    instant. Nothing: by this policy the machine stands still.
    """
    floor = shop(problem)
    rule = tuned(floor.arrays, *by_group(policy, floor.groups), 1.0, 0.0)
    here = floor.machines.index((work_centre_id, machine))
    _order, where, start, end, _setup = followed(floor, policy)
    mine = start[where == here]
    if not len(mine) or int(mine.min()) >= NEVER:
        return []
    best = ranked(floor.arrays, rule, here, int(mine.min()), where, start, end).tolist()
    # Where tools are short, what the machine can do comes before what ranks above it.
    best.sort(key=lambda at: not (where[at] == here and start[at] == mine.min()))
    return [(floor.operations[at][0].id, floor.operations[at][1].id) for at in best]
