"""Bills of material: exploded into what is needed, rolled up into what it costs. Pure.

Both walk over all parts once, in the order of the bill's levels, so that everything a maker
sells is reckoned in one pass and a part that goes into a hundred products is reckoned once.

*Scrap* of a line is what is spoilt while the component goes in: of 10 pieces with 2 % scrap,
10.2 are needed. What is needed of a component is summed over all that asks for it, and only
then rounded up to whole pieces, once at each level. Cost is kept as exact fractions down to
the last level; ``Making`` rounds it up to the fen, and that is the only place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from math import ceil
from typing import NamedTuple

from firsthand.factory.impossible import Impossible
from firsthand.kit.money import BASIS_POINTS

HOUR = 3600


class Line(NamedTuple):
    """So many of a component go into one piece of the parent."""

    parent_id: int
    component_id: int
    quantity: int
    scrap_bp: int = 0

    @property
    def with_scrap(self) -> Fraction:
        """How many go in, with those that are spoilt on the way.

        >>> Line(1, 2, quantity=10, scrap_bp=200).with_scrap
        Fraction(51, 5)
        """
        return Fraction(self.quantity * (BASIS_POINTS + self.scrap_bp), BASIS_POINTS)


class Step(NamedTuple):
    """An operation of a part's routing, with what an hour of its machine costs."""

    part_id: int
    setup_seconds: int
    run_seconds: int  # for each piece
    labour_fen_per_hour: int
    energy_wh_per_hour: int


class Item(NamedTuple):
    """A part, as far as its cost is concerned."""

    id: int
    code: str
    unit_cost_fen: int  # of a bought part
    lot_size: int  # of a made part: its pieces share the setup


@dataclass(frozen=True, slots=True)
class Making:
    """What one piece takes to be made, all levels of its bill together."""

    material_fen: int
    labour_fen: int
    energy_wh: int
    labour_seconds: int


class _Cost(NamedTuple):
    material_fen: Fraction
    labour_fen: Fraction
    energy_wh: Fraction
    labour_seconds: Fraction


def levels(lines: Iterable[Line], names: Mapping[int, str] | None = None) -> list[int]:
    """The parts of a bill, each after everything that goes into it.

    Raises ``Impossible`` with the path, when a part goes into itself by way of others.
    """
    graph: dict[int, list[int]] = {}
    for line in lines:
        graph.setdefault(line.parent_id, []).append(line.component_id)
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as fault:
        called = names or {}
        path = " → ".join(called.get(one, f"part {one}") for one in reversed(fault.args[1]))
        raise Impossible("a bill of material leads back to itself: {path}", path=path) from None


def explode(lines: Iterable[Line], wanted: Mapping[int, int]) -> dict[int, int]:
    """How many pieces of every part are needed to make what is wanted, with what is wanted.

    >>> explode([Line(1, 2, 4), Line(2, 3, 1, scrap_bp=100), Line(1, 3, 2)], {1: 50})
    {1: 50, 2: 200, 3: 302}
    """
    below: dict[int, list[Line]] = {}
    kept = list(lines)
    for line in kept:
        below.setdefault(line.parent_id, []).append(line)
    needed: dict[int, Fraction] = {part: Fraction(pieces) for part, pieces in wanted.items()}
    whole: dict[int, int] = {}
    order = levels(kept)
    known = set(order)
    for part in [*(one for one in wanted if one not in known), *reversed(order)]:
        if part not in needed:
            continue
        whole[part] = ceil(needed[part])
        for line in below.get(part, ()):
            needed[line.component_id] = (
                needed.get(line.component_id, Fraction(0)) + whole[part] * line.with_scrap
            )
    return whole


def roll_up(
    items: Iterable[Item], lines: Iterable[Line], steps: Iterable[Step]
) -> dict[int, Making]:
    """What one piece of every part takes to be made, from the lowest level up.

    A part costs what it is bought for, and what goes into it, and the work on it. The time
    to set a machine up is shared by the pieces of a usual lot.
    """
    parts = {item.id: item for item in items}
    kept = list(lines)
    below: dict[int, list[Line]] = {}
    for line in kept:
        below.setdefault(line.parent_id, []).append(line)
    routing: dict[int, list[Step]] = {}
    for step in steps:
        routing.setdefault(step.part_id, []).append(step)
    order = levels(kept, {item.id: item.code for item in parts.values()})
    known = set(order)
    costs: dict[int, _Cost] = {}
    for part in [*order, *(one for one in parts if one not in known)]:
        own = _work(routing.get(part, ()), parts[part].lot_size)
        # What is bought goes in as whole numbers of basis points, divided once: most lines do.
        bought = parts[part].unit_cost_fen * BASIS_POINTS
        labour, energy, seconds = own.labour_fen, own.energy_wh, own.labour_seconds
        made = Fraction(0)
        for line in below.get(part, ()):
            component = line.component_id
            if component not in below and component not in routing:
                many = line.quantity * (BASIS_POINTS + line.scrap_bp)
                bought += many * parts[component].unit_cost_fen
                continue
            share, goes_in = line.with_scrap, costs[component]
            made += share * goes_in.material_fen
            labour += share * goes_in.labour_fen
            energy += share * goes_in.energy_wh
            seconds += share * goes_in.labour_seconds
        costs[part] = _Cost(made + Fraction(bought, BASIS_POINTS), labour, energy, seconds)
    return {part: Making(*(ceil(value) for value in cost)) for part, cost in costs.items()}


def _work(steps: Iterable[Step], lot_size: int) -> _Cost:
    # Of a whole lot, in whole numbers; divided once.
    seconds = labour = energy = 0
    for step in steps:
        lasts = step.run_seconds * lot_size + step.setup_seconds
        seconds += lasts
        labour += lasts * step.labour_fen_per_hour
        energy += lasts * step.energy_wh_per_hour
    return _Cost(
        material_fen=Fraction(0),
        labour_fen=Fraction(labour, lot_size * HOUR),
        energy_wh=Fraction(energy, lot_size * HOUR),
        labour_seconds=Fraction(seconds, lot_size),
    )
