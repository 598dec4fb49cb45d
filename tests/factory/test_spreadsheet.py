"""Parts, bills and routings as a spreadsheet: all of it, or nothing and every reason why."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.catalogue.spreadsheet.report import ImportReport
from firsthand.factory import spreadsheet, store
from firsthand.factory.models import BomLine, Operation, Part, Plant, WorkCentre
from firsthand.factory.spreadsheet import import_workbook
from firsthand.kit import outbox
from firsthand.stock.models import Place
from tests.catalogue.spreadsheet.workbooks import workbook

pytestmark = pytest.mark.django_db

PARTS = ["code", "name_zh", "name_en", "kind", "sku", "plant", "unit_cost_yuan", "lead_time_days"]
BOM = ["parent", "component", "quantity", "scrap_bp"]
OPERATIONS = ["part", "number", "work_centre", "name_zh", "name_en", "setup_minutes", "run_seconds"]

KETTLE: dict[str, list[Sequence[Any]]] = {
    "parts": [
        PARTS,
        ["KETTLE", "水壶", "Kettle", "made", "K1-INK", "north", "", ""],
        ["POT", "内胆", "Pot", "made", "", "north", "", ""],
        ["STEEL", "钢板", "Steel", "bought", "", "", 12.35, 18],
        ["BOX", "彩盒", "Box", "bought", "", "", "2.8", 9],
    ],
    "bom": [BOM, ["KETTLE", "POT", 1, 0], ["KETTLE", "BOX", 1, 0], ["POT", "STEEL", 2, 100]],
    "operations": [
        OPERATIONS,
        ["POT", 10, "press", "冲压", "Pressing", 30, 26],
        ["KETTLE", 10, "line", "装配", "Assembly", 20, 70],
    ],
}


@pytest.fixture(autouse=True)
def works() -> None:
    place = Place.objects.create(code="north", name_zh="北仓", name_en="North")
    plant = Plant.objects.create(code="north", name_zh="北厂", name_en="North", place=place)
    for code in ("press", "line"):
        WorkCentre.objects.create(
            code=code, kind=code, plant=plant, name_zh=code, name_en=code, cost_fen_per_hour=36_000
        )
    category = Category.objects.create(slug="kettles", name_zh="水壶", name_en="Kettles")
    product = Product.objects.create(
        category=category,
        slug="k",
        model_number="K1",
        name_zh="水壶",
        name_en="Kettle",
        archetype="kettle",
    )
    for code in ("K1-INK", "K1-SAGE"):
        Sku.objects.create(product=product, code=code, name_zh=code, name_en=code)


def send(**sheets: list[Sequence[Any]]) -> ImportReport:
    return import_workbook(workbook(sheets), by=7)


def sentences(report: ImportReport) -> list[str]:
    with translation.override("en"):
        return [str(error) for error in report.errors]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    return {
        "parts": sorted(
            Part.objects.values_list(
                "code", "name_zh", "name_en", "kind", "sku__code", "plant__code", "family",
                "unit_cost_fen", "lead_time_days", "on_hand", "lot_size",
            ),
            key=str,
        ),
        "bom": sorted(
            BomLine.objects.values_list("parent__code", "component__code", "quantity", "scrap_bp")
        ),
        "operations": sorted(
            Operation.objects.values_list(
                "part__code", "number", "work_centre__code", "name_zh", "name_en",
                "setup_minutes", "run_seconds",
            )
        ),
    }  # fmt: skip


def test_a_kettle_comes_in_and_its_cost_follows() -> None:
    report = send(**KETTLE)
    assert report.is_written, sentences(report)
    sku = Sku.objects.get(code="K1-INK")
    making = store.making([sku.pk])[sku.pk]
    # Two sheets at 12.35 with one in a hundred spoilt, and a box: 24.947 and 2.80 yuan.
    assert making.material_fen == 2_775
    [news] = outbox.after("factory", 0)
    assert news.body == {"by": 7, "written": {"parts": 4, "bom": 3, "operations": 2}}


def test_what_went_out_comes_in_again() -> None:
    send(**KETTLE)
    before = everything()
    for file in (spreadsheet.export_workbook(), spreadsheet.export_csvs()):
        again = import_workbook(file, by=None)
        assert again.is_written and not any(tally.written for tally in again.tallies.values())
        BomLine.objects.all().delete()
        Operation.objects.all().delete()
        Part.objects.all().delete()
        assert import_workbook(file, by=None).is_written
        assert everything() == before


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(
    some.lists(
        some.tuples(some.integers(0, 10**9), some.integers(0, 300), some.sampled_from("=+-@'a")),
        min_size=1,
        max_size=6,
    ),
    some.data(),
)
def test_any_bill_without_circles_goes_out_and_comes_in_again(
    costs: list[tuple[int, int, str]], data: some.DataObject
) -> None:
    for model in (BomLine, Operation, Part):
        model._default_manager.all().delete()
    parts = [
        Part.objects.create(
            code=f"P{number}", name_zh=f"{sign}件", name_en=f"{sign}part",
            kind="made" if number else "bought", unit_cost_fen=cost, lead_time_days=days,
        )
        for number, (cost, days, sign) in enumerate(costs)
    ]  # fmt: skip
    for number, parent in enumerate(parts):
        for component in parts[:number]:
            if data.draw(some.booleans()):
                BomLine.objects.create(
                    parent=parent,
                    component=component,
                    quantity=data.draw(some.integers(1, 1000)),
                    scrap_bp=data.draw(some.integers(0, 9000)),
                )
    before, file = everything(), spreadsheet.export_workbook()
    BomLine.objects.all().delete()
    Part.objects.all().delete()
    report = import_workbook(file, by=None)
    assert report.is_written, sentences(report)
    assert everything() == before


def test_every_error_is_told_by_its_row_and_column_and_nothing_comes_in() -> None:
    report = send(
        parts=[
            PARTS,
            ["A", "甲", "A", "made", "NO-SKU", "south", -1, ""],
            ["B", "乙", "B", "bought", "K1-INK", "", "1.005", 1.5],
            ["C", "丙", "C", "grown", "", "", "", ""],
        ],
        bom=[BOM, ["A", "NOTHING", 1, 0], ["B", "A", 1, 0], ["A", "B", -1, 0]],
        operations=[OPERATIONS, ["B", 10, "oven", "烤", "Baking", 0, 0]],
    )
    assert [(error.sheet, error.row, error.column) for error in report.errors] == [
        ("parts", 2, "unit_cost_yuan"),
        ("parts", 3, "unit_cost_yuan"),
        ("parts", 3, "lead_time_days"),
        ("parts", 4, "kind"),
        ("bom", 4, "quantity"),
        ("operations", 2, "run_seconds"),
        ("parts", 2, "plant"),
        ("parts", 2, "sku"),
        ("bom", 2, "component"),
        ("operations", 2, "work_centre"),
        ("parts", 3, "kind"),
        ("bom", 3, "parent"),
        ("operations", 2, "part"),
        ("bom", 4, "component"),  # the row that closes the circle
    ]
    assert not Part.objects.exists()
    assert outbox.last("factory") == 0


def test_a_bill_that_leads_back_to_itself_is_refused_with_its_path() -> None:
    send(**KETTLE)
    send(
        parts=[PARTS, ["LID", "盖", "Lid", "made", "", "", "", ""]], bom=[BOM, ["POT", "LID", 1, 0]]
    )
    before = everything()
    report = send(bom=[BOM, ["LID", "KETTLE", 1, 0]])
    [sentence] = sentences(report)
    assert sentence.startswith("sheet bom, row 2, column component: this is made of itself: ")
    assert set(sentence.rsplit(": ", 1)[1].split(" → ")) == {"LID", "KETTLE", "POT"}
    assert everything() == before


def test_a_part_is_not_made_of_itself() -> None:
    send(**KETTLE)
    assert not send(bom=[BOM, ["POT", "POT", 1, 0]]).is_good


def test_a_quantity_of_nought_takes_a_line_out_and_may_break_a_circle() -> None:
    send(**KETTLE)
    report = send(bom=[BOM, ["KETTLE", "POT", 0, 0], ["POT", "KETTLE", 1, 0]])
    assert report.is_written, sentences(report)
    assert report.tallies["bom"].removed == 1
    assert ("POT", "KETTLE", 1, 0) in everything()["bom"]


def test_a_new_cost_changes_a_cost_and_nothing_else() -> None:
    send(**KETTLE)
    before = everything()
    report = send(parts=[["code", "unit_cost_yuan"], ["STEEL", "13,000.50"]])
    assert report.tallies["parts"].changed == 1
    assert Part.objects.get(code="STEEL").unit_cost_fen == 1_300_050
    assert everything()["bom"] == before["bom"]
    assert Part.objects.get(code="STEEL").lead_time_days == 18


def test_two_parts_may_exchange_their_skus_and_not_share_one() -> None:
    send(**KETTLE)
    send(parts=[PARTS, ["KETTLE2", "水壶", "Kettle", "made", "K1-SAGE", "", "", ""]])
    shared = send(parts=[["code", "sku"], ["KETTLE2", "K1-INK"]])
    assert sentences(shared) == ["sheet parts, row 2, column sku: “KETTLE” is this SKU already"]
    swapped = send(parts=[["code", "sku"], ["KETTLE2", "K1-INK"], ["KETTLE", "K1-SAGE"]])
    assert swapped.is_written
    assert Part.objects.get(code="KETTLE").sku == Sku.objects.get(code="K1-SAGE")


def test_what_has_a_bill_does_not_become_a_bought_part() -> None:
    send(**KETTLE)
    report = send(parts=[["code", "kind"], ["POT", "bought"]])
    assert [error.column for error in report.errors] == ["kind"]
    assert Part.objects.get(code="POT").kind == "made"


def test_a_rehearsal_writes_nothing() -> None:
    report = import_workbook(workbook(KETTLE), by=None, dry_run=True)
    assert report.is_good and report.tallies["parts"].new == 4
    assert not Part.objects.exists()
