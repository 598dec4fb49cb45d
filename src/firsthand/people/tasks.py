"""What the worker does about people: it forgets the visits that are over."""

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from procrastinate.contrib.django import app

from firsthand.kit.clock import now
from firsthand.people.actions import forget_devices


@app.periodic(cron="23 4 * * *")
@app.task(name="people.forget_visits", queueing_lock="people.forget_visits")
def forget_visits(timestamp: int = 0) -> None:
    """Every night: sessions that have ended (each visitor of a room leaves one), and devices."""
    SessionStore.clear_expired()
    with transaction.atomic():
        forget_devices(now())
