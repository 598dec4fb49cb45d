"""Payments, in the office: to be read. Money moves by actions and by providers' words alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from firsthand.pay.models import Payment, ProviderWord, Refund, SandboxCharge


class LookOnlyInline(TabularInline):
    """Rows that nobody writes by hand."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class LookOnly(ModelAdmin):
    """Pages on which nobody writes by hand."""

    show_full_result_count = False
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class WordInline(LookOnlyInline):
    """What the provider told us of it."""

    model = ProviderWord
    fields = ("word_id", "kind", "heard_at")


class RefundInline(LookOnlyInline):
    """What goes back."""

    model = Refund
    fields = ("amount_fen", "reason", "asked_at", "done_at")


@admin.register(Payment)
class PaymentAdmin(LookOnly):
    """What was asked, what came, what went back."""

    list_display = ("reference", "purpose", "provider", "amount_fen", "refunded_fen", "state")
    list_filter = ("state", "provider")
    search_fields = ("purpose",)
    inlines = (WordInline, RefundInline)


@admin.register(SandboxCharge)
class SandboxChargeAdmin(LookOnly):
    """The sandbox bank's own book."""

    list_display = ("reference", "amount_fen", "refunded_fen", "state", "decided_at")
    list_filter = ("state",)
