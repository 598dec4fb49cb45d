"""The waiting list: who stands on it, who is served, and nobody overtakes."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.offer.models import Offer
from firsthand.order import tasks
from firsthand.order.actions import cancel, expiry, payment, waiting
from firsthand.order.actions.settle import settle
from firsthand.order.line import Place
from firsthand.order.models import Order, Waiting
from firsthand.order.quotes import Asked, quotes
from firsthand.order.rules import Answer, Outcome
from firsthand.people.models import Person
from tests.shop import (
    FEED,
    PRICE_FEN,
    assert_the_books_agree,
    bundle,
    goods,
    hear,
    held,
    kettle,
    people,
    press,
    published,
    refused,
    webhook,
)

pytestmark = pytest.mark.django_db


def waits(person: Person, offer: Offer, *, quantity: int = 1, at: datetime | None = None) -> Answer:
    """A person presses, and wants to wait if it is sold out."""
    [answer] = settle([press(person, offer, quantity=quantity)._replace(waits=True)], at or now())
    return answer


def states() -> list[tuple[str, int]]:
    """Who waits for how many and who no longer, in the order in which they came."""
    return list(Waiting.objects.order_by("id").values_list("state", "quantity"))


def jobs() -> int:
    """How often the worker was asked to serve."""
    return ProcrastinateJob.objects.filter(task_name="order.serve_waiting").count()


def wanted(offer: Offer) -> int:
    return Offer.objects.get(pk=offer.pk).waiting


def test_whoever_comes_too_late_gets_a_place_and_is_told_which() -> None:
    offer = kettle(stock=1)
    ann, bob, cyd = people(3)
    batch = [press(p, offer, quantity=q)._replace(waits=True) for p, q in ((ann, 1), (bob, 2))]
    first, second = settle(batch, now())
    assert first.outcome is Outcome.HELD
    assert (second.outcome, second.place) == (Outcome.WAITING, Place(1, 0))
    assert waits(cyd, offer, quantity=3).place == Place(2, 2)
    assert wanted(offer) == 5
    told = [news.body for news in outbox.after(FEED, 0) if news.name == "people_wait.v1"]
    assert [(body["people"], body["pieces"], body["waiting"]) for body in told] == [
        (1, 2, 2),
        (1, 3, 5),
    ]
    assert_the_books_agree()


def test_who_does_not_ask_for_a_place_gets_none() -> None:
    offer = kettle(stock=0)
    [answer] = settle([press(people(1)[0], offer)], now())
    assert (answer.outcome, answer.facts) == (Outcome.SOLD_OUT, {"most": 0})
    assert not Waiting.objects.exists()


def test_pressing_twice_gives_one_place_in_one_batch_and_over_two() -> None:
    offer = kettle(stock=0)
    ann, bob = people(2)
    one = press(ann, offer, quantity=2)._replace(waits=True)
    other = one._replace(key=uuid4(), quantity=1)
    after = press(bob, offer)._replace(waits=True)
    answers = settle([one, one, other, after, one], now())
    assert [answer.place for answer in answers] == [
        Place(1, 0),
        Place(1, 0),
        Place(1, 0),
        Place(2, 2),
        Place(1, 0),
    ]
    assert settle([after, other, one], now())[0].place == Place(2, 2)
    assert states() == [("waiting", 2), ("waiting", 1)]


def test_a_place_is_told_again_though_the_price_has_changed_since() -> None:
    offer = kettle(stock=0)
    ann, bob = people(2)
    one = press(ann, offer)._replace(waits=True)
    settle([one], now())
    published(offer.sku, PRICE_FEN - 100)
    stale = press(bob, offer)._replace(waits=True)
    again, new = settle([one, stale], now())
    assert (again.outcome, new.outcome) == (Outcome.WAITING, Outcome.PRICE_CHANGED)


def test_the_limit_counts_what_somebody_has_when_he_wants_to_wait_for_more() -> None:
    offer = kettle(stock=2, limit_per_person=3)
    [ann] = people(1)
    held(ann, offer, quantity=2)
    answer = waits(ann, offer, quantity=2)
    assert (answer.outcome, answer.facts) == (Outcome.OVER_LIMIT, {"limit": 3, "most": 1})
    assert waits(ann, offer, quantity=1).outcome is Outcome.WAITING


def test_where_a_smaller_order_would_be_held_nobody_has_to_wait() -> None:
    """Else whoever asks for many would keep the last pieces from everybody."""
    offer = kettle(stock=2)
    answer = waits(people(1)[0], offer, quantity=3)
    assert (answer.outcome, answer.facts) == (Outcome.SOLD_OUT, {"most": 2})
    assert wanted(offer) == 0


def test_a_list_has_an_end(settings: object) -> None:
    settings.WAITING_PIECES_MAX = 5  # type: ignore[attr-defined]
    offer = kettle(stock=0)
    ann, bob, cyd = people(3)
    assert waits(ann, offer, quantity=3).outcome is Outcome.WAITING
    full = waits(bob, offer, quantity=3)
    assert (full.outcome, full.facts) == (Outcome.LIST_FULL, {"waiting": 3})
    assert waits(cyd, offer, quantity=2).place == Place(2, 3)


def test_what_comes_free_goes_to_the_first_in_line_with_a_longer_time_to_pay() -> None:
    offer = kettle(stock=1)
    ann, bob, cyd = people(3)
    early = now() - timedelta(hours=1)
    held(ann, offer, at=early)
    key = press(bob, offer)._replace(waits=True)
    settle([key], early)
    waits(cyd, offer, at=early)
    assert jobs() == 0
    instant = now()
    expiry.expire_holds(instant)
    assert jobs() == 1
    assert waiting.serve(offer.pk, instant) == 1
    order = Order.objects.get(person=bob)
    assert (order.key, order.state, order.unit_fen) == (key.key, "held", PRICE_FEN)
    assert order.hold_until == instant + timedelta(minutes=30)
    assert Waiting.objects.get(person=bob).order_id == order.pk
    assert states() == [("served", 1), ("waiting", 1)]
    [told] = [news.body for news in outbox.after(FEED, 0) if news.name == "waiting_served.v1"]
    assert (told["people"], told["pieces"], told["waiting"]) == (1, 1, 1)
    assert settle([key], instant)[0].hold is not None, "the key knows its order"
    assert_the_books_agree()


def test_a_served_hold_that_nobody_pays_goes_to_the_next_in_line() -> None:
    offer = kettle(stock=1)
    ann, bob, cyd = people(3)
    held(ann, offer, at=now() - timedelta(hours=1))
    waits(bob, offer)
    waits(cyd, offer)
    expiry.expire_holds(now())
    waiting.serve(offer.pk, now())
    later = now() + timedelta(minutes=31)
    assert expiry.expire_holds(later) == 1
    assert waiting.serve(offer.pk, later) == 1
    assert Order.objects.get(person=cyd).state == "held"
    assert waiting.serve(offer.pk, later) == 0
    assert_the_books_agree()


def test_a_new_press_never_overtakes_the_list_even_before_the_worker_came() -> None:
    offer = kettle(stock=1)
    ann, bob, cyd = people(3)
    order = held(ann, offer)
    waits(bob, offer)
    cancel.cancel_order(number=order.number, now=now(), person_id=None)
    [answer] = settle([press(cyd, offer)], now())
    assert answer.outcome is Outcome.SOLD_OUT
    assert Order.objects.get(person=bob).state == "held", "the batch served him first"
    assert_the_books_agree()


def test_who_wants_three_is_not_overtaken_by_who_wants_one_while_two_are_free() -> None:
    offer = kettle(stock=4, released=0)
    ann, bob, cyd = people(3)
    waits(ann, offer, quantity=3)
    waits(bob, offer, quantity=1)
    offers.release(offer_id=offer.pk, quantity=2)
    assert jobs() == 1
    assert waiting.serve(offer.pk, now()) == 0
    [answer] = settle([press(cyd, offer)], now())
    assert (answer.outcome, answer.facts) == (Outcome.SOLD_OUT, {"most": 0})
    offers.release(offer_id=offer.pk, quantity=2)
    assert waiting.serve(offer.pk, now()) == 2
    assert states() == [("served", 3), ("served", 1)]
    assert_the_books_agree()


def test_pieces_that_are_released_serve_the_list_and_the_rest_is_for_who_presses() -> None:
    offer = kettle(stock=5, released=0)
    ann, bob, cyd = people(3)
    waits(ann, offer, quantity=2)
    offers.release(offer_id=offer.pk, quantity=5)
    batch = [press(bob, offer, quantity=2), press(cyd, offer, quantity=2)._replace(waits=True)]
    one, other = settle(batch, now())
    assert (one.outcome, other.outcome) == (Outcome.HELD, Outcome.SOLD_OUT)
    assert other.facts == {"most": 1}
    assert states() == [("served", 2)]
    assert_the_books_agree()


def test_who_leaves_makes_room_for_those_behind_him() -> None:
    offer = kettle(stock=4, released=0)
    ann, bob = people(2)
    waits(ann, offer, quantity=3)
    waits(bob, offer, quantity=2)
    offers.release(offer_id=offer.pk, quantity=2)
    left = waiting.leave(offer_id=offer.pk, person_id=ann.pk, now=now())
    assert (left.state, jobs()) == ("left", 2)
    again = waiting.leave(offer_id=offer.pk, person_id=ann.pk, now=now())
    assert again.ended_at == left.ended_at
    assert waiting.serve(offer.pk, now()) == 1
    assert states() == [("left", 3), ("served", 2)]
    with refused("not_on_the_list"):
        waiting.leave(offer_id=offer.pk, person_id=people(1)[0].pk, now=now())
    assert waits(ann, offer).place == Place(1, 0), "one may come back, to the end of the line"
    assert_the_books_agree()


def test_who_agreed_to_less_than_it_costs_now_waits_no_more_and_a_fallen_price_is_his() -> None:
    offer = kettle(stock=2, released=0)
    ann, bob = people(2)
    waits(ann, offer)
    version = published(offer.sku, PRICE_FEN + 100)
    [answer] = settle(
        [
            press(bob, offer, price_fen=PRICE_FEN + 100, price_version=version.version)._replace(
                waits=True
            )
        ],
        now(),
    )
    assert answer.place == Place(2, 1)
    cheaper = published(offer.sku, PRICE_FEN + 50)
    offers.release(offer_id=offer.pk, quantity=1)
    assert waiting.serve(offer.pk, now()) == 1, "as many are looked at as pieces are free"
    assert waiting.serve(offer.pk, now()) == 1
    assert states() == [("price_rose", 1), ("served", 1)]
    order = Order.objects.get(person=bob)
    assert (order.unit_fen, order.price_id) == (PRICE_FEN + 50, cheaper.pk)
    [told] = [news.body for news in outbox.after(FEED, 0) if news.name == "waiting_ended.v1"]
    assert (told["why"], told["people"], told["waiting"]) == ("price_rose", 1, 1)
    assert_the_books_agree()


def test_who_may_no_longer_have_so_many_waits_no_more() -> None:
    offer = kettle(stock=3, released=0)
    ann, bob = people(2)
    waits(ann, offer, quantity=3)
    waits(bob, offer, quantity=1)
    offers.set_limit(offer_id=offer.pk, limit_per_person=2)
    offers.release(offer_id=offer.pk, quantity=3)
    assert waiting.serve(offer.pk, now()) == 2
    assert states() == [("over_limit", 3), ("served", 1)]
    assert_the_books_agree()


def test_a_key_that_bought_elsewhere_meanwhile_spoils_nobodys_turn() -> None:
    offer, other = kettle(stock=2, released=0), kettle(stock=1)
    ann, bob = people(2)
    one = press(ann, offer)._replace(waits=True)
    settle([one], now())
    waits(bob, offer)
    settle([press(ann, other, key=one.key)], now())
    offers.release(offer_id=offer.pk, quantity=2)
    assert waiting.serve(offer.pk, now()) == 2
    assert states() == [("key_used", 1), ("served", 1)]
    assert_the_books_agree()


def test_a_sale_that_ends_ends_its_list() -> None:
    offer = kettle(stock=1)
    ann, bob, cyd = people(3)
    held(ann, offer)
    waits(bob, offer)
    waits(cyd, offer, quantity=2)
    offers.close_offer(offer_id=offer.pk)
    assert jobs() == 1
    assert waits(bob, offer).outcome is Outcome.CLOSED
    assert waiting.serve(offer.pk, now()) == 2
    assert states() == [("closed", 1), ("closed", 2)]
    assert wanted(offer) == 0
    assert waiting.serve(offer.pk, now()) == 0
    assert_the_books_agree()


def test_a_sale_whose_time_is_over_ends_its_list_when_the_worker_comes_round() -> None:
    offer = kettle(stock=0)
    [ann] = people(1)
    waits(ann, offer)
    Offer.objects.filter(pk=offer.pk).update(closes_at=now() - timedelta(seconds=1))
    with transaction.atomic():
        assert tasks.serve_all_waiting(0) == 1
    assert states() == [("closed", 1)]


def test_a_sale_that_opens_again_at_once_keeps_its_list() -> None:
    offer = kettle(stock=0)
    waits(people(1)[0], offer)
    offers.close_offer(offer_id=offer.pk)
    offers.open_many(show_id=offer.show_id, lines=[offers.Line(offer.sku_id)])
    assert waiting.serve(offer.pk, now()) == 0
    assert states() == [("waiting", 1)]


def test_money_that_comes_too_late_does_not_overtake_the_list() -> None:
    offer = kettle(stock=1)
    ann, bob = people(2)
    order = held(ann, offer, at=now() - timedelta(minutes=20))
    word = webhook(order)
    waits(bob, offer)
    expiry.expire_holds(now())
    assert hear(word).came is payment.Came.SENT_BACK
    waiting.serve(offer.pk, now())
    assert Order.objects.get(person=bob).state == "held"
    assert_the_books_agree()


def test_the_director_takes_off_only_what_nobody_waits_for() -> None:
    offer = kettle(stock=4, released=0)
    ann, _bob = people(2)
    waits(ann, offer, quantity=2)
    offers.release(offer_id=offer.pk, quantity=3)
    with refused("waited_for", left=3, waiting=2):
        offers.withdraw(offer_id=offer.pk, quantity=2)
    offers.withdraw(offer_id=offer.pk, quantity=1)
    assert waiting.serve(offer.pk, now()) == 1
    assert_the_books_agree()


def test_a_deposit_or_a_group_cannot_begin_while_one_is_away() -> None:
    offer = kettle(stock=0)
    Offer.objects.filter(pk=offer.pk).update(kind="group", group_size=2, group_minutes=5)
    [answer] = settle([press(people(1)[0], offer)._replace(waits=True)], now())
    assert answer.outcome is Outcome.NO_LIST


def test_two_lists_of_one_sku_share_its_days_and_each_keeps_its_order() -> None:
    sku = goods(on_hand=3)
    show = offers.open_offer(show_id=88, sku_id=sku.pk)
    mall = offers.open_offer(show_id=0, sku_id=sku.pk)
    ann, bob, cyd = people(3)
    waits(ann, show, quantity=2)
    waits(bob, mall, quantity=1)
    waits(cyd, show, quantity=1)
    offers.release(offer_id=show.pk, quantity=2)
    offers.release(offer_id=mall.pk, quantity=1)
    assert (waiting.serve(show.pk, now()), waiting.serve(mall.pk, now())) == (1, 1)
    assert states() == [("served", 2), ("served", 1), ("waiting", 1)]
    assert_the_books_agree()


def test_a_list_that_is_longer_than_one_batch_is_served_whole() -> None:
    offer = kettle(stock=300, released=0)
    crowd = people(290)
    settle([press(person, offer)._replace(waits=True) for person in crowd], now())
    offers.release(offer_id=offer.pk, quantity=300)
    assert tasks.serve_waiting(offer.pk) == 290
    assert list(Order.objects.order_by("id").values_list("person_id", flat=True)) == [
        person.pk for person in crowd
    ]
    assert_the_books_agree()


def test_who_waited_is_written_to_in_both_languages(mailoutbox: list[EmailMessage]) -> None:
    offer = kettle(stock=1)
    ann, bob, cyd = people(3)
    order = held(ann, offer)
    Person.objects.filter(pk=bob.pk).update(email="bob@example.org")
    Person.objects.filter(pk=cyd.pk).update(email="cyd@example.org")
    for one in (bob, cyd):
        waits(one, offer)
    cancel.cancel_order(number=order.number, now=now(), person_id=None)
    waiting.serve(offer.pk, now())
    offers.close_offer(offer_id=offer.pk)
    waiting.serve(offer.pk, now())
    told = ProcrastinateJob.objects.filter(task_name="order.tell_waiting").order_by("id")
    for job in told:
        tasks.tell_waiting(**job.args)
    assert [letter.to for letter in mailoutbox] == [["bob@example.org"], ["cyd@example.org"]]
    served, closed = mailoutbox
    assert Order.objects.get(person=bob).number in served.body
    assert "is held for you" in served.subject and "已为您留货" in served.subject
    assert "the sale ended first" in closed.body


def test_a_press_that_comes_too_early_is_told_when_to_come_again() -> None:
    offer = kettle(stock=1)
    opens_at = now() + timedelta(seconds=30)
    offers.set_times(offer_id=offer.pk, opens_at=opens_at, closes_at=None)
    one = press(people(1)[0], offer)
    [early] = settle([one], now())
    assert (early.outcome, early.facts) == (Outcome.NOT_YET_OPEN, {"opens_at": opens_at})
    [again] = settle([one], opens_at)
    assert again.outcome is Outcome.HELD
    [told] = [news.body for news in outbox.after(FEED, 0) if news.name == "times_set.v1"]
    assert told["closes_at"] is None
    offers.set_times(offer_id=offer.pk, opens_at=opens_at, closes_at=None)
    assert len([news for news in outbox.after(FEED, 0) if news.name == "times_set.v1"]) == 1
    assert_the_books_agree()


def test_times_are_moved_while_the_sale_goes_on_but_not_after_its_end() -> None:
    offer = kettle(stock=2)
    ann, bob = people(2)
    held(ann, offer)
    offers.set_times(offer_id=offer.pk, opens_at=None, closes_at=now())
    assert waits(bob, offer).outcome is Outcome.CLOSED
    offers.set_times(offer_id=offer.pk, opens_at=None, closes_at=now() + timedelta(hours=1))
    assert waits(bob, offer).outcome is Outcome.HELD
    with refused("bad_times"):
        offers.set_times(offer_id=offer.pk, opens_at=now(), closes_at=now() - timedelta(1))
    offers.close_offer(offer_id=offer.pk)
    with refused("closed"):
        offers.set_times(offer_id=offer.pk, opens_at=None, closes_at=None)


def test_a_bundle_that_is_sold_out_has_a_line_and_serves_it_whole() -> None:
    hub, bulb = goods(on_hand=2), goods(on_hand=4)
    offer = bundle((hub, 1), (bulb, 2), quantity=1)
    ann, bob = people(2)
    order = held(ann, offer)
    assert waits(bob, offer, quantity=1).outcome is Outcome.WAITING
    cancel.cancel_order(number=order.number, now=now(), person_id=None)
    assert waiting.serve(offer.pk, now()) == 1
    assert Order.objects.get(person=bob).parts.count() == 2
    assert_the_books_agree()


def test_a_quote_says_what_a_press_would_be_told_while_others_wait() -> None:
    offer = kettle(stock=4, released=0)
    waits(people(1)[0], offer, quantity=3)
    offers.release(offer_id=offer.pk, quantity=2)
    [quote] = quotes([Asked(offer.show_id, offer.pk, 1)], now())
    assert quote is not None
    assert (quote.left, quote.most, quote.ship_by) == (0, 0, None)
