"""Which model to believe: each is asked what the past would have told it, and judged by what came.

From several origins in the past a model forecasts HORIZON_DAYS from what was known then
(*rolling origin*). What counts is how wrong it was on the pieces of each week: a lot is made for
a week, not for a day, and a day without a piece must not be won by whoever always says none.

    WAPE = sum of |forecast − taken| of all weeks ÷ sum of what was taken
    MASE = mean of |forecast − taken| ÷ mean of |week − the week before|, in the known part

The baseline is the *seasonal naive*: as last week. A model that was further off is not taken, so
that over the past the choice is never worse. Of the others the one with the smallest *squared*
error is: that is the one that gets the mean right, where the plain error would be won by whoever
says too little of what is asked for now and then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from firsthand.factory.forecast.history import WEEK

HORIZON_DAYS = 28
ORIGINS = 6
STEP_DAYS = 14  # from one origin to the next
DAYS_MIN = 2 * HORIZON_DAYS  # fewer than that cannot be judged
LOW, HIGH = 0.1, 0.9  # between them are 80 of 100 days

Model = Callable[[Sequence[float], int], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Trial:
    """How wrong a model was from all origins, and by how much on each day."""

    off: float  # sum of what each week was off
    squared: float  # the same, squared
    scaled: float  # mean of that, in weeks of the naive one's mistakes (MASE)
    errors: tuple[float, ...]  # taken − forecast, by day


@dataclass(frozen=True, slots=True)
class Judged:
    """The model that was chosen, how wrong it was, and how wrong the naive one."""

    model: str
    trial: Trial
    naive: Trial
    taken: float  # in the weeks that were forecast


def naive(pieces: Sequence[float], days: int) -> list[float]:
    """As on the same weekday of the last week.

    >>> naive([9.0, 1, 2, 3, 4, 5, 6, 7], 8)
    [1, 2, 3, 4, 5, 6, 7, 1]
    """
    week = pieces[-WEEK:]
    return [week[day % len(week)] for day in range(days)]


def judge(pieces: Sequence[float], models: Mapping[str, Model], *, baseline: str) -> Judged:
    """Try all models on the past, and choose. PIECES are of DAYS_MIN days at least."""
    if len(pieces) < DAYS_MIN:
        raise ValueError(f"{len(pieces)} days are too few to judge by")
    trials = {name: _trial(pieces, model) for name, model in models.items()}
    base = trials[baseline]
    fit = [name for name, trial in trials.items() if trial.off <= base.off]
    best = min(fit, key=lambda name: (trials[name].squared, name != baseline, name))
    taken = sum(sum(pieces[origin : origin + HORIZON_DAYS]) for origin in _origins(len(pieces)))
    return Judged(best, trials[best], base, taken)


def _origins(length: int) -> list[int]:
    last = length - HORIZON_DAYS
    found = [last - STEP_DAYS * back for back in range(ORIGINS)]
    return sorted(origin for origin in found if origin >= HORIZON_DAYS)


def _trial(pieces: Sequence[float], model: Model) -> Trial:
    off: list[float] = []
    scaled: list[float] = []
    errors: list[float] = []
    for origin in _origins(len(pieces)):
        known, came = pieces[:origin], pieces[origin : origin + HORIZON_DAYS]
        said = [max(0.0, one) for one in model(known, HORIZON_DAYS)]
        weeks = [abs(a - b) for a, b in zip(_weeks(said), _weeks(came), strict=True)]
        steps = _weeks(known[len(known) % WEEK :])
        usual = fmean(abs(b - a) for a, b in pairwise(steps))
        off += weeks
        scaled += [one / max(usual, 1.0) for one in weeks]
        errors += [a - b for a, b in zip(came, said, strict=True)]
    return Trial(sum(off), sum(one * one for one in off), fmean(scaled), tuple(errors))


def _weeks(days: Sequence[float]) -> list[float]:
    return [sum(days[start : start + WEEK]) for start in range(0, len(days), WEEK)]


def interval(said: Sequence[float], errors: Sequence[float]) -> list[tuple[float, float]]:
    """Between which bounds 80 of 100 days lie, as far off as the model was in the past.

    >>> interval([10.0], [-4.0, -2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 8.0])
    [(8.0, 13.0)]
    """
    ordered = sorted(errors)
    last = len(ordered) - 1
    low, high = ordered[round(LOW * last)], ordered[round(HIGH * last)]
    return [(max(0.0, min(one, one + low)), max(one, one + high)) for one in said]
