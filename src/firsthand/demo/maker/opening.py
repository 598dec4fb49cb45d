"""The maker's first day: what lies in the stores, what is being made, what may be sold.

Which lots are open follows from what the works can carry: they are taken on in the order of
popularity until some work centre is booked for about three weeks, and each is due when the
busiest of its centres can have done it. So the schedule is full, and yet it can be kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from django.conf import settings

from firsthand.demo.maker.design import Chance, Product, Sku
from firsthand.demo.maker.engineering import Engineered
from firsthand.demo.maker.reading import Files, House
from firsthand.factory import actions as factory
from firsthand.factory import bom
from firsthand.factory.models import PlannedLot, WorkOrder
from firsthand.factory.planning import actions as planning
from firsthand.factory.store import Asked, open_many
from firsthand.offer import actions as offer
from firsthand.offer.models import MALL
from firsthand.price import actions as price
from firsthand.promise import actions as promise
from firsthand.promise import store as ladders
from firsthand.promise.requirements import plan_requirements
from firsthand.stock import actions as stock

BOOKED_DAYS = 18  # working days for which the busiest work centre is booked
LOTS_MAX = 320
PRICED_AT_ONCE = 5_000
HISTORY = timedelta(days=4)  # for which the works have been at it
HISTORY_PIECES = 48
PART_AHEAD = timedelta(days=4)  # a sub-assembly is due so long before its product
PLAN_SECONDS = 8.0  # of the worker's, once the house is open
PLAN_IN_SECONDS = 15  # the house opens first
SOON_DAYS = 14  # what comes sooner is bought when it is wanted
OPENING = "opening"
FIRST_PRICE = "首次公布 · First published"
MALL_SHARE = Decimal("0.7")  # of what the ladder holds; the rest is for shows
SHOW_MALL_SHARE = Decimal("0.3")  # of what is on air tonight
_SHARE_OF_PLANT = Decimal("0.7")  # of the stock lies at the plant, the rest at the warehouse
_WAREHOUSE = "heshan"
_WEEK_SHARE = Decimal(5) / 7


@dataclass(frozen=True, slots=True)
class Lot:
    """Pieces of a SKU that are to be made."""

    sku: str
    quantity: int
    release_at: datetime
    due_at: datetime


def stock_of(sku: Sku, product: Product, chance: Chance, *, is_on_air: bool) -> int:
    """How many pieces of a SKU lie there on the first day: many of what is cheap and liked."""
    yuan = Decimal(sku.price_fen) / 100
    liked = 8 + 900 * product.popularity
    pieces = int(liked * (Decimal(300) / yuan).sqrt())
    if is_on_air:
        return max(pieces, 60)
    if chance.share("sold out", sku.code) < Decimal("0.08"):
        return 0
    return max(1, pieces)


def lots(
    files: Files,
    products: Sequence[Product],
    engineered: Engineered,
    *,
    on_air: frozenset[str],
    now: datetime,
) -> list[Lot]:
    """What the works are booked with. Whatever goes on air has a lot, and comes early."""
    work = _Booking(files, engineered)
    waiting = sorted(
        products,
        key=lambda one: (one.model_number not in on_air, -one.popularity, one.model_number),
    )
    opened: list[Lot] = []
    for product in waiting:
        if len(opened) >= LOTS_MAX:
            break
        lot = files.recipes[product.leaf.recipe].lot
        for number, sku in enumerate(product.skus):
            if number > 1 and product.model_number not in on_air:
                break  # of most products the first two SKUs are what people take
            days = work.take(sku.code, lot)
            if days is None:
                continue
            due_at = now + timedelta(days=3 + float(days / _WEEK_SHARE) * 1.15)
            release_at = max(now, due_at - timedelta(days=14))
            opened.append(Lot(sku.code, lot, release_at, due_at))
    return opened


class _Booking:
    """How much of each work centre is booked, in working days."""

    def __init__(self, files: Files, engineered: Engineered) -> None:
        self._seconds_a_day = {
            centre.code: Decimal(centre.machines * centre.minutes * 60)
            for centre in files.house.centres
        }
        self._days = dict.fromkeys(self._seconds_a_day, Decimal(0))
        self._made: dict[str, list[str]] = {}
        for line in engineered.lines:
            if engineered.parts[line.component].is_made:
                self._made.setdefault(line.parent, []).append(line.component)
        self._steps: dict[str, list[tuple[str, int, int]]] = {}
        for step in engineered.operations:
            self._steps.setdefault(step.part, []).append(
                (step.centre, 60 * step.setup_minutes, step.run_seconds)
            )

    def take(self, sku: str, quantity: int) -> Decimal | None:
        """Book a lot; for how many days its busiest centre is booked then. None: no more room."""
        needed: dict[str, Decimal] = {}
        for part in (sku, *self._made.get(sku, ())):
            for centre, setup, run in self._steps.get(part, ()):
                days = (setup + run * quantity) / self._seconds_a_day[centre]
                needed[centre] = needed.get(centre, Decimal(0)) + days
        after = {centre: self._days[centre] + days for centre, days in needed.items()}
        if max(after.values()) > BOOKED_DAYS:
            return None
        self._days.update(after)
        return max(after.values())


def ahead(engineered: Engineered, opened: Sequence[Lot], now: datetime) -> list[Lot]:
    """Lots of sub-assemblies that are made ahead: all but what the first lot of each needs."""
    uses: dict[str, list[str]] = {}
    for line in engineered.lines:
        if engineered.parts[line.component].is_stocked:
            uses.setdefault(line.parent, []).append(line.component)
    met: set[str] = set()
    lots = []
    for lot in sorted(opened, key=lambda one: one.due_at):
        for code in uses.get(lot.sku, ()):
            if code in met:
                due_at = max(lot.due_at - PART_AHEAD, now + PART_AHEAD)
                lots.append(Lot(code, lot.quantity, now, due_at))
            met.add(code)
    return lots


def history(products: Sequence[Product], on_air: frozenset[str], now: datetime) -> list[Lot]:
    """Lots that were made in the days before: of what is shown tonight, the first SKU of each."""
    return [
        Lot(product.skus[0].code, HISTORY_PIECES, now - HISTORY, now)
        for product in products
        if product.model_number in on_air
    ]


def material(
    engineered: Engineered, opened: Sequence[Lot], more: Sequence[Lot] = ()
) -> dict[str, int]:
    """How many of each part lie there: what the open lots need of bought ones, and some more.

    Of sub-assemblies that are made ahead there is what the largest lot takes. Of what MORE lots
    need, those parts that take long to come.
    """
    found = _material(engineered, opened)
    for code, pieces in _material(engineered, more).items():
        if engineered.parts[code].is_made or engineered.parts[code].days > SOON_DAYS:
            found[code] = found.get(code, 0) + pieces
    return found


def _material(engineered: Engineered, opened: Sequence[Lot]) -> dict[str, int]:
    largest: dict[str, int] = {}
    for lot in opened:
        largest[lot.sku] = max(largest.get(lot.sku, 0), lot.quantity)
    there: dict[str, int] = {}
    for line in engineered.lines:
        if engineered.parts[line.component].is_stocked and line.parent in largest:
            pieces = line.pieces * largest[line.parent]
            there[line.component] = max(there.get(line.component, 0), pieces)
    ids = {code: number for number, code in enumerate(engineered.parts)}
    lines = [
        bom.Line(ids[line.parent], ids[line.component], line.pieces, line.scrap_bp)
        for line in engineered.lines
    ]
    wanted: dict[int, int] = {}
    for lot in opened:
        wanted[ids[lot.sku]] = wanted.get(ids[lot.sku], 0) + lot.quantity
    needed = bom.explode(lines, wanted)
    return there | {
        code: 100 * (needed[number] * 11 // 1000 + 1)
        for code, number in ids.items()
        if number in needed and not engineered.parts[code].is_made
    }


def fill_the_stores(
    products: Sequence[Product],
    sku_ids: Mapping[str, int],
    house: House,
    chance: Chance,
    *,
    recipes_plant: Mapping[str, str],
    on_air: frozenset[str],
) -> None:
    """Receive what lies there on the first day, by the ledger's own actions."""
    by_place: dict[str, dict[int, int]] = {place: {} for place in house.places}
    for product in products:
        plant = recipes_plant[product.leaf.recipe]
        for sku in product.skus:
            is_on_air = product.model_number in on_air
            pieces = stock_of(sku, product, chance, is_on_air=is_on_air)
            near = int(pieces * _SHARE_OF_PLANT)
            for place, there in ((plant, near), (_WAREHOUSE, pieces - near)):
                if there:
                    by_place[place][sku_ids[sku.code]] = there
    for place, quantities in by_place.items():
        if quantities:
            stock.receive_many(place=place, quantities=quantities, cause=OPENING)


