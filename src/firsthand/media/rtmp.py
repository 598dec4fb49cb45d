"""The door for encoders: an RTMP server that only takes publishers in.

OBS, ffmpeg and hardware encoders knock with a stream key. Who has a wrong one is told so in
AMF and let go at once (an encoder that is only cut off tries again for ever, and its
operator never learns why). What is not RTMP at all is dropped without a word.

Whoever knocks is a stranger until his key is known: until then his messages are small and
his time is short. One bad guest never disturbs the others.
"""

import asyncio
import os
import struct
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NoReturn, Protocol

from firsthand.kit import metrics
from firsthand.kit.log import get_logger
from firsthand.media import amf, chunks, flv
from firsthand.media.chunks import ChunkReader, Message

CONNECTIONS_MAX = 64
HANDSHAKE_SECONDS = 5
PUBLISH_SECONDS = 10  # from the first byte to a known key
LISTEN_SECONDS = 5  # for our answers to be read; who never reads keeps his place from others
IDLE_SECONDS = 15  # a publisher who sends nothing for so long is gone
STRANGER_MESSAGE_BYTES_MAX = 64 << 10
READ_BYTES = 64 << 10
WINDOW_BYTES = 2_500_000
OUT_CHUNK_BYTES = 4096
FAREWELL_SECONDS = 0.2  # for the peer to read why, before the door closes

HANDSHAKE_BYTES = 1536
VERSION = 3
APP = "live"
REJECTED = (
    "NetStream.Publish.Rejected"  # the key is good, or does not matter; something else is not
)

_COMMANDS, _STATUS = 3, 5  # chunk streams of ours

log = get_logger(__name__)


class Refused(Exception):
    """A publisher may not come in; the sentence is for his operator."""

    def __init__(self, sentence: str, *, code: str = "NetStream.Publish.BadName") -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


class _Left(Exception):
    """The publisher said goodbye."""


class Publication(Protocol):
    """What takes a publisher's tags once he is in."""

    def take(self, tag: flv.Tag | None, size: int, arrival_ms: int) -> None:
        """A message came; None if there was nothing to show in it."""

    def gone(self, why: str) -> None:
        """He is gone."""


Admit = Callable[[str, str, Callable[[], None]], Awaitable[Publication]]
"""Who may publish: (app, key, hang up) → where his tags go. Raises Refused."""


class RtmpServer:
    """Listens, and talks to each publisher in a task of his own."""

    def __init__(self, admit: Admit) -> None:
        self._admit = admit
        self._server: asyncio.Server | None = None
        self._guests: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> int:
        """Begin to listen; returns the port."""
        self._server = await asyncio.start_server(self._welcome, host, port, limit=READ_BYTES)
        listening: int = self._server.sockets[0].getsockname()[1]
        return listening

    async def close(self) -> None:
        """Let nobody in any more, and everybody go."""
        if self._server is not None:
            self._server.close()
        for guest in self._guests:
            guest.cancel()
        await asyncio.gather(*self._guests, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._guests) >= CONNECTIONS_MAX:
            writer.transport.abort()
            log.warning("rtmp_full", connections=len(self._guests))
            return
        task = asyncio.current_task()
        assert task is not None
        self._guests.add(task)
        try:
            await Guest(reader, writer, self._admit).stay()
        except asyncio.CancelledError:
            pass  # only we cancel guests, and asyncio would report it as a fault
        finally:
            self._guests.discard(task)


