"""What happened on the floor: looked at here, said by the floor alone."""

from django.contrib import admin

from firsthand.factory.models import FloorReport, LotPart, Progress, Serial
from firsthand.stock.admin import LookOnly


@admin.register(Progress)
class ProgressAdmin(LookOnly):
    """How far operations of work orders are."""

    list_display = (
        "work_order",
        "operation",
        "work_centre",
        "machine",
        "started_at",
        "finished_at",
        "good",
        "scrapped",
    )
    list_filter = ("work_centre",)
    list_select_related = ("work_order", "operation", "work_centre")
    search_fields = ("work_order__number",)
    ordering = ("-id",)


@admin.register(Serial)
class SerialAdmin(LookOnly):
    """Pieces that were made, by their numbers."""

    list_display = ("number", "sku", "work_order", "made_at")
    list_select_related = ("sku", "work_order")
    search_fields = ("number", "sku__code", "work_order__number")
    ordering = ("-id",)


@admin.register(LotPart)
class LotPartAdmin(LookOnly):
    """What went into lots."""

    list_display = ("work_order", "part", "quantity", "supplier_lot", "purchase_order", "made_in")
    list_select_related = ("work_order", "part", "purchase_order", "made_in")
    search_fields = ("work_order__number", "part__code", "supplier_lot")
    ordering = ("-id",)


@admin.register(FloorReport)
class FloorReportAdmin(LookOnly):
    """What people on the floor said, press by press."""

    list_display = (
        "reported_at",
        "kind",
        "work_order",
        "operation",
        "work_centre",
        "machine",
        "good",
        "scrapped",
        "reason",
        "by",
    )
    list_filter = ("kind", "reason")
    list_select_related = ("work_order", "operation", "work_centre", "by")
    search_fields = ("work_order__number",)
    ordering = ("-id",)
