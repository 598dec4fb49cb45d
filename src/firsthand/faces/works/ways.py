"""Lots and their ways through the plan, as pages show them: bars, sentences, steps."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from firsthand.catalogue.models import in_english
from firsthand.faces.works import store
from firsthand.faces.works.desk import Desk, LateLot, desk, plan_in_force
from firsthand.faces.works.gate import entrance, page
from firsthand.faces.works.words import CAUSES, STATES
from firsthand.factory import causes
from firsthand.factory.causes import Stretch, Way
from firsthand.factory.models import Pin
from firsthand.kit.clock import from_epoch_ms
from firsthand.kit.errors import NotFound
from firsthand.people.rules import Deed

NAMED = 3  # lots that stood in the way, in a sentence


@dataclass(frozen=True, slots=True)
class Share:
    """A kind of time, of all the time of a way."""

    kind: str
    name: Promise
    hours: float
    percent: float


@dataclass(frozen=True, slots=True)
class Told:
    """A lot with its way, in words."""

    lot: store.Lot
    late_hours: float
    done_at: Any
    due_at: Any
    shares: list[Share]
    sentence: str


def told(at: Desk, late: LateLot) -> Told:
    """A late lot, and why, in words."""
    return Told(
        late.lot,
        late.hours,
        from_epoch_ms(at.done[late.lot.id] * 1000),
        from_epoch_ms(late.lot.due * 1000),
        shares(late.way),
        sentence(at, late.way),
    )


def shares(way: Way) -> list[Share]:
    """What the time of a way went into, for a bar."""
    seconds = way.seconds() if way.cause == causes.MATERIAL else way.after_release()
    whole = sum(seconds.values()) or 1
    return [
        Share(kind, CAUSES[kind], took / 3600, 100 * took / whole) for kind, took in seconds.items()
    ]


def causes_of_all(at: Desk) -> dict[str, Any]:
    """What all late lots together waited for: by kind, and by work centre."""
    seconds: dict[str, int] = {}
    for late in at.late:
        way = late.way
        spent = way.seconds() if way.cause == causes.MATERIAL else way.after_release()
        for kind, took in spent.items():
            seconds[kind] = seconds.get(kind, 0) + took
    whole = sum(seconds.values()) or 1
    most = at.lost[0][1] if at.lost else 1
    return {
        "shares": [
            Share(kind, CAUSES[kind], seconds[kind] / 3600, 100 * seconds[kind] / whole)
            for kind in causes.KINDS
            if kind in seconds
        ],
        "centres": [
            {
                "centre": at.centres[centre_id],
                "hours": took / 3600,
                "lots": lots,
                "percent": 100 * took / most,
            }
            for centre_id, took, lots in at.lost[:8]
            if centre_id in at.centres
        ],
    }


def sentence(at: Desk, way: Way) -> str:
    """The cause of a lot's lateness, in a sentence."""
    cause = way.cause
    hours = f"{way.seconds().get(cause, 0) / 3600:,.1f}"
    if cause == causes.MACHINE:
        waits = way.waited_for()
        place = max(waits, key=lambda one: waits[one])
        words = {
            "hours": hours,
            "here": f"{waits[place] / 3600:,.1f}",
            "machine": _machine(at, place),
            "lots": _numbers(at, way, place),
        }
        return (
            _(
                "Waited %(hours)s h for machines that were busy; %(here)s h of them for"
                " %(machine)s, which made %(lots)s first."
            )
            % words
        )
    if cause == causes.PART:
        makers = [one.lots[0] for one in way.stretches if one.kind == causes.PART and one.lots]
        numbers = ", ".join(at.lots[one].number for one in makers if one in at.lots) or "–"
        return _("Waited %(hours)s h for a part that %(lots)s makes.") % {
            "hours": hours,
            "lots": numbers,
        }
    if cause == causes.CLOSED:
        return _(
            "In time, if it were worked on around the clock: for %(hours)s h of its way nobody"
            " works."
        ) % {"hours": hours}
    if cause == causes.MATERIAL:
        left = (way.due / 3600) - way.seconds()[causes.MATERIAL] / 3600
        return _(
            "Released with %(left)s h left until it is due: even without any queue it is late."
        ) % {"left": f"{left:,.1f}"}
    if cause == causes.RUN:
        return _("Waited for nothing: the work itself takes %(hours)s h.") % {"hours": hours}
    return _("%(hours)s h: %(cause)s.") % {"hours": hours, "cause": CAUSES[cause]}


