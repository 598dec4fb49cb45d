"""Group-buys: opened, joined, and then formed by the last payment or over by themselves."""

from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.offer import group_buy
from firsthand.offer.models import Offer
from firsthand.offer.rules import Terms
from firsthand.order import groups, rules, tasks
from firsthand.order.actions import cancel, expiry, fulfilment, group
from firsthand.order.actions.payment import Came
from firsthand.order.actions.settle import settle
from firsthand.order.models import Group, GroupSeat, Order
from firsthand.order.rules import Outcome
from firsthand.pay.models import Payment, Refund
from firsthand.people.models import Person
from firsthand.promise.rules import Rung
from firsthand.stock import store as stock
from tests.order.test_expiry import everything
from tests.shop import (
    FEED,
    PRICE_FEN,
    SOON,
    assert_the_books_agree,
    goods,
    group_kettle,
    hear,
    kettle,
    people,
    press,
    refused,
    seated,
    webhook,
)

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = timedelta(minutes=30)


class _Tag(NamedTuple):
    version: int
    price_fen: int
    floor_fen: int = 0


def group_of(order: Order) -> Group:
    """The group in which an order has its seat."""
    return Group.objects.get(taken_seats__order=order)


def several(offer: Offer, who: list[Person]) -> list[Order]:
    """The first opens a group, the others join it; nobody has paid."""
    [first, *others] = who
    orders = [seated(first, offer)]
    opened = group_of(orders[0])
    return orders + [seated(person, offer, opened.pk) for person in others]


def told() -> list[tuple[str, dict[str, object]]]:
    """What the room heard of groups."""
    return [(n.name, n.body) for n in outbox.after(FEED, 0) if n.name.startswith("group_")]


def pieces(offer: Offer) -> tuple[int, int, int]:
    """How many are on offer, held and sold."""
    balances = stock.balances([offer.sku_id])[offer.sku_id]
    return balances["on_offer"], balances["held"], balances["sold"]


def test_three_open_join_and_pay_and_the_third_payment_sells_all() -> None:
    offer = group_kettle(stock=6, size=3, minutes=30, discount_fen=2_00)
    instant = now()
    ann, bob, eve = people(3)
    with transaction.atomic():
        [opened] = settle([press(ann, offer)], instant)
    assert opened.hold is not None and opened.hold.group is not None
    mine = opened.hold.group
    assert (mine.seats, mine.taken, mine.expires_at) == (3, 1, instant + HALF_AN_HOUR)
    with transaction.atomic():
        joined = settle(
            [press(bob, offer, group_id=mine.group_id), press(eve, offer, group_id=mine.group_id)],
            instant,
        )
    assert [a.hold.group.taken for a in joined if a.hold and a.hold.group] == [2, 3]
    orders = [Order.objects.get(person=person) for person in (ann, bob, eve)]
    assert [order.unit_fen for order in orders] == [PRICE_FEN - 2_00] * 3
    assert [hear(webhook(order)).came for order in orders[:2]] == [Came.SEATED, Came.SEATED]
    assert pieces(offer) == (3, 3, 0), "what is paid is held, and not sold, until all have paid"
    assert set(Order.objects.values_list("state", flat=True)) == {"grouping", "held"}
    assert_the_books_agree()
    assert hear(webhook(orders[2])).came is Came.PAID
    assert pieces(offer) == (3, 0, 3)
    assert set(Order.objects.values_list("state", flat=True)) == {"paid"}
    assert Group.objects.get().state == "formed"
    steps = orders[0].steps.order_by("id").values_list("state", "note")
    assert list(steps) == [("held", ""), ("grouping", ""), ("paid", "group_formed")]
    place = {"group_id": mine.group_id, "offer_id": offer.pk, "seats": 3}
    assert [(name, {**body, "expires_at": 0}) for name, body in told()] == [
        ("group_opened.v1", {**place, "taken": 1, "expires_at": 0}),
        ("group_joined.v1", {**place, "joined": 2, "taken": 3, "expires_at": 0}),
        ("group_seat_paid.v1", {**place, "paid": 1, "expires_at": 0}),
        ("group_seat_paid.v1", {**place, "paid": 2, "expires_at": 0}),
        ("group_formed.v1", {**place, "expires_at": 0}),
    ]
    paid = [n.body for n in outbox.after(FEED, 0) if n.name == "orders_paid.v1"]
    assert paid == [
        {
            "offer_id": offer.pk,
            "sku_id": offer.sku_id,
            "orders": 3,
            "pieces": 3,
            "amount_fen": 3 * (PRICE_FEN - 2_00),
            "left": 3,
        }
    ]
    assert_the_books_agree()
    with transaction.atomic():
        assert len(fulfilment.allocate(now())) == 3


