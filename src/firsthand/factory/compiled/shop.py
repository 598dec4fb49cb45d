"""A problem as arrays, and what was found as a plan.

Only what is free to be planned stands in the arrays: an operation that is fixed is turned
into what it means to the others: its machine and its tools are free when it ends and set up
for it, its followers wait for it. Machines are counted through all work centres.

How an operation is placed, once it is decided on which machine and after which other one
(``placed`` in ``compiled/placing.py`` is the only place that does it):

    base   = when the machine, and one of each tool that it needs, are free
    ready  = its release, and the ends of its forerunners with the ways from them
    run    = the first open instant at or after both  ready  and  base + setup
    start  = the last instant from which the setup is worked until the run  (never before base)
    end    = run + its run time, both in working time of the machine
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.lines import Lines, lines
from firsthand.factory.compiled.windows import NEVER, Ints, Windows, windows
from firsthand.factory.impossible import Impossible
from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Fixed, Lot, Operation, Problem, too_much

Floats = NDArray[np.float64]
NONE = -1  # no machine, no family, no part


class Arrays(NamedTuple):
    """The shop, as a kernel takes it: one argument. All times are seconds.

    Rows of various length lie one after the other; those of row r are ``first[r]`` …
    ``first[r + 1] - 1``.
    """

    windows: Windows
    lines: Lines
    # by operation
    lot: Ints
    release: Ints  # its run does not begin before
    family: Ints  # NONE: a family of its own
    part: Ints  # NONE: not said
    own_setup: Ints  # where no changeover says otherwise
    tail: Floats  # mean seconds of work from its start to the end of its lot, the longest way
    is_final: NDArray[np.bool_]  # nothing of its own lot comes after it
    mode_first: Ints  # rows of modes
    mode_machine: Ints
    mode_seconds: Ints
    before_first: Ints  # rows of forerunners, of its own lot and of others
    before: Ints
    before_lag: Ints
    after_first: Ints  # the same, seen from the forerunner
    after: Ints
    after_lag: Ints
    pool_first: Ints  # rows of the pools it takes one of
    pool: Ints
    previous_machine: Ints  # NONE: it was not planned before
    previous_start: Ints  # NONE, too; never before nought
    # by lot
    lot_release: Ints
    lot_due: Ints
    lot_weight: Floats
    lot_done: Ints  # when what is fixed of it ends: it is done no sooner
    # by machine
    centre: Ints
    group: Ints  # machines of one group are run by one rule
    calendar: Ints
    free: Ints  # when what is fixed on it ends
    family_before: Ints
    part_before: Ints
    # by work centre
    minor_setup: Ints
    changeover: Ints  # its table in changeovers; NONE: it has none
    changeovers: NDArray[np.int64]  # [table, from family, to family]; NONE: the own setup
    # by unit of a pool: when it is free
    unit_first: Ints
    unit_free: Ints
    # the objective's weights, by the second
    weights: Floats  # tardiness, flow, changeover, instability
    near: int  # what was to begin before this is near


@dataclass(frozen=True, slots=True)
class Shop:
    """A problem with its arrays."""

    problem: Problem
    arrays: Arrays
    operations: tuple[tuple[Lot, Operation], ...]  # in the arrays' order
    lots: tuple[Lot, ...]  # those with something free to be planned, in the arrays' order
    machines: tuple[tuple[int, int], ...]  # work centre and number
    groups: tuple[str, ...]  # names of the groups of machines
    fixed: tuple[PlannedOperation, ...] = field(repr=False)

    def plan(
        self, machine: Ints, start: Ints, end: Ints, setup: Ints, *, solver: str, seed: int
    ) -> Plan:
        """What was found as a plan. Raises ``Impossible`` if something never ends."""
        if len(end) and int(end.max()) >= NEVER:
            raise next(too_much(self.problem), Impossible("the calendars end before the work does"))
        found = list(self.fixed)
        for index, (lot, operation) in enumerate(self.operations):
            centre_id, number = self.machines[int(machine[index])]
            found.append(
                PlannedOperation(
                    lot_id=lot.id,
                    operation_id=operation.id,
                    work_centre_id=centre_id,
                    machine=number,
                    start=int(start[index]),
                    end=int(end[index]),
                    setup_seconds=int(setup[index]),
                )
            )
        found.sort(key=lambda one: (one.start, one.work_centre_id, one.machine, one.lot_id))
        return Plan(solver=solver, seed=seed, operations=tuple(found))


def shop(problem: Problem) -> Shop:
    """The arrays of a problem."""
    free = [(lot, one) for lot in problem.lots for one in lot.operations if one.fixed is None]
    index = {(lot.id, one.id): place for place, (lot, one) in enumerate(free)}
    lots = tuple(lot for lot in problem.lots if any(one.fixed is None for one in lot.operations))
    machines = [(centre, machine) for centre in problem.work_centres for machine in centre.machines]
    where = {(centre.id, machine.number): at for at, (centre, machine) in enumerate(machines)}
    groups = sorted({centre.kind or centre.code for centre in problem.work_centres})
    calendars = list({machine.calendar: None for _centre, machine in machines})
    families, parts = _names(problem)
    edges = _Edges(problem, index)
    centres = problem.centres
    centre_index = {centre.id: at for at, centre in enumerate(problem.work_centres)}
    modes = [
        sorted((where[mode[:2]], mode.run_seconds) for mode in one.choices(centres))
        for _lot, one in free
    ]
    previous = [problem.previous.get((lot.id, one.id)) for lot, one in free]
    last = _last_fixed(problem)
    free_at, family_before, part_before = [], [], []
    for centre, machine in machines:
        before = last.get((centre.id, machine.number))
        free_at.append(max(0, before[0].end) if before else 0)
        family_before.append(families.get(before[1].family if before else machine.family, NONE))
        part_before.append(parts.get(before[1].part if before else machine.part, NONE))
    changeover, tables = _changeovers(problem, families)
    units = _units(problem)
    pool_index = {pool.id: at for at, pool in enumerate(problem.pools)}
    lot_index = {lot.id: at for at, lot in enumerate(lots)}
    weights = problem.objective
    family = [families.get(one.family, NONE) for _lot, one in free]
    part = [parts.get(one.part, NONE) for _lot, one in free]
    arrays = Arrays(
        windows=windows(calendars),
        lines=lines(
            len(machines),
            [tuple(machine for machine, _seconds in row) for row in modes],
            [one.pools for _lot, one in free],
            [(family[at], part[at], one.setup_seconds) for at, (_lot, one) in enumerate(free)],
        ),
        lot=_ints(lot_index[lot.id] for lot, _one in free),
        release=_ints(edges.release),
        family=_ints(family),
        part=_ints(part),
        own_setup=_ints(one.setup_seconds for _lot, one in free),
        tail=np.array(edges.tails(modes), dtype=np.float64),
        is_final=np.array(edges.is_final(free), dtype=np.bool_),
        mode_first=_first(modes),
        mode_machine=_ints(machine for row in modes for machine, _seconds in row),
        mode_seconds=_ints(seconds for row in modes for _machine, seconds in row),
        before_first=_first(edges.before),
        before=_ints(one for row in edges.before for one, _lag in row),
        before_lag=_ints(lag for row in edges.before for _one, lag in row),
        after_first=_first(edges.after),
        after=_ints(one for row in edges.after for one, _lag in row),
        after_lag=_ints(lag for row in edges.after for _one, lag in row),
        pool_first=_first([one.pools for _lot, one in free]),
        pool=_ints(pool_index[pool] for _lot, one in free for pool in one.pools),
        previous_machine=_ints(where.get(one[:2], NONE) if one else NONE for one in previous),
        previous_start=_ints(max(0, one.start) if one else NONE for one in previous),
        lot_release=_ints(lot.release for lot in lots),
        lot_due=_ints(lot.due for lot in lots),
        lot_weight=np.array([lot.weight for lot in lots], dtype=np.float64),
        lot_done=_ints(
            max((one.fixed.end for one in lot.operations if one.fixed), default=0) for lot in lots
        ),
        centre=_ints(centre_index[centre.id] for centre, _machine in machines),
        group=_ints(groups.index(centre.kind or centre.code) for centre, _machine in machines),
        calendar=_ints(calendars.index(machine.calendar) for _centre, machine in machines),
        free=_ints(free_at),
        family_before=_ints(family_before),
        part_before=_ints(part_before),
        minor_setup=_ints(centre.minor_setup_seconds for centre in problem.work_centres),
        changeover=_ints(changeover),
        changeovers=tables,
        unit_first=_first(units),
        unit_free=_ints(at for row in units for at in row),
        weights=np.array([weights.tardiness, weights.flow, weights.changeover, weights.instability])
        / 3600,
        near=weights.near_hours * 3600,
    )
    return Shop(
        problem=problem,
        arrays=arrays,
        operations=tuple(free),
        lots=lots,
        machines=tuple((centre.id, machine.number) for centre, machine in machines),
        groups=tuple(groups),
        fixed=tuple(
            PlannedOperation(
                lot_id=lot.id,
                operation_id=one.id,
                work_centre_id=one.fixed.work_centre_id,
                machine=one.fixed.machine,
                start=one.fixed.start,
                end=one.fixed.end,
                setup_seconds=one.fixed.setup_seconds,
            )
            for lot in problem.lots
            for one in lot.operations
            if one.fixed
        ),
    )


class _Edges:
    """What waits for what, among the operations that are free; and since when each may run."""

    def __init__(self, problem: Problem, index: dict[tuple[int, int], int]) -> None:
        self._problem, self._index = problem, index
        lots = {lot.id: lot for lot in problem.lots}
        self.before: list[list[tuple[int, int]]] = [[] for _ in index]
        self.after: list[list[tuple[int, int]]] = [[] for _ in index]
        self.release = [0] * len(index)
        ends = {lot.id: _ends_of(lot) for lot in problem.lots}
        for lot in problem.lots:
            fixed = {one.id: one.fixed for one in lot.operations}
            for one in lot.operations:
                if one.fixed:
                    continue
                here = index[lot.id, one.id]
                self.release[here] = max(0, lot.release, one.not_before)
                for earlier, lag in one.forerunners:
                    self._edge(lot.id, earlier, fixed[earlier], here, lag)
                if not one.after:
                    for need in lot.needs:
                        feeds = lots[need.lot_id]
                        by_id = {step.id: step for step in feeds.operations}
                        for last in ends[need.lot_id]:
                            self._edge(need.lot_id, last, by_id[last].fixed, here, need.lag_seconds)

    def _edge(self, lot_id: int, earlier: int, fixed: Fixed | None, here: int, lag: int) -> None:
        if fixed:
            self.release[here] = max(self.release[here], fixed.end + lag)
            return
        there = self._index[lot_id, earlier]
        self.before[here].append((there, lag))
        self.after[there].append((here, lag))

    def is_final(self, free: list[tuple[Lot, Operation]]) -> list[bool]:
        """Whether nothing of its own lot comes after an operation."""
        return [
            all(free[later][0].id != lot.id for later, _lag in self.after[here])
            for here, (lot, _one) in enumerate(free)
        ]

    def tails(self, modes: list[list[tuple[int, int]]]) -> list[float]:
        """The longest way of mean work from an operation's start to the end of all it feeds."""
        waits = [len(row) for row in self.after]
        ready = [here for here, many in enumerate(waits) if not many]
        found = [0.0] * len(waits)
        while ready:
            here = ready.pop()
            own = sum(seconds for _machine, seconds in modes[here]) / len(modes[here])
            found[here] += own
            for earlier, lag in self.before[here]:
                found[earlier] = max(found[earlier], found[here] + lag)
                waits[earlier] -= 1
                if not waits[earlier]:
                    ready.append(earlier)
        return found


