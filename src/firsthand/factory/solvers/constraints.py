"""A shop as constraints for CP-SAT: what holds between its operations, and what is best.

Machines whose setups depend on what they made before carry a circuit: who follows whom is a
literal, and the changeover stands on it. On all others the setup is part of the interval. Tools
are cumulative. Releases, ways, lots that need lots, fixed machines and pins are plain inequalities.

Of a large shop only some operations may be FREE. What is not keeps its machine and its order, and
comes after the free ones on it if it begins BETWEEN two instants: then it may slide in time. What
begins before or after them stays where it is.

Loose constraints let every setup take the least that it ever may: of no use for a plan, but a
bound that holds for them holds for the shop, and they are much smaller.
"""

from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.jit import compiled
from firsthand.factory.compiled.placing import setup_seconds
from firsthand.factory.compiled.shop import NONE, Arrays, Shop
from firsthand.factory.compiled.windows import NEVER, Ints
from firsthand.factory.solvers.clocks import Expr
from firsthand.factory.solvers.steps import Schedule, Step, Steps

Goal = Literal["cost", "makespan", "flow"]
GRAIN = 1000  # the objective's weights are whole thousandths
HOUR = 3600


@compiled
def _setups(shop: Arrays, machine: int, family: int, part: int, operations: Ints) -> Ints:
    """How long each is set up on a machine: first as it stands now, then after each of them."""
    count = len(operations)
    table = np.zeros((count + 1, count), dtype=np.int64)
    for later in range(count):
        one = operations[later]
        table[0, later] = setup_seconds(shop, machine, family, part, one)
        for earlier in range(count):
            other = operations[earlier]
            table[earlier + 1, later] = setup_seconds(
                shop, machine, shop.family[other], shop.part[other], one
            )
        table[later + 1, later] = table[0, later]  # nothing follows itself
    return table


