"""What is done with payments. The floor above names their purposes and holds its own locks.

A payment is asked for (``open_payment``), the payer is sent to the provider (``send_to``),
the provider tells what came of it (``hear``), and money may go back (``refund``, which is
carried out after the commit: ``refunds_to_do``, ``refund_done``).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from firsthand.kit import clock
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.kit.ids import uuid7
from firsthand.pay import later, rules
from firsthand.pay import provider as providers
from firsthand.pay.models import Payment, ProviderWord, Refund
from firsthand.pay.rules import Word

GOOD_FOR = timedelta(minutes=20)  # providers let a page of theirs be paid for half an hour
AMOUNT_MAX_FEN = 10_000_000_000  # a hundred million yuan: more is a mistake


def open_payment(*, purpose: str, amount_fen: int, provider: str) -> Payment:
    """Ask for money for a purpose: the payment that is open for it, or a new one.

    There is one open payment for a purpose. One for another amount, or at another provider, or
    whose page is soon no good any more, is cancelled and closed at its provider; should its
    payer have paid it all the same, that counts.
    """
    providers.by_name(provider)
    if not 1 <= amount_fen <= AMOUNT_MAX_FEN:
        raise Invalid("bad_amount", _("That is not an amount that can be paid."))
    earlier = (
        Payment.objects.select_for_update()
        .filter(purpose=purpose, state=Payment.State.OPEN)
        .first()
    )
    if earlier is not None:
        is_same = (earlier.provider, earlier.amount_fen) == (provider, amount_fen)
        if is_same and earlier.opened_at > clock.now() - GOOD_FOR:
            return earlier
        earlier.state = Payment.State.CANCELLED
        earlier.save(update_fields=["state"])
        later.close([earlier.pk])
    return Payment.objects.create(purpose=purpose, amount_fen=amount_fen, provider=provider)


def send_to(payment: Payment, return_url: str, payer: providers.Payer = providers.NOBODY) -> str:
    """Let the provider ask for a payment; where to send the payer. Once or often, it is one.

    A provider may be slow to answer: call it with no rows locked.
    """
    return providers.by_name(payment.provider).open(payment, return_url, payer)


def cancel_open(purposes: Iterable[str]) -> int:
    """Nobody waits for these payments any more; returns how many were open.

    They are closed at their providers, too, and so are those that failed there and might yet
    be tried again. Hold what keeps a purpose's payments as they are (the lock of its order).
    """
    unpaid = Payment.objects.filter(
        purpose__in=list(purposes), state__in=[Payment.State.OPEN, Payment.State.FAILED]
    ).select_for_update()
    found = list(unpaid.order_by("id").values_list("id", "state"))
    if not found:
        return 0
    later.close([payment_id for payment_id, _state in found])
    still_open = [payment_id for payment_id, state in found if state == Payment.State.OPEN]
    return Payment.objects.filter(pk__in=still_open).update(state=Payment.State.CANCELLED)


def to_close(payment_ids: Iterable[int]) -> list[Payment]:
    """Those of these payments that nobody waits for: one that was paid meanwhile is none."""
    gone = [Payment.State.CANCELLED, Payment.State.FAILED]
    return list(Payment.objects.filter(pk__in=list(payment_ids), state__in=gone).order_by("id"))


def payment_of(word: Word) -> Payment:
    """The payment that a word is about, not locked."""
    payment = Payment.objects.filter(reference=word.reference, provider=word.provider).first()
    if payment is None:
        raise NotFound("no_such_payment", _("We asked for no such payment."))
    return payment


def hear(word: Word, now: datetime) -> Payment | None:
    """A provider's word is heard: the payment after it, or None when it changed nothing.

    Words may come twice and in any order; each is noted. One about another amount than we
    asked for is refused and not noted: reconciliation finds such money, and a person decides.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_of(word).pk)
    if word.kind is rules.Kind.PAID and (word.amount_fen, word.currency) != (
        payment.amount_fen,
        payment.currency,
    ):
        raise Invalid("wrong_amount", _("That is not the amount that we asked for."))
    _noted, is_new = ProviderWord.objects.get_or_create(
        provider=word.provider,
        word_id=word.word_id,
        defaults={"payment": payment, "kind": word.kind.value},
    )
    if not is_new:
        return None
    state = rules.after(payment.state, word.kind)
    if state == payment.state:
        return None
    payment.state = state
    if state == Payment.State.PAID:
        payment.paid_at, payment.provider_reference = now, word.provider_reference
    payment.save(update_fields=["state", "paid_at", "provider_reference"])
    return payment


