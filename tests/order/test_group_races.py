"""Groups when everyone comes at once: the last seat, the last payments, and the last second."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from firsthand.kit.clock import now
from firsthand.offer.models import Offer
from firsthand.order import seats, tasks
from firsthand.order.actions import cancel, group
from firsthand.order.actions.payment import Came
from firsthand.order.actions.settle import settle
from firsthand.order.models import Group, GroupSeat, Order, OrderStep
from firsthand.order.rules import Outcome
from firsthand.order.seats import Locked, Seated
from firsthand.order.store import Pieces
from firsthand.pay.models import Payment, Refund
from firsthand.people.models import Person
from firsthand.stock import store as stock
from tests.order.test_expiry import at_once
from tests.order.test_groups import HALF_AN_HOUR, group_of, several
from tests.shop import assert_the_books_agree, group_kettle, hear, people, press, seated, webhook

pytestmark = pytest.mark.django_db(transaction=True)


def joining(
    person: Person, offer: Offer, squad: int, at: datetime | None = None
) -> Callable[[], object]:
    """Somebody joins a group."""
    return lambda: settle([press(person, offer, group_id=squad)], at or now())[0]


def test_the_last_seat_goes_to_one_of_eight_who_press_at_once() -> None:
    for _ in range(3):
        offer = group_kettle(stock=20, size=3)
        ann, bob, *others = people(10)
        first, _second = several(offer, [ann, bob])
        squad = group_of(first).pk
        answers = at_once(*(joining(person, offer, squad) for person in others))
        outcomes = [answer.outcome for answer in answers]  # type: ignore[attr-defined]
        assert outcomes.count(Outcome.HELD) == 1
        assert outcomes.count(Outcome.GROUP_FULL) == 7
        assert GroupSeat.objects.filter(group=squad).count() == 3
        assert_the_books_agree()


def test_one_who_presses_on_four_telephones_has_one_seat() -> None:
    offer = group_kettle(stock=20, size=4, limit_per_person=9)
    ann, bob = people(2)
    squad = group_of(seated(ann, offer)).pk
    answers = at_once(*(joining(bob, offer, squad) for _ in range(4)))
    outcomes = [answer.outcome for answer in answers]  # type: ignore[attr-defined]
    assert outcomes.count(Outcome.HELD) == 1
    assert outcomes.count(Outcome.IN_GROUP_ALREADY) == 3


def all_pay_at_once(size: int) -> tuple[Offer, list[object]]:
    """A full group of which everybody's payment is heard at the same moment."""
    offer = group_kettle(stock=size, size=size)
    words = [webhook(order) for order in several(offer, people(size))]
    return offer, at_once(*(lambda word=word: hear(word).came for word in words))


def test_the_last_two_payments_at_once_form_it_once() -> None:
    for size in (2, 2, 2, 4, 4):
        offer, came = all_pay_at_once(size)
        assert sorted(came) == [Came.PAID] + [Came.SEATED] * (size - 1)  # type: ignore[type-var]
        assert Group.objects.get(offer=offer).state == "formed"
        balances = stock.balances([offer.sku_id])[offer.sku_id]
        assert (balances["held"], balances["sold"]) == (0, size)
        assert_the_books_agree()


