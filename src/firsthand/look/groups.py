"""Group-buys as they are shown: how many people, for how much less, and who lacks whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from firsthand.kit.clock import now
from firsthand.offer.models import Offer
from firsthand.order import seats
from firsthand.order.groups import Seat


@dataclass(frozen=True, slots=True)
class Squad:
    """A group that one may still join."""

    group_id: int
    seats: int
    taken: int
    expires_at: datetime

    @property
    def missing(self) -> int:
        """How many more people it takes."""
        return self.seats - self.taken


@dataclass(frozen=True, slots=True)
class GroupBuy:
    """The terms of a group-buy, and its groups that one may join: nearest to full first."""

    offer_id: int
    seats: int
    minutes: int
    discount_fen: int
    forming: tuple[Squad, ...]

    @property
    def nearest(self) -> Squad | None:
        """The group that lacks the fewest people."""
        return self.forming[0] if self.forming else None


def group_buys(offers: Collection[Offer]) -> dict[int, GroupBuy]:
    """Those of some offers that are group-buys, by offer; one query if there is any."""
    mine = [offer for offer in offers if offer.kind == Offer.Kind.GROUP]
    forming = seats.forming([offer.pk for offer in mine], now()) if mine else {}
    return {offer.pk: _group_buy(offer, forming.get(offer.pk, [])) for offer in mine}


def _group_buy(offer: Offer, forming: list[Seat]) -> GroupBuy:
    return GroupBuy(
        offer_id=offer.pk,
        seats=offer.group_size,
        minutes=offer.group_minutes,
        discount_fen=offer.discount_fen,
        forming=tuple(Squad(*seat) for seat in forming),
    )
