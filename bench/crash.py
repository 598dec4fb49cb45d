"""kill -9 in the middle of a burst, again and again: is everything there that was acknowledged?

    firsthand bench crash [--rounds 20] [--seed 1] [--buyers 12]

The whole house stands as ``firsthand up`` opens it, with a PostgreSQL of its own (fsync on). Buyers
press through the front as fast as they are answered; in each round the process of one part,
drawn by lot, is killed at a moment drawn by lot, and has to come back by itself. After each round
the tables are looked through: every acknowledged order is there, with the number that was told;
nothing is sold twice; the ledger sums to nought. At the end all holds run out and must expire, all
that got no answer is pressed again with its key, and every book is audited. It exits with 1 if
anything is lost.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from ground import house as ground

from tests.app.whole_house import AUDIT, SEED, Buyers, UpHouse, up_house_opened

VICTIMS = ("live", "worker", "postgres")
MEND_SECONDS = 60.0
PIECES = 100_000
SCARCE = """
import json
from tests.shop import kettle
print(json.dumps({"offer_id": kettle(stock=%d, limit_per_person=1000).pk}))
"""
LOOK = """
select (select count(*) from offer_offer where taken > released or taken < 0),
       (select coalesce(sum(quantity), 0) from stock_balance),
       (select count(*) from stock_balance where quantity < 0
        and account not in ('made', 'planned')),
       (select count(*) from (select sku_id from order_order group by sku_id
        having sum(quantity) > (select sum(released) from offer_offer
                                where offer_offer.sku_id = order_order.sku_id)) as sku)
"""


def main() -> None:
    """Kill, look, and tell."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--rounds", type=int, default=20)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--buyers", type=int, default=12)
    asked = words.parse_args()
    chance = random.Random(asked.seed)
    os.environ.pop("DATABASE_URL", None)
    print(f"{ground.machine()}; {asked.rounds} rounds, seed {asked.seed}, {asked.buyers} buyers")
    with up_house_opened() as house:
        Crash(house, chance, asked.buyers).go(asked.rounds)


