"""What an action leaves to the worker, written in its own transaction: no commit, no job."""

from procrastinate.contrib.django import app


def carry_out_refunds() -> None:
    """Let the worker send back the money that was asked to go back."""
    app.configure_task("order.carry_out_refunds").defer()


def allocate() -> None:
    """Let the worker see which paid orders get pieces."""
    app.configure_task("order.allocate_pieces").defer()
