"""Whether the house is well: found out once a second, and told in full to its own people."""

import time
from typing import Any

import pytest
from django.test import Client

from firsthand.app import health
from tests.shop import people, staff

pytestmark = pytest.mark.django_db
STRANGER = {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every look at a part."""
    seen: list[str] = []

    def asked(url: str) -> str:
        seen.append(url)
        return "ok"

    monkeypatch.setattr(health, "_asked", asked)
    monkeypatch.setattr(health, "KEPT_SECONDS", 60.0)  # the machine may be slow
    monkeypatch.setattr(health, "_worker", lambda: "does not work")
    health._kept.forget()
    return seen


def test_a_crowd_that_asks_makes_us_look_once(looks: list[str]) -> None:
    for _ in range(50):
        Client().get("/healthz", headers={"x-forwarded-for": "203.0.113.7"})
    assert len(looks) == len(health.PARTS)
    health._kept._until = time.monotonic()
    Client().get("/healthz")
    assert len(looks) == 2 * len(health.PARTS)


@pytest.mark.parametrize("who", ["stranger", "customer", "machine", "crew"])
def test_strangers_are_told_whether_and_our_own_are_told_what(looks: list[str], who: str) -> None:
    client = Client()
    if who in ("customer", "crew"):
        client.force_login(
            people(1)[0] if who == "customer" else staff("director"),
            backend="firsthand.people.backends.RoleBackend",
        )
    extra: dict[str, Any] = {} if who == "machine" else STRANGER
    answer = client.get("/healthz", **extra)
    assert answer.status_code == 503
    assert answer["Cache-Control"] == "no-store"
    if who in ("machine", "crew"):
        assert answer.json()["parts"] == {
            "database": "ok",
            "web": "ok",
            "worker": "does not work",
            "live": "ok",
            "media": "ok",
        }
    else:
        assert answer.json() == {"status": "ill"}
