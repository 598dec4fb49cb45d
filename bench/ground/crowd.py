"""A crowd of buyers in a process of its own: raw HTTP/1.1 over connections that stay open.

It is told what to do by a JSON line on its standard input, and writes what came of it into
the file that is named there. With a curve (presses a second, for each second) it presses at those
times, whether or not there was an answer to the one before, over whichever connection is
free; without one everybody presses again as soon as he is answered.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter, deque
from contextlib import suppress
from pathlib import Path

import uvloop
from cpu import cpu_seconds_below
from sockets import SeatedCaller

DRAIN_SECONDS = 15.0


class Crowd:
    """All who press, and what they were told."""

    def __init__(self, asked: dict) -> None:
        self.asked = asked
        self.heads = [self._head(badge) for badge in asked["badges"]]
        forwarded = asked.get("forwarded")  # by which address a front of ours has seen them
        self.from_there = f"x-forwarded-for: {forwarded}\r\n".encode() if forwarded else b""
        self.told = Counter()
        self.numbers = []
        self.days = []
        self.took = []  # seconds, of presses that were held
        self.took_other = []
        self.lost_connections = 0
        self.free = deque()
        self.owed = deque()  # times of presses that wait for a connection
        self.until = 0.0
        self.calls = set()  # of those who call again
        self.chance = random.Random(asked.get("seed", 1))

    def _head(self, badge: str) -> bytes:
        price_fen = self.asked["price_fen"]
        words = f'"badge":"{badge}","quantity":1,"price_version":1,"price_fen":{price_fen},'
        return b"{" + words.encode()

    def body(self) -> bytes:
        """A press that nobody made before."""
        bits = self.chance.getrandbits
        key = b"%08x-%04x-4%03x-8%03x-%012x" % (bits(32), bits(16), bits(12), bits(12), bits(48))
        offer = self.asked["offers"][bits(30) % len(self.asked["offers"])]
        head = self.heads[bits(30) % len(self.heads)]
        return b'%s"key":"%s","offer_id":%d}' % (head, key, offer)

    def press(self) -> bytes:
        """The same as it goes over HTTP."""
        body = self.body()
        return (
            b"POST /live/88/orders?lang=en HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            b"content-type: application/json\r\n%scontent-length: %d\r\n\r\n%s"
            % (self.from_there, len(body), body)
        )

    async def run(self) -> dict:
        """Press until the time is up, wait for the last answers, and tell."""
        loop = asyncio.get_running_loop()
        ports = self.asked["ports"]
        callers = []
        for n in range(self.asked["connections"]):
            badge = self.asked["badges"][n % len(self.asked["badges"])]
            _way, caller = await loop.create_connection(
                lambda badge=badge: (
                    SeatedCaller(self, badge) if self.asked.get("seated") else Caller(self)
                ),
                "127.0.0.1",
                ports[n % len(ports)],
            )
            caller.port = ports[n % len(ports)]
            callers.append(caller)
        if self.asked.get("seated"):
            await asyncio.gather(*(caller.is_in for caller in callers))
        await asyncio.sleep(self.asked.get("delay", 0))
        curve = self.asked.get("curve")
        began, busy = time.perf_counter(), self._used()
        self.until = began + (len(curve) if curve else self.asked["seconds"])
        if curve:
            self.free.extend(callers)
            await self._follow(curve, began)
        else:
            for caller in callers:
                caller.press(time.perf_counter())
            await asyncio.sleep(self.until - time.perf_counter())
        ended = time.perf_counter()
        too_late = ended + DRAIN_SECONDS
        while time.perf_counter() < too_late:
            if not self.owed and not any(caller.is_waiting for caller in callers):
                break
            await asyncio.sleep(0.02)
        unanswered = len(self.owed) + sum(caller.is_waiting for caller in callers)
        return {
            "seconds": ended - began,
            "told": dict(self.told),
            "numbers": self.numbers,
            "days": self.days,
            "held": summary(self.took),
            "others": summary(self.took_other),
            "unanswered": unanswered,
            "lost_connections": self.lost_connections,
            "used": {name: used - busy[name] for name, used in self._used().items()},
        }

    def _used(self) -> dict:
        """The processor time of all who have a part in it, by their names."""
        return {
            "crowd": time.process_time(),
            **{name: sum(map(cpu_seconds_below, p)) for name, p in self.asked["watch"].items()},
        }

    async def _follow(self, curve: list, began: float) -> None:
        for second, rate in enumerate(curve):
            for n in range(int(rate)):
                due = began + second + n / rate
                late = time.perf_counter() - due
                if late < 0:
                    await asyncio.sleep(-late if late < -0.001 else 0)
                while self.free and self.free[0].transport.is_closing():
                    self.free.popleft()  # the door hung up; he comes back (hung_up)
                if self.free:
                    self.free.popleft().press(due)
                else:
                    self.owed.append(due)
                if n % 64 == 0:
                    await asyncio.sleep(0)

    def hung_up(self, caller: "Caller") -> None:
        """The door closed a line on which nobody spoke for a while: call again, as browsers do."""
        with suppress(ValueError):
            self.free.remove(caller)
        if self.asked.get("curve") and time.perf_counter() < self.until:
            self.calls.add(call := asyncio.ensure_future(self._call_again(caller)))
            call.add_done_callback(self.calls.discard)

    async def _call_again(self, caller: "Caller") -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: caller, "127.0.0.1", caller.port)
        if self.owed:
            caller.press(self.owed.popleft())
        else:
            self.free.append(caller)

    def answered(self, caller: "Caller", status: int, body: bytes, since: float) -> None:
        """Somebody was told something."""
        now = time.perf_counter()
        if status == 201:
            self.told["held"] += 1
            at = body.find(b'"order":"') + 9
            self.numbers.append(body[at : at + 12].decode())
            at = body.find(b'"ship_by":"') + 11
            self.days.append(body[at : at + 10].decode())
            self.took.append(now - since)
        else:
            with suppress(ValueError):
                self.told[str(json.loads(body).get("code", status))] += 1
            self.took_other.append(now - since)
        if self.owed:
            caller.press(self.owed.popleft())
        elif self.asked.get("curve"):
            self.free.append(caller)
        elif now < self.until:
            caller.press(now)


class Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.is_waiting = False
        self.rest = b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """The door is open."""
        self.transport = transport

    def press(self, since: float) -> None:
        """Press; SINCE is when he wanted to."""
        self.is_waiting, self.since = True, since
        self.transport.write(self.crowd.press())

    def data_received(self, data: bytes) -> None:
        """An answer, or a part of it."""
        data = self.rest + data if self.rest else data
        end = data.find(b"\r\n\r\n")
        if end >= 0:
            at = data.find(b"content-length: ") + 16
            size = int(data[at : data.find(b"\r", at)])
            if len(data) >= end + 4 + size:
                self.rest, self.is_waiting = b"", False
                self.crowd.answered(self, int(data[9:12]), data[end + 4 :], self.since)
                return
        self.rest = data

    def connection_lost(self, fault: Exception | None) -> None:
        """The other side hung up."""
        if self.is_waiting:
            self.crowd.lost_connections += 1
        else:
            self.crowd.hung_up(self)


def summary(took: list) -> dict:
    """How long it took: half, 99 of 100, and the longest, in milliseconds."""
    if not took:
        return {"p50": 0.0, "p99": 0.0, "most": 0.0}
    took = sorted(took)
    return {
        "p50": 1000 * took[len(took) // 2],
        "p99": 1000 * took[int(len(took) * 0.99)],
        "most": 1000 * took[-1],
    }


if __name__ == "__main__":
    uvloop.install()
    told_to = json.loads(sys.stdin.readline())
    told = asyncio.run(Crowd(told_to).run())
    Path(told_to["into"]).write_text(json.dumps(told), encoding="ascii")
