"""What can be done about requirements: work them out, and write the answer.

Whoever works them out locks the plants first, as whoever plans does; then, for the lots that are
changed, the doors of their SKUs, since a buyer may be promised something from one of them at
this moment. A lot that has become firm meanwhile is left alone; the next run counts on it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from firsthand.factory import store as factory
from firsthand.factory.events import FEED, RequirementsPlanned
from firsthand.factory.models import PurchaseOrder, WorkOrder
from firsthand.factory.mrp import store, writing
from firsthand.factory.mrp.items import PURCHASE, WORK, Planned, Receipt, Ref
from firsthand.factory.mrp.rules import Problem, Result, calculate
from firsthand.factory.mrp.store import DELIVERY, LAST_MINUTE, Days, Promised, Proposal
from firsthand.factory.mrp.writing import NewOrder
from firsthand.factory.words import or_refuse
from firsthand.kit import outbox
from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.stock import store as ledger

OPEN_ORDERS_MAX = 20_000
LAST = 2**62  # no work order has this id yet

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to. The orders that are proposed now, by their place in the result."""

    days: Days
    problem: Problem
    result: Result
    work_orders: Mapping[int, int]  # the id of each
    purchases: Mapping[int, int]
    changed: int  # proposals that were opened, moved, resized or dropped
    sku_ids: Sequence[
        int
    ]  # whose lots were changed: their doors are held, their ladders to be rebuilt


def look(now: datetime, promised: Iterable[Promised] | None = None) -> tuple[Days, Problem, Result]:
    """Work out what is missing, and change nothing."""
    read = store.read(now, promised)
    return read.days, read.problem, or_refuse(lambda: calculate(read.problem))


def run_mrp(now: datetime, promised: Iterable[Promised] | None = None) -> Run:
    """Work out what is missing, and let the proposals in the tables say so.

    PROMISED comes from above (``promise.materials``); without it all that is held or sold is
    owed today. Only proposals are changed: whatever somebody decided, or promised, stands.
    """
    factory.hold_planning()
    read = or_refuse(lambda: store.read(now, promised))
    result = or_refuse(lambda: calculate(read.problem))
    items = read.problem.items
    made = [one for one in result.planned if not items[one.part_id].is_bought]
    bought = [one for one in result.planned if items[one.part_id].is_bought]
    open_orders = len(made) + sum(one.ref.kind == WORK for one in read.problem.receipts)
    if open_orders > OPEN_ORDERS_MAX:
        raise Refusal(
            "too_many_work_orders",
            _("There are too many open work orders already."),
            fields={"most": OPEN_ORDERS_MAX},
        )
    lots = _Matched(read.work_orders, made, _of_lot)
    sku_ids = _hold(lots)
    work_orders = _write_lots(lots, read.days, now)
    buys = _Matched(read.purchases, bought, _of_purchase)
    purchases = _write_purchases(buys, read.days)
    writing.write_pegs(result.pegs, work_orders, purchases)
    writing.release(now)
    changed = lots.changed + buys.changed
    short = sum(one.quantity for one in result.shortages)
    log.info("requirements_planned", lots=len(made), purchases=len(bought), changed=changed)
    if changed:
        outbox.tell(
            FEED,
            [RequirementsPlanned(len(made), len(bought), changed, len(result.late), short)],
        )
    return Run(read.days, read.problem, result, work_orders, purchases, changed, sku_ids)


class Advice(NamedTuple):
    """A message as a planner reads it."""

    kind: str  # expedite, postpone, cancel, order_now
    part_code: str
    number: str  # of the order; empty: one that is proposed only now
    quantity: int
    day: date  # when it comes
    wanted: date | None  # when it is wanted; none: never


def advice(days: Days, problem: Problem, result: Result) -> list[Advice]:
    """What planners should do about orders that the calculation does not touch, soonest first."""
    made = {one.order.id for one in result.messages if one.order.kind == WORK}
    bought = {one.order.id for one in result.messages if one.order.kind == PURCHASE}
    numbers: dict[tuple[str, int], str] = {
        (WORK, pk): number
        for pk, number in WorkOrder.objects.filter(pk__in=made).values_list("pk", "number")
    }
    numbers |= {
        (PURCHASE, pk): number
        for pk, number in PurchaseOrder.objects.filter(pk__in=bought).values_list("pk", "number")
    }
    found = [
        Advice(
            one.kind,
            problem.items[one.part_id].code,
            numbers.get((one.order.kind, one.order.id), ""),
            one.quantity,
            days.date(one.day),
            None if one.wanted is None else days.date(one.wanted),
        )
        for one in result.messages
    ]
    return sorted(found, key=lambda one: (one.wanted or date.max, one.kind, one.part_code))