def test_without_the_groups_lock_all_have_paid_and_nobody_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A control: each payment sees the others as they were before, and so none is the last."""

    def look_only(number: str) -> Locked | None:
        found = Group.objects.filter(taken_seats__order__number=number).first()
        assert found is not None
        return Locked(found.pk, found.offer_id, found.seats, found.state, found.expires_at)

    def read_only(group_ids: list[int]) -> list[Seated]:
        orders = Order.objects.filter(
            seat__group__in=list(group_ids), state__in=["held", "grouping"]
        ).order_by("id")
        return [
            Seated(
                Pieces(
                    one.pk,
                    one.number,
                    one.show_id,
                    one.offer_id,
                    one.sku_id,
                    one.quantity,
                    one.ship_by,
                    one.rung_source,
                ),
                one.seat.group_id,
                one.state,
                one.amount_fen,
            )
            for one in orders
        ]

    monkeypatch.setattr(seats, "lock_group_of", look_only)
    monkeypatch.setattr(seats, "lock_seated", read_only)
    together = 0
    for _ in range(6):
        offer, came = all_pay_at_once(2)
        squad = Group.objects.get(offer=offer)
        if squad.state == "forming":
            assert came == [Came.SEATED, Came.SEATED]
            together += 1
    assert together, "the two of them never met: try harder"
    with pytest.raises(AssertionError, match="formed when all have paid"):
        assert_the_books_agree()


def test_the_last_payment_and_the_end_of_its_time_meet_and_one_of_them_has_the_group() -> None:
    for _ in range(12):
        offer = group_kettle(stock=2, size=2)
        early = now() - HALF_AN_HOUR
        who = people(2)
        first = seated(who[0], offer, at=early)
        second = seated(who[1], offer, group_of(first).pk, at=early)
        assert hear(webhook(first)).came is Came.SEATED
        word = webhook(second)
        at_once(
            lambda: group.expire_groups(now()),
            lambda word=word: hear(word),  # type: ignore[misc]
            lambda: group.expire_groups(now()),
            lambda word=word: hear(word),  # type: ignore[misc]
            tasks.expire_holds,
        )
        tasks.expire_groups()
        squad = Group.objects.get(offer=offer)
        states = set(Order.objects.filter(offer=offer).values_list("state", flat=True))
        if squad.state == "formed":
            assert states == {"paid"}
            assert not Refund.objects.filter(
                payment__purpose__in=[f"order:{first.number}", f"order:{second.number}"]
            ).exists()
        else:
            assert states <= {"cancelled", "expired"}
            for order in (first, second):
                assert (
                    Refund.objects.filter(payment__purpose=f"order:{order.number}").count() == 1
                ), "what was paid goes back once"
        assert OrderStep.objects.filter(order=first, state__in=["paid", "cancelled"]).count() == 1
        assert_the_books_agree()


def test_one_leaves_while_the_last_one_pays() -> None:
    for _ in range(8):
        offer = group_kettle(stock=2, size=2)
        who = people(2)
        first, second = several(offer, who)
        assert hear(webhook(first)).came is Came.SEATED
        word = webhook(second)

        def leave(number: str = first.number, person_id: int = who[0].pk) -> None:
            cancel.cancel_order(number=number, now=now(), person_id=person_id)

        at_once(leave, lambda word=word: hear(word))  # type: ignore[misc]
        first.refresh_from_db()
        second.refresh_from_db()
        formed = Group.objects.get(offer=offer).state == "formed"
        assert (first.state, second.state) == ("cancelled", "paid" if formed else "grouping")
        assert_the_books_agree()


def test_a_group_that_expires_while_somebody_joins_keeps_nobodys_money() -> None:
    """His process's clock is a second behind: his seat is of a group that is ending."""
    for _ in range(8):
        offer = group_kettle(stock=4, size=3)
        early = now() - HALF_AN_HOUR
        ann, bob = people(2)
        first = seated(ann, offer, at=early)
        hear(webhook(first))
        squad = group_of(first).pk
        answers = at_once(
            lambda: group.expire_groups(now()),
            joining(bob, offer, squad, early + timedelta(minutes=29)),
        )
        outcome = answers[1].outcome  # type: ignore[attr-defined]
        assert outcome in (Outcome.HELD, Outcome.GROUP_OVER)
        if outcome is Outcome.HELD:
            order = Order.objects.get(offer=offer, person=bob)
            if order.state == "held":
                word = webhook(order)
                assert hear(word).came is Came.SENT_BACK
        tasks.expire_holds()
        assert not Order.objects.filter(offer=offer, state__in=["held", "grouping"]).exists()
        assert_the_books_agree()


def test_a_group_is_expired_by_four_workers_once() -> None:
    offer = group_kettle(stock=30, size=3)
    early = now() - timedelta(hours=1)
    who = people(12)
    for person in who:
        hear(webhook(seated(person, offer, at=early)))
    ended = at_once(*(lambda: group.expire_groups(now(), at_most=5) for _ in range(4)))
    total = sum(ended) + tasks.expire_groups()  # type: ignore[arg-type]
    assert total == 12
    assert Refund.objects.count() == Payment.objects.count() == 12
    with transaction.atomic():
        assert_the_books_agree()
