"""The launch of a car, replayed: 1,633 orders a second and a wall before, with viewers watching.

    firsthand bench launch                      # its rates, in 20 seconds instead of 120
    firsthand bench launch --seconds 120        # all of it

Xiaomi's YU7 took 196,000 paid and 128,000 locked orders in its first two minutes, and 289,000
in an hour: 1,633 paid orders a second on average. How they came within the two minutes was not
published; the shape here is a wall at the opening that falls by half in 30 seconds and has the
published mean. Presses come at their times, whether or not the ones before were answered.
Pieces run out near the end: the last ones learn so before they pay, and each who got one was
told his day.
"""

import argparse
import asyncio
import itertools
import sys
import threading
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import websockets
from ground import house

MEAN = 1_633  # paid orders a second
SPAN_SECONDS = 120
HALF_SECONDS = 30
CONNECTIONS = 512
PEOPLE = 20_000
SHARE_THAT_FINDS_ONE = 0.95


def main() -> None:
    """Replay it, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20, help="how long the two minutes take")
    parser.add_argument("--scale", type=float, default=1.0, help="of 1,633 presses a second")
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--live", type=int, default=1, help="processes of the role live")
    asked = parser.parse_args()
    with house.ground() as ground:
        raise SystemExit(_launch(ground, asked))


def curve(seconds: int, scale: float) -> list[int]:
    """Presses in each second: a wall that falls by half in a quarter of the span."""
    fall = 0.5 ** (SPAN_SECONDS / HALF_SECONDS / seconds)
    shape = [fall**second for second in range(seconds)]
    mean = sum(shape) / seconds
    return [round(MEAN * scale * one / mean) for one in shape]


def _launch(ground: house.Ground, asked: argparse.Namespace) -> int:
    presses = curve(asked.seconds, asked.scale)
    pieces = int(sum(presses) * SHARE_THAT_FINDS_ONE)
    ground.people(PEOPLE)
    ground.show_on_air()
    offers = ground.offers(1, pieces, days=12)
    badges = ground.badges(5000)
    print(house.machine())
    print(
        f"fsync {ground.show('fsync')}; {sum(presses):,} presses in {asked.seconds} s, "
        f"{presses[0]:,} in the first and {presses[-1]:,} in the last; {pieces:,} pieces on "
        f"12 days; {asked.viewers} viewers; {asked.live} live"
    )
    with house.lives(asked.live) as doors:
        ports = [door.port for door in doors]
        with (
            Viewers(ports, asked.viewers, badges) as viewers,
            house.crowd(
                ports=ports,
                connections=CONNECTIONS,
                curve=presses,
                offers=offers,
                badges=badges,
            ) as told,
        ):
            words = told()
    return _report(ground, words, viewers, pieces, offers[0])


def _report(ground: house.Ground, words: dict, viewers: "Viewers", pieces: int, offer: int) -> int:
    from django.db.models import Max, Min

    from firsthand.order.models import Order

    held = words["told"].pop("held", 0)
    found = dict(Order.objects.values_list("number", "ship_by"))
    lost = sum(number not in found for number in words["numbers"])
    worse = sum(
        str(found.get(number)) != day
        for number, day in zip(words["numbers"], words["days"], strict=True)
    )
    # Orders of one batch are written in the order of their keys, and batches one after the other.
    batches = (
        Order.objects.values("placed_at")
        .annotate(first=Min("id"), early=Min("ship_by"), late=Max("ship_by"))
        .order_by("first")
        .values_list("early", "late")
    )
    backwards = sum(after[0] < before[1] for before, after in itertools.pairwise(batches))
    days = Order.objects.values("ship_by").distinct().count()
    oversold = max(0, len(found) - pieces)
    ledger = ground.value("select coalesce(sum(quantity), 0) from stock_balance")
    left = ground.value(f"select released - taken from offer_offer where id = {offer}")
    refused = ", ".join(f"{n:,} {code}" for code, n in sorted(words["told"].items())) or "none"
    took, others = words["held"], words["others"]
    faults = ground.faults()
    lines = [
        f"accepted     {held:,} ({held / words['seconds']:,.0f}/s)",
        f"held after   p50 {took['p50']:.0f} ms, p99 {took['p99']:.0f} ms, {took['most']:.0f} ms",
        f"refused      {refused}; after p50 {others['p50']:.0f} ms, p99 {others['p99']:.0f} ms",
        f"unanswered   {words['unanswered']}, cut off {words['lost_connections']}",
        f"oversold     {oversold} ({len(found):,} orders, {pieces:,} pieces, {left} left)",
        f"lost         {lost} acknowledged orders",
        f"promises     {days} days, {backwards} batches promised an earlier day than one before, "
        f"{worse} not the day that was told",
        f"ledger       sum {ledger}, audit {faults or 'clean'}",
        f"viewers      {viewers.watching} of {viewers.count} to the end, "
        f"{viewers.messages:,} messages, the slowest saw {viewers.fewest}",
    ]
    print("\n".join(lines))
    cut = words["unanswered"] + words["lost_connections"]
    return 1 if lost or oversold or ledger or faults or worse or backwards or cut else 0


class Viewers:
    """People who only watch: each has a socket, and reads what comes."""

    def __init__(self, ports: list[int], count: int, badges: list[str]) -> None:
        self.ports, self.count, self.badges = ports, count, badges
        self.heard: Counter[int] = Counter()
        self.watching = 0
        self._enough = threading.Event()
        self._all_in = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._watch()), daemon=True)

    @property
    def messages(self) -> int:
        """How many messages all of them got."""
        return sum(self.heard.values())

    @property
    def fewest(self) -> int:
        """How many messages came to whoever got the fewest."""
        return min((self.heard[n] for n in range(self.count)), default=0)

    def __enter__(self) -> "Viewers":
        self._thread.start()
        self._all_in.wait(60)
        return self

    def __exit__(self, *_fault: object) -> None:
        self._enough.set()
        self._thread.join(30)

    async def _watch(self) -> None:
        viewers = [asyncio.create_task(self._one(n)) for n in range(self.count)]
        await asyncio.to_thread(self._enough.wait)
        self.watching = sum(not one.done() for one in viewers)
        for one in viewers:
            one.cancel()
        await asyncio.gather(*viewers, return_exceptions=True)

    async def _one(self, n: int) -> None:
        port = self.ports[n % len(self.ports)]
        badge = self.badges[n % len(self.badges)]
        address = f"ws://127.0.0.1:{port}/live/{house.SHOW}/room?lang=en&badge={badge}"
        async with websockets.connect(address, compression=None, ping_interval=None) as socket:
            self.watching += 1
            if self.watching == self.count:
                self._all_in.set()
            async for _message in socket:
                self.heard[n] += 1


if __name__ == "__main__":
    main()
