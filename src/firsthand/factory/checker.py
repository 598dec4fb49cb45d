"""The judge of plans: whether a plan can be carried out. Pure, and written apart.

It shares nothing with any solver but the problem and the plan, and does its own sums: where a
solver asks a calendar when work ends, the judge walks through the windows and counts; where a
solver asks a work centre how long a setup takes, the judge reads the changeovers himself. A
plan is put in force only when the judge has nothing to say about it.

What he holds a plan to:

- every operation is planned once, on a machine that can do it, for as long as it takes there;
- it starts and ends while that machine works, and between them just its setup and its run are
  worked. The machine may be set up before the lot is there; the *run*, which begins where the
  setup has been worked, waits for the release, for what a planner said, for its forerunners
  and the ways from them, and for the lots that its own lot needs;
- a machine does one thing at a time, and is set up as what it made last demands;
- of a tool or a skill, never more are taken than there are;
- what is fixed stays where it is.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from firsthand.factory.calendars import Calendar
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Lot, Machine, Operation, Pool, Problem, WorkCentre

COMPLAINTS_MAX = 100


class _Placed(NamedTuple):
    """An operation that was asked for, and where the plan puts it."""

    lot: Lot
    operation: Operation
    planned: PlannedOperation

    @property
    def name(self) -> str:
        return f"operation {self.operation} of lot {self.lot.name}"


_Key = tuple[int, int]  # a lot and its operation, or a work centre and its machine


def check(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with a plan, a sentence each; nothing when it can be carried out."""
    found: list[str] = []
    for sentence in _complaints(problem, plan):
        found.append(sentence)
        if len(found) == COMPLAINTS_MAX:
            break
    return found


def _complaints(problem: Problem, plan: Plan) -> Iterator[str]:
    asked = {(lot.id, one.id): (lot, one) for lot in problem.lots for one in lot.operations}
    placed: dict[_Key, _Placed] = {}
    for planned in plan.operations:
        key = (planned.lot_id, planned.operation_id)
        if key not in asked:
            yield f"operation {planned.operation_id} of lot {planned.lot_id} was never asked for"
        elif key in placed:
            yield f"{placed[key].name} is planned twice"
        else:
            placed[key] = _Placed(*asked[key], planned)
    for key, (lot, operation) in asked.items():
        if key not in placed:
            yield f"operation {operation} of lot {lot.name} is not planned"
    yield from _each(problem, placed)
    yield from _on_machines(problem, placed)
    yield from _with_tools(problem, placed)


# --- each operation by itself -----------------------------------------------------------------


def _each(problem: Problem, placed: Mapping[_Key, _Placed]) -> Iterator[str]:
    machines = {
        (centre.id, machine.number): (centre, machine)
        for centre in problem.work_centres
        for machine in centre.machines
    }
    clocks: dict[int, _Clock] = {}  # by calendar: many machines share one
    ends: dict[int, int] = {}  # of lots
    for key, one in placed.items():
        ends[key[0]] = max(one.planned.end, ends.get(key[0], one.planned.end))
    for one in placed.values():
        if one.operation.fixed is not None:
            yield from _stays(one)
            continue
        planned = one.planned
        centre, machine = machines.get((planned.work_centre_id, planned.machine), (None, None))
        seconds = _run_seconds(one.operation, planned)
        if seconds is None:
            yield f"{one.name} is planned on {_where(problem, planned)}, which cannot do it"
        elif centre is None or machine is None:
            yield f"{one.name} is planned on {_where(problem, planned)}: there is none"
        else:
            clock = clocks.setdefault(id(machine.calendar), _Clock(machine.calendar))
            yield from _works(one, clock, centre.code, seconds)
            yield from _waits(one, clock, placed, ends)


def _stays(one: _Placed) -> Iterator[str]:
    fixed, planned = one.operation.fixed, one.planned
    assert fixed is not None
    there = (planned.work_centre_id, planned.machine, planned.start, planned.end)
    if there != (fixed.work_centre_id, fixed.machine, fixed.start, fixed.end):
        why = "has begun and is torn from its machine" if fixed.start <= 0 else "was to stay"
        yield f"{one.name} {why}: it is on machine {fixed.machine} from {fixed.start} s"


