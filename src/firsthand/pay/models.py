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
