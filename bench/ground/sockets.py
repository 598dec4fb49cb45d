"""A buyer who sits in the room, and presses over the socket that he has there.

Just as much of WebSocket as it takes: a frame that is sent is masked with zeros, which is a
mask; a frame that comes is whole or is waited for.
"""

import asyncio
import struct

ANSWER = b'{"t":"answer"'
HELD = b'"status":201,'


class SeatedCaller(asyncio.Protocol):
    """One socket."""

    def __init__(self, crowd: object, badge: str) -> None:
        self.crowd, self.badge = crowd, badge
        self.is_waiting = False
        self.is_in = asyncio.get_running_loop().create_future()
        self.rest = b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Ask to be let into the room."""
        self.transport = transport
        transport.write(
            b"GET /live/88/room?lang=en&badge=%b HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            b"upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" % self.badge.encode()
        )

    def press(self, since: float) -> None:
        """Press; SINCE is when he wanted to."""
        self.is_waiting, self.since = True, since
        body = b'{"t":"press",' + self.crowd.body()[1:]
        self.transport.write(struct.pack("!BBHI", 0x81, 0xFE, len(body), 0) + body)

    def data_received(self, data: bytes) -> None:
        """Ticks, and answers among them."""
        data = self.rest + data if self.rest else data
        if not self.is_in.done():
            head, gap, data = data.partition(b"\r\n\r\n")
            if not gap:
                self.rest = head
                return
            self.is_in.set_result(None)
        while len(data) >= 4:
            size, at = data[1] & 127, 2
            if size == 126:
                size, at = int.from_bytes(data[2:4], "big"), 4
            elif size == 127:
                size, at = int.from_bytes(data[2:10], "big"), 10
            if len(data) < at + size:
                break
            word, data = data[at : at + size], data[at + size :]
            if word.startswith(ANSWER):
                self.is_waiting = False
                self.crowd.answered(self, 201 if HELD in word else 0, word, self.since)
        self.rest = data

    def connection_lost(self, fault: Exception | None) -> None:
        """The other side hung up."""
        if self.is_waiting:
            self.crowd.lost_connections += 1
