"""What the worker does for the ladders. A task is an edge of its own: it opens transactions.

Doors are held for a few hundred SKUs at a time, so that orders of a burst wait for some
hundredths of a second and not for all ladders of the house.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from firsthand.factory import actions as factory
from firsthand.factory.planning import actions as planning
from firsthand.factory.planning import store as planned
from firsthand.factory.planning import tasks as planning_tasks
from firsthand.factory.solver import DEFAULT
from firsthand.kit import clock, outbox
from firsthand.kit.outbox import News
from firsthand.promise import store
from firsthand.promise.actions import Rebuilt, rebuild_ladder
from firsthand.promise.requirements import plan_requirements

SKUS_AT_ONCE = 200
READER = "promise"
# By the news: why the plan in force is no longer how things will go.
UPSETS = {
    "machine_down": "downtime",
    "machine_up": "downtime",
    "purchase_delayed": "purchase",
    "layout_imported": "layout",
    "layout_changed": "layout",
}


def rebuild_all(sku_ids: Sequence[int] | None = None) -> Rebuilt:
    """Build ladders anew, some hundred SKUs in a transaction; None: all there are."""
    wanted = store.skus() if sku_ids is None else sorted(set(sku_ids))
    total = Rebuilt(0, 0, 0, 0, 0)
    for start in range(0, len(wanted), SKUS_AT_ONCE):
        with transaction.atomic():
            done = rebuild_ladder(wanted[start : start + SKUS_AT_ONCE], now=clock.now())
        total = Rebuilt(*(before + more for before, more in zip(total, done, strict=True)))
    return total


@app.task(name="promise.rebuild")
def rebuild(sku_ids: list[int] | None = None) -> None:
    """Build ladders anew."""
    rebuild_all(sku_ids)


@app.periodic(cron="2 * * * *")
@app.task(name="promise.rebuild_hourly", queueing_lock="promise.rebuild_hourly")
def rebuild_hourly(timestamp: int) -> None:
    """Days pass, and so does the cut-off: what ships tomorrow is another day every day."""
    rebuild_all()


@app.periodic(cron="* * * * * */10")  # the seconds stand last
@app.task(name="promise.follow_factory", queueing_lock="promise.follow_factory")
def follow_factory(timestamp: int) -> None:
    """Let the ladders follow what the factory told since the last time."""
    follow()


def follow() -> None:
    """New plans, finished lots, lots called off: have the ladders that they concern rebuilt.

    What no longer goes as it was planned has a new plan made. Both are put in the queue by the
    transaction that remembers how far we have read, so that none is forgotten and none is done
    for nothing.
    """
    everything, some = False, set[int]()
    reasons: list[str] = []
    finished: list[int] = []

    def use(news: News) -> None:
        nonlocal everything
        if news.name.startswith("plan_put_in_force."):
            everything = True
        elif sku_id := news.body.get("sku_id"):
            some.add(sku_id)
        if news.name.startswith("work_order_finished."):
            finished.append(news.body["work_order_id"])
        reasons.extend(why for event, why in UPSETS.items() if news.name.startswith(f"{event}."))

    with transaction.atomic():
        while outbox.use(READER, factory.FEED, use) == outbox.AT_MOST:
            pass
        if everything or some:
            rebuild.defer(sku_ids=None if everything else sorted(some))
        if finished and planned.late_finishes(finished):
            reasons.append("late")
        if reasons:
            planning.ask_by_itself(reasons[0], clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="promise.follow_orders", queueing_lock="promise.follow_orders")
def follow_orders(timestamp: int) -> None:
    """Let the factory know by when lots must be done from which buyers were promised something."""
    follow_promises()


def follow_promises() -> Rebuilt:
    """Lots that were promised from since the last look: when they are due; a burst is planned."""
    done = rebuild_all(store.newly_promised())
    if done.lots >= settings.REPLAN_BURST_LOTS:
        with transaction.atomic():
            planning.ask_by_itself("orders", clock.now())
    return done


def plan_anew(
    solver: str = DEFAULT, *, seed: int = 0, propose: bool = False, seconds: float | None = None
) -> tuple[int, Rebuilt]:
    """Work out what is missing if asked to, plan, and build all ladders; the plan's id.

    Several steps and not one transaction: planning takes no doors, and so no order waits for
    it. Between them the old ladder stands, which no order can overdraw.
    """
    prepare(propose=propose)
    budget = settings.PLAN_SECONDS if seconds is None else seconds
    plan_id = planning_tasks.plan_now(solver=solver, seed=seed, seconds=budget).pk
    return plan_id, rebuild_all()


def prepare(*, propose: bool) -> None:
    """What must be so before a plan is made: what to make is known, and by when."""
    if propose:
        with transaction.atomic():
            plan_requirements(clock.now())
    rebuild_all()  # and with it the factory is told by when lots must be done


@app.periodic(cron="30 18 * * *")  # half past two at night in Shanghai
@app.task(name="promise.plan_the_night", queueing_lock="promise.plan_the_night")
def plan_the_night(timestamp: int = 0) -> None:
    """Every night: what to make, by when, and a full plan; the ladders follow it."""
    prepare(propose=True)
    with transaction.atomic():
        planning.ask(
            solver=settings.PLAN_SOLVER, seconds=settings.PLAN_SECONDS, reason=planning.NIGHTLY
        )
