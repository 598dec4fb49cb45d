"""The noun of the offer."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku

MALL = 0  # the show id of what is sold in the mall, on no show


class Offer(models.Model):
    """A SKU put up for sale: in the mall (show 0), or on one show.

    ``released`` pieces were moved to the ledger's account ``on_offer``; ``taken`` of them are
    held or sold. The price is the SKU's published price: there is only one at a time.
    """

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

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["show_id", "sku"], name="one_offer_of_a_sku_a_show"),
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
