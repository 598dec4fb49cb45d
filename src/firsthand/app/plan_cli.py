"""``firsthand plan …``: the planner's commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from firsthand.app.database import with_database
from firsthand.kit.log import furnish

PIPED_WIDTH = 140  # columns, where nobody says how wide it is
SECONDS_MAX = 3600
RUNS_SHOWN = 20

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="Plan the factory, look at the plan, and ask it questions.",
)
say = Console(stderr=True, highlight=False)
Word = TypeVar("Word")

Seed = Annotated[int, typer.Option(help="The same seed, the same plan (with no clock in it).")]


class Book(StrEnum):
    """Which workbook."""

    layout = "layout"
    parts = "parts"


class Deed(StrEnum):
    """What is done with a purchase."""

    firm = "firm"
    order = "order"
    comes = "comes"
    receive = "receive"
    cancel = "cancel"


def _out() -> Console:
    """Where answers go: to stdout, whole also where it is no terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


def _open() -> None:
    """The tables; of what the house logs, a person at a terminal hears the warnings."""
    config = with_database()
    furnish(role="plan", json=config.log_json, level="WARNING")


@contextmanager
def _house() -> Iterator[Console]:
    """The tables, in English; what is refused is said in its sentence, and ends with 1."""
    _open()
    from django.utils import translation

    from firsthand.kit.errors import Refusal

    with translation.override("en"):
        try:
            yield _out()
        except Refusal as why:
            say.print(str(why), markup=False)
            raise typer.Exit(1) from None


@app.callback()
def plan(
    context: typer.Context,
    solver: Annotated[str, typer.Option(help="Which solver; default: the settings'.")] = "",
    seconds: Annotated[
        float, typer.Option(min=0, max=SECONDS_MAX, help="How long it looks; 0: as the settings.")
    ] = 0,
    seed: Seed = 0,
    keep: Annotated[
        bool, typer.Option(help="Ctrl-C: put the best plan that was found in force.")
    ] = False,
) -> None:
    """Make a plan, put it in force, and build the promise ladders on it."""
    if context.invoked_subcommand is not None:
        return
    with _house() as out:
        from firsthand.app import plan_commands, plan_tables

        try:
            made = plan_commands.plan(solver, seconds, seed, keep=keep, say=say)
        except plan_commands.Discarded:
            say.print("The search was stopped; the plan in force stays as it was.")
            raise typer.Exit(1) from None
        plan_tables.planned(out, made)


@app.command()
def check() -> None:
    """Say what is impossible in the tables, and where; exit 1 if something is."""
    with _house() as out:
        from firsthand.app import plan_tables
        from firsthand.factory.actions import faults
        from firsthand.kit.clock import now

        found = faults(now())
        plan_tables.faults(out, found)
        stops = sum(one.stops for one in found)
        if found:
            out.print(f"{len(found):,} to mend; {stops:,} of them keep lots out of every plan.")
        raise typer.Exit(1 if found else 0)


@app.command()
def show() -> None:
    """The plan in force: figures, what it changed, late lots and why, the load."""
    with _house() as out:
        from firsthand.app import plan_tables
        from firsthand.faces.works.desk import Desk, plan_in_force

        found = plan_in_force()
        if found is None:
            say.print("There is no plan yet: firsthand plan makes one.")
            raise typer.Exit(1)
        plan_tables.show(out, Desk(found))


@app.command()
def compare(
    before: Annotated[int, typer.Argument(metavar="A", help="A plan's number.")],
    after: Annotated[int, typer.Argument(metavar="B", help="Another's.")],
) -> None:
    """Two plans side by side: figures, what moved, who comes earlier or later."""
    with _house() as out:
        from firsthand.app import plan_tables
        from firsthand.faces.works.desk import find_plan

        plan_tables.versus(out, find_plan(before), find_plan(after))


@app.command()
def mrp(
    dry_run: Annotated[bool, typer.Option(help="Only work it out; write nothing.")] = False,
) -> None:
    """Work out what must be made and bought, and propose it."""
    with _house() as out:
        from firsthand.app import plan_commands, plan_tables

        plan_tables.needed(out, plan_commands.requirements_now(dry_run=dry_run))


@app.command(name="what-if")
def what_if(
    shift: Annotated[list[str] | None, typer.Option(help="CENTRE:DAY[:HH:MM-HH:MM]")] = None,
    machine_down: Annotated[
        list[str] | None, typer.Option(help="CENTRE[:MACHINE]:FROM..TO")
    ] = None,
    more_machines: Annotated[list[str] | None, typer.Option(help="CENTRE:NUMBER")] = None,
    pieces: Annotated[list[str] | None, typer.Option(help="SKU:QUANTITY:BY")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=60, help="How long it thinks.")] = 5,
    seed: Seed = 0,
) -> None:
    """What would happen if; nothing is changed. Each option may be said several times."""
    if not (shift or machine_down or more_machines or pieces):
        raise typer.BadParameter("say what is assumed: --shift, --machine-down, …")
    with _house() as out:
        from django.utils import timezone

        from firsthand.app import plan_commands, plan_tables, plan_words
        from firsthand.factory.impossible import Impossible
        from firsthand.factory.replanning.questions import Question

        zone = timezone.get_default_timezone()
        try:
            question = Question(
                shifts=_each(shift, plan_words.shift),
                standing=_each(machine_down, lambda one: plan_words.machine_down(one, zone)),
                machines=_each(more_machines, plan_words.more_machines),
                pieces=_each(pieces, lambda one: plan_words.pieces(one, zone)),
            )
        except (plan_words.Unclear, Impossible) as why:
            raise typer.BadParameter(str(why)) from None
        plan_tables.answer(out, plan_commands.what_if(question, seconds, seed, say=say))


