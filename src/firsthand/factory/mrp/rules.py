"""The whole calculation: from what is wanted of products to what must be made and bought. Pure.

    parts in the order of the bills' levels, each after everything it goes into:
        take alternates where the part itself is short → net → size → peg → what that needs

Orders that nobody has decided yet (*planned*) are worked out anew each time. What somebody
decided (firm, released, ordered) is taken as it stands; where it should be otherwise, a message
says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from firsthand.factory.impossible import Impossible
from firsthand.factory.mrp.items import (
    PIECES_MAX,
    PLANNED,
    SAFETY,
    STOCK,
    WORK,
    Demand,
    Item,
    Peg,
    Planned,
    Receipt,
    Recipes,
    Ref,
    Supply,
)
from firsthand.factory.mrp.netting import Net, free_by, net
from firsthand.factory.mrp.pegging import Pegged, peg

EXPEDITE, POSTPONE, CANCEL, ORDER_NOW = "expedite", "postpone", "cancel", "order_now"
POSTPONE_DAYS = 7  # what comes earlier than wanted by less than that may come


class Message(NamedTuple):
    """What a planner should do about an order that the calculation does not touch by itself."""

    kind: str
    part_id: int
    order: Ref
    quantity: int
    day: int  # as it stands; of ``order_now``: when it can be there
    wanted: int | None  # when it is wanted; of ``cancel``: never


class Shortage(NamedTuple):
    """Pieces that nothing will bring: nobody knows how to make the part."""

    part_id: int
    day: int
    quantity: int
    demand: Ref


class Row(NamedTuple):
    """A day of a part's table, as planners are used to read it."""

    day: int
    wanted: int  # gross
    comes: int  # of open orders
    planned: int  # of orders that are proposed
    there: int  # at the end of the day; below nought: short until later supplies come
    begins: int  # of what is proposed: ordered, or begun


@dataclass(frozen=True, slots=True)
class Result:
    """What is to be made and bought, what for, and what to do about the rest."""

    planned: tuple[Planned, ...]
    pegs: tuple[Peg, ...]
    demands: tuple[Demand, ...]
    shortages: tuple[Shortage, ...]
    messages: tuple[Message, ...]

    @property
    def late(self) -> list[Peg]:
        """What comes too late, the longest first."""
        return sorted(
            (one for one in self.pegs if one.late_days and one.demand != SAFETY),
            key=lambda one: (-one.late_days, one.part_id, one.demand),
        )


@dataclass(frozen=True)
class Problem:
    """All that the calculation may know."""

    items: Mapping[int, Item]
    recipes: Recipes
    demands: Sequence[Demand]  # of products, from outside
    receipts: Sequence[Receipt]

    def __post_init__(self) -> None:
        for demand in self.demands:
            if demand.part_id not in self.items:
                raise Impossible(
                    "part {part}, which is wanted, does not exist", part=demand.part_id
                )
            if not 1 <= demand.quantity <= PIECES_MAX:
                raise Impossible(
                    "{quantity} pieces of part {code} are wanted",
                    quantity=demand.quantity,
                    code=self.items[demand.part_id].code,
                )


def calculate(problem: Problem) -> Result:
    """Work out what is missing, level by level. Raises ``Impossible`` with the reason."""
    return _Calculation(problem).run()


def levels(problem: Problem) -> list[list[int]]:
    """The parts, each after all it goes into; a part and its alternates stand together."""
    recipes = problem.recipes
    group = {part: part for part in problem.items}

    def root(part: int) -> int:
        while group[part] != part:
            group[part] = group[group[part]]
            part = group[part]
        return part

    for (_parent, component), others in recipes.alternates.items():
        for other in others:
            if component in group and other in group:
                group[root(other)] = root(component)
    members: dict[int, list[int]] = {}
    for part in problem.items:
        members.setdefault(root(part), []).append(part)
    graph: dict[int, set[int]] = {one: set() for one in members}
    for part, item in problem.items.items():
        if not item.is_bought:
            graph[root(part)] |= {root(one) for one in recipes.into(part)}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as fault:
        names = recipes.names
        path = " → ".join(names.get(one, f"part {one}") for one in reversed(fault.args[1]))
        raise Impossible("a bill of material leads back to itself: {path}", path=path) from None
    return [members[one] for one in reversed(order)]


