"""``firsthand simulate …``: what a way of planning comes to over months, played in memory."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from firsthand.app.progress import progress_bar

PIPED_WIDTH = 140  # columns, where nobody says how wide it is
SEEDS_MAX, MONTHS_MAX = 100, 24

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Play the house's ways in memory."
)
say = Console(stderr=True, highlight=False)


class HowLarge(StrEnum):
    """How large the maker is."""

    small = "small"
    middle = "middle"


@app.callback()
def simulate() -> None:
    """Play the house's ways in memory."""


@app.command()
def season(
    months: Annotated[float, typer.Option(min=0.1, max=MONTHS_MAX, help="How long it is.")] = 3,
    size: Annotated[HowLarge, typer.Option(help="How large the maker is.")] = HowLarge.small,
    seeds: Annotated[int, typer.Option(min=1, max=SEEDS_MAX, help="How many seasons.")] = 3,
    policies: Annotated[
        str, typer.Option(help="Which ways of planning, with commas between; default: all.")
    ] = "",
    load: Annotated[
        float, typer.Option(min=0.1, max=2, help="How much of the floor's time demand takes.")
    ] = 0.85,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes at once.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Play seasons of shows, mishaps and plans, and compare ways of planning."""
    from firsthand.rehearse.season.comparing import MEASURES, compare
    from firsthand.rehearse.season.ways import WAYS
    from firsthand.rehearse.season.world import Setting

    names = [one.strip() for one in policies.split(",") if one.strip()] or list(WAYS)
    unknown = [one for one in names if one not in WAYS]
    if unknown:
        raise typer.BadParameter(
            f"no such policy: {', '.join(unknown)}; there are {', '.join(WAYS)}"
        )
    setting = Setting(size=size, months=months, load=load)
    with progress_bar(say) as progress:
        bar = progress.add_task("the compiler warms up", total=1.0)
        found = compare(
            setting,
            ways=list(dict.fromkeys(names)),
            seeds=seeds,
            jobs=jobs,
            progress=lambda share, says: progress.update(bar, completed=share, description=says),
        )
    if as_json:
        rows = {
            way: {measure: one._asdict() for measure, one in row.items()}
            for way, row in found.items()
        }
        print(json.dumps({"setting": asdict(setting), "seeds": seeds, "policies": rows}, indent=1))
        return
    out = Console(highlight=False)
    out = out if out.is_terminal else Console(highlight=False, width=PIPED_WIDTH)
    columns = [MEASURES[one][0] for one in MEASURES]
    table = Table("policy", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right")
    for way, row in found.items():
        cells = (
            _written(row[one].mean, row[one].spread if seeds > 1 else None) for one in MEASURES
        )
        table.add_row(way, *cells)
    out.print(table)
    for way in found:
        out.print(f"{way}: {WAYS[way].says}.")


def _written(mean: float, spread: float | None) -> str:
    places = 0 if mean >= 100 else 1
    said = f"{mean:,.{places}f}"
    return said if spread is None else f"{said} ±{spread:,.{places}f}"
