"""A bundle is held, paid, packed and given back as a whole; nobody gets half of one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import transaction

from firsthand.catalogue.models import Sku
from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.kit.sql import Queries, Row
from firsthand.offer import actions as offers
from firsthand.offer.actions import Line
from firsthand.offer.models import Offer
from firsthand.order import store
from firsthand.order.actions import cancel, expiry, fulfilment, payment, waiting
from firsthand.order.actions.settle import settle
from firsthand.order.models import Order, OrderPart
from firsthand.order.quotes import Asked, Day, quotes
from firsthand.order.rules import Outcome
from firsthand.promise import store as promise_store
from firsthand.promise.actions import rebuild_ladder
from firsthand.promise.models import Rung
from firsthand.stock import actions as stock_actions
from firsthand.stock import store as stock
from tests.shop import (
    FEED,
    LATER,
    PLACE,
    PRICE_FEN,
    SHOW,
    SOON,
    assert_the_books_agree,
    bundle,
    goods,
    hear,
    held,
    kettle,
    paid,
    people,
    press,
    published,
    refused,
    webhook,
)

pytestmark = pytest.mark.django_db

MARGIN_FEN = PRICE_FEN // 25  # of each kettle: what may be off


def parts_of(order: Order) -> list[tuple[int, int, int, str]]:
    """Of which SKU how many, for how much, and by which day."""
    rows = OrderPart.objects.filter(order=order).order_by("id")
    return [(p.sku_id, p.quantity, p.amount_fen, p.ship_by.isoformat()) for p in rows]


def on_the_ladder(sku: Sku) -> list[tuple[str, int, int]]:
    rungs = Rung.objects.filter(sku=sku).order_by("ship_by")
    return [(rung.source, rung.quantity, rung.taken) for rung in rungs]


def test_with_one_scarce_sku_nobody_gets_half_a_bundle() -> None:
    hub, bulb, plug = goods(on_hand=9), goods(on_hand=9), goods(on_hand=2)
    offer = bundle((hub, 1), (bulb, 2), (plug, 1), quantity=2)
    answers = settle([press(person, offer) for person in people(3)], now())
    assert [one.outcome for one in answers] == [Outcome.HELD, Outcome.HELD, Outcome.SOLD_OUT]
    assert OrderPart.objects.count() == 2 * 3
    balances = stock.balances([hub.pk, bulb.pk, plug.pk])
    assert [balances[sku.pk]["held"] for sku in (hub, bulb, plug)] == [2, 4, 2]
    assert_the_books_agree()


def test_more_bundles_than_the_scarcest_sku_has_days_for_are_not_released() -> None:
    hub, bulb = goods(on_hand=9), goods(on_hand=5)
    with refused("not_promised", sku_id=bulb.pk, most=2):
        bundle((hub, 1), (bulb, 2), quantity=3)
    assert not Offer.objects.exists()
    assert_the_books_agree()


def test_two_bundles_and_a_single_offer_compete_for_one_sku() -> None:
    """What is released to one is not the other's; what comes back is whose it was."""
    hub, bulb, plug = goods(on_hand=9), goods(on_hand=5), goods(on_hand=9)
    pair = bundle((hub, 1), (bulb, 2), quantity=1)
    trio = bundle((plug, 1), (bulb, 1), quantity=2)
    with transaction.atomic():
        alone = offers.open_many(show_id=SHOW, lines=[Line(bulb.pk, 5, 1)])[bulb.pk]
    single = Offer.objects.get(pk=alone)
    with refused("not_promised", sku_id=bulb.pk, most=0):
        offers.release(offer_id=single.pk, quantity=1)
    ann, bob, cem, dan = people(4)
    batch = [press(ann, trio, quantity=2), press(bob, single), press(cem, pair), press(dan, trio)]
    answers = settle(batch, now())
    assert [one.outcome.value for one in answers] == ["held", "held", "held", "sold_out"]
    assert on_the_ladder(bulb) == [("stock", 5, 5)]
    assert_the_books_agree()


