"""When the floor is not the plan: rules, plans and promises where work varies and machines break.

    firsthand bench noise [--seeds 10] [--size middle] [--load 0.9] [--seconds 10] [--futures 32]

Factories of the generator (firsthand/rehearse/works.py) are run in many futures, in which work
takes longer or shorter than everybody who decides believes: as a floor without a scheduler goes, by
campaigns, by the best plan followed as it was written, and by a rule that decides live, tuned once
to the plan and once under noise. Then dates are promised, from futures of one seed, and held
against futures of another: how many are kept, of those at each quantile? All that is measured is a
mean over the seeds, with the spread between them; what misses its target says so.
"""

import argparse
import json
import time
from pathlib import Path
from statistics import mean, stdev
from typing import NamedTuple

import numpy as np

from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.shop import Shop, shop
from firsthand.factory.compiled.simulation import followed
from firsthand.factory.futures import Futures, Noise, play
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Problem
from firsthand.factory.solver import SOLVERS, Budget, find
from firsthand.factory.solvers.searching import search_policy
from firsthand.rehearse.works import LIVE, works

NOISES = {"10 % / 1 %": Noise(0.10, 0.01, 3.0), "25 % / 3 %": Noise(0.25, 0.03, 3.0)}
TUNED_UNDER = Noise(0.15, 0.02, 3.0)  # nobody knows how rough his floor is: between the two
QUANTILES = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99)
PROMISED, HAPPENS = 1, 2  # seeds of futures: those that promises are made from, and the others
HOUR = 3600
FIFO, CAMPAIGNS, SEQUENCE = "FIFO, live", "EDD by product, live", "the plan as a fixed sequence"
TUNED, ROBUST = "rule tuned to the plan, live", "rule tuned under noise, live"


class Worth(NamedTuple):
    """What comes of a way to run a floor, as a mean over futures."""

    weighted_tardiness: float
    flow: float
    live_lead: float
    on_time: float
    live_on_time: float


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--size", default="middle", choices=["small", "middle", "large"])
    parser.add_argument("--load", type=float, default=0.9)
    parser.add_argument("--tight", type=float, default=0.8)
    parser.add_argument("--seconds", type=float, default=10, help="for each search")
    parser.add_argument("--futures", type=int, default=32, help="that happen")
    parser.add_argument("--promised", type=int, default=256, help="futures behind each promise")
    parser.add_argument("--calendars", action="store_true", help="two shifts, and maintenance")
    parser.add_argument("--json", type=Path, help="write what was found there, too")
    asked = parser.parse_args()
    began = time.perf_counter()
    worth: dict[tuple[str, str], list[Worth]] = {}
    kept: dict[tuple[str, str, float], list[tuple[float, float]]] = {}
    for seed in range(1, asked.seeds + 1):
        problem = works(
            asked.size, seed=seed, load=asked.load, tight=asked.tight, calendars=asked.calendars
        )
        _one(problem, seed, asked, worth, kept)
        print(f"seed {seed} of {asked.seeds}: {time.perf_counter() - began:.0f} s", flush=True)
    _tell(worth, kept, asked)
    if asked.json:
        rows = [
            {"noise": noise, "way": way, "seeds": [one._asdict() for one in found]}
            for (noise, way), found in worth.items()
        ]
        dates = [
            {"noise": noise, "believed": believed, "quantile": share, "kept": found}
            for (noise, believed, share), found in kept.items()
        ]
        asked.json.write_text(json.dumps({"ways": rows, "promises": dates}), encoding="utf-8")


def _one(problem: Problem, seed: int, asked: argparse.Namespace, worth: dict, kept: dict) -> None:
    budget = Budget(seconds=asked.seconds)
    tuned = search_policy(problem, seed=seed, budget=budget)
    robust = search_policy(problem, seed=seed, budget=budget, noise=TUNED_UNDER)
    order, machine = _plan(problem, tuned, seed, budget)
    floor = shop(problem)
    promised = {
        name: play(problem, robust, noise=noise, count=asked.promised, seed=PROMISED)
        for name, noise in NOISES.items()
    }
    for name, noise in NOISES.items():
        ways = {
            FIFO: play(problem, Policy("fifo"), noise=noise, count=asked.futures, seed=HAPPENS),
            CAMPAIGNS: play(
                problem, Policy("edd_by_family"), noise=noise, count=asked.futures, seed=HAPPENS
            ),
            SEQUENCE: _in_sequence(floor, order, machine, noise, asked.futures),
            TUNED: play(problem, tuned, noise=noise, count=asked.futures, seed=HAPPENS),
            ROBUST: play(problem, robust, noise=noise, count=asked.futures, seed=HAPPENS),
        }
        for way, happened in ways.items():
            worth.setdefault((name, way), []).append(_worth(problem, happened))
        for believed, futures in promised.items():
            for share in QUANTILES:
                dates = futures.quantile(share)
                each = _kept(ways[ROBUST], dates)
                kept.setdefault((name, believed, share), []).append(
                    (float(each.mean()), float(each.min()))
                )


