"""Several SKUs in one order: by which day all of them ship, and how many bundles that makes. Pure.

A bundle ships in one parcel, when its last piece is there. Each of its SKUs is taken from one
rung, as an order of that SKU alone would be, and the day that is promised is that of the latest.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from firsthand.offer.rules import Part
from firsthand.promise.rules import Rung, earliest

Ladders = Mapping[int, Sequence[Rung]]  # of each SKU, earliest first


class Taking(NamedTuple):
    """So many pieces of a SKU, and the rung that they are taken from."""

    sku_id: int
    pieces: int
    rung: Rung


def together(ladders: Ladders, parts: Sequence[Part], quantity: int) -> list[Taking] | None:
    """Where so many bundles take their pieces, all or none; the latest rung is their day.

    The day is the earliest by which every SKU has a rung with room. A SKU that could ship
    sooner than the others takes the latest rung which is still in time: the pieces that
    are there early stay for people who need nothing else.

    >>> soon, later = date(2026, 12, 1), date(2026, 12, 8)
    >>> ladders = {1: [Rung(1, soon, "stock", 9), Rung(1, later, "plan", 9)],
    ...            2: [Rung(2, soon, "stock", 1), Rung(2, later, "plan", 4)]}
    >>> [(one.pieces, one.rung.ship_by.day)
    ...  for one in together(ladders, [Part(1, 1), Part(2, 2)], 2)]
    [(2, 8), (4, 8)]
    >>> together(ladders, [Part(1, 1), Part(2, 2)], 3) is None
    True
    """
    first = [earliest(ladders.get(part.sku_id, ()), part.each * quantity) for part in parts]
    days = [rung.ship_by for rung in first if rung is not None]
    if len(days) < len(parts) or not days:
        return None
    return no_later_than(ladders, parts, quantity, max(days))


def no_later_than(
    ladders: Ladders, parts: Sequence[Part], quantity: int, day: date
) -> list[Taking] | None:
    """Where so many bundles take their pieces, each as late as it may for DAY to be kept."""
    found = []
    for part in parts:
        pieces = part.each * quantity
        rung = _latest(ladders.get(part.sku_id, ()), pieces, day)
        if rung is None:
            return None
        found.append(Taking(part.sku_id, pieces, rung))
    return found


def _latest(ladder: Iterable[Rung], pieces: int, day: date) -> Rung | None:
    fit = [rung for rung in ladder if rung.free >= pieces and rung.ship_by <= day]
    return fit[-1] if fit else None


def most_at_once(ladders: Ladders, parts: Iterable[Part]) -> int:
    """The largest order of bundles that could be held now, by whatever day."""
    return min(
        max((rung.free // part.each for rung in ladders.get(part.sku_id, ())), default=0)
        for part in parts
    )


def whole_by_day(ladders: Ladders, parts: Sequence[Part]) -> list[tuple[date, int]]:
    """How many more whole bundles each day brings, where that is any.

    By a day there are as many as the scarcest SKU makes of its rungs until then; a rung with
    three pieces holds one pair and not one and a half.

    >>> soon, later = date(2026, 12, 1), date(2026, 12, 8)
    >>> whole_by_day({1: [Rung(1, soon, "stock", 2), Rung(1, later, "plan", 9)],
    ...               2: [Rung(2, soon, "stock", 7)]}, [Part(1, 1), Part(2, 2)])
    [(datetime.date(2026, 12, 1), 2), (datetime.date(2026, 12, 8), 1)]
    """
    days = sorted({rung.ship_by for part in parts for rung in ladders.get(part.sku_id, ())})
    by_then = [
        min(
            sum(
                rung.free // part.each
                for rung in ladders.get(part.sku_id, ())
                if rung.ship_by <= day
            )
            for part in parts
        )
        for day in days
    ]
    more = (now - before for before, now in pairwise([0, *by_then]))
    return [(day, bundles) for day, bundles in zip(days, more, strict=True) if bundles]
