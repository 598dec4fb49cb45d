"""The nouns of the factory, in the field's words (ISA-95 where it fits)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import InTwoLanguages, Sku
from firsthand.stock.models import Place


class Plant(InTwoLanguages):
    """A factory, and the place where what it finishes is put."""

    code = models.SlugField(max_length=30, unique=True)
    place = models.ForeignKey(Place, models.PROTECT)
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")

    class Meta:
        verbose_name = _("plant")
        verbose_name_plural = _("plants")


class WorkCentre(InTwoLanguages):
    """Machines of one kind, side by side. Any of them can do its operations."""

    plant = models.ForeignKey(Plant, models.PROTECT, related_name="work_centres")
    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)  # smt, moulding, assembly, test, packing …
    machines = models.PositiveIntegerField(default=1)
    shift_start_minute = models.PositiveIntegerField(default=8 * 60)  # of the plant's day
    shift_minutes = models.PositiveIntegerField(default=16 * 60)
    works_on_weekends = models.BooleanField(default=False)
    cost_fen_per_hour = models.BigIntegerField(default=0)  # labour of one machine's crew
    energy_wh_per_hour = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("work centre")
        verbose_name_plural = _("work centres")
        constraints = [
            models.CheckConstraint(name="at_least_one_machine", condition=Q(machines__gte=1)),
            models.CheckConstraint(
                name="a_shift_fits_a_day",
                condition=Q(shift_minutes__gte=1, shift_minutes__lte=1440)
                & Q(shift_start_minute__lte=1439),
            ),
        ]


class Part(InTwoLanguages):
    """Anything that goes into a product, or is one: bought, or made by a routing."""

    class Kind(models.TextChoices):
        """Where a part comes from."""

        BOUGHT = "bought"
        MADE = "made"

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    sku = models.OneToOneField(Sku, models.PROTECT, null=True, blank=True, related_name="part")
    plant = models.ForeignKey(Plant, models.PROTECT, null=True, blank=True)
    family = models.CharField(max_length=40, blank=True)  # parts of one family need no changeover
    unit_cost_fen = models.BigIntegerField(default=0)  # of a bought part
    lead_time_days = models.PositiveIntegerField(default=0)  # of a bought part
    on_hand = models.BigIntegerField(default=0)  # of a bought part
    lot_size = models.PositiveIntegerField(default=100)  # of a made part

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


class WorkOrder(models.Model):
    """A lot to be made."""

    class State(models.TextChoices):
        """How far it is."""

        PLANNED = "planned"
        FIRM = "firm"  # something was promised from it: it will be made
        RELEASED = "released"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    number = models.CharField(max_length=30, unique=True)
    part = models.ForeignKey(Part, models.PROTECT, related_name="work_orders")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    release_at = models.DateTimeField()  # not before: the material is there then
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        indexes = [models.Index(fields=["state", "due_at"], name="open_work_orders")]
        constraints = [models.CheckConstraint(name="a_lot_to_make", condition=Q(quantity__gte=1))]


class Plan(models.Model):
    """A schedule of the open work orders. The newest one in force is what promises stand on."""

    plant = models.ForeignKey(Plant, models.PROTECT, related_name="plans", null=True)
    solver = models.CharField(max_length=40)
    seed = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    starts_at = models.DateTimeField()
    in_force = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)  # lateness, flow time, changeovers, utilisation

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plant"],
                condition=Q(in_force=True),
                name="one_plan_in_force",
                nulls_distinct=False,
            )
        ]


class PlannedOperation(models.Model):
    """When and on which machine an operation of a work order runs, by a plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="operations")
    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="planned_operations")
    operation = models.ForeignKey(Operation, models.PROTECT)
    work_centre = models.ForeignKey(WorkCentre, models.PROTECT)  # as it was planned
    machine = models.PositiveIntegerField()  # 1 … machines of the work centre
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    setup_minutes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "work_order", "operation"], name="planned_once"
            ),
            models.CheckConstraint(
                name="it_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]
