"""The ladders of 600 SKUs from a plan of 10,000 operations, and how soon a day is quoted.

    firsthand bench ladder [--operations 10000] [--skus 600] [--times 5]

Makes the database ``firsthand_bench_ladder`` on the server that DATABASE_URL names (or on the one
that comes with the house), draws a plant into it, plans it, promises a third of every rung, and
drops it again. A rebuilding is all that the worker does after a new plan: doors, goods, rungs,
completions, the rule, the writing, what the factory is told. One is timed whose plan changed every
day of every lot, and one that finds nothing new.
"""

import argparse
import os
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from firsthand.app import config, postgres

DATABASE = "firsthand_bench_ladder"
QUOTES = 100_000


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--skus", type=int, default=600)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--plans", type=int, default=3, help="that were made before")
    asked = parser.parse_args()
    house = config.read()
    server = house.database_url or str(postgres.start(house.home).get_uri(postgres.MAINTENANCE))
    with psycopg.connect(server, autocommit=True) as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(sql.SQL("create database {}").format(name))
        try:
            _measure(make_conninfo(server, dbname=DATABASE), asked)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))


def _measure(dsn: str, asked: argparse.Namespace) -> None:
    os.environ["DATABASE_URL"] = dsn
    import django

    django.setup()
    import structlog
    from django.core.management import call_command
    from django.db import connection, transaction

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    call_command("migrate", verbosity=0)

    from firsthand.factory.models import PlannedLot
    from firsthand.factory.planning import tasks as planning
    from firsthand.kit.clock import now
    from firsthand.promise import tasks
    from firsthand.promise.models import Rung
    from firsthand.rehearse.plant import fill

    with transaction.atomic():
        filled = fill(asked.operations, seed=1, now=now(), skus=asked.skus)
    for _ in range(asked.plans):  # a house keeps its last plans
        began = time.perf_counter()
        plan = planning.plan_now(solver="in_force", seconds=1)
    print(
        f"{filled.operations:,} operations, {len(filled.work_order_ids):,} lots,"
        f" {len(filled.sku_ids):,} SKUs; planned in {time.perf_counter() - began:.1f} s"
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    first = _timed(tasks.rebuild_all)
    print(f"first ladders          {1000 * first:7.0f} ms, {Rung.objects.count():,} rungs")
    with transaction.atomic():
        _promise_a_third()
    _timed(tasks.rebuild_all)
    quiet, moved = [], []
    for turn in range(asked.times):
        quiet.append(_timed(tasks.rebuild_all))
        sign = 1 if turn % 2 == 0 else -1
        _move(PlannedLot, plan.pk, 3 * sign)
        moved.append(_timed(tasks.rebuild_all))
    print(f"nothing new            {1000 * median(quiet):7.0f} ms (median of {asked.times})")
    print(f"every day has changed  {1000 * median(moved):7.0f} ms (median of {asked.times})")
    _quotes(filled.sku_ids)
    connection.close()


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _move(lots: type, plan_id: int, days: int) -> None:
    """Let every lot be done so many days later, as by another plan."""
    from datetime import timedelta

    from django.db.models import F

    later = timedelta(days=days)
    lots.objects.filter(plan_id=plan_id).update(  # type: ignore[attr-defined]
        safe_at=F("safe_at") + later, likely_at=F("likely_at") + later, done_at=F("done_at")
    )


def _promise_a_third() -> None:
    """A third of what every rung of the plan offers is taken, and held in the ledger."""
    from firsthand.promise import store
    from firsthand.promise.models import Rung
    from firsthand.stock import store as stock
    from firsthand.stock.models import HELD, ON_OFFER, PLANNED

    places = {
        (rung.sku_id, rung.ship_by, rung.source): rung.quantity // 3
        for rung in Rung.objects.filter(source="plan", quantity__gte=3)
    }
    goods: dict[int, int] = {}
    for (sku_id, _day, _source), pieces in places.items():
        goods[sku_id] = goods.get(sku_id, 0) + pieces
    stock.lock_on_offer(sorted(goods))
    stock.transfer(debit=ON_OFFER, credit=PLANNED, quantities=goods, cause="bench")
    stock.transfer(debit=HELD, credit=ON_OFFER, quantities=goods, cause="bench")
    store.take(places)


def _quotes(sku_ids: list[int]) -> None:
    """How long it takes to find a day: in a ladder at hand, and asked of the tables."""
    from firsthand.promise import store
    from firsthand.promise.rules import earliest

    ladders = list(store.ladders(sku_ids).values())
    took = []
    for turn in range(QUOTES):
        ladder, quantity = ladders[turn % len(ladders)], 1 + turn % 300
        began = time.perf_counter_ns()
        earliest(ladder, quantity)
        took.append(time.perf_counter_ns() - began)
    _say("quote from a ladder", [one / 1000 for one in took])
    took = []
    for turn in range(2000):
        began = time.perf_counter_ns()
        store.quote(sku_ids[turn % len(sku_ids)], 1 + turn % 300)
        took.append(time.perf_counter_ns() - began)
    _say("quote from the tables", [one / 1000 for one in took])


def _say(what: str, microseconds: list[float]) -> None:
    ordered = sorted(microseconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    print(f"{what:22} p50 {p50:7.2f} us, p99 {p99:7.2f} us")


if __name__ == "__main__":
    main()
