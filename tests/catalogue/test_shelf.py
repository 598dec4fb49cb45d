"""Shelves and facets: what fits every pick, and what else there would be."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from firsthand.catalogue import store
from firsthand.catalogue.models import AttributeValue, Product
from firsthand.catalogue.rules import Pick
from tests.catalogue.shop_floor import attribute, category, number, product, sku, words

pytestmark = pytest.mark.django_db


class Phones:
    """Three phones with batteries and glass, on two shelves of one category."""

    def __init__(self) -> None:
        self.all = category("Phones")
        self.flagships, self.budget = (
            category("Flagships", "旗舰", self.all),
            category("Budget", "入门", self.all),
        )
        self.battery = attribute("battery", "number", unit="mAh", position=1)
        self.glass = attribute("glass", "choice", position=2)
        self.lan = product(
            self.flagships, "岚 7", "Lan 7", listed_at=datetime(2026, 9, 1, tzinfo=UTC)
        )
        self.ultra = product(
            self.flagships, "岚 7 Ultra", "Lan 7 Ultra", listed_at=datetime(2026, 10, 1, tzinfo=UTC)
        )
        self.he = product(self.budget, "禾 5", "He 5", listed_at=datetime(2026, 8, 1, tzinfo=UTC))
        for phone, amount in ((self.lan, 5200), (self.ultra, 6000), (self.he, 5200)):
            number(phone, self.battery, amount)
        words(self.lan, self.glass, "玻璃", "Glass")
        words(self.ultra, self.glass, "陶瓷", "Ceramic")
        words(self.he, self.glass, "玻璃", "Glass")


@pytest.fixture
def phones() -> Phones:
    return Phones()


def test_a_shelf_holds_what_lies_below_it_newest_first(phones: Phones) -> None:
    page = store.shelf(phones.all.pk)
    assert page == store.Page((phones.ultra.pk, phones.lan.pk, phones.he.pk), 3)
    assert store.shelf(phones.budget.pk).product_ids == (phones.he.pk,)
    assert store.shelf(phones.all.pk, skip=9).total == 3


def test_without_a_category_the_shelf_is_the_whole_mall(phones: Phones) -> None:
    assert store.shelf(0) == store.shelf(phones.all.pk)


def test_a_shelf_by_name_follows_the_reader(phones: Phones) -> None:
    with translation.override("en"):
        ids = store.shelf(phones.all.pk, sort="name").product_ids
    assert [row.name_en for row in store.products(ids)] == ["He 5", "Lan 7", "Lan 7 Ultra"]


def test_picks_narrow_a_shelf_together(phones: Phones) -> None:
    glass = Pick(phones.glass.pk, ("Glass",))
    large = Pick(phones.battery.pk, (), Decimal(5500), Decimal(9000))
    assert set(store.shelf(phones.all.pk, [glass]).product_ids) == {phones.lan.pk, phones.he.pk}
    assert store.shelf(phones.all.pk, [large]).product_ids == (phones.ultra.pk,)
    assert store.shelf(phones.all.pk, [glass, large]).product_ids == ()
    either = Pick(phones.glass.pk, ("Glass", "Ceramic"))
    assert store.shelf(phones.all.pk, [either]).total == 3


def test_a_facet_counts_what_else_there_would_be(phones: Phones) -> None:
    facets = {facet.code: facet for facet in store.facets(phones.all.pk)}
    battery = facets["battery"]
    assert (battery.low, battery.high) == (Decimal(5200), Decimal(6000))
    assert [(value.key, value.products) for value in battery.values] == [("5200", 2), ("6000", 1)]
    picked = {
        facet.code: {value.key: value.products for value in facet.values}
        for facet in store.facets(phones.all.pk, [Pick(phones.glass.pk, ("Ceramic",))])
    }
    assert picked["battery"] == {"6000": 1}, "other facets are narrowed by the pick"
    assert picked["glass"] == {"Glass": 2, "Ceramic": 1}, "its own is not"


def test_a_product_is_counted_once_however_many_of_its_skus_say_so(phones: Phones) -> None:
    storage = attribute("storage", "number")
    for _ in range(3):
        number(phones.lan, storage, 256, on=sku(phones.lan))
    [facet] = [facet for facet in store.facets(phones.all.pk) if facet.code == "storage"]
    assert [value.products for value in facet.values] == [1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(some.data())
def test_a_count_beside_a_value_is_what_picking_it_would_show(
    phones: Phones, data: some.DataObject
) -> None:
    values = {"glass": ["Glass", "Ceramic"], "battery": ["5200", "6000"]}
    chosen = data.draw(some.sets(some.sampled_from(["glass", "battery"])))
    picks = []
    for code in sorted(chosen):
        what, value = getattr(phones, code), data.draw(some.sampled_from(values[code]))
        exact = Decimal(value) if code == "battery" else None
        picks.append(Pick(what.pk, () if exact else (value,), exact, exact))
    for facet in store.facets(phones.all.pk, picks):
        others = [pick for pick in picks if pick.attribute_id != facet.attribute_id]
        for there in facet.values:
            as_words = (there.text_en,) if there.number is None else ()
            pick = Pick(facet.attribute_id, as_words, there.number, there.number)
            assert store.shelf(phones.all.pk, [*others, pick]).total == there.products


def test_products_come_with_their_skus_in_few_statements(
    phones: Phones, django_assert_num_queries: object
) -> None:
    for phone in (phones.lan, phones.ultra, phones.he):
        sku(phone)
    ids = store.shelf(phones.all.pk).product_ids
    with django_assert_num_queries(3):  # type: ignore[operator]
        found = store.products(ids)
        assert [len(phone.skus.all()) for phone in found] == [1, 1, 1]
        assert [phone.category.name_en for phone in found] == ["Flagships", "Flagships", "Budget"]
    assert [phone.pk for phone in found] == list(ids)


def test_a_fact_of_a_sku_is_a_fact_of_its_own_product(phones: Phones) -> None:
    stranger = sku(phones.he)
    number(phones.lan, phones.battery, 1, on=stranger)
    with pytest.raises(IntegrityError):
        connection.check_constraints()  # as a commit does


def test_a_flag_reads_as_a_word(phones: Phones) -> None:
    nfc = attribute("nfc", "flag")
    number(phones.lan, nfc, 1)
    fact = AttributeValue.objects.get(attribute=nfc)
    with translation.override("en"):
        assert fact.text == "yes"
    assert Product.objects.filter(facts__attribute=nfc).get() == phones.lan