def material_at(part_id: int, quantity: int, due_at: datetime, now: datetime) -> datetime:
    """When the material of a lot that is not open yet would be there; what is open goes first."""
    read = or_refuse(lambda: store.read(now))
    item = read.problem.items.get(part_id)
    due = read.days.of(due_at)
    lead = item.lead_days(quantity) if item else 0
    asked = Ref(WORK, LAST)
    lot = Receipt(asked, part_id, max(0, due), quantity, max(0, due - lead))
    problem = Problem(
        read.problem.items,
        read.problem.recipes,
        read.problem.demands,
        [*read.problem.receipts, lot],
    )
    result = or_refuse(lambda: calculate(problem))
    days = max((one.comes for one in result.pegs if one.demand == asked), default=0)
    return now + timedelta(days=days)


class _Matched:
    """Proposals that stand and those that are wanted, so paired that as little as can be moves."""

    def __init__(
        self,
        standing: Iterable[Proposal],
        wanted: Iterable[Planned],
        says: Callable[[Planned], tuple[int, int, int]],
    ) -> None:
        self.same: dict[int, int] = {}  # the id of a proposal that stays, by place
        self.moved: dict[int, Planned] = {}  # by the id of the proposal
        self.new: list[Planned] = []
        self.dropped: list[int] = []
        by_part: dict[int, list[Proposal]] = {}
        for one in standing:
            by_part.setdefault(one.part_id, []).append(one)
        asked: dict[int, list[Planned]] = {}
        for order in wanted:
            asked.setdefault(order.part_id, []).append(order)
        for part_id in sorted({*by_part, *asked}):
            self._pair(by_part.get(part_id, []), asked.get(part_id, []), says)

    @property
    def changed(self) -> int:
        """How many proposals are not as they were."""
        return len(self.moved) + len(self.new) + len(self.dropped)

    def _pair(
        self,
        standing: list[Proposal],
        wanted: list[Planned],
        says: Callable[[Planned], tuple[int, int, int]],
    ) -> None:
        alike: dict[tuple[int, int, int], list[int]] = {}
        for one in standing:
            alike.setdefault((one.quantity, one.order_day, one.day), []).append(one.id)
        rest, used = [], set()
        for order in wanted:
            ids = alike.get(says(order))
            if ids:
                self.same[order.number] = ids.pop(0)
                used.add(self.same[order.number])
            else:
                rest.append(order)
        left = [one.id for one in standing if one.id not in used]
        self.moved |= dict(zip(left, rest, strict=False))
        self.new += rest[len(left) :]
        self.dropped += left[len(rest) :]


def _of_lot(order: Planned) -> tuple[int, int, int]:
    return (order.quantity, 0, order.due)


def _of_purchase(order: Planned) -> tuple[int, int, int]:
    return (order.quantity, order.starts, order.comes)


def _hold(lots: _Matched) -> list[int]:
    """Lock the doors of the lots that change; those that are firm by now are left alone."""
    touched = [*lots.moved, *lots.dropped]
    doors = writing.doors_of(touched)
    if doors:
        ledger.open_accounts(doors)
        ledger.lock_on_offer(doors)
    mine = writing.still_planned(touched) if touched else set()
    for order_id in [one for one in lots.moved if one not in mine]:
        lots.new.append(lots.moved.pop(order_id))
    lots.dropped = [one for one in lots.dropped if one in mine]
    return doors


def _write_lots(lots: _Matched, days: Days, now: datetime) -> dict[int, int]:
    def order(one: Planned) -> NewOrder:
        return NewOrder(one.part_id, one.quantity, now, days.at(one.due, LAST_MINUTE))

    writing.change_work_orders({order_id: order(one) for order_id, one in lots.moved.items()})
    opened = writing.open_work_orders([order(one) for one in lots.new], now)
    if lots.dropped:
        WorkOrder.objects.filter(pk__in=lots.dropped).delete()
    return _places(lots, opened)


def _write_purchases(buys: _Matched, days: Days) -> dict[int, int]:
    def order(one: Planned) -> NewOrder:
        return NewOrder(
            one.part_id, one.quantity, days.at(one.starts, DELIVERY), days.at(one.comes, DELIVERY)
        )

    writing.change_purchases({order_id: order(one) for order_id, one in buys.moved.items()})
    opened = writing.open_purchases([order(one) for one in buys.new])
    if buys.dropped:
        PurchaseOrder.objects.filter(
            pk__in=buys.dropped, state=PurchaseOrder.State.PLANNED
        ).delete()
    return _places(buys, opened)


def _places(matched: _Matched, opened: Sequence[int]) -> dict[int, int]:
    new = {one.number: order_id for one, order_id in zip(matched.new, opened, strict=True)}
    moved = {one.number: order_id for order_id, one in matched.moved.items()}
    return matched.same | moved | new
