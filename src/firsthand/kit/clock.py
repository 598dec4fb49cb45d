"""The time, aware and in UTC. Rules never ask for it: they are given it as an argument.

Every process of the house goes by PostgreSQL's clock, since it is the one thing that all of them
see: whether an offer is open must not hang on which machine was asked. ``timekeeper``
asks it once a minute; in between the machine's own steady clock counts on, so that it does not
matter what somebody sets the time of day to.
"""

import time
from datetime import UTC, datetime, timedelta

_skew = timedelta()  # how wrong this machine's time of day is, where that is rehearsed
_heard: tuple[datetime, float] | None = None  # what PostgreSQL said, and when by the steady clock


def now() -> datetime:
    """This instant, by PostgreSQL's clock if it was asked, and else by our own."""
    if _heard is None:
        return own()
    instant, at = _heard
    return instant + timedelta(seconds=time.monotonic() - at)


def own() -> datetime:
    """This instant, by the time of day that this machine keeps."""
    return datetime.now(UTC) + _skew


def hear(instant: datetime, at: float) -> timedelta:
    """PostgreSQL said it was INSTANT when our steady clock stood AT; how far we were off."""
    global _heard  # there is one time in a process
    before = now() - timedelta(seconds=time.monotonic() - at)
    _heard = instant, at
    return instant - before


def forget() -> None:
    """Go by our own clock again."""
    global _heard  # there is one time in a process
    _heard = None


def be_wrong_by(seconds: float) -> None:
    """Let this machine's time of day be wrong, for a test."""
    global _skew  # there is one time in a process
    _skew = timedelta(seconds=seconds)


def epoch_ms(instant: datetime) -> int:
    """An instant as whole milliseconds since 1970, which is how media time is written.

    >>> epoch_ms(datetime(2026, 12, 1, tzinfo=UTC))
    1796083200000
    """
    return round(instant.timestamp() * 1000)


def from_epoch_ms(milliseconds: int) -> datetime:
    """The instant that so many milliseconds since 1970 name."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
