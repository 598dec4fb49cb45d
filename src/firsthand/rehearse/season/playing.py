"""A season is played: instant by instant, by one way of planning.

At each instant the floor first works until then, by its rule; what was done meanwhile ships or is
stock. Then something happens (a morning, a part of a show, a breakdown), and if this is when the
house plans, it plans: lots are opened up to the base stock, they are due by what was promised from
them, the floor's rule is searched anew once a month, and each lot gets the date that promises
stand on until the next plan.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from firsthand.factory.futures import play as play_futures
from firsthand.factory.noise import CALM
from firsthand.factory.policy import RULES, Policy
from firsthand.factory.problem import Lot
from firsthand.factory.solver import Budget
from firsthand.factory.solvers.searching import search_policy
from firsthand.promise.rules import Coming
from firsthand.rehearse.season.floor import Floor
from firsthand.rehearse.season.ledger import HANDLING, Books, Movement, Tally
from firsthand.rehearse.season.ways import Cadence, Way
from firsthand.rehearse.season.world import (
    DAYS_A_MONTH,
    PART_SECONDS,
    RUN_SHEET_DAYS,
    TAIL_DAYS,
    Breakdown,
    Show,
    World,
)
from firsthand.rehearse.works import BEGINS_AT, DAY

FUTURES = 40  # of a plan, for the safe dates
SEARCHED = 60  # policies that a search tries
SPARE_DAYS = 2  # before stock runs out, a lot that nobody waits for shall be done
URGENT = 4  # the weight of a lot from which something was promised
YIELDS_DAYS = 7  # by so much a lot from which nothing was promised stands back

Progress = Callable[[float], object]


class Open(NamedTuple):
    """A lot that is open."""

    product: int
    quantity: int
    opened: int
    wanted: int  # when stock runs out without it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a season."""

    tally: Tally
    stock_before: int
    stock_after: int
    made: int
    mean_stock: float
    flow_hours: float  # of a lot, from when it was opened until it was done
    setup_hours: float
    busiest_percent: float  # of the busiest work centre's open hours
    plans: int
    waiting: int  # pieces that were still owed at the end
    movements: tuple[Movement, ...]


def play(world: World, way: Way, progress: Progress | None = None) -> Outcome:
    """Play a season by a way of planning. The same world and way come to the same."""
    season = _Season(world, way)
    last = (world.setting.days + TAIL_DAYS) * DAY
    for at, what in _instants(world):
        season.happens(at, what)
        if progress is not None:
            progress(at / last)
        if at >= world.setting.days * DAY and not season.owes():
            break
    return season.outcome()


def _instants(world: World) -> Iterator[tuple[int, object]]:
    """All that happens, in its order: mornings (by their day), parts of shows, breakdowns."""
    found: list[tuple[int, int, object]] = [
        (day * DAY, 0, day) for day in range(world.setting.days + TAIL_DAYS)
    ]
    for show in world.shows:
        parts = len(show.pieces[0][1])
        found += [(show.at + part * PART_SECONDS, 1, (show, part)) for part in range(parts)]
    found += [(one.at, 2, one) for one in world.breakdowns]
    for at, _kind, what in sorted(found, key=lambda one: one[:2]):
        yield at, what


