"""From a list of operations, each with its machine, to a plan: semi-active decoding.

The list is topological: no operation stands before one that it waits for. Each is placed in its
turn, behind what its machine did last, as early as it can be (``placing.placed``). A machine is
set up while the lot is still on its way. Of each pool it takes the unit that is free first.

Every plan in which no operation could begin sooner without another order of the list is decoded
from some list, and among those plans is a best one for every cost that does not punish being
early; so a search needs to look only at lists.
"""

import numpy as np

from firsthand.factory.compiled.jit import compiled, inner
from firsthand.factory.compiled.placing import placed, setup_seconds
from firsthand.factory.compiled.shop import NONE, Arrays
from firsthand.factory.compiled.windows import Ints


@compiled
def decode(shop: Arrays, order: Ints, machine: Ints) -> tuple[Ints, Ints, Ints]:
    """The start, the end and the setup of each operation. ORDER is topological.

    What cannot be done by the machine that was given ends at NEVER, as does what ends after the
    last window closes.
    """
    start = np.zeros(len(order), np.int64)
    end = np.zeros(len(order), np.int64)
    setup = np.zeros(len(order), np.int64)
    free, unit_free = shop.free.copy(), shop.unit_free.copy()
    family, part = shop.family_before.copy(), shop.part_before.copy()
    for one in order:
        place = machine[one]
        base, ready = free[place], shop.release[one]
        for row in range(shop.before_first[one], shop.before_first[one + 1]):
            ready = max(ready, end[shop.before[row]] + shop.before_lag[row])
        for row in range(shop.pool_first[one], shop.pool_first[one + 1]):
            base = max(base, unit_free[first_free(shop.unit_first, unit_free, shop.pool[row])])
        setup[one] = setup_seconds(shop, place, family[place], part[place], one)
        start[one], end[one] = placed(
            shop, place, base, setup[one], ready, work_seconds(shop, one, place)
        )
        for row in range(shop.pool_first[one], shop.pool_first[one + 1]):
            unit_free[first_free(shop.unit_first, unit_free, shop.pool[row])] = end[one]
        free[place] = end[one]
        family[place], part[place] = shop.family[one], shop.part[one]
    return start, end, setup


@inner
def work_seconds(shop: Arrays, operation: int, machine: int) -> int:
    """How long an operation runs on a machine; NONE if that cannot do it."""
    for row in range(shop.mode_first[operation], shop.mode_first[operation + 1]):
        if shop.mode_machine[row] == machine:
            return shop.mode_seconds[row]
    return NONE


@inner
def first_free(unit_first: Ints, unit_free: Ints, pool: int) -> int:
    """The unit of a pool that is free first."""
    found = unit_first[pool]
    for unit in range(found + 1, unit_first[pool + 1]):
        if unit_free[unit] < unit_free[found]:
            found = unit
    return found
