"""The catalogue: to be read by everybody, and taken out and in by spreadsheet."""

from typing import Annotated

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from firsthand.catalogue import store
from firsthand.catalogue.models import Category, Product
from firsthand.catalogue.spreadsheet import export_csvs, export_workbook
from firsthand.catalogue.spreadsheet import import_workbook as take_in
from firsthand.catalogue.spreadsheet.book import FILE_BYTES_MAX, XLSX_TYPE
from firsthand.faces.api.gate import Asked, for_, for_all
from firsthand.faces.api.shapes import Both, Listed, Told, listed
from firsthand.factory import layout_book as layout
from firsthand.factory import spreadsheet as costs
from firsthand.kit.errors import NotFound, Refusal
from firsthand.look.pictures import picture_url
from firsthand.people.rules import Deed
from firsthand.price import store as prices

router = Router(tags=["catalogue"])


Question = Annotated[str | None, Query(max_length=store.QUESTION_MAX)]
Slug = Annotated[str | None, Query(max_length=80)]
ProductsAtMost = Annotated[int, Query(ge=1, le=store.PAGE_MAX)]
ProductsSkipped = Annotated[int, Query(ge=0, le=store.SKIP_MAX)]


class CategoryTold(Told):
    """A category in its tree, with how many products are on it and below it."""

    slug: str
    parent: str | None
    name: Both
    depth: int
    products: int


class SkuTold(Told):
    """The smallest thing that can be bought."""

    code: str
    name: Both
    colour: str
    price_fen: int | None
    price_version: int | None


class ProductTold(Told):
    """A product in a list."""

    slug: str
    name: Both
    tagline: Both
    category: str
    model_number: str
    picture: str
    skus: list[SkuTold]


class FactTold(Told):
    """One fact about a product, or about one of its SKUs alone."""

    code: str
    name: Both
    sku: str | None
    text: Both


class ProductWhole(ProductTold):
    """A product with its story and its facts."""

    story: Both
    warranty_months: int
    facts: list[FactTold]
    works_with: list[str]


class CellError(Told):
    """Something wrong in one cell of a spreadsheet."""

    sheet: str
    row: int
    column: str
    sentence: str


class Tally(Told):
    """What became of the rows of one sheet."""

    new: int
    changed: int
    same: int
    removed: int


class ImportTold(Told):
    """What an import did, or would do. With any error it did nothing at all."""

    written: bool
    sheets: dict[str, Tally]
    errors_count: int
    errors: list[CellError]
    passed_over: list[str]


def _products(found: list[Product]) -> list[ProductTold]:
    tags = prices.current({sku.pk for product in found for sku in product.skus.all()})
    return [ProductTold.model_validate(_words(product, tags)) for product in found]


def _words(product: Product, tags: dict[int, prices.PriceTag]) -> dict[str, object]:
    pictures = list(product.pictures.all())
    return {
        "slug": product.slug,
        "name": Both(zh=product.name_zh, en=product.name_en),
        "tagline": Both(zh=product.tagline_zh, en=product.tagline_en),
        "category": product.category.slug,
        "model_number": product.model_number,
        "picture": picture_url(pictures[0].file.name or "") if pictures else "",
        "skus": [
            SkuTold(
                code=sku.code,
                name=Both(zh=sku.name_zh, en=sku.name_en),
                colour=sku.colour,
                price_fen=tags[sku.pk].price_fen if sku.pk in tags else None,
                price_version=tags[sku.pk].version if sku.pk in tags else None,
            )
            for sku in product.skus.all()
            if sku.is_active
        ],
    }


@router.get(
    "/categories", response=list[CategoryTold], summary="Read the category tree", **for_all()
)
def list_categories(request: Asked) -> list[CategoryTold]:
    """In the order of a menu; at most two thousand."""
    branches = store.branches()
    slugs = {branch.id: branch.slug for branch in branches}
    return [
        CategoryTold(
            slug=branch.slug,
            parent=slugs.get(branch.parent_id or 0),
            name=Both(zh=branch.name_zh, en=branch.name_en),
            depth=branch.depth,
            products=branch.products,
        )
        for branch in branches
    ]


@router.get(
    "/products", response=Listed[ProductTold], summary="Search or list products", **for_all()
)
def list_products(
    request: Asked,
    search: Question = None,
    category: Slug = None,
    limit: ProductsAtMost = 24,
    skip: ProductsSkipped = 0,
) -> Listed[ProductTold]:
    """By words in either language, or by a category and all below it; the newest first."""
    if search:
        page = store.search(search, skip=skip, at_most=limit)
    else:
        page = store.shelf(_category_id(category), skip=skip, at_most=limit)
    found = _products(store.products(page.product_ids))
    return listed(found, limit, skip, lambda told: told, total=page.total)


def _category_id(slug: str | None) -> int:
    if slug is None:
        return 0
    found = Category.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("no_such_category", _("There is no such category."))
    return found


