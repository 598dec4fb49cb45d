"""Answers of the engine over HTTP: JSON, and a no as problem details in the caller's language."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import msgspec
from asgiref.typing import ASGISendCallable, HTTPScope
from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from firsthand.kit.errors import Busy, Refusal

JSON = b"application/json"
PROBLEM = b"application/problem+json"

_LANGUAGES = {"zh": "zh-hans", "en": "en"}
_encode = msgspec.json.Encoder().encode

Header = tuple[bytes, bytes]


async def say(
    send: ASGISendCallable,
    status: int,
    body: bytes,
    content_type: bytes = JSON,
    more: Iterable[Header] = (),
) -> None:
    """Answer a caller, once."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", b"%d" % len(body)),
                (b"cache-control", b"no-store"),
                *more,
            ],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def tell(send: ASGISendCallable, status: int, words: dict[str, Any]) -> None:
    """Answer with some words in JSON."""
    await say(send, status, _encode(words))


async def refuse(send: ASGISendCallable, no: Refusal, language: str) -> None:
    """Answer no, with the sentence in the caller's language."""
    more = [(b"retry-after", b"%d" % no.retry_after_seconds)] if isinstance(no, Busy) else []
    await say(send, no.status, problem(no, language), PROBLEM, more)


def problem(no: Refusal, language: str) -> bytes:
    """A refusal as problem details (RFC 9457), in a language."""
    with translation.override(language):
        return _encode(no.as_problem())


def language_of(scope: HTTPScope) -> str:
    """The language of a caller: ``lang`` in the address, else what his browser prefers.

    Asked only when there is a sentence to be said.
    """
    query = scope["query_string"]
    if b"lang=" in query:
        [said, *_others] = parse_qs(query.decode("latin-1")).get("lang", [""])
        if said[:2] in _LANGUAGES:
            return _LANGUAGES[said[:2]]
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return _preferred(value.decode("latin-1"))
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=1024)
def _preferred(accepted: str) -> str:
    for language, _weight in parse_accept_lang_header(accepted):
        if language[:2] in _LANGUAGES:
            return _LANGUAGES[language[:2]]
    return settings.LANGUAGE_CODE