def test_a_bundle_ships_on_the_earliest_day_on_which_all_of_it_can() -> None:
    """And what could ship sooner alone is taken from the latest day that is still in time."""
    hub, bulb = goods(on_hand=3, plan=3), goods(on_hand=1, plan=4)
    offer = bundle((hub, 1), (bulb, 2), quantity=2)
    [ann] = people(1)
    order = held(ann, offer)
    assert (order.ship_by, order.rung_source) == (LATER, "parts")
    assert parts_of(order) == [
        (hub.pk, 1, PRICE_FEN, LATER.isoformat()),
        (bulb.pk, 2, 2 * PRICE_FEN, LATER.isoformat()),
    ]
    assert on_the_ladder(hub) == [("stock", 3, 0), ("plan", 3, 1)], "the early hubs stay"
    assert_the_books_agree()


def test_a_bundle_of_two_and_one_expires_and_everything_is_back_to_the_rung() -> None:
    hub, bulb = goods(on_hand=1, plan=1), goods(on_hand=4)
    before = [on_the_ladder(hub), on_the_ladder(bulb)]
    offer = bundle((hub, 1), (bulb, 2), quantity=2)
    lying = stock.balances([hub.pk, bulb.pk])
    instant = now()
    ann, bob = people(2)
    held(ann, offer, at=instant)
    held(bob, offer, at=instant)
    assert [on_the_ladder(hub), on_the_ladder(bulb)] == [
        [("stock", 1, 1), ("plan", 1, 1)],
        [("stock", 4, 4)],
    ]
    with transaction.atomic():
        assert expiry.expire_holds(instant + timedelta(minutes=16)) == 2
    assert [on_the_ladder(hub), on_the_ladder(bulb)] == before
    assert stock.balances([hub.pk, bulb.pk]) == lying
    offer.refresh_from_db()
    assert (offer.released, offer.taken) == (2, 0)
    assert_the_books_agree()


def test_what_is_off_is_shared_by_the_parts_and_adds_up_to_the_fen() -> None:
    hub, bulb = goods(on_hand=9), goods(on_hand=9)
    offer = bundle((hub, 1), (bulb, 2), quantity=3, discount_fen=10_00)
    [ann] = people(1)
    order = held(ann, offer, quantity=3)
    assert order.unit_fen == 3 * PRICE_FEN - 10_00
    # The kettles have the same room each, so of ten yuan a third falls on the hub.
    assert parts_of(order) == [
        (hub.pk, 3, 3 * (PRICE_FEN - 3_33), SOON.isoformat()),
        (bulb.pk, 6, 3 * (2 * PRICE_FEN - 6_67), SOON.isoformat()),
    ]
    assert_the_books_agree()


def test_no_more_is_off_than_lies_above_cost_and_tax() -> None:
    hub, bulb = goods(on_hand=9), goods(on_hand=9)
    with refused("below_floor", most_fen=3 * MARGIN_FEN):
        bundle((hub, 1), (bulb, 2), discount_fen=3 * MARGIN_FEN + 1)
    offer = bundle((hub, 1), (bulb, 2), quantity=2, discount_fen=3 * MARGIN_FEN)
    [ann] = people(1)
    order = held(ann, offer)
    floor = PRICE_FEN - MARGIN_FEN
    assert [fen for _sku, _n, fen, _day in parts_of(order)] == [floor, 2 * floor]


def test_a_price_that_fell_leaves_less_to_take_off_and_the_floor_holds() -> None:
    """It is decided with the price that holds now, and who saw another is told so first."""
    hub, bulb = goods(on_hand=9), goods(on_hand=9)
    offer = bundle((hub, 1), (bulb, 1), quantity=2, discount_fen=15_00)
    old = press(people(1)[0], offer)
    published(bulb, 50_00)  # the room above its floor is 2 yuan now, and not 7.96
    [answer] = settle([old], now())
    floor_fen = (PRICE_FEN - MARGIN_FEN) + 48_00
    assert answer.outcome is Outcome.PRICE_CHANGED
    assert answer.facts == {"price_fen": floor_fen, "price_version": 1}
    [again] = settle([old._replace(price_fen=floor_fen)], now())
    assert again.outcome is Outcome.HELD


