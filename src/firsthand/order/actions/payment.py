"""Paying: the payer is sent to a provider, and the provider tells us what came of it.

Stock comes before money: an order is paid while its pieces are held. Money that comes too
late is either honoured with the same promise or sent back by itself; it is never kept
without goods, and never with a worse promise than the one that was paid for.
"""

import enum
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, Refusal
from firsthand.kit.log import get_logger
from firsthand.offer import store as offer
from firsthand.offer.rules import Part, Terms, feed_of, ladders_for
from firsthand.order import due as dues
from firsthand.order import groups, later, rules, sentences, store, together
from firsthand.order import seats as group_seats
from firsthand.order.actions import deposit
from firsthand.order.actions import group as group_buy
from firsthand.order.events import OrdersPaid
from firsthand.order.models import Delivery, Deposit, Order
from firsthand.order.store import Piece, Pieces
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay.models import Payment
from firsthand.pay.rules import Kind, Word
from firsthand.people.models import Address
from firsthand.promise import store as promise
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, ON_OFFER, SOLD

# How far back we compare books with the providers: often a little, and seldom far.
RECENT, FAR = timedelta(hours=1), timedelta(days=3)

log = get_logger(__name__)


class Came(enum.StrEnum):
    """What came of a provider's word."""

    PAID = "paid"
    SEATED = "seated"  # paid, and the group-buy waits for others
    TAKEN_AGAIN = "taken_again"  # paid late, and the pieces were still there
    SENT_BACK = "sent_back"  # paid late or twice; the money goes back
    HEARD_BEFORE = "heard_before"
    NOTED = "noted"  # it failed, or it is of no consequence to an order


class Heard(NamedTuple):
    """What came of a provider's word, and of which order."""

    came: Came
    number: str | None
    payment_id: int

    @property
    def sentence(self) -> Promise:
        """What the payer is told."""
        return sentences.HEARD[self.came.value]


def start_payment(
    *, number: str, person_id: int, provider: str, now: datetime, address_id: int | None = None
) -> Payment:
    """The buyer goes to pay: where the parcel goes is written down, and the money asked for.

    Of a pre-sale it is the deposit, and once that is paid the balance, each in its own time.
    Going twice asks once. Send the payer to ``pay.actions.send_to(payment, return_url)``.
    """
    order = store.locked(number, person_id)
    due = dues.due_of(order, store.deposit_of(order))
    if due is None:
        raise Refusal(
            "not_to_be_paid",
            _("This order is not waiting for a payment."),
            fields={"state": order.state},
        )
    if due.is_over(now):
        raise Refusal("hold_over", _("The time to pay is up. Please order again."))
    if not due.is_payable(now):
        raise _not_yet(due)
    _write_delivery(order, address_id)
    purpose = store.deposit_purpose_of if due.part is dues.Part.DEPOSIT else store.purpose_of
    return pay.open_payment(purpose=purpose(number), amount_fen=due.amount_fen, provider=provider)


def _not_yet(due: dues.Due) -> Refusal:
    assert due.opens_at is not None
    opens_at = timezone.localtime(due.opens_at)
    return Refusal(
        "balance_not_open",
        format_lazy(
            _("The balance can be paid from {time} on."), time=f"{opens_at:%Y-%m-%d %H:%M}"
        ),
        fields={"opens_at": due.opens_at.isoformat()},
    )


