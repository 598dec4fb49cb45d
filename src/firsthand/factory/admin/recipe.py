"""What is made, of what, and by which operations."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import PaginationInlineFormSet

from firsthand.factory import actions
from firsthand.factory.models import (
    BomAlternate,
    BomLine,
    Operation,
    OperationAlternative,
    OperationNeed,
    Part,
)
from firsthand.kit.errors import Refusal

LINES_MAX = 200


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
    show_change_link = True  # its alternates stand there
    tab = True


class OperationInline(TabularInline):
    """A part's routing."""

    model = Operation
    extra = 0
    max_num = LINES_MAX
    fields = ("number", "name_zh", "name_en", "work_centre", "setup_minutes", "run_seconds")
    show_change_link = True  # other centres that can do it, tools and skills stand there
    tab = True


@admin.register(Part)
class PartAdmin(ModelAdmin):
    """What goes into a product, or is one: its bill of material and its routing."""

    list_display = (
        "code",
        "name_zh",
        "name_en",
        "kind",
        "family",
        "lot_rule",
        "lot_size",
        "is_stocked",
        "unit_cost_fen",
        "lead_time_days",
        "on_hand",
    )
    list_filter = ("kind", "is_stocked", "lot_rule", "plant")
    search_fields = ("code", "name_zh", "name_en", "sku__code")
    autocomplete_fields = ("sku",)
    inlines = (BomLineInline, OperationInline)
    show_full_result_count = False


class BomAlternateInline(TabularInline):
    """What may go in instead."""

    model = BomAlternate
    extra = 0
    max_num = LINES_MAX
    autocomplete_fields = ("component",)
    fields = ("component", "priority")
    hide_title = True


@admin.register(BomLine)
class BomLineAdmin(ModelAdmin):
    """What goes into what, and what may go in instead when there is too little of it."""

    list_display = ("parent", "component", "quantity", "scrap_bp")
    list_select_related = ("parent", "component")
    search_fields = ("parent__code", "component__code")
    fields = ("parent", "component", "quantity", "scrap_bp")
    readonly_fields = ("parent", "component")  # the part's own page changes them, and looks ahead
    inlines = (BomAlternateInline,)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: a line is added on the page of its part, where circles are refused."""
        return False


class AlternativeInline(TabularInline):
    """Other work centres of the same plant that can do it."""

    model = OperationAlternative
    extra = 0
    max_num = LINES_MAX
    fields = ("work_centre", "run_seconds")
    hide_title = True


class NeedInline(TabularInline):
    """What it takes beside a machine."""

    model = OperationNeed
    extra = 0
    max_num = LINES_MAX
    fields = ("resource",)
    hide_title = True


@admin.register(Operation)
class OperationAdmin(ModelAdmin):
    """A step of a routing: who else can do it, and what it takes."""

    list_display = ("part", "number", "name_zh", "name_en", "work_centre", "run_seconds")
    list_filter = ("work_centre",)
    list_select_related = ("part", "work_centre")
    search_fields = ("part__code", "name_zh", "name_en")
    autocomplete_fields = ("part",)
    inlines = (AlternativeInline, NeedInline)
    show_full_result_count = False
