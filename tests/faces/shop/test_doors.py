"""The doors: signing up, signing in, and what keeps an account safe, in the mall's own clothes."""

import re

import pytest
from django.test import Client

from firsthand.kit import metrics
from firsthand.people.actions import join_crew
from firsthand.people.models import Person
from firsthand.people.rules import Role
from tests.faces.shop.conftest import CHINESE, ENGLISH

SECRET = "long enough to keep"


def enter(browser: Client, login: str) -> bool:
    """Sign in; whether the door opened."""
    browser.post("/door/login/", {"login": login, "password": SECRET})
    return "_auth_user_id" in browser.session


@pytest.fixture
def customer(db: None) -> Client:
    """Somebody who is signed in by a password."""
    Person.objects.create_person(
        email="dora@example.com", phone="+8613800138000", name="Dora", password=SECRET,
        roles=["customer"],
    )  # fmt: skip
    browser = Client()
    assert enter(browser, "dora@example.com")
    return browser


def test_the_crew_come_in_by_e_mail_and_need_no_phone(db: None) -> None:
    join_crew(email="host@example.com", name="林一", role=Role.HOST, password=SECRET)
    assert enter(Client(), "host@example.com")


def test_somebody_new_signs_up_by_phone_and_is_in(db: None) -> None:
    browser = Client()
    browser.post("/door/signup/", {"phone": "138 0013 8001", "password1": SECRET})
    assert Person.objects.get().phone == "+8613800138001"
    assert "_auth_user_id" in browser.session


@pytest.mark.parametrize("taken", ["138 0013 8000", "+86 13800138000"])
def test_who_signs_up_with_a_phone_that_is_taken_is_told_so(taken: str, customer: Client) -> None:
    said = {"phone": taken, "password1": SECRET}
    answer = Client().post("/door/signup/", said, headers=ENGLISH)
    assert answer.status_code == 200, "no page that waits for a code which nobody sends"
    assert 'role="alert"' in answer.content.decode()
    assert Person.objects.count() == 1


def test_a_wrong_password_is_said_beside_the_form_and_names_nobody(customer: Client) -> None:
    said = set()
    for login in ("dora@example.com", "nobody@example.com"):
        answer = Client().post("/door/login/", {"login": login, "password": "x"}, headers=ENGLISH)
        said.update(re.findall(r'role="alert">.*?<span>(.*?)</span>', answer.content.decode()))
    assert len(said) == 1


def test_wrong_passwords_of_one_address_do_not_shut_the_door_for_another(db: None) -> None:
    join_crew(email="host@example.com", name="林一", role=Role.HOST, password=SECRET)

    def knock(address: str, login: str, password: str) -> Client:
        browser = Client(headers={"x-forwarded-for": address})
        browser.post("/door/login/", {"login": login, "password": password})
        return browser

    for number in range(12):
        knock("203.0.113.7", f"nobody-{number}@example.com", "x")
    shut = knock("203.0.113.7", "host@example.com", SECRET)
    assert "_auth_user_id" not in shut.session, "ten wrong ones were this address's last"
    pretending = knock("198.51.100.9, 203.0.113.7", "host@example.com", SECRET)
    assert "_auth_user_id" not in pretending.session, "what a client says of itself does not count"
    assert "_auth_user_id" in knock("198.51.100.9", "host@example.com", SECRET).session


@pytest.mark.parametrize(
    "page",
    [
        "/door/2fa/",
        "/door/password/change/",
        "/door/email/",
        "/me/",
    ],
)
def test_the_rooms_behind_the_door_wear_the_house_s_clothes(page: str, customer: Client) -> None:
    answer = customer.get(page, headers=CHINESE)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "look/house.css" in text
    assert "shop/shop.css" in text
    for tag in re.findall(r"<script([^>]*)>", text):
        assert "src=" in tag or "application/json" in tag


def test_no_page_promises_a_code_that_nobody_sends(customer: Client) -> None:
    assert customer.get("/door/phone/change/").status_code == 404
    assert customer.post("/door/phone/change/", {"phone": "13800138009"}).status_code == 404


def test_who_forgot_a_password_is_not_told_who_else_is_here(customer: Client) -> None:
    for address in ("dora@example.com", "nobody@example.com"):
        answer = Client().post("/door/password/reset/", {"email": address})
        assert (answer.status_code, answer["location"]) == (302, "/door/password/reset/done/")


def test_to_be_asked_for_the_password_again_is_no_fault_of_ours(db: None) -> None:
    join_crew(email="host@example.com", name="林一", role=Role.HOST, password=SECRET)
    browser, faults = Client(), metrics.faults.labels(where="page")
    browser.force_login(Person.objects.get(), backend="firsthand.people.backends.RoleBackend")
    before = faults._value.get()
    answer = browser.get("/door/2fa/totp/activate/")
    assert answer.status_code == 302
    assert answer["location"].startswith("/door/reauthenticate/")
    assert faults._value.get() == before


def test_who_signed_in_is_called_by_name(customer: Client) -> None:
    assert "Dora" in customer.get("/me/").content.decode()


def test_only_the_crew_is_shown_the_way_to_the_studio(customer: Client) -> None:
    assert 'href="/studio/"' not in customer.get("/me/").content.decode()
    join_crew(email="host@example.com", name="林一", role=Role.HOST, password=SECRET)
    crew = Client()
    enter(crew, "host@example.com")
    assert 'href="/studio/"' in crew.get("/me/").content.decode()
