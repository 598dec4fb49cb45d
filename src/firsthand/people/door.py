"""The door: how allauth finds people by e-mail or phone, and what it may ask of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import phonenumbers
from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from firsthand.people.models import Person

HOME_REGION = "CN"


def as_e164(phone: str) -> str:
    """A phone number as the world writes it; raises ValueError if it cannot be one.

    >>> as_e164("138 0013 8000")
    '+8613800138000'
    """
    try:
        number = phonenumbers.parse(phone, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise ValueError("that is not a phone number") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("that is not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@contextmanager
def _same_browser(request: HttpRequest) -> Iterator[None]:
    viewer = request.session.get("viewer")
    yield
    if viewer:
        request.session["viewer"] = viewer


class PhoneField(forms.CharField):
    """A phone number, written in one way however it was typed."""

    def clean(self, value: Any) -> Any:
        """The number as the world writes it; nothing stays nothing."""
        typed = super().clean(value)
        if not typed:
            return typed
        try:
            return as_e164(typed)
        except ValueError:
            raise forms.ValidationError(_("Please give a phone number.")) from None


class Door(DefaultAccountAdapter):
    """Allauth's questions about our people."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """Somebody comes in; the browser keeps its name, whoever used it before."""
        with _same_browser(request):
            super().login(request, user)

    def logout(self, request: HttpRequest) -> None:
        """Somebody goes out; the browser keeps its name: a hundred people are still one."""
        with _same_browser(request):
            super().logout(request)

    def phone_form_field(self, **words: Any) -> PhoneField:
        """The field in which a phone is asked for."""
        return PhoneField(
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}), **words
        )

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """A person's phone, and that we take it as it is.

        Who has none (the crew come in by e-mail) has an empty one: None would end the sign-in,
        since a phone is asked for at the sign-up.
        """
        return user.phone or "", True

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Note a person's phone."""
        user.phone = phone or None
        if user.pk is not None:  # somebody new is saved a moment later, by save_user
            user.save(update_fields=["phone"])

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """Nothing is noted: phones are not verified yet."""

    def get_user_by_phone(self, phone: str) -> Person | None:
        """Whose phone this is."""
        return Person.objects.filter(phone=phone, is_guest=False).first()

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new customer; an empty e-mail is none at all."""
        user = super().save_user(request, user, form, commit=False)
        user.email = user.email or None
        user.roles = user.roles or ["customer"]
        if commit:
            user.save()
        return user
