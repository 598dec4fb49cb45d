"""What a log line may not carry: secrets by their fields, and rows that PostgreSQL quotes."""

import json
import subprocess
import sys

import pytest

PHONE = "+8613800138000"
STORY = f"""
from firsthand.kit import log
log.furnish(role="web", json=%s)
told = log.get_logger("told")
told.info("came_in", person_id=7, phone="{PHONE}", badge="{PHONE}")
try:
    raise ValueError('duplicate key "people_person_phone_key"\\nDETAIL:  Key (phone)=({PHONE}).')
except ValueError:
    told.exception("page_failed", path="/guest/")
"""


@pytest.mark.parametrize("is_json", [True, False])
def test_no_phone_is_logged_whichever_way_it_comes(is_json: bool) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", STORY % is_json], capture_output=True, text=True, check=True
    )
    assert PHONE not in ran.stderr
    assert "people_person_phone_key" in ran.stderr, "the fault itself is told"
    assert "DETAIL: ***" in ran.stderr
    if is_json:
        first = json.loads(ran.stderr.splitlines()[0])
        assert (first["event"], first["person_id"], first["phone"]) == ("came_in", 7, "***")
