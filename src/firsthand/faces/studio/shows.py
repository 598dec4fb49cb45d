"""The list of shows: what is on, what comes, what was; and planning a new one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from firsthand.faces.studio import store
from firsthand.faces.studio.forms import ShowForm
from firsthand.faces.studio.gate import crew, member, rights
from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.people.rules import Deed
from firsthand.show.actions.air import plan_show
from firsthand.show.models import Show

SHOWS_ON_A_PAGE = 30


@crew()
def shows(request: HttpRequest) -> HttpResponse:
    """Every show: on air first, then those to come, then those that were."""
    listed = Show.objects.select_related("host", "channel")
    over = Paginator(
        listed.filter(state=Show.State.ENDED).order_by("-ended_at", "-pk"), SHOWS_ON_A_PAGE
    ).get_page(request.GET.get("page"))
    on_air = list(listed.filter(state=Show.State.ON_AIR).order_by("on_air_at"))
    coming = list(listed.filter(state=Show.State.DRAFT).order_by("planned_at", "pk"))
    ids = [show.pk for show in (*on_air, *coming, *over)]
    words = {
        "at": "shows",
        "may": rights(member(request)),
        "on_air": on_air,
        "coming": coming,
        "over": over,
        "figures": store.figures(ids),
        "now": now(),
    }
    return render(request, "studio/shows.html", words)


@crew(Deed.SHOW_EDIT)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a show; it gets a channel of its own."""
    form = ShowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        host = given.pop("host")
        try:
            with transaction.atomic():
                show = plan_show(**given, host_id=host.pk)
        except Refusal as refusal:
            form.add_error("slug", str(refusal))
        else:
            messages.success(request, str(show.title))
            return redirect("studio-sheet", show.pk)
    words = {"at": "shows", "may": rights(member(request)), "form": form}
    return render(request, "studio/plan.html", words, status=422 if form.errors else 200)
