"""A whole show run by a program: planned, written, on air, over, reported."""

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from firsthand.kit.clock import epoch_ms, now
from firsthand.people.rules import Role
from firsthand.show.models import ChatLine, Cue, Show
from tests.faces.api.caller import Caller
from tests.faces.studio.stage import Stage, a_stage, crew, on_air

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return a_stage()


@pytest.fixture
def director() -> Caller:
    return Caller(crew(Role.DIRECTOR))


def test_a_show_is_planned_and_found_again(director: Caller) -> None:
    host = crew(Role.HOST, name="Lin Yao")
    given = {
        "slug": "evening",
        "title_zh": "今晚",
        "title_en": "Tonight",
        "host_id": host.pk,
        "planned_at": "2026-12-01T20:00:00+08:00",
    }
    made = director.post("/shows", given)
    assert made.status == 201
    assert made.words["planned_at"] == "2026-12-01T12:00:00Z"
    assert director.get(f"/shows/{made.words['id']}").words == made.words
    found = director.get("/shows?state=draft").words
    assert (found["total"], found["items"], found["next"]) == (1, [made.words], None)
    assert director.get("/shows?state=ended").words["total"] == 0
    assert director.get("/shows?since=2027-01-01T00:00:00Z").words["total"] == 0

    assert director.post("/shows", given).code == "slug_taken"
    assert (
        director.post("/shows", {**given, "slug": "b", "host_id": 10**9}).code == "no_such_person"
    )
    for wrong in ({"slug": "A B"}, {"planned_at": "2026-12-01T20:00:00"}, {"title_zh": ""}):
        assert director.post("/shows", {**given, **wrong}).code == "wrong_input"
    assert Show.objects.count() == 1


def test_a_list_is_leafed_through_by_its_next(director: Caller) -> None:
    for number in range(3):
        a_stage(lamps=0, slug=f"s{number}")
    first = director.get("/shows?limit=2").words
    assert (len(first["items"]), first["total"], first["next"]) == (2, 3, 2)
    second = director.get(f"/shows?limit=2&skip={first['next']}").words
    assert (len(second["items"]), second["next"]) == (1, None)
    names = {show["slug"] for show in [*first["items"], *second["items"]]}
    assert names == {"s0", "s1", "s2"}


def test_a_show_begins_once_and_ends_once_and_its_report_is_asked_for(
    stage: Stage, director: Caller
) -> None:
    address = f"/shows/{stage.show.pk}"
    assert director.post(f"{address}/end").code == "not_on_air"
    assert not ProcrastinateJob.objects.exists()
    assert director.post(f"{address}/air").words["state"] == "on_air"
    assert director.post(f"{address}/air").code == "began_already"
    assert director.post(f"{address}/end").words["state"] == "ended"
    assert ProcrastinateJob.objects.get().task_name == "insight.report_show"
    assert director.post(f"{address}/end").code == "not_on_air"
    assert director.post("/shows/999999/air").code == "no_such_show"


def test_cues_go_through_the_whole_sheet(stage: Stage, director: Caller) -> None:
    show, address = stage.show, f"/shows/{stage.show.pk}"
    assert director.post(f"{address}/next").code == "not_on_air"
    on_air(show)
    at_ms = epoch_ms(now()) + 1000
    first = director.post(f"{address}/next", {"at_ms": at_ms})
    assert (first.status, first.words["kind"], first.words["at_ms"]) == (201, "segment", at_ms)
    again = director.post(f"{address}/next", {})
    assert again.code == "moved_on"
    assert again.words["on"] == stage.segments[0].pk, "two presses are one step"
    second = director.post(f"{address}/next", {"after": stage.segments[0].pk})
    assert second.words["segment_id"] == stage.segments[1].pk
    director.post(f"{address}/next", {"after": stage.segments[1].pk})
    assert director.post(f"{address}/next", {"after": stage.segments[2].pk}).code == "last_segment"
    back = director.post(f"{address}/segment", {"segment_id": stage.segments[0].pk})
    assert back.words["segment_id"] == stage.segments[0].pk
    assert director.post(f"{address}/segment", {"segment_id": stage.segments[0].pk}).code == (
        "segment_is_on"
    )


