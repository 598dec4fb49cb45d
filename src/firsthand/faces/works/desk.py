"""What lies on the planner's desk: a plan with its machines, its lots, and why they are late.

The problem behind a plan is the same as long as the plan is, but costs some hundred milliseconds
to read at ten thousand operations; so each process keeps those of the last plans for a while.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from firsthand.faces.works import store
from firsthand.faces.works.words import told
from firsthand.factory import store as factory
from firsthand.factory.causes import Schedule, Way
from firsthand.factory.impossible import Impossible
from firsthand.factory.load import Load, load
from firsthand.factory.models import Plan, WorkCentre
from firsthand.factory.plan import Plan as Planning
from firsthand.factory.plan import PlannedOperation
from firsthand.factory.problem import Problem
from firsthand.factory.workload import workload
from firsthand.kit.errors import NotFound

KEPT_SECONDS = 60.0
KEPT_PLANS = 2
LOAD_DAYS = 14  # in the table of the load
LATE_SHOWN = 7
SECOND = timedelta(seconds=1)


def real_plans() -> QuerySet[Plan]:
    """The plans that were made to be followed, not to answer a question; the newest first."""
    return Plan.objects.filter(question={}).order_by("-pk")


def plan_in_force() -> Plan | None:
    """The plan that promises stand on."""
    return Plan.objects.filter(in_force=True).order_by("-pk").first()


def find_plan(plan_id: int) -> Plan:
    """A plan that is still kept; a refusal if there is none."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise NotFound("no_such_plan", _("There is no such plan any more."))
    return plan


def centre_names() -> dict[str, str]:
    """What work centres are called, by code."""
    return {one.code: one.name for one in WorkCentre.objects.all()}


def changes_of(plan: Plan) -> list[str]:
    """What a plan changed against the one before it, in the reader's language."""
    return [told(sentence, fields) for sentence, fields in plan.changes]


class LateLot(NamedTuple):
    """A lot that is late by the plan, and why."""

    lot: store.Lot
    way: Way

    @property
    def hours(self) -> float:
        """By how much."""
        return self.way.late / 3600


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A work centre in the table of the load."""

    centre: WorkCentre
    cells: Sequence[Load]
    whole: Load


class Desk:
    """A plan, as its planner sees it. Each part is read when it is asked for."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.begins = plan.starts_at
        self.charts: dict[str, bytes] = {}  # by language, as it was sent

    @cached_property
    def planned(self) -> list[store.Planned]:
        """Its operations."""
        return store.planned(self.plan.pk)

    @cached_property
    def lots(self) -> dict[int, store.Lot]:
        """Its work orders."""
        return store.lots(self.plan.pk)

    @cached_property
    def steps(self) -> dict[int, store.Step]:
        """The steps that its operations are."""
        return store.steps(self.plan.pk)

    @cached_property
    def centres(self) -> dict[int, WorkCentre]:
        """The work centres."""
        return {one.pk: one for one in WorkCentre.objects.select_related("plant").order_by("pk")}

    @cached_property
    def problem(self) -> Problem | None:
        """The problem that it answers, as far as the tables still know it."""
        try:
            return workload(factory.tables(self.begins), self.begins).problem
        except Impossible:
            return None  # somebody has changed the tables since, and not to the better

    @cached_property
    def schedule(self) -> Schedule | None:
        """The plan, ready to be asked why."""
        if self.problem is None:
            return None
        return Schedule(self.problem, Planning(self.plan.solver, 0, tuple(self.operations)))

    @cached_property
    def operations(self) -> list[PlannedOperation]:
        """Its operations in the time of its problem."""
        base = int(self.begins.timestamp())
        return [
            PlannedOperation(
                one.work_order_id,
                one.operation_id,
                one.work_centre_id,
                one.machine,
                one.start - base,
                one.end - base,
                one.setup_seconds,
            )
            for one in self.planned
        ]

    @cached_property
    def done(self) -> dict[int, int]:
        """When each lot is done, in seconds since 1970."""
        found: dict[int, int] = {}
        for one in self.planned:
            found[one.work_order_id] = max(one.end, found.get(one.work_order_id, one.end))
        return found

    @cached_property
    def late(self) -> list[LateLot]:
        """Every lot that is late by the plan in force, with its way; what costs most first."""
        schedule = self.schedule if self.plan.in_force else None
        if schedule is None:
            return []
        found = [
            LateLot(self.lots[lot_id], way)
            for lot_id in schedule.late()
            if lot_id in self.lots and (way := schedule.way(lot_id)) is not None
        ]
        return sorted(found, key=lambda one: -one.lot.weight * one.way.late)

    @cached_property
    def lost(self) -> list[tuple[int, int, int]]:
        """For which work centres late lots wait: centre, seconds, lots; the worst first."""
        seconds: dict[int, int] = {}
        waiting: dict[int, int] = {}
        for one in self.late:
            here: dict[int, int] = {}
            for (centre_id, _machine), took in one.way.waited_for().items():
                here[centre_id] = here.get(centre_id, 0) + took
            for centre_id, took in here.items():
                seconds[centre_id] = seconds.get(centre_id, 0) + took
                waiting[centre_id] = waiting.get(centre_id, 0) + 1
        found = [(centre_id, took, waiting[centre_id]) for centre_id, took in seconds.items()]
        return sorted(found, key=lambda one: -one[1])

    @cached_property
    def days(self) -> list[datetime]:
        """Midnights between which the load is counted, the first one before the plan begins."""
        first = timezone.localtime(self.begins).replace(hour=0, minute=0, second=0, microsecond=0)
        ends = max((one.end for one in self.operations), default=0) * SECOND + self.begins
        count = min(LOAD_DAYS, (ends - first).days + 1)
        return [first + timedelta(days=number) for number in range(count + 1)]

    @cached_property
    def load(self) -> list[LoadRow]:
        """How full each work centre is, day by day."""
        if self.problem is None:
            return []
        cuts = [(day - self.begins) // SECOND for day in self.days]
        found = load(self.problem.work_centres, self.operations, cuts)
        return [
            LoadRow(
                self.centres[centre_id],
                cells,
                Load(sum(one.planned for one in cells), sum(one.open for one in cells)),
            )
            for centre_id, cells in found.items()
            if centre_id in self.centres
        ]

    @property
    def fence(self) -> datetime:
        """What begins before is not moved: the longest fence of the plants."""
        minutes = max((one.plant.frozen_minutes for one in self.centres.values()), default=0)
        return self.begins + timedelta(minutes=minutes)


_kept: dict[int, tuple[float, Desk]] = {}


def desk(plan: Plan) -> Desk:
    """The desk of a plan; one that was read within the last minute is not read again."""
    found = _kept.get(plan.pk)
    if found is not None and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    while len(_kept) >= KEPT_PLANS:
        _kept.pop(min(_kept), None)
    made = Desk(plan)
    _kept[plan.pk] = (time.monotonic(), made)
    return made


def forget() -> None:
    """Nothing is kept any more: what a planner has changed shall be seen at once."""
    _kept.clear()