def test_a_group_that_does_not_fill_ends_by_itself_and_all_goes_back() -> None:
    offer = group_kettle(stock=6, size=3)
    before = everything()
    early = now() - HALF_AN_HOUR
    ann, bob = people(2)
    first = seated(ann, offer, at=early)
    second = seated(bob, offer, group_of(first).pk, at=early + timedelta(minutes=20))
    assert second.hold_until == early + HALF_AN_HOUR, "no longer than the group has to form"
    assert hear(webhook(first)).came is Came.SEATED
    assert group.expire_groups(early + timedelta(minutes=29)) == 0
    assert tasks.expire_groups() == 1
    assert tasks.expire_groups() == 0
    assert everything() == before
    assert {o.number: o.state for o in Order.objects.all()} == {
        first.number: "cancelled",
        second.number: "cancelled",
    }
    assert told()[-1] == (
        "group_expired.v1",
        {"group_id": Group.objects.get().pk, "offer_id": offer.pk, "seats": 3, "taken": 2},
    )
    [asked] = Refund.objects.all()
    assert asked.amount_fen == PRICE_FEN - 2_00
    assert tasks.carry_out_refunds() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("refunded", "cancelled")
    assert_the_books_agree()


def test_money_that_comes_for_a_group_that_ended_goes_back() -> None:
    offer = group_kettle(stock=6, size=2)
    early = now() - HALF_AN_HOUR
    ann, bob = people(2)
    first = seated(ann, offer, at=early)
    late = seated(bob, offer, group_of(first).pk, at=early)
    word = webhook(late)
    assert hear(webhook(first)).came is Came.SEATED
    tasks.expire_groups()
    assert hear(word).came is Came.SENT_BACK
    assert tasks.carry_out_refunds() == 2
    assert set(Order.objects.values_list("state", flat=True)) == {"refunded"}
    assert_the_books_agree()


def test_a_seat_that_was_not_paid_in_time_is_free_again_and_its_late_money_goes_back() -> None:
    offer = group_kettle(stock=3, size=2)
    instant = now()
    early = instant - timedelta(minutes=16)
    ann, bob, eve = people(3)
    first = seated(ann, offer, at=early)
    assert hear(webhook(first)).came is Came.SEATED
    slow = seated(bob, offer, group_of(first).pk, at=early)
    word = webhook(slow)
    with transaction.atomic():
        [full] = settle([press(eve, offer, group_id=group_of(first).pk)], instant)
    assert (full.outcome, full.facts) == (Outcome.GROUP_FULL, {"seats": 2})
    assert expiry.expire_holds(instant) == 1
    assert told()[-1][0] == "group_left.v1" and told()[-1][1]["taken"] == 1
    third = seated(eve, offer, group_of(first).pk)
    assert hear(word).came is Came.SENT_BACK, "his seat is somebody else's"
    assert hear(webhook(third)).came is Came.PAID
    assert Group.objects.get().state == "formed"
    assert_the_books_agree()


def test_paying_twice_for_a_seat_takes_one_seat() -> None:
    offer = group_kettle(stock=3, size=2)
    first = seated(people(1)[0], offer)
    with transaction.atomic():
        word = webhook(first)
        Payment.objects.update(state="cancelled")  # he went back and began anew
        other = webhook(first)
    assert hear(word).came is Came.SEATED
    assert hear(other).came is Came.SENT_BACK
    assert hear(word).came is Came.HEARD_BEFORE
    assert Refund.objects.get().reason == "twice"
    assert Group.objects.get().state == "forming"
    assert_the_books_agree()
    assert group.expire_groups(now() + HALF_AN_HOUR) == 1
    assert sorted(Refund.objects.values_list("reason", flat=True)) == ["cancelled", "twice"]
    assert_the_books_agree()