def test_a_card_and_a_message_come_and_go(stage: Stage, director: Caller) -> None:
    on_air(stage.show)
    address = f"/shows/{stage.show.pk}"
    card = director.post(f"{address}/card", {"offer_id": stage.lamp.pk})
    pin = director.post(f"{address}/pin", {"text": "  Ships tomorrow "})
    room = director.get(f"{address}/room").words
    assert room["card"]["id"] == card.words["id"]
    assert room["pin"]["text"] == "Ships tomorrow"
    [offer, _other] = room["offers"]
    assert (offer["offer_id"], offer["left"], offer["state"]) == (stage.lamp.pk, 10, "open")
    assert director.delete(f"{address}/cues/{pin.words['id']}").words == {"done": True}
    assert director.post(f"{address}/card-off").status == 201
    room = director.get(f"{address}/room").words
    assert (room["card"], room["pin"]) == (None, None)
    director.post(f"{address}/pin", {"text": "x"})
    assert director.post(f"{address}/unpin").status == 201
    kinds = [cue["kind"] for cue in director.get(f"{address}/cues").words["items"]]
    assert kinds == ["unpin", "pin", "card_off", "card"]

    before = Cue.objects.count()
    assert director.post(f"{address}/card", {"offer_id": 10**9}).code == "no_such_offer"
    assert director.post(f"{address}/card", {"offer_id": stage.lamp.pk, "at_ms": 1}).code == (
        "not_of_this_show"
    )
    assert director.post(f"{address}/pin", {"text": "x" * 201}).code == "wrong_input"
    assert director.post(f"{address}/pin", {"text": "\u200b\u202e"}).code == "empty"
    assert director.delete(f"{address}/cues/{10**9}").code == "no_such_cue"
    assert Cue.objects.count() == before


def test_the_sheet_is_written_by_a_program(stage: Stage, director: Caller) -> None:
    address = f"/shows/{stage.show.pk}"
    made = director.post(
        f"{address}/segments",
        {"name_zh": "开场", "name_en": "Opening", "minutes": 3, "position": 1},
    )
    assert made.status == 201
    opening = made.words["id"]
    sheet = director.get(f"{address}/sheet").words
    assert [segment["name"]["en"] for segment in sheet["segments"]] == [
        "Opening",
        "Lamp 1",
        "Lamp 2",
        "Questions",
    ]
    assert sheet["minutes"] == 23
    changed = director.patch(f"{address}/segments/{opening}", {"minutes": 4}).words
    assert (changed["minutes"], changed["name"]["zh"]) == (4, "开场")
    given = director.patch(f"{address}/segments/{opening}", {"offer_id": stage.lamp.pk}).words
    assert given["offer_id"] == stage.lamp.pk
    taken = director.patch(f"{address}/segments/{opening}", {"offer_id": None}).words
    assert taken["offer_id"] is None
    assert director.post(f"{address}/segments/{opening}/move", {"position": 9}).status == 200
    assert director.get(f"{address}/sheet").words["segments"][-1]["id"] == opening

    point = director.post(
        f"{address}/segments/{opening}/points", {"text_zh": "你好", "text_en": "Hello"}
    ).words
    other = director.post(
        f"{address}/segments/{opening}/points", {"text_zh": "再见", "text_en": "Goodbye"}
    ).words
    edited = director.patch(f"{address}/points/{point['id']}", {"evidence_en": "report 7"}).words
    assert edited["evidence"]["en"] == "report 7"
    director.post(f"{address}/points/{other['id']}/move", {"position": 1})
    points = director.get(f"{address}/sheet").words["segments"][-1]["points"]
    assert [one["text"]["en"] for one in points] == ["Goodbye", "Hello"]
    assert director.delete(f"{address}/points/{other['id']}").status == 200
    assert director.delete(f"{address}/segments/{opening}").status == 200
    assert len(director.get(f"{address}/sheet").words["segments"]) == 3


