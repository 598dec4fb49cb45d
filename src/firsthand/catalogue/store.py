"""What the ORM has no words for in the catalogue: the tree, the search, shelves and facets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from firsthand.catalogue.models import Attribute, Product, in_english
from firsthand.catalogue.rules import Facetable, Kind, Pick
from firsthand.kit.sql import Queries

PAGE_MAX = 60  # products on a page
SKIP_MAX = 10_000  # nobody leafs further; a search that finds more should be narrowed
BRANCHES_MAX = 2_000
VALUES_MAX = 24  # values shown of one facet
QUESTION_MAX = 60  # characters of a question that are looked at
SORTS = ("newest", "name")

_SQL = Queries(__package__)


@dataclass(frozen=True, slots=True)
class Step:
    """A category by its names: one step on the way from the root to a thing."""

    id: int
    name_zh: str
    name_en: str
    slug: str

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_en if in_english() else self.name_zh


@dataclass(frozen=True, slots=True)
class Branch:
    """A category in its tree, with how many listed products are on it and below it."""

    id: int
    parent_id: int | None
    name_zh: str
    name_en: str
    slug: str
    archetype: str
    depth: int
    products: int

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_en if in_english() else self.name_zh


@dataclass(frozen=True, slots=True)
class Page:
    """A page of products by their ids, in order, and how many there are in all."""

    product_ids: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that products of a branch have, and how many have it."""

    number: Decimal | None
    text_zh: str
    text_en: str
    products: int

    @property
    def key(self) -> str:
        """How a page's address names it."""
        return self.text_en if self.number is None else f"{self.number.normalize():f}"

    @property
    def text(self) -> str:
        """It as words in the reader's language; a number stands for itself."""
        if self.number is not None:
            return f"{self.number.normalize():f}"
        return self.text_en if in_english() else self.text_zh


@dataclass(frozen=True, slots=True)
class Facet:
    """An attribute by which a branch can be narrowed."""

    attribute_id: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    values: tuple[FacetValue, ...]

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_en if in_english() else self.name_zh


def path(category_id: int) -> list[Step]:
    """From the root of the tree down to a category; empty if there is none such."""
    return [Step(*row) for row in _SQL.rows("path", category_id=category_id)]


def branches(category_id: int = 0, *, depth: int = 32) -> list[Branch]:
    """The categories below one (0: the whole tree), in the order of a menu, with counts."""
    rows = _SQL.rows("branches", category_id=category_id, depth=depth, at_most=BRANCHES_MAX)
    return [Branch(*row) for row in rows]


def search(words: str, *, skip: int = 0, at_most: int = 24) -> Page:
    """Listed products that hold every word, in Chinese or English, in full or in part.

    What it finds is what LIKE would find; a test of 2-character Chinese words says so.
    """
    words = _question(words)
    if not words:
        return Page((), 0)
    skip, at_most = _bounded(skip, at_most)
    rows = _SQL.rows("search", words=words, skip=skip, at_most=at_most)
    if not rows and skip:
        [(total,)] = _SQL.rows("search_count", words=words)
        return Page((), total)
    return _page(rows)


def categories_named(words: str, *, at_most: int = 8) -> list[Step]:
    """Categories whose name holds what was typed, shortest first."""
    words = _question(words)
    if not words:
        return []
    return [Step(*row) for row in _SQL.rows("categories_named", words=words, at_most=at_most)]


def shelf(
    category_id: int,
    picks: Sequence[Pick] = (),
    *,
    sort: str = "newest",
    skip: int = 0,
    at_most: int = 24,
) -> Page:
    """A page of the listed products on a category and below it (0: on all), narrowed by picks."""
    assert sort in SORTS, "pages sort by what stands in SORTS"
    if sort == "name":
        sort = "name_en" if in_english() else "name_zh"
    skip, at_most = _bounded(skip, at_most)
    rows = _SQL.rows(
        "shelf",
        category_id=category_id,
        sort=sort,
        skip=skip,
        at_most=at_most,
        **unfolded(picks),
    )
    if not rows and skip:
        first = _SQL.rows(
            "shelf", category_id=category_id, sort=sort, skip=0, at_most=1, **unfolded(picks)
        )
        return Page((), first[0][1] if first else 0)
    return _page(rows)


def facets(category_id: int, picks: Sequence[Pick] = ()) -> list[Facet]:
    """By what a category can be narrowed, with counts that follow the picks."""
    rows = _SQL.rows("facets", category_id=category_id, values_max=VALUES_MAX, **unfolded(picks))
    heads: dict[int, tuple[Any, ...]] = {}
    values: dict[int, list[FacetValue]] = {}
    for row in rows:
        heads[row[0]] = row[:8]
        values.setdefault(row[0], []).append(FacetValue(*row[8:]))
    facets: list[Facet] = []
    for attribute_id, (_id, code, name_zh, name_en, kind, unit, low, high) in heads.items():
        held = tuple(values[attribute_id])
        facets.append(Facet(attribute_id, code, name_zh, name_en, kind, unit, low, high, held))
    return facets


def facetable() -> dict[str, Facetable]:
    """The attributes that are facets, by their codes, for reading picks from an address."""
    rows = Attribute.objects.filter(is_facet=True).values_list("code", "pk", "kind")
    return {code: Facetable(pk, Kind(kind)) for code, pk, kind in rows}


def products(product_ids: Iterable[int]) -> list[Product]:
    """Products with their SKUs and pictures, in the order asked for; three statements for all."""
    wanted = list(product_ids)
    found = {
        product.pk: product
        for product in Product.objects.filter(pk__in=wanted)
        .select_related("category")
        .prefetch_related("skus", "pictures")
    }
    return [found[product_id] for product_id in wanted if product_id in found]


def _question(words: str) -> str:
    """What of a question is looked at; signs that no text may hold are left out."""
    return "".join(sign for sign in words if sign.isprintable() or sign.isspace())[
        :QUESTION_MAX
    ].strip()


def _bounded(skip: int, at_most: int) -> tuple[int, int]:
    return min(max(skip, 0), SKIP_MAX), min(max(at_most, 1), PAGE_MAX)


def _page(rows: Sequence[Sequence[int]]) -> Page:
    return Page(tuple(row[0] for row in rows), rows[0][1] if rows else 0)


def unfolded(picks: Sequence[Pick]) -> dict[str, list[object]]:
    """Picks as columns: one row for each word, or for each range."""
    attribute_ids: list[object] = []
    words: list[object] = []
    lows: list[object] = []
    highs: list[object] = []
    for pick in picks:
        for word in pick.words or (None,):
            attribute_ids.append(pick.attribute_id)
            words.append(word)
            lows.append(pick.low)
            highs.append(pick.high)
    return {"attribute_ids": attribute_ids, "words": words, "lows": lows, "highs": highs}
