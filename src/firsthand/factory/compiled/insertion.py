"""Putting operations into the gaps of a schedule, none of which ends later for it.

It is what *capable to promise* means in its plainest form: what is planned stays, and something
new takes the first gap that holds it, with the setups before it and after it. The operation
behind the gap keeps its run; only its setup may become another one, before its run.

A line of blocks stands for each machine, in the order of time. Tools are counted: an operation
fits where all through its setup and run there is a unit left of each.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.jit import compiled, inner
from firsthand.factory.compiled.placing import placed, setup_seconds
from firsthand.factory.compiled.shop import NONE, Arrays
from firsthand.factory.compiled.windows import NEVER, Ints, begins, ends, next_open

Inserted = tuple[Ints, Ints, Ints, Ints]  # machine, start, end, setup


class Blocks(NamedTuple):
    """What stands on each machine, in order: rows of machines, as long as ``many`` says."""

    operation: NDArray[np.int64]
    run: NDArray[np.int64]  # where its run begins, after its setup
    many: Ints


class Schedule(NamedTuple):
    """When and where; NEVER: not yet."""

    machine: Ints
    start: Ints
    end: Ints
    setup: Ints


@compiled
def _blocks(shop: Arrays, schedule: Schedule, room: int) -> Blocks:
    """What is planned already, by machine."""
    machines = len(shop.centre)
    blocks = Blocks(
        np.full((machines, room), NONE, dtype=np.int64),
        np.full((machines, room), NEVER, dtype=np.int64),
        np.zeros(machines, dtype=np.int64),
    )
    for operation in np.argsort(schedule.start, kind="mergesort"):
        if schedule.end[operation] >= NEVER:
            continue
        machine = schedule.machine[operation]
        place = blocks.many[machine]
        calendar = shop.calendar[machine]
        set_up = ends(shop.windows, calendar, schedule.start[operation], schedule.setup[operation])
        blocks.operation[machine, place] = operation
        blocks.run[machine, place] = next_open(shop.windows, calendar, set_up)
        blocks.many[machine] = place + 1
    return blocks


@inner
def _first_behind(schedule: Schedule, blocks: Blocks, machine: int, at: int) -> int:
    """The first block of a machine that ends after an instant."""
    low, high = 0, blocks.many[machine]
    while low < high:
        middle = (low + high) // 2
        if schedule.end[blocks.operation[machine, middle]] > at:
            high = middle
        else:
            low = middle + 1
    return low


@inner
def _tools_until(
    shop: Arrays, schedule: Schedule, operation: int, start: int, end: int, users: Ints
) -> int:
    """Nought if the tools are there from START to END; else when one is given back after START."""
    for row in range(shop.pool_first[operation], shop.pool_first[operation + 1]):
        pool = shop.pool[row]
        first, last = shop.unit_first[pool], shop.unit_first[pool + 1]
        # Units that what is fixed holds; then those that the others hold at each start in between.
        soonest = NEVER
        at = start
        while at < end:
            taken, following = 0, end
            for unit in range(first, last):
                if shop.unit_free[unit] > at:
                    taken += 1
                    soonest = min(soonest, shop.unit_free[unit])
            for index in range(len(users)):
                other = users[index]
                if schedule.end[other] >= NEVER or not _takes(shop, other, pool):
                    continue
                if schedule.start[other] <= at < schedule.end[other]:
                    taken += 1
                    soonest = min(soonest, schedule.end[other])
                elif at < schedule.start[other] < following:
                    following = schedule.start[other]
            if taken >= last - first:
                return max(soonest, start + 1)
            at = following
    return 0


@inner
def _takes(shop: Arrays, operation: int, pool: int) -> bool:
    for row in range(shop.pool_first[operation], shop.pool_first[operation + 1]):
        if shop.pool[row] == pool:
            return True
    return False


@inner
def _fit(
    shop: Arrays,
    schedule: Schedule,
    blocks: Blocks,
    users: Ints,
    operation: int,
    machine: int,
    work: int,
    ready: int,
    until: int,
) -> tuple[int, int, int, int]:
    """The first gap of a machine that lets it end before UNTIL: place, start, end, setup."""
    calendar = shop.calendar[machine]
    place = _first_behind(schedule, blocks, machine, ready)
    while True:
        base = shop.free[machine]
        family, part = shop.family_before[machine], shop.part_before[machine]
        if place > 0:
            before = blocks.operation[machine, place - 1]
            base = schedule.end[before]
            family, part = shop.family[before], shop.part[before]
        setup = setup_seconds(shop, machine, family, part, operation)
        start, end = placed(shop, machine, base, setup, ready, work)
        while end < until and len(users):
            later = _tools_until(shop, schedule, operation, start, end, users)
            if later == 0:
                break
            start, end = placed(shop, machine, max(base, later), setup, ready, work)
        if end >= until:
            return NONE, NEVER, NEVER, 0
        if place == blocks.many[machine]:
            return place, start, end, setup
        behind = blocks.operation[machine, place]
        changed = setup_seconds(shop, machine, shop.family[operation], shop.part[operation], behind)
        if end <= begins(shop.windows, calendar, blocks.run[machine, place], changed) and (
            changed <= schedule.setup[behind]
            or shop.pool_first[behind] == shop.pool_first[behind + 1]
        ):
            return place, start, end, setup
        place += 1


@inner
def _put_in(
    shop: Arrays,
    schedule: Schedule,
    blocks: Blocks,
    operation: int,
    machine: int,
    place: int,
    start: int,
    end: int,
    setup: int,
) -> None:
    calendar = shop.calendar[machine]
    for index in range(blocks.many[machine], place, -1):
        blocks.operation[machine, index] = blocks.operation[machine, index - 1]
        blocks.run[machine, index] = blocks.run[machine, index - 1]
    blocks.many[machine] += 1
    blocks.operation[machine, place] = operation
    set_up = ends(shop.windows, calendar, start, setup)
    blocks.run[machine, place] = next_open(shop.windows, calendar, set_up)
    schedule.machine[operation] = machine
    schedule.start[operation], schedule.end[operation] = start, end
    schedule.setup[operation] = setup
    if place + 1 < blocks.many[machine]:
        behind = blocks.operation[machine, place + 1]
        changed = setup_seconds(shop, machine, shop.family[operation], shop.part[operation], behind)
        schedule.setup[behind] = changed
        schedule.start[behind] = begins(
            shop.windows, calendar, blocks.run[machine, place + 1], changed
        )


@compiled
def inserted(
    shop: Arrays, machine: Ints, start: Ints, end: Ints, setup: Ints, new: Ints
) -> Inserted:
    """A schedule with the operations NEW put into its gaps, in this order.

    MACHINE … SETUP: what is planned; NEVER is the end of what is not. In NEW nothing stands
    before its forerunners. Each is put where it ends first; what fits nowhere ends at NEVER.
    """
    schedule = Schedule(machine.copy(), start.copy(), end.copy(), setup.copy())
    counts = np.zeros(len(shop.centre), dtype=np.int64)
    for operation in range(len(end)):
        if end[operation] < NEVER:
            counts[machine[operation]] += 1
    blocks = _blocks(shop, schedule, counts.max() + len(new) + 1)
    tooled = 0
    for operation in range(len(end)):
        tooled += shop.pool_first[operation] < shop.pool_first[operation + 1]
    users = np.empty(tooled, dtype=np.int64)
    for operation in range(len(end) - 1, -1, -1):
        if shop.pool_first[operation] < shop.pool_first[operation + 1]:
            tooled -= 1
            users[tooled] = operation
    for operation in new:
        ready = shop.release[operation]
        for row in range(shop.before_first[operation], shop.before_first[operation + 1]):
            before = schedule.end[shop.before[row]]
            ready = max(ready, NEVER if before >= NEVER else before + shop.before_lag[row])
        best, chosen, place, begin, needed = NEVER, NONE, NONE, NEVER, 0
        if ready < NEVER:
            for row in range(shop.mode_first[operation], shop.mode_first[operation + 1]):
                on = shop.mode_machine[row]
                there, first, last, setting = _fit(
                    shop,
                    schedule,
                    blocks,
                    users,
                    operation,
                    on,
                    shop.mode_seconds[row],
                    ready,
                    best,
                )
                if last < best:
                    best, chosen, place, begin, needed = last, on, there, first, setting
        if chosen == NONE:
            schedule.machine[operation] = shop.mode_machine[shop.mode_first[operation]]
            continue
        _put_in(shop, schedule, blocks, operation, chosen, place, begin, best, needed)
    return schedule.machine, schedule.start, schedule.end, schedule.setup