def open_lots(opened: Sequence[Lot], part_ids: Mapping[str, int], now: datetime) -> int:
    """Open the work orders, work out what is missing, put a plan in force. How many lots."""
    _open(opened, part_ids)
    plan_requirements(now)
    factory.replan(now)
    return WorkOrder.objects.count()


def make(lots: Sequence[Lot], part_ids: Mapping[str, int], now: datetime) -> int:
    """Let the works have made these: planned some days ago, each finished when it was done.

    They leave serial numbers and records of who made what when; how many are finished.
    """
    if not lots:
        return 0
    numbers = [number for _id, number in _open(lots, part_ids)]
    factory.replan(min(lot.release_at for lot in lots))
    done = (
        PlannedLot.objects.filter(
            plan__in_force=True, work_order__number__in=numbers, done_at__lte=now
        )
        .order_by("done_at", "work_order_id")
        .values_list("work_order__number", "work_order__quantity", "done_at")
    )
    for number, quantity, done_at in done:
        factory.finish_work_order(number, quantity, done_at)
    return len(done)


def ask_for_a_plan() -> None:
    """Let the worker make the plan that the house opens with, as soon as there is a worker.

    With it come the rule of the floor, safe dates and the figures of other rules; until then the
    plan by due date stands, which is there at once.
    """
    planning.ask(
        solver=settings.PLAN_SOLVER,
        seconds=PLAN_SECONDS,
        reason=OPENING,
        in_seconds=PLAN_IN_SECONDS,
    )


