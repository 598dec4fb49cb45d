"""A real media process and real ffmpeg publishers, for the tests that need them.

The process is started once for all tests of a file, on the test database; each test opens
channels of its own, so that none sees what another did.
"""

import itertools
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import imageio_ffmpeg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from firsthand.media.models import Channel
from tests.conftest import RoleProcess, free_port, test_dsn
from tests.media.gate import PORT, Gate

FFMPEG: str = imageio_ffmpeg.get_ffmpeg_exe()
PATIENCE_SECONDS = 15.0

# Only our own tables are emptied after a test: all of the house's would take a second.
on_our_tables = pytest.mark.django_db(
    transaction=True, available_apps=["firsthand.kit", "firsthand.media"]
)
_FLV = ("-f", "flv", "-flvflags", "no_duration_filesize")

Found = TypeVar("Found")


def until(look: Callable[[], Found | None], *, seconds: float = PATIENCE_SECONDS) -> Found:
    """Look again and again until there is something; too late is a failure."""
    too_late = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < too_late, "it did not happen"
        time.sleep(0.02)


@dataclass
class Publisher:
    """An ffmpeg that publishes; what it complained about can be read when it has ended."""

    process: "subprocess.Popen[str]"

    def wait(self, seconds: float = PATIENCE_SECONDS) -> tuple[int, str]:
        """Its exit code and its last words."""
        _, complaint = self.process.communicate(timeout=seconds)
        return self.process.returncode, complaint

    def kill(self) -> None:
        """As when its power fails."""
        if self.process.returncode is None:
            self.process.kill()
            self.process.communicate()

    def freeze(self) -> None:
        """As in a tunnel: the connection stands, and nothing comes."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Out of the tunnel."""
        self.process.send_signal(signal.SIGCONT)


