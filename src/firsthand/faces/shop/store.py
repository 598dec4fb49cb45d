"""What the mall's pages read: the tree, tiles, facets and finds, each in one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.utils import timezone

from firsthand.catalogue.models import in_english
from firsthand.kit.sql import Queries
from firsthand.look.things import picture_url

_SQL = Queries(__package__)

PAGE_SIZE = 24
PAGES_AT_MOST = 500  # further than anybody turns, and a bound on OFFSET
FACET_CHOICES_AT_MOST = 12


@dataclass(slots=True)
class Branch:
    """A branch of the category tree, as a page shows it."""

    pk: int
    parent_id: int | None
    slug: str
    name_zh: str
    name_en: str
    archetype: str
    products: int
    picture: str
    children: list["Branch"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name, in the reader's language."""
        return self.name_en if in_english() else self.name_zh

    @property
    def shelves(self) -> list["Branch"]:
        """The children that have something to show."""
        return [child for child in self.children if child.products]

    def ids(self) -> list[int]:
        """The category ids of its whole subtree."""
        return [self.pk, *(pk for child in self.children for pk in child.ids())]


@dataclass(slots=True)
class Tree:
    """The category tree: its roots in order, and every branch by its slug and id."""

    roots: list[Branch]
    by_slug: Mapping[str, Branch]
    by_id: Mapping[int, Branch]

    def path(self, branch: Branch) -> list[Branch]:
        """From the root down to a branch, with both."""
        path = [branch]
        while (parent_id := path[0].parent_id) is not None:
            path.insert(0, self.by_id[parent_id])
        return path


def category_tree() -> Tree:
    """The whole tree; a hundred or two of rows, in one statement."""
    branches = [
        Branch(*row[:7], picture=picture_url(row[7])) for row in _SQL.rows("category_tree")
    ]
    by_id = {branch.pk: branch for branch in branches}
    roots = []
    for branch in branches:
        if branch.parent_id is None:
            roots.append(branch)
        else:
            by_id[branch.parent_id].children.append(branch)
    return Tree(roots, {branch.slug: branch for branch in branches}, by_id)


@dataclass(frozen=True, slots=True)
class Tile:
    """A product in a grid."""

    pk: int
    slug: str
    name_zh: str
    name_en: str
    tagline_zh: str
    tagline_en: str
    price_fen: int
    dearest_fen: int
    colours: Sequence[str]
    picture: str
    ship_by: date | None

    @property
    def name(self) -> str:
        """Its name, in the reader's language."""
        return self.name_en if in_english() else self.name_zh

    @property
    def tagline(self) -> str:
        """One line about it, in the reader's language."""
        return self.tagline_en if in_english() else self.tagline_zh


def tiles(product_ids: Sequence[int]) -> list[Tile]:
    """The tiles of some products, in the order of their ids as given."""
    if not product_ids:
        return []
    rows = _SQL.rows("tiles", products=list(product_ids), today=timezone.localdate())
    found = {row[0]: Tile(*row[:9], picture=picture_url(row[9]), ship_by=row[10]) for row in rows}
    return [found[pk] for pk in product_ids if pk in found]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of products that were found, and how many there are in all."""

    tiles: list[Tile]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are to turn."""
        return max(1, min(PAGES_AT_MOST, -(-self.total // PAGE_SIZE)))

    @property
    def turns(self) -> list[int]:
        """The page numbers to offer; 0 stands for a gap."""
        near = {1, self.pages, *range(self.page - 1, self.page + 2)}
        numbers = sorted(number for number in near if 1 <= number <= self.pages)
        turns: list[int] = []
        for number in numbers:
            if turns and number - turns[-1] == 2:
                turns.append(number - 1)
            elif turns and number - turns[-1] > 2:
                turns.append(0)
            turns.append(number)
        return turns


SORTS = ("new", "cheap", "dear", "soon", "match")


def find(
    *,
    categories: Collection[int] = (),
    words: str = "",
    choices: Iterable[tuple[str, str]] = (),
    sort: str = "new",
    page: int = 1,
) -> Found:
    """A page of the products of some categories that match words and carry chosen facts."""
    codes_and_choices = list(choices)
    page = min(max(1, page), PAGES_AT_MOST)
    rows = _SQL.rows(
        "products_found",
        categories=list(categories),
        pattern=_pattern(words),
        codes=[code for code, _ in codes_and_choices],
        choices=[choice for _, choice in codes_and_choices],
        sort=sort if sort in SORTS else "new",
        today=timezone.localdate(),
        limit=PAGE_SIZE,
        offset=(page - 1) * PAGE_SIZE,
    )
    return Found(tiles([row[0] for row in rows]), rows[0][1] if rows else 0, page)


def _pattern(words: str) -> str:
    """What a row must be like. The words' own signs of LIKE mean themselves."""
    plain = words.strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    # Between words anything may stand; within one (and Chinese has no spaces) nothing.
    return f"%{'%'.join(plain.split())}%" if plain else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, and how many products have it."""

    value: str
    text_zh: str
    text_en: str
    products: int

    @property
    def text(self) -> str:
        """The value as words, in the reader's language."""
        return self.text_en if in_english() else self.text_zh


@dataclass(frozen=True, slots=True)
class Facet:
    """A kind of fact by which one may choose."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    choices: list[Choice]

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return self.name_en if in_english() else self.name_zh


def facets(categories: Collection[int]) -> list[Facet]:
    """The facets of some categories that tell their products apart."""
    rows = _SQL.rows("facets", categories=list(categories))
    found = []
    for (code, name_zh, name_en, unit), group in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        choices = [Choice(*row[4:8]) for row in group]
        if len(choices) > 1:
            found.append(Facet(code, name_zh, name_en, unit, choices[:FACET_CHOICES_AT_MOST]))
    return found


def newest(limit: int) -> list[Tile]:
    """The products that were listed last."""
    return tiles([pk for (pk,) in _SQL.rows("newest_products", limit=limit)])


def soonest(limit: int) -> list[Tile]:
    """The products that ship first, from stock."""
    today = timezone.localdate()
    return tiles([pk for (pk,) in _SQL.rows("soonest_products", today=today, limit=limit)])
