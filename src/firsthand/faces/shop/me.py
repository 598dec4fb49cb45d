"""The buyer's own page: who he is here, where his parcels go, how he signs in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from firsthand.people.actions import ADDRESSES_MAX, sign_out_everywhere
from firsthand.people.models import Address
from firsthand.people.rules import Deed


@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """Links to orders, addresses, doors; to the crew's pages for those who work here."""
    addresses = (
        Address.objects.filter(person=request.user).order_by("-is_default", "-pk")[:ADDRESSES_MAX]
        if request.user.is_authenticated
        else Address.objects.none()
    )
    may_plan = request.user.is_authenticated and request.user.may(Deed.PLAN_READ)
    may_report = request.user.is_authenticated and request.user.may(Deed.FLOOR_REPORT)
    words = {
        "at": "me",
        "addresses": addresses,
        "may_plan": may_plan,
        "may_report": may_report,
    }
    return render(request, "shop/me.html", words)


@never_cache
@require_POST
@login_required
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    """All of his sessions end, in every browser, and nobody can press in his name any more."""
    assert request.user.is_authenticated, "login_required"
    with transaction.atomic():
        sign_out_everywhere(request.user)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")
