"""How good are the plans? Rules, tuned rules and our best, on the same drawn factories.

    firsthand bench factory [--sizes small middle large] [--seeds 10] [--seconds 5 20 60]
                            [--first 1] [--solvers best] [--write FILE]

Factories of consumer electronics (``firsthand.rehearse.works``) of about 300, 2,000 and 10,000
operations. Those of odd seeds are overloaded (load 1.05, tight due dates), those of even seeds
busy (0.9). Each is planned by FIFO, EDD, EDD that keeps families together, the other classic
rules with their usual parameters, ATCS *tuned by grid* (the strongest baseline, and always shown)
and our best within its budget. Every plan is judged by the checker; figures are reckoned from the
plan, not taken from the solver. Ratios are means over the seeds, with their spread (one standard
deviation); each target is counted on each factory, and the misses are said.

A run of ten seeds takes about 25 minutes on two cores that have nothing else to do.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from firsthand.factory.checker import check
from firsthand.factory.plan import Plan
from firsthand.factory.problem import Problem
from firsthand.factory.solver import Budget, find
from firsthand.rehearse.works import LIVE, works

SECONDS = {"small": 5.0, "middle": 20.0, "large": 60.0}
BASELINES = ("fifo", "edd", "edd_by_family", "spt", "wspt", "cr", "slack", "atc", "atcs", "tuned")
HOUR = 3600


@dataclass
class Row:
    """What a solver made of a factory."""

    size: str
    seed: int
    solver: str
    operations: int
    weighted_tardiness_hours: float
    flow_hours: float
    live_lead_hours: float
    on_time_percent: float
    live_on_time_percent: float
    changeover_hours: float
    cost: float
    seconds: float


@dataclass(frozen=True)
class Target:
    """What we set out to reach: a figure of ours, beside the same of somebody else."""

    figure: str
    against: str
    change: float  # in percent, at least so much
    sizes: tuple[str, ...] = ("small", "middle", "large")


TARGETS = (
    Target("weighted_tardiness_hours", "fifo", -80),
    Target("weighted_tardiness_hours", "edd", -80),
    Target("weighted_tardiness_hours", "atcs", -40),
    Target("flow_hours", "fifo", -20, ("small",)),
    Target("flow_hours", "fifo", -30, ("middle",)),
    Target("flow_hours", "fifo", -45, ("large",)),
    Target("live_lead_hours", "edd", -75, ("large",)),
    Target("cost", "tuned", -10),
)
FIGURES = {
    "weighted_tardiness_hours": "WT h",
    "flow_hours": "flow h",
    "live_lead_hours": "live h",
    "on_time_percent": "on time %",
    "live_on_time_percent": "live on time %",
    "changeover_hours": "changeover h",
    "cost": "cost",
    "seconds": "s",
}


def main() -> None:
    """Plan all of them with everybody, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", choices=list(SECONDS), default=list(SECONDS))
    parser.add_argument("--seeds", type=int, default=10, help="how many factories of each size")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seconds", type=float, nargs="+", help="our budget, by size")
    parser.add_argument("--solvers", nargs="+", default=["best"], help="ours; the first is judged")
    parser.add_argument("--write", type=Path, help="a file for all rows, as JSON")
    asked = parser.parse_args()
    budgets = dict(zip(asked.sizes, asked.seconds, strict=True)) if asked.seconds else SECONDS
    warm(asked.solvers)
    rows: list[Row] = []
    with Progress(console=Console(stderr=True)) as progress:
        seeds = range(asked.first, asked.first + asked.seeds)
        bar = progress.add_task("factories", total=len(seeds) * len(asked.sizes))
        for size in asked.sizes:
            for seed in seeds:
                rows += measured(size, seed, budgets[size], asked.solvers)
                progress.advance(bar)
            print("\n".join(table(size, rows, asked.solvers)), flush=True)
    print("\n".join(judged(rows, asked.solvers[0], asked.sizes)))
    if asked.write:
        asked.write.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


def warm(solvers: list[str]) -> None:
    """Compile what is compiled, which belongs to nobody's budget."""
    for name in (*BASELINES, *solvers):
        find(name).solve(works(seed=1, lots=5), seed=1, budget=Budget(seconds=0.3))


