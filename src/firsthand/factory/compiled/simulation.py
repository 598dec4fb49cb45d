"""The floor, played event by event: whenever a machine is free, the rule says what it does next.

No machine is left idle while something waits that it could do ("non-delay"). An operation waits
when its lot is released and its forerunners have ended, with the ways from them; it is set up and
runs without a pause between. Where all units of a tool are taken, the operation waits, not the
machine. A machine that is closed starts nothing, and is asked again when it opens.

Of all pairs of a free machine and a waiting operation the one with the highest index goes first
(``index``). Between equal ones it is the operation whose lot is more urgent; of several machines
for it, the one that would be done with it first, then the lowest number. There is no chance in it.

How long things really take may be another matter than what the rule believes: WORK_FACTOR.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.agenda import drop, put
from firsthand.factory.compiled.index import (
    Floats,
    Tuned,
    by_group,
    goes_before,
    of_line,
    of_operation,
    tuned,
)
from firsthand.factory.compiled.jit import compiled, inner
from firsthand.factory.compiled.placing import setup_seconds
from firsthand.factory.compiled.shop import NONE, Arrays, Shop
from firsthand.factory.compiled.windows import NEVER, Ints, closes, ends, next_open
from firsthand.factory.policy import Policy

Played = tuple[Ints, Ints, Ints, Ints, Ints]  # order, machine, start, end, setup


class Floor(NamedTuple):
    """How the floor stands at an instant."""

    # by machine
    family: Ints
    part: Ints
    idle: NDArray[np.bool_]
    open_until: Ints
    works_on: Ints
    # by operation
    since: Ints  # since when it waits, or could
    missing: Ints  # forerunners that have not ended
    place: Ints  # in its line
    # the lines, and of each choice those where something waits
    queue: Ints
    length: Ints  # by line
    active: Ints
    actives: Ints  # by choice
    active_place: Ints  # by line
    waiting: Ints  # by cell
    units: Ints  # by pool: how many are free


def _empty(shop: Arrays) -> Floor:
    """The floor before anything happens; machines and tools come when they are free."""
    count, machines = len(shop.lot), len(shop.centre)
    lines = len(shop.lines.sample)
    return Floor(
        shop.family_before.copy(),
        shop.part_before.copy(),
        np.zeros(machines, dtype=np.bool_),
        np.zeros(machines, dtype=np.int64),
        np.full(machines, NONE, dtype=np.int64),
        shop.release.copy(),
        shop.before_first[1:] - shop.before_first[:-1],
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(lines, dtype=np.int64),
        np.zeros(lines, dtype=np.int64),
        np.zeros(len(shop.lines.cell_of_choice), dtype=np.int64),
        np.zeros(lines, dtype=np.int64),
        np.zeros(len(shop.lines.cell_first) - 1, dtype=np.int64),
        np.zeros(len(shop.unit_first) - 1, dtype=np.int64),
    )


@inner
def _come(shop: Arrays, floor: Floor, operation: int) -> int:
    """An operation takes its place in its line; the cell that it concerns."""
    line = shop.lines.of[operation]
    choice = shop.lines.choice[line]
    if floor.length[line] == 0:
        place = shop.lines.line_first[choice] + floor.actives[choice]
        floor.active[place] = line
        floor.active_place[line] = place
        floor.actives[choice] += 1
    place = shop.lines.room_first[line] + floor.length[line]
    floor.queue[place] = operation
    floor.place[operation] = place
    floor.length[line] += 1
    cell = shop.lines.cell_of_choice[choice]
    floor.waiting[cell] += 1
    return cell


@inner
def _leave(shop: Arrays, floor: Floor, operation: int) -> None:
    """An operation leaves its line; the last one takes its place."""
    line = shop.lines.of[operation]
    choice = shop.lines.choice[line]
    floor.length[line] -= 1
    last = floor.queue[shop.lines.room_first[line] + floor.length[line]]
    floor.queue[floor.place[operation]] = last
    floor.place[last] = floor.place[operation]
    if floor.length[line] == 0:
        floor.actives[choice] -= 1
        moved = floor.active[shop.lines.line_first[choice] + floor.actives[choice]]
        floor.active[floor.active_place[line]] = moved
        floor.active_place[moved] = floor.active_place[line]
    floor.waiting[shop.lines.cell_of_choice[choice]] -= 1


@inner
def _has_tools(shop: Arrays, floor: Floor, operation: int) -> bool:
    for row in range(shop.pool_first[operation], shop.pool_first[operation + 1]):
        if floor.units[shop.pool[row]] == 0:
            return False
    return True


@inner
def _best(
    shop: Arrays, rule: Tuned, floor: Floor, machine: int, now: int
) -> tuple[float, int, int, int]:
    """What a machine would do next: its index, the operation, its mode and its setup."""
    lines = shop.lines
    best, chosen, mode, setup = -np.inf, NONE, NONE, 0
    family, part = floor.family[machine], floor.part[machine]
    for member in range(lines.choice_first[machine], lines.choice_first[machine + 1]):
        choice = lines.machine_choice[member]
        first = lines.line_first[choice]
        for place in range(first, first + floor.actives[choice]):
            line = floor.active[place]
            sample = lines.sample[line]
            if not _has_tools(shop, floor, sample):
                continue
            needed = setup_seconds(shop, machine, family, part, sample)
            offset = of_line(shop, rule, machine, family, part, sample, needed)
            begin = lines.room_first[line]
            for room in range(begin, begin + floor.length[line]):
                operation = floor.queue[room]
                row = shop.mode_first[operation] + lines.machine_mode[member]
                found = offset + of_operation(
                    shop, rule, now, floor.since[operation], machine, row, operation
                )
                if found > best or (found == best and goes_before(shop, operation, chosen)):
                    best, chosen, mode, setup = found, operation, row, needed
    return best, chosen, mode, setup


@compiled
def _played(
    shop: Arrays, rule: Tuned, floor: Floor, work_factor: Floats
) -> tuple[Ints, Ints, Ints, Ints, Ints, int]:
    """As ``simulate``, and how many operations there was time for."""
    count, machines, pools = len(shop.lot), len(shop.centre), len(shop.unit_first) - 1
    order = np.empty(count, dtype=np.int64)
    where = np.full(count, NONE, dtype=np.int64)
    start = np.full(count, NEVER, dtype=np.int64)
    end = np.full(count, NEVER, dtype=np.int64)
    setup = np.zeros(count, dtype=np.int64)
    # Events are a machine that ends or opens, an operation that is ready, a unit of a tool.
    room = machines + count + len(shop.unit_free)
    instants, events = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    size = 0
    for machine in range(machines):
        size = put(instants, events, size, shop.free[machine], machine)
    for operation in range(count):
        if floor.missing[operation] == 0:
            size = put(instants, events, size, shop.release[operation], machines + operation)
    for pool in range(pools):
        for unit in range(shop.unit_first[pool], shop.unit_first[pool + 1]):
            size = put(instants, events, size, shop.unit_free[unit], machines + count + pool)
    cells = len(floor.waiting)
    touched = np.zeros(cells, dtype=np.bool_)
    free = np.empty(machines, dtype=np.int64)
    index = np.empty(machines)
    wanted, row, needed = np.empty_like(free), np.empty_like(free), np.empty_like(free)
    done = 0
    while size > 0:
        now = instants[0]
        if now >= NEVER:
            break
        given_back = False
        while size > 0 and instants[0] == now:
            event = events[0]
            size = drop(instants, events, size)
            if event >= machines + count:
                floor.units[event - machines - count] += 1
                given_back = True
            elif event >= machines:
                touched[_come(shop, floor, event - machines)] = True
            else:
                touched[shop.lines.cell[event]] = True
                floor.idle[event] = True
                ended = floor.works_on[event]
                if ended == NONE:
                    continue
                floor.works_on[event] = NONE
                for at in range(shop.pool_first[ended], shop.pool_first[ended + 1]):
                    floor.units[shop.pool[at]] += 1
                    given_back = True
                for at in range(shop.after_first[ended], shop.after_first[ended + 1]):
                    later = shop.after[at]
                    floor.since[later] = max(floor.since[later], now + shop.after_lag[at])
                    floor.missing[later] -= 1
                    if floor.missing[later] == 0:
                        if floor.since[later] <= now:
                            touched[_come(shop, floor, later)] = True
                        else:
                            size = put(instants, events, size, floor.since[later], machines + later)
        for cell in range(cells):
            if not (touched[cell] or given_back):
                continue
            touched[cell] = False
            if floor.waiting[cell] == 0:
                continue
            many = 0
            for at in range(shop.lines.cell_first[cell], shop.lines.cell_first[cell + 1]):
                machine = shop.lines.cell_machine[at]
                if not floor.idle[machine]:
                    continue
                if floor.open_until[machine] <= now:
                    calendar = shop.calendar[machine]
                    opens = next_open(shop.windows, calendar, now)
                    if opens > now:
                        floor.idle[machine] = False
                        if opens < NEVER:
                            size = put(instants, events, size, opens, machine)
                        continue
                    floor.open_until[machine] = closes(shop.windows, calendar, now)
                free[many] = machine
                index[many], wanted[many], row[many], needed[many] = _best(
                    shop, rule, floor, machine, now
                )
                many += 1
            while many > 0:
                first = -1
                for one in range(many):
                    if wanted[one] == NONE:
                        continue
                    if first < 0 or index[one] > index[first]:
                        first = one
                    elif index[one] == index[first]:
                        if wanted[one] == wanted[first]:
                            takes = needed[one] + shop.mode_seconds[row[one]]
                            if takes < needed[first] + shop.mode_seconds[row[first]]:
                                first = one
                        elif goes_before(shop, wanted[one], wanted[first]):
                            first = one
                if first < 0:
                    break
                machine, operation = free[first], wanted[first]
                work = max(1, round(shop.mode_seconds[row[first]] * work_factor[operation]))
                until = ends(shop.windows, shop.calendar[machine], now, needed[first] + work)
                tools = False
                floor.idle[machine] = False
                if until < NEVER:  # or else its calendar ends before the work would
                    where[operation] = machine
                    start[operation], end[operation] = now, until
                    setup[operation] = needed[first]
                    order[done] = operation
                    done += 1
                    _leave(shop, floor, operation)
                    floor.works_on[machine] = operation
                    floor.family[machine] = shop.family[operation]
                    floor.part[machine] = shop.part[operation]
                    size = put(instants, events, size, until, machine)
                    for at in range(shop.pool_first[operation], shop.pool_first[operation + 1]):
                        floor.units[shop.pool[at]] -= 1
                        tools = True
                many -= 1
                for one in range(first, many):  # the lowest number stays first
                    free[one], index[one] = free[one + 1], index[one + 1]
                    wanted[one], row[one], needed[one] = (
                        wanted[one + 1],
                        row[one + 1],
                        needed[one + 1],
                    )
                for one in range(many):
                    if wanted[one] == NONE:
                        continue
                    if wanted[one] == operation or (
                        tools and not _has_tools(shop, floor, wanted[one])
                    ):
                        index[one], wanted[one], row[one], needed[one] = _best(
                            shop, rule, floor, free[one], now
                        )
    return order, where, start, end, setup, done


@compiled
def _never(shop: Arrays, order: Ints, where: Ints, done: int) -> None:
    """What the calendars hold no time for comes last, none before its forerunners."""
    missing = shop.before_first[1:] - shop.before_first[:-1]
    for place in range(done):
        for at in range(shop.after_first[order[place]], shop.after_first[order[place] + 1]):
            missing[shop.after[at]] -= 1
    place = done
    for operation in range(len(order)):
        if where[operation] == NONE and missing[operation] == 0:
            order[done] = operation
            done += 1
    while place < done:
        operation = order[place]
        where[operation] = shop.mode_machine[shop.mode_first[operation]]
        for at in range(shop.after_first[operation], shop.after_first[operation + 1]):
            later = shop.after[at]
            missing[later] -= 1
            if missing[later] == 0:
                order[done] = later
                done += 1
        place += 1


def simulate(
    arrays: Arrays,
    rule: int,
    k1: Floats,
    k2: Floats,
    beta: Floats,
    work_factor: Floats | None = None,
    *,
    stick: float = 1.0,
    damp: float = 0.0,
) -> Played:
    """The order in which operations began, and by operation its machine, start, end and setup.

    RULE: its number (``index``); K1, K2, BETA: by group of machines. WORK_FACTOR: by operation,
    by how much its run is longer than the rule believes. STICK (1 or more) and DAMP hold the
    composite rules to the previous plan: an operation counts so many times as much on the machine
    that it had, and less by so many powers of e for each mean run that it was planned later.
    What the calendars hold no time for ends at NEVER.
    """
    if work_factor is None:
        work_factor = np.ones(len(arrays.lot))
    ready = tuned(arrays, rule, k1, k2, beta, stick, damp)
    order, machine, start, end, setup, done = _played(arrays, ready, _empty(arrays), work_factor)
    if done < len(order):
        _never(arrays, order, machine, done)
    return order, machine, start, end, setup


def followed(shop: Shop, policy: Policy, work_factor: Floats | None = None) -> Played:
    """What comes of it when the floor follows a policy; as ``simulate``."""
    return simulate(shop.arrays, *by_group(policy, shop.groups), work_factor)
