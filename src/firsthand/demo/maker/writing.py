"""The designed maker becomes rows and pictures: set by set, whatever the number of products."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from django.conf import settings
from django.db import connection
from django.db.models import Model

from firsthand.catalogue.models import (
    Attribute,
    AttributeValue,
    Category,
    Picture,
    Product,
    Sku,
)
from firsthand.catalogue.rules import NO, YES
from firsthand.demo.drawings import draw
from firsthand.demo.maker import design
from firsthand.demo.maker.engineering import Engineered
from firsthand.demo.maker.reading import Fact, Files, House, Words
from firsthand.factory.models import BomLine, Operation, Part, Plant, Transport, WorkCentre
from firsthand.stock.models import Place

BATCH = 2_000
PICTURES = "products"  # under the house's pictures

Row = TypeVar("Row", bound=Model)


def write_catalogue(files: Files, products: list[design.Product], now: datetime) -> dict[str, int]:
    """The tree, the attributes, the products with their SKUs, facts and links.

    Returns the SKUs' ids by their codes.
    """
    category_ids = _write_tree(files, products)
    attribute_ids = _write_attributes(files)
    rows = _bulk(
        Product(
            category_id=category_ids[product.leaf.category.slug],
            slug=product.slug,
            model_number=product.model_number,
            name_zh=product.words.zh,
            name_en=product.words.en,
            tagline_zh=product.tagline.zh,
            tagline_en=product.tagline.en,
            story_zh=product.story.zh,
            story_en=product.story.en,
            archetype=product.leaf.category.archetype,
            warranty_months=product.leaf.warranty_months,
            is_listed=True,
            listed_at=now - timedelta(days=product.age_days),
        )
        for product in products
    )
    product_ids = {row.model_number: row.pk for row in rows}
    skus = _bulk(
        Sku(
            product_id=product_ids[product.model_number],
            code=sku.code,
            name_zh=sku.words.zh,
            name_en=sku.words.en,
            colour=sku.colour.hex,
            weight_g=sku.weight_g,
            position=position,
        )
        for product in products
        for position, sku in enumerate(product.skus, start=1)
    )
    sku_ids = {row.code: row.pk for row in skus}
    _bulk(_facts(products, product_ids, sku_ids, attribute_ids))
    _write_links(products, {row.slug: row.pk for row in rows})
    return sku_ids


def _write_tree(files: Files, products: list[design.Product]) -> dict[str, int]:
    """The categories that have goods on them or below them, level by level."""
    by_slug = {category.slug: category for category in files.categories}
    wanted: set[str] = set()
    for product in products:
        at = product.leaf.category.slug
        while at:
            wanted.add(at)
            at = by_slug[at].parent
    ids: dict[str, int] = {"": 0}
    waiting = [category for category in files.categories if category.slug in wanted]
    while waiting:
        ready = [category for category in waiting if category.parent in ids]
        waiting = [category for category in waiting if category.parent not in ids]
        rows = _bulk(
            Category(
                slug=category.slug,
                name_zh=category.words.zh,
                name_en=category.words.en,
                archetype=category.archetype,
                position=category.position,
                parent_id=ids[category.parent] or None,
            )
            for category in ready
        )
        ids.update({row.slug: row.pk for row in rows})
    return ids


def _write_attributes(files: Files) -> dict[str, int]:
    rows = _bulk(
        Attribute(
            code=attribute.code,
            name_zh=attribute.words.zh,
            name_en=attribute.words.en,
            kind=attribute.kind.value,
            unit=attribute.unit,
            is_facet=attribute.is_facet,
            position=position,
        )
        for position, attribute in enumerate(files.attributes.values(), start=1)
    )
    return {row.code: row.pk for row in rows}


def _facts(
    products: list[design.Product],
    product_ids: Mapping[str, int],
    sku_ids: Mapping[str, int],
    attribute_ids: Mapping[str, int],
) -> Iterator[AttributeValue]:
    for product in products:
        product_id = product_ids[product.model_number]
        for code, fact in product.facts.items():
            yield _fact(product_id, None, attribute_ids[code], fact)
        for sku in product.skus:
            for code, fact in sku.choice.facts.items():
                yield _fact(product_id, sku_ids[sku.code], attribute_ids[code], fact)


def _fact(product_id: int, sku_id: int | None, attribute_id: int, fact: Fact) -> AttributeValue:
    row = AttributeValue(product_id=product_id, sku_id=sku_id, attribute_id=attribute_id)
    if isinstance(fact, Words):
        row.text_zh, row.text_en = fact
    elif isinstance(fact, Decimal):
        row.number = fact
    else:
        row.number = YES if fact else NO
    return row


def _write_links(products: list[design.Product], ids: Mapping[str, int]) -> None:
    through = Product.works_with.through
    pairs = {
        frozenset((ids[product.slug], ids[other]))
        for product in products
        for other in product.works_with
    }
    _bulk(
        through(from_product_id=one, to_product_id=other)
        for pair in sorted(pairs, key=sorted)
        for one, other in (sorted(pair), sorted(pair, reverse=True))
    )


def write_pictures(
    products: list[design.Product], sku_ids: Mapping[str, int], step: Callable[[float], None]
) -> None:
    """A drawing for each SKU: one file, and the row that names it."""
    folder = Path(settings.MEDIA_ROOT) / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    owners = dict(Sku.objects.filter(pk__in=sku_ids.values()).values_list("code", "product_id"))
    rows: list[Picture] = []
    for number, product in enumerate(products):
        for position, sku in enumerate(product.skus, start=1):
            name = f"{sku.code.lower()}.svg"
            _write_file(folder / name, _drawn(product, sku))
            rows.append(
                Picture(
                    product_id=owners[sku.code],
                    sku_id=sku_ids[sku.code],
                    file=f"{PICTURES}/{name}",
                    alt_zh=f"{product.words.zh}，{sku.words.zh}",
                    alt_en=f"{product.words.en}, {sku.words.en}",
                    position=position,
                )
            )
        step(number / len(products))
    _bulk(rows)


def _drawn(product: design.Product, sku: design.Sku) -> str:
    # All SKUs of a product are one drawing in several colours, so its seed is the product's.
    return draw(
        product.leaf.category.archetype,
        colour=sku.colour.hex,
        seed=crc32(product.model_number.encode()) % 1000,
    )


def _write_file(path: Path, text: str) -> None:
    """Write a file whole: whoever asks for it meanwhile sees the old one or the new one."""
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def write_works(house: House) -> None:
    """Places, plants and work centres."""
    places = _bulk(
        Place(code=code, name_zh=words.zh, name_en=words.en, position=position)
        for position, (code, words) in enumerate(house.places.items(), start=1)
    )
    place_ids = {place.code: place.pk for place in places}
    plants = _bulk(
        Plant(code=code, name_zh=words.zh, name_en=words.en, place_id=place_ids[code])
        for code, words in house.plants.items()
    )
    plant_ids = {plant.code: plant.pk for plant in plants}
    _bulk(
        Transport(from_plant_id=plant_ids[one], to_plant_id=plant_ids[other], minutes=60 * hours)
        for (one, other), hours in house.ways.items()
    )
    _bulk(
        WorkCentre(
            plant_id=plant_ids[centre.plant],
            code=centre.code,
            kind=centre.kind,
            name_zh=centre.words.zh,
            name_en=centre.words.en,
            machines=centre.machines,
            shift_start_minute=centre.start_minute,
            shift_minutes=centre.minutes,
            works_on_weekends=centre.works_on_weekends,
            minor_setup_minutes=house.minor_setups.get(centre.code, 0),
            cost_fen_per_hour=100 * centre.yuan_per_hour,
            energy_wh_per_hour=1000 * centre.kilowatts,
        )
        for centre in house.centres
    )


def write_engineering(
    engineered: Engineered, sku_ids: Mapping[str, int], on_hand: Mapping[str, int]
) -> dict[str, int]:
    """Parts with what lies there of bought ones, bills and routings. The parts' ids by code."""
    plant_ids = dict(Plant.objects.values_list("code", "pk"))
    centre_ids = dict(WorkCentre.objects.values_list("code", "pk"))
    rows = _bulk(
        Part(
            code=part.code,
            name_zh=part.words.zh,
            name_en=part.words.en,
            kind=Part.Kind.MADE if part.is_made else Part.Kind.BOUGHT,
            sku_id=sku_ids[part.sku] if part.sku else None,
            plant_id=plant_ids[part.plant] if part.plant else None,
            family=part.family,
            unit_cost_fen=part.cost_fen,
            lead_time_days=part.days,
            on_hand=on_hand.get(part.code, 0),
            lot_size=part.lot,
            is_stocked=part.is_stocked,
        )
        for part in engineered.parts.values()
    )
    ids = {row.code: row.pk for row in rows}
    _bulk(
        BomLine(
            parent_id=ids[line.parent],
            component_id=ids[line.component],
            quantity=line.pieces,
            scrap_bp=line.scrap_bp,
        )
        for line in engineered.lines
    )
    _bulk(
        Operation(
            part_id=ids[operation.part],
            number=operation.number,
            work_centre_id=centre_ids[operation.centre],
            name_zh=operation.words.zh,
            name_en=operation.words.en,
            setup_minutes=operation.setup_minutes,
            run_seconds=operation.run_seconds,
        )
        for operation in engineered.operations
    )
    return ids


def count_anew() -> None:
    """Let the database look at what lies in its tables now.

    It would do so by itself a minute later; until then it would plan as if they were empty.
    """
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _bulk(rows: Iterable[Row]) -> list[Row]:
    made = list(rows)
    if made:
        type(made[0])._default_manager.bulk_create(made, batch_size=BATCH)
    return made
