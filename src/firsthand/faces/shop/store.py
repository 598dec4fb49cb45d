"""What the mall's pages read beside the catalogue: pictured shelves, tiles, orders by price.

The catalogue knows no prices and no days; a page of the mall shows all three together. So
what needs them side by side is one statement here, for a whole page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from firsthand.catalogue import store as catalogue
from firsthand.catalogue.models import in_english
from firsthand.catalogue.rules import Pick
from firsthand.kit.sql import Queries
from firsthand.look.pictures import picture_url

_SQL = Queries(__package__)

PAGE_SIZE = 24
PAGES_AT_MOST = 400  # further than anybody turns, and a bound on OFFSET


@dataclass(slots=True)
class Shelf:
    """A category as the mall shows it: with a picture, and with what hangs below it."""

    branch: catalogue.Branch
    picture: str
    below: list["Shelf"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name, in the reader's language."""
        return self.branch.name

    @property
    def slug(self) -> str:
        """How its address names it."""
        return self.branch.slug

    @property
    def products(self) -> int:
        """How many listed products are on it and below it."""
        return self.branch.products


def shelves(category_id: int = 0, *, depth: int = 2) -> list[Shelf]:
    """The shelves below one (0: the whole mall) that are not empty, as a tree; two statements."""
    faces: dict[int, str] = dict(_SQL.rows("faces_of_categories"))
    tops: list[Shelf] = []
    by_id: dict[int, Shelf] = {}
    for branch in catalogue.branches(category_id, depth=depth):
        if not branch.products:
            continue
        shelf = by_id[branch.id] = Shelf(branch, picture_url(faces.get(branch.id, "")))
        above = by_id.get(branch.parent_id or 0)
        (above.below if above else tops).append(shelf)
    return tops


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
    found = {row[0]: Tile(*(*row[:9], picture_url(row[9]), row[10])) for row in rows}
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


SORTS = ("new", "soon", "cheap", "dear")


def on_shelf(category_id: int, picks: Sequence[Pick], *, sort: str, page: int) -> Found:
    """A page of what lies on a shelf and below it, narrowed by picks, in an order."""

    def leaf(skip: int) -> catalogue.Page:
        if sort not in ("soon", "cheap", "dear"):
            return catalogue.shelf(category_id, picks, skip=skip, at_most=PAGE_SIZE)
        rows = _SQL.rows(
            "shelf_in_order",
            category_id=category_id,
            sort=sort,
            today=timezone.localdate(),
            skip=skip,
            at_most=PAGE_SIZE,
            **catalogue.unfolded(picks),
        )
        if not rows and skip:  # past the last page there is no row to count with
            return catalogue.Page((), catalogue.shelf(category_id, picks, at_most=1).total)
        return catalogue.Page(tuple(row[0] for row in rows), rows[0][1] if rows else 0)

    return _turned_to(page, leaf)


def sought(words: str, *, page: int) -> Found:
    """A page of what some words find, the best match first."""
    return _turned_to(page, lambda skip: catalogue.search(words, skip=skip, at_most=PAGE_SIZE))


def _turned_to(page: int, leaf: Callable[[int], catalogue.Page]) -> Found:
    """That page; the last one for whoever asks for one behind it."""
    page = min(max(1, page), PAGES_AT_MOST)
    shown = leaf((page - 1) * PAGE_SIZE)
    if shown.total and not shown.product_ids:
        page = Found([], shown.total, 1).pages
        shown = leaf((page - 1) * PAGE_SIZE)
    return Found(tiles(shown.product_ids), shown.total, page)


def newest(limit: int) -> list[Tile]:
    """The products that were listed last."""
    return tiles([pk for (pk,) in _SQL.rows("newest_products", limit=limit)])


def soonest(limit: int) -> list[Tile]:
    """The products that ship first, from stock."""
    today = timezone.localdate()
    return tiles([pk for (pk,) in _SQL.rows("soonest_products", today=today, limit=limit)])
