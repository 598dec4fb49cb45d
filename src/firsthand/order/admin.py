"""Orders, in the office: to be read, and to be shipped, delivered, cancelled and refunded.

Nothing is written by hand: each button opens a small form and calls one action, in one
transaction, and a refusal is shown as the sentence that it is.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold import decorators
from unfold.admin import ModelAdmin, TabularInline
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.kit.money import yuan
from firsthand.order.actions import cancel, fulfilment
from firsthand.order.models import (
    Delivery,
    Deposit,
    Group,
    GroupSeat,
    Order,
    OrderPart,
    OrderStep,
    Waiting,
)
from firsthand.people.models import Person
from firsthand.people.rules import Deed

Button = TypeVar("Button", bound=Callable[..., HttpResponse])
# Unfold's own annotations know no translated words and call what it gives back not callable.
action = cast(Callable[..., Callable[[Button], Button]], decorators.action)


class SeatInline(TabularInline):
    """The orders of a group."""

    model = GroupSeat
    fields = ("order", "state", "paid_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """With their orders, which each row shows."""
        return super().get_queryset(request).select_related("order")

    @admin.display(description=_("State"))
    def state(self, seat: GroupSeat) -> str:
        """Of the order."""
        return str(Order.State(seat.order.state).label)

    @admin.display(description=_("Paid on"))
    def paid_at(self, seat: GroupSeat) -> Any:
        """When it was sold."""
        return seat.order.paid_at

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By a press alone."""
        return False


@admin.register(Group)
class GroupAdmin(ModelAdmin):
    """People who buy together; to be read."""

    list_display = ("id", "offer", "state", "seats", "opened_at", "expires_at", "formed_at")
    list_filter = ("state",)
    list_select_related = ("offer",)
    list_per_page = 50
    ordering = ("-id",)
    show_full_result_count = False
    inlines = (SeatInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By a press alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """By presses, payments and the clock."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Nobody: orders have seats in it."""
        return False


class ShipForm(BaseDialogForm):
    """Who carries the parcel, and by which number it can be followed."""

    carrier = forms.CharField(
        label=_("Carrier"), max_length=fulfilment.TEXT_MAX, widget=UnfoldAdminTextInputWidget
    )
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=fulfilment.TEXT_MAX,
        widget=UnfoldAdminTextInputWidget,
    )


class RefundForm(BaseDialogForm):
    """How much goes back."""

    amount_fen = forms.IntegerField(
        label=_("Amount in fen"), min_value=1, widget=UnfoldAdminIntegerFieldWidget
    )


class StepInline(TabularInline):
    """The way that an order took."""

    model = OrderStep
    fields = ("state", "note", "at")
    readonly_fields = fields
    ordering = ("at", "id")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By actions alone."""
        return False


class PartInline(TabularInline):
    """What an order of a bundle has of each SKU."""

    model = OrderPart
    fields = ("sku", "quantity", "amount_fen", "ship_by", "rung_source", "set_aside_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By actions alone."""
        return False


