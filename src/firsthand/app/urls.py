"""Every page of the house: the faces' own, the office (admin), the door (sign-in)."""

from typing import NoReturn

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language
from django.views.static import serve

from firsthand.app import health
from firsthand.faces.api.api import api


def nothing_here(request: HttpRequest, rest: str) -> NoReturn:
    """What allauth would do at this address stands on something that we do not have."""
    raise Http404


handler500 = "firsthand.app.middleware.something_broke"

urlpatterns = [
    path("", include("firsthand.faces.shop.urls")),
    path("studio/", include("firsthand.faces.studio.urls")),
    path("works/", include("firsthand.faces.works.urls")),
    path("api/v1/", api.urls),
    path("office/", admin.site.urls),
    path("door/phone/<path:rest>", nothing_here),  # no codes are sent to phones yet
    path("door/", include("allauth.urls")),
    # A choice of words needs no token, so pages without forms need no cookie.
    path("language/", csrf_exempt(set_language), name="set_language"),
    re_path(r"^pictures/(?P<path>.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
