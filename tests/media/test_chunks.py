"""Chunks: however messages are cut and interleaved, they come out whole and in order."""

import os
import struct
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.media import chunks
from firsthand.media.chunks import ChunkReader, Message


class Peer:
    """Writes messages as an encoder may: any chunk size, short headers, several at once."""

    def __init__(self, chunk_bytes: int) -> None:
        self.chunk_bytes = chunk_bytes
        self._last: dict[int, tuple[int, int, Message]] = {}  # time, delta, message

    def begin(self) -> bytes:
        """Say how large the chunks will be."""
        return b"\x02\0\0\0\0\0\x04\x01\0\0\0\0" + struct.pack(">I", self.chunk_bytes)

    def pieces(self, number: int, message: Message) -> Iterator[bytes]:
        """The chunks of a message on a chunk stream, each to be sent when one likes."""
        form, time = self._shortest(number, message)
        extended = struct.pack(">I", time) if time >= 0xFFFFFF else b""
        head = _basic(form, number)
        if form < 3:
            head += min(time, 0xFFFFFF).to_bytes(3, "big")
        if form < 2:
            head += len(message.body).to_bytes(3, "big") + bytes((message.kind,))
        if form == 0:
            head += struct.pack("<I", message.stream_id)
        for at in range(0, max(1, len(message.body)), self.chunk_bytes):
            yield head + extended + message.body[at : at + self.chunk_bytes]
            head = _basic(3, number)

    def all_pieces(self, number: int, list_: list[Message]) -> Iterator[bytes]:
        """The chunks of several messages, one message after the other."""
        for message in list_:
            yield from self.pieces(number, message)

    def _shortest(self, number: int, message: Message) -> tuple[int, int]:
        # As ffmpeg chooses it; a header of format 3 repeats the last time field.
        last = self._last.get(number)
        form, field = 0, message.timestamp_ms
        if last and last[2].stream_id == message.stream_id and message.timestamp_ms >= last[0]:
            form, field = 1, message.timestamp_ms - last[0]
            if (last[2].kind, len(last[2].body)) == (message.kind, len(message.body)):
                form = 3 if field == last[1] and field < 0xFFFFFF else 2
        self._last[number] = (message.timestamp_ms, field, message)
        return form, field


def _basic(form: int, number: int) -> bytes:
    if number < 64:
        return bytes((form << 6 | number,))
    if number < 320:
        return bytes((form << 6, number - 64))
    return bytes((form << 6 | 1,)) + (number - 64).to_bytes(2, "little")


messages = st.builds(
    Message,
    kind=st.sampled_from([chunks.AUDIO, chunks.VIDEO, chunks.COMMAND]),
    stream_id=st.integers(0, 3),
    timestamp_ms=st.one_of(st.integers(0, 200), st.integers(0xFFFFF0, 0x1000100)),
    body=st.binary(max_size=300),
)
streams = st.dictionaries(
    st.one_of(st.integers(3, 63), st.integers(64, 319), st.integers(320, 65_599)),
    st.lists(messages, min_size=1, max_size=5),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(streams, st.integers(1, 400), st.randoms(use_true_random=False), st.data())
def test_messages_come_out_whole_however_they_are_cut(
    sent: dict[int, list[Message]], chunk_bytes: int, chance: Random, data: st.DataObject
) -> None:
    peer = Peer(chunk_bytes)
    waiting = {number: peer.all_pieces(number, list_) for number, list_ in sent.items()}
    wire = bytearray(peer.begin())
    while waiting:  # one chunk of any stream at a time
        number = chance.choice(sorted(waiting))
        piece = next(waiting[number], None)
        if piece is None:
            del waiting[number]
        else:
            wire += piece
    step = data.draw(st.integers(1, len(wire)))
    reader, found = ChunkReader(), []
    for at in range(0, len(wire), step):
        found += reader.feed(bytes(wire[at : at + step]))
    assert found[0].kind == chunks.SET_CHUNK_SIZE
    # Streams interleave, so only the order within each of them is certain.
    for list_ in sent.values():
        rest = iter(found)
        assert all(any(one == message for one in rest) for message in list_)
    assert len(found) == 1 + sum(map(len, sent.values()))


def test_after_a_full_header_the_time_goes_on_by_that_headers_time() -> None:
    # What ffmpeg sends for three messages of equal size at 33, 66 and 99 ms.
    reader = ChunkReader()
    first = b"\x04\0\0\x21\0\0\x01\x09\x01\0\0\0a"
    found = reader.feed(first + b"\xc4b" + b"\xc4c")
    assert [message.timestamp_ms for message in found] == [33, 66, 99]


def test_the_houses_own_words_can_be_read_back() -> None:
    body = os.urandom(9000)
    wire = chunks.write_message(chunks.COMMAND, body, chunk_stream=3, stream_id=1)
    assert ChunkReader().feed(wire) == [Message(chunks.COMMAND, 1, 0, body)]


def test_an_encoder_that_leaves_the_long_time_out_of_later_chunks_is_understood() -> None:
    body = bytes(range(200))
    head = b"\x04\xff\xff\xff" + (200).to_bytes(3, "big") + b"\x09\x01\0\0\0"
    wire = head + struct.pack(">I", 0x01000000) + body[:128] + b"\xc4" + body[128:]
    [message] = ChunkReader().feed(wire)
    assert (message.timestamp_ms, message.body) == (0x01000000, body)


def test_an_aborted_message_is_forgotten() -> None:
    head = b"\x04\0\0\0" + (200).to_bytes(3, "big") + b"\x09\x01\0\0\0"
    abort = b"\x02\0\0\0\0\0\x04\x02\0\0\0\0" + struct.pack(">I", 4)
    [aborted, message] = ChunkReader().feed(
        head + bytes(128) + abort + head + b"\x01" * 128 + b"\xc4" + b"\x01" * 72
    )
    assert aborted.kind == chunks.ABORT and message.body == b"\x01" * 200


def _head(size: int, number: int = 4) -> bytes:
    return _basic(0, number) + b"\0\0\0" + size.to_bytes(3, "big") + b"\x09\x01\0\0\0"


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(_head(chunks.MESSAGE_BYTES_MAX + 1), id="a message that is too long"),
        pytest.param(b"\xc4", id="a continuation of nothing"),
        pytest.param(b"\x84\0\0\0", id="a delta to nothing"),
        pytest.param(b"\x02\0\0\0\0\0\x04\x01\0\0\0\0" + bytes(4), id="chunks of no bytes"),
        pytest.param(
            b"".join(_head(1, number) + b"x" for number in range(3, 70)), id="many streams"
        ),
    ],
)
def test_nonsense_is_refused(wire: bytes) -> None:
    with pytest.raises(ValueError, match="RTMP"):
        ChunkReader().feed(wire)


def test_unfinished_messages_together_have_an_end() -> None:
    reader = ChunkReader()
    reader.feed(b"\x02\0\0\0\0\0\x04\x01\0\0\0\0" + struct.pack(">I", 7 << 20))
    begun = b"".join(_head(8 << 20, number) + bytes(7 << 20) for number in (4, 5, 6))
    with pytest.raises(ValueError, match="unfinished"):
        reader.feed(begun)


@given(st.binary(max_size=400), st.integers(1, 50))
def test_noise_is_an_error_of_one_kind(noise: bytes, step: int) -> None:
    reader = ChunkReader()
    try:
        for at in range(0, len(noise), step):
            reader.feed(noise[at : at + step])
    except ValueError:
        pass
