"""Nobody waits for a slow viewer, and nobody loses a word that the room remembers."""

import asyncio
import json
import time

from hypothesis import given
from hypothesis import strategies as st

from firsthand.faces.live.door import asked_of, is_ours
from firsthand.faces.live.hub import (
    LET_GO,
    QUEUE_MAX,
    RECENT_MAX,
    VIEWERS_MAX,
    Hub,
    Message,
    Room,
    Viewer,
    same_for_all,
)
from firsthand.faces.live.pace import WORDS_A_SECOND, WORDS_AT_ONCE, Pace
from firsthand.show.rules import RoomState


def opened(hub: Hub, *viewers: Viewer, seq: int = 1) -> Room:
    for viewer in viewers or (Viewer("zh"),):
        room = hub.enter(88, viewer)
    hub.open(room, RoomState(show_id=88, seq=seq), seq, [], {})
    return room


def tell(hub: Hub, room: Room, seq: int) -> None:
    message = same_for_all(seq, {"t": "tick", "seq": seq})
    hub.say(room, message, RoomState(show_id=88, seq=seq), {})


def heard(viewer: Viewer) -> list[int | None]:
    return [viewer.queue.get_nowait().seq for _ in range(viewer.queue.qsize())]


def test_a_slow_viewer_is_let_go_once_and_the_others_hear_everything() -> None:
    async def play() -> None:
        hub, slow, quick = Hub(), Viewer("zh"), Viewer("zh")
        room = opened(hub, slow, quick)
        told: list[int | None] = []
        for seq in range(2, QUEUE_MAX + 40):
            tell(hub, room, seq)
            told += heard(quick)
        assert told == list(range(2, QUEUE_MAX + 40))
        words = heard(slow)
        assert len(words) == QUEUE_MAX + 1
        assert words[-1] == LET_GO.seq

    asyncio.run(play())


@given(st.integers(1, 3 * RECENT_MAX), st.integers(0, 3 * RECENT_MAX))
def test_who_comes_back_is_told_exactly_what_he_missed_or_the_whole(
    happened: int, seen: int
) -> None:
    async def play() -> None:
        hub = Hub()
        room = opened(hub)
        for seq in range(2, happened + 2):
            tell(hub, room, seq)
        if room.remembers(seen):
            assert [message.seq for message in room.missed(seen)] == [
                *range(max(seen, 1) + 1, happened + 2)
            ]
        else:
            assert seen == 0 or seen < room.since

    asyncio.run(play())


def test_newcomers_between_two_facts_share_one_snapshot() -> None:
    async def play() -> None:
        hub = Hub()
        room = opened(hub, seq=7)
        first = room.snapshot("en")
        assert room.snapshot("en") is first
        assert json.loads(first)["seq"] == 7
        tell(hub, room, 8)
        assert json.loads(room.snapshot("en"))["seq"] == 8

    asyncio.run(play())


def test_a_snapshot_shows_every_thing_as_it_looked_last() -> None:
    async def play() -> None:
        hub, viewer = Hub(), Viewer("en")
        room = hub.enter(88, viewer)
        state = RoomState(show_id=88, seq=1)
        hub.open(room, state, 1, [], {"en": {"left-1": "<i>9</i>", "card-1": "<b>1</b>"}})
        changed = {"en": {"left-1": "<i>8</i>"}}
        hub.say(room, Message(2, {"en": "{}"}), RoomState(show_id=88, seq=2), changed)
        assert json.loads(room.snapshot("en"))["look"] == "<i>8</i><b>1</b>"

    asyncio.run(play())


def test_the_last_one_puts_out_the_light_and_a_full_house_says_so() -> None:
    async def play() -> None:
        hub, viewer = Hub(), Viewer("zh")
        room = opened(hub, viewer)
        hub.leave(room, viewer)
        assert not hub.rooms
        hub.viewers = VIEWERS_MAX
        assert hub.is_full

    asyncio.run(play())


def test_silence_is_broken_only_for_those_who_heard_nothing() -> None:
    async def play() -> None:
        hub, quiet, busy = Hub(), Viewer("zh"), Viewer("zh")
        room = opened(hub, quiet, busy, seq=5)
        busy.tell(same_for_all(None, {}))
        hub.beat()
        assert (quiet.queue.qsize(), busy.queue.qsize()) == (1, 1)
        word = json.loads(quiet.queue.get_nowait().texts["zh"])
        assert (word["t"], word["seq"]) == ("tick", 5)
        assert abs(word["now_ms"] / 1000 - time.time()) < 60
        assert room.count == 2

    asyncio.run(play())


@given(st.lists(st.floats(0, 3), max_size=200))
def test_nobody_sends_more_than_his_pace_whatever_he_tries(waits: list[float]) -> None:
    pace, now, sent = Pace(0.0), 0.0, 0
    for wait in waits:
        now += wait
        sent += pace.allows(now)
    assert sent <= WORDS_AT_ONCE + now * WORDS_A_SECOND + 1e-6


def test_every_name_of_ours_and_no_other_opens_the_door() -> None:
    hosts = ["shop.example", ".maker.example"]
    assert is_ours("live.maker.example", "https://www.maker.example", hosts)
    assert not is_ours("shop.example", "null", hosts)
    assert not is_ours("shop.example", "https://shop.example.evil.example", hosts)
    assert not is_ours("", None, hosts)
    assert not is_ours("other.example", "https://third.example", ["*"])
    assert is_ours("any.example", "https://any.example", ["*"])


def test_an_address_that_makes_no_sense_asks_for_nothing() -> None:
    assert asked_of(b"seen=12&lang=en-GB&quiet=1") is not None
    assert asked_of(b"seen=-1") is None
    assert asked_of("seen=١٢".encode()) is None
    assert asked_of(b"badge=" + b"x" * 2000) is None
