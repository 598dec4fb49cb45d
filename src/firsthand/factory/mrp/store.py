"""From the tables to the calculation. Its answer goes back by ``writing``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from firsthand.factory import bom
from firsthand.factory.mrp import expected
from firsthand.factory.mrp.items import (
    EXPECTED,
    PROMISE,
    PURCHASE,
    WORK,
    Demand,
    Item,
    Receipt,
    Recipes,
    Ref,
    Sizing,
)
from firsthand.factory.mrp.rules import Problem
from firsthand.kit.sql import Queries

RECEIVING = timedelta(hours=4)  # from the gate to the line: unloaded, checked, put away
DELIVERY = time(8)  # of the day on which a proposed purchase comes
LAST_MINUTE = time(23, 59)  # by which a proposed lot is due on its day
FORECAST_DAYS = 28
QUEUE_DAYS = 2  # that a lot waits before machines, all in all; the finite schedule knows better

_SQL = Queries(__package__)


class Promised(NamedTuple):
    """Pieces that were promised to buyers and have not shipped."""

    sku_id: int
    ship_by: date
    ready_by: date  # they must have been made by then
    quantity: int


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the house's own clock, counted from the day of the calculation."""

    today: date

    @classmethod
    def since(cls, now: datetime) -> "Days":
        """Counted from the day it is now."""
        return cls(timezone.localdate(now))

    def of(self, instant: datetime) -> int:
        """The day of an instant."""
        return self.of_date(timezone.localdate(instant))

    def of_date(self, day: date) -> int:
        """The number of a day."""
        return (day - self.today).days

    def date(self, day: int) -> date:
        """The day of a number."""
        return self.today + timedelta(days=day)

    def at(self, day: int, clock: time) -> datetime:
        """That time of a day."""
        zone = timezone.get_default_timezone()
        return datetime.combine(self.date(day), clock, tzinfo=zone).astimezone(UTC)


class Proposal(NamedTuple):
    """An order in the tables that is nobody's yet: the calculation may change it, or drop it."""

    id: int
    part_id: int
    quantity: int
    order_day: int  # of a purchase
    day: int


@dataclass(frozen=True, slots=True)
class Read:
    """All that was read: the problem, and the proposals of the calculation before."""

    days: Days
    problem: Problem
    work_orders: Sequence[Proposal]
    purchases: Sequence[Proposal]


class _Part(NamedTuple):
    id: int
    code: str
    is_bought: bool
    is_stocked: bool
    sku_id: int | None
    on_hand: int
    lead_time_days: int
    lot_rule: str
    lot_size: int
    order_minimum: int
    order_multiple: int
    period_days: int
    safety_stock: int
    supplier: str


class _Product(NamedTuple):
    part_id: int
    sku_id: int
    there: int
    owed: int
    sold: int
    is_active: bool


def _parts() -> list[_Part]:
    return [_Part(*row) for row in _SQL.rows("parts")]


def _recipes(parts: Iterable[_Part]) -> Recipes:
    alternates: dict[tuple[int, int], tuple[int, ...]] = {}
    kept = list(parts)
    netted = {one.id for one in kept if one.is_bought or one.is_stocked}
    for parent, component, other in _SQL.rows("alternates"):
        if component in netted and other in netted:
            alternates[parent, component] = (*alternates.get((parent, component), ()), other)
    return Recipes(
        [bom.Line(*row) for row in _SQL.rows("lines")],
        netted,
        alternates,
        {one.id: one.code for one in kept},
    )


def read(now: datetime, promised: Iterable[Promised] | None = None) -> Read:
    """Read all that the calculation needs.

    Without PROMISED, what is held or sold is taken to be owed today: whoever stands above and
    knows by which day it was promised says so.
    """
    days = Days.since(now)
    parts = _parts()
    made_of = _recipes(parts)
    since = now - timedelta(days=expected.WINDOW_DAYS)
    products = {row[0]: _Product(*row) for row in _SQL.rows("products", since=since)}
    items = _items(parts, made_of, {one.part_id: one.there for one in products.values()})
    receipts, work_orders = _work_orders(now, days, items)
    bought, purchases = _purchases(days)
    demands = [
        *_promised(days, products, promised or ()),
        *_expected(days, products, items, parts),
    ]
    return Read(
        days=days,
        problem=Problem(items, made_of, demands, [*receipts, *bought]),
        work_orders=work_orders,
        purchases=purchases,
    )