def _run_seconds(operation: Operation, planned: PlannedOperation) -> int | None:
    # How long it runs where it is planned; None if that is no place for it.
    if operation.modes:
        for centre_id, machine, seconds in operation.modes:
            if centre_id == planned.work_centre_id and machine == planned.machine:
                return seconds
        return None
    return operation.run_seconds if operation.work_centre_id == planned.work_centre_id else None


def _where(problem: Problem, planned: PlannedOperation) -> str:
    for centre in problem.work_centres:
        if centre.id == planned.work_centre_id:
            return f"machine {planned.machine} of {centre.code}"
    return f"machine {planned.machine} of work centre {planned.work_centre_id}"


class _Clock:
    """The windows of a calendar, to be walked through."""

    def __init__(self, calendar: Calendar) -> None:
        self.windows = calendar.windows
        self._closes = [closes for _opens, closes in calendar.windows]

    def during(self, start: int, end: int) -> list[tuple[int, int]]:
        """What of the time from START to END is open, piece by piece."""
        found = []
        for place in range(bisect_right(self._closes, start), len(self.windows)):
            opens, closes = self.windows[place]
            if opens >= end:
                break
            found.append((max(opens, start), min(closes, end)))
        return found


def _works(one: _Placed, clock: _Clock, code: str, seconds: int) -> Iterator[str]:
    # Open at its start, open until its end, and for just as long as it takes between them.
    planned = one.planned
    if planned.start < 0:
        yield f"{one.name} begins at {planned.start} s, before the plan does"
    if planned.setup_seconds < 0:
        yield f"{one.name} is set up in {planned.setup_seconds} s"
    pieces = clock.during(planned.start, planned.end)
    if not pieces or pieces[0][0] != planned.start:
        yield f"{one.name} begins at {planned.start} s, when {code} is closed"
    if not pieces or pieces[-1][1] != planned.end:
        yield f"{one.name} ends at {planned.end} s, when {code} is closed"
    worked = sum(closes - opens for opens, closes in pieces)
    needed = planned.setup_seconds + seconds
    if worked != needed:
        yield (
            f"{one.name} needs {needed} s of work, but from its start to its end {worked} s are"
            " worked"
        )


def _runs_at(planned: PlannedOperation, clock: _Clock) -> int:
    # Where its setup has been worked, and work goes on.
    left = planned.setup_seconds
    for opens, closes in clock.during(planned.start, planned.end):
        if left < closes - opens:
            return opens + left
        left -= closes - opens
    return planned.end


def _waits(
    one: _Placed, clock: _Clock, placed: Mapping[_Key, _Placed], ends: Mapping[int, int]
) -> Iterator[str]:
    lot, operation = one.lot, one.operation
    runs = _runs_at(one.planned, clock)
    if runs < lot.release:
        yield f"{one.name} runs at {runs} s, before its lot is released ({lot.release} s)"
    if runs < operation.not_before:
        yield f"{one.name} runs at {runs} s, and shall not before {operation.not_before} s"
    for place, before in enumerate(operation.after):
        earlier = placed.get((lot.id, before))
        lag = operation.lags[place] if operation.lags else 0
        if earlier is not None and runs < earlier.planned.end + lag:
            yield (
                f"{one.name} runs at {runs} s, but operation {earlier.operation}, which it comes"
                f" after, ends at {earlier.planned.end} s{_way(lag)}"
            )
    if not operation.after:
        for need in lot.needs:
            if runs < ends.get(need.lot_id, runs) + need.lag_seconds:
                yield (
                    f"{one.name} runs at {runs} s, but lot {need.lot_id}, which it needs, ends at"
                    f" {ends.get(need.lot_id)} s{_way(need.lag_seconds)}"
                )


def _way(lag: int) -> str:
    return f" and is {lag} s on the way" if lag else ""


# --- what a machine does, one thing after the other -------------------------------------------


