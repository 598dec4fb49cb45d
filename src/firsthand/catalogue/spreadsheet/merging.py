"""Rows of a sheet laid over the rows that are there: what every import of ours begins with.

Knows no trade: a sheet, a model, and which column stands for which field.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.spreadsheet.book import Table, read_book
from firsthand.catalogue.spreadsheet.columns import Row, Sheet
from firsthand.catalogue.spreadsheet.report import Errors, Tally

BATCH = 5_000
NEEDED = _("a new row needs this")


def tables_by_sheet(data: bytes, known: tuple[Sheet, ...]) -> tuple[dict[Sheet, Table], list[str]]:
    """The tables of a file by the sheets that they are; and the names of those that are none."""
    by_name = {sheet.name: sheet for sheet in known}
    tables: dict[Sheet, Table] = {}
    passed_over: list[str] = []
    for table in read_book(data, sheets={sheet.name: sheet.header for sheet in known}):
        sheet = by_name.get(table.name.strip().lower())
        if sheet is None or sheet in tables:
            passed_over.append(table.name)
        else:
            tables[sheet] = table
    return tables, passed_over


class Merged:
    """The rows of one sheet laid over those that are there: what is new, what is another.

    THERE are the rows of the database; PATHS leads from a column to its field, where the two
    are not called the same. LINKS reads a column that is no field of theirs: what each of some
    rows, by their keys, has there. Rows are known by the value of their key, or by all of them
    if their sheet has several.
    """

    def __init__(
        self,
        sheet: Sheet,
        rows: list[Row],
        there: QuerySet[Any],
        errors: Errors,
        *,
        paths: Mapping[str, str] | None = None,
        links: tuple[str, Callable[[list[str]], Mapping[str, Any]]] | None = None,
    ) -> None:
        self.sheet, self.rows = sheet, rows
        self._there, self._paths, self._links = there, dict(paths or {}), links
        self.numbers = {self.key(row.values): row.number for row in rows}
        self.known = self._read(sorted({row.values[sheet.key[0]] for row in rows}))
        self.new: dict[Any, dict[str, Any]] = {}
        self.changed: dict[Any, dict[str, Any]] = {}
        same = 0
        for row in rows:
            key = self.key(row.values)
            known = self.known.get(key)
            if known is None:
                self.new[key] = self._filled(row, errors)
            elif all(known[name] == value for name, value in row.values.items()):
                same += 1
            else:
                self.changed[key] = {**known, **row.values}
        self.tally = Tally(len(self.new), len(self.changed), same)

    def key(self, values: Mapping[str, Any]) -> Any:
        """By what a row is known."""
        names = self.sheet.key
        return values[names[0]] if len(names) == 1 else tuple(values[name] for name in names)

    def _read(self, first_keys: list[Any]) -> dict[Any, dict[str, Any]]:
        """The rows that are there, by key, with the values that the sheet would have for them."""
        found: dict[Any, dict[str, Any]] = {}
        linked, linked_to = self._links or ("", lambda _keys: {})
        names = [name for name in self.sheet.header if name != linked]
        fields = [self._paths.get(name, name) for name in names]
        first = f"{self._paths.get(self.sheet.key[0], self.sheet.key[0])}__in"
        for start in range(0, len(first_keys), BATCH):
            some = first_keys[start : start + BATCH]
            links = linked_to(some)
            for row in self._there.filter(**{first: some}).values_list(*fields):
                values = {
                    name: "" if value is None and name in self._paths else value
                    for name, value in zip(names, row, strict=True)
                }
                if linked:
                    values[linked] = links.get(row[0], ())
                if self.key(values) in self.numbers:  # not what only shares the first of keys
                    found[self.key(values)] = values
        return found

    def _filled(self, row: Row, errors: Errors) -> dict[str, Any]:
        """A new row with what its sheet does not say; what it must say is an error."""
        filled = {}
        for column in self.sheet.columns:
            if column.name in row.values:
                filled[column.name] = row.values[column.name]
                continue
            if column.required and column.name not in row.flawed:
                errors.add(self.sheet.name, row.number, column.name, NEEDED)
            filled[column.name] = column.empty
        return filled

    @property
    def touched(self) -> dict[Any, dict[str, Any]]:
        """All that is to be written, by key."""
        return {**self.new, **self.changed}

    def after(self, name: str) -> dict[Any, Any]:
        """One column of every row of the database, as it will be when this is written."""
        fields = [self._paths.get(one, one) for one in (*self.sheet.key, name)]
        values: dict[Any, Any] = {}
        for *key, value in self._there.values_list(*fields).iterator():
            known_by = key[0] if len(key) == 1 else tuple(key)
            values[known_by] = "" if value is None else value
        values.update({key: row[name] for key, row in self.touched.items()})
        return values


def ids(model: type[Model], key: str) -> dict[str, int]:
    """The ids of all rows of a model, by one of their fields."""
    rows = model._default_manager.values_list(key, "pk")
    return {name: pk for name, pk in rows.iterator()}  # noqa: C416 - the names say what


def upsert(
    model: type[Model],
    rows: Iterable[Mapping[str, Any]],
    key: str | tuple[str, ...],
    without: tuple[str, ...] = (),
) -> None:
    """Write rows as a set; one whose KEY is there gets the values that the row names.

    All rows name the same; WITHOUT are names that the model does not know.
    """
    kept = [{name: value for name, value in row.items() if name not in without} for row in rows]
    if not kept:
        return
    known_by = (key,) if isinstance(key, str) else key
    named = {field.attname: field.name for field in model._meta.concrete_fields}
    said = [named.get(name, name) for name in kept[0]]
    others = [name for name in said if name not in known_by]
    new = [model(**row) for row in kept]
    if not others:  # a row that says no more than its key
        model._default_manager.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
        return
    model._default_manager.bulk_create(
        new,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=list(known_by),
        update_fields=others,
    )
