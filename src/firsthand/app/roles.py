"""The four roles, each a process of its own, since pages, bursts and rooms slow each other down.

web     pages: Django as WSGI, some threads
live    rooms and the order door: bare ASGI on one event loop
worker  what can wait: expiries, reports, schedules (procrastinate)
media   RTMP in, low-latency HLS out, recordings
"""

import os
from typing import TYPE_CHECKING, cast

from firsthand.app.config import Config
from firsthand.kit import log

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector

WEB_THREADS = 4
GRACE_SECONDS = 5
AT_ONCE = 3  # jobs of one worker: a plan takes a minute, and expiries do not wait for it


def _prepare(role: str, config: Config) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")
    log.furnish(role=role, json=config.log_json)
    import django  # noqa: PLC0415 - settings are read when this is imported and set up

    django.setup()
    if role != "web":  # its pages are served by a process of their own, see wsgi.py
        settle_in(config, people_wait=role == "live")


def settle_in(config: Config, *, people_wait: bool) -> None:
    """What a process does before it opens: bound its waits, and set its clock."""
    from firsthand.kit import clock, patience  # noqa: PLC0415 - they need Django set up
    from firsthand.kit.timekeeper import Timekeeper  # noqa: PLC0415

    if people_wait:
        patience.be_patient_for(config.database_patience_seconds)
    clock.be_wrong_by(config.clock_skew_seconds)
    Timekeeper().begin()


def web(config: Config) -> None:
    """Serve pages until told to stop."""
    _prepare("web", config)
    from granian.constants import Interfaces, Loops  # noqa: PLC0415 - only this role needs it
    from granian.server import Server  # noqa: PLC0415

    Server(
        "firsthand.app.wsgi:pages",
        factory=True,
        address="127.0.0.1",
        port=config.web_port,
        interface=Interfaces.WSGI,
        loop=Loops.uvloop,
        workers=1,
        blocking_threads=WEB_THREADS,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()


def live(config: Config) -> None:
    """Serve rooms and take orders until told to stop."""
    _prepare("live", config)
    import uvicorn  # noqa: PLC0415 - only this role needs it

    from firsthand.faces.live.engine import Engine  # noqa: PLC0415 - needs Django set up
    from firsthand.faces.live.http import front_of  # noqa: PLC0415

    engine = Engine()
    uvicorn.run(
        engine,
        http=front_of(engine.intake),
        host="127.0.0.1",
        port=config.live_port,
        log_config=None,
        access_log=False,
        log_level="warning",  # its own lines would tell the addresses, and the badges in them
        proxy_headers=False,  # the engine does not ask where anybody comes from
        server_header=False,
        ws_max_size=16 * 1024,
        ws_per_message_deflate=False,  # a message would be packed anew for each of thousands
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def media(config: Config) -> None:
    """Take publishers in, serve streams and recordings until told to stop."""
    _prepare("media", config)
    from firsthand.media import process  # noqa: PLC0415 - needs Django set up

    process.run(http_port=config.media_port, rtmp_host=config.bind, rtmp_port=config.rtmp_port)


def worker(config: Config) -> None:
    """Do what waits in the queue, and what the clock asks for, until told to stop."""
    _prepare("worker", config)
    from procrastinate.contrib.django import app  # noqa: PLC0415 - needs Django set up

    # Django's connector is for leaving jobs; whoever does them has one of his own.
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector) as working:
        working.run_worker(
            name=f"worker-{os.getpid()}",
            install_signal_handlers=True,
            concurrency=AT_ONCE,
            delete_jobs="successful",  # what failed is kept to be looked at
        )


ROLES = {"web": web, "live": live, "worker": worker, "media": media}
