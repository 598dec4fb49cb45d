"""Which day is promised. Pure.

A *rung* says that so many pieces ship by a day. Two things stand behind a SKU's rungs: the
pieces that exist (they ship in some working days from now), and the lots that the plan in
force makes (they ship some working days after they are done). What was promised already has
the first word: only what no given promise needs is free.

    S(d)  pieces that can have shipped by day d: those that exist, and lots that ship by d
    U(d)  pieces promised by day d that have not shipped
    free by day d  =  the smallest S(e) − U(e) of all days e ≥ d, never below nought

The day of a lot is one by which it ships in nearly all futures that were played of the plan. A
promise that was given is judged more mildly than one that is offered (``alarm``).

The look ahead (e ≥ d) keeps a piece that exists today for a promise of next week which no lot
would reach in time. Where S(d) < U(d), promises cannot be kept: they are *at risk*.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

STOCK = "stock"
PLAN = "plan"
SATURDAY = 5
OVERDUE = timedelta(minutes=65)  # ladders are built anew every hour
DAYS_MAX = 3660  # ten years: no working day in so long is a calendar of nonsense


@dataclass(frozen=True, slots=True)
class Handling:
    """How long it takes from the shelf, or from the machine, to the carrier."""

    stock_days: int = 1  # working days to pick and pack a piece that exists
    cut_off_minute: int = 16 * 60  # what is ordered later is picked on the next working day
    plan_days: int = 2  # working days from a lot's end: last test, packing, way to the store
    horizon_days: int = 60  # nothing is promised later than that
    timezone: str = "Asia/Shanghai"
    works_on_weekends: bool = False
    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = field(default=frozenset())  # weekends that are worked

    def __post_init__(self) -> None:
        if min(self.stock_days, self.plan_days, self.horizon_days) < 0:
            raise ValueError("handling takes no less than no days")
        if not 0 <= self.cut_off_minute <= 1440:
            raise ValueError("the cut-off is a minute of the day")

    def is_worked(self, day: date) -> bool:
        """Whether people pack on that day."""
        if day in self.working_days:
            return True
        return day not in self.holidays and (self.works_on_weekends or day.weekday() < SATURDAY)

    def after(self, day: date, days: int) -> date:
        """The day which is so many working days after DAY; none: DAY, or the next one worked.

        >>> Handling().after(date(2026, 11, 27), 1)  # a Friday
        datetime.date(2026, 11, 30)
        """
        for _ in range(DAYS_MAX):
            if self.is_worked(day):
                if days == 0:
                    return day
                days -= 1
            day += timedelta(days=1)
        raise ValueError("there is no working day in ten years")

    def today(self, now: datetime) -> date:
        """The day it is where we pack."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def ships_from_stock(self, now: datetime) -> date:
        """By which day a piece ships that exists, if it is ordered now.

        >>> from datetime import UTC
        >>> monday = datetime(2026, 11, 23, 7, 59, tzinfo=UTC)  # 15:59 in Shanghai
        >>> Handling().ships_from_stock(monday)
        datetime.date(2026, 11, 24)
        >>> Handling().ships_from_stock(monday + timedelta(minutes=1))
        datetime.date(2026, 11, 25)
        """
        local = now.astimezone(ZoneInfo(self.timezone))
        day = local.date()
        if 60 * local.hour + local.minute >= self.cut_off_minute and self.is_worked(day):
            day += timedelta(days=1)
        return self.after(self.after(day, 0), self.stock_days)

    def ships_from_plan(self, done_at: datetime, now: datetime) -> date:
        """By which day pieces ship of a lot that is done then.

        What is overdue takes an hour more at least: so a lot that does not come is known to miss
        its day before that day is over, if somebody looks once an hour.

        >>> from datetime import UTC
        >>> monday = datetime(2026, 11, 23, 4, tzinfo=UTC)
        >>> Handling().ships_from_plan(monday + timedelta(days=2), monday)
        datetime.date(2026, 11, 27)
        """
        done_at = done_at if done_at > now else now + OVERDUE
        done = self.after(self.today(done_at), 0)
        return max(self.after(done, self.plan_days), self.ships_from_stock(now))

    def done_by(self, ship_by: date) -> datetime:
        """The last instant at which a lot may be done whose pieces ship by that day.

        >>> Handling().done_by(date(2026, 12, 2)).isoformat()  # a Wednesday; two working days
        '2026-11-30T23:59:59+08:00'
        """
        day = ship_by
        for _ in range(DAYS_MAX):
            if self.after(self.after(day, 0), self.plan_days) <= ship_by:
                break
            day -= timedelta(days=1)
        return datetime.combine(day, time(23, 59, 59), ZoneInfo(self.timezone))


