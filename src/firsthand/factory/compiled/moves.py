"""How a search changes its list: which operations it takes, and where it puts them.

*Which one*: any; or one on the way that decides when a costly lot is done, some steps back from
its end, over what it waited for (a forerunner, or what its machine did before).

*Blocks*: one operation, or a campaign (the operations beside it on its machine that need no
changeover), goes a few places forward or back among those of a machine, its own or another one; or
beside one of its own kind, which saves changeovers.

*Whole lots*: all operations of a lot move earlier or later by so many hours, some of them to
other machines. Single steps cannot do that: each for itself gains nothing.
"""

from firsthand.factory.compiled.chance import Chance, below, share, waits
from firsthand.factory.compiled.jit import inner
from firsthand.factory.compiled.search import (
    AFTER_FIRST,
    AFTER_LAST,
    BEFORE_FIRST,
    BEFORE_LAST,
    BLOCK_MAX,
    DONE,
    END,
    FAMILY,
    FIRST,
    GOAL,
    IN_BLOCK,
    IS_FINAL,
    LAG,
    LAST,
    LOT,
    MACHINE,
    MACHINE_BEFORE,
    MEMBER,
    MODE_FIRST,
    MODE_LAST,
    ON,
    PART,
    POSITION,
    RELEASED,
    TO,
    WORK,
    Change,
    Search,
    lot_cost,
    work_on,
)
from firsthand.factory.compiled.shop import NONE

CAMPAIGN_MAX = 12
LOOKS = 3  # lots of which the most costly one is taken
SCAN_MAX = 2000  # positions that a campaign may be spread over
SPREAD_MAX = 12_000  # positions that a lot may be spread over
KIND_MAX = 15  # operations that are passed to find one of its own kind


@inner
def costly_lot(at: Search, state: Chance) -> int:
    """The most costly of some lots; of a makespan, one that is done last."""
    found, most = 0, -1.0
    if at.makespan:
        for lot in range(len(at.lots)):
            if at.lots[lot, DONE] > most:
                found, most = lot, float(at.lots[lot, DONE])
        return found
    for _look in range(LOOKS):
        lot = below(state, len(at.lots))
        cost = lot_cost(at, lot, at.lots[lot, DONE])
        if cost > most:
            found, most = lot, cost
    return found


@inner
def _last_of(at: Search, lot: int) -> int:
    found = at.members[at.lots[lot, FIRST]]
    for row in range(at.lots[lot, FIRST], at.lots[lot, LAST]):
        one = at.members[row]
        if at.operations[one, IS_FINAL] and (
            not at.operations[found, IS_FINAL]
            or at.operations[one, END] > at.operations[found, END]
        ):
            found = one
    return found


@inner
def critical(at: Search, state: Chance, deep: float) -> int:
    """An operation that a costly lot waited for, fewer than DEEP steps back from its end."""
    one = _last_of(at, costly_lot(at, state))
    for _step in range(int(share(state) * deep)):
        run, found = at.operations[one, END] - at.operations[one, WORK], NONE
        if at.makespan or share(state) < 0.5:
            for row in range(at.operations[one, BEFORE_FIRST], at.operations[one, BEFORE_LAST]):
                earlier = at.before[row, TO]
                if at.operations[earlier, END] + at.before[row, LAG] >= run:
                    found = earlier
            if found == NONE:
                place = at.operations[one, MACHINE]
                position = at.operations[one, POSITION] - 1
                lowest = max(0, position - SCAN_MAX)
                while position >= lowest and at.operations[at.order[position], MACHINE] != place:
                    position -= 1
                if position >= lowest:
                    found = at.order[position]
        else:
            for row in range(at.operations[one, BEFORE_FIRST], at.operations[one, BEFORE_LAST]):
                if found == NONE or share(state) < 0.5:
                    found = at.before[row, TO]
        if found == NONE:
            break
        one = found
    return one


