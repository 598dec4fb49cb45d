"""Caddy itself with the front's configuration: what it lets through, and what it writes down."""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from firsthand.app import front
from firsthand.app.config import Config
from tests.conftest import free_port

BADGE = "7.viewer.1999999999.5ea1ed"


class Web(BaseHTTPRequestHandler):
    """Stands for the role web: it notes when it is called, and says what it was sent."""

    called: list[str]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.called.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


class Front:
    """A front with a web behind it; the other roles are down."""

    def __init__(self, home: Path) -> None:
        self.called: list[str] = []
        handler = type("Handler", (Web,), {"called": self.called})
        self.web = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        self.config = Config(
            home=home,
            bind="0.0.0.0",
            port=free_port(),
            web_port=self.web.server_address[1],
            live_port=free_port(),
            media_port=free_port(),
        )
        self.url = f"http://127.0.0.1:{self.config.port}"
        whole = front.configuration(self.config)
        whole["logging"]["logs"]["default"]["level"] = (
            "DEBUG"  # as an operator in need would set it
        )
        written = home / "front.json"
        written.write_text(json.dumps(whole), encoding="utf-8")
        self.log = home / "front.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [front.binary(), "run", "--config", str(written)], stdout=log, stderr=log
            )
        too_late = time.monotonic() + 20
        while not self._is_open():
            assert time.monotonic() < too_late, self.log.read_text(encoding="utf-8")
            time.sleep(0.05)

    def _is_open(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.config.port)) == 0

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.web.shutdown()
        self.web.server_close()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A front, open."""
    one = Front(tmp_path_factory.mktemp("front"))
    yield one
    one.close()


def test_a_badge_is_not_written_down_however_much_is(opened: Front) -> None:
    answer = httpx.get(f"{opened.url}/live/88/room?seen=41&badge={BADGE}&lang=zh", timeout=10)
    assert answer.status_code == 502
    too_late = time.monotonic() + 10
    while "/live/88/room" not in (log := opened.log.read_text(encoding="utf-8")):
        assert time.monotonic() < too_late, log
        time.sleep(0.05)
    assert "seen=41" in log, "the line is the one about this call"
    assert "badge=" in log, "and what was taken out would have stood in it"
    assert BADGE not in log
    assert "python-httpx" not in log, "headers are not written down"


def test_who_sends_slowly_keeps_no_thread_of_the_pages_waiting(opened: Front) -> None:
    head = f"POST /slow HTTP/1.1\r\nHost: x:{opened.config.port}\r\nContent-Length: 10\r\n\r\n"
    with socket.create_connection(("127.0.0.1", opened.config.port), timeout=10) as line:
        line.sendall(head.encode() + b"01234")
        assert httpx.get(f"{opened.url}/quick").status_code == 200
        assert opened.called == ["/quick"], "the slow one is not there yet"
        line.sendall(b"56789")
        answer = b""
        while b"0123456789" not in answer:
            more = line.recv(4096)
            assert more, answer
            answer += more
    assert opened.called == ["/quick", "/slow"]


def test_figures_are_told_on_this_machine_alone(opened: Front) -> None:
    assert httpx.get(f"{opened.url}/metrics").status_code == 200
    outside = _own_address()
    if outside is None:
        pytest.skip("this machine has no address but loopback")
    called = f"http://{outside}:{opened.config.port}"
    for path in front.FIGURES:
        assert httpx.get(f"{called}{path}").status_code == 404, path
    assert httpx.get(f"{called}/other").status_code == 200


def _own_address() -> str | None:
    """An address of this machine that is not loopback: a call by it comes from outside."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address