def _ends_of(lot: Lot) -> list[int]:
    inner = {one for operation in lot.operations for one in operation.after}
    return [one.id for one in lot.operations if one.id not in inner]


def _names(problem: Problem) -> tuple[dict[str, int], dict[str, int]]:
    """Numbers for families and parts; the empty name has none."""
    families: dict[str, int] = {}
    parts: dict[str, int] = {}
    for centre in problem.work_centres:
        for machine in centre.machines:
            families.setdefault(machine.family, len(families))
            parts.setdefault(machine.part, len(parts))
        for pair in centre.changeovers:
            for family in pair:
                families.setdefault(family, len(families))
    for lot in problem.lots:
        for one in lot.operations:
            families.setdefault(one.family, len(families))
            parts.setdefault(one.part, len(parts))
    # The empty name is nobody's number; the others keep theirs.
    families.pop("", None)
    parts.pop("", None)
    return (
        {name: number for number, name in enumerate(families)},
        {name: number for number, name in enumerate(parts)},
    )


def _changeovers(problem: Problem, families: dict[str, int]) -> tuple[list[int], NDArray[np.int64]]:
    """Which table each centre has, and the tables; those without changeovers have none."""
    which: list[int] = []
    tables: list[NDArray[np.int64]] = []
    for centre in problem.work_centres:
        if not centre.changeovers:
            which.append(NONE)
            continue
        which.append(len(tables))
        table = np.full((len(families), len(families)), NONE, dtype=np.int64)
        for (earlier, later), seconds in centre.changeovers.items():
            if earlier in families and later in families:
                table[families[earlier], families[later]] = seconds
        tables.append(table)
    if not tables:
        return which, np.zeros((0, 0, 0), dtype=np.int64)
    return which, np.stack(tables)


def _last_fixed(problem: Problem) -> dict[tuple[int, int], tuple[Fixed, Operation]]:
    found: dict[tuple[int, int], tuple[Fixed, Operation]] = {}
    for lot in problem.lots:
        for one in lot.operations:
            if one.fixed:
                place = (one.fixed.work_centre_id, one.fixed.machine)
                if place not in found or one.fixed.end > found[place][0].end:
                    found[place] = (one.fixed, one)
    return found


def _units(problem: Problem) -> list[list[int]]:
    """When each unit of each pool is free, the soonest first."""
    taken: dict[int, list[int]] = {pool.id: [] for pool in problem.pools}
    for lot in problem.lots:
        for one in lot.operations:
            if one.fixed:
                for pool_id in one.pools:
                    taken[pool_id].append(one.fixed.end)
    found = []
    for pool in problem.pools:
        # The units that are free last: the others have been given back by then.
        last = sorted(taken[pool.id])[-pool.quantity :]
        found.append([0] * (pool.quantity - len(last)) + last)
    return found


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _first(rows: Iterable[object]) -> Ints:
    counts = [len(row) for row in rows]  # type: ignore[arg-type]
    return np.concatenate(([0], np.cumsum(np.array(counts, dtype=np.int64)))).astype(np.int64)
