"""What an order waits to be paid: all of it at once, or a deposit and then the balance."""

import enum
from datetime import datetime
from typing import NamedTuple

from firsthand.order.models import Deposit, Order


class Part(enum.StrEnum):
    """Which part of an order's price."""

    WHOLE = "whole"
    DEPOSIT = "deposit"
    BALANCE = "balance"


class Due(NamedTuple):
    """So much is to be paid, from one instant until another."""

    part: Part
    amount_fen: int
    opens_at: datetime | None  # None: at once
    until: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether the time to pay it is up."""
        return self.until <= now

    def is_payable(self, now: datetime) -> bool:
        """Whether it can be paid now."""
        return not self.is_over(now) and (self.opens_at is None or self.opens_at <= now)


def due_of(order: Order, deposit: Deposit | None) -> Due | None:
    """What an order waits to be paid; None: nothing."""
    if order.state == Order.State.HELD:
        if deposit is None:
            return Due(Part.WHOLE, order.amount_fen, None, order.hold_until)
        return Due(Part.DEPOSIT, deposit.amount_fen, None, order.hold_until)
    if order.state == Order.State.DEPOSITED and deposit is not None:
        return Due(
            Part.BALANCE,
            balance_fen(order, deposit),
            deposit.balance_opens_at,
            order.hold_until,
        )
    return None


def balance_fen(order: Order, deposit: Deposit) -> int:
    """What is left to be paid after the deposit, at the price that the buyer saw."""
    return order.amount_fen - deposit.amount_fen
