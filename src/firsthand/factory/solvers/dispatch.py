"""Dispatching: whenever a machine is free, a rule says what it does next. Pure.

The shop is simulated event by event. At each instant at which something changes (a lot is
released, an operation ends, a shift begins), every free machine takes the waiting operation
that the rule puts first; it is never left idle while something waits for it ("non-delay").
Of several free machines, one that is set up for the family is preferred, then the lowest
number. There is no chance in it, so the seed changes nothing.

It is the plain way that most floors are run, and thus the baseline: a better solver must
beat it. What waits lies in a heap, so that thousands of operations take a second.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter

from firsthand.factory.impossible import Impossible
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Lot, Machine, Operation, Problem, too_much
from firsthand.factory.solver import USUAL, Budget, Watch


@dataclass(frozen=True, slots=True)
class Waiting:
    """An operation whose lot is released and whose forerunners have ended."""

    lot: Lot
    operation: Operation
    since: int
    place: int  # in the problem: the last word between equals


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes first: the smallest key."""

    name: str
    # Of an operation, at an instant, with the seconds of its lot that have not begun.
    key: Callable[[Waiting, int, int], float]
    moves: bool = False  # the key of what waits changes while it waits


EDD = Rule("edd", lambda one, now, remaining: one.lot.due)  # earliest due date
FIFO = Rule("fifo", lambda one, now, remaining: one.since)  # first in, first out
SPT = Rule("spt", lambda one, now, remaining: one.operation.run_seconds)  # shortest first
# Critical ratio: time left by work left. Below one it will be late, and goes first.
CR = Rule("cr", lambda one, now, remaining: (one.lot.due - now) / remaining, moves=True)
RULES = (EDD, FIFO, SPT, CR)

# The rule's word; between equals the more urgent lot, then the older one, then its place.
_Key = tuple[float, int, int, int]


@dataclass(slots=True)
class _Station:
    """A machine in the simulation: until when it is busy, and what it is set up for."""

    machine: Machine
    family: object
    free_at: int = 0


