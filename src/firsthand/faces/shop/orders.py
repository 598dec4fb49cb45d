"""The buyer's orders: confirm one, follow them, pay, cancel."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from firsthand.catalogue.models import Picture
from firsthand.faces.shop.product import chosen_of, choices_of, listed
from firsthand.faces.shop.forms import BuyForm, GuestForm
from firsthand.kit.ids import uuid7
from firsthand.look import things
from firsthand.order.models import Order, OrderStep
from firsthand.people.actions import default_address

ORDERS_A_PAGE = 12


def _orders_of(request: HttpRequest) -> QuerySet[Order]:
    """The reader's own orders, and nobody else's, with what their pages show."""
    if not request.user.is_authenticated:
        return Order.objects.none()
    return (
        Order.objects.filter(person=request.user)
        .select_related("sku__product", "price")
        .prefetch_related(
            Prefetch("sku__product__pictures", Picture.objects.order_by("position", "id")),
            Prefetch("steps", OrderStep.objects.order_by("at", "id")),
        )
        .order_by("-placed_at", "-pk")
    )


@never_cache
def buy(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirm an order: what, how many, for how much, by which day, to where."""
    product = get_object_or_404(listed(), slug=slug)
    choice = chosen_of(choices_of(product), request.GET.get("sku", ""))
    address = default_address(request.user.pk) if request.user.is_authenticated else None
    asked = request.GET.get("quantity", "1")
    quantity = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    if choice is None or not choice.can_be_bought:
        return redirect("product", slug)
    quantity = min(max(1, quantity), choice.quantity_max)
    words = {
        "at": "categories",
        "product": product,
        "choice": choice,
        "quantity": quantity,
        "amount_fen": quantity * choice.price.price_fen,
        "picture": things.picture_of(product, choice.sku.pk),
        "address": address,
        "guest": GuestForm(),
        "key": uuid7(),
    }
    return render(request, "shop/buy.html", words)


@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    """The reader's orders, the newest first."""
    page = Paginator(_orders_of(request), ORDERS_A_PAGE).get_page(request.GET.get("page"))
    rows = [_row(order) for order in page]
    return render(request, "shop/orders.html", {"at": "orders", "rows": rows, "page": page})


@never_cache
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order: its steps, its day, where the pieces are."""
    found = get_object_or_404(_orders_of(request).select_related("delivery"), number=number)
    words = {"at": "orders", **_row(found), "price": things.price_of(found.price)}
    return render(request, "shop/order.html", words)


def _row(found: Order) -> dict[str, Any]:
    return {
        "order": found,
        "status": things.status_of(found, found.steps.all()),
        "picture": things.picture_of(found.sku.product, found.sku_id),
    }


@never_cache
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Pay for an order while it is held."""
    found = get_object_or_404(_orders_of(request), number=number)
    if found.state != Order.State.HELD:
        return redirect("order", number)
    return render(request, "shop/pay.html", {"at": "orders", **_row(found)})


@never_cache
@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give an order up that was not paid yet."""
    get_object_or_404(_orders_of(request), number=number)
    return HttpResponseRedirect(reverse("order", args=[number]))
