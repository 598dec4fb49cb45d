"""The shop floor: what runs where, what was made, and what a piece is.

Every report takes a ``key`` of the caller's own making: the same report that comes twice, because
an answer was lost on the way, is one report.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from django.db import transaction
from ninja import Query, Router, Status
from pydantic import AwareDatetime, Field

from firsthand.faces.api.gate import Asked, for_
from firsthand.faces.api.shapes import Both, Given, Limited, Listed, PathId, Skipped, Told, listed
from firsthand.factory.floor import actions, machines
from firsthand.factory.floor.machines import Waiting
from firsthand.factory.floor.passport import passport
from firsthand.factory.floor.reports import Who
from firsthand.factory.floor.sheets import MachineAt, Place, SheetStep, places, sheet
from firsthand.factory.models import FloorReport, Progress, Serial, WorkOrder
from firsthand.kit import clock
from firsthand.people.rules import Deed

router = Router(tags=["shop floor"])

PIECES_MAX = 1_000_000
LOOK = (Deed.FLOOR_REPORT, Deed.PLAN_READ)

Count = Annotated[int, Field(ge=0, le=PIECES_MAX, strict=True)]
Some = Annotated[int, Field(ge=1, le=PIECES_MAX, strict=True)]
Note = Annotated[str, Field(max_length=200)]
Short = Annotated[str, Field(max_length=60)]
Number = Annotated[str, Field(min_length=1, max_length=30)]
Machine = Annotated[int, Field(ge=1, le=10_000)]
Key = Annotated[
    UUID | None, Field(description="Of your own making; the same report twice is one report.")
]


class Report(Given):
    """A report from the floor."""

    key: Key = None

    def who(self, request: Asked) -> Who:
        """Who makes it, by which press."""
        return Who(request.auth.pk, self.key or uuid4())


class StartGiven(Report):
    """It runs on this machine from now on."""

    work_centre: Short
    machine: Annotated[int, Field(ge=1, le=10_000, strict=True)]


class FinishGiven(Report):
    """It is finished: so many pieces are good, so many spoilt, in all of it."""

    good: Count
    scrapped: Count = 0
    reason: FloorReport.Reason | None = None
    note: Note = ""


class ScrapGiven(Report):
    """So many pieces more are spoilt."""

    pieces: Some
    reason: FloorReport.Reason | None = None
    note: Note = ""


class HandOverGiven(Report):
    """Somebody else goes on with it."""

    good: Count
    note: Note = ""


class PartGiven(Report):
    """So many of a part go in, of this supplier's lot, or of this purchase."""

    part: Short
    quantity: Some
    supplier_lot: Short = ""
    purchase_order: Annotated[str, Field(max_length=30)] = ""


class DownGiven(Given):
    """A machine broke down, and is thought to stand until then (left out: for four hours)."""

    until: AwareDatetime | None = None
    note: Note = ""


class MachineTold(Told):
    """A machine."""

    work_centre: str
    machine: int


class RunTold(Told):
    """What runs on a machine."""

    work_order: str
    operation_id: int
    started_at: datetime


class PlaceTold(MachineTold):
    """A machine: what runs on it, and until when it is down, if it is."""

    plant: str
    kind: str
    name: Both
    runs: RunTold | None
    down_until: datetime | None


class StepTold(Told):
    """An operation of a work order: where it stands, and on which machines it can run."""

    operation_id: int
    part: str
    number: int
    name: Both
    stands: str
    came: int
    good: int
    scrapped: int
    in_work: int
    machine: MachineTold | None
    started_at: datetime | None
    finished_at: datetime | None
    note: str
    can: list[MachineTold]


class WorkOrderTold(Told):
    """A work order."""

    number: str
    part: str
    name: Both
    quantity: int
    good_quantity: int | None
    state: str
    due_at: datetime
    finished_at: datetime | None


class SheetTold(WorkOrderTold):
    """A work order with its operations, each after its forerunners."""

    good_at_most: int
    operations: list[StepTold]


