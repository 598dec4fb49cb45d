"""Promises, in the office: rungs may be read; how days are counted may be edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from firsthand.promise.models import HandlingPolicy, Rung, SpecialDay
from firsthand.stock.admin import LookOnly


@admin.register(Rung)
class RungAdmin(LookOnly):
    """What ships when, and how much of it is promised, kept, or at risk."""

    list_display = ("code", "ship_by", "source", "quantity", "taken", "kept", "at_risk")
    list_filter = ("source",)
    list_select_related = ("sku",)
    search_fields = ("sku__code", "sku__name_zh", "sku__name_en")
    ordering = ("ship_by", "sku")

    @admin.display(description="SKU", ordering="sku__code")
    def code(self, rung: Rung) -> str:
        """Of which SKU."""
        return rung.sku.code


@admin.register(HandlingPolicy)
class HandlingPolicyAdmin(ModelAdmin):
    """How long it takes from the shelf or the machine to the carrier. One row."""

    list_display = ("id", "stock_days", "cut_off_minute", "plan_days", "horizon_days")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only as long as there is none."""
        return super().has_add_permission(request) and not HandlingPolicy.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: it is changed, not thrown away."""
        return False


@admin.register(SpecialDay)
class SpecialDayAdmin(ModelAdmin):
    """Holidays, and weekends that are worked."""

    list_display = ("day", "is_worked", "name")
    list_filter = ("is_worked",)
    ordering = ("day",)
