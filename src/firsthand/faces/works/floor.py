"""The shop floor on a phone: big buttons, gloves, one hand. It all works without a script.

A page shows where things stand; a form reports one thing, and leads back to the page. Each form
carries a key of its own: pressed twice, it is one report.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import qrcode
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from qrcode.image.svg import SvgPathImage

from firsthand.faces.works.floor_forms import (
    CountForm,
    DownForm,
    HandOverForm,
    KeyForm,
    PartForm,
    ScrapForm,
    StartForm,
)
from firsthand.faces.works.gate import entrance, member, page
from firsthand.faces.works.words import STATES
from firsthand.factory.floor import actions, machines
from firsthand.factory.floor.passport import passport
from firsthand.factory.floor.reports import Who
from firsthand.factory.floor.sheets import MachineAt, SheetStep, goes_into, places, sheet
from firsthand.factory.models import FloorReport, Serial, WorkOrder
from firsthand.kit import clock
from firsthand.kit.errors import Refusal
from firsthand.people.rules import Deed

MACHINE = "floor_machine"  # in the session: the machine that this phone stands at
NEXT_SHOWN = 8
DOWN_HOURS = (1, 4, 24)

STANDS: dict[str, tuple[Promise, str]] = {
    "waiting": (_("waits"), ""),
    "ready": (_("ready"), "badge-info"),
    "running": (_("running"), "badge-brand"),
    "finished": (_("finished"), "badge-good"),
    "passed": (_("passed over"), ""),
}


@never_cache
@require_safe
@entrance(Deed.FLOOR_REPORT)
def floor(request: HttpRequest) -> HttpResponse:
    """Choose a machine, or name a work order."""
    plants: dict[str, dict[str, Any]] = {}
    for place in places(clock.now()):
        plant = place.at.centre.plant
        found = plants.setdefault(plant.code, {"plant": plant, "places": []})
        found["places"].append(place)
    words = {"plants": list(plants.values()), "mine": request.session.get(MACHINE)}
    return page(request, "works/floor.html", "floor", words)


@never_cache
@require_safe
@entrance(Deed.FLOOR_REPORT)
def machine(request: HttpRequest, work_centre: str, number: int) -> HttpResponse:
    """A machine: what runs on it, what comes next, and that it is down."""
    centre = machines.find(work_centre, number)
    at = MachineAt(centre, number)
    request.session[MACHINE] = at.code
    down = machines.open_breakdown(centre, number, clock.now())
    # A floor that reports is run by the rule, decided now; one that does not, follows the plan.
    by_rule_at = clock.now() if centre.plant.reports_progress else None
    waiting = machines.next_on(centre.pk, number, NEXT_SHOWN, by_rule_at=by_rule_at)
    words = {
        "machine": at,
        "runs": machines.runs_on(centre.pk, number),
        "down": down,
        "waiting": [(one, uuid4()) for one in waiting],
        "hours": DOWN_HOURS,
    }
    return page(request, "works/floor_machine.html", "floor", words)


@never_cache
@require_safe
@entrance(Deed.FLOOR_REPORT, Deed.PLAN_READ)
def order(request: HttpRequest, number: str) -> HttpResponse:
    """A work order: its operations, where each stands, and what can be reported of it."""
    found = sheet(number)
    mine = str(request.session.get(MACHINE, ""))
    words = {
        "sheet": found,
        "state": STATES[found.order.state],
        "steps": [_step(step, mine) for step in found.steps],
        "reasons": FloorReport.Reason.choices,
        "serials": Serial.objects.filter(work_order=found.order).count(),
        "first_serial": Serial.objects.filter(work_order=found.order).order_by("pk").first(),
        "goes_in": goes_into(found.order) if found.is_open else [],
        "part_key": uuid4(),
        "mine": mine,
    }
    return page(request, "works/floor_order.html", "floor", words)


def _step(step: SheetStep, mine: str) -> dict[str, Any]:
    words, badge = STANDS[step.stands]
    return {
        "step": step,
        "words": words,
        "badge": badge,
        "mine": any(one.code == mine for one in step.can),
        "good": step.came - step.said.scrapped if step.said else step.came,
        "keys": [uuid4() for _form in range(4)],
    }


@never_cache
@require_safe
@entrance(Deed.FLOOR_REPORT, Deed.PLAN_READ)
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The work order on paper; whoever scans it stands before its page."""
    found = sheet(number)
    to = request.build_absolute_uri(reverse("works-floor-order", args=[found.order.number]))
    words = {"sheet": found, "code": code_to_scan(to), "to": to}
    return page(request, "works/floor_paper.html", "floor", words)


@never_cache
@require_safe
@entrance(Deed.FLOOR_REPORT, Deed.PLAN_READ)
def piece(request: HttpRequest, serial: str) -> HttpResponse:
    """What a piece is: where, when and of what it was made."""
    with transaction.atomic():
        found = passport(serial)
    return page(request, "works/floor_piece.html", "floor", {"piece": found})


