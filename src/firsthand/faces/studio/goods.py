"""Catalogue and cost inputs in and out by spreadsheet, and what an import said, row by row.

A file is tried first (nothing is written) or taken in at once; one wrong cell, and nothing of it
is taken. The report stands on the page that answers the form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from firsthand.catalogue import spreadsheet as catalogue
from firsthand.catalogue.models import Category, Product, Sku
from firsthand.catalogue.spreadsheet import ImportReport
from firsthand.catalogue.spreadsheet.book import XLSX_TYPE
from firsthand.faces.studio.forms import UploadForm
from firsthand.faces.studio.gate import check, crew, member, rights
from firsthand.factory import layout_book as layout
from firsthand.factory import spreadsheet as costs
from firsthand.kit.errors import Refusal
from firsthand.people.rules import Deed

ZIP = "application/zip"


class _TakeIn(Protocol):
    def __call__(self, data: bytes, by: int | None, *, dry_run: bool = False) -> ImportReport: ...


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook of the house: how it goes out and in, and who may take one in."""

    write: Callable[[], bytes]
    write_csvs: Callable[[], bytes]
    take_in: _TakeIn
    deed: Deed
    readers: tuple[Deed, ...]  # who may take it out


BOOKS = {
    "catalogue": Book(
        catalogue.export_workbook,
        catalogue.export_csvs,
        catalogue.import_workbook,
        Deed.CATALOGUE_EDIT,
        (Deed.CATALOGUE_EDIT, Deed.PRICE_CHANGE),
    ),
    "costs": Book(
        costs.export_workbook,
        costs.export_csvs,
        costs.import_workbook,
        Deed.PRICE_CHANGE,
        (Deed.CATALOGUE_EDIT, Deed.PRICE_CHANGE),
    ),
    "layout": Book(
        layout.export_workbook,
        layout.export_csvs,
        layout.import_workbook,
        Deed.PLAN_CHANGE,
        (Deed.PLAN_CHANGE,),
    ),
}


@crew()
def goods(request: HttpRequest, book: str = "catalogue") -> HttpResponse:
    """How much there is, the way out, and the way in."""
    person, kept = member(request), BOOKS[book]
    form = UploadForm(request.POST or None, request.FILES or None)
    report: ImportReport | None = None
    if request.method == "POST":
        check(person, kept.deed)
        if form.is_valid():
            is_rehearsal = "rehearse" in request.POST
            try:
                with transaction.atomic():
                    data = form.cleaned_data["file"].read()
                    report = kept.take_in(data, person.pk, dry_run=is_rehearsal)
            except Refusal as refusal:
                form.add_error("file", str(refusal))
    is_bad = bool(form.errors) or (report is not None and not report.is_good)
    words = {
        "at": "goods",
        "book": book,
        "may": rights(person),
        "may_take_in": person.may(kept.deed),
        "form": form,
        "report": report,
        "counts": (Category.objects.count(), Product.objects.count(), Sku.objects.count()),
    }
    return render(request, "studio/goods.html", words, status=422 if is_bad else 200)


@require_GET
@crew()
def export(request: HttpRequest, kind: str, book: str = "catalogue") -> HttpResponse:
    """A whole workbook as a file, which can be edited and taken in again."""
    kept = BOOKS[book]
    check(member(request), *kept.readers)
    data = kept.write() if kind == "xlsx" else kept.write_csvs()
    ending, content_type = ("xlsx", XLSX_TYPE) if kind == "xlsx" else ("zip", ZIP)
    response = HttpResponse(data, content_type=content_type)
    name = f"{book}-{timezone.localdate().isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
