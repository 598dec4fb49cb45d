"""An event with tickets, a quota for each, and a key for the API; said as JSON."""

import json
import os
import sys
from datetime import timedelta
from decimal import Decimal

os.environ["DJANGO_SETTINGS_MODULE"] = "pretix.settings"
import django

django.setup()
from django.core.management import call_command
from django.utils.timezone import now
from django_scopes import scopes_disabled
from pretix.base.models import Event, Organizer, Team

call_command("migrate", verbosity=0)
with scopes_disabled():
    maker = Organizer.objects.create(slug="own", name="Maker")
    event = Event.objects.create(
        organizer=maker,
        slug="live",
        name="Launch",
        currency="CNY",
        date_from=now() + timedelta(days=30),
        plugins="pretix.plugins.banktransfer,pretix.plugins.manualpayment",
        live=True,
    )
    event.settings.set("timezone", "UTC")
    event.settings.set("payment_manual__enabled", True)
    crew = Team.objects.create(
        organizer=maker,
        name="crew",
        all_events=True,
        all_event_permissions=True,
        all_organizer_permissions=True,
    )
    made = []
    for n, pieces in enumerate(json.loads(sys.argv[1])):
        ticket = event.items.create(name=f"Phone {n}", default_price=Decimal("199.00"))
        event.quotas.create(name=f"Phone {n}", size=pieces).items.add(ticket)
        made.append(ticket.pk)
    print(json.dumps({"items": made, "token": crew.tokens.create(name="bench").token}))
