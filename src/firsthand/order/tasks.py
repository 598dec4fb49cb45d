"""What the worker does for orders: by the clock, and when an action left it something to do.

Each task opens its own transactions and calls one action in each. All of them may run twice
or on several workers at once: the actions take care of that. So none of them has a ``lock``
of the queue, which a worker that was killed would hold for ever.
"""

from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db import transaction
from procrastinate.contrib.django import app

from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.order import seats, sentences, store
from firsthand.order import waiting as lists
from firsthand.order.actions import cancel, deposit, expiry, fulfilment, group, payment, waiting
from firsthand.pay import actions as pay
from firsthand.pay import provider as providers
from firsthand.pay.rules import Word

log = get_logger(__name__)


@app.periodic(cron="* * * * * */10")  # the seconds stand last
@app.task(name="order.expire_holds", queueing_lock="expire_holds")
def expire_holds(timestamp: int = 0) -> int:
    """Every ten seconds: what was not paid in time gives everything back."""
    total = 0
    while True:
        with transaction.atomic():
            ended = expiry.expire_holds(now())
        total += ended
        if ended < expiry.AT_MOST:
            break
    if total:
        log.info("holds_expired", orders=total)
    return total


@app.periodic(cron="* * * * * */5")
@app.task(name="order.expire_groups", queueing_lock="expire_groups")
def expire_groups(timestamp: int = 0) -> int:
    """Every five seconds: groups that did not form in time end, and money goes back."""
    total = 0
    while True:
        with transaction.atomic():
            ended = group.expire_groups(now())
        total += ended
        if ended < group.AT_MOST:
            break
    if total:
        log.info("groups_expired", groups=total)
    return total


@app.periodic(cron="* * * * * */15")
@app.task(name="order.allocate_pieces", queueing_lock="allocate_pieces")
def allocate_pieces(timestamp: int = 0) -> int:
    """Every fifteen seconds: paid orders get the pieces that are there."""
    with transaction.atomic():
        ready = fulfilment.allocate(now())
    if ready:
        log.info("orders_ready", orders=len(ready))
    return len(ready)


@app.task(name="order.serve_waiting")
def serve_waiting(offer_id: int) -> int:
    """Pieces came free, or a sale ended: those who wait for it are served, or told."""
    total = 0
    while True:
        with transaction.atomic():
            gone = waiting.serve(offer_id, now())
        total += gone
        if not gone:
            break
    if total:
        log.info("waiting_served", offer_id=offer_id, people=total)
    return total


@app.periodic(cron="* * * * * */10")
@app.task(name="order.serve_all_waiting", queueing_lock="serve_all_waiting")
def serve_all_waiting(timestamp: int = 0) -> int:
    """Every ten seconds: the same for all lists, should something have come free unseen.

    A ladder that was raised, or an offer whose time is over, tells nobody.
    """
    return sum(serve_waiting(offer_id) for offer_id in lists.to_serve(now()))


@app.task(name="order.tell_waiting")
def tell_waiting(waiting_ids: list[int]) -> int:
    """People who waited are written to: it is held for you, or you wait no longer.

    Who has given no e-mail address reads it on the page of his orders. The words of one letter
    are in both languages, since a letter is read where no page says which.
    """
    told = 0
    for row in lists.to_tell(waiting_ids):
        title, text = sentences.of_waiting(row)
        try:
            told += send_mail(title, text, None, [row.person.email or ""])
        except OSError:
            log.exception("letter_not_sent", waiting_id=row.pk)  # one that cannot be reached
    return told


@app.task(name="order.tell_groups")
def tell_groups(group_ids: list[int]) -> int:
    """The people of groups are written to: it is complete, or it did not fill in time."""
    told = 0
    for order in seats.to_tell(group_ids):
        title, text = sentences.of_group(order)
        try:
            told += send_mail(title, text, None, [order.person.email or ""])
        except OSError:
            log.exception("letter_not_sent", order_id=order.pk)  # one that cannot be reached
    return told


@app.periodic(cron="* * * * * 30")
@app.task(name="order.tell_risks", queueing_lock="tell_risks")
def tell_risks(timestamp: int = 0) -> int:
    """Every minute: whose deposit is paid, and whose day is at risk, is told that he may leave."""
    total = 0
    while True:
        with transaction.atomic():
            told = deposit.tell_risks(now())
        total += told
        if told < deposit.AT_MOST:
            return total


@app.periodic(cron="* * * * * 45")
@app.task(name="order.tell_balances", queueing_lock="tell_balances")
def tell_balances(timestamp: int = 0) -> int:
    """Every minute: whose balance can be paid now, or is due within a day, is told so."""
    total = 0
    while True:
        with transaction.atomic():
            told = deposit.tell_balances(now())
        total += told
        if told < deposit.AT_MOST:
            return total


@app.task(name="order.tell_deposits")
def tell_deposits(order_ids: list[int], note: str) -> int:
    """People who paid a deposit are written to: of their balance, or that they may leave."""
    told = 0
    for order, is_kept in store.deposits_to_tell(order_ids):
        title, text = sentences.of_deposit(order, note, is_kept=is_kept)
        try:
            told += send_mail(title, text, None, [order.person.email or ""])
        except OSError:
            log.exception("letter_not_sent", order_id=order.pk)  # one that cannot be reached
    return told


@app.task(name="order.carry_out_refunds")
def carry_out_refunds() -> int:
    """Money that is to go back goes back, at the provider; then its order learns of it.

    The provider is asked outside of any lock, and by the refund's own key: should we die
    in between, asking again gives back nothing twice.
    """
    done = 0
    for asked in pay.refunds_to_do():
        provider = providers.by_name(asked.payment.provider)
        try:
            with transaction.atomic():
                provider.refund(asked.payment, asked.amount_fen, asked.key)
        except Exception:
            # One bank that does not answer keeps nobody else's money; we ask again in a minute.
            log.exception("refund_failed", refund_id=asked.pk)
            continue
        with transaction.atomic():
            done += cancel.refunded(asked.pk, now())
    if done:
        log.info("refunds_done", refunds=done)
    return done


@app.periodic(cron="* * * * * */20")
@app.task(name="order.reconcile", queueing_lock="reconcile")
def reconcile(timestamp: int = 0) -> int:
    """Every twenty seconds: what was paid lately, and no webhook told us of; refunds left over."""
    heard = _reconcile(payment.RECENT)
    carry_out_refunds()
    return heard


@app.periodic(cron="17 * * * *")
@app.task(name="order.reconcile_far", queueing_lock="reconcile_far")
def reconcile_far(timestamp: int = 0) -> int:
    """Every hour: the same, for the days before, should we have been away for longer."""
    return _reconcile(payment.FAR)


def _hear(word: Word, at: datetime) -> payment.Heard:
    with transaction.atomic():
        return payment.word_heard(word, at)


def _reconcile(span: timedelta) -> int:
    heard = 0
    for name in providers.registered():
        try:
            heard += len(payment.reconcile(name, now(), span, _hear))
        except Refusal as no:
            # A provider that does not answer keeps us from no other; we ask again soon.
            log.warning("not_reconciled", provider=name, code=no.code)
    if heard:
        log.info("payments_reconciled", payments=heard)
    return heard
