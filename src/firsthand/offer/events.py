"""What the offer floor tells upward, on the feed of the show (or ``mall``).

``left`` is what nobody has taken yet: what has become true, and not a step towards it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OfferOpened:
    """A SKU is for sale, or for sale again, on these terms."""

    name: ClassVar[str] = "offer_opened"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    limit_per_person: int
    price_fen: int
    price_version: int
    left: int
    by: int | None
    discount_fen: int = 0  # off the price of one unit; PRICE_FEN is without it
    # Of a bundle, or of what is sold for less: each SKU, how many, its price and its floor.
    goods: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class LimitSet:
    """One person may have so many from now on."""

    name: ClassVar[str] = "limit_set"
    version: ClassVar[int] = 1

    offer_id: int
    limit_per_person: int
    by: int | None


@dataclass(frozen=True, slots=True)
class TimesSet:
    """One may buy from OPENS_AT on, until CLOSES_AT (None: at once; without end)."""

    name: ClassVar[str] = "times_set"
    version: ClassVar[int] = 1

    offer_id: int
    opens_at: datetime | None
    closes_at: datetime | None
    by: int | None


@dataclass(frozen=True, slots=True)
class StockReleased:
    """Pieces were put on offer; PLANNED of them are still to be made."""

    name: ClassVar[str] = "stock_released"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    quantity: int
    planned: int
    left: int
    by: int | None


@dataclass(frozen=True, slots=True)
class StockWithdrawn:
    """Pieces that nobody had taken were taken off the offer."""

    name: ClassVar[str] = "stock_withdrawn"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    quantity: int
    left: int
    by: int | None


@dataclass(frozen=True, slots=True)
class OfferClosed:
    """It is no longer for sale here."""

    name: ClassVar[str] = "offer_closed"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    by: int | None
