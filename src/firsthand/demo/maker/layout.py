"""How the works are laid out beyond their centres, and how parts are ordered: read, then rows.

The plan is only as good a story as the factory that it is told of. So the demo's has what real
ones have: boards that change slowly between panel sizes, an old line that is slower, tools and
skills of which there are few, a Saturday that is worked, a line that is serviced, a second
source of a part, suppliers who have something under way.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import product
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django.db.models import Model

from firsthand.factory.models import (
    BomAlternate,
    BomLine,
    CalendarDay,
    CalendarShift,
    Changeover,
    Downtime,
    Machine,
    Operation,
    OperationAlternative,
    OperationNeed,
    Part,
    Plant,
    SharedResource,
    WorkCalendar,
    WorkCentre,
)
from firsthand.factory.mrp import purchasing

COMMON = "P-"  # how codes of common parts begin
YEARS = 2  # for which days that come each year are written
BATCH = 2_000


@cache
def said() -> Mapping[str, Any]:
    """What is written down, read once."""
    file = resources.files(__package__).joinpath("layout.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def write_layout(now: datetime) -> None:
    """Calendars, unlike machines, changeovers, tools and skills, maintenance. Centres are there."""
    centres = {centre.code: centre for centre in WorkCentre.objects.select_related("plant")}
    for code, table in said()["calendars"].items():
        calendar = WorkCalendar.objects.create(code=code, name_zh=table["zh"], name_en=table["en"])
        _write(
            CalendarShift(calendar=calendar, weekday=day, start_minute=start, minutes=minutes)
            for first, last, start, minutes in table["shifts"]
            for day in range(first, last + 1)
        )
        today = now.astimezone(ZoneInfo(centres[table["centres"][0]].plant.timezone)).date()
        _write(
            CalendarDay(calendar=calendar, day=day, start_minute=start, minutes=minutes, name=name)
            for day, (start, minutes, name) in unlike(table, today).items()
        )
        WorkCentre.objects.filter(code__in=table["centres"]).update(calendar=calendar)
    _write(
        Machine(
            work_centre=centres[code], number=number, speed_percent=speed, name_zh=zh, name_en=en
        )
        for code, rows in said()["machines"].items()
        for number, speed, zh, en in rows
    )
    _write(
        Changeover(work_centre=centres[code], from_family=one, to_family=other, minutes=minutes)
        for code, table in said()["changeovers"].items()
        for (one, other), minutes in matrix(table).items()
    )
    _write(
        Downtime(
            work_centre=centres[code],
            machine=machine or None,
            starts_at=_at(centres[code], now, days, minute),
            ends_at=_at(centres[code], now, days, minute) + timedelta(minutes=minutes),
            kind=Downtime.Kind.MAINTENANCE,
            note=note,
        )
        for code, machine, days, minute, minutes, note in said()["maintenance"]
    )


def unlike(table: Mapping[str, Any], today: date) -> dict[date, tuple[int, int, str]]:
    """A calendar's days that are unlike others: first minute, minutes, name. Holidays win."""
    days: dict[date, tuple[int, int, str]] = {}
    for ahead, weekday, start, minutes, name in table["unlike"]:
        day = today + timedelta(days=ahead)
        days[day + timedelta(days=(weekday - day.weekday()) % 7)] = (start, minutes, name)
    for year in range(today.year, today.year + YEARS):
        days |= {date(year, month, day): (0, 0, name) for month, day, name in table["closed"]}
    return days


def matrix(table: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """Minutes from each family to each other one: few between boards of one panel size."""
    return {
        (one, other): table["same"] if here == there else table["other"]
        for here, there in product(("large", "small"), repeat=2)
        for one, other in product(table[here], table[there])
        if one != other
    }


def _at(centre: WorkCentre, now: datetime, days: int, minute: int) -> datetime:
    zone = ZoneInfo(centre.plant.timezone)
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)


def write_choices() -> None:
    """What operations may do elsewhere, and which tools and skills they take. They are there."""
    centres = {centre.code: centre for centre in WorkCentre.objects.select_related("plant")}
    _write(
        OperationAlternative(
            operation=step,
            work_centre=centres[other],
            run_seconds=-(-step.run_seconds * percent // 100),
        )
        for code, other, lot_most, percent in said()["alternatives"]
        for step in Operation.objects.filter(
            work_centre=centres[code], part__lot_size__lte=lot_most
        )
    )
    plants = {plant.code: plant for plant in Plant.objects.all()}
    for code, (plant, kind, many, zh, en, centre, families) in said()["shared"].items():
        resource = SharedResource.objects.create(
            code=code, plant=plants[plant], kind=kind, quantity=many, name_zh=zh, name_en=en
        )
        steps = Operation.objects.filter(work_centre=centres[centre])
        if families:
            steps = steps.filter(part__family__in=families)
        _write(OperationNeed(operation=step, resource=resource) for step in steps)


def with_safety(needed: Mapping[str, int]) -> dict[str, int]:
    """What lies there, if there shall be the safety stocks beside what is needed, by code."""
    shares = {COMMON + key: rule[-1] for key, rule in said()["ordering"].items()}
    return {code: n + n * shares.get(code, 0) // 100 for code, n in needed.items()}


def write_ordering(there: Mapping[str, int]) -> None:
    """Lot rules, safety stocks, suppliers, second sources. THERE: what lies there, by code."""
    names = said()["suppliers"]["names"]
    delivers: dict[str, list[int]] = {name: [] for name in names}
    for pk, code in Part.objects.filter(kind=Part.Kind.BOUGHT).values_list("pk", "code"):
        # The same thing for all products: what stands behind the model's number.
        key = code if code.startswith(COMMON) else code.split("-", 2)[-1]
        delivers[names[crc32(key.encode()) % len(names)]].append(pk)
    for name, ids in delivers.items():
        Part.objects.filter(pk__in=ids).update(supplier=name)
    for key, (rule, minimum, multiple, days, share) in said()["ordering"].items():
        Part.objects.filter(code=COMMON + key).update(
            lot_rule=rule,
            order_minimum=minimum,
            order_multiple=multiple,
            period_days=days,
            safety_stock=there.get(COMMON + key, 0) * share // (100 + share),
        )
    for number, (key, (zh, en, yuan, days)) in enumerate(said()["alternates"].items()):
        other = Part.objects.create(
            code=f"{COMMON}{key}-2",
            name_zh=zh,
            name_en=en,
            kind=Part.Kind.BOUGHT,
            unit_cost_fen=round(100 * yuan),
            lead_time_days=days,
            on_hand=there.get(COMMON + key, 0) // 10,
            supplier=names[number % len(names)],
        )
        _write(
            BomAlternate(line=line, component=other)
            for line in BomLine.objects.filter(component__code=COMMON + key)
        )


def buy_ahead(part_ids: Mapping[str, int], there: Mapping[str, int], now: datetime) -> None:
    """Ask suppliers for what is under way at the opening, as a buyer does."""
    for key, percent, days in said()["purchases"]:
        code = COMMON + key
        pieces = there.get(code, 0) * percent // 100
        if pieces:
            order = purchasing.open_purchase(
                part_id=part_ids[code],
                quantity=pieces,
                due_at=now + timedelta(days=days),
                now=now,
            )
            purchasing.order_purchase(order.number, now)


def _write(rows: Iterable[Model]) -> None:
    made = list(rows)
    if made:
        type(made[0])._default_manager.bulk_create(made, batch_size=BATCH)