def _machine(at: Desk, place: tuple[int, int]) -> str:
    centre = at.centres.get(place[0])
    return f"{centre.name} {place[1]}" if centre else f"{place[0]}/{place[1]}"


def _numbers(at: Desk, way: Way, place: tuple[int, int]) -> str:
    """The lots that stood in the way at a machine: those that took longest."""
    took: dict[int, int] = {}
    for one in way.stretches:
        if one.kind == causes.MACHINE and one.place == place:
            for lot_id in one.lots:
                took[lot_id] = took.get(lot_id, 0) + one.seconds
    longest = sorted(took, key=lambda one: -took[one])
    said = ", ".join(at.lots[one].number for one in longest[:NAMED] if one in at.lots)
    rest = len(longest) - NAMED
    return _("%(lots)s and %(more)s more") % {"lots": said, "more": rest} if rest > 0 else said


@never_cache
@require_safe
@entrance(Deed.PLAN_READ)
def lot(request: HttpRequest, number: str) -> HttpResponse:
    """One work order: its way through the plan, what stood in it, what it waits for."""
    plan = plan_in_force()
    at = desk(plan) if plan else None
    found = next((one for one in at.lots.values() if one.number == number), None) if at else None
    if at is None or found is None:
        raise NotFound("no_such_work_order", _("The plan in force has no such work order."))
    way = at.schedule.way(found.id) if at.schedule else None
    pins = {one.operation_id: one for one in Pin.objects.filter(work_order=found.id)}
    rows: list[dict[str, Any]] = [
        {
            "step": at.steps[one.operation_id],
            "machine": _machine(at, (one.work_centre_id, one.machine)),
            "starts_at": from_epoch_ms(one.start * 1000),
            "ends_at": from_epoch_ms(one.end * 1000),
            "start": one.start,
            "setup_minutes": one.setup_seconds // 60,
            "pin": pins.get(one.operation_id),
        }
        for one in at.planned
        if one.work_order_id == found.id
    ]
    done = at.done[found.id]
    words = {
        "lot": found,
        "state": STATES[found.state],
        "rows": sorted(rows, key=lambda row: row["start"]),
        "done_at": from_epoch_ms(done * 1000),
        "due_at": from_epoch_ms(found.due * 1000),
        "release_at": from_epoch_ms(found.release * 1000),
        "safe_at": from_epoch_ms(found.safe * 1000) if found.safe else None,
        "late_hours": (done - found.due) / 3600,
        "early_hours": (found.due - done) / 3600,
        "shares": shares(way) if way else [],
        "sentence": sentence(at, way) if way else "",
        "stretches": [_stretch(at, one) for one in joined(way)] if way else [],
        "purchases": store.purchases_for(found.id),
    }
    if request.GET.get("part"):
        return page(request, "works/lot_part.html", "board", words)
    return page(request, "works/lot.html", "board", words)


def joined(way: Way) -> list[Stretch]:
    """The stretches of a way for people: neighbours of one kind and place are one."""
    found: list[Stretch] = []
    for one in way.stretches:
        last = found[-1] if found else None
        if last and (last.kind, last.operation_id, last.place) == (
            one.kind,
            one.operation_id,
            one.place,
        ):
            lots = tuple(dict.fromkeys((*last.lots, *one.lots)))
            found[-1] = last._replace(end=one.end, lots=lots)
        else:
            found.append(one)
    return found


def _stretch(at: Desk, one: Stretch) -> dict[str, Any]:
    step = at.steps.get(one.operation_id)
    return {
        "kind": one.kind,
        "name": CAUSES[one.kind],
        "hours": one.seconds / 3600,
        "from": at.begins + timedelta(seconds=one.start),
        "till": at.begins + timedelta(seconds=one.end),
        "step": step and (step.name_en if in_english() else step.name_zh),
        "machine": _machine(at, one.place) if one.place else "",
        "lots": [at.lots[lot].number for lot in one.lots[:8] if lot in at.lots],
        "more": max(0, len(one.lots) - 8),
    }
