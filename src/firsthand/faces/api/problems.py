"""Every "no" of the API as problem details (RFC 9457), in the asker's language.

    {"type": "/problems/sold_out", "title": "Sold out.", "status": 409, "code": "sold_out", …}

``code`` is for machines and stays; ``title`` is for people. What made no sense has ``errors`` with
the place of each mistake. A fault of ours says so and nothing more: its trace is in the log.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from firsthand.kit import metrics
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.kit.log import get_logger

ERRORS_MAX = 50  # told of one request

log = get_logger(__name__)

_PLAIN = {
    400: ("bad_json", _("The body is not JSON.")),
    401: ("unauthorized", _("Please sign in, or send a key that works.")),
    403: ("forbidden", _("The request does not come from a page of ours (CSRF).")),
    404: ("not_found", _("There is nothing here.")),
    405: ("method_not_allowed", _("That cannot be done here.")),
    413: ("too_large", _("That is too large.")),
    429: ("too_many_requests", _("Too many requests; please wait a moment.")),
    500: ("fault", _("A mistake of ours. It is noted.")),
}


def problem(refusal: Refusal) -> HttpResponse:
    """A refusal as it is answered."""
    metrics.refusals.labels(code=refusal.code).inc()
    response = JsonResponse(
        refusal.as_problem(), status=refusal.status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    if refusal.retry_after_seconds:
        response["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def plain(status: int) -> Refusal:
    """The refusal for a status that says it all."""
    code, sentence = _PLAIN.get(status, _PLAIN[500])
    return Refusal(code, sentence, status=status)


def tell(api: NinjaAPI) -> None:
    """Let the API answer with problems whatever goes wrong in it."""

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        return problem(refusal)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
        errors = [_mistake(error) for error in fault.errors[:ERRORS_MAX]]
        sentence = _("The request makes no sense; “errors” says where.")
        return problem(Invalid("wrong_input", sentence, fields={"errors": errors}))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, fault: Http404) -> HttpResponse:
        return problem(plain(404))

    @api.exception_handler(HttpError)
    def known(request: HttpRequest, fault: HttpError) -> HttpResponse:
        response = problem(plain(fault.status_code))
        if fault.status_code == 401:
            response["WWW-Authenticate"] = "Bearer"
        if isinstance(fault, Throttled):
            response["Retry-After"] = str(fault.wait or 1)
        return response

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, fault: Exception) -> HttpResponse:
        metrics.faults.labels(where="api").inc()
        log.exception("api_failed", path=request.path, exc_info=fault)
        return problem(plain(500))


def _mistake(error: dict[str, Any]) -> dict[str, str]:
    # The first word of a place says where it was looked for (body, path, query); the second,
    # in a body, is only the name of our function's argument.
    place = [str(word) for word in error.get("loc", ())]
    where = [*place[:1], *place[2:]] if place[:1] == ["body"] else place
    return {"where": ".".join(where), "why": str(error.get("msg", ""))}


View = Callable[..., HttpResponse]


def in_problems(view: View) -> View:
    """A view of ninja's whose plain "method not allowed" is a problem as well."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
        response = view(request, *args, **words)
        if isinstance(response, HttpResponseNotAllowed):
            told = problem(plain(405))
            told["Allow"] = response["Allow"]
            return told
        return response

    return answered


def nothing_here(request: HttpRequest, path: str = "") -> HttpResponse:
    """An address under the API that does not exist."""
    return problem(NotFound("not_found", _PLAIN[404][1]))
