"""A small works for tests: one plant, two work centres, kettles with a board in them.

    kettle = new_kettle()                   # a SKU with a bill of material and a routing
    order = ask_for(kettle, 100)            # a work order
    plan = plan_at(MONDAY)

All times are UTC; the plant keeps Shanghai's clock (UTC+8) and works from 8:00 to 16:00, so
a working day is 0:00 to 8:00 here, and Monday begins at MONDAY.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import translation

from firsthand.catalogue.models import Category, Product, Sku
from firsthand.factory import actions
from firsthand.factory.models import BomLine, Operation, Part, Plan, Plant, WorkCentre, WorkOrder
from firsthand.kit.errors import Refusal
from firsthand.stock.models import Place

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PLACE = "north"


def plant() -> Plant:
    """The plant, with a store."""
    found = Plant.objects.filter(code="p1").first()
    if found:
        return found
    place, _ = Place.objects.get_or_create(
        code=PLACE, defaults={"name_zh": "北仓", "name_en": "north store"}
    )
    made = Plant.objects.create(code="p1", name_zh="一厂", name_en="Plant 1", place=place)
    for code, fen in (("smt", 6000), ("assembly", 4500)):
        WorkCentre.objects.create(
            plant=made,
            code=code,
            name_zh=code,
            name_en=code,
            kind=code,
            machines=1,
            shift_start_minute=480,
            shift_minutes=480,
            cost_fen_per_hour=fen,
            energy_wh_per_hour=1000,
        )
    return made


def bought(code: str, fen: int, *, on_hand: int = 1_000_000, lead_time_days: int = 5) -> Part:
    """A part that is bought."""
    return Part.objects.create(
        code=f"{code}-{uuid4().hex[:8]}",
        name_zh=code,
        name_en=code,
        kind="bought",
        unit_cost_fen=fen,
        on_hand=on_hand,
        lead_time_days=lead_time_days,
    )


def new_sku(weight_g: int = 500) -> Sku:
    """A SKU that the factory does not know."""
    unique = uuid4().hex[:8]
    branch, _ = Category.objects.get_or_create(
        slug="kettles", defaults={"name_zh": "水壶", "name_en": "Kettles"}
    )
    product = Product.objects.create(
        category=branch,
        slug=f"kettle-{unique}",
        model_number=f"K-{unique}",
        name_zh="铜水壶",
        name_en="Copper kettle",
        archetype="kettle",
    )
    return Sku.objects.create(
        product=product,
        code=f"K-{unique}-1",
        name_zh="1.5 升",
        name_en="1.5 l",
        weight_g=weight_g,
    )


def new_kettle(
    *,
    lot_size: int = 100,
    board_seconds: int = 36,
    assembly_seconds: int = 72,
    shell: Part | None = None,
    family: str = "kettle",
) -> Sku:
    """A SKU whose lot of 100 takes an hour of boards, then two hours of assembly.

    Its board goes in with two chips of 4.50 yuan; its shell costs 12.30 yuan. The first
    lot of a family is set up for half an hour on each machine.
    """
    works, sku = plant(), new_sku()
    smt = WorkCentre.objects.get(code="smt")
    assembly = WorkCentre.objects.get(code="assembly")
    unique = sku.code
    kettle, board = (
        Part.objects.create(
            code=f"{kind}-{unique}",
            name_zh=kind,
            name_en=kind,
            kind="made",
            family=family,
            lot_size=lot_size,
            plant=works,
            sku=sku if kind == "kettle" else None,
        )
        for kind in ("kettle", "board")
    )
    BomLine.objects.create(parent=kettle, component=board, quantity=1)
    BomLine.objects.create(parent=kettle, component=shell or bought("shell", 1230), quantity=1)
    BomLine.objects.create(parent=board, component=bought("chip", 450), quantity=2)
    for part, centre, seconds in (
        (board, smt, board_seconds),
        (kettle, assembly, assembly_seconds),
    ):
        Operation.objects.create(
            part=part,
            number=10,
            work_centre=centre,
            name_zh="工序",
            name_en=f"making of {part.code}",
            setup_minutes=30,
            run_seconds=seconds,
        )
    return sku


def ask_for(
    sku: Sku, quantity: int, *, due: datetime = MONDAY + 5 * DAY, release: datetime = MONDAY
) -> WorkOrder:
    """A work order for so many."""
    with transaction.atomic():
        return actions.open_work_order(
            sku_id=sku.pk, quantity=quantity, due_at=due, release_at=release, now=MONDAY
        )


def plan_at(now: datetime, solver: str = "edd") -> Plan:
    """A new plan, put in force."""
    with transaction.atomic():
        return actions.replan(now, solver=solver)


def finish(order: WorkOrder, quantity: int | None = None, now: datetime = MONDAY) -> None:
    """A lot is made."""
    with transaction.atomic():
        actions.finish_work_order(
            order.number, order.quantity if quantity is None else quantity, now
        )


@contextmanager
def refused(code: str, saying: str = "") -> Iterator[None]:
    """What is done here is refused with this code, and says this in English; nothing changes."""
    with translation.override("en"):
        with pytest.raises(Refusal) as refusal, transaction.atomic():
            yield
        assert refusal.value.code == code and saying in str(refusal.value)