def test_a_single_offer_may_be_cheaper_than_its_price_too() -> None:
    sku = goods(on_hand=2)
    with refused("below_floor", sku_id=sku.pk, most_fen=MARGIN_FEN):
        offers.open_many(show_id=SHOW, lines=[Line(sku.pk, 5, 2, MARGIN_FEN + 1)])
    with transaction.atomic():
        [offer_id] = offers.open_many(show_id=SHOW, lines=[Line(sku.pk, 5, 2, 5_00)]).values()
    offer = Offer.objects.get(pk=offer_id)
    assert outbox.after(FEED, 0, 10)[0].body["price_fen"] == PRICE_FEN - 5_00
    [ann] = people(1)
    [full] = settle([press(ann, offer, price_fen=PRICE_FEN)], now())
    assert full.facts == {"price_fen": PRICE_FEN - 5_00, "price_version": 1}
    assert held(ann, offer).amount_fen == PRICE_FEN - 5_00
    assert_the_books_agree()


def test_a_bundle_is_ready_when_its_last_part_is_set_aside_and_ships_in_one_parcel() -> None:
    hub, bulb = goods(on_hand=1), goods(plan=2)
    offer = bundle((hub, 1), (bulb, 2), quantity=1)
    [ann] = people(1)
    order = paid(ann, offer)
    assert fulfilment.allocate(now()) == []
    order.refresh_from_db()
    assert order.state == "making"
    aside = OrderPart.objects.filter(order=order, set_aside_at__isnull=False)
    assert list(aside.values_list("sku_id", flat=True)) == [hub.pk]
    stock_actions.finish(sku_id=bulb.pk, place=PLACE, quantity=1, cause="WO-1")
    assert fulfilment.allocate(now()) == [], "one bulb is not two"
    stock_actions.finish(sku_id=bulb.pk, place=PLACE, quantity=1, cause="WO-1")
    assert fulfilment.allocate(now()) == [order.pk]
    assert_the_books_agree()
    with transaction.atomic():
        fulfilment.ship(number=order.number, carrier="SF", tracking_number="1", now=now())
    balances = stock.balances([hub.pk, bulb.pk])
    assert [balances[sku.pk]["shipped"] for sku in (hub, bulb)] == [1, 2]
    assert {rung.kept for rung in Rung.objects.filter(sku__in=[hub, bulb])} == {1, 2}
    assert_the_books_agree()


def test_pieces_set_aside_for_a_bundle_are_nobody_elses() -> None:
    """They are packed though its order is not: an order that is paid later does not get them."""
    hub, bulb = goods(on_hand=1, plan=1), goods(plan=1)
    pair = bundle((hub, 1), (bulb, 1), quantity=1)
    # The hub of the bundle is on the later rung; the early one is for somebody else.
    with transaction.atomic():
        [alone] = offers.open_many(show_id=SHOW, lines=[Line(hub.pk, 5, 1)]).values()
    ann, bob = people(2)
    both = paid(ann, pair)
    one = paid(bob, Offer.objects.get(pk=alone))
    assert fulfilment.allocate(now()) == [one.pk], "his day is earlier"
    stock_actions.finish(sku_id=hub.pk, place=PLACE, quantity=1, cause="WO-1")
    assert fulfilment.allocate(now()) == []
    assert store.ready_pieces([hub.pk]) == {hub.pk: 2}
    with transaction.atomic():
        cancel.cancel_order(number=both.number, now=now(), person_id=None)
    assert store.ready_pieces([hub.pk]) == {hub.pk: 1}, "given back, and free for others"
    assert_the_books_agree()


