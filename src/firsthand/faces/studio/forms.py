"""What the crew may write, checked before any action sees it. Every number has its bounds."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.spreadsheet.book import FILE_BYTES_MAX
from firsthand.offer.bundle import EACH_MAX
from firsthand.offer.group_buy import MINUTES_MAX as GROUP_MINUTES_MAX
from firsthand.offer.group_buy import SEATS_MAX
from firsthand.offer.rules import LIMIT_MAX, PIECES_MAX
from firsthand.people.models import Person
from firsthand.people.rules import Role
from firsthand.show.actions.sheet import MINUTES_MAX, SEGMENTS_MAX
from firsthand.show.speech import TEXT_MAX

ID_MAX = 2**63 - 1
MS_MAX = 2**52  # a media time; JavaScript counts exactly so far
PRICE_MAX_YUAN = Decimal("9999999.99")
KEY_NAME_MAX = 60
BUNDLE_ROWS = 4  # SKUs of a bundle that the console asks for; the API takes more


class NoForm(forms.Form):
    """A command that needs nothing but the press."""


class IdField(forms.IntegerField):
    """The number of a row."""

    def __init__(self, **words: Any) -> None:
        super().__init__(min_value=1, max_value=ID_MAX, widget=forms.HiddenInput, **words)


class MomentForm(forms.Form):
    """A command at a media time: that of the frame on the director's own screen, if he has one."""

    at_ms = forms.IntegerField(
        min_value=0, max_value=MS_MAX, required=False, widget=forms.HiddenInput
    )


class SegmentCueForm(MomentForm):
    """Go on to this segment. It is named, so that two presses are one step and not two."""

    segment_id = IdField()


class CardForm(MomentForm):
    """Show the card of this offer."""

    offer_id = IdField()


class PinForm(MomentForm):
    """Pin a message above the chat."""

    text = forms.CharField(max_length=TEXT_MAX, label=_("Message"))


class CueForm(forms.Form):
    """Take this cue back."""

    cue_id = IdField()


class LineForm(forms.Form):
    """Hide this line."""

    line_id = IdField()


class PiecesForm(forms.Form):
    """So many pieces onto an offer, or off it."""

    offer_id = IdField()
    quantity = forms.IntegerField(min_value=1, max_value=PIECES_MAX, label=_("Pieces"))


class OfferForm(forms.Form):
    """This offer."""

    offer_id = IdField()


class LimitForm(OfferForm):
    """So many for one person."""

    limit = forms.IntegerField(min_value=1, max_value=LIMIT_MAX, label=_("Limit for one person"))


class TimesForm(OfferForm):
    """When the sale of an offer begins and ends; an empty time is none."""

    opens_at = forms.DateTimeField(required=False, label=_("Opens at"))
    closes_at = forms.DateTimeField(required=False, label=_("Closes at"))


class PriceForm(OfferForm):
    """A new price for an offer's SKU, and why."""

    price = forms.DecimalField(
        min_value=Decimal("0.01"),
        max_value=PRICE_MAX_YUAN,
        decimal_places=2,
        label=_("Price, yuan"),
    )
    reason = forms.CharField(max_length=200, label=_("Reason, which buyers see"))

    def price_fen(self) -> int:
        """The price in fen; there is no rounding, since two places are the most."""
        return int(self.cleaned_data["price"] * 100)


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _off() -> forms.DecimalField:
    return forms.DecimalField(
        min_value=0,
        max_value=PRICE_MAX_YUAN,
        decimal_places=2,
        required=False,
        label=_("Off the price, yuan"),
    )


def off_fen(form: forms.Form) -> int:
    """What is to be off, in fen; there is no rounding, since two places are the most."""
    return int((form.cleaned_data["off"] or 0) * 100)


class OpenForm(forms.Form):
    """Put a SKU on offer in this show."""

    sku_code = forms.CharField(max_length=40, label=_("SKU"))
    quantity = forms.IntegerField(
        min_value=0, max_value=PIECES_MAX, initial=0, label=_("Pieces to release")
    )
    limit = forms.IntegerField(
        min_value=1, max_value=LIMIT_MAX, initial=5, label=_("Limit for one person")
    )
    off = _off()


