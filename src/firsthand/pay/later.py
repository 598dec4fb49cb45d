"""What an action leaves to the worker, written in its own transaction: no commit, no job."""

from collections.abc import Sequence

from procrastinate.contrib.django import app

AT_ONCE = 20  # a provider is asked about each of them


def close(payment_ids: Sequence[int]) -> None:
    """Let the worker close payments at their providers, which nobody waits for any more."""
    for start in range(0, len(payment_ids), AT_ONCE):
        some = payment_ids[start : start + AT_ONCE]
        app.configure_task("pay.close_payments").defer(payment_ids=[*some])
