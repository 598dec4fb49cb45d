"""The buy button over the room's socket, which is open already: one message there, one back.

    {"t": "press", …the same words as the body of an order…}
    {"t": "answer", "key": …, "status": 201, …the same words as the answer over HTTP…}

It goes into the same lane, by the same rules. Whoever hears no answer presses again over HTTP
with the same key, and is told of the same order.
"""

from http import HTTPStatus
from uuid import UUID

from firsthand.faces.live.hub import Message, Viewer
from firsthand.faces.live.intake import Body
from firsthand.look.render import LANGUAGES


class Pressed(Body, tag_field="t", tag="press"):
    """Somebody presses the buy button."""


class AtOnce:
    """Who pressed over a socket, and waits for the answer to one key."""

    __slots__ = ("_address", "_key", "_viewer")

    def __init__(self, viewer: Viewer, key: UUID, address: str = "") -> None:
        self._viewer, self._key, self._address = viewer, key, address

    def language(self) -> str:
        """The language in which he reads."""
        return LANGUAGES[self._viewer.language]

    def address(self) -> str:
        """By which address he is counted."""
        return self._address

    def tell(self, status: int, body: bytes, wait_seconds: int | None = None) -> None:
        """Answer him, behind whatever else he is about to hear."""
        wait = f'"retry_after_seconds":{wait_seconds},' if wait_seconds else ""
        # A problem says its status itself.
        its = f'"status":{status},' if status < HTTPStatus.BAD_REQUEST else ""
        text = f'{{"t":"answer","key":"{self._key}",{its}{wait}{body[1:].decode()}'
        self._viewer.tell(Message(None, {self._viewer.language: text}))
