"""A house for a benchmark: its own PostgreSQL with fsync on, a maker, live processes.

Everything lies in a directory for a while, listens on loopback only, and is gone afterwards.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from urllib.request import urlopen

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")

from firsthand.app import postgres
from ground.cpu import parent_of

HERE = Path(__file__).parent
SHOW = 88
PRICE_FEN = 19_900
LIMIT = 1000
START_SECONDS = 60
# A few thousand people press as hard as many more would: what bounds one of them is looked at
# for each press, and set so high that nobody meets it.
UNBOUNDED = {
    "FIRSTHAND_UNPAID_MAX": "2000000000",
    "FIRSTHAND_UNPAID_A_DAY_MAX": "2000000000",
    "FIRSTHAND_PERSON_PACE": "2000000000/2000000000/1000000",
    "FIRSTHAND_ADDRESS_PACE": "2000000000/2000000000/1000000",
}

PEOPLE_SQL = """
insert into people_person (id, uuid, password, name, title_zh, title_en, roles, is_guest, is_active)
select n, gen_random_uuid(), '!', '', '', '', '{customer}', false, true
from generate_series(1, %s) as n
"""


@contextmanager
def ground() -> Iterator["Ground"]:
    """A PostgreSQL of our own with the tables of the house in it; it is removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="firsthand-bench-"))
    home.chmod(0o755)
    secret = secrets.token_hex(32)
    os.environ.update(FIRSTHAND_HOME=str(home), FIRSTHAND_SECRET=secret, FIRSTHAND_DEBUG="no")
    for name, bound in UNBOUNDED.items():
        os.environ.setdefault(name, bound)
    server = postgres.start(home, cleanup="delete")
    try:
        os.environ["DATABASE_URL"] = postgres.database_url(server)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield Ground(os.environ["DATABASE_URL"], server)
        finally:
            connections.close_all()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


@dataclass
class Ground:
    """A running house without people in it."""

    dsn: str
    server: postgres.PostgresServer

    def configure(self, settings: Mapping[str, str] | None) -> None:
        """Restart PostgreSQL with these settings beside its own; None: with its own alone."""
        from django.db import connection, connections

        with connection.cursor() as cursor:
            if settings is None:
                for name in self._changed:
                    cursor.execute(f"alter system reset {name}")
                postgres.furnish(self.server)
            for name, value in (settings or {}).items():
                cursor.execute(f"alter system set {name} = {value}")
            cursor.execute("checkpoint")
        self._changed = tuple(settings or ())
        connections.close_all()
        connection.close_pool()
        self.server.get_postmaster_info().process.send_signal(signal.SIGINT)  # a fast shutdown
        _until(lambda: not self.server.get_postmaster_info().is_running())
        for left in (2, 1, 0):
            try:
                self.server.ensure_postgres_running()
                break
            except subprocess.TimeoutExpired:  # ten seconds are little on a busy machine
                if not left:
                    raise

    _changed: tuple[str, ...] = ()

    def show(self, name: str) -> str:
        """A setting of PostgreSQL."""
        return str(self.value(f"select current_setting('{name}')"))

    def value(self, sql: str) -> object:
        """The first column of a statement's first row."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    @cached_property
    def pid(self) -> int:
        """The process above all others of PostgreSQL."""
        return parent_of(int(str(self.value("select pg_backend_pid()"))))

    def people(self, count: int) -> None:
        """So many people who have nothing but a number."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(PEOPLE_SQL, [count])
            cursor.execute(
                "select setval(pg_get_serial_sequence('people_person', 'id'), %s)", [count]
            )

    def show_on_air(self) -> None:
        """The show in whose room the crowd is."""
        from firsthand.kit.clock import now
        from firsthand.media.models import Channel
        from firsthand.show.models import Show

        Show.objects.create(
            pk=SHOW,
            slug="launch",
            title_zh="发布会",
            title_en="Launch",
            state=Show.State.ON_AIR,
            host_id=1,
            channel=Channel.objects.create(name="launch", key="launch-" + 32 * "k"),
            planned_at=now(),
            on_air_at=now(),
        )

    def offers(self, skus: int, pieces: int, days: int = 4) -> list[int]:
        """Offers of new SKUs, with so many pieces each, which ship on as many days."""
        from django.db import connection, transaction
        from django.utils import timezone
        from psycopg.types.range import TimestamptzRange

        from firsthand.catalogue.models import Category, Product, Sku
        from firsthand.kit.clock import now
        from firsthand.offer.actions import Line, open_many
        from firsthand.price.models import PriceVersion
        from firsthand.promise.models import Rung
        from firsthand.stock.actions import receive_many
        from firsthand.stock.models import Place

        branch, _new = Category.objects.get_or_create(
            slug="bench", defaults={"name_zh": "台", "name_en": "Bench"}
        )
        place, _new = Place.objects.get_or_create(
            code="north", defaults={"name_zh": "北", "name_en": "North"}
        )
        goods = []
        for _n in range(skus):
            code = secrets.token_hex(6)
            product = Product.objects.create(
                category=branch,
                slug=f"b-{code}",
                model_number=f"B-{code}",
                name_zh="件",
                name_en="Piece",
                archetype="kettle",
            )
            goods.append(
                Sku.objects.create(
                    product=product, code=f"B-{code}-1", name_zh="件", name_en="Piece"
                )
            )
        parts = ("labour", "energy", "overhead", "freight", "service", "margin", "tax")
        for sku in goods:
            PriceVersion.objects.create(
                sku=sku,
                version=1,
                during=TimestamptzRange(now() - timedelta(minutes=1), None),
                material_fen=PRICE_FEN,
                reason="bench",
                key_id="bench",
                signature="bench",
                **{f"{part}_fen": 0 for part in parts},
            )
        first = timezone.localdate() + timedelta(days=2)
        each, rest = divmod(pieces, days)
        with transaction.atomic():
            receive_many(
                place=place.code, quantities={sku.pk: pieces for sku in goods}, cause="bench"
            )
            Rung.objects.bulk_create(
                Rung(
                    sku=sku,
                    ship_by=first + timedelta(days=7 * day),
                    source="stock",
                    quantity=each + (rest if day == 0 else 0),
                )
                for sku in goods
                for day in range(days)
                if each or day == 0
            )
            ids = open_many(show_id=SHOW, lines=[Line(sku.pk, LIMIT, pieces) for sku in goods])
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
        return list(ids.values())

    def badges(self, count: int) -> list[str]:
        """Badges of the first so many people."""
        from firsthand.people.badge import pin_badge

        return [pin_badge(person, f"bench-{person}") for person in range(1, count + 1)]

    def faults(self) -> list[str]:
        """What in the books does not add up; empty when all is well."""
        from firsthand.offer import store as offer
        from firsthand.order import store as order
        from firsthand.stock import store as stock

        books = {"ledger": stock.audit(), "offers": offer.audit(), "orders": order.audit()}
        return [f"{name}: {found[:3]}" for name, found in books.items() if found]


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as any_free:
        any_free.bind(("127.0.0.1", 0))
        return int(any_free.getsockname()[1])