@dataclass
class Station:
    """The media process, seen from outside."""

    role: RoleProcess
    rtmp_port: int
    home: Path
    clip: Path
    publishers: list[Publisher] = field(default_factory=list)
    names: "itertools.count[int]" = field(default_factory=itertools.count)

    def channel(self) -> Channel:
        """A new channel."""
        from firsthand.media import actions

        return actions.open_channel(f"show-{next(self.names)}-{self.rtmp_port}")

    def publish(
        self, key: str, *options: str, clip: Path | None = None, app: str = "live"
    ) -> Publisher:
        """Publish the clip over and over at its own pace, until stopped."""
        address = f"rtmp://127.0.0.1:{self.rtmp_port}/{app}/{key}"
        words = ["-re", "-stream_loop", "-1", "-i", str(clip or self.clip), "-c", "copy"]
        return self.encode(*words, *options, *_FLV, address)

    def encode(self, *words: str) -> Publisher:
        """Run ffmpeg with these words."""
        process = subprocess.Popen(
            [FFMPEG, "-nostdin", "-hide_banner", "-loglevel", "warning", *words],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.publishers.append(Publisher(process))
        return self.publishers[-1]

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        """Ask the origin."""
        return httpx.get(f"{self.role.url}/media/{path}", timeout=PATIENCE_SECONDS, **kwargs)

    def status(self, channel: Channel) -> dict[str, Any]:
        """What the page asks for."""
        answer: dict[str, Any] = self.get(f"{channel.name}/status.json").json()
        return answer

    def playlist(self, channel: Channel, query: str = "") -> str:
        """The live playlist, which must be there."""
        answer = self.get(f"{channel.name}/index.m3u8{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def on_air(self, channel: Channel, *, frames: int = 1) -> dict[str, Any]:
        """Wait until a channel is on air and has sent so many pictures."""

        def look() -> dict[str, Any] | None:
            status = self.status(channel)
            return status if status["on_air"] and status["frames"] >= frames else None

        return until(look)

    def segments(self, channel: Channel, count: int) -> str:
        """Wait until so many segments are finished; the playlist then."""

        def look() -> str | None:
            answer = self.get(f"{channel.name}/index.m3u8")
            long = answer.status_code == 200 and answer.text.count("#EXTINF") >= count
            return answer.text if long else None

        return until(look)

    def decode(self, address: str) -> tuple[int, str]:
        """Play it through as ffmpeg does: how many pictures there were, and what was wrong."""
        done = subprocess.run(
            [
                *(FFMPEG, "-nostdin", "-hide_banner", "-loglevel", "info", "-xerror"),
                *("-i", f"{self.role.url}/media/{address}", "-f", "null", "-"),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        frames = re.findall(r"frame=\s*(\d+)", done.stderr)
        bad = "\n".join(line for line in done.stderr.splitlines() if _is_bad(line))
        return int(frames[-1]) if frames else 0, bad if done.returncode == 0 else done.stderr

    def hush(self) -> None:
        """Stop all publishers, and wait until all that they did is written."""
        for publisher in self.publishers:
            publisher.kill()
        self.publishers.clear()
        until(self._quiet)

    def _quiet(self) -> bool:
        state = self.get("healthz").json()
        return not (state["on_air"] or state["segments_waiting"] or state["notes_waiting"])


def _is_bad(line: str) -> bool:
    # The null muxer counts in whole frames, and complains that a gap is not a multiple of them.
    return not line.startswith("[null @") and bool(
        re.search(r"error|invalid|corrupt|non.monoton|missing|discard", line, re.I)
    )


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds as a host's OBS should send them: a key frame a second, no B-frames."""
    return _encode(tmp_path_factory.mktemp("clips") / "good.flv", "-tune", "zerolatency")


@pytest.fixture(scope="session")
def reordered_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with B-frames, as OBS sends it when nobody has set it up."""
    return _encode(tmp_path_factory.mktemp("clips") / "reordered.flv", "-bf", "2")


def _encode(clip: Path, *options: str, codec: str = "libx264") -> Path:
    subprocess.run(
        [
            *(FFMPEG, "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
            *("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30"),
            *("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "4"),
            *("-c:v", codec, "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "30"),
            *("-keyint_min", "30", "-sc_threshold", "0", "-b:v", "800k", *options),
            *("-c:a", "aac", "-b:a", "96k", "-ac", "2", "-f", "flv", str(clip)),
        ],
        check=True,
        timeout=60,
    )
    return clip


def _open_station(clip: Path, dsn: str) -> Station:
    home = Path(tempfile.mkdtemp(prefix="firsthand-media-"))
    rtmp_port = free_port()
    environment = {"FIRSTHAND_HOME": str(home), "FIRSTHAND_RTMP_PORT": str(rtmp_port)}
    return Station(RoleProcess("media", dsn, environment), rtmp_port, home, clip)


@pytest.fixture(scope="session")
def _station(
    clip: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Station]:
    with django_db_blocker.unblock():
        opened = _open_station(clip, test_dsn())
    yield opened
    opened.role.close()
    shutil.rmtree(opened.home, ignore_errors=True)


@pytest.fixture
def station(_station: Station, db: None) -> Iterator[Station]:
    """The media process; it does not notice that its tables are emptied after each test."""
    yield _station
    _station.hush()


@pytest.fixture(scope="session")
def gate(django_db_setup: None) -> Iterator[Gate]:
    """The way to the database, which a test may shut."""
    place = connections["default"].settings_dict
    opened = Gate(place["HOST"], place["PORT"])
    yield opened
    opened.shut()
    shutil.rmtree(opened.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _mortal_station(
    clip: Path, gate: Gate, django_db_blocker: DjangoDbBlocker
) -> Iterator[Station]:
    with django_db_blocker.unblock():
        dsn = make_conninfo(test_dsn(), host=str(gate.folder), port=PORT)
    opened = _open_station(clip, dsn)
    yield opened
    opened.role.close()
    shutil.rmtree(opened.home, ignore_errors=True)


@pytest.fixture
def mortal_station(_mortal_station: Station, db: None) -> Iterator[Station]:
    """A media process to be killed, stopped or cut off; it is alive again for the next test."""
    if _mortal_station.role.process.poll() is not None:
        _mortal_station.role.start()
    yield _mortal_station
    if _mortal_station.role.process.poll() is None:
        _mortal_station.hush()
