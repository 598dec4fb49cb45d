"""The shop floor's statements, as functions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from firsthand.factory import bom
from firsthand.factory.floor import rules
from firsthand.factory.floor.rules import Drawn, Reported, Routed, Step, Supply
from firsthand.factory.models import WorkOrder
from firsthand.kit.errors import NotFound
from firsthand.kit.sql import Queries, Row

BY_PLAN = "by plan"  # the note of what nobody reported

_SQL = Queries(__package__)


class Bill(NamedTuple):
    """What goes into a part: all lines, and those of parts that its lot makes itself."""

    lines: list[bom.Line]
    made: list[bom.Line]


def bill(part_ids: Collection[int]) -> Bill:
    """The bills of these parts, down to what is bought or stocked."""
    rows = _SQL.rows("lot_lines", part_ids=sorted(set(part_ids)))
    lines = [bom.Line(*row[:4]) for row in rows]
    return Bill(lines, [line for line, row in zip(lines, rows, strict=True) if row[4]])


def steps(orders: Iterable[WorkOrder]) -> dict[int, tuple[Step, ...]]:
    """The operations of work orders, each after its forerunners, by the orders' ids."""
    wanted = list(orders)
    made = bill({one.part_id for one in wanted}).made
    below: dict[int, list[bom.Line]] = {}
    for line in made:
        below.setdefault(line.parent_id, []).append(line)
    parts = {one.part_id for one in wanted} | {line.component_id for line in made}
    routed: dict[int, list[Routed]] = {}
    for row in _SQL.rows("routed", part_ids=sorted(parts)):
        routed.setdefault(row[1], []).append(Routed(*row))
    found = {}
    for order in wanted:
        lines, reached, waiting = [], {order.part_id}, [order.part_id]
        while waiting:
            for line in below.get(waiting.pop(), ()):
                lines.append(line)
                if line.component_id not in reached:
                    reached.add(line.component_id)
                    waiting.append(line.component_id)
        steps_of = [one for part in reached for one in routed.get(part, ())]
        found[order.pk] = rules.steps(order.part_id, order.quantity, lines, steps_of)
    return found


def reported(work_order_ids: Iterable[int]) -> dict[int, dict[int, Reported]]:
    """What the floor has said, by work order and operation."""
    found: dict[int, dict[int, Reported]] = {one: {} for one in work_order_ids}
    for order_id, operation_id, *said in _SQL.rows("reported", work_order_ids=sorted(found)):
        found[order_id][operation_id] = Reported(*said)
    return found


def begin(
    *,
    work_order_id: int,
    operation_id: int,
    work_centre_id: int,
    machine: int,
    by: int | None,
    now: datetime,
) -> bool:
    """Note that an operation begins; whether it could: the table lets a machine do one thing."""
    rows = _SQL.rows(
        "begin",
        work_order_id=work_order_id,
        operation_id=operation_id,
        work_centre_id=work_centre_id,
        machine=machine,
        by=by,
        now=now,
    )
    return bool(rows)


class Centre(NamedTuple):
    """A work centre that can do an operation; some of its machines cannot."""

    id: int
    code: str
    machines: int
    reports_progress: bool
    cannot: list[int]


def machines_for(operation_id: int) -> list[Centre]:
    """Where an operation can be done: its own work centre first, then the others."""
    return [Centre(*row) for row in _SQL.rows("machines_for", operation_id=operation_id)]


def is_down(work_centre_id: int, machine: int, now: datetime) -> bool:
    """Whether a machine is reported broken."""
    row = _SQL.row("is_down", work_centre_id=work_centre_id, machine=machine, now=now)
    return bool(row and row[0])


def breakdowns(now: datetime) -> dict[tuple[int, int], datetime]:
    """Until when the machines that are reported broken are thought to stand."""
    rows = _SQL.rows("breakdowns", now=now)
    return {(centre, machine): until for centre, machine, until in rows}


def release(work_order_id: int) -> None:
    """Something of a work order has begun."""
    _SQL.change("release", work_order_id=work_order_id)


def short(work_order_id: int, pieces: int | None) -> bool:
    """Note how few good pieces a lot gives (None: as many as asked for); whether that is news."""
    return bool(_SQL.change("short", work_order_id=work_order_id, pieces=pieces))


class PlannedHere(NamedTuple):
    """What the plan in force has for a machine, or for another one of its kind."""

    work_order_id: int
    number: str
    operation_id: int
    machine: int
    starts_at: datetime
    ends_at: datetime


