"""Stripe: its own payment page (a Checkout Session), for cards and what else it takes.

What Stripe says is believed when it is signed by the secret of our webhook, was said in the
last minutes, and belongs to the same world (test or live) as our key. Reconciliation reads
Stripe's list of events: they are the words that a webhook would have brought, by number.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
import stripe

from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.pay import provider as providers
from firsthand.pay.models import Payment
from firsthand.pay.provider import NOBODY, Answer, Payer
from firsthand.pay.rules import TOLERANCE_SECONDS, Kind, Word

PAY_WITHIN = timedelta(minutes=60)  # Stripe allows no less than thirty from when it is asked
TIMEOUT_SECONDS = 10
PAGE = 100
PAID_EVENTS = ["checkout.session.completed", "checkout.session.async_payment_succeeded"]
FAILED_EVENTS = ["checkout.session.async_payment_failed", "checkout.session.expired"]

T = TypeVar("T")

log = get_logger(__name__)


class _Session(msgspec.Struct):
    id: str
    client_reference_id: UUID
    amount_total: int
    currency: str
    payment_status: str
    payment_intent: str | None = None


class _Data(msgspec.Struct):
    object: msgspec.Raw


class _Event(msgspec.Struct):
    id: str
    type: str
    livemode: bool
    data: _Data


class Stripe:
    """The provider ``stripe``."""

    name = "stripe"
    gateway = "https://api.stripe.com"

    def __init__(self) -> None:
        account = providers.account_of("stripe")
        self._secret = account["webhook_key_file"]
        self._is_live = "_live_" in account["key_file"]
        self._client = stripe.StripeClient(
            account["key_file"],
            base_addresses={"api": self.gateway},
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            max_network_retries=1,
        )

    def open(self, payment: Payment, return_url: str, payer: Payer = NOBODY) -> str:
        """Stripe's page for this payment; by our reference it is the same page again."""
        number = payment.purpose.rpartition(":")[2]
        back = providers.reachable(return_url)
        session = self._ask(
            lambda: self._client.v1.checkout.sessions.create(
                params={
                    "mode": "payment",
                    "client_reference_id": str(payment.reference),
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": payment.currency.lower(),
                                "unit_amount": payment.amount_fen,
                                "product_data": {"name": f"Firsthand {number}"},
                            },
                        }
                    ],
                    "success_url": back,
                    "cancel_url": back,
                    "expires_at": int((payment.opened_at + PAY_WITHIN).timestamp()),
                },
                options={"idempotency_key": f"open:{payment.reference}"},
            )
        )
        if not session.url:
            raise providers.has_refused("no_page")
        # By its own name the page can be closed; the payment's name replaces it when it is paid.
        Payment.objects.filter(pk=payment.pk, paid_at=None).update(
            provider_reference=session.id[:80]
        )
        return session.url

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Word:
        """What an event says: signed with our webhook's secret, a short while ago."""
        header = next((v for k, v in headers.items() if k.lower() == "stripe-signature"), "")
        try:
            # Its own check of the time knows no future, and another clock than ours.
            stripe.WebhookSignature.verify_header(body, header, self._secret, tolerance=None)
            at, _signatures = stripe.WebhookSignature._get_timestamp_and_signatures(header, "v1")
        except (stripe.SignatureVerificationError, ValueError):
            raise providers.is_forged() from None
        if abs(now.timestamp() - at) > TOLERANCE_SECONDS:
            raise providers.is_forged()
        return self._word(body)

    def answer(self, refusal: Refusal | None) -> Answer | None:
        """Stripe reads the status alone: the house's form will do."""
        return None

    def close(self, payment: Payment) -> None:
        """Close Stripe's page, if there is one that is open. What is paid stays paid."""
        named = Payment.objects.filter(pk=payment.pk).values_list("provider_reference", flat=True)
        page = named.first() or ""
        if not page.startswith("cs_"):
            return  # its payer was never sent there
        try:
            self._ask(lambda: self._client.v1.checkout.sessions.expire(page))
        except Refusal as no:
            if no.status == 503:
                raise
            session = self._ask(lambda: self._client.v1.checkout.sessions.retrieve(page))
            if session.status == "open":
                raise

    def refund(self, payment: Payment, amount_fen: int, key: UUID) -> None:
        """Give money back, once for a key, even after Stripe forgot it (which takes a day)."""
        intent = payment.provider_reference
        known = self._ask(
            lambda: list(
                self._client.v1.refunds.list(
                    params={"payment_intent": intent, "limit": PAGE}
                ).auto_paging_iter()
            )
        )
        back = next((one for one in known if _key_of(one) == str(key)), None)
        back = back or self._ask(
            lambda: self._client.v1.refunds.create(
                params={
                    "payment_intent": intent,
                    "amount": amount_fen,
                    "metadata": {"key": str(key)},
                },
                options={"idempotency_key": f"refund:{key}"},
            )
        )
        if back.status not in ("succeeded", "pending"):
            raise providers.has_refused(str(back.status))
        if back.amount != amount_fen:
            raise providers.has_refused("another_refund")

    def paid_since(self, since: datetime) -> Iterable[Word]:
        """The events of payment that Stripe made since an instant."""
        events = self._ask(
            lambda: list(
                self._client.v1.events.list(
                    params={
                        "types": PAID_EVENTS,
                        "created": {"gte": int(since.timestamp())},
                        "limit": PAGE,
                    }
                ).auto_paging_iter()
            )
        )
        for event in events:
            try:
                word = self._word(json.dumps(event.to_dict()).encode())
            except Refusal as no:
                # Another till may use the same account: its sessions have no name of ours.
                log.info("event_passed_over", provider=self.name, code=no.code)
                continue
            if word.kind is Kind.PAID:
                yield word

    def _word(self, body: bytes) -> Word:
        try:
            event = msgspec.json.decode(body, type=_Event)
            if event.livemode != self._is_live:
                raise providers.is_for_another()
            if event.type not in (*PAID_EVENTS, *FAILED_EVENTS):
                raise providers.makes_no_sense()
            session = msgspec.json.decode(event.data.object, type=_Session)
        except msgspec.MsgspecError:
            raise providers.makes_no_sense() from None
        if event.type in FAILED_EVENTS:
            kind = Kind.FAILED
        else:  # a page may be done with, and its money still on the way
            kind = Kind.PAID if session.payment_status == "paid" else Kind.OTHER
        if kind is Kind.PAID and not session.payment_intent:
            raise providers.makes_no_sense()
        return Word(
            provider=self.name,
            word_id=event.id,
            kind=kind,
            reference=session.client_reference_id,
            provider_reference=session.payment_intent or session.id[:80],
            amount_fen=session.amount_total,
            currency=session.currency.upper(),
        )

    def _ask(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as fault:
            log.warning("provider_silent", provider=self.name, fault=type(fault).__name__)
            raise providers.is_silent() from None
        except stripe.StripeError as fault:
            raise providers.has_refused(str(fault.code or type(fault).__name__)) from None


def _key_of(refund: stripe.Refund) -> str:
    return str(refund.metadata.to_dict().get("key", "")) if refund.metadata else ""
