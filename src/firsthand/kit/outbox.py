"""Events, written in the same transaction as the change they tell of.

Each feed ("show:88") counts its own events from 1, without a gap, in the order of their
commits: ``tell`` takes the feed's counter row and holds it until the commit. A reader that
has seen number 41 asks for what comes after 41 and can miss nothing. NOTIFY only wakes
readers up; what counts is the table.

Call ``tell`` LAST in a transaction: the counter is the lock that everyone shares.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol

from django.db import connection

from firsthand.kit.sql import Queries

AT_MOST = 500
FORGET_AT_MOST = 5000  # in one transaction

_SQL = Queries(__package__)


class Event(Protocol):
    """A fact, in the past tense: a frozen dataclass with a name and a version."""

    name: ClassVar[str]
    version: ClassVar[int]
    __dataclass_fields__: ClassVar[dict[str, Any]]


class News(NamedTuple):
    """An event as a reader finds it; ``name`` ends in its version: ``orders_held.v1``."""

    seq: int
    name: str
    body: dict[str, Any]
    told_at: datetime


def tell(feed: str, events: Sequence[Event]) -> int:
    """Write events to a feed; returns the number of the last one."""
    assert connection.in_atomic_block, "an event without its change is a rumour"
    bodies = [json.dumps(asdict(event), default=str) for event in events]
    names = [f"{event.name}.v{event.version}" for event in events]
    [(seq,)] = _SQL.rows("tell", feed=feed, names=names, bodies=bodies)
    return int(seq)


def after(feed: str, seen: int, at_most: int = AT_MOST) -> list[News]:
    """The events of a feed that come after number SEEN, oldest first, at most so many."""
    return [News(*row) for row in _SQL.rows("after", feed=feed, seen=seen, at_most=at_most)]


def last(feed: str) -> int:
    """The number of a feed's newest event; 0 before the first."""
    [(seq,)] = _SQL.rows("last", feed=feed)
    return int(seq)


def feeds() -> list[str]:
    """The names of all feeds."""
    return [name for (name,) in _SQL.rows("feeds")]


def forget(feed: str, before: datetime, at_most: int = FORGET_AT_MOST) -> int:
    """Forget a feed's oldest news, up to an instant; returns how much, so that one may go on.

    What a reader with a position has yet to use stays, and so does everything after it: what is
    left of a feed has no gap. Its numbers go on as if nothing had been forgotten.
    """
    return _SQL.change("forget", feed=feed, before=before, at_most=at_most)


def use(reader: str, feed: str, take: Callable[[News], None]) -> int:
    """Let a reader use what is new to it, once each, in order; returns how many there were.

    The position moves in the same transaction as whatever TAKE changes, and it is locked
    while that happens: the news is used exactly once, however many workers there are.
    """
    assert connection.in_atomic_block, "news is used in the transaction that remembers it"
    [(seen,)] = _SQL.rows("take_position", reader=reader, feed=feed)
    news = after(feed, seen)
    for item in news:
        take(item)
    if news:
        _SQL.change("move_position", reader=reader, feed=feed, seq=news[-1].seq)
    return len(news)
