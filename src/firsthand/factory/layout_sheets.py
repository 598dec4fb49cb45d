"""How a factory is laid out, as sheets: what a planner keeps in a workbook.

Calendars and shifts, plants' ways, work centres, machines, changeovers, downtimes, tools and
skills, and what operations and bills may use instead. A sheet says which model its rows are,
and which of its columns name a row of another: those are looked up by the workbook.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.spreadsheet.book import Cell
from firsthand.catalogue.spreadsheet.columns import (
    Column,
    Day,
    Flag,
    Moment,
    Name,
    Names,
    OneOf,
    Sheet,
    Text,
    Whole,
)
from firsthand.factory.models import (
    BomAlternate,
    BomLine,
    CalendarDay,
    CalendarShift,
    Changeover,
    Downtime,
    Machine,
    Operation,
    OperationAlternative,
    OperationNeed,
    Part,
    Plant,
    SharedResource,
    Transport,
    WorkCalendar,
    WorkCentre,
)
from firsthand.factory.spreadsheet import code as part_code

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

MINUTES_MAX = 100_000
DAY_MINUTES = 1_440


@dataclass(frozen=True, slots=True, kw_only=True)
class Families(Names):
    """Families with blanks between them, as their table holds them: a list."""

    def read(self, cell: Cell) -> Any:
        """The families, each once, in order."""
        return list(Names.read(self, cell))


@dataclass(frozen=True, slots=True)
class Link:
    """Columns that name a row of another table: by which of its fields, and what if none."""

    columns: tuple[str, ...]
    field: str
    model: type[Model]
    keys: tuple[str, ...]
    sentence: "StrPromise"  # with {name}

    @property
    def paths(self) -> Mapping[str, str]:
        """From each column to its field, by way of the other table."""
        pairs = zip(self.columns, self.keys, strict=True)
        return {column: f"{self.field}__{key}" for column, key in pairs}


@dataclass(frozen=True, slots=True)
class Bound:
    """A sheet, the model that its rows are, and by what a row of the model is known."""

    sheet: Sheet
    model: type[Model]
    known_by: tuple[str, ...]
    links: tuple[Link, ...] = ()
    may_go: bool = True  # a row may be taken out by saying so

    @property
    def paths(self) -> dict[str, str]:
        """From the columns to the fields that are called otherwise."""
        return {name: path for link in self.links for name, path in link.paths.items()}

    @property
    def fields(self) -> list[str]:
        """The columns that are fields of the model itself."""
        linked = {name for link in self.links for name in link.columns}
        return [name for name in self.sheet.header if name not in linked]

    @property
    def as_read(self) -> Sheet:
        """The sheet as a file has it: with the column that takes rows out, which no table has."""
        columns = (*self.sheet.columns, Flag(name=GO)) if self.may_go else self.sheet.columns
        return Sheet(self.sheet.name, self.sheet.key, columns)


GO = "take_out"  # a column: yes, and the row is taken out


def _code(name: str, *, required: bool = True) -> Name:
    return Name(name=name, longest=40, required=required)


def _names() -> tuple[Column, ...]:
    return (
        Text(name="name_zh", longest=120, required=True),
        Text(name="name_en", longest=120, required=True),
    )


def _bound(
    name: str,
    model: type[Model],
    key: tuple[str, ...],
    columns: tuple[Column, ...],
    known_by: tuple[str, ...],
    *links: Link,
    may_go: bool = True,
) -> Bound:
    return Bound(Sheet(name, key, columns), model, known_by, links, may_go)


def _to(column: str, model: type[Model], sentence: "StrPromise", field: str = "") -> Link:
    return Link((column,), field or column, model, ("code",), sentence)


_NO_CALENDAR = _("there is no calendar “{name}”")
_NO_PLANT = _("there is no plant “{name}”")
_NO_CENTRE = _("there is no work centre “{name}”")
_NO_PART = _("there is no part “{name}”")
_OPERATION = Link(
    ("part", "number"),
    "operation",
    Operation,
    ("part__code", "number"),
    _("there is no operation “{name}”"),
)
_LINE = Link(
    ("parent", "instead_of"),
    "line",
    BomLine,
    ("parent__code", "component__code"),
    _("there is no line “{name}” in a bill"),
)

BOUND: tuple[Bound, ...] = (
    _bound(
        "calendars", WorkCalendar, ("code",), (_code("code"), *_names()), ("code",), may_go=False
    ),
    _bound(
        "shifts",
        CalendarShift,
        ("calendar", "weekday", "start_minute"),
        (
            _code("calendar"),
            Whole(name="weekday", most=6, required=True),
            Whole(name="start_minute", most=DAY_MINUTES - 1, required=True),
            Whole(name="minutes", least=1, most=DAY_MINUTES, required=True),
        ),
        ("calendar", "weekday", "start_minute"),
        _to("calendar", WorkCalendar, _NO_CALENDAR),
    ),
    _bound(
        "special_days",
        CalendarDay,
        ("calendar", "day"),
        (
            _code("calendar"),
            Day(name="day", required=True),
            Whole(name="start_minute", most=DAY_MINUTES - 1),
            Whole(name="minutes", most=DAY_MINUTES),
            Text(name="name", longest=60),
        ),
        ("calendar", "day"),
        _to("calendar", WorkCalendar, _NO_CALENDAR),
    ),
    _bound(
        "work_centres",
        WorkCentre,
        ("code",),
        (
            _code("code"),
            _code("plant"),
            *_names(),
            Text(name="kind", longest=40, required=True),
            Whole(name="machines", least=1, most=1_000, empty=1),
            Whole(name="shift_start_minute", most=DAY_MINUTES - 1, empty=8 * 60),
            Whole(name="shift_minutes", least=1, most=DAY_MINUTES, empty=16 * 60),
            Flag(name="works_on_weekends"),
            _code("calendar", required=False),
            Whole(name="minor_setup_minutes", most=MINUTES_MAX),
            Whole(name="cost_fen_per_hour", most=10**12),
            Whole(name="energy_wh_per_hour", most=10**12),
        ),
        ("code",),
        _to("plant", Plant, _NO_PLANT),
        _to("calendar", WorkCalendar, _NO_CALENDAR),
        may_go=False,
    ),
    _bound(
        "machines",
        Machine,
        ("work_centre", "number"),
        (
            _code("work_centre"),
            Whole(name="number", least=1, most=1_000, required=True),
            *_names(),
            _code("calendar", required=False),
            Whole(name="speed_percent", least=1, most=1_000, empty=100),
            Families(name="families"),
        ),
        ("work_centre", "number"),
        _to("work_centre", WorkCentre, _NO_CENTRE),
        _to("calendar", WorkCalendar, _NO_CALENDAR),
    ),
    _bound(
        "changeovers",
        Changeover,
        ("work_centre", "from_family", "to_family"),
        (
            _code("work_centre"),
            Text(name="from_family", longest=40, required=True),
            Text(name="to_family", longest=40, required=True),
            Whole(name="minutes", most=MINUTES_MAX, required=True),
        ),
        ("work_centre", "from_family", "to_family"),
        _to("work_centre", WorkCentre, _NO_CENTRE),
    ),
    _bound(
        "downtimes",
        Downtime,
        ("work_centre", "machine", "starts_at"),
        (
            _code("work_centre"),
            Whole(name="machine", least=1, most=1_000, empty=None),
            Moment(name="starts_at", required=True),
            Moment(name="ends_at", required=True),
            OneOf(name="kind", words=tuple(Downtime.Kind.values), empty="maintenance"),
            Text(name="note"),
        ),
        ("work_centre", "machine", "starts_at"),
        _to("work_centre", WorkCentre, _NO_CENTRE),
    ),
    _bound(
        "transports",
        Transport,
        ("from_plant", "to_plant"),
        (
            _code("from_plant"),
            _code("to_plant"),
            Whole(name="minutes", most=MINUTES_MAX, required=True),
        ),
        ("from_plant", "to_plant"),
        _to("from_plant", Plant, _NO_PLANT),
        _to("to_plant", Plant, _NO_PLANT),
    ),
    _bound(
        "resources",
        SharedResource,
        ("code",),
        (
            _code("code"),
            _code("plant"),
            *_names(),
            OneOf(name="kind", words=tuple(SharedResource.Kind.values), required=True),
            Whole(name="quantity", least=1, most=100_000, empty=1),
        ),
        ("code",),
        _to("plant", Plant, _NO_PLANT),
        may_go=False,
    ),
    _bound(
        "needs",
        OperationNeed,
        ("part", "number", "resource"),
        (
            part_code("part"),
            Whole(name="number", least=1, most=100_000, required=True),
            _code("resource"),
        ),
        ("operation", "resource"),
        _OPERATION,
        _to("resource", SharedResource, _("there is no tool and no skill “{name}”")),
    ),
    _bound(
        "alternatives",
        OperationAlternative,
        ("part", "number", "work_centre"),
        (
            part_code("part"),
            Whole(name="number", least=1, most=100_000, required=True),
            _code("work_centre"),
            Whole(name="run_seconds", least=1, most=10_000_000, required=True),
        ),
        ("operation", "work_centre"),
        _OPERATION,
        _to("work_centre", WorkCentre, _NO_CENTRE),
    ),
    _bound(
        "substitutes",
        BomAlternate,
        ("parent", "instead_of", "component"),
        (
            part_code("parent"),
            part_code("instead_of"),
            part_code("component"),
            Whole(name="priority", least=1, most=1_000, empty=1),
        ),
        ("line", "component"),
        _LINE,
        _to("component", Part, _NO_PART),
    ),
)


def named(values: Mapping[str, Any], link: Link) -> tuple[Any, ...]:
    """What a row says in the columns of a link."""
    return tuple(values[name] for name in link.columns)
