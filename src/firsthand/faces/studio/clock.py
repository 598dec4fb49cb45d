"""The clock of a run sheet: how far the show is, ahead or behind its plan. Pure.

A show is *behind* by the time it has used more than the plan gave it up to this place. While a
segment is within its minutes that does not change; once it overruns, each second counts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Stretch(NamedTuple):
    """A segment, as far as the clock cares. Stretches come in the order of the sheet."""

    id: int
    minutes: int
    has_begun: bool


class Clock(NamedTuple):
    """Where the show is. Seconds; drift above nought is behind, below is ahead."""

    elapsed: int = 0
    planned: int = 0
    drift: int = 0
    segment_elapsed: int = 0
    segment_left: int = 0
    ends_at: datetime | None = None

    @property
    def segment_share(self) -> int:
        """How much of the segment's minutes is used, in percent, at most 100."""
        whole = self.segment_elapsed + self.segment_left
        return min(100, 100 * self.segment_elapsed // whole) if whole > 0 else 100


def next_after(sheet: Sequence[Stretch], current: int | None) -> int | None:
    """The segment to go to: the one behind the current; before any has begun, the first."""
    ids = [stretch.id for stretch in sheet]
    if current in ids:
        behind = ids[ids.index(current) + 1 :]
        return behind[0] if behind else None
    return next((stretch.id for stretch in sheet if not stretch.has_begun), None)


def clock(
    sheet: Sequence[Stretch],
    current: int | None,
    *,
    on_air_at: datetime | None,
    segment_since: datetime | None,
    now: datetime,
) -> Clock:
    """The clock of a show at this moment."""
    planned = sum(stretch.minutes for stretch in sheet) * 60
    if on_air_at is None:
        return Clock(planned=planned, segment_left=0, ends_at=None)
    elapsed = _seconds(now - on_air_at)
    at = next((n for n, stretch in enumerate(sheet) if stretch.id == current), None)
    if at is None or segment_since is None:
        left = sum(stretch.minutes for stretch in sheet if not stretch.has_begun) * 60
        done = planned - left
        return Clock(elapsed, planned, elapsed - done, ends_at=now + timedelta(seconds=left))
    inside, whole = _seconds(now - segment_since), sheet[at].minutes * 60
    before = sum(stretch.minutes for stretch in sheet[:at]) * 60
    after = sum(stretch.minutes for stretch in sheet[at + 1 :]) * 60
    return Clock(
        elapsed=elapsed,
        planned=planned,
        drift=elapsed - before - min(inside, whole),
        segment_elapsed=inside,
        segment_left=whole - inside,
        ends_at=now + timedelta(seconds=max(0, whole - inside) + after),
    )


def _seconds(time: timedelta) -> int:
    return max(0, int(time.total_seconds()))
