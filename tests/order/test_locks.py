"""Twelve buyers, three pieces: with the door, without it, and without what stands behind it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction

from firsthand.kit.clock import now
from firsthand.offer import actions as offers
from firsthand.offer.models import Offer
from firsthand.order import rules
from firsthand.order import store as order_store
from firsthand.order.actions import settle, waiting
from firsthand.order.models import Order, Waiting
from firsthand.order.rules import Answer, Counter, Outcome, Press
from firsthand.people.models import Person
from firsthand.stock import store as stock
from tests.shop import assert_the_books_agree, kettle, people, press

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS, PIECES = 12, 3


def all_at_once(offer: Offer) -> list[Outcome | str]:
    """Everyone buys one at the same time, each in a transaction of his own."""
    ready = threading.Barrier(BUYERS)
    presses = [press(person, offer) for person in people(BUYERS)]

    def buy(one: Press) -> Outcome | str:
        try:
            ready.wait()
            with transaction.atomic():
                return settle.settle([one], now())[0].outcome
        except IntegrityError as fault:
            return str(fault).split('"')[3]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(BUYERS) as crowd:
        return list(crowd.map(buy, presses))


@pytest.fixture
def no_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes the door; and all of them have read before the first one writes."""
    decided = threading.Barrier(BUYERS)

    def look_only(sku_ids: Sequence[int]) -> dict[int, int]:
        return {sku_id: row["on_offer"] for sku_id, row in stock.balances(sku_ids).items()}

    def decide_together(batch: Sequence[Press], counter: Counter, at: datetime) -> list[Answer]:
        answers = rules.decide(batch, counter, at)
        decided.wait(10)
        return answers

    class Rules:
        decide = staticmethod(decide_together)
        Counter = rules.Counter

    monkeypatch.setattr(stock, "lock_on_offer", look_only)
    monkeypatch.setattr(settle, "rules", Rules)


@contextmanager
def without_constraints(**names: str) -> Iterator[None]:
    """The tables believe everything; afterwards they are emptied and as strict as before."""
    definitions: dict[tuple[str, str], str] = {}
    with connection.cursor() as cursor:
        for table, name in ((table, name) for name, table in names.items()):
            cursor.execute(
                "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", [name]
            )
            [definitions[table, name]] = cursor.fetchone()
            cursor.execute(f"alter table {table} drop constraint {name}")
    try:
        yield
    finally:
        call_command("flush", interactive=False, verbosity=0)
        with connection.cursor() as cursor:
            for (table, name), definition in definitions.items():
                cursor.execute(f"alter table {table} add constraint {name} {definition}")


def test_with_the_door_exactly_three_get_one() -> None:
    offer = kettle(stock=PIECES)
    outcomes = all_at_once(offer)
    assert outcomes.count(Outcome.HELD) == PIECES
    assert outcomes.count(Outcome.SOLD_OUT) == BUYERS - PIECES
    assert_the_books_agree()


def test_without_the_door_everyone_is_told_yes_and_the_tables_refuse_the_rest(
    no_door: None,
) -> None:
    """A control: the rules alone would have sold twelve; the named constraint says no."""
    offer = kettle(stock=PIECES)
    outcomes = all_at_once(offer)
    assert outcomes.count(Outcome.HELD) == PIECES
    assert outcomes.count("no_overselling") == BUYERS - PIECES
    assert stock.audit() == []
    assert order_store.audit() == []
    with pytest.raises(AssertionError, match="told last to be left"):
        assert_the_books_agree()  # each told the room what he had seen before the others wrote


def test_without_door_and_constraints_a_shop_oversells(no_door: None) -> None:
    """A control of the control: what happens in shops that have neither."""
    with without_constraints(
        no_overselling="stock_balance",
        no_overpromising="promise_rung",
        no_more_taken_than_released="offer_offer",
    ):
        offer = kettle(stock=PIECES)
        outcomes = all_at_once(offer)
        assert outcomes == [Outcome.HELD] * BUYERS
        assert Order.objects.count() == BUYERS
        assert stock.balances([offer.sku_id])[offer.sku_id]["on_offer"] == PIECES - BUYERS


def test_who_waits_is_served_once_however_many_serve_him_and_nobody_overtakes_him() -> None:
    """Pieces are released while the worker serves, twice at once, and while others press."""
    offer = kettle(stock=9, released=0)
    line, pressing = people(4), people(12)
    with transaction.atomic():
        settle.settle([press(one, offer, quantity=2)._replace(waits=True) for one in line], now())
    ready = threading.Barrier(15)

    def alone(do: Callable[[], object]) -> None:
        try:
            ready.wait()
            for _turn in range(6):
                with transaction.atomic():
                    do()
        finally:
            connections.close_all()

    def serve() -> object:
        return waiting.serve(offer.pk, now())

    def release() -> object:
        left = Offer.objects.get(pk=offer.pk).released
        return left < 9 and offers.release(offer_id=offer.pk, quantity=min(2, 9 - left))

    def buy(one: Person) -> Callable[[], object]:
        return lambda: settle.settle([press(one, offer)], now())

    jobs = [serve, serve, release, *(buy(one) for one in pressing)]
    with ThreadPoolExecutor(len(jobs)) as crowd:
        list(crowd.map(alone, jobs))
    with transaction.atomic():
        serve()
    orders = list(Order.objects.order_by("id").values_list("person_id", "quantity"))
    assert orders[:4] == [(one.pk, 2) for one in line]
    assert sum(quantity for _person, quantity in orders) <= 9
    assert list(Waiting.objects.values_list("state", flat=True)) == ["served"] * 4
    assert_the_books_agree()


def test_without_the_door_two_workers_serve_the_same_head_and_the_tables_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A control: what keeps two of them apart is the door, and behind it the key of the press."""
    offer = kettle(stock=1, released=0)
    with transaction.atomic():
        settle.settle([press(people(1)[0], offer)._replace(waits=True)], now())
        offers.release(offer_id=offer.pk, quantity=1)
    monkeypatch.setattr(stock, "lock_on_offer", lambda sku_ids: {})
    decided = threading.Barrier(2)

    def serve_together(_turn: int) -> str:
        def decide(batch: Sequence[Press], counter: Counter, at: datetime) -> list[Answer]:
            answers = rules.decide(batch, counter, at)
            decided.wait(10)
            return answers

        class Rules:
            Counter = rules.Counter

        Rules.decide = staticmethod(decide)  # type: ignore[attr-defined]
        monkeypatch.setattr(settle, "rules", Rules)
        try:
            with transaction.atomic():
                settle.serve(offer.pk, now())
        except IntegrityError as fault:
            return str(fault).split('"')[1]
        finally:
            connections.close_all()
        return "served"

    with ThreadPoolExecutor(2) as both:
        came = sorted(both.map(serve_together, range(2)))
    assert came == ["one_order_a_press", "served"]
