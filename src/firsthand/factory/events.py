"""What the factory tells upward, on the feed ``factory``."""

from dataclasses import dataclass
from typing import ClassVar

FEED = "factory"


@dataclass(frozen=True, slots=True)
class PlanPutInForce:
    """From now on promises stand on this plan."""

    name: ClassVar[str] = "plan_put_in_force"
    version: ClassVar[int] = 1

    plan_id: int
    solver: str
    lots: int
    late_lots: int
    begins_at: str  # ISO 8601


@dataclass(frozen=True, slots=True)
class PlanRunFailed:
    """A plan that was asked for was not made, and why; the plan in force stays."""

    name: ClassVar[str] = "plan_run_failed"
    version: ClassVar[int] = 1

    run_id: int
    why: str  # for logs: people read it in their language beside the run


@dataclass(frozen=True, slots=True)
class WorkOrderFinished:
    """A lot is made: so many good pieces, of which PAID_BACK had been put on offer before."""

    name: ClassVar[str] = "work_order_finished"
    version: ClassVar[int] = 1

    work_order_id: int
    number: str
    sku_id: int | None  # None: of a part that is stocked
    quantity: int
    paid_back: int


@dataclass(frozen=True, slots=True)
class WorkOrderCancelled:
    """A lot of which nothing was promised will not be made."""

    name: ClassVar[str] = "work_order_cancelled"
    version: ClassVar[int] = 1

    work_order_id: int
    number: str
    sku_id: int | None  # None: of a part that is stocked


@dataclass(frozen=True, slots=True)
class CostInputsImported:
    """A spreadsheet of parts, bills and routings was taken over, whole. No price moved by it."""

    name: ClassVar[str] = "cost_inputs_imported"
    version: ClassVar[int] = 1

    by: int | None
    written: dict[str, int]


@dataclass(frozen=True, slots=True)
class LayoutImported:
    """A workbook of calendars, machines, changeovers … was taken over, whole. Time to plan."""

    name: ClassVar[str] = "layout_imported"
    version: ClassVar[int] = 1

    by: int | None
    written: dict[str, int]


@dataclass(frozen=True, slots=True)
class LayoutChanged:
    """Somebody changed in the office where and when things can be made. Time to plan."""

    name: ClassVar[str] = "layout_changed"
    version: ClassVar[int] = 1

    by: int | None
    what: str  # downtime, workcentre, workcalendar …


@dataclass(frozen=True, slots=True)
class RequirementsPlanned:
    """What is missing was worked out anew: lots and purchases were proposed, changed, dropped."""

    name: ClassVar[str] = "requirements_planned"
    version: ClassVar[int] = 1

    work_orders: int  # that are proposed now
    purchases: int
    changed: int  # of both: opened, moved, resized or dropped
    late: int  # pegs whose supply comes after it is wanted
    short: int  # pieces that nothing will bring


@dataclass(frozen=True, slots=True)
class PurchaseOrdered:
    """A supplier was asked for parts, and says when they come."""

    name: ClassVar[str] = "purchase_ordered"
    version: ClassVar[int] = 1

    purchase_order_id: int
    number: str
    part_id: int
    quantity: int
    due_at: str  # ISO 8601


@dataclass(frozen=True, slots=True)
class PurchaseDelayed:
    """Parts come on another day than was said; lots that wait for them are released then."""

    name: ClassVar[str] = "purchase_delayed"
    version: ClassVar[int] = 1

    purchase_order_id: int
    number: str
    part_id: int
    quantity: int  # that are still to come
    was_due_at: str  # ISO 8601
    due_at: str
    work_order_ids: list[int]


@dataclass(frozen=True, slots=True)
class PurchaseReceived:
    """Parts came: so many, and LEFT are still to come."""

    name: ClassVar[str] = "purchase_received"
    version: ClassVar[int] = 1

    purchase_order_id: int
    number: str
    part_id: int
    quantity: int
    left: int


@dataclass(frozen=True, slots=True)
class PurchaseCancelled:
    """What is still to come of a purchase will not come."""

    name: ClassVar[str] = "purchase_cancelled"
    version: ClassVar[int] = 1

    purchase_order_id: int
    number: str
    part_id: int
    quantity: int
    work_order_ids: list[int]


@dataclass(frozen=True, slots=True)
class ForecastMade:
    """What will be asked for was forecast anew; how wrong it would have been, and the naive one."""

    name: ClassVar[str] = "forecast_made"
    version: ClassVar[int] = 1

    skus: int
    wape_percent: float
    naive_wape_percent: float
    by_model: dict[str, int]