def test_a_sheet_refuses_what_cannot_be(stage: Stage, director: Caller) -> None:
    address = f"/shows/{stage.show.pk}"
    segment = stage.segments[0].pk
    words = {"name_zh": "x", "name_en": "x"}
    assert director.post(f"{address}/segments", {**words, "minutes": 0}).code == "wrong_input"
    assert (
        director.post(f"{address}/segments", {**words, "offer_id": 10**9}).code == "no_such_offer"
    )
    assert director.patch(f"{address}/segments/{10**9}", {"minutes": 1}).status == 404
    claim = {"text_zh": "全国最好的灯", "text_en": "The best lamp of all"}
    assert (
        director.post(f"{address}/segments/{segment}/points", claim).code == "claim_without_proof"
    )
    on_air(stage.show, stage.segments[0])
    assert director.delete(f"{address}/segments/{segment}").code == "segment_began"
    director.post(f"{address}/end")
    assert director.post(f"{address}/segments", words).code == "show_is_over"


def test_the_chat_is_read_and_moderated(stage: Stage, director: Caller) -> None:
    on_air(stage.show)
    lines = [_said(stage, text, asks) for text, asks in (("hello", False), ("how much?", True))]
    address = f"/shows/{stage.show.pk}/chat"
    assert [line["text"] for line in director.get(address).words["items"]] == ["hello", "how much?"]
    assert director.get(f"{address}?questions=true").words["total"] == 1
    assert director.get(f"{address}?after={lines[0].pk}").words["total"] == 1
    assert director.post(f"{address}/{lines[0].pk}/hide").status == 200
    assert director.get(address).words["items"][0]["is_hidden"]
    assert director.post(f"{address}/{lines[0].pk}/hide").code == "hidden_already"
    assert director.post(f"{address}/{10**9}/hide").code == "no_such_line"
    assert Caller(crew(Role.HOST)).get(address).status == 200, "the host reads along"
    assert Caller(crew(Role.CARE)).get(address).code == "not_yours_to_do"


def test_the_stream_key_is_for_those_who_direct(stage: Stage, director: Caller) -> None:
    address = f"/shows/{stage.show.pk}/stream-key"
    first = director.get(address).words
    assert first["live"] == "/media/lamps/index.m3u8"
    second = director.post(address).words
    assert second["key"] != first["key"]
    assert director.get(address).words == second
    assert Caller(crew(Role.HOST)).get(address).code == "not_yours_to_do"


def test_the_report_is_read_when_there_is_one(stage: Stage) -> None:
    analyst, address = Caller(crew(Role.ANALYST)), f"/shows/{stage.show.pk}"
    assert analyst.get(f"{address}/report").code == "no_report"
    assert analyst.post(f"{address}/report").code == "not_begun"
    on_air(stage.show)
    assert analyst.get(f"{address}/figures").words["is_kept"] is False
    made = analyst.post(f"{address}/report")
    assert made.status == 201
    assert analyst.get(f"{address}/report").words == made.words
    assert made.words["figures"]["gmv"]["value"] == 0
    assert made.words["figures"]["cvr"]["value"] is None
    metrics = {one["code"]: one for one in analyst.get("/metrics").words["metrics"]}
    assert set(metrics) == set(made.words["figures"])
    assert metrics["net_gmv"]["money"] == "net"
    assert metrics["first_frame"]["unmeasured"]["en"]


def _said(stage: Stage, text: str, asks: bool) -> Any:
    from uuid import uuid4

    return ChatLine.objects.create(
        show=stage.show, person=None, viewer="v", key=uuid4(), name="V", text=text, is_question=asks
    )
