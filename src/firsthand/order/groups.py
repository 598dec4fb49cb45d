"""Whether one may take a seat in a group-buy, and when a group is whole. Pure.

A group has so many seats, and a seat is an order: held while its buyer pays, then waiting
(``grouping``) for the others. Nothing is decided here about goods; a seat costs pieces, a day
and a place under the person's limit like any order, and those are asked for apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from firsthand.offer.rules import Terms

GROUP = "group"  # of an offer
FORMING, FORMED, EXPIRED = "forming", "formed", "expired"
TOLD = 5  # forming groups that one is told of, to join them


class Seat(NamedTuple):
    """A place in a group, as its buyer is told of it; TAKEN as of now, his own among them."""

    group_id: int
    seats: int
    taken: int
    expires_at: datetime


@dataclass(slots=True)
class Group:
    """A group as it stands behind the door; brought up to date as seats are taken."""

    group_id: int
    offer_id: int
    seats: int
    expires_at: datetime
    state: str = FORMING
    members: set[int] = field(default_factory=set)  # people with a seat
    opened_by: int | None = None  # only of one that is opened now

    @property
    def seat(self) -> Seat:
        """A place in it, as its buyer is told."""
        return Seat(self.group_id, self.seats, len(self.members), self.expires_at)


class Refused(NamedTuple):
    """Why nobody, or not this person, takes a seat; a code, and what goes with it."""

    code: str
    facts: Mapping[str, int] = {}


def why_not_join(
    person_id: int, terms: Terms, group: Group | None, now: datetime
) -> Refused | None:
    """Whether a person may join a group on an offer; None: he may.

    GROUP is None when there is none with the id that he named.
    """
    if group is None or terms.kind != GROUP or group.offer_id != terms.offer_id:
        return Refused("no_such_group")
    if person_id in group.members:
        return Refused("in_group_already")
    if group.state != FORMING or now >= group.expires_at:
        return Refused("group_over")
    if len(group.members) >= group.seats:
        return Refused("group_full", {"seats": group.seats})
    return None


def opened(group_id: int, person_id: int, terms: Terms, now: datetime) -> Group:
    """A new group on an offer, with nobody in it yet."""
    expires_at = now + timedelta(minutes=terms.group_minutes)
    return Group(group_id, terms.offer_id, terms.group_size, expires_at, opened_by=person_id)


def is_whole(seats: int, paid: int) -> bool:
    """Whether so many who paid are all.

    >>> is_whole(3, 2), is_whole(3, 3)
    (False, True)
    """
    return paid >= seats
