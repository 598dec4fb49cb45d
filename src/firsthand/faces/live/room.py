"""The WebSocket of a show: the state or what was missed, then what happens.

    /live/88/room?seen=41&lang=zh&badge=…     41 is the number on the page, or of the last tick

What is sent and heard is written down in ``docs/room.md``.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

import msgspec
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, WebSocketScope
from django.conf import settings
from django.utils import translation
from msgspec import Meta, Struct

from firsthand.faces.live.door import Asked, address_in, asked_of, header, is_ours
from firsthand.faces.live.gather import Gatherer
from firsthand.faces.live.hub import LET_GO, Hub, Room, Viewer, same_for_all
from firsthand.faces.live.intake import Intake
from firsthand.faces.live.pace import Pace
from firsthand.faces.live.press import AtOnce, Pressed
from firsthand.insight.actions.facts import Beat, Deed
from firsthand.insight.models import Act
from firsthand.kit import clock, metrics
from firsthand.kit.batcher import Batcher
from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.look.render import LANGUAGES
from firsthand.people.badge import read_badge
from firsthand.people.rules import Badge
from firsthand.show.actions.chat import Heard
from firsthand.show.rules import Air
from firsthand.show.speech import Spoken

_PATH = re.compile(r"/live/([1-9][0-9]{0,17})/room")

MESSAGE_MAX = 2048  # letters in one message of a viewer
LIKES_MAX = 50  # in one message
BEAT_MAX_MS = 60_000
ANSWER_SECONDS = 10.0

COME_BACK = 4001  # with the number that you saw last
NOT_HERE = 4404
NOT_A_WORD = 1007
TOO_MUCH = 1008
TOO_LARGE = 1009
FULL = 1013

log = get_logger(__name__)

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Milliseconds = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Chat(Struct, tag_field="t", tag="chat"):
    """Somebody says something."""

    text: str
    key: UUID


class Like(Struct, tag_field="t", tag="like"):
    """A finger on the heart, some times."""

    n: Annotated[int, Meta(ge=1, le=LIKES_MAX)] = 1


class Pulse(Struct, tag_field="t", tag="beat"):
    """What the player says of its last seconds."""

    watched_ms: Milliseconds
    stalled_ms: Milliseconds = 0
    latency_ms: Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)] | None = None


class Seen(Struct, tag_field="t", tag="seen"):
    """A card was shown, so far from its media time."""

    offer_id: Id
    cue_id: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 0
    error_ms: Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)] | None = None


class Click(Struct, tag_field="t", tag="click"):
    """A card was clicked."""

    offer_id: Id


_decode = msgspec.json.Decoder(Chat | Like | Pulse | Seen | Click | Pressed).decode

ChatLane = Batcher[Spoken, Heard]


class Left(Exception):
    """The viewer is gone, or is sent away with a code."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(code)
        self.code = code


class Visit:
    """One viewer's time in a room."""

    def __init__(
        self,
        room: Room,
        viewer: Viewer,
        badge: Badge | None,
        intake: Intake,
        address: str,
        lane: ChatLane,
        gather: Gatherer,
    ) -> None:
        self._room, self._viewer, self._lane, self._gather = room, viewer, lane, gather
        self._intake, self._guard, self._address = intake, intake.guard, address
        self._badge = badge
        # Whoever has no badge is still somebody: the figures count him by a name of chance.
        self._who = badge or Badge(0, f"x-{secrets.token_urlsafe(9)}")
        self._pace = Pace(time.monotonic())
        self._beat_at = time.monotonic()

    def enter(self) -> None:
        """Note that he came in."""
        if self._viewer.counts:
            self._gather.deed(self._deed(Act.Kind.ENTERED))
            self._gather.beat(self._watched(0))

    async def hear(self, receive: ASGIReceiveCallable) -> None:
        """Take what he sends, until he leaves or must go (Left)."""
        while True:
            event = await receive()
            if event["type"] != "websocket.receive":
                raise Left
            text = event.get("text")
            if text is None or len(text) > MESSAGE_MAX:
                raise Left(TOO_LARGE)
            now = time.monotonic()
            if not (self._pace.allows(now) and self._guard.allows_word(self._who, now)):
                raise Left(TOO_MUCH)
            try:
                word = _decode(text)
            except msgspec.MsgspecError:
                raise Left(NOT_A_WORD) from None
            await self._take(word)

    async def _take(self, word: Chat | Like | Pulse | Seen | Click | Pressed) -> None:
        room, state = self._room, self._room.state
        assert state is not None, "the room is open"
        match word:
            case Pressed():
                self._intake.press(
                    room.show_id, word, AtOnce(self._viewer, word.key, self._address)
                )
            case Chat():
                await self._say(word)
            case Like() if state.air == Air.ON_AIR:
                self._gather.like(room.show_id, word.n)
            case Pulse():
                self._gather.beat(self._watched(word.watched_ms, word))
            case Seen() if word.offer_id in state.offers:
                deed = self._deed(Act.Kind.CARD_SEEN, word.offer_id, word.error_ms)
                self._gather.deed(deed)
            case Click() if word.offer_id in state.offers:
                self._gather.deed(self._deed(Act.Kind.CARD_CLICKED, word.offer_id))
            case _:  # of a show that is over, or of an offer of another show
                pass

    async def _say(self, chat: Chat) -> None:
        try:
            if self._badge is None or self._guard.is_taken_back(self._badge):
                raise Heard(refused="unknown").refusal()
            spoken = Spoken(
                self._room.show_id, self._who.viewer, self._who.person_id, chat.key, chat.text
            )
            async with asyncio.timeout(ANSWER_SECONDS):
                heard = await self._lane.ask(spoken)
            if heard.refused:
                raise heard.refusal()
        except Refusal as refusal:
            self._answer(t="refused", key=chat.key, **self._refused(refusal))
        except Exception:
            metrics.faults.labels(where="chat").inc()
            log.exception("a_line_was_not_said", show=self._room.show_id)
            self._answer(t="refused", key=chat.key, code="fault", title="")
        else:
            self._answer(t="said", key=chat.key, id=heard.line_id)

    def _refused(self, refusal: Refusal) -> dict[str, Any]:
        metrics.refusals.labels(code=refusal.code).inc()
        with translation.override(LANGUAGES[self._viewer.language]):
            return {"code": refusal.code, "title": str(refusal)}

    def _answer(self, **words: object) -> None:
        self._viewer.tell(same_for_all(None, words))

    def _watched(self, watched_ms: int, pulse: Pulse | None = None) -> Beat:
        # Nobody can have watched longer than he was here; his own clock may say otherwise.
        now = time.monotonic()
        passed_ms = int((now - self._beat_at) * 1000) + 1000
        self._beat_at = now
        at_most = min(passed_ms, BEAT_MAX_MS)
        return Beat(
            show_id=self._room.show_id,
            viewer=self._who.viewer,
            person_id=self._who.person_id,
            at=clock.now(),
            watched_ms=min(watched_ms, at_most),
            stalled_ms=min(pulse.stalled_ms, at_most) if pulse else 0,
            latency_ms=pulse.latency_ms if pulse else None,
        )

    def _deed(self, kind: Act.Kind, offer_id: int = 0, error_ms: int | None = None) -> Deed:
        who = self._who
        return Deed(
            self._room.show_id, who.viewer, who.person_id, clock.now(), kind, offer_id, error_ms
        )


