"""The demo's hands: who finishes what the plan says is done, packs what is ready, ships it.

By the same actions as real ones. Without them a lot in the demo would be in the making, and
an order ready, for ever.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import transaction

from firsthand.factory.tasks import finish_what_is_due
from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.order.actions import fulfilment
from firsthand.order.models import Order

AT_ONCE = 20
PACKING = timedelta(seconds=30)
TRAVELLING = timedelta(seconds=90)


def work() -> int:
    """Finish, ship what was ready a while ago, deliver what was long on its way; how many moved."""
    this_instant = now()
    moved = finish_what_is_due()
    ready = Order.objects.filter(
        state=Order.State.READY, ready_at__lt=this_instant - PACKING
    ).order_by("ship_by", "pk")
    shipped = Order.objects.filter(
        state=Order.State.SHIPPED, shipped_at__lt=this_instant - TRAVELLING
    ).order_by("pk")
    for order in ready[:AT_ONCE]:
        moved += _tried(
            partial(
                fulfilment.ship,
                number=order.number,
                carrier="SF Express",
                tracking_number=f"SF{order.pk:012d}",
                now=this_instant,
            )
        )
    for order in shipped[:AT_ONCE]:
        moved += _tried(partial(fulfilment.deliver, number=order.number, now=this_instant))
    return moved


def _tried(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except Refusal:  # its buyer cancelled it meanwhile
        return False
    return True
