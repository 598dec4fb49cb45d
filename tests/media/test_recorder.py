"""The lane to the disk, and the end of the process: nothing that was finished is left behind."""

import asyncio
import os
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from firsthand.media import actions, amf, chunks, recorder
from firsthand.media.models import Recording, Session
from firsthand.media.process import Media, open_media
from firsthand.media.recorder import Recorder
from firsthand.media.recording import Tape, folder_of, read_index
from tests.media.conftest import on_our_tables
from tests.media.streams import Shelf, interleaved, pictures, sound

REAL_SYNC = os.fdatasync


def _sent(seconds: int) -> Shelf:
    shelf = Shelf()
    shelf.publish(interleaved(pictures(seconds * 30), sound(seconds * 1000)))
    return shelf


def test_a_disk_that_hangs_costs_segments_and_not_the_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "WAITING_MAX", 4)
    shelf, moves_again = _sent(8), threading.Event()

    def hang(file: int) -> None:
        assert moves_again.wait(10)
        REAL_SYNC(file)

    monkeypatch.setattr("os.fdatasync", hang)

    async def story(tape: Tape) -> None:
        lane = Recorder()
        running = asyncio.create_task(lane.run())
        for segment, init in zip(shelf.segments[:7], shelf.inits, strict=False):
            lane.keep(tape, segment, init)  # never waits
        moves_again.set()
        await lane.settle()
        lane.keep(tape, shelf.segments[7], shelf.inits[7])
        await lane.settle()
        assert len(lane) == 0
        running.cancel()

    with closing(Tape(tmp_path)) as tape:
        asyncio.run(story(tape))
    kept = read_index(tmp_path)
    assert [entry.number for entry in kept] == [0, 1, 2, 3, 7]
    assert [entry.discontinuity for entry in kept] == [False, False, False, False, True]


def test_a_disk_that_refuses_once_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, answers = _sent(3), iter([REAL_SYNC, None, REAL_SYNC])

    def sync(file: int) -> None:
        answer = next(answers)
        if answer is None:
            raise OSError(28, "No space left on device")
        answer(file)

    monkeypatch.setattr("os.fdatasync", sync)

    async def story(tape: Tape) -> None:
        lane = Recorder()
        running = asyncio.create_task(lane.run())
        for segment, init in zip(shelf.segments, shelf.inits, strict=True):
            lane.keep(tape, segment, init)
        await lane.settle()
        running.cancel()

    with closing(Tape(tmp_path)) as tape:
        asyncio.run(story(tape))
    assert [entry.number for entry in read_index(tmp_path)] == [0, 2]


@on_our_tables
def test_a_process_that_stops_waits_for_its_disk_and_its_notes(
    clip: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    channel = actions.open_channel("show-1")
    slow = threading.Event()

    def sync(file: int) -> None:
        slow.wait(0.2)
        REAL_SYNC(file)

    monkeypatch.setattr("os.fdatasync", sync)

    async def story() -> None:
        async with open_media("127.0.0.1", 0, 0) as media:
            reader, writer = await asyncio.open_connection("127.0.0.1", media.rtmp_port)
            writer.write(_publish(channel.key))
            while b"Publish.Start" not in await reader.read(65536):
                pass
            writer.write(_messages(clip))
            async with asyncio.timeout(10):
                while _frames(media) < 120:  # noqa: ASYNC110 - no bell rings for a frame
                    await asyncio.sleep(0.01)
        writer.close()

    asyncio.run(story())
    assert sum(entry.duration_ms for entry in read_index(folder_of("show-1"))) in range(3990, 4010)
    session = Session.objects.get()
    assert (session.frames, session.ended_why) == (120, "process_stopped")
    assert Recording.objects.get().duration_ms in range(3990, 4010)


def _frames(media: Media) -> int:
    programme = media.station.programme("show-1")
    return programme.meter.frames if programme is not None else 0


def _publish(key: str) -> bytes:
    words: list[tuple[amf.Value, ...]] = [
        ("connect", 1, {"app": "live"}),
        ("createStream", 2, None),
        ("publish", 3, None, key, "live"),
    ]
    said = [chunks.write_message(chunks.COMMAND, amf.encode(*one), chunk_stream=3) for one in words]
    return b"\x03" + bytes(2 * 1536) + b"".join(said)


def _messages(clip: Path) -> bytes:
    """The tags of an FLV file, as RTMP messages."""
    flv, at, said = clip.read_bytes(), 13, bytearray()
    while at + 11 < len(flv):
        size = int.from_bytes(flv[at + 1 : at + 4], "big")
        time = flv[at + 4 : at + 7]
        said += b"\x04" + time + flv[at + 1 : at + 4] + flv[at : at + 1] + b"\1\0\0\0"
        for place in range(at + 11, at + 11 + size, 128):
            said += b"\xc4" if place > at + 11 else b""
            said += flv[place : min(place + 128, at + 11 + size)]
        at += size + 15
    return bytes(said)
