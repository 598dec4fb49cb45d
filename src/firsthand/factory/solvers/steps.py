"""What each operation may do, as CP-SAT sees it: machines, times, and the wall's clock.

An operation that may be done by several machines has a literal for each. Its run is counted in
the working time of its machine; see ``clocks`` for how that stands to the wall's clock. A calendar
without gaps costs nothing; one of many windows costs a literal for each operation and window
until the horizon.

Every variable carries, as a hint, what it was in the schedule that the search begins with.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from firsthand.factory.compiled.shop import NONE, Shop
from firsthand.factory.compiled.windows import Ints
from firsthand.factory.plan import Plan
from firsthand.factory.solvers.clocks import Clock, Expr


class Schedule(NamedTuple):
    """Where every free operation stands, in the arrays' order."""

    machine: Ints
    start: Ints
    end: Ints
    setup: Ints


def schedule(shop: Shop, plan: Plan) -> Schedule:
    """A plan as arrays."""
    found = {(one.lot_id, one.operation_id): one for one in plan.operations}
    where = {place: at for at, place in enumerate(shop.machines)}
    rows = [found[lot.id, one.id] for lot, one in shop.operations]
    return Schedule(
        np.array([where[one.work_centre_id, one.machine] for one in rows], dtype=np.int64),
        np.array([one.start for one in rows], dtype=np.int64),
        np.array([one.end for one in rows], dtype=np.int64),
        np.array([one.setup_seconds for one in rows], dtype=np.int64),
    )


@dataclass(slots=True)
class Step:
    """An operation among the constraints; what was, in the schedule that is begun with."""

    modes: list[tuple[int, int]]  # machine, seconds
    on: dict[int, Expr] = field(default_factory=dict)  # machine: a literal; 1: it has no choice
    begin: dict[int, Expr] = field(default_factory=dict)  # clock: of its run, in working time
    end: dict[int, Expr] = field(default_factory=dict)
    least: dict[int, int] = field(default_factory=dict)  # clock: the soonest it can begin
    setup: dict[int, Expr] = field(default_factory=dict)  # machine: seconds, if there are any
    walls: dict[str, Expr] = field(default_factory=dict)  # on the wall's clock, once asked for
    was_on: int = NONE  # machine
    was_begun: int = 0  # its run, in working time
    was_set_up: int = 0  # seconds
    was_run: int = 0  # seconds


