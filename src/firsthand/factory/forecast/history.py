"""What was taken of a SKU, day by day, and what of that a show explains. Pure.

A show sells on one evening what a week sells otherwise. Left in the history it would teach a
model that such evenings come by themselves; so event days are taken out, their lift is
remembered, and put back on days for which an event is known.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

WEEK = 7
NEIGHBOURS = 4  # so many weeks to either side say what an event day would have been
OFTEN = 1.32  # days from one taking to the next: beyond that demand is intermittent


@dataclass(frozen=True, slots=True)
class History:
    """Pieces taken on each of a row of days."""

    sku_id: int
    first_day: date
    pieces: tuple[float, ...]

    @property
    def next_day(self) -> date:
        """The day after the last."""
        return self.first_day + timedelta(days=len(self.pieces))

    def date(self, place: int) -> date:
        """The day of a place in the row."""
        return self.first_day + timedelta(days=place)


def from_takings(
    sku_id: int, takings: Mapping[date, int], today: date, *, days: int
) -> History | None:
    """The days from the first taking (DAYS ago at most) until yesterday; None: never any.

    >>> found = from_takings(1, {date(2026, 11, 20): 3, date(2026, 11, 22): 2},
    ...                      date(2026, 11, 24), days=180)
    >>> found.pieces
    (3.0, 0.0, 2.0, 0.0)
    """
    earliest = today - timedelta(days=days)
    known = [day for day, pieces in takings.items() if earliest <= day < today and pieces > 0]
    if not known:
        return None
    first = min(known)
    pieces = tuple(
        float(max(0, takings.get(first + timedelta(days=place), 0)))
        for place in range((today - first).days)
    )
    return History(sku_id, first, pieces)


def is_intermittent(pieces: Sequence[float]) -> bool:
    """Whether there are too many days without any for a model of levels and seasons."""
    sold = sum(one > 0 for one in pieces)
    return sold == 0 or len(pieces) / sold > OFTEN


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A history as it would have been without events, and what one event adds."""

    pieces: tuple[float, ...]
    lift: float


def without_events(history: History, events: Collection[date]) -> Cleaned:
    """Take event days out: each becomes the mean of the same weekdays around it.

    >>> weeks = History(1, date(2026, 11, 2), (5.0,) * 10 + (65.0,) + (5.0,) * 10)
    >>> cleaned = without_events(weeks, {date(2026, 11, 12)})
    >>> cleaned.pieces[10], cleaned.lift
    (5.0, 60.0)
    """
    places = [place for place in range(len(history.pieces)) if history.date(place) in events]
    marked = set(places)
    pieces = list(history.pieces)
    lifts = []
    for place in places:
        around = [
            history.pieces[other]
            for week in range(-NEIGHBOURS, NEIGHBOURS + 1)
            if 0 <= (other := place + WEEK * week) < len(pieces) and other not in marked
        ]
        usual = fmean(around) if around else fmean(history.pieces)
        lifts.append(history.pieces[place] - usual)
        pieces[place] = usual
    return Cleaned(tuple(pieces), max(0.0, fmean(lifts)) if lifts else 0.0)
