"""What honest buyers feel of bots: with the slow queue, and (control) without it.

    firsthand bench abuse

Starts a PostgreSQL of its own with fsync on, and the real role ``live`` with the paces of the
house. Honest buyers press at their times, so many a second, over connections of their own. Beside
them presses a farm: thousands of accounts behind one address, over hundreds of connections, each
of which presses again as soon as it is answered. Then a single account with a thousand tokens.
How long an honest press took is reckoned from the time at which it was due. Afterwards the books
are audited, and the account with the tokens is looked at: it has its limit, and no more.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ground import house

PIECES = 5_000_000
HONEST, BOTS = 4_000, 20_000  # people
CROWDED = "203.0.113.7"
ELSEWHERE = "198.51.100.9"
ACCOUNT = HONEST + BOTS + 1
LIMIT = 3
BEFORE_SECONDS, AFTER_SECONDS = 3, 5  # the flood has begun, and goes on to the end

# As in the house (the benchmark's ground opens them wide), but the farm is never refused: then
# the two rows would differ in more than the slow queue.
BOUNDS = {
    "FIRSTHAND_PERSON_PACE": "10/60/1",
    "FIRSTHAND_ADDRESS_PACE": "500/1000000/100",
    "FIRSTHAND_UNPAID_MAX": "5",
    "FIRSTHAND_UNPAID_A_DAY_MAX": "20",
}


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=6, help="for each row of the table")
    parser.add_argument("--honest", type=int, default=100, help="honest presses a second")
    parser.add_argument("--bots", type=int, default=800, help="connections of the farm")
    parser.add_argument("--tokens", type=int, default=2000, help="presses a second by tokens")
    asked = parser.parse_args()
    os.environ.update(BOUNDS)
    with house.ground() as ground:
        ground.people(ACCOUNT)
        Table(ground, asked).fill()


class Table:
    """The rows, as they are measured."""

    def __init__(self, ground: house.Ground, asked: argparse.Namespace) -> None:
        from firsthand.people.badge import pin_badge

        self.ground, self.asked = ground, asked
        badges = ground.badges(HONEST + BOTS)
        self.honest, self.farm = badges[:HONEST], badges[HONEST:]
        self.tokens = [pin_badge(ACCOUNT, f"browser-{n}") for n in range(1000)]
        self.acknowledged: list[str] = []
        self.offer, self.limited = ground.offers(2, PIECES)
        ground.value(
            f"update offer_offer set limit_per_person = {LIMIT} "
            f"where id = {self.limited} returning 1"
        )

    def fill(self) -> None:
        """All rows, and then the books."""
        print(house.machine())
        print(
            f"{self.asked.honest} honest presses a second; a farm of {self.asked.bots} "
            f"connections; 1,000 tokens of one account, {self.asked.tokens} presses a second"
        )
        # Each row has a process of its own: what it knows of the bots is forgotten with it.
        alone = self._row("nobody else")
        without = self._row("farm, no slow queue", "farm", FIRSTHAND_SLOW_QUEUE="no")
        slowed = self._row("farm, slow queue", "farm")
        self._row("1,000 tokens", "tokens")
        print(
            f"honest p99: {alone:.0f} ms alone; beside the farm {slowed:.0f} ms with the slow "
            f"queue, {without:.0f} ms without it"
        )
        self._books()

    def _row(self, name: str, kind: str = "", **environment: str) -> float:
        os.environ.update(FIRSTHAND_SLOW_QUEUE="yes")
        os.environ.update(environment)
        seconds, seconds_of_bots = self.asked.seconds, self.asked.seconds + AFTER_SECONDS
        with house.lives(1) as doors:
            common = {"ports": [doors[0].port], "offers": [self.offer]}
            flood = {
                "": {},
                "farm": {"badges": self.farm, "seconds": seconds_of_bots, "forwarded": CROWDED},
                "tokens": {
                    "badges": self.tokens,
                    "offers": [self.limited],
                    "curve": [self.asked.tokens] * seconds_of_bots,
                },
            }[kind]
            honest = {
                **common,
                "badges": self.honest,
                "forwarded": ELSEWHERE,
                "connections": 128,
                "delay": BEFORE_SECONDS,
                "curve": [self.asked.honest] * seconds,
            }
            if not flood:
                with house.crowd(**honest) as told:
                    words, bots = told(), None
            else:
                connections = self.asked.bots
                with (
                    house.crowd(**{**common, **flood}, connections=connections) as bots_told,
                    house.crowd(**honest) as told,
                ):
                    words, bots = told(), bots_told()
        self._say(name, words, bots)
        return words["held"]["p99"]

    def _say(self, name: str, words: dict, bots: dict | None) -> None:
        self.acknowledged += words["numbers"]
        took, told = words["held"], Counter(words["told"])
        line = (
            f"{name:<20} honest: {told.pop('held', 0):>5,} held   p50 {took['p50']:>5.0f} ms   "
            f"p99 {took['p99']:>5.0f} ms   refused: {_kinds(told)}"
        )
        if bots is not None:
            self.acknowledged += bots["numbers"]
            line += f"   bots: {_kinds(bots['told'])}"
        print(line, flush=True)

    def _books(self) -> None:
        faults = self.ground.faults()
        kept = set(_column("select number from order_order"))
        lost = [number for number in self.acknowledged if number not in kept]
        has = self.ground.value(
            f"select coalesce(sum(quantity), 0) from order_order where person_id = {ACCOUNT}"
        )
        print(f"the account with 1,000 tokens has {has} pieces, its limit is {LIMIT}")
        print(
            f"acknowledged {len(self.acknowledged):,}, lost {len(lost)}; books: {faults or 'well'}"
        )
        if lost or faults or has != LIMIT:
            raise SystemExit(1)


def _kinds(told: dict) -> str:
    return ", ".join(f"{n:,} {code}" for code, n in sorted(told.items())) or "none"


def _column(sql: str) -> list:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [value for (value,) in cursor.fetchall()]


if __name__ == "__main__":
    main()