async def watch(
    hub: Hub,
    intake: Intake,
    lane: ChatLane,
    gather: Gatherer,
    ring: Callable[[], None],
    scope: WebSocketScope,
    receive: ASGIReceiveCallable,
    send: ASGISendCallable,
) -> None:
    """Somebody comes to a room with the number that he saw last, and stays for a while."""
    await receive()
    path, asked = _PATH.fullmatch(scope["path"]), asked_of(scope["query_string"])
    origin, host = header(scope, b"origin"), header(scope, b"host") or ""
    if path is None or asked is None or not is_ours(host, origin, settings.ALLOWED_HOSTS):
        await _close(send, TOO_MUCH)  # before it is accepted, this answers 403
        return
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    if hub.is_full:
        await _close(send, FULL)
        return
    guard, badge = intake.guard, read_badge(asked.badge)
    address = address_in(scope.get("client"), scope["headers"])
    if guard.is_taken_back(badge):
        badge = None  # like somebody who never had one: he may watch
    if not guard.enter(badge, address):
        await _close(send, FULL)
        return
    viewer = Viewer(asked.language, counts=not asked.is_quiet)
    room = hub.enter(int(path[1]), viewer)
    try:
        code = await _stay(
            room, viewer, asked, badge, intake, address, lane, gather, ring, receive, send
        )
    finally:
        hub.leave(room, viewer)
        guard.leave(badge, address)
    if code is not None:
        await _close(send, code)


async def _stay(
    room: Room,
    viewer: Viewer,
    asked: Asked,
    badge: Badge | None,
    intake: Intake,
    address: str,
    lane: ChatLane,
    gather: Gatherer,
    ring: Callable[[], None],
    receive: ASGIReceiveCallable,
    send: ASGISendCallable,
) -> int | None:
    """The code with which he is sent away, or None if he left by himself."""
    if not room.opened.is_set():
        ring()
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await room.opened.wait()
    except TimeoutError:
        return COME_BACK
    if room.state is None:
        return NOT_HERE
    visit = Visit(room, viewer, badge, intake, address, lane, gather)
    visit.enter()
    code: int | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_speak(send, room, viewer, asked.seen))
            tasks.create_task(visit.hear(receive))
    except* Left as gone:
        code = next(left.code for left in gone.exceptions if isinstance(left, Left))
    return code


async def _speak(send: ASGISendCallable, room: Room, viewer: Viewer, seen: int) -> None:
    """First the state or what was missed, then what happens; what is in both is said once."""
    language = viewer.language
    if room.remembers(seen):
        for message in list(room.missed(seen)):
            await _say(send, message.texts[language])
            seen = message.seq or seen
    else:
        text = room.snapshot(language)
        assert room.state is not None, "the room is open"
        seen = room.state.seq
        await _say(send, text)
    while (message := await viewer.queue.get()) is not LET_GO:
        if message.seq is None or message.seq > seen:
            await _say(send, message.texts[language])
            seen = message.seq or seen
    raise Left(COME_BACK)


async def _say(send: ASGISendCallable, text: str) -> None:
    try:
        await send({"type": "websocket.send", "text": text, "bytes": None})
    except OSError:  # he left in the middle of a word
        raise Left from None


async def _close(send: ASGISendCallable, code: int) -> None:
    with suppress(OSError):
        await send({"type": "websocket.close", "code": code, "reason": None})
