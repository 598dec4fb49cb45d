"""What a season is played in: products, machines, demand, shows, mishaps. Drawn from a seed.

Nothing here knows how the factory is planned, so that every way of planning meets the same world.
Times are seconds since the season begins, on a Monday at six in Shanghai, when the shift opens.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from firsthand.factory.calendars import HOUR, Calendar
from firsthand.factory.noise import Noise
from firsthand.factory.problem import Lot, Machine, Mode, Operation, WorkCentre
from firsthand.rehearse.works import (
    ASSEMBLY,
    BURN_IN,
    DAY,
    FINAL_TEST,
    ICT,
    MINUTE,
    PACKING,
    SHIFTS,
    SMT,
    STAGES,
)

DAYS_A_MONTH = 30
TAIL_DAYS = 30  # after the season, in which what was promised is still made
CALENDAR_DAYS = 60  # beyond that
SHOW_OPENS = 14 * HOUR  # eight in the evening
SHOW_PARTS = 3  # in which a show sells, with a look at the plan in between
PART_SECONDS = 20 * MINUTE
WEEK = (1.0, 0.9, 0.9, 0.95, 1.1, 1.2, 0.95)  # channel demand from Monday on
RUN_SHEET_DAYS = 4  # before a show, and those until the next plan, the planner knows its products


class Size(NamedTuple):
    """How large a maker is."""

    products: int
    machines: tuple[int, ...]  # a stage of STAGES
    pieces_a_day: int


SIZES = {
    "small": Size(12, (2, 2, 3, 2, 2, 2), 400),
    "middle": Size(30, (5, 4, 7, 5, 5, 4), 1200),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """The parameters of a season."""

    size: str = "small"
    months: float = 3
    load: float = 0.85  # of assembly, by what is asked for on average, without changeovers
    chances: Noise = field(default_factory=lambda: Noise(0.15, 0.02, 3.0))
    breakdowns_a_month: float = 1.0  # of each machine
    breakdown_hours: tuple[float, float] = (2.0, 16.0)
    late_material_share: float = 0.04  # of lots; by one day to four
    shows_a_week: int = 3
    show_share: float = 0.45  # of all pieces that are asked for
    hot_products: int = 2  # of a show
    burst_spread: float = 0.5  # of the logarithm of what a show sells
    at_once_days: float = 2.0  # so long everybody waits
    patience_days: float = 8.0  # beyond that: 37 of 100 still buy when it is so much later
    cover_days: float = 3.0  # that stock and open lots shall last beyond the next plan
    lot_days: float = 3.0  # of demand that are made at once

    @property
    def days(self) -> int:
        """How long the season is."""
        return max(1, round(self.months * DAYS_A_MONTH))


class Step(NamedTuple):
    """An operation of a routing."""

    id: int
    stage: int
    after: tuple[int, ...]
    piece_seconds: tuple[float, ...]  # on each machine of the stage
    lot_seconds: int = 0  # for any lot: an oven


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold and made."""

    number: int
    family: str
    part: str
    a_day: float  # pieces that channels ask for, on average
    lot_size: int
    steps: tuple[Step, ...]


class Show(NamedTuple):
    """A show: when, and how many pieces of its hot products are asked for in each part of it."""

    at: int
    pieces: tuple[tuple[int, tuple[int, ...]], ...]


class Breakdown(NamedTuple):
    """A machine stands still."""

    at: int
    work_centre_id: int
    machine: int
    seconds: int


