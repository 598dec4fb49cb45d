"""What every page passes through: a count of it, and a sentence for a refusal."""

import sys
import time
from collections.abc import Callable

from allauth.core.exceptions import ImmediateHttpResponse, RateLimited, ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error

from firsthand.kit import metrics
from firsthand.kit.errors import NotFound, Refusal
from firsthand.kit.log import get_logger
from firsthand.kit.patience import is_silence

Respond = Callable[[HttpRequest], HttpResponse]

log = get_logger(__name__)


def count_pages(respond: Respond) -> Respond:
    """Count pages and the time they took, by view and never by address (which names people)."""

    def counted(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = respond(request)
        match = request.resolver_match
        view = match.view_name if match and match.view_name else "none"
        metrics.pages.labels(view=view).observe(time.perf_counter() - began)
        return response

    return counted


# What is said while there is no database: it needs no session, no person and no template.
SILENT_SECONDS = 0.5  # nobody asks the database for so long after it gave no answer
SILENT_PROBLEM = {
    "type": "/problems/database_silent",
    "title": "Our books cannot be reached at this moment. Please try again.",
    "status": 503,
    "code": "database_silent",
}
SILENT_PAGE = (
    '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>503</title><p>暂时连不上账本，请稍后再试。"
    "<p>Our books cannot be reached at this moment. Please try again."
)
_silent_until = [float("-inf")]


def spare_the_database(respond: Respond) -> Respond:
    """While the database is silent pages say so at once: its few threads wait for it in turn."""

    def spared(request: HttpRequest) -> HttpResponse:
        if time.monotonic() < _silent_until[0] and request.path not in ("/healthz", "/metrics"):
            return _silence(request)
        return respond(request)

    return spared


def something_broke(request: HttpRequest) -> HttpResponse:
    """A fault reached the top: 503 if the database does not answer, and else it is ours."""
    if is_silence(sys.exc_info()[1]):
        _silent_until[0] = time.monotonic() + SILENT_SECONDS
        return _silence(request)
    return server_error(request)


def _silence(request: HttpRequest) -> HttpResponse:
    response: HttpResponse
    if request.path.startswith(("/api/", "/pay/")) or not request.accepts("text/html"):
        response = JsonResponse(SILENT_PROBLEM, status=503, content_type="application/problem+json")
    else:
        response = HttpResponse(SILENT_PAGE, status=503)
    response["Retry-After"] = "1"
    response["Cache-Control"] = "no-store"
    return response


# Django has pages for these; the door asks for the password again, or for patience.
ANSWERED_ELSEWHERE = (
    Http404,
    PermissionDenied,
    SuspiciousOperation,
    ImmediateHttpResponse,
    RateLimited,
    ReauthenticationRequired,
)
CREWS_OWN = ("/studio/", "/works/", "/office/", "/api/")


def ask_second_factor(respond: Respond) -> Respond:
    """Where it is demanded, nobody of the crew works without TOTP or a passkey."""

    def asked(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.STAFF_SECOND_FACTOR
            and request.path.startswith(CREWS_OWN)
            and user.is_authenticated
            and user.is_crew
            and not is_mfa_enabled(user)
        ):
            return redirect("mfa_index")
        return respond(request)

    return asked


class say_refusals:  # noqa: N801 - named as the function which it stands for
    """A refusal that reaches the top becomes a page, or problem details for a program."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the page answer; its refusals come by the other door below.

        No name of ours has a zero byte in it, and PostgreSQL takes none: nothing is there.
        """
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return self._said(request, NotFound("not_found", _("There is nothing here.")))
        return self._respond(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Say no in the reader's language; a fault is left to Django, with its trace."""
        if isinstance(fault, ANSWERED_ELSEWHERE):
            return None  # nothing of ours broke
        if not isinstance(fault, Refusal):
            metrics.faults.labels(where="page").inc()
            log.exception("page_failed", path=request.path)
            return None
        return self._said(request, fault)

    @staticmethod
    def _said(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        metrics.refusals.labels(code=refusal.code).inc()
        status = refusal.status
        response: HttpResponse
        if request.accepts("text/html") and not request.path.startswith("/api/"):
            response = render(request, "look/refusal.html", {"refusal": refusal}, status=status)
        else:
            response = JsonResponse(
                refusal.as_problem(), status=status, content_type="application/problem+json"
            )
        if refusal.retry_after_seconds:
            response["Retry-After"] = str(refusal.retry_after_seconds)
        return response
