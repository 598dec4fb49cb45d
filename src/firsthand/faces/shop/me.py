"""The buyer's own page: who he is here, where his parcels go, how he signs in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from firsthand.people.actions import ADDRESSES_MAX
from firsthand.people.models import Address


@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """Links to orders, addresses, doors; to the studio and the office for those who work here."""
    addresses = (
        Address.objects.filter(person=request.user).order_by("-is_default", "-pk")[:ADDRESSES_MAX]
        if request.user.is_authenticated
        else Address.objects.none()
    )
    return render(request, "shop/me.html", {"at": "me", "addresses": addresses})
