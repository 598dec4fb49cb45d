"""A deposit now, the balance by a date: what was said first is what happens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.offer import presale as presales
from firsthand.offer.models import Offer
from firsthand.order import tasks
from firsthand.order.actions import cancel, deposit, expiry, fulfilment, payment
from firsthand.order.actions.payment import Came
from firsthand.order.actions.settle import settle
from firsthand.order.models import Deposit, Order, OrderStep
from firsthand.order.store import order_page
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay import sandbox
from firsthand.pay.models import Payment, Refund, SandboxCharge
from firsthand.people.models import Person
from firsthand.promise.models import Rung
from firsthand.stock import store as stock
from tests.order.test_expiry import at_once, everything
from tests.presales import (
    DEPOSIT_FEN,
    PRESALE_FEN,
    deposited,
    end_of,
    on_presale,
    presale,
)
from tests.shop import (
    FEED,
    SHOW,
    SOON,
    TODAY,
    assert_the_books_agree,
    goods,
    hear,
    kettle,
    people,
    press,
    published,
    refused,
    webhook,
)

pytestmark = pytest.mark.django_db

BALANCE_FEN = PRESALE_FEN - DEPOSIT_FEN
TOMORROW = end_of(TODAY)


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def notes_of(order: Order) -> list[str]:
    steps = OrderStep.objects.filter(order=order).order_by("at", "id")
    return [note for note in steps.values_list("note", flat=True) if note]


def kept_of(order: Order) -> int:
    """What we have of an order's money, once all that is to go back has gone."""
    tasks.carry_out_refunds()
    return sum(
        charge.amount_fen - charge.refunded_fen
        for charge in SandboxCharge.objects.filter(
            state="paid",
            reference__in=Payment.objects.filter(purpose__endswith=f":{order.number}").values_list(
                "reference", flat=True
            ),
        )
    )


def time_is_up(order: Order) -> None:
    """Nobody paid in time, and the worker comes round."""
    order.refresh_from_db()
    assert expiry.expire_holds(order.hold_until) == 1


def test_a_hundred_now_and_the_rest_by_its_day_is_the_price_that_he_saw() -> None:
    offer = presale(stock=3)
    [ann] = people(1)
    order = on_presale(ann, offer, quantity=1)
    hold_until = order.hold_until
    assert (order.amount_fen, order.state) == (99_900, "held")
    assert hold_until < now() + timedelta(minutes=16), "as long as any hold: it is for the deposit"
    assert hear(webhook(order)).came is Came.PAID
    assert state_of(order) == "deposited"
    assert order.hold_until == offer.balance_due_at
    assert stock.balances([offer.sku_id])[offer.sku_id]["held"] == 1, "the pieces stay held"
    published(offer.sku, 1_299_00)  # dearer for others, not for her
    assert hear(webhook(order)).came is Came.PAID
    assert state_of(order) == "paid"
    amounts = dict(Payment.objects.values_list("purpose", "amount_fen"))
    assert amounts == {
        f"deposit:{order.number}": 10_000,
        f"order:{order.number}": 89_900,
    }
    assert stock.balances([offer.sku_id])[offer.sku_id]["sold"] == 1
    assert [news.name for news in outbox.after(FEED, 0)][-3:] == [
        "orders_held.v1",
        "deposits_paid.v1",
        "orders_paid.v1",
    ]
    assert_the_books_agree()


def test_two_pieces_are_two_deposits_of_one_order() -> None:
    order = deposited(people(1)[0], presale(), quantity=2)
    terms = Deposit.objects.get(order=order)
    assert (terms.amount_fen, terms.is_kept) == (20_000, False)
    page = order_page(order.number, order.person, now())
    assert page.due is not None
    assert (page.due.part.value, page.due.amount_fen) == ("balance", 2 * 89_900)


def test_only_a_presale_writes_terms_of_a_deposit() -> None:
    [ann, bob] = people(2)
    usual, early = kettle(stock=2), presale(stock=2)
    with transaction.atomic():
        answers = settle(
            [
                press(ann, usual),
                press(bob, early, price_fen=PRESALE_FEN, price_version=2),
                press(ann, early, price_fen=PRESALE_FEN, price_version=2, quantity=2),
            ],
            now(),
        )
    assert [answer.outcome.value for answer in answers] == ["held", "held", "sold_out"]
    assert list(Deposit.objects.values_list("order__person_id", flat=True)) == [bob.pk]
    assert_the_books_agree()