class DepositInline(TabularInline):
    """The terms of deposit of a pre-sale's order, as its buyer was shown them."""

    model = Deposit
    fields = ("amount", "is_kept", "balance_opens_at", "balance_due_at", "paid_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    @admin.display(description=_("Deposit"))
    def amount(self, deposit: Deposit) -> str:
        """Of all its pieces."""
        return yuan(deposit.amount_fen)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By a press alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: they are what he was shown before he pressed."""
        return False


class DeliveryInline(TabularInline):
    """Where it goes."""

    model = Delivery
    fields = ("recipient", "phone", "region", "street", "carrier", "tracking_number")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By actions alone."""
        return False


@admin.register(Order)
class OrderAdmin(ModelAdmin):
    """Who gets what, by when."""

    list_display = ("number", "state", "sku", "quantity", "amount", "ship_by", "placed_at")
    list_filter = ("state", "show_id")
    list_select_related = ("sku",)
    list_per_page = 50
    search_fields = ("number", "sku__code")
    ordering = ("-id",)
    show_full_result_count = False  # counting a burst's orders takes longer than showing them
    fields = (
        ("number", "state"),
        ("person", "show_id", "offer"),
        ("sku", "quantity", "unit_fen"),
        ("ship_by", "rung_source"),
        ("placed_at", "hold_until", "paid_at"),
        ("ready_at", "shipped_at", "delivered_at", "ended_at"),
    )
    inlines = (PartInline, DepositInline, StepInline, DeliveryInline)
    actions_detail = ("ship", "deliver", "cancel", "refund")  # type: ignore[assignment]  # unfold: ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An order comes from a press of the button."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """By actions alone."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """Nobody: the ledger tells of it."""
        return False

    def has_care_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Those who care for orders."""
        return isinstance(request.user, Person) and request.user.may(Deed.ORDER_CARE)

    @admin.display(description=_("Amount"))
    def amount(self, order: Order) -> str:
        """What is to be paid."""
        return yuan(order.amount_fen)

    @action(
        description=_("Ship"),
        icon="local_shipping",
        permissions=["care"],
        variant=ActionVariant.PRIMARY,
        dialog={"title": _("Ship this order"), "form_class": ShipForm},
    )
    def ship(self, request: HttpRequest, form: ShipForm, object_id: str) -> HttpResponse:
        """The parcel leaves us."""
        said = form.cleaned_data
        return self._do(
            request,
            object_id,
            lambda number: fulfilment.ship(
                number=number,
                carrier=said["carrier"],
                tracking_number=said["tracking_number"],
                now=now(),
            ),
        )

    @action(
        description=_("Delivered"),
        icon="home_pin",
        permissions=["care"],
        dialog={"title": _("Has the parcel arrived?"), "form_class": BaseDialogForm},
    )
    def deliver(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """The parcel has arrived."""
        return self._do(
            request, object_id, lambda number: fulfilment.deliver(number=number, now=now())
        )

    @action(
        description=_("Cancel"),
        icon="cancel",
        permissions=["care"],
        variant=ActionVariant.DANGER,
        dialog={
            "title": _("Cancel this order?"),
            "description": _("Its pieces go back on offer, and what was paid goes back."),
            "form_class": BaseDialogForm,
        },
    )
    def cancel(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """End it before it ships."""
        return self._do(
            request,
            object_id,
            lambda number: cancel.cancel_order(number=number, now=now(), person_id=None),
        )

    @action(
        description=_("Refund"),
        icon="undo",
        permissions=["care"],
        variant=ActionVariant.DANGER,
        dialog={
            "title": _("Send money of a shipped order back"),
            "description": _("The goods stay where they are. 100 fen are one yuan."),
            "form_class": RefundForm,
        },
    )
    def refund(self, request: HttpRequest, form: RefundForm, object_id: str) -> HttpResponse:
        """Goodwill."""
        amount_fen = form.cleaned_data["amount_fen"]
        return self._do(
            request,
            object_id,
            lambda number: cancel.refund_order(number=number, amount_fen=amount_fen, now=now()),
        )

    def _do(
        self, request: HttpRequest, object_id: str, deed: Callable[[str], object]
    ) -> HttpResponse:
        """Do it, say what came of it, and show the order again."""
        try:
            with transaction.atomic():
                deed(Order.objects.values_list("number", flat=True).get(pk=object_id))
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _("Done."))
        page = reverse("admin:order_order_change", args=[object_id])
        return HttpResponse(headers={"HX-Redirect": page})


@admin.register(Waiting)
class WaitingAdmin(ModelAdmin):
    """Who waits for what is sold out, in their order; only to be read."""

    list_display = ("id", "offer", "person", "quantity", "state", "order", "joined_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("offer__sku", "person", "order")
    ordering = ("-id",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By a press alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By actions alone."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who stood in line is remembered: it is what was wanted."""
        return False
