"""What a user might have picked instead, in the same run on the same PostgreSQL.

    firsthand bench peers [--cache DIR] [--only NAME] [--seconds 10]

pretix, django-oscar and Vendure are installed at the versions named in bench/peers/ into a cache
outside the repository (some minutes, once), set up, and bought from over HTTP by the same kind of
crowd; then Firsthand. Two measurements each: three pieces and twelve who press at the same moment,
three times over; and orders a second from a shelf that does not run out. An order that should not
have been accepted is a failure. Only one shop is open at a time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import peers
import platformdirs
from ground import house
from peers import shops

BUYERS = 12  # for three pieces
CALLERS = 8  # who order one after the other, at any shop
CROWD = 256  # as many as the door of Firsthand is made for
BASKETS = 120  # filled beforehand, where there is something to fill
PEOPLE = 20_000
GOAL = 500  # times pretix


@dataclass
class Row:
    """What was measured of a shop."""

    name: str
    includes: str
    callers: int
    races: list[int]
    rate: float
    p50: float
    p99: float
    orders: int
    lost: int
    refused: dict

    @property
    def oversold(self) -> int:
        """Pieces too many, of all races."""
        return sum(max(0, accepted - 3) for accepted in self.races)


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(platformdirs.user_cache_dir("firsthand")) / "peers",
        help="where the peers are kept, outside the repository",
    )
    parser.add_argument("--only", default="", help="only peers whose name begins so")
    parser.add_argument("--seconds", type=float, default=10, help="of the flow")
    asked = parser.parse_args()
    with house.ground() as ground:
        raise SystemExit(_compare(ground, asked))


def _compare(ground: house.Ground, asked: argparse.Namespace) -> int:
    print(house.machine())
    print(
        f"PostgreSQL {ground.show('server_version')}, fsync {ground.show('fsync')}, "
        f"synchronous_commit {ground.show('synchronous_commit')}; one shop open at a time"
    )
    rows, missing = [], []
    for make in shops.PEERS:
        peer = make(asked.cache.resolve(), ground.dsn)
        if not peer.name.lower().startswith(asked.only.lower()):
            continue
        try:
            took = peer.make_ready()
            row = _of_peer(peer, asked.seconds)
        except (shops.NotThere, SystemExit) as no:
            missing.append(f"{peer.name} {peer.version}: not measured, {no}")
            print(missing[-1], flush=True)
            continue
        _say(row, f"ready after {took:.0f} s; load {os.getloadavg()[0]:.1f}")
        rows.append(row)
    own = _firsthand(ground, asked.seconds)
    _table(rows, own, missing)
    faults = ground.faults()
    print(f"Firsthand's books: {faults or 'clean'}")
    wrong = sum(row.oversold + row.lost for row in own)
    return 1 if wrong or faults else 0


def _of_peer(peer: shops.Peer, seconds: float) -> Row:
    words = {"shop": peer.shop, "callers": CALLERS, **peer.facts}
    items = peer.facts["items"]
    with peer.open() as ports:
        words["ports"] = ports
        for item in items:  # django-oscar fails when two are the first to look at a thing
            _buy(**words, item=item, mode="look", count=1)
        _buy(**words, item=items[-1], mode="race", count=2 * peer.workers)  # it wakes up
        before = peer.orders(items[-1])
        races = []
        for item in items[: shops.RACES]:
            _buy(**words, item=item, mode="race", count=BUYERS)
            races.append(peer.orders(item))
        flow = _buy(**words, item=items[-1], mode="flow", count=BASKETS, seconds=seconds)
    found = peer.orders(items[-1]) - before
    name = f"{peer.name} {peer.version}, {peer.workers} workers"
    return _row(name, peer.includes, CALLERS, races, flow, found)


def _row(name: str, includes: str, callers: int, races: list[int], flow: dict, found: int) -> Row:
    correct = min(flow["accepted"], found)
    return Row(
        name,
        includes,
        callers,
        races,
        correct / flow["seconds"],
        flow["p50"],
        flow["p99"],
        correct,
        flow["accepted"] - correct,
        flow["refused"],
    )


def _buy(**asked: object) -> dict:
    """Let buyers come, in a process of their own."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "told.json"
        script = Path(peers.__file__).parent / "buyers.py"
        words = json.dumps({**asked, "into": str(into)}).encode() + b"\n"
        one = subprocess.run([sys.executable, str(script)], input=words, check=False, timeout=600)
        if one.returncode:
            raise shops.NotThere("its buyers did not find their way")
        return json.loads(into.read_text(encoding="utf-8"))


