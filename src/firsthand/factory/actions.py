"""What can be done in the factory: open a lot, plan, finish a lot, call one off.

Locks are taken in this order and no other: the plants (by whoever plans), the door of the
SKU in the stock, the work order, the feed. Whoever plans takes no door, and so planning
never waits for a burst of orders, nor a burst for planning.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.factory import bom, events, store, validation, words
from firsthand.factory.events import WorkOrderCancelled, WorkOrderFinished
from firsthand.factory.floor import lots
from firsthand.factory.models import BomLine, Operation, Part, Plan, WorkOrder
from firsthand.factory.mrp.actions import material_at
from firsthand.factory.planning import actions as planning
from firsthand.factory.planning import ground, making
from firsthand.factory.solver import DEFAULT, Budget
from firsthand.factory.store import Asked
from firsthand.factory.validation import Fault
from firsthand.factory.words import or_refuse
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.kit.log import get_logger
from firsthand.kit.outbox import Event
from firsthand.stock import actions as stock
from firsthand.stock import store as ledger

FEED = events.FEED
PIECES_MAX = 1_000_000  # of one lot
OPEN_ORDERS_MAX = 20_000
QUICK = Budget(seconds=1.0)
in_words = words.in_words  # as others know it
_OPEN = (WorkOrder.State.PLANNED, WorkOrder.State.FIRM, WorkOrder.State.RELEASED)

log = get_logger(__name__)


def open_work_order(
    *,
    sku_id: int,
    quantity: int,
    due_at: datetime,
    now: datetime,
    release_at: datetime | None = None,
) -> WorkOrder:
    """Ask for a lot of a product. Without RELEASE_AT it begins when its material is there."""
    part = Part.objects.filter(sku_id=sku_id).first()
    if part is None:
        raise NotFound("no_such_part", _("The factory does not know how to make that."))
    if not 1 <= quantity <= PIECES_MAX:
        raise Invalid(
            "bad_quantity",
            _("A lot has from 1 to 1,000,000 pieces."),
            fields={"most": PIECES_MAX},
        )
    if not Operation.objects.filter(part=part).exists():
        raise Refusal("no_routing", _("There is no routing by which it could be made."))
    if release_at is not None and due_at < release_at:
        raise Invalid("due_before_release", _("It cannot be due before it may begin."))
    if release_at is None:
        release_at = material_at(part.pk, quantity, due_at, now)
    asked = Asked(part.pk, quantity, release_at, due_at)
    [(order_id, _number)] = _open([asked])
    return WorkOrder.objects.get(pk=order_id)


def _open(asked: Sequence[Asked]) -> list[tuple[int, str]]:
    if WorkOrder.objects.filter(state__in=_OPEN).count() + len(asked) > OPEN_ORDERS_MAX:
        raise Refusal(
            "too_many_work_orders",
            _("There are too many open work orders already."),
            fields={"most": OPEN_ORDERS_MAX},
        )
    return store.open_many(asked)


def replan(now: datetime, *, solver: str = DEFAULT, seed: int = 0) -> Plan:
    """Schedule all open work orders anew, at once, and let promises stand on it from now on.

    It is for quick rules, since all is done in the caller's transaction; a solver that searches
    has a run of its own (``planning``). What runs stays where it is. The plan is judged by the
    checker before it counts. It has no safe dates but its own.
    """
    planning.known(solver)
    store.hold_planning()
    here = ground.read(now)
    made = or_refuse(
        lambda: making.make(
            here.problem,
            solver=solver,
            seed=seed,
            budget=QUICK,
            terms=replace(ground.terms(), futures=0),
            policy=here.policy,
        )
    )
    return planning.write(made, here, seed=seed)


def finish_work_order(
    number: str, quantity: int, now: datetime, *, told_before: Sequence[Event] = ()
) -> WorkOrderFinished:
    """A lot is made: QUANTITY good pieces pay back what was put on offer, the rest is stored.

    Fewer than were ordered is a lot with scrap; more is a mistake. None at all is a lot lost.
    Every good piece of a product has a serial number from now on.
    """
    order, sku_id = _take(number)
    if not 0 <= quantity <= order.quantity:
        raise Invalid(
            "bad_quantity",
            _("A lot gives no more pieces than were ordered, and no fewer than none."),
            fields={"most": order.quantity},
        )
    plant = lots.plant_of(order)
    if plant is None:
        raise Refusal("no_routing", _("There is no routing by which it could be made."))
    paid = 0
    if quantity and sku_id is not None:
        paid = stock.finish(sku_id=sku_id, place=plant.place.code, quantity=quantity, cause=number)
    numbers = or_refuse(lambda: lots.keep_record(order, plant, quantity, now))
    order.state, order.finished_at = WorkOrder.State.FINISHED, now
    order.good_quantity = quantity
    order.save(update_fields=["state", "finished_at", "good_quantity"])
    event = WorkOrderFinished(
        work_order_id=order.pk, number=number, sku_id=sku_id, quantity=quantity, paid_back=paid
    )
    outbox.tell(FEED, [*told_before, *numbers, event])
    return event


def cancel_work_order(number: str) -> WorkOrderCancelled:
    """Call a lot off. Only one of which nothing was promised, and which does not run yet."""
    order, sku_id = _take(number)
    if order.state != WorkOrder.State.PLANNED:
        raise Refusal(
            "work_order_firm",
            _("Something was promised from this work order, or it runs already."),
            fields={"state": order.state},
        )
    order.state = WorkOrder.State.CANCELLED
    order.save(update_fields=["state"])
    event = WorkOrderCancelled(work_order_id=order.pk, number=number, sku_id=sku_id)
    outbox.tell(FEED, [event])
    return event


def _take(number: str) -> tuple[WorkOrder, int | None]:
    """An open work order with its SKU (None: of a part that is stocked), locked behind its door."""
    found = WorkOrder.objects.filter(number=number).values_list("part__sku_id").first()
    if found is None:
        raise NotFound("no_such_work_order", _("There is no such work order."))
    [sku_id] = found
    if sku_id is not None:
        ledger.open_accounts([sku_id])
        ledger.lock_on_offer([sku_id])
    order = (
        WorkOrder.objects.select_for_update(no_key=True, of=("self",))
        .select_related("part__plant__place", "part__sku")
        .get(number=number)
    )
    if order.state not in _OPEN:
        raise Refusal(
            "work_order_over",
            _("This work order is finished or cancelled."),
            fields={"state": order.state},
        )
    return order, sku_id


def layout_changed(what: str, by: int | None) -> None:
    """Tell that machines, or the times in which they work, are not as the plan has them."""
    outbox.tell(FEED, [events.LayoutChanged(by, what)])


def check_bill(lines: Sequence[BomLine]) -> None:
    """Refuse lines by which a part would go into itself, by way of others."""
    new = [bom.Line(one.parent_id, one.component_id, one.quantity, one.scrap_bp) for one in lines]
    or_refuse(lambda: bom.levels([*store.bill(), *new]))


def faults(now: datetime) -> list[Fault]:
    """What is impossible in the tables, and why, those first that stop something."""
    begins_at = now.replace(microsecond=0)
    return validation.faults(
        store.tables(begins_at), store.parts_to_check(), store.bill(), begins_at
    )
