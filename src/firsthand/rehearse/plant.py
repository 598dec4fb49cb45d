"""A plant that does not exist, as rows in the tables: for tests and benches that need many.

    with transaction.atomic():
        filled = fill(10_000, seed=1, now=clock.now())   # 83 machines, 600 SKUs, 1,800 lots
        plan = factory.actions.replan(clock.now())

It is drawn like the factories of ``rehearse/works.py`` (boards, assembly, burn-in, test, packing;
families with changeovers between them; a third of the lots sold on air, urgent and heavy), but it
stands in the database, so that what reads tables can be measured: planning, ladders, the board.
Everything follows from the seed.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.factory.models import (
    BomLine,
    Changeover,
    Operation,
    OperationAlternative,
    Part,
    Plant,
    WorkCentre,
    WorkOrder,
)
from firsthand.stock import store as stock
from firsthand.stock.models import Place

DAY_SECONDS = 16 * 3600  # two shifts


class Stage(NamedTuple):
    """A kind of work: how many of 83 machines do it, how busy they are, how long one is set up."""

    kind: str
    name_zh: str
    name_en: str
    machines: int
    busy: float
    minor_minutes: int
    setup_minutes: int
    spread_minutes: int


SMT, ICT, ASSEMBLY, BURN_IN, TEST, PACKING = STAGES = (
    Stage("smt", "贴片", "SMT", 14, 0.62, 12, 35, 60),
    Stage("ict", "在线测试", "In-circuit test", 11, 0.72, 5, 12, 10),
    Stage("assembly", "组装", "Assembly", 20, 1.0, 10, 25, 40),
    Stage("burn-in", "老化", "Burn-in", 14, 0.75, 0, 0, 0),
    Stage("test", "整机测试", "Final test", 14, 0.78, 5, 10, 10),
    Stage("packing", "包装", "Packing", 10, 0.70, 5, 12, 8),
)
MACHINES = sum(stage.machines for stage in STAGES)
FAMILIES = (
    ("耳机", "Earphones"), ("音箱", "Speakers"), ("台灯", "Lamps"), ("充电器", "Chargers"),
    ("路由器", "Routers"), ("摄像头", "Cameras"), ("门锁", "Locks"), ("手环", "Bands"),
    ("水壶", "Kettles"), ("风扇", "Fans"), ("加湿器", "Humidifiers"), ("净化器", "Purifiers"),
    ("遥控器", "Remotes"), ("插座", "Sockets"), ("投影仪", "Projectors"), ("键盘", "Keyboards"),
    ("秤", "Scales"), ("牙刷", "Toothbrushes"), ("吹风机", "Dryers"), ("体温计", "Thermometers"),
)  # fmt: skip


class Filled(NamedTuple):
    """What was put into the tables."""

    plant_id: int
    sku_ids: list[int]
    work_order_ids: list[int]
    operations: int  # of all lots together


class _Step(NamedTuple):
    part: Part
    number: int
    centre: WorkCentre
    other: WorkCentre | None
    piece_seconds: float


class _Item(NamedTuple):
    """A product: its part, what goes into it, and the way through the plant."""

    part: Part
    boards: list[Part]
    steps: list[_Step]


def fill(
    operations: int,
    *,
    seed: int,
    now: datetime,
    skus: int = 600,
    load: float = 0.9,
    tight: float = 1.0,
    days: float = 10,
) -> Filled:
    """Draw a plant that has about so many OPERATIONS to do in so many working DAYS.

    LOAD is how much of the assembly's time they take; with TIGHT below 1, dues are sooner.
    """
    chance = random.Random(seed)  # noqa: S311 - a plant that was drawn is no secret
    skus = max(1, min(skus, operations // 8))
    families = FAMILIES[: max(2, min(len(FAMILIES), skus // 3))]
    plant = _plant(seed)
    halls = _centres(plant, operations, families, chance)
    items = _items(seed, skus, families, halls, chance)
    lots: list[tuple[_Item, int]] = []
    planned = 0
    popularity = [1 / (rank + 1) ** 0.7 for rank in range(skus)]
    chance.shuffle(popularity)
    while planned < operations:
        [item] = chance.choices(items, popularity)
        quantity = min(1500, max(50, round(chance.lognormvariate(5.86, 0.6), -1)))
        lots.append((item, int(quantity)))
        planned += len(item.steps)
    scale = _fitting(lots, load, days)
    _write(items, scale)
    orders = _orders(lots, scale, now, days=days, tight=tight, chance=chance)
    WorkOrder.objects.bulk_create(orders)
    return Filled(
        plant.pk,
        [item.part.sku_id for item in items if item.part.sku_id],
        [order.pk for order in orders],
        planned,
    )


def _plant(seed: int) -> Plant:
    place, _made = Place.objects.get_or_create(
        code=f"store-{seed}", defaults={"name_zh": "成品库", "name_en": "Finished goods"}
    )
    return Plant.objects.create(code=f"plant-{seed}", name_zh="一厂", name_en="Plant", place=place)


def _centres(
    plant: Plant, operations: int, families: Sequence[tuple[str, str]], chance: random.Random
) -> dict[str, list[WorkCentre]]:
    """The halls of each kind; two where there are machines enough."""
    found: dict[str, list[WorkCentre]] = {}
    for stage in STAGES:
        count = max(1, round(stage.machines * min(1.0, operations / 10_000) ** 0.8))
        halls = [count] if count < 4 else [(count + 1) // 2, count // 2]
        found[stage.kind] = WorkCentre.objects.bulk_create(
            WorkCentre(
                plant=plant,
                code=f"{stage.kind}-{plant.code.removeprefix('plant-')}{'abc'[hall]}",
                name_zh=f"{stage.name_zh} {'ABC'[hall]}",
                name_en=f"{stage.name_en} {'ABC'[hall]}",
                kind=stage.kind,
                machines=machines,
                shift_minutes=DAY_SECONDS // 60,
                minor_setup_minutes=stage.minor_minutes,
                cost_fen_per_hour=4500,
                energy_wh_per_hour=1000,
            )
            for hall, machines in enumerate(halls)
        )
    where = [(chance.random(), chance.random()) for _ in families]
    Changeover.objects.bulk_create(
        Changeover(
            work_centre=centre,
            from_family=one,
            to_family=other,
            minutes=stage.setup_minutes
            + round(stage.spread_minutes * (abs(a[0] - b[0]) + abs(a[1] - b[1])) / 2),
        )
        for stage in STAGES
        if stage.spread_minutes
        for centre in found[stage.kind]
        for (_zh, one), a in zip(families, where, strict=True)
        for (_zh2, other), b in zip(families, where, strict=True)
        if one != other
    )
    return found


def _items(
    seed: int,
    skus: int,
    families: Sequence[tuple[str, str]],
    halls: dict[str, list[WorkCentre]],
    chance: random.Random,
) -> list[_Item]:
    branch, _made = Category.objects.get_or_create(
        slug=f"drawn-{seed}", defaults={"name_zh": "样品", "name_en": "Drawn"}
    )
    family_of = [families[number % len(families)] for number in range(skus)]
    products = Product.objects.bulk_create(
        Product(
            category=branch,
            slug=f"drawn-{seed}-{number}",
            model_number=f"D{seed}-{number:04}",
            name_zh=f"{zh} {number + 1}",
            name_en=f"{en} {number + 1}",
            archetype="kettle",
        )
        for number, (zh, en) in enumerate(family_of)
    )
    made = Sku.objects.bulk_create(
        Sku(product=one, code=one.model_number, name_zh="标准版", name_en="Standard")
        for one in products
    )
    stock.open_accounts([sku.pk for sku in made])
    items = []
    for number, (sku, (_zh, family)) in enumerate(zip(made, family_of, strict=True)):
        product = products[number]
        part = Part(
            code=sku.code,
            name_zh=product.name_zh,
            name_en=product.name_en,
            kind="made",
            sku=sku,
            family=family,
            lot_size=200,
        )
        boards = [
            Part(
                code=f"{sku.code}-PCB{one + 1}",
                name_zh=f"{product.name_zh} 主板 {one + 1}",
                name_en=f"{product.name_en} board {one + 1}",
                kind="made",
                family=family,
                lot_size=200,
            )
            for one in range(1 + (chance.random() < 0.45))
        ]
        way = [(board, stage) for board in boards for stage in (SMT, ICT)]
        way += [(part, ASSEMBLY), *([(part, BURN_IN)] if chance.random() < 0.5 else [])]
        way += [(part, TEST), (part, PACKING)]
        steps: list[_Step] = []
        for of, stage in way:
            where = chance.sample(halls[stage.kind], len(halls[stage.kind]))
            other = where[1] if len(where) > 1 and chance.random() < 0.4 else None
            before = sum(1 for step in steps if step.part is of)
            seconds = chance.uniform(0.6, 1.6)
            steps.append(_Step(of, 10 * (before + 1), where[0], other, seconds))
        items.append(_Item(part, boards, steps))
    return items


def _fitting(lots: Sequence[tuple[_Item, int]], load: float, days: float) -> dict[str, float]:
    """Seconds a piece by kind, by which each kind is as busy as its stage says."""
    work: dict[str, float] = {}
    machines: dict[str, dict[int, int]] = {}
    for item, quantity in lots:
        for step in item.steps:
            kind = step.centre.kind
            work[kind] = work.get(kind, 0) + quantity * step.piece_seconds
            machines.setdefault(kind, {})[step.centre.pk] = step.centre.machines
    return {
        stage.kind: load
        * stage.busy
        * 0.85  # the rest is for changeovers
        * days
        * DAY_SECONDS
        * sum(machines[stage.kind].values())
        / work[stage.kind]
        for stage in STAGES
        if stage.kind in work
    }


def _write(items: Sequence[_Item], scale: dict[str, float]) -> None:
    Part.objects.bulk_create([item.part for item in items])
    Part.objects.bulk_create([board for item in items for board in item.boards])
    BomLine.objects.bulk_create(
        BomLine(parent=item.part, component=board, quantity=1)
        for item in items
        for board in item.boards
    )
    steps = [step for item in items for step in item.steps]
    by_kind = {stage.kind: stage for stage in STAGES}
    rows = Operation.objects.bulk_create(
        Operation(
            part=step.part,
            number=step.number,
            work_centre=step.centre,
            name_zh=by_kind[step.centre.kind].name_zh,
            name_en=by_kind[step.centre.kind].name_en,
            setup_minutes=by_kind[step.centre.kind].setup_minutes,
            run_seconds=_piece_seconds(step, scale),
        )
        for step in steps
    )
    OperationAlternative.objects.bulk_create(
        OperationAlternative(
            operation=row,
            work_centre=step.other,
            run_seconds=max(1, round(row.run_seconds * 1.1)),
        )
        for row, step in zip(rows, steps, strict=True)
        if step.other is not None
    )


def _piece_seconds(step: _Step, scale: dict[str, float]) -> int:
    return max(1, round(step.piece_seconds * scale[step.centre.kind]))


def _orders(
    lots: Sequence[tuple[_Item, int]],
    scale: dict[str, float],
    now: datetime,
    *,
    days: float,
    tight: float,
    chance: random.Random,
) -> list[WorkOrder]:
    """Work orders: of goods sold on air (due within days), of the shelves, of companies."""
    span = days * 1.4 * 86_400  # working days, with their weekends
    shows = [chance.uniform(0, 0.7 * span) for _ in range(max(2, round(days)))]
    first = WorkOrder.objects.count() + 1
    orders = []
    for number, (item, quantity) in enumerate(lots):
        work = sum(quantity * _piece_seconds(step, scale) for step in item.steps) * 24 / 16
        [kind] = chance.choices(("air", "shelf", "company"), (0.35, 0.45, 0.20))
        if kind == "air":
            release = chance.choice(shows) + chance.uniform(0, 3600)
            due, weight = release + work * 1.15 + tight * chance.uniform(1.0, 2.5) * 86_400, 4
        else:
            release = chance.uniform(0, 0.7 * span) if chance.random() < 0.7 else 0.0
            slack = (3, 8) if kind == "shelf" else (2, 5)
            due = release + work * 1.4 + tight * chance.uniform(*slack) * 86_400
            weight = 1 if kind == "shelf" else 2
        orders.append(
            WorkOrder(
                number=f"D{first + number:06}",
                part=item.part,
                quantity=quantity,
                weight=weight,
                release_at=now + timedelta(seconds=int(release)),
                due_at=now + timedelta(seconds=int(due)),
            )
        )
    return orders
