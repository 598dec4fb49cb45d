"""A burst of orders while the factory runs: what can be promised, how soon, and what it moves.

    firsthand bench replan [--size large] [--seeds 3] [--seconds 5] [--bursts 0.02 0.05 0.1 0.2]

A generated factory has a plan. A third of its time on, a show sells new lots of three products:
so many more operations as a share of those that are left. What begins within four hours is fixed.
Then everything is planned anew by admission, within so many seconds, and each new lot is promised
the end that the new plan gives it. Told are old promises newly late (they kept their date by the
plan before), the lead of the new lots, and how much near-term work (two days) moved. Beside it,
in the same run: the gaps alone, and the rule alone, which asks nobody. The last table is the price
of moving: the same burst under more and more loyalty to the plan before.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from firsthand.factory.checker import check
from firsthand.factory.plan import Plan
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Problem
from firsthand.factory.replanning.admission import Admitted, Loyalty, admit
from firsthand.factory.replanning.insertion import insert
from firsthand.factory.solver import Budget, find
from firsthand.factory.solvers.searching import search_policy
from firsthand.rehearse.passing import after
from firsthand.rehearse.works import works

HOUR = 3600
FENCE = 4 * HOUR
WANTED = 24 * HOUR  # by when buyers would like it, beside the work itself
SHOWN = 3  # products that a show sells
LOYALTIES = (
    Loyalty(1.0, 0.0),
    Loyalty(),
    Loyalty(3.0, 0.05),
    Loyalty(10.0, 0.2),
    Loyalty(50.0, 1.0),
)


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=("small", "middle", "large"), default="large")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--load", type=float, default=0.85)
    parser.add_argument("--bursts", type=float, nargs="+", default=[0.02, 0.05, 0.1, 0.2])
    parser.add_argument("--base-seconds", type=float, default=20.0)
    asked = parser.parse_args()
    _warm()
    head = f"{'seed':>4} {'burst':>6} {'operations':>10}  {'way':<12} {'seconds':>7}"
    print(
        head, f"{'newly late':>10} {'median lead h':>13} {'p95 h':>6} {'moved %':>7} {'shift h':>7}"
    )
    curve: Problem | None = None
    for seed in range(1, asked.seeds + 1):
        running, plan, policy, pool = _running(asked, seed)
        for share in asked.bursts:
            whole, new = _burst(running, pool, share, seed)
            _row(seed, share, whole, "gaps", *_gaps(whole, plan, new), plan, new)
            _row(seed, share, whole, "rule", *_rule(whole, plan, new, policy), plan, new)
            began = time.perf_counter()
            found = admit(whole, plan, new, policy=policy, seed=seed, budget=Budget(asked.seconds))
            took = time.perf_counter() - began
            assert check(whole, found.plan) == []
            _row(seed, share, whole, "admission", found.plan, took, plan, new, found)
            if seed == 1 and share == asked.bursts[min(1, len(asked.bursts) - 1)]:
                curve, held = whole, (plan, new, policy)
    print("\nThe price of moving (seed 1, the second burst):")
    head = f"{'stick':>5} {'damp':>5} {'newly late':>10} {'median lead h':>13}"
    print(head, f"{'moved %':>7} {'shift h':>7}")
    assert curve is not None
    plan, new, policy = held
    for one in LOYALTIES:
        found = admit(
            curve, plan, new, policy=policy, seed=1, budget=Budget(asked.seconds), loyalty=one
        )
        lead = median(found.dates.values()) / HOUR
        move = found.movement
        print(
            f"{one.stick:>5} {one.damp:>5} {len(found.newly_late):>10} {lead:>13.1f}"
            f" {100 * move.share_moved:>7.1f} {move.mean_hours:>7.2f}"
        )


def _warm() -> None:
    """Compile, on a small factory, before anything is timed."""
    whole = works(seed=9, lots=20)
    new = [one.id for one in whole.lots[-2:]]
    old = replace(whole, lots=whole.lots[:-2])
    plan = find("atcs").solve(old, seed=0)
    insert(whole, plan, new)
    admit(whole, plan, new, policy=Policy("atcs"), seed=0, budget=Budget(iterations=4))


def _running(asked: argparse.Namespace, seed: int) -> tuple[Problem, Plan, Policy, Problem]:
    """A factory at work with its plan, by which rule, and lots that nobody ordered yet."""
    everything = works(asked.size, seed=seed, load=asked.load, tight=1.0)
    last = max(lot.release for lot in everything.lots)
    at = last // 3
    later = [lot for lot in everything.lots if lot.release > at]
    chance = np.random.default_rng(seed)
    kept_back = {later[one].id for one in chance.permutation(len(later))[: len(later) // 3]}
    old = replace(everything, lots=tuple(lot for lot in everything.lots if lot.id not in kept_back))
    policy = search_policy(old, seed=seed, budget=Budget(asked.base_seconds))
    plan = _followed(old, policy)
    running = after(old, plan, at, fence_seconds=FENCE)
    left = {(lot.id, one.id) for lot in running.lots for one in lot.operations}
    rest = tuple(
        replace(one, start=one.start - at, end=one.end - at)
        for one in plan.operations
        if (one.lot_id, one.operation_id) in left
    )
    pool = replace(everything, lots=tuple(lot for lot in everything.lots if lot.id in kept_back))
    return running, replace(plan, operations=rest), policy, pool


def _followed(problem: Problem, policy: Policy) -> Plan:
    from firsthand.factory.compiled.shop import shop
    from firsthand.factory.compiled.simulation import followed

    floor = shop(problem)
    _order, machine, start, end, setup = followed(floor, policy)
    return floor.plan(machine, start, end, setup, solver="policy", seed=0)


def _burst(running: Problem, pool: Problem, share: float, seed: int) -> tuple[Problem, list[int]]:
    """The factory with the new lots: of three products, as far as there are lots of them."""
    parts = sorted({lot.operations[-1].part for lot in pool.lots})
    chance = np.random.default_rng([seed, 5])
    hot = {parts[one] for one in chance.permutation(len(parts))[:SHOWN]}
    wanted = share * sum(len(lot.operations) for lot in running.lots)
    lots = sorted(pool.lots, key=lambda one: (one.operations[-1].part not in hot, one.id))
    new, operations = [], 0
    for lot in lots:
        if operations >= wanted:
            break
        operations += len(lot.operations)
        work = sum(one.run_seconds for one in lot.operations)
        new.append(replace(lot, release=0, due=work + WANTED, weight=4))
    return replace(running, lots=(*running.lots, *new)), [lot.id for lot in new]


def _gaps(whole: Problem, plan: Plan, new: Sequence[int]) -> tuple[Plan, float]:
    began = time.perf_counter()
    found = insert(whole, plan, new)
    return found, time.perf_counter() - began


def _rule(whole: Problem, plan: Plan, new: Sequence[int], policy: Policy) -> tuple[Plan, float]:
    began = time.perf_counter()
    found = _followed(whole, policy)
    return found, time.perf_counter() - began


def _row(
    seed: int,
    share: float,
    whole: Problem,
    way: str,
    found: Plan,
    seconds: float,
    before: Plan,
    new: Sequence[int],
    admitted: Admitted | None = None,
) -> None:
    was, done = before.completions(), found.completions()
    fresh = set(new)
    late = sum(
        1 for lot in whole.lots if lot.id not in fresh and was[lot.id] <= lot.due < done[lot.id]
    )
    assert admitted is None or late == len(admitted.newly_late)
    leads = sorted(done[lot_id] / HOUR for lot_id in new)
    near = {key: one for key, one in whole.previous.items() if one.start < 48 * HOUR}
    placed = {(one.lot_id, one.operation_id): one for one in found.operations}
    there = [(one, placed[key]) for key, one in near.items() if key in placed]
    moved = sum(
        (one.work_centre_id, one.machine) != (now.work_centre_id, now.machine) for one, now in there
    )
    shift = sum(abs(now.start - one.start) for one, now in there) / HOUR / max(1, len(there))
    operations = sum(len(lot.operations) for lot in whole.lots)
    print(
        f"{seed:>4} {share:>6.0%} {operations:>10,}  {way:<12} {seconds:>7.2f} {late:>10}"
        f" {median(leads):>13.1f} {leads[int(0.95 * (len(leads) - 1))]:>6.1f}"
        f" {100 * moved / max(1, len(there)):>7.1f} {shift:>7.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
