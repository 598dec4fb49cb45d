"""What the price floor tells upward: on the feed ``price``, and on those that its caller names."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PricePublished:
    """A SKU sells for something else from now on; the parts are for everyone to see."""

    name: ClassVar[str] = "price_published"
    version: ClassVar[int] = 1

    sku_id: int
    price_version: int
    parts: dict[str, int]
    price_fen: int
    middlemen_fen: int
    was_fen: int | None  # None: it is the first price
    reason: str
    by: int | None
    floor_fen: int = 0  # cost and tax: what an offer takes off ends there
