"""The frozen fence: what the plan in force begins soon stays on its machine, in its order. Pure.

People, material and tools are on their way to it. It stays *if it still can*: its machine
works, what comes before it is done, runs, or stays as well, and its material is there. When
something before it takes a little longer, it begins that much later; when it could only begin
behind the fence, or on another machine, it is let go, and the reason is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from firsthand.factory.capacity import MINUTE, Capacity, Place
from firsthand.factory.impossible import Impossible
from firsthand.factory.problem import Fixed, Need, Operation, WorkCentre
from firsthand.factory.standing import Draft
from firsthand.factory.tables import PinRow, Run

Taken = tuple[int, int]  # from, until


class Loosened(NamedTuple):
    """What was not kept: an operation behind the fence, or a planner's pin."""

    work_order_id: int
    number: str
    operation: str
    why: Impossible


class _Soon(NamedTuple):
    start: int
    run: Run
    draft: Draft
    fence: int


class Fence:
    """What stays of the near future."""

    def __init__(
        self,
        capacity: Capacity,
        centres: Sequence[WorkCentre],
        drafts: Mapping[int, Draft],
        needs: Mapping[int, Sequence[Need]],
        pins: Mapping[int, Mapping[int, PinRow]],
    ) -> None:
        self._capacity, self._drafts, self._needs, self._pins = capacity, drafts, needs, pins
        self._centres = {one.id: one for one in centres}
        self._free: dict[Place, int] = {}
        self._made: dict[Place, tuple[str, str]] = {}
        self._tools: dict[int, list[Taken]] = {}
        for draft in drafts.values():
            for operation_id, fixed in draft.fixed.items():
                self._take(draft.operations[operation_id], fixed)

    def keep(self) -> list[Loosened]:
        """Fix what stays, and say what does not, and why."""
        loosened = []
        for soon in sorted(self._soon(), key=lambda one: (one.start, one.run[2:4], one.run[:2])):
            operation = soon.draft.operations[soon.run.operation_id]
            stays = self._stays(soon, operation)
            if isinstance(stays, Impossible):
                order = soon.draft.order
                loosened.append(Loosened(order.id, order.number, operation.name, stays))
                continue
            self._take(operation, stays)
            soon.draft.fixed[operation.id] = stays
            soon.draft.operations[operation.id] = replace(operation, fixed=stays)
        return loosened

    def _soon(self) -> Iterator[_Soon]:
        plants = self._capacity.plants
        steps: dict[int, tuple[int, bool]] = {}  # by work centre: its fence, and if it reports
        for centre in self._capacity.centres.values():
            plant = plants[centre.plant_id]
            steps[centre.id] = (plant.frozen_minutes * MINUTE, plant.reports_progress)
        now = self._capacity.begins_at
        far = now + timedelta(seconds=max((fence for fence, _says in steps.values()), default=0))
        for draft in self._drafts.values():
            for run in draft.runs.values():
                if run.starts_at >= far or run.operation_id in draft.fixed:
                    continue
                if run.operation_id not in draft.operations or run.work_centre_id not in steps:
                    continue
                fence, reports = steps[run.work_centre_id]
                start = (run.starts_at - now) // timedelta(seconds=1)
                # A floor that reports may be a little behind; one that follows the plan is not.
                if (-fence if reports else 0) < start < fence:
                    yield _Soon(start, run, draft, fence)

    def _stays(self, soon: _Soon, operation: Operation) -> Fixed | Impossible:
        run, draft = soon.run, soon.draft
        place = (run.work_centre_id, run.machine)
        centre = self._centres.get(place[0])
        calendar = self._capacity.calendars.get(place)
        seconds = next(
            (one.run_seconds for one in operation.choices(self._centres) if one[:2] == place), None
        )
        if centre is None or calendar is None or seconds is None:
            return _lost(place, centre)
        if self._capacity.broke_at(place) is not None:
            return Impossible(
                "machine {machine} of {code} is broken", machine=place[1], code=centre.code
            )
        pin = self._pins.get(draft.order.id, {}).get(operation.id)
        if pin is not None and operation.not_before > soon.start + run.setup_minutes * MINUTE:
            return Impossible("a planner wants it later")
        ready = self._ready(draft, operation)
        if isinstance(ready, Impossible):
            return ready
        made = self._memory(place, centre)
        # Where nobody knows what the machine made last, the plan knew better.
        setup = run.setup_minutes * MINUTE
        if made[0]:
            setup = centre.setup_seconds(*made, operation)
        base = max(1, soon.start, self._free.get(place, 0))
        start = calendar.next_open(base)
        set_up = None if start is None else calendar.ends(start, setup) if setup else start
        begins = None if set_up is None else calendar.next_open(max(set_up, ready))
        if begins is None:
            return _lost(place, centre)
        fixed = Fixed(
            *place,
            start=calendar.begins(begins, setup),
            end=calendar.ends(begins, seconds),
            setup_seconds=setup,
        )
        if fixed.start >= soon.fence:
            return Impossible("it cannot begin before the fence ends")
        for pool_id in operation.pools:
            pool = self._capacity.pools[pool_id]
            if self._taken(pool_id, fixed) >= pool.quantity:
                return Impossible("{tool} is taken at its time", tool=pool.code)
        return fixed

    def _ready(self, draft: Draft, operation: Operation) -> int | Impossible:
        """When its run may begin, if all that it waits for is done or stays."""
        release = draft.order.release_at - self._capacity.begins_at
        ready = max(-(-release // timedelta(seconds=1)), operation.not_before)
        for before, lag in operation.forerunners:
            fixed = draft.fixed.get(before)
            if fixed is None:
                return Impossible(
                    "operation {before}, which comes before it, does not stay",
                    before=draft.operations[before].name,
                )
            ready = max(ready, fixed.end + lag)
        for need in self._needs.get(draft.order.id, ()) if not operation.after else ():
            feeds = self._drafts[need.lot_id]
            if len(feeds.fixed) < len(feeds.operations):
                return Impossible(
                    "work order {number}, which it needs, is not made yet",
                    number=feeds.order.number,
                )
            end = max(one.end for one in feeds.fixed.values())
            ready = max(ready, end + need.lag_seconds)
        return ready

    def _memory(self, place: Place, centre: WorkCentre) -> tuple[str, str]:
        if place in self._made:
            return self._made[place]
        machine = centre.machine(place[1])
        return (machine.family, machine.part) if machine else ("", "")

    def _take(self, operation: Operation, fixed: Fixed) -> None:
        place = (fixed.work_centre_id, fixed.machine)
        self._free[place] = max(fixed.end, self._free.get(place, 0))
        self._made[place] = (operation.family, operation.part)
        for pool_id in operation.pools:
            self._tools.setdefault(pool_id, []).append((fixed.start, fixed.end))

    def _taken(self, pool_id: int, fixed: Fixed) -> int:
        return sum(
            start < fixed.end and fixed.start < end for start, end in self._tools.get(pool_id, ())
        )


def _lost(place: Place, centre: WorkCentre | None) -> Impossible:
    return Impossible(
        "machine {machine} of {code} cannot do it, or does not work",
        machine=place[1],
        code=centre.code if centre else place[0],
    )
