"""On what terms plans are made: what they are judged by, and how sure a date shall be. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from firsthand.factory.objective import DEFAULT, Objective


class Chances(NamedTuple):
    """How far the floor strays from what was planned."""

    spread: float = 0.15  # of the logarithm of a run time
    breakdown_share: float = 0.02  # so many of all operations meet a breakdown
    breakdown_factor: float = 3.0  # and take so many times as long

    @classmethod
    def of(cls, words: str) -> "Chances":
        """As it stands in a setting.

        >>> Chances.of("0.1/0.01/2")
        Chances(spread=0.1, breakdown_share=0.01, breakdown_factor=2.0)
        """
        found = cls(*_numbers(words, 3))
        if not (0 <= found.spread <= 2 and 0 <= found.breakdown_share <= 1):
            raise ValueError("a spread is from 0 to 2, a share from 0 to 1")
        if not 1 <= found.breakdown_factor <= 100:
            raise ValueError("a breakdown takes from 1 to 100 times as long")
        return found


USUAL = Chances()


@dataclass(frozen=True, slots=True)
class Terms:
    """All that may be chosen."""

    objective: Objective = DEFAULT
    chances: Chances = USUAL
    futures: int = 200  # that are played for the safe dates; none: the plan's own dates
    quantile: float = 0.95  # of the futures in which a lot is done by its safe date
    alarm: float = 0.80  # a promise is at risk that is kept in fewer of them

    def __post_init__(self) -> None:
        if not 0 < self.alarm <= self.quantile < 1:
            raise ValueError("0 < alarm ≤ quantile < 1: what is offered is surer than what is kept")
        if self.futures < 0:
            raise ValueError("there are no fewer futures than none")


def weights(words: str) -> Objective:
    """An objective, as it stands in a setting: tardiness, flow, changeover, instability.

    >>> weights("1/0.1/0.1/0.05").instability
    0.05
    """
    tardiness, flow, changeover, instability = _numbers(words, 4)
    return Objective(tardiness, flow, changeover, instability)


def _numbers(words: str, count: int) -> list[float]:
    found = [float(word) for word in words.split("/")]
    if len(found) != count:
        raise ValueError(f"say {count} numbers, with a / between them")
    return found