class Guest:
    """One connection, from the handshake to the goodbye."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, admit: Admit
    ) -> None:
        self._reader, self._writer, self._admit = reader, writer, admit
        self._chunks = ChunkReader(message_bytes_max=STRANGER_MESSAGE_BYTES_MAX)
        self._publication: Publication | None = None
        self._app = ""
        self._received = self._acknowledged = 0
        self._peer_window = WINDOW_BYTES
        self._out_chunk_bytes = chunks.CHUNK_BYTES_AT_FIRST

    async def stay(self) -> None:
        """Serve the guest until he goes, or must."""
        why = "process_stopped"
        try:
            why = await self._serve()
        finally:
            self._leave(why)
            self._writer.close()
            log.info("rtmp_closed", why=why, bytes=self._received)

    def _leave(self, why: str) -> None:
        if self._publication is not None:
            self._publication.gone(why)
            self._publication = None

    async def _serve(self) -> str:
        # Returns in a word why it is over; cancellation and faults go on up.
        try:
            await self._converse()
        except _Left:
            return "unpublished"
        except (asyncio.IncompleteReadError, ConnectionError):
            return "connection_lost"
        except TimeoutError:
            self._writer.transport.abort()  # closing would wait for him to read what is left
            return "idle" if self._publication is not None else "too_slow"
        except Refused as refusal:
            await self._say_why(refusal)
            return "refused"
        except flv.Unsupported as fault:
            self._leave("unsupported")
            await self._say_why(Refused(str(fault), code=REJECTED))
            return "unsupported"
        except ValueError as fault:
            log.info("rtmp_nonsense", fault=str(fault))
            return "nonsense"
        except Exception:  # a mistake of ours ends this guest's visit, and no other's
            log.exception("rtmp_fault")
            metrics.faults.labels(where="rtmp").inc()
            return "fault"

    async def _converse(self) -> NoReturn:
        now = asyncio.get_running_loop().time
        known_by = now() + PUBLISH_SECONDS
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            await self._shake_hands()
        while True:
            until = now() + IDLE_SECONDS if self._publication is not None else known_by
            async with asyncio.timeout_at(until):
                data = await self._reader.read(READ_BYTES)
            if not data:
                raise ConnectionResetError
            await self._receive(data)

    async def _shake_hands(self) -> None:
        # The version alone first: who speaks HTTP would never send the rest.
        version = await self._reader.readexactly(1)
        if version[0] != VERSION:
            raise ValueError("not RTMP")
        theirs = await self._reader.readexactly(HANDSHAKE_BYTES)
        ours = bytes(8) + os.urandom(HANDSHAKE_BYTES - 8)
        self._writer.write(bytes((VERSION,)) + ours + theirs)
        await self._reader.readexactly(HANDSHAKE_BYTES)
        self._received = 1 + 2 * HANDSHAKE_BYTES

    async def _receive(self, data: bytes) -> None:
        self._received += len(data)
        if self._received - self._acknowledged > self._peer_window // 2:
            self._acknowledged = self._received
            self._say(chunks.ACKNOWLEDGEMENT, struct.pack(">I", self._received & 0xFFFFFFFF))
        arrival_ms = time.time_ns() // 1_000_000
        for message in self._chunks.feed(data):
            if message.kind in (chunks.VIDEO, chunks.AUDIO):
                self._hand_on(message, arrival_ms)
            else:
                await self._heed(message)

    def _hand_on(self, message: Message, arrival_ms: int) -> None:
        if self._publication is None:
            raise ValueError("pictures before the key")
        read = flv.read_video if message.kind == chunks.VIDEO else flv.read_audio
        tag = read(message.timestamp_ms, message.body)
        self._publication.take(tag, len(message.body), arrival_ms)

    async def _heed(self, message: Message) -> None:
        if message.kind == chunks.WINDOW_SIZE:
            self._peer_window = max(1, int.from_bytes(message.body[:4], "big"))
        elif message.kind == chunks.USER_CONTROL and message.body[:2] == b"\0\6":
            self._say(chunks.USER_CONTROL, b"\0\7" + message.body[2:6])  # ping, pong
        elif message.kind in (chunks.COMMAND, chunks.COMMAND_AMF3):
            body = message.body[1:] if message.kind == chunks.COMMAND_AMF3 else message.body
            await self._obey(amf.decode(body))
            async with asyncio.timeout(LISTEN_SECONDS):
                await self._writer.drain()

    async def _obey(self, words: list[amf.Value]) -> None:
        command = words[0] if words else None
        number = words[1] if len(words) > 1 else 0
        if command == "connect":
            self._connect(number, words[2] if len(words) > 2 else None)
        elif command == "createStream":
            self._answer("_result", number, None, 1)
        elif command in ("releaseStream", "FCPublish"):
            self._answer("_result", number, None)
        elif command == "publish":
            await self._publish(words[3] if len(words) > 3 else None)
        elif command == "deleteStream":
            raise _Left
        elif command == "play":
            raise Refused("this door only takes publishers in", code="NetStream.Play.Failed")

    def _connect(self, number: amf.Value, about: amf.Value) -> None:
        if isinstance(about, dict):
            self._app = str(about.get("app") or "").split("?")[0].strip("/")
        self._say(chunks.WINDOW_SIZE, struct.pack(">I", WINDOW_BYTES))
        self._say(chunks.PEER_BANDWIDTH, struct.pack(">IB", WINDOW_BYTES, 2))
        self._say(chunks.SET_CHUNK_SIZE, struct.pack(">I", OUT_CHUNK_BYTES))
        self._out_chunk_bytes = OUT_CHUNK_BYTES
        self._answer(
            "_result",
            number,
            {"fmsVer": "FMS/3,5,7,7009", "capabilities": 31},
            {
                "level": "status",
                "code": "NetConnection.Connect.Success",
                "description": "welcome",
                "objectEncoding": 0,
            },
        )

    async def _publish(self, name: amf.Value) -> None:
        if self._publication is not None:
            raise ValueError("published twice")
        key = str(name or "").split("?")[0]
        self._publication = await self._admit(self._app, key, self._writer.transport.abort)
        self._chunks.message_bytes_max = chunks.MESSAGE_BYTES_MAX
        self._say(chunks.USER_CONTROL, struct.pack(">HI", 0, 1))  # the stream begins
        self._status("status", "NetStream.Publish.Start", "on air")

    async def _say_why(self, refusal: Refused) -> None:
        # Close only our half, and read on for a moment: closing at once would make the
        # kernel answer what is still coming with a reset, and the reason would be lost.
        with suppress(ConnectionError, TimeoutError, RuntimeError):
            self._status("error", refusal.code, refusal.sentence)
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._writer.drain()
                self._writer.write_eof()
                while await self._reader.read(READ_BYTES):
                    pass

    def _status(self, level: str, code: str, description: str) -> None:
        about: dict[str, amf.Value] = {"level": level, "code": code, "description": description}
        body = amf.encode("onStatus", 0, None, about)
        self._say(chunks.COMMAND, body, chunk_stream=_STATUS, stream_id=1)

    def _answer(self, *words: amf.Value) -> None:
        self._say(chunks.COMMAND, amf.encode(*words), chunk_stream=_COMMANDS)

    def _say(self, kind: int, body: bytes, *, chunk_stream: int = 2, stream_id: int = 0) -> None:
        self._writer.write(
            chunks.write_message(
                kind,
                body,
                chunk_stream=chunk_stream,
                stream_id=stream_id,
                chunk_bytes=self._out_chunk_bytes,
            )
        )
