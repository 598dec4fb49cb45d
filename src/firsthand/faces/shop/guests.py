"""Who the buyer is: the form for guests, and what a browser is called."""

from ipaddress import ip_address
from math import ceil
from typing import Any

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from firsthand.faces.shop.forms import GuestForm
from firsthand.kit.clock import now
from firsthand.kit.errors import TooOften
from firsthand.kit.pace import Buckets, Pace, caller_of
from firsthand.people import actions as people
from firsthand.people.badge import pin_badge, viewer_of
from firsthand.people.models import Address, Person

GUEST_SECONDS = 90 * 24 * 3600  # as long as a guest finds his orders again in this browser


# Each guest may hold pieces that nobody else can have meanwhile: one address does not bring
# hundreds a second. A mobile carrier's address stands for thousands, so it is not a few either.
GUESTS = Pace(60, 1)
guests_came = Buckets(GUESTS)


def not_too_many(request: HttpRequest) -> None:
    """Refuse new guests of an address that brings them too fast; programs of ours may rehearse."""
    caller = caller_of(request.META)
    if not _is_here(caller) and (wait := guests_came.take(caller)):
        sentence = _("Too many new guests from your address; please wait a moment.")
        raise TooOften("too_many_guests", sentence, retry_after_seconds=ceil(wait))


def _is_here(caller: str) -> bool:
    try:
        return ip_address(caller).is_loopback
    except ValueError:
        return False


def welcome(request: HttpRequest, form: GuestForm) -> tuple[Person, Address]:
    """Take a guest in: a person with an address, and from now on this session is his.

    Somebody who is known already gets the address beside those he has.
    """
    given = form.cleaned_data
    if request.user.is_authenticated:
        address = people.add_address(
            request.user,
            recipient=given["name"],
            phone=given["phone"],
            region=given["region"],
            street=given["street"],
        )
        return request.user, address
    not_too_many(request)
    viewer = viewer_of(request.session)  # the room knows this browser by it, before and after
    person, address = people.enter_as_guest(**given)
    people.come_with(person.pk, viewer, now())  # refuses, and then nobody was made
    login(request, person, backend="firsthand.people.backends.RoleBackend")
    request.session["viewer"] = viewer
    request.session.set_expiry(GUEST_SECONDS)
    return person, address


def badge_of(request: HttpRequest) -> str:
    """The badge that a page of a room pins on its reader.

    Whoever is one too many at this browser watches like a visitor without a name; when he
    presses, he is told why nothing is held for him.
    """
    viewer = viewer_of(request.session)
    if not request.user.is_authenticated:
        return pin_badge(0, viewer)
    try:
        with transaction.atomic():
            return people.issue_badge(request.user.pk, viewer, now())
    except TooOften:
        return pin_badge(0, viewer)


def next_of(request: HttpRequest, otherwise: str = "/") -> str:
    """Where somebody wanted to go; never to another house."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    fits = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if fits else otherwise


def whoever(request: HttpRequest) -> Person:
    """The person of this session. One whom nobody knows has the id 0, as on a badge.

    Not None: to the actions of the order floor that means the maker himself.
    """
    return request.user if request.user.is_authenticated else Person(pk=0)


@never_cache
def guest(request: HttpRequest) -> HttpResponse:
    """The guest's form; a script of ours gets his new badge instead of a way back."""
    form = GuestForm(request.POST or None)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            person, address = welcome(request, form)
            badge = people.issue_badge(person.pk, viewer_of(request.session), now())
        if wants_json:
            return JsonResponse({"badge": badge, "name": person.name, "address_id": address.pk})
        return HttpResponseRedirect(next_of(request))
    status = 422 if form.errors else 200
    if wants_json:
        return JsonResponse(_problem(form), status=422, content_type="application/problem+json")
    words = {"at": "me", "form": form, "next": next_of(request)}
    return render(request, "shop/guest.html", words, status=status)


def _problem(form: GuestForm) -> dict[str, Any]:
    wrong = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    first = next((error for errors in wrong.values() for error in errors), "")
    return {
        "type": "/problems/address_incomplete",
        "title": first,
        "status": 422,
        "code": "address_incomplete",
        "fields": wrong,
    }
