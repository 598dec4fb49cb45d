"""Bounds that need no search: no plan of a shop is better than these say.

*A lot alone.* Nobody is done sooner than if the whole factory were his: every operation on the
machine that ends it first, in open hours, with no setup and nobody before him.

*A pool of machines as one.* Machines that can replace one another become one that is as fast as
all of them together, never closes, needs no setup and may be torn from one lot to another at no
cost. The least sum of ends on it is reached by giving it to the lot with the least work left
("shortest remaining processing time"); what lots still have to do elsewhere comes on top.
"""

import heapq
from typing import NamedTuple

import numpy as np

from firsthand.factory.compiled.jit import compiled
from firsthand.factory.compiled.shop import Arrays
from firsthand.factory.compiled.windows import Ints, ends, next_open


class Least(NamedTuple):
    """What no plan goes below, of the lots in the arrays; seconds."""

    makespan: int
    done: Ints  # when each lot can be done at the soonest
    ends: int  # the sum of the lots' ends


@compiled
def _soonest(shop: Arrays, order: Ints) -> tuple[Ints, Ints]:
    """When each operation can begin to run and end at the soonest."""
    begins, done = np.zeros(len(order), dtype=np.int64), np.zeros(len(order), dtype=np.int64)
    for one in order:
        ready = shop.release[one]
        for row in range(shop.before_first[one], shop.before_first[one + 1]):
            ready = max(ready, done[shop.before[row]] + shop.before_lag[row])
        begins[one] = ready
        best = -1
        for row in range(shop.mode_first[one], shop.mode_first[one + 1]):
            machine = shop.mode_machine[row]
            calendar = shop.calendar[machine]
            start = next_open(shop.windows, calendar, max(ready, shop.free[machine]))
            end = ends(shop.windows, calendar, start, shop.mode_seconds[row])
            if best < 0 or end < best:
                best = end
        done[one] = best
    return begins, done


def _in_order(shop: Arrays) -> list[int]:
    """The operations, none before those that it waits for."""
    waits = np.diff(shop.before_first).tolist()
    ready = [one for one, many in enumerate(waits) if not many]
    for one in ready:  # it grows while it is walked through
        for row in range(int(shop.after_first[one]), int(shop.after_first[one + 1])):
            later = int(shop.after[row])
            waits[later] -= 1
            if not waits[later]:
                ready.append(later)
    return ready


def least(shop: Arrays) -> Least:
    """The bounds of a shop."""
    count = len(shop.lot)
    if not count:
        return Least(0, np.zeros(0, dtype=np.int64), 0)
    order = _in_order(shop)
    begins, done = _soonest(shop, np.array(order, dtype=np.int64))
    lots = shop.lot_done.copy()
    np.maximum.at(lots, shop.lot, done)
    shortest = np.minimum.reduceat(shop.mode_seconds, shop.mode_first[:-1])
    tails = np.zeros(count, dtype=np.int64)  # least time from its end to its lot's end
    for one in reversed(order):
        for row in range(int(shop.after_first[one]), int(shop.after_first[one + 1])):
            later = int(shop.after[row])
            if shop.lot[later] == shop.lot[one]:
                way = int(shop.after_lag[row] + shortest[later] + tails[later])
                tails[one] = max(int(tails[one]), way)
    makespan, total = int(lots.max()), int(lots.sum())
    for pool, size in _pools(shop):
        work: dict[int, float] = {}
        since: dict[int, int] = {}
        after: dict[int, int] = {}
        for one in pool:
            lot = int(shop.lot[one])
            work[lot] = work.get(lot, 0.0) + shortest[one] / size
            since[lot] = min(since.get(lot, int(begins[one])), int(begins[one]))
            after[lot] = min(after.get(lot, int(tails[one])), int(tails[one]))
        sums = _shortest_first(sorted((since[lot], work[lot]) for lot in work))
        here = sum(sums) + sum(after.values())
        others = int(lots.sum() - sum(int(lots[lot]) for lot in work))
        total = max(total, int(np.ceil(here - 1e-6)) + others)
        makespan = max(makespan, int(np.ceil(max(sums) - 1e-6)) + min(after.values()))
    return Least(makespan, lots, total)


def _pools(shop: Arrays) -> list[tuple[list[int], int]]:
    """Operations that share machines with one another, and how many machines those are."""
    leader = list(range(len(shop.centre)))

    def lead(machine: int) -> int:
        while leader[machine] != machine:
            machine = leader[machine]
        return machine

    rows = [
        shop.mode_machine[shop.mode_first[one] : shop.mode_first[one + 1]].tolist()
        for one in range(len(shop.lot))
    ]
    for machines in rows:
        for machine in machines:
            leader[lead(machine)] = lead(machines[0])
    found: dict[int, list[int]] = {}
    for one, machines in enumerate(rows):
        found.setdefault(lead(machines[0]), []).append(one)
    sizes = {head: sum(lead(one) == head for one in range(len(leader))) for head in found}
    return [(pool, sizes[head]) for head, pool in found.items()]


def _shortest_first(work: list[tuple[int, float]]) -> list[float]:
    """The ends of lots that come and are worked on one machine, the least work left first."""
    waiting: list[float] = []
    found: list[float] = []
    now, place = 0.0, 0
    while place < len(work) or waiting:
        if not waiting:
            now = max(now, work[place][0])
        while place < len(work) and work[place][0] <= now:
            heapq.heappush(waiting, work[place][1])
            place += 1
        left = heapq.heappop(waiting)
        until = work[place][0] if place < len(work) else float("inf")
        if now + left <= until:
            now += left
            found.append(now)
        else:
            heapq.heappush(waiting, left - (until - now))
            now = until
    return found
