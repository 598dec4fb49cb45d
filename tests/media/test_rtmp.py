"""The door by itself: who is let in, who is dropped, and how long each of them has."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from firsthand.media import amf, chunks, flv, rtmp
from firsthand.media.chunks import ChunkReader, Message

HELLO = b"\x03" + bytes(2 * rtmp.HANDSHAKE_BYTES)
KEY = "a-good-key"


class Shown:
    """What a publisher sent, and why he left."""

    def __init__(self) -> None:
        self.tags: list[flv.Tag | None] = []
        self.whys: list[str] = []

    @property
    def why(self) -> str:
        """Why he is gone."""
        return ", ".join(self.whys)

    def take(self, tag: flv.Tag | None, size: int, arrival_ms: int) -> None:
        self.tags.append(tag)

    def gone(self, why: str) -> None:
        self.whys.append(why)


class Door:
    """A server on a port of its own, with one good key."""

    def __init__(self, port: int, shown: list[Shown], came: asyncio.Event) -> None:
        self.port, self.shown, self.came = port, shown, came

    async def knock(self, words: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect, and say something."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(words)
        return reader, writer

    async def say(self, words: bytes) -> bytes:
        """Connect, say something and hear all the answer until the door is closed."""
        reader, writer = await self.knock(words)
        try:
            return await asyncio.wait_for(reader.read(), 5)
        except ConnectionError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def _door() -> AsyncIterator[Door]:
    shown: list[Shown] = []
    came = asyncio.Event()

    async def admit(app: str, key: str, hang_up: Callable[[], None]) -> rtmp.Publication:
        if (app, key) != ("live", KEY):
            raise rtmp.Refused("no such key")
        shown.append(Shown())
        came.set()
        return shown[-1]

    server = rtmp.RtmpServer(admit)
    yield Door(await server.open("127.0.0.1", 0), shown, came)
    await server.close()


def _run(story: Callable[[Door], Awaitable[None]]) -> None:
    async def told() -> None:
        async with _door() as door:
            await story(door)
        assert all(len(shown.whys) == 1 for shown in door.shown), "each is gone, and only once"

    asyncio.run(told())


def _command(*words: amf.Value) -> bytes:
    return chunks.write_message(chunks.COMMAND, amf.encode(*words), chunk_stream=3)


def _publish(key: str) -> bytes:
    return (
        HELLO
        + _command("connect", 1, {"app": "live"})
        + _command("releaseStream", 2, None, key)
        + _command("FCPublish", 3, None, key)
        + _command("createStream", 4, None)
        + _command("publish", 5, None, key, "live")
    )


def _heard(answer: bytes) -> list[Message]:
    return ChunkReader().feed(answer[len(HELLO) :])


def _commands(answer: bytes) -> list[list[amf.Value]]:
    return [amf.decode(one.body) for one in _heard(answer) if one.kind == chunks.COMMAND]


def test_a_publisher_is_answered_word_by_word() -> None:
    async def story(door: Door) -> None:
        answer = await door.say(_publish(KEY) + _command("deleteStream", 6, None, 1))
        results = [words[1] for words in _commands(answer) if words[0] == "_result"]
        assert results == [1, 2, 3, 4]
        [status] = [words for words in _commands(answer) if words[0] == "onStatus"]
        assert isinstance(status[3], dict) and status[3]["code"] == "NetStream.Publish.Start"
        assert door.shown[0].why == "unpublished"

    _run(story)


def test_a_wrong_key_is_told_why_in_less_than_half_a_second() -> None:
    async def story(door: Door) -> None:
        now = asyncio.get_running_loop().time
        begun = now()
        answer = await door.say(_publish("wrong"))
        assert now() - begun < 0.5
        [status] = [words for words in _commands(answer) if words[0] == "onStatus"]
        assert status[3] == {
            "level": "error",
            "code": "NetStream.Publish.BadName",
            "description": "no such key",
        }
        assert not door.shown

    _run(story)


def test_what_is_published_is_handed_on() -> None:
    async def story(door: Door) -> None:
        frame = chunks.write_message(chunks.VIDEO, b"\x27\1\0\0\0xy", chunk_stream=4, stream_id=1)
        meta = chunks.write_message(chunks.DATA, amf.encode("onMetaData", {}), chunk_stream=4)
        await door.say(_publish(KEY) + meta + frame + _command("deleteStream", 6, None, 1))
        assert door.shown[0].tags == [flv.VideoFrame(0, 0, False, b"xy")]

    _run(story)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="HTTP"),
        pytest.param(b"\x16\x03\x01" + bytes(2000), id="TLS"),
        pytest.param(HELLO + b"\x04\0\0\0\xff\xff\xff\x09\x01\0\0\0", id="an endless message"),
        pytest.param(
            HELLO + b"\x04\0\0\0" + (100_000).to_bytes(3, "big") + b"\x14\0\0\0\0",
            id="a stranger with a large message",
        ),
        pytest.param(HELLO + _command("connect", 1, {"a": "b"})[:12] + b"\x7f" * 50, id="bad AMF"),
        pytest.param(
            HELLO + chunks.write_message(chunks.VIDEO, b"\x17\1\0\0\0x", chunk_stream=4),
            id="pictures without a key",
        ),
        pytest.param(_publish(KEY) + _publish(KEY)[len(HELLO) :], id="publishing twice"),
    ],
)
def test_whoever_talks_nonsense_is_dropped(words: bytes) -> None:
    async def story(door: Door) -> None:
        await door.say(words)  # it ends: the door was closed
        assert all(shown.why == "nonsense" for shown in door.shown)

    _run(story)


def test_a_codec_that_is_not_taken_is_named() -> None:
    async def story(door: Door) -> None:
        hevc = chunks.write_message(chunks.VIDEO, b"\x90hvc1" + bytes(9), chunk_stream=4)
        answer = await door.say(_publish(KEY) + hevc)
        assert b"set H.264" in answer and door.shown[0].why == "unsupported"

    _run(story)


def test_whoever_wants_to_play_is_told_that_this_is_not_the_door() -> None:
    async def story(door: Door) -> None:
        answer = await door.say(HELLO + _command("play", 2, None, KEY))
        assert b"NetStream.Play.Failed" in answer

    _run(story)


@pytest.mark.parametrize(
    ("limit", "words", "why"),
    [
        ("HANDSHAKE_SECONDS", b"\x03half", None),
        ("PUBLISH_SECONDS", HELLO, None),
        ("IDLE_SECONDS", _publish(KEY), "idle"),
    ],
)
def test_whoever_is_slow_is_dropped(
    limit: str, words: bytes, why: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp, limit, 0.2)

    async def story(door: Door) -> None:
        now = asyncio.get_running_loop().time
        begun = now()
        await door.say(words)
        assert 0.15 < now() - begun < 2
        assert [shown.why for shown in door.shown] == ([why] if why else [])

    _run(story)


async def _ask_for_ever(deaf: socket.socket, questions: bytes) -> None:
    while True:
        await asyncio.get_running_loop().sock_sendall(deaf, questions)


def test_whoever_asks_and_never_reads_the_answers_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rtmp, "LISTEN_SECONDS", 0.2)

    async def story(door: Door) -> None:
        loop = asyncio.get_running_loop()
        questions = _command("createStream", 4, None) * 2000
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            await loop.sock_connect(deaf, ("127.0.0.1", door.port))
            await loop.sock_sendall(deaf, HELLO)
            with pytest.raises(ConnectionError):
                await asyncio.wait_for(_ask_for_ever(deaf, questions), 30)

    _run(story)


def test_one_too_many_is_turned_away_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtmp, "CONNECTIONS_MAX", 2)

    async def story(door: Door) -> None:
        inside = [await door.knock(HELLO) for _ in range(2)]
        for reader, _ in inside:
            await reader.readexactly(len(HELLO))
        assert await door.say(HELLO) == b""
        reader, writer = inside[0]
        writer.write(_publish(KEY)[len(HELLO) :])
        while not door.shown:
            assert await reader.read(4096)
        for _, writer in inside:
            writer.close()

    _run(story)


def test_what_is_received_is_acknowledged() -> None:
    async def story(door: Door) -> None:
        window = chunks.write_message(chunks.WINDOW_SIZE, struct.pack(">I", 20_000), chunk_stream=2)
        frame = chunks.write_message(
            chunks.VIDEO, b"\x27\1\0\0\0" + bytes(30_000), chunk_stream=4, stream_id=1
        )
        bye = _command("deleteStream", 6, None, 1)
        reader, writer = await door.knock(_publish(KEY) + window)
        await door.came.wait()
        writer.write(frame + bye)
        answer = await reader.read()
        writer.close()
        assert any(one.kind == chunks.ACKNOWLEDGEMENT for one in _heard(answer))

    _run(story)


def test_a_ping_is_answered() -> None:
    async def story(door: Door) -> None:
        ping = chunks.write_message(chunks.USER_CONTROL, b"\0\6\0\0\0\x2a", chunk_stream=2)
        answer = await door.say(HELLO + ping + _command("deleteStream", 1, None, 1))
        assert [one.body for one in _heard(answer)] == [b"\0\7\0\0\0\x2a"]

    _run(story)


def test_when_the_server_closes_publishers_are_gone_for_a_reason() -> None:
    shown: list[Shown] = []

    async def told() -> None:
        async with _door() as door:
            reader, writer = await door.knock(_publish(KEY))
            while not door.shown:
                await reader.read(4096)
            shown.extend(door.shown)
        writer.close()

    asyncio.run(told())
    assert shown[0].why == "process_stopped"
