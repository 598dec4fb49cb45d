"""What a piece is: where, when and of what it was made. A product's passport begins with it.

It names no one: who did a step is an id, and names live with people. What nobody reported says
that it is by the plan (``is_reported``), so that no page can show more than we know.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.factory.floor import store
from firsthand.factory.models import Serial
from firsthand.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class MadeStep:
    """An operation by which a lot was made."""

    part: str
    number: int
    name_zh: str
    name_en: str
    plant: str
    work_centre: str
    machine: int
    started_at: datetime
    finished_at: datetime | None
    good: int
    scrapped: int
    started_by: int | None  # an id of a person, and only that
    finished_by: int | None
    is_reported: bool  # else it is taken to be as the plan had it


@dataclass(frozen=True, slots=True)
class WentIn:
    """A part that went into a lot: how many pieces, for all of the lot, and where it came from."""

    part: str
    name_zh: str
    name_en: str
    quantity: int
    supplier: str
    supplier_lot: str
    purchase_order: str
    made_in: str  # the number of our own work order


@dataclass(frozen=True, slots=True)
class LotRecord:
    """A lot of ours: the steps by which it was made, and what went into it."""

    work_order: str
    part: str
    name_zh: str
    name_en: str
    plant: str
    good: int | None
    finished_at: datetime | None
    steps: tuple[MadeStep, ...]
    parts: tuple[WentIn, ...]


@dataclass(frozen=True, slots=True)
class Passport:
    """A piece: its number, its SKU, the lot it is of, and the lots of ours inside that one."""

    number: str
    sku_id: int
    sku: str
    name_zh: str
    name_en: str
    made_at: datetime
    lots: tuple[LotRecord, ...]  # its own first


def passport(number: str) -> Passport:
    """All that is known of a piece, by its serial number. Read it in one transaction."""
    serial = (
        Serial.objects.select_related("sku__product").filter(number=number.strip().upper()).first()
    )
    if serial is None:
        raise NotFound("no_such_serial", _("There is no such serial number."))
    product = serial.sku.product
    return Passport(
        number=serial.number,
        sku_id=serial.sku_id,
        sku=serial.sku.code,
        name_zh=f"{product.name_zh} {serial.sku.name_zh}".strip(),
        name_en=f"{product.name_en} {serial.sku.name_en}".strip(),
        made_at=serial.made_at,
        lots=lot_records(serial.work_order_id),
    )


def lot_records(work_order_id: int) -> tuple[LotRecord, ...]:
    """The record of a lot, and of every lot of ours inside it."""
    lots = store.lots_inside(work_order_id)
    ids = [row[0] for row in lots]
    steps: dict[int, list[MadeStep]] = {one: [] for one in ids}
    for row in store.lot_steps(ids):
        steps[row[0]].append(MadeStep(*row[1:]))
    parts: dict[int, list[WentIn]] = {one: [] for one in ids}
    for row in store.lot_parts(ids):
        parts[row[0]].append(WentIn(*row[1:]))
    return tuple(LotRecord(*(*row[1:], tuple(steps[row[0]]), tuple(parts[row[0]]))) for row in lots)
