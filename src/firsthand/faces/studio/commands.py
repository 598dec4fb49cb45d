"""What the crew commands during a show. Each is one form, one action, one sentence.

A command comes from a plain form or from the console's script. The form is led back to the
console with the sentence above it; the script is told it as JSON. A refusal is a sentence too,
and changes nothing.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from firsthand.catalogue.models import Sku
from firsthand.faces.studio import forms
from firsthand.faces.studio.gate import View, crew, member, wants_json
from firsthand.insight.tasks import report_show
from firsthand.kit import clock
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.media import actions as media
from firsthand.offer import actions as offers
from firsthand.offer import group_buy, presale
from firsthand.offer.bundle import open_bundle
from firsthand.offer.models import Offer
from firsthand.offer.rules import Part
from firsthand.people.models import Person
from firsthand.people.rules import Deed
from firsthand.price.actions import publish_price
from firsthand.show.actions import air, chat, cues
from firsthand.show.models import Show

Act = Callable[[int, Any, Person], str | Promise]


def command(deed: Deed, form: type[Form]) -> Callable[[Act], View]:
    """Make a view of an act: who may, what he has to say, and what he is told."""

    def made(act: Act) -> View:
        @require_POST
        @crew(deed)
        def commanded(request: HttpRequest, show_id: int) -> HttpResponse:
            try:
                given = checked(form(request.POST))
                with transaction.atomic():
                    said = act(show_id, given, member(request))
            except Refusal as refusal:
                if wants_json(request):
                    raise
                messages.error(request, str(refusal))
            else:
                if wants_json(request):
                    return JsonResponse({"said": str(said)})
                messages.success(request, str(said))
            return redirect("studio-show", show_id)

        return commanded

    return made


def checked(form: Form) -> Any:
    """A form that makes sense; what is wrong with another is a refusal, by field."""
    if form.is_valid():
        return form
    wrong = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    first = next(error for errors in wrong.values() for error in errors)
    raise Invalid("wrong_input", first, fields={"fields": wrong})


@command(Deed.SHOW_DIRECT, forms.NoForm)
def go_on_air(show_id: int, form: Form, by: Person) -> Promise:
    """The show begins."""
    air.go_on_air(show_id)
    return _("The show is on air.")


@command(Deed.SHOW_DIRECT, forms.NoForm)
def end_show(show_id: int, form: Form, by: Person) -> Promise:
    """The show is over, and its report is asked for in the same transaction."""
    air.end_show(show_id)
    report_show.defer(show_id=show_id)
    return _("The show is over. Its report will be there in a minute.")


@command(Deed.SHOW_DIRECT, forms.SegmentCueForm)
def next_segment(show_id: int, form: Form, by: Person) -> Promise:
    """On to a segment."""
    given = form.cleaned_data
    cues.begin_segment(show_id, given["segment_id"], at_ms=given["at_ms"], by=by.pk)
    return _("The segment is on.")


@command(Deed.SHOW_DIRECT, forms.CardForm)
def show_card(show_id: int, form: Form, by: Person) -> Promise:
    """The card of an offer, on the frame that the director saw."""
    given = form.cleaned_data
    cues.show_card(show_id, given["offer_id"], at_ms=given["at_ms"], by=by.pk)
    return _("The card is shown.")


@command(Deed.SHOW_DIRECT, forms.MomentForm)
def card_off(show_id: int, form: Form, by: Person) -> Promise:
    """The card is put away."""
    cues.card_off(show_id, at_ms=form.cleaned_data["at_ms"], by=by.pk)
    return _("The card is put away.")


@command(Deed.SHOW_DIRECT, forms.PinForm)
def pin(show_id: int, form: Form, by: Person) -> Promise:
    """A message above the chat."""
    given = form.cleaned_data
    cues.pin(show_id, given["text"], at_ms=given["at_ms"], by=by.pk)
    return _("The message is pinned.")


@command(Deed.SHOW_DIRECT, forms.MomentForm)
def unpin(show_id: int, form: Form, by: Person) -> Promise:
    """The message is taken off."""
    cues.unpin(show_id, at_ms=form.cleaned_data["at_ms"], by=by.pk)
    return _("The message is taken off.")


@command(Deed.SHOW_DIRECT, forms.CueForm)
def take_back(show_id: int, form: Form, by: Person) -> Promise:
    """A cue was a mistake."""
    cues.take_back(show_id, form.cleaned_data["cue_id"])
    return _("It is taken back, as if it had never been shown.")


@command(Deed.SHOW_DIRECT, forms.LineForm)
def hide_line(show_id: int, form: Form, by: Person) -> Promise:
    """A line is taken out of the chat."""
    chat.hide_line(show_id, form.cleaned_data["line_id"])
    return _("The line is hidden.")


@command(Deed.STOCK_RELEASE, forms.OpenForm)
def open_offer(show_id: int, form: Form, by: Person) -> Promise:
    """A SKU goes on offer in this show, with pieces at once."""
    given = form.cleaned_data
    sku_id = _sku_of(given["sku_code"])
    _show_is_there(show_id)
    line = offers.Line(
        sku_id,
        limit_per_person=given["limit"],
        quantity=given["quantity"],
        discount_fen=forms.off_fen(form),
    )
    offers.open_many(show_id=show_id, lines=[line], by=by.pk)
    return _("It is on offer.")


@command(Deed.STOCK_RELEASE, forms.BundleForm)
def open_set(show_id: int, form: Form, by: Person) -> Promise:
    """Several SKUs go on offer as one, all or none of them to each buyer."""
    assert isinstance(form, forms.BundleForm)
    given = form.cleaned_data
    _show_is_there(show_id)
    open_bundle(
        show_id=show_id,
        parts=[Part(_sku_of(code), each) for code, each in form.parts()],
        name_zh=given["name_zh"],
        name_en=given["name_en"],
        discount_fen=forms.off_fen(form),
        limit_per_person=given["limit"],
        quantity=given["quantity"],
        by=by.pk,
    )
    return _("The set is on offer.")


@command(Deed.STOCK_RELEASE, forms.OpenPresaleForm)
def open_presale(show_id: int, form: Form, by: Person) -> Promise:
    """A SKU goes on pre-sale in this show, with pieces at once."""
    assert isinstance(form, forms.OpenPresaleForm)
    given = form.cleaned_data
    sku_id = _sku_of(given["sku_code"])
    _show_is_there(show_id)
    presale.open_presale(
        show_id=show_id,
        sku_id=sku_id,
        deposit_fen=form.deposit_fen(),
        deposit_is_kept=given["keeps"],
        balance_opens_at=given["balance_opens_at"],
        balance_due_at=given["balance_due_at"],
        discount_fen=forms.off_fen(form),
        limit_per_person=given["limit"],
        quantity=given["quantity"],
        now=clock.now(),
        by=by.pk,
    )
    return _("It is on pre-sale.")


@command(Deed.STOCK_RELEASE, forms.OpenGroupForm)
def open_group_buy(show_id: int, form: Form, by: Person) -> Promise:
    """A SKU goes on offer to groups in this show, with pieces at once."""
    given = form.cleaned_data
    sku_id = _sku_of(given["sku_code"])
    _show_is_there(show_id)
    group_buy.open_group_buy(
        show_id=show_id,
        sku_id=sku_id,
        group_size=given["size"],
        group_minutes=given["minutes"],
        discount_fen=forms.off_fen(form),
        limit_per_person=given["limit"],
        quantity=given["quantity"],
        by=by.pk,
    )
    return _("It is on offer to groups.")


@command(Deed.STOCK_RELEASE, forms.PiecesForm)
def release(show_id: int, form: Form, by: Person) -> Promise:
    """More pieces onto an offer."""
    offer_id = _offer_of(show_id, form)
    offers.release(offer_id=offer_id, quantity=form.cleaned_data["quantity"], by=by.pk)
    return _("The pieces are on offer.")


@command(Deed.STOCK_RELEASE, forms.PiecesForm)
def withdraw(show_id: int, form: Form, by: Person) -> Promise:
    """Pieces that nobody has taken, off an offer."""
    offer_id = _offer_of(show_id, form)
    offers.withdraw(offer_id=offer_id, quantity=form.cleaned_data["quantity"], by=by.pk)
    return _("The pieces are taken off the offer.")


@command(Deed.STOCK_RELEASE, forms.LimitForm)
def set_limit(show_id: int, form: Form, by: Person) -> Promise:
    """So many for one person."""
    offer_id = _offer_of(show_id, form)
    offers.set_limit(offer_id=offer_id, limit_per_person=form.cleaned_data["limit"], by=by.pk)
    return _("The limit is set.")


@command(Deed.STOCK_RELEASE, forms.TimesForm)
def set_times(show_id: int, form: Form, by: Person) -> Promise:
    """When the sale begins and ends, told ahead."""
    offer_id = _offer_of(show_id, form)
    said = form.cleaned_data
    offers.set_times(
        offer_id=offer_id, opens_at=said["opens_at"], closes_at=said["closes_at"], by=by.pk
    )
    return _("The times are set, and the room is told.")


@command(Deed.PRICE_CHANGE, forms.PriceForm)
def change_price(show_id: int, form: Form, by: Person) -> Promise:
    """Another price for an offer's SKU, told to this room; refused if it breaks the pledge."""
    assert isinstance(form, forms.PriceForm)
    offer = Offer.objects.get(pk=_offer_of(show_id, form))
    publish_price(
        offer.sku_id,
        price_fen=form.price_fen(),
        reason=form.cleaned_data["reason"],
        by=by.pk,
        feeds=[f"show:{show_id}"],
    )
    return _("The price is published, with its signed cost card.")


