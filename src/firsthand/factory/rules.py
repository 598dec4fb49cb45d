"""What to build before anybody has ordered it. Pure.

The rule is *base stock*, the plainest there is: a SKU shall have so many pieces, free or on
their way, as are sold in COVER_DAYS; whenever it has fewer, whole lots are proposed until it
has them. A lot is due when, at the rate of the last weeks, the pieces before it are sold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

LOTS_MAX = 50  # of one SKU, in one proposal
COVER_DAYS = 14
WINDOW_DAYS = 28  # in which we look at what was sold


class Position(NamedTuple):
    """How a SKU stands: what is free, what is on its way, and what people took lately."""

    sku_id: int
    part_id: int
    lot_size: int
    free: int  # on the shelf or on offer, less what is owed; below nought: owed to buyers
    on_order: int  # in open work orders
    sold: int  # in the last WINDOW_DAYS


class Proposed(NamedTuple):
    """A lot to be made, and in how many days it is due."""

    quantity: int
    due_in_days: int


def base_stock(position: Position, *, cover_days: int = COVER_DAYS) -> int:
    """How many pieces there shall be: what is sold in COVER_DAYS, and one lot at least.

    >>> base_stock(Position(1, 1, lot_size=100, free=0, on_order=0, sold=560))
    280
    >>> base_stock(Position(1, 1, lot_size=100, free=0, on_order=0, sold=0))
    100
    """
    return max(position.lot_size, -(-position.sold * cover_days // WINDOW_DAYS))


def proposals(position: Position, *, cover_days: int = COVER_DAYS) -> list[Proposed]:
    """The lots that bring a SKU up to its base stock; none when it is there.

    Twenty are sold a day: 40 pieces last two days, and the lots after them five days each.

    >>> proposals(Position(1, 1, lot_size=100, free=30, on_order=10, sold=560))
    [Proposed(quantity=100, due_in_days=2), Proposed(quantity=100, due_in_days=7), \
Proposed(quantity=100, due_in_days=12)]
    """
    wanted = base_stock(position, cover_days=cover_days)
    there = position.free + position.on_order
    found: list[Proposed] = []
    while there < wanted and len(found) < LOTS_MAX:
        days = there * WINDOW_DAYS // position.sold if position.sold else cover_days
        found.append(Proposed(position.lot_size, min(max(days, 1), 2 * cover_days)))
        there += position.lot_size
    return found


@dataclass(frozen=True, slots=True)
class Material:
    """A bought part: how many lie there, and how many days more take to come."""

    on_hand: int
    lead_time_days: int


def wait_days(
    needs: Mapping[int, int], materials: Mapping[int, Material], reserved: dict[int, int]
) -> int:
    """In how many days all that a lot needs is there: when the last missing part has come.

    What the lot takes is added to RESERVED, so that the next lot does not count on it.

    >>> steel = {7: Material(on_hand=100, lead_time_days=5)}
    >>> reserved = {}
    >>> wait_days({7: 60}, steel, reserved), wait_days({7: 60}, steel, reserved)
    (0, 5)
    """
    days = 0
    for part_id, quantity in needs.items():
        material = materials.get(part_id)
        if material is None:
            continue  # it is made, not bought
        reserved[part_id] = reserved.get(part_id, 0) + quantity
        if reserved[part_id] > material.on_hand:
            days = max(days, material.lead_time_days)
    return days