def test_an_expired_bundle_that_is_paid_late_is_taken_again_or_its_money_goes_back() -> None:
    hub, bulb = goods(on_hand=1, plan=1), goods(on_hand=3)
    offer = bundle((hub, 1), (bulb, 1), quantity=2)
    ann, bob, cem = people(3)
    instant = now()
    order = held(ann, offer, at=instant)  # by SOON, with the hub on the shelf
    late = instant + timedelta(minutes=16)
    word = webhook(order, at=late)
    with transaction.atomic():
        expiry.expire_holds(late)
    other = held(bob, offer, at=late)
    assert other.ship_by == SOON
    assert hear(word, late).came is payment.Came.SENT_BACK, "the hub that is left ships later"
    with transaction.atomic():
        cancel.cancel_order(number=other.number, now=late, person_id=bob.pk)
    third = held(cem, offer, at=late)
    later = late + timedelta(minutes=16)
    word = webhook(third, at=later)
    with transaction.atomic():
        expiry.expire_holds(later)
    assert hear(word, later).came is payment.Came.TAKEN_AGAIN
    third.refresh_from_db()
    assert (third.state, third.ship_by) == ("paid", SOON)
    assert_the_books_agree()


def test_a_quote_tells_how_many_whole_bundles_ship_by_each_day() -> None:
    hub, bulb = goods(on_hand=2, plan=9), goods(on_hand=3, plan=4)
    offer = bundle((hub, 1), (bulb, 2), quantity=3, discount_fen=1_00)
    [quote] = quotes([Asked(SHOW, offer.pk, 2)], now())
    assert quote is not None
    assert quote.rungs == [Day(SOON, 1), Day(LATER, 2)]
    assert (quote.left, quote.most, quote.ship_by) == (3, 2, LATER)
    assert (quote.price_fen, quote.off_fen) == (3 * PRICE_FEN - 1_00, 1_00)
    [ann] = people(1)
    assert held(ann, offer, quantity=2).ship_by == quote.ship_by, "what it says is what it does"


def test_a_closed_bundle_gives_back_every_piece_and_so_does_what_comes_back_to_it() -> None:
    hub, bulb = goods(on_hand=4, plan=1), goods(on_hand=9)
    before = stock.balances([hub.pk, bulb.pk])
    offer = bundle((hub, 1), (bulb, 2), quantity=4)
    [ann] = people(1)
    order = held(ann, offer, quantity=2)
    with transaction.atomic():
        offers.close_offer(offer_id=offer.pk)
    with transaction.atomic():
        cancel.cancel_order(number=order.number, now=now(), person_id=ann.pk)
    assert stock.balances([hub.pk, bulb.pk]) == before
    assert_the_books_agree()


def test_closed_offers_that_share_a_sku_are_swept_one_after_the_other() -> None:
    hub, bulb, plug = goods(on_hand=9), goods(on_hand=9), goods(on_hand=9)
    before = stock.balances([hub.pk, bulb.pk, plug.pk])
    shared = [bundle((hub, 1), (bulb, 2), quantity=2), bundle((plug, 1), (bulb, 1), quantity=2)]
    with transaction.atomic():
        alone = offers.open_many(show_id=SHOW, lines=[Line(bulb.pk, 5, 2)])[bulb.pk]
    shared.append(Offer.objects.get(pk=alone))
    instant = now()
    for person, offer in zip(people(3), shared, strict=True):
        held(person, offer, at=instant)
        with transaction.atomic():
            offers.close_offer(offer_id=offer.pk)
    with transaction.atomic():
        assert expiry.expire_holds(instant + timedelta(minutes=16)) == 3
    assert stock.balances([hub.pk, bulb.pk, plug.pk]) == before
    assert_the_books_agree()


def test_promises_of_a_bundle_keep_their_rungs_when_the_ladder_is_built_anew() -> None:
    hub, bulb = goods(on_hand=2), goods(on_hand=4)
    offer = bundle((hub, 1), (bulb, 2), quantity=2)
    [ann] = people(1)
    order = paid(ann, offer)
    with transaction.atomic():
        rebuilt = rebuild_ladder([hub.pk, bulb.pk], now=now())
    assert rebuilt.at_risk == 0
    assert Rung.objects.get(sku=bulb, ship_by=SOON).taken == 2
    with transaction.atomic():
        cancel.cancel_order(number=order.number, now=now(), person_id=ann.pk)
    assert_the_books_agree()


