"""What was promised to whom, what is there, and what has shipped: the books of a season.

Pieces that exist serve a promise at once; pieces of a lot serve those that wait, the earliest day
first, and what nobody waits for is stock. Nothing ships that was not made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from firsthand.promise.rules import (
    PLAN,
    STOCK,
    Coming,
    Given,
    Handling,
    Rung,
    earliest,
    ladder,
)

HANDLING = Handling(stock_days=1, plan_days=1, works_on_weekends=True)


class Waiting(NamedTuple):
    """Pieces of a product that were promised by a day, and are not made yet."""

    ship_by: date
    promised_on: date
    quantity: int


class Movement(NamedTuple):
    """Pieces that were made (above nought) or left for a buyer (below)."""

    at: int
    product: int
    quantity: int


@dataclass(slots=True)
class Tally:
    """What is counted of promises, in pieces and in pieces times days."""

    wanted: int = 0
    taken: int = 0
    lost: int = 0
    shipped: int = 0
    kept: int = 0
    missed: int = 0
    missed_days: int = 0
    promised_days: int = 0
    true_days: int = 0


@dataclass(slots=True)
class Books:
    """The books of all products."""

    stock: list[int]
    tally: Tally = field(default_factory=Tally)
    waiting: list[list[Waiting]] = field(init=False)
    movements: list[Movement] = field(default_factory=list)
    made: int = 0

    def __post_init__(self) -> None:
        self.waiting = [[] for _one in self.stock]

    def owed(self, product: int) -> int:
        """Pieces that wait to be made for somebody."""
        return sum(one.quantity for one in self.waiting[product])

    def rungs(self, product: int, coming: Sequence[Coming], now: datetime) -> list[Rung]:
        """What can be promised of a product, the earliest day first."""
        found = ladder(
            stock=self.stock[product],
            coming=coming,
            given=[Given(one.ship_by, PLAN, one.quantity) for one in self.waiting[product]],
            from_stock=HANDLING.ships_from_stock(now),
            until=HANDLING.today(now) + timedelta(days=HANDLING.horizon_days),
        )
        return [
            Rung(product, day, source, free) for (day, source), free in sorted(found.free.items())
        ]

    def sell(
        self, at: int, product: int, rungs: list[Rung], patience: Sequence[float], now: datetime
    ) -> None:
        """Buyers come one after the other; each is told the earliest day, and takes it or goes."""
        today = HANDLING.today(now)
        for days in patience:
            rung = earliest(rungs, 1)
            if rung is None or (rung.ship_by - today).days > days:
                self.tally.lost += 1
                continue
            rung.free -= 1
            self._take(at, product, rung.ship_by, now)
        self.tally.wanted += len(patience)

    def sell_in(
        self, days: int, at: int, product: int, patience: Sequence[float], now: datetime
    ) -> None:
        """What is there ships at once; all others are promised the same number of days."""
        today = HANDLING.today(now)
        for patient in patience:
            ship_by = today + timedelta(days=days)
            if self.stock[product] > 0:
                ship_by = HANDLING.ships_from_stock(now)
            if (ship_by - today).days > patient:
                self.tally.lost += 1
            else:
                self._take(at, product, ship_by, now)
        self.tally.wanted += len(patience)

    def _take(self, at: int, product: int, ship_by: date, now: datetime) -> None:
        today = HANDLING.today(now)
        self.tally.taken += 1
        self.tally.promised_days += (ship_by - today).days
        if self.stock[product] > 0:
            self.stock[product] -= 1
            shipped = HANDLING.ships_from_stock(now)
            self._ship(at, product, Waiting(ship_by, today, 1), shipped)
        else:
            rows = self.waiting[product]
            if rows and rows[-1][:2] == (ship_by, today):
                rows[-1] = rows[-1]._replace(quantity=rows[-1].quantity + 1)
            else:
                rows.append(Waiting(ship_by, today, 1))

    def finish(self, at: int, product: int, quantity: int, now: datetime) -> None:
        """A lot is made: what waits ships, what nobody waits for is stock."""
        self.made += quantity
        self.movements.append(Movement(at, product, quantity))
        rows = sorted(self.waiting[product])
        ships = HANDLING.after(HANDLING.after(HANDLING.today(now), 0), HANDLING.plan_days)
        while rows and quantity:
            first = rows[0]
            part = min(quantity, first.quantity)
            quantity -= part
            self._ship(at, product, first._replace(quantity=part), ships)
            if part == first.quantity:
                rows.pop(0)
            else:
                rows[0] = first._replace(quantity=first.quantity - part)
        self.waiting[product] = rows
        self.stock[product] += quantity

    def _ship(self, at: int, product: int, what: Waiting, day: date) -> None:
        self.movements.append(Movement(at, product, -what.quantity))
        tally, many = self.tally, what.quantity
        tally.shipped += many
        tally.true_days += many * (day - what.promised_on).days
        if day <= what.ship_by:
            tally.kept += many
        else:
            tally.missed += many
            tally.missed_days += many * (day - what.ship_by).days


__all__ = ["HANDLING", "STOCK", "Books", "Movement", "Tally", "Waiting"]
