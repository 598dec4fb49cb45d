"""Who waits for what: the pegs followed upward to promises, and downward to what they stand on."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from firsthand.kit.sql import Queries

_SQL = Queries(__package__)


class WaitingLot(NamedTuple):
    """A work order that stands on a part, and what was promised from it by a day."""

    work_order_id: int
    number: str
    state: str
    part_code: str
    sku_id: int | None
    ship_by: date | None  # none: nothing was promised from it
    promised: int
    levels: int  # 1: the part goes right into it


class Standing(NamedTuple):
    """So many of a part, and where a lot gets them from."""

    work_order_id: int  # the lot they are for
    levels: int  # 0: the lot that was asked about
    part_id: int
    part_code: str
    quantity: int
    from_work_order_id: int | None
    from_work_order: str | None
    from_purchase_order_id: int | None
    from_purchase_order: str | None
    purchase_state: str | None
    comes_at: datetime | None  # of a purchase; neither it nor a lot: it lies there


class PlannedStep(NamedTuple):
    """Where and when the plan in force has a step of a lot."""

    work_order_id: int
    number: int
    work_centre: str
    machine: int
    starts_at: datetime
    ends_at: datetime


class Foundation(NamedTuple):
    """What work orders stand on: lots, machines, purchases, and what lies there."""

    material: list[Standing]
    steps: list[PlannedStep]

    @property
    def work_order_ids(self) -> list[int]:
        """The lots below."""
        return sorted({one.from_work_order_id for one in self.material if one.from_work_order_id})

    @property
    def purchases(self) -> list[Standing]:
        """What is still to come from suppliers, the latest first."""
        coming = [one for one in self.material if one.comes_at is not None]
        return sorted(coming, key=lambda one: (one.comes_at, one.part_id), reverse=True)


def waiting_for(part_id: int, *, is_missing: bool = True) -> list[WaitingLot]:
    """Which work orders and promises stand on a part, by way of whatever it goes into.

    Those that have it already are left out, unless IS_MISSING is false.
    """
    rows = _SQL.rows("waiting_for", part_id=part_id, is_missing=is_missing)
    return [WaitingLot(*row) for row in rows]


def stands_on(work_order_ids: Iterable[int]) -> Foundation:
    """All that work orders stand on, level by level."""
    asked = sorted(set(work_order_ids))
    material = [Standing(*row) for row in _SQL.rows("stands_on", ids=asked)]
    below = {one.from_work_order_id for one in material if one.from_work_order_id}
    steps = _SQL.rows("machines_of", ids=sorted({*asked, *below}))
    return Foundation(material, [PlannedStep(*row) for row in steps])


class Behind(NamedTuple):
    """What a promise stands on: lots, and so many pieces that lie there."""

    work_orders: dict[int, int]  # pieces, by work order
    from_stock: int


def behind_promise(sku_id: int, ship_by: date) -> Behind:
    """What a SKU's promises by a day stand on."""
    lots: dict[int, int] = {}
    from_stock = 0
    for work_order_id, quantity in _SQL.rows("behind_promise", sku_id=sku_id, ship_by=ship_by):
        if work_order_id is None:
            from_stock += quantity
        else:
            lots[work_order_id] = lots.get(work_order_id, 0) + quantity
    return Behind(lots, from_stock)
