"""The room's page is whole before its script runs, and tells it where to go on."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firsthand.people.badge import read_badge
from firsthand.people.models import Address
from firsthand.show import store
from firsthand.show.actions import air, chat, cues, sheet
from firsthand.show.models import Show
from firsthand.show.rules import CUES_SHOWN
from firsthand.show.speech import Spoken
from tests.show.stage import offer_of, person, planned_show, show_on_air

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


def page_of(show: Show, client: Client | None = None, **more: Any) -> str:
    answer = (client or Client()).get(f"/shows/{show.slug}/", headers=ENGLISH, **more)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="room-data" type="application/json">(.*?)</script>', page)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_page_carries_the_state_with_its_number() -> None:
    show = show_on_air(offers=2)
    with transaction.atomic():
        cues.show_card(show.pk, min(store.snapshot(show.pk).offers))
        cues.pin(show.pk, "Welcome")
    data = data_of(page_of(show))
    room = store.snapshot(show.pk)
    assert (data["show"], data["seq"]) == (show.pk, room.seq)
    assert data["state"]["pin"]["text"] == "Welcome"
    assert sorted(map(int, data["state"]["offers"])) == sorted(room.offers)
    assert data["streams"]["live"] == f"/media/{show.channel.name}/index.m3u8"


def test_without_scripts_one_sees_what_is_on_offer_and_the_way_to_it() -> None:
    show = show_on_air(offers=2)
    page = page_of(show)
    for offer_id in store.snapshot(show.pk).offers:
        assert f'id="card-{offer_id}"' in page
        assert f'id="buy-{offer_id}"' in page
    assert page.count("/p/kettles-1/") >= 1
    assert "163" in page  # the price


def test_the_shelf_is_in_the_order_of_the_run_sheet() -> None:
    show = planned_show()
    first, second, third = (offer_of(show, number) for number in (1, 2, 3))
    with transaction.atomic():
        for offer in (third, first):
            sheet.add_segment(show.pk, name_zh="x", name_en="x", offer_id=offer.pk)
    page = page_of(show)
    found = re.findall(r'class="shelf-item" data-offer="(\d+)"', page)
    assert [int(one) for one in found] == [third.pk, first.pk, second.pk]


def test_a_visitor_keeps_his_name_and_whoever_is_known_is_known_by_his_badge() -> None:
    show = show_on_air()
    client = Client()
    first, again = (data_of(page_of(show, client)) for _ in range(2))
    badge = read_badge(first["badge"])
    assert badge is not None and badge.person_id == 0
    later = read_badge(again["badge"])
    assert later is not None and later.viewer == badge.viewer
    assert first["known"] is False

    buyer = person("Ann")
    client.force_login(buyer, backend="firsthand.people.backends.RoleBackend")
    data = data_of(page_of(show, client))
    known = read_badge(data["badge"])
    assert known is not None and known.person_id == buyer.pk
    assert data["known"] is False  # nobody knows yet where the parcel goes
    Address.objects.create(
        person=buyer, recipient="Ann", phone="+8613800138000", region="浙江", street="1"
    )
    assert data_of(page_of(show, client))["known"] is True


def test_what_strangers_said_is_never_part_of_the_page_but_as_text() -> None:
    show = show_on_air()
    with transaction.atomic():
        chat.say_lines([Spoken(show.pk, "v", 0, uuid4(), "</script><img src=x onerror=alert(1)>")])
        cues.pin(show.pk, "<b>bold</b>")
    page = page_of(show)
    assert "<img src=x" not in page
    assert "<b>bold" not in page
    assert "&lt;img src=x" in page
    said = data_of(page)["state"]["chat"][0]["text"]
    assert said == "</script><img src=x onerror=alert(1)>"


def test_a_hidden_line_and_a_buyers_name_are_not_in_the_page() -> None:
    show = show_on_air()
    buyer = person("Wang Xiaoming")
    with transaction.atomic():
        [bad] = chat.say_lines([Spoken(show.pk, "v", buyer.pk, uuid4(), "rude words")])
        chat.say_lines([Spoken(show.pk, "w", buyer.pk, uuid4(), "kind words")])
        chat.hide_line(show.pk, bad.line_id)
    page = page_of(show)
    assert "rude words" not in page
    assert "kind words" in page
    assert "Xiaoming" not in page


def test_the_page_asks_the_database_as_often_for_many_goods_as_for_few() -> None:
    few, many = show_on_air("few", offers=1), show_on_air("many", offers=7)
    client = Client()
    page_of(few, client)
    counts = []
    for show in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page_of(show, client)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] < 25


def test_the_shelf_alone_is_asked_for_when_something_new_is_on_offer() -> None:
    show = show_on_air(offers=1)
    part = page_of(show, QUERY_STRING="part=shelf")
    assert "<html" not in part
    assert 'id="shelf-list"' in part and 'id="sheets"' in part


def test_before_the_show_one_sees_when_it_begins_and_after_it_every_card_is_a_chapter() -> None:
    show = planned_show()
    page = page_of(show)
    assert 'data-air="draft"' in page and 'data-curtain="soon"' in page
    offer = offer_of(show)
    with transaction.atomic():
        air.go_on_air(show.pk)
    for _ in range(CUES_SHOWN + 5):
        with transaction.atomic():
            cues.show_card(show.pk, offer.pk)
    assert len(data_of(page_of(show))["state"]["cues"]) == CUES_SHOWN
    with transaction.atomic():
        air.end_show(show.pk)
    page = page_of(show)
    assert 'data-air="ended"' in page
    assert len(data_of(page)["state"]["cues"]) == CUES_SHOWN + 5


def test_no_such_show_is_not_found() -> None:
    assert Client().get("/shows/nothing/").status_code == 404
