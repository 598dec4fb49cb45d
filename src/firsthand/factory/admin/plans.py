"""What is to be made and bought, and what is planned: looked at here, changed by actions alone."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from firsthand.factory.models import (
    Forecast,
    Peg,
    Pin,
    Plan,
    PlannedLot,
    PlannedOperation,
    PlanRun,
    PurchaseOrder,
    WorkOrder,
)
from firsthand.stock.admin import LookOnly


@admin.register(WorkOrder)
class WorkOrderAdmin(LookOnly):
    """What is to be made, and what was."""

    list_display = (
        "number",
        "part",
        "quantity",
        "state",
        "origin",
        "weight",
        "release_at",
        "due_at",
        "promised_due_at",
        "finished_at",
    )
    list_filter = ("state", "origin")
    list_select_related = ("part",)
    search_fields = ("number", "part__code", "part__sku__code")
    ordering = ("-id",)


class OpenAlone(admin.SimpleListFilter):
    """Only what is planned to run still."""

    title = _("plan")
    parameter_name = "plan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The one in force, or those before it too."""
        return [("all", _("All plans"))]

    def choices(self, changelist: Any) -> Any:
        """Two words: in force, and all."""
        yield {
            "selected": self.value() != "all",
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("In force"),
        }
        yield {
            "selected": self.value() == "all",
            "query_string": changelist.get_query_string({self.parameter_name: "all"}),
            "display": _("All plans"),
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the plan in force, unless all are asked for."""
        return queryset if self.value() == "all" else queryset.filter(Q(plan__in_force=True))


@admin.register(Plan)
class PlanAdmin(LookOnly):
    """Plans, newest first, with what they are worth."""

    list_display = (
        "id",
        "plant",
        "solver",
        "made_at",
        "in_force",
        "on_time",
        "mean_flow",
        "tardiness",
        "left_out",
    )
    list_select_related = ("plant",)
    list_filter = ("in_force", "solver")
    ordering = ("-id",)

    @admin.display(description=_("on time, %"))
    def on_time(self, plan: Plan) -> Any:
        """The share of the lots that are done by when they are due."""
        return plan.figures.get("on_time_percent")

    @admin.display(description=_("mean flow time, h"))
    def mean_flow(self, plan: Plan) -> Any:
        """How long a lot is in the factory."""
        return plan.figures.get("mean_flow_hours")

    @admin.display(description=_("tardiness, h"))
    def tardiness(self, plan: Plan) -> Any:
        """By how much the late lots are late, in sum."""
        return plan.figures.get("tardiness_hours")

    @admin.display(description=_("left out"))
    def left_out(self, plan: Plan) -> int:
        """How many work orders it could not plan."""
        return len(plan.figures.get("left_out", ()))


@admin.register(PlannedOperation)
class PlannedOperationAdmin(LookOnly):
    """When and where each operation runs, by the plan in force."""

    list_display = ("starts_at", "ends_at", "work_centre", "machine", "work_order", "operation")
    list_filter = (OpenAlone, "work_centre")
    list_select_related = ("work_centre", "work_order__part", "operation")
    search_fields = ("work_order__number", "work_order__part__code")
    ordering = ("starts_at", "id")


@admin.register(PlannedLot)
class PlannedLotAdmin(LookOnly):
    """When each work order is done by the plan in force, and by when it is safe to say so."""

    list_display = ("work_order", "done_at", "likely_at", "safe_at", "plan")
    list_filter = (OpenAlone,)
    list_select_related = ("work_order", "plan")
    search_fields = ("work_order__number", "work_order__part__code")
    ordering = ("safe_at", "id")


@admin.register(PlanRun)
class PlanRunAdmin(LookOnly):
    """Solvers at work, and those that were."""

    list_display = (
        "id",
        "solver",
        "state",
        "progress_percent",
        "says",
        "best_cost",
        "budget_seconds",
        "asked_at",
        "over_at",
    )
    list_filter = ("state", "solver")
    ordering = ("-id",)


@admin.register(Pin)
class PinAdmin(LookOnly):
    """Where planners want operations."""

    list_display = ("work_order", "operation", "work_centre", "machine", "not_before", "by")
    list_filter = ("work_centre",)
    list_select_related = ("work_order", "operation", "work_centre", "by")
    search_fields = ("work_order__number",)
    ordering = ("-id",)


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(LookOnly):
    """What was bought, and what should be."""

    list_display = (
        "number",
        "part",
        "supplier",
        "quantity",
        "received",
        "state",
        "order_at",
        "due_at",
        "promised_at",
    )
    list_filter = ("state",)
    list_select_related = ("part",)
    search_fields = ("number", "part__code", "supplier")
    ordering = ("-id",)


@admin.register(Peg)
class PegAdmin(LookOnly):
    """What each supply is for, as the last calculation said."""

    list_display = (
        "part",
        "quantity",
        "from_work_order",
        "from_purchase_order",
        "for_work_order",
        "for_ship_by",
    )
    list_select_related = ("part", "from_work_order", "from_purchase_order", "for_work_order")
    search_fields = ("part__code", "from_work_order__number", "for_work_order__number")
    ordering = ("id",)


@admin.register(Forecast)
class ForecastAdmin(LookOnly):
    """How many pieces will be asked for on which day."""

    list_display = ("sku", "day", "pieces", "pieces_low", "pieces_high", "model")
    list_select_related = ("sku",)
    search_fields = ("sku__code",)
    date_hierarchy = "day"
    ordering = ("day", "sku_id")
