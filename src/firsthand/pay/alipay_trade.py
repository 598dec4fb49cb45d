"""Alipay: its page for a desk or for a phone, RSA2 both ways.

What Alipay says is believed when Alipay's own key signed it and it is addressed to this app
and this seller. Its notices carry no time that could be checked (they are said again for a
day); said again, they count once. It cannot list what was paid lately, so reconciliation asks
for each payment that is still open.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl
from uuid import UUID

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from alipay.utils import AliPayConfig

from firsthand.kit import clock
from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.pay import provider as providers
from firsthand.pay.models import Payment
from firsthand.pay.provider import NOBODY, Answer, Payer
from firsthand.pay.rules import Kind, Word

PAY_WITHIN = timedelta(minutes=30)
TIMEOUT_SECONDS = 10
FIELDS_MAX = 100  # a notice has about thirty

_CHINA = timezone(timedelta(hours=8))
_YUAN = re.compile(r"([0-9]{1,10})\.([0-9]{2})")
_KINDS = {
    "TRADE_SUCCESS": Kind.PAID,
    "TRADE_FINISHED": Kind.PAID,
    "TRADE_CLOSED": Kind.FAILED,
}

_NOTHING_TO_CLOSE = {"ACQ.TRADE_NOT_EXIST", "ACQ.TRADE_STATUS_ERROR"}

log = get_logger(__name__)


class Alipay:
    """The provider ``alipay``."""

    name = "alipay"
    gateway = "https://openapi.alipay.com/gateway.do"

    def __init__(self) -> None:
        account = providers.account_of("alipay")
        self._app, self._seller = account["app"], account["seller"]
        self._client = AliPay(
            appid=self._app,
            app_notify_url=providers.reachable(f"/pay/{self.name}/webhook/"),
            app_private_key_string=account["key_file"],
            alipay_public_key_string=account["public_key_file"],
            sign_type="RSA2",
            config=AliPayConfig(timeout=TIMEOUT_SECONDS),
        )
        self._client._gateway = self.gateway  # the SDK has no other door for it

    def open(self, payment: Payment, return_url: str, payer: Payer = NOBODY) -> str:
        """Alipay's page, by an address that we sign; nothing is asked before the payer comes."""
        device = "wap" if payer.is_on_phone else "page"
        expires = (payment.opened_at + PAY_WITHIN).astimezone(_CHINA)
        number = payment.purpose.rpartition(":")[2]
        signed = self._client.client_api(
            f"alipay.trade.{device}.pay",
            {
                "subject": f"Firsthand {number}",
                "out_trade_no": payment.reference.hex,
                "total_amount": in_yuan(payment.amount_fen),
                "product_code": {"wap": "QUICK_WAP_WAY", "page": "FAST_INSTANT_TRADE_PAY"}[device],
                "time_expire": f"{expires:%Y-%m-%d %H:%M:%S}",
            },
            return_url=providers.reachable(return_url),
            timestamp=_timestamp(),
        )
        return f"{self.gateway}?{signed}"

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Word:
        """What a notice says: signed by Alipay, and meant for this app and seller."""
        try:
            pairs = parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                strict_parsing=True,
                errors="strict",
                max_num_fields=FIELDS_MAX,
            )
        except ValueError:
            raise providers.is_forged() from None
        said = dict(pairs)
        signature = said.pop("sign", "")
        if len(said) + 1 != len(pairs) or not providers.is_canonical(signature):
            raise providers.is_forged()
        try:
            is_true = self._client.verify(dict(said), signature)
        except (AliPayException, ValueError):
            is_true = False
        if not is_true:
            raise providers.is_forged()
        if (said.get("app_id"), said.get("seller_id")) != (self._app, self._seller):
            raise providers.is_for_another()
        # A notice of money that went back tells the state of the trade, too.
        return self._word(said, is_of_refund="gmt_refund" in said)

    def answer(self, refusal: Refusal | None) -> Answer:
        """Alipay reads one word; whatever is not "success" it says again, for a day."""
        if refusal is None:
            return Answer(200, "text/plain", b"success")
        return Answer(refusal.status, "text/plain", b"fail")

    def close(self, payment: Payment) -> None:
        """Close Alipay's trade. What is paid, closed or unknown there stays what it is.

        A payer who has not come to Alipay yet has no trade there; his signed address is good
        until its own time is up (``PAY_WITHIN``), and what comes of it is money that comes late.
        """
        try:
            self._ask("alipay.trade.close", {"out_trade_no": payment.reference.hex})
        except Refusal as no:
            if no.fields.get("provider_code") not in _NOTHING_TO_CLOSE:
                raise

    def refund(self, payment: Payment, amount_fen: int, key: UUID) -> None:
        """Give money back, once for a key."""
        ours = {"out_trade_no": payment.reference.hex, "out_request_no": key.hex}
        said = self._ask("alipay.trade.refund", {**ours, "refund_amount": in_yuan(amount_fen)})
        if said.get("out_trade_no") != payment.reference.hex:
            raise providers.has_refused("another_payment")
        if said.get("fund_change") == "Y":
            return
        # No money moved at this asking: then it did at an earlier one, or it did not.
        earlier = self._ask("alipay.trade.fastpay.refund.query", ours)
        if (
            earlier.get("refund_status") != "REFUND_SUCCESS"
            or earlier.get("out_request_no") != key.hex
            or in_fen(str(earlier.get("refund_amount"))) != amount_fen
        ):
            raise providers.has_refused("no_fund_change")

    def paid_since(self, since: datetime) -> Iterable[Word]:
        """Which of the payments that we know no good end of were paid, as Alipay says."""
        for payment in providers.not_yet_heard(self.name, since):
            try:
                said = self._ask("alipay.trade.query", {"out_trade_no": payment.reference.hex})
            except Refusal as no:
                if no.fields.get("provider_code") == "ACQ.TRADE_NOT_EXIST":
                    continue  # its payer never came so far
                raise
            word = self._word(said)
            if word.reference != payment.reference:
                raise providers.has_refused("another_payment")
            if word.kind is Kind.PAID:
                yield word

    def _word(self, said: Mapping[str, Any], *, is_of_refund: bool = False) -> Word:
        amount_fen = in_fen(str(said.get("total_amount")))
        try:
            reference, trade_no = UUID(said["out_trade_no"]), str(said["trade_no"])
            status = str(said["trade_status"])
        except (KeyError, ValueError, AttributeError):
            raise providers.makes_no_sense() from None
        if amount_fen is None:
            raise providers.makes_no_sense()
        kind = Kind.OTHER if is_of_refund else _KINDS.get(status, Kind.OTHER)
        # A notice and an answer to our asking have no number in common, but the trade's.
        told = said["gmt_refund"] if is_of_refund else kind
        return Word(
            provider=self.name,
            word_id=f"{trade_no}:{told}"[:80],
            kind=kind,
            reference=reference,
            provider_reference=trade_no,
            amount_fen=amount_fen,
            currency=str(said.get("trans_currency") or "CNY"),
        )

    def _ask(self, method: str, words: dict[str, str]) -> dict[str, Any]:
        try:
            said = self._client.server_api(method, words, timestamp=_timestamp())
        except (AliPayException, AliPayValidationError, OSError, ValueError) as fault:
            # Without its signature a "no" is not Alipay's either.
            if isinstance(fault, HTTPError):
                fault.close()  # the SDK leaves its connection open
            log.warning("provider_silent", provider=self.name, fault=type(fault).__name__)
            raise providers.is_silent() from None
        if said.get("code") == "10000":
            return dict(said)
        if said.get("code") == "20000":  # it is Alipay that has a fault at this moment
            raise providers.is_silent()
        raise providers.has_refused(str(said.get("sub_code") or said.get("code")))


def in_yuan(amount_fen: int) -> str:
    """An amount as Alipay writes it.

    >>> in_yuan(19905), in_yuan(7)
    ('199.05', '0.07')
    """
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def in_fen(yuan: str) -> int | None:
    """An amount that Alipay wrote; None if that is none.

    >>> in_fen("199.05"), in_fen("199.5"), in_fen("-1.00")
    (19905, None, None)
    """
    said = _YUAN.fullmatch(yuan)
    return int(said[1]) * 100 + int(said[2]) if said else None


def _timestamp() -> str:
    # The SDK would write the machine's local time; Alipay reads it as China's.
    return f"{clock.now().astimezone(_CHINA):%Y-%m-%d %H:%M:%S}"
