"""RTMP's chunk stream: messages are cut into chunks, and chunks of several messages interleave.

The reader does no input of its own: bytes go in as they come, whole messages come out.
So it can be tried with every way of cutting, and costs one call for each read of the socket.

All that a peer may make us hold has a named end; past it the peer is talking nonsense, and
``ValueError`` says so.
"""

import struct
from dataclasses import dataclass

MESSAGE_BYTES_MAX = 8 << 20  # a key frame of 8 MiB is past anything that is live video
CHUNK_BYTES_MAX = 0xFFFFFF  # larger ones mean the same, since no message is larger
CHUNK_STREAMS_MAX = 64
PARTIAL_BYTES_MAX = 16 << 20  # all unfinished messages of a peer together

CHUNK_BYTES_AT_FIRST = 128  # what both sides assume until one says otherwise

SET_CHUNK_SIZE, ABORT, ACKNOWLEDGEMENT, USER_CONTROL = 1, 2, 3, 4
WINDOW_SIZE, PEER_BANDWIDTH = 5, 6
AUDIO, VIDEO, DATA, COMMAND, COMMAND_AMF3 = 8, 9, 18, 20, 17

_EXTENDED = 0xFFFFFF  # this instead of a time: the time stands in four bytes of its own
_HEADER_BYTES = (11, 7, 3, 0)  # by format


@dataclass(frozen=True, slots=True)
class Message:
    """One whole message; what its body means depends on KIND."""

    kind: int
    stream_id: int
    timestamp_ms: int
    body: bytes


class _Stream:
    """What the last chunk of one chunk stream said, for the next one to leave out."""

    __slots__ = (
        "body",
        "delta_ms",
        "extended",
        "kind",
        "length",
        "started",
        "stream_id",
        "timestamp_ms",
    )

    def __init__(self) -> None:
        self.timestamp_ms = self.delta_ms = self.length = self.kind = self.stream_id = 0
        self.extended: bytes | None = None
        self.started = False
        self.body: bytearray | None = None