def _on_machines(problem: Problem, placed: Mapping[_Key, _Placed]) -> Iterator[str]:
    done: dict[_Key, list[_Placed]] = {}
    for one in placed.values():
        done.setdefault((one.planned.work_centre_id, one.planned.machine), []).append(one)
    for centre in problem.work_centres:
        for machine in centre.machines:
            on_it = done.get((centre.id, machine.number), [])
            on_it.sort(key=lambda one: (one.planned.start, one.planned.end))
            yield from _one_thing_at_a_time(centre, machine, on_it)
            yield from _changeovers(centre, machine, on_it)


def _one_thing_at_a_time(
    centre: WorkCentre, machine: Machine, done: list[_Placed]
) -> Iterator[str]:
    busy: _Placed | None = None
    for one in done:
        if busy is not None and one.planned.start < busy.planned.end:
            yield (
                f"machine {machine.number} of {centre.code} does two things at once: {busy.name}"
                f" until {busy.planned.end} s, and {one.name} from {one.planned.start} s"
            )
        if busy is None or one.planned.end > busy.planned.end:
            busy = one


def _changeovers(centre: WorkCentre, machine: Machine, done: list[_Placed]) -> Iterator[str]:
    if done:
        yield from _setup(centre, machine.family, machine.part, done[0], moved=False)
    for before, one in pairwise(done):
        moved = before.operation.fixed is None
        yield from _setup(centre, before.operation.family, before.operation.part, one, moved=moved)


def _setup(
    centre: WorkCentre, family: str, part: str, one: _Placed, *, moved: bool
) -> Iterator[str]:
    # Set up just as long as it takes. What is fixed was set up by an earlier plan; but whoever
    # puts something new before it must leave it the time that its setup takes now.
    right = _takes(centre, family, part, one.operation)
    if one.operation.fixed is not None:
        given = one.operation.fixed.setup_seconds
        wrong = moved and one.operation.fixed.start > 0 and given < right
    else:
        given = one.planned.setup_seconds
        wrong = given != right
    if wrong:
        yield (
            f"{one.name} is set up in {given} s;"
            f" after what its machine made before it takes {right} s"
        )


def _takes(centre: WorkCentre, family: str, part: str, operation: Operation) -> int:
    # The same part: nothing. Another part of its family: the minor setup; nothing either when
    # nobody said which part. Another family: as the changeovers say, or as its own routing.
    if family and family == operation.family:
        differs = part and operation.part and part != operation.part
        return centre.minor_setup_seconds if differs else 0
    if family and operation.family and (family, operation.family) in centre.changeovers:
        return centre.changeovers[family, operation.family]
    return operation.setup_seconds


# --- tools and skills -------------------------------------------------------------------------


def _with_tools(problem: Problem, placed: Mapping[_Key, _Placed]) -> Iterator[str]:
    takers: dict[int, list[_Placed]] = {}
    for one in placed.values():
        for pool_id in one.operation.pools:
            takers.setdefault(pool_id, []).append(one)
    for pool in problem.pools:
        yield from _never_more(pool, takers.get(pool.id, []))


def _never_more(pool: Pool, takers: list[_Placed]) -> Iterator[str]:
    # At each instant at which one is taken. If what is fixed takes more than there are (a tool
    # was lost), that is nobody's mistake; whoever takes one more beside it makes one.
    instants: list[tuple[int, int, int]] = []  # instant, given back (0) or taken (1), whose
    for place, one in enumerate(takers):
        instants += [(one.planned.start, 1, place), (one.planned.end, 0, place)]
    holding: set[int] = set()
    for at, takes, place in sorted(instants):
        if not takes:
            holding.discard(place)
            continue
        holding.add(place)
        if len(holding) > pool.quantity and any(
            takers[one].operation.fixed is None for one in holding
        ):
            names = " and ".join(takers[one].name for one in sorted(holding)[:3])
            yield (
                f"of {pool.code} there are {pool.quantity}, but at {at} s {len(holding)} are"
                f" taken, by {names}"
            )
