"""What can be done with the catalogue.

Locks are taken in this order: categories, products by id, then the feed. Whoever moves a
category takes the lock of the whole tree, since two moves that are right each by itself can
make a circle together.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.events import (
    FEED,
    CategoryMoved,
    FactsChanged,
    ProductsListed,
    ProductsUnlisted,
)
from firsthand.catalogue.models import Attribute, AttributeValue, Category, Product, Sku
from firsthand.catalogue.rules import Flaw, Kind, Unfit, look_at_tree, parse_value
from firsthand.kit import outbox
from firsthand.kit.clock import now
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.kit.sql import Queries

AT_ONCE_MAX = 1_000  # products listed or unlisted by one action
FACTS_MAX = 200  # facts set by one action

_SQL = Queries(__package__)

FLAW_SENTENCES = {
    Flaw.EMPTY: _("There is no value."),
    Flaw.NOT_A_NUMBER: _("This is not a number. Units are not written behind it."),
    Flaw.TOO_LARGE: _("This number is too large."),
    Flaw.TOO_FINE: _("A number has at most three places."),
    Flaw.NOT_YES_OR_NO: _("Say yes or no."),
    Flaw.TOO_LONG: _("This is longer than 200 characters."),
    Flaw.ONE_LANGUAGE: _("A text needs both languages."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as somebody wrote it down; two empty texts take the fact out."""

    attribute: str  # its code
    words: str
    english: str = ""
    sku: str = ""  # a SKU's code, if it is a fact of that one alone


def list_products(product_ids: Collection[int]) -> list[int]:
    """Show products in the mall; those that were not shown yet. Each needs an active SKU."""
    found = _locked(product_ids)
    hidden = [product for product in found if not product.is_listed]
    ready = set(
        Sku.objects.filter(product__in=hidden, is_active=True).values_list("product_id", flat=True)
    )
    for product in hidden:
        if product.pk not in ready:
            raise Refusal(
                "nothing_to_buy",
                _("A product is listed when it has a SKU that can be bought."),
                fields={"product": product.slug},
            )
    changed = [product.pk for product in hidden]
    if changed:
        # The day it was first listed stays: a product does not become new by a pause.
        first = Product.objects.filter(pk__in=changed, listed_at=None)
        first.update(listed_at=now())
        Product.objects.filter(pk__in=changed).update(is_listed=True)
        outbox.tell(FEED, [ProductsListed(changed)])
    return changed


def unlist_products(product_ids: Collection[int]) -> list[int]:
    """Take products out of the mall; those that were in it. Orders go on."""
    changed = [product.pk for product in _locked(product_ids) if product.is_listed]
    if changed:
        Product.objects.filter(pk__in=changed).update(is_listed=False)
        outbox.tell(FEED, [ProductsUnlisted(changed)])
    return changed


def move_category(category_id: int, parent_id: int | None) -> None:
    """Hang a category, with all below it, under another one, or make it a root."""
    lock_tree()
    rows: dict[int, int | None] = dict(Category.objects.values_list("pk", "parent_id"))
    if category_id not in rows or (parent_id is not None and parent_id not in rows):
        raise NotFound("no_such_category", _("There is no such category."))
    if rows[category_id] == parent_id:
        return
    rows[category_id] = parent_id
    refuse_unless_a_tree(rows)
    Category.objects.filter(pk=category_id).update(parent_id=parent_id)
    outbox.tell(FEED, [CategoryMoved(category_id, parent_id)])


def set_facts(product_id: int, said: Iterable[Said]) -> list[AttributeValue]:
    """Set facts of a product and of its SKUs; each is read as its attribute's kind reads it."""
    said = list(said)
    if len(said) > FACTS_MAX:
        raise Invalid("too_many", _("These are too many at once."), fields={"at_most": FACTS_MAX})
    [product] = _locked([product_id])
    skus = dict(product.skus.values_list("code", "pk"))
    attributes = Attribute.objects.in_bulk([one.attribute for one in said], field_name="code")
    kept: dict[tuple[int | None, int], AttributeValue] = {}
    gone: list[tuple[int | None, int]] = []
    for one in said:
        attribute = attributes.get(one.attribute)
        if attribute is None:
            raise Invalid(
                "no_such_attribute",
                _("There is no such attribute."),
                fields={"attribute": one.attribute},
            )
        if one.sku and one.sku not in skus:
            raise Invalid("no_such_sku", _("The product has no such SKU."), fields={"sku": one.sku})
        place = (skus[one.sku] if one.sku else None, attribute.pk)
        if not one.words.strip() and not one.english.strip():
            gone.append(place)
            kept.pop(place, None)
            continue
        try:
            value = parse_value(Kind(attribute.kind), one.words, one.english)
        except Unfit as unfit:
            raise Invalid(
                unfit.flaw, FLAW_SENTENCES[unfit.flaw], fields={"attribute": one.attribute}
            ) from None
        kept[place] = AttributeValue(
            product=product,
            sku_id=place[0],
            attribute=attribute,
            number=value.number,
            text_zh=value.text_zh,
            text_en=value.text_en,
        )
    for sku_id, attribute_id in gone:
        of_product = AttributeValue.objects.filter(product=product, attribute_id=attribute_id)
        (of_product.filter(sku=None) if sku_id is None else of_product.filter(sku=sku_id)).delete()
    write_facts(kept.values())
    if kept or gone:
        changed = sorted({attribute_id for _sku, attribute_id in [*kept, *gone]})
        outbox.tell(FEED, [FactsChanged(product.pk, changed)])
    return list(kept.values())


def write_facts(facts: Iterable[AttributeValue]) -> None:
    """Write facts as a set; one that is there already gets the new value."""
    AttributeValue.objects.bulk_create(
        facts,
        batch_size=5_000,
        update_conflicts=True,
        unique_fields=["product", "sku", "attribute"],
        update_fields=["number", "text_zh", "text_en"],
    )


def lock_tree() -> None:
    """Let nobody else change the tree until this transaction ends."""
    _SQL.rows("lock_tree")


def refuse_unless_a_tree(parents: Mapping[int, int | None]) -> None:
    """Refuse a tree with a circle in it, or one that is too deep for a menu."""
    seen = look_at_tree({str(pk): None if up is None else str(up) for pk, up in parents.items()})
    if seen.circling:
        raise Invalid("above_itself", _("A category cannot be above itself."))
    if seen.too_deep:
        raise Invalid("too_deep", _("A category lies at most six levels deep."))


def _locked(product_ids: Collection[int]) -> list[Product]:
    """Products by id, locked in that order; one that is not there is a refusal."""
    wanted = set(product_ids)
    if len(wanted) > AT_ONCE_MAX:
        raise Invalid("too_many", _("These are too many at once."), fields={"at_most": AT_ONCE_MAX})
    rows = Product.objects.select_for_update(of=("self",), no_key=True)
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    if len(found) < len(wanted):
        raise NotFound("no_such_product", _("There is no such product."))
    return found
