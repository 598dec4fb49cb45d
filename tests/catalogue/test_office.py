"""The catalogue's pages in the office: they open, and what they are told is held to the rules."""

from typing import Any

import pytest
from django.test import Client

from firsthand.catalogue.admin import CategoryForm, FactForm
from firsthand.catalogue.models import AttributeValue, Product
from firsthand.kit import outbox
from firsthand.people.models import Person
from tests.catalogue.shop_floor import attribute, category, number, product, sku

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, settings: Any) -> Client:
    """A merchandiser in the office."""
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(
        Person.objects.create_person(name="M", roles=["merchandiser"]),
        backend="firsthand.people.backends.RoleBackend",
    )
    return client


@pytest.mark.parametrize("page", ["category", "product", "sku", "attribute"])
def test_every_list_opens_and_searches(office: Client, page: str) -> None:
    sku(product(category("Robots", "扫地机器人", category("Home", "家居"))))
    attribute("battery", "number")
    for query in ("", "?q=扫地"):
        assert office.get(f"/office/catalogue/{page}/{query}").status_code == 200


def test_a_product_opens_with_its_skus_facts_and_pictures(office: Client) -> None:
    phone = product(category())
    number(phone, attribute("battery", "number"), 5200, on=sku(phone))
    stranger = sku(product(category()))
    page = office.get(f"/office/catalogue/product/{phone.pk}/change/").content.decode()
    assert "5200" in page
    assert stranger.code not in page, "only the product's own SKUs can be chosen for a fact"
    assert office.get("/office/catalogue/product/add/").status_code == 200


def test_the_list_shows_where_a_category_hangs(office: Client) -> None:
    category("Robots", "扫地机器人", category("Home", "家居"))
    page = office.get("/office/catalogue/category/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert "家居 › 扫地机器人" in page.content.decode()


def test_products_are_listed_and_unlisted_by_the_actions(office: Client) -> None:
    ready = product(category(), is_listed=False)
    sku(ready)
    empty = product(ready.category, is_listed=False)

    def do(deed: str, *chosen: Product) -> None:
        ids = [one.pk for one in chosen]
        office.post("/office/catalogue/product/", {"action": deed, "_selected_action": ids})

    do("list_them", ready, empty)
    assert not Product.objects.filter(is_listed=True).exists(), "all of them, or none"
    do("list_them", ready)
    assert list(Product.objects.filter(is_listed=True)) == [ready]
    do("unlist_them", ready)
    assert [news.name for news in outbox.after("catalogue", 0)] == [
        "products_listed.v1",
        "products_unlisted.v1",
    ]


def test_the_form_keeps_the_tree_a_tree() -> None:
    home = category("Home", "家居")
    robots = category("Robots", "扫地机器人", home)
    words = {"name_zh": "家居", "name_en": "Home", "slug": home.slug, "position": 0}
    form = CategoryForm({**words, "parent": robots.pk}, instance=home)
    assert not form.is_valid()
    assert set(form.errors) == {"parent"}
    assert CategoryForm({**words, "parent": ""}, instance=home).is_valid()


@pytest.mark.parametrize(
    ("kind", "said", "is_good"),
    [
        ("number", {"number": "5200"}, True),
        ("number", {"text_zh": "很多", "text_en": "many"}, False),
        ("choice", {"text_zh": "玻璃", "text_en": "Glass"}, True),
        ("choice", {"text_zh": "玻璃"}, False),
        ("flag", {"number": "1"}, True),
        ("flag", {"number": "7"}, False),
        ("flag", {"text_zh": "是"}, True),
    ],
)
def test_a_fact_is_what_its_kind_says(kind: str, said: dict[str, str], is_good: bool) -> None:
    phone = product(category())
    form = FactForm(
        {"attribute": attribute("a", kind).pk, **said}, instance=AttributeValue(product=phone)
    )
    assert form.is_valid() == is_good, form.errors


def test_nobody_without_the_deed_changes_the_catalogue(client: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(
        Person.objects.create_person(name="P", roles=["planner"]),
        backend="firsthand.people.backends.RoleBackend",
    )
    phone = product(category())
    assert client.get(f"/office/catalogue/product/{phone.pk}/change/").status_code == 200
    assert client.post(f"/office/catalogue/product/{phone.pk}/change/", {}).status_code == 403
    assert client.get("/office/catalogue/product/add/").status_code == 403
