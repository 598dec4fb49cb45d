"""Public instances of the job shop: how far from the best known, beside CP-SAT and PyJobShop.

    firsthand bench instances [--quick] [--seconds 60] [--workers 2] [--only mk06 ta] [--fresh]

Each instance is planned three times, for the shortest makespan, with the same seed, number of
workers and time: by CP-SAT alone (plain constraints, from nothing), by PyJobShop (whose
constraints CP-SAT solves, too), and by us: annealing for a third of the time from the best of the
dispatch rules, then CP-SAT, hinted with what annealing found. Every schedule is judged by the
independent checker before it counts; one that it has something against ends the run with 1.

A run takes about an hour (--quick: ten minutes). What is done is written to a file at once
(--into); an interrupted run goes on where it stopped, unless it is to begin anew (--fresh).
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import platformdirs
from ground import instances as public
from ground.instances import Instance

from firsthand.factory.checker import check
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.solver import Budget, find
from firsthand.factory.solvers import cp_sat

QUICK = ("mk06", "mk10", "la26_rdata", "la30_vdata", "06a", "12a", "behnke11", "ta21", "ta41")
QUICK_SECONDS = 20.0
ANNEALING_SHARE = 1 / 3
GOAL = 60  # percent of the others' mean gap
ALONE, PEER, OWN = "CP-SAT alone", "PyJobShop", "annealing, CP-SAT"


class Wrong(Exception):
    """A schedule that cannot be carried out."""


def main() -> None:
    """Plan, judge, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cache = Path(platformdirs.user_cache_dir("firsthand")) / "instances"
    parser.add_argument("--seconds", type=float, help="for each plan (60; --quick: 20)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[], help="instances whose name begins so")
    parser.add_argument("--quick", action="store_true", help="nine instances, 20 seconds each")
    parser.add_argument("--into", type=Path, help="what is done already, and what will be")
    parser.add_argument("--fresh", action="store_true", help="forget what is done already")
    parser.add_argument("--cache", type=Path, default=cache, help="where the wheel is kept")
    asked = parser.parse_args()
    asked.seconds = asked.seconds or (QUICK_SECONDS if asked.quick else 60.0)
    name = f"{asked.seconds:g}s-{asked.workers}w-seed{asked.seed}.jsonl"
    into = asked.into or asked.cache / name
    into.parent.mkdir(parents=True, exist_ok=True)
    chosen = _chosen(asked)
    done = {} if asked.fresh else _read(into)
    if asked.fresh:
        into.unlink(missing_ok=True)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {load}; OR-Tools "
        f"{version('ortools')}, PyJobShop {version('pyjobshop')}; {asked.seconds:g} s, "
        f"{asked.workers} workers, seed {asked.seed}; {into}",
        flush=True,
    )
    left = [(one, way) for one in chosen for way in WAYS if (one.name, way) not in done]
    _warm_up()
    for count, (one, way) in enumerate(left, 1):
        row = _measure(one, way, asked)
        done[one.name, way] = row
        with into.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(
            f"{count:3} of {len(left)}  {one.name:<12} {way:<18} {row['value'] or '–':>7}"
            f"  bound {row['bound']:,.0f}  best known {one.best}  {row['took']:.0f} s"
            f"  load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    print("\n" + table(chosen, done))


def _chosen(asked: argparse.Namespace) -> list[Instance]:
    found = [public.flexible(name) for name in public.KNOWN]
    try:
        found += public.job_shops(asked.cache).values()
    except (OSError, StopIteration) as no:
        print(f"Taillard's are not there: {no}", file=sys.stderr)
    except Exception as no:  # noqa: BLE001 - pip says it in its own words above
        print(f"Taillard's are not there: {no}", file=sys.stderr)
    if asked.quick:
        found = [one for one in found if one.name in QUICK]
    if asked.only:
        found = [one for one in found if one.name.startswith(tuple(asked.only))]
    return found


def _read(into: Path) -> dict[tuple[str, str], dict]:
    if not into.exists():
        return {}
    rows = [json.loads(line) for line in into.read_text(encoding="utf-8").splitlines()]
    return {(row["name"], row["way"]): row for row in rows}


def _measure(one: Instance, way: str, asked: argparse.Namespace) -> dict:
    began = time.perf_counter()
    plan, bound, more = WAYS[way](one, asked.seconds, asked.workers, asked.seed)
    took = time.perf_counter() - began
    return {
        "name": one.name,
        "way": way,
        "value": plan and _judged(one, plan),
        "bound": bound,
        "took": took,
        **more,
    }


def _judged(one: Instance, plan: Plan) -> int:
    complaints = check(public.as_problem(one), plan)
    if complaints:
        raise Wrong(f"{one.name} by {plan.solver}: {complaints[:3]}")
    return public.makespan(plan)


def _warm_up() -> None:
    """Compile before anything is measured."""
    tiny = Instance("tiny", "", [[[(0, 3), (1, 4)], [(1, 2)]], [[(1, 5)], [(0, 1)]]], 8)
    _own(tiny, 0.6, 1, 1)


Measured = tuple[Plan | None, float, dict]


def _alone(one: Instance, seconds: float, workers: int, seed: int) -> Measured:
    found = cp_sat.search(
        public.as_problem(one), seed=seed, budget=Budget(seconds=seconds), workers=workers
    )
    return found.plan, found.bound, {}


def _own(one: Instance, seconds: float, workers: int, seed: int) -> Measured:
    began = time.monotonic()
    problem = public.as_problem(one)
    first = Budget(seconds=seconds * ANNEALING_SHARE)
    annealed = find("annealing_makespan").solve(problem, seed=seed, budget=first)
    between = {"annealed": _judged(one, annealed)}
    left = Budget(seconds=seconds - (time.monotonic() - began))
    better = cp_sat.search(problem, annealed, seed=seed, budget=left, workers=workers)
    return better.plan or annealed, better.bound, between


def _peer(one: Instance, seconds: float, workers: int, seed: int) -> Measured:
    from pyjobshop import Model

    model = Model()
    jobs = [model.add_job() for _job in one.jobs]
    count = 1 + max(machine for job in one.jobs for step in job for machine, _s in step)
    machines = [model.add_machine() for _machine in range(count)]
    modes: list[tuple[int, int, int]] = []  # job, operation, machine
    tasks = []
    for job_number, steps in enumerate(one.jobs):
        before = None
        for number, choices in enumerate(steps, 1):
            task = model.add_task(job=jobs[job_number])
            tasks.append((job_number, number))
            for machine, duration in choices:
                model.add_mode(task, machines[machine], duration)
                modes.append((job_number, number, machine))
            if before is not None:
                model.add_end_before_start(before, task)
            before = task
    result = model.solve(
        solver="ortools",
        time_limit=seconds,
        num_workers=workers,
        random_seed=seed,
        display=False,
    )
    if not result.best.tasks:
        return None, float(result.lower_bound), {}
    operations = tuple(
        PlannedOperation(
            lot_id=job_number + 1,
            operation_id=number,
            work_centre_id=1,
            machine=modes[done.mode][2] + 1,
            start=done.start,
            end=done.end,
        )
        for (job_number, number), done in zip(tasks, result.best.tasks, strict=True)
    )
    return Plan("PyJobShop", seed, operations), float(result.lower_bound), {}


WAYS: dict[str, Callable[[Instance, float, int, int], Measured]] = {
    ALONE: _alone,
    PEER: _peer,
    OWN: _own,
}


def table(chosen: list[Instance], done: dict[tuple[str, str], dict]) -> str:
    """All in one table: gaps to the best known, in percent; a mean a set, and over all."""
    lines = [
        f"| instance | operations | best known | {ALONE} | {PEER} | annealing | {OWN} | bound |",
        "|---|---|---|---|---|---|---|---|",
    ]
    gaps: dict[str, dict[str, float | None]] = {}
    for one in chosen:
        rows = {way: done.get((one.name, way)) for way in WAYS}
        if not all(rows.values()):
            continue
        found = {way: _gap(row["value"], one.best) for way, row in rows.items()}
        annealed = _gap(rows[OWN].get("annealed"), one.best)
        bound = max(row["bound"] for row in rows.values())
        cells = [_percent(gap) for gap in (found[ALONE], found[PEER], annealed, found[OWN])]
        cells.append(f"{bound:,.0f}")
        lines.append(f"| {one.name} | {one.operations} | {one.best} | {' | '.join(cells)} |")
        gaps[one.name] = found
    for family in public.SETS:
        of = [gaps[one.name] for one in chosen if one.family == family and one.name in gaps]
        if of:
            lines.append(_means(f"mean of {len(of)} {family}", of))
    lines.append(_means(f"**mean of all {len(gaps)}**", [*gaps.values()]))
    for way in (ALONE, PEER):
        both = [(of[OWN], of[way]) for of in gaps.values() if None not in (of[OWN], of[way])]
        own, other = (sum(pair[at] or 0 for pair in both) for at in range(2))
        if other:
            is_met = "met" if 100 * own / other <= GOAL else "missed"
            lines.append(
                f"\nours is {100 * own / other:.0f} % of the mean gap of {way} over the {len(both)}"
                f" instances for which both found a schedule (goal {GOAL} %: {is_met})"
            )
    return "\n".join(lines)


def _gap(value: int | None, best: int) -> float | None:
    return None if value is None else 100 * (value / best - 1)


def _percent(gap: float | None) -> str:
    return "–" if gap is None else f"{gap:.2f}"


def _means(name: str, of: list[dict[str, float | None]]) -> str:
    means = {}
    for way in WAYS:
        known = [gap for gap in (one[way] for one in of) if gap is not None]
        none = f" ({len(of) - len(known)} without a schedule)" if len(known) < len(of) else ""
        means[way] = _percent(sum(known) / len(known) if known else None) + none
    return f"| {name} | | | {means[ALONE]} | {means[PEER]} | | {means[OWN]} | |"


if __name__ == "__main__":
    began = time.perf_counter()
    try:
        main()
    except Wrong as wrong:
        print(wrong)
        raise SystemExit(1) from None
    finally:
        print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)