@inner
def _alike(at: Search, one: int, other: int) -> bool:
    # Whether no changeover lies between them.
    return (
        at.operations[one, FAMILY] != NONE
        and at.operations[one, FAMILY] == at.operations[other, FAMILY]
        and at.operations[one, PART] == at.operations[other, PART]
    )


@inner
def _put(at: Search, one: int, place: int) -> None:
    at.operations[one, MACHINE] = place
    at.operations[one, WORK] = work_on(at, one, place)


@inner
def move_block(at: Search, state: Chance, one: int, campaigns: float) -> Change:
    """Move an operation, or a campaign that begins with it; of MANY nought if it cannot be."""
    nothing = Change(0, 0, 0)
    place, many = at.operations[one, MACHINE], 1
    at.block[0, MEMBER] = one
    if share(state) < campaigns:
        most = 1 + below(state, CAMPAIGN_MAX)
        position = at.operations[one, POSITION] + 1
        highest = min(len(at.order), position + SCAN_MAX)
        while position < highest and many < most:
            other = at.order[position]
            if at.operations[other, MACHINE] == place:
                if not _alike(at, one, other):
                    break
                at.block[many, MEMBER] = other
                many += 1
            position += 1
    to = place
    if share(state) < (0.45 if many == 1 else 0.3):
        choices = at.operations[one, MODE_LAST] - at.operations[one, MODE_FIRST]
        if choices > 1:
            to = at.modes[at.operations[one, MODE_FIRST] + below(state, choices), ON]
        if to == place and many == 1 and choices > 1:
            return nothing
    if to != place:
        for row in range(many):
            if work_on(at, at.block[row, MEMBER], to) == NONE:
                return nothing
    first, last = at.operations[one, POSITION], at.operations[at.block[many - 1, MEMBER], POSITION]
    steps = 1 + int(waits(state) * 1.5)
    beside_its_kind = share(state) < 0.35
    left = share(state) < 0.6
    goal, passed = NONE, 0
    if left:
        lowest = -1
        for row in range(many):
            member = at.block[row, MEMBER]
            for edge in range(
                at.operations[member, BEFORE_FIRST], at.operations[member, BEFORE_LAST]
            ):
                lowest = max(lowest, at.operations[at.before[edge, TO], POSITION])
        if lowest >= first:
            return nothing
        position = first - 1
        while position > lowest:
            other = at.order[position]
            if at.operations[other, MACHINE] == to:
                passed += 1
                if beside_its_kind:
                    if _alike(at, one, other):
                        goal = position + 1
                        break
                    if passed > KIND_MAX:
                        goal = position
                        break
                elif passed >= steps:
                    goal = position
                    break
            position -= 1
        if goal == NONE:
            if to == place:
                return nothing
            goal = first
        begin, end = goal, last
    else:
        highest = len(at.order)
        for row in range(many):
            member = at.block[row, MEMBER]
            for edge in range(
                at.operations[member, AFTER_FIRST], at.operations[member, AFTER_LAST]
            ):
                highest = min(highest, at.operations[at.after[edge, TO], POSITION])
        if highest <= last:
            return nothing
        position = last + 1
        while position < highest:
            other = at.order[position]
            if at.operations[other, MACHINE] == to:
                passed += 1
                if beside_its_kind:
                    if _alike(at, one, other):
                        goal = position - 1
                        break
                    if passed > KIND_MAX:
                        goal = position
                        break
                elif passed >= steps:
                    goal = position
                    break
            position += 1
        if goal == NONE:
            if to == place:
                return nothing
            goal = last
        begin, end = first, goal
    if to == place and (begin == end or (many == 1 and goal == first)):
        return nothing
    for row in range(many):
        member = at.block[row, MEMBER]
        at.operations[member, IN_BLOCK] = 1
        at.block[row, MACHINE_BEFORE] = at.operations[member, MACHINE]
        if to != place:
            _put(at, member, to)
    for position in range(begin, end + 1):
        at.segment[position - begin] = at.order[position]
    into = begin
    if left:
        for row in range(many):
            at.order[into] = at.block[row, MEMBER]
            into += 1
    for position in range(end - begin + 1):
        other = at.segment[position]
        if not at.operations[other, IN_BLOCK]:
            at.order[into] = other
            into += 1
    if not left:
        for row in range(many):
            at.order[into] = at.block[row, MEMBER]
            into += 1
    return Change(begin, end, many)


