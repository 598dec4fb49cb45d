"""How many orders a second the order door takes, and how near that is to the machine's limit.

    firsthand bench intake

Starts a PostgreSQL of its own with fsync on, fills it, opens the real role ``live`` as a
process (then two), and lets a crowd of 256 connections press from another process, on one SKU
and on fifty. In the same run: the same rows by bare SQL, in batches as large, without HTTP;
``settle`` alone; and the same HTTP server with nothing behind it. Then a crowd larger than the
queue, which presses again as soon as it is answered; and 10,000 presses a second at their times,
with somebody who asks for quotes meanwhile. Afterwards the books are audited.
"""

import argparse
import random
import sys
import time
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent))

from ground import house

CONNECTIONS = 256
BATCH = 256
PEOPLE = 20_000
PIECES = 5_000_000
TOO_MANY = 6_000
STEADY = 5_000
BURST = 10_000  # presses a second, at their times
BURST_CONNECTIONS = 8_000
SEATS = 1_000  # viewers who press over the sockets that they have in the room
SEATED = 3_000  # presses of all of them a second

BARE = """
with line as (
    select n, upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)) as number,
           gen_random_uuid() as key
    from generate_series(1, %(batch)s) as n
), written as (
    insert into order_order
        (number, person_id, key, show_id, offer_id, sku_id, quantity, price_id, unit_fen,
         ship_by, rung_source, state, placed_at, hold_until)
    select number, 1 + (random() * 19999)::int, key, 88, %(offer)s, offer.sku_id, 1, price.id,
           19900, rung.ship_by, 'stock', 'held', now(), now() + interval '15 minutes'
    from line, (select sku_id from offer_offer where id = %(offer)s) as offer
    cross join lateral (select id from price_priceversion as price
                        where price.sku_id = offer.sku_id limit 1) as price
    cross join lateral (select ship_by from promise_rung where sku_id = offer.sku_id
                        order by ship_by limit 1) as rung
    returning id, sku_id, ship_by
), stepped as (
    insert into order_orderstep (order_id, state, note, at)
    select id, 'held', '', now() from written
), moved as (
    insert into stock_transfer (sku_id, debit, credit, quantity, cause)
    select sku_id, 'held', 'on_offer', count(*), 'hold' from written group by sku_id
), balanced as (
    update stock_balance set quantity = stock_balance.quantity
        + case account when 'held' then %(batch)s else -%(batch)s end
    where sku_id = (select sku_id from written limit 1) and account in ('held', 'on_offer')
), rung as (
    update promise_rung set taken = taken + %(batch)s
    where (sku_id, ship_by) = (select sku_id, ship_by from written limit 1)
)
update offer_offer set taken = taken + %(batch)s where id = %(offer)s
"""


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4, help="for each row of the table")
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--only", default="", help="only rows whose name begins so")
    asked = parser.parse_args()
    with house.ground() as ground:
        ground.people(PEOPLE)
        Table(ground, asked).fill()


