"""What does a larger factory cost to plan? From a hundred operations to a hundred thousand.

    firsthand bench factory_growth [--operations 100 1000 10000 100000] [--chart FILE.svg]

For each size a factory is drawn (``firsthand.rehearse.works``), and it is measured what the problem
takes in time and memory, its arrays, the judge, one play of the floor by a rule, decoding a list,
and one change that the annealing tries, all in processor time; beside each figure, how it grows:
the power p of the operations, n to the p, between this size and the one before. Beyond 11,000
operations the plant grows with their root only, so that each machine has more to do.
"""

import argparse
import math
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from firsthand.factory.checker import check
from firsthand.factory.compiled.annealing import Heat, anneal
from firsthand.factory.compiled.decoding import decode
from firsthand.factory.compiled.shop import shop
from firsthand.factory.compiled.simulation import followed
from firsthand.factory.policy import Policy
from firsthand.rehearse.works import works

A_LOT = 6.55  # operations
ANNEALED_SECONDS = 3.0
UNITS = {
    "problem": "s",
    "memory": "MB",
    "arrays": "s",
    "play": "s",
    "decode": "s",
    "judge": "s",
    "change": "s",
}
SAYS = {
    "problem": "the problem, drawn and checked",
    "memory": "the process, at its largest",
    "arrays": "problem to arrays",
    "play": "one play of the floor (ATCS)",
    "decode": "one list decoded",
    "judge": "the judge",
    "change": "one change tried by annealing",
}
COLOURS = ("#0b6e4f", "#c84c09", "#2f4b7c", "#8f2d56", "#6a994e", "#7f5539")


def main() -> None:
    """Measure each size, and say how it grows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operations", type=int, nargs="+", default=[100, 1000, 10_000, 100_000])
    parser.add_argument("--chart", type=Path, help="where to draw it, as SVG")
    asked = parser.parse_args()
    measured(60)  # compiles
    columns = []
    for operations in asked.operations:
        print(f"{operations:,} operations", file=sys.stderr, flush=True)
        columns.append(measured(max(1, round(operations / A_LOT))))
    print("\n".join(table(columns)))
    if asked.chart:
        asked.chart.write_text(chart(columns), encoding="utf-8")


def measured(lots: int) -> dict[str, float]:
    """One size."""
    took: dict[str, float] = {}
    problem = clocked(took, "problem", lambda: works(seed=1, lots=lots))
    floor = clocked(took, "arrays", lambda: shop(problem))
    arrays = floor.arrays
    order, machine, *_ = clocked(took, "play", lambda: followed(floor, Policy("atcs")))
    places = clocked(took, "decode", lambda: decode(arrays, order, machine))
    plan = floor.plan(machine, *places, solver="growth", seed=1)
    wrong = clocked(took, "judge", lambda: check(problem, plan))
    if wrong:
        sys.exit(wrong[0])
    begun = time.process_time()
    found = anneal(arrays, order, machine, Heat(0.3, 0.01), seed=1, seconds=ANNEALED_SECONDS)
    took["change"] = (time.process_time() - begun) / max(1, found.iterations)
    took["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return took | {
        "operations": len(floor.operations),
        "machines": len(floor.machines),
        "lots": len(problem.lots),
    }


def clocked(took: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    """What it makes; how long it took is kept."""
    begun = time.process_time()
    found = work()
    took[name] = time.process_time() - begun
    return found


def table(columns: list[dict[str, float]]) -> list[str]:
    """A row for each figure."""
    heads = [f"{one['operations']:,.0f} ({one['machines']:.0f} machines)" for one in columns]
    found = ["", f"| | {' | '.join(heads)} |", "|" + "---|" * (len(columns) + 1)]
    for name, says in SAYS.items():
        cells = []
        for number, column in enumerate(columns):
            cell = readable(column[name], UNITS[name])
            if number:
                cell += f" (n^{power(columns[number - 1], column, name):.2f})"
            cells.append(cell)
        found.append(f"| {says} | {' | '.join(cells)} |")
    return found


def power(small: dict[str, float], large: dict[str, float], name: str) -> float:
    """By which power of the operations it grew."""
    grown = math.log(max(large[name], 1e-9) / max(small[name], 1e-9))
    return grown / math.log(large["operations"] / small["operations"])


def readable(value: float, unit: str) -> str:
    """Seconds in the unit that people would say."""
    if unit != "s":
        return f"{value:,.0f} {unit}"
    for factor, name in ((1, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {name}"
    return f"{value * 1e6:.3g} µs"


def chart(columns: list[dict[str, float]]) -> str:
    """Times by operations, both in powers of ten."""
    names = [name for name in SAYS if UNITS[name] == "s"]
    wide, high, left, top = 720, 440, 70, 20
    inner_wide, inner_high = wide - left - 230, high - top - 50
    across = [math.log10(one["operations"]) for one in columns]
    values = [math.log10(max(one[name], 1e-7)) for one in columns for name in names]
    low, most = math.floor(min(values)), math.ceil(max(values))

    def at(operations: float, value: float) -> tuple[float, float]:
        span = max(1e-9, across[-1] - across[0])
        x = left + inner_wide * (math.log10(operations) - across[0]) / span
        y = top + inner_high * (most - math.log10(max(value, 1e-7))) / (most - low)
        return round(x, 1), round(y, 1)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img">',
        "<title>Time by operations</title>",
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
    ]
    for exponent in range(low, most + 1):
        _x, y = at(columns[0]["operations"], 10.0**exponent)
        drawn.append(
            f'<path d="M{left} {y}H{left + inner_wide}" stroke="#ddd"/>'
            f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">'
            f"{readable(10.0**exponent, 's')}</text>"
        )
    for column in columns:
        x, _y = at(column["operations"], 1)
        drawn.append(
            f'<text x="{x}" y="{high - 22}" text-anchor="middle">{column["operations"]:,.0f}</text>'
        )
    for number, name in enumerate(names):
        points = " ".join(f"{x},{y}" for x, y in (at(c["operations"], c[name]) for c in columns))
        colour = COLOURS[number % len(COLOURS)]
        drawn.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
            f'<rect x="{wide - 215}" y="{top + 24 * number}" width="12" height="12" '
            f'fill="{colour}"/>'
            f'<text x="{wide - 197}" y="{top + 11 + 24 * number}">{SAYS[name]}</text>'
        )
    return "\n".join((*drawn, "</svg>\n"))


if __name__ == "__main__":
    main()
