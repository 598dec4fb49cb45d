"""What happens to goods below the sale: made, put on a shelf, scrapped.

Each action takes the SKU's door first (``store.lock_on_offer``), reads under it, and moves.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.stock import rules, store
from firsthand.stock.models import MADE, PLANNED, SCRAPPED, Place, on_hand

PIECES_MAX = 10_000_000  # of one SKU, in one movement


def receive(*, sku_id: int, place: str, quantity: int, cause: str) -> None:
    """Put pieces that were made on the shelf of a place."""
    receive_many(place=place, quantities={sku_id: quantity}, cause=cause)


def receive_many(*, place: str, quantities: Mapping[int, int], cause: str) -> None:
    """Put pieces of many SKUs on the shelves of one place; one statement, however many."""
    _check(place, quantities)
    store.open_accounts(quantities)
    store.lock_on_offer(quantities)
    store.transfer(debit=on_hand(place), credit=MADE, quantities=quantities, cause=cause)


def pay_back_planned(*, sku_id: int, quantity: int, cause: str) -> int:
    """Pieces are finished that were put on offer before; how many of QUANTITY paid that back.

    The rest was owed to nobody: ``receive`` it, or let ``finish`` do both.
    """
    _check(None, {sku_id: quantity})
    store.lock_on_offer([sku_id])
    owed = -store.balances([sku_id])[sku_id].get(PLANNED, 0)
    paid = rules.finished(quantity, owed).pays_back
    if paid:
        store.transfer(debit=PLANNED, credit=MADE, quantities={sku_id: paid}, cause=cause)
    return paid


def finish(*, sku_id: int, place: str, quantity: int, cause: str) -> int:
    """The factory has finished pieces: what is owed is paid back, the rest goes on the shelf.

    Returns how many paid back what had been put on offer before it was made.
    """
    _check(place, {sku_id: quantity})
    store.open_accounts([sku_id])
    paid = pay_back_planned(sku_id=sku_id, quantity=quantity, cause=cause)
    if paid < quantity:
        receive(sku_id=sku_id, place=place, quantity=quantity - paid, cause=cause)
    return paid


def scrap(*, sku_id: int, place: str, quantity: int, cause: str) -> None:
    """Take broken pieces from a shelf, for good."""
    _check(place, {sku_id: quantity})
    store.lock_on_offer([sku_id])
    lies = store.balances([sku_id])[sku_id].get(on_hand(place), 0)
    if lies < quantity:
        raise Refusal(
            "not_on_the_shelf",
            _("There are fewer pieces on that shelf."),
            fields={"on_hand": lies},
        )
    store.transfer(
        debit=SCRAPPED, credit=on_hand(place), quantities={sku_id: quantity}, cause=cause
    )


def _check(place: str | None, quantities: Mapping[int, int]) -> None:
    if not all(1 <= quantity <= PIECES_MAX for quantity in quantities.values()):
        raise Invalid(
            "bad_quantity",
            _("A quantity is a whole number from 1 to 10,000,000."),
            fields={"most": PIECES_MAX},
        )
    if place is not None and not Place.objects.filter(code=place).exists():
        raise NotFound("no_such_place", _("There is no such place."))
