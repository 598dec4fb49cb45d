"""The seam to whoever moves the money: what a provider must be able to do.

A provider is named in FIRSTHAND_PAYMENT_PROVIDERS: ``sandbox`` is ours; another one stands
there as ``package.module:Class`` and needs no change here. Providers know payments, and
nothing of orders.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import NotFound
from firsthand.pay.models import Payment
from firsthand.pay.rules import Word

OURS = {"sandbox": "firsthand.pay.sandbox:Sandbox"}


class Provider(Protocol):
    """A bank, a wallet, a card scheme."""

    name: str

    def open(self, payment: Payment, return_url: str) -> str:
        """Let the provider ask for the money; where the payer is to be sent.

        Asking twice for one payment asks once.
        """

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Word:
        """What a webhook says. Refuses one whose seal is not the provider's, or is old."""

    def refund(self, payment: Payment, amount_fen: int, key: UUID) -> None:
        """Give money back. The same KEY twice gives back once."""

    def paid_since(self, since: datetime) -> Iterable[Word]:
        """What they say was paid since an instant, as the words they told of it.

        Reconciliation compares it with what we heard: a webhook can be lost.
        """


@cache
def _registered(names: tuple[str, ...]) -> dict[str, Provider]:
    found: dict[str, Provider] = {}
    for name in names:
        path = OURS.get(name, name).replace(":", ".")
        provider = cast(Provider, import_string(path)())
        found[provider.name] = provider
    return found


def registered() -> dict[str, Provider]:
    """The providers of this house, by name."""
    return _registered(tuple(settings.PAYMENT_PROVIDERS))


def by_name(name: str) -> Provider:
    """The provider of that name, if the house has it."""
    try:
        return registered()[name]
    except KeyError:
        raise NotFound("no_such_provider", _("There is no such way to pay.")) from None