class _Calculation:
    """What is known so far, while the levels are worked through."""

    def __init__(self, problem: Problem) -> None:
        self._items, self._recipes = problem.items, problem.recipes
        self._levels = levels(problem)
        self._demands: dict[int, list[Demand]] = {}
        for demand in problem.demands:
            self._demands.setdefault(demand.part_id, []).append(demand)
        self._receipts: dict[int, list[Receipt]] = {}
        for receipt in problem.receipts:
            self._receipts.setdefault(receipt.part_id, []).append(receipt)
        self._planned: list[Planned] = []
        self._pegs: list[Peg] = []
        self._shortages: list[Shortage] = []
        self._messages: list[Message] = []

    def run(self) -> Result:
        for members in self._levels:
            if len(members) > 1:
                self._take_alternates(members)
            for part in members:
                self._work_out(self._items[part])
        return Result(
            planned=tuple(self._planned),
            pegs=tuple(self._pegs),
            demands=tuple(one for part in sorted(self._demands) for one in self._demands[part]),
            shortages=tuple(self._shortages),
            messages=tuple(self._messages),
        )

    def _supplied(self, item: Item, found: Net, first: int) -> tuple[list[Planned], list[Supply]]:
        planned = []
        for place, order in enumerate(found.orders):
            lead = item.lead_days(order.quantity)
            planned.append(
                Planned(
                    number=first + place,
                    part_id=item.id,
                    quantity=order.quantity,
                    due=order.due,
                    starts=max(0, order.due - lead),
                    comes=max(order.due, lead),
                )
            )
        supplies = [Supply(STOCK, 0, item.on_hand)] if item.on_hand else []
        supplies += [
            Supply(one.ref, max(0, one.day), one.quantity)
            for one in self._receipts.get(item.id, ())
        ]
        supplies += [Supply(Ref(PLANNED, one.number), one.comes, one.quantity) for one in planned]
        return planned, supplies

    def _netted(self, item: Item, first: int) -> tuple[Net, list[Planned], Pegged]:
        demands = self._demands.get(item.id, [])
        found = net(item, self._receipts.get(item.id, ()), demands)
        planned, supplies = self._supplied(item, found, first)
        asked = [*demands]
        if item.safety_stock:
            asked.append(Demand(item.id, 0, item.safety_stock, SAFETY))
        return found, planned, peg(asked, supplies)

    def _work_out(self, item: Item) -> None:
        if item.id not in self._demands and item.id not in self._receipts and not item.safety_stock:
            return
        found, planned, pegged = self._netted(item, len(self._planned))
        self._planned += planned
        self._pegs += pegged.pegs
        self._shortages += [
            Shortage(item.id, max(0, one.day), more, one.ref) for one, more in pegged.open
        ]
        self._say(item, found, planned)
        if not item.is_bought:
            self._explode(item, planned, pegged)

    def _explode(self, item: Item, planned: Iterable[Planned], pegged: Pegged) -> None:
        promised = {one.supply for one in pegged.pegs if one.is_promised}
        lots = [(Ref(PLANNED, one.number), one.quantity, one.starts) for one in planned] + [
            (one.ref, one.quantity + one.loses, max(0, one.starts))
            for one in self._receipts.get(item.id, ())
            if one.ref.kind == WORK
        ]
        for ref, quantity, starts in lots:
            for need in self._recipes.needs(item.id, quantity):
                self._demands.setdefault(need.component_id, []).append(
                    Demand(
                        need.component_id,
                        starts,
                        need.quantity,
                        ref,
                        ref in promised,
                        need.alternates,
                    )
                )

    def _take_alternates(self, members: Sequence[int]) -> None:
        """Where a part would come too late and another one is free by then, that is taken."""
        for part in members:
            item = self._items[part]
            if not any(one.alternates for one in self._demands.get(part, ())):
                continue
            _net, _planned, pegged = self._netted(item, 0)
            short: dict[Ref, int] = {}
            for one in pegged.pegs:
                if one.late_days:
                    short[one.demand] = short.get(one.demand, 0) + one.quantity
            for demand, more in pegged.open:
                short[demand.ref] = short.get(demand.ref, 0) + more
            if short:
                self._replace(part, short)

    def _replace(self, part: int, short: dict[Ref, int]) -> None:
        kept: list[Demand] = []
        asked = sorted(self._demands[part], key=lambda one: (not one.is_promised, one.turn))
        for demand in asked:
            missing = min(short.get(demand.ref, 0), demand.quantity)
            for other in demand.alternates:
                if not missing or other not in self._items:
                    continue
                taken = min(missing, self._free(other, max(0, demand.day)))
                if taken:
                    missing -= taken
                    self._demands.setdefault(other, []).append(
                        demand._replace(
                            part_id=other, quantity=taken, alternates=(), instead_of=part
                        )
                    )
                    short[demand.ref] -= taken
                    demand = demand._replace(quantity=demand.quantity - taken)
            if demand.quantity:
                kept.append(demand)
        self._demands[part] = kept

    def _free(self, part: int, day: int) -> int:
        receipts, demands = self._receipts.get(part, ()), self._demands.get(part, ())
        return free_by(self._items[part], receipts, demands, [day])[day]

    def _say(self, item: Item, found: Net, planned: Iterable[Planned]) -> None:
        for receipt, wanted in found.wanted:
            day = max(0, receipt.day)
            if wanted is None:
                kind = CANCEL
            elif wanted < day:
                kind = EXPEDITE
            elif wanted - max(day, receipt.asked_for) > POSTPONE_DAYS:
                kind = POSTPONE
            else:
                continue
            self._messages.append(
                Message(kind, item.id, receipt.ref, receipt.quantity, day, wanted)
            )
        self._messages += [
            Message(ORDER_NOW, item.id, Ref(PLANNED, one.number), one.quantity, one.comes, one.due)
            for one in planned
            if one.comes > one.due
        ]


def table(problem: Problem, result: Result, part_id: int) -> list[Row]:
    """The table of a part: what is wanted, what comes, what is there, day by day."""
    wanted: dict[int, int] = {}
    comes: dict[int, int] = {}
    planned: dict[int, int] = {}
    begins: dict[int, int] = {}
    for demand in result.demands:
        if demand.part_id == part_id:
            day = max(0, demand.day)
            wanted[day] = wanted.get(day, 0) + demand.quantity
    for receipt in problem.receipts:
        if receipt.part_id == part_id:
            day = max(0, receipt.day)
            comes[day] = comes.get(day, 0) + receipt.quantity
    for one in result.planned:
        if one.part_id == part_id:
            planned[one.comes] = planned.get(one.comes, 0) + one.quantity
            begins[one.starts] = begins.get(one.starts, 0) + one.quantity
    there, rows = problem.items[part_id].on_hand, []
    for day in sorted({*wanted, *comes, *planned, *begins}):
        there += comes.get(day, 0) + planned.get(day, 0) - wanted.get(day, 0)
        rows.append(
            Row(
                day,
                wanted.get(day, 0),
                comes.get(day, 0),
                planned.get(day, 0),
                there,
                begins.get(day, 0),
            )
        )
    return rows
