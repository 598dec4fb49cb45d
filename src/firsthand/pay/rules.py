"""What a provider's word does to a payment, and how words are sealed. Pure."""

import enum
import hmac
import re
from typing import NamedTuple
from uuid import UUID

TOLERANCE_SECONDS = 300  # a word that was sealed longer ago may be an old one, said again


class Kind(enum.StrEnum):
    """What a provider may tell of a payment; what is of no consequence to us is OTHER."""

    PAID = "paid"
    FAILED = "failed"
    OTHER = "other"


class Word(NamedTuple):
    """What a provider told us, after its seal was found true."""

    provider: str
    word_id: str  # theirs; the same word has the same one, however often it is said
    kind: Kind
    reference: UUID  # ours, of the payment
    provider_reference: str  # theirs, of the payment
    amount_fen: int
    currency: str = "CNY"


_AFTER_PAID = {"open": "paid", "failed": "paid", "cancelled": "paid"}
_AFTER_FAILED = {"open": "failed"}


def after(state: str, kind: Kind) -> str:
    """The state of a payment after a word. Words may come in any order: money that came, came.

    >>> after("open", Kind.PAID), after("failed", Kind.PAID), after("paid", Kind.FAILED)
    ('paid', 'paid', 'paid')
    """
    if kind is Kind.PAID:
        return _AFTER_PAID.get(state, state)
    if kind is Kind.FAILED:
        return _AFTER_FAILED.get(state, state)
    return state


def seal(body: bytes, *, at: int, key: bytes) -> str:
    """The seal on a word's body, said AT so many seconds since 1970."""
    digest = hmac.digest(key, b"%d.%s" % (at, body), "sha256").hex()
    return f"t={at},v1={digest}"


_SEAL = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def is_sealed(
    header: str, body: bytes, *, now: float, key: bytes, tolerance: int = TOLERANCE_SECONDS
) -> bool:
    """Whether HEADER is our provider's seal on BODY, made a short while ago.

    >>> header = seal(b"{}", at=1000, key=b"k")
    >>> is_sealed(header, b"{}", now=1010, key=b"k"), is_sealed(header, b"{ }", now=1010, key=b"k")
    (True, False)
    >>> is_sealed(header, b"{}", now=1301, key=b"k")
    False
    """
    said = _SEAL.fullmatch(header)
    if said is None:
        return False
    at = int(said[1])
    fresh = abs(now - at) <= tolerance
    return hmac.compare_digest(seal(body, at=at, key=key), header) and fresh
