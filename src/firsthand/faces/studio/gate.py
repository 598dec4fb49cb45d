"""Who may come in: the crew, each to what his role allows.

A visitor who is not signed in is led to the door and back; a script of ours is told 401. Whoever
is signed in and may not is refused with a sentence, never shown an empty page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Forbidden, Refusal
from firsthand.people.models import Person
from firsthand.people.rules import Deed

View = Callable[..., HttpResponse]

# The console is for whoever does one of these; each button asks again for its own.
DESK = (Deed.SHOW_DIRECT, Deed.STOCK_RELEASE, Deed.PRICE_CHANGE)


def crew(*deeds: Deed) -> Callable[[View], View]:
    """Let somebody in who may do at least one of the deeds; without any named, all the crew."""

    def gated(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                if wants_json(request):
                    raise Refusal("signed_out", _("Please sign in again."), status=401)
                return redirect_to_login(request.get_full_path())
            check(member(request), *deeds)
            return view(request, *args, **words)

        return entered

    return gated


def check(person: Person, *deeds: Deed) -> None:
    """Refuse somebody who may do none of these deeds."""
    if not person.is_staff or (deeds and not any(person.may(deed) for deed in deeds)):
        raise Forbidden("not_yours_to_do", _("Your role does not allow this."))


def member(request: HttpRequest) -> Person:
    """The person who asks; only behind the gate."""
    return cast("Person", request.user)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, rather than a browser for a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def rights(person: Person) -> dict[str, bool]:
    """What a person may do, as templates ask for it: ``{% if may.direct %}``."""
    return {
        "direct": person.may(Deed.SHOW_DIRECT),
        "prompt": person.may(Deed.SHOW_PROMPT),
        "edit": person.may(Deed.SHOW_EDIT),
        "price": person.may(Deed.PRICE_CHANGE),
        "stock": person.may(Deed.STOCK_RELEASE),
        "report": person.may(Deed.REPORT_READ),
        "plan": person.may(Deed.PLAN_READ),
        "goods": person.may(Deed.CATALOGUE_EDIT),
        "desk": any(person.may(deed) for deed in DESK),
    }
