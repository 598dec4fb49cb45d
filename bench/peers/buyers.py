"""Buyers of any of the shops, in a process of their own: plain HTTP/1.1, cookies, open connections.

They are told what to do by a JSON line on their standard input, and write what came of it into
the file that is named there. Each shop has a buyer who knows its way: what he does beforehand
(a basket, an address) is not counted, and the steps that place the order are.

    look    they prepare, and go away again
    race    all of them press at the same moment, once
    flow    a few callers place orders one after the other, for some seconds or until all baskets
            that were filled beforehand are used up
"""

import asyncio
import json
import re
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ANSWER_SECONDS = 60
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Lost(Exception):
    """The shop hung up."""


class Told:
    """An answer."""

    def __init__(self, status: int, heads: dict, body: bytes) -> None:
        self.status, self.heads, self.body = status, heads, body

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode("utf-8", "replace")

    @property
    def place(self) -> str:
        """Where it sends the browser, without the house's name."""
        return urlsplit(self.heads.get("location", "")).path


class Browser:
    """One connection that stays open if the shop lets it, and its cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.heads: dict[str, str] = {}
        self.line = None

    async def ask(self, method: str, path: str, body: object = None, kind: str = JSON) -> Told:
        """Ask once, and read the whole answer."""
        if self.line is None:
            self.line = await asyncio.open_connection("127.0.0.1", self.port)
            is_fresh = True
        else:
            is_fresh = False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._ask(method, path, body, kind)
        except (OSError, asyncio.IncompleteReadError, Lost):
            self.close()
            if is_fresh:
                raise
        return await self.ask(method, path, body, kind)  # it had closed meanwhile

    async def _ask(self, method: str, path: str, body: object, kind: str) -> Told:
        reader, writer = self.line
        packed = b"" if body is None else _packed(body, kind)
        heads = {"host": f"127.0.0.1:{self.port}", "accept": "*/*", **self.heads}
        if body is not None:
            heads |= {"content-type": kind, "content-length": str(len(packed))}
        if self.cookies:
            heads["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in heads.items()),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode() + packed)
        first = await reader.readline()
        if not first:
            raise Lost
        status, told = int(first.split(b" ", 2)[1]), {}
        while line := (await reader.readline()).strip():
            name, _colon, value = line.decode("latin-1").partition(":")
            name, value = name.lower(), value.strip()
            if name == "set-cookie":
                cookie, _equals, rest = value.partition("=")
                self.cookies[cookie] = rest.partition(";")[0]
            told[name] = value
        if told.get("transfer-encoding", "") == "chunked":
            parts = []
            while size := int(await reader.readline(), 16):
                parts.append(await reader.readexactly(size))
                await reader.readline()
            await reader.readline()
            content = b"".join(parts)
        elif "content-length" in told:
            content = await reader.readexactly(int(told["content-length"]))
        else:
            content = await reader.read()
            told["connection"] = "close"
        if told.get("connection", "").lower() == "close":
            self.close()
        return Told(status, told, content)

    def close(self) -> None:
        """Hang up."""
        if self.line is not None:
            self.line[1].close()
            self.line = None


def _packed(body: object, kind: str) -> bytes:
    return (json.dumps(body) if kind == JSON else urlencode(body)).encode()


class Buyer:
    """Somebody who buys one piece: he prepares, and he buys."""

    prepares = True

    def __init__(self, asked: dict, n: int) -> None:
        self.asked, self.n = asked, n
        self.name = f"b{time.time_ns():x}{n}"
        ports = asked["ports"]
        self.browser = Browser(ports[n % len(ports)])

    async def prepare(self) -> None:
        """What a buyer does before he presses."""

    async def buy(self) -> str | None:
        """Place the order; None when it was accepted, and why not otherwise."""
        raise NotImplementedError


class Pretix(Buyer):
    """One call of the API that takes an order: unpaid, no e-mail."""

    prepares = False

    async def buy(self) -> str | None:
        """Order."""
        self.browser.heads["authorization"] = f"Token {self.asked['token']}"
        told = await self.browser.ask(
            "POST",
            "/api/v1/organizers/own/events/live/orders/",
            {
                "email": f"{self.name}@example.com",
                "locale": "en",
                "sales_channel": "web",
                "payment_provider": "manual",
                "send_email": False,
                "positions": [{"item": self.asked["item"], "variation": None, "price": "199.00"}],
            },
        )
        return None if told.status == 201 else f"{told.status} {told.text[:60]}"


class Oscar(Buyer):
    """A guest with a full basket and an address presses "place order"."""

    async def prepare(self) -> None:
        """Basket, e-mail, address; the preview is open."""
        ask, item = self.browser.ask, self.asked["item"]
        told = await ask("GET", f"/catalogue/{self.asked['slug']}_{item}/")
        basket = {"quantity": 1}
        await self._send(f"/basket/add/{item}/", told, basket)
        told = await ask("GET", "/checkout/")
        who = {"username": f"{self.name}@example.com", "options": "anonymous"}
        await self._send("/checkout/", told, who)
        told = await ask("GET", "/checkout/shipping-address/")
        where = {
            "first_name": "A",
            "last_name": "B",
            "line1": "1 Road",
            "line4": "Beijing",
            "postcode": "100000",
            "country": "CN",
        }
        await self._send("/checkout/shipping-address/", told, where)
        for path in ("/checkout/shipping-method/", "/checkout/payment-method/"):
            await ask("GET", path)
        self.preview = await ask("GET", "/checkout/preview/")
        if self.preview.status != 200:
            raise SystemExit(f"no preview: {self.preview.status} {self.preview.place}")

    async def _send(self, path: str, page: Told, words: dict) -> Told:
        found = TOKEN.search(page.text)
        if found is None:
            raise SystemExit(f"no form before {path}: {page.status} {page.place}")
        words = {"csrfmiddlewaretoken": found[1], **words}
        return await self.browser.ask("POST", path, words, FORM)

    async def buy(self) -> str | None:
        """Place it."""
        told = await self._send("/checkout/preview/", self.preview, {"action": "place_order"})
        return None if "thank-you" in told.place else f"{told.status} {told.place or 'told why'}"


class Vendure(Buyer):
    """A guest with an order that has an address: to the payment, and paid."""

    ADD = "mutation($v:ID!){addItemToOrder(productVariantId:$v,quantity:1){__typename}}"
    WHO = (
        'mutation($e:String!){setCustomerForOrder(input:{firstName:"A",lastName:"B",'
        "emailAddress:$e}){__typename}}"
    )
    WHERE = (
        'mutation{setOrderShippingAddress(input:{fullName:"A",streetLine1:"1 Road",'
        'city:"Beijing",postalCode:"100000",countryCode:"CN"}){__typename}}'
    )
    WAYS = "{eligibleShippingMethods{id}}"
    WAY = "mutation($m:[ID!]!){setOrderShippingMethod(shippingMethodId:$m){__typename}}"
    ARRANGE = (
        'mutation{transitionOrderToState(state:"ArrangingPayment"){__typename '
        "...on OrderStateTransitionError{transitionError}}}"
    )
    PAY = (
        'mutation{addPaymentToOrder(input:{method:"standard-payment",metadata:{}})'
        "{__typename ...on Order{state} ...on ErrorResult{message}}}"
    )

    async def _ask(self, query: str, **variables: object) -> dict:
        words = {"query": query, "variables": variables}
        told = await self.browser.ask("POST", "/shop-api", words)
        if badge := told.heads.get("vendure-auth-token"):
            self.browser.heads["authorization"] = f"Bearer {badge}"
        return json.loads(told.body).get("data") or {"no": told.text[:80]}

    async def prepare(self) -> None:
        """Everything but the payment."""
        await self._ask(self.ADD, v=self.asked["item"])
        await self._ask(self.WHO, e=f"{self.name}@example.com")
        await self._ask(self.WHERE)
        ways = (await self._ask(self.WAYS))["eligibleShippingMethods"]
        await self._ask(self.WAY, m=[ways[0]["id"]])

    async def buy(self) -> str | None:
        """Arrange the payment, and pay."""
        told = await self._ask(self.ARRANGE)
        if (told.get("transitionOrderToState") or {}).get("__typename") != "Order":
            return str(told)[:80]
        paid = (await self._ask(self.PAY)).get("addPaymentToOrder") or {}
        is_placed = paid.get("state") in ("PaymentAuthorized", "PaymentSettled")
        return None if is_placed else str(paid)[:80]


class Door(Buyer):
    """Firsthand's order door: the press is the order, held with its ship-by day."""

    prepares = False

    async def buy(self) -> str | None:
        """Press."""
        badges = self.asked["badges"]
        return (await self.press(self.asked["ports"], badges[self.n % len(badges)]))[1]

    async def press(self, ports: list, badge: str) -> tuple[str, str | None]:
        """The order's number, or why there is none."""
        self.browser.port = ports[self.n % len(ports)]
        told = await self.browser.ask(
            "POST",
            "/live/88/orders?lang=en",
            {
                "badge": badge,
                "key": str(uuid.uuid4()),
                "offer_id": self.asked["item"],
                "quantity": 1,
                "price_version": 1,
                "price_fen": self.asked["price_fen"],
            },
        )
        words = json.loads(told.body)
        return words.get("order", ""), None if told.status == 201 else words.get("code", "?")


