"""Every test begins with full buckets: how fast one may ask is a test of its own."""

import pytest

from firsthand.faces.api.pace import CREW_THROTTLE, HEAVY_THROTTLE, PUBLIC_THROTTLE
from firsthand.kit.pace import Buckets, Pace


@pytest.fixture(autouse=True)
def full_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    for throttle in (CREW_THROTTLE, HEAVY_THROTTLE, PUBLIC_THROTTLE):
        monkeypatch.setattr(throttle, "buckets", Buckets(Pace(10_000, 1)))
