"""Every page of the office, asked by those who have no business there."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from firsthand.people.models import Person
from firsthand.people.rules import Role

pytestmark = pytest.mark.django_db

PAGES = [
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
    for model in admin.site._registry
    for page in ("changelist", "add")
]


def somebody(role: Role) -> Client:
    """A browser of somebody with that role."""
    client = Client()
    person = Person.objects.create_person(name=role, roles=[role.value])
    client.force_login(person, backend="firsthand.people.backends.RoleBackend")
    return client


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_and_a_customer_are_led_to_the_door(method: str) -> None:
    for client in (Client(), somebody(Role.CUSTOMER)):
        for page in PAGES:
            answer = getattr(client, method)(page)
            assert answer.status_code == 302, page
            assert "/login/" in answer["Location"], page


def test_only_an_administrator_sees_payments_keys_and_people() -> None:
    kept = [page for page in PAGES if page.startswith(("/office/pay/", "/office/people/"))]
    assert len(kept) >= 8
    for role in Role:
        if role in (Role.ADMIN, Role.CUSTOMER):
            continue
        client = somebody(role)
        # Whoever works on the floor is no more let into the office than a customer.
        refused = 302 if role is Role.FLOOR else 403
        for page in kept:
            assert client.get(page).status_code == refused, (role, page)
    seen: Any = somebody(Role.ADMIN).get(reverse("admin:people_person_changelist"))
    assert seen.status_code == 200
