"""Where the crew's pages are."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
