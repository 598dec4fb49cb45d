"""The run sheet, edited: before the show, and while it is on (what was on air stays)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from firsthand.faces.studio.commands import checked
from firsthand.faces.studio.desk import Desk, find_show
from firsthand.faces.studio.forms import PlaceForm, PointForm, SegmentForm
from firsthand.faces.studio.gate import View, crew, member, rights
from firsthand.kit.errors import NotFound, Refusal
from firsthand.people.rules import Deed
from firsthand.show.actions import sheet as sheets

Change = Callable[..., Promise]


@crew(Deed.SHOW_EDIT)
def sheet(request: HttpRequest, show_id: int) -> HttpResponse:
    """The whole run sheet, each segment with its points, and a form for one more."""
    desk = Desk(find_show(show_id))
    words = {**_words(request, desk), "form": SegmentForm(offers=_choices(desk))}
    return render(request, "studio/sheet.html", words)


@crew(Deed.SHOW_EDIT)
def segment(request: HttpRequest, show_id: int, segment_id: int) -> HttpResponse:
    """One segment: its words, its place, its points."""
    desk = Desk(find_show(show_id))
    found = next((one for one in desk.segments if one.pk == segment_id), None)
    if found is None:
        raise NotFound("no_such_segment", _("There is no such segment in this run sheet."))
    first = {
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "minutes": found.minutes,
        "offer_id": found.offer_id,
    }
    form = SegmentForm(request.POST or None, initial=first, offers=_choices(desk))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                sheets.edit_segment(show_id, segment_id, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The segment is changed."))
            return redirect("studio-segment", show_id, segment_id)
    words = {**_words(request, desk), "segment": found, "form": form, "point_form": PointForm()}
    return render(request, "studio/segment.html", words, status=422 if form.errors else 200)


def change(act: Change) -> View:
    """Make a view of a change to the sheet: a press, the change, and back to where it came from."""

    @require_POST
    @crew(Deed.SHOW_EDIT)
    def changed(request: HttpRequest, show_id: int, **words: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                messages.success(request, str(act(request, show_id, **words)))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        if segment_id := words.get("segment_id") if "on_segment" in request.POST else None:
            return redirect("studio-segment", show_id, segment_id)
        return redirect("studio-sheet", show_id)

    return changed


@change
def add_segment(request: HttpRequest, show_id: int) -> Promise:
    """One more segment, at the end."""
    desk = Desk(find_show(show_id))
    form = checked(SegmentForm(request.POST, offers=_choices(desk)))
    sheets.add_segment(show_id, **form.cleaned_data)
    return _("The segment is in the run sheet.")


@change
def move_segment(request: HttpRequest, show_id: int, segment_id: int) -> Promise:
    """A segment to another place."""
    form = checked(PlaceForm(request.POST))
    sheets.move_segment(show_id, segment_id, form.cleaned_data["position"])
    return _("The run sheet is in its new order.")


@change
def remove_segment(request: HttpRequest, show_id: int, segment_id: int) -> Promise:
    """A segment out of the sheet."""
    sheets.remove_segment(show_id, segment_id)
    return _("The segment is removed.")


@change
def add_point(request: HttpRequest, show_id: int, segment_id: int) -> Promise:
    """One more point under a segment."""
    sheets.add_point(show_id, segment_id, **checked(PointForm(request.POST)).cleaned_data)
    return _("The point is there.")


@change
def edit_point(request: HttpRequest, show_id: int, segment_id: int, point_id: int) -> Promise:
    """Other words for a point, or other evidence."""
    sheets.edit_point(show_id, point_id, **checked(PointForm(request.POST)).cleaned_data)
    return _("The point is changed.")


@change
def move_point(request: HttpRequest, show_id: int, segment_id: int, point_id: int) -> Promise:
    """A point to another place under its segment."""
    sheets.move_point(show_id, point_id, checked(PlaceForm(request.POST)).cleaned_data["position"])
    return _("The points are in their new order.")


@change
def remove_point(request: HttpRequest, show_id: int, segment_id: int, point_id: int) -> Promise:
    """A point out."""
    sheets.remove_point(show_id, point_id)
    return _("The point is removed.")


def _words(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    return {
        "at": "shows",
        "page": "sheet",
        "desk": desk,
        "show": desk.show,
        "may": rights(member(request)),
    }


def _choices(desk: Desk) -> list[tuple[int, str]]:
    return [
        (row.offer.pk, f"{row.card.name} {row.card.sku_name} · {row.card.sku_code}")
        for row in desk.offers
    ]
