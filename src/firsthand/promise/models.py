"""The noun of the promise."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku


class Rung(models.Model):
    """So many pieces of a SKU ship by a day, and so many of them are taken.

    Rungs are never deleted while something is taken from them: a given promise stays.
    """

    class Source(models.TextChoices):
        """What stands behind it."""

        STOCK = "stock"
        PLAN = "plan"

    sku = models.ForeignKey(Sku, models.PROTECT, db_index=False, related_name="rungs")
    ship_by = models.DateField()
    source = models.CharField(max_length=10, choices=Source)
    quantity = models.BigIntegerField()
    taken = models.BigIntegerField(db_default=0)

    class Meta:
        verbose_name = _("rung")
        verbose_name_plural = _("rungs")
        constraints = [
            models.UniqueConstraint(fields=["sku", "ship_by", "source"], name="one_rung_a_day"),
            models.CheckConstraint(
                name="no_overpromising", condition=Q(taken__gte=0) & Q(taken__lte=F("quantity"))
            ),
        ]
