"""A work order as the floor sees it: its operations, where each stands, and where each can run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from firsthand.factory.floor import rules, store
from firsthand.factory.floor.rules import Answer
from firsthand.factory.models import Machine, Operation, Part, Progress, WorkCentre, WorkOrder
from firsthand.kit.errors import NotFound


class Stands(StrEnum):
    """Where an operation stands."""

    WAITING = "waiting"  # for a forerunner
    READY = "ready"
    RUNNING = "running"
    FINISHED = "finished"
    PASSED = "passed"  # nobody reported it, and what comes after it has begun


@dataclass(frozen=True, slots=True)
class MachineAt:
    """A machine of a work centre."""

    centre: WorkCentre
    number: int

    @property
    def code(self) -> str:
        """How it is named in an address, and on a label.

        >>> MachineAt(WorkCentre(code="smt"), 2).code
        'smt/2'
        """
        return f"{self.centre.code}/{self.number}"


@dataclass(frozen=True, slots=True)
class SheetStep:
    """An operation on the sheet of a work order."""

    operation: Operation
    stands: Stands
    came: int  # pieces, or as many as will come if no more are spoilt
    said: Progress | None
    can: tuple[MachineAt, ...]  # none once it has begun

    @property
    def in_work(self) -> int:
        """Pieces that came, and are neither good nor spoilt yet."""
        if self.stands is not Stands.RUNNING or self.said is None:
            return 0
        return self.came - self.said.good - self.said.scrapped


@dataclass(frozen=True, slots=True)
class Sheet:
    """A work order with its operations, each after its forerunners."""

    order: WorkOrder
    steps: tuple[SheetStep, ...]
    good_at_most: int

    @property
    def is_open(self) -> bool:
        """Whether anything can still be reported on it."""
        return self.order.state not in (WorkOrder.State.FINISHED, WorkOrder.State.CANCELLED)


def sheet(number: str) -> Sheet:
    """The sheet of a work order."""
    order = (
        WorkOrder.objects.select_related("part__sku__product", "part__plant")
        .filter(number=number.strip().upper())
        .first()
    )
    if order is None:
        raise NotFound("no_such_work_order", _("There is no such work order."))
    lot = store.steps([order])[order.pk]
    reported = store.reported([order.pk])[order.pk]
    came = rules.arrivals(lot, reported)
    said = {
        one.operation_id: one
        for one in Progress.objects.filter(work_order=order).select_related("work_centre")
    }
    operations = Operation.objects.select_related("part", "work_centre").in_bulk(
        [step.operation_id for step in lot]
    )
    answers = {step.operation_id: rules.may_start(step.operation_id, lot, reported) for step in lot}
    can = machines_of(one for one, answer in answers.items() if answer is not Answer.BEGUN)
    return Sheet(
        order=order,
        steps=tuple(
            SheetStep(
                operation=operations[step.operation_id],
                stands=_stands(answers[step.operation_id], said.get(step.operation_id)),
                came=came[step.operation_id],
                said=said.get(step.operation_id),
                can=can.get(step.operation_id, ()),
            )
            for step in lot
        ),
        good_at_most=rules.good_at_most(lot, reported) if lot else order.quantity,
    )


def _stands(answer: Answer, said: Progress | None) -> Stands:
    if said is not None:
        return Stands.RUNNING if said.finished_at is None else Stands.FINISHED
    return {Answer.YES: Stands.READY, Answer.OVERTAKEN: Stands.PASSED}.get(answer, Stands.WAITING)


def machines_of(operation_ids: Iterable[int]) -> dict[int, tuple[MachineAt, ...]]:
    """On which machines operations can run: those of their own work centre first."""
    found = {}
    for operation_id in operation_ids:
        places = store.machines_for(operation_id)
        centres = WorkCentre.objects.in_bulk([one.id for one in places])
        found[operation_id] = tuple(
            MachineAt(centres[place.id], number)
            for place in places
            for number in range(1, place.machines + 1)
            if number not in place.cannot
        )
    return found


def goes_into(order: WorkOrder) -> list[Part]:
    """The parts that go into a work order from outside, and those that may stand in for them."""
    return list(Part.objects.filter(pk__in=store.outside(order.part_id)).order_by("code"))


@dataclass(frozen=True, slots=True)
class Place:
    """A machine on the floor: what runs on it, and whether it is down."""

    at: MachineAt
    name: str  # of a machine that has one of its own
    runs: Progress | None
    down_until: datetime | None


def places(now: datetime) -> list[Place]:
    """Every machine there is, plant by plant: those whose floor reports come first."""
    centres = WorkCentre.objects.select_related("plant").order_by(
        "-plant__reports_progress", "plant__code", "kind", "code"
    )
    running = {
        (one.work_centre_id, one.machine): one
        for one in Progress.objects.filter(finished_at=None).select_related(
            "work_order", "operation__part"
        )
    }
    names = {(one.work_centre_id, one.number): str(one) for one in Machine.objects.all()}
    down = store.breakdowns(now)
    return [
        Place(
            MachineAt(centre, number),
            names.get((centre.pk, number), ""),
            running.get((centre.pk, number)),
            down.get((centre.pk, number)),
        )
        for centre in centres
        for number in range(1, centre.machines + 1)
    ]
