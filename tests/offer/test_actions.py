"""What is on offer is real: it lies on a shelf, or the factory's schedule stands behind it."""

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.offer import actions
from firsthand.offer.actions import Line
from firsthand.offer.models import Offer
from firsthand.order.actions import expiry
from firsthand.order.actions.settle import settle
from firsthand.stock import actions as stock_actions
from firsthand.stock import store as stock
from firsthand.stock.models import ON_OFFER, PLANNED, Transfer, on_hand
from tests.shop import (
    FEED,
    MALL,
    PLACE,
    PRICE_FEN,
    SHOW,
    assert_the_books_agree,
    goods,
    hear,
    held,
    kettle,
    new_sku,
    people,
    place,
    press,
    promised,
    published,
    refused,
    webhook,
)

pytestmark = pytest.mark.django_db

SHELF = on_hand(PLACE)


def balances(sku_id: int, *accounts: str) -> list[int]:
    found = stock.balances([sku_id])[sku_id]
    return [found[account] for account in accounts]


def told(feed: str = FEED) -> list[str]:
    return [news.name for news in outbox.after(feed, 0)]


def test_shelves_are_drawn_first_and_the_plan_for_the_rest() -> None:
    sku = goods(on_hand=5, plan=10)
    offer = actions.open_offer(show_id=SHOW, sku_id=sku.pk, by=7)
    offer = actions.release(offer_id=offer.pk, quantity=8, by=7)
    assert (offer.released, offer.taken) == (8, 0)
    assert balances(sku.pk, SHELF, ON_OFFER, PLANNED) == [0, 8, -3]
    assert [news.body for news in outbox.after(FEED, 0)] == [
        {
            "offer_id": offer.pk,
            "sku_id": sku.pk,
            "limit_per_person": 5,
            "price_fen": PRICE_FEN,
            "price_version": 1,
            "left": 0,
            "by": 7,
            "discount_fen": 0,
            "goods": [],
        },
        {
            "offer_id": offer.pk,
            "sku_id": sku.pk,
            "quantity": 8,
            "planned": 3,
            "left": 8,
            "by": 7,
        },
    ]
    assert_the_books_agree()


def test_no_more_is_released_than_the_ladder_has_days_for() -> None:
    offer = kettle(stock=2, plan=3, released=4)
    with pytest.raises(Refusal) as no:
        actions.release(offer_id=offer.pk, quantity=2)
    assert (no.value.code, no.value.fields["most"]) == ("not_promised", 1)
    with translation.override("en"):
        assert "1 more" in str(no.value)
    actions.release(offer_id=offer.pk, quantity=1)
    assert_the_books_agree()


def test_pieces_on_a_shelf_without_a_promise_are_not_put_on_offer() -> None:
    place()
    sku = new_sku()
    published(sku)
    stock_actions.receive(sku_id=sku.pk, place=PLACE, quantity=9, cause="test")
    offer = actions.open_offer(show_id=SHOW, sku_id=sku.pk)
    with refused("not_promised"):
        actions.release(offer_id=offer.pk, quantity=1)


def test_a_promise_of_stock_that_is_not_there_does_not_let_the_plan_owe_it() -> None:
    place()
    sku = new_sku()
    published(sku)
    promised(sku, stock_pieces=9, plan_pieces=2)
    offer = actions.open_offer(show_id=SHOW, sku_id=sku.pk)
    with refused("not_promised", most=2):
        actions.release(offer_id=offer.pk, quantity=3)
    actions.release(offer_id=offer.pk, quantity=2)
    assert_the_books_agree()


def test_what_is_withdrawn_goes_back_to_where_it_came_from() -> None:
    sku = goods(on_hand=5, plan=10)
    offer = actions.open_offer(show_id=SHOW, sku_id=sku.pk)
    actions.release(offer_id=offer.pk, quantity=8)
    offer = actions.withdraw(offer_id=offer.pk, quantity=4)
    assert offer.released == 4
    assert balances(sku.pk, SHELF, ON_OFFER, PLANNED) == [1, 4, 0]
    actions.withdraw(offer_id=offer.pk, quantity=4)
    assert balances(sku.pk, SHELF, ON_OFFER, PLANNED) == [5, 0, 0]
    assert_the_books_agree()


