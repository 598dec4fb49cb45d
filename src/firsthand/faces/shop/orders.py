"""The buyer's orders: confirm one, place it, follow it, give it up."""

from math import ceil
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from firsthand.catalogue.models import Picture, Product
from firsthand.faces.shop import guests
from firsthand.faces.shop.forms import QUANTITY_MAX, BuyForm, GuestForm
from firsthand.faces.shop.product import (
    Choice,
    bundle_of,
    choices_of,
    chosen_of,
    joining_of,
    listed,
)
from firsthand.faces.shop.whereabouts import whereabouts
from firsthand.kit import clock
from firsthand.kit.errors import Refusal
from firsthand.kit.ids import uuid7
from firsthand.kit.pace import Buckets, Pace
from firsthand.look import things
from firsthand.look.bundles import bought
from firsthand.look.pictures import picture_of
from firsthand.look.status import status_of
from firsthand.offer.models import MALL, Offer
from firsthand.order import quotes, seats, sentences, store, waiting
from firsthand.order.actions.cancel import cancel_order
from firsthand.order.actions.expiry import expire_order
from firsthand.order.actions.settle import settle
from firsthand.order.actions.waiting import leave
from firsthand.order.due import balance_fen, due_of
from firsthand.order.models import Order, OrderStep
from firsthand.order.rules import Answer, Outcome, Press
from firsthand.people.actions import come_with, default_address
from firsthand.people.badge import viewer_of

ORDERS_A_PAGE = 12
presses = Buckets(Pace(10, 1))  # of one person; on air the order door has its own


@never_cache
def buy(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirm an order (what, how many, how much, by which day, where to), and place it."""
    product = get_object_or_404(listed(), slug=slug)
    guest_form, refusal = GuestForm(), None
    if request.method == "POST":
        form = BuyForm(request.POST)
        guest_form = GuestForm(request.POST)
        if not form.is_valid():
            messages.error(request, _not_an_order(form))
            return redirect("product", slug)
        address_id = _address_id(request, guest_form)
        if address_id is not None:
            try:
                return _placed(request, _place(request, form, address_id))
            except Refusal as no:
                refusal = no
    if asked := request.GET.get("set"):
        choice = bundle_of(asked)
    else:
        choice = chosen_of(choices_of(product, _kind(request)), request.GET.get("sku", ""))
    waits = bool(request.GET.get("wait")) and choice is not None and choice.can_wait
    if choice is None or not (choice.can_be_bought or waits):
        if refusal is not None:
            messages.error(request, str(refusal))
        return redirect("product", slug)
    words = _confirmation(request, product, choice, waits)
    if words is None:
        messages.error(request, _("There are not so many left for one order."))
        return redirect("product", slug)
    status = refusal.status if refusal else 422 if guest_form.errors else 200
    words |= {"refusal": refusal, "guest": guest_form}
    if choice.group is not None:
        words["joining"] = joining_of(request)
    return render(request, "shop/buy.html", words, status=status)


def _kind(request: HttpRequest) -> str:
    """On what manner of terms the address says that he buys."""
    if request.GET.get("together"):
        return Offer.Kind.GROUP
    return Offer.Kind.PRESALE if request.GET.get("presale") else Offer.Kind.SINGLE


def _not_an_order(form: BuyForm) -> str:
    if "quantity" in form.errors:
        return _("One order takes from 1 to %(most)d pieces.") % {"most": QUANTITY_MAX}
    return _("That was not an order. Please choose again.")


def _address_id(request: HttpRequest, form: GuestForm) -> int | None:
    """Where the parcel goes: to the address on file, or to the one in the form; None if neither."""
    known = default_address(request.user.pk) if request.user.is_authenticated else None
    if known is not None:
        return known.pk
    if not form.is_valid():
        return None
    with transaction.atomic():
        _person, address = guests.welcome(request, form)
    return address.pk


def _placed(request: HttpRequest, answer: Answer) -> HttpResponse:
    """It is held, and to be paid; or he has a place on the list."""
    if answer.place is None:
        assert answer.hold is not None, "a no was raised"
        return redirect("pay", answer.hold.number)
    said = _("You are number %(place)d in line. We hold one for you as soon as it is your turn.")
    messages.success(request, said % {"place": answer.place.number})
    return redirect("orders")


def _place(request: HttpRequest, form: BuyForm, address_id: int) -> Answer:
    """One press, settled as a batch of one: by the same rules as a burst on air."""
    said = form.cleaned_data
    press = Press(
        person_id=guests.whoever(request).pk,
        key=said["key"],
        show_id=MALL,
        offer_id=said["offer"],
        quantity=said["quantity"],
        price_version=said["price_version"],
        price_fen=said["price_fen"],
        address_id=address_id,
        group_id=said["group"],
        waits=said["waits"],
    )
    if wait := presses.take(str(press.person_id)):
        raise sentences.too_often(ceil(wait))
    with transaction.atomic():
        come_with(press.person_id, viewer_of(request.session), clock.now())
        [answer] = settle([press], clock.now())
    if answer.outcome not in (Outcome.HELD, Outcome.WAITING):
        raise sentences.refusal(answer)
    return answer


def _confirmation(
    request: HttpRequest, product: Product, choice: Choice, waits: bool
) -> dict[str, Any] | None:
    """What the buyer confirms; None if there is no day by which so many could ship."""
    asked = request.GET.get("quantity", "1")
    quantity = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    quantity = min(max(1, quantity), choice.quantity_max)
    assert choice.offer is not None, "it can be bought"
    [quote] = quotes.quotes([quotes.Asked(MALL, choice.offer.pk, quantity)], clock.now())
    if quote is None or choice.price is None or (quote.ship_by is None and not waits):
        return None
    return {
        "at": "categories",
        "product": product,
        "choice": choice,
        "quantity": quantity,
        "waits": waits,
        "ship_by": quote.ship_by,
        "amount_fen": quantity * choice.unit_fen,
        "deposit_fen": quantity * choice.presale.deposit_fen if choice.presale else 0,
        "picture": picture_of(product, choice.sku.pk),
        "address": default_address(request.user.pk) if request.user.is_authenticated else None,
        "key": uuid7(),
    }


@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    """The reader's orders, the newest first."""
    page = Paginator(_orders_of(request), ORDERS_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "order": each,
            "status": status_of(each, each.steps.all()),
            "due": (due := due_of(each, getattr(each, "deposit", None))),
            "can_pay": due is not None and due.is_payable(clock.now()),
            "picture": picture_of(each.sku.product, each.sku_id),
        }
        for each in page
    ]
    words = {"at": "orders", "rows": rows, "page": page}
    if request.user.is_authenticated and page.number == 1:
        words["waiting"] = waiting.places_of(request.user.pk, clock.now())
    return render(request, "shop/orders.html", words)