def test_a_presale_ships_after_the_last_day_of_its_balance() -> None:
    """Two on the shelf could ship the day after tomorrow; but until then one may still pay."""
    sku = goods(on_hand=2, plan=1)
    words: dict[str, Any] = {
        "show_id": SHOW,
        "sku_id": sku.pk,
        "deposit_fen": 100,
        "balance_due_at": end_of(SOON),
        "now": now(),
    }
    with refused("not_promised", most=1):
        presales.open_presale(**words, quantity=2)
    with transaction.atomic():
        offer = presales.open_presale(**words, quantity=1)
    with refused("not_promised"):
        offers.release(offer_id=offer.pk, quantity=1)
    [ann] = people(1)
    [answer] = settle([press(ann, offer)], now())
    assert answer.hold is not None
    assert answer.hold.ship_by == TODAY + timedelta(days=9)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("bad_deposit", {"deposit_fen": 0}),
        ("bad_deposit", {"deposit_fen": 199_00}),
        ("bad_due", {"balance_due_at": now() + timedelta(minutes=30)}),
        ("bad_due", {"balance_due_at": now() + timedelta(days=400)}),
        ("bad_balance", {"balance_opens_at": end_of(TODAY + timedelta(days=1))}),
        ("bad_times", {"closes_at": end_of(TODAY + timedelta(days=1))}),
        ("bad_limit", {"limit_per_person": 0}),
        ("bad_quantity", {"quantity": -1}),
    ],
)
def test_terms_that_cannot_be_are_refused(code: str, changed: dict[str, object]) -> None:
    sku = goods(on_hand=1)
    words = {
        "show_id": SHOW,
        "sku_id": sku.pk,
        "deposit_fen": 100,
        "balance_due_at": end_of(TODAY + timedelta(days=1)),
        "now": now(),
        **changed,
    }
    with refused(code):
        presales.open_presale(**words)  # type: ignore[arg-type]
    assert not Offer.objects.exists()


def test_one_may_not_press_when_the_deposit_is_all_of_the_price_or_the_time_is_up() -> None:
    offer = presale(stock=2)
    [ann] = people(1)
    published(offer.sku, DEPOSIT_FEN)
    early = press(ann, offer, price_fen=DEPOSIT_FEN, price_version=3)
    assert [a.outcome.value for a in settle([early], now())] == ["closed"]
    published(offer.sku, DEPOSIT_FEN + 1)
    later = press(ann, offer, price_fen=DEPOSIT_FEN + 1, price_version=4)
    assert offer.balance_due_at is not None
    Offer.objects.filter(pk=offer.pk).update(closes_at=None)
    assert [a.outcome.value for a in settle([later], offer.balance_due_at)] == ["closed"]
    assert [a.outcome.value for a in settle([later], now())] == ["held"]


def test_the_balance_cannot_be_paid_before_it_opens_and_not_after_it_was_due() -> None:
    order = deposited(people(1)[0], presale(balance_opens_at=TOMORROW))
    words: dict[str, Any] = {
        "number": order.number,
        "person_id": order.person_id,
        "provider": "sandbox",
    }
    with refused("balance_not_open", opens_at=TOMORROW.astimezone(UTC).isoformat()):
        payment.start_payment(**words, now=TOMORROW - timedelta(seconds=1))
    with refused("hold_over"):
        payment.start_payment(**words, now=order.hold_until)
    page = order_page(order.number, order.person, now())
    assert (page.can_pay, page.is_overdue) == (False, False)
    assert order_page(order.number, order.person, TOMORROW).can_pay
    with transaction.atomic():
        asked = payment.start_payment(**words, now=TOMORROW)
    assert (asked.purpose, asked.amount_fen) == (f"order:{order.number}", 89_900)


def test_who_does_not_go_on_gets_the_deposit_back_as_it_is_the_rule() -> None:
    offer = presale()
    [ann] = people(1)
    before = everything()
    order = deposited(ann, offer)
    assert not order_page(order.number, ann, now()).deposit_is_kept
    time_is_up(order)
    assert everything() == before
    assert notes_of(order) == ["deposit_back"]
    assert kept_of(order) == 0
    assert state_of(order) == "refunded"
    assert_the_books_agree()


