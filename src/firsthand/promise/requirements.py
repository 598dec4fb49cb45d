"""What was promised becomes what must be made: given promises, told down to the factory.

The factory knows goods that are owed, and not by which day; the ladder knows the days.
"""

from datetime import datetime

from firsthand.factory.mrp import actions as mrp
from firsthand.factory.mrp.actions import Run
from firsthand.factory.mrp.rules import Problem, Result
from firsthand.factory.mrp.store import Days, Promised
from firsthand.promise import rules, store
from firsthand.promise.actions import rebuild_ladder
from firsthand.promise.rules import Taken


def promised() -> list[Promised]:
    """All that was promised and has not shipped, with the day by which it must be made."""
    handling = store.handling()
    wanted = store.skus()
    goods, rungs = store.goods(wanted), store.rungs(wanted)
    found = []
    for sku_id in wanted:
        taken = [
            Taken(one.ship_by, one.source, one.taken, one.kept)
            for one in rungs[sku_id]
            if one.taken
        ]
        owed = goods[sku_id].owed if sku_id in goods else 0
        for one in rules.still_open(taken, owed):
            ready_by = handling.done_by(one.ship_by).date()
            found.append(Promised(sku_id, one.ship_by, ready_by, one.quantity))
    return found


def plan_requirements(now: datetime) -> Run:
    """Work out what is missing for what was promised and is expected, and propose it.

    The ladders of SKUs whose lots changed are built anew in the same transaction, under the
    same doors: no rung stands on a lot that is no longer there.
    """
    run = mrp.run_mrp(now, promised())
    if run.sku_ids:
        rebuild_ladder(run.sku_ids, now=now)
    return run


def look(now: datetime) -> tuple[Days, Problem, Result]:
    """Work out what is missing for what was promised and is expected, and change nothing."""
    return mrp.look(now, promised())
