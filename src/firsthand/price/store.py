"""Prices of many SKUs at once."""

from collections.abc import Iterable
from typing import NamedTuple

from firsthand.kit.sql import Queries

_SQL = Queries(__package__)


class PriceTag(NamedTuple):
    """The price that holds for a SKU, and which version of it."""

    version_id: int
    version: int
    price_fen: int


def current(sku_ids: Iterable[int]) -> dict[int, PriceTag]:
    """The price that holds for each SKU at this instant; one without a price is missing."""
    rows = _SQL.rows("current", sku_ids=sorted(set(sku_ids)))
    return {sku_id: PriceTag(*tag) for sku_id, *tag in rows}
