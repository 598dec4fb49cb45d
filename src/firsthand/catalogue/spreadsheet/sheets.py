"""The sheets of the catalogue's workbook, in the order in which they depend on one another."""

from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.rules import Kind
from firsthand.catalogue.spreadsheet.columns import (
    Flag,
    Moment,
    Name,
    Names,
    OneOf,
    Sheet,
    Text,
    Whole,
)

_POSITION = Whole(name="position", most=1_000_000)
_NAME_ZH = Text(name="name_zh", longest=120, required=True)
_NAME_EN = Text(name="name_en", longest=120, required=True)
_CODE = r"[A-Za-z0-9][A-Za-z0-9._/-]*"
_CODE_SENTENCE = _("only letters, digits and . _ / - stand in this")

CATEGORIES = Sheet(
    "categories",
    ("slug",),
    (
        Name(name="slug", longest=80, required=True),
        _NAME_ZH,
        _NAME_EN,
        Name(name="parent", longest=80),
        _POSITION,
        Text(name="archetype", longest=40),
    ),
)
ATTRIBUTES = Sheet(
    "attributes",
    ("code",),
    (
        Name(name="code", longest=60, required=True),
        _NAME_ZH,
        _NAME_EN,
        OneOf(name="kind", words=tuple(kind.value for kind in Kind), required=True),
        Text(name="unit", longest=20),
        Flag(name="is_facet"),
        _POSITION,
    ),
)
PRODUCTS = Sheet(
    "products",
    ("slug",),
    (
        Name(name="slug", longest=100, required=True),
        Name(
            name="model_number",
            longest=40,
            required=True,
            pattern=_CODE,
            sentence=_CODE_SENTENCE,
        ),
        Name(name="category", longest=80, required=True),
        _NAME_ZH,
        _NAME_EN,
        Text(name="tagline_zh", longest=200),
        Text(name="tagline_en", longest=200),
        Text(name="story_zh", longest=20_000),
        Text(name="story_en", longest=20_000),
        Text(name="archetype", longest=40, required=True),
        Whole(name="warranty_months", most=600, empty=12),
        Flag(name="is_listed", empty=True),
        Moment(name="listed_at"),
        Names(name="works_with"),
    ),
)
SKUS = Sheet(
    "skus",
    ("code",),
    (
        Name(name="code", longest=40, required=True, pattern=_CODE, sentence=_CODE_SENTENCE),
        Name(name="product", longest=100, required=True),
        _NAME_ZH,
        _NAME_EN,
        Name(
            name="colour",
            longest=7,
            empty="#d9d9d9",
            pattern=r"#[0-9a-fA-F]{6}",
            sentence=_("write a colour as #d9d9d9"),
        ),
        Whole(name="weight_g", most=50_000_000, empty=500),
        _POSITION,
        Flag(name="is_active", empty=True),
    ),
)
FACTS = Sheet(
    "facts",
    ("product", "sku", "attribute"),
    (
        Name(name="product", longest=100, required=True),
        Name(name="sku", longest=40, pattern=_CODE, sentence=_CODE_SENTENCE),
        Name(name="attribute", longest=60, required=True),
        Text(name="value"),
        Text(name="value_en"),
    ),
)
ALL = (CATEGORIES, ATTRIBUTES, PRODUCTS, SKUS, FACTS)