class Crash:
    """A house that is killed in parts, and what its buyers were told."""

    def __init__(self, house: UpHouse, chance: random.Random, buyers: int) -> None:
        self.house, self.chance = house, chance
        self.goods = house.ask(SEED % (PIECES, buyers))
        self.buyers = Buyers(house, self.goods)
        self.wrong: list[str] = []

    def go(self, rounds: int) -> None:
        """All rounds, and the end."""
        plenty = self.goods["offer_id"]
        print(
            f"{'round':>5}  {'killed':<9} {'after':>7} {'acknowledged':>13} "
            f"{'answers again':>14} {'well again':>11}  lost  sold twice  ledger"
        )
        self.buyers.start()
        try:
            order = [VICTIMS[n % len(VICTIMS)] for n in range(rounds)]
            self.chance.shuffle(order)
            for n, victim in enumerate(order, 1):
                if n % 4 == 0:  # what is scarce sells out in the middle of it
                    scarce = self.house.ask(SCARCE % self.chance.randint(20, 200))
                    self.goods["offer_id"] = scarce["offer_id"]
                self._round(n, victim, back_to=plenty)
        finally:
            self.buyers.stop()
        self._end()
        print("nothing is lost" if not self.wrong else "\n".join(self.wrong))
        raise SystemExit(1 if self.wrong else 0)

    def _round(self, n: int, victim: str, back_to: int) -> None:
        delay = self.chance.uniform(0.3, 3.0)
        time.sleep(delay)  # the moment is drawn by lot: there is nothing to wait for
        before = self.house.pid_of(victim)
        os.kill(before, signal.SIGKILL)
        killed_at = time.monotonic()
        self.goods["offer_id"] = back_to if self.chance.random() < 0.5 else self.goods["offer_id"]
        self._until(lambda: self._is_back(victim, before), f"{victim} came back")
        self.goods["offer_id"] = back_to
        # Answered by what stands now: a press that was begun after it was back.
        again = self._first_answer(killed_at) if victim != "worker" else 0.0
        self._until(self._is_well, "the house is well")
        well = time.monotonic() - killed_at
        lost, twice, ledger = self._look()
        print(
            f"{n:>5}  {victim:<9} {delay:>5.1f} s {len(self.buyers.acknowledged):>13,} "
            f"{again:>12.2f} s {well:>9.1f} s  {lost:>4}  {twice:>10}  {ledger:>6}",
            flush=True,
        )
        if lost or twice or ledger:
            self.wrong.append(f"round {n}: {lost} lost, {twice} sold twice, ledger {ledger}")

    def _first_answer(self, killed_at: float) -> float:
        enough = len(self.buyers.acknowledged) + self.buyers_count()
        self._until(lambda: len(self.buyers.acknowledged) >= enough, "people are served")
        return time.monotonic() - killed_at

    def buyers_count(self) -> int:
        """So many more answers, and one of them at least was asked for after the fall."""
        return len(self.goods["badges"]) + 1

    def _is_back(self, victim: str, before: int) -> bool:
        with suppress(LookupError, OSError, IndexError, ValueError):
            return self.house.pid_of(victim) != before
        return False

    def _is_well(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.house.url}/healthz", timeout=5).status_code == 200
        return False

    def _until(self, is_so: "object", what: str) -> None:
        too_late = time.monotonic() + MEND_SECONDS
        while not is_so():
            if time.monotonic() > too_late:
                raise SystemExit(f"not within {MEND_SECONDS:.0f} s: {what}")
            time.sleep(0.02)

    def _look(self) -> tuple[int, int, int]:
        told = dict(self.buyers.acknowledged)
        with self._connect() as connection:
            kept = {
                str(key): number
                for key, number in connection.execute("select key, number from order_order")
            }
            over, ledger, below, more = connection.execute(LOOK).fetchone()
        lost = sum(kept.get(key) != number for key, number in told.items())
        return lost, over + below + more, ledger

    def _connect(self) -> psycopg.Connection:
        words = (self.house.home / "postgres" / "postmaster.pid").read_text().splitlines()
        return psycopg.connect(f"host={words[4]} user=postgres dbname=firsthand", autocommit=True)

    def _end(self) -> None:
        """Holds run out; who was not answered asks again; the books are read."""
        house, buyers = self.house, self.buyers
        doubtful = dict(buyers.in_doubt)
        with httpx.Client(timeout=30) as client:
            for key, badge in doubtful.items():
                answer = buyers.press_once(client, key, badge)
                if answer.status_code not in (201, 409, 422):  # 422: held, for what was scarce
                    self.wrong.append(f"pressed again: {answer.status_code} {answer.text}")
        kept = house.ask(AUDIT)
        strange = kept.keys() - buyers.acknowledged.keys() - doubtful.keys()
        if strange:
            self.wrong.append(f"{len(strange)} orders that nobody pressed for")
        with self._connect() as connection:
            held = connection.execute(
                "update order_order set hold_until = now() where state = 'held'"
            ).rowcount
            began = time.monotonic()
            question = "select count(*) from order_order where state = 'held'"
            self._until(lambda: connection.execute(question).fetchone()[0] == 0, "holds expire")
            took = time.monotonic() - began
            left = connection.execute(
                "select coalesce(sum(quantity), 0) from stock_balance where account = 'held'"
            ).fetchone()[0]
        if left:
            self.wrong.append(f"{left} pieces are held by nobody")
        house.ask(AUDIT)
        print(
            f"{len(buyers.acknowledged):,} acknowledged, {len(doubtful)} without an answer pressed "
            f"again; told besides: {json.dumps(dict(buyers.refused))}; {held:,} holds expired in "
            f"{took:.1f} s; books clean"
        )


if __name__ == "__main__":
    main()
