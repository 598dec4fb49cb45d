"""``firsthand``: the command line. Each command says with its exit code whether it went well."""

import typer

from firsthand.app import config, roles

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


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


def main() -> None:
    """The command ``firsthand``."""
    app()
