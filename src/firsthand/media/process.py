"""The media role: encoders come in by RTMP, players by HTTP, on one event loop.

firsthand media            as the supervisor starts it
async with open_media(…)   in a test, in its own process
"""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import cast

import uvicorn
from asgiref.typing import ASGI3Application

from firsthand.kit import clock
from firsthand.kit.log import get_logger
from firsthand.media import actions
from firsthand.media.diary import Diary
from firsthand.media.origin import Origin
from firsthand.media.recorder import Recorder
from firsthand.media.recording import recorded_channels
from firsthand.media.rtmp import RtmpServer
from firsthand.media.station import Station

FRONT_HOST = "127.0.0.1"  # whence the front calls, and nobody else
KEEP_ALIVE_SECONDS = 30
BACKLOG = 1024
STOP_SECONDS = 4  # for what was begun; the supervisor's patience is a little longer

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Media:
    """The role, while it runs."""

    station: Station
    diary: Diary
    http_port: int
    rtmp_port: int


def run(*, http_port: int, rtmp_host: str, rtmp_port: int) -> None:
    """Serve until SIGTERM or SIGINT; what is on air is finished and kept.

    Encoders come in from outside, by RTMP_HOST; players come through the front alone.
    """
    import uvloop  # noqa: PLC0415 - only this role needs it

    uvloop.run(_serve_until_told(http_port, rtmp_host, rtmp_port))


async def _serve_until_told(http_port: int, rtmp_host: str, rtmp_port: int) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with open_media(rtmp_host, http_port, rtmp_port) as media:
        log.info("media_open", http_port=media.http_port, rtmp_port=media.rtmp_port)
        await told.wait()
        log.info("media_stopping", on_air=media.station.on_air)


@asynccontextmanager
async def open_media(rtmp_host: str, http_port: int, rtmp_port: int) -> AsyncIterator[Media]:
    """Both doors open, until the block is left; a port of 0 is any that is free."""
    diary, recorder = Diary(), Recorder()
    station = Station(diary, recorder)
    tasks = [asyncio.create_task(one) for one in (diary.run(), recorder.run(), station.watch())]
    diary.note(_end_lost)
    rtmp = RtmpServer(station.admit)
    rtmp_port = await rtmp.open(rtmp_host, rtmp_port)
    origin = Origin(
        station,
        well=lambda: {
            "ok": not any(task.done() for task in tasks),
            "on_air": station.on_air,
            "notes_waiting": len(diary),
            "segments_waiting": len(recorder),
        },
    )
    try:
        async with _http(origin, http_port) as port:
            try:
                yield Media(station, diary, port, rtmp_port)
            finally:  # publishers first: viewers who wait for a part then get the last ones
                await rtmp.close()
                station.close()
    finally:
        await rtmp.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await recorder.settle()
                await diary.settle()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _end_lost() -> None:
    # Whoever was on air when this process was killed is not any more.
    lost = actions.end_lost_sessions(channel_names=recorded_channels(), at=clock.now())
    if lost:
        log.warning("sessions_lost", sessions=lost)


class _Server(uvicorn.Server):
    """uvicorn, as a guest in our loop: signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _http(origin: Origin, port: int) -> AsyncIterator[int]:
    listening = socket.create_server((FRONT_HOST, port), backlog=BACKLOG)
    server = _Server(
        uvicorn.Config(
            cast("ASGI3Application", origin),
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
            ws="none",
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await serving
        listening.close()
