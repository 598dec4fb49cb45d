"""Prices, in the office: to be read. They are published by an action, which asks for a reason.

The policy may be edited: it changes no published price, but those that are published next.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from firsthand.kit.money import BASIS_POINTS, yuan
from firsthand.people.models import Person
from firsthand.people.rules import Deed
from firsthand.price import actions
from firsthand.price.models import PricePolicy, PriceVersion, SigningKey
from firsthand.stock.admin import LookOnly


@admin.register(PriceVersion)
class PriceVersionAdmin(LookOnly):
    """What held when, of what it was made, and why."""

    list_display = ("code", "version", "sells_for", "margin", "during", "reason", "by")
    list_select_related = ("sku", "by")
    search_fields = ("sku__code", "sku__name_zh", "sku__name_en", "reason")
    ordering = ("-id",)

    @admin.display(description="SKU", ordering="sku__code")
    def code(self, row: PriceVersion) -> str:
        """Of which SKU."""
        return row.sku.code

    @admin.display(description=_("price, yuan"), ordering="price_fen")
    def sells_for(self, row: PriceVersion) -> str:
        """What the buyer pays."""
        return yuan(row.price_fen)

    @admin.display(description=_("margin, yuan"), ordering="margin_fen")
    def margin(self, row: PriceVersion) -> str:
        """What we keep."""
        return yuan(row.margin_fen)


class PricePolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A policy that keeps the pledge."""

    class Meta:
        model = PricePolicy
        fields = (
            "energy_fen_per_kwh",
            "overhead_bp",
            "freight_fen_base",
            "freight_fen_per_kg",
            "service_bp",
            "margin_bp",
            "tax_bp",
            "ending_fen",
            "distributor_bp",
            "retailer_bp",
        )

    def clean_margin_bp(self) -> int:
        """The margin that is taken when nothing is said may not be above the pledge."""
        margin_bp: int = self.cleaned_data["margin_bp"]
        if margin_bp > settings.MARGIN_PLEDGE_BP:
            raise ValidationError(
                format_lazy(
                    _("Our pledge is {pledge} %; no margin is higher."),
                    pledge=f"{100 * settings.MARGIN_PLEDGE_BP / BASIS_POINTS:g}",
                )
            )
        return margin_bp


@admin.register(PricePolicy)
class PricePolicyAdmin(ModelAdmin):
    """How cost sheets are reckoned. One row."""

    form = PricePolicyForm
    list_display = ("id", "margin_bp", "tax_bp", "overhead_bp", "service_bp", "ending_fen")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only as long as there is none."""
        return super().has_add_permission(request) and not PricePolicy.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: without it prices would be reckoned by numbers that nobody chose."""
        return False


@admin.register(SigningKey)
class SigningKeyAdmin(LookOnly):
    """The public halves of the keys that sign cost cards."""

    list_display = ("key_id", "public", "made_at", "retired_at")
    fields = ("key_id", "public", "made_at", "retired_at")
    ordering = ("-made_at",)
    actions = ("use_another_key",)

    @admin.action(description=_("Let another key sign from now on"), permissions=["rotate"])
    def use_another_key(self, request: HttpRequest, queryset: QuerySet[SigningKey]) -> None:
        """Retire the key that signs, whichever is marked; the cards it signed stay good."""
        actions.rotate_key()  # were it cut short, the next price would make the key
        messages.success(request, _("Another key signs from now on."))

    def has_rotate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change prices."""
        return isinstance(request.user, Person) and request.user.may(Deed.PRICE_CHANGE)
