"""Whatever happens to orders, in whatever order, the books agree and nothing is sold twice."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.offer import actions as offers
from firsthand.order import tasks
from firsthand.order.actions import cancel, expiry, fulfilment, payment
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order
from firsthand.order.rules import STEPS
from firsthand.pay import sandbox
from firsthand.pay.models import Payment, SandboxCharge
from firsthand.promise.models import Rung
from firsthand.stock import actions as stock_actions
from firsthand.stock import store as stock
from tests.shop import PLACE, assert_the_books_agree, hear, kettle, people, press, webhook

pytestmark = pytest.mark.django_db


class Story:
    """A shop with one kettle, three buyers, a bank whose webhooks lie about, and a clock."""

    def __init__(self) -> None:
        self.offer = kettle(stock=4, plan=5, released=6, limit_per_person=4)
        self.buyers = people(3)
        self.now = now()
        self.webhooks: list[SandboxCharge] = []  # that the bank sends, and sends again

    def order(self, n: int) -> Order:
        orders = list(Order.objects.filter(offer=self.offer).order_by("id"))
        if not orders:
            raise LookupError("nobody has ordered yet")
        return orders[n % len(orders)]

    def press(self, n: int) -> None:
        settle([press(self.buyers[n % 3], self.offer, quantity=1 + n % 3)], self.now)

    def wait(self, n: int) -> None:
        self.now += timedelta(minutes=n)

    def go_to_pay(self, n: int) -> None:
        order = self.order(n)
        if self.now < order.hold_until:
            webhook(order, "refuse" if n % 5 == 0 else "pay", self.now)
            self.webhooks.append(SandboxCharge.objects.latest("decided_at"))

    def deliver_webhook(self, n: int) -> None:
        if self.webhooks:
            said = self.webhooks[n % len(self.webhooks)]
            heard = hear(sandbox.word_of(said, at=int(self.now.timestamp())), self.now)
            event(f"a payment was {heard.came.value}")

    def sell(self, n: int) -> None:
        self.press(n)
        self.go_to_pay(-1)
        self.deliver_webhook(-1)

    def send_off(self, n: int) -> None:
        self.allocate(n)
        ready = Order.objects.filter(offer=self.offer, state="ready").order_by("id").first()
        if ready is not None:
            fulfilment.ship(number=ready.number, carrier="SF", tracking_number="1", now=self.now)

    def be_late(self, n: int) -> None:
        self.press(n)
        self.go_to_pay(-1)
        self.wait(16)
        self.expire(1)

    def reconcile(self, n: int) -> None:
        for heard in payment.reconcile("sandbox", self.now):
            event(f"a payment was {heard.came.value}")

    def expire(self, n: int) -> None:
        expiry.expire_holds(self.now, at_most=1 + n % 2)

    def cancel(self, n: int) -> None:
        cancel.cancel_order(number=self.order(n).number, now=self.now, person_id=None)

    def allocate(self, n: int) -> None:
        fulfilment.allocate(self.now)

    def finish(self, n: int) -> None:
        stock_actions.finish(sku_id=self.offer.sku_id, place=PLACE, quantity=1 + n % 3, cause="WO")

    def ship(self, n: int) -> None:
        number = self.order(n).number
        fulfilment.ship(number=number, carrier="SF", tracking_number="1", now=self.now)

    def deliver(self, n: int) -> None:
        fulfilment.deliver(number=self.order(n).number, now=self.now)

    def give_money_back(self, n: int) -> None:
        cancel.refund_order(number=self.order(n).number, amount_fen=100 * n, now=self.now)

    def carry_out_refunds(self, n: int) -> None:
        tasks.carry_out_refunds()

    def release(self, n: int) -> None:
        offers.release(offer_id=self.offer.pk, quantity=1 + n % 3)

    def withdraw(self, n: int) -> None:
        offers.withdraw(offer_id=self.offer.pk, quantity=1 + n % 3)

    def close(self, n: int) -> None:
        offers.close_offer(offer_id=self.offer.pk)


DEEDS: list[Callable[[Story, int], None]] = [
    Story.press,
    Story.press,
    Story.press,
    Story.go_to_pay,
    Story.go_to_pay,
    Story.deliver_webhook,
    Story.deliver_webhook,
    Story.be_late,
    Story.be_late,
    Story.wait,
    Story.reconcile,
    Story.expire,
    Story.cancel,
    Story.allocate,
    Story.finish,
    Story.ship,
    Story.sell,
    Story.sell,
    Story.sell,
    Story.send_off,
    Story.send_off,
    Story.deliver,
    Story.give_money_back,
    Story.carry_out_refunds,
    Story.release,
    Story.withdraw,
    Story.close,
]


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each story takes a while to tell
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 20)), min_size=10, max_size=35))
def test_whatever_happens_the_books_agree(
    deeds: list[tuple[Callable[[Story, int], None], int]],
) -> None:
    story = Story()
    for deed, n in deeds:
        try:
            with transaction.atomic():
                deed(story, n)
        except (Refusal, LookupError):
            continue
    assert_the_books_agree()
    balances = stock.balances([story.offer.sku_id])[story.offer.sku_id]
    assert sum(balances.values()) == 0
    for rung in Rung.objects.filter(sku=story.offer.sku):
        assert rung.kept <= rung.taken <= rung.quantity
    for order in Order.objects.filter(offer=story.offer).prefetch_related("steps"):
        event(f"an order ended {order.state}")
        _assert_its_story_holds(order)


def _assert_its_story_holds(order: Order) -> None:
    path = [step.state for step in sorted(order.steps.all(), key=lambda step: step.pk)]
    for before, after in pairwise(path):
        assert before == after or after in STEPS[before], path
    assert path[-1] == order.state
    payments = Payment.objects.filter(purpose=f"order:{order.number}")
    came = sum(p.amount_fen for p in payments if p.state in ("paid", "refunded"))
    asked_back = sum(r.amount_fen for p in payments for r in p.refunds.all())
    if order.state in ("paid", "making", "ready"):
        assert came - asked_back == order.amount_fen, "what is sold was paid, once"
    elif order.state in ("held", "expired", "cancelled"):
        assert came == asked_back, "nobody's money is kept without goods"