@never_cache
@require_POST
def leave_line(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Wait no longer for what is sold out."""
    person = guests.whoever(request)
    with transaction.atomic():
        leave(offer_id=offer_id, person_id=person.pk, now=clock.now())
    messages.success(request, _("You have left the waiting list."))
    return redirect("orders")


def _orders_of(request: HttpRequest) -> QuerySet[Order]:
    """The reader's own orders, and nobody else's, with what a list of them shows."""
    if not request.user.is_authenticated:
        return Order.objects.none()
    return (
        Order.objects.filter(person=request.user.pk)
        .select_related("sku__product", "offer", "deposit")
        .prefetch_related(
            "parts",
            Prefetch("sku__product__pictures", Picture.objects.order_by("position", "id")),
            Prefetch("steps", OrderStep.objects.order_by("at", "id")),
        )
        .order_by("-placed_at", "-pk")
    )


@never_cache
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order: its steps, its day, where the pieces are."""
    page = _page_of(request, number)
    found = page.order
    squad = seats.squad_of(number)
    words = {
        "at": "orders",
        "page": page,
        "order": found,
        "status": status_of(found, page.steps, is_presale=page.deposit is not None),
        "balance_fen": balance_fen(found, page.deposit) if page.deposit else 0,
        "notes": [said for step in page.steps if (said := sentences.note_said(step.note))],
        "whereabouts": whereabouts(found),
        "picture": picture_of(found.sku.product, found.sku_id),
        "price": things.price_of(found.price),
        "parts": bought(found),
        "off_fen": max(0, found.price.price_fen - found.unit_fen),
        "now": clock.now(),
        "group": squad,
        "group_url": squad and request.build_absolute_uri(reverse("group", args=[squad.group_id])),
    }
    return render(request, "shop/order.html", words)


def _page_of(request: HttpRequest, number: str) -> store.OrderPage:
    """An order as it is now: one whose time is up ends here, if the worker has not been there."""
    person, now = guests.whoever(request), clock.now()
    page = store.order_page(number, person, now)
    if not page.is_overdue:
        return page
    with transaction.atomic():
        expire_order(number, now)
    return store.order_page(number, person, now)


@never_cache
@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give up an order that has not shipped; what was paid goes back."""
    person = guests.whoever(request)
    try:
        with transaction.atomic():
            cancel_order(number=number, now=clock.now(), person_id=person.pk)
    except Refusal as no:
        if no.status == 404:
            raise
        messages.error(request, str(no))
    else:
        messages.success(request, _("Cancelled. Nothing is owed."))
    return redirect("order", number)
