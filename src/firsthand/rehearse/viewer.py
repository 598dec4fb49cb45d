"""One simulated viewer: he watches, likes, chats, sees cards, and sometimes buys.

What he does is drawn from his own generator, so that a rehearsal with the same seed has the
same people in it; when they do it depends on the show, as with people.
"""

import asyncio
import json
import random
import ssl
import time
from urllib.parse import urlencode
from uuid import UUID

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from firsthand.rehearse import words
from firsthand.rehearse.summary import Summary
from firsthand.rehearse.visitor import Visitor

BEAT_SECONDS = 10.0
CHAT_SECONDS = 25.0  # between two lines of one viewer, on average
LIKE_SECONDS = 6.0
BUY_SHARE = 0.35  # of those who see a card
PAY_SHARE = 0.85  # of those who hold
RETURN_SECONDS = 1.0


def _any_certificate() -> ssl.SSLContext:
    """For the house's own certificate, on its own machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Viewer:
    """Somebody in front of a room; ``watch`` is his whole evening."""

    def __init__(self, address: str, slug: str, seed: int, summary: Summary) -> None:
        self._address, self._slug, self._summary = address, slug, summary
        self._chance = random.Random(seed)  # noqa: S311 - behaviour, not secrets
        self._name = self._chance.choice(words.NAMES)
        self._visitor = Visitor(address, language=self._chance.choice(["zh-hans", "zh-hans", "en"]))
        self._badge = ""
        self._show_id = 0
        self._seen = 0
        self._heard = False
        self._socket: ClientConnection | None = None
        self._bought: set[int] = set()
        self._offers: dict[int, dict[str, int]] = {}
        self._errands: set[asyncio.Task[None]] = set()

    async def watch(self, until: float) -> None:
        """Come in, stay until a time of the monotonic clock, leave."""
        try:
            if not await self._enter():
                return
            while time.monotonic() < until:
                try:
                    await self._sit(until)
                except (ConnectionClosed, OSError, InvalidStatus):
                    self._summary.counts["reconnects"] += 1
                    await asyncio.sleep(RETURN_SECONDS * self._chance.uniform(0.5, 1.5))
            if not self._heard:
                self._summary.faults["room said nothing"] += 1
        except httpx.HTTPError as fault:
            self._summary.faults[type(fault).__name__] += 1
        finally:
            for errand in self._errands:
                errand.cancel()
            await asyncio.gather(*self._errands, return_exceptions=True)
            await self._visitor.close()

    async def _enter(self) -> bool:
        page = await self._visitor.open(f"/shows/{self._slug}/")
        if page.status != 200 or "badge" not in page.data:
            self._summary.faults[f"room page {page.status}"] += 1
            return False
        self._badge = page.data["badge"]
        self._show_id = int(page.data["show"])
        self._summary.entered += 1
        return True

    async def _sit(self, until: float) -> None:
        where = self._address.replace("http", "ws", 1)
        query = urlencode({"seen": self._seen, "lang": "zh", "badge": self._badge})
        async with connect(
            f"{where}/live/{self._show_id}/room?{query}",
            origin=self._address,  # type: ignore[arg-type]  # a plain string will do
            additional_headers={"Cookie": self._visitor.cookies},
            max_size=2**20,
            proxy=None,
            ssl=_any_certificate() if where.startswith("wss:") else None,
        ) as socket:
            self._socket = socket
            doings = [
                asyncio.create_task(self._listen(socket)),
                asyncio.create_task(self._fidget(socket)),
            ]
            try:
                await asyncio.wait(
                    doings,
                    timeout=max(0.0, until - time.monotonic()),
                    return_when=asyncio.FIRST_COMPLETED,
                )
            finally:
                for doing in doings:
                    doing.cancel()
                await asyncio.gather(*doings, return_exceptions=True)

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            message = json.loads(text)
            self._heard = True
            self._seen = message.get("seq", self._seen)
            if message["t"] == "snapshot":
                state = message["state"]
                self._offers = {int(key): offer for key, offer in state["offers"].items()}
                if state.get("card"):
                    await self._see(socket, state["card"])
            self._offers.update(
                {int(key): offer for key, offer in message.get("offers", {}).items()}
            )
            for cue in message.get("cues", []):
                if cue["kind"] == "card":
                    await self._see(socket, cue)

    async def _see(self, socket: ClientConnection, cue: dict[str, int]) -> None:
        offer_id = int(cue["offer_id"])
        self._summary.counts["cards seen"] += 1
        await _say(socket, t="seen", offer_id=offer_id, cue_id=cue["id"], error_ms=0)
        if offer_id not in self._bought and self._chance.random() < BUY_SHARE:
            self._bought.add(offer_id)
            errand = asyncio.create_task(self._buy(socket, offer_id))
            self._errands.add(errand)
            errand.add_done_callback(self._errands.discard)

    async def _fidget(self, socket: ClientConnection) -> None:
        next_beat = time.monotonic() + BEAT_SECONDS
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / LIKE_SECONDS) + 0.3)
            await _say(socket, t="like", n=self._chance.randint(1, 5))
            self._summary.counts["likes"] += 1
            if self._chance.random() < LIKE_SECONDS / CHAT_SECONDS:
                choice = words.QUESTIONS if self._chance.random() < 0.4 else words.NOISE
                key = str(UUID(int=self._chance.getrandbits(128), version=4))
                await _say(socket, t="chat", text=self._chance.choice(choice), key=key)
                self._summary.counts["lines said"] += 1
            if time.monotonic() >= next_beat:
                next_beat += BEAT_SECONDS
                await _say(
                    socket,
                    t="beat",
                    watched_ms=int(BEAT_SECONDS * 1000),
                    stalled_ms=0,
                    latency_ms=1600,
                )

    async def _buy(self, socket: ClientConnection, offer_id: int) -> None:
        try:
            await asyncio.sleep(self._chance.uniform(0.5, 6))
            await _say(socket, t="click", offer_id=offer_id)
            self._summary.counts["cards clicked"] += 1
            if not await self._known():
                return
            order = await self._press(offer_id)
            if order and self._chance.random() < PAY_SHARE:
                await asyncio.sleep(self._chance.uniform(0.5, 5))
                await self._pay(order)
        except ConnectionClosed:
            return
        except httpx.HTTPError as fault:
            self._summary.faults[type(fault).__name__] += 1

    async def _known(self) -> bool:
        """Give a name and an address, once; the house gives a badge for them."""
        if not self._badge.startswith("0."):
            return True
        page = await self._visitor.open(f"/guest/?next=/shows/{self._slug}/")
        form = page.form("phone")
        if form is None:
            self._summary.faults[f"guest page {page.status}"] += 1
            return False
        back = await self._visitor.send(
            page,
            form,
            name=self._name,
            phone=f"138{self._chance.randint(10_000_000, 99_999_999)}",
            region=self._chance.choice(words.REGIONS),
            street=self._chance.choice(words.STREETS),
        )
        if back.status != 200 or back.data.get("badge", "0.").startswith("0."):
            self._summary.faults[f"guest form {back.status}"] += 1
            return False
        self._badge = back.data["badge"]
        self._summary.counts["guests"] += 1
        if self._socket is not None:
            # He comes in anew by his name, as the page does: so the report knows him for one.
            await self._socket.close()
        return True

    async def _press(self, offer_id: int) -> str | None:
        offer = self._offers.get(offer_id)
        if offer is None:
            return None
        began = time.perf_counter()
        response = await self._visitor.post_json(
            f"/live/{self._show_id}/orders",
            {
                "badge": self._badge,
                "key": str(UUID(int=self._chance.getrandbits(128), version=4)),
                "offer_id": offer_id,
                "quantity": 1,
                "price_version": offer["price_version"],
                "price_fen": offer["price_fen"],
            },
        )
        self._summary.press_ms.append((time.perf_counter() - began) * 1000)
        said = response.json()
        outcome = str(said.get("outcome") or said.get("code") or response.status_code)
        self._summary.answers[outcome] += 1
        if response.status_code >= 500 and response.status_code != 503:
            self._summary.faults[f"order door {response.status_code}"] += 1
        return str(said["order"]) if response.status_code == 201 else None

    async def _pay(self, order: str) -> None:
        page = await self._visitor.open(f"/orders/{order}/pay/")
        if "/pay/sandbox/" not in page.url:
            form = page.form("provider")
            if form is None:
                self._summary.faults[f"pay page {page.status}"] += 1
                return
            page = await self._visitor.send(page, form)
        bank = page.form("choice")
        if bank is None:
            self._summary.faults[f"bank page {page.status}"] += 1
            return
        done = await self._visitor.send(page, bank, button="pay")
        if done.status == 200:
            self._summary.counts["paid"] += 1
        else:
            self._summary.faults[f"bank {done.status}"] += 1


async def _say(socket: ClientConnection, **said: object) -> None:
    await socket.send(json.dumps(said))
