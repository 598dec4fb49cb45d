"""Columns of a sheet: what their cells may hold, and how a value is written into one.

A column reads a cell or says what is wrong with it, as a sentence for whoever filled it in.
What refers to another row (a parent, a category) is read as that row's name here, and looked
up by whoever knows the rows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.rules import Flaw, Unfit, parse_flag, parse_number
from firsthand.catalogue.spreadsheet.book import Cell, Plain, Table, Unreadable
from firsthand.catalogue.spreadsheet.report import Errors

FLAWS: Mapping[Flaw, Promise] = {
    Flaw.EMPTY: _("this must not be empty"),
    Flaw.NOT_A_NUMBER: _("this is not a number; units are not written behind it"),
    Flaw.TOO_LARGE: _("this number is too large"),
    Flaw.TOO_FINE: _("a number has at most three places"),
    Flaw.NOT_YES_OR_NO: _("say yes or no"),
    Flaw.TOO_LONG: _("this is longer than 200 characters"),
    Flaw.ONE_LANGUAGE: _("a text needs both languages"),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Flawed(ValueError):
    """A cell cannot be what its column says; the sentence tells why."""

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column by its name. A REQUIRED one must not be empty, where it stands in the sheet."""

    name: str
    required: bool = False
    empty: Any = ""  # what an empty cell means

    def read(self, cell: Cell) -> Any:
        """The value of a cell."""
        if isinstance(cell, Unreadable):
            raise Flawed(cell.sentence)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            if self.required:
                raise Flawed(FLAWS[Flaw.EMPTY])
            return self.empty
        return self.parse(cell)

    def parse(self, cell: Plain) -> Any:
        """The value of a cell that is not empty."""
        raise NotImplementedError

    def write(self, value: Any) -> Plain:
        """A value as a cell holds it."""
        plain: Plain = value
        return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Column):
    """Words of a bounded length; a number is taken for the words that it is written in."""

    longest: int = 200

    def parse(self, cell: Plain) -> str:
        """The words, without blanks around them."""
        words = as_words(cell).strip()
        if len(words) > self.longest:
            raise Flawed(format_lazy(_("this is longer than {n} characters"), n=self.longest))
        if _CONTROL.search(words):
            raise Flawed(_("this holds characters that cannot be seen"))
        return words


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Text):
    """The name by which rows are told apart and spoken of, in an address or on a label."""

    pattern: str = r"[A-Za-z0-9_-]+"
    sentence: Promise = field(default=_("only letters, digits, - and _ stand in this"))

    def parse(self, cell: Plain) -> str:
        """The name."""
        # Of slots and a bare super(): a dataclass with slots is made anew, so it is named.
        words = Text.parse(self, cell)
        if not re.fullmatch(self.pattern, words):
            raise Flawed(self.sentence)
        return words


