"""What an action leaves to the worker, written in its own transaction: no commit, no job."""

from procrastinate.contrib.django import app


def serve_waiting(offer_id: int) -> None:
    """Something has changed for those who wait for this offer: let the worker see to it.

    The floor above has a task of this name. It is named here and not called: we do not know
    what it does.
    """
    app.configure_task("order.serve_waiting").defer(offer_id=offer_id)