def _each(words: list[str] | None, read: Callable[[str], Word]) -> tuple[Word, ...]:
    return tuple(read(one) for one in words or ())


@app.command()
def ladder(sku: Annotated[str, typer.Argument(help="The SKU's code.")]) -> None:
    """What of a SKU can be promised by when, what was, and what is at risk."""
    with _house() as out:
        from django.utils import timezone

        from firsthand.app import plan_tables
        from firsthand.catalogue.models import Sku
        from firsthand.kit.clock import now

        found = Sku.objects.filter(code=sku).first()
        if found is None:
            say.print(f"There is no SKU “{sku}”.", markup=False)
            raise typer.Exit(1)
        plan_tables.ladder(out, found, timezone.localdate(now()))


@app.command()
def forecast() -> None:
    """Forecast what will be asked for, from what buyers took in the last half year."""
    with _house() as out:
        from firsthand.app import plan_commands, plan_tables

        plan_tables.forecast(out, plan_commands.forecast(say))


@app.command()
def runs() -> None:
    """The last plans that the worker was asked for, and what came of them."""
    with _house() as out:
        from firsthand.app import plan_tables
        from firsthand.factory.models import PlanRun

        plan_tables.runs(out, list(PlanRun.objects.order_by("-pk")[:RUNS_SHOWN]))


@app.command()
def pins() -> None:
    """Where planners put operations by hand."""
    with _house() as out:
        from firsthand.app import plan_tables
        from firsthand.factory.models import Pin

        rows = Pin.objects.select_related("work_order", "operation", "work_centre", "by")
        plan_tables.pins(out, list(rows.order_by("not_before", "pk")))


@app.command(name="open")
def open_order(
    sku: Annotated[str, typer.Argument(help="What shall be made.")],
    quantity: Annotated[int, typer.Argument(min=1, help="How many pieces.")],
    by: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day it is due.")],
) -> None:
    """Ask for a lot by hand; it begins when its material is there. Plans take it up."""
    with _house() as out:
        from firsthand.app import plan_commands

        out.print(plan_commands.open_order(sku, quantity, by.date()), markup=False)


@app.command()
def cancel(number: Annotated[str, typer.Argument(help="The work order.")]) -> None:
    """Call a lot off of which nothing was promised, and that does not run yet."""
    with _house() as out:
        from firsthand.app import plan_commands

        out.print(plan_commands.cancel_order(number), markup=False)


@app.command()
def purchase(
    deed: Annotated[Deed, typer.Argument(help="What is done, or was heard.")],
    number: Annotated[str, typer.Argument(help="The purchase order.")],
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="order, comes: on which day it will come."),
    ] = None,
    quantity: Annotated[
        int | None, typer.Option(min=1, help="receive: how many pieces came.")
    ] = None,
) -> None:
    """Firm, order, receive or cancel a purchase, or say that it comes on another day.

    Lots that wait for it follow, and the house plans anew when it is late.
    """
    if deed is Deed.comes and day is None:
        raise typer.BadParameter("say --day, on which it comes")
    if deed is Deed.receive and quantity is None:
        raise typer.BadParameter("say --quantity, how many came")
    with _house() as out:
        from firsthand.app import plan_commands

        day_only = day.date() if day else None
        said = plan_commands.purchase(deed, number, day=day_only, quantity=quantity)
        out.print(said, markup=False)


What = Annotated[Book, typer.Option("--what", help="The layout, or parts with bills and routings.")]


@app.command(name="export")
def export(
    file: Annotated[Path, typer.Argument(help=".xlsx; .zip: a CSV for each sheet.")],
    what: What = Book.layout,
) -> None:
    """Write the layout, or the parts, as a workbook."""
    with _house() as out:
        from firsthand.app import plan_commands

        try:
            size = plan_commands.export(what, file)
        except OSError as why:
            say.print(f"{file} cannot be written: {why.strerror}.", markup=False)
            raise typer.Exit(1) from None
        out.print(f"{file}: {size:,} bytes.", markup=False)


@app.command(name="import")
def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A workbook.")
    ],
    what: What = Book.layout,
    dry_run: Annotated[bool, typer.Option(help="Say what it would do; write nothing.")] = False,
) -> None:
    """Take a workbook over, whole or not at all; what is wrong is said row by row."""
    with _house() as out:
        from firsthand.app import plan_commands, plan_tables

        report = plan_commands.take_in(what, file, dry_run=dry_run)
        plan_tables.taken_in(out, report)
        if not report.is_good:
            say.print(f"{report.errors_count:,} cells are wrong; nothing was written.")
            raise typer.Exit(1)
