"""The plan as the Gantt chart reads it: columns of numbers, times in seconds since it begins.

Ten thousand operations as rows of objects are a megabyte and a half; as columns they are a
quarter of that, and the browser turns each into one typed array.
"""

from datetime import timedelta
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import conditional_page, require_safe

from firsthand.faces.works.desk import Desk, desk, find_plan
from firsthand.faces.works.gate import entrance
from firsthand.factory.models import Pin
from firsthand.people.rules import Deed


@conditional_page
@require_safe
@entrance(Deed.PLAN_READ)
def chart(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan's chart as JSON; the browser keeps it and asks whether it is still the same."""
    at = desk(find_plan(plan_id))
    language = get_language() or ""
    if language not in at.charts:
        at.charts[language] = msgspec.json.encode(columns(at))
    response = HttpResponse(at.charts[language], content_type="application/json")
    response["Cache-Control"] = "private, no-cache"
    return response


def columns(desk: Desk) -> dict[str, Any]:
    """All that is drawn, as columns."""
    base = int(desk.begins.timestamp())
    machines = _Machines(desk)
    lots, steps = list(desk.lots.values()), list(desk.steps.values())
    lot_at = {lot.id: number for number, lot in enumerate(lots)}
    step_at = {step.id: number for number, step in enumerate(steps)}
    families = sorted({step.family for step in steps})
    family_at = {family: number for number, family in enumerate(families)}
    planned = desk.planned
    at = {(one.work_order_id, one.operation_id): n for n, one in enumerate(planned)}
    return {
        "plan": desk.plan.pk,
        "inForce": desk.plan.in_force,
        "begins": base,
        "monday": _monday(desk) - base,
        "zone": timezone.get_default_timezone_name(),
        "fence": int(desk.fence.timestamp()) - base,
        "centres": [
            [one.pk, one.code, one.name, one.kind]
            for one in desk.centres.values()
            if one.pk in machines.centre_at
        ],
        "machines": machines.rows,
        "calendars": machines.calendars,
        "families": families,
        "lots": {
            "id": [lot.id for lot in lots],
            "number": [lot.number for lot in lots],
            "code": [lot.code for lot in lots],
            "name": [lot.name for lot in lots],
            "quantity": [lot.quantity for lot in lots],
            "state": [lot.state for lot in lots],
            "weight": [lot.weight for lot in lots],
            "release": [lot.release - base for lot in lots],
            "due": [lot.due - base for lot in lots],
            "done": [desk.done[lot.id] - base for lot in lots],
            "safe": [None if lot.safe is None else lot.safe - base for lot in lots],
            "promised": [lot.promised_by and lot.promised_by.isoformat() for lot in lots],
        },
        "steps": {
            "id": [step.id for step in steps],
            "number": [step.number for step in steps],
            "name": [step.name for step in steps],
            "part": [step.part for step in steps],
            "family": [family_at[step.family] for step in steps],
        },
        "operations": {
            "lot": [lot_at[one.work_order_id] for one in planned],
            "step": [step_at[one.operation_id] for one in planned],
            "machine": [machines.at[one.work_centre_id, one.machine] for one in planned],
            "start": [one.start - base for one in planned],
            "end": [one.end - base for one in planned],
            "setup": [one.setup_seconds for one in planned],
        },
        "pinned": [
            at[key] for key in Pin.objects.values_list("work_order_id", "operation_id") if key in at
        ],
        **_ways(desk, at, machines, step_at),
    }


def _monday(desk: Desk) -> int:
    """The midnight from which the weeks of the chart count."""
    local = timezone.localtime(desk.begins).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((local - timedelta(days=local.weekday())).timestamp())


class _Machines:
    """The rows of the chart: every machine that there is, and those that the plan still names."""

    def __init__(self, desk: Desk) -> None:
        self.calendars: list[list[int]] = []
        self.at: dict[tuple[int, int], int] = {}
        self.rows: list[list[int]] = []
        ends = max((one.end for one in desk.operations), default=0)
        known: dict[tuple[tuple[int, int], ...], int] = {}
        calendars: dict[tuple[int, int], int] = {}
        for centre in desk.problem.work_centres if desk.problem else ():
            for machine in centre.machines:
                shown = tuple(one for one in machine.calendar.windows if one[0] <= ends + 86_400)
                if shown not in known:
                    known[shown] = len(self.calendars)
                    self.calendars.append([instant for window in shown for instant in window])
                calendars[centre.id, machine.number] = known[shown]
        places = {(one.work_centre_id, one.machine) for one in desk.planned} | set(calendars)
        centres = [pk for pk in desk.centres if any(pk == place[0] for place in places)]
        self.centre_at = {centre_id: number for number, centre_id in enumerate(centres)}
        for centre_id in centres:
            for place in sorted(one for one in places if one[0] == centre_id):
                self.at[place] = len(self.rows)
                self.rows.append([self.centre_at[centre_id], place[1], calendars.get(place, -1)])


def _ways(
    desk: Desk, at: dict[tuple[int, int], int], machines: _Machines, step_at: dict[int, int]
) -> dict[str, Any]:
    """What comes before what, and which machines can do a step: for a hand that moves one."""
    before: list[list[int]] = [[] for _ in at]
    able: list[list[int]] = [[] for _ in step_at]
    fixed = []
    problem = desk.problem
    if problem is not None:
        centres = problem.centres
        for lot in problem.lots:
            for operation in lot.operations:
                number = at.get((lot.id, operation.id))
                if number is None:
                    continue
                before[number] = [at[lot.id, one] for one in operation.after if (lot.id, one) in at]
                if operation.fixed is not None:
                    fixed.append(number)
                step = step_at[operation.id]
                if not able[step]:
                    able[step] = [
                        machines.at[mode[:2]]
                        for mode in operation.choices(centres)
                        if mode[:2] in machines.at
                    ]
    return {"before": before, "able": able, "fixed": fixed}
