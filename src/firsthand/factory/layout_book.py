"""The layout of a factory as a workbook: out whole, in whole or not at all.

The same rules as for parts, bills and routings (``factory.spreadsheet``): rows are known by
their keys, nothing goes because a file does not mention it, and one wrong cell keeps the whole
file out. A row goes where ``take_out`` says yes. What is written is judged as a whole by the
next plan; ``firsthand plan check`` says what of it is impossible.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.spreadsheet.book import Page, Plain, write_csvs, write_xlsx
from firsthand.catalogue.spreadsheet.columns import Row, read_sheet
from firsthand.catalogue.spreadsheet.merging import BATCH, Merged, tables_by_sheet, upsert
from firsthand.catalogue.spreadsheet.report import Errors, ImportReport, Tally
from firsthand.factory.actions import FEED
from firsthand.factory.events import LayoutImported
from firsthand.factory.layout_sheets import BOUND, GO, Bound, Link, named
from firsthand.factory.models import WorkCentre
from firsthand.factory.store import hold_planning
from firsthand.kit import outbox

# --- out ------------------------------------------------------------------------------------


def export_workbook() -> bytes:
    """The layout as an Excel workbook."""
    return write_xlsx(_pages())


def export_csvs() -> bytes:
    """The same as a zip with a CSV for each sheet."""
    return write_csvs(_pages())


def _pages() -> list[Page]:
    return [Page(one.sheet.name, one.as_read.header, _rows(one)) for one in BOUND]


def _rows(bound: Bound) -> Iterator[list[Plain]]:
    fields = [bound.paths.get(name, name) for name in bound.sheet.header]
    order = [bound.paths.get(name, name) for name in bound.sheet.key]
    rows = bound.model._default_manager.order_by(*order).values_list(*fields)
    for row in rows.iterator():
        yield bound.as_read.written((*row, False) if bound.may_go else row)


# --- in -------------------------------------------------------------------------------------


def import_workbook(data: bytes, by: int | None, *, dry_run: bool = False) -> ImportReport:
    """Take a layout over, or say by row and column what is wrong.

    Runs in the caller's transaction. A file that cannot be read at all is a refusal.
    """
    assert connection.in_atomic_block, "an import holds or falls as a whole"
    tables, passed_over = tables_by_sheet(data, tuple(one.as_read for one in BOUND))
    errors = Errors()
    hold_planning()  # no plan is made of half a layout
    rows = {sheet.name: read_sheet(sheet, table, errors) for sheet, table in tables.items()}
    books = [_Book(bound, rows.get(bound.sheet.name, []), errors) for bound in BOUND]
    new = {(book.bound.model, key) for book in books for key in book.merged.new}
    for book in books:
        book.look(errors, new)
    _look_at_numbers(books, errors)
    if not errors and not dry_run:
        for book in books:
            book.write()
        written = {name: tally.written for name, tally in _tallies(books).items() if tally.written}
        if written:
            outbox.tell(FEED, [LayoutImported(by, written)])
    return ImportReport(
        _tallies(books), tuple(errors), errors.count, tuple(passed_over), is_rehearsal=dry_run
    )


def _tallies(books: list["_Book"]) -> dict[str, Tally]:
    return {book.bound.sheet.name: book.merged.tally for book in books}


class _Book:
    """The rows of one sheet, laid over what is there."""

    def __init__(self, bound: Bound, rows: list[Row], errors: Errors) -> None:
        self.bound = bound
        goes = [row for row in rows if row.values.pop(GO, False)]
        stays = [row for row in rows if row not in goes]
        there = bound.model._default_manager.all()
        self.merged = Merged(bound.sheet, stays, there, errors, paths=bound.paths)
        self.gone = Merged(bound.sheet, goes, there, Errors(), paths=bound.paths).known
        self.merged.tally.removed = len(self.gone)

    def look(self, errors: Errors, new: set[tuple[Any, Any]]) -> None:
        """Find the names that nothing is called by."""
        for link in self.bound.links:
            said = [
                (row.number, named(row.values, link))
                for row in self.merged.rows
                if all(name in row.values for name in link.columns) and any(named(row.values, link))
            ]
            there = _ids(link, {name for _number, name in said})
            for number, name in said:
                key = name[0] if len(name) == 1 else name
                if name in there or (link.model, key) in new:
                    continue
                words = format_lazy(link.sentence, name=" ".join(str(one) for one in name))
                errors.add(self.bound.sheet.name, number, link.columns[-1], words)
        if "ends_at" in self.bound.sheet.header:
            self._look_at_ends(errors)
        if "from_plant" in self.bound.sheet.header:
            self._look_at_ways(errors)

    def _look_at_ends(self, errors: Errors) -> None:
        for key, row in self.merged.touched.items():
            if row["ends_at"] is not None and row["ends_at"] <= row["starts_at"]:
                number = self.merged.numbers[key]
                errors.add(self.bound.sheet.name, number, "ends_at", _("it ends before it begins"))

    def _look_at_ways(self, errors: Errors) -> None:
        for key, row in self.merged.touched.items():
            if row["from_plant"] == row["to_plant"]:
                words = _("a plant is not on the way to itself")
                errors.add(self.bound.sheet.name, self.merged.numbers[key], "to_plant", words)

    def write(self) -> None:
        """Write it as a set; what the file took out goes."""
        rows = list(self.merged.touched.values())
        ids = {link: _ids(link, {named(row, link) for row in rows}) for link in self.bound.links}
        upsert(
            self.bound.model,
            [
                {name: row[name] for name in self.bound.fields}
                | {f"{link.field}_id": ids[link].get(named(row, link)) for link in self.bound.links}
                for row in rows
            ],
            self.bound.known_by,
        )
        keys = [self.bound.paths.get(name, name) for name in self.bound.sheet.key]
        for row in self.gone.values():
            names = self.bound.sheet.key
            values = {path: row[name] for path, name in zip(keys, names, strict=True)}
            self.bound.model._default_manager.filter(**values).delete()


def _ids(link: Link, wanted: set[tuple[Any, ...]]) -> Mapping[tuple[Any, ...], int]:
    """The ids of the rows that are called so."""
    firsts = sorted({name[0] for name in wanted})
    found: dict[tuple[Any, ...], int] = {}
    for start in range(0, len(firsts), BATCH):
        some = Q(**{f"{link.keys[0]}__in": firsts[start : start + BATCH]})
        for pk, *name in link.model._default_manager.filter(some).values_list("pk", *link.keys):
            found[tuple(name)] = pk
    return found


def _look_at_numbers(books: list[_Book], errors: Errors) -> None:
    """A machine's number is one of its work centre's, as the centre will be."""
    by_name = {book.bound.sheet.name: book for book in books}
    touched = by_name["work_centres"].merged.touched
    machines = dict(WorkCentre.objects.values_list("code", "machines"))
    machines.update({code: row["machines"] for code, row in touched.items()})
    for name, column in (("machines", "number"), ("downtimes", "machine")):
        for row in by_name[name].merged.rows:
            centre, number = row.values.get("work_centre"), row.values.get(column)
            if number is not None and centre in machines and number > machines[centre]:
                words = format_lazy(
                    _("work centre “{name}” has {n} machines"), name=centre, n=machines[centre]
                )
                errors.add(name, row.number, column, words)
