"""Where the buy button leads: parse, know the person, leave the press with the lane, answer.

    POST /live/{show_id}/orders   {"badge", "key", "offer_id", "quantity", "price_version",
                                   "price_fen", "address_id"?, "group_id"?, "waits"?}
                                                                      show 0 is the mall

    201 held, with the day by which it ships     401 we do not know who you are
    202 on the waiting list, at this place
    409 sold out, over the limit, price changed, closed,          422 not an order
        group full or over, in the group already
    429 far oftener than people press (``guard.py``)
    503 the house is full: press again                            413 too large

    GET  /live/{show_id}/quote?offer=7&quantity=2     the terms at this instant

There is no CSRF token, because there is no cookie: who does not hold the badge, which stands
in the body, cannot speak for its bearer. Nothing is answered before the transaction of its
batch was committed: what a buyer was told is there after any crash.

Nothing here waits: a caller is told at once, or by the lane, on the loop. The same press may
come over HTTP (``http.Turn``) or over the room's socket.
"""

import asyncio
import re
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Annotated, Protocol, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
from django.db import IntegrityError

from firsthand.faces.live import answers
from firsthand.faces.live.guard import Guard
from firsthand.faces.live.http import Turn
from firsthand.faces.live.lanes import Lanes
from firsthand.kit import metrics
from firsthand.kit.batcher import busy
from firsthand.kit.errors import Busy, Refusal
from firsthand.kit.log import get_logger
from firsthand.order import sentences
from firsthand.order.groups import Seat
from firsthand.order.quotes import Asked, Quote
from firsthand.order.rules import Answer, Outcome, Press
from firsthand.people.badge import read_badge
from firsthand.people.rules import Badge

BODY_MAX = 2048
PIECES_MAX = 1000  # in one press

# Those who are turned away press again, and the loop could spend all its time on telling them
# no; but the lane, which says yes, needs the same interpreter, and would get it a moment at a
# time. So after so many the loop stands still until the lane is through with its batch.
TURNED_AWAY_AT_ONCE = 256
STILL_SECONDS = 0.006  # at most: whoever is turned away should not wait long to be told

# Who presses too often is told so a moment later. A program that waits for its answer before it
# presses again costs the loop a hundredth of what it would: that is the work of the honest.
KEPT_WAITING_SECONDS = 0.5
KEPT_WAITING_MAX = 2048  # at once; whoever is one more is told at once

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_NUMBER = re.compile(r"[1-9]\d{0,17}")

log = get_logger(__name__)


class Body(msgspec.Struct):
    """What the browser sends."""

    badge: Annotated[str, msgspec.Meta(max_length=300)]
    key: UUID
    offer_id: Id
    quantity: Annotated[int, msgspec.Meta(ge=1, le=PIECES_MAX)]
    price_version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    price_fen: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    address_id: Id | None = None
    group_id: Id | None = None
    waits: bool = False


class Held(msgspec.Struct):
    """What the browser is told of an order that is held."""

    outcome: str
    order: str
    ship_by: date
    hold_until: datetime
    pay_url: str


class InGroup(msgspec.Struct):
    """A group-buy, as one who is in it or may join it is told of it."""

    id: int
    seats: int
    taken: int
    expires_at: datetime
    join_url: str


class HeldInGroup(Held):
    """The same of an order that has a seat in a group-buy."""

    group: InGroup


class InLine(msgspec.Struct):
    """What the browser is told of a place on a waiting list."""

    outcome: str
    place: int
    ahead: int  # pieces that those before him wait for


_decode = msgspec.json.Decoder(Body).decode
_counted = {
    word: metrics.presses.labels(outcome=word) for word in ("busy", *(one.value for one in Outcome))
}


class Caller(Protocol):
    """Somebody who wants an answer, over whatever way he came."""

    def language(self) -> str:
        """The language in which he reads."""

    def address(self) -> str:
        """By which address he is counted."""

    def tell(self, status: int, body: bytes, wait_seconds: int | None = None) -> None:
        """Answer him; where waiting helps, say how long."""