def test_a_deposit_is_kept_only_where_that_was_said_and_the_step_says_how_much() -> None:
    offer = presale(deposit_is_kept=True)
    [ann] = people(1)
    before = everything()
    order = deposited(ann, offer)
    assert order_page(order.number, ann, now()).deposit_is_kept
    time_is_up(order)
    assert everything() == before, "the pieces are free again, whatever becomes of the money"
    assert notes_of(order) == ["deposit_kept:10000"]
    assert (kept_of(order), state_of(order)) == (10_000, "expired")
    assert order_page(order.number, ann, now()).kept_fen == 10_000
    assert not Refund.objects.exists()
    told = {news.name: news.body for news in outbox.after(FEED, 0)}
    assert told["deposits_kept.v1"] == {
        "offer_id": offer.pk,
        "sku_id": offer.sku_id,
        "orders": 1,
        "amount_fen": 10_000,
    }
    assert_the_books_agree()


def test_the_rule_is_the_one_he_was_shown_whatever_the_maker_says_later() -> None:
    offer = presale()
    order = deposited(people(1)[0], offer)
    Offer.objects.filter(pk=offer.pk).update(deposit_is_kept=True, deposit_fen=500_00)
    time_is_up(order)
    assert kept_of(order) == 0


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("stage", ["held", "deposited", "paid"])
@pytest.mark.parametrize("by", ["buyer", "us"])
def test_what_goes_back_when_it_is_cancelled(by: str, stage: str, is_kept: bool) -> None:
    offer = presale(deposit_is_kept=is_kept)
    [ann] = people(1)
    before = everything()
    order = on_presale(ann, offer) if stage == "held" else deposited(ann, offer)
    if stage == "paid":
        hear(webhook(order))
    cancel.cancel_order(number=order.number, now=now(), person_id=ann.pk if by == "buyer" else None)
    keeps = is_kept and stage == "deposited" and by == "buyer"
    assert everything() == before
    assert kept_of(order) == (10_000 if keeps else 0)
    assert state_of(order) == ("cancelled" if keeps or stage == "held" else "refunded")
    assert ("deposit_kept:10000" in notes_of(order)) is keeps
    assert_the_books_agree()


def at_risk(order: Order, pieces: int = 1) -> None:
    Rung.objects.filter(
        sku_id=order.sku_id, ship_by=order.ship_by, source=order.rung_source
    ).update(at_risk=pieces)


@pytest.mark.parametrize("how", ["leaves", "expires"])
def test_when_our_day_is_at_risk_he_may_leave_with_all_his_money(how: str) -> None:
    order = deposited(people(1)[0], presale(deposit_is_kept=True))
    at_risk(order)
    page = order_page(order.number, order.person, now())
    assert (page.is_at_risk, page.deposit_is_kept) == (True, False)
    if how == "leaves":
        cancel.cancel_order(number=order.number, now=now(), person_id=order.person_id)
    else:
        time_is_up(order)
    assert (kept_of(order), state_of(order)) == (0, "refunded")
    assert_the_books_agree()


def test_who_was_told_that_his_day_is_at_risk_may_leave_even_if_it_is_safe_again() -> None:
    order = deposited(people(1)[0], presale(deposit_is_kept=True))
    assert tasks.tell_risks() == 0
    at_risk(order)
    assert [tasks.tell_risks(), tasks.tell_risks()] == [1, 0], "once"
    assert notes_of(order) == ["at_risk"]
    at_risk(order, 0)
    cancel.cancel_order(number=order.number, now=now(), person_id=order.person_id)
    assert (kept_of(order), state_of(order)) == (0, "refunded")


def test_what_comes_late_for_a_deposit_buys_it_when_the_pieces_are_still_there() -> None:
    [ann] = people(1)
    offer = presale(stock=1)
    order = on_presale(ann, offer, at=now() - timedelta(hours=1))
    word = webhook(order)
    expiry.expire_holds(now())
    assert hear(word).came is Came.TAKEN_AGAIN
    assert state_of(order) == "deposited"
    assert order.hold_until == offer.balance_due_at
    assert hear(webhook(order)).came is Came.PAID
    assert_the_books_agree()


def test_a_late_deposit_goes_back_when_another_has_the_piece() -> None:
    [ann, bob] = people(2)
    offer = presale(stock=1)
    order = on_presale(ann, offer, at=now() - timedelta(hours=1))
    word = webhook(order)
    expiry.expire_holds(now())
    on_presale(bob, offer)
    assert hear(word).came is Came.SENT_BACK
    assert (kept_of(order), state_of(order)) == (0, "refunded")
    assert_the_books_agree()


