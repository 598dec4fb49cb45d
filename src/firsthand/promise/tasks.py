"""What the worker does for the ladders. A task is an edge of its own: it opens transactions.

Doors are held for a few hundred SKUs at a time, so that orders of a burst wait for some
hundredths of a second and not for all ladders of the house.
"""

from collections.abc import Sequence

from django.db import transaction
from procrastinate.contrib.django import app

from firsthand.factory import actions as factory
from firsthand.factory.solver import DEFAULT
from firsthand.kit import clock, outbox
from firsthand.kit.outbox import News
from firsthand.promise import store
from firsthand.promise.actions import Rebuilt, rebuild_ladder

SKUS_AT_ONCE = 200
READER = "promise"


def rebuild_all(sku_ids: Sequence[int] | None = None) -> Rebuilt:
    """Build ladders anew, some hundred SKUs in a transaction; None: all there are."""
    wanted = store.skus() if sku_ids is None else sorted(set(sku_ids))
    total = Rebuilt(0, 0, 0)
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


@app.periodic(cron="* * * * *")
@app.task(name="promise.follow_factory", queueing_lock="promise.follow_factory")
def follow_factory(timestamp: int) -> None:
    """Let the ladders follow what the factory told since the last time."""
    follow()


def follow() -> None:
    """New plans, finished lots, lots called off: have the ladders that they concern rebuilt.

    The rebuilding is put in the queue by the transaction that remembers how far we have
    read, so that none is forgotten and none is done for nothing.
    """
    everything, some = False, set[int]()

    def use(news: News) -> None:
        nonlocal everything
        if news.name.startswith("plan_put_in_force."):
            everything = True
        elif "sku_id" in news.body:
            some.add(news.body["sku_id"])

    with transaction.atomic():
        while outbox.use(READER, factory.FEED, use) == outbox.AT_MOST:
            pass
        if everything or some:
            rebuild.defer(sku_ids=None if everything else sorted(some))


def plan_anew(
    solver: str = DEFAULT, *, seed: int = 0, propose: bool = False
) -> tuple[int, Rebuilt]:
    """Propose lots if asked to, plan, and build all ladders on the new plan; the plan's id.

    Three steps and not one transaction: planning takes no doors, and so no order waits for
    it. Between them the old ladder stands, which no order can overdraw.
    """
    if propose:
        with transaction.atomic():
            factory.propose_build(clock.now())
    with transaction.atomic():
        plan_id = factory.replan(clock.now(), solver=solver, seed=seed).pk
    return plan_id, rebuild_all()
