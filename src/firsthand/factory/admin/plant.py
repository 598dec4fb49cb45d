"""Where things are made: plants, calendars, work centres, and what they share."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from firsthand.factory import actions
from firsthand.factory.models import (
    CalendarDay,
    CalendarShift,
    Changeover,
    Downtime,
    Machine,
    Plant,
    SharedResource,
    Transport,
    WorkCalendar,
    WorkCentre,
)

ROWS_MAX = 500


class LayoutAdmin(ModelAdmin):
    """Whatever is changed of it upsets the plan in force, and so it is told."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool
    ) -> None:
        """Keep the rows below, too; all that was kept is told once."""
        formsets = list(formsets)
        super().save_related(request, form, formsets, change)
        if not change or form.has_changed() or any(one.has_changed() for one in formsets):
            self._tell(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take one row out."""
        super().delete_model(request, obj)
        self._tell(request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Rows go one by one: many at once go in no transaction, and could not be told."""
        found: dict[str, Any] = super().get_actions(request)
        return {name: one for name, one in found.items() if name != "delete_selected"}

    def _tell(self, request: HttpRequest) -> None:
        actions.layout_changed(self.opts.model_name or "", request.user.pk)


@admin.register(Plant)
class PlantAdmin(LayoutAdmin):
    """Where things are made, and in which store they are put."""

    list_display = (
        "code",
        "name_zh",
        "name_en",
        "place",
        "timezone",
        "frozen_minutes",
        "reports_progress",
    )
    list_select_related = ("place",)


class ShiftInline(TabularInline):
    """The shifts of each week."""

    model = CalendarShift
    extra = 0
    max_num = ROWS_MAX
    fields = ("weekday", "start_minute", "minutes")
    ordering = ("weekday", "start_minute")
    hide_title = True
    tab = True


class DayInline(TabularInline):
    """Days that are unlike others: holidays, Saturdays that are worked."""

    model = CalendarDay
    extra = 0
    max_num = ROWS_MAX
    fields = ("day", "start_minute", "minutes", "name")
    ordering = ("day",)
    hide_title = True
    tab = True


@admin.register(WorkCalendar)
class WorkCalendarAdmin(LayoutAdmin):
    """When work is done: shifts by weekday, and days that are unlike others."""

    list_display = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")
    inlines = (ShiftInline, DayInline)


class MachineInline(TabularInline):
    """Machines that are unlike the others of the centre."""

    model = Machine
    extra = 0
    max_num = ROWS_MAX
    fields = ("number", "name_zh", "name_en", "calendar", "speed_percent", "families")
    ordering = ("number",)
    hide_title = True
    tab = True


class ChangeoverInline(TabularInline):
    """How long a machine takes from one family to another."""

    model = Changeover
    extra = 0
    max_num = ROWS_MAX
    fields = ("from_family", "to_family", "minutes")
    ordering = ("from_family", "to_family")
    hide_title = True
    tab = True


class DowntimeInline(TabularInline):
    """When machines do not work, though their shift is on."""

    model = Downtime
    extra = 0
    max_num = ROWS_MAX
    fields = ("machine", "starts_at", "ends_at", "kind", "note")
    ordering = ("-starts_at",)
    hide_title = True
    tab = True


@admin.register(WorkCentre)
class WorkCentreAdmin(LayoutAdmin):
    """Machines side by side, their shifts, their changeovers, and what an hour of them costs."""

    list_display = (
        "code",
        "name_zh",
        "name_en",
        "plant",
        "machines",
        "calendar",
        "shift_minutes",
        "works_on_weekends",
        "minor_setup_minutes",
        "cost_fen_per_hour",
    )
    list_filter = ("plant", "kind")
    list_select_related = ("plant", "calendar")
    search_fields = ("code", "name_zh", "name_en")
    inlines = (MachineInline, ChangeoverInline, DowntimeInline)


@admin.register(Downtime)
class DowntimeAdmin(LayoutAdmin):
    """Maintenance and breakdowns of all work centres, the newest first."""

    list_display = ("work_centre", "machine", "starts_at", "ends_at", "kind", "note")
    list_filter = ("kind", "work_centre")
    list_select_related = ("work_centre",)
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-id")


@admin.register(SharedResource)
class SharedResourceAdmin(LayoutAdmin):
    """Tools and skills, and how many there are."""

    list_display = ("code", "name_zh", "name_en", "plant", "kind", "quantity")
    list_filter = ("kind", "plant")
    list_select_related = ("plant",)
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Transport)
class TransportAdmin(LayoutAdmin):
    """How long things travel from plant to plant."""

    list_display = ("from_plant", "to_plant", "minutes")
    list_select_related = ("from_plant", "to_plant")
