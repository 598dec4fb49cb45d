"""The buy button over the room's own socket: the same lane, the same rules, the same words."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
from websockets.sync.client import ClientConnection

from firsthand.faces.live.hub import Viewer
from firsthand.faces.live.press import AtOnce
from firsthand.offer.models import Offer
from firsthand.order.models import Order
from firsthand.people.badge import pin_badge
from tests.conftest import OpenRole
from tests.faces.live.sockets import enter, hear_until, say
from tests.shop import PRICE_FEN, SOON, assert_the_books_agree, kettle, people
from tests.show.stage import show_on_air


def press(
    socket: ClientConnection, person_id: int, offer: Offer, key: UUID | None = None, **more: Any
) -> dict[str, Any]:
    """Press, and hear the answer to it."""
    words = body(person_id, offer, key or uuid4()) | more
    say(socket, t="press", **words)
    return hear_until(socket, lambda told: told["t"] == "answer" and told["key"] == words["key"])


def body(person_id: int, offer: Offer, key: UUID) -> dict[str, Any]:
    return {
        "badge": pin_badge(person_id, "viewer"),
        "key": str(key),
        "offer_id": offer.pk,
        "quantity": 1,
        "price_version": 1,
        "price_fen": PRICE_FEN,
    }


def test_a_press_over_the_socket_is_held_and_the_same_press_over_http_is_the_same_order(
    open_role: OpenRole,
) -> None:
    show = show_on_air()
    offer, elsewhere = kettle(stock=2, show_id=show.pk, limit_per_person=2), kettle(stock=1)
    ann, bob = people(2)
    door = open_role("live")
    with enter(door, show.pk, person_id=ann.pk, language="en") as socket:
        key = uuid4()
        held = press(socket, ann.pk, offer, key)
        order = Order.objects.get()
        assert held == {
            "t": "answer",
            "key": str(key),
            "status": 201,
            "outcome": "held",
            "order": order.number,
            "ship_by": str(SOON),
            "hold_until": order.hold_until.isoformat().replace("+00:00", "Z"),
            "pay_url": f"/orders/{order.number}/pay/",
        }
        assert press(socket, ann.pk, offer, key) == held
        url = f"{door.url}/live/{show.pk}/orders"
        again = httpx.post(url, json=body(ann.pk, offer, key), timeout=30)
        assert (again.status_code, again.json()["order"]) == (201, order.number)

        other = press(socket, ann.pk, offer, price_fen=1)
        assert (other["status"], other["code"]) == (409, "price_changed")
        assert other["title"] == "The price has just changed. Please look at it again."
        assert (other["price_fen"], other["price_version"]) == (PRICE_FEN, 1)
        # It is the badge in the press that counts, not whose socket it is.
        assert press(socket, 0, offer)["code"] == "who_are_you"
        forged = press(socket, ann.pk, offer, badge="nonsense")
        assert (forged["status"], forged["code"]) == (401, "badge_expired")
        # An offer of another show is none of this room's.
        assert press(socket, ann.pk, elsewhere)["code"] == "no_such_offer"
        assert press(socket, bob.pk, offer)["status"] == 201
        sold_out = press(socket, ann.pk, offer)
        assert (sold_out["status"], sold_out["code"]) == (409, "sold_out")
    assert Order.objects.count() == 2
    assert_the_books_agree()


def test_a_no_says_its_status_once_and_how_long_to_wait() -> None:
    viewer = Viewer("en")
    key = UUID(int=7)
    asking = AtOnce(viewer, key)
    assert asking.language() == "en"
    asking.tell(503, b'{"status":503,"code":"busy"}', 1)
    [text] = viewer.queue.get_nowait().texts.values()
    assert text.count('"status"') == 1
    assert json.loads(text) == {
        "t": "answer",
        "key": str(key),
        "status": 503,
        "retry_after_seconds": 1,
        "code": "busy",
    }