class WaitingTold(Told):
    """An operation that a machine can do; whether at once, and when the plan has it begin."""

    work_order: str
    operation_id: int
    part: str
    name: Both
    pieces: int
    is_ready: bool
    planned_machine: int
    starts_at: datetime


class SerialTold(Told):
    """The number of a piece."""

    number: str
    made_at: datetime


class DownTold(Told):
    """A time in which a machine does not work."""

    work_centre: str
    machine: int
    starts_at: datetime
    ends_at: datetime
    note: str


class StepOfLotTold(Told):
    """An operation by which a lot was made. Who did it is an id: names live with people."""

    part: str
    number: int
    name_zh: str
    name_en: str
    plant: str
    work_centre: str
    machine: int
    started_at: datetime
    finished_at: datetime | None
    good: int
    scrapped: int
    started_by: int | None
    finished_by: int | None
    is_reported: bool


class PartOfLotTold(Told):
    """A part that went into a lot: so many for all of it, and where they came from."""

    part: str
    name_zh: str
    name_en: str
    quantity: int
    supplier: str
    supplier_lot: str
    purchase_order: str
    made_in: str


class LotTold(Told):
    """The record of a lot."""

    work_order: str
    part: str
    name_zh: str
    name_en: str
    plant: str
    good: int | None
    finished_at: datetime | None
    steps: list[StepOfLotTold]
    parts: list[PartOfLotTold]


class PassportTold(Told):
    """A piece: its SKU, its lot, and the lots of ours inside that one."""

    number: str
    sku_id: int
    sku: str
    name_zh: str
    name_en: str
    made_at: datetime
    lots: list[LotTold]


@router.get(
    "/factory/machines",
    response=list[PlaceTold],
    summary="List the machines, and what runs on them",
    **for_(*LOOK),
)
def list_machines(request: Asked) -> list[PlaceTold]:
    """Plant by plant; those whose floor reports come first."""
    return [_place(one) for one in places(clock.now())]


@router.get(
    "/factory/machines/{work_centre}/{machine}/next",
    response=list[WaitingTold],
    summary="Read what a machine shall do next",
    **for_(*LOOK),
)
def read_next(
    request: Asked,
    work_centre: str,
    machine: Machine,
    by: Annotated[
        Literal["plan", "rule"],
        Query(description="The plan's order, or that of its rule, decided anew now."),
    ] = "plan",
) -> list[WaitingTold]:
    """What can begin at once comes first."""
    centre = machines.find(work_centre, machine)
    by_rule_at = clock.now() if by == "rule" else None
    waiting = machines.next_on(centre.pk, machine, by_rule_at=by_rule_at)
    return [_waiting(one) for one in waiting]


@router.post(
    "/factory/machines/{work_centre}/{machine}/down",
    response={201: DownTold},
    summary="Report that a machine broke down",
    **for_(Deed.FLOOR_REPORT),
)
def report_down(
    request: Asked, work_centre: str, machine: Machine, body: DownGiven
) -> Status[DownTold]:
    """Nothing is started on it until it works again; the plan reacts. Said twice, it is once."""
    with transaction.atomic():
        row = machines.report_down(
            work_centre,
            machine,
            until=body.until,
            note=body.note,
            by=request.auth.pk,
            now=clock.now(),
        )
    return Status(201, _down(work_centre, machine, row))


@router.post(
    "/factory/machines/{work_centre}/{machine}/up",
    response=DownTold | None,
    summary="Report that a machine works again",
    **for_(Deed.FLOOR_REPORT),
)
def report_up(request: Asked, work_centre: str, machine: Machine) -> DownTold | None:
    """The time that it did not; null if nobody had said so."""
    with transaction.atomic():
        row = machines.report_up(work_centre, machine, by=request.auth.pk, now=clock.now())
    return _down(work_centre, machine, row) if row else None


