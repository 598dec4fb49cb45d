"""The words of the calculation: parts, what they are wanted for, and what will bring them. Pure.

Days are whole numbers from the day of the calculation: 0 is today. What is overdue counts as
wanted today.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from firsthand.factory import bom
from firsthand.factory.impossible import Impossible
from firsthand.kit.money import BASIS_POINTS

FIXED, FOR_LOT, PERIOD = "fixed", "lot_for_lot", "period"
PIECES_MAX = 10**12  # of one part, in all: whatever is more is a slip of the pen


class Ref(NamedTuple):
    """A supply or a demand: what kind it is, and which one."""

    kind: str
    id: int = 0


STOCK = Ref("stock")  # what lies there
SAFETY = Ref("safety")  # what shall always lie there
WORK, PURCHASE = "work", "purchase"  # an order that stands in the tables, by its id
PLANNED = "planned"  # one that this calculation proposes, by its place in the answer
PROMISE = "promise"  # to buyers, by the ordinal of its ship-by day
EXPECTED = "expected"  # a forecast, or what is usually sold, by the day


class Sizing(NamedTuple):
    """How needs become orders."""

    rule: str = FIXED
    lot_size: int = 1
    minimum: int = 1
    multiple: int = 1
    period_days: int = 7


@dataclass(frozen=True, slots=True)
class Item:
    """A part that is netted by itself: bought, a product, or a made part that is stocked."""

    id: int
    code: str
    is_bought: bool
    on_hand: int = 0
    fixed_days: float = 0.0  # of the lead time: what does not hang on the quantity
    days_a_piece: float = 0.0
    sizing: Sizing = field(default_factory=Sizing)
    safety_stock: int = 0
    can_be_had: bool = True  # it is bought, or there is a routing by which it can be made

    def __post_init__(self) -> None:
        sizes = self.sizing
        if min(sizes.lot_size, sizes.minimum, sizes.multiple, sizes.period_days) < 1:
            raise Impossible("part {code} has a lot of no pieces", code=self.code)
        if min(self.fixed_days, self.days_a_piece, self.safety_stock) < 0:
            raise Impossible("part {code} has a negative time or stock", code=self.code)

    def lead_days(self, quantity: int) -> int:
        """In how many days so many can be there.

        >>> Item(1, "chip", is_bought=True, fixed_days=5).lead_days(1000)
        5
        >>> Item(2, "board", is_bought=False, fixed_days=0.5, days_a_piece=0.01).lead_days(100)
        2
        """
        return ceil(round(self.fixed_days + self.days_a_piece * quantity, 6))


class Demand(NamedTuple):
    """So many of a part are wanted on a day, for something."""

    part_id: int
    day: int
    quantity: int
    ref: Ref
    is_promised: bool = False  # a given promise stands behind it
    alternates: tuple[int, ...] = ()  # parts that may be taken instead, best first
    instead_of: int | None = None  # it is such an alternate, for this part

    @property
    def turn(self) -> tuple[int, bool, bool, Ref]:
        """When it is its turn: by day, then promises, then what somebody decided."""
        return (self.day, not self.is_promised, self.ref.kind != WORK, self.ref)


class Receipt(NamedTuple):
    """An open order that nobody will take back by himself: it brings so many on a day."""

    ref: Ref
    part_id: int
    day: int
    quantity: int
    starts: int = 0  # of a lot: the day on which its material is wanted
    asked_for: int = 0  # the day it was asked for, if the plan has it sooner
    loses: int = 0  # of a lot: pieces that are spoilt already, and whose material is wanted too


class Supply(NamedTuple):
    """Pieces that are there from a day on."""

    ref: Ref
    day: int
    quantity: int


class Peg(NamedTuple):
    """So many of a part, from one supply to one demand, and the days of both."""

    part_id: int
    quantity: int
    supply: Ref
    demand: Ref
    comes: int
    wanted: int
    is_promised: bool
    instead_of: int | None = None

    @property
    def late_days(self) -> int:
        """How many days it comes too late."""
        return max(0, self.comes - self.wanted)


class Planned(NamedTuple):
    """An order that should be opened."""

    number: int  # its place in the answer
    part_id: int
    quantity: int
    due: int  # when it is wanted
    starts: int  # when it must be begun, or ordered; today if that has passed
    comes: int  # when it can be there: later than it is wanted, if the lead time is longer


class Need(NamedTuple):
    """What goes into a lot, of one component that is netted by itself."""

    component_id: int
    quantity: int
    alternates: tuple[int, ...]


class Recipes:
    """What goes into lots. Parts that are made in the lot itself are looked through."""

    def __init__(
        self,
        lines: Iterable[bom.Line],
        netted: Collection[int],
        alternates: Mapping[tuple[int, int], tuple[int, ...]] | None = None,
        names: Mapping[int, str] | None = None,
    ) -> None:
        """LINES of all bills; NETTED are the parts at which looking through ends."""
        self.netted, self.names = frozenset(netted), names or {}
        self.alternates = alternates or {}
        self._below: dict[int, list[bom.Line]] = {}
        self._cut: dict[int, tuple[list[int], list[tuple[int, tuple[int, ...]]]]] = {}
        self._known: dict[tuple[int, int], tuple[Need, ...]] = {}
        for line in lines:
            if line.quantity < 1 or line.scrap_bp < 0:
                raise Impossible(
                    "a bill of {parent} has a line with no pieces of {component}",
                    parent=self._name(line.parent_id),
                    component=self._name(line.component_id),
                )
            self._below.setdefault(line.parent_id, []).append(line)

    def _name(self, part_id: int) -> str:
        return self.names.get(part_id, f"part {part_id}")

    def into(self, part_id: int) -> list[int]:
        """Which netted parts go into a part."""
        return [component for component, _allowed in self._recipe(part_id)[1]]

    def made_in(self, part_id: int) -> list[tuple[int, float]]:
        """The parts that are made in the lot of a part, itself among them: each for one piece."""
        pieces = {part_id: 1.0}
        order = self._recipe(part_id)[0]
        for parent in order:
            for line in self._below.get(parent, ()):
                pieces[line.component_id] = (
                    pieces.get(line.component_id, 0.0) + pieces[parent] * line.quantity
                )
        return [(part, pieces[part]) for part in order]

    def needs(self, part_id: int, quantity: int) -> tuple[Need, ...]:
        """What a lot of so many needs, rounded up to whole pieces once at each level."""
        if (part_id, quantity) not in self._known:
            order, leaves = self._recipe(part_id)
            needed = {part_id: quantity * BASIS_POINTS}
            for parent in order:
                whole = -(-needed[parent] // BASIS_POINTS)
                for line in self._below.get(parent, ()):
                    needed[line.component_id] = needed.get(line.component_id, 0) + (
                        whole * line.quantity * (BASIS_POINTS + line.scrap_bp)
                    )
            self._known[part_id, quantity] = tuple(
                Need(leaf, -(-needed[leaf] // BASIS_POINTS), allowed) for leaf, allowed in leaves
            )
        return self._known[part_id, quantity]

    def _recipe(self, part_id: int) -> tuple[list[int], list[tuple[int, tuple[int, ...]]]]:
        """The parts made in the lot, parents first; and what goes into them from outside."""
        if part_id in self._cut:
            return self._cut[part_id]
        inside: list[bom.Line] = []
        reached, waiting = {part_id}, [part_id]
        allowed: dict[int, tuple[int, ...]] = {}
        while waiting:
            for line in self._below.get(waiting.pop(), ()):
                component = line.component_id
                if component not in self.netted:
                    inside.append(line)
                    if component not in reached:
                        reached.add(component)
                        waiting.append(component)
                    continue
                these = self.alternates.get((line.parent_id, component), ())
                before = allowed.get(component, these)
                allowed[component] = tuple(one for one in before if one in these)
        order = bom.levels(inside, self.names)[::-1] or [part_id]
        self._cut[part_id] = (order, sorted(allowed.items()))
        return self._cut[part_id]
