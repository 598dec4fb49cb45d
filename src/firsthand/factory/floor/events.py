"""What the shop floor tells upward, on the feed ``factory``. Ids of people, never names."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OperationStarted:
    """An operation of a work order runs on a machine from now on."""

    name: ClassVar[str] = "operation_started"
    version: ClassVar[int] = 1

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    pieces: int  # that came to it
    by: int | None


@dataclass(frozen=True, slots=True)
class StartUndone:
    """An operation was started by mistake, and runs nowhere."""

    name: ClassVar[str] = "start_undone"
    version: ClassVar[int] = 1

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    by: int | None


@dataclass(frozen=True, slots=True)
class OperationHandedOver:
    """Somebody else goes on with an operation; so many pieces are good so far."""

    name: ClassVar[str] = "operation_handed_over"
    version: ClassVar[int] = 1

    work_order_id: int
    operation_id: int
    good: int
    scrapped: int
    by: int | None


@dataclass(frozen=True, slots=True)
class PiecesScrapped:
    """Pieces were spoilt in an operation that runs; SCRAPPED is all of it so far."""

    name: ClassVar[str] = "pieces_scrapped"
    version: ClassVar[int] = 1

    work_order_id: int
    operation_id: int
    pieces: int
    scrapped: int
    reason: str
    by: int | None


@dataclass(frozen=True, slots=True)
class OperationFinished:
    """An operation is finished, and passes its good pieces on."""

    name: ClassVar[str] = "operation_finished"
    version: ClassVar[int] = 1

    work_order_id: int
    operation_id: int
    work_centre_id: int
    machine: int
    good: int
    scrapped: int
    by: int | None


@dataclass(frozen=True, slots=True)
class LotShort:
    """A lot will give no more than so many good pieces of those that were asked for."""

    name: ClassVar[str] = "lot_short"
    version: ClassVar[int] = 1

    work_order_id: int
    number: str
    part_id: int
    sku_id: int | None  # None: of a part that is stocked
    quantity: int
    pieces: int


@dataclass(frozen=True, slots=True)
class SerialsGiven:
    """So many pieces of a finished lot have serial numbers, from FIRST to LAST."""

    name: ClassVar[str] = "serials_given"
    version: ClassVar[int] = 1

    work_order_id: int
    sku_id: int
    pieces: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class MachineDown:
    """A machine broke down; it is thought to stand until then."""

    name: ClassVar[str] = "machine_down"
    version: ClassVar[int] = 1

    downtime_id: int
    work_centre_id: int
    machine: int
    starts_at: str  # ISO 8601
    until: str  # ISO 8601
    by: int | None


@dataclass(frozen=True, slots=True)
class MachineUp:
    """A machine that was down works again."""

    name: ClassVar[str] = "machine_up"
    version: ClassVar[int] = 1

    downtime_id: int
    work_centre_id: int
    machine: int
    at: str  # ISO 8601
    by: int | None
