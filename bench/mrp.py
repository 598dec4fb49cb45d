"""How long requirements and forecasts of a house take: python bench/mrp.py [SKUs]

A drawn house of products, stocked boards and bought parts (four levels), promises and forecasts
of 28 days; and 180 days of sales of as many SKUs. Seconds of the clock, and of the processor.
"""

import os
import random
import sys
import time
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")

import django

django.setup()

from firsthand.factory.bom import Line
from firsthand.factory.forecast import actions as forecasts
from firsthand.factory.forecast.history import History
from firsthand.factory.mrp.items import (
    EXPECTED,
    FOR_LOT,
    PROMISE,
    PURCHASE,
    WORK,
    Demand,
    Item,
    Receipt,
    Recipes,
    Ref,
    Sizing,
)
from firsthand.factory.mrp.rules import Problem, calculate

DAYS = 28


def house(skus: int, chance: random.Random) -> Problem:
    """Products of two phantom parts each, three stocked boards, fifteen bought parts."""
    boards = [10_000 + number for number in range(skus // 2)]
    bought = [20_000 + number for number in range(4 * skus)]
    items: dict[int, Item] = {}
    lines: list[Line] = []
    for sku in range(1, skus + 1):
        items[sku] = Item(
            sku, f"sku{sku}", False, chance.randint(0, 200), 0.3, 0.002, Sizing(lot_size=100)
        )
        for number in range(2):
            phantom = 30_000 + 2 * sku + number
            lines.append(Line(sku, phantom, 1))
            lines += [Line(phantom, one, 2, 100) for one in chance.sample(bought, 5)]
        lines += [Line(sku, one, 1) for one in chance.sample(boards, 3)]
        lines += [Line(sku, one, 1) for one in chance.sample(bought, 5)]
    for board in boards:
        items[board] = Item(board, "board", False, 300, 0.5, 0.001, Sizing(FOR_LOT, minimum=200))
        lines += [Line(board, one, 3, 200) for one in chance.sample(bought, 10)]
    for part in bought:
        lead = chance.choice((3, 7, 14, 30))
        items[part] = Item(
            part, "part", True, 2000, lead, 0.0, Sizing(FOR_LOT, minimum=1000, multiple=500)
        )
    demands = [
        Demand(sku, day, chance.randint(1, 12), Ref(EXPECTED, day))
        for sku in range(1, skus + 1)
        for day in range(DAYS)
    ]
    demands += [
        Demand(sku, day, chance.randint(1, 60), Ref(PROMISE, day), is_promised=True)
        for sku in range(1, skus + 1)
        for day in chance.sample(range(DAYS), 6)
    ]
    receipts = [
        Receipt(Ref(WORK, sku), sku, chance.randint(0, 12), 100, chance.randint(0, 3))
        for sku in range(1, skus + 1)
    ] + [
        Receipt(Ref(PURCHASE, part), part, chance.randint(0, 20), 1000)
        for part in chance.sample(bought, skus)
    ]
    return Problem(items, Recipes(lines, set(boards) | set(bought)), demands, receipts)


def sales(skus: int, chance: random.Random) -> list[History]:
    """Half of them every day and by the week, half of them now and then."""
    found = []
    for sku in range(skus):
        level, often = chance.lognormvariate(1.5, 1), sku % 2
        pieces = tuple(
            float(max(0, round(chance.gauss(level * (1 + (day % 7 > 4)), level / 2))))
            if often
            else float(chance.random() < 0.2) * chance.randint(1, 5)
            for day in range(180)
        )
        found.append(History(sku, date(2026, 6, 1), pieces))
    return found


def main() -> None:
    skus = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    problem = house(skus, random.Random(1))
    began, worked = time.perf_counter(), time.process_time()
    result = calculate(problem)
    print(
        f"requirements: {skus} SKUs × {DAYS} days, {len(problem.items)} parts,"
        f" {len(result.demands)} demands → {len(result.planned)} orders, {len(result.pegs)} pegs:"
        f" {time.perf_counter() - began:.2f} s ({time.process_time() - worked:.2f} s of processor)"
    )
    histories = sales(skus, random.Random(2))
    forecasts.forecast(histories[:2])  # what is compiled is compiled
    began, worked = time.perf_counter(), time.process_time()
    report = forecasts.report(forecasts.forecast(histories))
    print(
        f"forecasts: {report.skus} SKUs × 180 days: {time.perf_counter() - began:.1f} s"
        f" ({time.process_time() - worked:.1f} s of processor); WAPE {report.wape_percent:.1f} %"
        f" (seasonal naive {report.naive_wape_percent:.1f} %), MASE {report.mase:.2f}"
        f" ({report.naive_mase:.2f}); {dict(report.by_model)}"
    )


if __name__ == "__main__":
    main()
