"""The ledger's statements, as functions."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from firsthand.kit.sql import Queries
from firsthand.stock.models import FIXED_ACCOUNTS, Place, on_hand
from firsthand.stock.rules import Shelf

_SQL = Queries(__package__)


class LedgerFault(Exception):
    """The books cannot be written as asked: somebody made a mistake in the code above."""


def open_accounts(sku_ids: Iterable[int], place_codes: Iterable[str] | None = None) -> None:
    """Open the accounts of SKUs, all empty: the fixed ones, and one for each place.

    Without PLACE_CODES it is every place that there is. Accounts that are open stay as they
    are.
    """
    if place_codes is None:
        place_codes = Place.objects.values_list("code", flat=True)
    accounts = [*FIXED_ACCOUNTS, *(on_hand(code) for code in place_codes)]
    _SQL.change("open_accounts", sku_ids=sorted(set(sku_ids)), accounts=accounts)


def lock_on_offer(sku_ids: Iterable[int]) -> dict[int, int]:
    """What is on offer of each SKU, locked until the end of the transaction.

    The row is the door of its SKU: take it before you read or move anything of the SKU.
    Locked in the order of the ids, so that two batches never wait for each other. A SKU
    without accounts is missing in the answer.
    """
    rows = _SQL.rows("lock_on_offer", sku_ids=sorted(set(sku_ids)))
    return {sku_id: quantity for sku_id, quantity in rows}  # noqa: C416 - the names say what


def transfer(
    *, debit: str, credit: str, quantities: Mapping[int, int], cause: str | Mapping[int, str]
) -> None:
    """Move goods from CREDIT to DEBIT, many SKUs at once; CAUSE is one for all, or by SKU.

    The table refuses to oversell: IntegrityError, with the name of the broken constraint.
    """
    if not quantities:
        return
    if debit == credit:
        raise LedgerFault(f"from {credit} to itself")
    sku_ids = sorted(quantities)
    touched = _SQL.change(
        "transfer",
        debit=debit,
        credit=credit,
        sku_ids=sku_ids,
        quantities=[quantities[sku_id] for sku_id in sku_ids],
        causes=[cause if isinstance(cause, str) else cause[sku_id] for sku_id in sku_ids],
    )
    if touched != 2 * len(sku_ids):
        raise LedgerFault(f"accounts that are not open: {debit} or {credit} of {sku_ids}")


def balances(sku_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """What every open account of these SKUs holds."""
    found: dict[int, dict[str, int]] = {sku_id: {} for sku_id in sku_ids}
    for sku_id, account, quantity in _SQL.rows("balances", sku_ids=sorted(found)):
        found[sku_id][account] = quantity
    return found


def shelves(sku_ids: Iterable[int]) -> dict[int, list[Shelf]]:
    """What lies where, in the order in which stock is drawn; empty shelves are left out."""
    found: dict[int, list[Shelf]] = {sku_id: [] for sku_id in sku_ids}
    for sku_id, account, quantity in _SQL.rows("shelves", sku_ids=sorted(found)):
        found[sku_id].append(Shelf(account, quantity))
    return found


def moved_for(sku_ids: Iterable[int], causes: Iterable[str]) -> dict[int, dict[str, int]]:
    """What was drawn for these causes onto ``on_offer``, from where, and not given back yet."""
    found: dict[int, dict[str, int]] = {sku_id: {} for sku_id in sku_ids}
    rows = _SQL.rows("moved_for", sku_ids=sorted(found), causes=list(causes))
    for sku_id, account, quantity in rows:
        found[sku_id][account] = quantity
    return found


class Discrepancy(NamedTuple):
    """An account that holds something else than what was moved into it."""

    sku_id: int
    account: str
    holds: int
    moved: int


def audit() -> list[Discrepancy]:
    """Everything in the books that does not add up; empty when all is well.

    An account must hold the sum of its movements, and all accounts of a SKU together must
    hold nought (told as an account without a name).
    """
    return [
        *(Discrepancy(*row) for row in _SQL.rows("audit")),
        *(Discrepancy(sku_id, "", quantity, 0) for sku_id, quantity in _SQL.rows("sums")),
    ]
