"""What went out comes in again: the same rows, whatever their words are."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from firsthand.catalogue.models import Attribute, AttributeValue, Category, Product, Sku
from firsthand.catalogue.spreadsheet import export_csvs, export_workbook, import_workbook
from firsthand.kit.errors import NotFound
from tests.catalogue import shop_floor
from tests.catalogue.spreadsheet.workbooks import everything, wipe

pytestmark = pytest.mark.django_db

_signs = some.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
)
_tricky = some.sampled_from(
    ["=1+1", "'=1", "''@x", "+86", "-5", "@cmd", "_x000D_", "a,b;\t“c”", '"', "'", "1e5", "007",
     "true", "两行\n故事", "<b>&amp;</b>", "#REF!", "2026-11-23"]
)  # fmt: skip


def _words(longest: int, shortest: int = 0) -> some.SearchStrategy[str]:
    plain = some.text(_signs, min_size=shortest, max_size=min(longest, 30))
    return some.one_of(plain, _tricky).map(str.strip).filter(lambda words: len(words) >= shortest)


_names = some.fixed_dictionaries({"name_zh": _words(120, 1), "name_en": _words(120, 1)})


@some.composite
def catalogues(draw: some.DrawFn) -> None:
    """A small catalogue, written into the database."""
    categories: list[Category] = []
    for number in range(draw(some.integers(1, 4))):
        categories.append(
            Category.objects.create(
                slug=f"c-{number}",
                parent=draw(some.sampled_from([None, *categories])),
                position=draw(some.integers(0, 99)),
                **draw(_names),
            )
        )
    kinds = ["number", "text", "choice", "flag"]
    attributes = [
        Attribute.objects.create(
            code=f"a{number}", kind=kind, unit=draw(_words(20)), is_facet=draw(some.booleans()),
            position=number, **draw(_names),
        )
        for number, kind in enumerate(draw(some.permutations(kinds))[: draw(some.integers(1, 4))])
    ]  # fmt: skip
    products: list[Product] = []
    for number in range(draw(some.integers(1, 4))):
        texts = ("tagline_zh", "tagline_en", "story_zh", "story_en")
        product = Product.objects.create(
            slug=f"p-{number}",
            model_number=f"CY/{number}.x",
            category=draw(some.sampled_from(categories)),
            archetype="phone",
            warranty_months=draw(some.integers(0, 600)),
            is_listed=draw(some.booleans()),
            listed_at=draw(
                some.none()
                | some.datetimes(
                    datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=some.just(UTC)
                )
            ),
            **draw(_names),
            **{name: draw(_words(200)) for name in texts},
        )
        links = some.sampled_from(products) if products else some.none()
        if (other := draw(links)) is not None and draw(some.booleans()):
            product.works_with.add(other)
        products.append(product)
        skus: list[Sku | None] = [None]
        for place in range(draw(some.integers(0, 2))):
            skus.append(
                Sku.objects.create(
                    product=product, code=f"S-{number}-{place}", colour="#0a0b0c",
                    weight_g=draw(some.integers(0, 10**6)), position=place,
                    is_active=draw(some.booleans()), **draw(_names),
                )
            )  # fmt: skip
        for attribute in attributes:
            for sku in skus:
                if draw(some.booleans()):
                    _fact(draw, product, sku, attribute)


def _fact(draw: Any, product: Product, sku: Sku | None, attribute: Attribute) -> None:
    value: dict[str, Any]
    if attribute.kind == "number":
        value = {"number": draw(some.decimals(-(10**9), 10**9, places=3))}
    elif attribute.kind == "flag":
        value = {"number": Decimal(draw(some.integers(0, 1)))}
    else:
        value = {"text_zh": draw(_words(200, 1)), "text_en": draw(_words(200, 1))}
    AttributeValue.objects.create(product=product, sku=sku, attribute=attribute, **value)


@pytest.mark.parametrize("export", [export_workbook, export_csvs])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=25,
    deadline=None,
)
@given(some.data())
def test_what_went_out_comes_in_again(export: Any, data: some.DataObject) -> None:
    wipe()
    data.draw(catalogues())
    before, file = everything(), export()
    again = import_workbook(file, by=None)
    assert again.is_written, [str(error) for error in again.errors]
    assert all(tally.written == 0 for tally in again.tallies.values()), "it was the same already"
    wipe()
    report = import_workbook(file, by=None)
    assert report.is_written, [str(error) for error in report.errors]
    assert everything() == before


def test_a_branch_goes_out_with_the_way_to_its_root() -> None:
    home = shop_floor.category("Home")
    robots = shop_floor.category("Robots", "扫地", home)
    elsewhere = shop_floor.category("Phones")
    ours = shop_floor.product(shop_floor.category("Quiet robots", "静音", robots))
    shop_floor.product(elsewhere)
    file = export_workbook(category_id=robots.pk)
    wipe()
    assert import_workbook(file, by=None).is_written
    assert Product.objects.get().slug == ours.slug
    assert set(Category.objects.values_list("name_en", flat=True)) == {
        "Home",
        "Robots",
        "Quiet robots",
    }


def test_a_branch_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        export_workbook(category_id=999_999)
