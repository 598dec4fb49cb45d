"""How many presses the intake settles in a second, without HTTP, on a database of its own.

    firsthand bench settle

Makes the database ``firsthand_bench`` on the server that DATABASE_URL names (or on the one
that comes with the house), fills it, presses, says what came of it, and drops it again.
The answer is honest about what was measured: fsync, the batch, the number of SKUs.
"""

import argparse
import os
import random
import sys
import time
from pathlib import Path
from statistics import median
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firsthand.app.settings")

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from firsthand.app import config, postgres

DATABASE = "firsthand_bench"
BATCH = 256
PEOPLE = 20_000
PIECES = 5_000_000
DAYS = 4

PEOPLE_SQL = """
insert into people_person (id, uuid, password, name, title_zh, title_en, roles, is_guest, is_active)
select n, gen_random_uuid(), '!', '', '', '', '{customer}', false, true
from generate_series(1, %s) as n
"""


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5, help="for each row of the table")
    parser.add_argument("--batch", type=int, default=BATCH)
    asked = parser.parse_args()
    server = _server()
    with psycopg.connect(server, autocommit=True) as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(sql.SQL("create database {}").format(name))
        try:
            _measure(make_conninfo(server, dbname=DATABASE), asked.seconds, asked.batch)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))


def _server() -> str:
    house = config.read()
    if house.database_url:
        return house.database_url
    return str(postgres.start(house.home).get_uri(postgres.MAINTENANCE))


def _measure(dsn: str, seconds: float, batch: int) -> None:
    os.environ["DATABASE_URL"] = dsn
    os.environ.setdefault("FIRSTHAND_UNPAID_MAX", "2000000000")
    os.environ.setdefault("FIRSTHAND_UNPAID_A_DAY_MAX", "2000000000")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    with connections["default"].cursor() as cursor:
        cursor.execute("show fsync")
        [fsync] = cursor.fetchone()
        cursor.execute("show synchronous_commit")
        [commit] = cursor.fetchone()
    print(f"fsync {fsync}, synchronous_commit {commit}, batches of {batch}, {seconds:g} s a row")
    for skus in (1, 5):
        _row(skus, seconds, batch)
    connections.close_all()


def _row(skus: int, seconds: float, batch: int) -> None:
    from django.db import connection, transaction

    from firsthand.kit.clock import now
    from firsthand.order.actions.settle import settle
    from firsthand.order.rules import Press

    offers = _shop(skus)
    chance = random.Random(7)

    def presses() -> list[Press]:
        return [
            Press(
                person_id=chance.randint(1, PEOPLE),
                key=UUID(int=chance.getrandbits(128)),
                show_id=88,
                offer_id=chance.choice(offers),
                quantity=1,
                price_version=1,
                price_fen=19_900,
            )
            for _ in range(batch)
        ]

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        [backend] = cursor.fetchone()
    took: list[float] = []
    settled = held = 0
    drawn = 0.0
    for n in range(1_000_000):
        drawing = time.process_time()
        batch_of = presses()
        drawn += (time.process_time() - drawing) * (n >= 5)
        began = time.perf_counter()
        with transaction.atomic():
            answers = settle(batch_of, now())
        if n == 4:  # the first ones let PostgreSQL make its plans
            own_began, backend_began = time.process_time(), _cpu_seconds(backend)
        if n >= 5:
            took.append(time.perf_counter() - began)
            settled += len(answers)
            held += sum(answer.hold is not None for answer in answers)
        if sum(took) >= seconds:
            break
    assert held == settled, "nobody is refused in this shop"
    own = (time.process_time() - own_began - drawn) / settled
    other = (_cpu_seconds(backend) - backend_began) / settled
    print(
        f"{skus} SKU{'s' if skus > 1 else ' '}: {settled / sum(took):>7,.0f} orders/s, "
        f"{1000 * median(took):.1f} ms a batch, {settled:,} orders; processor time an order: "
        f"{1e6 * own:.0f} us here, {1e6 * other:.0f} us in PostgreSQL"
    )


def _cpu_seconds(pid: int) -> float:
    """The processor time that a process of this machine has used; 0 where that is not told."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _shop(skus: int) -> list[int]:
    """Offers of some SKUs, with pieces for everybody on a ladder of some days."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from firsthand.offer.actions import Line, open_many
    from firsthand.promise.models import Rung
    from firsthand.stock.actions import receive
    from tests import shop

    call_command("flush", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_SQL, [PEOPLE])
    with transaction.atomic():
        shop.place()
        kettles = [shop.new_sku() for _ in range(skus)]
        for kettle in kettles:
            shop.published(kettle)
            receive(sku_id=kettle.pk, place=shop.PLACE, quantity=PIECES, cause="bench")
            for day in range(DAYS):
                ship_by = shop.SOON + day * (shop.LATER - shop.SOON)
                Rung.objects.create(
                    sku=kettle, ship_by=ship_by, source="stock", quantity=PIECES // DAYS
                )
        lines = [Line(kettle.pk, 1000, PIECES) for kettle in kettles]
        ids = open_many(show_id=88, lines=lines)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    return list(ids.values())


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    main()
