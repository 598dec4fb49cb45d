"""Money is taken for what is held, with the promise that was paid for, and otherwise sent back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.offer.models import Offer
from firsthand.order import tasks
from firsthand.order.actions import cancel, expiry, fulfilment, payment
from firsthand.order.actions.payment import Came
from firsthand.order.models import Order, OrderStep
from firsthand.order.store import order_page
from firsthand.pay import actions as pay
from firsthand.pay import sandbox
from firsthand.pay.models import Payment, ProviderWord, SandboxCharge
from firsthand.people.models import Address
from firsthand.promise.models import Rung
from firsthand.stock import store as stock
from tests.shop import (
    FEED,
    PRICE_FEN,
    SOON,
    assert_the_books_agree,
    hear,
    held,
    kettle,
    paid,
    people,
    refused,
    webhook,
)

pytestmark = pytest.mark.django_db


def test_a_paid_order_is_sold_and_told() -> None:
    offer = kettle(stock=3)
    [ann] = people(1)
    order = held(ann, offer, quantity=2)
    heard = hear(webhook(order))
    assert (heard.came, heard.number) == (Came.PAID, order.number)
    order.refresh_from_db()
    assert order.state == "paid" and order.paid_at is not None
    balances = stock.balances([offer.sku_id])[offer.sku_id]
    assert (balances["held"], balances["sold"], balances["on_offer"]) == (0, 2, 1)
    told = outbox.after(FEED, 0)[-1]
    assert (told.name, told.body) == (
        "orders_paid.v1",
        {
            "offer_id": offer.pk,
            "sku_id": offer.sku_id,
            "orders": 1,
            "pieces": 2,
            "amount_fen": 2 * PRICE_FEN,
            "left": 1,
        },
    )
    assert_the_books_agree()


def test_the_address_is_written_down_when_the_buyer_goes_to_pay() -> None:
    offer = kettle(stock=3)
    [ann] = people(1)
    order = held(ann, offer)
    webhook(order)
    home = ann.addresses.get()
    home.street = "moved away"
    home.save()
    assert order_page(order.number, ann, now()).delivery.street == "龙井路 1 号"  # type: ignore[union-attr]


def test_a_parcel_goes_to_the_address_that_was_named_if_it_is_the_buyers_own() -> None:
    offer = kettle(stock=3)
    ann, bob = people(2)
    work = Address.objects.create(
        person=ann,
        recipient="Ann",
        phone="+8613800138001",
        region="R",
        street="S",
        is_default=False,
    )
    order = held(ann, offer)

    def go(address_id: int | None) -> str:
        payment.start_payment(
            number=order.number,
            person_id=ann.pk,
            provider="sandbox",
            now=now(),
            address_id=address_id,
        )
        order.delivery.refresh_from_db()
        return order.delivery.street

    assert go(None) == "龙井路 1 号"
    assert go(work.pk) == "S"
    with refused("no_address"):
        go(bob.addresses.get().pk)
    Order.objects.filter(pk=order.pk).update(address_id=bob.addresses.get().pk)
    assert go(None) == "龙井路 1 号", "what a browser said in a burst is not believed"


def test_going_to_pay_twice_asks_for_the_money_once() -> None:
    order = held(people(1)[0], kettle(stock=3))
    webhook(order)
    webhook(order)
    assert Payment.objects.count() == SandboxCharge.objects.count() == 1


def test_somebody_elses_order_is_not_paid_or_seen() -> None:
    ann, bob = people(2)
    order = held(ann, kettle(stock=3))
    with refused("no_such_order"):
        payment.start_payment(number=order.number, person_id=bob.pk, provider="sandbox", now=now())
    with refused("no_such_order"):
        order_page(order.number, bob, now())
    assert order_page(order.number, ann, now()).can_pay


def test_a_paid_order_and_one_whose_time_is_up_are_not_to_be_paid() -> None:
    ann, bob = people(2)
    offer = kettle(stock=3)
    done, late = paid(ann, offer), held(bob, offer, at=now() - timedelta(hours=1))
    with refused("not_to_be_paid", state="paid"):
        payment.start_payment(number=done.number, person_id=ann.pk, provider="sandbox", now=now())
    with refused("hold_over"):
        payment.start_payment(number=late.number, person_id=bob.pk, provider="sandbox", now=now())


def test_the_same_webhook_twice_sells_once() -> None:
    offer = kettle(stock=3)
    order = held(people(1)[0], offer)
    word = webhook(order)
    assert [hear(word).came for _ in range(3)] == [Came.PAID, Came.HEARD_BEFORE, Came.HEARD_BEFORE]
    assert OrderStep.objects.filter(order=order, state="paid").count() == 1
    assert_the_books_agree()


def test_a_forged_webhook_changes_nothing() -> None:
    offer = kettle(stock=3)
    order = held(people(1)[0], offer)
    word = webhook(order)
    with refused("forged"):
        hear(word._replace(body=word.body.replace(b"refused", b"paid") + b" "))
    with refused("no_such_provider"):
        payment.payment_heard("cowrie", word.headers, word.body, now())
    order.refresh_from_db()
    assert order.state == "held"
    assert not ProviderWord.objects.exists()
    assert_the_books_agree()


def test_a_refusal_after_a_payment_and_a_payment_after_a_refusal() -> None:
    """Webhooks come in any order."""
    offer = kettle(stock=3)
    order = held(people(1)[0], offer)
    no = webhook(order, "refuse")
    yes = webhook(order, "pay")
    assert [hear(word).came for word in (yes, no)] == [Came.PAID, Came.HEARD_BEFORE]
    other = held(people(1)[0], offer)
    no = webhook(other, "refuse")
    assert hear(no).came is Came.NOTED
    assert hear(webhook(other, "pay")).came is Came.PAID
    assert_the_books_agree()


def test_paying_just_before_the_worker_comes_round_is_in_time() -> None:
    offer = kettle(stock=1)
    order = held(people(1)[0], offer, at=now() - timedelta(minutes=16))
    assert hear(webhook(order)).came is Came.PAID
    assert expiry.expire_holds(now()) == 0
    assert_the_books_agree()


def test_a_late_payment_takes_the_pieces_again_if_they_are_still_there() -> None:
    offer = kettle(stock=1)
    order = held(people(1)[0], offer, at=now() - timedelta(minutes=20))
    word = webhook(order)
    assert expiry.expire_holds(now()) == 1
    assert hear(word).came is Came.TAKEN_AGAIN
    order.refresh_from_db()
    assert (order.state, order.ship_by, order.ended_at) == ("paid", SOON, None)
    assert list(order.steps.order_by("id").values_list("state", "note")) == [
        ("held", ""),
        ("expired", ""),
        ("paid", "paid_late"),
    ]
    assert outbox.after(FEED, 0)[-1].body["left"] == 0
    assert_the_books_agree()


def test_a_late_payment_for_pieces_that_are_gone_is_sent_back_and_says_so() -> None:
    offer = kettle(stock=1)
    ann, bob = people(2)
    order = held(ann, offer, at=now() - timedelta(minutes=20))
    word = webhook(order)
    expiry.expire_holds(now())
    held(bob, offer)
    heard = hear(word)
    assert heard.came is Came.SENT_BACK
    assert "money" in str(heard.sentence) or "退" in str(heard.sentence)
    order.refresh_from_db()
    assert order.state == "expired"
    assert tasks.carry_out_refunds() == 1
    order.refresh_from_db()
    assert order.state == "refunded"
    assert SandboxCharge.objects.get().refunded_fen == PRICE_FEN
    assert order_page(order.number, ann, now()).refunded_fen == PRICE_FEN
    assert [step.note for step in order.steps.order_by("id")] == ["", "", "sent_back", "late"]
    assert tasks.carry_out_refunds() == 0
    assert_the_books_agree()


def test_a_late_payment_is_not_honoured_with_a_later_day_than_was_paid_for() -> None:
    offer = kettle(stock=1, plan=5)
    ann, bob = people(2)
    order = held(ann, offer, at=now() - timedelta(minutes=20))
    word = webhook(order)
    expiry.expire_holds(now())
    assert held(bob, offer).ship_by == SOON
    assert hear(word).came is Came.SENT_BACK
    assert_the_books_agree()


def test_a_late_payment_on_an_offer_that_was_closed_is_sent_back() -> None:
    offer = kettle(stock=1)
    order = held(people(1)[0], offer, at=now() - timedelta(minutes=20))
    word = webhook(order)
    offers.close_offer(offer_id=offer.pk)
    expiry.expire_holds(now())
    assert hear(word).came is Came.SENT_BACK
    assert_the_books_agree()


def test_an_earlier_day_that_became_free_is_better_than_what_was_paid_for() -> None:
    offer = kettle(stock=1, plan=1)
    ann, bob = people(2)
    early = held(ann, offer, at=now() - timedelta(minutes=30))
    late = held(bob, offer, at=now() - timedelta(minutes=30))
    word = webhook(late)
    assert late.ship_by > early.ship_by
    expiry.expire_holds(now())
    assert hear(word).came is Came.TAKEN_AGAIN
    late.refresh_from_db()
    assert (late.ship_by, late.rung_source) == (SOON, "stock")
    assert_the_books_agree()


def test_an_order_paid_twice_is_sold_once_and_the_second_payment_goes_back() -> None:
    """The first payment was given up for another one; then its payer paid both."""
    offer = kettle(stock=3)
    [ann] = people(1)
    order = held(ann, offer)
    first = webhook(order)
    Payment.objects.update(state="cancelled")
    second = webhook(order)
    assert [hear(word).came for word in (first, second)] == [Came.PAID, Came.SENT_BACK]
    assert tasks.carry_out_refunds() == 1
    order.refresh_from_db()
    assert order.state == "paid", "the order was paid, and stays so"
    assert sorted(SandboxCharge.objects.values_list("refunded_fen", flat=True)) == [0, PRICE_FEN]
    assert_the_books_agree()


def test_a_webhook_that_was_lost_is_made_good_by_reconciliation() -> None:
    offer = kettle(stock=3)
    order = held(people(1)[0], offer)
    word = webhook(order)  # the bank took the money, and its webhook never came
    assert tasks.reconcile() == 1
    order.refresh_from_db()
    assert order.state == "paid"
    assert hear(word).came is Came.HEARD_BEFORE
    assert tasks.reconcile() == 0
    assert_the_books_agree()


def transactions_of_orders() -> int:
    """How many transactions wrote the orders as they are now."""
    with connection.cursor() as cursor:
        cursor.execute("select count(distinct xmin::text) from order_order")
        return int(cursor.fetchone()[0])


def test_each_word_that_is_reconciled_has_a_transaction_of_its_own() -> None:
    offer = kettle(stock=4)
    for person in people(2):
        webhook(held(person, offer))
    assert tasks.reconcile() == 2
    assert transactions_of_orders() == 2


def test_words_that_are_reconciled_in_one_transaction_are_seen_to_be() -> None:
    """The control of the test above."""
    offer = kettle(stock=4)
    for person in people(2):
        webhook(held(person, offer))
    with transaction.atomic():
        assert len(payment.reconcile("sandbox", now())) == 2
    assert transactions_of_orders() == 1


def test_what_was_lost_while_we_were_away_is_found_by_looking_further_back() -> None:
    order = held(people(1)[0], kettle(stock=3))
    webhook(order)
    SandboxCharge.objects.update(decided_at=now() - timedelta(days=2))
    assert (tasks.reconcile(), tasks.reconcile_far()) == (0, 1)
    order.refresh_from_db()
    assert order.state == "paid"


def test_reconciliation_leaves_money_of_another_amount_to_a_person() -> None:
    order = held(people(1)[0], kettle(stock=3))
    webhook(order)
    SandboxCharge.objects.update(amount_fen=1)
    assert payment.reconcile("sandbox", now()) == []
    order.refresh_from_db()
    assert order.state == "held"


def test_money_for_something_else_is_heard_and_touches_no_order() -> None:
    asked = pay.open_payment(purpose="repair:1", amount_fen=5, provider="sandbox")
    pay.send_to(asked, "/")
    heard = hear(sandbox.decide(asked.reference, "pay", now()))
    assert (heard.came, heard.number) == (Came.NOTED, None)
    asked.refresh_from_db()
    assert asked.state == "paid"


def test_the_tables_refuse_to_promise_or_take_what_a_mistake_in_the_rules_would() -> None:
    """A control: behind the rules stand constraints, and they have names."""
    offer = kettle(stock=1)
    held(people(1)[0], offer)
    with pytest.raises(IntegrityError, match="no_overpromising"), transaction.atomic():
        Rung.objects.filter(sku=offer.sku).update(taken=2)
    with pytest.raises(IntegrityError, match="no_more_taken_than_released"), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(taken=2)


def test_who_let_one_expire_and_bought_his_share_anew_does_not_get_both() -> None:
    offer = kettle(stock=9, limit_per_person=2)
    [ann] = people(1)
    let_go = held(ann, offer, quantity=2)
    late = webhook(let_go)
    expiry.expire_holds(let_go.hold_until)
    assert held(ann, offer, quantity=2, at=let_go.hold_until).state == "held"
    assert hear(late).came is Came.SENT_BACK
    let_go.refresh_from_db()
    assert let_go.state == "expired"
    assert tasks.carry_out_refunds() == 1
    let_go.refresh_from_db()
    assert let_go.state == "refunded"
    assert_the_books_agree()


def _charged_twice(order: Order) -> tuple[sandbox.Sealed, sandbox.Sealed]:
    """He refuses on one of the bank's pages, goes again, and then pays on both."""
    first = Payment.objects.get(pk=hear(webhook(order, "refuse")).payment_id)
    second = webhook(order)
    return sandbox.decide(first.reference, "pay", now()), second


