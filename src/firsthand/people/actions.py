"""What can be done about people: come in as a guest, get a key to the API, join the crew."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from firsthand.kit import clock
from firsthand.kit.errors import Invalid, NotFound, TooOften
from firsthand.people.badge import BADGE_SECONDS, pin_badge
from firsthand.people.door import as_e164
from firsthand.people.models import Address, ApiToken, BadgeEpoch, Device, Person
from firsthand.people.rules import Role

TOKEN_PREFIX = "fh_"  # noqa: S105 - by which a lost token is known as ours
ADDRESSES_MAX = 20
DAY = timedelta(days=1)
FRESH = timedelta(hours=1)  # so long a device need not be written down anew
CLOCKS_APART_SECONDS = 600  # the clocks of two machines, at most


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


def issue_badge(person_id: int, viewer: str, now: datetime) -> str:
    """A badge for someone whose session we have just seen, at the browser VIEWER.

    A visitor without a name may only watch; he is counted nowhere.
    """
    if not person_id:
        return pin_badge(0, viewer)
    come_with(person_id, viewer, now)
    return pin_badge(person_id, viewer, epoch_of(person_id))


def come_with(person_id: int, viewer: str, now: datetime) -> None:
    """Note that somebody comes with the browser VIEWER.

    So many people may do so within a day; whoever is one more is refused, and nothing is written.
    """
    here = Device.objects.filter(viewer=viewer, seen_at__gt=now - DAY)
    seen_at = here.filter(person_id=person_id).values_list("seen_at", flat=True).first()
    if seen_at is not None and now - seen_at < FRESH:
        return
    _lock_device(viewer)
    if here.exclude(person_id=person_id).count() >= settings.DEVICE_PEOPLE_MAX:
        raise too_many_people()
    Device.objects.update_or_create(viewer=viewer, person_id=person_id, defaults={"seen_at": now})


def too_many_people() -> TooOften:
    """One browser brings one person more than it may."""
    return TooOften(
        "too_many_people",
        _("Too many people have come with this browser today. Please use another one."),
        retry_after_seconds=int(DAY.total_seconds()),
    )


def _lock_device(viewer: str) -> None:
    # Two who come at once would each not see the other.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [viewer])


def epoch_of(person_id: int) -> int:
    """The epoch of a person's badges."""
    found = BadgeEpoch.objects.filter(pk=person_id).values_list("epoch", flat=True).first()
    return found or 0


def badges_taken_back(now: datetime) -> dict[int, int]:
    """The people of whom badges were taken back that would still hold, with the present epoch."""
    since = now - timedelta(seconds=BADGE_SECONDS + CLOCKS_APART_SECONDS)
    return dict(BadgeEpoch.objects.filter(since__gt=since).values_list("person_id", "epoch"))


def sign_out_everywhere(person: Person) -> None:
    """End all of a person's sessions, and take his badges back."""
    Person.objects.filter(pk=person.pk).update(times_signed_out=F("times_signed_out") + 1)


def forget_devices(now: datetime) -> int:
    """Forget who came with which browser, once it counts no more."""
    forgotten, _by_table = Device.objects.filter(seen_at__lt=now - 2 * DAY).delete()
    return forgotten


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
