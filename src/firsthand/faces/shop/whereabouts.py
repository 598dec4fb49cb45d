"""Where the pieces of an order are: on a shelf, on a machine, in a parcel."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firsthand.factory.models import PlannedOperation, WorkOrder
from firsthand.order.models import Order
from firsthand.order.rules import PARTS

_WAITING = {Order.State.PAID.value, Order.State.MAKING.value}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where they are, in a line, and the particulars below it."""

    icon: str
    title: Promise
    work_centre: str = ""
    plant: str = ""
    lot: str = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None


def whereabouts(order: Order) -> Whereabouts | None:
    """Where an order's pieces are; None where its steps say all there is to say."""
    if order.state == Order.State.READY:
        return Whereabouts("box", _("Your pieces are packed and wait for the courier."))
    if order.state not in _WAITING:
        return None
    if order.rung_source == PARTS:  # each part of it says where it is
        return None
    if order.rung_source == "stock":
        return Whereabouts("box", _("Your pieces lie on the shelf; they are packed next."))
    return _on_the_machines(order)


def _on_the_machines(order: Order) -> Whereabouts:
    """The lot that fills this order's day: the last open one that is finished by then."""
    lots = (
        WorkOrder.objects.filter(
            part__sku=order.sku_id,
            state__in=[WorkOrder.State.PLANNED, WorkOrder.State.FIRM, WorkOrder.State.RELEASED],
            planned_operations__plan__in_force=True,
        )
        .annotate(
            begins_at=Min("planned_operations__starts_at"),
            ends_at=Max("planned_operations__ends_at"),
        )
        .filter(ends_at__date__lte=order.ship_by)
        .order_by("-ends_at")
    )
    lot = lots.first()
    if lot is None:
        return Whereabouts("factory", _("Your pieces are in the factory's schedule."))
    last = (
        PlannedOperation.objects.filter(work_order=lot, plan__in_force=True)
        .select_related("operation__work_centre__plant")
        .order_by("-ends_at")
        .first()
    )
    centre = last.operation.work_centre if last else None
    return Whereabouts(
        "factory",
        _("Your pieces are in the factory's schedule."),
        work_centre=centre.name if centre else "",
        plant=centre.plant.name if centre else "",
        lot=lot.number,
        begins_at=lot.begins_at,
        ends_at=lot.ends_at,
    )
