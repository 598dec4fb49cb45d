"""The catalogue in and out by spreadsheet, and what an import said, row by row.

A file is tried first (nothing is written) or taken in at once; one wrong cell, and nothing of it
is taken. The report stands on the page that answers the form.
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.catalogue.spreadsheet import ImportReport, export_csvs, export_workbook
from firsthand.catalogue.spreadsheet import import_workbook as take_in
from firsthand.faces.studio.forms import UploadForm
from firsthand.faces.studio.gate import check, crew, member, rights
from firsthand.kit.errors import Refusal
from firsthand.people.rules import Deed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS = {"xlsx": (export_workbook, XLSX, "xlsx"), "csv": (export_csvs, "application/zip", "zip")}


@crew()
def goods(request: HttpRequest) -> HttpResponse:
    """The catalogue's size, the way out, and the way in."""
    person = member(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    report: ImportReport | None = None
    if request.method == "POST":
        check(person, Deed.CATALOGUE_EDIT)
        if form.is_valid():
            is_rehearsal = "rehearse" in request.POST
            try:
                with transaction.atomic():
                    data = form.cleaned_data["file"].read()
                    report = take_in(data, by=person.pk, dry_run=is_rehearsal)
            except Refusal as refusal:
                form.add_error("file", str(refusal))
    is_bad = bool(form.errors) or (report is not None and not report.is_good)
    words = {
        "at": "goods",
        "may": rights(person),
        "form": form,
        "report": report,
        "counts": (Category.objects.count(), Product.objects.count(), Sku.objects.count()),
    }
    return render(request, "studio/goods.html", words, status=422 if is_bad else 200)


@require_GET
@crew(Deed.CATALOGUE_EDIT, Deed.PRICE_CHANGE)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The whole catalogue as a file, which can be edited and taken in again."""
    write, content_type, ending = WRITERS[kind]
    response = HttpResponse(write(), content_type=content_type)
    name = f"catalogue-{timezone.localdate().isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
