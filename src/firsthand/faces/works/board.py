"""The planning board: what the plan in force is worth, what stands in it, and what is late."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from firsthand.faces.works import store
from firsthand.faces.works.desk import (
    LATE_SHOWN,
    Desk,
    centre_names,
    changes_of,
    desk,
    find_plan,
    plan_in_force,
    real_plans,
)
from firsthand.faces.works.gate import entrance, page
from firsthand.faces.works.kpis import kpis
from firsthand.faces.works.ways import causes_of_all, told
from firsthand.factory.models import Plan
from firsthand.factory.words import said
from firsthand.kit.clock import from_epoch_ms
from firsthand.people.rules import Deed

LEFT_OUT_SHOWN = 10
ROWS_A_PAGE = 100
LOTS_A_PAGE = 50


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def board(request: HttpRequest) -> HttpResponse:
    """The board: of the plan in force, or of another one that is asked for."""
    asked = request.GET.get("plan", "")
    plan = find_plan(int(asked)) if asked.isdecimal() and len(asked) < 18 else plan_in_force()
    words: dict[str, Any] = {"plans": real_plans()[:20]}
    if plan is not None:
        at = desk(plan)
        words |= {
            "plan": plan,
            "kpis": kpis(plan.figures, centre_names()),
            "desk": at,
            "days": at.days[:-1],
            "late": [told(at, one) for one in at.late[:LATE_SHOWN]],
            "late_count": len(at.late),
            "causes": causes_of_all(at),
            "left_out": _left_out(plan),
            "changes": changes_of(plan),
            "now_seconds": int(timezone.now().timestamp()),
        }
    return page(request, "works/board.html", "board", words)


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def late(request: HttpRequest) -> HttpResponse:
    """Every lot that is late, with its cause."""
    plan = plan_in_force()
    words: dict[str, Any] = {"plan": plan}
    if plan is not None:
        at = desk(plan)
        shown = Paginator(at.late, LOTS_A_PAGE).get_page(request.GET.get("page"))
        words |= {
            "late": [told(at, one) for one in shown],
            "shown": shown,
            "causes": causes_of_all(at),
        }
    return page(request, "works/late.html", "late", words)


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def operations(request: HttpRequest) -> HttpResponse:
    """The plan as a table: what the chart shows, for keyboards, readers and printers."""
    plan = plan_in_force()
    words: dict[str, Any] = {"plan": plan}
    if plan is not None:
        at = desk(plan)
        letters = request.GET.get("q", "").strip()[:60]
        centre = request.GET.get("centre", "")
        which = request.GET.get("which", "")
        rows = [one for one in _rows(at) if _is_wanted(one, letters, centre, which)]
        words |= {
            "shown": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
            "centres": list(at.centres.values()),
            "letters": letters,
            "centre": centre,
            "which": which,
        }
    return page(request, "works/operations.html", "operations", words)


def _left_out(plan: Plan) -> list[str]:
    """What could not be planned, and what a pin or the fence could not hold, with the reasons."""
    found = []
    for one in plan.figures.get("left_out", [])[:LEFT_OUT_SHOWN]:
        why = said(one["sentence"], one["fields"])
        found.append(_("%(number)s: %(why)s.") % {"number": one["number"], "why": why})
    for one in plan.figures.get("let_go", [])[:LEFT_OUT_SHOWN]:
        words = {
            "number": one["number"],
            "operation": one["operation"],
            "why": said(one["sentence"], one["fields"]),
        }
        found.append(_("%(number)s, operation %(operation)s, was let go: %(why)s.") % words)
    return found


def _rows(at: Desk) -> list[dict[str, Any]]:
    now = timezone.now().timestamp()
    rows = []
    for one in at.planned:
        lot, step = at.lots[one.work_order_id], at.steps[one.operation_id]
        rows.append(
            {
                "lot": lot,
                "step": step,
                "centre": at.centres[one.work_centre_id],
                "machine": one.machine,
                "starts_at": from_epoch_ms(one.start * 1000),
                "ends_at": from_epoch_ms(one.end * 1000),
                "start": one.start,
                "setup_minutes": one.setup_seconds // 60,
                "due_at": from_epoch_ms(lot.due * 1000),
                "late_seconds": at.done[lot.id] - lot.due,
                "state": "done" if one.end <= now else "runs" if one.start <= now else "planned",
            }
        )
    return sorted(rows, key=lambda row: row["start"])


def _is_wanted(row: dict[str, Any], letters: str, centre: str, which: str) -> bool:
    if centre and row["centre"].code != centre:
        return False
    if which == "late" and row["late_seconds"] <= 0:
        return False
    if which in ("done", "runs", "planned") and row["state"] != which:
        return False
    lot: store.Lot = row["lot"]
    words = f"{lot.number} {lot.code} {lot.name_zh} {lot.name_en} {row['step'].part}".lower()
    return letters.lower() in words


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def ladder(request: HttpRequest) -> HttpResponse:
    """What can be promised of each SKU, by when."""
    letters = request.GET.get("q", "").strip()[:60]
    found = store.ladders(letters, timezone.localdate())
    most = max((rung.quantity for one in found for rung in one.rungs), default=1)
    words = {"ladders": found, "letters": letters, "most": most, "at_most": store.SKUS_MAX}
    return page(request, "works/ladder.html", "ladder", words)
