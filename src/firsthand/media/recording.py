"""Recordings: one file of segments for each channel, and an index with a line for each segment.

A channel has one recording however often its publisher comes and goes: sessions join into
one replay, with a discontinuity between them. Both files only grow. A segment is written,
then synced, and only then does its line go into the index; so whoever is killed in the
middle loses the unfinished segment and nothing else. What he left half written is cut off
when the recording is opened again.

A line is JSON: ``msn`` (media sequence number), ``pdt`` and ``duration`` in milliseconds of
media time, ``offset`` and ``length`` of the segment in the file, ``init`` (offset and length
of its head), ``discontinuity``.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import msgspec
from django.conf import settings

RECORDING_BYTES_MAX = 64 << 30  # two days at 3 Mbit/s
FOLDER = "recordings"
FILE, INDEX, EPOCH = "tape.mp4", "tape.jsonl", "epoch"


class _Line(msgspec.Struct):
    msn: int
    pdt: int
    duration: int
    offset: int
    length: int
    init: tuple[int, int]
    discontinuity: bool


_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(_Line).decode


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a segment lies in the file, and which time it shows."""

    number: int
    media_ms: int
    duration_ms: int
    offset: int
    length: int
    init: tuple[int, int]  # offset and length of its head
    discontinuity: bool


class TapeFull(Exception):
    """The recording has reached RECORDING_BYTES_MAX."""


def path_of(channel: str) -> str:
    """Where a channel's recording lies, from the house's home on."""
    return f"{FOLDER}/{channel}/{FILE}"


def folder_of(channel: str) -> Path:
    """The folder of a channel's recording."""
    return Path(settings.HOME) / FOLDER / channel


def recorded_channels() -> list[str]:
    """The names of all channels that have a recording here."""
    folder = Path(settings.HOME) / FOLDER
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []


def read_index(folder: Path) -> list[Entry]:
    """The segments that are whole, in order; none if there is no recording."""
    try:
        raw = (folder / INDEX).read_bytes()
        size = (folder / FILE).stat().st_size
    except FileNotFoundError:
        return []
    return [entry for entry, _ in _whole(raw, size)]


def _whole(raw: bytes, size: int) -> Iterator[tuple[Entry, int]]:
    # Each entry that can be trusted, and where its line ends. The first that cannot ends it:
    # what was written after a torn line was written by nobody.
    at = 0
    while (end := raw.find(b"\n", at)) >= 0:
        try:
            line = _decode(raw[at:end])
        except msgspec.DecodeError:
            return
        if max(line.offset + line.length, sum(line.init)) > size or line.offset < 0:
            return
        at = end + 1
        yield (
            Entry(
                line.msn,
                line.pdt,
                line.duration,
                line.offset,
                line.length,
                line.init,
                line.discontinuity,
            ),
            at,
        )


class Tape:
    """A recording that is open for more. To be used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Open a folder's recording, or begin one; what is half written is cut off."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # Unbuffered: what a full disk refused must not come back out of a buffer later.
        self._file = (folder / FILE).open("ab", buffering=0)
        self._index = (folder / INDEX).open("ab", buffering=0)
        raw = (folder / INDEX).read_bytes()
        self.entries: list[Entry] = []
        self._index_end = 0
        for entry, line_end in _whole(raw, os.fstat(self._file.fileno()).st_size):
            self.entries.append(entry)
            self._index_end = line_end
        last = self.entries[-1] if self.entries else None
        self._end = max(last.offset + last.length, sum(last.init)) if last else 0
        self.epoch = _epoch_of(folder, fresh=not self.entries)
        self._init: tuple[bytes, tuple[int, int]] | None = None
        self._torn = False
        self._cut_back()

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._end

    @property
    def duration_ms(self) -> int:
        """How long it plays."""
        return sum(entry.duration_ms for entry in self.entries)

    def append(
        self,
        *,
        number: int,
        media_ms: int,
        duration_ms: int,
        broken: bool,
        init: bytes,
        data: bytes,
    ) -> Entry:
        """Keep a segment. BROKEN: it does not continue the one before.

        When the disk refuses, nothing of it is kept, and the next one begins after a break.
        """
        if self._end + len(init) + len(data) > RECORDING_BYTES_MAX:
            raise TapeFull
        try:
            entry = self._append(number, media_ms, duration_ms, broken or self._torn, init, data)
        except OSError:
            self._torn, self._init = True, None
            self._cut_back()
            raise
        self._torn = False
        self.entries.append(entry)
        return entry

    def _append(
        self, number: int, media_ms: int, duration_ms: int, broken: bool, init: bytes, data: bytes
    ) -> Entry:
        head, offset = self._init, self._end
        if head is None or head[0] != init:
            head = init, (offset, len(init))
            _write(self._file, init)
            offset += len(init)
        _write(self._file, data)
        os.fdatasync(self._file.fileno())
        entry = Entry(number, media_ms, duration_ms, offset, len(data), head[1], broken)
        line = _Line(number, media_ms, duration_ms, offset, len(data), head[1], broken)
        text = _encode(line) + b"\n"
        _write(self._index, text)
        self._init, self._end = head, offset + len(data)
        self._index_end += len(text)
        return entry

    def _cut_back(self) -> None:
        self._file.truncate(self._end)
        self._index.truncate(self._index_end)

    def read(self, place: tuple[int, int]) -> bytes:
        """What lies at an offset, of a length."""
        with (self.folder / FILE).open("rb") as file:
            return os.pread(file.fileno(), place[1], place[0])

    def close(self) -> None:
        """Let go of the files; all that was appended is in them."""
        self._file.close()
        self._index.close()


def _epoch_of(folder: Path, *, fresh: bool) -> str:
    # The part of the live addresses that tells one tape from another: numbers start anew
    # with a tape, and whoever kept the old ones must not take them for the new.
    kept = folder / EPOCH
    if fresh or not kept.exists():
        kept.write_text(format(time.time_ns() // 1_000_000, "x"), encoding="ascii")
    return kept.read_text(encoding="ascii")


def _write(file: FileIO, data: bytes) -> None:
    # A raw file may take less than it is given.
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