class _Season:
    """A season under way."""

    def __init__(self, world: World, way: Way) -> None:
        self._world, self._way = world, way
        self._floor = Floor(world)
        self._policy = Policy(way.rule if way.rule in RULES else "atcs")
        self._searched_at: int | None = None
        self._numbers = count(1)
        self._open: dict[int, Open] = {}
        self._dates: dict[int, int] = {}  # by lot, as the last plan has it
        self._late = set[int]()  # lots of which it is known that their material is late
        self._now = 0
        self._stock_days: list[int] = []
        self._flows: list[int] = []
        self._plans = 0
        shelves = [round(self._base(one.number)) + one.lot_size // 2 for one in world.products]
        self._before = sum(shelves)
        self._books = Books(shelves)

    @property
    def _is_on(self) -> bool:
        return self._now < self._world.setting.days * DAY

    def owes(self) -> bool:
        """Whether somebody still waits."""
        return any(self._books.waiting)

    def happens(self, at: int, what: object) -> None:
        """An instant of the season."""
        self._go_on(at)
        if isinstance(what, Breakdown):
            self._floor.break_down(what)
            if self._way.cadence == Cadence.LIVE:
                self._plan()
        elif isinstance(what, int):
            self._morning(what)
        elif isinstance(what, tuple):
            self._on_air(*what)

    def _go_on(self, at: int) -> None:
        for lot_id, done in sorted(
            self._floor.go_on(at, self._policy).items(), key=lambda one: (one[1], one[0])
        ):
            lot = self._open.pop(lot_id)
            self._dates.pop(lot_id, None)
            self._flows.append(done - lot.opened)
            self._books.finish(done, lot.product, lot.quantity, _instant(done))
        self._now = at

    def _morning(self, day: int) -> None:
        self._hear_of_material()
        if self._is_on:
            self._stock_days.append(sum(self._books.stock))
        if self._way.cadence != Cadence.WEEKLY or day % 7 == 0:
            self._plan()
        if self._is_on:
            for product, pieces in enumerate(self._world.demand[day]):
                self._sell(product, pieces)

    def _on_air(self, show: Show, part: int) -> None:
        for product, pieces in show.pieces:
            self._sell(product, pieces[part])
        if self._way.cadence == Cadence.LIVE:
            self._plan()

    # --- buyers ---------------------------------------------------------------------------

    def _sell(self, product: int, pieces: int) -> None:
        if not pieces:
            return
        patience = self._world.patience(self._now, product, pieces)
        now = _instant(self._now)
        if self._way.fixed_days is not None:
            self._books.sell_in(self._way.fixed_days, self._now, product, patience, now)
            return
        coming = [
            Coming(
                HANDLING.ships_from_plan(_instant(self._dates[lot_id]), now), lot.quantity, lot_id
            )
            for lot_id, lot in self._open.items()
            if lot.product == product and lot_id in self._dates
        ]
        rungs = self._books.rungs(product, coming, now)
        self._books.sell(self._now, product, rungs, patience, now)

    # --- mishaps --------------------------------------------------------------------------

    def _hear_of_material(self) -> None:
        """A day before it is wanted, one hears that it comes later."""
        late = {}
        for lot in self._floor.problem.lots:
            if 0 < lot.release <= DAY and lot.id not in self._late:
                self._late.add(lot.id)
                days = self._world.material_late_days(lot.id)
                if days:
                    late[lot.id] = replace(lot, release=lot.release + days * DAY)
        if late:
            self._floor.change(late)

    # --- plans ----------------------------------------------------------------------------

    def _plan(self) -> None:
        self._plans += 1
        if self._is_on:
            for product in self._world.products:
                self._replenish(product.number)
        self._set_dues()
        problem = self._floor.problem
        if not problem.lots:
            return
        month = DAYS_A_MONTH * DAY
        if self._way.rule not in RULES and (
            self._searched_at is None or self._now - self._searched_at >= month
        ):
            self._searched_at = self._now
            self._policy = search_policy(
                problem,
                seed=self._world.seed,
                budget=Budget(iterations=SEARCHED),
                noise=self._world.setting.chances,
            )
        if self._way.fixed_days is not None:
            return  # nobody asks for dates
        quantile, chances = self._way.quantile, self._world.setting.chances
        sure = quantile is not None and chances != CALM
        played = play_futures(
            problem,
            self._policy,
            noise=chances if sure else CALM,
            count=FUTURES if sure else 1,
            seed=self._world.seed,
        )
        ends = played.quantile(quantile if sure and quantile is not None else 0.5)
        self._dates = {lot_id: self._now + end for lot_id, end in ends.items()}

    def _base(self, product: int) -> float:
        """Pieces that stock and open lots shall hold beyond what is owed."""
        one, setting = self._world.products[product], self._world.setting
        more = self._way.cadence.days
        channels = one.a_day * (setting.cover_days + more)
        hot = sum(
            product in (number for number, _pieces in show.pieces)
            for show in self._world.shows
            if 0 <= show.at - self._now <= (RUN_SHEET_DAYS + more) * DAY
        )
        return channels + hot * self._world.burst() / max(1, setting.hot_products)

    def _replenish(self, product: int) -> None:
        one = self._world.products[product]
        base = self._base(product)
        coming = sum(lot.quantity for lot in self._open.values() if lot.product == product)
        position = self._books.stock[product] + coming - self._books.owed(product)
        while position < base:
            lot_id = next(self._numbers)
            lasts = max(0.0, position / max(one.a_day, 0.1) - SPARE_DAYS)
            wanted = self._now + DAY + int(min(lasts, 30.0) * DAY)
            self._open[lot_id] = Open(product, one.lot_size, self._now, wanted)
            self._floor.open(
                self._world.lot(lot_id, one, one.lot_size, DAY, max(DAY, wanted - self._now))
            )
            position += one.lot_size

    def _set_dues(self) -> None:
        """What was promised first must be made first; of the rest, what runs out first."""
        changed: dict[int, Lot] = {}
        lots = {lot.id: lot for lot in self._floor.problem.lots}
        for product in range(len(self._world.products)):
            waiting = sorted(self._books.waiting[product])
            left = waiting[0].quantity if waiting else 0
            for lot_id, lot in self._open.items():
                if lot.product != product:
                    continue
                due, weight = lot.wanted + YIELDS_DAYS * DAY, 1
                if waiting:
                    ready = HANDLING.done_by(waiting[0].ship_by)
                    due = min(due, (ready - BEGINS_AT) // timedelta(seconds=1))
                    weight = URGENT
                pieces = lot.quantity
                while waiting and pieces >= left:
                    pieces -= left
                    waiting.pop(0)
                    left = waiting[0].quantity if waiting else 0
                left -= pieces if waiting else 0
                changed[lot_id] = replace(lots[lot_id], due=due - self._now, weight=weight)
        self._floor.change(changed)

    def outcome(self) -> Outcome:
        """What came of it."""
        floor, books = self._floor, self._books
        books.tally.missed += (owed := sum(map(books.owed, range(len(books.stock)))))
        use = {
            code: 100 * busy / max(1, floor.open_seconds[code])
            for code, busy in floor.busy_seconds.items()
        }
        return Outcome(
            tally=books.tally,
            stock_before=self._before,
            stock_after=sum(books.stock),
            made=books.made,
            mean_stock=sum(self._stock_days) / max(1, len(self._stock_days)),
            flow_hours=sum(self._flows) / max(1, len(self._flows)) / 3600,
            setup_hours=floor.setup_seconds / 3600,
            busiest_percent=max(use.values()),
            plans=self._plans,
            waiting=owed,
            movements=tuple(books.movements),
        )


def _instant(at: int) -> datetime:
    return BEGINS_AT + timedelta(seconds=at)