def _firsthand(ground: house.Ground, seconds: float) -> list[Row]:
    from firsthand.order.models import Order

    ground.people(PEOPLE)
    badges = ground.badges(2000)
    shelf = ground.offers(1, 5_000_000)[0]
    few = [ground.offers(1, 3, days=1)[0] for _n in range(2 * shops.RACES)]
    rows = []
    words = {"badges": badges, "price_fen": house.PRICE_FEN, "callers": CALLERS}

    def count(offer: int) -> int:
        return Order.objects.filter(offer_id=offer).count()

    with house.lives(1) as doors:
        words["ports"] = [door.port for door in doors]
        _buy(**words, shop="door", item=shelf, mode="race", count=64)
        races = []
        for offer in few[: shops.RACES]:
            _buy(**words, shop="door", item=offer, mode="race", count=BUYERS)
            races.append(count(offer))
        door = "its order door, 1 live; order held with its day, unpaid"
        before = count(shelf)
        flow = _buy(
            **words, shop="door", item=shelf, mode="flow", count=CALLERS, seconds=seconds / 2
        )
        name = "Firsthand, 1 live"
        rows.append(_row(name, door, CALLERS, races, flow, count(shelf) - before))
        _say(rows[-1], f"load {os.getloadavg()[0]:.1f}")
        with house.crowd(
            ports=words["ports"],
            connections=CROWD,
            seconds=seconds,
            offers=[shelf],
            badges=badges,
        ) as told:
            many = told()
        numbers = set(many["numbers"])
        found = Order.objects.filter(number__in=many["numbers"]).count()
        flow = {
            "accepted": len(numbers),
            "seconds": many["seconds"],
            "refused": {k: n for k, n in many["told"].items() if k != "held"},
            **{name: many["held"][name] for name in ("p50", "p99")},
        }
        rows.append(_row(name, door, CROWD, [], flow, found))
        _say(rows[-1], f"load {os.getloadavg()[0]:.1f}")
        rows.append(_whole_way(words, few[shops.RACES :], shelf, count))
    return rows


def _whole_way(words: dict, few: list[int], shelf: int, count: "object") -> Row:
    """From the press to the money: the pages and the sandbox bank are two processes of web."""
    from firsthand.order.models import Order

    command = [sys.executable, "-m", "firsthand.app", "web"]
    with house.processes(
        [command] * 2, "FIRSTHAND_WEB_PORT", "/guest/", subprocess.DEVNULL
    ) as pages:
        words = {**words, "shop": "whole", "web_ports": [page.port for page in pages]}
        _buy(**words, item=shelf, mode="race", count=16)
        races = []
        for offer in few:
            _buy(**words, item=offer, mode="race", count=BUYERS)
            races.append(count(offer))
        paid = Order.objects.filter(offer_id=shelf, state=Order.State.PAID)
        before = paid.count()
        flow = _buy(**words, item=shelf, mode="flow", count=8 * BASKETS)
        row = _row(
            "Firsthand, 1 live + 2 web",
            "press, way of paying, bank's page, its word: order paid, address written",
            CALLERS,
            races,
            flow,
            paid.count() - before,
        )
    _say(row, f"load {os.getloadavg()[0]:.1f}")
    return row


def _say(row: Row, more: str) -> None:
    refused = ", ".join(f"{n} × {why}" for why, n in list(row.refused.items())[:3])
    print(
        f"{row.name} ({row.callers} callers): {row.orders:,} orders, {row.rate:,.1f}/s; "
        f"3 pieces, 12 buyers: {row.races or '–'}; {more}"
        + (f"; refused: {refused}" if refused else ""),
        flush=True,
    )


def _table(rows: list[Row], own: list[Row], missing: list[str]) -> None:
    held, crowd, whole = own
    heads = ("", "callers", "orders/s", "p50 ms", "p99 ms", "of 3, sold", "door :", "whole way :")
    lines = [heads]
    for row in [*rows, *own]:
        is_own = row in own
        lines.append(
            (
                row.name,
                str(row.callers),
                f"{row.rate:,.1f}",
                f"{row.p50:,.0f}" if row.p50 >= 10 else f"{row.p50:.1f}",
                f"{row.p99:,.0f}",
                ", ".join(map(str, row.races)) or "–",
                "" if is_own or not row.rate else f"{crowd.rate / row.rate:,.0f} ×",
                "" if is_own or not row.rate else f"{whole.rate / row.rate:,.1f} ×",
            )
        )
    wide = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    print()
    for line in lines:
        cells = [
            line[0].ljust(wide[0]),
            *(cell.rjust(w) for cell, w in zip(line[1:], wide[1:], strict=True)),
        ]
        print("  ".join(cells))
    print()
    for row in [*rows, held, whole]:
        print(f"{row.name}: {row.includes}")
    for line in missing:
        print(line)
    pretix = next((row for row in rows if row.name.startswith("pretix")), None)
    if pretix and pretix.rate:
        times = crowd.rate / pretix.rate
        is_met = "met" if times >= GOAL else "missed"
        print(
            f"the door takes {times:,.0f} times the correct orders of pretix (goal {GOAL}: "
            f"{is_met}), with as many callers {held.rate / pretix.rate:,.0f} times"
        )


if __name__ == "__main__":
    began = time.perf_counter()
    try:
        main()
    finally:
        print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)