@command(Deed.STOCK_RELEASE, forms.OfferForm)
def close_offer(show_id: int, form: Form, by: Person) -> Promise:
    """The sale of an offer ends."""
    offers.close_offer(offer_id=_offer_of(show_id, form), by=by.pk)
    return _("The offer is closed; what nobody took went back.")


@command(Deed.SHOW_DIRECT, forms.NoForm)
def renew_key(show_id: int, form: Form, by: Person) -> Promise:
    """Another stream key; the old one is worth nothing."""
    media.renew_key(_show_is_there(show_id).channel_id)
    return _("There is a new stream key. The old one is refused from now on.")


def _show_is_there(show_id: int) -> Show:
    show = Show.objects.filter(pk=show_id).first()
    if show is None:
        raise NotFound("no_such_show", _("There is no such show."))
    return show


def _offer_of(show_id: int, form: Form) -> int:
    """The offer a form names, if it is one of this show's."""
    offer_id = int(form.cleaned_data["offer_id"])
    if not Offer.objects.filter(pk=offer_id, show_id=show_id).exists():
        raise NotFound("no_such_offer", _("This is not on offer in this show."))
    return offer_id


def _sku_of(code: str) -> int:
    found = Sku.objects.filter(code=code.strip(), is_active=True).values_list("pk", flat=True)
    if not (sku := found.first()):
        raise NotFound("no_such_sku", _("There is no such SKU."))
    return sku
