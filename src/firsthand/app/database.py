"""Commands that read the tables find the database first, or start the one that comes along."""

import os

from firsthand.app import config


def with_database(*, empty_will_do: bool = False) -> config.Config:
    """Find the database, or start the one that comes along; then set Django up."""
    from firsthand.app import postgres  # noqa: PLC0415 - only who needs one carries it

    settings = config.read()
    if not settings.database_url:
        server = postgres.start(settings.home)
        os.environ["DATABASE_URL"] = postgres.database_url(server)
    elif why := postgres.why_unfit(settings.database_url):
        raise SystemExit(why)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")
    import django  # noqa: PLC0415 - it is set up here
    from django.db import connection  # noqa: PLC0415 - it stands on what is set up

    django.setup()
    if not (empty_will_do or "django_migrations" in connection.introspection.table_names()):
        raise SystemExit("There are no tables yet: firsthand migrate makes them.")
    return config.read()
