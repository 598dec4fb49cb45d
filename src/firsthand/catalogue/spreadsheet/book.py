"""Workbooks as plain tables, in and out: xlsx, one CSV, or a zip of CSVs. Knows no trade.

A file that somebody sends is not trusted: its size, the size it would unpack to, its rows,
columns and cells all have a named maximum, and they are looked at before anything is read
that could be large. Nothing in it is computed: a cell with a formula is an error that says so.
On the way out, words that a spreadsheet program would take for a formula are made safe.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from firsthand.kit.errors import Invalid, Refusal

FILE_BYTES_MAX = 32 * 1024 * 1024
UNPACKED_BYTES_MAX = 512 * 1024 * 1024
ENTRIES_MAX = 200  # files within a zip
ROWS_MAX = 400_000  # of one sheet
COLUMNS_MAX = 60
CELL_CHARACTERS_MAX = 30_000  # a cell of Excel's holds 32,767

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA_SIGNS = "=+-@\t\r"
_LIKE_A_FORMULA = re.compile(rf"'*[{re.escape(_FORMULA_SIGNS)}]")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

# What openpyxl and zipfile are known to raise for files that are broken in some way.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, NotImplementedError,
    KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError, RuntimeError,
)  # fmt: skip

Plain = str | int | float | Decimal | bool | datetime | date | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds something other than a value."""

    sentence: Promise


FORMULA = Unreadable(_("this cell holds a formula; write its value instead"))
EXCEL_ERROR = Unreadable(_("this cell holds an error of Excel's"))
TOO_LONG = Unreadable(_("this is too long for a cell"))

Cell = Plain | Unreadable


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as it was sent: its header, and its rows with the numbers they have there."""

    name: str
    header: tuple[str, ...]
    rows: list[tuple[int, tuple[Cell, ...]]]


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to be written. WIDE columns hold long texts."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Plain]]


# --- in -------------------------------------------------------------------------------------


def read_book(data: bytes, *, sheets: dict[str, Collection[str]]) -> list[Table]:
    """The tables of a file. A CSV has no sheet names: SHEETS, with their columns, tell which it is.

    Raises a refusal with a sentence for whoever sent it.
    """
    if len(data) > FILE_BYTES_MAX:
        raise _refused("file_too_large", _("The file is larger than {n} MB."), FILE_BYTES_MAX >> 20)
    if not data.strip():
        raise Invalid("file_empty", _("The file is empty."))
    if data.startswith(_OLD_EXCEL):
        raise Invalid(
            "old_excel",
            _("This is an old Excel file (.xls), or one with a password. Save it as .xlsx."),
        )
    if not data.startswith(b"PK"):
        return [_read_csv(_decoded(data), sheets)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = _looked_at(packed)
            if "[Content_Types].xml" in names:
                return _read_xlsx(data)
            return _read_csvs(packed, names, sheets)
    except Refusal:
        raise
    except _BROKEN as fault:
        raise Invalid(
            "not_a_workbook",
            _("This file is no Excel workbook (.xlsx), no CSV and no zip of CSVs."),
        ) from fault


def _looked_at(packed: zipfile.ZipFile) -> list[str]:
    """The names within a zip, when what it unpacks to is bearable.

    The sizes stand in the zip's own directory. One that lies there is cut off by zipfile at
    the size it claimed, so the claim is a bound.
    """
    entries = packed.infolist()
    if len(entries) > ENTRIES_MAX or sum(one.file_size for one in entries) > UNPACKED_BYTES_MAX:
        raise Invalid("file_too_large", _("The file unpacks to more than we read."))
    if any(one.flag_bits & 1 for one in entries):
        raise Invalid("file_locked", _("The file has a password. Save it without one."))
    return [one.filename for one in entries]


def _read_xlsx(data: bytes) -> list[Table]:
    # data_only would give the values that Excel cached, which nobody here has checked.
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        return [_table(sheet.title, _xlsx_rows(sheet)) for sheet in book.worksheets]
    finally:
        book.close()


def _xlsx_rows(sheet: Any) -> Iterator[tuple[Cell, ...]]:
    sheet.reset_dimensions()  # a sheet may lie about its size; the bounds below are ours
    for row in sheet.iter_rows(max_row=ROWS_MAX + 2, max_col=COLUMNS_MAX + 1):
        yield tuple(_of_xlsx(cell) for cell in row)


def _of_xlsx(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return EXCEL_ERROR
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (time, timedelta)):
        return str(value)
    known: Cell = value
    return known


def _read_csvs(
    packed: zipfile.ZipFile, names: Iterable[str], sheets: dict[str, Collection[str]]
) -> list[Table]:
    tables = []
    for name in names:
        if name.endswith("/"):
            continue
        if not name.lower().endswith(".csv"):
            raise Invalid("not_a_workbook", _("A zip of CSVs holds nothing else."))
        table = _read_csv(_decoded(packed.read(name)), sheets)
        own = name.rsplit("/", 1)[-1][: -len(".csv")].lower()
        tables.append(Table(own if own in sheets else table.name, table.header, table.rows))
    return tables


def _decoded(data: bytes) -> str:
    """The text of a CSV: UTF-8, or GB 18030, which Excel writes on a Chinese Windows."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("not_text", _("This CSV is neither UTF-8 nor GB 18030."))


