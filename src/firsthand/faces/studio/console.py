"""The director's console: one screen from which a show is run.

The page is whole without any script: it shows the state as it was when it was made, and every
command is a form. The script keeps the same parts fresh (``parts`` gives them again), plays
the stream, and stamps each cue with the media time of the frame on the director's own screen.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from firsthand.faces.studio import forms
from firsthand.faces.studio.desk import Desk, find_show
from firsthand.faces.studio.gate import DESK, crew, member, rights
from firsthand.kit.errors import NotFound
from firsthand.people.actions import epoch_of
from firsthand.people.badge import pin_badge, viewer_of
from firsthand.people.models import Person
from firsthand.people.rules import Deed

# Each part has an element with an id of its own; the script puts a fresh one in its place.
PARTS = ("pulse", "now", "sheet", "offers", "pinned")


@never_cache
@crew(*DESK)
def console(request: HttpRequest, show_id: int) -> HttpResponse:
    """The console of a show."""
    desk = Desk(find_show(show_id))
    return render(request, "studio/console.html", {**words_of(request, desk), "page": "console"})


@never_cache
@crew(*DESK)
def parts(request: HttpRequest, show_id: int) -> HttpResponse:
    """The parts of the console as they are now, for the script to put in place."""
    words = words_of(request, Desk(find_show(show_id)))
    looks = (render_to_string(f"studio/part_{part}.html", words, request) for part in PARTS)
    return HttpResponse("".join(looks))


@never_cache
@crew(*DESK)
def offer(request: HttpRequest, show_id: int, offer_id: int) -> HttpResponse:
    """What can be done with one offer: pieces, price, limit, close."""
    desk = Desk(find_show(show_id))
    row = next((row for row in desk.offers if row.offer.pk == offer_id), None)
    if row is None:
        raise NotFound("no_such_offer", _("This is not on offer in this show."))
    words = {**words_of(request, desk), "row": row}
    is_part = "part" in request.GET
    return render(request, "studio/offer_forms.html" if is_part else "studio/offer.html", words)


@never_cache
@require_POST
@crew(Deed.SHOW_DIRECT)
def stream_key(request: HttpRequest, show_id: int) -> HttpResponse:
    """Where to publish and the key: shown when asked for, and by no address that is kept."""
    show = find_show(show_id)
    host = request.get_host().rsplit(":", 1)[0]
    port = settings.CONFIG.rtmp_port
    words = {
        **words_of(request, Desk(show)),
        "rtmp": f"rtmp://{host}{'' if port == 1935 else f':{port}'}/live",
        "key": show.channel.key,
    }
    is_part = "part" in request.GET
    return render(request, "studio/key_part.html" if is_part else "studio/key.html", words)


def badge_of(request: HttpRequest, person: Person) -> str:
    """The badge of somebody of the crew. Theirs is counted at no device: a desk is for many."""
    return pin_badge(person.pk, viewer_of(request.session), epoch_of(person.pk))


def words_of(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """What every template of the console knows."""
    person = member(request)
    return {
        "at": "shows",
        "desk": desk,
        "show": desk.show,
        "may": rights(person),
        "open_form": forms.OpenForm(),
        "set_form": forms.BundleForm(),
        "open_presale_form": forms.OpenPresaleForm(auto_id="presale_%s"),
        "open_group_form": forms.OpenGroupForm(auto_id="group_%s"),
        "room": {
            "show": desk.show.pk,
            "state": desk.show.state,
            "badge": badge_of(request, person),
            "language": "en" if (get_language() or "").startswith("en") else "zh",
            "live": desk.show.channel.live_path,
            "replay": desk.show.channel.replay_path,
            "status": desk.show.channel.status_path,
            **desk.ticking,
        },
    }
