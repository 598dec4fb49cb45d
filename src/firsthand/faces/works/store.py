"""What the planner's pages read in sets."""

from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from firsthand.catalogue.models import in_english
from firsthand.kit.sql import Queries

_SQL = Queries(__package__)

SKUS_MAX = 40  # ladders on one page


class Planned(NamedTuple):
    """An operation of a plan; its times are seconds since 1970."""

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    start: int
    end: int
    setup_seconds: int


class Lot(NamedTuple):
    """A work order of a plan."""

    id: int
    number: str
    quantity: int
    state: str
    weight: int
    release: int
    due: int
    code: str
    name_zh: str
    name_en: str
    family: str
    safe: int | None  # when it is done in most futures
    promised_by: date | None  # the day by which pieces of it were promised

    @property
    def name(self) -> str:
        """What it makes, in the reader's language."""
        return self.name_en if in_english() else self.name_zh


class Step(NamedTuple):
    """A step of a routing."""

    id: int
    number: int
    name_zh: str
    name_en: str
    part: str
    family: str

    @property
    def name(self) -> str:
        """What is done, in the reader's language."""
        return self.name_en if in_english() else self.name_zh


class Purchase(NamedTuple):
    """Bought for a work order, and not here yet."""

    number: str
    part: str
    name_zh: str
    name_en: str
    quantity: int
    state: str
    due_at: datetime

    @property
    def name(self) -> str:
        """The part, in the reader's language."""
        return self.name_en if in_english() else self.name_zh


class Rung(NamedTuple):
    """So many pieces by a day; so many of them taken."""

    ship_by: date
    source: str
    quantity: int
    taken: int
    kept: int
    at_risk: int

    @property
    def free(self) -> int:
        """What can still be promised."""
        return self.quantity - self.taken

    @property
    def safe(self) -> int:
        """What was promised, and is not at risk."""
        return self.taken - self.at_risk


class Ladder(NamedTuple):
    """What of a SKU can be promised by when."""

    code: str
    name: str
    rungs: list[Rung]

    @property
    def free(self) -> int:
        """Over all rungs."""
        return sum(rung.free for rung in self.rungs)

    @property
    def at_risk(self) -> int:
        """Over all rungs."""
        return sum(rung.at_risk for rung in self.rungs)


def planned(plan_id: int) -> list[Planned]:
    """The operations of a plan, machine by machine, in their order."""
    return [Planned(*row) for row in _SQL.rows("planned", plan=plan_id)]


def lots(plan_id: int) -> dict[int, Lot]:
    """The work orders of a plan, by id."""
    return {row[0]: Lot(*row) for row in _SQL.rows("lots_of_plan", plan=plan_id)}


def steps(plan_id: int) -> dict[int, Step]:
    """The steps of routings that are in a plan, by id."""
    return {row[0]: Step(*row) for row in _SQL.rows("steps_of_plan", plan=plan_id)}


def purchases_for(work_order_id: int) -> list[Purchase]:
    """What was bought for a work order and is not here yet, the latest first."""
    return [Purchase(*row) for row in _SQL.rows("purchases_for", work_order=work_order_id)]


def ladders(letters: str, today: date) -> list[Ladder]:
    """The ladders of the first SKUs with these letters in code or name."""
    rows = _SQL.rows("rungs", letters=letters, today=today, at_most=SKUS_MAX)
    return [
        Ladder(code, name_en if in_english() else name_zh, [Rung(*row[4:]) for row in same])
        for (_id, code, name_zh, name_en), same in groupby(rows, key=lambda row: row[:4])
    ]