class WholeWay(Door):
    """Firsthand as a guest meets it: the press, the way of paying, the bank, and it is paid."""

    prepares = True

    async def prepare(self) -> None:
        """A guest with an address."""
        pages = self.asked["web_ports"]
        self.shop = Browser(pages[self.n % len(pages)])
        self.token = ""
        page = await self.shop.ask("GET", "/guest/")
        self.shop.heads["accept"] = JSON
        where = {"region": "北京市海淀区", "street": "1 Road", "phone": f"1380{self.n:07d}"}
        told = await self._send("/guest/", page, {"name": "A", **where})
        if told.status != 200:
            raise SystemExit(f"no guest: {told.status} {told.text[:200]}")
        self.badge = json.loads(told.body)["badge"]
        del self.shop.heads["accept"]

    async def _send(self, path: str, page: Told | None, words: dict) -> Told:
        if page is not None and (found := TOKEN.search(page.text)):
            self.token = found[1]
        token = self.shop.cookies.get("csrftoken", self.token)
        words = {"csrfmiddlewaretoken": token, **words}
        return await self.shop.ask("POST", path, words, FORM)

    async def buy(self) -> str | None:
        """Press, choose the bank, pay there."""
        number, why_not = await self.press(self.asked["ports"], self.badge)
        if why_not:
            return why_not
        told = await self._send(f"/orders/{number}/pay/", None, {"provider": "sandbox"})
        if told.status != 302:
            return f"pay {told.status}"
        told = await self._send(told.place, None, {"choice": "pay"})
        return None if told.status == 302 and number in told.place else f"bank {told.status}"