@router.get(
    "/factory/work-orders",
    response=Listed[WorkOrderTold],
    summary="List work orders, the first due first",
    **for_(*LOOK),
)
def list_work_orders(
    request: Asked,
    state: Annotated[
        WorkOrder.State | None, Query(description="Left out: those that are open.")
    ] = None,
    limit: Limited = 50,
    skip: Skipped = 0,
) -> Listed[WorkOrderTold]:
    """Of every plant."""
    wanted = [state] if state else ["planned", "firm", "released"]
    rows = (
        WorkOrder.objects.filter(state__in=wanted).select_related("part").order_by("due_at", "pk")
    )
    return listed(rows, limit, skip, lambda row: WorkOrderTold(**_order(row)))


@router.get(
    "/factory/work-orders/{number}",
    response=SheetTold,
    summary="Read a work order, and where each of its operations stands",
    **for_(*LOOK),
)
def read_work_order(request: Asked, number: Number) -> SheetTold:
    """What is ready can be started on any of the machines in ``can``."""
    return _sheet(number)


@router.post(
    "/factory/work-orders/{number}/operations/{operation_id}/start",
    response={201: SheetTold},
    summary="Start an operation on a machine",
    **for_(Deed.FLOOR_REPORT),
)
def start_operation(
    request: Asked, number: Number, operation_id: PathId, body: StartGiven
) -> Status[SheetTold]:
    """Its forerunners are finished, and the machine is free; the work order is released."""
    with transaction.atomic():
        actions.start(
            number,
            operation_id,
            work_centre=body.work_centre,
            machine=body.machine,
            who=body.who(request),
            now=clock.now(),
        )
    return Status(201, _sheet(number))


@router.post(
    "/factory/work-orders/{number}/operations/{operation_id}/undo",
    response=SheetTold,
    summary="Take back a start that was a mistake",
    **for_(Deed.FLOOR_REPORT),
)
def undo_start(request: Asked, number: Number, operation_id: PathId, body: Report) -> SheetTold:
    """As long as no piece was counted."""
    with transaction.atomic():
        actions.undo_start(number, operation_id, who=body.who(request), now=clock.now())
    return _sheet(number)


@router.post(
    "/factory/work-orders/{number}/operations/{operation_id}/scrap",
    response=SheetTold,
    summary="Report pieces that are spoilt",
    **for_(Deed.FLOOR_REPORT),
)
def scrap_pieces(
    request: Asked, number: Number, operation_id: PathId, body: ScrapGiven
) -> SheetTold:
    """While the operation runs: so many more than before."""
    with transaction.atomic():
        actions.scrap(
            number,
            operation_id,
            body.pieces,
            reason=body.reason or "",
            note=body.note,
            who=body.who(request),
            now=clock.now(),
        )
    return _sheet(number)


@router.post(
    "/factory/work-orders/{number}/operations/{operation_id}/hand-over",
    response=SheetTold,
    summary="Hand an operation over to the next shift",
    **for_(Deed.FLOOR_REPORT),
)
def hand_over(
    request: Asked, number: Number, operation_id: PathId, body: HandOverGiven
) -> SheetTold:
    """So many pieces are good so far; it goes on."""
    with transaction.atomic():
        actions.hand_over(
            number,
            operation_id,
            body.good,
            note=body.note,
            who=body.who(request),
            now=clock.now(),
        )
    return _sheet(number)


@router.post(
    "/factory/work-orders/{number}/operations/{operation_id}/finish",
    response=SheetTold,
    summary="Finish an operation",
    **for_(Deed.FLOOR_REPORT),
)
def finish_operation(
    request: Asked, number: Number, operation_id: PathId, body: FinishGiven
) -> SheetTold:
    """Good and spoilt pieces are all that came; the last operation finishes the work order."""
    with transaction.atomic():
        actions.finish(
            number,
            operation_id,
            body.good,
            body.scrapped,
            reason=body.reason or "",
            note=body.note,
            who=body.who(request),
            now=clock.now(),
        )
    return _sheet(number)


