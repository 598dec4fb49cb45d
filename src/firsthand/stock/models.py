"""The nouns of the ledger."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import InTwoLanguages, Sku

MADE = "made"
PLANNED = "planned"
ON_OFFER = "on_offer"
HELD = "held"
SOLD = "sold"
SHIPPED = "shipped"
RETURNED = "returned"
SCRAPPED = "scrapped"
SOURCES = (MADE, PLANNED)
FIXED_ACCOUNTS = (MADE, PLANNED, ON_OFFER, HELD, SOLD, SHIPPED, RETURNED, SCRAPPED)


def on_hand(place_code: str) -> str:
    """The account of what lies at a place."""
    return f"on_hand@{place_code}"


class Place(InTwoLanguages):
    """Where goods can lie: a plant's store or a warehouse."""

    code = models.SlugField(max_length=30, unique=True)
    position = models.PositiveIntegerField(default=0)  # the order in which stock is drawn

    class Meta:
        ordering = ("position", "id")


class Balance(models.Model):
    """How many pieces of a SKU an account holds."""

    sku = models.ForeignKey(Sku, models.PROTECT, db_index=False)
    account = models.CharField(max_length=40)
    quantity = models.BigIntegerField(db_default=0)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = [
            models.UniqueConstraint(fields=["sku", "account"], name="one_balance_an_account"),
            models.CheckConstraint(
                name="no_overselling", condition=Q(quantity__gte=0) | Q(account__in=SOURCES)
            ),
            models.CheckConstraint(
                name="sources_only_give", condition=Q(quantity__lte=0) | ~Q(account__in=SOURCES)
            ),
            models.CheckConstraint(
                name="known_accounts",
                condition=Q(account__in=FIXED_ACCOUNTS) | Q(account__startswith="on_hand@"),
            ),
        ]


class Transfer(models.Model):
    """One movement of goods. Rows are only ever added."""

    sku = models.ForeignKey(Sku, models.PROTECT, db_index=False)
    debit = models.CharField(max_length=40)  # where they go
    credit = models.CharField(max_length=40)  # where they come from
    quantity = models.BigIntegerField()
    cause = models.CharField(max_length=60)
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        indexes = [models.Index(fields=["sku", "moved_at"], name="transfers_of_a_sku")]
        constraints = [
            models.CheckConstraint(name="something_moves", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="somewhere_else", condition=~Q(debit=F("credit"))),
        ]
