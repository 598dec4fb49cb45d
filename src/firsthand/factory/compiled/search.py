"""A list of operations that is changed bit by bit, and what each change costs.

``trial`` places anew what a change of the list between two positions can have moved: all between
them, then only what stands on a machine, or waits for an operation, of which something moved. It
stops where nothing moves any more. Every so many positions it is kept how far each machine is
(checkpoints), so that it begins near the change. ``accept`` makes the trial the truth, ``reject``
forgets it.

Two things can be made small: the objective's cost, or the makespan. A trial that is already too
bad to be accepted is given up half-way (of the makespan that is certain, since some work is still
to come; the cost is given up when it is far beyond what could be accepted).

What is looked at together lies together: a row of a table for each operation, machine and lot,
with the columns named below. It is what a processor likes, and a kernel takes few arguments.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.decoding import decode, first_free
from firsthand.factory.compiled.jit import compiled, inner
from firsthand.factory.compiled.placing import changed_over, worked_in
from firsthand.factory.compiled.shop import NONE, Arrays, Floats
from firsthand.factory.compiled.windows import NEVER, Ints, Windows

BETWEEN = 64  # positions between checkpoints
BLOCK_MAX = 64  # operations that are moved at once
HOUR = 3600

# The columns of an operation. What begins with TRIAL is as the rest, unless a change is tried.
# (Whole numbers, all of them; flags are nought or one.)
MACHINE, END, TRIAL_END, WORK, FAMILY, PART, BEFORE_FIRST, BEFORE_LAST = range(8)
RELEASE, POSITION, AFTER_FIRST, AFTER_LAST, IS_FINAL, LOT, LEAST_AFTER = range(8, 15)
OWN_SETUP, MODE_FIRST, MODE_LAST, IN_BLOCK, WAS_ON, WAS_AT, POOL_FIRST, POOL_LAST = range(15, 23)
# The columns of a machine: first how far it is in the list that is walked through.
FREE, FAMILY_ON, PART_ON, DIRTY, CLOSES, TABLE, MINOR, CALENDAR = range(8)
KEPT = 3  # of them at each checkpoint
# The columns of a lot.
DONE, TRIAL_DONE, DUE, RELEASED, LEAST_DONE, IS_SINGLE, IS_TOUCHED, FIRST, LAST = range(9)
# The columns of an edge, and of a mode.
TO, LAG = range(2)
ON, SECONDS = range(2)
# The columns of the block that is moved.
MEMBER, MACHINE_BEFORE, GOAL = range(3)

Table = NDArray[np.int64]


class Search(NamedTuple):
    """Where a search stands."""

    order: Ints
    operations: Table
    machines: Table
    lots: Table
    modes: Table
    before: Table
    after: Table
    members: Ints  # of each lot
    weight: Floats  # of each lot
    extra: Floats  # [operation, now or tried] what its changeover and its movement cost
    kept: NDArray[np.int64]  # [checkpoint, machine, column]
    segment: Ints  # the piece of the list that a change touches, before it
    block: Table
    touched: Ints  # lots of which something moved
    changeovers: NDArray[np.int64]
    windows: Windows
    pool: Ints
    unit_first: Ints
    unit_free: Ints
    unit_free_before: Ints
    weights: Floats
    near: int
    makespan: bool
    has_extra: bool
    has_pools: bool


class Change(NamedTuple):
    """What a move changed: the list from FIRST to LAST, and MANY operations of the block."""

    first: int
    last: int
    many: int


class Tried(NamedTuple):
    """What a trial found: by how much the cost changes, and how far it walked."""

    delta: float
    until: int


def search(shop: Arrays, order: Ints, machine: Ints, *, makespan: bool) -> Search:
    """A search that begins with a list. All of it is its own: nothing is shared with another.

    (Compiled code counts who holds an array; threads that count in one place hinder each other.)
    """
    many = len(order)
    operations = np.zeros((many, 23), np.int64)
    operations[:, MACHINE] = machine
    operations[:, FAMILY], operations[:, PART] = shop.family, shop.part
    operations[:, BEFORE_FIRST] = shop.before_first[:-1]
    operations[:, BEFORE_LAST] = shop.before_first[1:]
    operations[:, AFTER_FIRST] = shop.after_first[:-1]
    operations[:, AFTER_LAST] = shop.after_first[1:]
    operations[:, MODE_FIRST] = shop.mode_first[:-1]
    operations[:, MODE_LAST] = shop.mode_first[1:]
    operations[:, POOL_FIRST] = shop.pool_first[:-1]
    operations[:, POOL_LAST] = shop.pool_first[1:]
    operations[:, RELEASE], operations[:, LOT] = shop.release, shop.lot
    operations[:, IS_FINAL], operations[:, OWN_SETUP] = shop.is_final, shop.own_setup
    operations[:, WAS_ON], operations[:, WAS_AT] = shop.previous_machine, shop.previous_start
    operations[:, LEAST_AFTER] = _least_after(shop)
    spans = shop.windows.first
    plain = (np.diff(spans) == 1) & (shop.windows.opens[spans[:-1]] <= 0)
    closes = np.where(plain, shop.windows.closes[spans[:-1]], NONE)
    machines = np.zeros((len(shop.centre), 8), np.int64)
    machines[:, CLOSES] = closes[shop.calendar]
    machines[:, TABLE] = shop.changeover[shop.centre]
    machines[:, MINOR] = shop.minor_setup[shop.centre]
    machines[:, CALENDAR] = shop.calendar
    machines[:, FREE] = shop.free
    machines[:, FAMILY_ON], machines[:, PART_ON] = shop.family_before, shop.part_before
    count = len(shop.lot_due)
    lots = np.zeros((count, 9), np.int64)
    members = np.argsort(shop.lot, kind="stable").astype(np.int64)
    bounds = np.searchsorted(shop.lot[members], np.arange(count + 1))
    lots[:, DUE], lots[:, RELEASED] = shop.lot_due, shop.lot_release
    lots[:, LEAST_DONE] = shop.lot_done
    lots[:, IS_SINGLE] = np.bincount(shop.lot[shop.is_final], minlength=count) == 1
    lots[:, FIRST], lots[:, LAST] = bounds[:-1], bounds[1:]
    return Search(
        order=order.astype(np.int64),
        operations=operations,
        machines=machines,
        lots=lots,
        modes=np.stack((shop.mode_machine, shop.mode_seconds), axis=1),
        before=np.stack((shop.before, shop.before_lag), axis=1),
        after=np.stack((shop.after, shop.after_lag), axis=1),
        members=members,
        weight=shop.lot_weight.copy(),
        extra=np.zeros((many, 2)),
        kept=np.zeros((many // BETWEEN + 2, len(machines), KEPT), np.int64),
        segment=np.zeros(many, np.int64),
        block=np.zeros((BLOCK_MAX, 3), np.int64),
        touched=np.zeros(count, np.int64),
        changeovers=shop.changeovers.copy(),
        windows=Windows(*(one.copy() for one in shop.windows)),
        pool=shop.pool.copy(),
        unit_first=shop.unit_first.copy(),
        unit_free=shop.unit_free.copy(),
        unit_free_before=shop.unit_free.copy(),
        weights=shop.weights.copy(),
        near=shop.near,
        makespan=makespan,
        has_extra=bool(shop.weights[2] > 0 or shop.weights[3] > 0),
        has_pools=len(shop.pool) > 0,
    )


@compiled
def _least_after(shop: Arrays) -> Ints:
    many = len(shop.lot)
    found, waits = np.zeros(many, np.int64), np.diff(shop.after_first)
    ready = np.empty(many, np.int64)
    count = 0
    for one in range(many):
        if waits[one] == 0:
            ready[count] = one
            count += 1
    while count > 0:
        count -= 1
        one = ready[count]
        least = shop.mode_seconds[shop.mode_first[one]]
        for row in range(shop.mode_first[one] + 1, shop.mode_first[one + 1]):
            least = min(least, shop.mode_seconds[row])
        for row in range(shop.before_first[one], shop.before_first[one + 1]):
            earlier = shop.before[row]
            found[earlier] = max(found[earlier], found[one] + least + shop.before_lag[row])
            waits[earlier] -= 1
            if waits[earlier] == 0:
                ready[count] = earlier
                count += 1
    return found


@inner
def lot_cost(at: Search, lot: int, done: int) -> float:
    """What a lot costs that is done then."""
    late = max(0, done - at.lots[lot, DUE])
    inside = done - at.lots[lot, RELEASED]
    return at.weight[lot] * (at.weights[0] * late + at.weights[1] * inside)


@inner
def _extra_cost(at: Search, one: int, place: int, start: int, setup: int) -> float:
    # Of an operation that is set up so long, from START on: its changeover and its movement.
    found = at.weights[2] * setup
    before = at.operations[one, WAS_AT]
    if before != NONE and before < at.near:
        moved = abs(start - before)
        if place != at.operations[one, WAS_ON]:
            moved += HOUR
        found += at.weights[3] * moved
    return found


@inner
def work_on(at: Search, one: int, place: int) -> int:
    """How long an operation runs on a machine; NONE if that cannot do it."""
    for row in range(at.operations[one, MODE_FIRST], at.operations[one, MODE_LAST]):
        if at.modes[row, ON] == place:
            return at.modes[row, SECONDS]
    return NONE


@compiled
def restart(shop: Arrays, at: Search) -> float:
    """Place the whole list; its cost."""
    start, end, setup = decode(shop, at.order, at.operations[:, MACHINE].copy())
    operations, machines, lots = at.operations, at.machines, at.lots
    machines[:, FREE] = shop.free
    machines[:, FAMILY_ON] = shop.family_before
    machines[:, PART_ON] = shop.part_before
    lots[:, DONE] = lots[:, LEAST_DONE]
    found = 0.0
    for position in range(len(at.order)):
        if position % BETWEEN == 0:
            at.kept[position // BETWEEN] = machines[:, :KEPT]
        one = at.order[position]
        place, lot = operations[one, MACHINE], operations[one, LOT]
        operations[one, POSITION] = position
        operations[one, WORK] = work_on(at, one, place)
        operations[one, END] = end[one]
        operations[one, TRIAL_END] = end[one]
        machines[place, FREE] = end[one]
        machines[place, FAMILY_ON] = operations[one, FAMILY]
        machines[place, PART_ON] = operations[one, PART]
        if at.has_extra:
            at.extra[one, :] = _extra_cost(at, one, place, start[one], setup[one])
            found += at.extra[one, 0]
        if operations[one, IS_FINAL]:
            lots[lot, DONE] = max(lots[lot, DONE], end[one])
    lots[:, TRIAL_DONE] = lots[:, DONE]
    if at.makespan:
        return float(np.max(lots[:, DONE]))
    for lot in range(len(lots)):
        found += lot_cost(at, lot, lots[lot, DONE])
    return found


@inner
def _go_to(at: Search, position: int) -> None:
    # The machines as they are before a position, in truth.
    row = position // BETWEEN
    operations, machines, order, kept = at.operations, at.machines, at.order, at.kept
    for place in range(len(machines)):
        machines[place, FREE] = kept[row, place, FREE]
        machines[place, FAMILY_ON] = kept[row, place, FAMILY_ON]
        machines[place, PART_ON] = kept[row, place, PART_ON]
    for before in range(row * BETWEEN, position):
        one = order[before]
        place = operations[one, MACHINE]
        machines[place, FREE] = operations[one, END]
        machines[place, FAMILY_ON] = operations[one, FAMILY]
        machines[place, PART_ON] = operations[one, PART]


@inner
def _with_pools(
    at: Search, one: int, calendar: int, base: int, setup: int, ready: int
) -> tuple[int, int]:
    # Of each pool the unit that is free first is taken.
    operations = at.operations
    for row in range(operations[one, POOL_FIRST], operations[one, POOL_LAST]):
        unit = first_free(at.unit_first, at.unit_free, at.pool[row])
        base = max(base, at.unit_free[unit])
    start, end = worked_in(at.windows, calendar, base, setup, ready, operations[one, WORK])
    for row in range(operations[one, POOL_FIRST], operations[one, POOL_LAST]):
        unit = first_free(at.unit_first, at.unit_free, at.pool[row])
        at.unit_free[unit] = end
    return start, end


@inner
def trial(at: Search, change: Change, cost: float, most: float, patience: float) -> Tried:
    """What a change of the list would cost more. Its list and machines are those of the change.

    MOST: the largest difference that will be accepted. PATIENCE: how far beyond it a trial of the
    cost goes on, since what comes later can make up for it.
    """
    # This is where a search spends its time. To take an array out of a tuple costs more than to
    # look into it, so each is taken out once.
    order, operations, machines, lots = at.order, at.operations, at.machines, at.lots
    before, after, changeovers, touched = at.before, at.after, at.changeovers, at.touched
    makespan, has_extra, has_pools = at.makespan, at.has_extra, at.has_pools
    first, last = change.first, change.last
    many = len(order)
    if has_pools:
        # Tools are shared by all machines: everything is placed anew.
        first, last = 0, many - 1
        for unit in range(len(at.unit_free)):
            at.unit_free[unit] = at.unit_free_before[unit]
    _go_to(at, first)
    # So many machines and operations still to come have something before them that moved.
    dirty, waiting = 0, 0
    for place in range(len(machines)):
        machines[place, DIRTY] = 0
    for row in range(change.many):
        place = at.block[row, MACHINE_BEFORE]
        dirty += 1 - machines[place, DIRTY]
        machines[place, DIRTY] = 1
    delta, touches = 0.0, 0
    bound, given_up = cost + most, False
    position = first
    while position < many and (position <= last or dirty > 0 or waiting > 0):
        one = order[position]
        place = operations[one, MACHINE]
        inside = position <= last
        moved = inside or machines[place, DIRTY] > 0
        ready, ended = operations[one, RELEASE], operations[one, END]
        position += 1
        for row in range(operations[one, BEFORE_FIRST], operations[one, BEFORE_LAST]):
            earlier = before[row, TO]
            end = operations[earlier, TRIAL_END]
            if not inside and end != operations[earlier, END]:
                moved = True
                waiting -= 1
            ready = max(ready, end + before[row, LAG])
        wanted, wanted_part = operations[one, FAMILY], operations[one, PART]
        if not moved:
            machines[place, FREE] = ended
            machines[place, FAMILY_ON], machines[place, PART_ON] = wanted, wanted_part
            continue
        family, part = machines[place, FAMILY_ON], machines[place, PART_ON]
        base, setup = machines[place, FREE], 0
        if wanted == NONE or wanted != family or wanted_part != part:
            setup = changed_over(
                changeovers,
                machines[place, TABLE],
                machines[place, MINOR],
                operations[one, OWN_SETUP],
                family,
                part,
                wanted,
                wanted_part,
            )
        calendar = machines[place, CALENDAR]
        if has_pools:
            start, end = _with_pools(at, one, calendar, base, setup, ready)
        elif machines[place, CLOSES] != NONE:
            start = max(base, ready - setup)
            end = start + setup + operations[one, WORK]
            if end > machines[place, CLOSES]:
                end = NEVER
        else:
            start, end = worked_in(at.windows, calendar, base, setup, ready, operations[one, WORK])
        operations[one, TRIAL_END] = end
        if has_extra:
            at.extra[one, 1] = _extra_cost(at, one, place, start, setup)
            delta += at.extra[one, 1] - at.extra[one, 0]
        machines[place, FREE] = end
        machines[place, FAMILY_ON], machines[place, PART_ON] = wanted, wanted_part
        now_dirty = 1 if inside or end != ended else 0
        dirty += now_dirty - machines[place, DIRTY]
        machines[place, DIRTY] = now_dirty
        if end == ended:
            continue
        if makespan and end + operations[one, LEAST_AFTER] > bound:
            given_up = True
            break
        for row in range(operations[one, AFTER_FIRST], operations[one, AFTER_LAST]):
            if not inside or operations[after[row, TO], POSITION] > last:
                waiting += 1
        if operations[one, IS_FINAL] == 0:
            continue
        lot = operations[one, LOT]
        if lots[lot, IS_TOUCHED] == 0:
            lots[lot, IS_TOUCHED] = 1
            touched[touches] = lot
            touches += 1
        if lots[lot, IS_SINGLE]:
            done = max(lots[lot, LEAST_DONE], end)
            lots[lot, TRIAL_DONE] = done
            if not makespan:
                delta += lot_cost(at, lot, done) - lot_cost(at, lot, lots[lot, DONE])
                if not inside and delta > most + patience:
                    given_up = True
                    break
    for row in range(touches):
        lot = touched[row]
        lots[lot, IS_TOUCHED] = 0
        if given_up or lots[lot, IS_SINGLE]:
            continue
        done = lots[lot, LEAST_DONE]
        for member in range(lots[lot, FIRST], lots[lot, LAST]):
            one = at.members[member]
            if operations[one, IS_FINAL]:
                done = max(done, operations[one, TRIAL_END])
        lots[lot, TRIAL_DONE] = done
        if not makespan:
            delta += lot_cost(at, lot, done) - lot_cost(at, lot, lots[lot, DONE])
    if given_up:
        return Tried(np.inf, position)
    if makespan:
        worst = 0
        for lot in range(len(lots)):
            worst = max(worst, lots[lot, TRIAL_DONE])
        delta = worst - cost
    return Tried(delta, position)


@inner
def accept(at: Search, change: Change, tried: Tried) -> None:
    """The trial is the truth now."""
    order, operations, machines, lots = at.order, at.operations, at.machines, at.lots
    first = 0 if at.has_pools else change.first
    last = len(order) - 1 if at.has_pools else change.last
    _go_to(at, first)
    for position in range(first, tried.until):
        if position % BETWEEN == 0:
            for place in range(len(machines)):
                for column in range(KEPT):
                    at.kept[position // BETWEEN, place, column] = machines[place, column]
        one = order[position]
        if position <= last:
            operations[one, POSITION] = position
        operations[one, END] = operations[one, TRIAL_END]
        place = operations[one, MACHINE]
        machines[place, FREE] = operations[one, END]
        machines[place, FAMILY_ON] = operations[one, FAMILY]
        machines[place, PART_ON] = operations[one, PART]
        if operations[one, IS_FINAL]:
            lot = operations[one, LOT]
            lots[lot, DONE] = lots[lot, TRIAL_DONE]
        if at.has_extra:
            at.extra[one, 0] = at.extra[one, 1]
    for row in range(change.many):
        operations[at.block[row, MEMBER], IN_BLOCK] = 0


@inner
def reject(at: Search, change: Change, tried: Tried) -> None:
    """The trial never was."""
    order, operations, lots = at.order, at.operations, at.lots
    first = 0 if at.has_pools else change.first
    for position in range(first, tried.until):
        one = order[position]
        operations[one, TRIAL_END] = operations[one, END]
        if operations[one, IS_FINAL]:
            lot = operations[one, LOT]
            lots[lot, TRIAL_DONE] = lots[lot, DONE]
        if at.has_extra:
            at.extra[one, 1] = at.extra[one, 0]
    for row in range(change.many):
        one = at.block[row, MEMBER]
        operations[one, IN_BLOCK] = 0
        if operations[one, MACHINE] != at.block[row, MACHINE_BEFORE]:
            operations[one, MACHINE] = at.block[row, MACHINE_BEFORE]
            operations[one, WORK] = work_on(at, one, operations[one, MACHINE])
    for position in range(change.first, change.last + 1):
        order[position] = at.segment[position - change.first]
