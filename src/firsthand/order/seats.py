"""The statements about groups and the seats in them, as functions.

What is read here without a lock is read behind the door of the offer's SKU (the intake), or
only to be shown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from firsthand.kit.sql import BigInts, Queries
from firsthand.order.groups import TOLD, Seat
from firsthand.order.groups import Group as Forming
from firsthand.order.models import Group, Order
from firsthand.order.store import Pieces

_SQL = Queries(__package__)


def to_join(group_ids: Iterable[int]) -> dict[int, Forming]:
    """Groups that somebody wants to join; one that is not there is missing."""
    rows = _SQL.rows("groups_to_join", group_ids=BigInts(set(group_ids)))
    return {
        group_id: Forming(group_id, offer_id, seats, expires_at, state, set(people))
        for group_id, offer_id, seats, expires_at, state, people in rows
    }


def new_ids(count: int) -> Iterator[int]:
    """Names for so many groups."""
    return (group_id for (group_id,) in _SQL.rows("group_ids", count=count))


def of_orders(numbers: Collection[str]) -> dict[str, Seat]:
    """The seats that orders have in their groups, by the orders' numbers."""
    rows = _SQL.rows("seats_of", numbers=list(numbers))
    return {number: Seat(*seat) for number, *seat in rows}


class Squad(NamedTuple):
    """The group of an order, as those who are in it see it."""

    group_id: int
    seats: int
    state: str
    expires_at: datetime
    formed_at: datetime | None
    taken: int  # seats that are held or paid, now
    paid: int

    @property
    def missing(self) -> int:
        """How many more people it takes."""
        return max(0, self.seats - self.taken)


def squad_of(number: str) -> Squad | None:
    """The group in which an order has, or had, a seat."""
    row = _SQL.row("squad_of", number=number)
    return Squad(*row) if row else None


def open_many(groups: Sequence[Forming], now: datetime) -> None:
    """Write new groups."""
    _SQL.change(
        "open_groups",
        group_ids=BigInts([one.group_id for one in groups]),
        offer_ids=BigInts([one.offer_id for one in groups]),
        person_ids=BigInts([one.opened_by or 0 for one in groups]),
        seats=BigInts([one.seats for one in groups]),
        untils=[one.expires_at for one in groups],
        now=now,
    )


def take(seats: Mapping[str, int]) -> None:
    """New orders, by number, take seats in groups."""
    _SQL.change(
        "take_seats", numbers=list(seats), group_ids=BigInts([seats[number] for number in seats])
    )


class Locked(NamedTuple):
    """A group whose row is ours until the end of the transaction."""

    group_id: int
    offer_id: int
    seats: int
    state: str
    expires_at: datetime


class Seated(NamedTuple):
    """An order that has a seat in a forming group."""

    pieces: Pieces
    group_id: int
    state: str
    amount_fen: int


def lock_group_of(number: str) -> Locked | None:
    """The group in which an order has a seat, locked; None for an order that has none.

    Whoever changes an order of a group takes this first, and then the orders.
    """
    row = _SQL.row("lock_group_of", number=number)
    return Locked(*row) if row else None


def lock_overdue(now: datetime, at_most: int) -> list[Locked]:
    """Forming groups whose time is up, locked; those that end first before others."""
    return [Locked(*row) for row in _SQL.rows("lock_groups_overdue", now=now, at_most=at_most)]


def lock_seated(group_ids: Iterable[int]) -> list[Seated]:
    """The orders that have a seat in forming groups, by id, locked. Hold the groups."""
    rows = _SQL.rows("lock_seated", group_ids=BigInts(group_ids))
    return [Seated(Pieces(*row[:8]), *row[8:]) for row in rows]


def form(group_id: int, order_ids: Iterable[int], now: datetime) -> None:
    """A group has formed, and its orders are paid. Hold the group, its orders and the door."""
    _SQL.change("form_group", group_id=group_id, order_ids=BigInts(order_ids), now=now)


def expire(group_ids: Iterable[int]) -> None:
    """Groups did not form in time. Hold them, their orders and the doors."""
    _SQL.change("expire_groups", group_ids=BigInts(group_ids))


class GivenUp(NamedTuple):
    """A forming group that lost a seat, and how many are taken in it now."""

    group_id: int
    offer_id: int
    seats: int
    show_id: int
    taken: int


def given_up(order_ids: Iterable[int]) -> list[GivenUp]:
    """The forming groups that orders which ended had a seat in. Hold the doors."""
    rows = _SQL.rows("seats_given_up", order_ids=BigInts(order_ids))
    return [GivenUp(*row) for row in rows]


def forming(offer_ids: Iterable[int], now: datetime, at_most: int = TOLD) -> dict[int, list[Seat]]:
    """Groups that one may still join, a few of each offer: those that lack the fewest first."""
    found: dict[int, list[Seat]] = defaultdict(list)
    rows = _SQL.rows("groups_forming", offer_ids=BigInts(offer_ids), now=now, at_most=at_most)
    for offer_id, *seat in rows:
        found[offer_id].append(Seat(*seat))
    return found


def to_tell(group_ids: Iterable[int]) -> list[Order]:
    """The orders whose buyers are written to: of groups that formed, or did not in time.

    Whoever gave no e-mail address, or had left before, is not among them.
    """
    return list(
        Order.objects.filter(
            Q(seat__group__state=Group.State.FORMED, steps__note="group_formed")
            | Q(seat__group__state=Group.State.EXPIRED, steps__note="group_expired"),
            seat__group__in=list(group_ids),
        )
        .exclude(Q(person__email=None) | Q(person__email=""))
        .select_related("person", "sku__product", "seat__group")
        .order_by("id")
        .distinct()
    )


class Tally(NamedTuple):
    """How the groups of an offer fared, and whom they brought."""

    opened: int
    forming: int
    formed: int
    expired: int
    paid: int  # orders that were sold in groups that formed
    brought: int  # of these, by a link or a button: all but those who opened one


def tallies(offer_ids: Iterable[int]) -> dict[int, Tally]:
    """How the groups of offers fared; one that never had a group is missing."""
    rows = _SQL.rows("group_tallies", offer_ids=BigInts(offer_ids))
    return {offer_id: Tally(*tally) for offer_id, *tally in rows}
