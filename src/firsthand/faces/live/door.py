"""Who may come into a room: a page of this house, or a program that is no page at all.

A socket is not held to the same origin by the browser as fetch is, so we look ourselves: a
page of another house is turned away before the door opens. Programs (a rehearsal, a tool of
the crew's) send no origin. The Host that was asked for must be ours as well, or a foreign
name that leads to our address would pass for us.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from asgiref.typing import WebSocketScope
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from firsthand.kit.pace import address_of

HEADERS_MAX = 64
QUERY_MAX = 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """What a viewer says at the door."""

    seen: int
    language: str
    badge: str
    is_quiet: bool  # a desk of the crew's: it watches, and is not counted


def is_ours(host: str, origin: str | None, hosts: Sequence[str]) -> bool:
    """Whether a request for HOST from a page of ORIGIN may come in; HOSTS are our names.

    >>> is_ours("shop.example:8000", "http://shop.example:8000", ["shop.example"])
    True
    >>> is_ours("shop.example", "https://evil.example", ["shop.example"])
    False
    >>> is_ours("evil.example", "https://evil.example", ["shop.example"])
    False
    >>> is_ours("shop.example", None, ["shop.example"])
    True
    """
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, hosts):
        return False
    if origin is None:
        return True
    asked = urlsplit(origin)
    if asked.netloc == host:
        return True
    return "*" not in hosts and bool(asked.hostname) and validate_host(str(asked.hostname), hosts)


def header(scope: WebSocketScope, name: bytes) -> str | None:
    """The first header of a name, or None."""
    for key, value in list(scope["headers"])[:HEADERS_MAX]:
        if key == name:
            return value.decode("latin-1")
    return None


def address_in(client: tuple[str, int] | None, headers: Iterable[tuple[bytes, bytes]]) -> str:
    """By which address a caller is counted; nothing for a program on this machine."""
    forwarded = ""
    for name, value in headers:
        if name == b"x-forwarded-for":
            forwarded = value.decode("latin-1")
    return address_of(client[0] if client else "", forwarded, settings.FRONTS)


def asked_of(query: bytes) -> Asked | None:
    """What the address says; None if it makes no sense."""
    if len(query) > QUERY_MAX:
        return None
    words = parse_qs(query.decode("latin-1"))
    seen = words.get("seen", ["0"])[0]
    if not (seen.isascii() and seen.isdigit() and len(seen) <= 18):
        return None
    return Asked(
        seen=int(seen),
        language="en" if words.get("lang", ["zh"])[0].startswith("en") else "zh",
        badge=words.get("badge", [""])[0],
        is_quiet=words.get("quiet", [""])[0] == "1",
    )
