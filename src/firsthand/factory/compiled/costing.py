"""What a schedule costs, counted by machine code: ``objective``'s cost of the lots in the arrays.

Lots of which everything is fixed are not in them: nothing that a solver does changes their cost.
"""

import numpy as np

from firsthand.factory.compiled.jit import compiled
from firsthand.factory.compiled.shop import NONE, Arrays
from firsthand.factory.compiled.windows import Ints

HOUR = 3600


@compiled
def completions(shop: Arrays, end: Ints) -> Ints:
    """When each lot is done."""
    done = shop.lot_done.copy()
    for operation in range(len(end)):
        lot = shop.lot[operation]
        done[lot] = max(done[lot], end[operation])
    return done


@compiled
def cost(shop: Arrays, machine: Ints, start: Ints, end: Ints, setup: Ints) -> float:
    """The cost of a schedule; the smaller, the better."""
    found = 0.0
    done = completions(shop, end)
    for lot in range(len(done)):
        late = max(0, done[lot] - shop.lot_due[lot])
        inside = done[lot] - shop.lot_release[lot]
        found += shop.lot_weight[lot] * (shop.weights[0] * late + shop.weights[1] * inside)
    found += shop.weights[2] * np.sum(setup)
    if shop.weights[3] > 0:
        for operation in range(len(end)):
            before = shop.previous_start[operation]
            if before != NONE and before < shop.near:
                moved = abs(start[operation] - before)
                if machine[operation] != shop.previous_machine[operation]:
                    moved += HOUR
                found += shop.weights[3] * moved
    return found
