"""Listing, unlisting and facts: locked, refused in words, told once."""

import pytest

from firsthand.catalogue import actions
from firsthand.catalogue.actions import Said
from firsthand.catalogue.models import AttributeValue, Product
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from tests.catalogue.shop_floor import attribute, category, product, sku

pytestmark = pytest.mark.django_db


def test_a_product_is_listed_once_and_keeps_the_day_it_was_new() -> None:
    hidden = product(category(), is_listed=False)
    sku(hidden)
    assert actions.list_products([hidden.pk]) == [hidden.pk]
    first = Product.objects.get(pk=hidden.pk).listed_at
    assert first is not None
    assert actions.list_products([hidden.pk]) == []
    actions.unlist_products([hidden.pk])
    actions.list_products([hidden.pk])
    assert Product.objects.get(pk=hidden.pk).listed_at == first
    names = [news.name for news in outbox.after("catalogue", 0)]
    assert names == ["products_listed.v1", "products_unlisted.v1", "products_listed.v1"]


def test_a_product_with_nothing_to_buy_is_not_listed() -> None:
    ready = product(category(), is_listed=False)
    sku(ready)
    empty = product(ready.category, is_listed=False)
    sku(empty, is_active=False)
    with pytest.raises(Refusal) as caught:
        actions.list_products([ready.pk, empty.pk])
    assert caught.value.code == "nothing_to_buy"
    assert not Product.objects.filter(is_listed=True).exists()


def test_an_unknown_product_is_refused() -> None:
    with pytest.raises(NotFound):
        actions.unlist_products([999_999])


def test_facts_are_read_as_their_attributes_say_and_an_empty_one_goes() -> None:
    phone = product(category())
    own = sku(phone)
    attribute("battery", "number")
    attribute("glass", "choice")
    actions.set_facts(
        phone.pk,
        [
            Said("battery", "5,200"),
            Said("battery", "6000", sku=own.code),
            Said("glass", "玻璃", "Glass"),
        ],
    )
    facts = AttributeValue.objects.filter(product=phone)
    assert facts.get(attribute__code="battery", sku=None).number == 5200
    assert facts.get(attribute__code="battery", sku=own).number == 6000
    actions.set_facts(phone.pk, [Said("battery", ""), Said("glass", "陶瓷", "Ceramic")])
    assert facts.get(attribute__code="glass").text_en == "Ceramic"
    assert list(facts.filter(attribute__code="battery").values_list("sku", flat=True)) == [own.pk]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said("battery", "much"), "not_a_number"),
        (Said("weight", "1"), "no_such_attribute"),
        (Said("battery", "1", sku="NONE"), "no_such_sku"),
    ],
)
def test_a_fact_that_makes_no_sense_changes_nothing(said: Said, code: str) -> None:
    phone = product(category())
    attribute("battery", "number")
    with pytest.raises(Invalid) as caught:
        actions.set_facts(phone.pk, [Said("battery", "5000"), said])
    assert caught.value.code == code
    assert not AttributeValue.objects.exists()
    assert outbox.last("catalogue") == 0