@pytest.mark.parametrize("has_paid", [False, True])
def test_leaving_while_it_forms_frees_the_seat(has_paid: bool) -> None:
    offer = group_kettle(stock=3, size=2)
    ann, bob, eve = people(3)
    first, second = several(offer, [ann, bob])
    if has_paid:
        hear(webhook(second))
    with transaction.atomic():
        cancel.cancel_order(number=second.number, now=now(), person_id=bob.pk)
    assert Refund.objects.count() == has_paid
    assert pieces(offer) == (2, 1, 0)
    assert told()[-1][0] == "group_left.v1" and told()[-1][1]["taken"] == 1
    assert_the_books_agree()
    third = seated(eve, offer, group_of(first).pk)
    assert [hear(webhook(one)).came for one in (first, third)] == [Came.SEATED, Came.PAID]
    assert_the_books_agree()


def test_one_who_leaves_a_group_that_has_formed_breaks_nothing_for_the_others() -> None:
    offer = group_kettle(stock=6, size=3)
    who = people(3)
    orders = several(offer, who)
    for order in orders:
        hear(webhook(order))
    with transaction.atomic():
        cancel.cancel_order(number=orders[0].number, now=now(), person_id=who[0].pk)
    assert Group.objects.get().state == "formed"
    states = Order.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["cancelled", "paid", "paid"]
    assert pieces(offer) == (4, 0, 2)
    assert group.expire_groups(now() + timedelta(days=1)) == 0
    assert_the_books_agree()


def test_the_one_who_opened_it_may_leave_and_the_group_goes_on() -> None:
    offer = group_kettle(stock=6, size=2)
    ann, bob, eve = people(3)
    first, second = several(offer, [ann, bob])
    with transaction.atomic():
        cancel.cancel_order(number=first.number, now=now(), person_id=ann.pk)
    third = seated(eve, offer, group_of(second).pk)
    assert [hear(webhook(one)).came for one in (third, second)] == [Came.SEATED, Came.PAID]
    assert_the_books_agree()


def test_the_same_key_again_is_the_same_seat_in_the_same_group() -> None:
    offer = group_kettle(stock=6, size=3)
    ann, bob = people(2)
    one = press(ann, offer)
    with transaction.atomic():
        [first, twin] = settle([one, one], now())
    with transaction.atomic():
        [again] = settle([one], now())
    assert first == twin == again
    assert first.hold is not None and first.hold.group is not None
    squad = first.hold.group.group_id
    two = press(bob, offer, group_id=squad)
    with transaction.atomic():
        settle([two], now())
        [later, other] = settle([one, two._replace(group_id=squad + 1)], now())
    assert later.hold == first.hold._replace(group=first.hold.group._replace(taken=2))
    assert other.outcome is Outcome.KEY_USED
    assert Group.objects.count() == 1 and GroupSeat.objects.count() == 2


def test_what_is_refused_and_why() -> None:
    offer = group_kettle(stock=6, size=2, limit_per_person=3)
    other = group_kettle(stock=2, size=2)
    single = kettle(stock=1)
    ann, bob, eve = people(3)
    first = seated(ann, offer)
    squad = group_of(first).pk

    def outcome(person: Person, on: Offer, group_id: int, later: timedelta) -> Outcome:
        with transaction.atomic():
            return settle([press(person, on, group_id=group_id)], now() + later)[0].outcome

    soon = timedelta(0)
    assert outcome(ann, offer, squad, soon) is Outcome.IN_GROUP_ALREADY
    assert outcome(bob, offer, squad, HALF_AN_HOUR) is Outcome.GROUP_OVER
    assert outcome(bob, offer, squad + 999, soon) is Outcome.NO_SUCH_GROUP
    assert outcome(bob, other, squad, soon) is Outcome.NO_SUCH_GROUP
    assert outcome(bob, single, squad, soon) is Outcome.NO_SUCH_GROUP
    assert outcome(bob, offer, squad, soon) is Outcome.HELD
    assert outcome(eve, offer, squad, soon) is Outcome.GROUP_FULL
    for order in Order.objects.filter(offer=offer):
        hear(webhook(order))
    assert outcome(eve, offer, squad, soon) is Outcome.GROUP_OVER
    with transaction.atomic():
        [wrong] = settle([press(eve, offer, price_fen=PRICE_FEN)], now())
    assert wrong.facts == {"price_fen": PRICE_FEN - 2_00, "price_version": 1}
    assert_the_books_agree()


