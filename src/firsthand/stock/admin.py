"""The ledger, in the office: many may look, nobody may write."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from firsthand.stock.models import Balance, Place, Transfer


class LookOnly(ModelAdmin):
    """Goods move by actions alone: a row changed by hand would be goods out of nowhere."""

    list_per_page = 50
    show_full_result_count = False  # counting a burst's rows takes longer than showing them

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(Balance)
class BalanceAdmin(LookOnly):
    """How many there are, and where."""

    list_display = ("sku_code", "sku", "account", "quantity")
    list_filter = ("account",)
    search_fields = ("sku__code", "sku__name_zh", "sku__name_en")
    ordering = ("sku", "account")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Balance]:
        """Empty accounts say nothing."""
        return Balance.objects.select_related("sku").exclude(quantity=0)

    @admin.display(description="SKU", ordering="sku__code")
    def sku_code(self, balance: Balance) -> str:
        """Its code."""
        return balance.sku.code


@admin.register(Transfer)
class TransferAdmin(LookOnly):
    """What moved, newest first."""

    list_display = ("moved_at", "sku", "quantity", "credit", "debit", "cause")
    list_filter = ("credit", "debit")
    search_fields = ("sku__code", "cause")
    list_select_related = ("sku",)
    ordering = ("-id",)


@admin.register(Place)
class PlaceAdmin(ModelAdmin):
    """Where goods can lie, in the order in which they are drawn."""

    list_display = ("code", "name_zh", "name_en", "position")
    ordering = ("position", "id")

    def get_readonly_fields(self, request: HttpRequest, obj: Place | None = None) -> list[str]:
        """A place that has accounts keeps its code: they are named by it."""
        return [] if obj is None else ["code"]

    def has_delete_permission(self, request: HttpRequest, obj: Place | None = None) -> bool:
        """Nobody: its accounts would hold goods that are nowhere."""
        return False
