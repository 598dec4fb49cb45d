"""What the promise floor tells upward, on the feed ``promise``."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class LadderChanged:
    """A SKU offers other days than before: FREE pieces in all, the first ship by FIRST_DAY."""

    name: ClassVar[str] = "ladder_changed"
    version: ClassVar[int] = 1

    sku_id: int
    free: int
    first_day: str | None  # ISO 8601; None: nothing can be promised


@dataclass(frozen=True, slots=True)
class PromiseAtRisk:
    """More pieces than before that were promised by a day cannot be there by then."""

    name: ClassVar[str] = "promise_at_risk"
    version: ClassVar[int] = 1

    sku_id: int
    ship_by: str  # ISO 8601
    source: str
    quantity: int  # all of this rung that are at risk now


@dataclass(frozen=True, slots=True)
class PromiseSafe:
    """All that was promised by a day can be there again."""

    name: ClassVar[str] = "promise_safe"
    version: ClassVar[int] = 1

    sku_id: int
    ship_by: str  # ISO 8601
    source: str
