"""Payments, in the office: to be read. Money moves by actions and by providers' words alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from firsthand.pay.models import Payment, ProviderWord, Refund, SandboxCharge


class _LookOnly:
    """What nobody writes by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class WordInline(_LookOnly, TabularInline):
    """What the provider told us of it."""

    model = ProviderWord
    fields = ("word_id", "kind", "heard_at")
    extra = 0


class RefundInline(_LookOnly, TabularInline):
    """What goes back."""

    model = Refund
    fields = ("amount_fen", "reason", "asked_at", "done_at")
    extra = 0


@admin.register(Payment)
class PaymentAdmin(_LookOnly, ModelAdmin):
    """What was asked, what came, what went back."""

    list_display = ("reference", "purpose", "provider", "amount_fen", "refunded_fen", "state")
    list_filter = ("state", "provider")
    search_fields = ("purpose",)
    ordering = ("-id",)
    inlines = (WordInline, RefundInline)
    show_full_result_count = False


@admin.register(SandboxCharge)
class SandboxChargeAdmin(_LookOnly, ModelAdmin):
    """The sandbox bank's own book."""

    list_display = ("reference", "amount_fen", "refunded_fen", "state", "decided_at")
    list_filter = ("state",)
    ordering = ("-id",)
