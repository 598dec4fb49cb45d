"""The room's state, and how each fact changes it: a snapshot and the facts after it make the next.

Every process that holds a room reads one snapshot and from then on only applies facts, so
all of them and every browser agree without asking each other. ``apply`` is therefore the
room's law, and every action is held to it by a test: the state before, with the facts that
the action told, is the state that is read afterwards.

Facts carry what has become true, so applying one twice changes nothing.
"""

import enum
from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

from firsthand.offer.rules import Part, less_fen

CUES_MAX = 2000  # in one show: a cue every ten seconds for five hours
CHAT_KEPT = 50  # lines that a newcomer is shown
CUES_SHOWN = 50  # cues that a newcomer is told, besides those that stand

# A cue may lie a little before the show began and a little ahead of the clock: the crew
# stamps what it saw, and sees the stream some seconds after it was taken.
EARLY_MS = 10 * 60_000
AHEAD_MS = 60_000


class Air(enum.StrEnum):
    """Where a show is."""

    DRAFT = "draft"
    ON_AIR = "on_air"
    ENDED = "ended"


class Kind(enum.StrEnum):
    """What a cue does."""

    CARD = "card"
    CARD_OFF = "card_off"
    PIN = "pin"
    UNPIN = "unpin"
    SEGMENT = "segment"


class Cue(NamedTuple):
    """Something that is seen from a media time on. Sorted by that time."""

    at_ms: int
    id: int
    kind: str
    offer_id: int | None = None
    segment_id: int | None = None
    text: str = ""


class Line(NamedTuple):
    """A line of the chat. One that was hidden keeps its place, and none of its words."""

    id: int
    name: str
    role: str
    text: str
    at_ms: int
    is_question: bool = False
    is_hidden: bool = False


class GoodsState(NamedTuple):
    """A SKU in an offer: how many of it are in one unit, what it costs and at least must cost."""

    sku_id: int
    each: int
    price_fen: int
    floor_fen: int


class OfferState(NamedTuple):
    """What a buyer must know of an offer before he presses.

    GOODS says what the price of one unit is reckoned from, if it is a bundle or sold for less
    than its SKU: another price of any of them makes another price of it.
    """

    sku_id: int
    state: str  # open or closed; a draft is not in the room yet
    left: int
    limit: int
    price_fen: int
    price_version: int
    discount_fen: int = 0
    goods: tuple[GoodsState, ...] = ()

    @property
    def sku_ids(self) -> set[int]:
        """The SKUs whose prices and days concern it."""
        return {self.sku_id, *(one.sku_id for one in self.goods)}

    def at_price_of(self, goods: Iterable[GoodsState]) -> "OfferState":
        """The same offer, of goods at these prices."""
        its = tuple(goods)
        if not its:
            return self
        parts = [Part(one.sku_id, one.each) for one in its]
        price_fen = less_fen(parts, {one.sku_id: one for one in its}, self.discount_fen)
        return self._replace(price_fen=price_fen, goods=its)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomState:
    """All that a room shows, as of the fact numbered SEQ."""

    show_id: int
    seq: int = 0
    air: str = Air.DRAFT
    segment_id: int | None = None
    cues: tuple[Cue, ...] = ()
    chat: tuple[Line, ...] = ()
    viewers: int = 0
    likes: int = 0
    offers: Mapping[int, OfferState] = field(default_factory=dict)

    @property
    def card(self) -> Cue | None:
        """The card that stands; None after it was put away."""
        return standing(self.cues, Kind.CARD, Kind.CARD_OFF)

    @property
    def pin(self) -> Cue | None:
        """The message that is pinned; None after it was taken off."""
        return standing(self.cues, Kind.PIN, Kind.UNPIN)


class Told(Protocol):
    """A fact as a reader of the feed finds it."""

    @property
    def seq(self) -> int:
        """Its number in the feed."""

    @property
    def name(self) -> str:
        """What happened, with its version."""

    @property
    def body(self) -> Mapping[str, Any]:
        """The particulars."""


def standing(cues: Sequence[Cue], on: Kind, off: Kind, at_ms: int | None = None) -> Cue | None:
    """The newest cue of kind ON up to a media time, unless one of kind OFF came after it.

    >>> card, off = Cue(1000, 1, "card", offer_id=7), Cue(5000, 2, "card_off")
    >>> standing([card, off], Kind.CARD, Kind.CARD_OFF, at_ms=4999) == card
    True
    >>> standing([card, off], Kind.CARD, Kind.CARD_OFF)
    """
    for cue in reversed(cues):
        if cue.kind in (on, off) and (at_ms is None or cue.at_ms <= at_ms):
            return cue if cue.kind == on else None
    return None


def is_of_the_show(at_ms: int, *, on_air_at_ms: int, now_ms: int) -> bool:
    """Whether a media time can be one of a show that is on air since ON_AIR_AT_MS."""
    return on_air_at_ms - EARLY_MS <= at_ms <= now_ms + AHEAD_MS


def apply(state: RoomState, told: Told) -> RoomState:
    """The state after one more fact. A fact that does not concern the room moves only its number.

    What is older than the state is left out: the snapshot has it already.
    """
    if told.seq <= state.seq:
        return state
    change = _CHANGES.get(told.name)
    changed = change(state, told.body) if change else state
    return replace(changed, seq=told.seq)


