"""From what stands in the tables to a problem: which operations are still to be run. Pure.

    tables → recipes, capacity → how far each lot is → what stays behind the fence → problem

One work order that cannot be planned stops no other: it is left out, and with it whoever waits
for it, and the reason is said. What stays, what is left out and what was let go is all in the
answer, since a planner wants to know what the plan does *not* say.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple, Protocol, TypeVar

from firsthand.factory.capacity import Capacity
from firsthand.factory.fence import Fence, Loosened
from firsthand.factory.impossible import Impossible
from firsthand.factory.objective import DEFAULT, Objective
from firsthand.factory.problem import Lot, Need, Place, Problem
from firsthand.factory.recipes import Recipes
from firsthand.factory.standing import Draft, Floor, write_operations
from firsthand.factory.tables import WHOLE_BP, Order, PinRow, Tables


class _OfAnOrder(Protocol):
    @property
    def work_order_id(self) -> int: ...
    @property
    def operation_id(self) -> int: ...


Row = TypeVar("Row", bound=_OfAnOrder)


class LeftOut(NamedTuple):
    """A work order that cannot be planned, and why."""

    work_order_id: int
    number: str
    why: Impossible


class Workload(NamedTuple):
    """The problem that is left, and what needs no more planning or cannot be planned."""

    problem: Problem
    done: tuple[int, ...]  # orders all of whose operations have ended
    begun: tuple[int, ...]  # orders of which something runs, or has run
    left_out: tuple[LeftOut, ...]
    loosened: tuple[Loosened, ...]  # from the fence, and pins that cannot be kept
    left: Mapping[tuple[int, int], int]  # lot, operation → basis points, where it is not all

    def as_json(self) -> dict[str, Any]:
        """What the plan does not say, to be kept beside its figures: sentences and their values."""
        return {
            "left_out": [
                {"number": one.number, "sentence": one.why.sentence, "fields": one.why.fields}
                for one in self.left_out
            ],
            "let_go": [
                {
                    "number": one.number,
                    "operation": one.operation,
                    "sentence": one.why.sentence,
                    "fields": one.why.fields,
                }
                for one in self.loosened
            ],
        }


def workload(tables: Tables, begins_at: datetime, objective: Objective = DEFAULT) -> Workload:
    """What is left to be run at BEGINS_AT.

    Raises ``Impossible`` when nothing at all can be planned: the plan in force stays then.
    """
    made = _Making(tables, begins_at)
    for order in tables.orders:
        made.draft(order)
    made.drop_whoever_waits_for_nobody()
    found = made.workload(objective)
    if found.left_out and not found.problem.lots:
        raise found.left_out[0].why
    return found


class _Making:
    """A workload in the making."""

    def __init__(self, tables: Tables, begins_at: datetime) -> None:
        self._tables, self._begins_at = tables, begins_at
        self._capacity = Capacity(tables, begins_at)
        self._recipes = Recipes(tables)
        self._floor = Floor(self._capacity)
        self._runs = _by_order(tables.runs)
        self._reported = _by_order(tables.reported)
        self._pins: dict[int, dict[int, PinRow]] = _by_order(tables.pins)
        self._drafts: dict[int, Draft] = {}
        self._needs: dict[int, list[Need]] = {}
        self._done: list[int] = []
        self._begun: list[int] = []
        self._left_out: list[LeftOut] = []
        self._loosened: list[Loosened] = []

    def draft(self, order: Order) -> None:
        """How far an order is, and what is left of it; or why it cannot be planned."""
        try:
            draft = self._floor.draft(
                order,
                self._recipes.of(order.part_id),
                self._runs.get(order.id, {}),
                self._reported.get(order.id, {}),
            )
            if draft.is_over:
                self._done.append(order.id)
                self._begun.append(order.id)
                return
            ignored = write_operations(draft, self._capacity, self._pins.get(order.id, {}))
        except Impossible as why:
            self._left_out.append(LeftOut(order.id, order.number, why))
            return
        if draft.has_begun:
            self._begun.append(order.id)
        self._loosened += [
            Loosened(order.id, order.number, step.name, why) for step, why in ignored
        ]
        self._drafts[order.id] = draft

    # --- lots that need others ------------------------------------------------------------

    def drop_whoever_waits_for_nobody(self) -> None:
        """Work out the needs; whoever waits for what is left out is left out, too."""
        impossible = {one.work_order_id for one in self._left_out}
        followers: dict[int, set[int]] = {}
        unmet = []
        for supply in self._tables.supplies:
            consumer = self._drafts.get(supply.for_work_order_id)
            supplier_id = supply.from_work_order_id
            if consumer is None or self._is_in(supply.part_id, consumer):
                continue
            if supplier_id in impossible or supplier_id in self._drafts:
                followers.setdefault(supplier_id, set()).add(consumer.order.id)
                unmet.append(supply)
        self._drop_followers(list(self._left_out), followers)
        circle = self._circle(followers)
        while circle:
            path = " → ".join(self._drafts[one].order.number for one in circle)
            gone = [
                self._leave_out(one, Impossible("lots wait for one another: {path}", path=path))
                for one in dict.fromkeys(circle)
            ]
            self._drop_followers(gone, followers)
            circle = self._circle(followers)
        for supply in unmet:
            consumer = self._drafts.get(supply.for_work_order_id)
            if consumer is not None:
                self._need(supply.part_id, supply.from_work_order_id, consumer)

    def _drop_followers(self, gone: list[LeftOut], followers: Mapping[int, set[int]]) -> None:
        while gone:
            before = gone.pop()
            for one in sorted(followers.get(before.work_order_id, ())):
                if one in self._drafts:
                    why = Impossible(
                        "it waits for work order {number}, which cannot be planned",
                        number=before.number,
                    )
                    gone.append(self._leave_out(one, why))

    def _leave_out(self, order_id: int, why: Impossible) -> LeftOut:
        left_out = LeftOut(order_id, self._drafts.pop(order_id).order.number, why)
        self._left_out.append(left_out)
        return left_out

    def _circle(self, followers: Mapping[int, set[int]]) -> list[int]:
        """Lots that wait for one another, if there are any."""
        graph: dict[int, list[int]] = {}
        for before, waiting in followers.items():
            for one in waiting:
                if before in self._drafts and one in self._drafts:
                    graph.setdefault(one, []).append(before)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as fault:
            return list(reversed(fault.args[1]))
        return []

    def _need(self, part_id: int, supplier_id: int, consumer: Draft) -> None:
        supplier = self._drafts[supplier_id]
        takes_in = consumer.recipe.takes_in.get(part_id, ())
        steps = {one.id: one for one in (*supplier.recipe.steps, *consumer.recipe.steps)}
        way = max(
            (
                self._capacity.way(steps[last], steps[first])
                for last in supplier.recipe.last
                for first in takes_in
            ),
            default=0,
        )
        needs = self._needs.setdefault(consumer.order.id, [])
        if all(one.lot_id != supplier_id for one in needs):
            needs.append(Need(supplier_id, way))

    def _is_in(self, part_id: int, consumer: Draft) -> bool:
        """Whether the floor took it in already: then it was there, whatever the tables say."""
        takes_in = consumer.recipe.takes_in.get(part_id)
        if takes_in is None:
            return consumer.has_begun
        return all(one in consumer.done or one in consumer.fixed for one in takes_in)

    # --- the problem ----------------------------------------------------------------------

    def workload(self, objective: Objective) -> Workload:
        """The answer."""
        made: dict[tuple[int, int], tuple[str, str]] = {}
        for draft in self._drafts.values():
            for place, step in draft.stopped.items():
                made[place] = (step.family, step.part_code)
        centres = self._capacity.work_centres(made)
        fence = Fence(self._capacity, centres, self._drafts, self._needs, self._pins)
        self._loosened += fence.keep()
        lots = [self._lot(draft) for draft in self._drafts.values()]
        return Workload(
            problem=Problem(
                begins_at=self._begins_at,
                work_centres=centres,
                lots=tuple(lots),
                pools=tuple(self._capacity.pools[one] for one in sorted(self._capacity.pools)),
                objective=objective,
                previous=dict(self._previous()),
            ),
            done=tuple(self._done),
            begun=tuple(sorted(self._begun)),
            left_out=tuple(self._left_out),
            loosened=tuple(self._loosened),
            left={
                (order_id, operation_id): share
                for order_id, draft in self._drafts.items()
                for operation_id, share in draft.left.items()
                if share < WHOLE_BP
            },
        )

    def _lot(self, draft: Draft) -> Lot:
        order = draft.order
        release = -((self._begins_at - order.release_at) // timedelta(seconds=1))  # rounded up
        runs = any(one.runs for one in draft.fixed.values())
        return Lot(
            id=order.id,
            name=order.number,
            release=min(release, 0) if runs else release,
            due=(order.due_at - self._begins_at) // timedelta(seconds=1),
            operations=tuple(draft.operations.values()),
            weight=order.weight,
            needs=tuple(self._needs.get(order.id, ())),
        )

    def _previous(self) -> Iterable[tuple[tuple[int, int], Place]]:
        for order_id, draft in self._drafts.items():
            for run in draft.runs.values():
                operation = draft.operations.get(run.operation_id)
                if operation is not None and operation.fixed is None:
                    start = max(0, (run.starts_at - self._begins_at) // timedelta(seconds=1))
                    yield (
                        (order_id, run.operation_id),
                        Place(run.work_centre_id, run.machine, start),
                    )


def _by_order(rows: Iterable[Row]) -> dict[int, dict[int, Row]]:
    found: dict[int, dict[int, Row]] = {}
    for row in rows:
        found.setdefault(row.work_order_id, {})[row.operation_id] = row
    return found
