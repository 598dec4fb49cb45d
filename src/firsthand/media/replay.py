"""The recording as viewers get it: a playlist, the segments in it, and the file as a whole."""

import asyncio
import os
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asgiref.typing import ASGISendCallable, HTTPScope

from firsthand.kit import metrics
from firsthand.media import answers
from firsthand.media.answers import Answer, give, give_head, problem
from firsthand.media.playlist import recorded_playlist
from firsthand.media.programme import Programme
from firsthand.media.ranges import read_range
from firsthand.media.recording import FILE, INDEX, Entry, folder_of, read_index

READERS_MAX = 200
READ_BYTES = 256 << 10
CACHED_MAX = 8  # indexes of channels that are not on air; a long show's takes some megabytes

_NO_RECORDING = problem(404, "no_recording", cache=answers.FOR_A_SECOND)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A recording's index as it was read, and the file's state at that time."""

    stamp: tuple[int, int]
    entries: Sequence[Entry]


class Replays:
    """Serves recordings, of channels on air and of those that were."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._readers = 0

    async def playlist(self, channel: str, programme: Programme | None) -> Answer:
        """A recording's playlist. While it grows, players are to ask again."""
        entries = await self._entries(channel, programme)
        if not entries:
            return _NO_RECORDING
        goes_on = programme is not None and programme.publishing
        text = await asyncio.to_thread(recorded_playlist, entries, goes_on=goes_on)
        return Answer(200, text.encode("ascii"), answers.PLAYLIST)

    async def segment(self, channel: str, programme: Programme | None, number: int) -> Answer:
        """One segment of a recording."""
        entries = await self._entries(channel, programme)
        place = bisect_left(entries, number, key=lambda entry: entry.number)
        if place == len(entries) or entries[place].number != number:
            return _NO_RECORDING
        return await self._slice(channel, entries[place].offset, entries[place].length)

    async def init(self, channel: str, programme: Programme | None, offset: int) -> Answer:
        """The head that lies at an offset of a recording."""
        entries = await self._entries(channel, programme)
        length = next((entry.init[1] for entry in entries if entry.init[0] == offset), None)
        if length is None:
            return _NO_RECORDING
        return await self._slice(channel, offset, length)

    async def _slice(self, channel: str, offset: int, length: int) -> Answer:
        body = await asyncio.to_thread(_read, folder_of(channel) / FILE, offset, length)
        return Answer(200, body, answers.VIDEO, answers.FOR_EVER)

    async def _entries(self, channel: str, programme: Programme | None) -> Sequence[Entry]:
        if programme is not None:
            return list(programme.tape.entries)
        return await asyncio.to_thread(self._from_disk, channel)

    def _from_disk(self, channel: str) -> Sequence[Entry]:
        folder = folder_of(channel)
        try:
            index = (folder / INDEX).stat()
        except FileNotFoundError:
            return ()
        stamp = (index.st_size, index.st_mtime_ns)
        kept = self._kept.get(channel)
        if kept is None or kept.stamp != stamp:
            kept = self._kept[channel] = _Kept(stamp, read_index(folder))
            while len(self._kept) > CACHED_MAX:
                self._kept.popitem(last=False)
        return kept.entries

    async def bytes_of(
        self, channel: str, scope: HTTPScope, send: ASGISendCallable, asked: str | None
    ) -> None:
        """The file of a recording, or the range of it that is asked for."""
        if self._readers >= READERS_MAX:
            busy = problem(503, "too_many_readers", more=((b"retry-after", b"1"),))
            await give(scope, send, busy, what="tape")
            return
        self._readers += 1
        try:
            await self._send(folder_of(channel) / FILE, scope, send, asked)
        finally:
            self._readers -= 1

    async def _send(
        self, path: Path, scope: HTTPScope, send: ASGISendCallable, asked: str | None
    ) -> None:
        try:
            file = await asyncio.to_thread(os.open, path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            await give(scope, send, _NO_RECORDING, what="tape")
            return
        try:
            await self._send_open(file, scope, send, asked)
        finally:
            os.close(file)

    async def _send_open(
        self, file: int, scope: HTTPScope, send: ASGISendCallable, asked: str | None
    ) -> None:
        size = os.fstat(file).st_size
        ranges = (b"accept-ranges", b"bytes")
        try:
            piece = read_range(asked, size)
        except ValueError:
            more = ((b"content-range", b"bytes */%d" % size),)
            await give(scope, send, problem(416, "out_of_range", more=more), what="tape")
            return
        # A range of a file that only grows never changes; the whole of it does.
        first, length = piece or (0, size)
        where = (b"content-range", b"bytes %d-%d/%d" % (first, first + length - 1, size))
        answer = (
            Answer(206, b"", answers.VIDEO, answers.FOR_EVER, (ranges, where))
            if piece
            else Answer(200, b"", answers.VIDEO, answers.FOR_A_SECOND, (ranges,))
        )
        await give_head(send, answer, length, what="tape")
        if scope["method"] == "HEAD":
            length = 0
        while length > 0:
            data = await asyncio.to_thread(os.pread, file, min(READ_BYTES, length), first)
            if not data:
                return  # cut off while it was read; the connection ends short, and says so
            first, length = first + len(data), length - len(data)
            metrics.media_bytes.inc(len(data))
            await send({"type": "http.response.body", "body": data, "more_body": length > 0})
        if scope["method"] == "HEAD" or not size:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _read(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        return os.pread(file.fileno(), length, offset)
