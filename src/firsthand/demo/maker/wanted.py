"""What the planner thinks that will be sold, before there is a history to forecast from.

The calculation of requirements makes lots of it. Without it each SKU would be taken for one of
which a whole lot is kept, and a house of a few hundred products would open with hundreds of lots
whose material comes in weeks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from firsthand.demo.maker.design import Chance, Product
from firsthand.demo.maker.engineering import Engineered
from firsthand.demo.maker.opening import Lot, stock_of
from firsthand.demo.maker.reading import Files
from firsthand.factory.forecast import store as forecasts
from firsthand.factory.forecast.store import Expected

WEEKS = 4
AGAIN_MAX = 30  # SKUs that are sold out and made again
BY_HAND = "planner"  # who made the first forecasts


def expected(
    products: Sequence[Product],
    booked: Iterable[Lot],
    files: Files,
    chance: Chance,
    *,
    on_air: frozenset[str],
) -> dict[str, list[float]]:
    """What the planner thinks that each SKU sells in the next weeks: some of what there is.

    Of what is sold out, and is not made already, the best liked is made again.
    """
    comes = {lot.sku: lot.quantity for lot in booked}
    again = AGAIN_MAX
    found: dict[str, list[float]] = {}
    for product in sorted(products, key=lambda one: (-one.popularity, one.model_number)):
        for sku in product.skus:
            is_on_air = product.model_number in on_air
            there = stock_of(sku, product, chance, is_on_air=is_on_air) + comes.get(sku.code, 0)
            week = there * (0.06 + 0.06 * float(product.popularity))
            found[sku.code] = [week] * WEEKS
            if not there and again:
                again -= 1
                lot = files.recipes[product.leaf.recipe].lot
                found[sku.code] = [0.0, 0.0, *[0.3 * lot] * (WEEKS - 2)]
    return found


def made_again(
    engineered: Engineered, weeks: Mapping[str, Sequence[float]], now: datetime
) -> list[Lot]:
    """The lots that the calculation will propose for what is made again."""
    return [
        Lot(code, engineered.parts[code].lot, now, now)
        for code, some in weeks.items()
        if not some[0] and some[-1]
    ]


def write_expected(
    weeks: Mapping[str, Sequence[float]], sku_ids: Mapping[str, int], now: datetime
) -> None:
    """The planner's forecast, week by week; the nightly one takes over once there is a history."""
    today = timezone.localdate(now)
    forecasts.write(
        [
            Expected(
                sku_ids[code],
                today + timedelta(days=7 * number + 4),
                pieces,
                0.6 * pieces,
                1.5 * pieces,
                BY_HAND,
            )
            for code, some in weeks.items()
            for number, pieces in enumerate(some)
        ]
    )
