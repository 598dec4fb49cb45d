"""People, in the office."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from firsthand.people.models import Address, ApiToken, Person


class AddressInline(TabularInline):
    """A person's addresses, on his page."""

    model = Address
    extra = 0


@admin.register(Person)
class PersonAdmin(ModelAdmin):
    """Who takes part. Passwords are changed at the door, by their owners."""

    list_display = ("name", "email", "phone", "roles", "is_guest", "is_active", "joined_at")
    list_filter = ("is_guest", "is_active")
    search_fields = ("name", "email", "phone")
    ordering = ("-id",)
    fields = ("name", "title_zh", "title_en", "email", "phone", "roles", "is_guest", "is_active")
    inlines = (AddressInline,)
    show_full_result_count = False


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """Keys to the API; they can be revoked here, and made nowhere but by their owners."""

    list_display = ("name", "person", "made_at", "last_used_at", "revoked_at")
    list_select_related = ("person",)
    fields = ("name", "person", "revoked_at")
    readonly_fields = ("name", "person")

    def has_add_permission(self, request: object) -> bool:
        """A token that somebody else made would be known to two."""
        return False
