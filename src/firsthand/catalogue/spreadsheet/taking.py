"""A spreadsheet becomes the catalogue: all of it, or, if one cell is wrong, nothing.

read the file -> read the sheets -> look up what they refer to -> all errors at once, or write.

A row is known by its key: a category and a product by their slugs, an attribute and a SKU by
their codes, a fact by all three. One that is there is changed, one that is not is added, and
none is removed because a file does not mention it. A column that a sheet leaves out is left as
it is. An empty value takes a fact out.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import CharField, Model, Q
from django.db.models import Value as Literal
from django.db.models.functions import Cast, Concat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.actions import lock_tree, write_facts
from firsthand.catalogue.events import FEED, CatalogueImported
from firsthand.catalogue.models import Attribute, AttributeValue, Category, Product, Sku
from firsthand.catalogue.rules import DEPTH_MAX, Flaw, Kind, Unfit, Value, look_at_tree, parse_value
from firsthand.catalogue.spreadsheet import sheets
from firsthand.catalogue.spreadsheet.columns import FLAWS, Row, Sheet, read_sheet
from firsthand.catalogue.spreadsheet.merging import BATCH, Merged, ids, tables_by_sheet, upsert
from firsthand.catalogue.spreadsheet.report import Errors, ImportReport, Tally
from firsthand.kit import outbox
from firsthand.kit.sql import Queries

_SQL = Queries("firsthand.catalogue")

_NO_CATEGORY = _("there is no category “{name}”")
_NO_PRODUCT = _("there is no product “{name}”")
_NO_SKU = _("the product has no SKU “{name}”")
_NO_ATTRIBUTE = _("there is no attribute “{name}”")


def import_workbook(data: bytes, by: int | None, *, dry_run: bool = False) -> ImportReport:
    """Take a file over (xlsx, CSV, a zip of CSVs), or say by row and column what is wrong.

    Runs in the caller's transaction. A file that cannot be read at all is a refusal.
    """
    assert connection.in_atomic_block, "an import holds or falls as a whole"
    tables, passed_over = tables_by_sheet(data, sheets.ALL)
    errors = Errors()
    lock_tree()
    intake = _Intake({s.name: read_sheet(s, t, errors) for s, t in tables.items()}, errors)
    intake.look()
    if not errors and not dry_run:
        intake.write()
        written = {name: tally.written for name, tally in intake.tallies.items() if tally.written}
        if written:
            outbox.tell(FEED, [CatalogueImported(by, written)])
    return ImportReport(
        intake.tallies, tuple(errors), errors.count, tuple(passed_over), is_rehearsal=dry_run
    )


class _Intake:
    """One import: the sheets of the catalogue, laid over what is there."""

    def __init__(self, rows: Mapping[str, list[Row]], errors: Errors) -> None:
        self.errors = errors
        self.facts_rows = rows.get("facts", [])

        def merged(sheet: Sheet, model: type[Model], **more: Any) -> Merged:
            there = model._default_manager.all()
            return Merged(sheet, rows.get(sheet.name, []), there, errors, **more)

        self.categories = merged(sheets.CATEGORIES, Category, paths={"parent": "parent__slug"})
        self.attributes = merged(sheets.ATTRIBUTES, Attribute)
        self.products = merged(
            sheets.PRODUCTS,
            Product,
            paths={"category": "category__slug"},
            links=("works_with", _links),
        )
        self.skus = merged(sheets.SKUS, Sku, paths={"product": "product__slug"})
        self.kept_facts: dict[tuple[str, str, str], Value] = {}
        self.gone_facts: set[tuple[str, str, str]] = set()
        self.facts_tally = Tally()

    @property
    def tallies(self) -> dict[str, Tally]:
        """What becomes of each sheet's rows."""
        return {
            "categories": self.categories.tally,
            "attributes": self.attributes.tally,
            "products": self.products.tally,
            "skus": self.skus.tally,
            "facts": self.facts_tally,
        }

    # --- look -------------------------------------------------------------------------------

    def look(self) -> None:
        """Find everything that is wrong."""
        self._look_at_categories()
        self._look_at_attributes()
        self._look_at_products()
        self._look_for(self.skus, "product", set(self.products.after("slug")), _NO_PRODUCT)
        self._look_at_facts()

    def _look_for(self, merged: Merged, column: str, names: set[Any], sentence: Any) -> None:
        """Every name in a column must be one of those; an empty one refers to nothing."""
        for row in merged.rows:
            name = row.values.get(column)
            if name and name not in names:
                self.errors.add(
                    merged.sheet.name, row.number, column, format_lazy(sentence, name=name)
                )

    def _look_at_categories(self) -> None:
        parents = self.categories.after("parent")
        self._look_for(self.categories, "parent", set(parents), _NO_CATEGORY)
        seen = look_at_tree({slug: parent or None for slug, parent in parents.items()})
        for names, sentence in (
            (seen.circling, _("this category is above itself")),
            (seen.too_deep, format_lazy(_("a category lies at most {n} levels deep"), n=DEPTH_MAX)),
        ):
            for slug in sorted(names & self.categories.numbers.keys()):
                number = self.categories.numbers[slug]
                self.errors.add("categories", number, "parent", sentence)

    def _look_at_attributes(self) -> None:
        for code, row in self.attributes.changed.items():
            if row["kind"] == self.attributes.known[code]["kind"]:
                continue
            if AttributeValue.objects.filter(attribute__code=code).exists():
                number = self.attributes.numbers[code]
                sentence = _("there are facts of this kind already, so it stays")
                self.errors.add("attributes", number, "kind", sentence)

    def _look_at_products(self) -> None:
        products = self.products
        self._look_for(products, "category", set(self.categories.after("slug")), _NO_CATEGORY)
        holders: dict[str, str] = {}
        for slug, model_number in products.after("model_number").items():
            other = holders.setdefault(model_number, slug)
            if other == slug:
                continue
            ours = slug if slug in products.numbers else other
            theirs = other if ours == slug else slug
            sentence = format_lazy(_("“{name}” has this model number"), name=theirs)
            if ours in products.numbers:
                self.errors.add("products", products.numbers[ours], "model_number", sentence)
        slugs = set(products.after("slug"))
        for row in products.rows:
            for name in row.values.get("works_with", ()):
                if name == row.values["slug"]:
                    sentence = _("a product works with others, not with itself")
                    self.errors.add("products", row.number, "works_with", sentence)
                elif name not in slugs:
                    self.errors.add(
                        "products", row.number, "works_with", format_lazy(_NO_PRODUCT, name=name)
                    )

    def _look_at_facts(self) -> None:
        kinds = self.attributes.after("kind")
        products = self.products.after("slug")
        holders = self.skus.after("product")
        for row in self.facts_rows:
            product, sku, code = (row.values[name] for name in sheets.FACTS.key)
            wrong = [
                ("product", product, product not in products, _NO_PRODUCT),
                ("sku", sku, bool(sku) and holders.get(sku) != product, _NO_SKU),
                ("attribute", code, code not in kinds, _NO_ATTRIBUTE),
            ]
            for column, name, is_wrong, sentence in wrong:
                if is_wrong:
                    words = format_lazy(sentence, name=name)
                    self.errors.add("facts", row.number, column, words)
            if code not in kinds or any(is_wrong for _c, _n, is_wrong, _s in wrong):
                continue
            if "value" not in row.values or row.flawed:  # left out, or told already
                continue
            words, english = row.values["value"], row.values.get("value_en", "")
            if not words and not english:
                self.gone_facts.add((product, sku, code))
                continue
            try:
                self.kept_facts[product, sku, code] = parse_value(Kind(kinds[code]), words, english)
            except Unfit as unfit:
                column = "value_en" if unfit.flaw is Flaw.ONE_LANGUAGE and words else "value"
                self.errors.add("facts", row.number, column, FLAWS[unfit.flaw])
        self._tally_facts()

    def _tally_facts(self) -> None:
        there = self._facts_there()
        tally = self.facts_tally
        for key in list(self.kept_facts):
            known = there.get(key)
            if known is None:
                tally.new += 1
            elif known == self.kept_facts[key]:
                tally.same += 1
                del self.kept_facts[key]
            else:
                tally.changed += 1
        self.gone_facts &= there.keys()
        tally.removed = len(self.gone_facts)

    def _facts_there(self) -> dict[tuple[str, str, str], Value]:
        slugs = {key[0] for key in (*self.kept_facts, *self.gone_facts)}
        rows = AttributeValue.objects.filter(product__slug__in=slugs).values_list(
            "product__slug", "sku__code", "attribute__code", "number", "text_zh", "text_en"
        )
        return {
            (product, sku or "", code): Value(number, text_zh, text_en)
            for product, sku, code, number, text_zh, text_en in rows.iterator()
        }

    # --- write ------------------------------------------------------------------------------

    def write(self) -> None:
        """Write it all, set by set; nothing here decides any more."""
        self._write_categories()
        upsert(Attribute, self.attributes.touched.values(), "code")
        self._write_products()
        product_ids = ids(Product, "slug")
        upsert(
            Sku,
            [
                {**row, "product_id": product_ids[row["product"]]}
                for row in self.skus.touched.values()
            ],
            "code",
            without=("product",),
        )
        self._write_links(product_ids)
        self._write_facts(product_ids)

    def _write_categories(self) -> None:
        new = [{**row, "parent_id": None} for row in self.categories.new.values()]
        upsert(Category, new, "slug", without=("parent",))
        category_ids = ids(Category, "slug")
        hung = [
            {**row, "parent_id": category_ids[row["parent"]] if row["parent"] else None}
            for row in self.categories.touched.values()
            if row["parent"] or row["slug"] in self.categories.changed
        ]
        upsert(Category, hung, "slug", without=("parent",))

    def _write_products(self) -> None:
        # Two products may exchange their model numbers; for a moment both have none.
        known = self.products.known
        renumbered = [
            slug
            for slug, row in self.products.changed.items()
            if row["model_number"] != known[slug]["model_number"]
        ]
        Product.objects.filter(slug__in=renumbered).update(
            model_number=Concat(Literal("~"), Cast("pk", CharField()))
        )
        category_ids = ids(Category, "slug")
        upsert(
            Product,
            [
                {**row, "category_id": category_ids[row["category"]]}
                for row in self.products.touched.values()
            ],
            "slug",
            without=("category", "works_with"),
        )

    def _write_links(self, product_ids: Mapping[str, int]) -> None:
        """Set the links of every row that names its own; a link stands if either end says it."""
        said = {
            row.values["slug"]: set(row.values["works_with"])
            for row in self.products.rows
            if "works_with" in row.values
        }
        pairs = {frozenset((slug, other)) for slug, others in said.items() for other in others}
        through = Product.works_with.through
        ends = [product_ids[slug] for slug in said]
        slugs = {pk: slug for slug, pk in product_ids.items()}
        gone: list[int] = []
        there: set[frozenset[str]] = set()
        touching = Q(from_product__in=ends) | Q(to_product__in=ends)
        rows = through.objects.filter(touching)
        for pk, left, right in rows.values_list("pk", "from_product_id", "to_product_id"):
            pair = frozenset((slugs[left], slugs[right]))
            if pair in pairs:
                there.add(pair)
            else:
                gone.append(pk)
        through.objects.filter(pk__in=gone).delete()
        new = []
        for pair in sorted(pairs - there, key=sorted):
            one, other = (product_ids[slug] for slug in sorted(pair))
            new += [
                through(from_product_id=one, to_product_id=other),
                through(from_product_id=other, to_product_id=one),
            ]
        through.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)

    def _write_facts(self, product_ids: Mapping[str, int]) -> None:
        sku_ids: dict[str, int | None] = {"": None, **ids(Sku, "code")}
        attribute_ids = ids(Attribute, "code")
        write_facts(
            AttributeValue(
                product_id=product_ids[product],
                sku_id=sku_ids[sku],
                attribute_id=attribute_ids[code],
                number=value.number,
                text_zh=value.text_zh,
                text_en=value.text_en,
            )
            for (product, sku, code), value in self.kept_facts.items()
        )
        gone = sorted(self.gone_facts)
        _SQL.change(
            "take_facts_out",
            product_ids=[product_ids[product] for product, _sku, _code in gone],
            sku_ids=[sku_ids[sku] for _product, sku, _code in gone],
            attribute_ids=[attribute_ids[code] for _product, _sku, code in gone],
        )


def _links(slugs: list[str]) -> dict[str, tuple[str, ...]]:
    """What each product works with, as its row says it."""
    found: dict[str, list[str]] = {slug: [] for slug in slugs}
    pairs = Product.works_with.through.objects.filter(from_product__slug__in=slugs)
    for one, other in pairs.values_list("from_product__slug", "to_product__slug"):
        found[one].append(other)
    return {slug: tuple(sorted(others)) for slug, others in found.items()}
