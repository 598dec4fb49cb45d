"""The page of the report: a document to read, print and send; no script is needed for it."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from firsthand.faces.studio import charts, document
from firsthand.faces.studio.desk import find_show
from firsthand.faces.studio.gate import crew, member, rights
from firsthand.insight.actions.report import latest_report, make_report, reckon
from firsthand.insight.models import Report
from firsthand.kit.clock import now
from firsthand.people.rules import Deed
from firsthand.show.models import Show


@crew(Deed.REPORT_READ)
def report(request: HttpRequest, show_id: int) -> HttpResponse:
    """The newest report of a show; while it is on air, what one would say now."""
    show = find_show(show_id)
    if show.on_air_at is None:
        return render(request, "studio/no_report.html", _words(request, show), status=404)
    kept = latest_report(show_id) if show.state == Show.State.ENDED else None
    made = kept or Report(show=show, made_at=now(), body=reckon(show_id, now()))
    words = {
        **_words(request, show),
        "report": made,
        "is_kept": kept is not None,
        "document": document.of(made),
        "charts": charts.of(made.body),
        "till": datetime.fromisoformat(made.body["show"]["till"]),
    }
    return render(request, "studio/report.html", words)


@require_POST
@crew(Deed.REPORT_READ)
def again(request: HttpRequest, show_id: int) -> HttpResponse:
    """Reckon the report once more, from the rows as they are now."""
    find_show(show_id)
    with transaction.atomic():
        make_report(show_id)
    messages.success(request, _("The report is reckoned anew."))
    return redirect("studio-report", show_id)


def _words(request: HttpRequest, show: Show) -> dict[str, object]:
    return {"at": "shows", "page": "report", "show": show, "may": rights(member(request))}
