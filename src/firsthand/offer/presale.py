"""Opening a pre-sale (定金预售): so much now, the balance by a date, and a rule for the deposit.

The deposit goes back to whoever does not go on, unless the maker says here, and so before
anybody presses, that he keeps it. The terms stand on every order of their own: opening the
pre-sale anew on others changes nothing for who has ordered.
"""

from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, Refusal
from firsthand.kit.money import yuan
from firsthand.offer import checks, pieces, rules, store
from firsthand.offer.models import Offer
from firsthand.offer.rules import Part
from firsthand.offer.store import Presale
from firsthand.stock import store as stock

TIME_FOR_THE_BALANCE = timedelta(hours=1)  # that everybody has at least, from press to due
FAR = timedelta(days=366)  # a date beyond is a slip of the hand


def open_presale(
    *,
    show_id: int,
    sku_id: int,
    deposit_fen: int,
    balance_due_at: datetime,
    now: datetime,
    balance_opens_at: datetime | None = None,
    deposit_is_kept: bool = False,
    discount_fen: int = 0,
    quantity: int = 0,
    limit_per_person: int = 5,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    by: int | None = None,
) -> Offer:
    """Put a SKU up for pre-sale on a show (0: in the mall), with so many pieces.

    Without CLOSES_AT one may press until the balance opens, or until an hour before it is due.
    """
    checks.check_limit(limit_per_person)
    if quantity:
        checks.check_quantity(quantity)
    latest = balance_due_at - TIME_FOR_THE_BALANCE
    closes_at = closes_at or min(balance_opens_at or latest, latest)
    presale = Presale(deposit_fen, deposit_is_kept, balance_opens_at, balance_due_at, discount_fen)
    _check_times(presale, now, opens_at, closes_at)
    stock.open_accounts([sku_id])
    stock.lock_on_offer([sku_id])
    tags = checks.tags_of([sku_id])
    checks.check_discount(discount_fen, [Part(sku_id, 1)], tags)
    price_fen = tags[sku_id].price_fen - discount_fen
    if not 1 <= deposit_fen < price_fen:
        raise Invalid(
            "bad_deposit",
            format_lazy(
                _("A deposit is less than the price, ¥{price}, and more than nothing."),
                price=yuan(price_fen),
            ),
            fields={"price_fen": price_fen},
        )
    if store.open_already(show_id, [sku_id], store.PRESALE):
        raise Refusal("open_already", _("It is on offer here already."), fields={"sku_id": sku_id})
    terms = store.open_presale(show_id, sku_id, limit_per_person, opens_at, closes_at, presale)
    released = pieces.release([terms], {terms.offer_id: quantity}, by) if quantity else []
    outbox.tell(rules.feed_of(show_id), [checks.opened(terms, tags, by), *released])
    return Offer.objects.get(pk=terms.offer_id)


def _check_times(
    presale: Presale, now: datetime, opens_at: datetime | None, closes_at: datetime
) -> None:
    due_at, balance_opens_at = presale.balance_due_at, presale.balance_opens_at
    if not now + TIME_FOR_THE_BALANCE < due_at < now + FAR:
        raise Invalid(
            "bad_due", _("The balance falls due after an hour at the earliest, within a year.")
        )
    if balance_opens_at is not None and balance_opens_at + TIME_FOR_THE_BALANCE > due_at:
        raise Invalid(
            "bad_balance", _("There must be an hour at least in which the balance can be paid.")
        )
    if closes_at > due_at - TIME_FOR_THE_BALANCE:
        raise Invalid(
            "bad_times", _("A pre-sale closes an hour before its balance is due, at the latest.")
        )
    checks.check_times(opens_at, closes_at)