class Constraints(Steps):
    """The constraints of a shop."""

    def __init__(
        self,
        shop: Shop,
        *,
        goal: Goal,
        horizon: int,
        start: Schedule | None = None,
        free: NDArray[np.bool_] | None = None,
        between: tuple[int, int] = (0, NEVER),
        is_loose: bool = False,
    ) -> None:
        super().__init__(shop, horizon=horizon, start=start, free=free, between=between)
        self._is_loose = is_loose
        self._hours_set_up: list[Expr] = []
        for index in range(len(self._steps)):
            self._precede(index)
        for at in range(len(shop.machines)):
            self._machine(at)
        self._tools()
        self._aim(goal)

    def _precede(self, index: int) -> None:
        arrays, later = self._arrays, self._steps[index]
        for row in range(int(arrays.before_first[index]), int(arrays.before_first[index + 1])):
            lag, before = int(arrays.before_lag[row]), int(arrays.before[row])
            earlier = self._steps[before]
            if self._held[index] and self._held[before]:
                continue
            clocks = [*later.begin]
            if lag == 0 and len(clocks) == 1 and clocks == [*earlier.begin]:
                self.model.add(later.begin[clocks[0]] >= earlier.end[clocks[0]])
            else:
                self.model.add(self._runs(later) >= self._ends(earlier) + lag)

    def _machine(self, at: int) -> None:
        """One thing after the other, with the setups between."""
        free = [index for index, step in enumerate(self._steps) if self._is_free(index, step, at)]
        others = [
            index
            for index, step in enumerate(self._steps)
            if not self._free[index] and at in step.on
        ]
        others.sort(key=lambda index: self._steps[index].was_begun)
        held = [index for index in others if self._before[index]]
        later = [index for index in others if not self._held[index]]
        later += others[len(held) + len(later) :][:1]
        if not free and not later:
            return
        arrays, clock = self._arrays, self._clock_of[at]
        family, part = int(arrays.family_before[at]), int(arrays.part_before[at])
        ready: int = self._clocks[clock].worked(int(arrays.free[at]))
        if held:
            family, part = int(arrays.family[held[-1]]), int(arrays.part[held[-1]])
            ready = int(self._steps[held[-1]].end[clock])
        rows = np.array([*free, *later], dtype=np.int64)
        table = _setups(arrays, at, family, part, rows)
        if self._is_loose or (table == table[0]).all():
            self._line(at, clock, ready, free, later, table.min(axis=0))
        else:
            self._circuit(at, clock, ready, free, later, table)

    def _is_free(self, index: int, step: Step, at: int) -> bool:
        return bool(self._free[index]) and at in step.on

    def _line(
        self, at: int, clock: int, ready: int, free: list[int], later: list[int], setups: Ints
    ) -> None:
        """Every setup is known: it is part of the interval."""
        intervals = []
        for index, setup in zip([*free, *later], map(int, setups), strict=True):
            step = self._steps[index]
            lit, begin = step.on[at], step.begin[clock]
            step.setup[at] = setup
            if setup:
                self._hours_set_up.append(setup * lit)
            if step.least[clock] < ready + setup:
                self._if(lit, begin >= ready + setup)
            seconds = setup + next(s for one, s in step.modes if one == at)
            if isinstance(lit, int):
                one = self.model.new_fixed_size_interval_var(begin - setup, seconds, "")
            elif setup:
                one = self.model.new_optional_fixed_size_interval_var(
                    begin - setup, seconds, lit, ""
                )
            else:  # begin and end shared by all of its machines
                one = self.model.new_optional_interval_var(begin, seconds, step.end[clock], lit, "")
            intervals.append(one)
        self.model.add_no_overlap(intervals)
        chain = later[:1] if free else []
        for index in chain:  # what stays in its order comes after what is free
            begin = self._steps[index].begin[clock] - self._steps[index].setup[at]
            for earlier in free:
                step = self._steps[earlier]
                self._if(step.on[at], begin >= step.end[clock])
        for one_index, next_index in pairwise(later):
            follower = self._steps[next_index]
            self.model.add(
                follower.begin[clock] - follower.setup[at] >= self._steps[one_index].end[clock]
            )

    def _circuit(
        self, at: int, clock: int, ready: int, free: list[int], later: list[int], table: Ints
    ) -> None:
        """Setups depend on what came before: who follows whom is a literal."""
        order = sorted(
            (index for index in free if self._steps[index].was_on == at),
            key=lambda index: self._steps[index].was_begun,
        )
        was_after = dict(pairwise(order))
        tail = self._steps[later[0]] if later else None
        column = len(free)  # of the tail

        def follow(end: Expr, index: int, row: int, place: int, lit: Expr) -> None:
            setup = int(table[row, place])
            self._if(lit, self._steps[index].begin[clock] >= end + setup)
            if setup:
                made[index].append(setup * lit)
                self._hours_set_up.append(setup * lit)

        made: dict[int, list[Expr]] = {index: [] for index in [*free, *later]}
        arcs: list[tuple[int, int, Expr]] = []
        empty = self._literal(not order)
        arcs.append((0, 0, empty))
        if tail is not None:
            follow(ready, later[0], 0, column, empty)
        for place, index in enumerate(free):
            step = self._steps[index]
            node = place + 1
            if not isinstance(step.on[at], int):
                arcs.append((node, node, ~step.on[at]))
            first = self._literal(bool(order) and order[0] == index)
            arcs.append((0, node, first))
            follow(ready, index, 0, place, first)
            last = self._literal(bool(order) and order[-1] == index)
            arcs.append((node, 0, last))
            if tail is not None:
                follow(step.end[clock], later[0], node, column, last)
            for other_place, other in enumerate(free):
                if other != index:
                    arc = self._literal(was_after.get(index) == other)
                    arcs.append((node, other_place + 1, arc))
                    follow(step.end[clock], other, node, other_place, arc)
        self.model.add_circuit(arcs)
        self._runs_alone(at, clock, free)
        for place, (one, other) in enumerate(pairwise(later)):
            row = column + place + 1
            follow(self._steps[one].end[clock], other, row, row, 1)
        for index, terms in made.items():
            self._steps[index].setup[at] = sum(terms) if terms else 0

    def _runs_alone(self, at: int, clock: int, free: list[int]) -> None:
        # The circuit says it, too; this propagates better.
        intervals = []
        for index in free:
            step = self._steps[index]
            seconds = next(s for one, s in step.modes if one == at)
            lit, begin = step.on[at], step.begin[clock]
            intervals.append(
                self.model.new_fixed_size_interval_var(begin, seconds, "")
                if isinstance(lit, int)
                else self.model.new_optional_fixed_size_interval_var(begin, seconds, lit, "")
            )
        self.model.add_no_overlap(intervals)

    def _tools(self) -> None:
        """Of each pool, no more is taken than there is."""
        arrays = self._arrays
        using: dict[int, list[int]] = {}
        for index in range(len(self._steps)):
            for row in range(int(arrays.pool_first[index]), int(arrays.pool_first[index + 1])):
                using.setdefault(int(arrays.pool[row]), []).append(index)
        for pool, indices in using.items():
            units = arrays.unit_free[arrays.unit_first[pool] : arrays.unit_first[pool + 1]]
            taken = [
                self.model.new_fixed_size_interval_var(0, int(until), "")
                for until in units
                if until > 0
            ]
            for index in indices:
                start, end = self._starts(self._steps[index]), self._ends(self._steps[index])
                if isinstance(start, int):
                    taken.append(self.model.new_fixed_size_interval_var(start, end - start, ""))
                    continue
                took = 0
                if self._start is not None:
                    took = int(self._start.end[index] - self._start.start[index])
                size = self._number(0, self._horizon, took)
                taken.append(self.model.new_interval_var(start, size, end, ""))
            self.model.add_cumulative(taken, [1] * len(taken), len(units))

    # What is best

    def _aim(self, goal: Goal) -> None:
        arrays, model = self._arrays, self.model
        last: dict[int, list[Expr]] = {}
        for index in np.flatnonzero(arrays.is_final):
            step = self._steps[int(index)]
            last.setdefault(int(arrays.lot[index]), []).append(self._ends(step))
        was: dict[int, int] = {}
        if self._start is not None:
            for index, end in enumerate(self._start.end):
                lot = int(arrays.lot[index])
                was[lot] = max(was.get(lot, int(arrays.lot_done[lot])), int(end))
        if goal == "makespan":
            least = int(arrays.lot_done.max(initial=0))
            makespan = self._number(least, self._horizon, max(was.values(), default=least))
            for ends in last.values():
                for end in ends:
                    model.add(makespan >= end)
            model.minimize(makespan)
            return
        tardy, flow, setup, moved = (
            round(GRAIN * HOUR * float(one)) for one in self._arrays.weights
        )
        terms: list[Expr] = []
        for lot, ends in last.items():
            done = ends[0]
            lot_done = int(arrays.lot_done[lot])
            if len(ends) > 1 or lot_done > 0:
                done = self._number(lot_done, self._horizon, was.get(lot, lot_done))
                for end in ends:
                    model.add(done >= end)
            if goal == "flow":
                terms.append(done)
                continue
            weight = int(arrays.lot_weight[lot])
            due = int(arrays.lot_due[lot])
            if weight and flow:
                terms.append(weight * flow * done)
            if weight and tardy:
                late = self._number(0, max(0, self._horizon - due), was.get(lot, due) - due)
                model.add(late >= done - due)
                terms.append(weight * tardy * late)
        if goal == "cost":
            if setup:
                terms.extend(setup * one for one in self._hours_set_up)
            if moved:
                terms.extend(self._movement(moved))
        model.minimize(sum(terms))

    def _movement(self, weight: int) -> list[Expr]:
        """What it costs to move what was to begin soon."""
        arrays, found = self._arrays, []
        for index, step in enumerate(self._steps):
            before = int(arrays.previous_start[index])
            if before == NONE or before >= int(arrays.near) or self._held[index]:
                continue
            start = self._starts(step)
            was = abs(int(self._start.start[index]) - before) if self._start is not None else 0
            by = self._number(0, self._horizon + abs(before), was)
            self.model.add(by >= start - before)
            self.model.add(by >= before - start)
            found.append(weight * by)
            stays = step.on.get(int(arrays.previous_machine[index]), 0)
            found.append(weight * HOUR * (1 - stays))
        return found
