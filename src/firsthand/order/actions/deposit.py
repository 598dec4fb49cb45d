"""Deposits of pre-sales: how one comes, and what becomes of it when its order is not gone on with.

A deposit that was paid keeps the pieces held (the ledger does not move) until the balance is
due. Who does not go on gets it back, unless the offer said before he pressed that it is kept;
and it goes back whatever the offer said when it is we who end the order, or when we may not
keep the day that we promised.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from firsthand.kit import outbox
from firsthand.offer import store as offer
from firsthand.offer.rules import feed_of
from firsthand.order import later, rules, store
from firsthand.order.actions.goods import News
from firsthand.order.events import DepositsKept, DepositsPaid
from firsthand.order.models import Deposit, Order
from firsthand.order.rules import Fate
from firsthand.order.store import Pieces
from firsthand.pay import actions as pay

AT_MOST = 500  # in one transaction
REASON = "deposit"  # why such money went back


def mark_paid(order: Order, deposit: Deposit, now: datetime, note: str = "") -> None:
    """A deposit came: the pieces stay held until the balance is due."""
    deposit.paid_at = now
    deposit.save(update_fields=["paid_at"])
    order.state, order.hold_until = Order.State.DEPOSITED, deposit.balance_due_at
    order.ended_at = None
    order.save(update_fields=["state", "hold_until", "ended_at", "ship_by", "rung_source"])
    order.steps.create(state=Order.State.DEPOSITED, note=note, at=now)


def tell_paid(order: Order, deposit: Deposit) -> None:
    """Tell that a deposit came. Hold the door of the SKU: it says what is left."""
    event = DepositsPaid(
        offer_id=order.offer_id,
        sku_id=order.sku_id,
        orders=1,
        pieces=order.quantity,
        amount_fen=deposit.amount_fen,
        left=offer.terms([order.offer_id])[order.offer_id].left,
    )
    outbox.tell(feed_of(order.show_id), [event])


def tell_risks(now: datetime, at_most: int = AT_MOST) -> int:
    """Whoever paid a deposit is told when his day is at risk: a step of his order, once.

    From then on he may leave with all his money, even if the day is safe again: he was told so.
    """
    risky = store.lock_untold_risks(now, at_most)
    _tell(dict.fromkeys(risky, store.AT_RISK), now)
    return len(risky)


def tell_balances(now: datetime, at_most: int = AT_MOST) -> int:
    """Whoever paid a deposit is told that the balance can be paid, and a day before it is due.

    Each once, and only if it came to be so after he had paid the deposit: who could pay at once
    has just read it. Of two that are late, the later is told.
    """
    notes = store.lock_balances_to_tell(now, at_most)
    _tell(notes, now)
    return len(notes)


def _tell(notes: Mapping[int, str], now: datetime) -> None:
    """A letter goes out, and a step of each order remembers it; its page says what is due."""
    store.remark(notes, now)
    for note in sorted(set(notes.values())):
        later.tell_deposits([one for one in notes if notes[one] == note], note)


def part_with(ended: Sequence[Pieces], now: datetime, *, is_by_us: bool = False) -> News:
    """Orders ended, which are locked and took that step: what becomes of their deposits.

    Those that were not paid need nothing. The rest are kept or go back by the rule, and each
    order gets a step that says which, and how much. Returns news for the caller to tell.
    """
    paid = store.deposits_paid([one.order_id for one in ended])
    with_deposit = [one for one in ended if one.order_id in paid]
    news: News = {}
    if not with_deposit:
        return news
    risky = store.at_risk(with_deposit)
    notes: dict[int, str] = {}
    back: list[str] = []
    kept: dict[int, list[tuple[Pieces, int]]] = {}
    for one in with_deposit:
        deposit = paid[one.order_id]
        fate = rules.fate_of_deposit(
            is_kept=deposit.is_kept, is_by_us=is_by_us, is_at_risk=one.order_id in risky
        )
        if fate is Fate.KEPT:
            notes[one.order_id] = f"{store.DEPOSIT_KEPT}{deposit.amount_fen}"
            kept.setdefault(one.offer_id, []).append((one, deposit.amount_fen))
        else:
            notes[one.order_id] = store.DEPOSIT_BACK
            back.append(store.deposit_purpose_of(one.number))
    store.remark(notes, now)
    if back:
        pay.refund_rest(back, reason=REASON)
        later.carry_out_refunds()
    for offer_id, those in kept.items():
        event = DepositsKept(
            offer_id=offer_id,
            sku_id=those[0][0].sku_id,
            orders=len(those),
            amount_fen=sum(fen for _one, fen in those),
        )
        news.setdefault(feed_of(those[0][0].show_id), []).append(event)
    return news
