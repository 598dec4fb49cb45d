"""What is impossible in the tables, and why: row by row, before anybody waits for a plan. Pure.

A fault has a place (part, operation, work centre), a sentence, and says whether it *stops*: then
work orders for that part are left out of every plan until it is mended. What does not stop is
planned all the same, but not as somebody surely meant it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from firsthand.factory import bom
from firsthand.factory.calendars import HOUR
from firsthand.factory.capacity import Capacity
from firsthand.factory.impossible import Impossible
from firsthand.factory.tables import Routed, Tables

CIRCLES_MAX = 20  # whoever has more mends these first


class PartRow(NamedTuple):
    """A part, as far as it can be made or bought."""

    id: int
    code: str
    is_made: bool
    is_stocked: bool
    is_sold: bool  # it is a SKU
    lot_size: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be, where it stands, and why."""

    kind: str  # no_machine, circle, no_routing …: what a program asks by
    why: Impossible  # ``words.in_words`` says it in the reader's language
    stops: bool  # work orders for the part are left out of the plan
    part: str = ""  # codes, as people know them
    operation: int | None = None  # its number in the routing
    work_centre: str = ""

    def __str__(self) -> str:
        return str(self.why)


def faults(
    tables: Tables, parts: Sequence[PartRow], lines: Sequence[bom.Line], begins_at: datetime
) -> list[Fault]:
    """What is impossible, what stops something first. LINES: of all bills, whatever goes in."""
    capacity = Capacity(tables, begins_at)
    found = [
        *_of_bills(parts, lines, {step.part_id for step in tables.routed}),
        *_of_machines(tables, capacity),
        *_of_routings(tables, capacity, {part.id: part for part in parts}),
        *_of_ways(tables, lines, capacity),
    ]
    return sorted(found, key=lambda one: not one.stops)


# --- bills ------------------------------------------------------------------------------------


def _of_bills(
    parts: Sequence[PartRow], lines: Sequence[bom.Line], routed: set[int]
) -> Iterator[Fault]:
    names = {part.id: part.code for part in parts}
    for circle in _circles(lines):
        path = " → ".join(names[one] for one in circle)
        why = Impossible("a bill of material leads back to itself: {path}", path=path)
        yield Fault("circle", why, stops=True, part=names[circle[0]])
    has_bill = {line.parent_id for line in lines}
    goes_in = {line.component_id for line in lines}
    for part in parts:
        if part.is_made and part.id not in routed:
            if part.is_sold or part.is_stocked:
                why = Impossible(
                    "part {part} is made, but has no routing: nobody knows how", part=part.code
                )
                yield Fault("no_routing", why, stops=True, part=part.code)
            elif part.id in goes_in and part.id not in has_bill:
                why = Impossible(
                    "part {part} goes into others, but nobody makes it or buys it", part=part.code
                )
                yield Fault("nobody_makes_it", why, stops=False, part=part.code)
        if not part.is_made and (part.id in routed or part.id in has_bill):
            why = Impossible(
                "part {part} is bought, but has a routing or a bill: they count for nothing",
                part=part.code,
            )
            yield Fault("bought_and_made", why, stops=False, part=part.code)


def _circles(lines: Iterable[bom.Line]) -> Iterator[list[int]]:
    """Bills that lead back to themselves: parents before what goes into them."""
    graph: dict[int, set[int]] = {}
    for line in lines:
        graph.setdefault(line.parent_id, set()).add(line.component_id)
    for _ in range(CIRCLES_MAX):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as fault:
            path = list(fault.args[1])
            yield path[::-1]
            graph[path[1]].discard(path[0])
        else:
            return


# --- machines and calendars -------------------------------------------------------------------


