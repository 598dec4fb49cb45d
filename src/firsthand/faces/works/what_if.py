"""What if: a form of assumptions, a run that thinks about them, and its answer.

Each kind of assumption may be left empty, but not all of them. Nothing is changed by asking: a
worker makes two plans in seconds, and the page shows how they differ.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from firsthand.faces.works.gate import entrance, member, page
from firsthand.faces.works.kpis import kpis
from firsthand.faces.works.runs import run_words
from firsthand.faces.works.words import told
from firsthand.factory.impossible import Impossible
from firsthand.factory.models import PlanRun, WorkCentre
from firsthand.factory.planning import actions as planning
from firsthand.factory.replanning.questions import (
    ExtraShift,
    MoreMachines,
    MorePieces,
    Question,
    Standing,
)
from firsthand.factory.words import in_words
from firsthand.kit.errors import NotFound
from firsthand.people.rules import Deed

ASKED_SHOWN = 10
CENTRES_MAX = 500


class Supposing(forms.Form):
    """What is assumed; the fields of one kind stand or fall together."""

    shift_centre = forms.ChoiceField(label=_("Work centre"), required=False)
    shift_day = forms.DateField(label=_("Works on"), required=False)
    shift_start = forms.TimeField(label=_("From"), required=False, initial=time(8))
    shift_hours = forms.FloatField(
        label=_("Hours"), required=False, min_value=0.5, max_value=24, initial=8
    )
    more_centre = forms.ChoiceField(label=_("Work centre"), required=False)
    more_machines = forms.IntegerField(
        label=_("Machines more"), required=False, min_value=1, max_value=100
    )
    down_centre = forms.ChoiceField(label=_("Work centre"), required=False)
    down_machine = forms.IntegerField(
        label=_("Machine (none: all)"), required=False, min_value=1, max_value=1000
    )
    down_day = forms.DateField(label=_("Stands from"), required=False)
    down_hours = forms.FloatField(
        label=_("Hours"), required=False, min_value=0.5, max_value=2000, initial=24
    )
    piece_part = forms.CharField(label=_("SKU"), required=False, max_length=60)
    piece_quantity = forms.IntegerField(
        label=_("Pieces more"), required=False, min_value=1, max_value=1_000_000
    )
    piece_day = forms.DateField(label=_("By the end of"), required=False)

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        centres = WorkCentre.objects.select_related("plant").order_by("code")[:CENTRES_MAX]
        self.zones = {one.code: one.plant.timezone for one in centres}
        choices = [("", "—"), *((one.code, f"{one.name} ({one.code})") for one in centres)]
        for name in ("shift_centre", "more_centre", "down_centre"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        for name in ("shift_day", "down_day", "piece_day"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})
        self.fields["shift_start"].widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def clean(self) -> dict[str, Any]:
        """The question of it all; what makes no sense is said beside the form."""
        found = super().clean() or {}
        if self.errors:
            return found
        for names in (
            ("shift_centre", "shift_day"),
            ("more_centre", "more_machines"),
            ("down_centre", "down_day"),
            ("piece_part", "piece_quantity", "piece_day"),
        ):
            given = [name for name in names if found.get(name)]
            if given and len(given) < len(names):
                missing = next(name for name in names if name not in given)
                self.add_error(missing, _("This belongs to what you filled in beside it."))
        if not self.errors:
            try:
                found["question"] = self._question(found)
            except Impossible as why:
                self.add_error(None, str(in_words(why)))
        return found

    def _question(self, found: dict[str, Any]) -> Question:
        shifts, machines, standing, pieces = [], [], [], []
        if found["shift_day"]:
            start = found["shift_start"] or time(8)
            shifts.append(
                ExtraShift(
                    found["shift_centre"],
                    found["shift_day"],
                    60 * start.hour + start.minute,
                    round(60 * (found["shift_hours"] or 8)),
                )
            )
        if found["more_machines"]:
            machines.append(MoreMachines(found["more_centre"], found["more_machines"]))
        if found["down_day"]:
            zone = ZoneInfo(self.zones[found["down_centre"]])
            begins = datetime.combine(found["down_day"], time(), tzinfo=zone).astimezone(UTC)
            ends = begins + timedelta(hours=found["down_hours"] or 24)
            standing.append(
                Standing(found["down_centre"], begins, ends, found["down_machine"] or None)
            )
        if found["piece_part"]:
            zone = timezone.get_default_timezone()
            day = found["piece_day"] + timedelta(days=1)
            by = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
            pieces.append(MorePieces(found["piece_part"].strip(), found["piece_quantity"], by))
        return Question(tuple(shifts), tuple(standing), tuple(machines), tuple(pieces))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@entrance(Deed.PLAN_READ)
def what_if(request: HttpRequest) -> HttpResponse:
    """The form, and what was asked lately."""
    form = Supposing(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            run = planning.ask_what_if(form.cleaned_data["question"], asked_by=member(request).pk)
        return redirect("works-answer", run.pk)
    asked = PlanRun.objects.exclude(question={}).order_by("-pk")[:ASKED_SHOWN]
    words = {"form": form, "asked": [_asked(run) for run in asked]}
    status = 422 if form.errors else 200
    found = page(request, "works/what_if.html", "what-if", words)
    found.status_code = status
    return found


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def answer(request: HttpRequest, run_id: int) -> HttpResponse:
    """What would happen; while it is not known yet, how far the thinking is."""
    run = PlanRun.objects.filter(pk=run_id).exclude(question={}).first()
    if run is None:
        raise NotFound("no_such_question", _("Nobody asked that, or it was long ago."))
    words: dict[str, Any] = {"one": run_words(run), "asked": _asked(run)}
    if run.answer:
        names = {one.code: one.name for one in WorkCentre.objects.all()[:CENTRES_MAX]}
        beside = {"rules": {str(_("now")): run.answer["before"]}}
        words |= {
            "sentences": [told(sentence, fields) for sentence, fields in run.answer["sentences"]],
            "kpis": kpis(run.answer["after"] | beside, names),
            "coming": [
                (part, quantity, *(datetime.fromisoformat(at) for at in instants))
                for part, quantity, *instants in run.answer["coming"]
            ],
        }
    return page(request, "works/answer.html", "what-if", words)


def _asked(run: PlanRun) -> dict[str, Any]:
    """A question in words."""
    question = Question.from_json(run.question)
    found: list[Any] = []
    for shift in question.shifts:
        start = f"{shift.start_minute // 60:02}:{shift.start_minute % 60:02}"
        fields = {"centre": shift.work_centre, "day": shift.day, "start": start}
        found.append(
            _("%(centre)s works on %(day)s from %(start)s, %(hours)s h")
            % {**fields, "hours": f"{shift.minutes / 60:g}"}
        )
    for more in question.machines:
        fields = {"centre": more.work_centre, "count": more.machines}
        found.append(_("%(centre)s has %(count)s machines more") % fields)
    for down in question.standing:
        hours = (down.ends_at - down.starts_at) / timedelta(hours=1)
        place = f"{down.work_centre} {down.machine or ''}".strip()
        found.append(
            _("%(place)s stands for %(hours)s h") % {"place": place, "hours": f"{hours:g}"}
        )
    for wish in question.pieces:
        day = timezone.localtime(wish.by - timedelta(seconds=1)).date()
        fields = {"count": f"{wish.quantity:,}", "part": wish.part, "day": day}
        found.append(_("%(count)s more of %(part)s by %(day)s") % fields)
    return {"run": run, "suppositions": found, "state": run_words(run)["state"]}