@dataclass(frozen=True, slots=True, kw_only=True)
class Names(Column):
    """Several names with blanks between them."""

    empty: Any = ()

    def parse(self, cell: Plain) -> tuple[str, ...]:
        """The names, each once, in order."""
        return tuple(sorted(set(as_words(cell).split())))

    def write(self, value: Iterable[str]) -> str:
        """The names in one cell."""
        return " ".join(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Column):
    """A whole number within bounds."""

    least: int = 0
    most: int = 2_000_000_000
    empty: Any = 0

    def parse(self, cell: Plain) -> int:
        """The number."""
        number = as_number(cell)
        if number != int(number):
            raise Flawed(_("this is not a whole number"))
        if not self.least <= number <= self.most:
            bounds = {"least": f"{self.least:,}", "most": f"{self.most:,}"}
            raise Flawed(format_lazy(_("this must be from {least} to {most}"), **bounds))
        return int(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yuan(Column):
    """An amount in yuan as people write it; kept in fen."""

    most_fen: int = 10**12
    empty: Any = 0

    def parse(self, cell: Plain) -> int:
        """The amount in fen."""
        fen = as_number(cell) * 100
        if fen != int(fen):
            raise Flawed(_("an amount has at most two places"))
        if not 0 <= fen <= self.most_fen:
            raise Flawed(_("this amount is out of bounds"))
        return int(fen)

    def write(self, value: int) -> Decimal:
        """The amount in yuan."""
        return Decimal(value) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Column):
    """Yes or no."""

    empty: Any = False

    def parse(self, cell: Plain) -> bool:
        """Whether it says yes."""
        try:
            return parse_flag(as_words(cell))
        except Unfit as unfit:
            raise Flawed(FLAWS[unfit.flaw]) from None

    def write(self, value: bool) -> str:
        """The word."""
        return "yes" if value else "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(Column):
    """One of some words."""

    words: tuple[str, ...] = ()

    def parse(self, cell: Plain) -> str:
        """The word."""
        word = as_words(cell).strip().lower()
        if word not in self.words:
            raise Flawed(format_lazy(_("this must be one of {words}"), words=", ".join(self.words)))
        return word


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Column):
    """A day and a time; where no time zone stands with it, it is ours."""

    empty: Any = None

    def parse(self, cell: Plain) -> datetime:
        """The instant."""
        if isinstance(cell, date) and not isinstance(cell, datetime):
            cell = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - made aware below
        try:
            moment = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell))
        except ValueError:
            raise Flawed(_("write a day and a time as 2026-11-23 20:00")) from None
        try:
            return (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Flawed(_("there is no such day")) from None

    def write(self, value: datetime | None) -> str | None:
        """The instant, in a form that sorts."""
        return None if value is None else value.astimezone(UTC).isoformat(sep=" ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Column):
    """A day, without a time."""

    empty: Any = None

    def parse(self, cell: Plain) -> date:
        """The day."""
        try:
            if isinstance(cell, datetime):
                return cell.date()
            return cell if isinstance(cell, date) else date.fromisoformat(str(cell).strip())
        except ValueError:
            raise Flawed(_("write a day as 2026-11-23")) from None

    def write(self, value: date | None) -> str | None:
        """The day, in a form that sorts."""
        return None if value is None else value.isoformat()


def as_words(cell: Plain) -> str:
    """A cell as the words that one reads in it: Excel keeps 2026 as the number 2026.0."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def as_number(cell: Plain) -> Decimal:
    """A cell as a number."""
    if isinstance(cell, (bool, date)):
        raise Flawed(FLAWS[Flaw.NOT_A_NUMBER])
    try:
        return parse_number(str(cell))
    except Unfit as unfit:
        raise Flawed(FLAWS[unfit.flaw]) from None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of sheet: its name and its columns; KEY names a row of it."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def header(self) -> list[str]:
        """The names of its columns."""
        return [column.name for column in self.columns]

    def written(self, values: Sequence[Any]) -> list[Plain]:
        """Values, in the order of the columns, as cells."""
        return [column.write(value) for column, value in zip(self.columns, values, strict=True)]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read: its number there, the values of the cells that could be read, and the
    names of the columns whose cells could not.
    """

    number: int
    values: dict[str, Any]
    flawed: tuple[str, ...] = ()


def read_sheet(sheet: Sheet, table: Table, errors: Errors) -> list[Row]:
    """The rows of a table as its sheet reads them; what is wrong is added to the errors.

    A row whose key cannot be read is left out: nothing more can be said of it. Of two rows
    with one key the second is an error.
    """
    columns = {column.name: column for column in sheet.columns}
    places: dict[str, int] = {}
    for place, title in enumerate(table.header):
        if title not in columns:
            if title:
                errors.add(sheet.name, 1, title, _("there is no such column"))
        elif title in places:
            errors.add(sheet.name, 1, title, _("this column stands here twice"))
        else:
            places[title] = place
    missing = [name for name in sheet.key if name not in places]
    for name in missing:
        errors.add(sheet.name, 1, name, _("this column is missing"))
    if missing:
        return []
    rows: list[Row] = []
    seen: dict[tuple[Any, ...], int] = {}
    for number, cells in table.rows:
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for name, place in places.items():
            try:
                values[name] = columns[name].read(cells[place] if place < len(cells) else None)
            except Flawed as flawed:
                errors.add(sheet.name, number, name, flawed.sentence)
                wrong.append(name)
        if any(name not in values for name in sheet.key):
            continue
        key = tuple(values[name] for name in sheet.key)
        if key in seen:
            sentence = format_lazy(_("this row was said already, in row {row}"), row=seen[key])
            errors.add(sheet.name, number, sheet.key[0], sentence)
            continue
        seen[key] = number
        rows.append(Row(number, values, tuple(wrong)))
    return rows
