"""Gross to net: what is missing of one part, day by day, and which orders would bring it. Pure.

    there(d) = on hand + receipts by d − wanted by d         must not fall below the safety stock

Where it would, an open order that comes later is taken first, as if it came in time: that is
what *expedite* asks for. A lot of our own can always be moved; a purchase only where a new one
would not be there sooner. What is still missing is planned.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from firsthand.factory.mrp.items import PERIOD, Demand, Item, Receipt
from firsthand.factory.mrp.lot_sizing import orders


class Order(NamedTuple):
    """An order that netting asks for."""

    due: int
    quantity: int


class Wanted(NamedTuple):
    """When an open order is wanted; None: nobody needs it."""

    receipt: Receipt
    day: int | None


class Net(NamedTuple):
    """What netting came to."""

    orders: tuple[Order, ...]
    wanted: tuple[Wanted, ...]  # of every open order
    missing: int  # pieces that nothing will bring, since the part cannot be had


def net(item: Item, receipts: Iterable[Receipt], demands: Iterable[Demand]) -> Net:
    """Which orders cover what is wanted of a part.

    Ten lie there and 30 are wanted on day 4; a lot of 15 comes on day 6. It should come two
    days earlier, and five more are made.

    >>> from firsthand.factory.mrp.items import FOR_LOT, Ref, Sizing
    >>> part = Item(1, "board", is_bought=False, on_hand=10, sizing=Sizing(FOR_LOT))
    >>> lot = Receipt(Ref("work", 7), 1, day=6, quantity=15)
    >>> found = net(part, [lot], [Demand(1, 4, 30, Ref("promise"))])
    >>> found.orders, found.wanted[0].day
    ((Order(due=4, quantity=5),), 4)
    """
    coming = sorted(receipts, key=lambda one: (one.day, one.ref))
    asked = _by_day(demands, item.safety_stock)
    there, used, missing = item.on_hand, 0, 0
    placed: list[Order] = []
    brought: list[tuple[Receipt | None, int]] = []  # in the order in which it is used up

    def next_receipt() -> int:
        nonlocal used
        brought.append((coming[used], coming[used].quantity))
        used += 1
        return coming[used - 1].quantity

    for place, (day, quantity) in enumerate(asked):
        while used < len(coming) and coming[used].day <= day:
            there += next_receipt()
        there -= quantity
        while there < item.safety_stock and used < len(coming):
            if item.is_bought and coming[used].day > max(day, item.lead_days(1)):
                break
            there += next_receipt()
        short = item.safety_stock - there
        if short <= 0:
            continue
        if not item.can_be_had:
            missing, there = missing + short, item.safety_stock
            brought.append((None, short))
            continue
        if item.sizing.rule == PERIOD:
            short = _of_period(item, short, asked[place:], coming[used:])
        for size in orders(item, short):
            placed.append(Order(day, size))
            brought.append((None, size))
            there += size
    while used < len(coming):
        next_receipt()
    return Net(tuple(placed), _wanted(item, brought, asked), missing)


def _by_day(demands: Iterable[Demand], safety_stock: int) -> list[tuple[int, int]]:
    days: dict[int, int] = {0: 0} if safety_stock else {}
    for demand in demands:
        day = max(0, demand.day)
        days[day] = days.get(day, 0) + demand.quantity
    return sorted(days.items())


def _of_period(
    item: Item, short: int, asked: Sequence[tuple[int, int]], coming: Sequence[Receipt]
) -> int:
    """How many are missing at most until the period ends, if nothing more is ordered in it."""
    ends = asked[0][0] + item.sizing.period_days
    most, wanted, brought, used = short, 0, 0, 0
    for day, quantity in asked[1:]:
        if day >= ends:
            break
        while used < len(coming) and coming[used].day <= day:
            brought += coming[used].quantity
            used += 1
        wanted += quantity
        most = max(most, short + wanted - brought)
    return most


def _wanted(
    item: Item,
    brought: Sequence[tuple[Receipt | None, int]],
    asked: Sequence[tuple[int, int]],
) -> tuple[Wanted, ...]:
    """The first day on which all that is used before an open order is not enough."""
    found: list[Wanted] = []
    before, gone, days = item.on_hand, item.safety_stock, 0
    for receipt, quantity in brought:
        while gone <= before and days < len(asked):
            gone += asked[days][1]
            days += 1
        if receipt is not None:
            found.append(Wanted(receipt, asked[max(days - 1, 0)][0] if gone > before else None))
        before += quantity
    return tuple(found)


def free_by(
    item: Item, receipts: Iterable[Receipt], demands: Iterable[Demand], days: Iterable[int]
) -> dict[int, int]:
    """How many more could be taken by each day, without breaking into what others want later."""
    changes: dict[int, int] = dict.fromkeys(days, 0)
    wished = set(changes)
    for receipt in receipts:
        day = max(0, receipt.day)
        changes[day] = changes.get(day, 0) + receipt.quantity
    for demand in demands:
        day = max(0, demand.day)
        changes[day] = changes.get(day, 0) - demand.quantity
    there, over = item.on_hand - item.safety_stock, {}
    for day in sorted(changes):
        there += changes[day]
        over[day] = there
    found, least = {}, None
    for day in sorted(changes, reverse=True):
        least = over[day] if least is None else min(least, over[day])
        if day in wished:
            found[day] = max(0, least)
    return found
