"""Keys to the API, each for one program of somebody of the crew. A key is shown once."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from firsthand.faces.studio.forms import KeyForm
from firsthand.faces.studio.gate import crew, member, rights
from firsthand.people.actions import issue_token, revoke_token


@never_cache
@crew()
def keys(request: HttpRequest) -> HttpResponse:
    """One's own keys; a new one is shown on the page that answers the form, and nowhere else."""
    person = member(request)
    form, token = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            token = issue_token(person, form.cleaned_data["name"])
        form = KeyForm()
    words = {
        "at": "keys",
        "may": rights(person),
        "form": form,
        "token": token,
        "tokens": person.tokens.filter(revoked_at=None).order_by("-made_at"),
    }
    return render(request, "studio/keys.html", words, status=422 if form.errors else 200)


@require_POST
@crew()
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """A key is worth nothing from now on."""
    with transaction.atomic():
        revoke_token(member(request), token_id)
    messages.success(request, _("The key is revoked."))
    return redirect("studio-keys")