def test_a_deposit_that_comes_when_the_balance_was_due_is_no_use_to_anybody() -> None:
    offer = presale()
    order = on_presale(people(1)[0], offer)
    word = webhook(order)
    Deposit.objects.filter(order=order).update(balance_due_at=now() - timedelta(seconds=1))
    assert hear(word).came is Came.SENT_BACK
    assert (kept_of(order), state_of(order)) == (0, "held")
    assert_the_books_agree()


def test_a_late_balance_is_honoured_while_we_have_its_deposit_and_the_piece() -> None:
    [ann] = people(1)
    order = deposited(ann, presale(deposit_is_kept=True))
    word = webhook(order)
    time_is_up(order)
    assert hear(word).came is Came.TAKEN_AGAIN
    assert (state_of(order), kept_of(order)) == ("paid", 99_900)
    assert order_page(order.number, ann, now()).kept_fen == 0
    assert_the_books_agree()


def test_a_late_balance_goes_back_when_its_deposit_does() -> None:
    order = deposited(people(1)[0], presale())
    word = webhook(order)
    time_is_up(order)
    assert hear(word).came is Came.SENT_BACK
    assert (kept_of(order), state_of(order)) == (0, "refunded")
    assert_the_books_agree()


def test_a_late_balance_goes_back_when_another_has_the_piece_and_the_deposit_stays_kept() -> None:
    [ann, bob] = people(2)
    offer = presale(stock=1, deposit_is_kept=True)
    order = deposited(ann, offer)
    word = webhook(order)
    time_is_up(order)
    on_presale(bob, offer)
    assert hear(word).came is Came.SENT_BACK
    assert (kept_of(order), state_of(order)) == (10_000, "expired")
    assert_the_books_agree()


def two_pages(order: Order) -> tuple[sandbox.Sealed, sandbox.Sealed]:
    """The buyer pays on two pages of the bank: one lay open from a try that was refused."""
    first = webhook(order, "refuse")
    hear(first)
    [lay_open] = Payment.objects.filter(state="failed")
    second = webhook(order)
    return second, sandbox.decide(lay_open.reference, "pay", now())


def test_a_deposit_paid_twice_goes_back_once() -> None:
    order = on_presale(people(1)[0], presale())
    first, second = two_pages(order)
    assert [hear(word).came for word in (first, second)] == [Came.PAID, Came.SENT_BACK]
    assert (kept_of(order), state_of(order)) == (10_000, "deposited")


def test_a_balance_paid_twice_goes_back_once() -> None:
    order = deposited(people(1)[0], presale())
    first, second = two_pages(order)
    assert [hear(word).came for word in (first, second)] == [Came.PAID, Came.SENT_BACK]
    assert (kept_of(order), state_of(order)) == (99_900, "paid")


def test_the_word_of_the_balance_may_come_before_a_word_of_the_deposit() -> None:
    """Reconciliation heard of the deposit first; its webhook comes last, and once more."""
    order = on_presale(people(1)[0], presale())
    of_deposit = webhook(order)
    assert [heard.came for heard in payment.reconcile("sandbox", now())] == [Came.PAID]
    of_balance = webhook(order)
    words = [of_balance, of_deposit, of_balance, of_deposit]
    assert [hear(word).came for word in words] == [Came.PAID, *[Came.HEARD_BEFORE] * 3]
    assert (kept_of(order), state_of(order)) == (99_900, "paid")
    assert_the_books_agree()


def test_reconciliation_finds_a_balance_that_no_webhook_told_of() -> None:
    order = deposited(people(1)[0], presale())
    webhook(order)
    assert [heard.came for heard in payment.reconcile("sandbox", now())] == [Came.PAID]
    assert state_of(order) == "paid"


def test_goodwill_may_be_all_of_both_payments_and_no_more() -> None:
    order = deposited(people(1)[0], presale())
    hear(webhook(order))
    fulfilment.allocate(now())
    fulfilment.ship(number=order.number, carrier="SF", tracking_number="1", now=now())
    with refused("more_than_paid"):
        cancel.refund_order(number=order.number, amount_fen=99_901, now=now())
    cancel.refund_order(number=order.number, amount_fen=90_000, now=now())
    assert (kept_of(order), state_of(order)) == (9_900, "shipped")
    cancel.refund_order(number=order.number, amount_fen=9_900, now=now())
    assert (kept_of(order), state_of(order)) == (0, "refunded")
    assert_the_books_agree()


