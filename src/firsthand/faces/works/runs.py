"""Plans that are being made: ask for one, see how far it is, stop it. And hands on the plan."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from firsthand.faces.works.desk import desk, forget, plan_in_force
from firsthand.faces.works.gate import entrance, member, page
from firsthand.faces.works.words import ANSWERED, DOES, REASONS, RUN_STATES, SOLVER_WORDS
from firsthand.factory import pinning
from firsthand.factory.models import Pin, PlanRun
from firsthand.factory.plan import Plan as Planning
from firsthand.factory.planning import actions as planning
from firsthand.factory.planning.schedules import ADMISSION, QUICK
from firsthand.factory.solver import SOLVERS
from firsthand.kit.clock import now
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.people.rules import Deed

RUNS_SHOWN = 20
OPEN = (PlanRun.State.WAITING, PlanRun.State.RUNNING)


def solvers() -> list[tuple[str, Any]]:
    """The solvers that there are, the ones that search first."""
    first = [name for name in SOLVER_WORDS if name in SOLVERS or name in QUICK]
    rest = sorted(name for name in SOLVERS if name not in first)
    return [(name, SOLVER_WORDS.get(name, name)) for name in (*first, *rest)]


class Asking(forms.Form):
    """What plan shall be made."""

    solver = forms.ChoiceField(label=_("Solver"))
    seconds = forms.FloatField(label=_("Seconds"), min_value=1, max_value=3600, initial=30)

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        field = self.fields["solver"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = solvers()


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def runs(request: HttpRequest) -> HttpResponse:
    """The last runs, and the form to ask for another."""
    found = PlanRun.objects.filter(question={}).select_related("plan", "asked_by")
    pins = Pin.objects.select_related("work_order", "operation", "work_centre", "by")
    words = {
        "runs": [run_words(run) for run in found.order_by("-pk")[:RUNS_SHOWN]],
        "form": Asking(),
        "pins": pins.order_by("-made_at")[:RUNS_SHOWN],
    }
    return page(request, "works/runs.html", "runs", words)


def run_words(run: PlanRun) -> dict[str, Any]:
    """A run as a page shows it."""
    return {
        "run": run,
        "state": ANSWERED if run.question and run.state == "done" else RUN_STATES[run.state],
        "solver": SOLVER_WORDS.get(run.solver, run.solver),
        "is_open": run.state in OPEN,
        "reason": REASONS.get(run.reason, run.reason),
        "says": does(run),
    }


def does(run: PlanRun) -> Promise | str:
    """What a run does now, or why it failed; of one that is over nothing more."""
    why = planning.why_it_failed(run)
    return why or (DOES.get(run.says, run.says) if run.state in OPEN else "")


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def progress(request: HttpRequest) -> HttpResponse:
    """How far the open runs are, and those that are asked for: a page asks once a second."""
    wanted = [int(one) for one in request.GET.getlist("run")[:RUNS_SHOWN] if one.isdecimal()]
    found: Iterable[PlanRun] = PlanRun.objects.filter(pk__in=wanted)
    return JsonResponse(
        {
            "runs": [
                {
                    "id": run.pk,
                    "state": run.state,
                    "said": str(RUN_STATES[run.state]),
                    "percent": round(run.progress_percent, 1),
                    "cost": run.best_cost,
                    "says": str(does(run)),
                    "plan": run.plan_id,
                    "isOpen": run.state in OPEN,
                }
                for run in found
            ]
        }
    )


@require_POST
@entrance(Deed.PLAN_CHANGE)
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a plan; a worker makes it."""
    form = Asking(request.POST)
    if not form.is_valid():
        raise Invalid("bad_run", _("Choose a solver, and from 1 to 3,600 seconds."))
    with transaction.atomic():
        planning.ask(
            solver=form.cleaned_data["solver"],
            seconds=form.cleaned_data["seconds"],
            asked_by=member(request).pk,
        )
    return redirect("works-runs")


@require_POST
@entrance(Deed.PLAN_CHANGE)
def stop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run; the best that it has found counts, unless it shall be thrown away."""
    with transaction.atomic():
        planning.stop(run_id, keep="throw" not in request.POST, now=now())
    return redirect("works-runs")


class _Wish(msgspec.Struct):
    """An operation, a machine, and the second since 1970 before which it shall not begin."""

    work_order: int
    operation: int
    work_centre: int
    machine: int
    start: int


@require_POST
@entrance(Deed.PLAN_CHANGE)
def pin(request: HttpRequest) -> HttpResponse:
    """Put an operation where a hand wants it: checked, pinned, and a quick plan asked for."""
    try:
        wish = msgspec.json.decode(request.body, type=_Wish)
        not_before = datetime.fromtimestamp(wish.start, UTC)
    except (msgspec.DecodeError, ValueError, OverflowError, OSError):
        raise Invalid("bad_pin", _("That names no operation and no place.")) from None
    plan = plan_in_force()
    at = desk(plan) if plan else None
    if at is None or at.problem is None:
        raise NotFound("no_such_plan", _("There is no such plan any more."))
    base = int(at.begins.timestamp())
    move = pinning.tried(
        at.problem,
        Planning(at.plan.solver, 0, tuple(at.operations)),
        wish.work_order,
        wish.operation,
        (wish.work_centre, wish.machine),
        wish.start - base,
        int(now().timestamp()) - base,
    )
    with transaction.atomic():
        pinning.pin(
            work_order_id=wish.work_order,
            operation_id=wish.operation,
            place=(wish.work_centre, wish.machine),
            not_before=not_before,
            by=member(request).pk,
        )
        run = _plan_anew(member(request).pk)
    forget()
    sentence = (
        ngettext(
            "Pinned. %(count)s thing stands in its way there; the new plan makes room.",
            "Pinned. %(count)s things stand in its way there; the new plan makes room.",
            move.in_the_way,
        )
        % {"count": move.in_the_way}
        if move.in_the_way
        else str(_("Pinned. Nothing stands in its way there."))
    )
    return JsonResponse({"says": sentence, "run": run})


def _plan_anew(person_id: int) -> int | None:
    try:
        return planning.ask(solver=ADMISSION, seconds=planning.QUICK_SECONDS, asked_by=person_id).pk
    except Refusal:
        return None  # enough plans wait already, and each of them keeps the pin


@require_POST
@entrance(Deed.PLAN_CHANGE)
def unpin(request: HttpRequest, pin_id: int) -> HttpResponse:
    """Let an operation go."""
    found = Pin.objects.filter(pk=pin_id).first()
    if found is None:
        raise NotFound("no_such_pin", _("There is no such pin."))
    with transaction.atomic():
        pinning.unpin(found.work_order_id, found.operation_id)
        _plan_anew(member(request).pk)
    forget()
    messages.success(request, _("The pin is gone; a new plan is on its way."))
    return redirect("works-runs")
