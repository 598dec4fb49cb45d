"""``firsthand``: the command line. Each command says with its exit code whether it went well.

0 it went well · 1 it did not, and the last line says why · 2 the words were wrong
"""

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from firsthand.app import config, plan_cli, roles, simulate_cli
from firsthand.app.database import with_database
from firsthand.app.progress import progress_bar

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, rich_markup_mode=None)
say = Console(stderr=True, highlight=False)
app.add_typer(plan_cli.app, name="plan")
app.add_typer(simulate_cli.app, name="simulate")


@app.command()
def web() -> None:
    """Serve the pages (role web)."""
    roles.web(config.read())


@app.command()
def live() -> None:
    """Serve the rooms and the order door (role live)."""
    roles.live(config.read())


@app.command()
def worker() -> None:
    """Do what waits in the queue (role worker)."""
    roles.worker(config.read())


@app.command()
def media() -> None:
    """Take publishers in and serve streams (role media)."""
    roles.media(config.read())


@app.command()
def migrate() -> None:
    """Bring the tables up to date."""
    with_database(empty_will_do=True)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    say.print("The tables are up to date.")


@app.command()
def up() -> None:
    """Start the whole house: database, front, web, live, worker, media. Ctrl-C stops it."""
    from firsthand.app.house import House

    with House(config.read()) as house:
        say.print(f"The house is open: [bold]{house.config.address}[/]  (Ctrl-C closes it)")
        house.keep()


@app.command()
def seed(
    products: Annotated[int, typer.Option(min=1, help="How many products the maker has.")] = 600,
    seed: Annotated[int, typer.Option(help="Another seed, another maker.")] = 1,
) -> None:
    """Fill the house with the demo maker: catalogue, factory, prices, promises, a show."""
    with_database(empty_will_do=True)
    from django.core.management import call_command

    from firsthand.app.demo import fill

    call_command("migrate", verbosity=0)
    with progress_bar(say) as progress:
        fill(products=products, seed=seed, progress=progress)


@app.command()
def demo(
    products: Annotated[int, typer.Option(min=1, help="How many products the maker has.")] = 600,
    viewers: Annotated[
        int, typer.Option(min=0, help="How many simulated viewers keep it alive.")
    ] = 12,
    seconds: Annotated[int, typer.Option(min=0, help="Stop after so long; 0: at Ctrl-C.")] = 0,
) -> None:
    """Open the house with the demo maker in it, and put a show on air."""
    from firsthand.app.demo import run

    run(config.read(), products=products, viewers=viewers, seconds=seconds, say=say)


@app.command()
def report(
    show: Annotated[str, typer.Argument(help="The show's slug or number.")],
    again: Annotated[bool, typer.Option(help="Reckon it anew, as it stands today.")] = False,
) -> None:
    """Print a show's report: the funnel, gross and net, by product, what people asked."""
    with_database()
    from firsthand.app.commands import report as run

    print(run(show, again=again))


@app.command()
def rehearse(
    show: Annotated[str, typer.Argument(help="The show's slug.")],
    viewers: Annotated[int, typer.Option(help="How many viewers come.")] = 50,
    seconds: Annotated[int, typer.Option(help="How long they stay.")] = 60,
    seed: Annotated[int, typer.Option(help="Another seed, another audience.")] = 1,
    address: Annotated[str, typer.Option(help="The house's address.")] = "",
    quiet: Annotated[bool, typer.Option(help="No progress bar.")] = False,
) -> None:
    """Send a simulated audience through the public doors: it watches, chats, clicks, buys."""
    from firsthand.rehearse.audience import Audience

    audience = Audience(address or config.read().address, show, viewers=viewers, seed=seed)
    if quiet:
        summary = audience.run(seconds)
    else:
        with progress_bar(say) as progress:
            bar = progress.add_task("rehearsing", total=seconds)
            summary = audience.run(seconds, lambda passed: progress.update(bar, completed=passed))
    print(summary.as_text())
    raise typer.Exit(0 if summary.went_well else 1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which one; 'list' names them.")],
) -> None:
    """Run one of the benchmarks in bench/; what follows its name is handed on to it."""
    folder = Path(__file__).parents[3] / "bench"
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    if name == "list" or name not in names:
        print("\n".join(names))
        raise typer.Exit(0 if name == "list" else 2)
    os.execv(sys.executable, [sys.executable, str(folder / f"{name}.py"), *context.args])  # noqa: S606 - a script of ours


@app.command()
def doctor() -> None:
    """Say what is missing, in a sentence each, with the mend."""
    from firsthand.app import doctor as office

    began = time.monotonic()
    findings = office.examine(config.read())
    for finding in findings:
        print(finding.as_line())
    ill = [finding for finding in findings if not finding.well]
    print(f"{len(findings) - len(ill)} well, {len(ill)} to mend ({time.monotonic() - began:.1f} s)")
    raise typer.Exit(1 if ill else 0)


def main() -> None:
    """The command ``firsthand``."""
    app()
