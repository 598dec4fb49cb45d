"""The nouns of the offer."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku, in_english

MALL = 0  # the show id of what is sold in the mall, on no show


class Offer(models.Model):
    """A SKU put up for sale: in the mall (show 0), or on one show.

    ``released`` pieces were moved to the ledger's account ``on_offer``; ``taken`` of them are
    held or sold. The price is the SKU's published price, there is only one at a time, less what
    the offer takes off it (``discount_fen`` for each unit, out of the margin).

    What KIND it is says which of the terms below it count: a bundle is of several SKUs (its
    ``parts``; ``sku`` is the one that it is shown by) and its pieces are whole bundles; a
    presale takes a deposit now and the balance by a date; a group-buy holds pieces until
    enough people have paid.
    """

    class Kind(models.TextChoices):
        """On what manner of terms it is sold."""

        SINGLE = "single", _("single")
        BUNDLE = "bundle", _("bundle")
        PRESALE = "presale", _("pre-sale with deposit")
        GROUP = "group", _("group-buy")

    class State(models.TextChoices):
        """Whether one may buy."""

        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"

    show_id = models.BigIntegerField(default=MALL, db_index=True)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="offers")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    limit_per_person = models.PositiveIntegerField(default=5)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    released = models.BigIntegerField(db_default=0)
    taken = models.BigIntegerField(db_default=0)
    made_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=10, choices=Kind, db_default=Kind.SINGLE)
    name_zh = models.CharField(max_length=120, blank=True, db_default="")  # of a bundle
    name_en = models.CharField(max_length=120, blank=True, db_default="")
    discount_fen = models.BigIntegerField(db_default=0)  # off the price of one unit
    deposit_fen = models.BigIntegerField(db_default=0)  # of one unit, now
    deposit_is_kept = models.BooleanField(db_default=False)  # when the buyer does not go on
    balance_opens_at = models.DateTimeField(null=True, blank=True)
    balance_due_at = models.DateTimeField(null=True, blank=True)
    group_size = models.PositiveIntegerField(db_default=0)  # people
    group_minutes = models.PositiveIntegerField(db_default=0)  # within which it forms
    waiting = models.BigIntegerField(db_default=0)  # pieces that people wait for, sold out

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["show_id", "sku", "kind"],
                condition=~Q(kind="bundle"),
                name="one_offer_of_a_sku_a_show",
            ),
            models.CheckConstraint(
                name="no_less_than_nothing_off",
                condition=Q(discount_fen__gte=0) & Q(deposit_fen__gte=0) & Q(waiting__gte=0),
            ),
            models.CheckConstraint(
                name="a_presale_has_a_deposit_and_a_day",
                condition=~Q(kind="presale")
                | (Q(deposit_fen__gt=0) & Q(balance_due_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_group_is_of_several_in_a_while",
                condition=~Q(kind="group") | (Q(group_size__gte=2) & Q(group_minutes__gte=1)),
            ),
            models.CheckConstraint(
                name="no_more_taken_than_released",
                condition=Q(taken__gte=0) & Q(taken__lte=F("released")),
            ),
            models.CheckConstraint(
                name="everyone_may_buy_one", condition=Q(limit_per_person__gte=1)
            ),
            models.CheckConstraint(
                name="it_closes_after_it_opens",
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
            ),
        ]

    @property
    def name(self) -> str:
        """What a bundle is called, in the reader's language; of others nothing."""
        return self.name_en if in_english() else self.name_zh


class OfferPart(models.Model):
    """A SKU of a bundle, and how many pieces of it are in each. Never changed once open."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="parts")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="bundles")
    each = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("part of a bundle")
        verbose_name_plural = _("parts of a bundle")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["offer", "sku"], name="a_sku_is_once_in_a_bundle"),
            models.CheckConstraint(name="at_least_one_in_each", condition=Q(each__gte=1)),
        ]
