"""Who may ask: a session of a page of ours (with its CSRF token), or a bearer's API key.

Whoever sends an ``Authorization`` header is judged by it alone: a key that does not work is not
helped by a cookie. Each operation names the deed that it is, and the description of the API says
it too (``x-deed``). Bodies are measured here, before anything reads them.
"""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from firsthand.catalogue.spreadsheet.book import FILE_BYTES_MAX
from firsthand.faces.api.pace import CREW_THROTTLE, HEAVY_THROTTLE, PUBLIC_THROTTLE
from firsthand.kit import clock
from firsthand.kit.errors import Forbidden, Refusal
from firsthand.people.actions import person_of_token
from firsthand.people.models import Person
from firsthand.people.rules import Deed

BODY_BYTES_MAX = 64 * 1024
UPLOAD_BYTES_MAX = FILE_BYTES_MAX + 64 * 1024  # a file and its wrapping


class Asked(HttpRequest):
    """A request that passed the gate: AUTH is the person who asks."""

    auth: Person


class Bearer(HttpBearer):
    """An API key: ``Authorization: Bearer fh_…``."""

    def __init__(self, deeds: tuple[Deed, ...], *, crew: bool = True) -> None:
        super().__init__()
        self._deeds, self._crew = deeds, crew

    def __call__(self, request: HttpRequest) -> Person | None:
        """The person of the key; a body that is too large is not read for anybody."""
        measure(request)
        return cast("Person | None", super().__call__(request))

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        """Whose key it is, if he may."""
        person = person_of_token(token.strip(), clock.now())
        return checked(person, self._deeds, crew=self._crew) if person else None


class Session(AuthBase):
    """The session of a page; changes need its CSRF token in ``X-CSRFToken``."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "sessionid"

    def __init__(self, deeds: tuple[Deed, ...], *, crew: bool = True) -> None:
        super().__init__()
        self._deeds, self._crew = deeds, crew

    def __call__(self, request: HttpRequest) -> Person | None:
        """The person of the session, if he may."""
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise HttpError(403, "CSRF")
        return checked(request.user, self._deeds, crew=self._crew)


def checked(person: Person, deeds: tuple[Deed, ...], *, crew: bool) -> Person:
    """The person, if he may do one of the deeds; where none is named, if he is of the staff."""
    if not (any(map(person.may, deeds)) if deeds else person.is_staff or not crew):
        raise Forbidden("not_yours_to_do", _("Your role does not allow this."))
    return person


def measure(request: HttpRequest) -> None:
    """Refuse a body that is too large, by what it says of itself; nothing else is ever read."""
    is_upload = request.content_type == "multipart/form-data"
    most = UPLOAD_BYTES_MAX if is_upload else BODY_BYTES_MAX
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    if not said.isdecimal() or int(said) > most:
        raise Refusal("too_large", _("That is too large."), status=413, fields={"most": most})


def for_(*deeds: Deed, heavy: bool = False) -> dict[str, Any]:
    """An operation for those of the crew who may do one of DEEDS; for all the crew without any."""
    named = [deed.value for deed in deeds] or ["crew"]
    return {
        "auth": [Bearer(deeds), Session(deeds)],
        "throttle": [HEAVY_THROTTLE if heavy else CREW_THROTTLE],
        "openapi_extra": {"x-deed": named},
    }


def for_person() -> dict[str, Any]:
    """An operation for everybody who is known, about what is his."""
    return {
        "auth": [Bearer((), crew=False), Session((), crew=False)],
        "throttle": [CREW_THROTTLE],
        "openapi_extra": {"x-deed": ["person"]},
    }


def for_all() -> dict[str, Any]:
    """An operation for everybody, known or not; it only reads."""
    return {
        "auth": None,
        "throttle": [PUBLIC_THROTTLE],
        "openapi_extra": {"x-deed": ["public"]},
    }
