"""What the order floor tells upward, on the feed of the show (or ``mall``): ids and counts.

``left`` is what nobody has taken of the offer: what has become true, not a step towards it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OrdersHeld:
    """Pieces were held for the buyers of one batch."""

    name: ClassVar[str] = "orders_held"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    orders: int
    held: int
    left: int


@dataclass(frozen=True, slots=True)
class OrdersPaid:
    """Orders were paid. LEFT is told too: an order paid late takes its pieces again."""

    name: ClassVar[str] = "orders_paid"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    orders: int
    pieces: int
    amount_fen: int
    left: int


@dataclass(frozen=True, slots=True)
class DepositsPaid:
    """Deposits of pre-sale orders were paid: their pieces stay held until the balance is due.

    LEFT is told as for ``OrdersPaid``: a deposit that came late takes its pieces again.
    """

    name: ClassVar[str] = "deposits_paid"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    orders: int
    pieces: int
    amount_fen: int
    left: int


@dataclass(frozen=True, slots=True)
class DepositsKept:
    """Deposits are kept, as was said before: their buyers did not go on. They are no sales."""

    name: ClassVar[str] = "deposits_kept"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    orders: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class OrdersExpired:
    """Orders were not paid in time; their pieces are free again."""

    name: ClassVar[str] = "orders_expired"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    orders: int
    pieces: int
    left: int


@dataclass(frozen=True, slots=True)
class OrdersCancelled:
    """Orders were cancelled; their pieces are free again. AMOUNT_FEN of it had been paid."""

    name: ClassVar[str] = "orders_cancelled"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    orders: int
    pieces: int
    amount_fen: int
    left: int


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """An order left us; LATE_DAYS after the promised day (0: promise kept)."""

    name: ClassVar[str] = "order_shipped"
    version: ClassVar[int] = 1

    order_id: int
    offer_id: int
    sku_id: int
    pieces: int
    late_days: int


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """Money of an order went back."""

    name: ClassVar[str] = "order_refunded"
    version: ClassVar[int] = 1

    order_id: int
    offer_id: int
    sku_id: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class GroupOpened:
    """Somebody opened a group-buy and has the first seat of it."""

    name: ClassVar[str] = "group_opened"
    version: ClassVar[int] = 1

    group_id: int
    offer_id: int
    seats: int
    taken: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class GroupJoined:
    """People took seats in a group-buy; TAKEN of its SEATS are taken now."""

    name: ClassVar[str] = "group_joined"
    version: ClassVar[int] = 1

    group_id: int
    offer_id: int
    joined: int
    seats: int
    taken: int


@dataclass(frozen=True, slots=True)
class GroupLeft:
    """Seats of a forming group-buy are free again: not paid in time, or given up."""

    name: ClassVar[str] = "group_left"
    version: ClassVar[int] = 1

    group_id: int
    offer_id: int
    seats: int
    taken: int


@dataclass(frozen=True, slots=True)
class GroupSeatPaid:
    """A seat of a group-buy is paid; PAID of its SEATS are now, and it waits for the others."""

    name: ClassVar[str] = "group_seat_paid"
    version: ClassVar[int] = 1

    group_id: int
    offer_id: int
    seats: int
    paid: int


@dataclass(frozen=True, slots=True)
class GroupFormed:
    """All seats of a group-buy are paid: its orders are sold."""

    name: ClassVar[str] = "group_formed"
    version: ClassVar[int] = 1

    group_id: int
    offer_id: int
    seats: int


@dataclass(frozen=True, slots=True)
class GroupExpired:
    """Too few paid in time: the orders of a group-buy were cancelled, their money goes back."""

    name: ClassVar[str] = "group_expired"
    version: ClassVar[int] = 1

    group_id: int
    offer_id: int
    seats: int
    taken: int


@dataclass(frozen=True, slots=True)
class PeopleWait:
    """People took places on the waiting list of an offer; WAITING pieces are wanted there now."""

    name: ClassVar[str] = "people_wait"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    people: int
    pieces: int
    waiting: int


@dataclass(frozen=True, slots=True)
class WaitingServed:
    """Pieces are held for people who waited; WAITING pieces are still wanted there."""

    name: ClassVar[str] = "waiting_served"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    people: int
    pieces: int
    waiting: int


@dataclass(frozen=True, slots=True)
class WaitingEnded:
    """People left a list, or waited in vain; WAITING pieces are still wanted there.

    WHY is ``left``, ``closed``, ``price_rose``, ``over_limit``, ``unpaid`` or
    ``key_used``.
    """

    name: ClassVar[str] = "waiting_ended"
    version: ClassVar[int] = 1

    offer_id: int
    sku_id: int
    why: str
    people: int
    pieces: int
    waiting: int
