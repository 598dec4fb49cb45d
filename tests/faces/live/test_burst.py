"""Bursts from outside, over several processes, one of which dies."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import httpx
import pytest

from firsthand.offer.models import Offer
from firsthand.order.models import Order
from firsthand.people.badge import pin_badge
from firsthand.stock import store as stock
from tests.conftest import UNBOUNDED, OpenRole, RoleProcess
from tests.shop import (
    LATER,
    MALL,
    PRICE_FEN,
    SHOW,
    SOON,
    assert_the_books_agree,
    kettle,
    people,
    published,
)

pytestmark = pytest.mark.timeout(120)

PATIENCE_SECONDS = 30


def body(
    person_id: int, offer: Offer, key: UUID | None = None, **more: object
) -> dict[str, object]:
    return {
        "badge": pin_badge(person_id, f"viewer-{person_id}"),
        "key": str(key or uuid4()),
        "offer_id": offer.pk,
        "quantity": 1,
        "price_version": 1,
        "price_fen": PRICE_FEN,
        **more,
    }


def test_twelve_buyers_at_three_doors_get_the_last_three_pieces(open_role: OpenRole) -> None:
    offer = kettle(stock=2, plan=1)
    with ThreadPoolExecutor(3) as movers:
        doors = list(movers.map(lambda _: open_role("live"), range(3)))
    ready = threading.Barrier(12)

    def buy(n: int, person_id: int) -> httpx.Response:
        with httpx.Client() as client:
            said = body(person_id, offer)
            ready.wait()
            url = f"{doors[n % 3].url}/live/{SHOW}/orders"
            return client.post(url, json=said, timeout=PATIENCE_SECONDS)

    buyers = people(12)
    with ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(buy, range(12), [person.pk for person in buyers]))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 9
    days = sorted(answer.json()["ship_by"] for answer in answers if answer.status_code == 201)
    assert days == [str(SOON), str(SOON), str(LATER)]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"sold_out"}
    assert stock.balances([offer.sku_id])[offer.sku_id]["held"] == 3
    assert_the_books_agree()


def test_what_was_acknowledged_is_there_after_the_process_was_killed(open_role: OpenRole) -> None:
    offer = kettle(stock=100_000, limit_per_person=1000)
    door = open_role("live", **UNBOUNDED)
    url = f"{door.url}/live/{SHOW}/orders"
    acknowledged: dict[UUID, str] = {}
    in_doubt: dict[UUID, int] = {}
    enough = threading.Event()

    def press_and_press(person_id: int) -> None:
        with httpx.Client() as client:
            for _ in range(1000):
                key = uuid4()
                in_doubt[key] = person_id
                try:
                    answer = client.post(
                        url, json=body(person_id, offer, key), timeout=PATIENCE_SECONDS
                    )
                except httpx.TransportError:
                    return  # the house is gone
                assert answer.status_code == 201, answer.text
                acknowledged[key] = answer.json()["order"]
                del in_doubt[key]
                if len(acknowledged) >= 200:
                    enough.set()

    threads = [threading.Thread(target=press_and_press, args=[one.pk]) for one in people(16)]
    for thread in threads:
        thread.start()
    assert enough.wait(PATIENCE_SECONDS)
    door.kill()
    for thread in threads:
        thread.join()
    door.start()

    kept = dict(Order.objects.values_list("key", "number"))
    assert acknowledged.items() <= kept.items()
    assert kept.keys() - acknowledged.keys() <= in_doubt.keys()
    assert_the_books_agree()

    # Whoever got no answer presses again, with the same key: it is held once, not twice.
    with httpx.Client() as client:
        for key, person_id in in_doubt.items():
            again = client.post(url, json=body(person_id, offer, key), timeout=PATIENCE_SECONDS)
            assert again.status_code == 201
            assert again.json()["order"] == kept.get(key, again.json()["order"])
    assert set(Order.objects.values_list("key", flat=True)) == acknowledged.keys() | in_doubt.keys()
    assert_the_books_agree()


def test_the_door_answers_everyone_in_words_and_what_is_refused_changes_nothing(
    open_role: OpenRole,
) -> None:
    offer = kettle(stock=3, limit_per_person=2)
    mall = kettle(stock=1, show_id=MALL)
    ann, bob = people(2)
    door = open_role("live")
    english_reader = {"accept-language": "en"}
    with httpx.Client(
        base_url=door.url, timeout=PATIENCE_SECONDS, headers=english_reader
    ) as client:
        _speak_with(client, door, offer, mall, ann.pk, bob.pk)


def _speak_with(
    client: httpx.Client, door: RoleProcess, offer: Offer, mall: Offer, ann: int, bob: int
) -> None:
    def says(
        status: int, code: str, said: object, address: str = f"/live/{SHOW}/orders", **how: object
    ) -> dict[str, object]:
        answer = client.post(address, json=said, **how)  # type: ignore[arg-type]
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem: dict[str, object] = answer.json()
        assert problem["code"] == code
        assert problem["title"] and problem["status"] == status
        return problem

    # Who are you?
    forged = body(ann, offer) | {"badge": f"{ann}.viewer.9999999999.00"}
    says(401, "badge_expired", forged)
    says(401, "badge_expired", body(ann, offer) | {"badge": "nonsense"})
    says(401, "who_are_you", body(0, offer))
    says(401, "badge_expired", body(999_999, offer))  # his badge holds, his row is gone

    # What is this?
    for wrong in (0, -1, 10**9, 2**70, 1.5, "two", None):
        says(422, "not_an_order", body(ann, offer, quantity=wrong))
    says(422, "not_an_order", body(ann, offer) | {"key": "not-a-uuid"})
    says(422, "not_an_order", [1, 2, 3])
    says(422, "not_an_order", {})
    assert client.post(f"/live/{SHOW}/orders", content=b"{" * 1000).status_code == 422
    assert client.post(f"/live/{SHOW}/orders", content=b"\xff\xfe\x00").status_code == 422
    assert client.post(f"/live/{SHOW}/orders", content=b"").status_code == 422
    huge = client.post(f"/live/{SHOW}/orders", content=b" " * 100_000)
    assert (huge.status_code, huge.json()["code"]) == (413, "too_large")
    assert client.get(f"/live/{SHOW}/orders").status_code == 405
    assert client.post("/live/x/orders", json={}).status_code == 404
    assert client.post(f"/live/{10**30}/orders", json={}).status_code == 404

    # No, for a reason.
    says(404, "no_such_offer", body(ann, offer), "/live/89/orders")
    says(404, "no_such_offer", body(ann, offer) | {"offer_id": 999_999})
    problem = says(409, "price_changed", body(ann, offer, price_fen=1))
    assert (problem["price_fen"], problem["price_version"]) == (PRICE_FEN, 1)
    problem = says(409, "over_limit", body(ann, offer, quantity=3))
    assert (problem["limit"], problem["most"]) == (2, 2)
    published(mall.sku, 150_00)
    says(409, "price_changed", body(ann, mall), "/live/0/orders")
    assert not Order.objects.exists()

    # In the reader's own language.
    english = says(409, "price_changed", body(ann, offer, price_fen=1))
    chinese = says(
        409,
        "price_changed",
        body(ann, offer, price_fen=1),
        headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"},
    )
    by_address = says(
        409, "price_changed", body(ann, offer, price_fen=1), f"/live/{SHOW}/orders?lang=zh"
    )
    assert english["title"] == "The price has just changed. Please look at it again."
    assert chinese["title"] == by_address["title"]

    # Yes, once for a press; what is quoted is what is told.
    quote = client.get(f"/live/{SHOW}/quote", params={"offer": offer.pk, "quantity": 2}).json()
    assert quote == {
        "state": "open",
        "price_fen": PRICE_FEN,
        "price_version": 1,
        "limit_per_person": 2,
        "left": 3,
        "most": 3,
        "ship_by": str(SOON),
        "rungs": [{"ship_by": str(SOON), "free": 3}],
    }
    press = body(bob, offer, quantity=2)
    first = client.post(f"/live/{SHOW}/orders", json=press)
    again = client.post(f"/live/{SHOW}/orders", json=press)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    order = Order.objects.get()
    assert first.json() == {
        "outcome": "held",
        "order": order.number,
        "ship_by": str(SOON),
        "hold_until": order.hold_until.isoformat().replace("+00:00", "Z"),
        "pay_url": f"/orders/{order.number}/pay/",
    }
    says(422, "key_used", press | {"quantity": 1})
    sold = client.post("/live/0/orders", json=body(ann, mall, price_version=2, price_fen=150_00))
    assert sold.status_code == 201
    says(409, "sold_out", body(bob, mall, price_version=2, price_fen=150_00), "/live/0/orders")
    says(409, "sold_out", body(ann, offer, quantity=2))
    assert client.get(f"/live/{SHOW}/quote", params={"offer": offer.pk}).json()["left"] == 1
    assert client.get(f"/live/{SHOW}/quote", params={"offer": mall.pk}).status_code == 404
    assert client.get(f"/live/{SHOW}/quote", params={"offer": "x"}).status_code == 422
    assert client.get(f"/live/{SHOW}/quote", params={"quantity": 1}).status_code == 422
    figures = client.get("/live/metrics").text
    assert 'firsthand_presses_total{outcome="held"} 3.0' in figures
    assert_the_books_agree()

    # Somebody who hangs up in the middle of a word does no harm.
    with socket.create_connection(("127.0.0.1", door.port)) as caller:
        caller.sendall(
            b'POST /live/88/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"badge"'
        )
    assert client.get("/live/healthz").status_code == 200


def test_one_who_left_us_does_not_spoil_the_batch_of_the_others(open_role: OpenRole) -> None:
    """His badge still holds, his row is gone: the table turns his order away, and only his."""
    offer = kettle(stock=100)
    door = open_role("live")
    ids = [person.pk for person in people(8)] + [999_999]
    ready = threading.Barrier(9)

    def buy(person_id: int) -> int:
        with httpx.Client() as client:
            said = body(person_id, offer)
            ready.wait()
            url = f"{door.url}/live/{SHOW}/orders"
            return client.post(url, json=said, timeout=PATIENCE_SECONDS).status_code

    with ThreadPoolExecutor(9) as crowd:
        assert list(crowd.map(buy, ids)) == [201] * 8 + [401]
    assert_the_books_agree()
