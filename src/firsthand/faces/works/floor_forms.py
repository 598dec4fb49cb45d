"""What a phone on the floor sends."""

from django import forms
from django.core.validators import RegexValidator

from firsthand.factory.models import FloorReport

PIECES_MAX = 1_000_000


class FloorForm(forms.Form):
    """What a form says of its first mistake, in one sentence."""

    def first_mistake(self) -> str:
        """The first thing that is wrong with it."""
        return str(next(iter(self.errors.values()))[0])


class KeyForm(FloorForm):
    """A report with its key: the same press that comes twice is one report."""

    key = forms.UUIDField()


class StartForm(KeyForm):
    """It runs on this machine: ``smt-1/2``."""

    machine = forms.CharField(max_length=60, validators=[RegexValidator(r"^[-\w]+/[1-9]\d{0,3}\Z")])


class CountForm(KeyForm):
    """So many are good, so many spoilt."""

    good = forms.IntegerField(min_value=0, max_value=PIECES_MAX)
    scrapped = forms.IntegerField(min_value=0, max_value=PIECES_MAX)
    reason = forms.ChoiceField(choices=FloorReport.Reason.choices, required=False)
    note = forms.CharField(max_length=200, required=False)


class ScrapForm(KeyForm):
    """So many more are spoilt."""

    pieces = forms.IntegerField(min_value=1, max_value=PIECES_MAX)
    reason = forms.ChoiceField(choices=FloorReport.Reason.choices)
    note = forms.CharField(max_length=200, required=False)


class HandOverForm(KeyForm):
    """So many are good so far."""

    good = forms.IntegerField(min_value=0, max_value=PIECES_MAX)
    note = forms.CharField(max_length=200, required=False)


class PartForm(KeyForm):
    """So many of a part, of this supplier's lot."""

    part = forms.CharField(max_length=60)
    quantity = forms.IntegerField(min_value=1, max_value=PIECES_MAX)
    supplier_lot = forms.CharField(max_length=60, required=False)


class DownForm(FloorForm):
    """It is thought to stand so many hours."""

    hours = forms.IntegerField(min_value=1, max_value=1000)
    note = forms.CharField(max_length=200, required=False)