def test_pieces_of_a_deposit_are_not_given_to_whom_a_later_day_was_promised() -> None:
    offer = presale(stock=1, plan=1)
    [ann, bob] = people(2)
    deposited(ann, offer)  # by SOON, from the shelf
    later = deposited(bob, offer)
    hear(webhook(later))
    fulfilment.allocate(now())
    assert state_of(later) == "making", "there is one piece, and it is Ann's until she let it go"


def test_a_hold_whose_page_is_opened_too_late_ends_there_in_either_state() -> None:
    order = deposited(people(1)[0], presale(deposit_is_kept=True))
    assert not expiry.expire_order(order.number, now())
    assert order_page(order.number, order.person, order.hold_until).is_overdue
    assert expiry.expire_order(order.number, order.hold_until)
    assert notes_of(order) == ["deposit_kept:10000"]


def test_many_deposits_end_in_a_fixed_number_of_statements(
    django_assert_max_num_queries: object,
) -> None:
    offer = presale(stock=12, limit_per_person=1)
    for person in people(10):
        deposited(person, offer)
    assert offer.balance_due_at is not None
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert expiry.expire_holds(offer.balance_due_at) == 10
    assert Refund.objects.count() == 10
    assert_the_books_agree()


@pytest.mark.django_db(transaction=True)
def test_expiry_and_the_balance_meet_and_exactly_one_of_them_has_the_order() -> None:
    """A dozen times, four at once: two workers, and the bank's word said twice."""
    offer = presale(stock=12, limit_per_person=50)
    [ann] = people(1)
    assert offer.balance_due_at is not None
    for _ in range(12):
        order = deposited(ann, offer)
        word = webhook(order)
        Order.objects.filter(pk=order.pk).update(hold_until=now() - timedelta(seconds=1))
        at_once(
            lambda: expiry.expire_holds(now()),
            lambda word=word: hear(word),  # type: ignore[misc]
            lambda: expiry.expire_holds(now()),
            lambda word=word: hear(word),  # type: ignore[misc]
        )
        states = list(OrderStep.objects.filter(order=order).values_list("state", flat=True))
        assert (states.count("paid"), "expired" in states) in ((1, False), (0, True))
        if "expired" in states:
            assert (kept_of(order), state_of(order)) == (0, "refunded")
        else:
            assert (kept_of(order), state_of(order)) == (99_900, "paid")
        assert_the_books_agree()


@pytest.mark.django_db(transaction=True)
def test_cancelling_and_the_balance_meet_and_the_money_is_whole_in_either_order() -> None:
    offer = presale(stock=8, limit_per_person=50, deposit_is_kept=True)
    [ann] = people(1)
    for _ in range(8):
        order = deposited(ann, offer)
        word = webhook(order)
        at_once(
            lambda order=order: cancel.cancel_order(  # type: ignore[misc]
                number=order.number, now=now(), person_id=ann.pk
            ),
            lambda word=word: hear(word),  # type: ignore[misc]
        )
        # Either she left first and her balance goes back, or had paid all, and all goes back.
        was_paid = OrderStep.objects.filter(order=order, state="paid").exists()
        assert kept_of(order) == (0 if was_paid else 10_000)
        assert_the_books_agree()


def test_the_bank_gives_back_what_it_took_and_no_more() -> None:
    """A control: the sum of what the bank gave back is what we asked, to the fen."""
    order = deposited(people(1)[0], presale(), quantity=2)
    cancel.cancel_order(number=order.number, now=now(), person_id=order.person_id)
    tasks.carry_out_refunds()
    tasks.carry_out_refunds()
    [charge] = SandboxCharge.objects.all()
    assert (charge.amount_fen, charge.refunded_fen) == (20_000, 20_000)
    assert not pay.refunds_to_do()
    assert providers.by_name("sandbox").name == "sandbox"


def letters() -> int:
    """The worker writes what it was left to write."""
    jobs = ProcrastinateJob.objects.filter(task_name="order.tell_deposits").order_by("id")
    return sum(tasks.tell_deposits(**job.args) for job in jobs)


def tell_at(at: datetime) -> int:
    return deposit.tell_balances(at)


