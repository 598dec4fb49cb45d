"""Bundles that name the same SKUs in opposite order, at the same time: nobody waits for ever."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction

from firsthand.catalogue.models import Sku
from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.offer.models import Offer
from firsthand.order import store as order_store
from firsthand.order.actions import cancel, expiry, fulfilment, settle
from firsthand.order.models import Order
from firsthand.order.rules import Outcome
from firsthand.people.models import Person
from firsthand.stock import store as stock
from tests.shop import assert_the_books_agree, bundle, goods, hear, people, press, webhook

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS, PIECES, EACH_BUYS = 8, 12, 4


def together(deeds: list[Callable[[], object]]) -> list[object]:
    """Everybody begins at the same time, each on a connection of his own."""
    ready = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> object:
        try:
            ready.wait(10)
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return list(crowd.map(do, deeds))


def buying(person: Person, offers: list[Offer]) -> Callable[[], list[Outcome]]:
    def buy() -> list[Outcome]:
        outcomes = []
        for one in [press(person, offer) for offer in offers]:
            with transaction.atomic():
                outcomes.append(settle.settle([one], now())[0].outcome)
        return outcomes

    return buy


def opposite() -> tuple[Sku, Sku, Sku, Offer, Offer]:
    """Two bundles with two SKUs in common, each of which names first what the other names last."""
    hub, bulb, plug = goods(on_hand=PIECES), goods(on_hand=2 * PIECES), goods(on_hand=PIECES)
    one = bundle((hub, 1), (plug, 1), (bulb, 1), quantity=PIECES // 2, limit_per_person=9)
    other = bundle((bulb, 2), (hub, 1), quantity=PIECES // 2, limit_per_person=9)
    return hub, bulb, plug, one, other


def test_bundles_with_their_skus_in_opposite_order_sell_exactly_what_there_is() -> None:
    hub, bulb, plug, one, other = opposite()
    deeds = [
        buying(person, [one, other] * EACH_BUYS if n % 2 else [other, one] * EACH_BUYS)
        for n, person in enumerate(people(BUYERS))
    ]
    outcomes = [outcome for its in together(list(deeds)) for outcome in its]  # type: ignore[attr-defined]
    assert outcomes.count(Outcome.HELD) == PIECES
    assert set(outcomes) == {Outcome.HELD, Outcome.SOLD_OUT}
    balances = stock.balances([hub.pk, bulb.pk, plug.pk])
    half = PIECES // 2
    assert [balances[sku.pk]["held"] for sku in (hub, bulb, plug)] == [PIECES, 3 * half, half]
    assert_the_books_agree()


def test_buying_paying_packing_cancelling_and_expiring_at_once_leaves_the_books_right() -> None:
    hub, bulb, plug, one, other = opposite()
    buyers = people(BUYERS)
    for person in buyers[:4]:
        buying(person, [one, other])()
    orders = list(Order.objects.order_by("id"))
    words = [webhook(order) for order in orders[:4]]

    def paying() -> None:
        for word in words:
            hear(word)
            with transaction.atomic():
                fulfilment.allocate(now())

    def packing() -> None:
        for _ in range(6):
            with transaction.atomic():
                fulfilment.allocate(now(), [plug.pk, bulb.pk, hub.pk])

    def cancelling() -> None:
        for order in random.Random(7).sample(orders, len(orders)):
            try:
                with transaction.atomic():
                    cancel.cancel_order(number=order.number, now=now(), person_id=None)
            except Refusal:
                assert Order.objects.get(pk=order.pk).state == "expired"

    def expiring() -> None:
        for _ in range(4):
            with transaction.atomic():
                expiry.expire_holds(now() + timedelta(minutes=16), at_most=1)

    deeds: list[Callable[[], object]] = [paying, packing, cancelling, expiring]
    together([*deeds, *(buying(person, [other, one]) for person in buyers[4:])])
    assert_the_books_agree()
    others = Order.objects.filter(pk__in=[order.pk for order in orders]).exclude(
        state__in=["cancelled", "expired", "refunded"]
    )
    for order in others:  # expired before it was to be cancelled, and paid after that
        assert order.steps.filter(note="paid_late").exists()


def test_a_control_doors_in_the_order_in_which_a_bundle_names_them_lock_each_other_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the order of the ids is for: without it PostgreSQL has to shoot one of them."""
    *_skus, one, other = opposite()
    ann, bob = people(2)
    first = threading.Barrier(2)

    def as_named(sku_ids: object) -> dict[int, int]:
        with connection.cursor() as cursor:
            for n, sku_id in enumerate(_named[threading.get_ident()]):
                cursor.execute(
                    "select from stock_balance where account = 'on_offer' and sku_id = %s "
                    "for no key update",
                    [sku_id],
                )
                if n == 0:
                    first.wait(10)
        return {}

    _named: dict[int, list[int]] = {}

    def buy(person: Person, offer: Offer) -> Callable[[], str]:
        def do() -> str:
            _named[threading.get_ident()] = [
                part.sku_id for part in offer.parts.order_by("id").reverse()
            ]
            try:
                buying(person, [offer])()
            except OperationalError as fault:
                return type(fault.__cause__).__name__
            return "through"

        return do

    monkeypatch.setattr(stock, "lock_on_offer", as_named)
    assert sorted(map(str, together([buy(ann, one), buy(bob, other)]))) == [
        "DeadlockDetected",
        "through",
    ]
    assert order_store.audit() == []
