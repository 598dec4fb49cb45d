"""Every address of the studio, asked by those who have no business there."""

import re

import pytest
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.test import Client
from django.urls import URLPattern

from firsthand.faces.studio.urls import urlpatterns
from firsthand.people.models import Person
from firsthand.people.rules import Role
from firsthand.show.models import Show
from tests import shop
from tests.faces.studio.stage import Stage, a_stage, browser, crew

pytestmark = pytest.mark.django_db

METHODS = ("get", "post")


def addresses(show: Show) -> list[str]:
    """Every address of the studio, of a show that is there."""
    found = []
    for one in urlpatterns:
        assert isinstance(one, URLPattern)
        path = re.sub(r"<int:show_id>", str(show.pk), str(one.pattern))
        found.append("/studio/" + re.sub(r"<int:\w+>", "1", path))
    assert len(found) >= 40
    return found


@pytest.fixture
def stage() -> Stage:
    return a_stage()


@pytest.mark.parametrize("method", METHODS)
def test_a_visitor_is_led_to_the_door_and_a_script_is_told_so(stage: Stage, method: str) -> None:
    nobody = Client()
    for address in addresses(stage.show):
        answer = getattr(nobody, method)(address)
        if answer.status_code != 405:
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/door/login/"), address
            assert f"{REDIRECT_FIELD_NAME}=/studio/" in answer["Location"], address
            script = getattr(nobody, method)(address, headers={"accept": "application/json"})
            assert (script.status_code, script.json()["code"]) == (401, "signed_out"), address
    unchanged(stage)


@pytest.mark.parametrize("method", METHODS)
def test_a_customer_is_refused_everywhere(stage: Stage, method: str) -> None:
    guest = Person.objects.create_person(name="G", roles=[Role.CUSTOMER.value], is_guest=True)
    for person in (crew(Role.CUSTOMER), guest, Person.objects.create_person(name="N", roles=[])):
        client = browser(person)
        for address in addresses(stage.show):
            answer = getattr(client, method)(address)
            assert answer.status_code in (403, 405), (address, answer.status_code)
    unchanged(stage)


@pytest.mark.parametrize("method", METHODS)
def test_whoever_left_the_crew_is_nobody(stage: Stage, method: str) -> None:
    client = browser(stage.director)
    Person.objects.filter(pk=stage.director.pk).update(is_active=False)
    for address in addresses(stage.show):
        answer = getattr(client, method)(address)
        assert answer.status_code in (302, 405), (address, answer.status_code)
    unchanged(stage)


def test_a_post_without_the_pages_token_changes_nothing(stage: Stage) -> None:
    client = browser(stage.director, checks_csrf=True)
    for address in addresses(stage.show):
        assert client.post(address).status_code in (403, 405), address
    unchanged(stage)


def unchanged(stage: Stage) -> None:
    """The show is as it was, and so are its offers."""
    stage.show.refresh_from_db()
    assert stage.show.state == Show.State.DRAFT
    assert stage.show.segments.count() == 3
    assert stage.lamp.state == "open"
    shop.assert_the_books_agree()
