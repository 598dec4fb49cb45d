"""A kettle on pre-sale, for tests: 100 yuan of its 999 now, the rest until the end of tomorrow."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from firsthand.kit.clock import now
from firsthand.offer import presale as presales
from firsthand.offer.models import Offer
from firsthand.order.actions import payment
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order
from firsthand.people.models import Person
from tests.shop import SHOW, TODAY, goods, hear, press, published, webhook

DEPOSIT_FEN = 100_00
PRESALE_FEN = 999_00  # of which 899_00 is the balance


def presale(
    *,
    stock: int = 3,
    plan: int = 0,
    limit_per_person: int = 5,
    deposit_is_kept: bool = False,
    balance_opens_at: datetime | None = None,
    balance_due_at: datetime | None = None,
    at: datetime | None = None,
    show_id: int = SHOW,
) -> Offer:
    """A kettle on pre-sale: 100 yuan of its 999 now, the rest until the end of tomorrow."""
    sku = goods(on_hand=stock, plan=plan)
    published(sku, PRESALE_FEN)
    with transaction.atomic():
        return presales.open_presale(
            show_id=show_id,
            sku_id=sku.pk,
            deposit_fen=DEPOSIT_FEN,
            deposit_is_kept=deposit_is_kept,
            balance_opens_at=balance_opens_at,
            balance_due_at=balance_due_at or end_of(TODAY + timedelta(days=1)),
            quantity=stock + plan,
            limit_per_person=limit_per_person,
            now=at or now(),
        )


def end_of(day: date) -> datetime:
    """The last instant of a day here: the first of the next one."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def on_presale(person: Person, offer: Offer, *, quantity: int = 1, **when: datetime) -> Order:
    """An order of a pre-sale, of which nothing is paid."""
    one = press(person, offer, quantity=quantity, price_fen=PRESALE_FEN, price_version=2)
    with transaction.atomic():
        [answer] = settle([one], when.get("at") or now())
    assert answer.hold is not None, answer
    return Order.objects.get(number=answer.hold.number)


def deposited(person: Person, offer: Offer, *, quantity: int = 1) -> Order:
    """An order of a pre-sale whose deposit is paid."""
    order = on_presale(person, offer, quantity=quantity)
    assert hear(webhook(order)).came is payment.Came.PAID
    order.refresh_from_db()
    assert order.state == Order.State.DEPOSITED
    return order
