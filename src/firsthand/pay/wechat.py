"""WeChat Pay (API v3): a code to scan at a desk, WeChat's own page on a phone.

Paying inside of WeChat (JSAPI) needs the payer's openid, which the house does not ask for.
What WeChat says is believed when it is signed by the public key that it gave this merchant
(微信支付公钥), addressed to this merchant and app, and of the last minutes. It cannot list
what was paid lately, so reconciliation asks for each payment that is still open.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
from wechatpayv3 import WeChatPay, WeChatPayType

from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.pay import provider as providers
from firsthand.pay.models import Payment
from firsthand.pay.provider import NOBODY, Answer, Payer
from firsthand.pay.rules import TOLERANCE_SECONDS, Kind, Word

PAY_WITHIN = timedelta(minutes=30)
TIMEOUT_SECONDS = (5, 10)  # to be reached, and to answer
SIGNED_BY = "WECHATPAY2-SHA256-RSA2048"

_CHINA = timezone(timedelta(hours=8))
_SEALS = ("Signature", "Timestamp", "Nonce", "Serial", "Signature-Type")
_KINDS = {
    "SUCCESS": Kind.PAID,
    "CLOSED": Kind.FAILED,
    "REVOKED": Kind.FAILED,
    "PAYERROR": Kind.FAILED,
}

_NOTHING_TO_CLOSE = {"ORDERPAID", "ORDER_CLOSED", "ORDER_NOT_EXIST", "ORDERNOTEXIST"}

log = get_logger(__name__)


class _Amount(msgspec.Struct):
    total: int
    currency: str = "CNY"
    refund: int = 0


class _Trade(msgspec.Struct):
    appid: str
    mchid: str
    out_trade_no: UUID
    trade_state: str
    amount: _Amount | None = None
    transaction_id: str = ""


class _MoneyBack(msgspec.Struct):
    out_trade_no: UUID
    out_refund_no: str
    refund_id: str
    amount: _Amount
    transaction_id: str = ""
    mchid: str = ""
    refund_status: str = ""  # as a notice calls it
    status: str = ""  # as an answer calls it


class WeChat:
    """The provider ``wechat``."""

    name = "wechat"
    gateway = "https://api.mch.weixin.qq.com"

    def __init__(self) -> None:
        account = providers.account_of("wechat")
        self._app, self._merchant = account["app"], account["merchant"]
        self._public_key_id = account["public_key_id"]
        self._client = WeChatPay(
            WeChatPayType.NATIVE,
            mchid=self._merchant,
            private_key=account["key_file"],
            cert_serial_no=account["key_serial"],
            appid=self._app,
            apiv3_key=account["api_key_file"],
            notify_url=providers.reachable(f"/pay/{self.name}/webhook/"),
            timeout=TIMEOUT_SECONDS,
            public_key=account["public_key_file"],
            public_key_id=self._public_key_id,
        )
        self._client._core._gate_way = self.gateway  # the SDK has no other door for it

    def open(self, payment: Payment, return_url: str, payer: Payer = NOBODY) -> str:
        """WeChat's page on a phone (which needs to know his address), else a code to scan."""
        asked = {
            "description": f"Firsthand {payment.purpose.rpartition(':')[2]}",
            "out_trade_no": payment.reference.hex,
            "amount": {"total": payment.amount_fen, "currency": payment.currency},
            "time_expire": (payment.opened_at + PAY_WITHIN)
            .astimezone(_CHINA)
            .isoformat(timespec="seconds"),
        }
        if payer.is_on_phone and payer.address:
            scene = {"payer_client_ip": payer.address, "h5_info": {"type": "Wap"}}
            said = self._ask(self._client.pay, **asked, scene_info=scene, pay_type=WeChatPayType.H5)
            return str(said["h5_url"])
        return str(self._ask(self._client.pay, **asked)["code_url"])

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Word:
        """What a notice says: signed by WeChat, opened by our key, meant for this shop."""
        lowered = {name.lower(): value for name, value in headers.items()}
        seal = {f"Wechatpay-{one}": lowered.get(f"wechatpay-{one}".lower(), "") for one in _SEALS}
        if not self._may_be_sealed(seal, now):
            raise providers.is_forged()
        try:
            notice = self._client.callback(seal, body)
        except (ValueError, KeyError, TypeError):
            notice = None
        if not notice:
            raise providers.is_forged()
        try:
            if str(notice["event_type"]).startswith("REFUND."):
                return self._of_refund(msgspec.convert(notice["resource"], _MoneyBack))
            return self._word(msgspec.convert(notice["resource"], _Trade))
        except (KeyError, msgspec.ValidationError):
            raise providers.makes_no_sense() from None

    def answer(self, refusal: Refusal | None) -> Answer:
        """WeChat reads a code; whatever is not a success it says again, for a day."""
        said = {"code": "SUCCESS"} if refusal is None else {"code": "FAIL", "message": refusal.code}
        status = 200 if refusal is None else refusal.status
        return Answer(status, "application/json", json.dumps(said).encode())

    def close(self, payment: Payment) -> None:
        """Close WeChat's order. What is paid, closed or unknown there stays what it is."""
        try:
            self._ask(self._client.close, out_trade_no=payment.reference.hex)
        except Refusal as no:
            if no.fields.get("provider_code") not in _NOTHING_TO_CLOSE:
                raise

    def refund(self, payment: Payment, amount_fen: int, key: UUID) -> None:
        """Give money back, once for a key. What WeChat has taken over it will pay out."""
        said = self._ask(
            self._client.refund,
            out_refund_no=key.hex,
            transaction_id=payment.provider_reference,
            amount={
                "refund": amount_fen,
                "total": payment.amount_fen,
                "currency": payment.currency,
            },
        )
        back = msgspec.convert(said, _MoneyBack)
        if back.status not in ("SUCCESS", "PROCESSING"):
            raise providers.has_refused(back.status)
        if (back.out_refund_no, back.amount.refund) != (key.hex, amount_fen):
            raise providers.has_refused("another_refund")

    def paid_since(self, since: datetime) -> Iterable[Word]:
        """Which of the payments that we know no good end of were paid, as WeChat says."""
        for payment in providers.not_yet_heard(self.name, since):
            try:
                said = self._ask(self._client.query, out_trade_no=payment.reference.hex)
            except Refusal as no:
                if no.fields.get("provider_code") == "ORDER_NOT_EXIST":
                    continue  # its payer never came so far
                raise
            word = self._word(msgspec.convert(said, _Trade))
            if word.reference != payment.reference:
                raise providers.has_refused("another_payment")
            if word.kind is Kind.PAID:
                yield word

    def _may_be_sealed(self, seal: Mapping[str, str], now: datetime) -> bool:
        at = seal["Wechatpay-Timestamp"]
        if re.fullmatch(r"[0-9]{1,12}", at) is None:
            return False
        # The SDK would go and ask for the key of a name that it does not know: anybody
        # could send it there. It also reads base64 that is not quite base64.
        return (
            seal["Wechatpay-Serial"] == self._public_key_id
            and seal["Wechatpay-Signature-Type"] == SIGNED_BY
            and providers.is_canonical(seal["Wechatpay-Signature"])
            and abs(now.astimezone(UTC).timestamp() - int(at)) <= TOLERANCE_SECONDS
        )

    def _word(self, trade: _Trade) -> Word:
        if (trade.mchid, trade.appid) != (self._merchant, self._app):
            raise providers.is_for_another()
        kind = _KINDS.get(trade.trade_state, Kind.OTHER)
        if kind is Kind.PAID and (trade.amount is None or not trade.transaction_id):
            raise providers.makes_no_sense()
        amount = trade.amount or _Amount(0)
        return Word(
            provider=self.name,
            # The notice has a number of its own, but asking for the payment has none: both
            # say the same of the same payment, and must count as one word.
            word_id=f"{trade.transaction_id or trade.out_trade_no.hex}:{trade.trade_state}",
            kind=kind,
            reference=trade.out_trade_no,
            provider_reference=trade.transaction_id,
            amount_fen=amount.total,
            currency=amount.currency,
        )

    def _of_refund(self, back: _MoneyBack) -> Word:
        if back.mchid != self._merchant:
            raise providers.is_for_another()
        if back.refund_status != "SUCCESS":
            log.warning("refund_needs_a_person", provider=self.name, refund_key=back.out_refund_no)
        return Word(
            provider=self.name,
            word_id=f"{back.refund_id}:{back.refund_status}",
            kind=Kind.OTHER,
            reference=back.out_trade_no,
            provider_reference=back.transaction_id,
            amount_fen=back.amount.refund,
        )

    def _ask(self, call: Callable[..., tuple[int, Any]], **words: Any) -> dict[str, Any]:
        try:
            status, text = call(**words)
            said = json.loads(text) if text else {}
        except Exception as fault:  # noqa: BLE001 - the SDK raises a bare Exception for a bad seal
            log.warning("provider_silent", provider=self.name, fault=type(fault).__name__)
            raise providers.is_silent() from None
        if status in (200, 204) and isinstance(said, dict):
            return said
        if status == 429 or status >= 500:
            raise providers.is_silent()
        raise providers.has_refused(str(said.get("code", status)))
