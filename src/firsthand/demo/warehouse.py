"""The demo's warehouse: somebody who packs what is ready and hands it to the carrier.

By the same actions as a real one. Without him an order in the demo would be ready for ever.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import transaction

from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.order.actions import fulfilment
from firsthand.order.models import Order

AT_ONCE = 20
PACKING = timedelta(seconds=30)
TRAVELLING = timedelta(seconds=90)


def work() -> int:
    """Ship what was ready a while ago, and deliver what was long on its way; how many moved."""
    this_instant = now()
    moved = 0
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