@never_cache
@require_safe
@entrance(Deed.FLOOR_REPORT, Deed.PLAN_READ)
def find(request: HttpRequest) -> HttpResponse:
    """Whatever was scanned or typed: a work order, a machine, or a piece."""
    said = request.GET.get("number", "").strip().rstrip("/").removesuffix("/paper")
    said = said.rpartition("/works/floor/")[2].removeprefix("piece/").removeprefix("at/")
    said = said[:200]
    if WorkOrder.objects.filter(number=said.upper()).exists():
        return redirect("works-floor-order", said.upper())
    if Serial.objects.filter(number=said.upper()).exists():
        return redirect("works-floor-piece", said.upper())
    centre, _slash, number = said.partition("/")
    if number.isdecimal() and len(number) < 5:
        return redirect("works-floor-machine", centre, int(number))
    messages.error(request, _("There is no work order, machine or piece of that number."))
    return redirect("works-floor")


def code_to_scan(words: str) -> SafeString:
    """A QR code as a picture that stands in the page."""
    drawn = qrcode.make(words, image_factory=SvgPathImage, box_size=12)
    picture: str = drawn.to_string(encoding="unicode")
    return mark_safe(picture)  # drawn here, of an address of ours


Report = Callable[[str, int, dict[str, Any], Who], None]


def _start(number: str, operation_id: int, said: dict[str, Any], who: Who) -> None:
    work_centre, _slash, place = said["machine"].rpartition("/")
    actions.start(
        number,
        operation_id,
        work_centre=work_centre,
        machine=int(place),
        who=who,
        now=clock.now(),
    )


def _finish(number: str, operation_id: int, said: dict[str, Any], who: Who) -> None:
    actions.finish(number, operation_id, who=who, now=clock.now(), **said)


def _scrap(number: str, operation_id: int, said: dict[str, Any], who: Who) -> None:
    actions.scrap(number, operation_id, who=who, now=clock.now(), **said)


def _hand_over(number: str, operation_id: int, said: dict[str, Any], who: Who) -> None:
    actions.hand_over(number, operation_id, who=who, now=clock.now(), **said)


def _undo(number: str, operation_id: int, said: dict[str, Any], who: Who) -> None:
    actions.undo_start(number, operation_id, who=who, now=clock.now())


REPORTS: dict[str, tuple[type[KeyForm], Report, Promise]] = {
    "start": (StartForm, _start, _("It runs.")),
    "finish": (CountForm, _finish, _("The operation is finished.")),
    "scrap": (ScrapForm, _scrap, _("The spoilt pieces are counted.")),
    "hand-over": (HandOverForm, _hand_over, _("It is handed over.")),
    "undo": (KeyForm, _undo, _("The start is taken back.")),
}


@require_POST
@entrance(Deed.FLOOR_REPORT)
def report(request: HttpRequest, number: str, operation_id: int, what: str) -> HttpResponse:
    """One report of an operation; WHAT is one of ``REPORTS``."""
    form_of, act, done = REPORTS[what]
    form = form_of(request.POST)
    here = redirect("works-floor-order", number)
    if not form.is_valid():
        messages.error(request, form.first_mistake())
        return here
    key: UUID = form.cleaned_data.pop("key")
    try:
        with transaction.atomic():
            act(number, operation_id, form.cleaned_data, Who(member(request).pk, key))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return here
    messages.success(request, str(done))
    mine = str(request.session.get(MACHINE, ""))
    if what == "finish" and mine:  # what comes next is what he wants to know now
        centre, _slash, place = mine.rpartition("/")
        return redirect("works-floor-machine", centre, int(place))
    return here


@require_POST
@entrance(Deed.FLOOR_REPORT)
def put_in(request: HttpRequest, number: str) -> HttpResponse:
    """A supplier's lot goes into a work order."""
    form = PartForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.first_mistake())
        return redirect("works-floor-order", number)
    who = Who(member(request).pk, form.cleaned_data.pop("key"))
    try:
        with transaction.atomic():
            actions.put_in(number, **form.cleaned_data, who=who, now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The parts are noted."))
    return redirect("works-floor-order", number)


@require_POST
@entrance(Deed.FLOOR_REPORT)
def down(request: HttpRequest, work_centre: str, number: int) -> HttpResponse:
    """A machine broke down."""
    form = DownForm(request.POST)
    here = redirect("works-floor-machine", work_centre, number)
    if not form.is_valid():
        messages.error(request, form.first_mistake())
        return here
    now = clock.now()
    try:
        with transaction.atomic():
            machines.report_down(
                work_centre,
                number,
                until=now + timedelta(hours=form.cleaned_data["hours"]),
                note=form.cleaned_data["note"],
                by=member(request).pk,
                now=now,
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The machine is reported down; planning knows."))
    return here


@require_POST
@entrance(Deed.FLOOR_REPORT)
def up(request: HttpRequest, work_centre: str, number: int) -> HttpResponse:
    """A machine works again."""
    with transaction.atomic():
        machines.report_up(work_centre, number, by=member(request).pk, now=clock.now())
    messages.success(request, _("The machine works again."))
    return redirect("works-floor-machine", work_centre, number)