def _plan(
    problem: Problem, policy: Policy, seed: int, budget: Budget
) -> tuple[np.ndarray, np.ndarray]:
    """The best plan there is: by annealing, or else what comes of the policy."""
    floor = shop(problem)
    if "annealing" not in SOLVERS:
        return followed(floor, policy)[:2]
    plan = find("annealing").solve(problem, seed=seed, budget=budget)
    index = {(lot.id, one.id): at for at, (lot, one) in enumerate(floor.operations)}
    where = {place: at for at, place in enumerate(floor.machines)}
    order, machine = [], np.zeros(len(index), dtype=np.int64)
    for one in sorted(plan.operations, key=lambda one: (one.end, one.start)):
        order.append(index[one.lot_id, one.operation_id])
        machine[order[-1]] = where[one.work_centre_id, one.machine]
    return np.array(order, dtype=np.int64), machine


def _in_sequence(
    floor: Shop, order: np.ndarray, machine: np.ndarray, noise: Noise, count: int
) -> Futures:
    """The plan, followed on each machine in the order in which it was written."""
    found = []
    row_of = np.repeat(np.arange(len(order)), np.diff(floor.arrays.mode_first))
    for future in range(count):
        factors = noise.factors(len(order), seed=HAPPENS, future=future)
        seconds = np.maximum(1, np.rint(floor.arrays.mode_seconds * factors[row_of]))
        shaken = floor.arrays._replace(mode_seconds=seconds.astype(np.int64))
        end = decode(shaken, order, machine)[1]
        done = np.zeros(len(floor.lots), dtype=np.int64)
        np.maximum.at(done, floor.arrays.lot, end)
        found.append(done)
    return Futures(tuple(lot.id for lot in floor.lots), np.array(found))


def _worth(problem: Problem, happened: Futures) -> Worth:
    lots = {lot.id: lot for lot in problem.lots}
    mine = [lots[lot_id] for lot_id in happened.lot_ids]
    release, due, weight = (
        np.array(values)
        for values in zip(*((one.release, one.due, one.weight) for one in mine), strict=True)
    )
    live = weight == LIVE
    late = np.maximum(0, happened.completions - due)
    flow = (happened.completions - release) / HOUR
    return Worth(
        float((late * weight).sum(axis=1).mean() / HOUR),
        float(flow.mean()),
        float(flow[:, live].mean()),
        float(100 * (late == 0).mean()),
        float(100 * (late[:, live] == 0).mean()),
    )


def _kept(happened: Futures, dates: dict[int, int]) -> np.ndarray:
    """By future, the share of the lots that are done by their date, in per cent."""
    by = np.array([dates[lot_id] for lot_id in happened.lot_ids])
    return 100 * (happened.completions <= by).mean(axis=1)


def _tell(worth: dict, kept: dict, asked: argparse.Namespace) -> None:
    print(
        f"\n{asked.size}, load {asked.load}, {asked.seeds} seeds, {asked.futures} futures each;"
        " mean ± spread between the seeds"
    )
    for name in NOISES:
        print(
            f"\nnoise / breakdowns {name:<20}     WT h        flow h    live lead h     on time %"
        )
        for way in (FIFO, CAMPAIGNS, SEQUENCE, TUNED, ROBUST):
            found = worth[name, way]
            cells = [
                f"{mean(column):.1f} ± {_spread(column):.1f}".rjust(16)
                for column in list(zip(*found, strict=True))[:4]
            ]
            print(f"{way:<34}{''.join(cells)}")
        flow = _changes(worth[name, ROBUST], worth[name, FIFO], "flow")
        lead = _changes(worth[name, ROBUST], worth[name, CAMPAIGNS], "live_lead")
        _target("flow against FIFO", flow, -25)
        _target("live lead against EDD by product", lead, -45)
    print("\npromises kept, % (worst future of the worst seed), at the quantile")
    print(f"{'happens':<13}{'believed':<13}" + "".join(f"{share:>15.0%}" for share in QUANTILES))
    for name in NOISES:
        for believed in NOISES:
            cells = []
            for share in QUANTILES:
                found = kept[name, believed, share]
                usual, worst = mean(one for one, _ in found), min(least for _, least in found)
                cells.append(f"{usual:.1f} ({worst:.0f})".rjust(15))
            print(f"{name:<13}{believed:<13}{''.join(cells)}")
    for name in NOISES:
        for share in QUANTILES:
            if mean(one for one, _ in kept[name, name, share]) >= 98:
                print(f"at {name}, 98 % are kept from the {share:.0%} date on")
                break
        else:
            print(f"at {name}, no quantile of these keeps 98 %: MISSED")


def _changes(found: list[Worth], against: list[Worth], figure: str) -> list[float]:
    return [
        100 * (getattr(one, figure) / getattr(other, figure) - 1)
        for one, other in zip(found, against, strict=True)
    ]


def _target(what: str, changes: list[float], wanted: float) -> None:
    reached = "reached" if mean(changes) <= wanted else "MISSED"
    print(
        f"  {what}: {mean(changes):+.1f} % (from {min(changes):+.1f} to {max(changes):+.1f}),"
        f" wanted {wanted} %: {reached}"
    )


def _spread(values: tuple[float, ...]) -> float:
    return stdev(values) if len(values) > 1 else 0.0


if __name__ == "__main__":
    main()
