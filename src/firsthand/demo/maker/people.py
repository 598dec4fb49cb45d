"""The maker's own people: who hosts, directs, plans and answers. Their names are invented.

They come without passwords, and whoever opens the demo gives them one: a password that stood
here would be everybody's.
"""

from firsthand.demo.maker.reading import Staff, files
from firsthand.people.models import Person
from firsthand.people.rules import Role


def crew(*, password: str | None = None) -> dict[str, str]:
    """The crew, made where they are not there yet; their e-mail addresses by role.

    With a PASSWORD, all of them have it from now on; without, nobody's is changed. The host
    by whom a role is named is the founder; the other hosts are there all the same.
    """
    house = files().house
    addresses: dict[str, str] = {}
    for member in house.staff:
        person = _person(member, f"{member.mailbox}@{house.domain}")
        if password is not None and not person.check_password(password):
            person.set_password(password)
            person.save(update_fields=["password"])
        addresses.setdefault(member.role, person.email or "")
    return addresses


def find(mailbox: str) -> Person:
    """One of the crew, by his mailbox."""
    return Person.objects.get(email=f"{mailbox}@{files().house.domain}")


def _person(member: Staff, email: str) -> Person:
    person = Person.objects.filter(email=email).first()
    if person is not None:
        return person
    return Person.objects.create_person(
        email=email,
        name=member.name,
        title_zh=member.title.zh,
        title_en=member.title.en,
        roles=[Role(member.role).value],
    )