def test_a_buyer_is_told_once_that_he_can_pay_and_once_that_it_is_due(
    mailoutbox: list[EmailMessage],
) -> None:
    ann, bob = people(2)
    Person.objects.filter(pk=ann.pk).update(email="ann@example.org")
    opens_at, due_at = TOMORROW, TOMORROW + timedelta(days=3)
    offer = presale(
        stock=0, plan=3, balance_opens_at=opens_at, balance_due_at=due_at, deposit_is_kept=True
    )
    order, nameless = deposited(ann, offer), deposited(bob, offer)
    on_presale(bob, offer)  # whose deposit is not paid
    instants = [
        opens_at - timedelta(seconds=1),
        opens_at,
        opens_at + timedelta(minutes=1),
        due_at - timedelta(hours=24, seconds=1),
        due_at - timedelta(hours=24),
        due_at - timedelta(hours=1),
        due_at,
    ]
    assert [tell_at(at) for at in instants] == [0, 2, 0, 0, 2, 0, 0]
    assert notes_of(order) == notes_of(nameless) == ["balance_open", "balance_due"]
    assert state_of(order) == "deposited"
    assert letters() == 2, "who gave no address reads it on the page of his order"
    first, second = mailoutbox
    assert first.to == second.to == ["ann@example.org"]
    assert "可以支付尾款了" in first.subject and "can be paid now" in first.subject
    assert "24 小时内" in second.subject and "within 24 hours" in second.subject
    for letter in (first, second):
        assert order.number in letter.body and "¥899" in letter.body
        assert f"{due_at:%Y-%m-%d %H:%M}" in letter.body
        assert "定金不退" in letter.body and "the deposit is kept" in letter.body


def test_nobody_is_told_what_he_read_when_he_paid_the_deposit() -> None:
    """It was open already, and due within a day."""
    due_at = now() + timedelta(hours=20)
    order = deposited(people(1)[0], presale(balance_due_at=due_at))
    assert [tell_at(at) for at in (now(), due_at - timedelta(hours=1))] == [0, 0]
    assert notes_of(order) == []


def test_a_balance_that_opens_on_its_last_day_is_told_of_once() -> None:
    due_at = TOMORROW + timedelta(days=2)
    opens_at = due_at - timedelta(hours=5)
    order = deposited(
        people(1)[0], presale(stock=0, plan=3, balance_opens_at=opens_at, balance_due_at=due_at)
    )
    hours = (24, 6, 5, 1)
    assert [tell_at(due_at - timedelta(hours=one)) for one in hours] == [0, 0, 1, 0]
    assert notes_of(order) == ["balance_open"]


def test_of_two_that_are_late_the_later_is_told_and_who_has_paid_is_told_nothing(
    mailoutbox: list[EmailMessage],
) -> None:
    ann, bob = people(2)
    Person.objects.filter(pk=ann.pk).update(email="ann@example.org")
    due_at = TOMORROW + timedelta(days=3)
    offer = presale(stock=0, plan=3, balance_opens_at=TOMORROW, balance_due_at=due_at)
    order, gone = deposited(ann, offer), deposited(bob, offer)
    cancel.cancel_order(number=gone.number, now=now(), person_id=bob.pk)
    assert [tell_at(due_at - timedelta(hours=2)) for _ in range(2)] == [1, 0]
    assert "balance_open" not in notes_of(order) and "balance_due" not in notes_of(gone)
    Order.objects.filter(pk=order.pk).update(state="paid")
    assert (letters(), mailoutbox) == (0, []), "he paid before the letter was written"


def test_so_many_are_told_in_one_transaction_and_the_rest_in_the_next() -> None:
    offer = presale(
        stock=0, plan=3, balance_opens_at=TOMORROW, balance_due_at=TOMORROW + timedelta(days=3)
    )
    for person in people(3):
        deposited(person, offer)
    assert [deposit.tell_balances(TOMORROW, at_most=2) for _ in range(3)] == [2, 1, 0]


def test_who_may_leave_is_written_so_and_no_letter_says_that_his_deposit_is_kept(
    mailoutbox: list[EmailMessage],
) -> None:
    [ann] = people(1)
    Person.objects.filter(pk=ann.pk).update(email="ann@example.org")
    due_at = TOMORROW + timedelta(days=3)
    offer = presale(
        stock=0, plan=3, balance_opens_at=TOMORROW, balance_due_at=due_at, deposit_is_kept=True
    )
    order = deposited(ann, offer)
    at_risk(order)
    assert tasks.tell_risks() == 1
    assert tell_at(TOMORROW) == 1
    assert letters() == 2
    risk, balance = mailoutbox
    assert "may leave" in risk.body and "全额退回" in risk.body
    assert "the deposit goes back" in balance.body and "定金原路退回" in balance.body
