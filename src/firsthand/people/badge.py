"""Badges of this house: the rules, with the house's key and clock."""

import secrets
import time
from collections.abc import MutableMapping
from functools import cache
from typing import Any

from django.utils.crypto import salted_hmac

from firsthand.people import rules
from firsthand.people.rules import Badge

BADGE_SECONDS = 6 * 3600  # as long as the longest show; the page renews it at every visit


@cache
def _key() -> bytes:
    return salted_hmac("firsthand.people.badge", "", algorithm="sha256").digest()


def pin_badge(person_id: int, viewer: str, epoch: int = 0) -> str:
    """A badge for someone whose session we have just seen (person 0: a visitor).

    Pages ask ``actions.issue_badge`` for one, which knows the epoch and counts devices.
    """
    valid_until = int(time.time()) + BADGE_SECONDS
    return rules.pin(Badge(person_id, viewer, epoch), valid_until=valid_until, key=_key())


def read_badge(text: str) -> Badge | None:
    """Whose badge this is; None if it proves nothing."""
    return rules.read(text, now=time.time(), key=_key())


def viewer_of(session: MutableMapping[str, Any]) -> str:
    """The random name of a browser, kept in its session; it says nothing about the person."""
    viewer = session.get("viewer")
    if not isinstance(viewer, str):
        viewer = session["viewer"] = secrets.token_urlsafe(12)
    return viewer
