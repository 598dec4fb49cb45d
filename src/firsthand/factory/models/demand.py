"""What is to come: work orders, purchases, forecasts, and what each is for."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku
from firsthand.factory.models.recipe import Part


class WorkOrder(models.Model):
    """A lot to be made."""

    class State(models.TextChoices):
        """How far it is."""

        PLANNED = "planned"
        FIRM = "firm"  # something was promised from it: it will be made
        RELEASED = "released"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    class Origin(models.TextChoices):
        """Why it was asked for."""

        HAND = "hand"
        BASE_STOCK = "base_stock"
        MRP = "mrp"
        CAPACITY = "capacity"  # free capacity, held ready for what is sold on air

    number = models.CharField(max_length=30, unique=True)
    part = models.ForeignKey(Part, models.PROTECT, related_name="work_orders")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    origin = models.CharField(max_length=12, choices=Origin, db_default=Origin.HAND)
    weight = models.PositiveIntegerField(db_default=1)  # how much its lateness counts
    release_at = models.DateTimeField()  # not before: the material is there then
    due_at = models.DateTimeField()
    # When it must be done for what was promised from it: the plan goes by this one, if there is.
    promised_due_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # When it is finished; before, if the floor says that fewer will be good than were asked for.
    good_quantity = models.PositiveIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        indexes = [models.Index(fields=["state", "due_at"], name="open_work_orders")]
        constraints = [models.CheckConstraint(name="a_lot_to_make", condition=Q(quantity__gte=1))]


class PurchaseOrder(models.Model):
    """Bought parts that were ordered, or that a calculation says should be."""

    class State(models.TextChoices):
        """How far it is."""

        PLANNED = "planned"  # MRP's proposal: it goes with the next calculation
        FIRM = "firm"  # somebody decided it
        ORDERED = "ordered"  # the supplier knows
        RECEIVED = "received"
        CANCELLED = "cancelled"

    number = models.CharField(max_length=30, unique=True)
    part = models.ForeignKey(Part, models.PROTECT, related_name="purchase_orders")
    supplier = models.CharField(max_length=120, blank=True, db_default="")
    quantity = models.PositiveIntegerField()
    received = models.PositiveIntegerField(db_default=0)
    state = models.CharField(max_length=10, choices=State, db_default=State.PLANNED)
    order_at = models.DateTimeField()  # when it must be ordered, or was
    due_at = models.DateTimeField()  # when it comes
    promised_at = models.DateTimeField(null=True, blank=True)  # as the supplier said first

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        indexes = [models.Index(fields=["state", "due_at"], name="open_purchase_orders")]
        constraints = [
            models.CheckConstraint(
                name="no_more_comes_than_was_ordered",
                condition=Q(quantity__gte=1, received__lte=F("quantity")),
            )
        ]


class Peg(models.Model):
    """So many of a part, from one supply to one demand, as the last calculation said.

    The supply is a work order, a purchase order, or (neither) what lies there; the demand is a
    work order that uses it, or (none) the promises of a SKU by a day.
    """

    part = models.ForeignKey(Part, models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    from_work_order = models.ForeignKey(
        WorkOrder, models.CASCADE, null=True, related_name="pegs_out"
    )
    from_purchase_order = models.ForeignKey(
        PurchaseOrder, models.CASCADE, null=True, related_name="pegs_out"
    )
    for_work_order = models.ForeignKey(WorkOrder, models.CASCADE, null=True, related_name="pegs_in")
    for_ship_by = models.DateField(null=True)  # of the part's SKU

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_peg_has_one_supply",
                condition=Q(from_work_order=None) | Q(from_purchase_order=None),
            ),
            models.CheckConstraint(name="a_peg_has_a_piece", condition=Q(quantity__gte=1)),
        ]


class Forecast(models.Model):
    """How many pieces of a SKU will be asked for on a day, and how sure that is."""

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="+")
    day = models.DateField()
    pieces = models.FloatField()  # expected
    pieces_low = models.FloatField()  # 10 of 100 days have fewer
    pieces_high = models.FloatField()  # 10 of 100 days have more
    model = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        constraints = [
            models.UniqueConstraint(fields=["sku", "day"], name="one_forecast_a_day"),
            models.CheckConstraint(
                name="a_forecast_is_a_range",
                condition=Q(pieces_low__gte=0)
                & Q(pieces__gte=F("pieces_low"))
                & Q(pieces_high__gte=F("pieces")),
            ),
        ]
