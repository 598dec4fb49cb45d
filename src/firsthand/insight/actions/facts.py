"""What viewers do is written down: how long they watched, which cards they saw and clicked.

The live engine gathers these facts from its sockets and hands them on some times a minute,
so each is a row of a batch and never a statement of its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from firsthand.insight.models import Act
from firsthand.kit.sql import Queries

BATCH_MAX = 5000
AWAY_MINUTES = 30  # who comes back within them does not enter a second time

_SQL = Queries("firsthand.insight")


class Beat(NamedTuple):
    """What a player tells of the last seconds. LATENCY_MS: how far behind the scene it plays."""

    show_id: int
    viewer: str
    person_id: int
    at: datetime
    watched_ms: int
    stalled_ms: int = 0
    latency_ms: int | None = None


class Deed(NamedTuple):
    """Something a viewer did or saw. ERROR_MS: how far a card was from its media time."""

    show_id: int
    viewer: str
    person_id: int
    at: datetime
    kind: Act.Kind
    offer_id: int = 0
    error_ms: int | None = None


def record_viewings(batch: Sequence[Beat]) -> None:
    """Add up beats, viewer by viewer and minute by minute."""
    assert len(batch) <= BATCH_MAX, "cut what is gathered into batches"
    _SQL.change(
        "record_viewings",
        show_ids=[beat.show_id for beat in batch],
        viewers=[beat.viewer for beat in batch],
        minutes=[beat.at.replace(second=0, microsecond=0) for beat in batch],
        person_ids=[beat.person_id for beat in batch],
        watched=[beat.watched_ms for beat in batch],
        stalled=[beat.stalled_ms for beat in batch],
        latencies=[beat.latency_ms for beat in batch],
    )


def record_acts(batch: Sequence[Deed]) -> None:
    """Write deeds down. An entry counts once an evening, however often the network breaks.

    Call it before ``record_viewings`` of the same moment: who has a viewing is here already.
    """
    assert len(batch) <= BATCH_MAX, "cut what is gathered into batches"
    _SQL.change(
        "record_acts",
        show_ids=[deed.show_id for deed in batch],
        viewers=[deed.viewer for deed in batch],
        person_ids=[deed.person_id for deed in batch],
        kinds=[str(deed.kind) for deed in batch],
        offer_ids=[deed.offer_id for deed in batch],
        errors=[deed.error_ms for deed in batch],
        ats=[deed.at for deed in batch],
        away_minutes=AWAY_MINUTES,
    )
