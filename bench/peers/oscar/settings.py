"""A plain django-oscar: its own applications and defaults, guests may buy, no mail is sent."""

import os

from oscar import INSTALLED_APPS as OSCAR
from oscar.defaults import *  # noqa: F403 - this is how its documentation has it

SECRET_KEY = "only-for-the-bench"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
SITE_ID = 1
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL, MEDIA_URL = "/static/", "/media/"
MEDIA_ROOT = os.environ["BENCH_FOLDER"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"],
        "USER": os.environ["PGUSER"],
        "HOST": os.environ["PGHOST"],
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
    }
}
INSTALLED_APPS = [*OSCAR, "django.contrib.sitemaps", "sorl.thumbnail", "easy_thumbnails"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
_OF_DJANGO = ("debug", "request")
_OF_CONTRIB = ("auth.context_processors.auth", "messages.context_processors.messages")
_OF_OSCAR = (
    "apps.search.context_processors.search_form",
    "apps.checkout.context_processors.checkout",
    "apps.communication.notifications.context_processors.notifications",
    "core.context_processors.metadata",
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                *(f"django.template.context_processors.{name}" for name in _OF_DJANGO),
                *(f"django.contrib.{name}" for name in _OF_CONTRIB),
                *(f"oscar.{name}" for name in _OF_OSCAR),
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = [
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
]
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}

OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_DEFAULT_CURRENCY = "CNY"
OSCAR_INITIAL_ORDER_STATUS = OSCAR_INITIAL_LINE_STATUS = "new"
OSCAR_ORDER_STATUS_PIPELINE = {"new": ("done",), "done": ()}