@inner
def move_lot(at: Search, state: Chance, lot: int) -> Change:
    """Move all of a lot earlier or later; of MANY nought if it cannot be."""
    nothing = Change(0, 0, 0)
    many = at.lots[lot, LAST] - at.lots[lot, FIRST]
    if many > BLOCK_MAX:
        return nothing
    for row in range(many):
        one = at.members[at.lots[lot, FIRST] + row]
        into = row
        while (
            into > 0
            and at.operations[at.block[into - 1, MEMBER], POSITION] > at.operations[one, POSITION]
        ):
            at.block[into, MEMBER] = at.block[into - 1, MEMBER]
            into -= 1
        at.block[into, MEMBER] = one
    inside = at.lots[lot, DONE] - max(0, at.lots[lot, RELEASED])
    by = share(state) ** 2 * inside * 0.7
    earlier = share(state) >= 0.25
    if not earlier:
        by *= 0.5
    begin, end = len(at.order), -1
    for row in range(many):
        one = at.block[row, MEMBER]
        here, run = at.operations[one, POSITION], at.operations[one, END] - at.operations[one, WORK]
        goal = here
        if earlier:
            lowest = -1
            for edge in range(at.operations[one, BEFORE_FIRST], at.operations[one, BEFORE_LAST]):
                if at.operations[at.before[edge, TO], LOT] != lot:
                    lowest = max(lowest, at.operations[at.before[edge, TO], POSITION])
            lowest = max(lowest, here - SPREAD_MAX)
            while goal - 1 > lowest:
                other = at.order[goal - 1]
                if at.operations[other, END] - at.operations[other, WORK] < run - by:
                    break
                goal -= 1
        else:
            highest = min(len(at.order), here + SPREAD_MAX)
            for edge in range(at.operations[one, AFTER_FIRST], at.operations[one, AFTER_LAST]):
                if at.operations[at.after[edge, TO], LOT] != lot:
                    highest = min(highest, at.operations[at.after[edge, TO], POSITION])
            if row > 0 and at.block[row - 1, GOAL] >= highest:
                return nothing
            while goal + 1 < highest:
                other = at.order[goal + 1]
                if at.operations[other, END] - at.operations[other, WORK] > run + by:
                    break
                goal += 1
        if row > 0 and goal < at.block[row - 1, GOAL]:
            goal = at.block[row - 1, GOAL]
        at.block[row, GOAL] = goal
        begin, end = min(begin, goal, here), max(end, goal, here)
    if end - begin > SPREAD_MAX:
        return nothing
    for row in range(many):
        at.operations[at.block[row, MEMBER], IN_BLOCK] = 1
    for position in range(begin, end + 1):
        at.segment[position - begin] = at.order[position]
    into, row = begin, 0
    for position in range(begin, end + 1):
        if earlier:
            while row < many and at.block[row, GOAL] <= position:
                at.order[into] = at.block[row, MEMBER]
                into += 1
                row += 1
        other = at.segment[position - begin]
        if not at.operations[other, IN_BLOCK]:
            at.order[into] = other
            into += 1
        if not earlier:
            while row < many and at.block[row, GOAL] <= position:
                at.order[into] = at.block[row, MEMBER]
                into += 1
                row += 1
    while row < many:
        at.order[into] = at.block[row, MEMBER]
        into += 1
        row += 1
    for row in range(many):
        one = at.block[row, MEMBER]
        at.block[row, MACHINE_BEFORE] = at.operations[one, MACHINE]
        choices = at.operations[one, MODE_LAST] - at.operations[one, MODE_FIRST]
        if choices > 1 and share(state) < 0.3:
            _put(at, one, at.modes[at.operations[one, MODE_FIRST] + below(state, choices), ON])
    return Change(begin, end, many)
