"""What an action leaves to the worker, written in its own transaction: no commit, no job."""

from collections.abc import Sequence

from procrastinate.contrib.django import app


def carry_out_refunds() -> None:
    """Let the worker send back the money that was asked to go back."""
    app.configure_task("order.carry_out_refunds").defer()


def tell_waiting(waiting_ids: Sequence[int]) -> None:
    """Let the worker write to people what came of their waiting."""
    if waiting_ids:
        app.configure_task("order.tell_waiting").defer(waiting_ids=list(waiting_ids))


def tell_groups(group_ids: Sequence[int]) -> None:
    """Let the worker write to the people of groups that formed or expired."""
    if group_ids:
        app.configure_task("order.tell_groups").defer(group_ids=list(group_ids))


def tell_deposits(order_ids: Sequence[int], note: str) -> None:
    """Let the worker write to people who paid a deposit; NOTE is the step that says of what."""
    if order_ids:
        app.configure_task("order.tell_deposits").defer(order_ids=list(order_ids), note=note)


def allocate() -> None:
    """Let the worker see which paid orders get pieces."""
    app.configure_task("order.allocate_pieces").defer()