def test_the_story_that_the_docs_tell_by_hand() -> None:
    """docs/ledger.md, row by row."""
    accounts = ("made", SHELF, PLANNED, ON_OFFER, "held", "sold")
    sku = goods(on_hand=5, plan=10)
    assert balances(sku.pk, *accounts) == [-5, 5, 0, 0, 0, 0]
    offer = actions.open_offer(show_id=SHOW, sku_id=sku.pk)
    actions.release(offer_id=offer.pk, quantity=8)
    assert balances(sku.pk, *accounts) == [-5, 0, -3, 8, 0, 0]
    ann, bob = people(2)
    early = now() - timedelta(minutes=20)
    order = held(ann, offer, quantity=4, at=early)
    held(bob, offer, quantity=2, at=early)
    assert balances(sku.pk, *accounts) == [-5, 0, -3, 2, 6, 0]
    hear(webhook(order))
    expiry.expire_holds(now())
    assert balances(sku.pk, *accounts) == [-5, 0, -3, 4, 0, 4]
    stock_actions.finish(sku_id=sku.pk, place=PLACE, quantity=4, cause="WO-1")
    assert balances(sku.pk, *accounts) == [-9, 1, 0, 4, 0, 4]
    actions.withdraw(offer_id=offer.pk, quantity=4)
    assert balances(sku.pk, *accounts) == [-9, 5, 0, 0, 0, 4]
    assert_the_books_agree()


def test_what_somebody_holds_is_not_withdrawn() -> None:
    offer = kettle(stock=3)
    settle([press(people(1)[0], offer, quantity=2)], now())
    with refused("taken_already", left=1):
        actions.withdraw(offer_id=offer.pk, quantity=2)
    actions.withdraw(offer_id=offer.pk, quantity=1)
    assert_the_books_agree()


def test_what_was_finished_meanwhile_is_withdrawn_onto_a_shelf() -> None:
    sku = goods(on_hand=0, plan=6)
    offer = actions.open_offer(show_id=SHOW, sku_id=sku.pk)
    actions.release(offer_id=offer.pk, quantity=6)
    stock_actions.finish(sku_id=sku.pk, place=PLACE, quantity=4, cause="WO-1")
    actions.withdraw(offer_id=offer.pk, quantity=6)
    assert balances(sku.pk, SHELF, ON_OFFER, PLANNED) == [4, 0, 0]
    assert_the_books_agree()


def test_closing_puts_away_what_is_left_and_keeps_what_is_held() -> None:
    offer = kettle(stock=3)
    settle([press(people(1)[0], offer)], now())
    closed = actions.close_offer(offer_id=offer.pk)
    assert (closed.state, closed.released, closed.taken) == ("closed", 1, 1)
    assert balances(offer.sku_id, SHELF, ON_OFFER) == [2, 0]
    before = outbox.last(FEED)
    assert actions.close_offer(offer_id=offer.pk).state == "closed"
    assert outbox.last(FEED) == before, "closing twice is told once"
    with refused("closed"):
        actions.release(offer_id=offer.pk, quantity=1)
    assert_the_books_agree()


def test_what_comes_back_to_a_closed_offer_goes_on_its_shelf() -> None:
    offer = kettle(stock=2, plan=1)
    settle([press(people(1)[0], offer, quantity=1)] * 1, now() - timedelta(hours=1))
    actions.close_offer(offer_id=offer.pk)
    assert expiry.expire_holds(now()) == 1
    assert balances(offer.sku_id, SHELF, ON_OFFER, PLANNED) == [2, 0, 0]
    assert told()[-2:] == ["orders_expired.v1", "stock_withdrawn.v1"]
    assert_the_books_agree()


