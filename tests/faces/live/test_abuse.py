"""Bots at the doors of real processes: each gets what one may have, and no more."""

import asyncio
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.db import transaction
from websockets.exceptions import ConnectionClosed

from firsthand.faces.live import room
from firsthand.kit.clock import now
from firsthand.offer.models import Offer
from firsthand.order.models import Order
from firsthand.people import actions
from firsthand.people.badge import pin_badge
from firsthand.people.models import Person
from tests.conftest import UNBOUNDED, OpenRole, RoleProcess
from tests.faces.live.sockets import chat, enter, hear, hear_until, until
from tests.shop import PRICE_FEN, assert_the_books_agree, kettle, people
from tests.show.stage import show_on_air

pytestmark = pytest.mark.timeout(180)

TOKENS = 1000
PATIENCE_SECONDS = 60


def body(badge: str, offer: Offer) -> dict[str, Any]:
    return {
        "badge": badge,
        "key": str(uuid4()),
        "offer_id": offer.pk,
        "quantity": 1,
        "price_version": 1,
        "price_fen": PRICE_FEN,
    }


def three_doors(open_role: OpenRole, **environment: str) -> list[RoleProcess]:
    with ThreadPoolExecutor(3) as movers:
        return list(movers.map(lambda _: open_role("live", **environment), range(3)))


@dataclass(frozen=True, slots=True)
class Told:
    """What a press was answered."""

    status: int
    headers: dict[str, str]
    words: dict[str, Any]


def told(answer: Told) -> str:
    return "held" if answer.status == 201 else str(answer.words["code"])


def press_at_once(
    doors: list[RoleProcess], badges: list[str], offer: Offer, forwarded: str = ""
) -> list[Told]:
    """Each badge presses once, over a hundred connections that are all busy; each of the doors
    has its share of them. Raw HTTP: a client that is made for more would be the slowest here."""
    answers: list[Told] = []
    todo = iter(badges)
    header = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
    path = f"/live/{offer.show_id}/orders"

    async def caller(door: RoleProcess) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        for badge in todo:
            said = json.dumps(body(badge, offer)).encode()
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{header}Content-Length: {len(said)}\r\n\r\n"
            writer.write(head.encode() + said)
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines if line)
            words = json.loads(await reader.readexactly(int(headers["content-length"])))
            answers.append(Told(int(first.split()[1]), headers, words))
        writer.close()
        await writer.wait_closed()

    async def all_of_them() -> None:
        callers = min(100, len(badges))
        async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
            for n in range(callers):
                tasks.create_task(caller(doors[n % len(doors)]))

    asyncio.run(all_of_them())
    return answers


@pytest.mark.parametrize("environment", [{}, UNBOUNDED], ids=["as it is", "without any pace"])
def test_a_bot_with_a_thousand_tokens_of_one_account_gets_its_limit_and_no_more(
    open_role: OpenRole, environment: dict[str, str]
) -> None:
    offer = kettle(stock=100, limit_per_person=3)
    [bot, honest] = people(2)
    doors = three_doors(open_role, **environment)
    tokens = [pin_badge(bot.pk, f"browser-{n}") for n in range(TOKENS)]
    assert len(set(tokens)) == TOKENS
    outcomes = Counter(map(told, press_at_once(doors, tokens, offer)))
    assert outcomes["held"] == 3
    assert Order.objects.filter(person=bot).count() == 3
    if environment:
        assert outcomes == {"held": 3, "over_limit": TOKENS - 3}, "the batch alone is enough"
    else:
        assert outcomes["over_limit"] + outcomes["too_often"] == TOKENS - 3
        assert outcomes["too_often"] > TOKENS // 2, "most never reach the database"
    [answer] = press_at_once(doors, [pin_badge(honest.pk, "phone")], offer)
    assert told(answer) == "held"
    assert_the_books_agree()


def test_a_bot_with_a_thousand_tokens_holds_no_more_unpaid_orders_than_one_may(
    open_role: OpenRole,
) -> None:
    """The limit of each offer is wide, and there are many offers: what it holds is bounded."""
    offers = [kettle(stock=100, limit_per_person=100) for _ in range(4)]
    [bot] = people(1)
    doors = three_doors(open_role, FIRSTHAND_PERSON_PACE=UNBOUNDED["FIRSTHAND_PERSON_PACE"])
    outcomes: Counter[str] = Counter()
    for offer in offers:
        tokens = [pin_badge(bot.pk, f"browser-{n}") for n in range(100)]
        outcomes += Counter(map(told, press_at_once(doors, tokens, offer)))
    assert outcomes == {"held": 5, "too_many_unpaid": 395}
    assert Order.objects.filter(person=bot, state="held").count() == 5
    assert_the_books_agree()


