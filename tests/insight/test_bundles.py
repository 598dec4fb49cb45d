"""Bundles in the figures: every piece counts, its money once, and what is off comes out of it."""

from datetime import timedelta

import pytest
from django.db import transaction

from firsthand.insight.actions.report import reckon
from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.offer.actions import Line
from firsthand.offer.models import Offer
from firsthand.order.actions import cancel
from tests.shop import PRICE_FEN, SOON, bundle, goods, held, paid, people
from tests.show.stage import show_on_air

pytestmark = pytest.mark.django_db

COST_FEN = PRICE_FEN - PRICE_FEN // 25  # of a kettle; there is no tax in these tests


def test_a_show_of_sets_and_single_pieces_is_counted_by_pieces_and_once_by_money() -> None:
    show = show_on_air()
    hub, bulb = goods(on_hand=9), goods(on_hand=9)
    pair = bundle((hub, 1), (bulb, 2), quantity=4, discount_fen=10_00, show_id=show.pk)
    with transaction.atomic():
        ids = offers.open_many(show_id=show.pk, lines=[Line(hub.pk, 5, 3)])
    single = Offer.objects.get(pk=ids[hub.pk])
    ann, bob, cem, dan = people(4)
    paid(ann, pair, quantity=2)
    paid(bob, single)
    held(cem, pair)
    given_back = paid(dan, pair)
    with transaction.atomic():
        cancel.cancel_order(number=given_back.number, now=now(), person_id=dan.pk)
    body = reckon(show.pk, now() + timedelta(minutes=5))
    unit_fen = 3 * PRICE_FEN - 10_00
    figures = {code: figure["value"] for code, figure in body["figures"].items()}
    assert figures["orders_paid"] == 3
    assert figures["pieces_paid"] == 2 * 3 + 1 + 3, "of a set all that is in it"
    assert figures["gmv"] == 3 * unit_fen + PRICE_FEN
    assert figures["net_gmv"] == 2 * unit_fen + PRICE_FEN
    assert figures["discounts"] == 20_00
    assert figures["margin"] == 2 * unit_fen + PRICE_FEN - 7 * COST_FEN
    by_sku = {
        sku["sku_id"]: (sku["pieces"], sku["amount_fen"], sku["off_fen"], sku["margin_fen"])
        for sku in body["skus"]
    }
    # Of the ten yuan off a set 3.33 fall on the hub, and 6.67 on its two bulbs.
    assert by_sku == {
        hub.pk: (3, 3 * PRICE_FEN - 6_66, 6_66, 3 * (PRICE_FEN - COST_FEN) - 6_66),
        bulb.pk: (4, 4 * PRICE_FEN - 13_34, 13_34, 4 * (PRICE_FEN - COST_FEN) - 13_34),
    }
    assert sum(amount for _n, amount, _off, _margin in by_sku.values()) == figures["net_gmv"]
    assert body["days"] == [
        {"ship_by": SOON.isoformat(), "source": "stock", "orders": 4, "pieces": 13, "paid": 3}
    ]
    assert body["ledger"]["skus"] == 2
    assert figures["oversold"] == 0
