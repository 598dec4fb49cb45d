"""PostgreSQL is stuck, or gone: everyone hears so within a bounded time, and it mends by itself.

A wire stands between the processes and the database: held still, PostgreSQL says nothing and
breaks nothing, as when it was stopped or a network swallows all; cut, connections break.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from firsthand.offer.models import Offer
from firsthand.order.models import Order
from firsthand.people.badge import pin_badge
from tests.conftest import OpenRole, test_dsn
from tests.shop import PRICE_FEN, SHOW, assert_the_books_agree, kettle, people
from tests.wire import Wire, wire_to

pytestmark = pytest.mark.timeout(120)

PATIENCE = {"FIRSTHAND_DATABASE_PATIENCE_SECONDS": "2"}
BOUND_SECONDS = 2 * 2 + 3  # the statement under way, one to see whether it is back, and a slow day
BACK_SECONDS = 20


@pytest.fixture
def wire(transactional_db: None) -> Iterator[Wire]:
    with wire_to(test_dsn()) as between:
        yield between


class Buyer:
    """Presses with a key of his own, and presses again with it when he was not answered."""

    def __init__(self, url: str, offer: Offer, person_id: int) -> None:
        self._url = f"{url}/live/{SHOW}/orders?lang=en"
        self.words: dict[str, Any] = {
            "badge": pin_badge(person_id, f"v{person_id}"),
            "key": str(uuid4()),
            "offer_id": offer.pk,
            "quantity": 1,
            "price_version": 1,
            "price_fen": PRICE_FEN,
        }

    def press(self, patience_seconds: float = BOUND_SECONDS) -> httpx.Response:
        return httpx.post(self._url, json=self.words, timeout=patience_seconds)

    def until_held(self) -> httpx.Response:
        too_late = time.monotonic() + BACK_SECONDS
        while (answer := self.press()).status_code != 201:
            assert time.monotonic() < too_late, answer.text
            time.sleep(0.05)
        return answer


def _says_so(answer: httpx.Response) -> bool:
    return (
        answer.status_code == 503
        and answer.json()["code"] == "database_silent"
        and int(answer.headers["Retry-After"]) >= 1
    )


@pytest.mark.parametrize("fault", ["stuck", "gone"])
def test_who_presses_while_the_database_is_away_hears_so_and_is_held_once_when_it_is_back(
    open_role: OpenRole, wire: Wire, fault: str
) -> None:
    offer = kettle(stock=100)
    live = open_role("live", DATABASE_URL=wire.dsn, **PATIENCE)
    buyers = [Buyer(live.url, offer, one.pk) for one in people(24)]
    first = buyers[0].until_held().json()["order"]

    wire.hold() if fault == "stuck" else wire.cut()
    with ThreadPoolExecutor(len(buyers)) as crowd:
        told = list(crowd.map(Buyer.press, buyers[1:]))
        assert all(_says_so(answer) for answer in told), told[0].text
        began = time.monotonic()
        told = list(crowd.map(Buyer.press, buyers[1:]))
        assert all(_says_so(answer) for answer in told)
        assert time.monotonic() - began < BOUND_SECONDS, "nobody hangs, however long it lasts"

        wire.let_go() if fault == "stuck" else wire.mend()
        held = {answer.json()["order"] for answer in crowd.map(Buyer.until_held, buyers)}
    assert first in held, "his old answer"
    assert len(held) == len(buyers) == Order.objects.count(), "one press counts once"
    assert httpx.get(f"{live.url}/live/healthz").status_code == 200
    assert_the_books_agree()


@pytest.mark.parametrize("fault", ["stuck", "gone"])
def test_pages_say_so_too_and_come_back(open_role: OpenRole, wire: Wire, fault: str) -> None:
    offer = kettle()
    web = open_role("web", DATABASE_URL=wire.dsn, **PATIENCE)
    address = f"{web.url}/p/{offer.sku.product.slug}/"
    assert httpx.get(address).status_code == 200

    wire.hold() if fault == "stuck" else wire.cut()
    with ThreadPoolExecutor(12) as crowd:
        began = time.monotonic()
        told = list(crowd.map(lambda _: httpx.get(address, timeout=30), range(12)))
        assert time.monotonic() - began < 2 * BOUND_SECONDS
    assert {answer.status_code for answer in told} == {503}
    assert all("Retry-After" in answer.headers for answer in told)
    assert "暂时连不上账本" in told[0].text and "cannot be reached" in told[0].text
    program = httpx.get(address, headers={"Accept": "application/json"}, timeout=30)
    assert program.status_code == 503, program.text
    assert program.json()["code"] == "database_silent"

    wire.let_go() if fault == "stuck" else wire.mend()
    too_late = time.monotonic() + BACK_SECONDS
    while httpx.get(address, timeout=30).status_code != 200:
        assert time.monotonic() < too_late
        time.sleep(0.1)
