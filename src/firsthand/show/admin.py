"""Shows, in the office: planned and described here; directed in the studio, by actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from firsthand.show.actions import air
from firsthand.show.models import ChatLine, Cue, Segment, Show
from firsthand.stock.admin import LookOnly


class SegmentInline(TabularInline):
    """The run sheet, to be read: it is edited in the studio, where viewers are told of it."""

    model = Segment
    extra = 0
    fields = ("position", "name_zh", "name_en", "minutes", "owner", "began_at", "ended_at")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """In the studio."""
        return False


@admin.register(Show)
class ShowAdmin(ModelAdmin):
    """Shows, the next one first."""

    list_display = ("slug", "title_zh", "title_en", "state", "planned_at", "host", "likes")
    list_filter = ("state",)
    list_select_related = ("host",)
    list_per_page = 50
    search_fields = ("slug", "title_zh", "title_en")
    date_hierarchy = "planned_at"
    ordering = ("-planned_at",)
    autocomplete_fields = ("host",)
    planned = ("slug", "title_zh", "title_en", "host", "planned_at", "poster")
    readonly_fields = ("state", "on_air_at", "ended_at", "likes", "channel")
    inlines = (SegmentInline,)
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Show | None = None) -> Any:
        """What a show came to stands there once there is a show."""
        return self.planned if obj is None else (*self.planned, *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Show | None = None) -> Any:
        """The address of a show is that of its stream, too, and stays."""
        return self.readonly_fields if obj is None else ("slug", *self.readonly_fields)

    def get_inlines(self, request: HttpRequest, obj: Show | None = None) -> Any:
        """A show that is being planned has no run sheet yet."""
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """A new show comes with a channel to publish to."""
        if change:
            super().save_model(request, obj, form, change)
            return
        planned = air.plan_show(
            slug=obj.slug,
            title_zh=obj.title_zh,
            title_en=obj.title_en,
            host_id=obj.host_id,
            planned_at=obj.planned_at,
            poster=obj.poster,
        )
        obj.pk, obj.channel = planned.pk, planned.channel
        obj._state.adding = False

    def has_delete_permission(self, request: HttpRequest, obj: Show | None = None) -> bool:
        """Nobody: what was broadcast is kept, with what was sold on it."""
        return False


@admin.register(Cue)
class CueAdmin(LookOnly):
    """What viewers were shown, and when."""

    list_display = ("show", "kind", "at_ms", "offer", "text", "by", "made_at")
    list_filter = ("kind",)
    list_select_related = ("show", "offer", "by")
    ordering = ("-id",)


@admin.register(ChatLine)
class ChatLineAdmin(LookOnly):
    """What was said, and what was hidden of it."""

    list_display = ("said_at", "show", "name", "role", "text", "is_question", "is_hidden")
    list_filter = ("is_question", "is_hidden", "role")
    list_select_related = ("show",)
    search_fields = ("text",)
    ordering = ("-id",)
