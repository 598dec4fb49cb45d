"""Two plans side by side: their figures, what moved, who comes earlier or later."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from firsthand.faces.works import store
from firsthand.faces.works.desk import centre_names, changes_of, find_plan, real_plans
from firsthand.faces.works.gate import entrance, page
from firsthand.faces.works.kpis import kpis
from firsthand.factory.comparing import Placed, compare
from firsthand.factory.models import Plan
from firsthand.people.rules import Deed

LOTS_SHOWN = 30


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def versus(request: HttpRequest) -> HttpResponse:
    """The plan in force and the one before it, or any two that are asked for."""
    plans = list(real_plans()[:20])
    before, after = _asked(request, "before"), _asked(request, "after")
    after = after or (plans[0] if plans else None)
    if before is None and after is not None:
        before = next((one for one in plans if one.pk < after.pk), None)
    words: dict[str, Any] = {"plans": plans, "before": before, "after": after}
    if before is not None and after is not None:
        found = compare(_placed(before), _placed(after))
        lots = store.lots(before.pk) | store.lots(after.pk)
        words |= {
            "found": found,
            "changes": changes_of(after),
            "earlier": [(lots[one.work_order_id], one) for one in found.earlier[:LOTS_SHOWN]],
            "later": [(lots[one.work_order_id], one) for one in found.later[:LOTS_SHOWN]],
            "figures": kpis(
                after.figures | {"rules": {str(before.pk): before.figures}}, centre_names()
            ),
        }
    return page(request, "works/versus.html", "versus", words)


def _asked(request: HttpRequest, name: str) -> Plan | None:
    word = request.GET.get(name, "")
    return find_plan(int(word)) if word.isdecimal() and len(word) < 18 else None


def _placed(plan: Plan) -> list[Placed]:
    return [
        Placed(
            one.work_order_id,
            one.operation_id,
            one.work_centre_id,
            one.machine,
            datetime.fromtimestamp(one.start, UTC),
            datetime.fromtimestamp(one.end, UTC),
        )
        for one in store.planned(plan.pk)
    ]
