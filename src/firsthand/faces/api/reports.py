"""Reports after the show, and the dictionary that says what each figure means."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status

from firsthand.faces.api.gate import Asked, for_
from firsthand.faces.api.shapes import Both, PathId, Told
from firsthand.faces.api.shows import find_show
from firsthand.insight import dictionary
from firsthand.insight.actions.report import latest_report, make_report, reckon
from firsthand.insight.models import Report
from firsthand.kit.clock import now
from firsthand.kit.errors import NotFound
from firsthand.people.rules import Deed

router = Router(tags=["reports"])


class MetricTold(Told):
    """What a figure means. UNMEASURED says why there is none yet."""

    code: str
    group: str
    name: Both
    formula: Both
    numerator: str
    denominator: str
    unit: str
    money: str
    source: str
    unmeasured: Both | None


class DictionaryTold(Told):
    """The metric dictionary, with its version."""

    version: str
    metrics: list[MetricTold]


class FigureTold(Told):
    """A figure, and what was divided by what. None is what there is nothing to reckon from."""

    value: float | int | None
    numerator: float | int | None
    denominator: float | int | None


class ReportTold(Told):
    """The report of a show. Figures are by the code of the dictionary; money is in fen."""

    show_id: int
    dictionary_version: str
    made_at: datetime
    is_kept: bool
    figures: dict[str, FigureTold]
    funnel: list[dict[str, Any]]
    products: list[dict[str, Any]]
    minutes: list[dict[str, Any]]
    segments: list[dict[str, Any]]
    days: list[dict[str, Any]]
    ripening: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    ledger: dict[str, int]
    after: dict[str, int]


def _told(report: Report, *, is_kept: bool) -> ReportTold:
    body = {name: part for name, part in report.body.items() if name != "show"}
    return ReportTold.model_validate(
        {
            **body,
            "show_id": report.show_id,
            "dictionary_version": report.dictionary_version,
            "made_at": report.made_at,
            "is_kept": is_kept,
        }
    )


@router.get(
    "/shows/{show_id}/report",
    response=ReportTold,
    summary="Read the newest report of a show",
    **for_(Deed.REPORT_READ),
)
def read_report(request: Asked, show_id: PathId) -> ReportTold:
    """It is made within a minute of the end, and again as its figures ripen."""
    find_show(show_id)
    report = latest_report(show_id)
    if report is None:
        raise NotFound("no_report", _("There is no report of this show yet."))
    return _told(report, is_kept=True)


@router.post(
    "/shows/{show_id}/report",
    response={201: ReportTold},
    summary="Reckon the report anew",
    **for_(Deed.REPORT_READ, heavy=True),
)
def new_report(request: Asked, show_id: PathId) -> Status[ReportTold]:
    """From the rows of record as they are now; the old ones stay."""
    find_show(show_id)
    with transaction.atomic():
        report = make_report(show_id)
    return Status(201, _told(report, is_kept=True))


@router.get(
    "/shows/{show_id}/figures",
    response=ReportTold,
    summary="Read the figures of this moment",
    **for_(Deed.REPORT_READ),
)
def read_figures(request: Asked, show_id: PathId) -> ReportTold:
    """What a report would say now, also while the show is on; it is not kept."""
    show, instant = find_show(show_id), now()
    body = reckon(show_id, instant)
    report = Report(show=show, dictionary_version=dictionary.VERSION, made_at=instant, body=body)
    return _told(report, is_kept=False)


@router.get(
    "/metrics",
    response=DictionaryTold,
    summary="Read the metric dictionary",
    **for_(Deed.REPORT_READ),
)
def read_dictionary(request: Asked) -> DictionaryTold:
    """What each figure means: formula, unit, source, net or gross."""
    metrics = [
        MetricTold(
            code=metric.code,
            group=metric.group.value,
            name=Both(zh=metric.name_zh, en=metric.name_en),
            formula=Both(zh=metric.formula_zh, en=metric.formula_en),
            numerator=metric.numerator,
            denominator=metric.denominator,
            unit=metric.unit.value,
            money=metric.money.value,
            source=metric.source,
            unmeasured=Both(zh=metric.unmeasured_zh, en=metric.unmeasured_en)
            if metric.unmeasured_en
            else None,
        )
        for metric in dictionary.METRICS
    ]
    return DictionaryTold(version=dictionary.VERSION, metrics=metrics)
