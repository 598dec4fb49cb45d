"""Every address of the works, asked by those who have no business there."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern

from firsthand.faces.works.urls import urlpatterns
from firsthand.people.models import Person
from firsthand.people.rules import Role

pytestmark = pytest.mark.django_db


def somebody(*roles: Role) -> Client:
    """A browser of somebody with these roles, who reads English."""
    person = Person.objects.create_person(name="N", roles=[role.value for role in roles])
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="firsthand.people.backends.RoleBackend")
    return client


def addresses() -> list[str]:
    """Every address of the works."""
    found = []
    for one in urlpatterns:
        assert isinstance(one, URLPattern)
        path = re.sub(r"<int:\w+>", "1", str(one.pattern))
        found.append("/works/" + re.sub(r"<(str|slug):\w+>", "x", path))
    assert found
    return found


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_led_to_the_door_and_a_script_is_told_so(method: str) -> None:
    nobody = Client()
    for address in addresses():
        answer = getattr(nobody, method)(address)
        if answer.status_code != 405:
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/door/login/"), address
            script = getattr(nobody, method)(address, headers={"accept": "application/json"})
            assert (script.status_code, script.json()["code"]) == (401, "signed_out"), address


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_customer_is_refused_everywhere(method: str) -> None:
    client = somebody(Role.CUSTOMER)
    for address in addresses():
        assert getattr(client, method)(address).status_code in (403, 405), address


def test_the_board_is_for_who_may_read_plans() -> None:
    assert somebody(Role.PLANNER).get("/works/").status_code == 200
    assert somebody(Role.ANALYST).get("/works/").status_code == 200
    assert somebody(Role.HOST).get("/works/").status_code == 403


def test_who_may_read_plans_is_led_there() -> None:
    for page in ("/me/", "/studio/"):
        assert 'href="/works/"' in somebody(Role.PLANNER).get(page).content.decode()
        assert 'href="/works/"' not in somebody(Role.HOST).get(page).content.decode()
