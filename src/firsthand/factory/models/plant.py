"""Where it is made: plants, their calendars, work centres, machines, and what they share."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import InTwoLanguages
from firsthand.stock.models import Place


class WorkCalendar(InTwoLanguages):
    """When work is done: shifts by weekday, and days that are unlike others."""

    code = models.SlugField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("work calendar")
        verbose_name_plural = _("work calendars")


class CalendarShift(models.Model):
    """A shift of each week; it may run past midnight, and belongs to the day it begins on."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()  # 0 Monday … 6 Sunday
    start_minute = models.PositiveIntegerField()  # of the plant's day
    minutes = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "weekday", "start_minute"], name="one_shift_a_start"
            ),
            models.CheckConstraint(name="a_weekday_is_one_of_seven", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="a_calendar_shift_fits_a_day",
                condition=Q(minutes__gte=1, minutes__lte=1440, start_minute__lte=1439),
            ),
        ]


class CalendarDay(models.Model):
    """A day that is unlike others of its week: closed, or worked in a shift of its own."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="days")
    day = models.DateField()
    start_minute = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)  # none: closed
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("special work day")
        verbose_name_plural = _("special work days")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="one_exception_a_day"),
            models.CheckConstraint(
                name="an_exception_fits_a_day",
                condition=Q(minutes__lte=1440, start_minute__lte=1439),
            ),
        ]


class Plant(InTwoLanguages):
    """A factory, and the place where what it finishes is put."""

    code = models.SlugField(max_length=30, unique=True)
    place = models.ForeignKey(Place, models.PROTECT)
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    frozen_minutes = models.PositiveIntegerField(default=240)  # what begins sooner is not moved
    reports_progress = models.BooleanField(default=False)  # else it is taken to follow the plan

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
    # Shifts by weekday, holidays, Saturdays that are worked: instead of the usual shift above.
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, null=True, blank=True)
    minor_setup_minutes = models.PositiveIntegerField(default=0)  # another part of one family
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


class Machine(InTwoLanguages):
    """A machine that is unlike the others of its centre; those without a row are alike."""

    work_centre = models.ForeignKey(WorkCentre, models.CASCADE, related_name="machine_rows")
    number = models.PositiveIntegerField()  # 1 … machines of the work centre
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, null=True, blank=True)
    speed_percent = models.PositiveIntegerField(default=100)
    families = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # none: all

    class Meta:
        verbose_name = _("machine")
        verbose_name_plural = _("machines")
        constraints = [
            models.UniqueConstraint(fields=["work_centre", "number"], name="one_machine_a_number"),
            models.CheckConstraint(
                name="a_machine_has_a_number_and_a_speed",
                condition=Q(number__gte=1, speed_percent__gte=1, speed_percent__lte=1000),
            ),
        ]


class Downtime(models.Model):
    """A time in which a machine does not work, though its shift is on."""

    class Kind(models.TextChoices):
        """Why."""

        MAINTENANCE = "maintenance"
        BREAKDOWN = "breakdown"

    work_centre = models.ForeignKey(WorkCentre, models.CASCADE, related_name="downtimes")
    machine = models.PositiveIntegerField(null=True, blank=True)  # none: all of the centre
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MAINTENANCE)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("downtime")
        verbose_name_plural = _("downtimes")
        constraints = [
            models.CheckConstraint(
                name="a_downtime_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.UniqueConstraint(
                fields=["work_centre", "machine", "starts_at"],
                name="one_downtime_a_start",
                nulls_distinct=False,
            ),
        ]


class Changeover(models.Model):
    """How long a machine of a centre takes from one family to another.

    Pairs without a row take the operation's own setup time.
    """

    work_centre = models.ForeignKey(WorkCentre, models.CASCADE, related_name="changeovers")
    from_family = models.CharField(max_length=40)
    to_family = models.CharField(max_length=40)
    minutes = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("changeover")
        verbose_name_plural = _("changeovers")
        constraints = [
            models.UniqueConstraint(
                fields=["work_centre", "from_family", "to_family"], name="one_changeover_a_pair"
            )
        ]


class SharedResource(InTwoLanguages):
    """What operations need beside a machine, and of which there are only so many."""

    class Kind(models.TextChoices):
        """What it is."""

        TOOL = "tool"
        SKILL = "skill"  # people who can do it, at work at the same time

    plant = models.ForeignKey(Plant, models.PROTECT, related_name="shared_resources")
    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("shared resource")
        verbose_name_plural = _("shared resources")
        constraints = [
            models.CheckConstraint(name="at_least_one_of_it", condition=Q(quantity__gte=1))
        ]


class Transport(models.Model):
    """How long things travel from one plant to another, day and night."""

    from_plant = models.ForeignKey(Plant, models.CASCADE, related_name="+")
    to_plant = models.ForeignKey(Plant, models.CASCADE, related_name="+")
    minutes = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("transport")
        verbose_name_plural = _("transports")
        constraints = [
            models.UniqueConstraint(fields=["from_plant", "to_plant"], name="one_way_a_pair"),
            models.CheckConstraint(name="no_way_to_itself", condition=~Q(from_plant=F("to_plant"))),
        ]
