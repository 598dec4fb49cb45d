"""A wire between a process and PostgreSQL that can be held still, cut, and mended.

with wire_to(test_dsn()) as wire:
    live = open_role("live", DATABASE_URL=wire.dsn)
    wire.hold()     # PostgreSQL is stuck: nothing comes, nothing breaks
    wire.let_go()
    wire.cut()      # PostgreSQL is gone: connections break, new ones are refused
    wire.mend()
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class Wire:
    """Listens on a port of its own, and carries what is said to PostgreSQL and back."""

    def __init__(self, dsn: str) -> None:
        words = conninfo_to_dict(dsn)
        self._host, self._port = str(words["host"]), int(words.get("port") or 5432)
        self._flows = threading.Event()
        self._flows.set()
        self._is_cut = False
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.dsn = make_conninfo(
            dsn, host="127.0.0.1", port=str(self._door.getsockname()[1]), sslmode="disable"
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def hold(self) -> None:
        """Nothing is carried any more, in either direction; nobody is told."""
        self._flows.clear()

    def let_go(self) -> None:
        """What was held is carried on."""
        self._flows.set()

    def cut(self) -> None:
        """Every connection breaks, and new ones break at once."""
        self._is_cut = True
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()
        self._flows.set()  # who held words for a connection that is gone lets go of them

    def mend(self) -> None:
        """New connections are carried again."""
        self._is_cut = False

    def close(self) -> None:
        """No more."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                here, _address = self._door.accept()
                if self._is_cut:
                    here.close()
                    continue
                there = self._to_postgres()
                self._open += [here, there]
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=[one, other], daemon=True).start()

    def _to_postgres(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, self._port))
        there = socket.socket(socket.AF_UNIX)
        there.connect(f"{self._host}/.s.PGSQL.{self._port}")
        return there

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while words := one.recv(65536):
                self._flows.wait()
                other.sendall(words)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def wire_to(dsn: str) -> Iterator[Wire]:
    """A wire to a database."""
    wire = Wire(dsn)
    try:
        yield wire
    finally:
        wire.close()