def test_a_closed_offer_can_be_opened_again_on_new_terms() -> None:
    offer = kettle(stock=3)
    actions.close_offer(offer_id=offer.pk)
    again = actions.open_offer(show_id=SHOW, sku_id=offer.sku_id, limit_per_person=1)
    assert (again.pk, again.state, again.limit_per_person) == (offer.pk, "open", 1)
    with refused("open_already"):
        actions.open_offer(show_id=SHOW, sku_id=offer.sku_id)


def test_without_a_price_nothing_is_put_on_offer() -> None:
    sku = new_sku()
    with refused("no_price", sku_id=sku.pk):
        actions.open_offer(show_id=SHOW, sku_id=sku.pk)
    assert not Offer.objects.exists()


def test_a_mall_of_many_skus_is_opened_at_once_or_not_at_all() -> None:
    skus = [goods(on_hand=n, plan=2) for n in range(1, 6)]
    lines = [Line(sku.pk, 3, n + 1) for n, sku in enumerate(skus, start=1)]
    with refused("not_promised", sku_id=skus[-1].pk, most=7):
        actions.open_many(show_id=MALL, lines=[*lines[:-1], Line(skus[-1].pk, 3, 99)])
    assert not Offer.objects.exists()
    ids = actions.open_many(show_id=MALL, lines=lines, by=None)
    assert set(ids) == {sku.pk for sku in skus}
    assert list(Offer.objects.order_by("sku_id").values_list("released", flat=True)) == [
        2, 3, 4, 5, 6,
    ]  # fmt: skip
    assert sorted(set(told("mall"))) == ["offer_opened.v1", "stock_released.v1"]


def test_the_limit_is_set_and_told_when_it_is_another() -> None:
    offer = kettle(stock=3)
    seq = outbox.last(FEED)
    actions.set_limit(offer_id=offer.pk, limit_per_person=5)
    assert outbox.last(FEED) == seq
    assert actions.set_limit(offer_id=offer.pk, limit_per_person=1).limit_per_person == 1
    assert told()[-1] == "limit_set.v1"


@pytest.mark.parametrize("quantity", [0, -5, 10**9])
def test_quantities_and_limits_that_make_no_sense_are_refused(quantity: int) -> None:
    offer = kettle(stock=3)
    moves = Transfer.objects.count()
    for act in (actions.release, actions.withdraw):
        with refused("bad_quantity"):
            act(offer_id=offer.pk, quantity=quantity)
    with refused("bad_limit"):
        actions.set_limit(offer_id=offer.pk, limit_per_person=quantity)
    instant = now()
    with refused("bad_times"):
        actions.open_offer(show_id=9, sku_id=offer.sku_id, opens_at=instant, closes_at=instant)
    with refused("no_such_offer"):
        actions.release(offer_id=999_999, quantity=1)
    assert Transfer.objects.count() == moves


steps = st.lists(
    st.one_of(
        st.tuples(st.just("release"), st.integers(1, 9)),
        st.tuples(st.just("withdraw"), st.integers(1, 9)),
        st.tuples(st.just("press"), st.integers(1, 3)),
        st.tuples(st.just("finish"), st.integers(1, 4)),
        st.tuples(st.just("close"), st.just(1)),
    ),
    max_size=12,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_whatever_the_crew_does_what_is_on_offer_is_promised_and_the_books_agree(
    tried: list[tuple[str, int]],
) -> None:
    offer = kettle(stock=6, plan=8, released=4)
    buyers = people(3)
    for n, (verb, quantity) in enumerate(tried):
        try:
            if verb == "press":
                settle([press(buyers[n % 3], offer, quantity=quantity)], now())
            elif verb == "finish":
                stock_actions.finish(
                    sku_id=offer.sku_id, place=PLACE, quantity=quantity, cause="WO"
                )
            elif verb == "close":
                actions.close_offer(offer_id=offer.pk)
            else:
                getattr(actions, verb)(offer_id=offer.pk, quantity=quantity)
        except Refusal:
            continue
    assert_the_books_agree()
