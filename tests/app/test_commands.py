"""The command line says in a sentence what it cannot do, and exits with 1."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from firsthand.app.cli import app


def firsthand(home: Path, *words: str, database: str) -> tuple[int, str]:
    """Run a command with a database of its own; its exit code and its last line."""
    surroundings = os.environ | {"FIRSTHAND_HOME": str(home), "DATABASE_URL": database}
    done = subprocess.run(
        [sys.executable, "-m", "firsthand.app", *words],
        env=surroundings, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize("address", ["nonsense", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_is_none_is_said_in_a_sentence(address: str, tmp_path: Path) -> None:
    for command in (["report", "1"], ["migrate"], ["doctor"]):
        code, said = firsthand(tmp_path, *command, database=address)
        assert code == 1, command
        assert "DATABASE_URL" in said or "database" in said or "to mend" in said


def test_without_tables_a_report_says_how_they_are_made(server: str, tmp_path: Path) -> None:
    empty = f"empty_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {empty}")
        try:
            database = make_conninfo(server, dbname=empty)
            code, said = firsthand(tmp_path, "report", "1", database=database)
        finally:
            connection.execute(f"drop database {empty} with (force)")
    assert code == 1
    assert "firsthand migrate" in said


@pytest.mark.parametrize("words", [["seed", "--products", "0"], ["demo", "--viewers", "-1"]])
def test_numbers_that_make_no_sense_are_refused_before_anything_is_done(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app(words)
    assert ended.value.code == 2