def factory(size: str, seed: int) -> Problem:
    """A factory: overloaded with an odd seed, busy with an even one."""
    load, tight = (1.05, 0.5) if seed % 2 else (0.9, 0.8)
    return works(size, seed=seed, load=load, tight=tight)


def measured(size: str, seed: int, seconds: float, solvers: list[str]) -> Iterator[Row]:
    """One factory, planned by everybody."""
    problem = factory(size, seed)
    for name in (*BASELINES, *solvers):
        begun = time.perf_counter()
        plan = find(name).solve(problem, seed=seed, budget=Budget(seconds=seconds))
        took = time.perf_counter() - begun
        wrong = check(problem, plan)
        if wrong:
            sys.exit(f"{name} on {size} {seed}: {wrong[0]}")
        yield row(problem, plan, size, seed, name, took)


def row(problem: Problem, plan: Plan, size: str, seed: int, name: str, took: float) -> Row:
    """The figures of a plan."""
    done = plan.completions()
    late = {lot.id: max(0, done[lot.id] - lot.due) for lot in problem.lots}
    lead = {lot.id: done[lot.id] - lot.release for lot in problem.lots}
    weighted = sum(lot.weight * late[lot.id] for lot in problem.lots) / HOUR
    inside = sum(lot.weight * lead[lot.id] for lot in problem.lots) / HOUR
    live = [lot.id for lot in problem.lots if lot.weight == LIVE]
    weights = problem.objective
    setup = sum(one.setup_seconds for one in plan.operations) / HOUR
    cost = weights.tardiness * weighted + weights.flow * inside + weights.changeover * setup
    return Row(
        size=size,
        seed=seed,
        solver=name,
        operations=len(plan.operations),
        weighted_tardiness_hours=weighted,
        flow_hours=statistics.fmean(lead.values()) / HOUR,
        live_lead_hours=statistics.fmean([lead[one] for one in live] or [0]) / HOUR,
        on_time_percent=100 * statistics.fmean(not one for one in late.values()),
        live_on_time_percent=100 * statistics.fmean([not late[one] for one in live] or [1]),
        changeover_hours=setup,
        cost=cost,
        seconds=took,
    )


def table(size: str, rows: list[Row], solvers: list[str]) -> Iterator[str]:
    """The means of one size, and our cost beside that of each."""
    here = [one for one in rows if one.size == size]
    count = statistics.fmean(one.operations for one in here)
    seeds = len({one.seed for one in here})
    yield f"\n{size}: about {count:,.0f} operations, {seeds} factories\n"
    yield f"| | {' | '.join(FIGURES.values())} | {solvers[0]}'s cost beside it, % |"
    yield "|" + "---|" * (len(FIGURES) + 2)
    for name in (*BASELINES, *solvers):
        own = [one for one in here if one.solver == name]
        cells = [
            _short(statistics.fmean(getattr(one, figure) for one in own)) for figure in FIGURES
        ]
        cells.append(spread(changes(here, "cost", solvers[0], name)))
        yield f"| {name} | {' | '.join(cells)} |"


def changes(rows: list[Row], figure: str, ours: str, against: str) -> list[float]:
    """By factory: by how many percent ours is more than theirs."""
    found = []
    for one in rows:
        if one.solver != ours:
            continue
        [other] = [
            getattr(row, figure)
            for row in rows
            if (row.size, row.seed, row.solver) == (one.size, one.seed, against)
        ]
        if other:
            found.append(100 * (getattr(one, figure) / other - 1))
    return found


def judged(rows: list[Row], ours: str, sizes: list[str]) -> Iterator[str]:
    """Each target, size by size: what was reached, and on how many factories it was missed."""
    yield "\n| target | size | mean ± spread, % | median | met on |"
    yield "|---|---|---|---|---|"
    for target in TARGETS:
        for size in (one for one in target.sizes if one in sizes):
            here = [one for one in rows if one.size == size]
            found = changes(here, target.figure, ours, target.against)
            if not found:
                continue
            met = sum(change <= target.change for change in found)
            yield (
                f"| {FIGURES[target.figure]} {target.change} % beside {target.against} | {size}"
                f" | {spread(found)} | {statistics.median(found):.1f} | {met} of {len(found)} |"
            )


def spread(values: list[float]) -> str:
    """A mean with its spread."""
    if not values:
        return "–"
    wide = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.fmean(values):.1f} ± {wide:.1f}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    main()