@router.get("/products/{slug}", response=ProductWhole, summary="Read a product", **for_all())
def read_product(request: Asked, slug: str) -> ProductWhole:
    """With its story, its facts, and what it works with."""
    product = (
        Product.objects.filter(slug=slug[:100], is_listed=True)
        .select_related("category")
        .prefetch_related("skus", "pictures", "works_with", "facts__attribute", "facts__sku")
        .first()
    )
    if product is None:
        raise NotFound("no_such_product", _("There is no such product."))
    tags = prices.current({sku.pk for sku in product.skus.all()})
    return ProductWhole.model_validate(
        {
            **_words(product, tags),
            "story": Both(zh=product.story_zh, en=product.story_en),
            "warranty_months": product.warranty_months,
            "facts": [
                FactTold(
                    code=fact.attribute.code,
                    name=Both(zh=fact.attribute.name_zh, en=fact.attribute.name_en),
                    sku=fact.sku.code if fact.sku else None,
                    text=Both(zh=fact.text, en=fact.text)
                    if fact.number is not None
                    else Both(zh=fact.text_zh, en=fact.text_en),
                )
                for fact in product.facts.all()
            ],
            "works_with": [other.slug for other in product.works_with.all() if other.is_listed],
        }
    )


@router.get(
    "/catalogue/export.xlsx",
    summary="Take the catalogue out as a workbook",
    response={200: bytes},
    **for_(Deed.CATALOGUE_EDIT, Deed.PRICE_CHANGE, heavy=True),
)
def export_xlsx(request: Asked, category: Slug = None) -> HttpResponse:
    """All of it, or one category and what is below it. It can be taken in again."""
    data = export_workbook(category_id=_category_id(category) or None)
    return _file(data, XLSX_TYPE, "xlsx")


@router.get(
    "/catalogue/export.zip",
    summary="Take the catalogue out as a zip of CSVs",
    response={200: bytes},
    **for_(Deed.CATALOGUE_EDIT, Deed.PRICE_CHANGE, heavy=True),
)
def export_zip(request: Asked, category: Slug = None) -> HttpResponse:
    """The same, a CSV for each sheet."""
    data = export_csvs(category_id=_category_id(category) or None)
    return _file(data, "application/zip", "zip")


@router.post(
    "/catalogue/import",
    response={200: ImportTold, 422: ImportTold},
    summary="Take a spreadsheet in",
    **for_(Deed.CATALOGUE_EDIT, heavy=True),
)
def import_workbook(
    request: Asked, file: Annotated[UploadedFile, File()], dry_run: bool = False
) -> Status[ImportTold]:
    """xlsx, CSV, or a zip of CSVs: all of it, or (one wrong cell) nothing, with a report by row."""
    if (file.size or 0) > FILE_BYTES_MAX:
        raise Refusal("too_large", _("That is too large."), status=413)
    with transaction.atomic():
        report = take_in(file.read(), by=request.auth.pk, dry_run=dry_run)
    return Status(200 if report.is_good else 422, ImportTold.model_validate(report.as_json()))


@router.get(
    "/costs/export.xlsx",
    summary="Take the cost inputs out as a workbook",
    response={200: bytes},
    **for_(Deed.PRICE_CHANGE, heavy=True),
)
def export_costs(request: Asked) -> HttpResponse:
    """Parts with their costs, bills of materials, routings: what cost sheets are reckoned from."""
    return _file(costs.export_workbook(), XLSX_TYPE, "xlsx", book="costs")


@router.post(
    "/costs/import",
    response={200: ImportTold, 422: ImportTold},
    summary="Take cost inputs in",
    **for_(Deed.PRICE_CHANGE, heavy=True),
)
def import_costs(
    request: Asked, file: Annotated[UploadedFile, File()], dry_run: bool = False
) -> Status[ImportTold]:
    """All of it, or (one wrong cell) nothing, with a report by row. No published price changes."""
    if (file.size or 0) > FILE_BYTES_MAX:
        raise Refusal("too_large", _("That is too large."), status=413)
    with transaction.atomic():
        report = costs.import_workbook(file.read(), request.auth.pk, dry_run=dry_run)
    return Status(200 if report.is_good else 422, ImportTold.model_validate(report.as_json()))


@router.get(
    "/layout/export.xlsx",
    summary="Take the factory's layout out as a workbook",
    response={200: bytes},
    **for_(Deed.PLAN_CHANGE, heavy=True),
)
def export_layout(request: Asked) -> HttpResponse:
    """Calendars, work centres, machines, changeovers, downtimes, tools, alternatives."""
    return _file(layout.export_workbook(), XLSX_TYPE, "xlsx", book="layout")


@router.post(
    "/layout/import",
    response={200: ImportTold, 422: ImportTold},
    summary="Take a layout of the factory in",
    **for_(Deed.PLAN_CHANGE, heavy=True),
)
def import_layout(
    request: Asked, file: Annotated[UploadedFile, File()], dry_run: bool = False
) -> Status[ImportTold]:
    """All of it, or (one wrong cell) nothing, with a report by row. The next plan stands on it."""
    if (file.size or 0) > FILE_BYTES_MAX:
        raise Refusal("too_large", _("That is too large."), status=413)
    with transaction.atomic():
        report = layout.import_workbook(file.read(), request.auth.pk, dry_run=dry_run)
    return Status(200 if report.is_good else 422, ImportTold.model_validate(report.as_json()))


def _file(data: bytes, content_type: str, ending: str, *, book: str = "catalogue") -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    name = f"{book}-{timezone.localdate().isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
