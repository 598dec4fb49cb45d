"""The origin: what players ask for, as bare ASGI.

    /media/<channel>/index.m3u8              live, low latency, with blocking reload
    /media/<channel>/<epoch>/7.2.m4s         a part; 7.m4s the whole segment; init-0f9a….mp4
    /media/<channel>/replay.m3u8             the recording; replay/7.m4s a segment of it
    /media/<channel>/tape.mp4                the whole file, or ranges of it
    /media/<channel>/status.json             on air or not, and how well
    /media/healthz, /media/metrics           for machines

Nothing but GET and HEAD, nothing outside of these forms (so no path leads anywhere else),
and to pages of this house alone. Answers can be cached: a cache in front that collapses
equal questions makes the load independent of the audience.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import parse_qs

from asgiref.typing import (
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.utils.translation import override

from firsthand.kit import metrics
from firsthand.kit.errors import Busy
from firsthand.kit.log import get_logger
from firsthand.media import answers
from firsthand.media.answers import Answer, give, json_answer, problem
from firsthand.media.health import verdict
from firsthand.media.programme import Programme, now_ms
from firsthand.media.replay import Replays
from firsthand.media.station import Station

_CHANNEL = r"/media/(?P<channel>[A-Za-z0-9_-]{1,80})"
_FILE = re.compile(_CHANNEL + r"/(?P<file>index\.m3u8|replay\.m3u8|tape\.mp4|status\.json)")
_INIT = re.compile(_CHANNEL + r"/(?P<epoch>[0-9a-f]{1,16})/init-(?P<name>[0-9a-f]{12})\.mp4")
_PART = re.compile(
    _CHANNEL + r"/(?P<epoch>[0-9a-f]{1,16})/(?P<number>[0-9]{1,9})(?:\.(?P<part>[0-9]{1,4}))?\.m4s"
)
_KEPT = re.compile(
    _CHANNEL + r"/replay/(?:init(?P<offset>[0-9]{1,12})\.mp4|(?P<number>[0-9]{1,9})\.m4s)"
)
_LANGUAGES = {"zh": "zh-hans", "en": "en"}
QUERY_BYTES_MAX = 2048

log = get_logger(__name__)


class Origin:
    """The ASGI application of the media process."""

    def __init__(self, station: Station, *, well: Callable[[], dict[str, object]]) -> None:
        """WELL says how the process itself is doing, for /media/healthz."""
        self._station, self._well = station, well
        self._replays = Replays()

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000, "reason": None})
            return
        if scope["type"] != "http":
            return
        try:
            await self._answer(scope, send)
        except Busy as full:
            busy = problem(503, full.code, more=((b"retry-after", b"1"),))
            await give(scope, send, busy, what="busy")

    async def _answer(self, scope: HTTPScope, send: ASGISendCallable) -> None:
        path = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            wrong = problem(405, "method_not_allowed", more=((b"allow", b"GET, HEAD"),))
            await give(scope, send, wrong, what="other")
        elif len(scope["query_string"]) > QUERY_BYTES_MAX:
            await give(scope, send, problem(414, "query_too_long"), what="other")
        elif part := _PART.fullmatch(path):
            await give(scope, send, await self._part(part), what="part")
        elif asked := _FILE.fullmatch(path):
            await self._file(asked, scope, send)
        elif kept := _KEPT.fullmatch(path):
            await give(scope, send, await self._kept(kept), what="replay")
        elif init := _INIT.fullmatch(path):
            await give(scope, send, self._init(init), what="init")
        elif path == "/media/healthz":
            await give(scope, send, self._healthz(), what="healthz")
        elif path == "/media/metrics":
            kind, body = metrics.exposition()
            answer = Answer(200, body, kind.encode("ascii"), answers.FOR_NOBODY)
            await give(scope, send, answer, what="metrics")
        else:
            await give(scope, send, problem(404, "not_found"), what="other")

    async def _file(self, asked: re.Match[str], scope: HTTPScope, send: ASGISendCallable) -> None:
        channel, file = asked["channel"], asked["file"]
        if file == "index.m3u8":
            answer = await self._playlist(self._station.programme(channel), scope)
        elif file == "status.json":
            answer = self._status(channel, _language(scope))
        elif file == "replay.m3u8":
            answer = await self._replays.playlist(channel, self._station.programme(channel))
        else:
            await self._replays.bytes_of(channel, scope, send, _header(scope, b"range"))
            return
        await give(scope, send, answer, what=file)

    # Live.

    async def _playlist(self, programme: Programme | None, scope: HTTPScope) -> Answer:
        if programme is not None and programme.publishing and not programme.window.segments:
            await programme.reached(programme.window.next[0], 0)  # the first second is coming
        if programme is None or not programme.shown:
            return problem(404, "not_on_air", cache=answers.FOR_A_SECOND)
        try:
            asked = _asked(scope)
        except ValueError:
            return problem(400, "bad_reload")
        if asked is not None:
            number, part = asked
            if programme.lost(number):
                return problem(400, "too_far_ahead")
            # In vain or not, it is answered with what there is: a player that hears "503"
            # three times gives up, one that sees nothing new asks again.
            await programme.reached(number, part)
        return Answer(200, programme.playlist(), answers.PLAYLIST)

    async def _part(self, asked: re.Match[str]) -> Answer:
        programme = self._of_epoch(asked)
        number, part = int(asked["number"]), asked["part"]
        if programme is None or programme.lost(number):
            return problem(404, "not_found", cache=answers.FOR_A_SECOND)
        if part is not None and (number, int(part)) == programme.window.next:
            await programme.reached(number, int(part))  # it was announced: it is coming
        data = _bytes(programme, number, None if part is None else int(part))
        if data is None:
            return problem(404, "not_found", cache=answers.FOR_A_SECOND)
        return Answer(200, data, answers.VIDEO, answers.FOR_EVER)

    def _init(self, asked: re.Match[str]) -> Answer:
        programme = self._of_epoch(asked)
        data = programme.window.inits.get(asked["name"]) if programme else None
        if data is None:
            return problem(404, "not_found", cache=answers.FOR_A_SECOND)
        return Answer(200, data, answers.VIDEO, answers.FOR_EVER)

    async def _kept(self, asked: re.Match[str]) -> Answer:
        channel = asked["channel"]
        programme = self._station.programme(channel)
        if asked["offset"] is not None:
            return await self._replays.init(channel, programme, int(asked["offset"]))
        return await self._replays.segment(channel, programme, int(asked["number"]))

    def _of_epoch(self, asked: re.Match[str]) -> Programme | None:
        programme = self._station.programme(asked["channel"])
        return programme if programme and programme.epoch == asked["epoch"] else None

    # How it goes.

    def _status(self, channel: str, language: str) -> Answer:
        programme = self._station.programme(channel)
        if programme is None or not (programme.publishing or programme.shown):
            return json_answer({"channel": channel, "on_air": False, "now_ms": now_ms()})
        figures = programme.figures()
        with override(language):
            advice = [
                {"code": one.code, "weight": one.weight.value, "sentence": str(one.sentence)}
                for one in (verdict(figures) if programme.publishing else ())
            ]
        return json_answer(
            {**programme.status(), "now_ms": now_ms(), **asdict(figures), "advice": advice}
        )

    def _healthz(self) -> Answer:
        state = self._well()
        answer = json_answer(state, status=200 if state["ok"] else 503)
        return Answer(answer.status, answer.body, answer.kind, answers.FOR_NOBODY)


def _bytes(programme: Programme, number: int, part: int | None) -> bytes | None:
    segment = programme.window.segment(number)
    if segment is None or segment.gap:
        return None
    if part is None:
        return segment.data
    return segment.parts[part].data if part < len(segment.parts) else None


def _asked(scope: HTTPScope) -> tuple[int, int | None] | None:
    # Which part a blocking reload waits for; None if it is no such reload.
    query = parse_qs(scope["query_string"].decode("latin-1"))
    number, part = query.get("_HLS_msn"), query.get("_HLS_part")
    if number is None and part is None:
        return None
    if number is None:
        raise ValueError("a part of what?")
    return _count(number[0]), _count(part[0]) if part is not None else None


def _count(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) <= 12):
        raise ValueError("not a number")
    return int(word)


def _language(scope: HTTPScope) -> str:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return _LANGUAGES.get(query.get("lang", ["zh"])[0], "zh-hans")


def _header(scope: HTTPScope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return None