def _of_machines(tables: Tables, capacity: Capacity) -> Iterator[Fault]:
    used = {step.work_centre_id for step in tables.routed}
    working = {centre_id for centre_id, _number in capacity.calendars}
    for centre in tables.centres:
        if centre.id not in working:
            why = Impossible(
                "work centre {code} has no working time in the horizon", code=centre.code
            )
            yield Fault("no_time", why, stops=centre.id in used, work_centre=centre.code)
    for row in tables.machines:
        centre = capacity.centres[row.work_centre_id]
        if row.number > centre.machines:
            why = Impossible(
                "work centre {code} has {count} machines, and so no machine {number}",
                code=centre.code,
                count=centre.machines,
                number=row.number,
            )
            yield Fault("no_such_machine", why, stops=False, work_centre=centre.code)
        elif centre.id in working and (centre.id, row.number) not in capacity.calendars:
            why = Impossible(
                "machine {machine} of {code} has no working time in the horizon",
                machine=row.number,
                code=centre.code,
            )
            yield Fault("no_time", why, stops=False, work_centre=centre.code)


# --- routings ---------------------------------------------------------------------------------


def _of_routings(tables: Tables, capacity: Capacity, parts: dict[int, PartRow]) -> Iterator[Fault]:
    others: dict[int, list[int]] = {}
    for other in tables.alternatives:
        others.setdefault(other.operation_id, []).append(other.work_centre_id)
    for step in tables.routed:
        if not parts[step.part_id].is_made:
            continue
        code = capacity.centres[step.work_centre_id].code
        fault = partial(Fault, part=step.part_code, operation=step.number, work_centre=code)
        try:
            choices = capacity.choices(step)
        except Impossible as why:
            yield fault("no_machine", why, stops=True)
            continue
        lot = parts[step.part_id].lot_size
        if all(one.seconds(lot) > capacity.open_seconds[one[:2]] for one in choices):
            long = Impossible(
                "operation {operation} takes {hours} hours for {pieces} pieces: longer than any of"
                " its machines works in the horizon",
                operation=step.name,
                hours=min(one.seconds(lot) for one in choices) // HOUR,
                pieces=lot,
            )
            yield fault("too_long", long, stops=True)
        try:
            capacity.tools(step)
        except Impossible as why:
            yield fault("tool_elsewhere", why, stops=True)
        for other_id in others.get(step.id, ()):
            there = capacity.centres[other_id]
            if there.plant_id != capacity.centres[step.work_centre_id].plant_id:
                far = Impossible(
                    "operation {operation} cannot be done in {code} instead: it is in another"
                    " plant",
                    operation=step.name,
                    code=there.code,
                )
                yield fault("alternative_elsewhere", far, stops=False)


# --- ways between plants ----------------------------------------------------------------------


def _of_ways(tables: Tables, lines: Sequence[bom.Line], capacity: Capacity) -> Iterator[Fault]:
    known = {one[:2] for one in tables.ways}
    said: set[tuple[int, int]] = set()
    for before, step in _neighbours(tables, lines):
        way = (capacity.plant(before).id, capacity.plant(step).id)
        if way[0] != way[1] and way not in known and way not in said:
            said.add(way)
            why = Impossible(
                "nobody said how long things travel from plant {here} to plant {there}, but"
                " operation {operation} needs it: no time is reckoned for it",
                here=capacity.plants[way[0]].code,
                there=capacity.plants[way[1]].code,
                operation=step.name,
            )
            yield Fault("no_way", why, stops=False, part=step.part_code, operation=step.number)


def _neighbours(tables: Tables, lines: Sequence[bom.Line]) -> Iterator[tuple[Routed, Routed]]:
    """Operations that follow one another: in a routing, and from a component to its parent."""
    steps: dict[int, list[Routed]] = {}
    for step in sorted(tables.routed, key=lambda one: (one.part_id, one.number)):
        steps.setdefault(step.part_id, []).append(step)
    for own in steps.values():
        yield from pairwise(own)
    for line in lines:
        if line.component_id in steps and line.parent_id in steps:
            yield steps[line.component_id][-1], steps[line.parent_id][0]
