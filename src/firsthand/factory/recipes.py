"""How products are made: the steps of a lot, and what comes after what. Pure.

A work order makes its product and, in the same lot, every part of it that is made: their
operations come first, in the order of the bill's levels. A made part that is *stocked* is not
among them: it has work orders of its own, and the lot waits for those (``supplies``).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from firsthand.factory import bom
from firsthand.factory.impossible import Impossible
from firsthand.factory.tables import Routed, Tables


class Recipe(NamedTuple):
    """How a product is made, with every part that is made in its lot."""

    lines: tuple[bom.Line, ...]
    steps: tuple[Routed, ...]  # none before those that it comes after
    after: Mapping[int, tuple[int, ...]]  # by operation
    last: tuple[int, ...]  # the operations that finish it
    takes_in: Mapping[int, tuple[int, ...]]  # stocked part → the operations that take it in


class Recipes:
    """The recipes of products, each worked out once."""

    def __init__(self, tables: Tables) -> None:
        self._lines = _by_parent(tables.lines)
        self._stocked = _by_parent(tables.stocked)
        self._steps: dict[int, list[Routed]] = {}
        for step in sorted(tables.routed, key=lambda one: (one.part_id, one.number)):
            self._steps.setdefault(step.part_id, []).append(step)
        self._names = {step.part_id: step.part_code for step in tables.routed}
        self._known: dict[int, Recipe | Impossible] = {}

    def of(self, part_id: int) -> Recipe:
        """The recipe of a product. Raises ``Impossible`` when its bill leads back to itself."""
        if part_id not in self._known:
            try:
                self._known[part_id] = self._work_out(part_id)
            except Impossible as why:
                self._known[part_id] = why
        known = self._known[part_id]
        if isinstance(known, Impossible):
            raise known
        return known

    def _work_out(self, part_id: int) -> Recipe:
        lines, reached, waiting = [], {part_id}, [part_id]
        while waiting:
            for line in self._lines.get(waiting.pop(), ()):
                lines.append(line)
                if line.component_id not in reached:
                    reached.add(line.component_id)
                    waiting.append(line.component_id)
        steps: list[Routed] = []
        after: dict[int, tuple[int, ...]] = {}
        last: dict[int, tuple[int, ...]] = {}  # by part: the operations that finish it
        takes_in: dict[int, tuple[int, ...]] = {}
        for part in bom.levels(lines, self._names) or [part_id]:
            below = self._lines.get(part, ())
            before = tuple(dict.fromkeys(one for line in below for one in last[line.component_id]))
            own = self._steps.get(part, [])
            for line in self._stocked.get(part, ()) if own else ():
                known = takes_in.get(line.component_id, ())
                takes_in[line.component_id] = (*known, own[0].id)
            for step in own:
                after[step.id] = before
                steps.append(step)
                before = (step.id,)
            last[part] = before  # a part without a routing passes on what it waits for
        return Recipe(tuple(lines), tuple(steps), after, last[part_id], takes_in)


def _by_parent(lines: Iterable[bom.Line]) -> dict[int, list[bom.Line]]:
    found: dict[int, list[bom.Line]] = {}
    for line in lines:
        found.setdefault(line.parent_id, []).append(line)
    return found
