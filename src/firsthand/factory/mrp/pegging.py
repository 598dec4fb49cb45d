"""What is for whom: every piece of a part from one supply to one demand. Pure.

First come, first served: the earliest demands take what is there earliest. Where a promise
would then come too late, promises are served before everything else: each by the latest of what
comes in time, so that the early pieces are left for those who cannot wait; then what merely is
expected; the safety stock last.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from firsthand.factory.mrp.items import SAFETY, Demand, Peg, Supply


class Pegged(NamedTuple):
    """What became of the demands of one part."""

    pegs: list[Peg]
    open: list[tuple[Demand, int]]  # what nothing covers


def peg(demands: Sequence[Demand], supplies: Sequence[Supply]) -> Pegged:
    """Pegs from supplies to demands: no supply gives more than it has, no demand takes more.

    >>> from firsthand.factory.mrp.items import STOCK, Ref
    >>> lies, lot = Supply(STOCK, 0, 10), Supply(Ref("work", 7), 6, 15)
    >>> [(one.supply.kind, one.quantity) for one in peg([Demand(1, 8, 12, Ref("promise"))],
    ...                                                 [lies, lot]).pegs]
    [('stock', 10), ('work', 2)]
    """
    there = sorted(supplies, key=lambda one: (one.day, one.ref))
    asked = sorted(demands, key=lambda one: (one.ref == SAFETY, one.turn))
    plain = _Table(asked, there)
    plain.serve_by_the_earliest(range(len(asked)))
    if not any(one.is_promised and one.late_days for one in plain.pegs):
        return plain.result()
    table = _Table(asked, there)
    promised = [place for place, one in enumerate(asked) if one.is_promised]
    table.serve_in_time_by_the_latest(promised)
    table.serve_by_the_earliest(promised)
    table.serve_by_the_earliest([place for place, one in enumerate(asked) if not one.is_promised])
    return table.result()


class _Table:
    """Demands and supplies, each with what is left of it."""

    def __init__(self, asked: Sequence[Demand], there: Sequence[Supply]) -> None:
        self._asked, self._there = asked, there
        self._open = [one.quantity for one in asked]
        self._left = [one.quantity for one in there]
        self.pegs: list[Peg] = []

    def serve_by_the_earliest(self, places: Iterable[int]) -> None:
        supply = 0
        for place in places:
            while self._open[place] and supply < len(self._there):
                self._join(supply, place)
                supply += not self._left[supply]

    def serve_in_time_by_the_latest(self, places: Iterable[int]) -> None:
        in_time: list[int] = []
        reached = 0
        for place in places:
            while reached < len(self._there) and (
                self._there[reached].day <= max(0, self._asked[place].day)
            ):
                in_time.append(reached)
                reached += 1
            while self._open[place] and in_time:
                self._join(in_time[-1], place)
                if not self._left[in_time[-1]]:
                    in_time.pop()

    def _join(self, supply: int, place: int) -> None:
        quantity = min(self._open[place], self._left[supply])
        if not quantity:
            return
        self._open[place] -= quantity
        self._left[supply] -= quantity
        demand, from_ = self._asked[place], self._there[supply]
        self.pegs.append(
            Peg(
                demand.part_id,
                quantity,
                from_.ref,
                demand.ref,
                max(0, from_.day),
                max(0, demand.day),
                demand.is_promised,
                demand.instead_of,
            )
        )

    def result(self) -> Pegged:
        return Pegged(
            self.pegs,
            [(one, more) for one, more in zip(self._asked, self._open, strict=True) if more],
        )