class ChunkReader:
    """Bytes in, messages out. Set Chunk Size and Abort are obeyed here, and passed on too."""

    def __init__(self, *, message_bytes_max: int = MESSAGE_BYTES_MAX) -> None:
        self.message_bytes_max = message_bytes_max
        self._chunk_bytes = CHUNK_BYTES_AT_FIRST
        self._streams: dict[int, _Stream] = {}
        self._left = b""  # the beginning of a header
        self._stream: _Stream | None = None  # whose chunk we are in the middle of
        self._missing = 0  # how much of that chunk is still to come
        self._partial_bytes = 0

    def feed(self, data: bytes) -> list[Message]:
        """Take what has come; give back the messages that it completes."""
        buffer = self._left + data if self._left else data
        done: list[Message] = []
        at, end = 0, len(buffer)
        while True:
            if self._stream is None:
                after = self._read_header(buffer, at, end)
                if after is None:
                    break
                at = after
            at = self._read_body(buffer, at, end, done)
            if self._stream is not None:
                break
        self._left = bytes(buffer[at:])
        return done

    def _read_header(self, buffer: bytes, at: int, end: int) -> int | None:
        # None: the header is not all there yet, and nothing has been changed.
        if at >= end:
            return None
        form, number = buffer[at] >> 6, buffer[at] & 63
        at += 1
        if number < 2:
            if at + number + 1 > end:
                return None
            number, at = (
                64 + int.from_bytes(buffer[at : at + number + 1], "little"),
                at + number + 1,
            )
        stream = self._streams.get(number)
        fields_end = at + _HEADER_BYTES[form]
        if fields_end > end:
            return None
        if form == 3:
            return self._continue(stream, buffer, at, end)
        extended = None
        after = fields_end
        if int.from_bytes(buffer[at : at + 3], "big") == _EXTENDED:
            after += 4
            if after > end:
                return None
            extended = bytes(buffer[fields_end:after])
        if stream is None:
            stream = self._new_stream(number)
        self._start(stream, form, buffer[at:fields_end], extended)
        return after

    def _new_stream(self, number: int) -> _Stream:
        if len(self._streams) >= CHUNK_STREAMS_MAX:
            raise ValueError("RTMP: too many chunk streams")
        stream = self._streams[number] = _Stream()
        return stream

    def _start(self, stream: _Stream, form: int, fields: bytes, extended: bytes | None) -> None:
        if form == 2 and not stream.started:
            raise ValueError("RTMP: a chunk refers to one that never came")
        time_ms = int.from_bytes(extended if extended is not None else fields[:3], "big")
        if form < 2:
            stream.length = int.from_bytes(fields[3:6], "big")
            stream.kind = fields[6]
        if form == 0:
            stream.stream_id = int.from_bytes(fields[7:11], "little")
            stream.timestamp_ms = 0
        stream.started = True
        stream.extended = extended
        stream.delta_ms = time_ms
        stream.timestamp_ms = (stream.timestamp_ms + time_ms) & 0xFFFFFFFF
        self._open_message(stream)

    def _continue(self, stream: _Stream | None, buffer: bytes, at: int, end: int) -> int | None:
        if stream is None or not stream.started:
            raise ValueError("RTMP: a chunk refers to one that never came")
        if stream.extended is not None:
            # The standard repeats the long time here; not every encoder does. Video never
            # begins with these four bytes, so their being there decides.
            if at + 4 > end:
                return None
            if buffer[at : at + 4] == stream.extended:
                at += 4
        if stream.body is None:
            # A new message with nothing new to say: the time moves on as it did before,
            # after a full header by that header's own time (so ffmpeg writes it, too).
            stream.timestamp_ms = (stream.timestamp_ms + stream.delta_ms) & 0xFFFFFFFF
            self._open_message(stream)
        else:
            self._open_chunk(stream)
        return at

    def _open_message(self, stream: _Stream) -> None:
        if stream.length > self.message_bytes_max:
            raise ValueError(f"RTMP: a message of {stream.length} bytes")
        if stream.body is not None:
            self._partial_bytes -= len(stream.body)
        stream.body = bytearray()
        self._open_chunk(stream)

    def _open_chunk(self, stream: _Stream) -> None:
        assert stream.body is not None
        self._stream = stream
        self._missing = min(self._chunk_bytes, stream.length - len(stream.body))

    def _read_body(self, buffer: bytes, at: int, end: int, done: list[Message]) -> int:
        stream = self._stream
        assert stream is not None and stream.body is not None
        size = min(self._missing, end - at)
        stream.body += buffer[at : at + size]
        self._missing -= size
        self._partial_bytes += size
        if self._partial_bytes > PARTIAL_BYTES_MAX:
            raise ValueError("RTMP: too much left unfinished")
        if self._missing == 0:
            self._stream = None
            if len(stream.body) == stream.length:
                message = self._close_message(stream)
                self._obey(message)
                done.append(message)
        return at + size

    def _close_message(self, stream: _Stream) -> Message:
        assert stream.body is not None
        body, stream.body = bytes(stream.body), None
        self._partial_bytes -= len(body)
        return Message(stream.kind, stream.stream_id, stream.timestamp_ms, body)

    def _obey(self, message: Message) -> None:
        if message.kind == SET_CHUNK_SIZE:
            size = int.from_bytes(message.body[:4], "big")
            if not 1 <= size < 1 << 31:
                raise ValueError(f"RTMP: chunks of {size} bytes")
            self._chunk_bytes = min(size, CHUNK_BYTES_MAX)
        elif message.kind == ABORT:
            stream = self._streams.get(int.from_bytes(message.body[:4], "big"))
            if stream is not None and stream.body is not None:
                self._partial_bytes -= len(stream.body)
                stream.body = None


def write_message(
    kind: int,
    body: bytes,
    *,
    chunk_stream: int,
    stream_id: int = 0,
    chunk_bytes: int = CHUNK_BYTES_AT_FIRST,
) -> bytes:
    """A message as chunks, for the few things that the house itself says (always at time 0)."""
    assert 2 <= chunk_stream < 64 and len(body) <= _EXTENDED
    head = struct.pack(">B3x", chunk_stream) + len(body).to_bytes(3, "big")
    out = bytearray(head + struct.pack("<BI", kind, stream_id))
    for at in range(0, len(body), chunk_bytes):
        if at:
            out.append(0xC0 | chunk_stream)
        out += body[at : at + chunk_bytes]
    return bytes(out)