def test_a_batch_of_single_offers_costs_no_statement_more_for_there_being_bundles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer = kettle(stock=9)
    pair = bundle((goods(on_hand=2), 1), (goods(on_hand=2), 1), quantity=2)
    ann, bob = people(2)
    run: list[str] = []
    real = Queries._run

    def counted(self: Queries, name: str, values: Mapping[str, Any]) -> psycopg.Cursor[Row]:
        run.append(name)
        return real(self, name, values)

    monkeypatch.setattr(Queries, "_run", counted)
    settle([press(ann, offer), press(bob, offer)], now())
    assert run == [
        "go_by_index", "skus_of", "lock_on_offer", "current", "terms", "bought", "ladders",
        "answered", "write", "transfer", "take", "change_taken", "tell",
    ]  # fmt: skip
    both = [press(ann, pair), press(bob, pair)]
    run.clear()
    settle(both, now())
    more = ["parts", "parts", "write_parts"]
    assert len(run) == 13 + len(more), "and however many bundles there are, three more"
    assert sorted(name for name in run if "parts" in name) == more


@pytest.mark.parametrize("forgotten", ["the_parts_rungs", "the_parts_pieces"])
def test_a_control_what_gives_back_less_than_all_parts_is_found_in_the_books(
    forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, bulb = goods(on_hand=4), goods(on_hand=9)
    offer = bundle((hub, 1), (bulb, 2), quantity=2)
    [ann] = people(1)
    order = held(ann, offer)
    whole = store.pieces_of(order)
    only_first = whole._replace(parts=whole.parts[:1])
    if forgotten == "the_parts_rungs":
        monkeypatch.setattr(promise_store, "give_back", lambda rungs: None)
    else:
        monkeypatch.setattr(store, "pieces_of", lambda _order: only_first)
    with transaction.atomic():
        cancel.cancel_order(number=order.number, now=now(), person_id=ann.pk)
    with pytest.raises(AssertionError):
        assert_the_books_agree()


def test_who_waits_for_a_sold_out_bundle_is_served_whole() -> None:
    hub, bulb = goods(on_hand=2), goods(on_hand=5)
    offer = bundle((hub, 1), (bulb, 2), quantity=1)
    ann, bob = people(2)
    order = held(ann, offer)
    [answer] = settle([press(bob, offer)._replace(waits=True)], now())
    assert answer.outcome is Outcome.WAITING
    with transaction.atomic():
        cancel.cancel_order(number=order.number, now=now(), person_id=ann.pk)
    with transaction.atomic():
        assert waiting.serve(offer.pk, now()) == 1
    served = Order.objects.get(person=bob)
    assert [(sku, n) for sku, n, _fen, _day in parts_of(served)] == [(hub.pk, 1), (bulb.pk, 2)]
    assert_the_books_agree()


def test_a_part_is_never_taken_from_a_rung_that_lacks_room_for_all_of_it() -> None:
    hub, bulb = goods(on_hand=2, plan=1), goods(plan=1)
    offer = bundle((hub, 2), (bulb, 1), quantity=1)
    [ann] = people(1)
    order = held(ann, offer)
    assert [day for _sku, _n, _fen, day in parts_of(order)] == [SOON.isoformat(), LATER.isoformat()]
    assert_the_books_agree()


def test_a_bundle_that_is_taken_again_stands_on_its_new_rungs() -> None:
    hub, bulb = goods(on_hand=1, plan=1), goods(on_hand=4)
    offer = bundle((hub, 1), (bulb, 1), quantity=2)
    ann, bob, cem, dan = people(4)
    instant = now()
    late = instant + timedelta(minutes=16)
    held(ann, offer, at=instant)
    order = held(bob, offer, at=instant)
    assert order.ship_by == LATER
    word = webhook(order, at=late)
    with transaction.atomic():
        expiry.expire_holds(late)
    early = held(cem, offer, at=late)
    assert held(dan, offer, at=late).ship_by == LATER
    with transaction.atomic():
        cancel.cancel_order(number=early.number, now=late, person_id=cem.pk)
    assert hear(word, late).came is payment.Came.TAKEN_AGAIN
    order.refresh_from_db()
    assert order.ship_by == SOON
    assert {day for _sku, _n, _fen, day in parts_of(order)} == {SOON.isoformat()}
    assert_the_books_agree()
