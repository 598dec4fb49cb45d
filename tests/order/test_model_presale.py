"""Pre-sales, whatever happens and in whatever order: the floor does what a plain model does.

Two pre-sales stand side by side: one gives the deposit back to whoever does not go on, one
keeps it; when they are closed, two more follow. Buyers press, pay either part on one
page or two, leave, come late; webhooks come in any order and twice; promised days are at risk
and safe again; and a clock is moved. Longer rules walk the ways on which a guard stands alone.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import Sum
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from firsthand.kit.clock import now
from firsthand.offer.models import Offer
from firsthand.order.actions import cancel, deposit, expiry, payment
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay import rules as pay_rules
from firsthand.pay import sandbox
from firsthand.pay.models import Payment, Refund
from firsthand.promise.models import Rung
from tests.presales import DEPOSIT_FEN, PRESALE_FEN, presale
from tests.shop import assert_the_books_agree, hear, people, press, refused

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LIMIT, PIECES = 2, 2
TIMES = 6  # that two pre-sales are opened, in one story
GIVEN_BACK = ("expired", "cancelled", "refunded")
_SOME = st.integers(0, 20)


@dataclass
class Money:
    """A payment that was asked for."""

    reference: UUID
    is_deposit: bool
    amount_fen: int
    state: str = "open"
    is_going_back: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether it came, and is not on its way back."""
        return self.state == "paid" and not self.is_going_back


@dataclass
class Ordered:
    """An order of a pre-sale."""

    number: str
    who: int
    which: int
    hold_until: datetime
    state: str = "held"
    has_deposit: bool = False  # a deposit bought it once
    was_told: bool = False  # that his day is at risk
    is_kept: bool = False
    money: list[Money] = field(default_factory=list)


