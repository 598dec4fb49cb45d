"""What can be done with promises: build the ladders anew on what is there and what will be.

doors of the SKUs, by id → read goods, rungs, completions → rule → write as sets → tell.

A ladder is rebuilt under the door of its SKU, through which every order goes, too: what is
read cannot change before it is written. Nothing that was taken is ever lost: a rung keeps
room for all that was taken from it, whatever the plan says now, and what the plan no longer
reaches is told (``PromiseAtRisk``) instead of forgotten.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from firsthand.factory import store as factory
from firsthand.kit import outbox
from firsthand.kit.log import get_logger
from firsthand.promise import rules, store
from firsthand.promise.events import LadderChanged, PromiseAtRisk, PromiseSafe
from firsthand.promise.rules import Coming, Handling, Ladder, Taken
from firsthand.promise.store import Goods, NewRung, RungRow, give_back, keep, quote, take
from firsthand.stock import store as stock

FEED = "promise"

log = get_logger(__name__)


class Rebuilt(NamedTuple):
    """What a rebuilding came to."""

    skus: int
    changed: int  # SKUs that offer other days or quantities than before
    at_risk: int  # pieces that were promised and cannot be there in time
    in_doubt: int  # pieces whose day would not be promised any more, those at risk among them
    lots: int  # work orders from which something is promised for the first time


def rebuild_ladder(sku_ids: Collection[int] | None = None, *, now: datetime) -> Rebuilt:
    """Build the ladders of SKUs anew (None: of all), from the stock and the plan in force."""
    wanted = store.skus() if sku_ids is None else sorted(set(sku_ids))
    missing = store.without_door(wanted)
    if missing:
        stock.open_accounts(missing)
    locked = list(stock.lock_on_offer(wanted))
    handling = store.handling()
    goods, rungs = store.goods(locked), store.rungs(locked)
    coming = _coming(locked, handling, now)
    new: list[NewRung] = []
    news: list[LadderChanged | PromiseAtRisk | PromiseSafe] = []
    needed: set[int] = set()
    dues: dict[int, datetime] = {}
    at_risk = in_doubt = 0
    for sku_id in locked:
        ladder = _ladder(goods[sku_id], rungs[sku_id], coming[sku_id], handling, now)
        new += _changed(sku_id, rungs[sku_id], ladder)
        news += _news(sku_id, rungs[sku_id], ladder, handling.today(now))
        needed |= ladder.needed
        dues |= {order_id: handling.done_by(day) for order_id, day in ladder.due.items()}
        at_risk += sum(ladder.at_risk.values())
        in_doubt += sum(ladder.in_doubt.values())
    store.write_rungs(new)
    store.write_backing(
        locked,
        {lot.work_order_id: (sku_id, lot.ship_by) for sku_id in locked for lot in coming[sku_id]},
    )
    if needed:
        factory.firm(needed)
    lots = factory.due_by_promise(locked, dues).first
    if news:
        outbox.tell(FEED, news)
    changed = sum(isinstance(one, LadderChanged) for one in news)
    log.info("ladders_rebuilt", skus=len(locked), changed=changed, at_risk=at_risk)
    return Rebuilt(len(locked), changed, at_risk, in_doubt, lots)


def _coming(sku_ids: Collection[int], handling: Handling, now: datetime) -> dict[int, list[Coming]]:
    found: dict[int, list[Coming]] = {sku_id: [] for sku_id in sku_ids}
    for one in factory.completions(sku_ids):
        ship_by = handling.ships_from_plan(one.safe_at, now)
        likely_by = handling.ships_from_plan(one.likely_at, now)
        found[one.sku_id].append(Coming(ship_by, one.quantity, one.work_order_id, likely_by))
    return found


def _ladder(
    goods: Goods,
    rungs: Sequence[RungRow],
    coming: Sequence[Coming],
    handling: Handling,
    now: datetime,
) -> Ladder:
    taken = [Taken(one.ship_by, one.source, one.taken, one.kept) for one in rungs if one.taken]
    found = rules.ladder(
        stock=goods.there - rules.without_a_day(taken, goods.owed),
        coming=coming,
        given=rules.still_open(taken, goods.owed),
        from_stock=handling.ships_from_stock(now),
        until=handling.today(now) + timedelta(days=handling.horizon_days),
    )
    before = {(one.ship_by, one.source): one.at_risk for one in rungs if one.at_risk}
    return found._replace(at_risk=rules.alarm(before, found.at_risk, found.in_doubt))


def _changed(sku_id: int, rungs: Sequence[RungRow], ladder: Ladder) -> list[NewRung]:
    """The rungs that are not in the table as the ladder has them; those that end among them."""
    before = {(one.ship_by, one.source): (one.quantity - one.taken, one.at_risk) for one in rungs}
    found = []
    for day, source in sorted({*before, *ladder.free}):
        key = (day, source)
        after = (ladder.free.get(key, 0), ladder.at_risk.get(key, 0))
        if before.get(key) != after:
            found.append(NewRung(sku_id, day, source, *after))
    return found


def _news(
    sku_id: int, rungs: Sequence[RungRow], ladder: Ladder, today: date
) -> list[LadderChanged | PromiseAtRisk | PromiseSafe]:
    news: list[LadderChanged | PromiseAtRisk | PromiseSafe] = []
    for one in rungs:
        pieces = ladder.at_risk.get((one.ship_by, one.source), 0)
        if pieces > one.at_risk:
            news.append(PromiseAtRisk(sku_id, one.ship_by.isoformat(), one.source, pieces))
        elif one.at_risk and not pieces:
            news.append(PromiseSafe(sku_id, one.ship_by.isoformat(), one.source))
    before = {
        (one.ship_by, one.source): one.quantity - one.taken for one in rungs if one.ship_by >= today
    }
    if rules.difference(before, ladder.free):
        first = min(ladder.free, default=None)
        news.append(
            LadderChanged(
                sku_id=sku_id,
                free=sum(ladder.free.values()),
                first_day=first[0].isoformat() if first else None,
            )
        )
    return news


__all__ = ["Rebuilt", "give_back", "keep", "quote", "rebuild_ladder", "take"]
