"""Goods, lots and promises for tests of ladders. Times are those of ``tests/factory/works``."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from firsthand.catalogue.models import Sku
from firsthand.promise import store
from firsthand.promise.actions import Rebuilt, rebuild_ladder
from firsthand.promise.models import Rung
from firsthand.promise.rules import STOCK
from firsthand.stock import actions as stock_actions
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, ON_OFFER, PLANNED, SHIPPED, SOLD, on_hand
from tests.factory.works import MONDAY, PLACE

TUESDAY, THURSDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 26), date(2026, 11, 27)


def receive(sku: Sku, quantity: int) -> None:
    """Pieces lie on the shelf."""
    with transaction.atomic():
        stock_actions.receive(sku_id=sku.pk, place=PLACE, quantity=quantity, cause="test")


def rebuild(skus: Iterable[Sku] | None = None, now: datetime = MONDAY) -> Rebuilt:
    """The ladders, built anew."""
    ids = None if skus is None else [sku.pk for sku in skus]
    with transaction.atomic():
        return rebuild_ladder(ids, now=now)


def ladder_of(sku: Sku, today: date = date(2026, 11, 23)) -> list[tuple[date, str, int]]:
    """What of a SKU is free, as buyers are offered it."""
    return [(one.ship_by, one.source, one.free) for one in store.ladders([sku.pk], today)[sku.pk]]


def rungs_of(sku: Sku) -> list[tuple[date, str, int, int, int]]:
    """All rungs of a SKU: day, source, quantity, taken, at risk."""
    return list(
        Rung.objects.filter(sku=sku)
        .order_by("ship_by", "source")
        .values_list("ship_by", "source", "quantity", "taken", "at_risk")
    )


def buy(sku: Sku, quantity: int, ship_by: date, source: str) -> None:
    """Somebody holds pieces: they are put on offer, held, and taken from their rung."""
    with transaction.atomic():
        stock.lock_on_offer([sku.pk])
        goods = {sku.pk: quantity}
        here = stock.balances([sku.pk])[sku.pk].get(on_hand(PLACE), 0)
        credit = on_hand(PLACE) if source == STOCK and here >= quantity else PLANNED
        stock.transfer(debit=ON_OFFER, credit=credit, quantities=goods, cause="test")
        stock.transfer(debit=HELD, credit=ON_OFFER, quantities=goods, cause="test")
        store.take({(sku.pk, ship_by, source): quantity})


def give_up(sku: Sku, quantity: int, ship_by: date, source: str) -> None:
    """A hold expires: the pieces are on offer again, and back on their rung."""
    with transaction.atomic():
        stock.lock_on_offer([sku.pk])
        stock.transfer(debit=ON_OFFER, credit=HELD, quantities={sku.pk: quantity}, cause="test")
        store.give_back({(sku.pk, ship_by, source): quantity})


def ship(sku: Sku, quantity: int, ship_by: date | None = None, source: str = STOCK) -> None:
    """Pieces leave the house; of which rung is said only if a day is named."""
    with transaction.atomic():
        stock.lock_on_offer([sku.pk])
        goods = {sku.pk: quantity}
        stock.transfer(debit=SOLD, credit=HELD, quantities=goods, cause="test")
        stock.transfer(debit=SHIPPED, credit=SOLD, quantities=goods, cause="test")
        if ship_by:
            store.keep({(sku.pk, ship_by, source): quantity})
