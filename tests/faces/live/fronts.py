"""A front on a port of its own, with any door behind it, and a caller who speaks raw HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from firsthand.faces.live.http import Door, Front, Turn, front_of

PATIENCE_SECONDS = 10.0
ELSEWHERE = b"uvicorn's own way"


class Patient:
    """A door that keeps its turns, so that a test answers them when it likes."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self._came = asyncio.Event()

    def order(self, turn: Turn) -> None:
        self.turns.append(turn)
        self._came.set()

    quote = order

    async def until(self, count: int) -> list[Turn]:
        """Wait until so many have come."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.turns) < count:
                self._came.clear()
                await self._came.wait()
        return self.turns


class Echo:
    """A door that answers at once with what it heard."""

    def order(self, turn: Turn) -> None:
        turn.tell(201, turn.body)

    def quote(self, turn: Turn) -> None:
        turn.tell(200, turn.query)


class House:
    """A front that listens."""

    def __init__(self, port: int, state: ServerState) -> None:
        self.port, self.state = port, state
        self.callers: list[Caller] = []

    async def call(self) -> "Caller":
        caller = Caller(*await asyncio.open_connection("127.0.0.1", self.port))
        self.callers.append(caller)
        return caller

    async def close(self) -> None:
        """Everybody hangs up."""
        for caller in self.callers:
            await caller.hang_up()
        for one in list(self.state.connections):
            one.transport.close()
        await asyncio.sleep(0)

    @property
    def fronts(self) -> list[Front]:
        return [one for one in self.state.connections if isinstance(one, Front)]


class Caller:
    """Somebody who speaks HTTP by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def hang_up(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    def say(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))

    async def hear(self, *, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        """One answer: its status, its headers, its body."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            size = int(headers["content-length"]) if has_body else 0
            return int(head[0].split()[1]), headers, await self.reader.readexactly(size)

    async def hear_out(self) -> bytes:
        """Whatever comes until the other side hangs up."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.reader.read()


def press(body: bytes, *headers: bytes, path: bytes = b"/live/88/orders") -> bytes:
    lines = [b"POST %b HTTP/1.1" % path, b"Host: x", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join([*lines, b"", body])


async def _elsewhere(scope: Any, receive: Any, send: Any) -> None:
    headers = [(b"content-length", b"%d" % len(ELSEWHERE))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ELSEWHERE})


@asynccontextmanager
async def house(door: Door, **more: Any) -> AsyncIterator[House]:
    """A front with DOOR behind it; everything else is answered by a small application."""
    config = uvicorn.Config(
        _elsewhere, http=front_of(door), access_log=False, log_config=None, **more
    )
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: config.http_protocol_class(  # type: ignore[call-arg]
            config=config, server_state=state, app_state={}
        ),
        "127.0.0.1",
        0,
    )
    opened = House(server.sockets[0].getsockname()[1], state)
    try:
        yield opened
    finally:
        await opened.close()
        server.close()
