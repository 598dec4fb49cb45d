"""Roles, in Django's words: which permission of the office follows from which deed.

Django asks ``app.verb_model``; we decide by role. So there is one place that says who may
do what, and no table of permissions that could say something else.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from firsthand.people.rules import Deed, Role, may

if TYPE_CHECKING:
    from firsthand.people.models import Person

# Whoever may do the deed may add, change and delete what belongs to these apps.
_WRITES = {
    "catalogue": Deed.CATALOGUE_EDIT,
    "price": Deed.PRICE_CHANGE,
    "factory": Deed.PLAN_CHANGE,
    "promise": Deed.PLAN_CHANGE,
    "offer": Deed.STOCK_RELEASE,
    "order": Deed.ORDER_CARE,
    "show": Deed.SHOW_EDIT,
    "people": Deed.PEOPLE_EDIT,
}
# What everyone on the staff may look at; the rest only its own people.
_OPEN = frozenset({"catalogue", "stock", "factory", "price", "promise", "offer", "show"})


def has_permission(person: "Person", permission: str) -> bool:
    """Whether a person's roles give him one of Django's permissions."""
    if not person.is_staff:
        return False
    if person.is_superuser:
        return True
    app, _, verb = permission.partition(".")
    deed = _WRITES.get(app)
    if verb.startswith("view_") and app in _OPEN:
        return True
    return deed is not None and may(person.roles, deed)


class RoleBackend(BaseBackend):
    """Answers for permissions; it lets nobody in (allauth's backend does that)."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody is let in here."""

    def get_user(self, user_id: int) -> "Person | None":
        """The person of a session."""
        from firsthand.people.models import Person  # noqa: PLC0415 - models are not ready above

        return Person.objects.filter(pk=user_id, is_active=True).first()


__all__ = ["Role", "RoleBackend", "has_permission"]
