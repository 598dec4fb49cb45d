"""Whom a session belongs to, in Django's words; what he may do follows from his roles."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from firsthand.people.models import Person


class RoleBackend(BaseBackend):
    """Knows people by their sessions; it lets nobody in (allauth's backend does that)."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody is let in here."""

    def get_user(self, user_id: int) -> Person | None:
        """The person of a session."""
        return Person.objects.filter(pk=user_id, is_active=True).first()
