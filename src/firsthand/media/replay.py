"""The recording as viewers get it: a playlist with byte ranges, and the ranges of its file."""

import asyncio
import os
from collections import OrderedDict
from pathlib import Path

from asgiref.typing import ASGISendCallable, HTTPScope

from firsthand.kit import metrics
from firsthand.media import answers
from firsthand.media.answers import Answer, give, give_head, problem
from firsthand.media.playlist import recorded_playlist
from firsthand.media.programme import Programme
from firsthand.media.ranges import read_range
from firsthand.media.recording import FILE, INDEX, folder_of, read_index

READERS_MAX = 200
READ_BYTES = 256 << 10
CACHED_MAX = 32  # playlists of channels that are not on air


class Replays:
    """Serves recordings, of channels on air and of those that were."""

    def __init__(self) -> None:
        self._cached: OrderedDict[str, tuple[tuple[int, int], bytes]] = OrderedDict()
        self._readers = 0

    async def playlist(self, channel: str, programme: Programme | None) -> Answer:
        """A recording's playlist. While it grows, players are to ask again."""
        if programme is not None and programme.tape.entries:
            entries, goes_on = list(programme.tape.entries), programme.publishing
            text = await asyncio.to_thread(recorded_playlist, entries, FILE, goes_on=goes_on)
            return Answer(200, text.encode("ascii"), answers.PLAYLIST)
        body = await asyncio.to_thread(self._from_disk, channel)
        if body is None:
            return problem(404, "no_recording", cache=answers.FOR_A_SECOND)
        return Answer(200, body, answers.PLAYLIST)

    def _from_disk(self, channel: str) -> bytes | None:
        folder = folder_of(channel)
        try:
            index = (folder / INDEX).stat()
        except FileNotFoundError:
            return None
        stamp = (index.st_size, index.st_mtime_ns)
        cached = self._cached.get(channel)
        if cached is None or cached[0] != stamp:
            entries = read_index(folder)
            if not entries:
                return None
            cached = stamp, recorded_playlist(entries, FILE).encode("ascii")
            self._cached[channel] = cached
            while len(self._cached) > CACHED_MAX:
                self._cached.popitem(last=False)
        return cached[1]

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
            missing = problem(404, "no_recording", cache=answers.FOR_A_SECOND)
            await give(scope, send, missing, what="tape")
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
