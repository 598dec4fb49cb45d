"""How goods are made: bills and routings that are whole, and prices that follow from them."""

from hashlib import sha256

import pytest

from firsthand.demo.maker.design import Product, design
from firsthand.demo.maker.engineering import Engineered, engineer
from firsthand.demo.maker.reading import Files, files
from firsthand.factory import bom
from firsthand.price.rules import Policy, breach, cost_sheet, reckon


@pytest.fixture(scope="module")
def known() -> Files:
    return files()


@pytest.fixture(scope="module")
def products(known: Files) -> list[Product]:
    return design(known, products=600, seed=1)


@pytest.fixture(scope="module")
def made(known: Files, products: list[Product]) -> Engineered:
    return engineer(known, products, Policy())


@pytest.fixture(scope="module")
def costs(known: Files, made: Engineered) -> dict[str, bom.Making]:
    """What the factory's own roll-up says of every part."""
    ids = {code: number for number, code in enumerate(made.parts)}
    centres = {centre.code: centre for centre in known.house.centres}
    rolled = bom.roll_up(
        [bom.Item(ids[one.code], one.code, one.cost_fen, one.lot) for one in made.parts.values()],
        [
            bom.Line(ids[one.parent], ids[one.component], one.pieces, one.scrap_bp)
            for one in made.lines
        ],
        [
            bom.Step(
                ids[one.part],
                60 * one.setup_minutes,
                one.run_seconds,
                100 * centres[one.centre].yuan_per_hour,
                1000 * centres[one.centre].kilowatts,
            )
            for one in made.operations
        ],
    )
    return {code: rolled[number] for code, number in ids.items()}


def test_every_sku_is_a_part_that_is_made_of_something_and_somewhere(
    products: list[Product], made: Engineered
) -> None:
    parents = {line.parent for line in made.lines}
    routed = {operation.part for operation in made.operations}
    for product in products:
        for sku in product.skus:
            part = made.parts[sku.code]
            assert part.is_made and part.sku == sku.code
            assert sku.code in parents and sku.code in routed


def test_what_is_made_has_a_bill_and_a_routing_and_what_is_bought_has_a_cost(
    made: Engineered,
) -> None:
    parents = {line.parent for line in made.lines}
    routed = {operation.part for operation in made.operations}
    for part in made.parts.values():
        assert len(part.code) <= 60 and len(part.family) <= 40
        if part.is_made:
            assert part.code in parents and part.code in routed
        else:
            assert part.cost_fen > 0 and part.days > 0
            assert part.code not in parents


def test_bills_have_levels(made: Engineered) -> None:
    inner = {line.component for line in made.lines if made.parts[line.component].is_made}
    outer = {line.parent for line in made.lines if made.parts[line.component].is_made}
    assert len(inner) > 1000 and len(outer) > 1000
    assert len({(line.parent, line.component) for line in made.lines}) == len(made.lines)


def test_a_price_follows_from_what_goes_in(
    products: list[Product], costs: dict[str, bom.Making]
) -> None:
    policy = Policy()
    for product in products:
        for sku in product.skus:
            price = reckon(cost_sheet(costs[sku.code], sku.weight_g, policy), policy)
            assert price.price_fen == sku.price_fen, sku.code
            assert breach(price, policy) is None


@pytest.mark.parametrize(
    ("slug", "least", "most"),
    [
        ("long-life-phones", 700, 1900),
        ("flagship-phones", 1700, 5200),
        ("cables", 4, 80),
        ("robot-vacuums", 700, 3400),
        ("cars", 60_000, 220_000),
        ("towels", 10, 50),
    ],
)
def test_a_cost_is_one_that_a_maker_would_believe(
    products: list[Product], costs: dict[str, bom.Making], slug: str, least: int, most: int
) -> None:
    for product in products:
        if product.leaf.category.slug == slug:
            making = costs[product.skus[0].code]
            yuan = (making.material_fen + making.labour_fen) / 100
            assert least <= yuan <= most, (product.model_number, yuan)
            assert 0 < making.labour_fen < making.material_fen


def test_the_same_range_is_made_in_the_same_way(known: Files) -> None:
    def digest() -> str:
        made = engineer(known, design(known, products=150, seed=3), Policy())
        said = repr((made.parts, made.lines, made.operations))
        return sha256(said.encode()).hexdigest()

    assert digest() == digest()


def test_a_recipe_that_does_not_fit_its_price_is_named(known: Files) -> None:
    from dataclasses import replace

    [phone] = [one for one in design(known, products=97, seed=1) if one.model_number == "CY-PA01"]
    cheap = replace(phone, skus=tuple(replace(sku, price_fen=40_00) for sku in phone.skus))
    with pytest.raises(ValueError, match="CY-PA01"):
        engineer(known, [cheap], Policy())


def test_the_oldest_and_cheapest_models_can_still_be_made_for_their_price(known: Files) -> None:
    oldest = [one for one in design(known, products=6_800, seed=1) if "-E14" in one.model_number]
    assert len(oldest) > 400
    assert len(engineer(known, oldest, Policy()).parts) > 4_000
