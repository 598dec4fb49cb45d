"""What the origin answers with, and the headers that every answer carries."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asgiref.typing import ASGISendCallable, HTTPScope

from firsthand.kit import metrics

PLAYLIST, VIDEO, JSON, TEXT = (
    b"application/vnd.apple.mpegurl",
    b"video/mp4",
    b"application/json",
    b"text/plain; charset=utf-8",
)

# A live answer is good for a second: a cache in front collapses a thousand viewers into one
# question, and nobody sees anything old. A part never changes under its address.
FOR_A_SECOND = b"public, max-age=1"
FOR_EVER = b"public, max-age=3600, immutable"
FOR_NOBODY = b"no-store"

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body, and for how long a cache may keep it."""

    status: int
    body: bytes
    kind: bytes = TEXT
    cache: bytes = FOR_A_SECOND
    more: tuple[tuple[bytes, bytes], ...] = field(default=())


def json_answer(words: Mapping[str, Any], *, status: int = 200) -> Answer:
    """An answer for machines."""
    return Answer(status, json.dumps(words, ensure_ascii=False).encode(), JSON)


def problem(
    status: int, code: str, *, more: tuple[tuple[bytes, bytes], ...] = (), cache: bytes = FOR_NOBODY
) -> Answer:
    """A refusal, as problem details (RFC 9457)."""
    words = {"type": f"/problems/{code}", "title": code.replace("_", " "), "status": status}
    body = json.dumps({**words, "code": code}).encode()
    return Answer(status, body, b"application/problem+json", cache, more)


async def give(scope: HTTPScope, send: ASGISendCallable, answer: Answer, *, what: str) -> None:
    """Send an answer; WHAT it was is only for the figures."""
    await give_head(send, answer, len(answer.body), what=what)
    body = b"" if scope["method"] == "HEAD" else answer.body
    metrics.media_bytes.inc(len(body))
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def give_head(send: ASGISendCallable, answer: Answer, length: int, *, what: str) -> None:
    """Send the head of an answer whose body follows."""
    metrics.media_answers.labels(kind=what, status=str(answer.status)).inc()
    headers = [
        (b"content-type", answer.kind),
        (b"content-length", b"%d" % length),
        (b"cache-control", answer.cache),
        *_ALWAYS,
        *answer.more,
    ]
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": headers,
            "trailers": False,
        }
    )