Somebody = TypeVar("Somebody", bound=Caller)


class Intake:
    """The buy button's other end."""

    def __init__(self, guard: Guard | None = None) -> None:
        self.guard = guard or Guard()
        self.lane = Lanes()
        self._turned_away = self._kept_waiting = 0

    def order(self, turn: Turn) -> None:
        """A press that came over HTTP."""
        if self.lane.orders.is_full and turn.method == b"POST":  # before a word of it is read
            self._too_many(turn)
        else:
            self._guarded(turn, self._order)

    def quote(self, turn: Turn) -> None:
        """Somebody asks for the terms."""
        self._guarded(turn, self._quote)

    def press(self, show_id: int, body: Body, caller: Caller) -> None:
        """A press that came over the socket of a room."""
        self._guarded(caller, lambda caller: self._leave(show_id, body, caller))

    def _leave(self, show_id: int, body: Body, caller: Caller) -> None:
        badge = _badge(body)
        verdict = self.guard.judge(badge, caller.address(), time.monotonic())
        if verdict.refusal is not None:
            self._refuse(caller, verdict.refusal)
            return
        press = _press(show_id, badge.person_id, body)
        told = partial(self._settled, caller, badge.person_id)
        try:
            self.lane.orders.leave(press, told, is_slow=verdict.is_slow)
        except Busy as no:
            if no.code != "busy":
                raise
            self._too_many(caller)

    def _order(self, turn: Turn) -> None:
        if turn.method != b"POST":
            raise sentences.not_that_way()
        if turn.size > BODY_MAX:
            raise sentences.too_large(BODY_MAX)
        try:
            body = _decode(turn.body)
        except msgspec.MsgspecError as fault:
            raise sentences.not_a_press(str(fault)) from None
        self._leave(turn.show_id, body, turn)

    def _settled(
        self, caller: Caller, person_id: int, answer: Answer | None, fault: Exception | None
    ) -> None:
        if answer is None:
            self._failed(caller, fault)
            return
        if answer.is_doubtful:
            self.guard.lets_much_go(person_id, time.monotonic())
        _counted[answer.outcome].inc()
        hold = answer.hold
        if answer.place is not None:
            caller.tell(202, answers.encode(InLine(answer.outcome.value, *answer.place)))
            return
        if hold is None:
            facts = tuple(answer.facts.items())
            caller.tell(*_no(answer.outcome, facts, caller.language()))
            return
        words = "held", hold.number, hold.ship_by, hold.hold_until, f"/orders/{hold.number}/pay/"
        if hold.group is None:
            caller.tell(201, answers.encode(Held(*words)))
        else:
            caller.tell(201, answers.encode(HeldInGroup(*words, _in_group(hold.group))))

    def _quote(self, turn: Turn) -> None:
        if turn.method not in (b"GET", b"HEAD"):
            raise sentences.not_that_way()
        query = parse_qs(turn.query.decode("latin-1"))
        [offer_id, *_others] = query.get("offer", [""])
        [quantity, *_others] = query.get("quantity", ["1"])
        if not (_NUMBER.fullmatch(offer_id) and _NUMBER.fullmatch(quantity)):
            raise sentences.not_a_press("offer and quantity are whole numbers from 1 on")
        asked = Asked(turn.show_id, int(offer_id), int(quantity))
        self.lane.quotes.leave(asked, partial(self._quoted, turn))

    def _quoted(self, turn: Turn, quote: Quote | None, fault: Exception | None) -> None:
        if fault is not None:
            self._failed(turn, fault)
        elif quote is None:
            self._refuse(turn, sentences.refusal(Answer(Outcome.NO_SUCH_OFFER)))
        else:
            turn.tell(200, answers.encode(_words_of(quote)))

    def _guarded(self, caller: Somebody, act: Callable[[Somebody], None]) -> None:
        try:
            act(caller)
        except Refusal as no:
            self._refuse(caller, no)
        except Exception as fault:  # noqa: BLE001 - the caller hears of it, and so does the log
            self._failed(caller, fault)

    def _too_many(self, caller: Caller) -> None:
        self._turned_away += 1
        if self._turned_away % TURNED_AWAY_AT_ONCE == 0:
            self.lane.orders.let_finish(STILL_SECONDS)
        _counted["busy"].inc()
        metrics.refusals.labels(code="busy").inc()
        caller.tell(503, _busy(caller.language()), Busy.retry_after_seconds)

    def _refuse(self, caller: Caller, no: Refusal) -> None:
        metrics.refusals.labels(code=no.code).inc()
        language = caller.language()
        if no.code != "too_often":
            caller.tell(no.status, answers.problem(no, language), no.retry_after_seconds)
        elif self._kept_waiting < KEPT_WAITING_MAX:
            self._kept_waiting += 1
            loop = asyncio.get_running_loop()
            loop.call_later(KEPT_WAITING_SECONDS, self._often, caller, language, no, 1)
        else:
            self._often(caller, language, no, 0)

    def _often(self, caller: Caller, language: str, no: Refusal, was_kept: int) -> None:
        self._kept_waiting -= was_kept
        caller.tell(no.status, answers.too_often(language), no.retry_after_seconds)

    def _failed(self, caller: Caller, fault: Exception | None) -> None:
        if isinstance(fault, IntegrityError) and "person" in _broken(fault):
            self._refuse(caller, sentences.badge_expired())  # it holds, but his row is gone
            return
        if isinstance(fault, Refusal):  # the database does not answer: it was logged once, for all
            self._refuse(caller, fault)
            return
        metrics.faults.labels(where="intake").inc()
        log.error("press_not_settled", exc_info=fault)
        self._refuse(caller, sentences.our_mistake())


