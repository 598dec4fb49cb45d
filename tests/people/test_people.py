"""Who comes in, who may what, and badges that cannot be made by others."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from firsthand.kit import clock
from firsthand.kit.errors import Invalid
from firsthand.people import actions, rules
from firsthand.people.models import Person
from firsthand.people.rules import Badge, Deed, Role

KEY = b"ours"
VIEWERS = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)


@given(st.integers(0, 2**63 - 1), VIEWERS, st.integers(0, 2**40))
def test_a_badge_is_read_as_it_was_pinned_until_its_time_is_over(
    person_id: int, viewer: str, valid_until: int
) -> None:
    text = rules.pin(Badge(person_id, viewer), valid_until=valid_until, key=KEY)
    assert rules.read(text, now=valid_until - 1, key=KEY) == Badge(person_id, viewer)
    assert rules.read(text, now=valid_until, key=KEY) is None


@given(st.text())
def test_what_is_not_a_badge_is_nobodys(words: str) -> None:
    assert rules.read(words, now=0, key=KEY) is None


def test_a_badge_with_another_name_on_it_is_nobodys() -> None:
    seal = rules.pin(Badge(7, "v"), valid_until=1000, key=KEY).rpartition(".")[2]
    assert rules.read(f"8.v.1000.{seal}", now=0, key=KEY) is None
    forged = rules.pin(Badge(7, "v"), valid_until=1000, key=b"theirs")
    assert rules.read(forged, now=0, key=KEY) is None


@pytest.mark.parametrize(
    ("role", "deed", "allowed"),
    [
        (Role.CUSTOMER, Deed.SHOW_DIRECT, False),
        (Role.HOST, Deed.SHOW_PROMPT, True),
        (Role.HOST, Deed.PRICE_CHANGE, False),
        (Role.DIRECTOR, Deed.PRICE_CHANGE, True),
        (Role.CARE, Deed.ORDER_CARE, True),
        (Role.CARE, Deed.STOCK_RELEASE, False),
        (Role.ADMIN, Deed.PEOPLE_EDIT, True),
    ],
)
def test_roles_allow_their_deeds_and_no_others(role: Role, deed: Deed, allowed: bool) -> None:
    assert rules.may([role.value], deed) is allowed


def test_every_deed_is_somebodys_besides_the_administrator() -> None:
    everyone = [role.value for role in Role if role is not Role.ADMIN]
    assert {deed for deed in Deed if not rules.may(everyone, deed)} == {Deed.PEOPLE_EDIT}


@pytest.mark.django_db
def test_a_guest_gives_a_name_and_an_address_and_cannot_sign_in() -> None:
    guest, address = actions.enter_as_guest(
        name="王小明", phone="138 0013 8000", region="北京市 海淀区", street="西二旗大街 1 号"
    )
    assert guest.is_guest
    assert not guest.has_usable_password()
    assert guest.phone is None  # nobody has shown that it is his
    assert address.phone == "+8613800138000"
    assert actions.default_address(guest.pk) == address


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["", "abc", "110", "+86 1", "9" * 40])
def test_what_is_no_phone_is_refused_and_nobody_is_made(phone: str) -> None:
    with pytest.raises(Invalid):
        actions.enter_as_guest(name="a", phone=phone, region="b", street="c")
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_two_people_cannot_have_one_phone() -> None:
    Person.objects.create_person(phone="+8613800138000")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create_person(phone="+8613800138000")
    Person.objects.create_person()
    Person.objects.create_person()  # while none at all is nobody's


@pytest.mark.django_db
def test_a_token_opens_the_api_until_it_is_revoked_and_is_not_kept() -> None:
    person = actions.join_crew(email="Dora@example.com", name="Dora", role=Role.DIRECTOR)
    token = actions.issue_token(person, "console")
    now = clock.now()
    assert actions.person_of_token(token, now) == person
    assert actions.person_of_token(token + "x", now) is None
    assert not person.tokens.filter(digest__contains=token[3:]).exists()
    person.tokens.update(revoked_at=now)
    assert actions.person_of_token(token, now) is None


@pytest.mark.django_db
def test_one_signs_in_by_email_or_by_phone() -> None:
    person = actions.join_crew(
        email="dora@example.com", name="Dora", role=Role.DIRECTOR, password="long enough to keep"
    )
    person.phone = "+8613800138000"
    person.save()
    for login in ("dora@example.com", "138 0013 8000"):
        client = Client()
        client.post("/door/login/", {"login": login, "password": "long enough to keep"})
        assert client.session.get("_auth_user_id") == str(person.pk), login


@pytest.mark.django_db
def test_the_office_opens_to_the_crew_alone() -> None:
    customer = Person.objects.create_person(roles=["customer"])
    director = actions.join_crew(email="d@example.com", name="D", role=Role.DIRECTOR)
    client = Client()
    client.force_login(customer)
    assert client.get("/office/").status_code == 302
    client.force_login(director)
    assert client.get("/office/").status_code == 200
    assert client.get("/office/people/person/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_two_addresses_given_at_once_one_is_the_default() -> None:
    person = Person.objects.create_person(name="王小明")
    gate = threading.Barrier(4)
    faults: list[IntegrityError] = []

    def give(street: str) -> None:
        try:
            gate.wait(10)
            with transaction.atomic():
                actions.add_address(
                    person, recipient="王", phone="+8613800138000", region="北京", street=street
                )
        except IntegrityError as fault:
            faults.append(fault)
        finally:
            connection.close()

    givers = [threading.Thread(target=give, args=[str(n)]) for n in range(4)]
    for giver in givers:
        giver.start()
    for giver in givers:
        giver.join()
    assert faults == []
    assert person.addresses.count() == 4
    assert person.addresses.filter(is_default=True).count() == 1
