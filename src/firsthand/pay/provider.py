"""The seam to whoever moves the money: what a provider must be able to do.

A provider is named in FIRSTHAND_PAYMENT_PROVIDERS: those in OURS by their short name, another
one as ``package.module:Class``, which needs no change here. A provider is imported only where
it is named. Providers know payments, and nothing of orders.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Busy, Forbidden, Invalid, NotFound, Refusal
from firsthand.pay.models import Payment
from firsthand.pay.rules import Word

OURS = {
    "sandbox": "firsthand.pay.sandbox:Sandbox",
    "wechat": "firsthand.pay.wechat:WeChat",
    "alipay": "firsthand.pay.alipay_trade:Alipay",
    "stripe": "firsthand.pay.stripe_checkout:Stripe",
}
ASKED_AT_MOST = 50  # payments that one round of reconciliation asks a provider about


class Payer(NamedTuple):
    """What a provider may want to know of the one who pays: nothing that says who he is."""

    address: str = ""  # the network address that he comes from
    is_on_phone: bool = False


class Answer(NamedTuple):
    """What a provider wants to read when he has told us something."""

    status: int
    content_type: str
    body: bytes


NOBODY = Payer()


class Provider(Protocol):
    """A bank, a wallet, a card scheme."""

    name: str

    def open(self, payment: Payment, return_url: str, payer: Payer = NOBODY) -> str:
        """Let the provider ask for the money; where the payer is to be sent.

        A path of ours, an address elsewhere, or what he is to scan (any other scheme).
        Asking twice for one payment asks once.
        """

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Word:
        """What a webhook says. Refuses one whose seal is not the provider's, or is old."""

    def answer(self, refusal: Refusal | None) -> Answer | None:
        """How this provider reads that he was heard, or refused; None: in the house's form."""

    def close(self, payment: Payment) -> None:
        """The money is not wanted any more: let nobody pay it from now on.

        Who was quicker has paid, and that is heard as any word is. Closing what is closed, is
        paid, or was never opened changes nothing.
        """

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


def not_yet_heard(name: str, since: datetime) -> list[Payment]:
    """Some of the payments since an instant that we know no good end of.

    For providers who say of one payment how it stands, but not which were paid lately. They
    are drawn by lot, so that none waits for ever behind the others.
    """
    unknown = [Payment.State.OPEN, Payment.State.FAILED, Payment.State.CANCELLED]
    waiting = Payment.objects.filter(provider=name, state__in=unknown, opened_at__gte=since)
    return list(waiting.order_by("?")[:ASKED_AT_MOST])


def reachable(path: str) -> str:
    """A path of ours as an address for the outside world."""
    return f"{settings.PAYMENT_ADDRESS}{path}"


def account_of(name: str) -> dict[str, str]:
    """What the settings say of our account at a provider; what ends with ``_file`` is read."""
    said: dict[str, str] = {}
    for key, word in settings.PAYMENT_ACCOUNTS[name].items():
        if not word:
            variable = f"FIRSTHAND_{name}_{key}".upper()
            raise ImproperlyConfigured(f"{variable} must be set, as {name} is to take money.")
        is_file = key.endswith("_file")
        said[key] = Path(word).read_text(encoding="ascii").strip() if is_file else word
    return said


def is_silent() -> Busy:
    """The provider cannot be reached, or says nothing that is his."""
    return Busy(
        "provider_silent",
        _("The payment provider does not answer. Please try again in a moment."),
    )


def has_refused(code: str) -> Refusal:
    """The provider will not do what we asked; CODE is his own word for why."""
    return Refusal(
        "provider_refused",
        _("The payment provider refused."),
        status=502,
        fields={"provider_code": code},
    )


def is_forged() -> Forbidden:
    """Whoever said this is not the provider."""
    return Forbidden("forged", _("The seal on this payment notice is not right."))


def is_for_another() -> Forbidden:
    """The provider said it, but to another shop."""
    return Forbidden("another_shop", _("This payment notice is for another shop."))


def makes_no_sense() -> Invalid:
    """The provider said it, and we cannot read it."""
    return Invalid("not_a_word", _("This payment notice makes no sense."))


def is_canonical(base64: str) -> bool:
    """Whether a signature is written in the one way that base64 has for it."""
    try:
        return b64encode(b64decode(base64, validate=True)).decode() == base64
    except ValueError:
        return False
