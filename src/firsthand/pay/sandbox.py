"""The sandbox: a bank that is not one, with everything a real one has that can go wrong.

It keeps its own book (SandboxCharge), decides when the payer presses a button on its page,
and tells us by a webhook that it seals and numbers. Nothing in the house treats its words
otherwise than a real bank's: they may be lost, come twice, late, or in the wrong order.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Literal, NamedTuple
from urllib.parse import quote
from uuid import UUID

import msgspec
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Forbidden, Invalid, NotFound, Refusal
from firsthand.kit.ids import uuid7
from firsthand.pay import rules
from firsthand.pay.models import Payment, SandboxCharge, SandboxRefund
from firsthand.pay.provider import NOBODY, Answer, Payer
from firsthand.pay.rules import Kind, Word

SEAL_HEADER = "Firsthand-Seal"
BODY_MAX = 8 * 1024

_KINDS = {"charge.paid": Kind.PAID, "charge.refused": Kind.FAILED}
_TYPES = {SandboxCharge.State.PAID: "charge.paid", SandboxCharge.State.REFUSED: "charge.refused"}


class Sealed(NamedTuple):
    """A webhook, ready to be delivered."""

    headers: dict[str, str]
    body: bytes


class _Body(msgspec.Struct):
    id: str
    type: str
    reference: UUID
    charge: str
    amount_fen: int
    currency: str


@cache
def _key() -> bytes:
    return salted_hmac("firsthand.pay.sandbox", "", algorithm="sha256").digest()


class Sandbox:
    """The provider ``sandbox``."""

    name = "sandbox"

    def open(self, payment: Payment, return_url: str, payer: Payer = NOBODY) -> str:
        """Write the charge into the bank's book; the bank's page is where the payer goes."""
        SandboxCharge.objects.get_or_create(
            reference=payment.reference,
            defaults={
                "amount_fen": payment.amount_fen,
                "currency": payment.currency,
                "return_url": return_url,
            },
        )
        return f"/pay/sandbox/{quote(str(payment.reference))}/"

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Word:
        """What a webhook says, if the seal is the sandbox's and fresh."""
        if len(body) > BODY_MAX:
            raise Invalid("too_large", _("That is too much for a payment notice."), status=413)
        header = next((v for k, v in headers.items() if k.lower() == SEAL_HEADER.lower()), "")
        if not rules.is_sealed(header, body, now=now.timestamp(), key=_key()):
            raise Forbidden("forged", _("The seal on this payment notice is not right."))
        try:
            said = msgspec.json.decode(body, type=_Body)
        except msgspec.MsgspecError:
            raise Invalid("not_a_word", _("This payment notice makes no sense.")) from None
        return Word(
            provider=self.name,
            word_id=said.id,
            kind=_KINDS.get(said.type, Kind.OTHER),
            reference=said.reference,
            provider_reference=said.charge,
            amount_fen=said.amount_fen,
            currency=said.currency,
        )

    def answer(self, refusal: Refusal | None) -> Answer | None:
        """The sandbox reads the house's own form."""
        return None

    def close(self, payment: Payment) -> None:
        """Take no money for this any more; what was paid stays paid."""
        charge = SandboxCharge.objects.filter(reference=payment.reference)
        charge.exclude(state=SandboxCharge.State.PAID).update(state=SandboxCharge.State.CLOSED)

    def refund(self, payment: Payment, amount_fen: int, key: UUID) -> None:
        """Give money back, once for a key."""
        charge = _locked(payment.reference)
        _refund, is_new = SandboxRefund.objects.get_or_create(
            key=key, defaults={"charge": charge, "amount_fen": amount_fen}
        )
        if is_new:
            SandboxCharge.objects.filter(pk=charge.pk).update(
                refunded_fen=F("refunded_fen") + amount_fen
            )

    def paid_since(self, since: datetime) -> Iterable[Word]:
        """What the bank's book says was paid."""
        paid = SandboxCharge.objects.filter(state=SandboxCharge.State.PAID, decided_at__gte=since)
        for charge in paid.order_by("decided_at", "id").iterator():
            yield Word(
                provider=self.name,
                word_id=charge.word_id,
                kind=Kind.PAID,
                reference=charge.reference,
                provider_reference=charge.provider_reference,
                amount_fen=charge.amount_fen,
                currency=charge.currency,
            )


def charge_of(reference: UUID) -> SandboxCharge:
    """What the bank was asked; for its page."""
    try:
        return SandboxCharge.objects.get(reference=reference)
    except SandboxCharge.DoesNotExist:
        raise NotFound("no_such_charge", _("The bank knows of no such payment.")) from None


def decide(reference: UUID, choice: Literal["pay", "refuse"], now: datetime) -> Sealed:
    """The payer pressed a button on the bank's page; the webhook that tells us of it.

    Who has paid cannot refuse afterwards. Pressing again sends the same word again: the
    bank has made up its mind, and a webhook may be said twice. Who refused may still pay.
    """
    if choice not in ("pay", "refuse"):
        raise Invalid("bad_choice", _("One can pay or refuse, nothing else."))
    charge = _locked(reference)
    if charge.state == SandboxCharge.State.CLOSED:
        raise Refusal("charge_closed", _("The shop does not wait for this payment any more."))
    if charge.state != SandboxCharge.State.PAID:
        wanted = SandboxCharge.State.PAID if choice == "pay" else SandboxCharge.State.REFUSED
        if charge.state != wanted:
            charge.state, charge.word_id, charge.decided_at = wanted, f"evt_{uuid7().hex}", now
            charge.save(update_fields=["state", "word_id", "decided_at"])
    elif choice == "refuse":
        raise Refusal("paid_already", _("It is paid already."))
    return word_of(charge, at=int(now.timestamp()))


def word_of(charge: SandboxCharge, *, at: int) -> Sealed:
    """The webhook that tells of a charge that was decided, sealed AT an instant."""
    body = json.dumps(
        {
            "id": charge.word_id,
            "type": _TYPES[SandboxCharge.State(charge.state)],
            "reference": str(charge.reference),
            "charge": charge.provider_reference,
            "amount_fen": charge.amount_fen,
            "currency": charge.currency,
        }
    ).encode()
    return Sealed(
        {SEAL_HEADER: rules.seal(body, at=at, key=_key()), "Content-Type": "application/json"}, body
    )


def _locked(reference: UUID) -> SandboxCharge:
    try:
        return SandboxCharge.objects.select_for_update().get(reference=reference)
    except SandboxCharge.DoesNotExist:
        raise NotFound("no_such_charge", _("The bank knows of no such payment.")) from None
