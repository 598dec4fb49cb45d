"""The nouns of the promise: rungs, what stands behind them, and how we count days."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku
from firsthand.factory.models import WorkOrder


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
    kept = models.BigIntegerField(db_default=0)  # of those taken: shipped
    at_risk = models.BigIntegerField(db_default=0)  # of those taken: the plan does not reach them

    class Meta:
        verbose_name = _("rung")
        verbose_name_plural = _("rungs")
        constraints = [
            models.UniqueConstraint(fields=["sku", "ship_by", "source"], name="one_rung_a_day"),
            models.CheckConstraint(
                name="no_overpromising", condition=Q(taken__gte=0) & Q(taken__lte=F("quantity"))
            ),
            models.CheckConstraint(
                name="kept_or_at_risk_but_promised",
                condition=Q(kept__gte=0)
                & Q(at_risk__gte=0)
                & Q(taken__gte=F("kept") + F("at_risk")),
            ),
        ]


class Backing(models.Model):
    """Behind which rung of the plan a work order stands, as the ladder was built last."""

    work_order = models.OneToOneField(WorkOrder, models.CASCADE, primary_key=True)
    sku = models.ForeignKey(Sku, models.CASCADE, db_index=False)
    ship_by = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["sku", "ship_by"], name="backing_of_a_rung")]


class HandlingPolicy(models.Model):
    """How long it takes from the shelf or the machine to the carrier. One row."""

    stock_days = models.PositiveIntegerField(_("working days from the shelf"), default=1)
    cut_off_minute = models.PositiveIntegerField(_("cut-off, minute of the day"), default=16 * 60)
    plan_days = models.PositiveIntegerField(_("working days from the end of a lot"), default=2)
    horizon_days = models.PositiveIntegerField(_("days that we look ahead"), default=60)
    works_on_weekends = models.BooleanField(_("packs on weekends"), default=False)

    class Meta:
        verbose_name = _("handling policy")
        verbose_name_plural = _("handling policy")
        constraints = [
            models.CheckConstraint(
                name="the_cut_off_is_in_the_day", condition=Q(cut_off_minute__lte=1440)
            ),
            models.CheckConstraint(
                name="handling_ends",
                condition=Q(stock_days__lte=60, plan_days__lte=60, horizon_days__lte=400),
            ),
        ]


class SpecialDay(models.Model):
    """A day that is unlike others of its week: a holiday, or a weekend that is worked."""

    day = models.DateField(_("day"), unique=True)
    is_worked = models.BooleanField(_("is worked"), default=False)
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
