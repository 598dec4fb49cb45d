"""What there is to make things with: machines, when they work, and what each of them can do. Pure.

A machine works by its own calendar; without one by its centre's; without that in the centre's
usual shift. Downtimes are cut out of it. A machine without working time in the horizon is left
out, and a centre without a machine, too: what needs them cannot be planned, and says why.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from firsthand.factory.calendars import Calendar
from firsthand.factory.impossible import Impossible
from firsthand.factory.problem import Machine, Pool, WorkCentre
from firsthand.factory.shifts import Shift, Stretch, Week, Window, cut_out, windows
from firsthand.factory.tables import Alternative, Centre, MachineRow, Plant, Routed, Tables

MINUTE = 60
USUAL_PERCENT = 100
BACK_DAYS = 60  # how far the end of what runs is looked for

Place = tuple[int, int]  # work centre and machine


class Choice(NamedTuple):
    """A machine that can do an operation."""

    work_centre_id: int
    machine: int
    piece_seconds: int  # on a machine of the usual speed
    speed_percent: int

    def seconds(self, pieces: int) -> int:
        """How long it runs for so many pieces, rounded up."""
        return -(-self.piece_seconds * pieces * USUAL_PERCENT // self.speed_percent)


class Capacity:
    """What there is at an instant."""

    def __init__(self, tables: Tables, begins_at: datetime) -> None:
        self.begins_at = begins_at
        self.plants: dict[int, Plant] = {one.id: one for one in tables.plants}
        self.centres: dict[int, Centre] = {one.id: one for one in tables.centres}
        self.pools: dict[int, Pool] = {}
        self._tables = tables
        self._rows = {(one.work_centre_id, one.number): one for one in tables.machines}
        self._weeks = _weeks(tables)
        self._windows: dict[Week, list[Window]] = {}
        self._plain: dict[Week, Calendar] = {}
        self._resources = {one.id: one for one in tables.resources}
        self._others: dict[int, list[Alternative]] = {}
        for other in tables.alternatives:
            self._others.setdefault(other.operation_id, []).append(other)
        self._takings: dict[int, list[int]] = {}
        for operation_id, resource_id in tables.takings:
            self._takings.setdefault(operation_id, []).append(resource_id)
        self._ways = {one[:2]: one.minutes * MINUTE for one in tables.ways}
        self._last = {one[:2]: (one.family, one.part_code) for one in tables.last}
        self._changeovers: dict[int, dict[tuple[str, str], int]] = {}
        for row in tables.changeovers:
            pairs = self._changeovers.setdefault(row.work_centre_id, {})
            pairs[row.from_family, row.to_family] = row.minutes * MINUTE
        self.calendars: dict[Place, Calendar] = {}  # of the machines that work
        for centre in tables.centres:
            for number in range(1, centre.machines + 1):
                found = self._calendar(centre, number)
                if found is not None:
                    self.calendars[centre.id, number] = found
        self.open_seconds = {
            place: calendar.worked(0, calendar.closes) for place, calendar in self.calendars.items()
        }
        self._working = {centre_id for centre_id, _number in self.calendars}
        self._choices: dict[int, tuple[Choice, ...]] = {}
        self._plainly: dict[int, bool] = {}  # whether all machines of a centre are alike

    # --- when a machine works -------------------------------------------------------------

    def _week(self, centre: Centre, number: int) -> Week:
        row = self._rows.get((centre.id, number))
        calendar_id = (row.calendar_id if row else None) or centre.calendar_id
        zone = self.plants[centre.plant_id].timezone
        if calendar_id is not None:
            return self._weeks[calendar_id, zone]
        return Shift(
            centre.shift_start_minute, centre.shift_minutes, centre.works_on_weekends, zone
        ).week

    def _calendar(self, centre: Centre, number: int) -> Calendar | None:
        try:
            week = self._week(centre, number)
        except Impossible:
            return None  # a shift that is none: ``faults`` says so
        if week not in self._windows:
            self._windows[week] = windows(week, self.begins_at)
        stops = self._stops(centre.id, number, self.begins_at)
        if stops:
            left = cut_out(self._windows[week], stops)
            return Calendar(tuple(left)) if left else None
        if not self._windows[week]:
            return None
        return self._plain.setdefault(week, Calendar(tuple(self._windows[week])))

    def _stops(
        self, centre_id: int, number: int, since: datetime, but: datetime | None = None
    ) -> list[Window]:
        # The times in which a machine stands still, but for the breakdown that began at BUT.
        return [
            (_seconds(one.starts_at - since), -_seconds(since - one.ends_at))
            for one in self._tables.standstills
            if one.stops(centre_id, number) and not (one.is_breakdown and one.starts_at == but)
        ]

    def clock(
        self, place: Place, since: datetime, *, but: datetime | None = None
    ) -> Calendar | None:
        """When a machine worked and works, in seconds from an instant of the past on."""
        centre = self.centres.get(place[0])
        if centre is None:
            return None
        days = (self.begins_at - since).days + BACK_DAYS
        found = windows(self._week(centre, place[1]), since, days=days)
        left = cut_out(found, self._stops(*place, since, but))
        return Calendar(tuple(left)) if left else None

    def broke_at(self, place: Place) -> datetime | None:
        """Since when a machine is broken, if it is now."""
        return min(
            (
                one.starts_at
                for one in self._tables.standstills
                if one.is_breakdown
                and one.stops(*place)
                and one.starts_at <= self.begins_at < one.ends_at
            ),
            default=None,
        )

    def stood_still(self, place: Place, start: datetime, end: datetime) -> bool:
        """Whether a machine stands still at some time between two instants."""
        return any(
            one.stops(*place) and one.starts_at < end and start < one.ends_at
            for one in self._tables.standstills
        )

    # --- what a machine can do ------------------------------------------------------------

    def choices(self, step: Routed) -> tuple[Choice, ...]:
        """The machines that can do an operation. Raises ``Impossible`` when there is none."""
        if step.id not in self._choices:
            found = self._able(step, step.work_centre_id, step.run_seconds)
            for other in self._others.get(step.id, ()):
                if self._plant_of(other.work_centre_id) == self._plant_of(step.work_centre_id):
                    found += self._able(step, other.work_centre_id, other.run_seconds)
            if not found:
                raise self._why_none(step)
            self._choices[step.id] = tuple(sorted(found))
        return self._choices[step.id]

    def is_plain(self, step: Routed) -> bool:
        """Whether any machine of its centre does it, and all alike."""
        if step.id in self._others or step.work_centre_id not in self._working:
            return False
        centre_id = step.work_centre_id
        if centre_id not in self._plainly:
            rows = (row for place, row in self._rows.items() if place[0] == centre_id)
            self._plainly[centre_id] = all(_is_usual(row) for row in rows)
        return self._plainly[centre_id]

    def _able(self, step: Routed, centre_id: int, piece_seconds: int) -> list[Choice]:
        found = []
        centre = self.centres.get(centre_id)
        for number in range(1, (centre.machines if centre else 0) + 1):
            row = self._rows.get((centre_id, number))
            if (centre_id, number) in self.calendars and _makes(row, step.family):
                speed = row.speed_percent if row else USUAL_PERCENT
                found.append(Choice(centre_id, number, piece_seconds, speed))
        return found

    def _why_none(self, step: Routed) -> Impossible:
        code = self.centres[step.work_centre_id].code
        if step.work_centre_id not in self._working:
            return Impossible(
                "no machine can do operation {operation}: work centre {code} has no working time"
                " in the horizon",
                operation=step.name,
                code=code,
            )
        return Impossible(
            "no machine can do operation {operation}: none that works in {code} makes family"
            " {family}",
            operation=step.name,
            code=code,
            family=step.family,
        )

    def _plant_of(self, centre_id: int) -> int | None:
        centre = self.centres.get(centre_id)
        return centre.plant_id if centre else None

    def plant(self, step: Routed) -> Plant:
        """The plant in which an operation is done."""
        return self.plants[self.centres[step.work_centre_id].plant_id]

    def speed_percent(self, place: Place) -> int:
        """How fast a machine is."""
        row = self._rows.get(place)
        return row.speed_percent if row else USUAL_PERCENT

    # --- what they share, and the ways between them ---------------------------------------

    def tools(self, step: Routed) -> tuple[int, ...]:
        """The pools of which an operation takes one. Raises ``Impossible``: not in its plant."""
        found = []
        for resource_id in self._takings.get(step.id, ()):
            resource = self._resources[resource_id]
            if resource.plant_id != self._plant_of(step.work_centre_id):
                raise Impossible(
                    "operation {operation} takes {tool}, which is in another plant",
                    operation=step.name,
                    tool=resource.code,
                )
            if resource_id not in self.pools:
                self.pools[resource_id] = Pool(resource_id, resource.code, resource.quantity)
            found.append(resource_id)
        return tuple(found)

    def way(self, before: Routed, step: Routed) -> int:
        """How long things travel from one operation to the next. No way is known: no time."""
        if before.work_centre_id == step.work_centre_id:
            return 0
        here, there = self.plant(before).id, self.plant(step).id
        return 0 if here == there else self._ways.get((here, there), 0)

    # --- the floor of a problem -----------------------------------------------------------

    def work_centres(self, made: Mapping[Place, tuple[str, str]]) -> tuple[WorkCentre, ...]:
        """The centres that work, with what each machine made last; MADE knows better."""
        machines: dict[int, list[Machine]] = {}
        for (centre_id, number), found in self.calendars.items():
            place = (centre_id, number)
            family, part = made.get(place) or self._last.get(place) or ("", "")
            machines.setdefault(centre_id, []).append(Machine(number, found, family, part))
        return tuple(
            WorkCentre(
                id=centre.id,
                code=centre.code,
                machines=tuple(machines[centre.id]),
                kind=centre.kind,
                plant_id=centre.plant_id,
                minor_setup_seconds=centre.minor_setup_minutes * MINUTE,
                changeovers=self._changeovers.get(centre.id, {}),
            )
            for centre in self.centres.values()
            if centre.id in machines
        )


def _weeks(tables: Tables) -> dict[tuple[int, str], Week]:
    shifts: dict[int, list[tuple[int, Stretch]]] = {}
    days: dict[int, list[tuple[date, Stretch]]] = {}
    ids = {one.calendar_id for one in tables.centres} | {one.calendar_id for one in tables.machines}
    for shift in tables.shifts:
        stretch = Stretch(shift.start_minute, shift.minutes)
        shifts.setdefault(shift.calendar_id, []).append((shift.weekday, stretch))
    for day in tables.days:
        days.setdefault(day.calendar_id, []).append(
            (day.day, Stretch(day.start_minute, day.minutes))
        )
    return {
        (one, zone): Week(zone, tuple(shifts.get(one, ())), tuple(days.get(one, ())))
        for one in ids
        if one is not None
        for zone in {plant.timezone for plant in tables.plants}
    }


def _is_usual(row: MachineRow) -> bool:
    return row.speed_percent == USUAL_PERCENT and not row.families


def _makes(row: MachineRow | None, family: str) -> bool:
    return row is None or not row.families or family in row.families


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
