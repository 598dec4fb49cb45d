"""The time, aware and in UTC. Rules never ask for it: they are given it as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant."""
    return datetime.now(UTC)


def epoch_ms(instant: datetime) -> int:
    """An instant as whole milliseconds since 1970, which is how media time is written.

    >>> epoch_ms(datetime(2026, 12, 1, tzinfo=UTC))
    1796083200000
    """
    return round(instant.timestamp() * 1000)


def from_epoch_ms(milliseconds: int) -> datetime:
    """The instant that so many milliseconds since 1970 name."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
