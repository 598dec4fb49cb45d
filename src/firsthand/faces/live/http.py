"""uvicorn's HTTP, with one write for an answer instead of two.

uvicorn writes the head of an answer as soon as it knows it, and then the body: two system
calls here, and two packets that the other side wakes up for. In a burst of orders that was a
sixth of the engine's time. What is written within one turn of the loop leaves together.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Joined:
    """A transport that gathers what is written to it until the loop's next turn."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send this, together with whatever else is written in this turn."""
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)

    def flush(self) -> None:
        """Send what has gathered."""
        if self._parts:
            parts, self._parts = self._parts, []
            self._transport.write(b"".join(parts))

    def close(self) -> None:
        """Send what has gathered, and close."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the transport's own business."""
        return getattr(self._transport, name)


class OneWrite(HttpToolsProtocol):
    """HTTP/1.1 over a transport that joins writes; a WebSocket gets the bare one."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has come."""
        self._bare = transport
        super().connection_made(cast("asyncio.Transport", Joined(transport, self.loop)))

    def handle_websocket_upgrade(self) -> None:
        """He wants to stay: from here on each message is its own."""
        cast("Joined", self.transport).flush()
        self.transport = self._bare
        super().handle_websocket_upgrade()