def test_the_limit_of_a_person_counts_over_all_groups() -> None:
    offer = group_kettle(stock=6, size=3, limit_per_person=2)
    [ann] = people(1)
    with transaction.atomic():
        answers = settle([press(ann, offer) for _ in range(3)], now())
    assert [answer.outcome for answer in answers] == ["held", "held", "over_limit"]
    assert Group.objects.count() == 2, "he opened two groups, and has a seat in each"


def test_closing_the_sale_lets_those_who_have_seats_finish_and_nobody_else_in() -> None:
    offer = group_kettle(stock=6, size=2)
    ann, bob, eve = people(3)
    first, second = several(offer, [ann, bob])
    alone = seated(eve, offer)
    with transaction.atomic():
        offers.close_offer(offer_id=offer.pk)
    [dan] = people(1)
    with transaction.atomic():
        [no] = settle([press(dan, offer, group_id=group_of(alone).pk)], now())
    assert no.outcome is Outcome.CLOSED
    assert [hear(webhook(one)).came for one in (first, second)] == [Came.SEATED, Came.PAID]
    hear(webhook(alone))
    assert group.expire_groups(now() + HALF_AN_HOUR) == 1
    offer.refresh_from_db()
    assert (offer.released, offer.taken) == (2, 2), "what came back went on its shelf"
    assert_the_books_agree()


def test_cutting_the_pieces_leaves_seats_that_are_taken_and_no_more() -> None:
    offer = group_kettle(stock=3, size=3)
    ann, bob, eve = people(3)
    first, _second = several(offer, [ann, bob])
    with transaction.atomic():
        offers.withdraw(offer_id=offer.pk, quantity=1)
    with transaction.atomic():
        [no] = settle([press(eve, offer, group_id=group_of(first).pk)], now())
    assert (no.outcome, no.facts) == (Outcome.SOLD_OUT, {"most": 0})
    assert_the_books_agree()


def test_so_many_groups_at_once_and_the_oldest_first() -> None:
    offer = group_kettle(stock=6, size=2)
    early = now() - timedelta(hours=1)
    orders = [
        seated(person, offer, at=early + timedelta(seconds=n)) for n, person in enumerate(people(5))
    ]
    assert group.expire_groups(now(), at_most=2) == 2
    assert list(Order.objects.filter(state="cancelled").order_by("id")) == orders[:2]
    assert tasks.expire_groups() == 3
    cancelled = [n.body for n in outbox.after(FEED, 0) if n.name == "orders_cancelled.v1"]
    assert [body["orders"] for body in cancelled] == [2, 3]
    assert_the_books_agree()


def test_a_group_with_nobody_left_ends_too() -> None:
    offer = group_kettle(stock=2, size=2)
    [ann] = people(1)
    order = seated(ann, offer)
    with transaction.atomic():
        cancel.cancel_order(number=order.number, now=now(), person_id=ann.pk)
    assert group.expire_groups(now() + HALF_AN_HOUR) == 1
    assert told()[-1][0] == "group_expired.v1" and told()[-1][1]["taken"] == 0