def refund(payment: Payment, *, amount_fen: int, reason: str, key: UUID | None = None) -> Refund:
    """Ask that money go back; the same KEY again asks nothing. It is carried out afterwards."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    key = key or uuid7()
    earlier = Refund.objects.filter(key=key).first()
    if earlier is not None:
        return earlier
    if payment.state not in (Payment.State.PAID, Payment.State.REFUNDED):
        raise Refusal("not_paid", _("What was not paid cannot be given back."))
    asked: int = payment.refunds.aggregate(sum=Sum("amount_fen"))["sum"] or 0
    if not 1 <= amount_fen <= payment.amount_fen - asked:
        raise Refusal(
            "more_than_paid",
            _("No more can go back than was paid."),
            fields={"most": payment.amount_fen - asked},
        )
    return Refund.objects.create(payment=payment, amount_fen=amount_fen, reason=reason, key=key)


def rest_of(payment: Payment) -> int:
    """How much of a payment has not been asked to go back."""
    asked: int = payment.refunds.aggregate(sum=Sum("amount_fen"))["sum"] or 0
    return payment.amount_fen - asked


def kept_fen(purposes: Iterable[str]) -> int:
    """How much was paid for these purposes, and has not been asked to go back."""
    paid = Payment.objects.filter(purpose__in=list(purposes), paid_at__isnull=False)
    came: int = paid.aggregate(sum=Sum("amount_fen"))["sum"] or 0
    asked = Refund.objects.filter(payment__in=paid).aggregate(sum=Sum("amount_fen"))
    return came - (asked["sum"] or 0)


def refund_rest(purposes: Iterable[str], *, reason: str) -> int:
    """Ask that all go back that was paid for these purposes, and is not asked to; how much.

    Hold what keeps a purpose's payments as they are (the lock of its order): a fixed number
    of statements, however many there are.
    """
    paid = Payment.objects.select_for_update().filter(
        purpose__in=list(purposes), state=Payment.State.PAID
    )
    amounts = dict(paid.order_by("id").values_list("id", "amount_fen"))
    asked = Refund.objects.filter(payment__in=list(amounts)).values_list("payment_id", "amount_fen")
    for payment_id, amount_fen in asked:
        amounts[payment_id] -= amount_fen
    made = Refund.objects.bulk_create(
        Refund(payment_id=payment_id, amount_fen=rest_fen, reason=reason)
        for payment_id, rest_fen in amounts.items()
        if rest_fen
    )
    return sum(refund.amount_fen for refund in made)


def refunds_to_do(at_most: int = 100) -> list[Refund]:
    """Refunds that were asked for and are not done, oldest first."""
    return list(
        Refund.objects.filter(done_at=None).select_related("payment").order_by("id")[:at_most]
    )


def refund_done(refund_id: int, now: datetime) -> Refund | None:
    """The provider gave the money back: note it; None when that was noted before."""
    asked = Refund.objects.select_for_update().select_related("payment").get(pk=refund_id)
    if asked.done_at is not None:
        return None
    asked.done_at = now
    asked.save(update_fields=["done_at"])
    payment = Payment.objects.select_for_update().get(pk=asked.payment_id)
    Payment.objects.filter(pk=payment.pk).update(refunded_fen=F("refunded_fen") + asked.amount_fen)
    if payment.refunded_fen + asked.amount_fen == payment.amount_fen:
        Payment.objects.filter(pk=payment.pk).update(state=Payment.State.REFUNDED)
    asked.payment.refresh_from_db()
    return asked


def unheard(provider: str, since: datetime) -> list[Word]:
    """What the provider says was paid since an instant, and we have not heard.

    A webhook can be lost. Hearing such a word now is the same as hearing it then, and
    should the webhook still come, it is the same word and counts once.
    """
    words = list(providers.by_name(provider).paid_since(since))
    known = set(
        Payment.objects.filter(
            provider=provider, reference__in=[word.reference for word in words]
        ).values_list("reference", flat=True)
    )
    heard = set(
        ProviderWord.objects.filter(
            provider=provider, word_id__in=[word.word_id for word in words]
        ).values_list("word_id", flat=True)
    )
    return [word for word in words if word.reference in known and word.word_id not in heard]
