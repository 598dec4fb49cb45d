"""Files that somebody sends: too large, broken, locked, in other encodings, or malicious."""

import csv
import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook

from firsthand.catalogue.spreadsheet import book, export_csvs, export_workbook, import_workbook
from firsthand.catalogue.spreadsheet.book import Page, read_book, write_csv, write_xlsx
from firsthand.kit.errors import Invalid
from tests.catalogue.shop_floor import category, product
from tests.catalogue.spreadsheet.workbooks import CATEGORIES, KETTLES, workbook

SHEETS: dict[str, Any] = {"categories": CATEGORIES}


def code_of(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_book(data, sheets=SHEETS)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"  \n", "file_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_workbook"),
        (b"\xff\xfe\xff\xff", "not_text"),
        (b"Dear Sir, please find attached", "not_a_workbook"),
        (b"PK\x03\x04 and then nothing", "not_a_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_excel"),
    ],
)
def test_a_file_that_is_no_workbook_is_told_so(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_file_that_unpacks_to_too_much_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        for number in range(9):  # 9 times 64 MB, in half a megabyte
            packed.writestr(f"xl/worksheets/sheet{number}.xml", b"\0" * (64 << 20))
    assert len(file.getvalue()) < 1 << 20
    assert code_of(file.getvalue()) == "file_too_large"


def test_a_zip_that_lies_about_its_sizes_is_cut_off_where_it_said() -> None:
    honest = workbook({"categories": [CATEGORIES, *[[f"k{n}", *KETTLES[1:]] for n in range(99)]]})
    with zipfile.ZipFile(io.BytesIO(honest)) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (40).to_bytes(4, "little"))
    assert lying != honest
    assert code_of(lying) == "not_a_workbook"


def test_a_file_that_is_too_large_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "FILE_BYTES_MAX", 1_000)
    assert code_of(b"slug" * 251) == "file_too_large"


def test_rows_and_columns_have_a_maximum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "ROWS_MAX", 10)
    monkeypatch.setattr(book, "COLUMNS_MAX", 8)
    rows = [[f"k{n}", *KETTLES[1:]] for n in range(11)]
    assert code_of(workbook({"categories": [CATEGORIES, *rows]})) == "too_many_rows"
    assert len(read_book(workbook({"categories": [CATEGORIES, *rows[:10]]}), sheets=SHEETS)) == 1
    assert code_of(workbook({"categories": [list("abcdefghi")]})) == "too_many_columns"


def test_a_sheet_that_says_it_has_a_row_far_down_costs_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(book, "ROWS_MAX", 1_000)
    file = workbook({"categories": [CATEGORIES, KETTLES]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as packed, zipfile.ZipFile(out, "w") as changed:
        for name in packed.namelist():
            body = packed.read(name)
            if name == "xl/worksheets/sheet1.xml":
                body = body.replace(b'<row r="2"', b'<row r="1048576"').replace(
                    b"</sheetData>",
                    b'<row r="99999999999"><c r="XFD9"><v>1</v></c></row></sheetData>',
                )
            changed.writestr(name, body)
    [table] = read_book(out.getvalue(), sheets=SHEETS)
    assert table.rows == []


@pytest.mark.django_db
def test_a_formula_is_an_error_and_is_never_computed() -> None:
    row = ["kettles", "=HYPERLINK(A1)", "Kettles", "", "=1+1", "kettle"]
    report = import_workbook(workbook({"categories": [CATEGORIES, row]}), by=None)
    assert [(error.row, error.column) for error in report.errors] == [
        (2, "name_zh"),
        (2, "position"),
    ]
    assert all(error.sentence is book.FORMULA.sentence for error in report.errors)


@pytest.mark.django_db
def test_words_that_look_like_formulas_go_out_as_words() -> None:
    evil = "=cmd|' /C calc'!A0"
    product(category(evil, "@SUM(A1)"), name_zh="+86 手机", name_en="-5 Phone")
    sheet = load_workbook(io.BytesIO(export_workbook()))["categories"]
    cell = sheet["C2"]
    assert (cell.value, cell.data_type) == (evil, "s")
    with zipfile.ZipFile(io.BytesIO(export_csvs())) as packed:
        tables = {
            name: list(csv.reader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
            for name in packed.namelist()
        }
    assert tables["categories.csv"][1][1:3] == ["'@SUM(A1)", f"'{evil}"]
    assert tables["products.csv"][1][3:5] == ["'+86 手机", "'-5 Phone"]


@given(some.text(some.characters(exclude_categories=["Cc", "Cs"])))
def test_no_cell_of_a_csv_begins_like_a_formula_and_each_comes_back(words: str) -> None:
    data = write_csv(Page("categories", ["slug"], [[words.strip()]]))
    [_, *cells] = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert all(not cell[:1] or cell[0] not in "=+-@\t\r" for [cell] in cells if cell)
    [table] = read_book(data, sheets=SHEETS)
    assert [row for _, row in table.rows] == ([(words.strip(),)] if words.strip() else [])


@pytest.mark.django_db
def test_a_csv_of_a_chinese_excel_is_read() -> None:
    text = "slug,name_zh,name_en\r\nkettles,电水壶,Kettles\r\n"
    assert import_workbook(text.encode("gb18030"), by=None).is_written
    text = "slug;name_zh;name_en\r\npots;锅,壶;Pots\r\n"
    assert import_workbook(text.encode("utf-8-sig"), by=None).is_written


def test_a_zip_of_csvs_holds_nothing_else() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("categories.csv", "slug\nkettles\n")
        packed.writestr("../../etc/passwd", "root")
    assert code_of(file.getvalue()) == "not_a_workbook"


def test_the_same_rows_give_the_same_csvs() -> None:
    pages = [Page("categories", ["slug"], [["a"]])]
    assert book.write_csvs(pages) == book.write_csvs(pages)


_good = workbook({"categories": [CATEGORIES, KETTLES]})


@given(some.integers(0, len(_good) - 1), some.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused_and_is_never_a_fault(at: int, noise: bytes) -> None:
    with suppress(Invalid):
        read_book(_good[:at] + noise + _good[at + len(noise) :], sheets=SHEETS)


@given(some.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(Invalid):
        read_book(data, sheets=SHEETS)


def test_a_cell_that_is_too_long_is_an_error_of_that_cell() -> None:
    data = write_xlsx([Page("categories", ["slug"], [["x" * 30_000]])])
    [table] = read_book(data, sheets=SHEETS)
    assert table.rows[0][1] == ("x" * 30_000,)
    data = ("slug\n" + "x" * 30_001 + "\n").encode()
    [table] = read_book(data, sheets=SHEETS)
    assert table.rows[0][1] == (book.TOO_LONG,)
