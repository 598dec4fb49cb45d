"""The forecasts' statements, as functions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from firsthand.kit.sql import Queries

_SQL = Queries(__package__)


def takings(since: datetime) -> dict[int, dict[date, int]]:
    """What buyers took of each SKU that the factory makes, by day of the house's own clock."""
    found: dict[int, dict[date, int]] = {}
    zone = timezone.get_default_timezone_name()
    for sku_id, day, pieces in _SQL.rows("takings", since=since, zone=zone):
        found.setdefault(sku_id, {})[day] = pieces
    return found


class Expected(NamedTuple):
    """What is expected of a SKU on a day."""

    sku_id: int
    day: date
    pieces: float
    low: float
    high: float
    model: str


def write(rows: Sequence[Expected]) -> None:
    """Let these be the forecasts, and no others."""
    _SQL.change("forget")
    if rows:
        _SQL.change(
            "write",
            sku_ids=[one.sku_id for one in rows],
            days=[one.day for one in rows],
            pieces=[one.pieces for one in rows],
            lows=[one.low for one in rows],
            highs=[one.high for one in rows],
            models=[one.model for one in rows],
        )
