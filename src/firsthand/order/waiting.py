"""The statements of the waiting lists, as functions. All of them are for behind the doors."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from firsthand.kit.sql import BigInts, Queries
from firsthand.offer.rules import Terms
from firsthand.order.line import Line, Place, Waiter
from firsthand.order.models import Waiting
from firsthand.order.rules import Press

SERVED_AT_ONCE = 256  # of one list, in one transaction

PLACES_TOLD = 20
TOLD_FOR = timedelta(days=3)  # that somebody waited in vain

State = Waiting.State

_SQL = Queries(__package__)


def lines(offers: Mapping[int, Terms], batch: Iterable[Press]) -> dict[int, Line]:
    """The lists of these offers, as much of them as this batch must know.

    Where nobody waits, nothing is asked.
    """
    found = {its.offer_id: Line(pieces=its.waiting) for its in offers.values() if its.waiting}
    if not found:
        return found
    joining = [press for press in batch if press.waits and press.offer_id in found]
    if joining:
        _read_places(found, joining)
    free = {offer_id: offers[offer_id].left for offer_id in found if offers[offer_id].left > 0}
    if free:
        _read_first(found, offers, free)
    return found


def _read_places(found: dict[int, Line], joining: Sequence[Press]) -> None:
    offer_ids = BigInts({press.offer_id for press in joining})
    for offer_id, people in _SQL.rows("people_waiting", offer_ids=offer_ids):
        found[offer_id].people = people
    people_ids = BigInts({press.person_id for press in joining})
    for row in _SQL.rows("places", offer_ids=offer_ids, person_ids=people_ids):
        offer_id, person_id, number, ahead = row
        found[offer_id].places[person_id] = Place(number, ahead)


def _read_first(
    found: dict[int, Line], offers: Mapping[int, Terms], free: Mapping[int, int]
) -> None:
    first: dict[int, list[Waiter]] = {offer_id: [] for offer_id in free}
    rows = _SQL.rows(
        "first_waiting",
        offer_ids=BigInts(free),
        at_most=BigInts(min(left, SERVED_AT_ONCE) for left in free.values()),
    )
    for waiting_id, offer_id, person_id, key, quantity, unit_fen, address_id in rows:
        show_id = offers[offer_id].show_id
        press = Press(person_id, key, show_id, offer_id, quantity, 0, unit_fen, address_id)
        first[offer_id].append(Waiter(waiting_id, press))
    for offer_id, waiters in first.items():
        found[offer_id].first = waiters


def write(changed: Collection[Line], now: datetime) -> None:
    """Whoever was served or waits no more leaves his list, whoever joined stands on one.

    What they waited for on the offers is changed apart (``offer.store.wait``).
    """
    gone = {one.waiter.waiting_id: "served" for line in changed for one in line.served}
    gone |= {one.waiter.waiting_id: one.why.value for line in changed for one in line.ended}
    if gone:
        end(gone, now)
    joined = [press for line in changed for press in line.joined]
    if joined:
        _SQL.change(
            "join",
            offer_ids=BigInts([press.offer_id for press in joined]),
            person_ids=BigInts([press.person_id for press in joined]),
            keys=[press.key for press in joined],
            quantities=BigInts([press.quantity for press in joined]),
            prices_fen=BigInts([press.price_fen for press in joined]),
            address_ids=[press.address_id for press in joined],
            now=now,
        )


def end(states: Mapping[int, str], now: datetime) -> None:
    """These wait no more, each for his reason."""
    touched = _SQL.change(
        "end_waiting", waiting_ids=BigInts(states), states=list(states.values()), now=now
    )
    assert touched == len(states), "somebody was taken off a list twice"


def close_list(offer_id: int, now: datetime, at_most: int) -> dict[int, int]:
    """The first of a list wait no more, since the sale has ended; what each had waited for."""
    return dict(_SQL.rows("close_list", offer_id=offer_id, now=now, at_most=at_most))


def to_serve(now: datetime) -> list[int]:
    """Offers whose lists may have to be served or ended."""
    return [offer_id for (offer_id,) in _SQL.rows("lists_to_serve", now=now)]


class Stands(NamedTuple):
    """Somebody's place on a list; None once he waits no longer."""

    row: Waiting
    place: Place | None


def places_of(person_id: int, now: datetime) -> list[Stands]:
    """Where somebody stands, and what ended for him without his pieces in the last days."""
    ended = Q(ended_at__gt=now - TOLD_FOR) & ~Q(state__in=[State.SERVED, State.LEFT])
    rows = list(
        Waiting.objects.filter(Q(state=State.WAITING) | ended, person_id=person_id)
        .select_related("offer__sku__product")
        .order_by("-id")[:PLACES_TOLD]
    )
    offer_ids = BigInts(row.offer_id for row in rows if row.state == State.WAITING)
    places = {
        offer_id: Place(number, ahead)
        for offer_id, _person, number, ahead in _SQL.rows(
            "places", offer_ids=offer_ids, person_ids=BigInts([person_id])
        )
    }
    return [
        Stands(row, places.get(row.offer_id) if row.state == State.WAITING else None)
        for row in rows
    ]


def to_tell(waiting_ids: Sequence[int]) -> list[Waiting]:
    """Of these, the people who can be written to."""
    return list(
        Waiting.objects.filter(pk__in=waiting_ids)
        .exclude(person__email=None)
        .exclude(person__email="")
        .select_related("person", "order", "offer__sku__product")
    )


class Difference(NamedTuple):
    """An offer that says another number of pieces waited for than its list."""

    offer_id: int
    waiting: int
    of_list: int


def audit() -> list[Difference]:
    """Where offers and lists disagree; empty when all is well."""
    return [Difference(*row) for row in _SQL.rows("lists_off")]
