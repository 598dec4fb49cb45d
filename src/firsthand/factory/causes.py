"""Why a lot is done when it is: its way back through the plan, stretch by stretch. Pure.

From a lot's last operation we walk back along whatever it waited for last: a forerunner, the
way from it, its machine, its material. The stretches that are found lie end to end, from the
moment at which the lot could have begun to the one at which it is done; each has one *kind*:

    material   not released yet: what it is made of is not there
    part       another lot makes what goes into it, and is not done yet
    machine    it could run, but the machine makes something else
    setup      the machine is set up for it, and it waits for that
    tool       it could run and the machine is free, but a tool or a skill that it needs is not
    kept       the machine stands free and open; the plan keeps it for something else
    pin        a planner said: not before
    closed     nobody works: between shifts, on holidays, while the machine is down
    transport  on the way from one place to the next
    run        it is being made

Of a lot that is late, the longest of the waits that could be shorter is its *cause*.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from firsthand.factory.calendars import Calendar
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Lot, Operation, Problem

MATERIAL, PART, MACHINE, SETUP = "material", "part", "machine", "setup"
TOOL, KEPT, PIN, CLOSED = "tool", "kept", "pin", "closed"
TRANSPORT, RUN = "transport", "run"
KINDS = (MATERIAL, PART, MACHINE, SETUP, TOOL, KEPT, PIN, CLOSED, TRANSPORT, RUN)

_WAITS = frozenset({PART, MACHINE, SETUP, TOOL, KEPT, PIN, TRANSPORT})

Key = tuple[int, int]  # a lot and an operation of it; or a work centre and a machine of it


class Stretch(NamedTuple):
    """A time in which one thing kept a lot from being done."""

    kind: str
    start: int
    end: int
    operation_id: int  # of the lot: what ran, or waited
    place: Key | None = None  # the machine: where it ran, or for which it waited
    lots: tuple[int, ...] = ()  # whom it waited for: those that the machine made, or that made it

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Way:
    """How a lot came to be done when it is: its stretches, the first one first."""

    lot_id: int
    done: int
    due: int
    stretches: tuple[Stretch, ...]

    @property
    def late(self) -> int:
        """By how many seconds it is late; below nought: early."""
        return self.done - self.due

    def seconds(self) -> dict[str, int]:
        """How long it spent on each kind of thing; what took no time is left out."""
        found: dict[str, int] = {}
        for one in self.stretches:
            found[one.kind] = found.get(one.kind, 0) + one.seconds
        return {kind: found[kind] for kind in KINDS if kind in found}

    def waited_for(self) -> dict[Key, int]:
        """How long it waited for each machine."""
        found: dict[Key, int] = {}
        for one in self.stretches:
            if one.kind == MACHINE and one.place is not None:
                found[one.place] = found.get(one.place, 0) + one.seconds
        return found

    @property
    def cause(self) -> str:
        """What made it late: the longest of its waits, if it were in time without them all.

        Else the hours in which nobody works, if it were in time without these, too; or it began
        too late (material), or there is more work in it than time: what took longest then.
        """
        took = self.seconds()
        waits = {kind: seconds for kind, seconds in took.items() if kind in _WAITS}
        if waits and (sum(waits.values()) >= self.late or len(waits) == len(took)):
            return max(waits, key=lambda kind: waits[kind])
        if MATERIAL in took and sum(waits.values()) + took.get(CLOSED, 0) >= self.late:
            return CLOSED
        return MATERIAL if MATERIAL in took else max(took, key=lambda kind: took[kind])

    def after_release(self) -> dict[str, int]:
        """How long it spent on each kind of thing since its material is there."""
        return {kind: seconds for kind, seconds in self.seconds().items() if kind != MATERIAL}


class Schedule:
    """A plan of a problem, ready to be asked why."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._lots = {lot.id: lot for lot in problem.lots}
        self._operations = {(lot.id, one.id): one for lot in problem.lots for one in lot.operations}
        self._calendars = {
            (centre.id, machine.number): machine.calendar
            for centre in problem.work_centres
            for machine in centre.machines
        }
        self._plan = plan
        self._placed = {
            (one.lot_id, one.operation_id): one
            for one in plan.operations
            if (one.lot_id, one.operation_id) in self._operations
        }
        self._done: dict[int, PlannedOperation] = {}
        for one in self._placed.values():
            last = self._done.get(one.lot_id)
            if last is None or one.end > last.end:
                self._done[one.lot_id] = one

    @cached_property
    def _on_machines(self) -> Mapping[Key, tuple[list[PlannedOperation], list[int]]]:
        """What each machine makes, in order, and when each ends."""
        found: dict[Key, list[PlannedOperation]] = {}
        for one in sorted(self._plan.operations, key=lambda one: one.start):
            found.setdefault((one.work_centre_id, one.machine), []).append(one)
        return {place: (done, [one.end for one in done]) for place, done in found.items()}

    def late(self) -> list[int]:
        """The lots that are late by the plan."""
        return [lot_id for lot_id, last in self._done.items() if last.end > self._lots[lot_id].due]

    def way(self, lot_id: int) -> Way | None:
        """Why a lot is done when it is; None for a lot that this plan does not make."""
        lot, last = self._lots.get(lot_id), self._done.get(lot_id)
        if lot is None or last is None:
            return None
        found: list[Stretch] = []
        planned: PlannedOperation | None = last
        while planned is not None:
            stretches, planned = self._step(lot, planned)
            found.extend(stretches)
        found.sort(key=lambda one: one.start)
        return Way(lot_id, last.end, lot.due, tuple(found))

    def _step(
        self, lot: Lot, planned: PlannedOperation
    ) -> tuple[list[Stretch], PlannedOperation | None]:
        """The stretches of one operation, and the forerunner that it waited for last."""
        operation = self._operations[planned.lot_id, planned.operation_id]
        place = (planned.work_centre_id, planned.machine)
        calendar = self._calendars.get(place)
        run = self._run_begins(planned, calendar)
        found = list(_worked(calendar, RUN, run, planned.end, operation.id, place))
        ready, forerunner, waits = self._ready(lot, operation)
        if ready < run:
            setup = max(ready, planned.start)
            found += _worked(calendar, SETUP, setup, run, operation.id, place)
            found += self._waiting(operation, planned, ready, setup)
        # What is fixed may have begun before we would have let it.
        found += [one._replace(end=min(one.end, run)) for one in waits if one.start < run]
        return found, forerunner

    @staticmethod
    def _run_begins(planned: PlannedOperation, calendar: Calendar | None) -> int:
        if not planned.setup_seconds or calendar is None or planned.start < 0:
            return planned.start
        ready = calendar.ends(planned.start, planned.setup_seconds)
        opens = calendar.next_open(ready)  # a setup may end with its shift
        return min(ready if opens is None else opens, planned.end)

    def _ready(
        self, lot: Lot, operation: Operation
    ) -> tuple[int, PlannedOperation | None, list[Stretch]]:
        """From when on it could run, the forerunner that decided so, and the wait since then."""
        at = released = max(0, lot.release)
        waits = [Stretch(MATERIAL, 0, released, operation.id)]
        forerunner: PlannedOperation | None = None
        for need in () if operation.after else lot.needs:
            maker = self._done.get(need.lot_id)
            if maker is not None and maker.end + need.lag_seconds > at:
                at = maker.end + need.lag_seconds
                part = Stretch(PART, released, at, operation.id, lots=(need.lot_id,))
                waits = [Stretch(MATERIAL, 0, released, operation.id), part]
        for before, lag in operation.forerunners:
            earlier = self._placed.get((lot.id, before))
            if earlier is not None and earlier.end + lag >= at:
                at, forerunner = earlier.end + lag, earlier
                waits = [Stretch(TRANSPORT, earlier.end, at, operation.id)]
        if operation.not_before > at:
            waits.append(Stretch(PIN, at, operation.not_before, operation.id))
            at = operation.not_before
        return at, forerunner, [one for one in waits if one.seconds > 0]

    def _waiting(
        self, operation: Operation, planned: PlannedOperation, ready: int, until: int
    ) -> Iterator[Stretch]:
        """It could run from READY on, and the machine takes it only then. Why not before?"""
        place = (planned.work_centre_id, planned.machine)
        calendar = self._calendars.get(place)
        free = TOOL if operation.pools else KEPT
        on_it, ends = self._on_machines[place]
        at = ready
        for other in on_it[bisect_right(ends, ready) :]:
            if other.start >= until:
                break
            if other.start > at:
                yield from _worked(calendar, free, at, other.start, operation.id, place)
            begins, at = max(at, other.start), min(other.end, until)
            lots = (other.lot_id,)
            yield from _worked(calendar, MACHINE, begins, at, operation.id, place, lots)
        yield from _worked(calendar, free, at, until, operation.id, place)


def _worked(
    calendar: Calendar | None,
    kind: str,
    start: int,
    end: int,
    operation_id: int,
    place: Key,
    lots: tuple[int, ...] = (),
) -> Iterator[Stretch]:
    """A time on a machine: of that kind while it is open, and else closed."""
    at = start
    windows = calendar.windows if calendar is not None else ()
    if at < 0 and at < end:  # before the plan began, nobody knows of shifts
        yield Stretch(kind, at, min(0, end), operation_id, place, lots)
        at = min(0, end)
    for opens, closes in windows[bisect_right(windows, at, key=itemgetter(1)) :]:
        if at >= end or opens >= end:
            break
        if opens > at:
            yield Stretch(CLOSED, at, opens, operation_id, place)
            at = opens
        yield Stretch(kind, at, min(closes, end), operation_id, place, lots)
        at = min(closes, end)
    if at < end:
        yield Stretch(CLOSED, at, end, operation_id, place)
