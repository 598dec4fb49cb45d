"""A small shop floor that tests of the catalogue stand on."""

from decimal import Decimal
from itertools import count

from firsthand.catalogue.models import Attribute, AttributeValue, Category, Product, Sku

_numbers = count(1)


def category(
    name_en: str = "Phones", name_zh: str = "手机", parent: Category | None = None
) -> Category:
    number = next(_numbers)
    return Category.objects.create(
        name_zh=name_zh, name_en=name_en, slug=f"c{number}", parent=parent, position=number
    )


def product(on: Category, name_zh: str = "岚 7", name_en: str = "Lan 7", **more: object) -> Product:
    number = next(_numbers)
    fields = {"slug": f"p{number}", "model_number": f"CY{number}", "archetype": "phone", **more}
    return Product.objects.create(category=on, name_zh=name_zh, name_en=name_en, **fields)


def sku(of: Product, **more: object) -> Sku:
    fields = {"code": f"S{next(_numbers)}", "name_zh": "墨黑", "name_en": "Ink", **more}
    return Sku.objects.create(product=of, **fields)


def attribute(code: str, kind: str, **more: object) -> Attribute:
    fields = {"name_zh": code, "name_en": code, "is_facet": True, **more}
    return Attribute.objects.create(code=code, kind=kind, **fields)


def number(of: Product, what: Attribute, amount: int | str, on: Sku | None = None) -> None:
    AttributeValue.objects.create(product=of, sku=on, attribute=what, number=Decimal(amount))


def words(of: Product, what: Attribute, text_zh: str, text_en: str, on: Sku | None = None) -> None:
    AttributeValue.objects.create(
        product=of, sku=on, attribute=what, text_zh=text_zh, text_en=text_en
    )