@dataclass(slots=True)
class _Centre:
    """A work centre in the simulation: its machines, and what waits before them."""

    stations: list[_Station]
    queue: list[tuple[_Key, Waiting]] = field(default_factory=list)  # a heap
    wakes_at: int = -1  # the opening that it waits for, so that it is woken once


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Solves by one rule."""

    rule: Rule

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.rule.name

    def solve(
        self,
        problem: Problem,
        *,
        seed: int,
        budget: Budget = USUAL,
        watch: Watch | None = None,
    ) -> Plan:
        """A plan in which every machine follows the rule."""
        floor = _Floor(problem, self.rule)
        try:
            planned = floor.run()
        except Impossible as fault:
            why = next(too_much(problem), None)
            if why is None:
                raise
            raise why from fault
        planned.sort(key=attrgetter("start", "work_centre_id", "machine", "lot_id"))
        return Plan(solver=self.name, seed=seed, operations=tuple(planned))


class _Floor:
    """The factory floor, simulated."""

    def __init__(self, problem: Problem, rule: Rule) -> None:
        self._rule = rule
        self._planned: list[PlannedOperation] = []
        self._events: list[tuple[int, int, int, int]] = []  # instant, kind, lot or centre, op
        self._centres = {
            centre.id: _Centre([_Station(one, one.family or None) for one in centre.machines])
            for centre in problem.work_centres
        }
        self._lots = {lot.id: lot for lot in problem.lots}
        self._operations = {(lot.id, one.id): one for lot in problem.lots for one in lot.operations}
        self._places = {key: place for place, key in enumerate(self._operations)}
        self._open = {key: set(one.after) for key, one in self._operations.items()}
        self._followers: dict[tuple[int, int], list[int]] = {}
        self._remaining = {
            lot.id: sum(one.run_seconds for one in lot.operations if not one.fixed)
            for lot in problem.lots
        }
        for (lot_id, operation_id), one in self._operations.items():
            for before in one.after:
                self._followers.setdefault((lot_id, before), []).append(operation_id)

    def run(self) -> list[PlannedOperation]:
        """Let time pass until everything is made."""
        for lot in self._lots.values():
            heapq.heappush(self._events, (max(0, lot.release), _RELEASE, lot.id, 0))
            for operation in lot.operations:
                if operation.fixed:
                    self._go_on(lot, operation)
        while self._events:
            now = self._events[0][0]
            touched: dict[int, None] = {}
            while self._events and self._events[0][0] == now:
                _, kind, which, operation_id = heapq.heappop(self._events)
                if kind == _OPEN:
                    touched[which] = None
                elif kind == _RELEASE:
                    self._release(self._lots[which], now, touched)
                else:
                    self._end(which, operation_id, now, touched)
            for centre_id in sorted(touched):
                self._dispatch(centre_id, now)
        assert len(self._planned) == len(self._operations), "something was never dispatched"
        return self._planned

    def _go_on(self, lot: Lot, operation: Operation) -> None:
        # What runs already stays where it is; its machine is taken until it ends.
        begun = operation.fixed
        assert begun is not None
        stations = self._centres[operation.work_centre_id].stations
        station = next(one for one in stations if one.machine.number == begun.machine)
        station.free_at, station.family = begun.end, _family(lot, operation)
        self._put(lot, operation, station, begun.start, begun.end, begun.setup_seconds)

    def _release(self, lot: Lot, now: int, touched: dict[int, None]) -> None:
        for operation in lot.operations:
            if not operation.after and not operation.fixed:
                self._wait(lot, operation, now, touched)

    def _end(self, lot_id: int, operation_id: int, now: int, touched: dict[int, None]) -> None:
        touched[self._operations[lot_id, operation_id].work_centre_id] = None
        for follower in self._followers.get((lot_id, operation_id), ()):
            still = self._open[lot_id, follower]
            still.discard(operation_id)
            if not still:
                self._wait(self._lots[lot_id], self._operations[lot_id, follower], now, touched)

    def _wait(self, lot: Lot, operation: Operation, now: int, touched: dict[int, None]) -> None:
        touched[operation.work_centre_id] = None
        one = Waiting(lot, operation, now, self._places[lot.id, operation.id])
        queue = self._centres[operation.work_centre_id].queue
        heapq.heappush(queue, (self._key(one, now), one))

    def _dispatch(self, centre_id: int, now: int) -> None:
        centre = self._centres[centre_id]
        while centre.queue:
            idle = [one for one in centre.stations if one.free_at <= now]
            ready = [one for one in idle if one.machine.calendar.next_open(now) == now]
            if not ready:
                self._wake(centre_id, centre, idle, now)
                return
            if self._rule.moves:
                centre.queue = [(self._key(one, now), one) for _then, one in centre.queue]
                heapq.heapify(centre.queue)
            _key, first = heapq.heappop(centre.queue)
            family = _family(first.lot, first.operation)
            station = next((one for one in ready if one.family == family), ready[0])
            setup = 0 if station.family == family else first.operation.setup_seconds
            end = station.machine.calendar.ends(now, setup + first.operation.run_seconds)
            station.free_at, station.family = end, family
            self._remaining[first.lot.id] -= first.operation.run_seconds
            self._put(first.lot, first.operation, station, now, end, setup)

    def _key(self, one: Waiting, now: int) -> _Key:
        word = self._rule.key(one, now, self._remaining[one.lot.id])
        return (word, one.lot.due, one.lot.release, one.place)

    def _wake(self, centre_id: int, centre: _Centre, idle: list[_Station], now: int) -> None:
        # All free machines are closed: come back when the first of them opens. If none is
        # free, the end of what runs will bring us back.
        openings = [one.machine.calendar.next_open(now) for one in idle]
        if idle and all(opening is None for opening in openings):
            if all(one.free_at <= now for one in centre.stations):
                raise Impossible("the calendars end before the work does")
            return
        soonest = min((opening for opening in openings if opening is not None), default=-1)
        if soonest > now and soonest != centre.wakes_at:
            centre.wakes_at = soonest
            heapq.heappush(self._events, (soonest, _OPEN, centre_id, 0))

    def _put(
        self, lot: Lot, operation: Operation, station: _Station, start: int, end: int, setup: int
    ) -> None:
        self._planned.append(
            PlannedOperation(
                lot_id=lot.id,
                operation_id=operation.id,
                work_centre_id=operation.work_centre_id,
                machine=station.machine.number,
                start=start,
                end=end,
                setup_seconds=setup,
            )
        )
        heapq.heappush(self._events, (end, _END, lot.id, operation.id))


_END, _RELEASE, _OPEN = 0, 1, 2  # kinds of events; ends come first, since they free machines


def _family(lot: Lot, operation: Operation) -> object:
    # Without a family of its own an operation is like no other but itself.
    return operation.family or (lot.id, operation.id)


SOLVERS = {rule.name: Dispatcher(rule) for rule in RULES}
