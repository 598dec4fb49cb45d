"""``firsthand simulate season``: a table, JSON, and wrong words."""

import json

import pytest
from typer.testing import CliRunner

from firsthand.app.cli import app


def test_a_season_is_told_as_a_table_and_as_json() -> None:
    words = ["simulate", "season", "--months", "0.2", "--seeds", "1", "--jobs", "1"]
    done = CliRunner().invoke(app, [*words, "--policies", "fifo,fixed-7"])
    assert done.exit_code == 0, done.output
    assert "kept %" in done.output and "fixed-7: " in done.output
    done = CliRunner().invoke(app, [*words, "--policies", "edd", "--json"])
    found = json.loads(done.stdout)
    assert list(found["policies"]) == ["edd"]
    assert found["policies"]["edd"]["wanted"]["mean"] > 0
    assert found["setting"]["months"] == 0.2


@pytest.mark.parametrize(
    "words", [["--policies", "astrology"], ["--months", "0"], ["--size", "huge"], ["--seeds", "0"]]
)
def test_wrong_words_end_with_2(words: list[str]) -> None:
    done = CliRunner().invoke(app, ["simulate", "season", *words])
    assert done.exit_code == 2
