"""Who may come in: whoever may read plans; what changes one asks for more.

A visitor who is not signed in is led to the door and back; a script of ours is told 401. Whoever
is signed in and may not is refused with a sentence, never shown an empty page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Forbidden, Refusal
from firsthand.people.models import Person
from firsthand.people.rules import Deed

View = Callable[..., HttpResponse]


def entrance(*deeds: Deed) -> Callable[[View], View]:
    """Let somebody in who may do at least one of the deeds; without any, all of the staff."""

    def gated(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                if wants_json(request):
                    raise Refusal("signed_out", _("Please sign in again."), status=401)
                return redirect_to_login(request.get_full_path())
            person = member(request)
            if not (any(map(person.may, deeds)) if deeds else person.is_staff):
                raise Forbidden("not_yours_to_do", _("Your role does not allow this."))
            return view(request, *args, **words)

        return entered

    return gated


def member(request: HttpRequest) -> Person:
    """The person who asks; only behind the gate."""
    return cast("Person", request.user)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, rather than a browser for a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def page(
    request: HttpRequest, template: str, at: str, words: dict[str, Any] | None = None
) -> HttpResponse:
    """A page of this face: AT is the word of its tab, and templates ask ``may.change``."""
    person = member(request)
    rights = {
        "read": person.may(Deed.PLAN_READ),
        "change": person.may(Deed.PLAN_CHANGE),
        "report": person.may(Deed.FLOOR_REPORT),
    }
    return render(request, template, {"at": at, "may": rights, **(words or {})})
