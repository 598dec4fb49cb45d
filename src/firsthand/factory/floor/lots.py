"""What a finished lot leaves behind: the parts that went into it, and a number for each piece."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from firsthand.factory import bom
from firsthand.factory.floor import rules, serials, store
from firsthand.factory.floor.events import SerialsGiven
from firsthand.factory.floor.rules import Drawn
from firsthand.factory.models import Operation, Plant, WorkOrder
from firsthand.factory.mrp import store as requirements


def keep_record(order: WorkOrder, plant: Plant, good: int, now: datetime) -> list[SerialsGiven]:
    """Write the records of a lot of which GOOD pieces are done. Hold the door of its SKU.

    Parts are used up for the whole lot, since spoilt pieces took theirs: those that somebody
    scanned first, and else first in, first out of what lies there.
    """
    _steps_by_plan(order, plant, good, now)
    store.end_running(order.pk, now)
    _parts(order, good, now)
    return _numbers(order, plant, good, now)


def _steps_by_plan(order: WorkOrder, plant: Plant, good: int, now: datetime) -> None:
    # A floor that reports nothing is taken to follow the plan; the record says that nobody said so.
    if plant.reports_progress:
        return
    lot = store.steps([order])[order.pk]
    goods = {step.operation_id: step.pieces for step in lot}
    if lot:
        goods[lot[-1].operation_id] = good
    store.follows_plan(order.pk, goods, now)


def _parts(order: WorkOrder, good: int, now: datetime) -> None:
    bill = store.bill([order.part_id])
    needs = bom.explode(bill.lines, {order.part_id: order.quantity})
    del needs[order.part_id]
    own = {line.component_id for line in bill.made}
    needs = _with_alternates(needs, own, requirements.given_to(order.pk))
    scanned = store.noted(order.pk)
    stand_ins = store.alternates({line.parent_id for line in bill.lines} | {order.part_id})
    used = Counter(scanned)
    went_in = [(part, Drawn(None, order.pk, needs[part])) for part in sorted(own)]
    for part, pieces in scanned.items():
        meant = part if part in needs else stand_ins.get(part)
        if meant in needs:
            needs[meant] = max(0, needs[meant] - pieces)
    outside = {part: pieces for part, pieces in needs.items() if part not in own}
    lies = store.lock_parts({*outside, *scanned, order.part_id})
    came = store.supplies(outside)
    for part, pieces in sorted(outside.items()):
        there = max(0, lies[part] - scanned.get(part, 0))
        went_in += [(part, one) for one in rules.drawn(pieces, there, came[part])]
        used[part] += pieces
    store.put_in(order.pk, went_in, now)
    store.use_up(used)
    if order.part.sku is None and good:
        store.stock(order.part_id, good)


def _with_alternates(
    needs: Mapping[int, int], own: Collection[int], given: Mapping[int, int]
) -> dict[int, int]:
    """What goes in, with the alternates that the lot was given; of a lot as it is, or none."""
    inside = {part: pieces for part, pieces in needs.items() if part in own}
    outside = sum(needs.values()) - sum(inside.values())
    return inside | dict(given) if sum(given.values()) == outside else dict(needs)


def _numbers(order: WorkOrder, plant: Plant, good: int, now: datetime) -> list[SerialsGiven]:
    sku = order.part.sku
    if sku is None or not good:
        return []
    day = now.astimezone(ZoneInfo(plant.timezone)).date()
    beginning = serials.prefix(sku.code, plant.code, day)
    given = list(serials.numbers(beginning, store.numbers_given(beginning), good))
    store.give_numbers(order.pk, sku.pk, given, now)
    return [
        SerialsGiven(
            work_order_id=order.pk, sku_id=sku.pk, pieces=good, first=given[0], last=given[-1]
        )
    ]


def plant_of(order: WorkOrder) -> Plant | None:
    """Where a work order ends: its part's plant, or that of its last operation."""
    if order.part.plant is not None:
        return order.part.plant
    last = (
        Operation.objects.filter(part=order.part)
        .select_related("work_centre__plant__place")
        .order_by("-number")
        .first()
    )
    return last.work_centre.plant if last else None
