"""Offers, in the office: to be read. The crew changes them in the studio, by actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from firsthand.offer.models import Offer, OfferPart


class PartInline(TabularInline):
    """What is in a bundle."""

    model = OfferPart
    fields = ("sku", "each")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: orders hold what was in it."""
        return False


@admin.register(Offer)
class OfferAdmin(ModelAdmin):
    """What is for sale, where, and how much of it is left."""

    list_display = (
        "id",
        "show_id",
        "kind",
        "sku",
        "state",
        "released",
        "taken",
        "limit_per_person",
    )
    list_filter = ("state", "kind")
    inlines = (PartInline,)
    search_fields = ("sku__code", "sku__name_zh", "sku__name_en")
    list_select_related = ("sku",)
    list_per_page = 50
    ordering = ("-id",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By ``open_offer`` alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Offer | None = None) -> bool:
        """By actions alone: pieces move in the ledger with every change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Offer | None = None) -> bool:
        """Nobody: orders refer to it."""
        return False
