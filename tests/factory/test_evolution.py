"""The evolution strategy finds the bottom of valleys that are long, narrow and askew."""

import numpy as np

from firsthand.factory.solvers.evolution import Evolution


def valley(at: np.ndarray) -> float:
    """A thousand times as steep in one direction as in another; the bottom is at 3, 3, 3 …"""
    askew = np.cumsum(at - 3)
    steep = 10 ** np.linspace(0, 3, len(at))
    return float((steep * askew**2).sum())


def lowest(seed: int) -> float:
    """How low it gets in 6,000 trials."""
    evolution = Evolution(np.zeros(6), 0.5, np.random.default_rng(seed))
    found = valley(np.zeros(6))
    for _ in range(6_000 // evolution.count):
        costs = [valley(one) for one in evolution.ask()]
        evolution.tell(costs)
        found = min(found, *costs)
    return found


def test_it_finds_the_bottom_of_a_narrow_valley() -> None:
    assert max(lowest(seed) for seed in range(3)) < 1e-6 * valley(np.zeros(6))


def test_chance_that_does_not_learn_stays_far_above() -> None:
    chance = np.random.default_rng(1)
    drawn = chance.normal(0, 3, (6_000, 6))
    assert min(valley(one) for one in drawn) > 1e-6 * valley(np.zeros(6))


def test_the_same_chance_finds_the_same() -> None:
    assert lowest(1) == lowest(1) != lowest(2)