def _items(parts: Iterable[_Part], made_of: Recipes, there: Mapping[int, int]) -> dict[int, Item]:
    work = {part_id: (setup, run) for part_id, setup, run in _SQL.rows("work")}
    items = {}
    for part in parts:
        if not (part.is_bought or part.is_stocked or part.sku_id is not None):
            continue  # it is made in the lot of what it goes into
        fixed, a_piece = float(part.lead_time_days), 0.0
        steps = made_of.made_in(part.id) if not part.is_bought else []
        if steps:
            fixed = QUEUE_DAYS + sum(work.get(one, (0.0, 0.0))[0] for one, _pieces in steps)
            a_piece = sum(work.get(one, (0.0, 0.0))[1] * pieces for one, pieces in steps)
        items[part.id] = Item(
            id=part.id,
            code=part.code,
            is_bought=part.is_bought,
            on_hand=part.on_hand if part.sku_id is None else there.get(part.id, 0),
            fixed_days=fixed,
            days_a_piece=a_piece,
            sizing=Sizing(
                part.lot_rule,
                part.lot_size,
                part.order_minimum,
                part.order_multiple,
                part.period_days,
            ),
            safety_stock=part.safety_stock,
            can_be_had=part.is_bought or any(one in work for one, _pieces in steps),
        )
    return items


def _work_orders(
    now: datetime, days: Days, items: Mapping[int, Item]
) -> tuple[list[Receipt], list[Proposal]]:
    receipts, proposals = [], []
    for row in _SQL.rows("work_orders", now=now):
        order_id, part_id, left, quantity, due_at, starts_at, ends_at, begun, is_open = row
        due = days.of(due_at)
        if is_open and not begun:
            proposals.append(Proposal(order_id, part_id, quantity, 0, due))
        elif part_id in items:
            lead = items[part_id].lead_days(quantity)
            starts = due - lead if starts_at is None else days.of(starts_at)
            receipts.append(
                Receipt(
                    Ref(WORK, order_id),
                    part_id,
                    max(0, due if ends_at is None else days.of(ends_at)),
                    max(left, 0),
                    0 if begun else max(0, starts),
                    due,
                    quantity - max(left, 0),
                )
            )
    return receipts, proposals


def _purchases(days: Days) -> tuple[list[Receipt], list[Proposal]]:
    receipts, proposals = [], []
    for order_id, part_id, left, order_at, due_at, is_open in _SQL.rows("purchases"):
        day = days.of(due_at)
        if is_open:
            proposals.append(Proposal(order_id, part_id, left, days.of(order_at), day))
        else:
            # What comes in the afternoon is on the line the next morning.
            day = max(0, days.of(due_at + RECEIVING))
            receipts.append(Receipt(Ref(PURCHASE, order_id), part_id, day, left, asked_for=day))
    return receipts, proposals


def _promised(
    days: Days, products: Mapping[int, _Product], promised: Iterable[Promised]
) -> list[Demand]:
    part_of = {one.sku_id: one.part_id for one in products.values()}
    known: dict[int, int] = {}
    found = []
    for one in promised:
        if one.sku_id not in part_of:
            continue  # the factory does not make it: it ships from the shelf, or not at all
        part_id = part_of[one.sku_id]
        known[part_id] = known.get(part_id, 0) + one.quantity
        ref = Ref(PROMISE, one.ship_by.toordinal())
        found.append(
            Demand(part_id, days.of_date(one.ready_by), one.quantity, ref, is_promised=True)
        )
    for product in products.values():
        without_a_day = product.owed - known.get(product.part_id, 0)
        if without_a_day > 0:
            ref = Ref(PROMISE, days.today.toordinal())
            found.append(Demand(product.part_id, 0, without_a_day, ref, is_promised=True))
    return found


def _expected(
    days: Days,
    products: Mapping[int, _Product],
    items: Mapping[int, Item],
    parts: Iterable[_Part],
) -> list[Demand]:
    forecast: dict[int, list[tuple[int, float]]] = {}
    until = days.date(FORECAST_DAYS)
    for sku_id, day, pieces in _SQL.rows("forecasts", today=days.today, until=until):
        forecast.setdefault(sku_id, []).append((days.of_date(day), pieces))
    lot_size = {one.id: one.lot_size for one in parts}
    found = []
    for product in products.values():
        if not product.is_active or not items[product.part_id].can_be_had:
            continue
        if product.sku_id in forecast:
            wanted = expected.whole(forecast[product.sku_id])
        else:
            wanted = expected.usual(product.sold, lot_size[product.part_id])
        found += [
            Demand(product.part_id, day, pieces, Ref(EXPECTED, day)) for day, pieces in wanted
        ]
    return found


def given_to(work_order_id: int) -> dict[int, int]:
    """What a lot takes of each part, as the last calculation said: alternates where it is so."""
    return dict(_SQL.rows("taken_by", work_order_id=work_order_id))