def apply_all(state: RoomState, facts: Iterable[Told]) -> RoomState:
    """The state after some more facts, in their order."""
    for told in facts:
        state = apply(state, told)
    return state


def beside(state: RoomState, told: Told) -> RoomState:
    """The state after a fact of another feed, which has no number in this one.

    A price may be published in the office, for every show that has the SKU on offer.
    """
    change = _BESIDE.get(told.name)
    return change(state, told.body) if change else state


def with_cue(cues: tuple[Cue, ...], cue: Cue) -> tuple[Cue, ...]:
    """The cues with one more, in the order of media time; one with the same id is replaced."""
    kept = [other for other in cues if other.id != cue.id]
    insort(kept, cue)
    return tuple(kept)


def with_lines(chat: tuple[Line, ...], lines: Iterable[Line]) -> tuple[Line, ...]:
    """The last lines of the chat with some more said; each line once, by its number."""
    known = {line.id for line in chat}
    whole = sorted([*chat, *(line for line in lines if line.id not in known)])
    return tuple(whole[-CHAT_KEPT:])


def hidden(line: Line) -> Line:
    """A line that was taken out: its place is kept, its words are not."""
    return line._replace(name="", role="", text="", is_question=False, is_hidden=True)


def _went_on_air(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return replace(state, air=Air.ON_AIR)


def _ended(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return replace(state, air=Air.ENDED, segment_id=None)


def _segment_began(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return replace(state, segment_id=body["segment_id"])


def _cue_given(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    cue = Cue(
        at_ms=body["at_ms"],
        id=body["cue_id"],
        kind=body["kind"],
        offer_id=body["offer_id"],
        segment_id=body["segment_id"],
        text=body["text"],
    )
    return replace(state, cues=with_cue(state.cues, cue))


def _cue_taken_back(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return replace(state, cues=tuple(cue for cue in state.cues if cue.id != body["cue_id"]))


def _chat_said(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    lines = [line_of(said) for said in body["lines"]]
    return replace(state, chat=with_lines(state.chat, lines))


def line_of(said: Mapping[str, Any]) -> Line:
    """A line as a fact tells of it."""
    return Line(
        said["id"], said["name"], said["role"], said["text"], said["at_ms"], said["is_question"]
    )


def _line_hidden(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    chat = tuple(hidden(line) if line.id == body["line_id"] else line for line in state.chat)
    return replace(state, chat=chat)


def _likes_counted(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return replace(state, likes=max(state.likes, body["likes"]))  # likes are never taken back


def _viewers_counted(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return replace(state, viewers=body["viewers"])


def _offer_opened(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    opened = OfferState(
        sku_id=body["sku_id"],
        state="open",
        left=body["left"],
        limit=body["limit_per_person"],
        price_fen=body["price_fen"],
        price_version=body["price_version"],
        discount_fen=body.get("discount_fen", 0),
        goods=tuple(GoodsState(*one) for one in body.get("goods", ())),
    )
    return replace(state, offers={**state.offers, body["offer_id"]: opened})


def _offer_closed(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return _with_offer(state, body, state="closed")


def _limit_set(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return _with_offer(state, body, limit=body["limit_per_person"])


def _left_told(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    return _with_offer(state, body, left=body["left"])


def _price_published(state: RoomState, body: Mapping[str, Any]) -> RoomState:
    offers = {offer_id: _repriced(offer, body) for offer_id, offer in state.offers.items()}
    return replace(state, offers=offers)


def _repriced(offer: OfferState, body: Mapping[str, Any]) -> OfferState:
    sku_id, price_fen = body["sku_id"], body["price_fen"]
    if sku_id not in offer.sku_ids:
        return offer
    if offer.sku_id == sku_id:
        offer = offer._replace(price_version=body["price_version"])
    if not offer.goods:
        return offer._replace(price_fen=price_fen)
    floor_fen = body.get("floor_fen", 0)
    return offer.at_price_of(
        one._replace(price_fen=price_fen, floor_fen=floor_fen) if one.sku_id == sku_id else one
        for one in offer.goods
    )


def _with_offer(room: RoomState, body: Mapping[str, Any], **changes: Any) -> RoomState:
    known = room.offers.get(body["offer_id"])
    if known is None:  # a draft: it comes into the room when it opens
        return room
    return replace(room, offers={**room.offers, body["offer_id"]: known._replace(**changes)})


Change = Callable[[RoomState, Mapping[str, Any]], RoomState]
_CHANGES: dict[str, Change] = {
    "show_went_on_air.v1": _went_on_air,
    "show_ended.v1": _ended,
    "segment_began.v1": _segment_began,
    "cue_given.v1": _cue_given,
    "cue_taken_back.v1": _cue_taken_back,
    "chat_said.v1": _chat_said,
    "line_hidden.v1": _line_hidden,
    "likes_counted.v1": _likes_counted,
    "viewers_counted.v1": _viewers_counted,
    "offer_opened.v1": _offer_opened,
    "offer_closed.v1": _offer_closed,
    "limit_set.v1": _limit_set,
    "stock_released.v1": _left_told,
    "stock_withdrawn.v1": _left_told,
    "orders_held.v1": _left_told,
    "orders_paid.v1": _left_told,
    "deposits_paid.v1": _left_told,
    "orders_expired.v1": _left_told,
    "orders_cancelled.v1": _left_told,
    "price_published.v1": _price_published,
}
_BESIDE: dict[str, Change] = {"price_published.v1": _price_published}
