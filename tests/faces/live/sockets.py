"""Viewers of a test: a socket to a live process, and what is heard on it."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from websockets.sync.client import ClientConnection, connect

from firsthand.people.badge import pin_badge
from tests.conftest import RoleProcess

PATIENCE_SECONDS = 10.0


def enter(
    process: RoleProcess,
    show_id: int,
    *,
    seen: int = 0,
    viewer: str = "viewer-1",
    person_id: int = 0,
    language: str = "zh",
    badge: str | None = None,
    **more: Any,
) -> ClientConnection:
    words = {
        "seen": seen,
        "lang": language,
        "badge": pin_badge(person_id, viewer) if badge is None else badge,
    }
    url = f"ws://127.0.0.1:{process.port}/live/{show_id}/room?{urlencode(words)}"
    socket: ClientConnection = connect(url, proxy=None, **more)
    return socket


def say(socket: ClientConnection, **words: Any) -> None:
    socket.send(json.dumps(words))


def chat(socket: ClientConnection, text: str) -> str:
    key = str(uuid4())
    say(socket, t="chat", text=text, key=key)
    return key


def hear(socket: ClientConnection) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE_SECONDS))
    return told


def hear_until(
    socket: ClientConnection, is_it: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """The first message for which IS_IT holds; what comes before it is let pass."""
    too_late = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < too_late:
        told = hear(socket)
        if is_it(told):
            return told
    raise TimeoutError("it was not heard")


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    too_late = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < too_late:
        if holds():
            return
        time.sleep(0.05)
    raise TimeoutError("it does not hold")
