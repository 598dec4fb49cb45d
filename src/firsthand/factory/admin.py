"""The factory, in the office: how things are made may be edited; work orders and plans may not.

A work order is opened, finished and called off by actions, and a plan is made by a solver:
a row changed by hand would be a promise without anything behind it.
"""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import PaginationInlineFormSet

from firsthand.factory import actions
from firsthand.factory.models import (
    BomLine,
    Operation,
    Part,
    Plan,
    PlannedOperation,
    Plant,
    WorkCentre,
    WorkOrder,
)
from firsthand.kit.errors import Refusal
from firsthand.stock.admin import LookOnly

LINES_MAX = 200


@admin.register(Plant)
class PlantAdmin(ModelAdmin):
    """Where things are made, and in which store they are put."""

    list_display = ("code", "name_zh", "name_en", "place", "timezone")
    list_select_related = ("place",)


@admin.register(WorkCentre)
class WorkCentreAdmin(ModelAdmin):
    """Machines side by side, their shifts, and what an hour of them costs."""

    list_display = (
        "code",
        "name_zh",
        "name_en",
        "plant",
        "machines",
        "shift_minutes",
        "works_on_weekends",
        "cost_fen_per_hour",
    )
    list_filter = ("plant", "kind")
    list_select_related = ("plant",)
    search_fields = ("code", "name_zh", "name_en")


class BomLineForms(PaginationInlineFormSet):
    """The lines of a bill, none of which leads back to the part itself."""

    def clean(self) -> None:
        """Ask the factory whether the bill still ends somewhere."""
        super().clean()
        lines = [
            BomLine(
                parent=self.instance,
                component=form.cleaned_data["component"],
                quantity=form.cleaned_data.get("quantity") or 1,
            )
            for form in self.forms
            if form.is_valid()
            and form.cleaned_data.get("component")
            and not form.cleaned_data.get("DELETE")
        ]
        if self.instance.pk is None:  # nothing leads to a part that is not there yet
            return
        try:
            actions.check_bill(lines)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from None


class BomLineInline(TabularInline):
    """What goes into one piece of a part."""

    model = BomLine
    formset = BomLineForms
    fk_name = "parent"
    extra = 0
    max_num = LINES_MAX
    autocomplete_fields = ("component",)
    fields = ("component", "quantity", "scrap_bp")
    tab = True


class OperationInline(TabularInline):
    """A part's routing."""

    model = Operation
    extra = 0
    max_num = LINES_MAX
    fields = ("number", "name_zh", "name_en", "work_centre", "setup_minutes", "run_seconds")
    tab = True


@admin.register(Part)
class PartAdmin(ModelAdmin):
    """What goes into a product, or is one: its bill of material and its routing."""

    list_display = ("code", "name_zh", "name_en", "kind", "family", "unit_cost_fen", "on_hand")
    list_filter = ("kind", "plant")
    search_fields = ("code", "name_zh", "name_en", "sku__code")
    autocomplete_fields = ("sku",)
    inlines = (BomLineInline, OperationInline)
    show_full_result_count = False


@admin.register(WorkOrder)
class WorkOrderAdmin(LookOnly):
    """What is to be made, and what was."""

    list_display = ("number", "part", "quantity", "state", "release_at", "due_at", "finished_at")
    list_filter = ("state",)
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

    list_display = ("id", "solver", "made_at", "in_force", "on_time", "mean_flow", "tardiness")
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


@admin.register(PlannedOperation)
class PlannedOperationAdmin(LookOnly):
    """When and where each operation runs, by the plan in force."""

    list_display = ("starts_at", "ends_at", "work_centre", "machine", "work_order", "operation")
    list_filter = (OpenAlone, "work_centre")
    list_select_related = ("work_centre", "work_order__part", "operation")
    search_fields = ("work_order__number", "work_order__part__code")
    ordering = ("starts_at", "id")
