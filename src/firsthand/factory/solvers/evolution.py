"""CMA-ES: a search among vectors of numbers that learns which of them go together.

Each generation is drawn around a mean, from a normal distribution; the better half pulls the mean
to itself, and the distribution's shape and size follow the steps that helped. (Hansen, "The CMA
Evolution Strategy: A Tutorial", 2016; the constants are its defaults.) Chance is an argument.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Evolution:
    """Ask for a generation, tell what each of it costs, and so on."""

    def __init__(self, mean: Floats, step: float, chance: np.random.Generator) -> None:
        size = len(mean)
        self._mean, self._step, self._chance = mean.copy(), step, chance
        self.count = 4 + int(3 * np.log(size))  # of a generation
        half = self.count // 2
        shares = np.log(half + 0.5) - np.log(np.arange(1, half + 1))
        self._shares = shares / shares.sum()
        mass = 1 / float((self._shares**2).sum())
        self._mass = mass
        self._c_path = (4 + mass / size) / (size + 4 + 2 * mass / size)
        self._c_step = (mass + 2) / (size + mass + 5)
        self._c_one = 2 / ((size + 1.3) ** 2 + mass)
        self._c_many = min(1 - self._c_one, 2 * (mass - 2 + 1 / mass) / ((size + 2) ** 2 + mass))
        spare = max(0.0, float(np.sqrt((mass - 1) / (size + 1))) - 1)
        self._damping = 1 + 2 * spare + self._c_step
        self._usual = np.sqrt(size) * (1 - 1 / (4 * size) + 1 / (21 * size * size))
        self._shape = np.eye(size)
        self._path, self._step_path = np.zeros(size), np.zeros(size)
        self._generation = 0

    def ask(self) -> list[Floats]:
        """A generation."""
        values, self._axes = np.linalg.eigh(self._shape)
        self._lengths = np.sqrt(np.maximum(values, 1e-12))
        drawn = self._chance.normal(size=(self.count, len(self._mean)))
        self._steps = (drawn * self._lengths) @ self._axes.T
        return list(self._mean + self._step * self._steps)

    def tell(self, costs: list[float]) -> None:
        """What each of the generation costs."""
        self._generation += 1
        best = self._steps[np.argsort(costs, kind="stable")[: len(self._shares)]]
        move = self._shares @ best
        self._mean = self._mean + self._step * move
        straight = self._axes @ ((self._axes.T @ move) / self._lengths)
        rate = self._c_step
        self._step_path = (1 - rate) * self._step_path + np.sqrt(
            rate * (2 - rate) * self._mass
        ) * straight
        length = float(np.linalg.norm(self._step_path))
        settled = length / np.sqrt(1 - (1 - rate) ** (2 * self._generation))
        steady = settled < (1.4 + 2 / (len(self._mean) + 1)) * self._usual
        rate = self._c_path
        self._path = (1 - rate) * self._path
        if steady:
            self._path += np.sqrt(rate * (2 - rate) * self._mass) * move
        self._shape = (
            (1 - self._c_one - self._c_many) * self._shape
            + self._c_one * np.outer(self._path, self._path)
            + self._c_many * (best.T * self._shares) @ best
        )
        self._step *= float(np.exp(self._c_step / self._damping * (length / self._usual - 1)))
