"""New lots admitted to a plan: each gets a date that a plan of everything keeps.

The floor is played with old lots and new ones, again and again, each time with other parameters
of the rule and other weights. Old lots whose promise a schedule broke weigh more in the next one,
until they are heard (*squeaky wheels*, Joslin & Clements 1999). Every schedule is judged in this
order:

    1. old promises that the plan before kept, and this one does not: as few as possible, none
    2. lots that end after they are due, and the cost (``objective``): as little as possible

Where no schedule keeps all old promises with all new lots in it, fewer are admitted: half of
them, and then more or fewer, by halves. The others take the gaps of what was found
(``insertion``), which breaks nothing, only late. If nothing else does, all take gaps: old promises
hold by construction. It is never assumed that a smaller burst is easier: each schedule is looked
at as it is (measured: a smaller one has broken what a larger one kept).

What a new lot is promised is its end in the schedule that was found. How sure that is, is a
matter of futures, as for all other lots.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from firsthand.factory.checker import check
from firsthand.factory.compiled.costing import completions, cost
from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.index import ATCS, Floats, by_group
from firsthand.factory.compiled.insertion import Inserted, inserted
from firsthand.factory.compiled.shop import Arrays, Shop, shop
from firsthand.factory.compiled.simulation import simulate
from firsthand.factory.compiled.windows import NEVER, Ints
from firsthand.factory.plan import Plan
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Place, Problem
from firsthand.factory.replanning.insertion import in_order, scheduled
from firsthand.factory.solver import Budget, Watch

NAME = "admission"
USUAL = Budget(seconds=5.0)
THREADS = 2
ROUNDS_MIN = 5  # for each share of the new lots
STALE = 500  # schedules, none of which was better: then it is enough
SLICE = 0.3  # of the budget, before another share of the new lots is tried
NEAR_ENOUGH = 0.05  # of all new lots: no finer is it sought how many can be admitted
NEARLY_LATE = 16 * 3600  # seconds of slack below which an old promise is in danger
LEAST, MOST = 0.03, 60.0  # a parameter, and a weight
LOYAL_MOST = 100.0
CHANGED, STEP = 0.3, 0.45
LOUDER = (3.0, 10.0)  # by so much more a broken promise weighs, the next time
LOUDEST = 1e6
CALMER = 0.7  # of what was added to weights, where it may have been too much


@dataclass(frozen=True, slots=True)
class Loyalty:
    """How much the plan before counts: what moving near-term work costs.

    STICK: so many times as much counts an operation on the machine that it was planned on.
    DAMP: by so many powers of e it counts less, for each mean run that it was planned later.
    """

    stick: float = 1.5
    damp: float = 0.02


class Movement(NamedTuple):
    """How much of the near-term work moved."""

    operations: int  # that were to begin within the near hours
    share_moved: float  # to another machine
    mean_hours: float  # by which their starts moved


@dataclass(frozen=True, slots=True)
class Admitted:
    """What was found."""

    plan: Plan
    dates: Mapping[int, int]  # by new lot: when it is done, in the problem's seconds
    newly_late: tuple[int, ...]  # old lots: kept by the plan before, not by this one
    put_off: tuple[int, ...]  # new lots that had to take the gaps
    movement: Movement
    tried: int  # schedules


class _Judged(NamedTuple):
    """A schedule, and how good it is: the smallest is the best."""

    broken: int
    cost: float
    schedule: Inserted


def admit(
    problem: Problem,
    before: Plan,
    new: Iterable[int],
    *,
    policy: Policy,
    seed: int,
    budget: Budget = USUAL,
    loyalty: Loyalty | None = None,
    watch: Watch | None = None,
) -> Admitted:
    """A plan of the whole problem in which the lots NEW have dates that it keeps.

    BEFORE is the plan in force, POLICY the rule that the floor is run by. NEW lots are in the
    order in which they are admitted, if not all can be; their due time is when they are wanted.
    """
    return _Admission(problem, before, list(new), policy, seed, loyalty or Loyalty()).run(
        budget, watch
    )


class _Trial(NamedTuple):
    """What is varied, in logarithms: the rule's parameters by group, and weights."""

    parameters: Floats  # [group, k1 k2 beta]
    new: float
    danger: float
    loyal: float  # how much more the plan before counts than was asked for; never less
    heard: Floats  # by lot: how much more it weighs, since its promise was broken before