def _read_csv(text: str, sheets: dict[str, Collection[str]]) -> Table:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        table = _table("", (tuple(_of_csv(word) for word in row) for row in reader))
    except csv.Error as fault:
        raise Invalid("not_a_workbook", _("This CSV is broken.")) from fault
    head = set(table.header)
    likely = max(sheets, key=lambda name: len(head & set(sheets[name])) / len(set(sheets[name])))
    if not head & set(sheets[likely]):
        raise Invalid(
            "not_a_workbook",
            _("This file is no Excel workbook (.xlsx), no CSV and no zip of CSVs."),
        )
    return Table(likely, table.header, table.rows)


def _of_csv(word: str) -> Cell:
    if word.startswith("'") and _LIKE_A_FORMULA.match(word):
        word = word[1:]  # made safe by us, or typed as text by somebody
    return _text(word) or None


def _text(words: str) -> Cell:
    if len(words) > CELL_CHARACTERS_MAX:
        return TOO_LONG
    return words.replace("\r\n", "\n").replace("\r", "\n")


def _table(name: str, rows: Iterator[tuple[Cell, ...]]) -> Table:
    header: tuple[str, ...] = ()
    kept: list[tuple[int, tuple[Cell, ...]]] = []
    for number, row in enumerate(rows, start=1):
        if number == 1:
            header = _header(row)
            continue
        width = len(row)
        while width and row[width - 1] in (None, ""):
            width -= 1
        if not width:
            continue
        if number > ROWS_MAX + 1:
            raise _refused("too_many_rows", _("A sheet has at most {n} rows."), ROWS_MAX)
        kept.append((number, row[:width]))
    return Table(name, header, kept)


def _header(row: Sequence[Cell]) -> tuple[str, ...]:
    names = [str(cell).strip().lower() if isinstance(cell, str) else "" for cell in row]
    while names and not names[-1]:
        names.pop()
    if len(names) > COLUMNS_MAX:
        raise _refused("too_many_columns", _("A sheet has at most {n} columns."), COLUMNS_MAX)
    return tuple(names)


def _refused(code: str, sentence: Any, number: int) -> Invalid:
    return Invalid(code, format_lazy(sentence, n=f"{number:,}"), fields={"at_most": number})


# --- out ------------------------------------------------------------------------------------


def write_xlsx(pages: Iterable[Page]) -> bytes:
    """Pages as one workbook, with a header that stays in sight. Words stay words, whatever sign
    they begin with.
    """
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(page.name)
        sheet.freeze_panes = "A2"
        for index, title in enumerate(page.header):
            sheet.column_dimensions[chr(ord("A") + index)].width = max(12, len(title) + 4)
        sheet.append([_bold(sheet, title) for title in page.header])
        for row in page.rows:
            sheet.append([_as_xlsx(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _bold(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, value=title)
    cell.font = Font(bold=True)
    return cell


def _as_xlsx(sheet: Any, value: Plain) -> Any:
    if not isinstance(value, str):
        return value
    words = _writable(value)
    if words[:1] not in ("=", "#"):
        return words
    cell = WriteOnlyCell(sheet, value=words)
    cell.data_type = "s"  # openpyxl takes = for a formula, and #REF! for an error
    return cell


def write_csv(page: Page) -> bytes:
    """A page as a CSV that Excel opens as UTF-8, with nothing in it that it would compute."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(page.header)
    for row in page.rows:
        writer.writerow([_as_csv(value) for value in row])
    return file.getvalue().encode("utf-8-sig")


def write_csvs(pages: Iterable[Page]) -> bytes:
    """Pages as a zip with one CSV each. The same rows give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for page in pages:
            entry = zipfile.ZipInfo(f"{page.name}.csv", (1980, 1, 1, 0, 0, 0))
            packed.writestr(entry, write_csv(page), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _as_csv(value: Plain) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        words = _writable(value)
        return f"'{words}" if _LIKE_A_FORMULA.match(words) else words
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    return value.isoformat()


def _writable(words: str) -> str:
    if len(words) > CELL_CHARACTERS_MAX:
        raise Refusal("too_long_for_a_cell", _("A text is too long for a cell."))
    return _UNWRITABLE.sub(" ", words)
