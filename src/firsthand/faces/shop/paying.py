"""Paying: the page that asks how, the sandbox bank's page, and the door for providers' words."""

from typing import Any, Literal, cast
from uuid import UUID

import qrcode
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from qrcode.image.svg import SvgPathImage

from firsthand.faces.shop import guests
from firsthand.kit import clock
from firsthand.kit.errors import Invalid, Refusal
from firsthand.kit.log import get_logger
from firsthand.kit.pace import caller_of
from firsthand.look.pictures import picture_of
from firsthand.order import store
from firsthand.order.actions.payment import Heard, payment_heard, start_payment
from firsthand.pay import actions, provider, sandbox
from firsthand.pay.models import Payment

BODY_MAX = 64 * 1024  # of a provider's word
WAYS = {
    "sandbox": (_("Sandbox bank"), _("No real money moves; one may also refuse.")),
    "wechat": (_("WeChat Pay"), _("Scan a code, or go to WeChat on your phone.")),
    "alipay": (_("Alipay"), _("On Alipay's own page, or in its app.")),
    "stripe": (_("Card"), _("On Stripe's own page.")),
}

log = get_logger(__name__)


@never_cache
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Choose how to pay for an order while it is held; then off to the provider.

    Of a pre-sale it is the deposit, or later the balance, each in its own time.
    """
    person = guests.whoever(request)
    page = store.order_page(number, person, clock.now())
    if not page.can_pay:
        return redirect("order", number)
    refusal = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                payment = start_payment(
                    number=number,
                    person_id=person.pk,
                    provider=request.POST.get("provider", ""),
                    now=clock.now(),
                )
            # The provider is asked after the commit: he may be slow, and the order is locked.
            back = reverse("order", args=[number])
            to = actions.send_to(payment, back, _payer(request))
            return HttpResponseRedirect(to) if to.startswith("/") else _hand_over(request, page, to)
        except Refusal as no:
            refusal = no
    words = {
        "at": "orders",
        "order": page.order,
        "due": page.due,
        "deposit": page.deposit,
        "picture": picture_of(page.order.sku.product, page.order.sku_id),
        "ways": _ways(),
        "now": clock.now(),
        "refusal": refusal,
    }
    return render(request, "shop/pay.html", words, status=refusal.status if refusal else 200)


def _payer(request: HttpRequest) -> provider.Payer:
    """What a provider may know of him."""
    return provider.Payer(
        address=caller_of(request.META),
        is_on_phone="Mobi" in request.headers.get("User-Agent", ""),
    )


def _hand_over(request: HttpRequest, page: store.OrderPage, to: str) -> HttpResponse:
    """The last page before the provider's: a link to it, or what his app is to scan.

    A form of ours may lead nowhere else (our own policy); a link that the payer presses may,
    and it can say where he comes from, which WeChat insists on.
    """
    is_link = to.startswith(("https://", "http://"))
    words = {
        "at": "orders",
        "order": page.order,
        "due": page.due,
        "to": to,
        "code": None if is_link else code_to_scan(to),
    }
    return render(request, "shop/hand_over.html", words)


def code_to_scan(words: str) -> SafeString:
    """A QR code as a picture that stands in the page."""
    drawn = qrcode.make(words, image_factory=SvgPathImage, box_size=12)
    picture: str = drawn.to_string(encoding="unicode")
    return mark_safe(picture)


def _ways() -> list[dict[str, Any]]:
    """The providers of this house; one of another package is called what it calls itself."""
    known = {name: WAYS.get(name, (name, "")) for name in provider.registered()}
    return [{"code": name, "name": words[0], "line": words[1]} for name, words in known.items()]


@never_cache
def bank(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The sandbox bank: it asks its customer, and tells the shop what he said.

    It stands in the same house, so it hands its sealed word straight to the door below. Were
    that word lost, reconciliation would find the payment in the bank's own book.
    """
    charge = sandbox.charge_of(reference)
    refusal = None
    if request.method == "POST":
        choice = cast(Literal["pay", "refuse"], request.POST.get("choice", ""))
        try:
            with transaction.atomic():
                _still_wanted(reference)
                sealed = sandbox.decide(reference, choice, clock.now())
            heard = _hear(sandbox.Sandbox.name, sealed.headers, sealed.body)
        except Refusal as no:
            refusal = no
        else:
            say = messages.success if choice == "pay" else messages.warning
            say(request, str(heard.sentence))
            return HttpResponseRedirect(charge.return_url)
    payment = Payment.objects.filter(reference=reference).first()
    number = store.number_of_purpose(payment.purpose) if payment else None
    words = {"charge": charge, "number": number, "refusal": refusal}
    return render(request, "shop/bank.html", words, status=refusal.status if refusal else 200)


def _still_wanted(reference: UUID) -> None:
    """The bank takes no money for what its merchant has called off."""
    if Payment.objects.filter(reference=reference, state=Payment.State.CANCELLED).exists():
        raise Refusal(
            "called_off", _("The time to pay is over. Nothing was paid; you may order again.")
        )


@csrf_exempt  # a provider has no page of ours to take a token from; its word is sealed instead
@require_POST
def webhook(request: HttpRequest, name: str) -> HttpResponse:
    """A provider's word. It answers 200 to what it has heard before, so nobody repeats himself."""
    try:
        if int(request.headers.get("Content-Length") or 0) > BODY_MAX:
            raise Invalid("too_large", _("That is too much for a payment notice."), status=413)
        heard = _hear(name, dict(request.headers), request.body)
    except Refusal as no:
        log.warning("word_refused", provider=name, code=no.code)
        return _answer(name, no) or JsonResponse(
            no.as_problem(), status=no.status, content_type="application/problem+json"
        )
    return _answer(name, None) or JsonResponse({"came": heard.came.value})


def _answer(name: str, refusal: Refusal | None) -> HttpResponse | None:
    """In the provider's own form, if he has one."""
    known = provider.registered().get(name)
    said = known.answer(refusal) if known else None
    if said is None:
        return None
    return HttpResponse(said.body, status=said.status, content_type=said.content_type)


def _hear(name: str, headers: dict[str, str], body: bytes) -> Heard:
    with transaction.atomic():
        return payment_heard(name, headers, body, clock.now())
