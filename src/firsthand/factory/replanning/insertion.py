"""New lots in the gaps of a plan: what can be promised without moving anything.

It is the fastest answer and the safest: no operation that was planned ends later by it. It is
also the latest, since it takes what the plan left. ``admission`` does better where there is time.
"""

from collections.abc import Collection, Iterable

import numpy as np

from firsthand.factory.compiled.insertion import Inserted, inserted
from firsthand.factory.compiled.shop import NONE, Arrays, Shop, shop
from firsthand.factory.compiled.windows import NEVER, Ints
from firsthand.factory.plan import Plan
from firsthand.factory.problem import Problem

NAME = "insertion"


def insert(problem: Problem, plan: Plan, lots: Iterable[int]) -> Plan:
    """A plan of the whole PROBLEM: as PLAN where it says something, LOTS in its gaps, in order.

    PLAN holds all operations but those of LOTS. Raises ``Impossible`` if something fits nowhere.
    """
    floor = shop(problem)
    machine, start, end, setup = put_in(floor, plan, list(lots))
    return floor.plan(machine, start, end, setup, solver=NAME, seed=plan.seed)


def put_in(floor: Shop, plan: Plan, lots: Collection[int]) -> Inserted:
    """The same in arrays."""
    machine, start, end, setup = scheduled(floor, plan)
    return inserted(floor.arrays, machine, start, end, setup, in_order(floor, lots))


def scheduled(floor: Shop, plan: Plan) -> Inserted:
    """Where and when a plan has the operations of a shop; NEVER where it says nothing of them, or
    puts them on a machine that is not there any more.
    """
    count = len(floor.operations)
    machine = np.full(count, NONE, dtype=np.int64)
    start, end = np.full(count, NEVER, dtype=np.int64), np.full(count, NEVER, dtype=np.int64)
    setup = np.zeros(count, dtype=np.int64)
    number = {place: at for at, place in enumerate(floor.machines)}
    index = {(lot.id, one.id): at for at, (lot, one) in enumerate(floor.operations)}
    for planned in plan.operations:
        at = index.get((planned.lot_id, planned.operation_id))
        on = number.get((planned.work_centre_id, planned.machine))
        if at is not None and on is not None:
            machine[at] = on
            start[at], end[at] = planned.start, planned.end
            setup[at] = planned.setup_seconds
    return machine, start, end, setup


def in_order(floor: Shop, lots: Collection[int]) -> Ints:
    """The operations of lots, lot by lot, none before its forerunners."""
    rank = {lot_id: at for at, lot_id in enumerate(lots)}
    index = {(lot.id, one.id): at for at, (lot, one) in enumerate(floor.operations)}
    found = [
        index[lot.id, one.id]
        for lot in sorted(
            (one for one in floor.lots if one.id in rank), key=lambda one: rank[one.id]
        )
        for one in lot.in_order()
        if one.fixed is None
    ]
    return np.array(_after_needs(floor.arrays, found), dtype=np.int64)


def _after_needs(arrays: Arrays, found: list[int]) -> list[int]:
    """The same order, but lots that others need come before those."""
    left, placed, queue = set(found), [], list(found)
    while queue:
        later = []
        for one in queue:
            first, last = arrays.before_first[one], arrays.before_first[one + 1]
            if any(int(before) in left for before in arrays.before[first:last]):
                later.append(one)
            else:
                placed.append(one)
                left.discard(one)
        queue = later
    return placed
