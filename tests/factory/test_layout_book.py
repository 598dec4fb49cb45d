"""The layout of a factory as a workbook: all of it, or nothing and every reason why."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from firsthand.catalogue.spreadsheet.report import ImportReport
from firsthand.factory import layout_book
from firsthand.factory.layout_book import import_workbook
from firsthand.factory.layout_sheets import BOUND
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
from firsthand.kit import outbox
from firsthand.kit.errors import Refusal
from firsthand.stock.models import Place
from tests.catalogue.spreadsheet.workbooks import workbook

pytestmark = pytest.mark.django_db

LAYOUT: dict[str, list[Sequence[Any]]] = {
    "calendars": [["code", "name_zh", "name_en"], ["two-shift", "两班", "Two shifts"]],
    "shifts": [
        ["calendar", "weekday", "start_minute", "minutes"],
        ["two-shift", 0, 480, 480],
        ["two-shift", 0, 960, 480],
        ["two-shift", 5, 480, 240],
    ],
    "special_days": [
        ["calendar", "day", "minutes", "name"],
        ["two-shift", date(2026, 10, 1), 0, "National Day"],
    ],
    "work_centres": [
        ["code", "plant", "name_zh", "name_en", "kind", "machines", "calendar"],
        ["smt", "north", "贴片", "Surface mount", "smt", 2, "two-shift"],
        ["smt-old", "north", "旧贴片", "Old surface mount", "smt", 1, ""],
    ],
    "machines": [
        ["work_centre", "number", "name_zh", "name_en", "speed_percent", "families"],
        ["smt", 2, "二号", "Two", 120, "phone watch"],
    ],
    "changeovers": [
        ["work_centre", "from_family", "to_family", "minutes"],
        ["smt", "phone", "watch", 45],
        ["smt", "watch", "phone", 30],
    ],
    "downtimes": [
        ["work_centre", "machine", "starts_at", "ends_at", "kind"],
        ["smt", 1, "2026-12-01 08:00", "2026-12-01 12:00", "maintenance"],
        ["smt-old", "", "2026-12-02 08:00", "2026-12-02 12:00", ""],
    ],
    "transports": [["from_plant", "to_plant", "minutes"], ["north", "south", 90]],
    "resources": [
        ["code", "plant", "name_zh", "name_en", "kind", "quantity"],
        ["stencil-a", "north", "钢网甲", "Stencil A", "tool", 1],
    ],
    "needs": [["part", "number", "resource"], ["BOARD", 10, "stencil-a"]],
    "alternatives": [
        ["part", "number", "work_centre", "run_seconds"],
        ["BOARD", 10, "smt-old", 44],
    ],
    "substitutes": [
        ["parent", "instead_of", "component", "priority"],
        ["BOARD", "CHIP", "CHIP-B", 1],
    ],
}


@pytest.fixture(autouse=True)
def works() -> None:
    for code in ("north", "south"):
        place = Place.objects.create(code=code, name_zh=code, name_en=code)
        Plant.objects.create(code=code, name_zh=code, name_en=code, place=place)
    WorkCentre.objects.create(
        code="smt", plant=Plant.objects.get(code="north"), kind="x", name_zh="x", name_en="x"
    )
    board, chip, _other = (
        Part.objects.create(code=code, name_zh=code, name_en=code, kind=kind)
        for code, kind in (("BOARD", "made"), ("CHIP", "bought"), ("CHIP-B", "bought"))
    )
    BomLine.objects.create(parent=board, component=chip, quantity=2)
    Operation.objects.create(
        part=board,
        number=10,
        work_centre=WorkCentre.objects.get(code="smt"),
        name_zh="贴",
        name_en="Mount",
        run_seconds=36,
    )


def send(**sheets: list[Sequence[Any]]) -> ImportReport:
    return import_workbook(workbook(sheets), by=7)


def sentences(report: ImportReport) -> list[str]:
    with translation.override("en"):
        return [str(error) for error in report.errors]


def test_a_layout_comes_in_whole() -> None:
    report = send(**LAYOUT)
    assert report.is_written, sentences(report)
    centre = WorkCentre.objects.get(code="smt")
    assert (centre.machines, centre.calendar) == (2, WorkCalendar.objects.get())
    assert centre.kind == "smt" and WorkCentre.objects.get(code="smt-old").calendar is None
    assert list(CalendarShift.objects.values_list("weekday", "start_minute", "minutes")) == [
        (0, 480, 480),
        (0, 960, 480),
        (5, 480, 240),
    ]
    assert CalendarDay.objects.get().minutes == 0  # closed
    assert Machine.objects.get().families == ["phone", "watch"]
    assert Changeover.objects.get(from_family="phone").minutes == 45
    downtime = Downtime.objects.get(machine=None)
    assert downtime.work_centre.code == "smt-old"
    assert downtime.starts_at == datetime(2026, 12, 2, 0, tzinfo=UTC)  # eight in Shanghai
    assert Transport.objects.get().minutes == 90
    assert OperationNeed.objects.get().resource == SharedResource.objects.get()
    assert OperationAlternative.objects.get().run_seconds == 44
    assert BomAlternate.objects.get().component.code == "CHIP-B"
    [news] = outbox.after("factory", 0)
    assert news.name == "layout_imported.v1" and news.body["written"]["machines"] == 1


def test_what_went_out_comes_in_again_and_changes_nothing() -> None:
    send(**LAYOUT)
    for file in (layout_book.export_workbook(), layout_book.export_csvs()):
        again = import_workbook(file, by=None)
        assert again.is_written, sentences(again)
        assert not any(tally.written for tally in again.tallies.values())
    book = layout_book.export_workbook()
    for bound in reversed(BOUND):
        if bound.may_go:
            bound.model._default_manager.all().delete()
    assert import_workbook(book, by=None).is_written
    assert layout_book.export_workbook() and Machine.objects.get().speed_percent == 120
    assert BomAlternate.objects.count() == OperationNeed.objects.count() == 1


def test_a_row_goes_where_it_is_said_and_only_there() -> None:
    send(**LAYOUT)
    report = send(
        changeovers=[
            ["work_centre", "from_family", "to_family", "minutes", "take_out"],
            ["smt", "phone", "watch", 45, "yes"],
        ],
        downtimes=[
            ["work_centre", "machine", "starts_at", "ends_at", "take_out"],
            ["smt-old", "", "2026-12-02 08:00", "2026-12-02 12:00", "yes"],
        ],
    )
    assert report.is_written and report.tallies["changeovers"].removed == 1
    assert [one.from_family for one in Changeover.objects.all()] == ["watch"]
    assert Downtime.objects.get().machine == 1


def test_whatever_is_wrong_is_said_by_row_and_column_and_nothing_is_written() -> None:
    report = send(
        calendars=[["code", "name_zh", "name_en"], ["new", "新", "New"]],
        shifts=[
            ["calendar", "weekday", "start_minute", "minutes"],
            ["new", 0, 480, 480],
            ["nowhere", 7, 480, -5],
        ],
        machines=[
            ["work_centre", "number", "name_zh", "name_en"],
            ["smt", 9, "九号", "Nine"],
        ],
        downtimes=[
            ["work_centre", "machine", "starts_at", "ends_at"],
            ["smt", 1, "2026-12-01 08:00", "2026-12-01 07:00"],
        ],
        transports=[["from_plant", "to_plant", "minutes"], ["north", "north", 10]],
        needs=[["part", "number", "resource"], ["BOARD", 99, "magic"]],
        substitutes=[["parent", "instead_of", "component"], ["BOARD", "GOLD", "CHIP-B"]],
    )
    assert not report.is_good
    said = sentences(report)
    for words in (
        "sheet shifts, row 3, column weekday: this must be from 0 to 6",
        "sheet machines, row 2, column number: work centre “smt” has 1 machines",
        "sheet downtimes, row 2, column ends_at: it ends before it begins",
        "sheet transports, row 2, column to_plant: a plant is not on the way to itself",
        "sheet needs, row 2, column number: there is no operation “BOARD 99”",
        "sheet needs, row 2, column resource: there is no tool and no skill “magic”",
        "sheet substitutes, row 2, column instead_of: there is no line “BOARD GOLD” in a bill",
    ):
        assert words in said, said
    assert not any("row 2, column calendar" in one for one in said)  # it comes with this file
    assert not WorkCalendar.objects.exists() and not outbox.after("factory", 0)


def test_an_unknown_calendar_keeps_the_file_out() -> None:
    # A control: the same file with the calendar in it is taken.
    shifts: list[Sequence[Any]] = [
        ["calendar", "weekday", "start_minute", "minutes"],
        ["two-shift", 1, 0, 60],
    ]
    assert sentences(send(shifts=shifts)) == [
        "sheet shifts, row 2, column calendar: there is no calendar “two-shift”"
    ]
    assert send(shifts=shifts, calendars=LAYOUT["calendars"]).is_written


def test_a_rehearsal_writes_nothing() -> None:
    report = import_workbook(workbook(LAYOUT), by=7, dry_run=True)
    assert report.is_good and report.tallies["machines"].new == 1
    assert not Machine.objects.exists()


def test_more_rows_than_a_sheet_may_have_are_refused_before_anything_is_read() -> None:
    rows = "work_centre,from_family,to_family,minutes\n" + "smt,a,b,1\n" * 1_000_000
    with pytest.raises(Refusal) as refusal:
        import_workbook(rows.encode(), by=None)
    assert refusal.value.code == "too_many_rows"
