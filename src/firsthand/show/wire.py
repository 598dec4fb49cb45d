"""The room's state and its facts as browsers read them: dictionaries that become JSON. Pure.

The page carries the state in itself, the live engine sends it to whoever comes without one,
and after that only ticks: what became different. Both are made here, so a browser has one
way of reading, whichever way the news came.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from firsthand.show.rules import (
    CUES_SHOWN,
    Cue,
    Line,
    OfferState,
    RoomState,
    Told,
    line_of,
)

LINES_A_TICK = 30  # nobody reads more in a fifth of a second; the rest is in the books


def state_of(room: RoomState, *, all_cues: bool = False) -> dict[str, Any]:
    """What a newcomer is told; ALL_CUES for a recording, whose chapters they are."""
    return {
        "show": {"state": str(room.air)},
        "segment_id": room.segment_id,
        "card": room.card and cue_of(room.card),
        "pin": room.pin and cue_of(room.pin),
        "cues": [cue_of(cue) for cue in (room.cues if all_cues else _recent(room))],
        "chat": [chat_of(line) for line in room.chat if not line.is_hidden],
        "viewers": room.viewers,
        "likes": room.likes,
        "offers": offers_of(room.offers),
    }


def tick_of(
    news: Sequence[Told], room: RoomState, before: RoomState | None = None
) -> dict[str, Any]:
    """What became different: NEWS led from the state BEFORE to ROOM.

    Where BEFORE is not known all that is a sum or a present state is told again, which
    harms nobody.
    """
    tick: dict[str, Any] = {"t": "tick", "seq": news[-1].seq}
    if cues := [_cue_told(told.body) for told in news if told.name == "cue_given.v1"]:
        tick["cues"] = cues
    if back := [told.body["cue_id"] for told in news if told.name == "cue_taken_back.v1"]:
        tick["taken_back"] = back
    gone = {told.body["line_id"] for told in news if told.name == "line_hidden.v1"}
    said = [
        line_of(line)
        for told in news
        if told.name == "chat_said.v1"
        for line in told.body["lines"]
        if line["id"] not in gone
    ]
    if said:
        tick["chat"] = [chat_of(line) for line in sampled(said)]
    if gone:
        tick["hidden"] = sorted(gone)
    if any(told.name == "sheet_changed.v1" for told in news):
        tick["sheet"] = True
    if before is None or before.viewers != room.viewers:
        tick["viewers"] = room.viewers
    if before is None or before.likes != room.likes:
        tick["likes"] = room.likes
    if before is None or before.air != room.air:
        tick["show"] = {"state": str(room.air)}
    if before is None or before.segment_id != room.segment_id:
        tick["segment_id"] = room.segment_id
    if changed := changed_offers(room, before):
        tick["offers"] = offers_of(changed)
    return tick


def changed_offers(room: RoomState, before: RoomState | None) -> dict[int, OfferState]:
    """The offers that are not as they were."""
    known = before.offers if before else {}
    return {key: offer for key, offer in room.offers.items() if known.get(key) != offer}


def sampled(lines: Sequence[Line], at_most: int = LINES_A_TICK) -> list[Line]:
    """As many lines as can be read: the crew's first, then questions, then the newest.

    In their order, whichever are chosen.
    """
    if len(lines) <= at_most:
        return list(lines)

    def weight(line: Line) -> tuple[bool, bool, int]:
        return (line.role not in ("", "visitor"), line.is_question, line.id)

    chosen = set(islice(sorted(lines, key=weight, reverse=True), at_most))
    return [line for line in lines if line in chosen]


def cue_of(cue: Cue) -> dict[str, Any]:
    """A cue, without the fields that say nothing."""
    told: dict[str, Any] = {"id": cue.id, "kind": cue.kind, "at_ms": cue.at_ms}
    if cue.offer_id is not None:
        told["offer_id"] = cue.offer_id
    if cue.segment_id is not None:
        told["segment_id"] = cue.segment_id
    if cue.text:
        told["text"] = cue.text
    return told


def chat_of(line: Line) -> dict[str, Any]:
    """A line of the chat."""
    told: dict[str, Any] = {
        "id": line.id,
        "name": line.name,
        "role": line.role,
        "text": line.text,
        "at_ms": line.at_ms,
    }
    if line.is_question:
        told["question"] = True
    return told


def offers_of(offers: Mapping[int, OfferState]) -> dict[str, dict[str, Any]]:
    """What a buyer must know of offers before he presses."""
    return {
        str(offer_id): {name: getattr(offers[offer_id], name) for name in _OF_AN_OFFER}
        for offer_id in sorted(offers)
    }


# What the price is reckoned from is our business.
_OF_AN_OFFER = ("sku_id", "state", "left", "limit", "price_fen", "price_version")


def _cue_told(body: Mapping[str, Any]) -> dict[str, Any]:
    return cue_of(
        Cue(
            body["at_ms"],
            body["cue_id"],
            body["kind"],
            body["offer_id"],
            body["segment_id"],
            body["text"],
        )
    )


def _recent(room: RoomState) -> Iterable[Cue]:
    recent = room.cues[-CUES_SHOWN:]
    earlier = {cue for cue in (room.card, room.pin) if cue is not None} - set(recent)
    return (*sorted(earlier), *recent)
