"""The factory's statements, as functions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from firsthand.factory import bom
from firsthand.factory import tables as rows
from firsthand.factory.capacity import MINUTE
from firsthand.factory.plan import Plan
from firsthand.factory.problem import Problem
from firsthand.factory.tables import Order, Tables
from firsthand.factory.validation import PartRow
from firsthand.kit.sql import Queries

PLANS_KEPT = 20

_SQL = Queries(__package__)


class Completion(NamedTuple):
    """A lot of a product that the plan in force makes: how many pieces, and when it is done."""

    work_order_id: int
    sku_id: int
    quantity: int
    done_at: datetime  # if nothing goes wrong
    likely_at: datetime  # a promise by then is kept
    safe_at: datetime  # a promise by then may be given


def completions(sku_ids: Collection[int] | None = None) -> list[Completion]:
    """What the plan in force brings, by SKU, soonest first; None: of every SKU."""
    return [Completion(*row) for row in _SQL.rows("completions", sku_ids=_ids(sku_ids))]


def firm(work_order_ids: Iterable[int]) -> int:
    """These work orders are promised from: they will be made. How many were not firm before."""
    return _SQL.change("firm", ids=sorted(set(work_order_ids)))


class Promised(NamedTuple):
    """What came of telling the factory by when lots must be done for what was promised."""

    first: int  # work orders from which nothing was promised before
    changed: int  # in all


def due_by_promise(sku_ids: Collection[int], dues: Mapping[int, datetime]) -> Promised:
    """When work orders of these SKUs must be done for the promises that stand on them."""
    [row] = _SQL.rows(
        "due_by_promise",
        sku_ids=sorted(sku_ids),
        work_order_ids=list(dues),
        dues=list(dues.values()),
    )
    return Promised(*row)


def making(sku_ids: Collection[int] | None = None) -> dict[int, bom.Making]:
    """What one piece of each SKU takes to be made; None: of every SKU, in one pass.

    SKUs without a bill of material and a routing are missing. Raises ``Impossible`` when a
    bill leads back to itself.
    """
    parts: dict[int, int] = dict(_SQL.rows("parts_of", sku_ids=_ids(sku_ids)))
    if not parts:
        return {}
    top = None if sku_ids is None else sorted(parts.values())
    lines = [bom.Line(*row) for row in _SQL.rows("bill_below", part_ids=top)]
    reached = top and sorted({*top, *(line.component_id for line in lines)})
    costs = bom.roll_up(
        [bom.Item(*row) for row in _SQL.rows("items", part_ids=reached)],
        lines,
        [bom.Step(*row) for row in _SQL.rows("steps", part_ids=reached)],
    )
    return {sku_id: costs[part_id] for sku_id, part_id in parts.items()}


def bill(part_ids: Collection[int] | None = None) -> list[bom.Line]:
    """All lines below these parts, at every level; None: all lines there are."""
    return [bom.Line(*row) for row in _SQL.rows("bill_below", part_ids=_ids(part_ids))]


def hold_planning() -> int:
    """Lock the planning until the end of the transaction; how many plants there are.

    The transaction may be idle for minutes: whoever plans may have to compile his solver first.
    """
    _SQL.rows("be_patient")
    return len(_SQL.rows("hold_planning"))


def tables(now: datetime) -> Tables:
    """All that a problem is made of."""
    return Tables(
        plants=[rows.Plant(*row) for row in _SQL.rows("plants")],
        centres=[rows.Centre(*row) for row in _SQL.rows("centres")],
        machines=[rows.MachineRow(*row) for row in _SQL.rows("machines")],
        shifts=[rows.ShiftRow(*row) for row in _SQL.rows("calendar_shifts")],
        days=[rows.DayRow(*row) for row in _SQL.rows("calendar_days", since=now)],
        standstills=[rows.Standstill(*row) for row in _SQL.rows("standstills", now=now)],
        changeovers=[rows.ChangeoverRow(*row) for row in _SQL.rows("changeovers")],
        resources=[rows.Resource(*row) for row in _SQL.rows("resources")],
        ways=[rows.Way(*row) for row in _SQL.rows("ways")],
        orders=open_orders(),
        lines=[bom.Line(*row) for row in _SQL.rows("made_lines")],
        stocked=[bom.Line(*row) for row in _SQL.rows("stocked_lines")],
        routed=[rows.Routed(*row) for row in _SQL.rows("routed")],
        alternatives=[rows.Alternative(*row) for row in _SQL.rows("alternatives")],
        takings=[rows.Taking(*row) for row in _SQL.rows("takings")],
        runs=[rows.Run(*row) for row in _SQL.rows("runs")],
        reported=[rows.Reported(*row) for row in _SQL.rows("reported")],
        last=[rows.Last(*row) for row in _SQL.rows("made_last", now=now)],
        pins=[rows.PinRow(*row) for row in _SQL.rows("pins")],
        supplies=[rows.Supply(*row) for row in _SQL.rows("supplies")],
    )


def parts_to_check() -> list[PartRow]:
    """All parts, as far as they can be made or bought."""
    return [PartRow(*row) for row in _SQL.rows("parts_to_check")]


def open_orders() -> list[Order]:
    """What is still to be made."""
    return [Order(*row) for row in _SQL.rows("open_orders")]


def write_plan(plan_id: int, problem: Problem, plan: Plan) -> None:
    """Write a plan's operations, and with them what the plan before it has ended."""
    done = plan.operations
    _SQL.change(
        "write_plan",
        plan_id=plan_id,
        work_order_ids=[one.lot_id for one in done],
        operation_ids=[one.operation_id for one in done],
        work_centre_ids=[one.work_centre_id for one in done],
        machines=[one.machine for one in done],
        starts=[problem.instant(one.start) for one in done],
        ends=[problem.instant(one.end) for one in done],
        setup_minutes=[one.setup_seconds // MINUTE for one in done],
    )
    _SQL.change("carry_over", plan_id=plan_id, now=problem.begins_at)


def note_what_is_left(plan_id: int, left: Mapping[tuple[int, int], int]) -> None:
    """Keep how much of a run was left, of what a breakdown had stopped: order, operation → bp."""
    _SQL.change(
        "note_what_is_left",
        plan_id=plan_id,
        work_order_ids=[order_id for order_id, _operation_id in left],
        operation_ids=[operation_id for _order_id, operation_id in left],
        shares=list(left.values()),
    )


def put_in_force(plan_id: int) -> None:
    """Let promises stand on this plan from now on, and forget the oldest ones."""
    _SQL.change("retire_plan")
    _SQL.change("put_in_force", plan_id=plan_id)
    _SQL.change("forget_plans", keep=PLANS_KEPT)


def release_begun(work_order_ids: Iterable[int]) -> int:
    """These work orders run: they can no longer be called off."""
    return _SQL.change("release_begun", ids=sorted(work_order_ids))


def take_lines_out(lines: Iterable[tuple[int, int]]) -> int:
    """Components leave bills of material: (parent, component), by their ids."""
    gone = sorted(lines)
    return _SQL.change(
        "take_lines_out",
        parent_ids=[parent for parent, _component in gone],
        component_ids=[component for _parent, component in gone],
    )


class Asked(NamedTuple):
    """A work order that shall be opened."""

    part_id: int
    quantity: int
    release_at: datetime
    due_at: datetime


def open_many(asked: Sequence[Asked]) -> list[tuple[int, str]]:
    """Write new work orders; the id and number of each, in their order."""
    rows = _SQL.rows(
        "open",
        part_ids=[one.part_id for one in asked],
        quantities=[one.quantity for one in asked],
        releases=[one.release_at for one in asked],
        dues=[one.due_at for one in asked],
    )
    return sorted((int(order_id), str(number)) for order_id, number in rows)


def due_to_be_finished(now: datetime, at_most: int) -> list[tuple[str, int]]:
    """The numbers and quantities of lots that are done by the plan, where nobody reports."""
    return [
        (number, quantity)
        for number, quantity in _SQL.rows("due_to_be_finished", now=now, at_most=at_most)
    ]


class Stage(NamedTuple):
    """A step of a lot by the plan in force: what pages show of the way through the factory."""

    work_order_id: int
    number: int
    name_zh: str
    name_en: str
    starts_at: datetime
    ends_at: datetime


def stages(work_order_ids: Iterable[int]) -> dict[int, list[Stage]]:
    """Where lots are: their steps, in order."""
    found: dict[int, list[Stage]] = {}
    for row in _SQL.rows("where_it_is", ids=sorted(set(work_order_ids))):
        found.setdefault(row[0], []).append(Stage(*row))
    return found


def _ids(ids: Collection[int] | None) -> list[int] | None:
    return None if ids is None else sorted(set(ids))
