"""Guests: a name, a phone, an address; the session is theirs, and so is the badge."""

import re
from typing import Any

import pytest
from django.test import Client

from firsthand.faces.shop import guests
from firsthand.kit.pace import Buckets, Pace
from firsthand.people.badge import read_badge
from firsthand.people.models import Person
from tests.faces.shop.test_buying import GUEST


def token(visitor: Client) -> str:
    """The token of the guest's form."""
    text = visitor.get("/guest/?next=/shows/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def test_a_guest_goes_back_to_where_he_came_from(visitor: Client, db: None) -> None:
    sent = {**GUEST, "csrfmiddlewaretoken": token(visitor), "next": "/shows/launch/"}
    answer = visitor.post("/guest/", sent)
    assert answer["Location"] == "/shows/launch/"
    assert Person.objects.get().is_guest


def test_nobody_is_sent_to_another_house(visitor: Client, db: None) -> None:
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        browser = Client(enforce_csrf_checks=True)
        sent = {**GUEST, "csrfmiddlewaretoken": token(browser), "next": elsewhere}
        assert browser.post("/guest/", sent)["Location"] == "/"


def test_a_script_of_ours_gets_the_new_badge(visitor: Client, db: None) -> None:
    answer = visitor.post(
        "/guest/",
        {**GUEST, "csrfmiddlewaretoken": token(visitor)},
        headers={"Accept": "application/json"},
    )
    badge = read_badge(answer.json()["badge"])
    assert badge is not None
    assert badge.person_id == Person.objects.get().pk
    assert badge.viewer == visitor.session["viewer"]


def test_a_script_is_told_what_was_wrong_by_field(visitor: Client, db: None) -> None:
    sent = {**GUEST, "phone": "12", "csrfmiddlewaretoken": token(visitor)}
    answer = visitor.post("/guest/", sent, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["fields"]) == ["phone"]
    assert not Person.objects.exists()


def test_a_second_address_belongs_to_the_same_guest(visitor: Client, db: None) -> None:
    visitor.post("/guest/", {**GUEST, "csrfmiddlewaretoken": token(visitor)})
    again = {**GUEST, "street": "后海大道 1 号", "csrfmiddlewaretoken": token(visitor)}
    visitor.post("/guest/", again)
    assert Person.objects.count() == 1
    assert Person.objects.get().addresses.get(is_default=True).street == "后海大道 1 号"


def test_the_name_of_the_browser_survives_the_greeting(visitor: Client, db: None) -> None:
    first = visitor.post(
        "/guest/",
        {**GUEST, "csrfmiddlewaretoken": token(visitor)},
        headers={"Accept": "application/json"},
    )
    viewer = read_badge(first.json()["badge"])
    second = visitor.post(
        "/guest/",
        {**GUEST, "csrfmiddlewaretoken": token(visitor)},
        headers={"Accept": "application/json"},
    )
    assert read_badge(second.json()["badge"]) == viewer


def test_an_address_that_brings_guests_by_the_dozen_is_told_to_wait(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "guests_came", Buckets(Pace(2, 0.001)))

    def come(address: str, **words: str) -> Any:
        return Client(headers={"x-forwarded-for": address, **words}).post("/guest/", GUEST)

    assert [come("203.0.113.7").status_code for _ in range(4)] == [302, 302, 429, 429]
    assert come("203.0.113.7", accept="application/json").json()["code"] == "too_many_guests"
    assert Person.objects.count() == 2
    assert come("198.51.100.9").status_code == 302, "others are not held up"
    assert [come("127.0.0.1").status_code for _ in range(4)] == [302] * 4, "we may rehearse"


def test_who_is_known_already_is_no_new_guest(
    visitor: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "guests_came", Buckets(Pace(1, 0.001)))
    for _ in range(3):
        sent = {**GUEST, "csrfmiddlewaretoken": token(visitor)}
        came = visitor.post("/guest/", sent, headers={"x-forwarded-for": "203.0.113.7"})
        assert came.status_code == 302