@contextmanager
def lives(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many processes of the role live, each with its ``port``."""
    with processes(
        [[sys.executable, "-m", "firsthand.app", "live"]] * count, "FIRSTHAND_LIVE_PORT"
    ) as running:
        yield running


@contextmanager
def empty_door() -> Iterator[list[subprocess.Popen[bytes]]]:
    """The same HTTP server with nothing behind it."""
    with processes([[sys.executable, str(HERE / "empty.py")]], "FIRSTHAND_LIVE_PORT") as running:
        yield running


@contextmanager
def processes(
    commands: Sequence[list[str]],
    port_name: str,
    greets: str = "/live/healthz",
    into: int | None = None,
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that answer when they are greeted, and are ended by their ids."""
    running = []
    try:
        for command in commands:
            port = free_port()
            one = subprocess.Popen(
                command, env={**os.environ, port_name: str(port)}, stdout=into, stderr=into
            )
            one.port = port
            running.append(one)
        for one in running:
            _until(lambda one=one: _answers(one, greets))
        yield running
    finally:
        for one in running:
            one.terminate()
        for one in running:
            try:
                one.wait(15)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


def _answers(one: subprocess.Popen[bytes], greets: str) -> bool:
    if one.poll() is not None:
        raise SystemExit("a process of the benchmark ended by itself")
    try:
        with urlopen(f"http://127.0.0.1:{one.port}{greets}", timeout=2):
            return True
    except OSError:
        return False


def _until(is_so: Callable[[], bool]) -> None:
    too_late = time.monotonic() + START_SECONDS
    while not is_so():
        if time.monotonic() > too_late:
            raise SystemExit("a process of the benchmark did not open")
        time.sleep(0.1)


@contextmanager
def crowd(**asked: object) -> Iterator[Callable[[], dict]]:
    """A crowd that presses, in a process of its own; call what is given to wait for its word."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "told.json"
        # Keys are made anew in each row, or a press would be one of an earlier row again.
        own = {"price_fen": PRICE_FEN, "seed": time.time_ns(), "into": str(into), "watch": {}}
        words = {**own, **asked}
        one = subprocess.Popen([sys.executable, str(HERE / "crowd.py")], stdin=subprocess.PIPE)
        try:
            one.stdin.write(json.dumps(words).encode() + b"\n")
            one.stdin.close()

            def told() -> dict:
                if one.wait():
                    raise SystemExit("the crowd ended by itself")
                return json.loads(into.read_text(encoding="ascii"))

            yield told
        finally:
            if one.poll() is None:
                one.kill()
                one.wait()


class Prober:
    """Somebody who asks for the terms so many times a second, and notes how long it takes."""

    def __init__(self, port: int, offers: Sequence[int], each_second: int = 100) -> None:
        self.port, self.offers, self.each_second = port, offers, each_second
        self.took: list[float] = []
        self.told: Counter[int] = Counter()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> "Prober":
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._enough.set()
        self._thread.join(30)

    def summary(self) -> str:
        """How long it took."""
        took = sorted(self.took) or [0.0]
        half, most = took[len(took) // 2], took[int(len(took) * 0.99)]
        said = ", ".join(f"{n} x {status}" for status, n in sorted(self.told.items()))
        return f"quotes {said}, p50 {1000 * half:.1f} ms, p99 {1000 * most:.1f} ms"

    def _ask(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            due = time.perf_counter()
            while not self._enough.is_set():
                offer = self.offers[len(self.took) % len(self.offers)]
                asked = f"GET /live/{SHOW}/quote?offer={offer} HTTP/1.1\r\nhost: x\r\n\r\n"
                line.sendall(asked.encode())
                answer = line.recv(4096)  # it fits into one piece
                self.took.append(time.perf_counter() - due)
                self.told[int(answer[9:12])] += 1
                due = max(due + 1 / self.each_second, time.perf_counter() - 0.1)
                time.sleep(max(0.0, due - time.perf_counter()))


def machine() -> str:
    """What was measured on, in a line."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {load}"
