"""The ladder's statements, as functions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.forms.models import model_to_dict
from django.utils import timezone

from firsthand.factory import store as factory
from firsthand.kit.sql import Queries
from firsthand.promise.models import HandlingPolicy, SpecialDay
from firsthand.promise.rules import PLAN, Handling, Rung, earliest

Place = tuple[int, date, str]  # a SKU, a day by which it ships, and what stands behind it

_SQL = Queries(__package__)


def ladders(sku_ids: Iterable[int], today: date | None = None) -> dict[int, list[Rung]]:
    """The free rungs of each SKU from today on, earliest first; one without any has none.

    To change them, hold the door of the SKUs (``stock.store.lock_on_offer``).
    """
    found: dict[int, list[Rung]] = {sku_id: [] for sku_id in sku_ids}
    for row in _SQL.rows("ladders", sku_ids=sorted(found), today=today or timezone.localdate()):
        found[row[0]].append(Rung(*row))
    return found


def free(sku_ids: Iterable[int], today: date | None = None) -> dict[int, int]:
    """How many pieces of each SKU can still be promised, over all its rungs."""
    found = dict.fromkeys(sku_ids, 0)
    rows = _SQL.rows("free", sku_ids=sorted(found), today=today or timezone.localdate())
    return found | dict(rows)


class Quote(NamedTuple):
    """What an order of so many pieces would be promised now."""

    ship_by: date
    source: str


def quote(sku_id: int, quantity: int, today: date | None = None) -> Quote | None:
    """By which day so many pieces would ship together; None if no rung holds them all."""
    rung = earliest(ladders([sku_id], today)[sku_id], quantity)
    return Quote(rung.ship_by, rung.source) if rung else None


def take(places: Mapping[Place, int]) -> None:
    """Take pieces from rungs. The work orders behind them are firm from now on.

    Hold the doors of the SKUs. The table refuses to promise more than there is:
    IntegrityError, with the name of the broken constraint.
    """
    _change("take", places)
    of_plan = [(sku_id, day) for sku_id, day, source in places if source == PLAN]
    if of_plan:
        rows = _SQL.rows(
            "not_firm_behind",
            sku_ids=[sku_id for sku_id, _day in of_plan],
            days=[day for _sku_id, day in of_plan],
        )
        if rows:  # only the first to take from a rung finds any
            factory.firm(work_order_id for (work_order_id,) in rows)


def give_back(places: Mapping[Place, int]) -> None:
    """Put pieces back on their rungs: the inverse of ``take``. Hold the doors of the SKUs.

    Work orders stay firm. A piece that was at risk is not put back, since its day was no
    longer true.
    """
    _change("give_back", places)


def at_risk(places: Iterable[Place]) -> set[Place]:
    """Which of these rungs are at risk: we may not ship all that was promised on them in time."""
    wanted = sorted(set(places))
    rows = _SQL.rows("at_risk", **_columns(wanted)) if wanted else []
    return {(sku_id, day, source) for sku_id, day, source in rows}


def keep(places: Mapping[Place, int]) -> None:
    """Promised pieces have shipped: call it where they move to ``shipped`` in the ledger."""
    _change("keep", places)


def _change(name: str, places: Mapping[Place, int]) -> None:
    if not places:
        return
    touched = _SQL.change(name, **_columns(places), quantities=list(places.values()))
    assert touched == len(places), f"rungs that are not there: {touched} of {list(places)}"


def _columns(places: Iterable[Place]) -> dict[str, list[object]]:
    rows = list(places)
    return {
        "sku_ids": [sku_id for sku_id, _day, _source in rows],
        "days": [day for _sku_id, day, _source in rows],
        "sources": [source for _sku_id, _day, source in rows],
    }


def handling() -> Handling:
    """How we count days now: the office's row, or what holds until there is one."""
    row = HandlingPolicy.objects.order_by("id").first()
    words = model_to_dict(row, exclude=["id"]) if row else {}
    special = dict(SpecialDay.objects.values_list("day", "is_worked"))
    return Handling(
        **words,
        timezone=timezone.get_default_timezone_name(),
        holidays=frozenset(day for day, is_worked in special.items() if not is_worked),
        working_days=frozenset(day for day, is_worked in special.items() if is_worked),
    )


def skus() -> list[int]:
    """All SKUs that can have a ladder."""
    return [sku_id for (sku_id,) in _SQL.rows("skus")]


def newly_promised() -> list[int]:
    """SKUs of which something is promised from lots that the factory was not told of yet."""
    return [sku_id for (sku_id,) in _SQL.rows("newly_promised")]


def without_door(sku_ids: Collection[int]) -> list[int]:
    """Those of these SKUs whose accounts are not open yet."""
    return [sku_id for (sku_id,) in _SQL.rows("without_door", sku_ids=sorted(sku_ids))]


class Goods(NamedTuple):
    """What the ledger says of a SKU."""

    there: int = 0  # pieces that exist and have not left the house
    owed: int = 0  # held or sold: promised, and not shipped


def goods(sku_ids: Collection[int]) -> dict[int, Goods]:
    """What there is of SKUs, and what of it is owed."""
    return {row[0]: Goods(*row[1:]) for row in _SQL.rows("goods", sku_ids=sorted(sku_ids))}


class RungRow(NamedTuple):
    """A rung as it stands in the table."""

    sku_id: int
    ship_by: date
    source: str
    quantity: int
    taken: int
    kept: int
    at_risk: int


def rungs(sku_ids: Collection[int]) -> dict[int, list[RungRow]]:
    """The rungs of SKUs, past ones too, but those of which all is taken and has shipped."""
    found: dict[int, list[RungRow]] = {sku_id: [] for sku_id in sku_ids}
    for row in _SQL.rows("rungs", sku_ids=sorted(sku_ids)):
        found[row[0]].append(RungRow(*row))
    return found


class NewRung(NamedTuple):
    """What a new ladder says of a rung."""

    sku_id: int
    ship_by: date
    source: str
    free: int
    at_risk: int


def write_rungs(new: Sequence[NewRung]) -> None:
    """Let rungs have so much room beside what is taken; drop those that are empty."""
    if not new:
        return
    places = _columns((one.sku_id, one.ship_by, one.source) for one in new)
    free = [one.free for one in new]
    _SQL.change("change_rungs", **places, free=free, at_risk=[one.at_risk for one in new])
    _SQL.change("add_rungs", **places, free=free)
    _SQL.change("drop_empty", sku_ids=sorted({one.sku_id for one in new}))


def write_backing(sku_ids: Collection[int], backing: Mapping[int, tuple[int, date]]) -> None:
    """Note which work orders stand behind the rungs of these SKUs, by work order."""
    _SQL.change("forget_backing", sku_ids=sorted(sku_ids), work_order_ids=list(backing))
    if backing:
        _SQL.change(
            "write_backing",
            work_order_ids=list(backing),
            sku_ids=[sku_id for sku_id, _day in backing.values()],
            days=[day for _sku_id, day in backing.values()],
        )


def work_orders_behind(sku_id: int, ship_by: date) -> list[int]:
    """The work orders that stand behind a rung of the plan."""
    rows = _SQL.rows("backing", sku_id=sku_id, ship_by=ship_by)
    return [work_order_id for (work_order_id,) in rows]