def test_a_thousand_guests_of_one_browser_are_stopped_at_the_cap_of_a_browser(
    open_role: OpenRole,
) -> None:
    """Even with badges that were never to be issued; nobody issues them (``test_badges``)."""
    offer = kettle(stock=2000)
    door = open_role("live")
    tokens = [pin_badge(person.pk, "one-browser") for person in people(TOKENS)]
    outcomes = Counter(map(told, press_at_once([door], tokens, offer)))
    assert outcomes == {"held": 5, "too_many_people": TOKENS - 5}
    assert_the_books_agree()


def test_an_address_waits_and_is_then_refused_and_cannot_name_another(
    open_role: OpenRole,
) -> None:
    offer = kettle(stock=100)
    door = open_role("live", FIRSTHAND_ADDRESS_PACE="5/10/0.001")
    tokens = [pin_badge(person.pk, f"v-{person.pk}") for person in people(18)]
    answers = []
    for n, badge in enumerate(tokens[:16]):  # whatever it says came before, the front saw this
        answers += press_at_once([door], [badge], offer, f"6.6.6.{n}, 203.0.113.7")
    assert list(map(told, answers)) == ["held"] * 10 + ["too_often"] * 6
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].status == 429
    figures = httpx.get(f"{door.url}/live/metrics").text
    assert 'firsthand_presses_slowed_total{reason="crowded"} 5.0' in figures
    assert told(press_at_once([door], [tokens[16]], offer, "198.51.100.9")[0]) == "held"
    assert told(press_at_once([door], [tokens[17]], offer)[0]) == "held", "this machine itself"


@pytest.mark.parametrize("how", ["blocked", "signed out everywhere"])
def test_whose_badges_were_taken_back_cannot_press_or_speak_within_seconds(
    open_role: OpenRole, how: str
) -> None:
    show = show_on_air()
    offer = kettle(stock=999, limit_per_person=999, show_id=show.pk)
    [ann, bob] = people(2)
    door = open_role("live", **UNBOUNDED)
    badge = pin_badge(ann.pk, "phone")
    assert told(press_at_once([door], [badge], offer)[0]) == "held"
    with enter(door, show.pk, badge=badge) as socket:
        hear(socket)
        chat(socket, "hello")
        hear_until(socket, lambda told: told["t"] == "said")
        if how == "blocked":
            Person.objects.filter(pk=ann.pk).update(is_active=False)
        else:
            actions.sign_out_everywhere(ann)
        until(lambda: told(press_at_once([door], [badge], offer)[0]) == "badge_expired")
        chat(socket, "am I still here?")
        assert hear_until(socket, lambda told: told["t"] == "refused")["code"] == "unknown"
    assert told(press_at_once([door], [pin_badge(bob.pk, "tablet")], offer)[0]) == "held"
    # A process that starts later knows it from the first moment.
    later = open_role("live")
    assert told(press_at_once([later], [badge], offer)[0]) == "badge_expired"
    if how == "signed out everywhere":
        with transaction.atomic():
            anew = actions.issue_badge(ann.pk, "phone", now())
        assert told(press_at_once([door], [anew], offer)[0]) == "held"


def test_one_person_has_so_many_rooms_open_and_no_more(open_role: OpenRole) -> None:
    show = show_on_air()
    door = open_role("live", FIRSTHAND_PERSON_SOCKETS="2")
    [ann] = people(1)
    with (
        enter(door, show.pk, person_id=ann.pk, viewer="a") as first,
        enter(door, show.pk, person_id=ann.pk, viewer="b") as second,
    ):
        hear(first)
        hear(second)
        with enter(door, show.pk, person_id=ann.pk, viewer="c") as third:
            with pytest.raises(ConnectionClosed) as closed:
                hear(third)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == room.FULL
        with enter(door, show.pk, viewer="c") as another:
            assert hear(another)["t"] == "snapshot"

    def comes_in() -> bool:
        with enter(door, show.pk, person_id=ann.pk, viewer="c") as again:
            try:
                return bool(hear(again)["t"] == "snapshot")
            except ConnectionClosed:
                return False

    until(comes_in)
