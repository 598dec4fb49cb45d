"""What happened on the floor: progress by operation, serial numbers, and what went into lots."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku
from firsthand.factory.models.demand import PurchaseOrder, WorkOrder
from firsthand.factory.models.plant import WorkCentre
from firsthand.factory.models.recipe import Operation, Part


class Progress(models.Model):
    """How far an operation of a work order is, as the floor reported."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="progress")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="+")
    work_centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="+")
    machine = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    good = models.PositiveIntegerField(db_default=0)
    scrapped = models.PositiveIntegerField(db_default=0)
    note = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        indexes = [models.Index(fields=["work_centre", "machine"], name="progress_of_a_machine")]
        constraints = [
            models.UniqueConstraint(
                fields=["work_order", "operation"], name="one_progress_an_operation"
            ),
            models.UniqueConstraint(
                fields=["work_centre", "machine"],
                condition=Q(finished_at=None),
                name="one_thing_at_a_time",
            ),
            models.CheckConstraint(
                name="it_is_finished_after_it_started",
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")),
            ),
        ]


class Serial(models.Model):
    """One piece that was made, and its number: what a product's passport begins with."""

    number = models.CharField(max_length=100, unique=True)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="serials")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("serial number")
        verbose_name_plural = _("serial numbers")


class LotPart(models.Model):
    """What went into a lot: so many of a part, of a supplier's lot or of one of our own."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="lot_parts")
    part = models.ForeignKey(Part, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    supplier_lot = models.CharField(max_length=60, blank=True, db_default="")
    purchase_order = models.ForeignKey(PurchaseOrder, models.PROTECT, null=True, related_name="+")
    made_in = models.ForeignKey(WorkOrder, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("part of a lot")
        verbose_name_plural = _("parts of lots")
        constraints = [
            models.CheckConstraint(name="something_went_in", condition=Q(quantity__gte=1))
        ]


class FloorReport(models.Model):
    """What somebody on the floor said, once: the same press that comes twice has the same key."""

    class Kind(models.TextChoices):
        """What he did."""

        STARTED = "started"
        FINISHED = "finished"
        SCRAPPED = "scrapped"
        UNDONE = "undone"  # the start was a mistake
        HANDED_OVER = "handed_over"  # somebody else goes on with it
        PUT_IN = "put_in"  # a supplier's lot was scanned

    class Reason(models.TextChoices):
        """Why pieces are spoilt."""

        MATERIAL = "material", _("bad material")
        SETUP = "setup", _("setting up")
        MACHINE = "machine", _("machine")
        HANDLING = "handling", _("handling")
        OTHER = "other", _("something else")

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="floor_reports")
    operation = models.ForeignKey(Operation, models.PROTECT, null=True, related_name="+")
    work_centre = models.ForeignKey(WorkCentre, models.PROTECT, null=True, related_name="+")
    machine = models.PositiveIntegerField(null=True)
    good = models.PositiveIntegerField(db_default=0)
    scrapped = models.PositiveIntegerField(db_default=0)
    reason = models.CharField(max_length=10, choices=Reason, blank=True, db_default="")
    note = models.CharField(max_length=200, blank=True, db_default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("report from the floor")
        verbose_name_plural = _("reports from the floor")
        indexes = [models.Index(fields=["work_order", "id"], name="reports_of_a_work_order")]
