"""What the worker does for the factory. A task is an edge of its own: it opens the transaction."""

from collections.abc import Callable

from django.db import transaction
from procrastinate.contrib.django import app

from firsthand.factory import actions, store
from firsthand.factory.forecast import actions as forecasts
from firsthand.factory.forecast import seam
from firsthand.factory.planning import tasks as planning
from firsthand.factory.solver import DEFAULT
from firsthand.kit import clock
from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger

run_plan, look_after_runs = planning.run_plan, planning.look_after_runs  # the queue looks here

LOTS_MAX = 200  # finished by one task

log = get_logger(__name__)


@app.task(name="factory.replan", queueing_lock="factory.replan")
def replan(solver: str = DEFAULT, seed: int = 0) -> int:
    """Make a new plan and put it in force; its id."""
    with transaction.atomic():
        return actions.replan(clock.now(), solver=solver, seed=seed).pk


@app.periodic(cron="*/10 * * * *")
@app.task(name="factory.finish_what_is_due", queueing_lock="factory.finish_what_is_due")
def finish_what_is_due(timestamp: int = 0) -> int:
    """For a floor that reports nothing: what the plan says is done is taken as done.

    One transaction for each lot, so that one that cannot be finished holds up no other.
    """
    finished = 0
    for number, quantity in store.due_to_be_finished(clock.now(), LOTS_MAX):
        try:
            with transaction.atomic():
                actions.finish_work_order(number, quantity, clock.now())
        except Refusal as why:
            log.warning("work_order_not_finished", number=number, why=why.code)
        else:
            finished += 1
    return finished


@app.periodic(cron="10 17 * * *")  # ten past one at night in Shanghai, before the plan
@app.task(name="factory.forecast", queueing_lock="factory.forecast")
def forecast(timestamp: int = 0) -> int:
    """Every night: what will be asked for. Where forecasting is not installed, base stock holds."""
    if not seam.is_installed():
        log.info("forecasting_is_not_installed")
        return 0
    return forecast_now().skus


def forecast_now(
    *,
    events: forecasts.Events | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> forecasts.Report:
    """Read, work out, write: the minute in between holds no transaction open."""
    known = forecasts.histories(clock.now())
    made = forecasts.forecast(known, events=events, progress=progress)
    with transaction.atomic():
        return forecasts.put_down(made, too_young=len(known) - len(made))