@router.post(
    "/factory/work-orders/{number}/parts",
    response=SheetTold,
    summary="Say of which supplier's lot parts go into a work order",
    **for_(Deed.FLOOR_REPORT),
)
def put_part_in(request: Asked, number: Number, body: PartGiven) -> SheetTold:
    """What nobody says of is taken first in, first out from what lies there."""
    with transaction.atomic():
        actions.put_in(
            number,
            body.part,
            body.quantity,
            supplier_lot=body.supplier_lot,
            purchase_order=body.purchase_order,
            who=body.who(request),
            now=clock.now(),
        )
    return _sheet(number)


@router.get(
    "/factory/work-orders/{number}/serials",
    response=Listed[SerialTold],
    summary="List the serial numbers of a work order",
    **for_(*LOOK),
)
def list_serials(
    request: Asked, number: Number, limit: Limited = 200, skip: Skipped = 0
) -> Listed[SerialTold]:
    """One for each good piece, as soon as the lot is finished."""
    rows = Serial.objects.filter(work_order=sheet(number).order).order_by("pk")
    return listed(rows, limit, skip, SerialTold.model_validate)


@router.get(
    "/factory/passports/{serial}",
    response=PassportTold,
    summary="Read what a piece is: where, when and of what it was made",
    **for_(*LOOK, Deed.ORDER_CARE),
)
def read_passport(
    request: Asked, serial: Annotated[str, Field(min_length=1, max_length=100)]
) -> PassportTold:
    """By its serial number. It names nobody."""
    with transaction.atomic():
        return PassportTold(**asdict(passport(serial)))


def _both(thing: Any) -> Both:
    return Both(zh=thing.name_zh, en=thing.name_en)


def _machine(at: MachineAt) -> MachineTold:
    return MachineTold(work_centre=at.centre.code, machine=at.number)


def _place(place: Place) -> PlaceTold:
    centre, runs = place.at.centre, place.runs
    return PlaceTold(
        work_centre=centre.code,
        machine=place.at.number,
        plant=centre.plant.code,
        kind=centre.kind,
        name=_both(centre),
        runs=_run(runs) if runs else None,
        down_until=place.down_until,
    )


def _run(runs: Progress) -> RunTold:
    return RunTold(
        work_order=runs.work_order.number,
        operation_id=runs.operation_id,
        started_at=runs.started_at,
    )


def _waiting(one: Waiting) -> WaitingTold:
    return WaitingTold(
        work_order=one.order.number,
        operation_id=one.operation.pk,
        part=one.operation.part.code,
        name=_both(one.operation),
        pieces=one.pieces,
        is_ready=one.is_ready,
        planned_machine=one.planned_machine,
        starts_at=one.starts_at,
    )


def _down(work_centre: str, machine: int, row: Any) -> DownTold:
    return DownTold(
        work_centre=work_centre,
        machine=machine,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        note=row.note,
    )


def _order(order: WorkOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "part": order.part.code,
        "name": _both(order.part),
        "quantity": order.quantity,
        "good_quantity": order.good_quantity,
        "state": order.state,
        "due_at": order.due_at,
        "finished_at": order.finished_at,
    }


def _sheet(number: str) -> SheetTold:
    found = sheet(number)
    return SheetTold(
        **_order(found.order),
        good_at_most=found.good_at_most,
        operations=[_step(step) for step in found.steps],
    )


def _step(step: SheetStep) -> StepTold:
    said = step.said
    return StepTold(
        operation_id=step.operation.pk,
        part=step.operation.part.code,
        number=step.operation.number,
        name=_both(step.operation),
        stands=step.stands.value,
        came=step.came,
        good=said.good if said else 0,
        scrapped=said.scrapped if said else 0,
        in_work=step.in_work,
        machine=_machine(MachineAt(said.work_centre, said.machine)) if said else None,
        started_at=said.started_at if said else None,
        finished_at=said.finished_at if said else None,
        note=said.note if said else "",
        can=[_machine(one) for one in step.can],
    )
