"""Factories of consumer electronics, drawn from a seed: what solvers are rehearsed and measured on.

    problem = works("middle", seed=1)           # about 2,000 operations on 30 machines

Six stages: boards are mounted (SMT) and tested (ICT), lots are assembled, some are burnt in, all
are tested (FT) and packed. Nearly half of the products have a second board, which is mounted and
tested beside the first and meets it at assembly. Products come in families of three: from one to
another of its family the changeover is minor, to another family the longer the less alike they
are. Machines are of various speed, and not every machine can make every family. A few products
sell most. Lots are for live shows (they come in bursts, are due soon, and weigh 4), for channels
(1) or for companies (2). At a load of 1 the horizon in which lots come is as long as the work of
mounting and assembly; above, the factory is overloaded and the best plan is late, too.

It has no operators, yield or missing parts; who needs those plays the season (``rehearse/season``).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.calendars import HOUR, Calendar
from firsthand.factory.problem import Lot, Machine, Mode, Operation, Problem, WorkCentre

BEGINS_AT = datetime(2026, 11, 22, 22, tzinfo=UTC)  # Monday, six o'clock in Shanghai
LIVE, CHANNEL, COMPANY = 4, 1, 2  # the weights of the lots
SIZES = {"small": 50, "middle": 335, "large": 1670}  # lots; about 6.6 operations each
DAY = 24 * HOUR
SHIFTS = 16 * HOUR  # two shifts of eight hours, from six to ten
HORIZON_DAYS = 400
MINUTE = 60


class Stage(NamedTuple):
    """A kind of work: its changeovers, its pace, and how busy it is beside the others."""

    code: str
    minor_minutes: int
    base_minutes: int  # of a changeover between families that are alike
    span_minutes: int  # and more, the less alike they are
    pace: tuple[int, int]  # seconds a piece; none: an oven, which takes hours for any lot
    busy: float  # at a load of one
    choosy: bool  # some machines can do most families, others few


STAGES = (
    Stage("smt", 12, 35, 60, (13, 26), 0.93, True),
    Stage("ict", 5, 12, 10, (8, 16), 0.72, False),
    Stage("assembly", 10, 25, 40, (20, 40), 1.0, True),
    Stage("burn-in", 0, 0, 0, (0, 0), 0.75, False),
    Stage("final-test", 5, 10, 10, (14, 28), 0.78, False),
    Stage("packing", 5, 12, 8, (8, 14), 0.70, False),
)
SMT, ICT, ASSEMBLY, BURN_IN, FINAL_TEST, PACKING = range(6)
# Machines a stage and families, where the lots are that many; between them, as many as between.
GROUNDS = {
    50: ((2, 2, 3, 2, 2, 2), 5),
    335: ((5, 4, 7, 5, 5, 4), 10),
    1670: ((14, 11, 20, 14, 14, 10), 20),
}


def works(
    size: str = "middle",
    *,
    seed: int,
    lots: int | None = None,
    load: float = 1.05,
    tight: float = 0.5,
    live_share: float = 0.35,
    calendars: bool = False,
) -> Problem:
    """A factory: of a size, or with so many LOTS.

    TIGHT: how much time there is until lots are due, beside their work; less is tighter.
    CALENDARS: two shifts from Monday to Saturday, and maintenance; otherwise it never closes.
    """
    count = SIZES[size] if lots is None else lots
    drawn = _Drawn(np.random.default_rng(seed), count, load, tight, live_share, calendars)
    return Problem(begins_at=BEGINS_AT, work_centres=drawn.centres(), lots=drawn.lots())


@dataclass
class _Step:
    stage: int
    after: tuple[int, ...]
    share: float = 1.0  # of the usual time


# By number in the lot: the second board is the one with the odd numbers.
_ONE_BOARD = {10: _Step(SMT, ()), 20: _Step(ICT, (10,)), 30: _Step(ASSEMBLY, (20,))}
_TWO_BOARDS = {
    10: _Step(SMT, (), 0.75),
    20: _Step(ICT, (10,)),
    15: _Step(SMT, (), 0.75),
    25: _Step(ICT, (15,)),
    30: _Step(ASSEMBLY, (20, 25)),
}


def _steps(*, two_boards: bool, burnt_in: bool) -> dict[int, _Step]:
    found = dict(_TWO_BOARDS if two_boards else _ONE_BOARD)
    if burnt_in:
        found[40] = _Step(BURN_IN, (30,))
    found[50] = _Step(FINAL_TEST, (40 if burnt_in else 30,))
    found[60] = _Step(PACKING, (50,))
    return found


def _grounds(lots: int) -> tuple[list[int], int]:
    # Up to the large one the plant grows with its lots, beyond it with their root: it also has
    # more to do for each machine.
    known = sorted(GROUNDS)
    if lots > known[-1]:
        grown = (lots / known[-1]) ** 0.5
        machines, families = GROUNDS[known[-1]]
        return [round(one * grown) for one in machines], round(families * grown)
    columns = [[*GROUNDS[one][0], GROUNDS[one][1]] for one in known]
    at = [round(float(np.interp(lots, known, column))) for column in zip(*columns, strict=True)]
    return at[:-1], at[-1]


class _Drawn:
    """What chance made: products, machines, lots."""

    def __init__(
        self,
        chance: np.random.Generator,
        lots: int,
        load: float,
        tight: float,
        live_share: float,
        calendars: bool,
    ) -> None:
        self._chance, self._load, self._tight = chance, load, tight
        self._live_share, self._calendars = live_share, calendars
        self._machines, families = _grounds(lots)
        products = 3 * families
        self._family = np.repeat(np.arange(families), 3)
        places = chance.uniform(0, 1, (families, 2))
        self._apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(-1)) / 1.42
        self._speed = [chance.uniform(0.85, 1.2, many) for many in self._machines]
        self._able = {
            (stage, family): self._choose(stage)
            for stage in range(len(STAGES))
            for family in range(families)
        }
        popular = 1 / np.arange(1, products + 1) ** 0.7
        popular = chance.permutation(popular)
        self._pace = [chance.uniform(*stage.pace, products) for stage in STAGES]
        self._burn = chance.choice([2 * HOUR, 3 * HOUR, 4 * HOUR], products)
        burnt_in, two_boards = chance.uniform(size=products) < 0.5, chance.uniform(size=products)
        self._steps = [
            _steps(two_boards=bool(two_boards[one] < 0.45), burnt_in=bool(burnt_in[one]))
            for one in range(products)
        ]
        self._product = chance.choice(products, lots, p=popular / popular.sum())
        pieces = np.exp(chance.normal(np.log(350), 0.6, lots))
        self._pieces = np.clip(np.round(pieces / 10) * 10, 50, 1500).astype(int)
        self._scale = np.ones(len(STAGES))
        self._horizon = self._balance()

    def _choose(self, stage: int) -> NDArray[np.int64]:
        many = self._machines[stage]
        share = self._chance.uniform(0.35, 0.75) if STAGES[stage].choosy else 0.7
        able = min(many, max(2, round(many * share)))
        return np.sort(self._chance.choice(many, able, replace=False))

    def _balance(self) -> float:
        # Each stage is as busy as it shall be; assembly says how long the horizon is.
        work = np.zeros(len(STAGES))
        for lot in range(len(self._product)):
            for step in self._steps[self._product[lot]].values():
                work[step.stage] += np.mean([one.run_seconds for one in self._modes(lot, step)])
        horizon = float(work[ASSEMBLY]) / self._machines[ASSEMBLY] / self._load
        for stage in (SMT, ICT, FINAL_TEST, PACKING):
            busy = STAGES[stage].busy * (self._load if stage == SMT else 1.0)
            self._scale[stage] = busy * horizon * self._machines[stage] / work[stage]
        return horizon

    def _modes(self, lot: int, step: _Step) -> tuple[Mode, ...]:
        product, stage = self._product[lot], step.stage
        found = []
        for machine in self._able[stage, self._family[product]]:
            if stage == BURN_IN:
                seconds = int(self._burn[product])
            else:
                pace = self._pace[stage][product] * step.share / self._speed[stage][machine]
                seconds = max(5 * MINUTE, round(self._pieces[lot] * pace * self._scale[stage]))
            found.append(Mode(stage + 1, int(machine) + 1, seconds))
        return tuple(found)

    def centres(self) -> tuple[WorkCentre, ...]:
        """The work centres: one a stage."""
        found = []
        for number, stage in enumerate(STAGES):
            changeovers = {
                (_family(one), _family(other)): round(
                    stage.base_minutes + stage.span_minutes * float(self._apart[one, other])
                )
                * MINUTE
                for one in range(len(self._apart))
                for other in range(len(self._apart))
                if one != other
            }
            machines = []
            for machine in range(self._machines[number]):
                made = int(self._chance.integers(len(self._family)))
                machines.append(
                    Machine(machine + 1, self._calendar(), self._family_of(made), _part(made))
                )
            found.append(
                WorkCentre(
                    id=number + 1,
                    code=stage.code,
                    kind=stage.code,
                    machines=tuple(machines),
                    minor_setup_seconds=stage.minor_minutes * MINUTE,
                    changeovers=changeovers if stage.base_minutes else {},
                )
            )
        return tuple(found)

    def _family_of(self, product: int) -> str:
        return _family(int(self._family[product]))

    def _calendar(self) -> Calendar:
        if not self._calendars:
            return Calendar(((0, HORIZON_DAYS * DAY),))
        found: list[tuple[int, int]] = []
        maintained = int(self._chance.integers(28))
        for day in range(HORIZON_DAYS):
            if day % 7 == 6:
                continue
            opens, closes = day * DAY, day * DAY + SHIFTS
            # Once in four weeks a machine is maintained for half a shift, in the middle of the day.
            if day % 28 == maintained:
                found += [(opens, opens + 6 * HOUR), (opens + 10 * HOUR, closes)]
            else:
                found.append((opens, closes))
        return Calendar(tuple(found))

    def lots(self) -> tuple[Lot, ...]:
        """The lots: when they come, when they are due, and what they weigh."""
        chance, horizon = self._chance, self._horizon
        kinds = chance.choice(3, len(self._product), p=[self._live_share, *self._others()])
        shows = np.sort(chance.uniform(0, 0.8 * horizon, max(2, int(horizon / DAY * 1.2))))
        found = []
        for lot, product in enumerate(self._product):
            operations, work = self._operations(lot)
            if kinds[lot] == 0:
                release = float(chance.choice(shows)) + chance.uniform(0, HOUR)
                days, factor, weight = chance.uniform(1.0, 2.5), 1.15, LIVE
            else:
                release = chance.uniform(0, 0.75 * horizon) if chance.uniform() < 0.7 else 0.0
                few, most = (3, 8) if kinds[lot] == 1 else (2, 5)
                days = chance.uniform(few, most)
                factor, weight = (1.5, CHANNEL) if kinds[lot] == 1 else (1.3, COMPANY)
            due = release + work * factor + self._tight * days * SHIFTS
            name = f"{('live', 'channel', 'company')[kinds[lot]]} {lot + 1} · {_part(int(product))}"
            found.append(
                Lot(
                    id=lot + 1,
                    name=name,
                    release=self._instant(release),
                    due=self._instant(due),
                    operations=operations,
                    weight=weight,
                )
            )
        return tuple(found)

    def _others(self) -> tuple[float, float]:
        rest = 1 - self._live_share
        return rest * 0.45 / 0.65, rest * 0.2 / 0.65

    def _operations(self, lot: int) -> tuple[tuple[Operation, ...], float]:
        """The operations of a lot, and the longest way of work through them."""
        product = int(self._product[lot])
        found: list[Operation] = []
        ends: dict[int, float] = {}
        for number, step in self._steps[product].items():
            modes = self._modes(lot, step)
            mean = sum(one.run_seconds for one in modes) / len(modes)
            ends[number] = mean + max((ends[one] for one in step.after), default=0.0)
            found.append(
                Operation(
                    id=number,
                    work_centre_id=step.stage + 1,
                    run_seconds=round(mean),
                    setup_seconds=STAGES[step.stage].base_minutes * MINUTE,
                    family=self._family_of(product),
                    part=_part(product),
                    after=step.after,
                    modes=modes,
                    name=STAGES[step.stage].code,
                )
            )
        return tuple(found), max(ends.values())

    def _instant(self, worked: float) -> int:
        """When so much working time is over."""
        if not self._calendars:
            return int(worked)
        days, rest = divmod(int(worked), SHIFTS)
        weeks, days = divmod(days, 6)
        return (weeks * 7 + days) * DAY + rest


def _family(number: int) -> str:
    return f"F{number + 1:02}"


def _part(product: int) -> str:
    return f"{_family(product // 3)}-{product % 3 + 1}"
