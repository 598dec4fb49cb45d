"""Workbooks that tests send, and the rows of the catalogue that they compare."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from firsthand.catalogue.models import Attribute, AttributeValue, Category, Product, Sku

CATEGORIES = ["slug", "name_zh", "name_en", "parent", "position", "archetype"]
PRODUCTS = ["slug", "model_number", "category", "name_zh", "name_en", "archetype"]
SKUS = ["code", "product", "name_zh", "name_en"]
FACTS = ["product", "sku", "attribute", "value", "value_en"]
ATTRIBUTES = ["code", "name_zh", "name_en", "kind"]

KETTLES = ["kettles", "电水壶", "Kettles", "", 1, "kettle"]
KETTLE = ["quiet-kettle", "CY-K1", "kettles", "静水壶", "Quiet Kettle", "kettle"]


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An xlsx with these sheets; the first row of each is its header."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the catalogue by what they say, without the numbers that the database gave."""
    through = Product.works_with.through.objects
    return {
        "categories": sorted(
            Category.objects.values_list(
                "slug", "name_zh", "name_en", "parent__slug", "position", "archetype"
            )
        ),
        "attributes": sorted(
            Attribute.objects.values_list(
                "code", "name_zh", "name_en", "kind", "unit", "is_facet", "position"
            )
        ),
        "products": sorted(
            Product.objects.values_list(
                "slug", "model_number", "category__slug", "name_zh", "name_en", "tagline_zh",
                "tagline_en", "story_zh", "story_en", "archetype", "warranty_months", "is_listed",
                "listed_at",
            )
        ),
        "links": sorted(through.values_list("from_product__slug", "to_product__slug")),
        "skus": sorted(
            Sku.objects.values_list(
                "code", "product__slug", "name_zh", "name_en", "colour", "weight_g", "position",
                "is_active",
            )
        ),
        "facts": sorted(
            AttributeValue.objects.values_list(
                "product__slug", "sku__code", "attribute__code", "number", "text_zh", "text_en"
            ),
            key=str,
        ),
    }  # fmt: skip


def wipe() -> None:
    """An empty catalogue."""
    for model in (AttributeValue, Sku, Product, Attribute):
        model._default_manager.all().delete()
    while Category.objects.exists():
        Category.objects.filter(children=None).delete()
