"""Ways of planning beside one another: each plays the same seasons, and what came of it is told.

A figure is a mean over the seeds, with its spread (the standard deviation between seasons).
"""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product
from statistics import fmean, stdev
from typing import NamedTuple

from firsthand.rehearse.season.ways import WAYS
from firsthand.rehearse.season.world import DAYS_A_MONTH, Setting, World

# By its name: what it is called in the table, and what it means.
MEASURES: Mapping[str, tuple[str, str]] = {
    "wanted": ("wanted", "pieces that somebody came for"),
    "taken_percent": ("taken %", "of them: their buyers took the day that they were told"),
    "lost_percent": ("lost %", "of them: their buyers found the day too late, or there was none"),
    "kept_percent": ("kept %", "of the pieces taken: shipped by the promised day"),
    "missed_days": ("missed by", "days, of those that were not"),
    "promised_days": ("promised", "days from the order to the promised day"),
    "true_days": ("true", "days from the order to the day on which it shipped"),
    "stock": ("stock", "pieces on the shelves in the morning"),
    "flow_hours": ("flow h", "of a lot, from when it was opened until it was done"),
    "setup_hours": ("setups h", "of machines set up, a month"),
    "busiest_percent": ("busiest %", "of the hours of the busiest work centre, set up or running"),
}
Progress = Callable[[float, str], object]


class Task(NamedTuple):
    """A season to be played."""

    setting: Setting
    seed: int
    way: str


class Spread(NamedTuple):
    """A figure over several seasons."""

    mean: float
    spread: float
    values: tuple[float, ...]


def figures(task: Task) -> dict[str, float]:
    """Play a season; what came of it, by measure."""
    # Compiled code is loaded by who plays, in a process of his own.
    from firsthand.rehearse.season.playing import play  # noqa: PLC0415

    found = play(World(task.setting, task.seed), WAYS[task.way])
    tally, months = found.tally, task.setting.days / DAYS_A_MONTH
    return {
        "wanted": tally.wanted,
        "taken_percent": _share(100 * tally.taken, tally.wanted),
        "lost_percent": _share(100 * tally.lost, tally.wanted),
        "kept_percent": _share(100 * tally.kept, tally.taken),
        "missed_days": _share(tally.missed_days, tally.missed),
        "promised_days": _share(tally.promised_days, tally.taken),
        "true_days": _share(tally.true_days, tally.shipped),
        "stock": found.mean_stock,
        "flow_hours": found.flow_hours,
        "setup_hours": found.setup_hours / months,
        "busiest_percent": found.busiest_percent,
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def compare(
    setting: Setting,
    *,
    ways: Sequence[str],
    seeds: int,
    jobs: int = 2,
    progress: Progress | None = None,
) -> dict[str, dict[str, Spread]]:
    """By way and measure: what comes of so many seasons. It does not depend on JOBS."""
    tasks = [Task(setting, seed, way) for seed, way in product(range(1, seeds + 1), ways)]
    found: dict[Task, dict[str, float]] = {}
    for task, came in _played(tasks, jobs):
        found[task] = came
        if progress is not None:
            progress(len(found) / len(tasks), f"{task.way}, season {task.seed}")
    return {
        way: {
            measure: _spread(
                [found[Task(setting, seed, way)][measure] for seed in range(1, seeds + 1)]
            )
            for measure in MEASURES
        }
        for way in ways
    }


def _played(tasks: Sequence[Task], jobs: int) -> Iterator[tuple[Task, dict[str, float]]]:
    if jobs <= 1 or len(tasks) <= 1:
        for task in tasks:
            yield task, figures(task)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=context) as pool:
        asked = {pool.submit(figures, task): task for task in tasks}
        try:
            for done in as_completed(asked):
                yield asked[done], done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _spread(values: Sequence[float]) -> Spread:
    spread = stdev(values) if len(values) > 1 else 0.0
    return Spread(fmean(values), spread, tuple(values))
