"""What can be done about people: come in as a guest, get a key to the API, join the crew."""

import hashlib
import secrets
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.kit import clock
from firsthand.kit.errors import Invalid, NotFound
from firsthand.people.door import as_e164
from firsthand.people.models import Address, ApiToken, Person
from firsthand.people.rules import Role

TOKEN_PREFIX = "fh_"  # noqa: S105 - by which a lost token is known as ours
ADDRESSES_MAX = 20


def enter_as_guest(*, name: str, phone: str, region: str, street: str) -> tuple[Person, Address]:
    """Somebody who buys without an account: a person with a name and an address, no password.

    His phone is kept with the address alone. It is not his way to sign in, for nobody has
    shown yet that it is his; so a stranger's number can be neither taken nor found out.
    """
    try:
        number = as_e164(phone)
    except ValueError:
        raise Invalid("not_a_phone", _("Please give a phone number.")) from None
    if not name.strip() or not region.strip() or not street.strip():
        raise Invalid("address_incomplete", _("Please give a name and a whole address."))
    person = Person.objects.create_person(
        name=name.strip()[:60], roles=[Role.CUSTOMER.value], is_guest=True
    )
    return person, add_address(person, recipient=name, phone=number, region=region, street=street)


def add_address(person: Person, *, recipient: str, phone: str, region: str, street: str) -> Address:
    """A new address, which becomes the one that is used when nothing else is said."""
    # His row is the lock: two at once would both be the default, and the table says no.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.addresses.count() >= ADDRESSES_MAX:
        raise Invalid("too_many_addresses", _("That is one address too many."))
    person.addresses.filter(is_default=True).update(is_default=False)
    return Address.objects.create(
        person=person,
        recipient=recipient.strip()[:60],
        phone=phone,
        region=region.strip()[:120],
        street=street.strip()[:200],
        is_default=True,
    )


def default_address(person_id: int) -> Address | None:
    """Where a person's parcels go when nothing else is said."""
    return Address.objects.filter(person_id=person_id, is_default=True).first()


def issue_token(person: Person, name: str) -> str:
    """A key to the API for one program. It is shown this once; only its digest is kept."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(person=person, name=name, digest=digest_of(token))
    return token


def digest_of(token: str) -> str:
    """What is kept of a token. It is random and long, so that one round of hashing will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def person_of_token(token: str, now: datetime) -> Person | None:
    """Whose token it is; None if it is nobody's, or was revoked."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    found = (
        ApiToken.objects.select_related("person")
        .filter(digest=digest_of(token), revoked_at=None, person__is_active=True)
        .first()
    )
    if found is None:
        return None
    if found.last_used_at is None or (now - found.last_used_at).total_seconds() > 60:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found.person


def revoke_token(person: Person, token_id: int) -> None:
    """One of a person's own keys is worth nothing from now on."""
    tokens = ApiToken.objects.filter(pk=token_id, person=person, revoked_at=None)
    if not tokens.update(revoked_at=clock.now()):
        raise NotFound("no_such_token", _("There is no such key."))


def join_crew(*, email: str, name: str, role: Role, password: str | None = None) -> Person:
    """Somebody of the maker's own; one who is there already gets the role besides."""
    person = Person.objects.filter(email=email.lower()).first()
    if person is None:
        return Person.objects.create_person(
            email=email, name=name, roles=[role.value], password=password
        )
    if role.value not in person.roles:
        person.roles = [*person.roles, role.value]
        person.save(update_fields=["roles"])
    return person
