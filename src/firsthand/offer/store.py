"""The offer's statements, as functions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from firsthand.kit.sql import Queries
from firsthand.offer.rules import Part, Terms

SINGLE = "single"
BUNDLE = "bundle"
PRESALE = "presale"

_SQL = Queries(__package__)


def skus_of(offer_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The SKUs of each offer, whose doors one takes before one reads its terms.

    The one that it is shown by stands first. An offer that is not there is missing.
    """
    rows = _SQL.rows("skus_of", offer_ids=sorted(set(offer_ids)))
    found: dict[int, tuple[int, ...]] = {offer_id: (sku_id,) for offer_id, sku_id, _ in rows}
    bundles = [offer_id for offer_id, _sku_id, kind in rows if kind == BUNDLE]
    for offer_id, parts in _parts(bundles).items():
        [shown] = found[offer_id]
        found[offer_id] = (shown, *(part.sku_id for part in parts if part.sku_id != shown))
    return found


def terms(offer_ids: Iterable[int]) -> dict[int, Terms]:
    """What a buyer's press is held against; an offer that is not there is missing."""
    rows = _SQL.rows("terms", offer_ids=sorted(set(offer_ids)))
    found = {row[0]: Terms(*row) for row in rows}
    bundles = [offer_id for offer_id, its in found.items() if its.kind == BUNDLE]
    for offer_id, parts in _parts(bundles).items():
        found[offer_id] = found[offer_id]._replace(parts=tuple(parts))
    return found


def _parts(bundles: Sequence[int]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    if bundles:
        for offer_id, sku_id, each in _SQL.rows("parts", offer_ids=list(bundles)):
            found[offer_id].append(Part(sku_id, each))
    return found


def take(pieces: Mapping[int, int]) -> None:
    """Pieces of offers are taken, by offer. Hold the doors of their SKUs."""
    _change("change_taken", pieces)


def give_back(pieces: Mapping[int, int]) -> None:
    """Pieces of offers are free again, by offer. Hold the doors of their SKUs."""
    _change("change_taken", {offer_id: -quantity for offer_id, quantity in pieces.items()})


def release(pieces: Mapping[int, int]) -> None:
    """More pieces stand on offers (fewer, when below nought). Hold the doors of their SKUs."""
    _change("change_released", pieces)


def wait(pieces: Mapping[int, int]) -> None:
    """People wait for more pieces of offers (fewer, when below nought). Hold their doors."""
    _change("change_waiting", pieces)


def _change(name: str, pieces: Mapping[int, int]) -> None:
    if not pieces:
        return
    touched = _SQL.change(name, offer_ids=list(pieces), quantities=list(pieces.values()))
    assert touched == len(pieces), f"offers that are not there: {list(pieces)}"


def open_already(show_id: int, sku_ids: Sequence[int], kind: str = SINGLE) -> list[int]:
    """Which of these SKUs one can buy on this show already, on that manner of terms."""
    rows = _SQL.rows("open_already", show_id=show_id, sku_ids=list(sku_ids), kind=kind)
    return [sku_id for (sku_id,) in rows]


def open_many(
    show_id: int,
    limits: Mapping[int, int],
    opens_at: datetime | None,
    closes_at: datetime | None,
    discounts_fen: Mapping[int, int] = MappingProxyType({}),
) -> list[Terms]:
    """Open offers of SKUs, each with its limit for one person; their terms, by SKU."""
    rows = _SQL.rows(
        "open_many",
        show_id=show_id,
        sku_ids=list(limits),
        limits=list(limits.values()),
        discounts_fen=[discounts_fen.get(sku_id, 0) for sku_id in limits],
        opens_at=opens_at,
        closes_at=closes_at,
    )
    found = terms(offer_id for (offer_id,) in rows)
    return sorted(found.values(), key=lambda its: its.sku_id)


def open_group_buy(
    *,
    show_id: int,
    sku_id: int,
    limit_per_person: int,
    opens_at: datetime | None,
    closes_at: datetime | None,
    discount_fen: int,
    group_size: int,
    group_minutes: int,
) -> int | None:
    """Open a group-buy of a SKU, or open it again on new terms; None if one is open."""
    row = _SQL.row(
        "open_group_buy",
        show_id=show_id,
        sku_id=sku_id,
        limit_per_person=limit_per_person,
        opens_at=opens_at,
        closes_at=closes_at,
        discount_fen=discount_fen,
        group_size=group_size,
        group_minutes=group_minutes,
    )
    return row[0] if row else None


def open_bundle(
    *,
    show_id: int,
    sku_id: int,
    parts: Sequence[Part],
    name_zh: str,
    name_en: str,
    limit_per_person: int,
    discount_fen: int,
    opens_at: datetime | None,
    closes_at: datetime | None,
) -> Terms:
    """Open an offer of several SKUs."""
    [(offer_id,)] = _SQL.rows(
        "open_bundle",
        show_id=show_id,
        sku_id=sku_id,
        name_zh=name_zh,
        name_en=name_en,
        limit_per_person=limit_per_person,
        discount_fen=discount_fen,
        opens_at=opens_at,
        closes_at=closes_at,
        sku_ids=[part.sku_id for part in parts],
        each=[part.each for part in parts],
    )
    return terms([offer_id])[offer_id]


class Presale(NamedTuple):
    """The terms of a pre-sale, as it is opened."""

    deposit_fen: int  # of one piece
    deposit_is_kept: bool
    balance_opens_at: datetime | None
    balance_due_at: datetime
    discount_fen: int = 0  # off the whole price


def open_presale(
    show_id: int,
    sku_id: int,
    limit: int,
    opens_at: datetime | None,
    closes_at: datetime,
    presale: Presale,
) -> Terms:
    """Open a pre-sale of a SKU; its terms."""
    [(offer_id,)] = _SQL.rows(
        "open_presale",
        show_id=show_id,
        sku_id=sku_id,
        limit=limit,
        opens_at=opens_at,
        closes_at=closes_at,
        **presale._asdict(),
    )
    return terms([offer_id])[offer_id]


def close(offer_ids: Iterable[int]) -> None:
    """Nobody buys on these any more."""
    _SQL.change("close", offer_ids=list(offer_ids))


def closed_with_pieces(offer_ids: Iterable[int]) -> list[Terms]:
    """Which of these are closed, and got pieces back after that."""
    rows = _SQL.rows("closed_with_pieces", offer_ids=sorted(set(offer_ids)))
    found = terms(offer_id for (offer_id,) in rows)
    return sorted(found.values(), key=lambda its: (its.sku_id, its.offer_id))


class Difference(NamedTuple):
    """A SKU whose ledger says another number than its offers."""

    sku_id: int
    on_offer: int
    of_offers: int


def audit() -> list[Difference]:
    """SKUs whose offers and ledger disagree about what is on offer; empty when all is well."""
    return [Difference(*row) for row in _SQL.rows("books_off")]
