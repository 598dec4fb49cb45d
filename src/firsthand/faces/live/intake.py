"""Where the buy button leads: parse, know the person, leave the press with the lane, answer.

    POST /live/{show_id}/orders   {"badge", "key", "offer_id", "quantity", "price_version",
                                   "price_fen", "address_id"?, "group_id"?, "waits"?}
                                                                      show 0 is the mall

    201 held, with the day by which it ships     401 we do not know who you are
    409 sold out, over the limit, price changed, closed           422 not an order
    503 the house is full: press again                            413 too large

    GET  /live/{show_id}/quote?offer=7&quantity=2     the terms at this instant

There is no CSRF token, because there is no cookie: who does not hold the badge, which stands
in the body, cannot speak for its bearer. Nothing is answered before the transaction of its
batch was committed: what a buyer was told is there after any crash.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected, SerializationFailure

from firsthand.faces.live import answers
from firsthand.kit import metrics
from firsthand.kit.batcher import Batcher
from firsthand.kit.clock import now
from firsthand.kit.errors import Busy, Refusal
from firsthand.kit.log import get_logger
from firsthand.order import sentences
from firsthand.order.actions.settle import settle
from firsthand.order.quotes import Asked, Quote, quotes
from firsthand.order.rules import Answer, Outcome, Press
from firsthand.people.badge import read_badge

BODY_MAX = 2048
PIECES_MAX = 1000  # in one press
QUOTES_AT_ONCE = 128
TRIES = 3  # when PostgreSQL says that two transactions stood in each other's way

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_PATH = re.compile(r"/live/(\d{1,18})/(orders|quote)")
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


_decode = msgspec.json.Decoder(Body).decode


def settle_in_one_transaction(batch: Sequence[Press]) -> list[Answer]:
    """A face opens the transaction; this one does so for a whole batch of callers."""
    began = time.perf_counter()
    answered = _settle(batch)
    metrics.batch_seconds.observe(time.perf_counter() - began)
    metrics.batch_size.observe(len(batch))
    return answered


def _settle(batch: Sequence[Press]) -> list[Answer]:
    for _try in range(TRIES - 1):
        try:
            with transaction.atomic():
                return settle(batch, now())
        except OperationalError as fault:
            if not isinstance(fault.__cause__, DeadlockDetected | SerializationFailure):
                raise
    with transaction.atomic():
        return settle(batch, now())


def quote_in_one_transaction(batch: Sequence[Asked]) -> list[Quote | None]:
    """The terms of a batch of offers, all as of one instant."""
    with transaction.atomic():
        return quotes(batch, now())


class Lanes:
    """The two ways into the database: orders never wait behind those who only ask."""

    def __init__(self) -> None:
        self.orders: Batcher[Press, Answer] = Batcher(settle_in_one_transaction)
        self.quotes: Batcher[Asked, Quote | None] = Batcher(
            quote_in_one_transaction, batch_max=QUOTES_AT_ONCE
        )

    async def run(self) -> None:
        """Settle and quote, batch after batch, until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self.orders.run())
            both.create_task(self.quotes.run())


class Intake:
    """The buy button's other end."""

    def __init__(self) -> None:
        self.lane = Lanes()

    async def __call__(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Answer one caller."""
        path = _PATH.fullmatch(scope["path"])
        try:
            if path is None:
                raise sentences.not_found()
            if path[2] == "orders":
                await self._order(int(path[1]), scope, receive, send)
            else:
                await self._quote(int(path[1]), scope, send)
        except Refusal as no:
            metrics.refusals.labels(code=no.code).inc()
            await answers.refuse(send, no, answers.language_of(scope))
        except Gone:
            return
        except Exception:  # the caller hears of it, and so does the log
            metrics.faults.labels(where="intake").inc()
            log.exception("press_not_settled")
            await answers.refuse(send, sentences.our_mistake(), answers.language_of(scope))

    async def _order(
        self,
        show_id: int,
        scope: HTTPScope,
        receive: ASGIReceiveCallable,
        send: ASGISendCallable,
    ) -> None:
        if scope["method"] != "POST":
            raise sentences.not_that_way()
        try:
            body = _decode(await _body(receive))
        except msgspec.MsgspecError as fault:
            raise sentences.not_a_press(str(fault)) from None
        press = _press(show_id, body)
        try:
            answer = await self.lane.orders.ask(press)
        except Busy:
            metrics.presses.labels(outcome="busy").inc()
            raise
        except IntegrityError as fault:
            if "person" in _broken(fault):  # his badge still holds, his row is gone
                raise sentences.badge_expired() from None
            raise
        metrics.presses.labels(outcome=answer.outcome.value).inc()
        if answer.hold is None:
            facts = tuple(answer.facts.items())
            status, problem = _no(answer.outcome, facts, answers.language_of(scope))
            await answers.say(send, status, problem, answers.PROBLEM)
            return
        hold = answer.hold
        words = {
            "outcome": answer.outcome.value,
            "order": hold.number,
            "ship_by": hold.ship_by,
            "hold_until": hold.hold_until,
            "pay_url": f"/orders/{hold.number}/pay/",
        }
        await answers.tell(send, 201, words)

    async def _quote(self, show_id: int, scope: HTTPScope, send: ASGISendCallable) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise sentences.not_that_way()
        query = parse_qs(scope["query_string"].decode("latin-1"))
        [offer_id, *_others] = query.get("offer", [""])
        [quantity, *_others] = query.get("quantity", ["1"])
        if not (_NUMBER.fullmatch(offer_id) and _NUMBER.fullmatch(quantity)):
            raise sentences.not_a_press("offer and quantity are whole numbers from 1 on")
        quote = await self.lane.quotes.ask(Asked(show_id, int(offer_id), int(quantity)))
        if quote is None:
            raise sentences.refusal(Answer(Outcome.NO_SUCH_OFFER))
        words = {
            "state": quote.standing.value,
            "price_fen": quote.price_fen,
            "price_version": quote.price_version,
            "limit_per_person": quote.limit_per_person,
            "left": quote.left,
            "most": quote.most,
            "ship_by": quote.ship_by,
            "rungs": [{"ship_by": day.ship_by, "free": day.free} for day in quote.rungs],
        }
        await answers.tell(send, 200, words)


def _press(show_id: int, body: Body) -> Press:
    badge = read_badge(body.badge)
    if badge is None:
        raise sentences.badge_expired()
    if badge.person_id == 0:
        raise sentences.who_are_you()
    return Press(
        badge.person_id,
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


@lru_cache(maxsize=4096)
def _no(outcome: Outcome, facts: tuple[tuple[str, int], ...], language: str) -> tuple[int, bytes]:
    # Thousands are told at once that it is sold out, and all of them the same.
    no = sentences.refusal(Answer(outcome, facts=dict(facts)))
    return no.status, answers.problem(no, language)


def _broken(fault: IntegrityError) -> str:
    """The name of the constraint that a row offended against."""
    diagnosis = getattr(fault.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", None) or "")


class Gone(Exception):
    """The caller hung up before he had said all."""


async def _body(receive: ASGIReceiveCallable) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        body += message["body"]
        if len(body) > BODY_MAX:
            raise sentences.too_large(BODY_MAX)
        if not message["more_body"]:
            return body
