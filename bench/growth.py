"""Does it grow slower with its history? The same house with ten thousand to ten million orders.

    firsthand bench growth [--orders 10000 1000000 10000000] [--seconds 8]

For each size a PostgreSQL of its own (fsync on while measuring) is filled with orders of a year and
all that belongs to them (bench/ground/history.py). Then it is measured what an order, an expiry, a
payment and a page cost there, and in which relation that stands to the smallest house. Ten million
need some 30 GB of disk while they are measured; everything is removed at the end.
"""

import argparse
import json
import logging
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import structlog
from ground import cpu, history, house

CONNECTIONS = 256
BADGES = 20_000
PIECES = 5_000_000
FLAT = 0.20


def main() -> None:
    """Measure each size in a process of its own, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, nargs="+", default=[10_000, 1_000_000, 10_000_000])
    parser.add_argument("--seconds", type=float, default=8, help="of each burst at the door")
    parser.add_argument("--explain", action="store_true", help="also the plans of the pages")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        with house.ground() as ground:
            quiet = structlog.make_filtering_bound_logger(logging.WARNING)
            structlog.configure(wrapper_class=quiet)
            found = House(ground, asked).measure(asked.orders[0])
        asked.one.write_text(json.dumps(found), encoding="utf-8")
        return
    columns = []
    with tempfile.TemporaryDirectory() as folder:
        for orders in asked.orders:
            into = Path(folder) / "found.json"
            command = [sys.executable, __file__, "--orders", str(orders), "--one", str(into)]
            command += ["--seconds", str(asked.seconds)] + asked.explain * ["--explain"]
            if subprocess.run(command, check=False).returncode:
                raise SystemExit(1)
            columns.append(json.loads(into.read_text(encoding="utf-8")))
            _table(columns)
    if any(column["faults"] for column in columns):
        raise SystemExit(1)


def _table(columns: list[dict]) -> None:
    print()
    first = columns[0]["rows"]
    for name, unit in ((row["name"], row["unit"]) for row in first):
        cells = []
        for column in columns:
            one = next((row for row in column["rows"] if row["name"] == name), None)
            value, base = one and one["value"], next(r["value"] for r in first if r["name"] == name)
            times = f"({value / base:.2f})" if value and base else ""
            cells.append(f"{_short(value)} {times}".rjust(18))
        print(f"{name:<46} {unit:<6} {''.join(cells)}")
    for column in columns:
        print(f"{column['orders']:>12,} orders: {column['told']}")
    print(flush=True)


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


class House:
    """One house, of one size."""

    def __init__(self, ground: house.Ground, asked: argparse.Namespace) -> None:
        self.ground, self.asked = ground, asked
        self.chance = random.Random(11)
        self.rows: list[dict] = []
        self.plans: list[tuple[str, str]] = []

    def measure(self, orders: int) -> dict:
        """Everything, one after the other."""
        print(f"{orders:,} orders; {house.machine()}", file=sys.stderr, flush=True)
        past = history.write(self.ground, orders)
        history.shows()
        self.people = past.people
        began = time.perf_counter()
        [offer] = self.ground.offers(1, PIECES)
        self._door(offer)
        self._pay(offer)
        self._expire(offer)
        self._pages()
        faults, audit = _clocked(self.ground.faults)
        self._row("the audits of the books (they read all)", "s", audit)
        told = (
            f"{past.people:,} people, {past.gigabytes:.1f} GB, made in {past.seconds:.0f} s, "
            f"measured in {time.perf_counter() - began:.0f} s, {house.machine()}, "
            f"audit {faults or 'clean'}"
        )
        return {"orders": orders, "rows": self.rows, "told": told, "faults": faults}

    def _row(self, name: str, unit: str, value: float | None) -> None:
        self.rows.append({"name": name, "unit": unit, "value": value})
        print(f"  {name}: {_short(value)} {unit}", file=sys.stderr, flush=True)

    def _of(self, name: str, took: list[float]) -> None:
        """How long it took, of some: the middle one and nearly the worst, in milliseconds.

        And how many pages PostgreSQL looked at for one: that does not depend on who else is
        at work on this machine.
        """
        now = self._looked_at()
        took = sorted(took)
        self._row(f"{name}, p50", "ms", 1000 * took[len(took) // 2])
        self._row(f"{name}, p99", "ms", 1000 * took[min(len(took) - 1, int(len(took) * 0.99))])
        if self._since is not None:
            self._row(f"{name}, looked at", "pages", (now - self._since[0]) / self._since[1])
        self._since = None

    _since: tuple[int, int] | None = None

    def _looked_at(self) -> int:
        self.ground.value("select pg_stat_force_next_flush() is null")
        return int(
            self.ground.value(
                "select blks_hit + blks_read from pg_stat_database "
                "where datname = current_database()"
            )
        )

    # -- the door ---------------------------------------------------------------------------

    def _door(self, offer: int) -> None:
        from firsthand.people.badge import pin_badge

        people = [self.chance.randint(1, self.people) for _n in range(BADGES)]
        badges = [pin_badge(person, f"bench-{person}") for person in people]
        with house.lives(1) as doors:
            for n, seconds in enumerate((self.asked.seconds / 2, *(2 * [self.asked.seconds]))):
                before = cpu.cpu_seconds(doors[0].pid), self._postgres_used()
                wal = self._wal()
                with house.crowd(
                    ports=[doors[0].port],
                    connections=CONNECTIONS,
                    seconds=seconds,
                    offers=[offer],
                    badges=badges,
                ) as told:
                    words = told()
                held = words["told"].get("held", 0)
                if n == 0 or not held:
                    continue  # it warms up
                own = 1e6 * (cpu.cpu_seconds(doors[0].pid) - before[0]) / held
                other = 1e6 * (self._postgres_used() - before[1]) / held
                self._row(f"door, burst {n}: orders", "/s", held / words["seconds"])
                self._row(f"door, burst {n}: p50", "ms", words["held"]["p50"])
                self._row(f"door, burst {n}: p99", "ms", words["held"]["p99"])
                self._row(f"door, burst {n}: processor time of live", "us", own)
                self._row(f"door, burst {n}: processor time of PostgreSQL", "us", other)
                self._row(f"door, burst {n}: log written an order", "bytes", self._wal(wal) / held)

    def _wal(self, since: str = "0/0") -> float | str:
        now = self.ground.value("select pg_current_wal_lsn()::text")
        if since == "0/0":
            return now
        return float(self.ground.value(f"select pg_wal_lsn_diff('{now}', '{since}')"))

    def _postgres_used(self) -> float:
        return cpu.cpu_seconds_below(self.ground.pid)

    # -- what follows an order --------------------------------------------------------------

    def _held(self, offer: int, count: int) -> list[tuple[str, int]]:
        from firsthand.order.models import Order

        held = Order.objects.filter(offer_id=offer, state="held").order_by("pk")
        return list(held.values_list("number", "person_id")[:count])

    def _pay(self, offer: int) -> None:
        from django.db import transaction

        from firsthand.kit.clock import now
        from firsthand.order.actions.payment import start_payment, word_heard
        from firsthand.pay import actions as pay
        from firsthand.pay import provider, sandbox

        started, heard = [], []
        self._since = self._looked_at(), 150
        for number, person in self._held(offer, 150):
            began = time.perf_counter()
            with transaction.atomic():
                payment = start_payment(
                    number=number, person_id=person, provider="sandbox", now=now()
                )
            pay.send_to(payment, "/orders/")
            started.append(time.perf_counter() - began)
            with transaction.atomic():
                sealed = sandbox.decide(payment.reference, "pay", now())
            word = provider.by_name("sandbox").read(sealed.headers, sealed.body, now())
            began = time.perf_counter()
            with transaction.atomic():
                word_heard(word, now())
            heard.append(time.perf_counter() - began)
        self._of("paying: the way to the bank", started[30:])
        self._of("paying: the bank's word", heard[30:])
        self._of(
            "looking for lost words (every 20 s)",
            self._times(10, lambda: pay.unheard("sandbox", now() - timedelta(hours=1))),
        )

    def _expire(self, offer: int) -> None:
        from django.db import transaction

        from firsthand.kit.clock import now
        from firsthand.order.actions.expiry import AT_MOST, expire_holds

        later = now() + timedelta(hours=1)
        took, ended = [], AT_MOST
        before = self._looked_at()
        while ended == AT_MOST and len(took) < 30:
            began = time.perf_counter()
            with transaction.atomic():
                ended = expire_holds(later)
            if ended == AT_MOST:
                took.append(time.perf_counter() - began)
        self._since = before, len(took) + (ended < AT_MOST)
        self._of(f"expiry of {AT_MOST} holds", took[2:])
        self.ground.value(
            f"with gone as (update order_order set hold_until = now() + interval '9 days' "
            f"where state = 'held' and offer_id = {offer} returning 1) select count(*) from gone"
        )
        self._of(
            "expiry when nothing is due", self._times(50, lambda: self._in_one(expire_holds, now()))
        )

    def _in_one(self, act: Callable, *words: object) -> object:
        from django.db import transaction

        with transaction.atomic():
            return act(*words)

    def _times(self, count: int, do: Callable[[], object]) -> list[float]:
        do()
        self._since = self._looked_at(), count
        return [_clocked(do)[1] for _n in range(count)]

    # -- pages ------------------------------------------------------------------------------

    def _pages(self) -> None:
        from django.db import connection

        from firsthand.insight.actions.report import reckon
        from firsthand.kit.clock import now
        from firsthand.order import store
        from firsthand.order.actions import fulfilment
        from firsthand.order.models import Order
        from firsthand.people.models import Person

        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
        top = Order.objects.order_by("-pk").values_list("pk", flat=True)[0]
        picked = [self.chance.randint(1, min(top, self.asked.orders[0])) for _n in range(120)]
        numbers = list(
            Order.objects.filter(pk__in=picked).values_list("number", "person_id").order_by("key")
        )
        rest = iter(numbers)

        def page() -> object:
            number, person = next(rest)
            return store.order_page(number, Person(pk=person), now())

        self._of("page of an order", self._times(len(numbers) - 1, page))
        self._of("page of my orders", self._times(100, self._my_orders))
        for show, name in ((history.SMALL_SHOW, "5,000"), (history.LARGE_SHOW, "100,000")):
            if Order.objects.filter(show_id=show).exists():
                took = self._times(2, lambda show=show: reckon(show, now()))
                self._of(f"report of a show of {name}", took)
        self._of(
            "giving pieces to paid orders (every 15 s)",
            self._times(5, lambda: self._in_one(fulfilment.allocate, now())),
        )

    def _my_orders(self) -> object:
        from django.test import RequestFactory

        from firsthand.faces.shop import orders
        from firsthand.people.models import Person

        request = RequestFactory().get("/orders/")
        request.user = Person(pk=self.chance.randint(1, self.people))
        page = orders.Paginator(orders._orders_of(request), orders.ORDERS_A_PAGE).get_page(1)
        return [(each, each.steps.all()) for each in page]


def _clocked(do: Callable[[], object]) -> tuple[object, float]:
    began = time.perf_counter()
    found = do()
    return found, time.perf_counter() - began


if __name__ == "__main__":
    main()
