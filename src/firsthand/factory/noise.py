"""How far the floor is from the plan: work takes longer or shorter, and machines break down. Pure.

The rule that runs the floor, and whoever plans, sees only how long work should take. How long it
takes is drawn: by a factor of mean one, spread lognormally (work is never done in less than no
time, and a long delay is likelier than its opposite), and for a small share of the operations
several times as long, since something broke.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Noise(NamedTuple):
    """How much the time of an operation varies."""

    spread: float = 0.1  # of the logarithm: 0.1 is about ten per cent
    breakdown_share: float = 0.01  # of the operations
    breakdown_factor: float = 3.0  # so many times as long

    def factors(self, operations: int, *, seed: int, future: int) -> Floats:
        """By how much each operation is longer than it should be, in one of the futures."""
        chance = np.random.default_rng([seed, future])
        drawn = chance.normal(-(self.spread**2) / 2, self.spread, operations)
        found: Floats = np.exp(drawn)
        found[chance.random(operations) < self.breakdown_share] *= self.breakdown_factor
        return found


CALM = Noise(0.0, 0.0, 1.0)
