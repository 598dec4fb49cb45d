"""What the catalogue tells upward, on the feed ``catalogue``."""

from dataclasses import dataclass
from typing import ClassVar

FEED = "catalogue"


@dataclass(frozen=True, slots=True)
class ProductsListed:
    """Products can be seen in the mall from now on."""

    name: ClassVar[str] = "products_listed"
    version: ClassVar[int] = 1

    product_ids: list[int]


@dataclass(frozen=True, slots=True)
class ProductsUnlisted:
    """Products are no longer shown; what was ordered of them is made and shipped all the same."""

    name: ClassVar[str] = "products_unlisted"
    version: ClassVar[int] = 1

    product_ids: list[int]


@dataclass(frozen=True, slots=True)
class CategoryMoved:
    """A branch hangs elsewhere in the tree, with all that grows on it."""

    name: ClassVar[str] = "category_moved"
    version: ClassVar[int] = 1

    category_id: int
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """Facts of a product were set or taken out."""

    name: ClassVar[str] = "facts_changed"
    version: ClassVar[int] = 1

    product_id: int
    attribute_ids: list[int]


@dataclass(frozen=True, slots=True)
class CatalogueImported:
    """A spreadsheet was taken over, whole: so many rows of each sheet became true."""

    name: ClassVar[str] = "catalogue_imported"
    version: ClassVar[int] = 1

    by: int | None
    written: dict[str, int]
