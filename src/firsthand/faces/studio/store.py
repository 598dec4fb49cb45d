"""What the console reads in sets, beside the things of the pages."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from firsthand.kit.sql import Queries

BEAT_MINUTES = 30

_SQL = Queries(__package__)


class Pulse(NamedTuple):
    """How a show sells at this moment."""

    orders_a_minute: int
    orders: int
    paid: int
    gross_fen: int
    net_fen: int


def pulse(show_id: int, now: datetime) -> Pulse:
    """How a show sells at this moment."""
    row = _SQL.row("pulse_of_show", show=show_id, now=now)
    assert row is not None, "a count always has a row"
    return Pulse(*row)


def beat(show_id: int, now: datetime) -> list[int]:
    """Orders in each of the last BEAT_MINUTES minutes, oldest first."""
    rows = _SQL.rows("beat_of_show", show=show_id, now=now, minutes=BEAT_MINUTES)
    return [orders for _minute, orders in rows]


class ShowFigures(NamedTuple):
    """A show in a list."""

    segments: int
    offers: int
    paid: int
    net_fen: int


def figures(show_ids: Collection[int]) -> dict[int, ShowFigures]:
    """The figures of shows, by show; one query."""
    rows = _SQL.rows("figures_of_shows", shows=list(show_ids))
    return {show_id: ShowFigures(*rest) for show_id, *rest in rows}
