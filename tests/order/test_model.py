"""Whatever happens, in whatever order: the floor does what a small plain model of it does."""

from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Sum
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from firsthand.factory import store as factory
from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.offer import actions as offers
from firsthand.offer.models import Offer
from firsthand.order import rules
from firsthand.order.actions import cancel, expiry, fulfilment, payment, waiting
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order, OrderPart, Waiting
from firsthand.order.rules import Press
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay import rules as pay_rules
from firsthand.pay import sandbox
from firsthand.pay.models import Payment, Refund
from firsthand.promise import store as promise
from firsthand.promise.actions import rebuild_ladder
from firsthand.promise.models import Rung
from firsthand.stock import actions as stock_actions
from tests.order.model import (
    EXAMPLES,
    GIVEN_BACK,
    LENGTH,
    UNPAID_A_DAY_MAX,
    UNPAID_MAX,
    WAITING_MAX,
    Asked,
    Day,
    Model,
    Ordered,
    Shelf,
    Step,
)
from tests.shop import (
    LATER,
    MALL,
    PLACE,
    SHOW,
    TODAY,
    assert_the_books_agree,
    bundle,
    goods,
    hear,
    people,
    published,
    refused,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
_SOME = st.integers(0, 20)  # one of what there is
_WHICH = st.sampled_from([0, 0, 1, 2, 3])  # the offers: most people want the same
_HOURS = [(None, None), (None, 5), (5, None), (1, 16)]  # opens and closes in so many minutes
_PRESSES = st.lists(
    st.tuples(
        st.integers(0, 2),  # who
        st.integers(0, 11),  # key
        _WHICH,
        st.sampled_from([1, 1, 1, 2, 2, 3]),
        st.sampled_from([True, True, True, True, False]),  # saw the price that holds
        st.booleans(),  # wants to wait
    ),
    min_size=1,
    max_size=5,
)


class TheFloor(RuleBasedStateMachine):
    """Two SKUs on four offers, three buyers, a bank, and a clock that we move.

    The last is a bundle of both SKUs, which takes so much off that a price that falls meets its
    floor; the second takes something off, too. There are few pieces, and most people may have
    but one, so that a guard which is missing is soon missed. ``stories`` and ``making`` add
    longer rules; ``bench mutants`` takes one guard after the other out of the code, and looks
    whether this walk falls.
    """

    def __init__(self) -> None:
        super().__init__()
        self._caps = override_settings(
            UNPAID_MAX=UNPAID_MAX,
            UNPAID_A_DAY_MAX=UNPAID_A_DAY_MAX,
            WAITING_PIECES_MAX=WAITING_MAX,
        )
        self._caps.enable()
        self._all = transaction.atomic()
        self._all.__enter__()
        self.now = now()
        self.people = [one.pk for one in people(3)]
        self.skus = [goods(on_hand=3, plan=3), goods(on_hand=4)]
        self.there = {self.skus[0].pk: 3, self.skus[1].pk: 4}  # made, and not shipped
        self.post: list[tuple[Ordered, Asked, bytes, bool]] = []  # webhooks under way
        self.charged: dict[UUID, tuple[Ordered, Asked]] = {}
        shelves = []
        for show_id, sku, quantity, off in ((SHOW, 0, 3, 0), (MALL, 0, 2, 3_00), (SHOW, 1, 2, 0)):
            sku_id = self.skus[sku].pk
            ids = offers.open_many(
                show_id=show_id, lines=[offers.Line(sku_id, 3, quantity, discount_fen=off)]
            )
            shelves.append(Shelf(ids[sku_id], sku_id, show_id, 3, quantity, discount_fen=off))
        parts = ((self.skus[1], 2), (self.skus[0], 1))
        pair = bundle(*parts, quantity=1, discount_fen=14_00, limit_per_person=3)
        of = tuple((sku.pk, each) for sku, each in parts)
        shelves.append(Shelf(pair.pk, pair.sku_id, SHOW, 3, 1, discount_fen=14_00, parts=of))
        self.shelves = shelves
        self.model = Model(shelves, {sku.pk: {} for sku in self.skus})
        self._read_ladders()

    def teardown(self) -> None:
        """Nothing of this story stays."""
        transaction.set_rollback(True)
        self._all.__exit__(None, None, None)
        self._caps.disable()

    @initialize(limits=st.tuples(*[st.sampled_from([1, 1, 2, 3])] * 4), fewer=st.integers(0, 2))
    def a_small_world(self, limits: tuple[int, int, int, int], fewer: int) -> None:
        """How many pieces one may have of each offer, and how many are on the first."""
        for shelf, limit in zip(self.shelves, limits, strict=False):
            with transaction.atomic():
                offers.set_limit(offer_id=shelf.offer_id, limit_per_person=limit)
            shelf.limit = limit
        if fewer:
            self.withdraw(0, fewer)

    @rule(batch=_PRESSES)
    def press(self, batch: list[tuple[int, int, int, int, bool, bool]]) -> None:
        """Some people press, in one batch."""
        presses = []
        for who, key, which, quantity, saw, waits in batch:
            shelf = self.shelves[which]
            version, fen = self.model.price_of(shelf)
            presses.append(
                Press(
                    self.people[who],
                    UUID(int=key),
                    shelf.show_id,
                    shelf.offer_id,
                    quantity,
                    version if saw else version + 1,
                    fen,
                    waits=waits,
                )
            )
        self._press(presses)

    def _press(self, presses: list[Press]) -> None:
        with transaction.atomic():
            answers = settle(presses, self.now)
        for offer_id in sorted({one.offer_id for one in presses}):
            self._line_was_served(self.model.shelves[offer_id])
        for one, answer in zip(presses, answers, strict=True):
            hold = answer.hold
            said: tuple[object, ...] = (answer.outcome.value,)
            if hold is not None:
                said += (hold.number, hold.ship_by, hold.source, hold.hold_until)
            elif answer.place is not None:
                said += tuple(answer.place)
            elif answer.facts:
                said += ({name: is_so for name, is_so in answer.facts.items() if name != "until"},)
            seat = hold.group if hold is not None else None
            if seat is not None:
                said += (seat.group_id, seat.taken, seat.expires_at)
            of = seat and seat.group_id
            assert said == self.model.answer(one, hold and hold.number, self.now, of)

    def _hold(
        self, who: int, which: int, quantity: int, group_id: int | None = None
    ) -> Ordered | None:
        """One presses, alone and with a new key."""
        shelf = self.shelves[which]
        key = UUID(int=1000 + len(self.model.orders))
        version, fen = self.model.price_of(shelf)
        buyer = self.people[who]
        one = Press(buyer, key, shelf.show_id, shelf.offer_id, quantity, version, fen)
        self._press([one._replace(group_id=group_id)])
        return self.model.orders.get((buyer, key))

    @rule(who=st.integers(0, 2), which=_WHICH, pages=st.integers(1, 2))
    def buy(self, who: int, which: int, pages: int) -> None:
        """Somebody buys; on PAGES of the bank, each of which takes his money."""
        order = self._hold(who, which, 1)
        if order is None:
            return
        some = list(self.model.orders.values()).index(order)
        if pages > 1:
            self.go_and_pay(some, ["refuse"])
            self._deliver(self.post[-1])
        self.go_and_pay(some, [])
        for asked in order.asked:
            self._at_the_bank(asked.reference, "pay")
        for word in self.post[-len(order.asked) :]:
            self._deliver(word)

    def _line_was_served(self, shelf: Shelf) -> int:
        orders = Order.objects.values_list("person_id", "key", "number")
        numbers = {(person_id, key): number for person_id, key, number in orders}
        return self.model.serve(shelf, numbers, self.now)

    @rule(which=_WHICH)
    def worker_serves_the_line(self, which: int) -> None:
        """What came free goes to those who wait; those whose sale is over wait no more."""
        shelf = self.shelves[which]
        with transaction.atomic():
            gone = waiting.serve(shelf.offer_id, self.now)
        if shelf.why_not(self.now) == "closed":
            assert gone == len(shelf.line)
            shelf.line.clear()
        else:
            assert gone == self._line_was_served(shelf)

    @rule(which=_WHICH, who=st.integers(0, 2))
    def leave_the_line(self, which: int, who: int) -> None:
        """Somebody waits no longer; those behind him move up."""
        shelf, person_id = self.shelves[which], self.people[who]
        place = next((one for one in shelf.line if one.person_id == person_id), None)
        before = Waiting.objects.filter(state="left").count()
        with transaction.atomic(), suppress(Refusal):
            waiting.leave(offer_id=shelf.offer_id, person_id=person_id, now=self.now)
        assert Waiting.objects.filter(state="left").count() == before + (place is not None)
        if place is not None:
            shelf.line.remove(place)

    @rule(which=_WHICH, first=st.integers(0, 2), second=st.integers(0, 2))
    def wait_and_be_served(self, which: int, first: int, second: int) -> None:
        """All that is left is bought, two people wait, and what comes back is theirs, in order."""
        shelf = self.shelves[which]
        for who in (first, second):
            self.press([(who, 20 + which, which, 1, True, True)])
        some = [o for o in self.model.orders.values() if o.shelf is shelf and o.state == "held"]
        if some:
            self.cancel(list(self.model.orders.values()).index(some[0]))
        self.worker_serves_the_line(which)

    @rule(minutes=st.sampled_from([1, 5, 16]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.now += minutes * MINUTE

    @rule(at_most=st.sampled_from([1, 500]))
    def worker_comes_round(self, at_most: int) -> None:
        """What is overdue ends, the oldest first."""
        with transaction.atomic():
            ended = expiry.expire_holds(self.now, at_most)
        overdue = self.model.overdue(self.now)
        assert ended == min(at_most, len(overdue))
        for order in overdue:
            if Order.objects.get(number=order.number).state == "expired":
                self.model.end(order, "expired")

    @precondition(lambda self: self.model.orders)
    @rule(some=_SOME)
    def open_its_page(self, some: int) -> None:
        """An order ends when somebody looks, if its time is up."""
        order = self._one(some)
        is_overdue = order in self.model.overdue(self.now)
        with transaction.atomic():
            assert expiry.expire_order(order.number, self.now) is is_overdue
        if is_overdue:
            self.model.end(order, "expired")

    @precondition(lambda self: self.model.orders)
    @rule(some=_SOME, choices=st.sampled_from([["pay"], ["refuse"], ["refuse", "pay"], []]))
    def go_and_pay(self, some: int, choices: list[str]) -> None:
        """A buyer goes to the bank, and presses buttons there."""
        order = self._one(some)
        if order.state != "held" or order.hold_until <= self.now:
            with refused("hold_over" if order.state == "held" else "not_to_be_paid"):
                self._start(order)
            return
        with transaction.atomic():
            payment_ = self._start(order)
            pay.send_to(payment_, "/")
        if payment_.reference not in self.charged:
            order.asked.append(Asked(payment_.reference))
            self.charged[payment_.reference] = (order, order.asked[-1])
        for choice in choices:
            self._at_the_bank(payment_.reference, choice)

    @precondition(lambda self: self.charged)
    @rule(some=_SOME, choice=st.sampled_from(["pay", "refuse"]))
    def press_at_the_bank(self, some: int, choice: str) -> None:
        """The bank's page stood open, however long."""
        self._at_the_bank(list(self.charged)[some % len(self.charged)], choice)

    @precondition(lambda self: self.post)
    @rule(some=_SOME, stays=st.booleans())
    def a_webhook_comes(self, some: int, stays: bool) -> None:
        """Whichever: late, in the wrong order, or (when it stays under way) twice."""
        word = self.post[some % len(self.post)]
        if not stays:
            self.post.remove(word)
        self._deliver(word)

    def _deliver(self, word: tuple[Ordered, Asked, bytes, bool]) -> None:
        order, asked, body, is_paid = word
        heard = hear(self._sealed(body), self.now)
        assert heard.number == order.number
        assert heard.came.value == self.model.money(order, asked, body, is_paid)

    @rule()
    def reconcile(self) -> None:
        """We look into the bank's book."""
        with transaction.atomic():
            found = payment.reconcile("sandbox", self.now)
        for heard in found:
            reference = Payment.objects.get(pk=heard.payment_id).reference
            order, asked = self.charged[reference]
            body = sandbox.word_of(sandbox.charge_of(reference), at=0).body
            assert heard.came.value == self.model.money(order, asked, body, is_paid=True)
        assert all(body in self.model.heard for _o, _a, body, is_paid in self.post if is_paid)

    @rule(some=_SOME)
    def money_goes_back(self, some: int) -> None:
        """The worker carries out one of the refunds that were asked for."""
        going = [asked for _order, asked in self.charged.values() if asked.is_going_back]
        to_do = pay.refunds_to_do()
        assert len(to_do) == sum(asked.state == "paid" for asked in going)
        if not to_do:
            return
        one = to_do[some % len(to_do)]
        with transaction.atomic():
            providers.by_name("sandbox").refund(one.payment, one.amount_fen, one.key)
        with transaction.atomic():
            assert cancel.refunded(one.pk, self.now)
        self.model.went_back(*self.charged[one.payment.reference])

    @precondition(lambda self: self.model.orders)
    @rule(some=_SOME)
    def cancel(self, some: int) -> None:
        """A buyer thinks better of it."""
        order = self._one(some)
        if not rules.may_become(order.state, "cancelled"):
            with refused("too_late_to_cancel"):
                cancel.cancel_order(number=order.number, now=self.now, person_id=None)
            return
        with transaction.atomic():
            cancel.cancel_order(number=order.number, now=self.now, person_id=None)
        self.model.end(order, "cancelled")

    @rule(which=_WHICH, quantity=st.integers(1, 4))
    def release(self, which: int, quantity: int) -> None:
        """The director puts more on an offer, if there is a day for each piece."""
        shelf = self.shelves[which]
        no = None
        try:
            with transaction.atomic():
                offers.release(offer_id=shelf.offer_id, quantity=quantity)
        except Refusal as refusal:
            no = refusal
        if no is not None:
            assert no.code == ("closed" if shelf.state == "closed" else "not_promised")
        else:
            shelf.released += quantity
            for sku_id, _each in shelf.pieces:
                on_offer = sum(one.left * dict(one.pieces).get(sku_id, 0) for one in self.shelves)
                assert on_offer <= sum(s.free for s in self.model.ladders[sku_id].values())

    @rule(which=_WHICH, quantity=st.integers(1, 4))
    def withdraw(self, which: int, quantity: int) -> None:
        """The director takes pieces off an offer, but none that is taken."""
        shelf = self.shelves[which]
        if quantity > shelf.left:
            with refused("taken_already", left=shelf.left):
                offers.withdraw(offer_id=shelf.offer_id, quantity=quantity)
            return
        if quantity > shelf.left - shelf.waiting:
            with refused("waited_for", left=shelf.left, waiting=shelf.waiting):
                offers.withdraw(offer_id=shelf.offer_id, quantity=quantity)
            return
        with transaction.atomic():
            offers.withdraw(offer_id=shelf.offer_id, quantity=quantity)
        shelf.released -= quantity

    @rule(which=_WHICH, limit=st.integers(1, 5), hours=st.sampled_from(_HOURS))
    def close_or_open_or_limit(
        self, which: int, limit: int, hours: tuple[int | None, int | None]
    ) -> None:
        """The sale ends, or goes on for some hours, or one person may have another number."""
        shelf = self.shelves[which]
        with transaction.atomic():
            if shelf.state == "closed":
                if shelf.parts:
                    return  # another bundle would be another offer
                opens_at, closes_at = (self.now + n * MINUTE if n else None for n in hours)
                offers.open_many(
                    show_id=shelf.show_id,
                    lines=[offers.Line(shelf.sku_id, limit, discount_fen=shelf.discount_fen)],
                    opens_at=opens_at,
                    closes_at=closes_at,
                )
                shelf.state, shelf.limit = "open", limit
                shelf.opens_at, shelf.closes_at = opens_at, closes_at
            elif limit > 3:
                offers.close_offer(offer_id=shelf.offer_id)
                self.model.close(shelf)
            else:
                offers.set_limit(offer_id=shelf.offer_id, limit_per_person=limit)
                shelf.limit = limit

    @rule(which=st.integers(0, 1), yuan=st.integers(100, 103))
    def change_the_price(self, which: int, yuan: int) -> None:
        """Whoever presses with the old one is told the new one."""
        version = published(self.skus[which], 100 * yuan)
        self.model.prices[self.skus[which].pk] = (version.version, 100 * yuan)

    @rule(which=st.integers(0, 1), quantity=st.integers(1, 3), later=st.booleans())
    def more_is_made_or_planned(self, which: int, quantity: int, later: bool) -> None:
        """Pieces come, and the ladder is built anew; or a day of the plan is added to it."""
        sku = self.skus[which]
        with transaction.atomic():
            if later:
                rung, _new = Rung.objects.get_or_create(
                    sku=sku, ship_by=LATER, source="plan", defaults={"quantity": 0}
                )
                rung.quantity += quantity
                rung.save()
            else:
                stock_actions.finish(sku_id=sku.pk, place=PLACE, quantity=quantity, cause="lot")
                self.there[sku.pk] += quantity
        self._read_ladders()

    @rule()
    def rebuild(self) -> None:
        """A new ladder: what is promised stays promised, and nothing is promised twice."""
        before = {
            (sku_id, day): step.taken
            for sku_id, days in self.model.ladders.items()
            for day, step in days.items()
            if step.taken
        }
        with transaction.atomic():
            rebuild_ladder([sku.pk for sku in self.skus], now=self.now)
        self._read_ladders()
        for (sku_id, day), taken in before.items():
            assert self.model.ladders[sku_id][day].taken == taken
        for sku in self.skus:
            self._nothing_is_promised_twice(sku.pk)

    def _nothing_is_promised_twice(self, sku_id: int) -> None:
        days = self.model.ladders[sku_id]
        handling = promise.handling()
        lots = [
            (handling.ships_from_plan(lot.done_at, self.now), lot.quantity)
            for lot in factory.completions([sku_id])
        ]
        owed = [
            (day[0], pieces)
            for order in self.model.orders.values()
            for its_sku, pieces, day in order.taken
            if its_sku == sku_id and order.state in ("held", "grouping", "paid", "making", "ready")
        ]

        def over(day: date) -> int:
            """What is left of the pieces that can have shipped by a day."""
            by_then = sum(pieces for ship_by, pieces in lots if ship_by <= day)
            return self.there[sku_id] + by_then - sum(n for due, n in owed if due <= day)

        dates = sorted({ship_by for ship_by, _n in [*days, *lots, *owed]})
        for day in dates:
            free = sum(step.free for (ship_by, _), step in days.items() if ship_by <= day)
            assert free <= max(0, over(day)), f"more is free by {day} than there will be"
        least, last = min(map(over, dates), default=0), over(date.max)
        assert sum(step.free for step in days.values()) == max(0, last), (
            "all is free that is not owed"
        )
        assert sum(step.at_risk for step in days.values()) == max(0, -least), "what lacks is said"

    @rule()
    def pack(self) -> None:
        """Paid orders get the pieces that are there."""
        with transaction.atomic():
            fulfilment.allocate(self.now, [sku.pk for sku in self.skus])
        states = dict(Order.objects.values_list("number", "state"))
        for order in self.model.orders.values():
            if states[order.number] != order.state:
                assert order.state in ("paid", "making")
                assert states[order.number] in ("making", "ready")
                order.state = states[order.number]

    @precondition(lambda self: self.model.orders)
    @rule(some=_SOME)
    def ship(self, some: int) -> None:
        """What is packed leaves us."""
        order = self._one(some)
        if order.state != "ready":
            with refused("not_now"):
                self._ship(order)
            return
        with transaction.atomic():
            self._ship(order)
        for sku_id, pieces, _day in order.taken:
            self.there[sku_id] -= pieces
        self.model.ship(order)

    @invariant()
    def the_books_agree(self) -> None:
        """Ledger, offers, ladder, orders and news tell one story."""
        assert_the_books_agree()

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        """Each order, each offer and each rung."""
        orders = Order.objects.values_list("number", "state", "ship_by", "rung_source", "quantity")
        assert set(orders) == {
            (one.number, one.state, *one.day, one.quantity) for one in self.model.orders.values()
        }
        parts = OrderPart.objects.values_list(
            "order__number", "sku_id", "quantity", "ship_by", "rung_source"
        )
        assert set(parts) == {
            (one.number, sku_id, pieces, *day)
            for one in self.model.orders.values()
            if one.shelf.parts
            for sku_id, pieces, day in one.taken
        }
        shelves = Offer.objects.filter(pk__in=self.model.shelves)
        assert set(
            shelves.values_list("pk", "state", "limit_per_person", "released", "taken", "waiting")
        ) == {
            (one.offer_id, one.state, one.limit, one.released, one.taken, one.waiting)
            for one in self.shelves
        }
        assert all(0 <= one.taken <= one.released for one in self.shelves)
        lines = Waiting.objects.filter(state="waiting").order_by("id")
        for one in self.shelves:
            line = lines.filter(offer_id=one.offer_id).values_list("person_id", "quantity")
            assert list(line) == [(press.person_id, press.quantity) for press in one.line]
        assert self._ladders() == self.model.ladders

    @invariant()
    def each_payment_is_as_the_model_says(self) -> None:
        """Open, paid, failed, cancelled, refunded; and what is to go back is asked for."""
        states = dict(Payment.objects.values_list("reference", "state"))
        assert states == {
            reference: asked.state for reference, (_order, asked) in self.charged.items()
        }

    @invariant()
    def a_promise_is_kept_or_made_better(self) -> None:
        """No order ships later than its buyer was told when he pressed."""
        assert all(one.day[0] <= one.promised for one in self.model.orders.values())

    @invariant()
    def money_and_goods_go_together(self) -> None:
        """What we keep of an order's money is its price, or nothing when it has no goods."""
        kept: dict[str, int] = {}
        for reference, fen in Payment.objects.filter(paid_at__isnull=False).values_list(
            "reference", "amount_fen"
        ):
            number = self.charged[reference][0].number
            kept[number] = kept.get(number, 0) + fen
        back = Refund.objects.values("payment__reference").annotate(fen=Sum("amount_fen"))
        for reference, fen in back.values_list("payment__reference", "fen"):
            kept[self.charged[reference][0].number] -= fen
        for order in self.model.orders.values():
            has_goods = order.state not in ("held", *GIVEN_BACK)
            price = order.quantity * order.press.price_fen
            assert kept.get(order.number, 0) == (price if has_goods else 0)

    def _one(self, some: int) -> Ordered:
        return list(self.model.orders.values())[some % len(self.model.orders)]

    def _start(self, order: Ordered) -> Payment:
        return payment.start_payment(
            number=order.number,
            person_id=order.press.person_id,
            provider="sandbox",
            now=self.now,
        )

    def _ship(self, order: Ordered) -> None:
        fulfilment.ship(number=order.number, carrier="SF", tracking_number="1", now=self.now)

    def _at_the_bank(self, reference: UUID, choice: str) -> None:
        order, asked = self.charged[reference]
        if choice == "refuse" and sandbox.charge_of(reference).state == "paid":
            return
        with transaction.atomic():
            word = sandbox.decide(reference, choice, self.now)  # type: ignore[arg-type]
        self.post.append((order, asked, word.body, choice == "pay"))

    def _sealed(self, body: bytes) -> sandbox.Sealed:
        seal = pay_rules.seal(body, at=int(self.now.timestamp()), key=sandbox._key())
        return sandbox.Sealed({sandbox.SEAL_HEADER: seal}, body)

    def _ladders(self) -> dict[int, dict[Day, Step]]:
        found: dict[int, dict[Day, Step]] = {sku.pk: {} for sku in self.skus}
        for rung in Rung.objects.filter(sku__in=self.skus, ship_by__gte=TODAY):
            step = Step(rung.quantity, rung.taken, rung.kept, rung.at_risk)
            found[rung.sku_id][rung.ship_by, rung.source] = step
        return found

    def _read_ladders(self) -> None:
        self.model.ladders = self._ladders()


@pytest.mark.timeout(900)  # ten seconds on an idle machine
@pytest.mark.parametrize("walk", [0, 1], ids=["stories", "all"])
def test_whatever_happens_the_floor_does_what_the_model_does(walk: int) -> None:
    from tests.order.making import WALKS  # they stand on this one

    run_state_machine_as_test(
        WALKS[walk],
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=LENGTH,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
