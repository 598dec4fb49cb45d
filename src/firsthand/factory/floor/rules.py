"""What may be started, how many pieces pass on, and what went into a lot. Pure.

A work order makes its part and, in the same lot, every made part in it that is not stocked. Its
operations hand pieces on: an operation gets what its forerunners passed on, and

    pieces that came = good + scrapped + in work        (until it is finished; then none is in work)

so that no piece appears on the way and none is lost. Where a board goes in twice, 200 good
boards are 100 sets. What a routing was given *before* something that runs counts as done: it
passes on what came to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from firsthand.factory import bom


class Routed(NamedTuple):
    """An operation of a routing, as far as the floor asks."""

    operation_id: int
    part_id: int
    number: int


class Forerunner(NamedTuple):
    """What must be finished before, and how many of its pieces go into one."""

    operation_id: int
    each: int = 1


class Step(NamedTuple):
    """An operation of a lot: how many pieces of its part are asked for, and what comes before."""

    operation_id: int
    part_id: int
    pieces: int
    after: tuple[Forerunner, ...] = ()


class Reported(NamedTuple):
    """What the floor has said of an operation."""

    good: int
    scrapped: int
    is_finished: bool


class Answer(StrEnum):
    """Whether an operation may be started, and why not."""

    YES = "yes"
    WAITS = "waits"  # for a forerunner
    OVERTAKEN = "overtaken"  # something that comes after it has begun
    EMPTY = "empty"  # nothing was passed on to it
    BEGUN = "begun"


def steps(
    part_id: int, quantity: int, lines: Iterable[bom.Line], routed: Iterable[Routed]
) -> tuple[Step, ...]:
    """The operations of a lot, each after its forerunners; LINES are of what it makes itself.

    >>> steps(1, 50, [bom.Line(1, 2, 2)], [Routed(7, 1, 10), Routed(8, 1, 20), Routed(5, 2, 10)])
    (Step(operation_id=5, part_id=2, pieces=100, after=()), \
Step(operation_id=7, part_id=1, pieces=50, after=(Forerunner(operation_id=5, each=2),)), \
Step(operation_id=8, part_id=1, pieces=50, after=(Forerunner(operation_id=7, each=1),)))
    """
    kept = list(lines)
    by_part: dict[int, list[Routed]] = {}
    for one in sorted(routed, key=lambda step: step.number):
        by_part.setdefault(one.part_id, []).append(one)
    pieces = bom.explode(kept, {part_id: quantity})
    below: dict[int, list[bom.Line]] = {}
    for line in kept:
        below.setdefault(line.parent_id, []).append(line)
    found: list[Step] = []
    last: dict[int, tuple[Forerunner, ...]] = {}
    for part in bom.levels(kept) or [part_id]:
        before = tuple(
            Forerunner(one.operation_id, one.each * line.quantity)
            for line in below.get(part, ())
            for one in last[line.component_id]
        )
        for step in by_part.get(part, ()):
            found.append(Step(step.operation_id, part, pieces[part], before))
            before = (Forerunner(step.operation_id),)
        last[part] = before  # a part without a routing passes on what it waits for
    return tuple(found)


def arrivals(lot: Sequence[Step], reported: Mapping[int, Reported]) -> dict[int, int]:
    """How many pieces come to each operation, if whatever is not finished spoils none more.

    >>> lot = steps(1, 50, [], [Routed(7, 1, 10), Routed(8, 1, 20)])
    >>> arrivals(lot, {7: Reported(good=47, scrapped=3, is_finished=True)})
    {7: 50, 8: 47}
    """
    came: dict[int, int] = {}
    for step in lot:
        came[step.operation_id] = min(
            [step.pieces]
            + [_passed(one.operation_id, came, reported) // one.each for one in step.after]
        )
    return came


def good_at_most(lot: Sequence[Step], reported: Mapping[int, Reported]) -> int:
    """How many good pieces the lot can still give."""
    return _passed(lot[-1].operation_id, arrivals(lot, reported), reported)


def _passed(operation_id: int, came: Mapping[int, int], reported: Mapping[int, Reported]) -> int:
    said = reported.get(operation_id)
    if said is None:
        return came[operation_id]
    return said.good if said.is_finished else max(0, came[operation_id] - said.scrapped)


def may_start(operation_id: int, lot: Sequence[Step], reported: Mapping[int, Reported]) -> Answer:
    """Whether an operation may be started now.

    >>> lot = steps(1, 50, [], [Routed(7, 1, 10), Routed(8, 1, 20)])
    >>> [may_start(one, lot, {}).value for one in (7, 8)]
    ['yes', 'waits']
    """
    if operation_id in reported:
        return Answer.BEGUN
    done = _done(lot, reported)
    if operation_id in done:
        return Answer.OVERTAKEN
    step = next(one for one in lot if one.operation_id == operation_id)
    if any(one.operation_id not in done for one in step.after):
        return Answer.WAITS
    return Answer.YES if arrivals(lot, reported)[operation_id] else Answer.EMPTY


def _done(lot: Sequence[Step], reported: Mapping[int, Reported]) -> set[int]:
    """What is finished, and all that stands before something that has begun."""
    before = {step.operation_id: step.after for step in lot}
    done = {one for one in before if one in reported and reported[one].is_finished}
    waiting = [one for one in before if one in reported]
    while waiting:
        for forerunner in before[waiting.pop()]:
            if forerunner.operation_id not in done:
                done.add(forerunner.operation_id)
            waiting.append(forerunner.operation_id)
    return done


class Supply(NamedTuple):
    """Pieces of a part that came: by a purchase, or out of a work order of ours; oldest first."""

    purchase_order_id: int | None
    work_order_id: int | None
    left: int  # of those that came, not known to have gone into anything


class Drawn(NamedTuple):
    """So many pieces of a supply; of none: from before the books knew suppliers."""

    purchase_order_id: int | None
    work_order_id: int | None
    quantity: int


def drawn(wanted: int, on_hand: int, supplies: Sequence[Supply]) -> list[Drawn]:
    """Which pieces go in: first in, first out of what lies there.

    If more lie there than came by known supplies, the rest is the oldest; if fewer do, the
    oldest supplies have gone already. What nobody knows of comes from nowhere in the books.

    >>> [(one.purchase_order_id, one.quantity)
    ...  for one in drawn(60, 100, [Supply(1, None, 50), Supply(2, None, 40)])]
    [(None, 10), (1, 50)]
    >>> [(one.purchase_order_id, one.quantity)
    ...  for one in drawn(60, 70, [Supply(1, None, 50), Supply(2, None, 40)])]
    [(1, 30), (2, 30)]
    """
    known = sum(one.left for one in supplies)
    lying = [Supply(None, None, max(0, on_hand - known))]
    gone = max(0, known - on_hand)
    for one in supplies:
        missing = min(gone, one.left)
        gone -= missing
        lying.append(one._replace(left=one.left - missing))
    found: list[Drawn] = []
    for one in lying:
        used = min(wanted, one.left)
        wanted -= used
        if used:
            found.append(Drawn(one.purchase_order_id, one.work_order_id, used))
    if wanted:
        found.append(Drawn(None, None, wanted))
    return found