def _open(lots: Sequence[Lot], part_ids: Mapping[str, int]) -> list[tuple[int, str]]:
    return open_many(
        [Asked(part_ids[lot.sku], lot.quantity, lot.release_at, lot.due_at) for lot in lots]
    )


def promise_all(now: datetime) -> None:
    """Build every ladder on the stock and the plan."""
    promise.rebuild_ladder(None, now=now)


def price_all(sku_ids: Sequence[int], *, by: int | None, now: datetime) -> int:
    """Publish the first price of every SKU. How many there were."""
    published = 0
    for start in range(0, len(sku_ids), PRICED_AT_ONCE):
        some = sku_ids[start : start + PRICED_AT_ONCE]
        published += len(price.publish_many(some, reason=FIRST_PRICE, by=by, now=now))
    return published


def open_the_mall(
    products: Sequence[Product],
    sku_ids: Mapping[str, int],
    *,
    on_air: frozenset[str],
    by: int | None,
) -> None:
    """Put everything up for sale in the mall, with most of what can be promised."""
    free = ladders.free(sku_ids.values())
    lines = []
    for product in products:
        share = SHOW_MALL_SHARE if product.model_number in on_air else MALL_SHARE
        for sku in product.skus:
            sku_id = sku_ids[sku.code]
            pieces = min(free[sku_id], ceil(free[sku_id] * share))
            lines.append(offer.Line(sku_id, limit_of(sku.price_fen), pieces))
    offer.open_many(show_id=MALL, lines=lines, by=by)


def limit_of(price_fen: int) -> int:
    """How many one person may have: few of what is dear."""
    if price_fen >= 20_000_00:
        return 1
    return 2 if price_fen >= 2_000_00 else 5
