"""The catalogue as a spreadsheet: all of it, or one branch. What goes out can come in again."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue import store
from firsthand.catalogue.models import Attribute, AttributeValue, Category, Product, Sku
from firsthand.catalogue.rules import Kind
from firsthand.catalogue.spreadsheet import sheets
from firsthand.catalogue.spreadsheet.book import ROWS_MAX, Page, Plain, write_csvs, write_xlsx
from firsthand.kit.errors import NotFound, Refusal


def export_workbook(*, category_id: int | None = None) -> bytes:
    """The catalogue as an Excel workbook; of one category and all below it, if one is given."""
    return write_xlsx(_pages(category_id))


def export_csvs(*, category_id: int | None = None) -> bytes:
    """The same as a zip with a CSV for each sheet."""
    return write_csvs(_pages(category_id))


def _pages(category_id: int | None) -> list[Page]:
    categories = Category.objects.all()
    products = Product.objects.all()
    if category_id is not None:
        way = [step.id for step in store.path(category_id)]
        if not way:
            raise NotFound("no_such_category", _("There is no such category."))
        below = [branch.id for branch in store.branches(category_id)]
        # With the way from the root, so that the workbook can stand alone.
        categories = categories.filter(pk__in=[*way, *below])
        products = products.filter(category_id__in=[category_id, *below])
    skus = Sku.objects.filter(product__in=products)
    facts = AttributeValue.objects.filter(product__in=products)
    for sheet, rows in ((sheets.PRODUCTS, products), (sheets.SKUS, skus), (sheets.FACTS, facts)):
        if rows.count() > ROWS_MAX:
            sentence = _("The sheet {sheet} would have more than {n} rows; export a branch.")
            raise Refusal(
                "too_many_rows", format_lazy(sentence, sheet=sheet.name, n=f"{ROWS_MAX:,}")
            )
    return [
        Page(sheets.CATEGORIES.name, sheets.CATEGORIES.header, _categories(categories)),
        Page(sheets.ATTRIBUTES.name, sheets.ATTRIBUTES.header, _attributes()),
        Page(sheets.PRODUCTS.name, sheets.PRODUCTS.header, _products(products)),
        Page(sheets.SKUS.name, sheets.SKUS.header, _skus(skus)),
        Page(sheets.FACTS.name, sheets.FACTS.header, _facts(facts)),
    ]


def _categories(categories: QuerySet[Category]) -> Iterator[list[Plain]]:
    rows = categories.order_by("slug").values_list(
        "slug", "name_zh", "name_en", "parent__slug", "position", "archetype"
    )
    for row in rows.iterator():
        yield sheets.CATEGORIES.written(row)


def _attributes() -> Iterator[list[Plain]]:
    rows = Attribute.objects.order_by("code").values_list(
        "code", "name_zh", "name_en", "kind", "unit", "is_facet", "position"
    )
    for row in rows.iterator():
        yield sheets.ATTRIBUTES.written(row)


def _products(products: QuerySet[Product]) -> Iterator[list[Plain]]:
    links: dict[int, list[str]] = {}
    pairs = Product.works_with.through.objects.filter(from_product__in=products)
    for product_id, slug in pairs.order_by("to_product__slug").values_list(
        "from_product_id", "to_product__slug"
    ):
        links.setdefault(product_id, []).append(slug)
    rows = products.order_by("slug").values_list(
        "id", "slug", "model_number", "category__slug", "name_zh", "name_en", "tagline_zh",
        "tagline_en", "story_zh", "story_en", "archetype", "warranty_months", "is_listed",
        "listed_at",
    )  # fmt: skip
    for product_id, *row in rows.iterator():
        yield sheets.PRODUCTS.written([*row, links.get(product_id, ())])


def _skus(skus: QuerySet[Sku]) -> Iterator[list[Plain]]:
    rows = skus.order_by("code").values_list(
        "code", "product__slug", "name_zh", "name_en", "colour", "weight_g", "position", "is_active"
    )
    for row in rows.iterator():
        yield sheets.SKUS.written(row)


def _facts(facts: QuerySet[AttributeValue]) -> Iterator[list[Plain]]:
    rows = facts.order_by("product__slug", "sku__code", "attribute__code").values_list(
        "product__slug", "sku__code", "attribute__code", "attribute__kind", "number", "text_zh",
        "text_en",
    )  # fmt: skip
    for product, sku, attribute, kind, number, text_zh, text_en in rows.iterator():
        if kind == Kind.FLAG:
            yield [product, sku, attribute, "yes" if number else "no", None]
        elif kind == Kind.NUMBER:
            yield [product, sku, attribute, number, None]
        else:
            yield [product, sku, attribute, text_zh, text_en]