class _Admission:
    """One search."""

    def __init__(
        self,
        problem: Problem,
        before: Plan,
        new: list[int],
        policy: Policy,
        seed: int,
        loyalty: Loyalty,
    ) -> None:
        self._budget: Budget
        self._watch: Watch | None
        self._floor: Shop = shop(_with_previous(problem, before))
        self._arrays: Arrays = self._floor.arrays
        self._before, self._loyalty, self._seed = before, loyalty, seed
        here = [lot.id for lot in self._floor.lots]
        known = set(here)
        self._new = [lot_id for lot_id in new if lot_id in known]
        self._is_new = np.isin(np.array(here, dtype=np.int64), np.array(self._new, dtype=np.int64))
        done = before.completions()
        was = np.array([done.get(lot_id, NEVER) for lot_id in here], dtype=np.int64)
        self._kept = ~self._is_new & (was <= self._arrays.lot_due)
        self._danger = self._kept & (self._arrays.lot_due - was < NEARLY_LATE)
        self._chance = np.random.default_rng([seed, len(here)])
        _rule, *values = by_group(policy, self._floor.groups)
        heard = np.zeros(len(here))
        self._start = _Trial(np.log(np.stack(values, axis=1)), 0.0, 0.0, 0.0, heard)
        self._tried, self._stopped, self._stale = 0, False, 0
        self._budget, self._begun, self._watch = USUAL, time.monotonic(), None

    # --- search -----------------------------------------------------------------------------

    def run(self, budget: Budget, watch: Watch | None) -> Admitted:
        """Search for as many new lots as can be, until the time is over."""
        self._budget, self._begun, self._watch = budget, time.monotonic(), watch
        start, share, fits, breaks = self._start, 1.0, 0.0, 1.0
        best: tuple[_Judged, list[int]] | None = None
        with ThreadPoolExecutor(THREADS) as threads:
            while True:
                admitted = self._new[: max(1, round(share * len(self._new)))]
                found, start = self._search(threads, admitted, start, self._used() + SLICE)
                late = self._new[len(admitted) :]
                whole = self._judged(self._arrays, self._put_in(found.schedule, late))
                if best is None or whole[:2] < best[0][:2]:
                    best = (whole, late)
                is_well = share == 1 and found.broken == 0
                if self._stopped or self._used() >= 1 or share == 0 or is_well:
                    break
                if found.broken:
                    breaks = min(breaks, share)
                else:
                    fits = max(fits, share)
                close = breaks - fits < max(NEAR_ENOUGH, 1 / max(1, len(self._new)))
                share = fits if close else (fits + breaks) / 2
        judged, late = best
        if judged.broken and self._new:
            safe = self._all_in_gaps()
            if safe is not None and safe.broken < judged.broken:
                return self._answer(safe.schedule, self._new)
        return self._answer(judged.schedule, late)

    def _search(
        self, threads: ThreadPoolExecutor, admitted: Sequence[int], start: _Trial, until: float
    ) -> tuple[_Judged, _Trial]:
        """The best schedule with these new lots: until then, or the end if nothing breaks."""
        arrays = self._only(admitted)
        is_all = len(admitted) == len(self._new)
        best: tuple[_Judged, _Trial] | None = None
        rounds = 0
        while True:
            trials = self._trials(*best) if best else self._first_trials(start)
            for judged, trial in zip(
                threads.map(lambda one: self._play(arrays, one), trials), trials, strict=True
            ):
                self._tried += 1
                self._stale += 1
                if best is None or judged[:2] < best[0][:2]:
                    best, self._stale = (judged, trial), 0
            rounds += 1
            assert best is not None
            share = self._used()
            # With all new lots in it and nothing broken, the rest of the time makes it better.
            limit = 1.0 if is_all and best[0].broken == 0 else min(1.0, until)
            if self._watch is not None and not self._watch(
                share=min(1.0, share), cost=best[0].cost, says="what can be promised"
            ):
                self._stopped = True
            if self._stopped or (rounds >= ROUNDS_MIN and share >= limit):
                return best
            if self._stale >= STALE and (best[0].broken == 0 or not is_all):
                return best

    def _used(self) -> float:
        """The share of the budget that is used."""
        shares, budget = [0.0], self._budget
        if budget.seconds is not None:
            shares.append((time.monotonic() - self._begun) / max(budget.seconds, 1e-3))
        if budget.iterations is not None:
            shares.append(self._tried / max(budget.iterations, 1))
        return max(shares)

    def _first_trials(self, start: _Trial) -> list[_Trial]:
        """The rule as it is; with more care for what was promised; and closer to the plan."""
        careful = start._replace(danger=float(np.log(10.0)))
        return [
            start,
            careful,
            careful._replace(loyal=float(np.log(10.0))),
            careful._replace(loyal=float(np.log(LOYAL_MOST)), new=float(np.log(3.0))),
        ]

    def _trials(self, judged: _Judged, best: _Trial) -> list[_Trial]:
        """What to try next: who was broken is heard, or, where nobody was, less may do."""
        if judged.broken == 0:
            calmer = best._replace(heard=CALMER * best.heard)
            freer = best._replace(loyal=CALMER * best.loyal)
            return [freer, *(self._changed(one) for one in (best, freer, calmer))]
        done = completions(self._arrays, judged.schedule[2])
        broken = self._kept & (done > self._arrays.lot_due)
        louder = [
            best._replace(
                heard=np.minimum(best.heard + np.where(broken, np.log(by), 0.0), np.log(LOUDEST))
            )
            for by in LOUDER
        ]
        return [*louder, *(self._changed(one) for one in louder)]

    def _changed(self, best: _Trial) -> _Trial:
        chance = self._chance
        moves = (chance.random(best.parameters.shape) < CHANGED) * chance.normal(
            0, STEP, best.parameters.shape
        )
        weights = (chance.random(3) < 2 * CHANGED) * chance.normal(0, 2 * STEP, 3)
        low, high = np.log(LEAST), np.log(MOST)
        return best._replace(
            parameters=np.clip(best.parameters + moves, low, high),
            new=float(np.clip(best.new + weights[0], low, high)),
            danger=float(np.clip(best.danger + weights[1], low, high)),
            loyal=float(np.clip(best.loyal + weights[2], 0.0, np.log(LOYAL_MOST))),
        )

    # --- one schedule -----------------------------------------------------------------------

    def _only(self, admitted: Sequence[int]) -> Arrays:
        """The arrays, with those that are not admitted out of the way: released at the very end."""
        if len(admitted) == len(self._new):
            return self._arrays
        out = np.isin(
            np.array([lot.id for lot in self._floor.lots], dtype=np.int64),
            np.array([one for one in self._new if one not in set(admitted)], dtype=np.int64),
        )
        release = np.where(out[self._arrays.lot], NEVER, self._arrays.release)
        return self._arrays._replace(release=release)

    def _play(self, arrays: Arrays, trial: _Trial) -> _Judged:
        weight = arrays.lot_weight * np.where(self._is_new, np.exp(trial.new), 1.0)
        weight = weight * np.where(self._danger, np.exp(trial.danger), 1.0) * np.exp(trial.heard)
        k1, k2, beta = (np.ascontiguousarray(column) for column in np.exp(trial.parameters).T)
        order, machine, *_times = simulate(
            arrays._replace(lot_weight=weight),
            ATCS,
            k1,
            k2,
            beta,
            stick=self._loyalty.stick * np.exp(trial.loyal / 2),
            damp=self._loyalty.damp * np.exp(trial.loyal),
        )
        start, end, setup = decode(arrays, order, machine)
        return self._judged(arrays, (machine, start, end, np.where(end < NEVER, setup, 0)))

    def _judged(self, arrays: Arrays, schedule: Inserted) -> _Judged:
        machine, start, end, setup = schedule
        done = completions(arrays, end)
        broken = int((done > arrays.lot_due)[self._kept].sum())
        there = end < NEVER
        worth = cost(arrays, machine, np.where(there, start, 0), np.where(there, end, 0), setup)
        return _Judged(broken, float(worth), schedule)

    def _put_in(self, schedule: Inserted, lots: Sequence[int]) -> Inserted:
        if not lots:
            return schedule
        return inserted(self._arrays, *schedule, in_order(self._floor, lots))

    def _all_in_gaps(self) -> _Judged | None:
        """The plan before with all new lots in its gaps; None where it is no plan any more."""
        old = scheduled(self._floor, self._before)
        if bool((old[2] >= NEVER)[~self._is_new[self._arrays.lot]].any()):
            return None
        whole = self._put_in(old, self._new)
        if bool((whole[2] >= NEVER).any()):
            return None
        if check(self._floor.problem, self._floor.plan(*whole, solver=NAME, seed=self._seed)):
            return None  # a machine that is down, say: what was planned is no plan any more
        return self._judged(self._arrays, whole)

    # --- the answer -------------------------------------------------------------------------

    def _answer(self, schedule: Inserted, put_off: Sequence[int]) -> Admitted:
        machine, start, end, setup = schedule
        done = completions(self._arrays, end)
        ids = [lot.id for lot in self._floor.lots]
        broken = (done > self._arrays.lot_due) & self._kept
        return Admitted(
            plan=self._floor.plan(machine, start, end, setup, solver=NAME, seed=self._seed),
            dates={ids[at]: int(done[at]) for at in np.flatnonzero(self._is_new)},
            newly_late=tuple(ids[at] for at in np.flatnonzero(broken)),
            put_off=tuple(put_off),
            movement=_movement(self._arrays, machine, start),
            tried=self._tried,
        )


def _with_previous(problem: Problem, before: Plan) -> Problem:
    if problem.previous:
        return problem
    places = {
        (one.lot_id, one.operation_id): Place(one.work_centre_id, one.machine, one.start)
        for one in before.operations
    }
    return replace(problem, previous=places)


def _movement(arrays: Arrays, machine: Ints, start: Ints) -> Movement:
    near = (arrays.previous_start >= 0) & (arrays.previous_start < arrays.near)
    count = int(near.sum())
    if not count:
        return Movement(0, 0.0, 0.0)
    moved = (machine != arrays.previous_machine)[near]
    hours = np.abs(start - arrays.previous_start)[near] / 3600
    return Movement(count, float(moved.mean()), float(hours.mean()))
