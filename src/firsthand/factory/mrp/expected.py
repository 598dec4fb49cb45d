"""What will be wanted beside what was promised: forecasts, or else what is usually sold. Pure.

Without a forecast the rule is *base stock*, the plainest there is: a SKU shall have so many
pieces, free or on their way, as are sold in COVER_DAYS, and one usual lot at least. They are
wanted one after another, at the rate of the last WINDOW_DAYS.
"""

from collections.abc import Iterable
from math import ceil, floor

COVER_DAYS = 14
WINDOW_DAYS = 28  # in which we look at what was sold
HALF = 0.5


def usual(sold: int, lot_size: int, *, cover_days: int = COVER_DAYS) -> list[tuple[int, int]]:
    """How many are wanted on which day, if SOLD pieces went in the last WINDOW_DAYS.

    Twenty a day make 280 in two weeks; of what nobody bought lately one lot is kept.

    >>> wanted = usual(560, lot_size=100)
    >>> wanted[0], len(wanted), sum(pieces for _day, pieces in wanted)
    ((0, 20), 14, 280)
    >>> usual(0, lot_size=100)
    [(14, 100)]
    """
    found, before = [], 0
    for day in range(cover_days if sold > 0 else 0):
        upto = ceil(sold * (day + 1) / WINDOW_DAYS)
        if upto > before:
            found.append((day, upto - before))
        before = upto
    if before < lot_size:
        found.append((cover_days, lot_size - before))
    return found


def whole(forecast: Iterable[tuple[int, float]]) -> list[tuple[int, int]]:
    """Expected pieces by day, as whole pieces that lose nothing on the way.

    >>> whole([(1, 0.4), (2, 0.4), (3, 0.4), (4, 0.4), (5, 0.4)])
    [(2, 1), (4, 1)]
    """
    found, total, before = [], 0.0, 0
    for day, pieces in forecast:
        total += pieces
        upto = floor(total + HALF)
        if upto > before:
            found.append((day, upto - before))
            before = upto
    return found
