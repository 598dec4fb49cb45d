"""What can be kept from others by never paying: bounded, an account and a day."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from firsthand.kit.clock import now
from firsthand.order import sentences
from firsthand.order.actions import cancel, expiry
from firsthand.order.actions.settle import settle
from firsthand.order.hoarding import Caps, Unpaid, is_short, too_many
from firsthand.order.models import Order
from firsthand.order.rules import Answer, Outcome
from tests.shop import held, kettle, paid, people, press

MINUTE = timedelta(minutes=1)


def said(answer: Answer) -> str:
    with translation.override("zh-hans"):
        return str(sentences.refusal(answer))


@given(st.integers(1, 9), st.integers(1, 30), st.lists(st.integers(0, 2), max_size=200))
def test_the_full_and_the_short_holds_of_a_day_are_never_more_than_the_two_numbers(
    held_max: int, day_max: int, deeds: list[int]
) -> None:
    """Somebody presses (0), lets one expire (1) or cancels one (2), in whatever order."""
    caps = Caps(held_max, day_max)
    unpaid, full, short = Unpaid(), 0, 0
    for deed in deeds:
        if deed == 0 and too_many(unpaid, caps) is None:
            short += is_short(unpaid, caps)
            full += not is_short(unpaid, caps)
            unpaid = unpaid._replace(held=unpaid.held + 1)
        elif deed and unpaid.held:
            unpaid = unpaid._replace(held=unpaid.held - 1, let_go=unpaid.let_go + 1)
        assert unpaid.held <= held_max
    assert full <= held_max
    assert full + short <= max(day_max, 0)


@pytest.mark.django_db
def test_nobody_holds_more_unpaid_orders_at_once_than_he_may_on_however_many_offers() -> None:
    [ann, bob] = people(2)
    offers = [kettle(stock=9) for _ in range(4)]
    instant = now()
    first = held(ann, offers[0], at=instant - MINUTE)
    for n in range(1, settings.UNPAID_MAX):
        held(ann, offers[n % 4], at=instant)
    one_more, others = settle([press(ann, offers[3]), press(bob, offers[3])], instant)
    assert one_more.outcome is Outcome.TOO_MANY_UNPAID
    assert one_more.facts == {"unpaid": 5, "most": 5, "until": first.hold_until}
    assert "先付款或取消" in said(one_more)
    assert others.outcome is Outcome.HELD, "what one may not has nothing to do with the others"


@pytest.mark.django_db
def test_a_batch_counts_what_it_has_just_held() -> None:
    [ann] = people(1)
    offers = [kettle(stock=9) for _ in range(8)]
    answers = settle([press(ann, offer) for offer in offers], now())
    assert [one.outcome for one in answers] == [Outcome.HELD] * 5 + [Outcome.TOO_MANY_UNPAID] * 3


@pytest.mark.django_db
def test_what_is_paid_is_never_counted() -> None:
    [ann] = people(1)
    offer = kettle(stock=30, limit_per_person=30)
    for _ in range(8):
        paid(ann, offer)
    assert held(ann, offer).state == "held"


@pytest.mark.django_db
@override_settings(UNPAID_MAX=3, UNPAID_A_DAY_MAX=6)
def test_who_lets_many_go_holds_for_a_short_time_and_then_not_at_all_until_a_day_has_passed() -> (
    None
):
    [ann] = people(1)
    offer = kettle(stock=9)
    start = instant = now()
    spans = []
    for n in range(6):
        order = held(ann, offer, at=instant)
        spans.append((order.hold_until - instant) // MINUTE)
        instant = order.hold_until
        if n % 2:  # whether it is left alone or cancelled in the last moment
            cancel.cancel_order(number=order.number, now=instant - MINUTE / 60, person_id=ann.pk)
        else:
            expiry.expire_holds(instant)
    assert spans == [15, 15, 15, 3, 3, 3]
    [answer] = settle([press(ann, offer)], instant)
    assert answer.outcome is Outcome.TOO_MANY_UNPAID
    assert answer.is_doubtful
    went = Order.objects.order_by("ended_at").values_list("ended_at", flat=True)[0]
    assert went is not None
    day_after = went + timedelta(days=1)
    assert answer.facts == {"unpaid_a_day": 6, "most": 6, "until": day_after}
    assert "稍后再下单" in said(answer)
    # Piece-minutes that one account kept from others, with one piece an order.
    assert sum(spans) == 3 * 15 + 3 * 3 <= 3 * settings.HOLD_MINUTES + 3 * 3

    [then] = settle([press(ann, offer)], day_after)
    assert then.outcome is Outcome.HELD
    assert then.is_doubtful, "five of six are still less than a day ago"
    assert start < day_after
