"""Simulated annealing on a list of operations and the machine of each.

A change that makes the plan better is kept; one that makes it worse by d is kept with probability
exp(−d ÷ T), where the temperature T falls geometrically. Without a clock (ITERATIONS given) it
falls with the count, and the same seed gives the same list, bit by bit; with a clock, Python says
how much of the time is over.

Two searches run at once, with a seed each, on a core each; of both the better one is taken, and
if there are several rounds, both go on from it. For each round operations are numbered anew in
the order of the list: what is looked at together then lies together, which is worth a third of
the speed in large factories.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.chance import Chance, below, chance, share, waits
from firsthand.factory.compiled.jit import compiled
from firsthand.factory.compiled.moves import costly_lot, critical, move_block, move_lot
from firsthand.factory.compiled.renumbering import renumbered
from firsthand.factory.compiled.search import (
    END,
    LOT,
    MACHINE,
    WORK,
    Search,
    accept,
    reject,
    restart,
    search,
    trial,
)
from firsthand.factory.compiled.shop import Arrays
from firsthand.factory.compiled.windows import Ints

THREADS = 2
LOOK_SECONDS = 0.02
SORT_EVERY = 4000  # accepted changes
PATIENCE = 12.0  # temperatures beyond what could be accepted, before a trial is given up
SHARE, STOP, BY_CLOCK, BEST, DONE = range(5)  # what a search and Python tell each other
FOREVER = 1 << 60


class Heat(NamedTuple):
    """How an annealing goes: its temperatures, in the objective's unit, and its moves' shares."""

    first: float
    last: float
    critical: float = 0.5  # how often an operation is taken that a costly lot waited for
    deep: float = 12.0  # how far back it is looked for
    campaigns: float = 0.15
    lots: float = 0.01  # how often a whole lot is moved


class Found(NamedTuple):
    """The best list that was found."""

    cost: float
    order: Ints
    machine: Ints
    iterations: int


# Hears the share of the time that is over and the best cost so far; says whether to go on.
Look = Callable[[float, float], bool]


def anneal(
    shop: Arrays,
    order: Ints,
    machine: Ints,
    heat: Heat,
    *,
    seed: int,
    seconds: float | None = None,
    iterations: int | None = None,
    makespan: bool = False,
    rounds: int = 1,
    threads: int = THREADS,
    look: Look | None = None,
) -> Found:
    """Make a list better. With ITERATIONS (of both searches) the clock can only stop it."""
    if not len(order):
        return Found(0.0, order, machine, 0)
    best = Found(np.inf, order, machine, 0)
    done, fall = 0, heat.last / heat.first
    if iterations is None and seconds is None:
        seconds = 0.0
    until = None if seconds is None else time.monotonic() + seconds
    for count in range(rounds):
        numbered, names = renumbered(shop, best.order)
        begin = Heat(*map(float, heat))._replace(
            first=heat.first * fall ** (count / rounds),
            last=heat.first * fall ** ((count + 1) / rounds),
        )
        controls = [np.zeros(5) for _ in range(threads)]
        many = FOREVER if iterations is None else iterations // (rounds * threads)
        begun = time.monotonic()
        left = np.inf if until is None else (until - begun) / (rounds - count)
        with ThreadPoolExecutor(threads) as both:
            running: list[Future[tuple[float, Ints, Ints, int]]] = []
            for number, control in enumerate(controls):
                control[BY_CLOCK], control[BEST] = float(iterations is None), np.inf
                at = search(
                    numbered,
                    np.arange(len(order)),
                    best.machine[names],
                    makespan=makespan,
                )
                state = chance(seed * 1_000_003 + count * threads + number)
                running.append(both.submit(_anneal, numbered, at, state, begin, many, control))
            stopped = not _watched(
                running, controls, begun, left, count, rounds, look, many, best.cost
            )
            results = [one.result() for one in running]
        done += sum(result[3] for result in results)
        found = min(results, key=lambda one: one[0])
        if found[0] < best.cost:
            placed = np.empty(len(order), np.int64)
            placed[names] = found[2]
            best = Found(found[0], names[found[1]], placed, done)
        if stopped:
            break
    return best._replace(iterations=done)


def _watched(
    running: list[Future[tuple[float, Ints, Ints, int]]],
    controls: list[NDArray[np.float64]],
    begun: float,
    seconds: float,
    count: int,
    rounds: int,
    look: Look | None,
    many: int,
    best: float,
) -> bool:
    """Look on until the searches are done; tell them the time. False if somebody stops them."""
    go_on = True
    while not all(one.done() for one in running):
        late = (time.monotonic() - begun) / max(1e-9, seconds)
        passed = max(late, min(control[DONE] for control in controls) / max(1, many))
        for control in controls:
            control[SHARE] = min(1.0, passed)
            control[STOP] = float(not go_on or late >= 1)
        if look is not None and go_on:
            cost = min(best, *(float(control[BEST]) for control in controls))
            go_on = look((count + min(1.0, passed)) / rounds, cost)
            if not go_on:
                for control in controls:
                    control[STOP] = 1.0
        time.sleep(LOOK_SECONDS)
    return go_on


@compiled
def _anneal(
    shop: Arrays,
    at: Search,
    state: Chance,
    heat: Heat,
    many: int,
    control: NDArray[np.float64],
) -> tuple[float, Ints, Ints, int]:
    cost = restart(shop, at)
    best, best_order, best_machine = cost, at.order.copy(), at.operations[:, MACHINE].copy()
    control[BEST] = best
    temperature, accepted, count = heat.first, 0, 0
    while count < many:
        if control[STOP] > 0:
            break
        count += 1
        if count % 32 == 1:
            passed = control[SHARE] if control[BY_CLOCK] > 0 else count / many
            temperature = heat.first * (heat.last / heat.first) ** passed
            control[DONE] = count
        if share(state) < heat.critical:
            one = critical(at, state, heat.deep)
        else:
            one = below(state, len(at.order))
        if share(state) < heat.lots:
            lot = at.operations[one, LOT]
            if share(state) < 0.7:
                lot = costly_lot(at, state)
            change = move_lot(at, state, lot)
        else:
            change = move_block(at, state, one, heat.campaigns)
        if change.many == 0:
            continue
        most = temperature * waits(state)
        tried = trial(at, change, cost, most, PATIENCE * temperature)
        if tried.delta > most:
            reject(at, change, tried)
            continue
        accept(at, change, tried)
        cost += tried.delta
        accepted += 1
        if cost < best - 1e-6:
            best = cost
            best_order[:] = at.order
            best_machine[:] = at.operations[:, MACHINE]
            control[BEST] = best
        if accepted % SORT_EVERY == 0 and not at.has_pools:
            # The list grows old: what runs late stands early in it. Sorted by time, the same
            # plan is decoded from it, and changes reach less far.
            runs = at.operations[:, END] - at.operations[:, WORK]
            at.order[:] = at.order[np.argsort(runs[at.order], kind="mergesort")]
            cost = restart(shop, at)
    control[DONE] = count
    return best, best_order, best_machine, count
