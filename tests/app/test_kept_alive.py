"""Everything is killed with -9, one after the other, while people buy; no order is lost.

The long form of it, at random moments and with scarce goods, is ``firsthand bench crash``.
"""

import os
import signal
from collections.abc import Iterator

import httpx
import pytest

from tests.app.whole_house import AUDIT, MEND_SECONDS, SEED, Buyers, UpHouse, up_house_opened

pytestmark = pytest.mark.timeout(900)  # a minute and a half on an idle machine
BUYERS = 8


@pytest.fixture
def up_house() -> Iterator[UpHouse]:
    with up_house_opened() as house:
        yield house


def test_whatever_is_killed_comes_back_and_no_acknowledged_order_is_lost(
    up_house: UpHouse,
) -> None:
    goods = up_house.ask(SEED % (100_000, BUYERS))
    buyers = Buyers(up_house, goods)
    buyers.start()
    try:
        for victim in ("live", "worker", "media", "web", "front", "postgres"):
            buyers.wait_for(more=20)
            before = up_house.pid_of(victim)
            os.kill(before, signal.SIGKILL)
            buyers.wait_for(more=20)
            up_house.wait_until_well(MEND_SECONDS)
            up_house.wait_for_another(victim, before)
    finally:
        buyers.stop()

    assert set(buyers.refused) <= {"500", "502", "503"}
    kept = up_house.ask(AUDIT)
    assert buyers.acknowledged.items() <= kept.items()
    assert kept.keys() - buyers.acknowledged.keys() <= buyers.in_doubt.keys()

    # Whoever got no answer presses again with the same key, and is held once, not twice.
    with httpx.Client(timeout=20) as client:
        for key, badge in buyers.in_doubt.items():
            assert buyers.press_once(client, key, badge).status_code == 201
    again = up_house.ask(AUDIT)
    assert again.keys() == buyers.acknowledged.keys() | buyers.in_doubt.keys()
