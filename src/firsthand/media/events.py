"""What media tells upward, on the feed ``channel:<id>``."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """A publisher has come on air; ``session`` is his session's id."""

    name: ClassVar[str] = "stream_started"
    version: ClassVar[int] = 1

    channel_id: int
    session: str


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """A publisher is gone, and why, in a word: "unpublished", "connection_lost", "superseded"."""

    name: ClassVar[str] = "stream_ended"
    version: ClassVar[int] = 1

    channel_id: int
    session: str
    why: str