@dataclass(slots=True)
class Rung:
    """A day by which pieces of a SKU ship, and how many of them are still free."""

    sku_id: int
    ship_by: date
    source: str
    free: int


def earliest(ladder: Iterable[Rung], quantity: int) -> Rung | None:
    """The first rung that holds the whole order, since an order ships in one parcel.

    A small order may so be promised an earlier day than a large one before it: nobody
    waits longer for that, and the early pieces do not lie about.
    """
    return next((rung for rung in ladder if rung.free >= quantity), None)


class Coming(NamedTuple):
    """Pieces of a lot that ship by a day, according to the plan in force."""

    ship_by: date  # surely enough to be promised
    quantity: int
    work_order_id: int
    likely_by: date | None = None  # surely enough to keep a promise; None: the same day


class Given(NamedTuple):
    """Pieces that were promised by a day, and have not shipped."""

    ship_by: date
    source: str
    quantity: int


class Ladder(NamedTuple):
    """What is free, which given promises cannot be kept, and which lots they stand on."""

    free: dict[tuple[date, str], int]
    at_risk: dict[tuple[date, str], int]
    needed: frozenset[int]  # work orders without which a given promise would break
    # Given promises that could not be given today: less sure than what is offered. Those that are
    # at risk are among them.
    in_doubt: dict[tuple[date, str], int]
    due: dict[int, date]  # by work order: the earliest day that was promised from it


def ladder(
    *,
    stock: int,
    coming: Iterable[Coming],
    given: Iterable[Given],
    from_stock: date,
    until: date,
) -> Ladder:
    """What of a SKU is free to be promised, and by when.

    STOCK pieces exist; they can serve any promise that was given, and ship by FROM_STOCK if
    they are promised now. Nothing is offered later than UNTIL.

    Ten pieces exist and eight are promised for the 8th, when a lot of five will ship. Three
    of the eight need pieces that exist now, so seven of the ten are free:

    >>> ladder(stock=10, coming=[Coming(date(2026, 12, 8), 5, 1)],
    ...        given=[Given(date(2026, 12, 8), "plan", 8)],
    ...        from_stock=date(2026, 12, 1), until=date(2027, 1, 30)).free
    {(datetime.date(2026, 12, 1), 'stock'): 7}
    """
    lots = sorted(coming)
    promises = sorted(given)
    there = max(0, stock)
    arriving: dict[date, int] = {}
    for lot in lots:
        arriving[lot.ship_by] = arriving.get(lot.ship_by, 0) + lot.quantity
    promised: dict[date, int] = {}
    for promise in promises:
        promised[promise.ship_by] = promised.get(promise.ship_by, 0) + promise.quantity
    days = sorted({*arriving, *promised})
    over = list(
        accumulate((arriving.get(day, 0) - promised.get(day, 0) for day in days), initial=there)
    )
    by_then = [max(0, one) for one in _smallest_from_here_on(over)]
    free: dict[tuple[date, str], int] = {}
    if by_then[0]:
        free[from_stock, STOCK] = by_then[0]
    for day, (before, now) in zip(days, pairwise(by_then), strict=True):
        if now > before and day <= until:
            free[day, PLAN] = now - before
    in_doubt, needed = _pegged(there, lots, promises)
    at_risk, by_then_needed = in_doubt, needed
    if any(lot.likely_by for lot in lots):
        likely = sorted(lot._replace(ship_by=lot.likely_by or lot.ship_by) for lot in lots)
        at_risk, by_then_needed = _pegged(there, likely, promises)
    return Ladder(free, at_risk, needed | by_then_needed, in_doubt, _due(there, lots, promises))