class Presales(RuleBasedStateMachine):
    """Two pre-sales of two pieces each, three buyers, a bank, and a clock that we move."""

    def __init__(self) -> None:
        super().__init__()
        self._caps = override_settings(UNPAID_MAX=99, UNPAID_A_DAY_MAX=99)
        self._caps.enable()
        self._all = transaction.atomic()
        self._all.__enter__()
        self.now = now()
        self.people = people(3)
        self.offers: list[Offer] = []  # two of each time; the second keeps deposits
        self.times: list[tuple[datetime, datetime]] = []  # a balance opens, and is due
        self.two_presales_follow()
        self.orders: list[Ordered] = []
        self.post: list[tuple[Ordered, Money, bytes, bool]] = []
        self.heard: set[bytes] = set()

    def teardown(self) -> None:
        """Nothing of this story stays."""
        transaction.set_rollback(True)
        self._all.__exit__(None, None, None)
        self._caps.disable()

    @precondition(lambda self: self.now >= self.times[-1][0] and len(self.times) < TIMES)
    @rule()
    def two_presales_follow(self) -> None:
        """Nobody can press on the last two any more: two more are opened."""
        opens, due = self.now + 3 * HOUR, self.now + 8 * HOUR
        self.times.append((opens, due))
        self.offers += [
            presale(
                stock=0,
                plan=PIECES,
                limit_per_person=LIMIT,
                deposit_is_kept=is_kept,
                balance_opens_at=opens,
                balance_due_at=due,
                at=self.now,
            )
            for is_kept in (False, True)
        ]

    @rule(who=st.integers(0, 2), which=st.integers(0, 1))
    def press(self, who: int, which: int) -> None:
        """Somebody presses, on one of the last two."""
        which += len(self.offers) - 2
        offer = self.offers[which]
        one = press(self.people[who], offer, price_fen=PRESALE_FEN, price_version=2, key=uuid4())
        expected = "held" if self._is_there(who, which) else "no"
        assert offer.closes_at is not None
        if self.now >= offer.closes_at:
            expected = "closed"
        with transaction.atomic():
            [answer] = settle([one], self.now)
        if expected != "held":
            assert answer.outcome.value in (expected, "sold_out", "over_limit")
            assert (answer.outcome.value == "closed") == (expected == "closed")
            return
        assert answer.hold is not None, answer
        hold_until = answer.hold.hold_until
        self.orders.append(Ordered(answer.hold.number, who, which, hold_until))

    @rule(who=st.integers(0, 2), which=st.integers(0, 1))
    def pay_a_deposit(self, who: int, which: int) -> None:
        """Somebody presses, pays the deposit, and the bank's word comes at once."""
        self._deposited(who, which)

    @rule(who=st.integers(0, 2), which=st.integers(0, 1))
    def pay_a_deposit_on_two_pages(self, who: int, which: int) -> None:
        """One page lay open from a try that was refused: its money goes back."""
        some = self._pressed(who, which)
        if some is None:
            return
        for choice in ("refuse", "pay"):
            self.go_and_pay(some, [choice])
            self._hear_the_last()
        order = self.orders[some]
        self._at_the_bank(order, order.money[0], "pay")
        self._hear_the_last()

    @rule(
        who=st.integers(0, 2),
        which=st.sampled_from([1, 1, 0]),
        is_told=st.sampled_from([True, True, False]),
    )
    def leave_at_risk(self, who: int, which: int, is_told: bool) -> None:
        """He leaves because his day is at risk, or was when he was told so."""
        some = self._deposited(who, which)
        if some is None:
            return
        self.the_plan_changes(which, is_at_risk=True)
        if is_told:
            self.people_are_told_of_risks()
            self.the_plan_changes(which, is_at_risk=False)
        self.cancel(some, is_by_us=False)

    @rule(
        who=st.integers(0, 2),
        which=st.integers(0, 1),
        is_over=st.booleans(),
        has_expired=st.booleans(),
    )
    def pay_a_deposit_late(self, who: int, which: int, is_over: bool, has_expired: bool) -> None:
        """The word of a deposit comes when its time is up, or even that of the balance."""
        some = self._pressed(who, which)
        if some is None:
            return
        self.go_and_pay(some, ["pay"])
        self.now = self.times[-1][1] if is_over else self.orders[some].hold_until
        if has_expired:
            self.worker_comes_round()
        self._hear_the_last()

    @rule(who=st.integers(0, 2), which=st.integers(0, 1), is_back=st.booleans())
    def pay_the_balance_late(self, who: int, which: int, is_back: bool) -> None:
        """The word of a balance comes when its time is up, and its deposit went back or not."""
        some = self._deposited(who, which)
        if some is None:
            return
        opens, due = self.times[-1]
        self.now = max(self.now, opens)
        self.go_and_pay(some, ["pay"])
        self.now = due
        self.worker_comes_round()
        if is_back:
            self.money_goes_back()
        self._hear_the_last()

    @rule(hours=st.sampled_from([0.1, 0.3, 1, 3, 5]))
    def wait(self, hours: float) -> None:
        """Time passes."""
        self.now += hours * HOUR

    @precondition(lambda self: self.orders)
    @rule(
        some=_SOME, choices=st.sampled_from([["pay"], ["pay"], ["refuse"], ["refuse", "pay"], []])
    )
    def go_and_pay(self, some: int, choices: list[str]) -> None:
        """A buyer goes to pay what there is to be paid, and presses buttons at the bank."""
        order = self._one(some)
        no = self._why_not_pay(order)
        if no is not None:
            with refused(no):
                self._start(order)
            return
        with transaction.atomic():
            asked = self._start(order)
            pay.send_to(asked, "/")
        is_deposit = order.state == "held"
        fen = DEPOSIT_FEN if is_deposit else PRESALE_FEN - DEPOSIT_FEN
        assert asked.purpose == f"{'deposit' if is_deposit else 'order'}:{order.number}"
        assert asked.amount_fen == fen
        if all(one.reference != asked.reference for one in order.money):
            order.money.append(Money(asked.reference, is_deposit, fen))
        money = next(one for one in order.money if one.reference == asked.reference)
        for choice in choices:
            self._at_the_bank(order, money, choice)

    def _why_not_pay(self, order: Ordered) -> str | None:
        if order.state not in ("held", "deposited"):
            return "not_to_be_paid"
        if order.hold_until <= self.now:
            return "hold_over"
        opens, _due = self.times[order.which // 2]
        is_early = order.state == "deposited" and self.now < opens
        return "balance_not_open" if is_early else None

    @precondition(lambda self: any(order.money for order in self.orders))
    @rule(some=_SOME, choice=st.sampled_from(["pay", "refuse"]))
    def press_at_the_bank(self, some: int, choice: str) -> None:
        """A page of the bank stood open, however long."""
        pages = [(order, money) for order in self.orders for money in order.money]
        self._at_the_bank(*pages[some % len(pages)], choice)

    @precondition(lambda self: self.post)
    @rule(some=_SOME, stays=st.booleans())
    def a_webhook_comes(self, some: int, stays: bool) -> None:
        """Whichever: late, in the wrong order, or (when it stays under way) twice."""
        word = self.post[some % len(self.post)]
        if not stays:
            self.post.remove(word)
        order, money, body, is_paid = word
        expected = self._expected(order, money, body, is_paid)
        seal = pay_rules.seal(body, at=int(self.now.timestamp()), key=sandbox._key())
        heard = hear(sandbox.Sealed({sandbox.SEAL_HEADER: seal}, body), self.now)
        assert (heard.number, heard.came.value) == (order.number, expected)

    @rule()
    def worker_comes_round(self) -> None:
        """What is not paid in time ends; a deposit goes back, or is kept, by the rule."""
        overdue = [
            order
            for order in self.orders
            if order.state in ("held", "deposited") and order.hold_until <= self.now
        ]
        risky = self._risky()
        with transaction.atomic():
            assert expiry.expire_holds(self.now) == len(overdue)
        for order in overdue:
            self._end(order, "expired", is_by_us=False, risky=risky)

    @precondition(lambda self: self.orders)
    @rule(some=_SOME, is_by_us=st.booleans())
    def cancel(self, some: int, is_by_us: bool) -> None:
        """The buyer thinks better of it, or we do."""
        order = self._one(some)
        person_id = None if is_by_us else self.people[order.who].pk
        if order.state in GIVEN_BACK:
            with refused("too_late_to_cancel"):
                cancel.cancel_order(number=order.number, now=self.now, person_id=person_id)
            return
        risky = self._risky()
        with transaction.atomic():
            cancel.cancel_order(number=order.number, now=self.now, person_id=person_id)
        self._end(order, "cancelled", is_by_us=is_by_us, risky=risky)

    @rule(which=st.integers(0, 1), is_at_risk=st.booleans())
    def the_plan_changes(self, which: int, is_at_risk: bool) -> None:
        """A day that was promised cannot be kept any more, or can again."""
        offer = self.offers[len(self.offers) - 2 + which]
        rungs = Rung.objects.filter(sku=offer.sku_id, taken__gt=0)
        rungs.update(at_risk=int(is_at_risk))

    @rule()
    def people_are_told_of_risks(self) -> None:
        """Whose deposit is paid, and whose day is at risk, is told once that he may leave."""
        risky = self._risky()
        untold = [
            order
            for order in self.orders
            if order.state == "deposited"
            and not order.was_told
            and order.which in risky
            and self.now < order.hold_until
        ]
        with transaction.atomic():
            assert deposit.tell_risks(self.now) == len(untold)
        for order in untold:
            order.was_told = True

    @rule()
    def money_goes_back(self) -> None:
        """The worker carries out what was asked for."""
        for one in pay.refunds_to_do():
            with transaction.atomic():
                providers.by_name("sandbox").refund(one.payment, one.amount_fen, one.key)
                assert cancel.refunded(one.pk, self.now)
            order, money = next(
                (order, money)
                for order in self.orders
                for money in order.money
                if money.reference == one.payment.reference
            )
            assert money.is_going_back and money.state == "paid"
            money.state = "refunded"
            has_ended = order.state in ("expired", "cancelled")
            if has_ended and all(other.state != "paid" for other in order.money):
                order.state = "refunded"

    @invariant()
    def the_books_agree(self) -> None:
        """Ledger, offers, ladder, orders and news tell one story."""
        assert_the_books_agree()

    @invariant()
    def orders_are_as_the_model_says(self) -> None:
        """Each in its state, until its instant."""
        assert set(Order.objects.values_list("number", "state", "hold_until")) == {
            (order.number, order.state, order.hold_until) for order in self.orders
        }

    @invariant()
    def we_keep_what_was_said_and_not_a_fen_more(self) -> None:
        """The price of what is paid, the deposit of what is deposited or kept; else nothing."""
        for order in self.orders:
            numbers = [f"deposit:{order.number}", f"order:{order.number}"]
            came = Payment.objects.filter(purpose__in=numbers, paid_at__isnull=False)
            back = Refund.objects.filter(payment__purpose__in=numbers)
            fen = (came.aggregate(fen=Sum("amount_fen"))["fen"] or 0) - (
                back.aggregate(fen=Sum("amount_fen"))["fen"] or 0
            )
            due = {"paid": PRESALE_FEN, "deposited": DEPOSIT_FEN}.get(order.state, 0)
            if order.state in ("expired", "cancelled") and order.is_kept:
                due = DEPOSIT_FEN
                assert order.which % 2, "the other one gives deposits back"
            assert fen == due, order

    def _one(self, some: int) -> Ordered:
        return self.orders[some % len(self.orders)]

    def _start(self, order: Ordered) -> Payment:
        return payment.start_payment(
            number=order.number,
            person_id=self.people[order.who].pk,
            provider="sandbox",
            now=self.now,
        )

    def _pressed(self, who: int, which: int) -> int | None:
        if self.now >= self.times[-1][0] and len(self.times) < TIMES:
            self.two_presales_follow()
        before = len(self.orders)
        self.press(who, which)
        return before if len(self.orders) > before else None

    def _deposited(self, who: int, which: int) -> int | None:
        some = self._pressed(who, which)
        if some is None:
            return None
        self.go_and_pay(some, ["pay"])
        self._hear_the_last()
        return some

    def _hear_the_last(self) -> None:
        self.a_webhook_comes(len(self.post) - 1, stays=False)

    def _at_the_bank(self, order: Ordered, money: Money, choice: str) -> None:
        if choice == "refuse" and sandbox.charge_of(money.reference).state == "paid":
            return
        with transaction.atomic():
            word = sandbox.decide(money.reference, choice, self.now)  # type: ignore[arg-type]
        self.post.append((order, money, word.body, choice == "pay"))

    def _expected(self, order: Ordered, money: Money, body: bytes, is_paid: bool) -> str:
        if body in self.heard:
            return "heard_before"
        self.heard.add(body)
        if not is_paid:
            if money.state != "open":
                return "heard_before"
            money.state = "failed"
            return "noted"
        if money.state in ("paid", "refunded"):
            return "heard_before"
        had_deposit = any(one.is_deposit and one.is_ours for one in order.money)
        money.state = "paid"
        if money.is_deposit:
            return self._deposit_came(order, money)
        if order.state == "deposited":
            order.state = "paid"
            return "paid"
        if order.state == "expired" and had_deposit and self._again(order):
            order.state = "paid"
            return "taken_again"
        money.is_going_back = True
        return "sent_back"

    def _deposit_came(self, order: Ordered, money: Money) -> str:
        _opens, due = self.times[order.which // 2]
        is_wanted = not order.has_deposit and self.now < due
        if is_wanted and order.state == "held":
            came = "paid"
        elif is_wanted and order.state == "expired" and self._again(order):
            came = "taken_again"
        else:
            money.is_going_back = True
            return "sent_back"
        order.state, order.has_deposit, order.hold_until = "deposited", True, due
        return came

    def _again(self, order: Ordered) -> bool:
        return self._is_there(order.who, order.which)

    def _is_there(self, who: int, which: int) -> bool:
        living = [
            order for order in self.orders if order.which == which and order.state not in GIVEN_BACK
        ]
        his = [order for order in living if order.who == who]
        rungs = Rung.objects.filter(sku=self.offers[which].sku_id)  # at risk, it shrinks
        free = max((rung.quantity - rung.taken for rung in rungs), default=0)
        return len(living) < PIECES and len(his) < LIMIT and free >= 1

    def _risky(self) -> set[int]:
        rungs = Rung.objects.filter(at_risk__gt=0).values_list("sku_id", flat=True)
        return {n for n, offer in enumerate(self.offers) if offer.sku_id in set(rungs)}

    def _end(self, order: Ordered, state: str, *, is_by_us: bool, risky: set[int]) -> None:
        stays = (
            order.state == "deposited"
            and order.which % 2 == 1
            and not is_by_us
            and order.which not in risky
            and not order.was_told
        )
        order.is_kept = stays
        for money in order.money:
            if money.state == "open":
                money.state = "cancelled"
            if money.is_ours and not stays:
                money.is_going_back = True
        order.state = state


def test_whatever_happens_to_presales_the_floor_does_what_the_model_does() -> None:
    run_state_machine_as_test(
        Presales,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
