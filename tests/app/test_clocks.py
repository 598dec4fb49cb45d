"""Two live processes on machines whose clocks are wrong: they agree about every instant."""

from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from firsthand.kit.clock import now
from firsthand.offer.models import Offer
from firsthand.people.badge import pin_badge
from tests.conftest import OpenRole, RoleProcess
from tests.shop import PRICE_FEN, SHOW, kettle, people

pytestmark = pytest.mark.timeout(120)
SECOND = timedelta(seconds=1)


def _press(door: RoleProcess, offer: Offer, person_id: int) -> httpx.Response:
    return httpx.post(
        f"{door.url}/live/{SHOW}/orders",
        json={
            "badge": pin_badge(person_id, f"v{person_id}"),
            "key": str(uuid4()),
            "offer_id": offer.pk,
            "quantity": 1,
            "price_version": 1,
            "price_fen": PRICE_FEN,
        },
        timeout=20,
    )


def test_no_process_opens_or_closes_an_offer_before_the_others(open_role: OpenRole) -> None:
    opens_soon, closed_just_now, open_now = (kettle(stock=9) for _ in range(3))
    instant = now()
    Offer.objects.filter(pk=opens_soon.pk).update(opens_at=instant + 60 * SECOND)
    Offer.objects.filter(pk=closed_just_now.pk).update(closes_at=instant - SECOND)
    [ann] = people(1)
    doors = [
        open_role("live", FIRSTHAND_CLOCK_SKEW_SECONDS=str(wrong_by)) for wrong_by in (90, -90)
    ]
    for door in doors:
        assert _press(door, opens_soon, ann.pk).json()["code"] == "not_yet_open"
        assert _press(door, closed_just_now, ann.pk).json()["code"] == "closed"
        held = _press(door, open_now, ann.pk)
        assert held.status_code == 201
        ends = datetime.fromisoformat(held.json()["hold_until"])
        assert abs(ends - now() - timedelta(minutes=15)) < 10 * SECOND
