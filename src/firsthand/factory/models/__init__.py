"""The nouns of the factory, in the field's words (ISA-95 where it fits), by subject."""

from firsthand.factory.models.demand import Forecast, Peg, PurchaseOrder, WorkOrder
from firsthand.factory.models.floor import FloorReport, LotPart, Progress, Serial
from firsthand.factory.models.plans import Pin, Plan, PlannedLot, PlannedOperation, PlanRun
from firsthand.factory.models.plant import (
    CalendarDay,
    CalendarShift,
    Changeover,
    Downtime,
    Machine,
    Plant,
    SharedResource,
    Transport,
    WorkCalendar,
    WorkCentre,
)
from firsthand.factory.models.recipe import (
    BomAlternate,
    BomLine,
    Operation,
    OperationAlternative,
    OperationNeed,
    Part,
)

__all__ = [
    "BomAlternate",
    "BomLine",
    "CalendarDay",
    "CalendarShift",
    "Changeover",
    "Downtime",
    "FloorReport",
    "Forecast",
    "LotPart",
    "Machine",
    "Operation",
    "OperationAlternative",
    "OperationNeed",
    "Part",
    "Peg",
    "Pin",
    "Plan",
    "PlanRun",
    "PlannedLot",
    "PlannedOperation",
    "Plant",
    "Progress",
    "PurchaseOrder",
    "Serial",
    "SharedResource",
    "Transport",
    "WorkCalendar",
    "WorkCentre",
    "WorkOrder",
]
