"""Who may do what, and the badge that says who someone is. Pure.

A badge is a short proof, checked without asking the database:

    <person id>.<viewer>.<epoch>.<valid until, seconds since 1970>.<seal over the four>

A page that knows the person (it has his session) pins a badge on him; the live engine
reads it in some microseconds. It is short-lived. A person's epoch goes up when his badges are
taken back: those of an earlier epoch prove nothing to whoever has heard of it. A visitor who
gave no name yet has person id 0 and only the viewer's random name.
"""

import enum
import hmac
import re
from collections.abc import Iterable
from typing import NamedTuple


class Role(enum.StrEnum):
    """What someone is to the maker."""

    CUSTOMER = "customer"
    HOST = "host"
    DIRECTOR = "director"
    MERCHANDISER = "merchandiser"
    PLANNER = "planner"
    CARE = "care"
    ANALYST = "analyst"
    FLOOR = "floor"
    ADMIN = "admin"


class Deed(enum.StrEnum):
    """What not everyone may do."""

    SHOW_DIRECT = "show.direct"
    SHOW_PROMPT = "show.prompt"
    SHOW_EDIT = "show.edit"
    PRICE_CHANGE = "price.change"
    STOCK_RELEASE = "stock.release"
    CATALOGUE_EDIT = "catalogue.edit"
    PLAN_READ = "plan.read"
    PLAN_CHANGE = "plan.change"
    FLOOR_REPORT = "floor.report"
    ORDER_CARE = "order.care"
    REPORT_READ = "report.read"
    PEOPLE_EDIT = "people.edit"


_ALLOWED: dict[Role, frozenset[Deed]] = {
    Role.CUSTOMER: frozenset(),
    Role.HOST: frozenset({Deed.SHOW_PROMPT, Deed.REPORT_READ}),
    Role.DIRECTOR: frozenset(
        {
            Deed.SHOW_DIRECT,
            Deed.SHOW_PROMPT,
            Deed.SHOW_EDIT,
            Deed.PRICE_CHANGE,
            Deed.STOCK_RELEASE,
            Deed.REPORT_READ,
        }
    ),
    Role.MERCHANDISER: frozenset({Deed.CATALOGUE_EDIT, Deed.PRICE_CHANGE, Deed.SHOW_EDIT}),
    Role.PLANNER: frozenset(
        {Deed.PLAN_READ, Deed.PLAN_CHANGE, Deed.FLOOR_REPORT, Deed.STOCK_RELEASE}
    ),
    Role.CARE: frozenset({Deed.ORDER_CARE}),
    Role.ANALYST: frozenset({Deed.REPORT_READ, Deed.PLAN_READ}),
    Role.FLOOR: frozenset({Deed.FLOOR_REPORT}),
    Role.ADMIN: frozenset(Deed),
}
# Who is of the crew, and has nothing to look for in the office: not its costs, nor its people.
_OUTSIDE_THE_OFFICE = frozenset({Role.CUSTOMER, Role.FLOOR})


def may(roles: Iterable[str], deed: Deed) -> bool:
    """Whether any of these roles allows the deed.

    >>> may(["customer", "director"], Deed.SHOW_DIRECT)
    True
    >>> may(["host"], Deed.PRICE_CHANGE)
    False
    """
    return any(deed in _ALLOWED[Role(role)] for role in roles)


def in_the_office(roles: Iterable[str]) -> bool:
    """Whether any of these roles has work in the office.

    >>> in_the_office(["customer", "floor"]), in_the_office(["floor", "planner"])
    (False, True)
    """
    return bool(set(roles) - _OUTSIDE_THE_OFFICE)


class Badge(NamedTuple):
    """Who a viewer is: a person (0: not known yet), and the name of this viewer's browser."""

    person_id: int
    viewer: str
    epoch: int = 0


_VIEWER = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")


def pin(badge: Badge, *, valid_until: int, key: bytes) -> str:
    """A badge as text."""
    if not _VIEWER.match(badge.viewer):
        raise ValueError("a viewer's name is letters, digits, - and _")
    words = f"{badge.person_id}.{badge.viewer}.{badge.epoch}.{valid_until}"
    return f"{words}.{_seal(words, key)}"


def read(text: str, *, now: float, key: bytes) -> Badge | None:
    """Whose badge this is; None if it is forged, spoilt or too old.

    >>> read(pin(Badge(7, "v"), valid_until=1000, key=b"k"), now=999, key=b"k")
    Badge(person_id=7, viewer='v', epoch=0)
    >>> read(pin(Badge(7, "v"), valid_until=1000, key=b"k"), now=1000, key=b"k")
    """
    words, _, seal = text.rpartition(".")
    if not hmac.compare_digest(seal.encode(), _seal(words, key).encode()):
        return None
    person_id, viewer, epoch, valid_until = words.split(".")
    return Badge(int(person_id), viewer, int(epoch)) if now < int(valid_until) else None


def _seal(words: str, key: bytes) -> str:
    return hmac.digest(key, words.encode(), "sha256").hex()
