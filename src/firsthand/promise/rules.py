"""Which day is promised. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class Rung:
    """By this day pieces of a SKU ship, and so many of them are still free."""

    sku_id: int
    ship_by: date
    source: str
    free: int


def earliest(ladder: Iterable[Rung], quantity: int) -> Rung | None:
    """The first rung that holds the whole order, since an order ships in one parcel.

    A small order may so be promised an earlier day than a large one before it: nobody waits
    longer for that, and the early pieces do not lie about.
    """
    return next((rung for rung in ladder if rung.free >= quantity), None)
