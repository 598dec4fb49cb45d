"""Chance in compiled code: a generator in an array, so that each search has one of its own.

xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016): small,
fast, and the same on every machine. Two threads with two arrays do not disturb each other.
"""

import math

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.jit import inner

Chance = NDArray[np.uint64]


def chance(seed: int) -> Chance:
    """A generator that begins with a seed."""
    return np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)


@inner
def share(state: Chance) -> float:
    """A number from nought to just below one."""
    drawn = state[0]
    drawn ^= drawn >> np.uint64(12)
    drawn ^= drawn << np.uint64(25)
    drawn ^= drawn >> np.uint64(27)
    state[0] = drawn
    return float((drawn * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@inner
def below(state: Chance, many: int) -> int:
    """A whole number from nought to just below so many."""
    return int(share(state) * many)


@inner
def waits(state: Chance) -> float:
    """A number drawn from the exponential distribution with mean one."""
    return -math.log(1.0 - share(state))