def planned_on(work_centre_id: int, machine: int, at_most: int) -> list[PlannedHere]:
    """What waits for a machine, in the plan's order."""
    rows = _SQL.rows("planned_on", work_centre_id=work_centre_id, machine=machine, at_most=at_most)
    return [PlannedHere(*row) for row in rows]


def follows_plan(work_order_id: int, goods: Mapping[int, int], now: datetime) -> None:
    """Take the operations that nobody reported as the plan has them; GOODS by operation."""
    _SQL.change(
        "follows_plan",
        work_order_id=work_order_id,
        operation_ids=list(goods),
        goods=list(goods.values()),
        note=BY_PLAN,
        now=now,
    )


def end_running(work_order_id: int, now: datetime) -> None:
    """Free the machines that a finished lot is still on."""
    _SQL.change("end_running", work_order_id=work_order_id, now=now)


def lock_parts(part_ids: Iterable[int]) -> dict[int, int]:
    """What lies there of parts, locked until the end of the transaction."""
    return dict(_SQL.rows("lock_parts", part_ids=sorted(part_ids)))


def supplies(part_ids: Iterable[int]) -> dict[int, list[Supply]]:
    """What came of parts and is not known to be gone, oldest first."""
    found: dict[int, list[Supply]] = {one: [] for one in part_ids}
    for part_id, *supply in _SQL.rows("supplies", part_ids=sorted(found)):
        found[part_id].append(Supply(*supply))
    return found


def alternates(part_ids: Iterable[int]) -> dict[int, int]:
    """Which component each alternate of these parts' bills stands in for."""
    found: dict[int, int] = {}
    for alternate, component in _SQL.rows("alternates", part_ids=sorted(part_ids)):
        found.setdefault(alternate, component)
    return found


def outside(part_id: int) -> set[int]:
    """The parts that go into a lot of a part from outside it, and their alternates."""
    found = bill([part_id])
    own = {part_id, *(line.component_id for line in found.made)}
    stand_ins = alternates({line.parent_id for line in found.lines})
    return {line.component_id for line in found.lines} - own | set(stand_ins)


def noted(work_order_id: int) -> dict[int, int]:
    """What was scanned into a lot, by part."""
    return dict(_SQL.rows("noted", work_order_id=work_order_id))


def put_in(work_order_id: int, drawn: Sequence[tuple[int, Drawn]], now: datetime) -> None:
    """Write what went into a lot: the part, and out of which supply."""
    if drawn:
        _SQL.change(
            "put_in",
            work_order_id=work_order_id,
            part_ids=[part_id for part_id, _one in drawn],
            quantities=[one.quantity for _part, one in drawn],
            purchase_order_ids=[one.purchase_order_id for _part, one in drawn],
            made_in_ids=[one.work_order_id for _part, one in drawn],
            now=now,
        )


def use_up(quantities: Mapping[int, int]) -> None:
    """Parts that lay there went into a lot."""
    _SQL.change("use_up", part_ids=list(quantities), quantities=list(quantities.values()))


def stock(part_id: int, pieces: int) -> None:
    """Good pieces of a part lie there now."""
    _SQL.change("stock", part_id=part_id, pieces=pieces)


def numbers_given(beginning: str) -> int:
    """How many serial numbers begin like this. Hold the door of the SKU."""
    row = _SQL.row("numbers_given", beginning=beginning)
    return int(row[0]) if row else 0


def give_numbers(work_order_id: int, sku_id: int, numbers: Sequence[str], now: datetime) -> None:
    """Write the serial numbers of a lot."""
    _SQL.change(
        "give_numbers", work_order_id=work_order_id, sku_id=sku_id, numbers=list(numbers), now=now
    )


def lock(number: str) -> WorkOrder:
    """A work order, locked. Whoever may finish it has taken the door of its SKU before."""
    order = (
        WorkOrder.objects.select_for_update(no_key=True, of=("self",))
        .select_related("part")
        .filter(number=number)
        .first()
    )
    if order is None:
        raise NotFound("no_such_work_order", _("There is no such work order."))
    return order


def lots_inside(work_order_id: int) -> list[Row]:
    """A lot, and the lots of ours inside it."""
    return _SQL.rows("lots_inside", work_order_id=work_order_id)


def lot_steps(work_order_ids: Collection[int]) -> list[Row]:
    """How lots were made."""
    return _SQL.rows("lot_steps", work_order_ids=sorted(work_order_ids), by_plan=BY_PLAN)


def lot_parts(work_order_ids: Collection[int]) -> list[Row]:
    """What went into lots."""
    return _SQL.rows("lot_parts", work_order_ids=sorted(work_order_ids))
