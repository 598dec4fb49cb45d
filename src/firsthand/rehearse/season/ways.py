"""Ways of planning that are compared: what is promised, when the house plans, how the floor runs.

All but one of them differ from the usual way in one thing, so that what differs comes of that.
"""

from enum import StrEnum
from typing import NamedTuple


class Cadence(StrEnum):
    """How often the house plans anew."""

    WEEKLY = "weekly"
    NIGHTLY = "nightly"
    LIVE = "live"  # at each part of a show, and when something breaks

    @property
    def days(self) -> int:
        """In so many days at the latest the next plan is made: until then stock must last."""
        return 7 if self is Cadence.WEEKLY else 1


class Way(NamedTuple):
    """A way of planning."""

    name: str
    says: str
    fixed_days: int | None = None  # what is not there is promised in so many days; none: the ladder
    quantile: float | None = 0.95  # of the futures that a promised day is safe in; none: the plan's
    cadence: Cadence = Cadence.NIGHTLY
    rule: str = "policy"  # the searched one; or a dispatch rule


USUAL = Way("ladder", "promises from the ladder, safe in 95 of 100 futures; a plan a night")
WAYS = {
    one.name: one
    for one in (
        USUAL,
        Way("fixed-3", "what is not there is promised in three days", fixed_days=3),
        Way("fixed-7", "what is not there is promised in seven days", fixed_days=7),
        Way("fixed-14", "what is not there is promised in fourteen days", fixed_days=14),
        Way("plan-date", "promises by the plan's own dates", quantile=None),
        Way("weekly", "a plan a week", cadence=Cadence.WEEKLY),
        Way("live", "a plan at each show and mishap, too", cadence=Cadence.LIVE),
        Way("fifo", "the floor goes by FIFO", rule="fifo"),
        Way("edd", "the floor goes by due times", rule="edd"),
    )
}
