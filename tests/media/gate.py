"""A gate before PostgreSQL that can be shut: the database is away, for one process alone."""

import contextlib
import socket
import tempfile
import threading
from pathlib import Path

PORT = 5432


class Gate:
    """Carries bytes between a socket of its own and the server at HOST."""

    def __init__(self, host: str, port: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gate-"))
        self._server = (host, int(port or PORT))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listening: socket.socket | None = None
        self.open()

    def open(self) -> None:
        """Let connections through."""
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(self.folder / f".s.PGSQL.{PORT}"))
        listening.listen()
        self._listening = listening
        threading.Thread(target=self._welcome, args=(listening,), daemon=True).start()

    def shut(self) -> None:
        """Cut every connection, and let none through."""
        with self._lock:
            if self._listening is not None:
                self._listening.shutdown(socket.SHUT_RDWR)
                self._listening.close()
                self._listening = None
                (self.folder / f".s.PGSQL.{PORT}").unlink()
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def _welcome(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                inside, _ = listening.accept()
                outside = self._connect()
                with self._lock:
                    self._open += [inside, outside]
                for pair in ((inside, outside), (outside, inside)):
                    threading.Thread(target=_carry, args=pair, daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = self._server
        if not host.startswith("/"):
            return socket.create_connection((host or "127.0.0.1", port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        source.close()
