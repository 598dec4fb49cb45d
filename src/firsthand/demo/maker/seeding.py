"""The maker is put into an empty house: one transaction, and the pictures beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import transaction

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.demo.maker import engineering, layout, opening, wanted, writing
from firsthand.demo.maker import show as shows
from firsthand.demo.maker.design import Chance, design
from firsthand.demo.maker.people import crew, find
from firsthand.demo.maker.reading import files
from firsthand.kit.clock import now as this_instant
from firsthand.kit.log import get_logger
from firsthand.price.store import policy

PRODUCTS = 600

Progress = Callable[[float, str], None]

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What there is now, and whether this call made it."""

    categories: int
    products: int
    skus: int
    was_there: bool
    seconds: float = 0.0


def seed(
    products: int = PRODUCTS,
    seed: int = 1,
    *,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Seeded:
    """Fill the house with the maker: people, catalogue, works, stock, prices, mall, a show.

    A house in which there are products already is left as it is. All or nothing: whatever
    fails, no row of it stays. PROGRESS is told the share that is done, and what comes next.
    """
    began = monotonic()
    tell = progress or (lambda _share, _what: None)
    with transaction.atomic():
        if Product.objects.exists():
            return _there(was_there=True)
        _fill(products, seed, tell, now or this_instant())
    tell(1.0, "seeded")
    found = _there(was_there=False, seconds=monotonic() - began)
    log.info("maker_seeded", products=found.products, skus=found.skus, seconds=found.seconds)
    return found


def _fill(products: int, seed: int, tell: Progress, now: datetime) -> None:
    tell(0.0, "designing the range")
    known, chance = files(), Chance(seed)
    made = design(known, products=products, seed=seed)
    engineered = engineering.engineer(known, made, policy())
    on_air = shows.on_air(made)
    booked = opening.lots(known, made, engineered, on_air=on_air, now=now)
    weeks = wanted.expected(made, booked, known, chance, on_air=on_air)
    booked += opening.ahead(engineered, booked, now)
    made_before = opening.history(made, on_air, now)
    tell(0.1, "people and works")
    crew()
    merchandiser = find("merchandise").pk
    writing.write_works(known.house)
    layout.write_layout(now)
    tell(0.15, "catalogue")
    sku_ids = writing.write_catalogue(known, made, now)
    tell(0.25, "drawing the goods")
    writing.write_pictures(
        made, sku_ids, lambda share: tell(0.25 + 0.2 * share, "drawing the goods")
    )
    tell(0.45, "bills of material and routings")
    again = wanted.made_again(engineered, weeks, now)
    on_hand = layout.with_safety(opening.material(engineered, [*booked, *made_before], again))
    part_ids = writing.write_engineering(engineered, sku_ids, on_hand)
    layout.write_choices()
    layout.write_ordering(on_hand)
    writing.count_anew()
    tell(0.6, "filling the stores")
    opening.fill_the_stores(
        made,
        sku_ids,
        known.house,
        chance,
        recipes_plant={name: recipe.plant for name, recipe in known.recipes.items()},
        on_air=on_air,
    )
    tell(0.66, "planning the works")
    opening.make(made_before, part_ids, now)
    wanted.write_expected(weeks, sku_ids, now)
    layout.buy_ahead(part_ids, on_hand, now)
    opening.open_lots(booked, part_ids, now)
    tell(0.74, "building the promise ladders")
    opening.promise_all(now)
    tell(0.8, "publishing the prices")
    opening.price_all(list(sku_ids.values()), by=merchandiser, now=now)
    tell(0.9, "opening the mall")
    opening.open_the_mall(made, sku_ids, on_air=on_air, by=merchandiser)
    writing.count_anew()
    tell(0.96, "planning the show")
    shows.plan_show(now=now)
    opening.ask_for_a_plan()


def _there(*, was_there: bool, seconds: float = 0.0) -> Seeded:
    return Seeded(
        categories=Category.objects.count(),
        products=Product.objects.count(),
        skus=Sku.objects.count(),
        was_there=was_there,
        seconds=seconds,
    )
