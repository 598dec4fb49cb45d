"""The range: how much there is, that its words are whole, and that a seed is a maker."""

import re
from dataclasses import asdict
from decimal import Decimal
from hashlib import sha256

import pytest

from firsthand.catalogue.rules import Kind, look_at_tree
from firsthand.catalogue.spreadsheet import sheets
from firsthand.demo.maker.design import Product, design, products_max, slug_of
from firsthand.demo.maker.reading import Files, Words, files
from firsthand.show.claims import needs_proof


@pytest.fixture(scope="module")
def known() -> Files:
    return files()


@pytest.fixture(scope="module")
def products(known: Files) -> list[Product]:
    return design(known, products=600, seed=1)


def digest(products: list[Product]) -> str:
    return sha256(repr([asdict(product) for product in products]).encode()).hexdigest()


def test_there_is_as_much_as_a_large_maker_has(known: Files, products: list[Product]) -> None:
    assert len(known.categories) >= 120
    assert len(products) == 600
    assert sum(len(product.skus) for product in products) >= 1300
    assert all(1 <= len(product.skus) <= 5 for product in products)


def test_the_tree_is_one_and_has_three_levels(known: Files) -> None:
    parents = {one.slug: one.parent or None for one in known.categories}
    seen = look_at_tree(parents)
    assert not seen.circling and not seen.too_deep
    assert {one.category.parent for one in known.leaves} <= set(parents)
    roots = {one.slug for one in known.categories if not one.parent}
    assert all(parents[leaf.category.parent] in roots for leaf in known.leaves)


def test_every_shelf_has_goods_on_it(known: Files, products: list[Product]) -> None:
    filled = {product.leaf.category.slug for product in products}
    assert filled == {leaf.category.slug for leaf in known.leaves}


def test_the_same_seed_is_the_same_maker_and_another_one_is_not(known: Files) -> None:
    one = digest(design(known, products=300, seed=7))
    assert digest(design(known, products=300, seed=7)) == one
    assert digest(design(known, products=300, seed=8)) != one


def test_more_products_change_none_of_those_there_are(known: Files) -> None:
    few = {one.model_number: one for one in design(known, products=300, seed=1)}
    many = {one.model_number: one for one in design(known, products=900, seed=1)}
    assert few.keys() <= many.keys()
    for number, product in few.items():
        other = many[number]
        assert (product.words, product.facts, product.skus) == (
            other.words,
            other.facts,
            other.skus,
        )


def test_it_scales_to_ten_thousand_with_a_name_for_each(known: Files) -> None:
    many = design(known, products=10_000, seed=1)
    assert len({product.slug for product in many}) == 10_000
    assert len({product.model_number for product in many}) == 10_000
    assert len({product.words.zh for product in many}) == 10_000


@pytest.mark.parametrize("products", [0, -1])
def test_a_maker_without_products_is_refused(known: Files, products: int) -> None:
    with pytest.raises(ValueError, match="from 1 to"):
        design(known, products=products, seed=1)
    with pytest.raises(ValueError, match="from 1 to"):
        design(known, products=products_max(known) + 1, seed=1)


def test_names_fit_what_a_spreadsheet_takes(products: list[Product]) -> None:
    columns = {column.name: column for column in (*sheets.PRODUCTS.columns, *sheets.SKUS.columns)}
    codes = [sku.code for product in products for sku in product.skus]
    assert len(codes) == len(set(codes))
    for product in products:
        columns["slug"].read(product.slug)
        columns["model_number"].read(product.model_number)
        for words in (product.words, *(sku.words for sku in product.skus)):
            columns["name_zh"].read(words.zh)
            columns["name_en"].read(words.en)
        for sku in product.skus:
            columns["code"].read(sku.code)
            columns["colour"].read(sku.colour.hex)


def test_sentences_are_whole_in_both_languages(products: list[Product]) -> None:
    for product in products:
        for words in (product.words, product.tagline, product.story):
            assert words.zh.strip() and words.en.strip()
            assert not re.search(r"[{}]|None|\\bnan\\b", words.zh + words.en), words
            assert not re.search(r"[\u4e00-\u9fff]", words.en), words
        assert re.search(r"[\u4e00-\u9fff]", product.tagline.zh)
        assert len(product.tagline.zh) <= 60 and len(product.tagline.en) <= 110


def test_nothing_is_said_of_goods_that_would_need_proof(products: list[Product]) -> None:
    claims = {
        (product.model_number, needs_proof(words.zh, words.en))
        for product in products
        for words in (product.words, product.tagline, product.story)
        if needs_proof(words.zh, words.en)
    }
    assert claims == set()


def test_neighbours_on_a_shelf_do_not_say_the_same(products: list[Product]) -> None:
    lines = [product.tagline.zh for product in products]
    assert len(set(lines)) > 0.75 * len(lines)


def test_a_fact_lies_where_its_rule_says_or_is_the_models_own(products: list[Product]) -> None:
    for product in products:
        own = [set(model.facts.items()) for model in product.leaf.models]
        for rule in product.leaf.facts:
            fact = product.facts[rule.code]
            if (rule.code, fact) in set().union(*own):
                continue
            if rule.kind is Kind.NUMBER:
                assert isinstance(fact, Decimal)
                assert min(rule.low, rule.high) <= fact <= max(rule.low, rule.high)
            elif rule.kind is Kind.FLAG:
                assert isinstance(fact, bool)
            else:
                assert isinstance(fact, Words)


def test_what_costs_more_has_more(products: list[Product]) -> None:
    robots = [one for one in products if one.leaf.category.slug == "robot-vacuums"]
    by_price = sorted(robots, key=lambda one: one.skus[0].price_fen)
    assert by_price[0].facts["suction"] < by_price[-1].facts["suction"]  # type: ignore[operator]
    assert by_price[0].facts["noise"] >= by_price[-1].facts["noise"]  # type: ignore[operator]


def test_more_memory_costs_more_and_another_colour_does_not(products: list[Product]) -> None:
    [phone] = [one for one in products if one.model_number == "CY-PA02"]
    prices = {(sku.choice.code, sku.colour.code): sku.price_fen for sku in phone.skus}
    assert prices["256", "MOON"] == prices["256", "DUSK"] == 4299_00
    assert prices["512", "MOON"] > prices["256", "MOON"]


def test_every_link_leads_to_another_product(products: list[Product]) -> None:
    slugs = {product.slug for product in products}
    for product in products:
        assert set(product.works_with) <= slugs - {product.slug}
    linked = sum(bool(product.works_with) for product in products)
    assert linked > 0.95 * len(products)


def test_slugs_are_unique_even_if_names_are_not() -> None:
    assert slug_of("Café — 100% Cotton!") == "caf-100-cotton"


@pytest.mark.parametrize(
    ("model_number", "code", "value"),
    [("CY-XA03", "power", 45), ("CY-XC04", "capacity", 20000), ("CY-KA02", "volume", 430)],
)
def test_a_number_in_a_name_is_the_number_in_the_facts(
    products: list[Product], model_number: str, code: str, value: int
) -> None:
    [product] = [one for one in products if one.model_number == model_number]
    assert str(value) in product.words.en
    assert product.facts[code] == value
