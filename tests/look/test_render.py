"""What happened, as viewers see it: the look of what changed, in their language, as it is now."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from firsthand.kit.outbox import News
from firsthand.look import render, things
from firsthand.look.render import Changed
from firsthand.offer.models import Offer
from firsthand.promise.models import Rung
from tests.faces.shop import goods


@pytest.fixture
def lamp(db: None) -> Offer:
    """An offer of white lamps on show 88: sixty were released, four days stand on the ladder."""
    of = goods.product(goods.shelf("lamps", "台灯", "Lamps"), "lamp", "一手台灯", "The lamp")
    white = goods.sku(of, "LAMP-W")
    goods.price(white)
    goods.rung(white, 2, 10)
    goods.rung(white, 9, 90, source="plan")
    return goods.offer(white, show_id=88, released=60)


def told(name: str, **body: Any) -> News:
    """An event, as the follower reads it from the outbox."""
    return News(1, name, body, datetime(2026, 12, 1, tzinfo=UTC))


def held(of: Offer, left: int) -> News:
    """Somebody ordered."""
    return told("orders_held.v1", offer_id=of.pk, sku_id=of.sku_id, orders=1, held=1, left=left)


def ids(html: str) -> list[str]:
    """The ids of the things that are shown again."""
    return re.findall(r'<(?:section|article|output|span) id="([^"]+)"', html)


def test_two_hundred_orders_are_one_look(lamp: Offer) -> None:
    news = [held(lamp, left) for left in range(59, 39, -1)] * 10
    html = render.looks(news, "zh")
    assert ids(html) == [f"ladder-{lamp.sku_id}", f"left-{lamp.pk}", f"when-{lamp.pk}"]


def test_a_look_shows_what_is_now_and_not_what_the_event_said(lamp: Offer) -> None:
    Offer.objects.filter(pk=lamp.pk).update(taken=23)
    html = render.looks([held(lamp, 59)], "en")
    assert "<strong>37</strong> left" in html


def test_the_same_news_is_told_in_each_language(lamp: Offer) -> None:
    seen = render.see(render.changed([held(lamp, 59)]))
    zh, en = "".join(render.dress(seen, "zh")), "".join(render.dress(seen, "en"))
    assert "还剩 <strong>60</strong> 件" in zh
    assert "<strong>60</strong> left" in en
    assert ids(zh) == ids(en)


def test_the_last_piece_takes_the_button_with_it(lamp: Offer) -> None:
    assert "data-buy" in render.looks([told("cue_given.v1", offer_id=lamp.pk)], "en")
    Offer.objects.filter(pk=lamp.pk).update(taken=60)
    html = render.looks([held(lamp, 0)], "en")
    assert f'id="card-{lamp.pk}"' in html
    assert ">Buy</a>" not in html
    assert ">Wait for one</a>" in html
    assert "Sold out" in html


def test_pieces_that_come_back_bring_the_button_back(lamp: Offer) -> None:
    expired = told(
        "orders_expired.v1", offer_id=lamp.pk, sku_id=lamp.sku_id, orders=1, pieces=1, left=1
    )
    assert "data-buy" in render.looks([expired], "en")


def test_a_new_price_is_shown_with_its_parts_and_on_every_card_of_it(lamp: Offer) -> None:
    published = told("price_published.v1", sku_id=lamp.sku_id, price_fen=1)
    html = render.looks([published], "en")
    assert f'id="price-{lamp.sku_id}"' in html
    assert f'id="card-{lamp.pk}"' in html
    assert "Our margin" in html


def test_a_cue_brings_its_card_before_the_playhead_gets_there(lamp: Offer) -> None:
    html = render.looks([told("cue_given.v1", kind="card", offer_id=lamp.pk)], "zh")
    assert ids(html)[0] == f"card-{lamp.pk}"


def test_what_has_no_look_says_nothing(lamp: Offer) -> None:
    news = [told("likes_counted.v1", likes=3), told("cue_given.v1", kind="pin", offer_id=None)]
    assert render.looks(news, "en") == ""


def test_every_fragment_has_one_top_element_with_an_id_of_its_own(lamp: Offer) -> None:
    what = Changed(prices={lamp.sku_id}, ladders={lamp.sku_id}, lefts={lamp.pk}, cards={lamp.pk})
    fragments = render.render(what, "en")
    tops = [re.match(r'<\w+ id="([^"]+)"', fragment) for fragment in fragments]
    assert all(tops)
    assert len({top[1] for top in tops if top}) == len(fragments)


def test_no_more_is_left_than_can_be_promised_a_day(lamp: Offer) -> None:
    Rung.objects.filter(source="plan").delete()
    assert things.lefts([lamp.pk])[lamp.pk].left == 10


def test_the_ladder_shows_the_rung_that_an_order_would_take(lamp: Offer) -> None:
    Rung.objects.filter(source="stock").update(taken=10)
    ladder = things.ladders([lamp.sku_id])[lamp.sku_id]
    assert [rung.is_yours for rung in ladder.rungs] == [False, True]
    assert ladder.first is not None
    assert ladder.first.ship_by == goods.in_days(9)
    assert ladder.free == 90


def test_a_long_ladder_is_shown_from_the_rung_before_yours(lamp: Offer) -> None:
    Rung.objects.update(taken=10)
    Rung.objects.filter(source="plan").update(taken=90)
    sku = lamp.sku
    for day in range(12, 24):
        goods.rung(sku, day, 5, source="plan")
    shown = things.ladders([sku.pk])[sku.pk].rungs
    assert len(shown) == things.RUNGS_SHOWN
    assert [rung.is_yours for rung in shown[:3]] == [False, True, False]


def test_stock_and_plan_of_one_day_are_one_rung_for_a_buyer(lamp: Offer) -> None:
    goods.rung(lamp.sku, 2, 5, source="plan")
    first = things.ladders([lamp.sku_id])[lamp.sku_id].rungs[0]
    assert (first.quantity, first.free) == (15, 15)


def test_a_day_that_is_past_is_no_rung_any_more(lamp: Offer) -> None:
    goods.rung(lamp.sku, -1, 50)
    assert things.ladders([lamp.sku_id])[lamp.sku_id].rungs[0].ship_by == goods.in_days(2)
