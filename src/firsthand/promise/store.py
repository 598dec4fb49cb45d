"""The ladder's statements, as functions."""

from collections.abc import Iterable, Mapping
from datetime import date

from firsthand.kit.sql import Queries
from firsthand.promise.rules import Rung

_SQL = Queries(__package__)


def ladders(sku_ids: Iterable[int]) -> dict[int, list[Rung]]:
    """The free rungs of each SKU, earliest first."""
    found: dict[int, list[Rung]] = {sku_id: [] for sku_id in sku_ids}
    for row in _SQL.rows("ladders", sku_ids=sorted(found)):
        found[row[0]].append(Rung(*row))
    return found


def take(taken: Mapping[tuple[int, date, str], int]) -> None:
    """Take pieces from rungs, named by SKU, day and source. Hold the doors of their SKUs."""
    if not taken:
        return
    touched = _SQL.change(
        "take",
        sku_ids=[sku_id for sku_id, _, _ in taken],
        days=[day for _, day, _ in taken],
        sources=[source for _, _, source in taken],
        quantities=list(taken.values()),
    )
    assert touched == len(taken), f"rungs that are not there: {sorted(taken)}"


def give_back(given: Mapping[tuple[int, date, str], int]) -> None:
    """Give pieces back to rungs, named by SKU, day and source. Hold the doors of their SKUs."""
    take({rung: -quantity for rung, quantity in given.items()})
