"""The room's state follows from its facts, and a viewer's card from his own playhead."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from firsthand.show.rules import (
    CHAT_KEPT,
    Cue,
    Kind,
    Line,
    OfferState,
    RoomState,
    apply,
    apply_all,
    is_of_the_show,
    standing,
    with_cue,
    with_lines,
)


class Fact(NamedTuple):
    seq: int
    name: str
    body: Mapping[str, Any]


def cue_given(seq: int, cue_id: int, kind: str, at_ms: int, offer_id: int | None = None) -> Fact:
    body = {
        "cue_id": cue_id,
        "kind": kind,
        "at_ms": at_ms,
        "offer_id": offer_id,
        "segment_id": None,
        "text": "",
    }
    return Fact(seq, "cue_given.v1", body)


cues = st.builds(
    lambda cue_id, kind, at_ms: (
        "cue_given.v1",
        cue_given(0, cue_id, kind, at_ms, 1 if kind == "card" else None).body,
    ),
    st.integers(1, 12),
    st.sampled_from([kind.value for kind in Kind]),
    st.integers(0, 20),
)
lines = st.builds(
    lambda ids: (
        "chat_said.v1",
        {
            "lines": [
                {"id": n, "name": "n", "role": "", "text": "t", "at_ms": n, "is_question": False}
                for n in ids
            ]
        },
    ),
    st.lists(st.integers(1, 120), unique=True, max_size=30),
)
others: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.one_of(
    st.builds(lambda n: ("cue_taken_back.v1", {"cue_id": n}), st.integers(1, 12)),
    st.builds(lambda n: ("line_hidden.v1", {"line_id": n}), st.integers(1, 120)),
    st.builds(lambda n: ("viewers_counted.v1", {"viewers": n}), st.integers(0, 99)),
    st.just(("show_went_on_air.v1", {"show_id": 1, "at_ms": 0})),
    st.just(("nobody_knows_this.v9", {})),
)
facts = st.lists(st.one_of(cues, lines, others), max_size=40).map(
    lambda told: [Fact(seq, name, body) for seq, (name, body) in enumerate(told, start=1)]
)


@given(facts, st.integers(0, 40))
def test_wherever_the_facts_are_cut_the_room_is_the_same(told: list[Fact], cut: int) -> None:
    whole = apply_all(RoomState(show_id=1), told)
    assert apply_all(apply_all(RoomState(show_id=1), told[:cut]), told[cut:]) == whole
    assert whole.seq == len(told)


@given(facts)
def test_facts_that_are_heard_again_are_left_out(told: list[Fact]) -> None:
    whole = apply_all(RoomState(show_id=1), told)
    assert apply_all(whole, told) == whole


@given(facts)
def test_the_chat_keeps_the_newest_lines_in_their_order(told: list[Fact]) -> None:
    chat = apply_all(RoomState(show_id=1), told).chat
    assert len(chat) <= CHAT_KEPT
    assert [line.id for line in chat] == sorted({line.id for line in chat})


@given(facts, st.integers(-1, 21))
def test_a_viewer_never_sees_a_card_before_its_media_time(told: list[Fact], at_ms: int) -> None:
    room = apply_all(RoomState(show_id=1), told)
    card = standing(room.cues, Kind.CARD, Kind.CARD_OFF, at_ms)
    assert card is None or (card.kind == "card" and card.at_ms <= at_ms)
    assert list(room.cues) == sorted(room.cues)


def test_late_and_early_viewers_see_their_own_card() -> None:
    told = [
        cue_given(1, 1, "card", 1000, offer_id=7),
        cue_given(2, 2, "card", 9000, offer_id=8),
        cue_given(3, 3, "card_off", 12_000),
    ]
    cues = apply_all(RoomState(show_id=1), told).cues

    def seen(at_ms: int) -> int | None:
        cue = standing(cues, Kind.CARD, Kind.CARD_OFF, at_ms)
        return cue.offer_id if cue else None

    assert [seen(at) for at in (999, 1000, 8999, 9000, 11_999, 12_000)] == [
        None, 7, 7, 8, 8, None,
    ]  # fmt: skip


def test_a_cue_with_the_same_number_takes_the_place_of_the_old_one() -> None:
    early = with_cue((), Cue(5000, 1, "pin", text="soon"))
    assert with_cue(early, Cue(7000, 1, "pin", text="now")) == (Cue(7000, 1, "pin", text="now"),)


def test_what_an_offer_became_is_known_before_anyone_presses() -> None:
    room = RoomState(show_id=1)
    opened = {
        "offer_id": 3, "sku_id": 30, "limit_per_person": 2,
        "price_fen": 9900, "price_version": 4, "left": 10, "by": None,
    }  # fmt: skip
    room = apply(room, Fact(1, "offer_opened.v1", opened))
    assert room.offers == {3: OfferState(30, "open", 10, 2, 9900, 4)}
    room = apply(room, Fact(2, "stock_released.v1", {"offer_id": 3, "left": 25}))
    room = apply(room, Fact(3, "limit_set.v1", {"offer_id": 3, "limit_per_person": 1}))
    room = apply(room, Fact(4, "offer_closed.v1", {"offer_id": 3, "sku_id": 30}))
    assert room.offers == {3: OfferState(30, "closed", 25, 1, 9900, 4)}
    unknown = apply(room, Fact(5, "stock_released.v1", {"offer_id": 99, "left": 25}))
    assert unknown == replace(room, seq=5)


def test_a_line_that_comes_late_finds_its_place() -> None:
    chat = with_lines((), [Line(n, "n", "", "t", n) for n in (1, 3)])
    assert [line.id for line in with_lines(chat, [Line(2, "n", "", "t", 2)])] == [1, 2, 3]


def test_a_cue_is_of_the_show_from_shortly_before_it_to_shortly_ahead_of_the_clock() -> None:
    on_air, now = 1_000_000_000, 1_000_600_000

    def at(at_ms: int) -> bool:
        return is_of_the_show(at_ms, on_air_at_ms=on_air, now_ms=now)

    assert at(on_air - 60_000)
    assert at(now + 30_000)
    assert not at(on_air - 3_600_000)
    assert not at(now + 3_600_000)
