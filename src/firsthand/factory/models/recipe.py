"""What is made, of what, and by which operations."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import InTwoLanguages, Sku
from firsthand.factory.models.plant import Plant, SharedResource, WorkCentre


class Part(InTwoLanguages):
    """Anything that goes into a product, or is one: bought, or made by a routing."""

    class Kind(models.TextChoices):
        """Where a part comes from."""

        BOUGHT = "bought"
        MADE = "made"

    class LotRule(models.TextChoices):
        """How needs become lots, or purchases."""

        FIXED = "fixed"  # whole lots of lot_size
        FOR_LOT = "lot_for_lot"  # just what is needed, at least order_minimum, by order_multiple
        PERIOD = "period"  # what period_days need, together

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    sku = models.OneToOneField(Sku, models.PROTECT, null=True, blank=True, related_name="part")
    plant = models.ForeignKey(Plant, models.PROTECT, null=True, blank=True)
    family = models.CharField(max_length=40, blank=True)  # parts of one family need no changeover
    unit_cost_fen = models.BigIntegerField(default=0)  # of a bought part
    lead_time_days = models.PositiveIntegerField(default=0)  # of a bought part
    on_hand = models.BigIntegerField(default=0)  # of a bought part, or of one that is stocked
    lot_size = models.PositiveIntegerField(default=100)  # of the fixed rule
    # A made part that is stocked has work orders of its own; else it is made in its product's lot.
    is_stocked = models.BooleanField(default=False)
    lot_rule = models.CharField(max_length=12, choices=LotRule, default=LotRule.FIXED)
    order_minimum = models.PositiveIntegerField(default=1)
    order_multiple = models.PositiveIntegerField(default=1)
    period_days = models.PositiveIntegerField(default=7)  # of the period rule
    safety_stock = models.PositiveIntegerField(default=0)
    supplier = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        constraints = [
            models.CheckConstraint(
                name="a_product_is_made", condition=Q(sku=None) | Q(kind="made")
            ),
            models.CheckConstraint(
                name="no_part_below_nought", condition=Q(unit_cost_fen__gte=0, on_hand__gte=0)
            ),
            models.CheckConstraint(name="a_lot_has_a_piece", condition=Q(lot_size__gte=1)),
            models.CheckConstraint(
                name="an_order_has_a_piece",
                condition=Q(order_minimum__gte=1, order_multiple__gte=1, period_days__gte=1),
            ),
        ]


class BomLine(models.Model):
    """So many of a component go into one piece of a part."""

    parent = models.ForeignKey(Part, models.CASCADE, related_name="components")
    component = models.ForeignKey(Part, models.PROTECT, related_name="used_in")
    quantity = models.PositiveIntegerField(default=1)
    scrap_bp = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("bill of material line")
        verbose_name_plural = _("bill of material lines")
        constraints = [
            models.UniqueConstraint(fields=["parent", "component"], name="one_line_a_component"),
            models.CheckConstraint(
                name="nothing_is_made_of_itself", condition=~Q(parent=F("component"))
            ),
            models.CheckConstraint(name="a_line_has_a_piece", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.component}"


class BomAlternate(models.Model):
    """What may go in instead of a line's component, when there is too little of it."""

    line = models.ForeignKey(BomLine, models.CASCADE, related_name="alternates")
    component = models.ForeignKey(Part, models.PROTECT, related_name="alternate_in")
    priority = models.PositiveIntegerField(default=1)  # the smallest is tried first

    class Meta:
        verbose_name = _("alternate component")
        verbose_name_plural = _("alternate components")
        constraints = [
            models.UniqueConstraint(fields=["line", "component"], name="one_alternate_a_component")
        ]


class Operation(InTwoLanguages):
    """A step of a part's routing: 10, 20, 30 …"""

    part = models.ForeignKey(Part, models.CASCADE, related_name="operations")
    number = models.PositiveIntegerField()
    work_centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="operations")
    setup_minutes = models.PositiveIntegerField(default=0)  # when the family changes
    run_seconds = models.PositiveIntegerField()  # for each piece

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ("part", "number")
        constraints = [
            models.UniqueConstraint(fields=["part", "number"], name="one_operation_a_number"),
            models.CheckConstraint(name="an_operation_takes_time", condition=Q(run_seconds__gte=1)),
        ]


class OperationAlternative(models.Model):
    """Another work centre of the same plant that can do an operation."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="alternatives")
    work_centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="+")
    run_seconds = models.PositiveIntegerField()  # for each piece

    class Meta:
        verbose_name = _("alternative work centre")
        verbose_name_plural = _("alternative work centres")
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "work_centre"], name="one_alternative_a_centre"
            ),
            models.CheckConstraint(
                name="an_alternative_takes_time", condition=Q(run_seconds__gte=1)
            ),
        ]


class OperationNeed(models.Model):
    """One of a tool, or of a skill, is taken while an operation is set up and runs."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="needs")
    resource = models.ForeignKey(SharedResource, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("need of an operation")
        verbose_name_plural = _("needs of operations")
        constraints = [
            models.UniqueConstraint(fields=["operation", "resource"], name="one_need_a_resource")
        ]
