"""The calculation's answer, written as sets: proposals, pegs, when lots are released."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from firsthand.factory.mrp.items import PLANNED, PROMISE, PURCHASE, WORK, Peg
from firsthand.factory.mrp.store import RECEIVING
from firsthand.kit.sql import Queries

_SQL = Queries(__package__)


def doors_of(work_order_ids: Iterable[int]) -> list[int]:
    """The SKUs that work orders make."""
    rows = _SQL.rows("doors_of", ids=sorted(set(work_order_ids)))
    return [sku_id for (sku_id,) in rows]


def still_planned(work_order_ids: Iterable[int]) -> set[int]:
    """Those that are nobody's yet, locked; hold the doors of their SKUs."""
    rows = _SQL.rows("still_planned", ids=sorted(set(work_order_ids)))
    return {order_id for (order_id,) in rows}


class NewOrder(NamedTuple):
    """An order as the calculation has it."""

    part_id: int
    quantity: int
    order_at: datetime  # of a purchase
    due_at: datetime


def change_work_orders(new: Mapping[int, NewOrder]) -> None:
    """Let proposals be as they are now, by id."""
    if new:
        _SQL.change(
            "change_work_orders",
            ids=list(new),
            quantities=[one.quantity for one in new.values()],
            dues=[one.due_at for one in new.values()],
        )


def open_work_orders(new: Sequence[NewOrder], now: datetime) -> list[int]:
    """Write new proposals; their ids, in order."""
    if not new:
        return []
    rows = _SQL.rows(
        "open_work_orders",
        part_ids=[one.part_id for one in new],
        quantities=[one.quantity for one in new],
        dues=[one.due_at for one in new],
        now=now,
    )
    return sorted(order_id for (order_id,) in rows)


def change_purchases(new: Mapping[int, NewOrder]) -> None:
    """Let proposals to buy be as they are now, by id."""
    if new:
        _SQL.change(
            "change_purchases",
            ids=list(new),
            quantities=[one.quantity for one in new.values()],
            orders=[one.order_at for one in new.values()],
            dues=[one.due_at for one in new.values()],
        )


def open_purchases(new: Sequence[NewOrder]) -> list[int]:
    """Write new proposals to buy; their ids, in order."""
    if not new:
        return []
    rows = _SQL.rows(
        "open_purchases",
        part_ids=[one.part_id for one in new],
        quantities=[one.quantity for one in new],
        orders=[one.order_at for one in new],
        dues=[one.due_at for one in new],
    )
    return sorted(order_id for (order_id,) in rows)


def write_pegs(
    pegs: Iterable[Peg], work_orders: Mapping[int, int], purchases: Mapping[int, int]
) -> int:
    """Write what is for whom, and forget what was; the ids of what was planned, by its place."""
    _SQL.change("forget_pegs")
    sums: dict[tuple[int, int, int, int, date | None], int] = {}
    for one in pegs:
        bought, made = 0, 0
        if one.supply.kind == PLANNED:
            made = work_orders.get(one.supply.id, 0)
            bought = purchases.get(one.supply.id, 0)
        elif one.supply.kind == WORK:
            made = one.supply.id
        elif one.supply.kind == PURCHASE:
            bought = one.supply.id
        for_work, ship_by = 0, None
        if one.demand.kind == PLANNED:
            for_work = work_orders[one.demand.id]
        elif one.demand.kind == WORK:
            for_work = one.demand.id
        elif one.demand.kind == PROMISE:
            ship_by = date.fromordinal(one.demand.id)
        key = (one.part_id, made, bought, for_work, ship_by)
        sums[key] = sums.get(key, 0) + one.quantity
    if not sums:
        return 0
    return _SQL.change(
        "write_pegs",
        part_ids=[key[0] for key in sums],
        quantities=list(sums.values()),
        from_works=[key[1] for key in sums],
        from_purchases=[key[2] for key in sums],
        for_works=[key[3] for key in sums],
        ship_bys=[key[4] for key in sums],
    )


def release(now: datetime, work_order_ids: Collection[int] | None = None) -> int:
    """Release open lots when their material is there, as the pegs have it; how many moved."""
    ids = None if work_order_ids is None else sorted(set(work_order_ids))
    return _SQL.change("release", now=now, receiving=RECEIVING, ids=ids)


def behind_purchase(purchase_order_id: int) -> list[int]:
    """The work orders for which a purchase is."""
    rows = _SQL.rows("behind_purchase", purchase_order_id=purchase_order_id)
    return [order_id for (order_id,) in rows]


def it_came(purchase_order_id: int) -> None:
    """What was pegged to a purchase lies in the store."""
    _SQL.change("it_came", purchase_order_id=purchase_order_id)


def put_on_hand(part_id: int, quantity: int) -> None:
    """So many more of a part lie there."""
    _SQL.change("put_on_hand", part_id=part_id, quantity=quantity)