class Table:
    """The rows, as they are measured."""

    def __init__(self, ground: house.Ground, asked: argparse.Namespace) -> None:
        self.ground, self.asked = ground, asked
        self.badges = ground.badges(PEOPLE)
        self.acknowledged: list[str] = []

    def fill(self) -> None:
        """All rows, and then the books."""
        ground = self.ground
        print(house.machine())
        print(
            f"PostgreSQL {ground.show('server_version')}, fsync {ground.show('fsync')}, "
            f"synchronous_commit {ground.show('synchronous_commit')}; "
            f"{self.asked.connections} connections, {self.asked.seconds:g} s a row"
        )
        ground.show_on_air()
        one, fifty = ground.offers(1, PIECES), ground.offers(50, PIECES)
        bare = self._bare("bare SQL, batches of 256", ground.offers(1, PIECES)[0])
        alone = self._settle("settle alone, 1 SKU", one)
        with house.empty_door() as doors:
            empty = self._press("empty endpoint", doors, one)
        with house.lives(1) as doors:
            best = self._press("live, 1 SKU", doors, one)
            many = self._press("live, 50 SKUs", doors, fifty)
            self._press(
                f"live, {SEATS:,} sockets",
                doors,
                one,
                connections=SEATS,
                curve=[SEATED] * max(1, round(self.asked.seconds)),
                seated=True,
            )
            self._press(f"live, {TOO_MANY:,} at once", doors, one, connections=TOO_MANY)
            self._burst(f"live, {STEADY:,} a second", doors, one, STEADY)
            self._burst(f"live, {BURST:,} a second", doors, one, BURST)
        with house.lives(2) as doors:
            two = self._press("2 live, 1 SKU", doors, one)
            self._press("2 live, 50 SKUs", doors, fifty)
        for name, of in (("bare SQL", bare), ("settle", alone), ("the empty endpoint", empty)):
            if of and best:
                print(f"live reaches {best / of:.0%} of {name}")
        if best and many and two:
            print(f"50 SKUs: {many / best:.0%} of one; two processes: {two / best:.0%} of one")
        self._books()

    def _press(
        self,
        name: str,
        doors: list,
        offers: list[int],
        connections: int | None = None,
        **more: object,
    ) -> float:
        if not name.startswith(self.asked.only):
            return 0.0
        watch = {"door": [door.pid for door in doors], "PostgreSQL": [self.ground.pid]}
        with house.crowd(
            ports=[door.port for door in doors],
            connections=connections or self.asked.connections,
            seconds=self.asked.seconds,
            offers=offers,
            badges=self.badges,
            watch=watch,
            **more,
        ) as told:
            words = told()
        if not name.startswith("empty"):
            self.acknowledged += words["numbers"]
        held = words["told"].pop("held", 0)
        rate = held / words["seconds"]
        each = 1e6 / max(1, held)
        took, others, used = words["held"], words["others"], words["used"]
        print(
            f"{name:<26} {rate:>7,.0f}/s   p50 {took['p50']:>5.0f} ms   p99 {took['p99']:>5.0f} ms"
            f"   us an order: {each * used['door']:>3.0f} door, {each * used['crowd']:.0f} crowd, "
            f"{each * used['PostgreSQL']:.0f} PostgreSQL"
            f"   unanswered {words['unanswered']}, cut off {words['lost_connections']}",
            flush=True,
        )
        if words["told"]:
            refused = ", ".join(f"{n:,} {code}" for code, n in sorted(words["told"].items()))
            print(
                f"{'':<26} refused: {refused}; after p50 {others['p50']:.0f} ms, "
                f"p99 {others['p99']:.0f} ms",
                flush=True,
            )
        return rate

    def _burst(self, name: str, doors: list, offers: list[int], rate: int) -> None:
        """Presses come at their times, whether or not there was an answer to those before."""
        if not name.startswith(self.asked.only):
            return
        seconds = max(1, round(self.asked.seconds))
        with house.Prober(doors[0].port, offers) as prober:
            self._press(name, doors, offers, connections=BURST_CONNECTIONS, curve=[rate] * seconds)
        print(f"{'':<26} meanwhile {prober.summary()}", flush=True)

    def _bare(self, name: str, offer: int) -> float:
        from django.db import connection, transaction

        from firsthand.order.store import go_by_index

        if not name.startswith(self.asked.only):
            return 0.0
        done, began = 0, time.perf_counter()
        while time.perf_counter() < began + self.asked.seconds:
            with transaction.atomic(), connection.cursor() as cursor:
                go_by_index()
                cursor.execute(BARE, {"batch": BATCH, "offer": offer})
            done += BATCH
        return self._say(name, done, began)

    def _settle(self, name: str, offers: list[int]) -> float:
        from django.db import transaction

        from firsthand.kit.clock import now
        from firsthand.order.actions.settle import settle
        from firsthand.order.rules import Press

        if not name.startswith(self.asked.only):
            return 0.0
        chance = random.Random(7)
        done, began = 0, time.perf_counter()
        while time.perf_counter() < began + self.asked.seconds:
            batch = [
                Press(
                    chance.randint(1, PEOPLE),
                    UUID(int=chance.getrandbits(128)),
                    house.SHOW,
                    chance.choice(offers),
                    1,
                    1,
                    house.PRICE_FEN,
                )
                for _ in range(BATCH)
            ]
            with transaction.atomic():
                done += sum(answer.hold is not None for answer in settle(batch, now()))
        return self._say(name, done, began)

    def _say(self, name: str, done: int, began: float) -> float:
        rate = done / (time.perf_counter() - began)
        print(f"{name:<26} {rate:>7,.0f}/s", flush=True)
        return rate

    def _books(self) -> None:
        from firsthand.order.models import Order

        found = set(Order.objects.values_list("number", flat=True))
        lost = sum(number not in found for number in self.acknowledged)
        oversold = self.ground.value("select count(*) from offer_offer where taken > released")
        ledger = self.ground.value("select coalesce(sum(quantity), 0) from stock_balance")
        faults = self.ground.faults()
        print(
            f"{len(self.acknowledged):,} acknowledged over HTTP, {lost} of them lost, "
            f"{oversold} offers oversold, ledger sum {ledger}, audit {faults or 'clean'}"
        )
        if lost or oversold or ledger or faults:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