class World:
    """A maker and his season."""

    def __init__(self, setting: Setting, seed: int) -> None:
        self.setting, self.seed = setting, seed
        self._chance = np.random.default_rng([seed, 1])
        self._size = SIZES[setting.size]
        self.products = self._products()
        self.centres = self._centres()
        self.demand = self._demand()
        self.shows = self._shows()
        self.breakdowns = self._breakdowns()

    # --- what is made, and on what ------------------------------------------------------------

    def _products(self) -> tuple[Product, ...]:
        chance, size, setting = self._chance, self._size, self.setting
        count = size.products
        families = max(2, count // 3)
        share = 1 / np.arange(1, count + 1) ** 0.8
        share = chance.permutation(share / share.sum())
        speed = [1 / chance.uniform(0.85, 1.2, many) for many in size.machines]
        pace = [chance.uniform(*stage.pace, count) for stage in STAGES]
        burn = chance.choice([2 * HOUR, 3 * HOUR, 4 * HOUR], count)
        two, burnt = chance.random(count) < 0.45, chance.random(count) < 0.5
        ways = [_way(two_boards=bool(a), burnt_in=bool(b)) for a, b in zip(two, burnt, strict=True)]
        # Each stage is as busy as it shall be when all that is asked for is made.
        scale = []
        for number, stage in enumerate(STAGES):
            work = sum(
                share[one] * size.pieces_a_day * pace[number][one] * part
                for one in range(count)
                for _id, of, _after, part in ways[one]
                if of == number
            )
            open_seconds = size.machines[number] * SHIFTS * 6 / 7
            scale.append(setting.load * stage.busy * open_seconds / work if work else 0.0)
        found = []
        for one in range(count):
            steps = tuple(
                Step(
                    number,
                    stage,
                    after,
                    tuple(
                        float(pace[stage][one] * part * scale[stage] * by) for by in speed[stage]
                    ),
                    int(burn[one]) if stage == BURN_IN else 0,
                )
                for number, stage, after, part in ways[one]
            )
            a_day = float(share[one] * size.pieces_a_day)
            found.append(
                Product(
                    one,
                    f"F{one % families + 1:02}",
                    f"P{one + 1:02}",
                    a_day * (1 - setting.show_share),
                    max(20, round(a_day * setting.lot_days / 10) * 10),
                    steps,
                )
            )
        return tuple(found)

    def _centres(self) -> tuple[WorkCentre, ...]:
        chance = self._chance
        families = sorted({one.family for one in self.products})
        places = {family: chance.uniform(0, 1, 2) for family in families}
        days = self.setting.days + TAIL_DAYS + CALENDAR_DAYS
        calendar = Calendar(
            tuple((day * DAY, day * DAY + SHIFTS) for day in range(days) if day % 7 != 6)
        )
        return tuple(
            WorkCentre(
                id=number + 1,
                code=stage.code,
                kind=stage.code,
                machines=tuple(
                    Machine(one + 1, calendar) for one in range(self._size.machines[number])
                ),
                minor_setup_seconds=stage.minor_minutes * MINUTE,
                changeovers={
                    (one, other): MINUTE
                    * round(
                        stage.base_minutes
                        + stage.span_minutes * float(np.abs(places[one] - places[other]).mean())
                    )
                    for one in families
                    for other in families
                    if one != other and stage.base_minutes
                },
            )
            for number, stage in enumerate(STAGES)
        )

    def lot(self, lot_id: int, product: Product, quantity: int, release: int, due: int) -> Lot:
        """A lot of a product, as the floor gets it."""
        operations = []
        for step in product.steps:
            modes = tuple(
                Mode(
                    step.stage + 1,
                    machine + 1,
                    step.lot_seconds or max(5 * MINUTE, round(quantity * seconds)),
                )
                for machine, seconds in enumerate(step.piece_seconds)
            )
            operations.append(
                Operation(
                    id=step.id,
                    work_centre_id=step.stage + 1,
                    run_seconds=round(sum(one.run_seconds for one in modes) / len(modes)),
                    setup_seconds=STAGES[step.stage].base_minutes * MINUTE,
                    family=product.family,
                    part=product.part,
                    after=step.after,
                    modes=modes,
                    name=STAGES[step.stage].code,
                )
            )
        name = f"{product.part} · {lot_id}"
        return Lot(lot_id, name, release, due, tuple(operations))

    # --- what happens -------------------------------------------------------------------------

    def _demand(self) -> list[list[int]]:
        """By day and product: pieces that channels ask for."""
        return [
            [int(self._chance.poisson(one.a_day * WEEK[day % 7])) for one in self.products]
            for day in range(self.setting.days)
        ]

    def burst(self) -> float:
        """How many pieces a show is asked for, on average."""
        setting = self.setting
        if not setting.shows_a_week:
            return 0.0
        return self._size.pieces_a_day * setting.show_share * 7 / setting.shows_a_week

    def _shows(self) -> list[Show]:
        chance, setting = self._chance, self.setting
        share = np.array([one.a_day for one in self.products])
        found = []
        for day in range(setting.days):
            if (day % 7) * setting.shows_a_week % 7 >= setting.shows_a_week:
                continue
            hot = chance.choice(
                len(share),
                min(setting.hot_products, len(share)),
                replace=False,
                p=share / share.sum(),
            )
            spread = setting.burst_spread
            burst = self.burst() * float(np.exp(chance.normal(-(spread**2) / 2, spread)))
            split = chance.dirichlet([3.0] * len(hot)) * burst / SHOW_PARTS
            pieces = tuple(
                (int(one), tuple(int(many) for many in chance.poisson(mean, SHOW_PARTS)))
                for one, mean in zip(hot, split, strict=True)
            )
            found.append(Show(day * DAY + SHOW_OPENS, pieces))
        return found

    def _breakdowns(self) -> list[Breakdown]:
        chance, setting = self._chance, self.setting
        found = []
        for centre in self.centres:
            for machine in centre.machines:
                mean = setting.breakdowns_a_month * setting.days / DAYS_A_MONTH
                for _ in range(int(chance.poisson(mean))):
                    day, second = int(chance.integers(setting.days)), int(chance.integers(SHIFTS))
                    hours = float(chance.uniform(*setting.breakdown_hours))
                    found.append(
                        Breakdown(day * DAY + second, centre.id, machine.number, int(hours * HOUR))
                    )
        return sorted(found)

    def patience(self, at: int, product: int, buyers: int) -> list[float]:
        """How many days each of these buyers would wait: the same ones in every way of planning."""
        chance = np.random.default_rng([self.seed, 2, at, product])
        waits = self.setting.at_once_days + chance.exponential(self.setting.patience_days, buyers)
        return [float(one) for one in waits]

    def material_late_days(self, lot_id: int) -> int:
        """By how many days the material of a lot comes late; nobody knows it before."""
        chance = np.random.default_rng([self.seed, 3, lot_id])
        late = chance.random() < self.setting.late_material_share
        return int(chance.integers(1, 5)) if late else 0

    def factors(self, lot_id: int, operations: int) -> list[float]:
        """By how much the work on a lot is longer than it should be."""
        drawn = self.setting.chances.factors(operations, seed=self.seed, future=lot_id)
        return [float(one) for one in drawn]


def _way(*, two_boards: bool, burnt_in: bool) -> list[tuple[int, int, tuple[int, ...], float]]:
    """The steps of a product: number, stage, what comes before, share of the usual time."""
    found: list[tuple[int, int, tuple[int, ...], float]]
    if two_boards:
        found = [(10, SMT, (), 0.75), (20, ICT, (10,), 1.0), (15, SMT, (), 0.75)]
        found += [(25, ICT, (15,), 1.0), (30, ASSEMBLY, (20, 25), 1.0)]
    else:
        found = [(10, SMT, (), 1.0), (20, ICT, (10,), 1.0), (30, ASSEMBLY, (20,), 1.0)]
    if burnt_in:
        found.append((40, BURN_IN, (30,), 1.0))
    found.append((50, FINAL_TEST, (40 if burnt_in else 30,), 1.0))
    return [*found, (60, PACKING, (50,), 1.0)]
