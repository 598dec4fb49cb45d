"""What planning leaves to the worker, written in its own transaction: no commit, no job.

There is no lock of the queue on it: a job more than there are runs finds nothing to do.
"""

from procrastinate.contrib.django import app


def run_plan(in_seconds: int = 0) -> None:
    """Let a worker take up the runs that wait."""
    wait = {"seconds": in_seconds} if in_seconds else None
    app.configure_task("factory.run_plan", schedule_in=wait).defer()
