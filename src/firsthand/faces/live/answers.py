"""Answers of the engine over HTTP: JSON, and a no as problem details in the caller's language."""

from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qs

import msgspec
from asgiref.typing import ASGISendCallable
from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from firsthand.kit.errors import Refusal
from firsthand.order import sentences

JSON = b"application/json"
PROBLEM = b"application/problem+json"

_LANGUAGES = {"zh": "zh-hans", "en": "en"}
encode = msgspec.json.Encoder().encode

Headers = Sequence[tuple[bytes, bytes]]


async def say(send: ASGISendCallable, status: int, body: bytes, content_type: bytes = JSON) -> None:
    """Answer a caller of uvicorn's, once."""
    headers = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


def whole(
    status: int, body: bytes, defaults: Headers, *, stays: bool, wait_seconds: int | None = None
) -> bytes:
    """An answer as it goes over the wire; one that is not a yes is a problem.

    STAYS: whether the connection is kept. DEFAULTS are the server's own headers (the date).
    """
    return b"%b%b%bcontent-length: %d\r\n\r\n%b" % (
        _head(status, wait_seconds),
        _line(defaults[0]) if defaults else b"",
        b"" if stays else b"connection: close\r\n",
        len(body),
        body,
    )


@lru_cache(maxsize=256)
def _head(status: int, wait_seconds: int | None) -> bytes:
    content_type = JSON if status < HTTPStatus.BAD_REQUEST else PROBLEM
    return b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\ncache-control: no-store\r\n%b" % (
        status,
        HTTPStatus(status).phrase.encode(),
        content_type,
        b"retry-after: %d\r\n" % wait_seconds if wait_seconds else b"",
    )


@lru_cache(maxsize=4)
def _line(header: tuple[bytes, bytes]) -> bytes:
    return b"%b: %b\r\n" % header


def problem(no: Refusal, language: str) -> bytes:
    """A refusal as problem details (RFC 9457), in a language."""
    with translation.override(language):
        return encode(no.as_problem())


@lru_cache(maxsize=8)
def too_often(language: str) -> bytes:
    """What somebody is told who presses too often; thousands of times, if he is a program."""
    return problem(sentences.too_often(1), language)


def language_of(query: bytes, headers: Headers) -> str:
    """The language of a caller: ``lang`` in the address, else what his browser prefers.

    Asked only when there is a sentence to be said.
    """
    if b"lang=" in query and (said := _said(query)):
        return said
    for name, value in headers:
        if name == b"accept-language":
            return _preferred(value.decode("latin-1"))
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=1024)
def _said(query: bytes) -> str | None:
    [said, *_others] = parse_qs(query.decode("latin-1")).get("lang", [""])
    return _LANGUAGES.get(said[:2])


@lru_cache(maxsize=1024)
def _preferred(accepted: str) -> str:
    for language, _weight in parse_accept_lang_header(accepted):
        if language[:2] in _LANGUAGES:
            return _LANGUAGES[language[:2]]
    return settings.LANGUAGE_CODE
