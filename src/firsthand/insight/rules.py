"""The arithmetic of figures. Pure: counts come in as arguments, figures go out.

Two things matter more than the formulas, which the dictionary has in words. What is divided by
nought is *none*: neither 0, which would be a figure, nor infinity. And the funnel counts
people by the deepest step they took, so that it can only get narrower: somebody who bought
has entered, even if his browser never told us so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

MILESTONE_DAYS = (0, 7, 15, 30)  # after the end; the figures ripen until the last
FUNNEL_STEPS = ("viewed", "card_seen", "card_clicked", "held", "paid")
MINUTES_MAX = 24 * 60  # of a show; one that is longer is cut in its report, and says so
_SHARE_PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was counted of one show. None is what nobody counted."""

    air_seconds: int
    views: int
    viewers: int
    peak_viewers: int
    watched_ms: int
    interacting: int
    chat_lines: int
    likes: int
    questions: int
    cards_seen: int
    clicks: int
    clickers: int
    orders_held: int
    orders_paid: int
    orders_expired: int
    orders_cancelled: int
    orders_shipped: int
    pieces_held: int
    pieces_paid: int
    pieces_shipped: int
    pieces_returned: int
    buyers: int
    repeat_buyers: int
    gross_fen: int
    given_back_fen: int
    lead_piece_days: int
    promises_kept: int
    promises_due: int
    promise_error_days: int
    oversold: int
    price_changes: int
    stalled_ms: int
    smooth_viewers: int
    watching_viewers: int
    latency_p50_ms: int | None
    card_error_p95_ms: int | None
    groups_opened: int = 0
    groups_formed: int = 0
    people_brought: int = 0
    off_fen: int = 0
    kept_cost_fen: int = 0
    margin_fen: int = 0
    pieces_unmet: int = 0
    deposits_paid: int = 0
    deposits_fen: int = 0
    balances_paid: int = 0
    deposits_kept_fen: int = 0
    impressions: int | None = None
    first_frame_p95_ms: int | None = None

    def __post_init__(self) -> None:
        below = [
            one.name
            for one in fields(self)
            if one.name != "promise_error_days" and (getattr(self, one.name) or 0) < 0
        ]
        if below:
            raise ValueError(f"counted below nought: {', '.join(below)}")
        if self.given_back_fen > self.gross_fen:
            raise ValueError("more was given back than was paid")

    @property
    def net_fen(self) -> int:
        """What stays paid."""
        return self.gross_fen - self.given_back_fen

    @property
    def watched_seconds(self) -> Fraction:
        """Watch time of all viewers together."""
        return Fraction(self.watched_ms, 1000)

    @property
    def played_ms(self) -> int:
        """Time in which a player ran or stood still."""
        return self.watched_ms + self.stalled_ms

    @property
    def air_minutes(self) -> Fraction:
        """Time on air, in minutes."""
        return Fraction(self.air_seconds, 60)

    @property
    def air_hours(self) -> Fraction:
        """Time on air, in hours."""
        return Fraction(self.air_seconds, 3600)

    @property
    def thousand_views(self) -> Fraction:
        """Views, by the thousand."""
        return Fraction(self.views, 1000)


Quantity = int | Fraction | None


def ratio(numerator: Quantity, denominator: Quantity) -> float | None:
    """One number divided by another, to six places; none where there is nothing to divide by.

    >>> ratio(1, 3)
    0.333333
    >>> ratio(0, 5)
    0.0
    >>> ratio(5, 0) is None
    True
    """
    if numerator is None or not denominator:
        return None
    return round(float(Fraction(numerator) / Fraction(denominator)), _SHARE_PLACES)


def fen_each(amount_fen: int, among: Quantity) -> int | None:
    """Money for each of so many, in whole fen, rounded down; none where there is nobody.

    >>> fen_each(10_000, 3)
    3333
    >>> fen_each(199_900, Fraction(500, 1000))
    399800
    """
    return int(Fraction(amount_fen) / Fraction(among)) if among else None


class FunnelStep(NamedTuple):
    """How many people came at least so far, and which part of those one step before."""

    step: str
    people: int
    of_previous: float | None
    of_first: float | None


def funnel(deepest: Mapping[str, int]) -> tuple[FunnelStep, ...]:
    """The funnel, from how many people have each step as their deepest.

    >>> [step.people for step in funnel({"viewed": 60, "card_clicked": 30, "paid": 10})]
    [100, 40, 40, 10, 10]
    """
    counts = [deepest.get(step, 0) for step in FUNNEL_STEPS]
    reached = [sum(counts[at:]) for at in range(len(counts))]
    return tuple(
        FunnelStep(
            step,
            people,
            ratio(people, reached[at - 1]) if at else None,
            ratio(people, reached[0]),
        )
        for at, (step, people) in enumerate(zip(FUNNEL_STEPS, reached, strict=True))
    )


class Sold(NamedTuple):
    """An offer's pieces: how many were released, and how many orders hold or have bought."""

    released: int
    accepted: int


def oversold(offers: Iterable[Sold]) -> int:
    """Pieces that were accepted and never released; a house that keeps its word has none.

    >>> oversold([Sold(10, 10), Sold(5, 4)])
    0
    >>> oversold([Sold(10, 12), Sold(5, 1)])
    2
    """
    return sum(max(0, offer.accepted - offer.released) for offer in offers)


class Milestone(NamedTuple):
    """A day on which the figures of a show are looked at again."""

    days: int
    at: datetime
    is_reached: bool


def milestones(ended_at: datetime, now: datetime) -> tuple[Milestone, ...]:
    """When the figures of a show that ended then are looked at, and which of these days came."""
    days = [(day, ended_at + timedelta(days=day)) for day in MILESTONE_DAYS]
    return tuple(Milestone(day, at, at <= now) for day, at in days)


def minutes_between(began_at: datetime, ended_at: datetime) -> list[datetime]:
    """The start of every minute that a show was on air in, at most MINUTES_MAX of them.

    >>> from datetime import UTC
    >>> on = datetime(2026, 12, 1, 20, 0, 30, tzinfo=UTC)
    >>> [minute.minute for minute in minutes_between(on, on + timedelta(seconds=100))]
    [0, 1, 2]
    """
    first = began_at.replace(second=0, microsecond=0)
    count = max(1, -(-(ended_at - first) // timedelta(minutes=1)))
    return [first + timedelta(minutes=number) for number in range(min(count, MINUTES_MAX))]
