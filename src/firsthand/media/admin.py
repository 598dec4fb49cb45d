"""Channels and what came of them, in the office: to be read. Keys are not shown here.

Channels are opened with the show that uses them, and a key is shown to who publishes, in
the studio; here it would lie open to everyone who may look.
"""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from firsthand.media.models import Channel, Recording, Session


class LookOnly(ModelAdmin):
    """Written by the media process alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody deletes one by hand."""
        return False


@admin.register(Channel)
class ChannelAdmin(LookOnly):
    """What can be published to."""

    list_display = ("name", "created_at", "closed_at")
    fields = ("name", "created_at", "closed_at")
    search_fields = ("name",)
    ordering = ("-id",)


@admin.register(Session)
class SessionAdmin(LookOnly):
    """Who published when, and why it ended."""

    list_display = ("channel", "started_at", "ended_at", "ended_why", "frames", "bytes")
    list_filter = ("ended_why",)
    list_select_related = ("channel",)
    ordering = ("-started_at",)


@admin.register(Recording)
class RecordingAdmin(LookOnly):
    """What was kept."""

    list_display = ("channel", "path", "started_at", "ended_at", "duration_ms", "bytes")
    list_select_related = ("channel",)
    ordering = ("-started_at",)