def _badge(body: Body) -> Badge:
    badge = read_badge(body.badge)
    if badge is None:
        raise sentences.badge_expired()
    if badge.person_id == 0:
        raise sentences.who_are_you()
    return badge


def _press(show_id: int, person_id: int, body: Body) -> Press:
    return Press(
        person_id,
        body.key,
        show_id,
        body.offer_id,
        body.quantity,
        body.price_version,
        body.price_fen,
        body.address_id,
        body.group_id,
        body.waits,
    )


def _words_of(quote: Quote) -> dict[str, object]:
    words: dict[str, object] = {
        "state": quote.standing.value,
        "price_fen": quote.price_fen,
        "price_version": quote.price_version,
        "limit_per_person": quote.limit_per_person,
        "left": quote.left,
        "most": quote.most,
        "ship_by": quote.ship_by,
        "rungs": [{"ship_by": day.ship_by, "free": day.free} for day in quote.rungs],
    }
    if quote.off_fen:
        words["off_fen"] = quote.off_fen
    if quote.group is not None:
        words["group"] = {
            "seats": quote.group.seats,
            "minutes": quote.group.minutes,
            "discount_fen": quote.group.discount_fen,
            "forming": [_in_group(one) for one in quote.group.forming],
        }
    return words


def _in_group(seat: Seat) -> InGroup:
    return InGroup(*seat, f"/groups/{seat.group_id}/")


@lru_cache(maxsize=4096)
def _no(outcome: Outcome, facts: tuple[tuple[str, int], ...], language: str) -> tuple[int, bytes]:
    # Thousands are told at once that it is sold out, and all of them the same.
    no = sentences.refusal(Answer(outcome, facts=dict(facts)))
    return no.status, answers.problem(no, language)


@lru_cache(maxsize=8)
def _busy(language: str) -> bytes:
    return answers.problem(busy(), language)


def _broken(fault: IntegrityError) -> str:
    """The name of the constraint that a row offended against."""
    diagnosis = getattr(fault.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", None) or "")
