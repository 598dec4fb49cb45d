"""Roles, in Django's words: which permission of the office follows from which deed. Pure.

Django asks ``app.verb_model``; we decide by role. So there is one place that says who may
do what, and no table of permissions that could say something else.
"""

from collections.abc import Collection

from firsthand.people.rules import Deed, Role, may

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


def permits(roles: Collection[str], permission: str) -> bool:
    """Whether roles of the crew give one of Django's permissions.

    >>> permits(["analyst"], "catalogue.view_product")
    True
    >>> permits(["analyst"], "catalogue.change_product")
    False
    """
    if Role.ADMIN in roles:
        return True
    app, _, verb = permission.partition(".")
    deed = _WRITES.get(app)
    if verb.startswith("view_") and app in _OPEN:
        return True
    return deed is not None and may(roles, deed)