class BundleForm(forms.Form):
    """Put several SKUs on offer as one."""

    name_zh = forms.CharField(max_length=120, required=False, label=_("Chinese name"))
    name_en = forms.CharField(max_length=120, required=False, label=_("English name"))
    quantity = forms.IntegerField(
        min_value=0, max_value=PIECES_MAX, initial=0, label=_("Sets to release")
    )
    limit = forms.IntegerField(
        min_value=1, max_value=LIMIT_MAX, initial=5, label=_("Limit for one person")
    )
    off = _off()

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        for row in range(1, BUNDLE_ROWS + 1):
            self.fields[f"sku_{row}"] = forms.CharField(
                max_length=40,
                required=row <= 2,
                label=_("SKU"),
                widget=forms.TextInput(attrs={"list": "bundle-skus", "autocomplete": "off"}),
            )
            self.fields[f"each_{row}"] = forms.IntegerField(
                min_value=1,
                max_value=EACH_MAX,
                initial=1,
                required=row <= 2,
                label=_("of it in each"),
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The SKUs, each beside how many of it."""
        return [(self[f"sku_{row}"], self[f"each_{row}"]) for row in range(1, BUNDLE_ROWS + 1)]

    @property
    def terms(self) -> list[forms.BoundField]:
        """The other fields."""
        return [self[name] for name in ("name_zh", "name_en", "quantity", "limit", "off")]

    def parts(self) -> list[tuple[str, int]]:
        """The codes that were named, and how many of each."""
        said = self.cleaned_data
        rows = range(1, BUNDLE_ROWS + 1)
        return [
            (said[f"sku_{row}"], said[f"each_{row}"] or 1) for row in rows if said[f"sku_{row}"]
        ]


class OpenGroupForm(OpenForm):
    """Put a SKU on offer to groups in this show."""

    size = forms.IntegerField(min_value=2, max_value=SEATS_MAX, initial=3, label=_("People"))
    minutes = forms.IntegerField(
        min_value=1, max_value=GROUP_MINUTES_MAX, initial=30, label=_("Minutes to form")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit"].initial = 1


class OpenPresaleForm(OpenForm):
    """Put a SKU on pre-sale in this show."""

    deposit = forms.DecimalField(
        min_value=Decimal("0.01"),
        max_value=PRICE_MAX_YUAN,
        decimal_places=2,
        label=_("Deposit, yuan"),
    )
    balance_opens_at = forms.DateTimeField(
        required=False, label=_("Balance from"), widget=_moment()
    )
    balance_due_at = forms.DateTimeField(label=_("Balance until"), widget=_moment())
    keeps = forms.BooleanField(
        required=False, label=_("Keep the deposit of those who do not go on")
    )

    def deposit_fen(self) -> int:
        """The deposit in fen; there is no rounding, since two places are the most."""
        return int(self.cleaned_data["deposit"] * 100)


class ShowForm(forms.Form):
    """A new show."""

    title_zh = forms.CharField(max_length=120, label=_("Chinese title"))
    title_en = forms.CharField(max_length=120, label=_("English title"))
    slug = forms.SlugField(
        max_length=80,
        label=_("Address"),
        help_text=_("Letters, digits and hyphens; it stands in the room's address."),
        validators=[RegexValidator(r"^[a-z0-9-]+\Z", _("Small letters, digits and hyphens."))],
    )
    host = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Host"))
    planned_at = forms.DateTimeField(
        label=_("Planned for"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["host"].queryset = hosts()  # type: ignore[attr-defined]  # it is a choice


def hosts() -> Any:
    """Who may stand before the camera."""
    offices = [Role.HOST.value, Role.DIRECTOR.value, Role.ADMIN.value]
    return Person.objects.filter(is_active=True, roles__overlap=offices).order_by("name", "pk")


class SegmentForm(forms.Form):
    """A segment of the run sheet."""

    name_zh = forms.CharField(max_length=120, label=_("Chinese name"))
    name_en = forms.CharField(max_length=120, label=_("English name"))
    minutes = forms.IntegerField(min_value=1, max_value=MINUTES_MAX, initial=5, label=_("Minutes"))
    offer_id = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=_("Offer")
    )

    def __init__(self, *args: Any, offers: list[tuple[int, str]], **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["offer_id"].choices = [("", "—"), *offers]  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """Another place in an order, from 1."""

    position = forms.IntegerField(min_value=1, max_value=SEGMENTS_MAX + 1)


class PointForm(forms.Form):
    """A point that the host makes, and what proves it."""

    text_zh = forms.CharField(max_length=300, label=_("Chinese words"))
    text_en = forms.CharField(max_length=300, label=_("English words"))
    evidence_zh = forms.CharField(max_length=300, required=False, label=_("Evidence, Chinese"))
    evidence_en = forms.CharField(max_length=300, required=False, label=_("Evidence, English"))


class UploadForm(forms.Form):
    """A spreadsheet."""

    file = forms.FileField(label=_("File (xlsx, CSV, or a zip of CSVs)"), max_length=120)

    def clean_file(self) -> Any:
        """A file that is too large is not even read."""
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES_MAX:
            raise forms.ValidationError(_("The file is too large."))
        return file


class KeyForm(forms.Form):
    """A key to the API."""

    name = forms.CharField(max_length=KEY_NAME_MAX, label=_("What it is for"))