SHOPS = {"pretix": Pretix, "oscar": Oscar, "vendure": Vendure, "door": Door, "whole": WholeWay}


async def run(asked: dict) -> dict:
    """Do what was asked, and tell."""
    make, count = SHOPS[asked["shop"]], asked["count"]
    took: list[float] = []
    no: Counter[str] = Counter()
    waiting = [make(asked, n) for n in range(count)]
    began = time.perf_counter()
    if make.prepares:
        await _prepare(waiting, asked["callers"])
    prepared = time.perf_counter() - began

    async def one(buyer: Buyer) -> None:
        since = time.perf_counter()
        try:
            why_not = await buyer.buy()
        except (OSError, asyncio.IncompleteReadError, Lost, TimeoutError) as fault:
            why_not = f"no answer: {type(fault).__name__}"
        if why_not is None:
            took.append(time.perf_counter() - since)
        else:
            no[why_not] += 1

    began = time.perf_counter()
    if asked["mode"] == "look":
        pass
    elif asked["mode"] == "race":
        await asyncio.gather(*(one(buyer) for buyer in waiting))
    elif make.prepares:
        left = iter(waiting)

        async def caller() -> None:
            for buyer in left:
                await one(buyer)

        await asyncio.gather(*(caller() for _n in range(asked["callers"])))
    else:
        until = began + asked["seconds"]

        async def stands(buyer: Buyer) -> None:
            while time.perf_counter() < until:
                await one(buyer)

        await asyncio.gather(*(stands(buyer) for buyer in waiting[: asked["callers"]]))
    seconds = time.perf_counter() - began
    for buyer in waiting:
        buyer.browser.close()
    took.sort()
    return {
        "accepted": len(took),
        "refused": dict(no),
        "seconds": seconds,
        "prepared": prepared,
        "p50": 1000 * took[len(took) // 2] if took else 0.0,
        "p99": 1000 * took[int(len(took) * 0.99)] if took else 0.0,
    }


async def _prepare(waiting: list, at_once: int) -> None:
    left = iter(waiting)

    async def some() -> None:
        for buyer in left:
            await buyer.prepare()

    await asyncio.gather(*(some() for _n in range(at_once)))


if __name__ == "__main__":
    import uvloop

    uvloop.install()
    told_to = json.loads(sys.stdin.readline())
    Path(told_to["into"]).write_text(json.dumps(asyncio.run(run(told_to))), encoding="utf-8")
