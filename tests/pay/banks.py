"""Banks of the tests: servers on loopback that verify what we ask and sign what they say.

They know nothing of our code or of the SDKs: signatures are checked and made by
``cryptography`` and ``hmac``, as the providers' documents describe them. Each keeps its own
book. What was asked with a wrong signature is refused, as the real one would, and noted.
"""

import hmac
import json
import re
import secrets
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

CHINA = timezone(timedelta(hours=8))


@cache
def key(owner: str) -> RSAPrivateKey:
    """A key pair of somebody, made once a run."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(owner: str) -> str:
    return (
        key(owner)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def public_pem(owner: str) -> str:
    return (
        key(owner)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def signed(owner: str, message: bytes) -> str:
    return b64encode(key(owner).sign(message, PKCS1v15(), SHA256())).decode()


def is_signed(owner: str, message: bytes, signature: str) -> bool:
    try:
        key(owner).public_key().verify(b64decode(signature), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


class Said(NamedTuple):
    """What a bank says: an answer, or a webhook."""

    headers: dict[str, str]
    body: bytes
    status: int = 200


@dataclass
class Trade:
    """A payment in a bank's book."""

    reference: UUID
    amount_fen: int
    number: str  # the bank's own name for it
    state: str = "open"  # open, paid, failed
    currency: str = "CNY"
    words: dict[str, str] = field(default_factory=dict)  # what else it was asked with


@dataclass
class Back:
    """A refund in a bank's book."""

    key: str
    reference: UUID
    amount_fen: int


class Bank:
    """What all of them have: a book, a door, and a way to be made to fail."""

    name: ClassVar[str]
    content_type: ClassVar[str] = "application/json"

    def __init__(self) -> None:
        self.address = ""
        self.trades: dict[UUID, Trade] = {}
        self.backs: dict[str, Back] = {}
        self.badly_signed: list[str] = []
        self.asked: list[str] = []
        self.forges = False  # signs its answers with a key that is not its own
        self.is_down = False
        self.refund_state = ""

    def account(self, place: Path) -> dict[str, str]:
        """Our account with it, as the settings would say, with the keys' files in PLACE."""
        raise NotImplementedError

    def visit(self, to: str) -> Trade:
        """The payer follows where he was sent; the trade that he finds there."""
        raise NotImplementedError

    def notice(self, trade: Trade, **other: Any) -> Said:
        """The webhook that tells of a trade; OTHER than the truth, if a test says so."""
        raise NotImplementedError

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Said:
        """What it answers to a request."""
        raise NotImplementedError

    def pay(self, to: str) -> Trade:
        """The payer follows where he was sent, and pays."""
        trade = self.visit(to)
        assert trade.state != "closed", "nobody can pay this any more"
        trade.state = "paid"
        return trade

    def close(self, reference: UUID) -> bool:
        """The shop wants it closed; whether it could be."""
        trade = self.trades.get(reference)
        if trade is None or trade.state == "paid":
            return False
        trade.state = "closed"
        return True

    def refunded_fen(self, reference: UUID) -> int:
        return sum(one.amount_fen for one in self.backs.values() if one.reference == reference)


