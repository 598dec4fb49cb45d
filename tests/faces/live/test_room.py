"""Rooms, as viewers' browsers meet them: real processes, real sockets, a real database."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.db import transaction
from websockets.exceptions import ConnectionClosed, InvalidStatus

from firsthand.faces.live import pace, room
from firsthand.faces.live.follower import RECALL
from firsthand.insight.models import Act, Viewing
from firsthand.kit import outbox
from firsthand.price.events import PricePublished
from firsthand.show import store
from firsthand.show.actions import air, chat, counts, cues
from firsthand.show.models import ChatLine, Presence, Show
from firsthand.show.speech import PACE_LINES
from tests import shop
from tests.conftest import OpenRole
from tests.faces.live.sockets import chat as line
from tests.faces.live.sockets import enter, hear, hear_until, say, until
from tests.show.stage import person, show_on_air


def pin(show: Show, text: str) -> None:
    with transaction.atomic():
        cues.pin(show.pk, text)


def closed_with(socket: Any) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        hear_until(socket, lambda _: False)
    assert closed.value.rcvd is not None
    return int(closed.value.rcvd.code)


def test_a_newcomer_is_told_the_state_and_then_what_happens(open_role: OpenRole) -> None:
    show = show_on_air(offers=1)
    pin(show, "欢迎")
    with enter(open_role("live"), show.pk) as viewer:
        first = hear(viewer)
        assert first["t"] == "snapshot"
        assert first["seq"] == store.snapshot(show.pk).seq
        assert first["state"]["pin"]["text"] == "欢迎"
        [offer_id] = first["state"]["offers"]
        with transaction.atomic():
            cue = cues.show_card(show.pk, int(offer_id))
        told = hear_until(viewer, lambda told: "cues" in told)
        assert told["seq"] == first["seq"] + 1 or told["seq"] > first["seq"]
        assert told["cues"] == [
            {"id": cue.pk, "kind": "card", "at_ms": cue.at_ms, "offer_id": int(offer_id)}
        ]


def test_who_comes_with_his_number_is_told_what_he_missed_and_no_state(
    open_role: OpenRole,
) -> None:
    show = show_on_air()
    seen = store.snapshot(show.pk).seq
    pin(show, "one")
    pin(show, "two")
    with enter(open_role("live"), show.pk, seen=seen) as viewer:
        told = hear_until(viewer, lambda told: "cues" in told)
        assert told["t"] == "tick"
        assert [cue["text"] for cue in told["cues"]] == ["one", "two"]


def test_who_was_away_for_too_long_is_told_the_state_anew(open_role: OpenRole) -> None:
    show = show_on_air()
    for number in range(RECALL + 10):
        with transaction.atomic():
            counts.add_likes(show.pk, 1 + number)
    with enter(open_role("live"), show.pk, seen=1) as viewer:
        assert hear(viewer)["t"] == "snapshot"


def test_two_processes_keep_one_room_in_step(open_role: OpenRole) -> None:
    show = show_on_air()
    here, there = open_role("live"), open_role("live")
    with enter(here, show.pk, viewer="a") as one, enter(there, show.pk, viewer="b") as other:
        hear(one), hear(other)
        line(one, "这个壶能保温吗")
        said = hear_until(other, lambda told: "chat" in told)["chat"]
        assert [(one["text"], one["role"], one["question"]) for one in said] == [
            ("这个壶能保温吗", "visitor", True)
        ]
        assert said == hear_until(one, lambda told: "chat" in told)["chat"]
        for _ in range(3):
            say(one, t="like", n=2)
            say(other, t="like", n=5)
        hear_until(one, lambda told: told.get("likes") == 21)
        hear_until(other, lambda told: told.get("viewers") == 2)
    until(lambda: Show.objects.get(pk=show.pk).viewers == 0)


def test_a_process_that_was_killed_loses_nothing_that_was_said(open_role: OpenRole) -> None:
    show = show_on_air()
    live = open_role("live")
    with enter(live, show.pk, viewer="a") as viewer:
        seen = hear(viewer)["seq"]
        key = line(viewer, "before")
        hear_until(viewer, lambda told: told["t"] == "said" and told["key"] == key)
        seen = hear_until(viewer, lambda told: "chat" in told)["seq"]
        live.kill()
        with pytest.raises(ConnectionClosed):
            hear_until(viewer, lambda _: False)
    pin(show, "while nobody served the room")
    live.start()
    with enter(live, show.pk, viewer="a", seen=seen) as viewer:
        told = hear_until(viewer, lambda told: "cues" in told)
        assert told["t"] == "tick"
        assert told["cues"][0]["text"] == "while nobody served the room"
        again = [one["text"] for one in told.get("chat", [])]
        assert set(again) <= {"before"}
        # He got no answer the first time, say: the same line again is the same line.
        say(viewer, t="chat", text="before", key=key)
        hear_until(viewer, lambda told: told["t"] == "said" and told["key"] == key)
    assert ChatLine.objects.filter(text="before").count() == 1


def test_words_are_in_the_language_of_the_viewer(open_role: OpenRole) -> None:
    show = show_on_air(offers=1)
    live = open_role("live")
    with enter(live, show.pk) as zh, enter(live, show.pk, viewer="b", language="en") as en:
        assert "水壶" in hear(zh)["look"]
        assert "Kettle" in hear(en)["look"]
        refused = line(en, "   ")
        told = hear_until(en, lambda told: told["t"] == "refused")
        assert told == {
            "t": "refused", "key": refused, "code": "empty", "title": "Please write something.",
        }  # fmt: skip


def test_a_page_of_another_house_is_turned_away_at_the_door(open_role: OpenRole) -> None:
    show = show_on_air()
    live = open_role("live")
    with pytest.raises(InvalidStatus) as turned_away:
        enter(live, show.pk, origin="https://evil.example")
    assert turned_away.value.response.status_code == 403
    with pytest.raises(InvalidStatus):
        enter(
            live,
            show.pk,
            origin="http://evil.example",
            additional_headers={"Host": "evil.example"},
        )
    with enter(live, show.pk, origin=live.url) as ours:
        assert hear(ours)["t"] == "snapshot"


def test_a_room_of_no_show_is_not_there(open_role: OpenRole) -> None:
    live = open_role("live")
    with enter(live, 10**9) as viewer:
        assert closed_with(viewer) == room.NOT_HERE
    for path in ("/live/0/room", "/live/abc/room", "/live/1/room?seen=-1", "/live/1/room?seen=x"):
        from websockets.sync.client import connect

        with pytest.raises(InvalidStatus):
            connect(f"ws://127.0.0.1:{live.port}{path}", proxy=None)
    assert httpx.get(f"{live.url}/live/nothing").status_code == 404


NONSENSE: list[tuple[str | bytes, int]] = [
    ("not json", room.NOT_A_WORD),
    (json.dumps({"t": "obey"}), room.NOT_A_WORD),
    (json.dumps({"t": "like", "n": 10**9}), room.NOT_A_WORD),
    (json.dumps({"t": "chat", "text": "x", "key": "y"}), room.NOT_A_WORD),
    (json.dumps({"t": "chat", "text": "x" * 3000, "key": str(uuid4())}), room.TOO_LARGE),
    (json.dumps({"t": "chat", "text": "x" * 50_000, "key": str(uuid4())}), room.TOO_LARGE),
    (b"\x00\x01", room.TOO_LARGE),
]


def test_nonsense_closes_the_socket_and_changes_nothing(open_role: OpenRole) -> None:
    show = show_on_air()
    live = open_role("live")
    for words, code in NONSENSE:
        with enter(live, show.pk) as viewer:
            hear(viewer)
            viewer.send(words)
            assert closed_with(viewer) == code, words[:40]
    assert not ChatLine.objects.exists()
    assert store.snapshot(show.pk).likes == 0


def test_a_flood_of_chat_is_cut_first_to_a_pace_and_then_off(open_role: OpenRole) -> None:
    show = show_on_air()
    with enter(open_role("live"), show.pk) as viewer:
        hear(viewer)
        for number in range(2 * pace.WORDS_AT_ONCE):
            try:
                line(viewer, f"buy at my shop {number}")
            except ConnectionClosed:
                break
        assert closed_with(viewer) == room.TOO_MUCH
    assert ChatLine.objects.count() <= PACE_LINES


def test_who_has_no_badge_may_watch_and_not_speak(open_role: OpenRole) -> None:
    show = show_on_air()
    with enter(open_role("live"), show.pk, badge="7.forged.9999999999.00") as viewer:
        hear(viewer)
        line(viewer, "hello")
        assert hear_until(viewer, lambda told: told["t"] == "refused")["code"] == "unknown"


def test_the_crews_lines_bear_their_office_and_a_hidden_line_is_taken_out(
    open_role: OpenRole,
) -> None:
    show = show_on_air()
    buyer = person("王小明")
    live = open_role("live")
    with (
        enter(live, show.pk, person_id=show.host_id) as host,
        enter(live, show.pk, person_id=buyer.pk, viewer="b") as viewer,
    ):
        hear(host), hear(viewer)
        line(host, "大家好")
        [said] = hear_until(viewer, lambda told: "chat" in told)["chat"]
        assert (said["name"], said["role"]) == ("Lin Yao", "host")
        line(viewer, "坏话")
        [bad] = hear_until(viewer, lambda told: told.get("chat", [{}])[0].get("text") == "坏话")[
            "chat"
        ]
        assert (bad["name"], bad["role"]) == ("王**", "")
        with transaction.atomic():
            chat.hide_line(show.pk, bad["id"])
        assert hear_until(host, lambda told: "hidden" in told)["hidden"] == [bad["id"]]


def test_what_viewers_watch_see_and_click_is_written_down(open_role: OpenRole) -> None:
    show = show_on_air(offers=1)
    [offer_id] = store.snapshot(show.pk).offers
    with enter(open_role("live"), show.pk, viewer="a") as viewer:
        hear(viewer)
        say(viewer, t="seen", offer_id=offer_id, cue_id=1, error_ms=17)
        say(viewer, t="seen", offer_id=10**6, cue_id=1, error_ms=17)  # of no offer here
        say(viewer, t="click", offer_id=offer_id)
        say(viewer, t="beat", watched_ms=900, stalled_ms=100, latency_ms=1650)
        say(viewer, t="beat", watched_ms=10**6)  # nobody watches that much in no time
        until(lambda: Act.objects.count() == 3 and Viewing.objects.exists())
        until(lambda: sum(Viewing.objects.values_list("watched_ms", flat=True)) > 900)
    acts = Act.objects.order_by("id").values_list("kind", "offer_id", "error_ms", "viewer")
    assert list(acts) == [
        ("entered", None, None, "a"),
        ("card_seen", offer_id, 17, "a"),
        ("card_clicked", offer_id, None, "a"),
    ]
    assert 900 < sum(Viewing.objects.values_list("watched_ms", flat=True)) < 10_000
    assert sum(Viewing.objects.values_list("stalled_ms", flat=True)) == 100


def test_a_desk_of_the_crews_watches_and_is_not_counted(open_role: OpenRole) -> None:
    show = show_on_air()
    live = open_role("live")
    from websockets.sync.client import connect

    url = f"ws://127.0.0.1:{live.port}/live/{show.pk}/room?quiet=1"
    with connect(url, proxy=None) as desk, enter(live, show.pk) as viewer:
        hear(desk), hear(viewer)
        hear_until(desk, lambda told: told.get("viewers") == 1)
    until(lambda: Presence.objects.filter(viewers=0).exists())
    assert Act.objects.filter(kind="entered").count() == 1


def test_the_end_of_the_show_is_told_and_likes_count_no_more(open_role: OpenRole) -> None:
    show = show_on_air()
    with enter(open_role("live"), show.pk) as viewer:
        hear(viewer)
        with transaction.atomic():
            air.end_show(show.pk)
        told = hear_until(viewer, lambda told: "show" in told)
        assert told["show"] == {"state": "ended"}
        line(viewer, "too late")
        assert hear_until(viewer, lambda told: told["t"] == "refused")["code"] == "closed"


def test_a_live_process_says_how_it_is(open_role: OpenRole) -> None:
    show = show_on_air()
    live = open_role("live")
    with enter(live, show.pk) as viewer:
        hear(viewer)
        well = httpx.get(f"{live.url}/live/healthz")
        assert (well.status_code, well.json()) == (
            200, {"status": "ok", "viewers": 1, "rooms": 1},
        )  # fmt: skip
        figures = httpx.get(f"{live.url}/live/metrics").text
        assert f'firsthand_viewers{{show="{show.pk}"}} 1.0' in figures


def test_a_price_that_was_published_elsewhere_reaches_the_rooms_that_offer_it(
    open_role: OpenRole,
) -> None:
    show = show_on_air()
    offer = shop.kettle(show_id=show.pk)
    with enter(open_role("live"), show.pk, language="en") as viewer:
        hear(viewer)
        with transaction.atomic():
            row = shop.published(offer.sku, 149_00)
            event = PricePublished(
                sku_id=offer.sku_id,
                price_version=row.version,
                parts={},
                price_fen=row.price_fen,
                middlemen_fen=0,
                was_fen=shop.PRICE_FEN,
                reason="in the office",
                by=None,
            )
            outbox.tell("price", [event])
        told = hear_until(viewer, lambda told: "offers" in told)
        assert told["offers"][str(offer.pk)]["price_fen"] == 149_00
        assert f'id="card-{offer.pk}"' in told["look"] and "149" in told["look"]
        assert store.snapshot(show.pk).offers[offer.pk].price_fen == 149_00
