"""What is planned: schedules, what they say of each lot and operation, and runs of solvers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from firsthand.factory.models.demand import WorkOrder
from firsthand.factory.models.plant import Plant, WorkCentre
from firsthand.factory.models.recipe import Operation


class Plan(models.Model):
    """A schedule of the open work orders. The newest one in force is what promises stand on."""

    plant = models.ForeignKey(Plant, models.PROTECT, related_name="plans", null=True)
    solver = models.CharField(max_length=40)
    seed = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    starts_at = models.DateTimeField()
    in_force = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)  # lateness, flow time, changeovers, utilisation
    policy = models.JSONField(default=dict)  # the rule that the floor decides by, with parameters
    futures = models.JSONField(
        default=dict
    )  # how the safe dates were found: noise, count, quantile
    changes = models.JSONField(default=list)  # against the plan before it, in words
    question = models.JSONField(default=dict)  # of a what-if: what was assumed; none: a real plan

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
    # How much of its run was left when it was planned: less than all after a breakdown.
    left_bp = models.PositiveIntegerField(db_default=10_000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "work_order", "operation"], name="planned_once"
            ),
            models.CheckConstraint(
                name="it_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]


class PlannedLot(models.Model):
    """When a work order is done by a plan: on the plan's own date, and on one that is safe."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lots")
    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="planned_lots")
    done_at = models.DateTimeField()  # if nothing goes wrong
    safe_at = models.DateTimeField()  # in so many of 100 futures it is done by then
    # In fewer of them (80 of 100): a promise that was given is at risk when this is too late.
    likely_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "work_order"], name="one_date_a_lot"),
            models.CheckConstraint(
                name="safe_is_not_sooner", condition=Q(safe_at__gte=F("done_at"))
            ),
            models.CheckConstraint(
                name="likely_is_between",
                condition=Q(likely_at=None)
                | Q(likely_at__gte=F("done_at"), likely_at__lte=F("safe_at")),
            ),
        ]


class Pin(models.Model):
    """A planner wants an operation on this machine, and not before this instant."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="pins")
    operation = models.ForeignKey(Operation, models.CASCADE, related_name="+")
    work_centre = models.ForeignKey(WorkCentre, models.CASCADE, related_name="+")
    machine = models.PositiveIntegerField()
    not_before = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        constraints = [
            models.UniqueConstraint(fields=["work_order", "operation"], name="pinned_once")
        ]


class PlanRun(models.Model):
    """A solver at work in the background: asked for, under way, over."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"  # somebody stopped it; its best plan so far was kept if he said so
        FAILED = "failed"

    solver = models.CharField(max_length=40)
    seed = models.BigIntegerField(default=0)
    budget_seconds = models.FloatField()
    question = models.JSONField(default=dict)  # of a what-if
    answer = models.JSONField(default=dict)  # to its question
    reason = models.CharField(max_length=40, blank=True, db_default="")  # none: a person asked
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress_percent = models.FloatField(default=0)
    says = models.CharField(max_length=300, blank=True)  # what it does now, or why it failed
    best_cost = models.FloatField(null=True)
    stop_wanted = models.BooleanField(default=False)
    keep_wanted = models.BooleanField(db_default=True)  # if it is stopped: the best plan so far
    restarts = models.PositiveSmallIntegerField(db_default=0)  # its worker died so many times
    fault = models.JSONField(default=dict)  # why it failed: a sentence and its values
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="runs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    asked_at = models.DateTimeField(db_default=Now())
    beat_at = models.DateTimeField(null=True)  # when it was seen alive the last time
    over_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run of a solver")
        verbose_name_plural = _("runs of solvers")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="one_run_at_a_time"
            )
        ]
