"""A pre-sale as it is shown: so much now, the rest by a date, and the rule, before the press."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from firsthand.offer.models import Offer


@dataclass(frozen=True, slots=True)
class Presale:
    """The terms of a pre-sale, of one unit."""

    offer_id: int
    deposit_fen: int
    balance_fen: int
    deposit_is_kept: bool
    balance_opens_at: datetime | None
    balance_due_at: datetime


def presale_of(offer: Offer, unit_fen: int) -> Presale | None:
    """The terms of an offer, if it is a pre-sale; UNIT_FEN is the whole price of one."""
    if offer.kind != Offer.Kind.PRESALE or offer.balance_due_at is None:
        return None
    return Presale(
        offer_id=offer.pk,
        deposit_fen=offer.deposit_fen,
        balance_fen=max(0, unit_fen - offer.deposit_fen),
        deposit_is_kept=offer.deposit_is_kept,
        balance_opens_at=offer.balance_opens_at,
        balance_due_at=offer.balance_due_at,
    )


def last_day_of(offer: Offer) -> date | None:
    """The last day on which the balance may come; a pre-sale ships after it."""
    if offer.balance_due_at is None:
        return None
    return timezone.localdate(offer.balance_due_at - timedelta(microseconds=1))