def payment_heard(provider: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Heard:
    """A provider's webhook came in. Forged or senseless ones are refused and change nothing."""
    return word_heard(providers.by_name(provider).read(headers, body, now), now)


def word_heard(word: Word, now: datetime) -> Heard:
    """A provider's word, whose seal was true, is heard: once, however often and late it comes."""
    payment = pay.payment_of(word)
    number = store.number_of_purpose(payment.purpose)
    if number is None:
        pay.hear(word, now)
        return Heard(Came.NOTED, None, payment.pk)
    group = group_seats.lock_group_of(number)
    order = store.locked(number)
    heard = pay.hear(word, now)
    if heard is None:
        return Heard(Came.HEARD_BEFORE, number, payment.pk)
    if word.kind is not Kind.PAID:
        return Heard(Came.NOTED, number, payment.pk)
    came = _money_came(order, group, heard, now)
    log.info("payment_heard", order_id=order.pk, payment_id=payment.pk, came=came.value)
    return Heard(came, number, payment.pk)


Hear = Callable[[Word, datetime], Heard]


def reconcile(
    provider: str, now: datetime, span: timedelta = FAR, hear: Hear = word_heard
) -> list[Heard]:
    """Hear what the provider says was paid in a SPAN of time, and no webhook told us of.

    What cannot be heard (another amount than we asked for) is left for a person to look at.
    The worker's HEAR gives each word a transaction of its own: locks of several orders in one
    would be taken order, door, order, and a word that is refused halfway must leave no trace.
    """
    found = []
    for word in pay.unheard(provider, now - span):
        try:
            found.append(hear(word, now))
        except Refusal as no:
            log.warning("word_not_heard", provider=provider, word_id=word.word_id, code=no.code)
    return found


def _money_came(
    order: Order, group: group_seats.Locked | None, payment: Payment, now: datetime
) -> Came:
    terms = store.deposit_of(order) if group is None else None
    is_twice = order.paid_at is not None or order.state == Order.State.GROUPING
    came: Came | None = None
    if group is not None:
        if order.state == Order.State.HELD and group.state == groups.FORMING:
            return Came.PAID if group_buy.seat_paid(order, group, now) else Came.SEATED
    elif store.is_of_deposit(payment.purpose):
        assert terms is not None, "nobody is asked for a deposit without its terms"
        is_twice = terms.paid_at is not None
        came = _deposit_came(order, terms, now)
    else:
        came = _rest_came(order, terms, now)
    if came is not None:
        return came
    pay.refund(payment, amount_fen=payment.amount_fen, reason="twice" if is_twice else "late")
    note = "paid_twice" if is_twice else "sent_back"
    order.steps.create(state=order.state, note=note, at=now)
    later.carry_out_refunds()
    return Came.SENT_BACK


def _rest_came(order: Order, terms: Deposit | None, now: datetime) -> Came | None:
    """The whole price, or the balance; None if it is not wanted (any more)."""
    waits = Order.State.HELD if terms is None else Order.State.DEPOSITED
    if order.state == waits:
        _move(store.pieces_of(order), credit=HELD)
        _mark_paid(order, now)
        _tell_paid(order)
        return Came.PAID
    # A balance buys late what a deposit that we still have was for; one alone buys nothing.
    has_deposit = terms is None or (
        terms.paid_at is not None
        and pay.kept_fen([store.deposit_purpose_of(order.number)]) >= terms.amount_fen
    )
    if order.state == Order.State.EXPIRED and has_deposit and _take_again(order, now, debit=SOLD):
        _mark_paid(order, now, note="paid_late")
        _tell_paid(order)
        return Came.TAKEN_AGAIN
    return None


def _deposit_came(order: Order, terms: Deposit, now: datetime) -> Came | None:
    """A deposit; None if it is not wanted (any more), such as one after the balance's time."""
    if terms.paid_at is not None or now >= terms.balance_due_at:
        return None
    if order.state == Order.State.HELD:
        stock.lock_on_offer([order.sku_id])
        deposit.mark_paid(order, terms, now)
        deposit.tell_paid(order, terms)
        return Came.PAID
    if order.state == Order.State.EXPIRED and _take_again(order, now, debit=HELD):
        deposit.mark_paid(order, terms, now, note="paid_late")
        deposit.tell_paid(order, terms)
        return Came.TAKEN_AGAIN
    return None


def _take_again(order: Order, now: datetime, *, debit: str) -> bool:
    """Take an expired order's pieces once more, if they are there with the same promise.

    A later day than the one he paid for would be a worse bargain than he agreed to. And his
    limit holds: who let one expire and bought his share anew does not get both. Nor does he
    overtake those who wait for what is free.
    """
    before = store.pieces_of(order)
    stock.lock_on_offer(piece.sku_id for piece in before.pieces)
    terms = offer.terms([order.offer_id])[order.offer_id]
    has = store.bought_by(order.person_id, order.offer_id, now)
    if terms.waiting:
        return False
    if terms.left < order.quantity or has + order.quantity > terms.limit_per_person:
        return False
    again = _no_later(before, terms)
    if again is None:
        return False
    _move(again, credit=ON_OFFER, debit=debit)
    promise.take({(one.sku_id, one.ship_by, one.source): one.quantity for one in again.pieces})
    offer.take({order.offer_id: order.quantity})
    if again.parts:
        store.move_parts(order.pk, again.parts)
    order.ship_by, order.rung_source = again.ship_by, again.source
    return True


def _no_later(pieces: Pieces, terms: Terms) -> Pieces | None:
    """The same pieces from rungs that are free now and keep the promise that was given."""
    ladders = ladders_for(
        terms,
        promise.ladders(piece.sku_id for piece in pieces.pieces),
        timezone.get_default_timezone(),
    )
    if not pieces.parts:
        ladder = ladders[pieces.sku_id]
        rung = rules.no_later_than(ladder, pieces.quantity, pieces.ship_by)
        return pieces._replace(ship_by=rung.ship_by, source=rung.source) if rung else None
    wanted = [Part(piece.sku_id, piece.quantity) for piece in pieces.parts]
    takings = together.no_later_than(ladders, wanted, 1, pieces.ship_by)
    if takings is None:
        return None
    parts = tuple(
        Piece(sku_id, quantity, rung.ship_by, rung.source) for sku_id, quantity, rung in takings
    )
    return pieces._replace(ship_by=max(part.ship_by for part in parts), parts=parts)


def _move(pieces: Pieces, *, credit: str, debit: str = SOLD) -> None:
    quantities = {piece.sku_id: piece.quantity for piece in pieces.pieces}
    stock.lock_on_offer(quantities)
    stock.transfer(
        debit=debit, credit=credit, quantities=quantities, cause=f"paid:{pieces.order_id}"
    )


def _mark_paid(order: Order, now: datetime, note: str = "") -> None:
    order.state, order.paid_at, order.ended_at = Order.State.PAID, now, None
    order.save(update_fields=["state", "paid_at", "ended_at", "ship_by", "rung_source"])
    order.steps.create(state=Order.State.PAID, note=note, at=now)


def _tell_paid(order: Order) -> None:
    event = OrdersPaid(
        offer_id=order.offer_id,
        sku_id=order.sku_id,
        orders=1,
        pieces=order.quantity,
        amount_fen=order.amount_fen,
        left=offer.terms([order.offer_id])[order.offer_id].left,
    )
    outbox.tell(feed_of(order.show_id), [event])


def _write_delivery(order: Order, address_id: int | None) -> None:
    # The address on the order is what a browser said in a burst, unchecked: only the
    # buyer's own addresses count.
    own = Address.objects.filter(person_id=order.person_id)
    named = own.filter(pk=address_id or order.address_id or 0).first()
    address = named if address_id else named or own.order_by("-is_default", "id").first()
    if address is None:
        raise Invalid("no_address", _("Please say where the parcel goes."))
    Delivery.objects.update_or_create(order=order, defaults=address.as_written())
    if order.address_id != address.pk:
        order.address_id = address.pk
        order.save(update_fields=["address_id"])
