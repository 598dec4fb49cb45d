"""What the worker does about people: it forgets the visits that are over."""

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app


@app.periodic(cron="23 4 * * *")
@app.task(name="people.forget_visits", queueing_lock="people.forget_visits")
def forget_visits(timestamp: int = 0) -> None:
    """Every night: sessions that have ended. Each visitor of a room leaves one."""
    SessionStore.clear_expired()