def alarm(
    before: Mapping[tuple[date, str], int],
    at_risk: Mapping[tuple[date, str], int],
    in_doubt: Mapping[tuple[date, str], int],
) -> dict[tuple[date, str], int]:
    """How many promised pieces of each rung are told to be at risk, when BEFORE were so far.

    An alarm is raised when a promise is kept in too few of the futures, and ended when it is
    kept in so many that it could be given again; in between it stays as it is. So it does not
    go on and off with every plan.

    >>> rung = (date(2026, 12, 8), "plan")
    >>> [alarm({rung: told}, {}, {rung: 30}) for told in (0, 20)]  # in doubt, but not at risk
    [{}, {(datetime.date(2026, 12, 8), 'plan'): 20}]
    >>> alarm({}, {rung: 10}, {rung: 30}), alarm({rung: 20}, {}, {})
    ({(datetime.date(2026, 12, 8), 'plan'): 10}, {})
    """
    found = {}
    for key in sorted({*at_risk, *in_doubt}):
        pieces = max(at_risk.get(key, 0), min(before.get(key, 0), in_doubt.get(key, 0)))
        if pieces:
            found[key] = pieces
    return found


def _smallest_from_here_on(numbers: Sequence[int]) -> list[int]:
    return list(accumulate(reversed(numbers), min))[::-1]


def _pegged(
    there: int, lots: Sequence[Coming], promises: Sequence[Given]
) -> tuple[dict[tuple[date, str], int], frozenset[int]]:
    """Promises served in the order of their days, by the earliest pieces; what is left over."""
    at_risk: dict[tuple[date, str], int] = {}
    needed: set[int] = set()
    waiting = [(lot.ship_by, lot.quantity, lot.work_order_id) for lot in reversed(lots)]
    for promise in promises:
        open_pieces = promise.quantity - min(there, promise.quantity)
        there -= promise.quantity - open_pieces
        while open_pieces and waiting and waiting[-1][0] <= promise.ship_by:
            ship_by, quantity, work_order_id = waiting.pop()
            used = min(quantity, open_pieces)
            open_pieces -= used
            needed.add(work_order_id)
            if quantity > used:
                waiting.append((ship_by, quantity - used, work_order_id))
        if open_pieces:
            key = (promise.ship_by, promise.source)
            at_risk[key] = at_risk.get(key, 0) + open_pieces
    return at_risk, frozenset(needed)


def _due(there: int, lots: Sequence[Coming], promises: Sequence[Given]) -> dict[int, date]:
    """Promises served in the order of their days by the earliest pieces, late ones, too.

    What cannot reach its promise in time any more is what must be made first.
    """
    due: dict[int, date] = {}
    waiting = [(lot.ship_by, lot.quantity, lot.work_order_id) for lot in reversed(lots)]
    for promise in promises:
        open_pieces = promise.quantity - min(there, promise.quantity)
        there -= promise.quantity - open_pieces
        while open_pieces and waiting:
            ship_by, quantity, work_order_id = waiting.pop()
            used = min(quantity, open_pieces)
            open_pieces -= used
            due.setdefault(work_order_id, promise.ship_by)
            if quantity > used:
                waiting.append((ship_by, quantity - used, work_order_id))
    return due


class Taken(NamedTuple):
    """A rung from which something was taken, and how much of that is known to have shipped."""

    ship_by: date
    source: str
    taken: int
    kept: int


def still_open(rungs: Iterable[Taken], owed: int) -> list[Given]:
    """The promises that have not been kept yet, when OWED pieces are held or sold in all.

    What was taken and is owed no more has shipped. Where nobody said of which rung it was
    (``kept``), it was of the earliest.

    >>> day, later = date(2026, 12, 1), date(2026, 12, 8)
    >>> [(one.ship_by.day, one.quantity)
    ...  for one in still_open([Taken(day, "stock", 5, 0), Taken(later, "plan", 4, 1)], owed=6)]
    [(1, 3), (8, 3)]
    """
    rows = sorted(rungs)
    shipped = max(0, sum(one.taken for one in rows) - owed)
    unnamed = max(0, shipped - sum(one.kept for one in rows))
    found = []
    for one in rows:
        left = one.taken - one.kept
        gone = min(left, unnamed)
        unnamed -= gone
        if left > gone:
            found.append(Given(one.ship_by, one.source, left - gone))
    return found


def without_a_day(rungs: Iterable[Taken], owed: int) -> int:
    """Pieces that are held or sold although no rung was taken for them: they are not free."""
    return max(0, owed - sum(one.taken - one.kept for one in rungs))


def difference(
    before: Mapping[tuple[date, str], int], after: Mapping[tuple[date, str], int]
) -> bool:
    """Whether two ladders offer anything else."""
    return {key: free for key, free in before.items() if free} != dict(after)
