"""What a problem is made of, as it stands in the tables. Pure: rows, and nothing but rows.

Whoever asks "what if" changes rows here before a problem is made of them, and nothing is
written anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from firsthand.factory import bom

WHOLE_BP = 10_000


class Plant(NamedTuple):
    """A plant: its clock, its fence, and whether its floor reports."""

    id: int
    code: str
    timezone: str
    frozen_minutes: int
    reports_progress: bool


class Centre(NamedTuple):
    """A work centre as it stands in the tables."""

    id: int
    code: str
    plant_id: int
    kind: str
    machines: int
    shift_start_minute: int
    shift_minutes: int
    works_on_weekends: bool
    calendar_id: int | None
    minor_setup_minutes: int


class MachineRow(NamedTuple):
    """A machine that is unlike the others of its centre."""

    work_centre_id: int
    number: int
    calendar_id: int | None
    speed_percent: int
    families: Sequence[str]  # none: all


class ShiftRow(NamedTuple):
    """A shift of a work calendar."""

    calendar_id: int
    weekday: int
    start_minute: int
    minutes: int


class DayRow(NamedTuple):
    """A day of a work calendar that is unlike others."""

    calendar_id: int
    day: date
    start_minute: int
    minutes: int


class Standstill(NamedTuple):
    """A time in which a machine, or all of a centre, does not work."""

    work_centre_id: int
    machine: int | None
    starts_at: datetime
    ends_at: datetime
    is_breakdown: bool

    def stops(self, work_centre_id: int, machine: int) -> bool:
        """Whether it stops this machine."""
        return self.work_centre_id == work_centre_id and self.machine in (None, machine)


class ChangeoverRow(NamedTuple):
    """How long a machine of a centre takes from one family to another."""

    work_centre_id: int
    from_family: str
    to_family: str
    minutes: int


class Resource(NamedTuple):
    """A tool or a skill, and how many there are."""

    id: int
    code: str
    plant_id: int
    quantity: int


class Way(NamedTuple):
    """How long things travel from one plant to another."""

    from_plant_id: int
    to_plant_id: int
    minutes: int


class Order(NamedTuple):
    """An open work order."""

    id: int
    number: str
    part_id: int
    quantity: int
    release_at: datetime
    due_at: datetime  # as was promised from it, if something was
    weight: int = 1


class Routed(NamedTuple):
    """An operation of a part's routing."""

    id: int
    part_id: int
    part_code: str
    number: int
    work_centre_id: int
    setup_minutes: int
    run_seconds: int  # for each piece
    family: str  # never empty: a part without one is a family of its own

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.number} of {self.part_code}"


class Alternative(NamedTuple):
    """Another work centre that can do an operation."""

    operation_id: int
    work_centre_id: int
    run_seconds: int  # for each piece


class Taking(NamedTuple):
    """An operation takes one of a tool or of a skill."""

    operation_id: int
    resource_id: int


class Run(NamedTuple):
    """An operation of an open work order, as the plan in force has it."""

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    starts_at: datetime
    ends_at: datetime
    setup_minutes: int
    left_bp: int = WHOLE_BP  # of its run, that was left when it was planned


class Reported(NamedTuple):
    """An operation that the floor says it has begun, or finished."""

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    started_at: datetime
    finished_at: datetime | None
    good: int


class Last(NamedTuple):
    """What a machine made last."""

    work_centre_id: int
    machine: int
    family: str
    part_code: str


class PinRow(NamedTuple):
    """A planner wants an operation on this machine, and not before this instant."""

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    not_before: datetime


class Supply(NamedTuple):
    """A work order takes what another one makes."""

    part_id: int
    from_work_order_id: int
    for_work_order_id: int


@dataclass(frozen=True, slots=True)
class Tables:
    """All that a problem is made of, as it was read."""

    plants: Sequence[Plant] = ()
    centres: Sequence[Centre] = ()
    machines: Sequence[MachineRow] = ()
    shifts: Sequence[ShiftRow] = ()
    days: Sequence[DayRow] = ()
    standstills: Sequence[Standstill] = ()
    changeovers: Sequence[ChangeoverRow] = ()
    resources: Sequence[Resource] = ()
    ways: Sequence[Way] = ()
    orders: Sequence[Order] = ()
    lines: Sequence[bom.Line] = ()  # of components that are made in the lot of what they go into
    stocked: Sequence[bom.Line] = ()  # of components that have work orders of their own
    routed: Sequence[Routed] = ()
    alternatives: Sequence[Alternative] = ()
    takings: Sequence[Taking] = ()
    runs: Sequence[Run] = ()
    reported: Sequence[Reported] = ()
    last: Sequence[Last] = ()
    pins: Sequence[PinRow] = ()
    supplies: Sequence[Supply] = ()
