"""Group-buys at the order door, over several processes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from firsthand.order.models import Group, GroupSeat
from tests.conftest import OpenRole
from tests.faces.live.test_burst import body
from tests.shop import (
    PRICE_FEN,
    SHOW,
    assert_the_books_agree,
    group_kettle,
    kettle,
    people,
)

pytestmark = pytest.mark.timeout(120)

PATIENCE_SECONDS = 30


def test_a_group_is_opened_joined_and_filled_by_one_of_six_at_two_doors(
    open_role: OpenRole,
) -> None:
    offer = group_kettle(stock=9, size=3, minutes=30, discount_fen=2_00)
    price_fen = PRICE_FEN - 2_00
    doors = [open_role("live"), open_role("live")]
    ann, bob, *others = people(8)
    url = f"{doors[0].url}/live/{SHOW}/orders"
    ask = f"{doors[1].url}/live/{SHOW}/quote?offer={offer.pk}"
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        terms = client.get(ask).json()
        assert terms["price_fen"] == price_fen
        assert terms["group"] == {"seats": 3, "minutes": 30, "discount_fen": 2_00, "forming": []}
        said = body(ann.pk, offer, price_fen=price_fen)
        opened = client.post(url, json=said)
        assert opened.status_code == 201
        group = opened.json()["group"]
        squad = Group.objects.get()
        assert (group["id"], group["seats"], group["taken"]) == (squad.pk, 3, 1)
        assert group["join_url"] == f"/groups/{squad.pk}/"
        assert client.post(url, json=said).json() == opened.json(), "the same press once more"
        assert client.get(ask).json()["group"]["forming"] == [group]
        joins = body(bob.pk, offer, price_fen=price_fen, group_id=squad.pk)
        assert client.post(url, json=joins).json()["group"]["taken"] == 2
    ready = threading.Barrier(len(others))

    def join(n: int, person_id: int) -> tuple[int, str]:
        with httpx.Client(timeout=PATIENCE_SECONDS) as client:
            said = body(person_id, offer, price_fen=price_fen, group_id=squad.pk)
            ready.wait()
            answer = client.post(f"{doors[n % 2].url}/live/{SHOW}/orders?lang=en", json=said)
            return answer.status_code, str(answer.json().get("code", ""))

    with ThreadPoolExecutor(len(others)) as crowd:
        answers = list(crowd.map(join, range(len(others)), [one.pk for one in others]))
    assert sorted(answers) == [(201, ""), *[(409, "group_full")] * 5]
    assert GroupSeat.objects.filter(group=squad).count() == 3
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        assert client.get(ask).json()["group"]["forming"] == [], "nobody can join a full one"
        stray = body(people(1)[0].pk, offer, price_fen=price_fen, group_id=squad.pk + 1)
        assert client.post(url, json=stray).json()["code"] == "no_such_group"
    assert_the_books_agree()


def test_a_single_offer_knows_of_no_groups(open_role: OpenRole) -> None:
    offer = kettle(stock=2)
    door = open_role("live")
    [ann] = people(1)
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        assert "group" not in client.get(f"{door.url}/live/{SHOW}/quote?offer={offer.pk}").json()
        held = client.post(f"{door.url}/live/{SHOW}/orders", json=body(ann.pk, offer))
        assert held.status_code == 201 and "group" not in held.json()
