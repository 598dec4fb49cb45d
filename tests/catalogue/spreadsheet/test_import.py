"""A spreadsheet becomes the catalogue, or changes nothing and says what is wrong where."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.utils import translation

from firsthand.catalogue import store
from firsthand.catalogue.models import AttributeValue, Category, Product, Sku
from firsthand.catalogue.spreadsheet import ImportReport, import_workbook
from firsthand.catalogue.spreadsheet.report import ERRORS_MAX
from firsthand.kit import outbox
from tests.catalogue.shop_floor import attribute, number
from tests.catalogue.spreadsheet.workbooks import (
    ATTRIBUTES,
    CATEGORIES,
    FACTS,
    KETTLE,
    KETTLES,
    PRODUCTS,
    SKUS,
    everything,
    workbook,
)

pytestmark = pytest.mark.django_db


def send(**sheets: Sequence[Sequence[object]]) -> ImportReport:
    return import_workbook(workbook(sheets), by=None)


def sentences(report: ImportReport) -> list[str]:
    with translation.override("en"):
        return [str(error) for error in report.errors]


def kettle() -> None:
    """One kettle, as most of these tests find it."""
    report = send(
        categories=[CATEGORIES, KETTLES],
        products=[PRODUCTS, KETTLE],
        skus=[SKUS, ["K1-INK", "quiet-kettle", "墨黑", "Ink"]],
        attributes=[
            ATTRIBUTES,
            ["volume", "容量", "Volume", "number"],
            ["glass", "材质", "Material", "choice"],
        ],
        facts=[
            FACTS,
            ["quiet-kettle", "", "volume", 1.5, ""],
            ["quiet-kettle", "K1-INK", "glass", "玻璃", "Glass"],
        ],
    )
    assert report.is_written, sentences(report)


def test_a_workbook_becomes_the_catalogue_and_tells_once() -> None:
    kettle()
    assert [step.name_en for step in store.path(Category.objects.get().pk)] == ["Kettles"]
    assert Sku.objects.get().product == Product.objects.get()
    assert AttributeValue.objects.get(attribute__code="volume").number == 1.5
    assert store.search("静水壶").total == 1
    [news] = outbox.after("catalogue", 0)
    assert news.body["written"] == {
        "categories": 1,
        "attributes": 2,
        "products": 1,
        "skus": 1,
        "facts": 2,
    }


def test_an_error_names_its_sheet_its_row_and_its_column_in_words() -> None:
    rows = [[f"k{n}", f"CY-{n}", "kettles", "静水壶", "Kettle", "kettle"] for n in range(15)]
    rows.append(["k15", "CY-15", "kettlez", "静水壶", "Kettle", "kettle"])
    report = send(categories=[CATEGORIES, KETTLES], products=[PRODUCTS, *rows])
    assert sentences(report) == [
        "sheet products, row 17, column category: there is no category “kettlez”"
    ]


def test_every_error_is_told_at_once_and_nothing_is_imported() -> None:
    before = everything()
    report = send(
        categories=[CATEGORIES, KETTLES, ["pots", "", "Pots", "nowhere", "first", ""]],
        attributes=[ATTRIBUTES, ["volume", "容量", "Volume", "litres"]],
        products=[
            [*PRODUCTS, "warranty_months", "listed_at", "works_with", "colour"],
            [*KETTLE, 12.5, "soon", "quiet-kettle ghost", ""],
            ["slug with blanks", "CY-1", "kettles", "壶", "Kettle", "kettle", "", "", "", ""],
        ],
        skus=[[*SKUS, "colour"], ["K1", "nothing", "黑", "Black", "black"]],
        facts=[FACTS, ["quiet-kettle", "K9", "height", "1", ""]],
    )
    assert not report.is_written
    assert [(error.sheet, error.row, error.column) for error in report.errors] == [
        ("categories", 3, "name_zh"),
        ("categories", 3, "position"),
        ("attributes", 2, "kind"),
        ("products", 1, "colour"),
        ("products", 2, "warranty_months"),
        ("products", 2, "listed_at"),
        ("products", 3, "slug"),
        ("skus", 2, "colour"),
        ("categories", 3, "parent"),
        ("products", 2, "works_with"),
        ("products", 2, "works_with"),
        ("skus", 2, "product"),
        ("facts", 2, "sku"),
        ("facts", 2, "attribute"),
    ]
    assert everything() == before
    assert outbox.last("catalogue") == 0


def test_one_bad_cell_among_many_good_rows_keeps_them_all_out() -> None:
    rows = [[f"k{n}", f"CY-{n}", "kettles", "壶", "Kettle", "kettle"] for n in range(300)]
    rows[200][2] = "kettlez"
    report = send(categories=[CATEGORIES, KETTLES], products=[PRODUCTS, *rows])
    assert report.errors_count == 1
    assert not Product.objects.exists() and not Category.objects.exists()
    rows[200][2] = "kettles"
    assert send(categories=[CATEGORIES, KETTLES], products=[PRODUCTS, *rows]).is_written
    assert Product.objects.count() == 300, "the same rows without the error do come in"


def test_errors_beyond_the_maximum_are_counted() -> None:
    rows = [["", f"CY-{n}", "kettles", "壶", "Kettle", "kettle"] for n in range(ERRORS_MAX + 7)]
    report = send(products=[PRODUCTS, *rows])
    assert len(report.errors) == ERRORS_MAX
    assert report.errors_count == ERRORS_MAX + 7


def test_a_rehearsal_writes_nothing_and_counts_all_the_same() -> None:
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "categories": [CATEGORIES, KETTLES],
        "products": [PRODUCTS, KETTLE],
    }
    report = import_workbook(workbook(sheets), by=None, dry_run=True)
    assert report.is_good and not report.is_written
    assert report.tallies["products"].new == 1
    assert not Category.objects.exists()


def test_the_same_file_again_changes_nothing_and_is_no_news() -> None:
    kettle()
    before, told = everything(), outbox.last("catalogue")
    kettle()
    assert everything() == before
    assert outbox.last("catalogue") == told


def test_a_column_that_is_left_out_is_left_alone() -> None:
    kettle()
    Product.objects.update(story_zh="烧水时不吵。", warranty_months=36)
    report = send(products=[["slug", "name_en"], ["quiet-kettle", "Silent Kettle"]])
    assert report.tallies["products"].changed == 1
    product = Product.objects.get()
    assert (product.name_en, product.name_zh) == ("Silent Kettle", "静水壶")
    assert (product.story_zh, product.warranty_months) == ("烧水时不吵。", 36)


def test_a_new_row_needs_what_an_old_one_may_leave_out() -> None:
    report = send(categories=[["slug", "name_en"], ["pots", "Pots"]])
    assert sentences(report) == ["sheet categories, row 2, column name_zh: a new row needs this"]


def test_two_rows_of_one_key_are_an_error_that_names_the_first() -> None:
    report = send(categories=[CATEGORIES, KETTLES, KETTLES])
    assert sentences(report) == [
        "sheet categories, row 3, column slug: this row was said already, in row 2"
    ]


def test_a_circle_of_categories_is_found_across_the_file_and_the_database() -> None:
    send(categories=[CATEGORIES, ["a", "甲", "A", "", 0, ""], ["b", "乙", "B", "a", 0, ""]])
    report = send(categories=[["slug", "parent"], ["a", "b"]])
    assert sentences(report) == [
        "sheet categories, row 2, column parent: this category is above itself"
    ]


def test_a_child_may_stand_before_its_parent_in_the_sheet() -> None:
    report = send(
        categories=[CATEGORIES, ["b", "乙", "B", "a", 0, ""], ["a", "甲", "A", "", 0, ""]]
    )
    assert report.is_written
    assert Category.objects.get(slug="b").parent == Category.objects.get(slug="a")


def test_two_products_may_exchange_their_model_numbers_and_not_share_one() -> None:
    send(
        categories=[CATEGORIES, KETTLES],
        products=[PRODUCTS, KETTLE, ["loud-kettle", "CY-K2", *KETTLE[2:]]],
    )
    shared = send(products=[["slug", "model_number"], ["loud-kettle", "CY-K1"]])
    assert sentences(shared) == [
        "sheet products, row 2, column model_number: “quiet-kettle” has this model number"
    ]
    head = ["slug", "model_number"]
    assert send(products=[head, ["loud-kettle", "CY-K1"], ["quiet-kettle", "CY-K2"]]).is_written
    assert Product.objects.get(slug="loud-kettle").model_number == "CY-K1"


def test_a_fact_is_read_as_its_attribute_says() -> None:
    kettle()
    report = send(
        facts=[
            FACTS,
            ["quiet-kettle", "", "volume", "1.5 L", ""],
            ["quiet-kettle", "K1-INK", "glass", "陶瓷", ""],
        ]
    )
    assert sentences(report) == [
        "sheet facts, row 2, column value: this is not a number; units are not written behind it",
        "sheet facts, row 3, column value_en: a text needs both languages",
    ]


def test_an_empty_value_takes_the_fact_out() -> None:
    kettle()
    report = send(
        facts=[FACTS, ["quiet-kettle", "", "volume", "", ""], ["quiet-kettle", "", "glass", "", ""]]
    )
    assert report.tallies["facts"].removed == 1
    assert list(AttributeValue.objects.values_list("attribute__code", flat=True)) == ["glass"]


def test_the_kind_of_an_attribute_with_facts_stays() -> None:
    kettle()
    report = send(attributes=[["code", "kind"], ["volume", "text"]])
    assert [error.column for error in report.errors] == ["kind"]


def test_a_link_stands_while_either_end_says_it() -> None:
    links = [*PRODUCTS, "works_with"]
    cup, pot = (["cup", "CY-C", *KETTLE[2:]], ["pot", "CY-P", *KETTLE[2:]])
    send(
        categories=[CATEGORIES, KETTLES],
        products=[links, [*KETTLE, "cup pot"], [*cup, ""], [*pot, ""]],
    )
    product = Product.objects.get(slug="quiet-kettle")
    assert set(product.works_with.values_list("slug", flat=True)) == {"cup", "pot"}
    assert Product.objects.get(slug="cup").works_with.get() == product
    send(products=[["slug", "works_with"], ["quiet-kettle", "pot"]])
    assert product.works_with.get().slug == "pot"
    send(products=[["slug", "works_with"], ["quiet-kettle", ""], ["pot", "quiet-kettle"]])
    assert product.works_with.get().slug == "pot"


def test_excel_writes_numbers_where_people_wrote_names() -> None:
    report = send(categories=[CATEGORIES, [2026, "二〇二六", 2026.0, "", 1.0, ""]])
    assert report.is_written
    assert Category.objects.get().slug == "2026"
    assert Category.objects.get().name_en == "2026"


def test_a_day_without_a_zone_is_a_day_in_shanghai() -> None:
    kettle()
    send(products=[["slug", "listed_at"], ["quiet-kettle", datetime(2026, 11, 23, 20, 0)]])
    assert Product.objects.get().listed_at == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_sheets_that_are_none_of_ours_are_passed_over_and_named() -> None:
    report = send(categories=[CATEGORIES, KETTLES], notes=[["do not forget", "milk"]])
    assert report.is_written
    assert report.passed_over == ("notes",)


def test_a_sheet_without_its_key_says_so() -> None:
    report = send(skus=[["product", "name_zh"], ["quiet-kettle", "黑"]])
    assert sentences(report) == ["sheet skus, row 1, column code: this column is missing"]


def test_the_sentences_are_chinese_for_who_reads_chinese() -> None:
    report = send(products=[PRODUCTS, KETTLE])
    with translation.override("zh-hans"):
        words = str(report.errors[0])
    assert words == "工作表 products 第 2 行 category 列：没有分类“kettles”"


def test_a_fact_of_another_products_sku_is_refused() -> None:
    kettle()
    send(products=[PRODUCTS, ["cup", "CY-C", *KETTLE[2:]]])
    report = send(facts=[FACTS, ["cup", "K1-INK", "volume", 1, ""]])
    assert sentences(report) == ["sheet facts, row 2, column sku: the product has no SKU “K1-INK”"]


def test_rows_that_were_there_and_are_not_mentioned_stay() -> None:
    kettle()
    number(Product.objects.get(), attribute("weight", "number"), 900)
    send(categories=[CATEGORIES, ["pots", "锅", "Pots", "", 2, ""]])
    assert Category.objects.count() == 2
    assert AttributeValue.objects.count() == 3
