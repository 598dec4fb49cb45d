"""The nouns of payment."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.kit.ids import uuid7


class Payment(models.Model):
    """Money asked for one purpose. The purpose is a name of the floor above ("order:ABC…")."""

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open"
        PAID = "paid"
        FAILED = "failed"
        CANCELLED = "cancelled"
        REFUNDED = "refunded"

    reference = models.UUIDField(default=uuid7, unique=True, editable=False)  # ours, for them
    purpose = models.CharField(max_length=80)
    provider = models.CharField(max_length=20)
    provider_reference = models.CharField(max_length=80, blank=True)  # theirs, for us
    amount_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField(db_default=0)
    currency = models.CharField(max_length=3, default="CNY")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(db_default=Now())
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [models.Index(fields=["purpose"], name="payments_of_a_purpose")]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(state="open"), name="one_open_payment_a_purpose"
            ),
            models.CheckConstraint(name="money_moves", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="no_more_back_than_paid",
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=models.F("amount_fen")),
            ),
        ]


class ProviderWord(models.Model):
    """What a provider told us, verified, once: the same word again changes nothing."""

    provider = models.CharField(max_length=20)
    word_id = models.CharField(max_length=80)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="words")
    kind = models.CharField(max_length=30)
    heard_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "word_id"], name="a_word_counts_once")
        ]


class Refund(models.Model):
    """Money that is to go back, asked once by its key, and done when the provider has done it.

    It is written in the transaction that gives the goods back, and carried out after that:
    nobody waits for a bank with rows locked.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    key = models.UUIDField(default=uuid7, unique=True, editable=False)  # for the provider
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=40)  # cancelled, late, goodwill …
    asked_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="refunds_not_done")]
        constraints = [
            models.CheckConstraint(name="money_goes_back", condition=Q(amount_fen__gt=0))
        ]


class SandboxCharge(models.Model):
    """The sandbox bank's own book, which is not ours: what it was asked, and what it decided.

    Because the bank remembers by itself, reconciliation with it is real.
    """

    class State(models.TextChoices):
        """What the bank decided."""

        OPEN = "open"
        PAID = "paid"
        REFUSED = "refused"
        CLOSED = "closed"  # the shop does not want the money any more

    reference = models.UUIDField(unique=True)  # the payment's
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    refunded_fen = models.BigIntegerField(db_default=0)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    word_id = models.CharField(max_length=80, blank=True)  # of the webhook that told of it
    return_url = models.CharField(max_length=300)
    asked_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("charge of the sandbox bank")
        verbose_name_plural = _("charges of the sandbox bank")
        indexes = [
            models.Index(fields=["decided_at"], condition=Q(state="paid"), name="charges_by_day")
        ]
        constraints = [
            models.CheckConstraint(
                name="the_bank_gives_back_what_it_took",
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=models.F("amount_fen")),
            )
        ]

    @property
    def provider_reference(self) -> str:
        """The bank's own name for it."""
        return f"ch_{self.pk}"


class SandboxRefund(models.Model):
    """What the sandbox bank gave back; the same key twice is the same refund."""

    charge = models.ForeignKey(SandboxCharge, models.PROTECT, related_name="refunds")
    key = models.UUIDField(unique=True)
    amount_fen = models.BigIntegerField()
    done_at = models.DateTimeField(db_default=Now())