def test_the_second_charge_that_went_back_does_not_make_a_shipped_order_refunded() -> None:
    [ann] = people(1)
    order = held(ann, kettle(stock=3))
    first, second = _charged_twice(order)
    assert [hear(first).came, hear(second).came] == [Came.PAID, Came.SENT_BACK]
    fulfilment.allocate(now())
    fulfilment.ship(number=order.number, carrier="SF", tracking_number="1", now=now())
    assert tasks.carry_out_refunds() == 1
    order.refresh_from_db()
    assert order.state == "shipped"
    cancel.refund_order(number=order.number, amount_fen=order.amount_fen, now=now())
    assert tasks.carry_out_refunds() == 1
    order.refresh_from_db()
    assert order.state == "refunded"
    assert_the_books_agree()


def test_who_cancels_gets_the_charge_back_that_paid_and_not_the_one_that_is_going_back() -> None:
    ann, bob = people(2)
    offer = kettle(stock=1)
    order = held(ann, offer)
    first, second = _charged_twice(order)
    expiry.expire_holds(order.hold_until)
    other = held(bob, offer, at=order.hold_until)
    assert hear(first).came is Came.SENT_BACK, "nothing is left at this moment"
    cancel.cancel_order(number=other.number, now=now(), person_id=None)
    assert hear(second).came is Came.TAKEN_AGAIN
    cancel.cancel_order(number=order.number, now=now(), person_id=None)
    assert tasks.carry_out_refunds() == 2
    order.refresh_from_db()
    assert order.state == "refunded"
    assert_the_books_agree()
