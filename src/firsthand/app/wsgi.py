"""The pages, as plain WSGI, for the role ``web``: a process apart from the bursts and rooms."""

import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")
application = get_wsgi_application()

from firsthand.app import config, roles  # noqa: E402 - Django is set up by now


def pages() -> WSGIHandler:
    """The pages in a process of the role: with bounded waits, and the clock of the house."""
    roles.settle_in(config.read(), people_wait=True)
    return application
