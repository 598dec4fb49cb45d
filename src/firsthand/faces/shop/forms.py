"""What a buyer is asked: who he is and where his parcels go, and how many he wants."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from firsthand.people.door import as_e164

QUANTITY_MAX = 99


def _words(
    label: Any, autocomplete: str, length: int, hint: Any = "", **attrs: str
) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, **attrs})
    return forms.CharField(label=label, max_length=length, help_text=hint, widget=widget)


class GuestForm(forms.Form):
    """A name, a phone, an address: all that a guest gives."""

    name = _words(_("Name"), "name", 60)
    phone = _words(
        _("Phone"),
        "tel",
        30,
        _("For the courier; it is not shown to anyone else."),
        inputmode="tel",
    )
    region = _words(_("Province, city, district"), "address-level1", 120)
    street = _words(_("Street and number"), "street-address", 200)

    def clean_phone(self) -> str:
        """The number as the world writes it."""
        try:
            return as_e164(self.cleaned_data["phone"])
        except ValueError:
            raise forms.ValidationError(_("That does not look like a phone number.")) from None


class BuyForm(forms.Form):
    """How many of what, at which price; the press has a name, so that it counts once."""

    offer = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = forms.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    price_version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    price_fen = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    key = forms.UUIDField()
    group = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)  # to join
    waits = forms.BooleanField(required=False)  # it is sold out: for a place on the list
