"""The recipe in docs/pricing.md is tried as a reader would try it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from firsthand.price.card import verify
from firsthand.price.rules import Policy, reckon, through_middlemen
from tests.price.test_rules import SHEET

PAGE = Path(__file__).parents[2] / "docs" / "pricing.md"


def block(language: str) -> str:
    """The first block of that language on the page."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found.group(1)


def test_the_card_of_the_page_is_signed_and_says_what_the_page_reckons() -> None:
    file = json.loads(block("json"))
    assert verify(file["card"].encode(), file["signature"], file["public_key"])
    card = json.loads(file["card"])
    price = reckon(SHEET, Policy(), margin_bp=400)
    assert card["parts"] == price.parts
    assert card["price_fen"] == price.price_fen
    assert card["middlemen"]["price_fen"] == through_middlemen(price, Policy())


@pytest.mark.parametrize(("forged", "says"), [(False, "keeps the pledge"), (True, "")])
def test_the_readers_program_tells_a_true_card_from_a_forged_one(
    tmp_path: Path, *, forged: bool, says: str
) -> None:
    card = block("json")
    (tmp_path / "card.json").write_text(
        card.replace("13300", "12300") if forged else card, encoding="utf-8"
    )
    (tmp_path / "check.py").write_text(block("python"), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "check.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode == 0) is not forged
    assert says in ran.stdout and ("InvalidSignature" in ran.stderr) is forged
