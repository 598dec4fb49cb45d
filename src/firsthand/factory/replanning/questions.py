"""What if: assumptions, laid over the rows that a problem is made of. Pure; nothing is written.

    what if line 2 works on Saturday, and 5,000 more are wanted by the 12th?

A question is kept as JSON, so that it can wait for a worker, and stand beside its answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from firsthand.factory.impossible import Impossible
from firsthand.factory.tables import (
    Centre,
    DayRow,
    MachineRow,
    Order,
    ShiftRow,
    Standstill,
    Tables,
)

FRIDAY = 4
PIECES_MAX = 1_000_000
LOTS_MAX = 500  # that a question may ask for
SUPPOSITIONS_MAX = 50


@dataclass(frozen=True, slots=True)
class ExtraShift:
    """A work centre works then, beside what it works anyhow."""

    work_centre: str
    day: date
    start_minute: int = 480
    minutes: int = 480


@dataclass(frozen=True, slots=True)
class Standing:
    """A machine, or all of a work centre, does not work in that time."""

    work_centre: str
    starts_at: datetime
    ends_at: datetime
    machine: int | None = None


@dataclass(frozen=True, slots=True)
class MoreMachines:
    """A work centre has so many machines more, like its others."""

    work_centre: str
    machines: int


@dataclass(frozen=True, slots=True)
class MorePieces:
    """So many pieces more of a part are wanted by an instant."""

    part: str
    quantity: int
    by: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """All that is assumed."""

    shifts: tuple[ExtraShift, ...] = ()
    standing: tuple[Standing, ...] = ()
    machines: tuple[MoreMachines, ...] = ()
    pieces: tuple[MorePieces, ...] = ()

    def __post_init__(self) -> None:
        suppositions = (*self.shifts, *self.standing, *self.machines, *self.pieces)
        if not suppositions:
            raise Impossible("a question that assumes nothing has no answer")
        if len(suppositions) > SUPPOSITIONS_MAX:
            raise Impossible(
                "a question assumes at most {most} things at once", most=SUPPOSITIONS_MAX
            )
        for one in self.shifts:
            if not (0 <= one.start_minute < 1440 and 1 <= one.minutes <= 1440):
                raise Impossible("a shift begins and ends within a day and a night")
        for one_standing in self.standing:
            if one_standing.ends_at <= one_standing.starts_at:
                raise Impossible("a standstill ends after it begins")
        for one_machine in self.machines:
            if not 1 <= one_machine.machines <= 100:
                raise Impossible("from 1 to 100 machines may be assumed")
        for one_wish in self.pieces:
            if not 1 <= one_wish.quantity <= PIECES_MAX:
                raise Impossible("from 1 to {most} pieces may be asked for", most=PIECES_MAX)

    def as_json(self) -> dict[str, Any]:
        """As it waits for a worker."""
        return {
            "shifts": [[one.work_centre, one.day.isoformat(), one.start_minute, one.minutes]
                       for one in self.shifts],
            "standing": [
                [one.work_centre, one.starts_at.isoformat(), one.ends_at.isoformat(), one.machine]
                for one in self.standing
            ],
            "machines": [[one.work_centre, one.machines] for one in self.machines],
            "pieces": [[one.part, one.quantity, one.by.isoformat()] for one in self.pieces],
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Question":
        """As it was kept."""
        moment = datetime.fromisoformat
        return cls(
            shifts=tuple(
                ExtraShift(code, date.fromisoformat(day), start, minutes)
                for code, day, start, minutes in kept.get("shifts", ())
            ),
            standing=tuple(
                Standing(code, moment(start), moment(end), machine)
                for code, start, end, machine in kept.get("standing", ())
            ),
            machines=tuple(MoreMachines(code, many) for code, many in kept.get("machines", ())),
            pieces=tuple(
                MorePieces(part, quantity, moment(by))
                for part, quantity, by in kept.get("pieces", ())
            ),
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """A part that more pieces are asked of: how it is made."""

    part_id: int
    lot_size: int
    material_at: datetime  # when all that is bought for it is there


def supposed(
    tables: Tables, question: Question, wishes: Mapping[str, Wish], now: datetime
) -> tuple[Tables, tuple[int, ...]]:
    """The rows as they would be, and the orders that are not there: their ids are below nought.

    Raises ``Impossible`` for a work centre or a part that nobody knows.
    """
    for one in question.shifts:
        tables = _with_shift(tables, _centre(tables, one.work_centre), one)
    for one_machine in question.machines:
        tables = _with_machines(tables, _centre(tables, one_machine.work_centre), one_machine)
    stops = [
        Standstill(
            _centre(tables, one.work_centre).id,
            one.machine,
            one.starts_at,
            one.ends_at,
            is_breakdown=one.starts_at <= now,
        )
        for one in question.standing
    ]
    orders = _orders(question, wishes, now)
    tables = replace(
        tables,
        standstills=(*tables.standstills, *stops),
        orders=(*tables.orders, *orders),
    )
    return tables, tuple(one.id for one in orders)


def _centre(tables: Tables, code: str) -> Centre:
    for one in tables.centres:
        if one.code == code:
            return one
    raise Impossible("there is no work centre {code}", code=code)


def _with_machines(tables: Tables, centre: Centre, more: MoreMachines) -> Tables:
    grown = centre._replace(machines=centre.machines + more.machines)
    return replace(
        tables, centres=[grown if one.id == centre.id else one for one in tables.centres]
    )


def _with_shift(tables: Tables, centre: Centre, shift: ExtraShift) -> Tables:
    """The centre on a calendar of its own, which has that shift beside the day's usual ones."""
    new_id = min(
        (0, *(one.calendar_id for one in tables.shifts), *(one.calendar_id for one in tables.days))
    )
    shifts, days = list(tables.shifts), list(tables.days)
    copies: dict[int | None, int] = {}

    def copied(calendar_id: int | None) -> int:
        nonlocal new_id
        if calendar_id in copies:
            return copies[calendar_id]
        new_id -= 1
        copies[calendar_id] = new_id
        own = _usual(centre, new_id) if calendar_id is None else [
            one._replace(calendar_id=new_id)
            for one in tables.shifts
            if one.calendar_id == calendar_id
        ]  # fmt: skip
        special = [
            one._replace(calendar_id=new_id)
            for one in tables.days
            if one.calendar_id == calendar_id
        ]
        shifts.extend(own)
        days.extend(special)
        if not any(one.day == shift.day for one in special):
            # A day that has a row of its own has only that: its usual shifts come along.
            days.extend(
                DayRow(new_id, shift.day, one.start_minute, one.minutes)
                for one in own
                if one.weekday == shift.day.weekday()
            )
        days.append(DayRow(new_id, shift.day, shift.start_minute, shift.minutes))
        return new_id

    centres: Sequence[Centre] = [
        one._replace(calendar_id=copied(one.calendar_id)) if one.id == centre.id else one
        for one in tables.centres
    ]
    machines: Sequence[MachineRow] = [
        one._replace(calendar_id=copied(one.calendar_id))
        if one.work_centre_id == centre.id and one.calendar_id is not None
        else one
        for one in tables.machines
    ]
    return replace(tables, centres=centres, machines=machines, shifts=shifts, days=days)


def _usual(centre: Centre, calendar_id: int) -> list[ShiftRow]:
    days = range(7 if centre.works_on_weekends else FRIDAY + 1)
    return [
        ShiftRow(calendar_id, day, centre.shift_start_minute, centre.shift_minutes) for day in days
    ]


def _orders(question: Question, wishes: Mapping[str, Wish], now: datetime) -> list[Order]:
    found: list[Order] = []
    for one in question.pieces:
        wish = wishes.get(one.part)
        if wish is None:
            raise Impossible("there is no part {code} that is made here", code=one.part)
        left = one.quantity
        if -(-left // wish.lot_size) + len(found) > LOTS_MAX:
            raise Impossible("that would be more than {most} lots", most=LOTS_MAX)
        while left > 0:
            pieces = min(left, wish.lot_size)
            number = len(found) + 1
            found.append(
                Order(
                    id=-number,
                    number=f"?{number}",
                    part_id=wish.part_id,
                    quantity=pieces,
                    release_at=max(now, wish.material_at),
                    due_at=max(one.by, now + timedelta(seconds=1)),
                    weight=4,
                )
            )
            left -= pieces
    return found