class Steps:
    """The operations of a shop, their machines and times."""

    def __init__(
        self,
        shop: Shop,
        *,
        horizon: int,
        start: Schedule | None,
        free: NDArray[np.bool_] | None,
        between: tuple[int, int],
    ) -> None:
        self.model = cp_model.CpModel()
        self._shop, self._arrays, self._start, self._horizon = shop, shop.arrays, start, horizon
        self._clock_of = [int(one) for one in shop.arrays.calendar]
        self._clocks: dict[int, Clock] = {}
        centres = shop.problem.centres
        for at, (centre_id, number) in enumerate(shop.machines):
            machine = centres[centre_id].machine(number)
            assert machine is not None
            if self._clock_of[at] not in self._clocks:
                self._clocks[self._clock_of[at]] = Clock(machine.calendar, horizon)
        count = len(shop.operations)
        self._free = np.ones(count, dtype=np.bool_) if free is None else free
        self._before = self._held = np.zeros(count, dtype=np.bool_)
        self._open = set(range(len(shop.machines)))
        if start is not None and free is not None:
            self._before = ~free & (start.start < between[0])
            self._held = self._before | (~free & (start.start >= between[1]))
            # The free ones stay among the machines that they stand on.
            self._open = {int(one) for one in start.machine[free]}
        self._steps = [self._step(index) for index in range(count)]

    def found(self, solver: cp_model.CpSolver) -> tuple[Ints, Ints]:
        """The order in which the runs begin, and the machines: what a schedule is made of."""
        count = len(self._steps)
        machine, begins = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        for index, step in enumerate(self._steps):
            at = next(at for at, lit in step.on.items() if solver.value(lit))
            clock = self._clock_of[at]
            machine[index] = at
            begins[index] = self._clocks[clock].begins(solver.value(step.begin[clock]))
        return np.argsort(begins, kind="stable").astype(np.int64), machine

    def _step(self, index: int) -> Step:
        arrays = self._arrays
        rows = range(int(arrays.mode_first[index]), int(arrays.mode_first[index + 1]))
        modes = [(int(arrays.mode_machine[row]), int(arrays.mode_seconds[row])) for row in rows]
        step = Step(modes)
        if self._start is not None:
            at = int(self._start.machine[index])
            step.was_on, step.was_set_up = at, int(self._start.setup[index])
            clock = self._clocks[self._clock_of[at]]
            step.was_begun = clock.worked(int(self._start.start[index])) + step.was_set_up
            step.was_run = next(seconds for one, seconds in modes if one == at)
            stays = {at} if not self._free[index] else self._open
            step.modes = [one for one in modes if one[0] in stays]
            if self._held[index]:
                self._hold(index, step)
                return step
        self._choose(index, step)
        return step

    def _hold(self, index: int, step: Step) -> None:
        assert self._start is not None
        clock = self._clock_of[step.was_on]
        step.on = {step.was_on: 1}
        step.begin, step.least = {clock: step.was_begun}, {clock: step.was_begun}
        step.end = {clock: step.was_begun + step.was_run}
        step.setup = {step.was_on: step.was_set_up}
        step.walls["start"] = int(self._start.start[index])
        step.walls["run"] = self._clocks[clock].begins(step.was_begun)
        step.walls["end"] = int(self._start.end[index])

    def _choose(self, index: int, step: Step) -> None:
        if len(step.modes) == 1:
            step.on = {step.modes[0][0]: 1}
        else:
            step.on = {at: self._literal(at == step.was_on) for at, _seconds in step.modes}
            self.model.add_exactly_one(step.on.values())
        by_clock: dict[int, list[tuple[int, int]]] = {}
        for at, seconds in step.modes:
            by_clock.setdefault(self._clock_of[at], []).append((at, seconds))
        for clock_index, modes in by_clock.items():
            self._time(index, step, clock_index, modes)

    def _time(self, index: int, step: Step, at_clock: int, modes: list[tuple[int, int]]) -> None:
        clock = self._clocks[at_clock]
        times = {seconds for _at, seconds in modes}
        shortest, longest = min(times), max(times)
        least = clock.worked(int(self._arrays.release[index]))
        was_here = any(at == step.was_on for at, _seconds in modes)
        was, took = (step.was_begun, step.was_run) if was_here else (least, shortest)
        begin = self._number(least, max(least, clock.total - shortest), was)
        step.begin[at_clock], step.least[at_clock] = begin, least
        if shortest == longest:
            step.end[at_clock] = begin + shortest
            return
        # How long it takes is a variable of its own, which makes for better bounds.
        seconds = self._number(shortest, longest, took)
        end = self._number(least + shortest, max(clock.total, least + longest), was + took)
        self.model.new_interval_var(begin, seconds, end, "")
        for at, mode_seconds in modes:
            self._if(step.on[at], seconds == mode_seconds)
        step.end[at_clock] = end

    def _literal(self, was: bool) -> Expr:
        found = self.model.new_bool_var("")
        if self._start is not None:
            self.model.add_hint(found, int(was))
        return found

    def _number(self, least: int, most: int, was: int) -> Expr:
        found = self.model.new_int_var(least, most, "")
        if self._start is not None:
            self.model.add_hint(found, min(max(was, least), most))
        return found

    def _if(self, literal: Expr, bound: Any) -> None:
        if bound is True:
            return  # between numbers
        added = self.model.add(bound)
        if not isinstance(literal, int):
            added.only_enforce_if(literal)

    # The wall's clock

    def _ends(self, step: Step) -> Expr:
        """When it ends, or later."""
        if "end" not in step.walls:
            was = step.was_begun + step.was_run
            step.walls["end"] = self._wall(step, step.end, step.least, was, is_end=True)
        return step.walls["end"]

    def _runs(self, step: Step) -> Expr:
        """When its run begins, or sooner."""
        if "run" not in step.walls:
            was = step.was_begun
            step.walls["run"] = self._wall(step, step.begin, step.least, was, is_end=False)
        return step.walls["run"]

    def _starts(self, step: Step) -> Expr:
        """When it is begun to be set up, or sooner."""
        if "start" not in step.walls:
            times = {clock: self._set_up(step, clock) for clock in step.begin}
            was = step.was_begun - step.was_set_up
            least = dict.fromkeys(times, 0)
            step.walls["start"] = self._wall(step, times, least, was, is_end=False)
        return step.walls["start"]

    def _set_up(self, step: Step, clock: int) -> Expr:
        begin = step.begin[clock]
        setups = {at: step.setup.get(at, 0) for at, _s in step.modes if self._clock_of[at] == clock}
        if all(isinstance(one, int) for one in setups.values()) and len({*setups.values()}) == 1:
            return begin - next(iter(setups.values()))
        was_here = step.was_on in setups
        found = self._number(
            0, self._clocks[clock].total, step.was_begun - step.was_set_up if was_here else 0
        )
        for at, seconds in setups.items():
            self._if(step.on[at], found <= begin - seconds)
        return found

    def _wall(
        self, step: Step, times: dict[int, Expr], least: dict[int, int], was: int, *, is_end: bool
    ) -> Expr:
        if len(times) == 1:
            [(only, work)] = times.items()
            ahead = self._clocks[only].straight(least[only], is_end=is_end)
            if ahead is not None:
                return work + ahead
        instant = 0
        if step.was_on != NONE:
            clock = self._clocks[self._clock_of[step.was_on]]
            instant = clock.ends(was) if is_end else clock.begins(was)
        wall = self._number(0, max(self._horizon, instant), instant)
        for clock_index, work in times.items():
            was_here = step.was_on != NONE and self._clock_of[step.was_on] == clock_index
            self._clocks[clock_index].tie(
                self.model,
                wall,
                work,
                least=least[clock_index],
                here=self._here(step, clock_index),
                is_end=is_end,
                hint=(was if was_here else 0) if self._start is not None else None,
            )
        return wall

    def _here(self, step: Step, clock: int) -> Expr:
        """Whether it is done by a machine of that calendar."""
        if len(step.begin) == 1:
            return 1
        literals = [lit for at, lit in step.on.items() if self._clock_of[at] == clock]
        if len(literals) == 1:
            return literals[0]
        name = f"here {clock}"
        if name not in step.walls:
            step.walls[name] = self._literal(self._clock_of[step.was_on] == clock)
            self.model.add(sum(literals) == step.walls[name])
        return step.walls[name]