@contextmanager
def opened(bank: Bank) -> Iterator[Bank]:
    """A bank with its door open, on a port that was free."""

    class Door(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            bank.asked.append(f"{self.command} {urlsplit(self.path).path}")
            if bank.is_down:
                said = Said({}, b"out of order", 503)
            else:
                said = bank.answer(self.command, self.path, dict(self.headers.items()), body)
            self.send_response(said.status)
            for name, value in {"Content-Type": "application/json", **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = _any  # noqa: N815 - http.server calls them so

        def log_message(self, *args: Any) -> None:
            """A bank does not talk."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    bank.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield bank
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class WeChatBank(Bank):
    """WeChat Pay, API v3: Native, H5, query, refund, notices."""

    name = "wechat"
    APP, MERCHANT, SERIAL = (
        "wx0123456789abcdef",
        "1900000001",
        "5F2A00000000000000000000000000000000BEEF",
    )
    PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012024010100000000"
    API_KEY = "an-api-v3-key-of-32-characters!!"

    def account(self, place: Path) -> dict[str, str]:
        (place / "ours.pem").write_text(private_pem("shop"))
        (place / "theirs.pem").write_text(public_pem("wechat"))
        (place / "api").write_text(self.API_KEY + "\n")
        return {
            "merchant": self.MERCHANT,
            "app": self.APP,
            "key_file": str(place / "ours.pem"),
            "key_serial": self.SERIAL,
            "api_key_file": str(place / "api"),
            "public_key_file": str(place / "theirs.pem"),
            "public_key_id": self.PUBLIC_KEY_ID,
        }

    def visit(self, to: str) -> Trade:
        number = to.rpartition("=")[2]
        return next(one for one in self.trades.values() if one.number == number)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Said:
        if not self._is_from_the_shop(method, path, headers.get("Authorization", ""), body):
            self.badly_signed.append(path)
            return self._no(401, "SIGN_ERROR")
        if headers.get("Wechatpay-Serial") != self.PUBLIC_KEY_ID:
            return self._no(400, "PARAM_ERROR")
        place = urlsplit(path).path
        if place in ("/v3/pay/transactions/native", "/v3/pay/transactions/h5"):
            return self._opened(json.loads(body), is_h5=place.endswith("h5"))
        if place == "/v3/refund/domestic/refunds":
            return self._back(json.loads(body))
        closed = re.fullmatch(r"/v3/pay/transactions/out-trade-no/([0-9a-f]{32})/close", place)
        if closed:
            return self._closed(UUID(closed[1]), json.loads(body))
        asked = re.fullmatch(r"/v3/pay/transactions/out-trade-no/([0-9a-f]{32})", place)
        if asked and path.endswith(f"?mchid={self.MERCHANT}"):
            trade = self.trades.get(UUID(asked[1]))
            return self._yes(self.trade(trade)) if trade else self._no(404, "ORDER_NOT_EXIST")
        return self._no(404, "RESOURCE_NOT_EXISTS")

    def _closed(self, reference: UUID, asked: dict[str, Any]) -> Said:
        if asked != {"mchid": self.MERCHANT}:
            return self._no(400, "PARAM_ERROR")
        if self.close(reference):
            return Said(self._seal(b""), b"", 204)
        is_there = reference in self.trades
        return self._no(400, "ORDERPAID") if is_there else self._no(404, "ORDER_NOT_EXIST")

    def trade(self, trade: Trade, **other: Any) -> dict[str, Any]:
        states = {"open": "NOTPAY", "paid": "SUCCESS", "failed": "PAYERROR", "closed": "CLOSED"}
        state = states[trade.state]
        return {
            "appid": self.APP,
            "mchid": self.MERCHANT,
            "out_trade_no": trade.reference.hex,
            "trade_state": state,
            "trade_state_desc": "一句话",
            "amount": {"total": trade.amount_fen, "currency": trade.currency},
            **({} if trade.state == "open" else {"transaction_id": trade.number}),
            **other,
        }

    def notice(self, trade: Trade, **other: Any) -> Said:
        if "amount_fen" in other:
            other["amount"] = {"total": other.pop("amount_fen"), "currency": trade.currency}
        if "currency" in other:
            other["amount"] = {"total": trade.amount_fen, "currency": other.pop("currency")}
        return self.told("TRANSACTION.SUCCESS", self.trade(trade, **other))

    def told(self, event: str, resource: dict[str, Any], at: float | None = None) -> Said:
        """A notice, sealed by AES-GCM and signed."""
        nonce = secrets.token_hex(6)
        hidden = AESGCM(self.API_KEY.encode()).encrypt(
            nonce.encode(), json.dumps(resource).encode(), b"transaction"
        )
        body = json.dumps(
            {
                "id": secrets.token_hex(16),
                "event_type": event,
                "resource_type": "encrypt-resource",
                "summary": "支付成功",
                "resource": {
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": b64encode(hidden).decode(),
                    "nonce": nonce,
                    "associated_data": "transaction",
                },
            },
            ensure_ascii=False,
        ).encode()
        return Said(self._seal(body, at), body)

    def _seal(self, body: bytes, at: float | None = None) -> dict[str, str]:
        at_text, nonce = str(int(at or time.time())), secrets.token_hex(16)
        message = f"{at_text}\n{nonce}\n".encode() + body + b"\n"
        return {
            "Wechatpay-Serial": self.PUBLIC_KEY_ID,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Timestamp": at_text,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": signed("a thief" if self.forges else "wechat", message),
        }

    def _yes(self, said: dict[str, Any]) -> Said:
        body = json.dumps(said, ensure_ascii=False).encode()
        return Said({"Content-Type": "application/json; charset=utf-8", **self._seal(body)}, body)

    def _no(self, status: int, code: str) -> Said:
        return Said({}, json.dumps({"code": code, "message": "不"}).encode(), status)

    def _is_from_the_shop(self, method: str, path: str, header: str, body: bytes) -> bool:
        scheme, _, rest = header.partition(" ")
        said = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        message = f"{method}\n{path}\n{said.get('timestamp')}\n{said.get('nonce_str')}\n".encode()
        return (
            scheme == "WECHATPAY2-SHA256-RSA2048"
            and (said.get("mchid"), said.get("serial_no")) == (self.MERCHANT, self.SERIAL)
            and abs(time.time() - int(said.get("timestamp", 0))) < 300
            and is_signed("shop", message + body + b"\n", said.get("signature", ""))
        )

    def _opened(self, asked: dict[str, Any], *, is_h5: bool) -> Said:
        if (asked["appid"], asked["mchid"]) != (self.APP, self.MERCHANT):
            return self._no(400, "APPID_MCHID_NOT_MATCH")
        if (
            not asked["notify_url"].startswith("https://shop.example/")
            or "?" in asked["notify_url"]
        ):
            return self._no(400, "PARAM_ERROR")
        if is_h5 and not asked["scene_info"]["payer_client_ip"]:
            return self._no(400, "PARAM_ERROR")
        datetime.fromisoformat(asked["time_expire"])
        reference = UUID(asked["out_trade_no"])
        amount = asked["amount"]
        trade = self.trades.setdefault(
            reference, Trade(reference, amount["total"], f"42{secrets.randbelow(10**26):026d}")
        )
        if (trade.amount_fen, trade.currency) != (amount["total"], amount["currency"]):
            return self._no(400, "INVALID_REQUEST")
        if trade.state == "paid":
            return self._no(400, "ORDERPAID")
        if is_h5:
            return self._yes(
                {"h5_url": f"https://wx.tenpay.com/cgi-bin/x?prepay_id={trade.number}"}
            )
        return self._yes({"code_url": f"weixin://wxpay/bizpayurl?pr={trade.number}"})

    def _back(self, asked: dict[str, Any]) -> Said:
        number, amount = asked["out_refund_no"], asked["amount"]
        trade = next(
            (one for one in self.trades.values() if one.number == asked["transaction_id"]), None
        )
        if trade is None or trade.state != "paid":
            return self._no(404, "RESOURCE_NOT_EXISTS")
        earlier = self.backs.get(number)
        if earlier is None:
            left = trade.amount_fen - self.refunded_fen(trade.reference)
            if amount["total"] != trade.amount_fen or amount["refund"] > left:
                return self._no(400, "INVALID_REQUEST")
            earlier = self.backs[number] = Back(number, trade.reference, amount["refund"])
        elif earlier.amount_fen != amount["refund"]:
            return self._no(400, "INVALID_REQUEST")
        return self._yes(
            {
                "refund_id": f"50{number[:20]}",
                "out_refund_no": number,
                "transaction_id": trade.number,
                "out_trade_no": trade.reference.hex,
                "status": self.refund_state or "PROCESSING",
                "amount": {
                    "total": trade.amount_fen,
                    "refund": earlier.amount_fen,
                    "currency": "CNY",
                },
            }
        )


class AlipayBank(Bank):
    """Alipay's gateway: its page, query, refund, notices."""

    name = "alipay"
    content_type = "application/x-www-form-urlencoded"
    APP, SELLER = "2021000000000001", "2088000000000001"

    def account(self, place: Path) -> dict[str, str]:
        (place / "ours.pem").write_text(private_pem("shop"))
        (place / "theirs.pem").write_text(public_pem("alipay"))
        return {
            "app": self.APP,
            "seller": self.SELLER,
            "key_file": str(place / "ours.pem"),
            "public_key_file": str(place / "theirs.pem"),
        }

    def visit(self, to: str) -> Trade:
        asked = self._read(urlsplit(to).query)
        assert asked is not None, "the payer would see an error: the signature is not right"
        assert asked["method"] in ("alipay.trade.page.pay", "alipay.trade.wap.pay")
        assert asked["notify_url"] == "https://shop.example/pay/alipay/webhook/"
        words = json.loads(asked["biz_content"])
        reference = UUID(words["out_trade_no"])
        amount_fen = round(float(words["total_amount"]) * 100)
        number = f"20261123{secrets.randbelow(10**20):020d}"
        extra = {"return_url": asked["return_url"], "method": asked["method"], **words}
        return self.trades.setdefault(reference, Trade(reference, amount_fen, number, words=extra))

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Said:
        asked = self._read(urlsplit(path).query)
        if asked is None:
            self.badly_signed.append(path)
            no = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature"}
            return Said({}, json.dumps({"error_response": no}).encode())
        words = json.loads(asked["biz_content"])
        trade = self.trades.get(UUID(words["out_trade_no"]))
        if trade is None:
            said = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST"}
        elif asked["method"] == "alipay.trade.close":
            is_open = trade.state in ("open", "failed")
            said = {"code": "10000", "msg": "Success", "out_trade_no": trade.reference.hex}
            if not is_open or not self.close(trade.reference):
                said = {"code": "40004", "sub_code": "ACQ.TRADE_STATUS_ERROR"}
        elif asked["method"] == "alipay.trade.query":
            said = {"code": "10000", "msg": "Success", **self.trade(trade)}
        elif asked["method"] == "alipay.trade.refund":
            said = self._back(trade, words)
        else:
            said = self._told_back(trade, words)
        inner = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        name = asked["method"].replace(".", "_") + "_response"
        seal = signed("a thief" if self.forges else "alipay", inner.encode())
        return Said({}, f'{{"{name}":{inner},"sign":"{seal}"}}'.encode())

    def trade(self, trade: Trade) -> dict[str, str]:
        state = {
            "open": "WAIT_BUYER_PAY",
            "paid": "TRADE_SUCCESS",
            "failed": "TRADE_CLOSED",
            "closed": "TRADE_CLOSED",
        }
        return {
            "out_trade_no": trade.reference.hex,
            "trade_no": trade.number,
            "trade_status": state[trade.state],
            "total_amount": f"{trade.amount_fen / 100:.2f}",
        }

    def notice(self, trade: Trade, **other: Any) -> Said:
        if "amount_fen" in other:
            other["total_amount"] = f"{other.pop('amount_fen') / 100:.2f}"
        if "currency" in other:
            other["trans_currency"] = other.pop("currency")
        said = {
            "app_id": self.APP,
            "seller_id": self.SELLER,
            "charset": "utf-8",
            "notify_id": secrets.token_hex(17),
            "notify_time": f"{datetime.now(CHINA):%Y-%m-%d %H:%M:%S}",
            "subject": "Firsthand 一手",
            **self.trade(trade),
            **other,
        }
        message = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
        seal = signed("a thief" if self.forges else "alipay", message.encode())
        return Said({}, urlencode({**said, "sign_type": "RSA2", "sign": seal}).encode())

    def _read(self, query: str) -> dict[str, str] | None:
        """What the shop asked, if it signed it a short while ago, by China's clock."""
        said = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))
        seal = said.pop("sign", "")
        message = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
        at = datetime.strptime(said["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        is_true = (
            is_signed("shop", message.encode(), seal)
            and (said["app_id"], said["sign_type"]) == (self.APP, "RSA2")
            and abs(datetime.now(CHINA) - at) < timedelta(minutes=15)
        )
        return said if is_true else None

    def _back(self, trade: Trade, words: dict[str, str]) -> dict[str, str]:
        amount_fen = round(float(words["refund_amount"]) * 100)
        number = words["out_request_no"]
        is_new = number not in self.backs
        if is_new:
            if amount_fen > trade.amount_fen - self.refunded_fen(trade.reference):
                return {"code": "40004", "sub_code": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"}
            self.backs[number] = Back(number, trade.reference, amount_fen)
        changed = "Y" if is_new and self.refund_state != "stuck" else "N"
        return {**self.trade(trade), "code": "10000", "fund_change": changed}

    def _told_back(self, trade: Trade, words: dict[str, str]) -> dict[str, str]:
        back = self.backs.get(words["out_request_no"])
        if back is None or self.refund_state == "stuck":
            return {"code": "10000", "msg": "Success"}
        return {
            "code": "10000",
            "out_trade_no": trade.reference.hex,
            "out_request_no": back.key,
            "refund_amount": f"{back.amount_fen / 100:.2f}",
            "refund_status": "REFUND_SUCCESS",
        }


class StripeBank(Bank):
    """Stripe: sessions, refunds, the list of events, signed webhooks."""

    name = "stripe"
    KEY, SECRET = "sk_test_of_the_tests", "whsec_of_the_tests"

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, dict[str, Any]] = {}
        self.by_key: dict[str, tuple[bytes, dict[str, Any]]] = {}
        self.page = 2  # events on a page: few, so that there are pages

    def account(self, place: Path) -> dict[str, str]:
        (place / "key").write_text(self.KEY + "\n")
        (place / "webhook").write_text(self.SECRET + "\n")
        return {"key_file": str(place / "key"), "webhook_key_file": str(place / "webhook")}

    def visit(self, to: str) -> Trade:
        number = urlsplit(to).path.rpartition("/")[2]
        return next(one for one in self.trades.values() if one.number == number)

    def pay(self, to: str) -> Trade:
        trade = super().pay(to)
        self.event(trade)
        return trade

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Said:
        if headers.get("Authorization") != f"Bearer {self.KEY}":
            self.badly_signed.append(path)
            return self._no(401, "invalid_request_error", "api_key_invalid")
        place, query = urlsplit(path).path, parse_qsl(urlsplit(path).query)
        page = re.fullmatch(r"/v1/checkout/sessions/(cs_test_[0-9a-f]+)(/expire)?", place)
        if page:
            return self._page(page[1], is_to_close=bool(page[2]))
        if method == "GET":
            made: dict[str, Any] = (
                self._events(query) if place == "/v1/events" else self._backs(dict(query))
            )
            return Said({}, json.dumps(made).encode())
        name = headers["Idempotency-Key"]
        earlier = self.by_key.get(name)
        if earlier is not None:
            if earlier[0] != body:
                return self._no(400, "idempotency_error", "idempotency_key_in_use")
            return Said({}, json.dumps(earlier[1]).encode())
        words = dict(parse_qsl(unquote(body.decode()), keep_blank_values=True))
        made = self._opened(words) if place == "/v1/checkout/sessions" else self._back(words)
        if not made:
            return self._no(400, "invalid_request_error", "charge_already_refunded")
        self.by_key[name] = (body, made)
        return Said({}, json.dumps(made).encode())

    def _page(self, number: str, *, is_to_close: bool) -> Said:
        trade = next(one for one in self.trades.values() if one.number == number)
        if is_to_close and (trade.state != "open" or not self.close(trade.reference)):
            return self._no(400, "invalid_request_error", "")
        return Said({}, json.dumps(self.session(trade)).encode())

    def session(self, trade: Trade, **other: Any) -> dict[str, Any]:
        is_paid = trade.state == "paid"
        return {
            "id": trade.number,
            "object": "checkout.session",
            "url": f"https://checkout.stripe.com/c/pay/{trade.number}",
            "client_reference_id": str(trade.reference),
            "amount_total": trade.amount_fen,
            "currency": trade.currency.lower(),
            "payment_status": "paid" if is_paid else "unpaid",
            "status": {"open": "open", "paid": "complete"}.get(trade.state, "expired"),
            "payment_intent": f"pi_{trade.number}" if is_paid else None,
            **other,
        }

    def event(self, trade: Trade, **other: Any) -> dict[str, Any]:
        """The event that tells how a trade stands; the same state is the same event."""
        kind = "expired" if trade.state == "failed" else "completed"
        live = other.pop("livemode", False)
        kind = other.pop("type", f"checkout.session.{kind}")
        if "amount_fen" in other:
            other["amount_total"] = other.pop("amount_fen")
        made = {
            "id": f"evt_{trade.number}_{trade.state}",
            "object": "event",
            "type": kind,
            "livemode": live,
            "created": int(time.time()),
            "data": {"object": self.session(trade, **other)},
        }
        return self.events.setdefault(made["id"], made) if not other and not live else made

    def notice(self, trade: Trade, **other: Any) -> Said:
        return self.told(self.event(trade, **other))

    def told(self, event: dict[str, Any], at: float | None = None) -> Said:
        """A webhook, signed."""
        body = json.dumps(event).encode()
        at_text = str(int(at or time.time()))
        secret = b"a thief's" if self.forges else self.SECRET.encode()
        digest = hmac.new(secret, at_text.encode() + b"." + body, "sha256").hexdigest()
        return Said({"Stripe-Signature": f"t={at_text},v1={digest}"}, body)

    def _no(self, status: int, kind: str, code: str) -> Said:
        said = {"error": {"type": kind, "code": code, "message": "no"}}
        return Said({}, json.dumps(said).encode(), status)

    def _opened(self, words: dict[str, str]) -> dict[str, Any]:
        assert words["mode"] == "payment"
        assert 30 * 60 <= int(words["expires_at"]) - time.time() <= 24 * 3600
        assert words["success_url"].startswith("https://shop.example/")
        reference = UUID(words["client_reference_id"])
        trade = Trade(
            reference,
            int(words["line_items[0][price_data][unit_amount]"])
            * int(words["line_items[0][quantity]"]),
            f"cs_test_{secrets.token_hex(8)}",
            currency=words["line_items[0][price_data][currency]"].upper(),
        )
        self.trades[reference] = trade
        return self.session(trade)

    def _back(self, words: dict[str, str]) -> dict[str, Any]:
        intent = words["payment_intent"]
        trade = next(one for one in self.trades.values() if f"pi_{one.number}" == intent)
        amount_fen = int(words["amount"])
        if amount_fen > trade.amount_fen - self.refunded_fen(trade.reference):
            return {}
        number = words["metadata[key]"]
        self.backs[secrets.token_hex(8)] = Back(number, trade.reference, amount_fen)
        return self._as_refund(number, amount_fen)

    def _as_refund(self, number: str, amount_fen: int) -> dict[str, Any]:
        return {
            "id": f"re_{number}",
            "object": "refund",
            "amount": amount_fen,
            "status": self.refund_state or "succeeded",
            "metadata": {"key": number},
        }

    def _backs(self, query: dict[str, str]) -> dict[str, Any]:
        intent = query["payment_intent"]
        trade = next(one for one in self.trades.values() if f"pi_{one.number}" == intent)
        data = [
            self._as_refund(one.key, one.amount_fen)
            for one in self.backs.values()
            if one.reference == trade.reference
        ]
        return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": data}

    def _events(self, query: list[tuple[str, str]]) -> dict[str, Any]:
        types = {value for name, value in query if name.startswith("types")}
        one_of = dict(query)
        found = [
            one
            for one in reversed(list(self.events.values()))
            if one["type"] in types and one["created"] >= int(one_of["created[gte]"])
        ]
        ids = [one["id"] for one in found]
        start = ids.index(one_of["starting_after"]) + 1 if "starting_after" in one_of else 0
        return {
            "object": "list",
            "url": "/v1/events",
            "has_more": start + self.page < len(found),
            "data": found[start : start + self.page],
        }


BANKS: list[type[Bank]] = [WeChatBank, AlipayBank, StripeBank]