def test_it_is_opened_beside_the_single_offer_and_never_below_cost_and_tax() -> None:
    sku = goods(on_hand=4)
    most = PRICE_FEN // 25

    def opened(**terms: int) -> Offer:
        with transaction.atomic():
            return group_buy.open_group_buy(
                show_id=88,
                sku_id=sku.pk,
                **{"group_size": 3, "group_minutes": 5, **terms},  # type: ignore[arg-type]
            )

    with refused("below_floor", most_fen=most):
        opened(discount_fen=most + 1)
    for code, terms in (
        ("bad_group_size", {"group_size": 1}),
        ("bad_group_size", {"group_size": 101}),
        ("bad_group_minutes", {"group_minutes": 0}),
        ("bad_group_minutes", {"group_minutes": 7 * 24 * 60 + 1}),
        ("bad_discount", {"discount_fen": -1}),
    ):
        with refused(code):
            opened(**terms)
    with transaction.atomic():
        offers.open_many(show_id=88, lines=[offers.Line(sku.pk, 5, 2)])
    first = opened(discount_fen=most, quantity=2)
    with refused("open_already"):
        opened()
    with transaction.atomic():
        offers.close_offer(offer_id=first.pk)
    again = opened(group_size=4)
    assert (again.pk, again.group_size, again.discount_fen) == (first.pk, 4, 0)
    assert_the_books_agree()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from([None, 1, 2, 3])), max_size=30),
    st.integers(2, 4),
    st.integers(0, 20),
    st.data(),
)
def test_however_a_queue_is_cut_no_group_has_more_people_than_seats_and_nobody_sits_twice(
    wishes: list[tuple[int, int | None]], size: int, stock_pieces: int, data: st.DataObject
) -> None:
    instant = now()
    terms = Terms(
        7, 88, 5, "open", 99, None, None, stock_pieces, 0, "group", group_size=size, group_minutes=9
    )
    tag = _Tag(1, 100)

    def counter() -> rules.Counter:
        return rules.Counter(
            terms={7: terms},
            prices={5: tag},
            ladders={5: [Rung(5, SOON, "stock", stock_pieces)]},
            hold_until=instant + timedelta(minutes=15),
            numbers=(f"N{n}" for n in range(1000)),
            groups={
                n: groups.Group(n, 7, size, instant + timedelta(minutes=5)) for n in range(1, 4)
            },
            group_ids=iter(range(100, 1000)),
        )

    queue = [
        rules.Press(who, uuid4(), 88, 7, 1, 1, 100, group_id=group_id) for who, group_id in wishes
    ]
    whole = counter()
    at_once = rules.decide(queue, whole, instant)
    for squad in whole.groups.values():
        assert len(squad.members) <= squad.seats
    seats = [a.hold.group for a in at_once if a.hold and a.hold.group]
    assert len(seats) == sum(len(squad.members) for squad in whole.groups.values())
    assert len(seats) <= stock_pieces
    cut = data.draw(st.integers(0, len(queue)))
    parts = counter()
    answers = rules.decide(queue[:cut], parts, instant) + rules.decide(queue[cut:], parts, instant)
    assert answers == at_once


def test_those_in_it_are_written_to_when_it_formed_or_did_not(
    mailoutbox: list[EmailMessage],
) -> None:
    offer = group_kettle(stock=6, size=2)
    ann, bob, cyd, eve = people(4)
    for n, person in enumerate((ann, bob, cyd)):
        Person.objects.filter(pk=person.pk).update(email=f"p{n}@example.org")
    first, second = several(offer, [ann, bob])
    alone = seated(cyd, offer)
    gone = seated(eve, offer, group_of(alone).pk)
    with transaction.atomic():
        cancel.cancel_order(number=gone.number, now=now(), person_id=eve.pk)
    for order in (first, second, alone):
        hear(webhook(order))
    group.expire_groups(now() + HALF_AN_HOUR)
    for job in ProcrastinateJob.objects.filter(task_name="order.tell_groups").order_by("id"):
        tasks.tell_groups(**job.args)
    assert [one.to for one in mailoutbox] == [[f"p{n}@example.org"] for n in range(3)]
    assert "the group is complete" in mailoutbox[0].subject and "拼团成功" in mailoutbox[0].subject
    assert first.number in mailoutbox[0].body
    assert "did not fill in time" in mailoutbox[2].subject
    assert "自动原路退回" in mailoutbox[2].body
