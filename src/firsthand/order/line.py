"""The waiting list of an offer that is sold out, as much of it as one batch must know. Pure.

It is served strictly in its order. Whoever stands first and wants three gets the first three
that come free, and is not overtaken by somebody who wants fewer: a list whose places can be
jumped is no list, and a large wish at its head would never be filled.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # a press is what the rules say it is
    from firsthand.order.rules import Hold, Press


class Why(enum.StrEnum):
    """Why somebody's waiting ended without his pieces."""

    LEFT = "left"
    CLOSED = "closed"
    PRICE_ROSE = "price_rose"
    OVER_LIMIT = "over_limit"
    UNPAID = "unpaid"
    KEY_USED = "key_used"


class Place(NamedTuple):
    """Somebody's place on a list."""

    number: int  # 1: the next to be served
    ahead: int  # pieces that those before him wait for


class Waiter(NamedTuple):
    """Somebody on a list; PRESS is what he will have pressed, at the price he agreed to."""

    waiting_id: int
    press: Press


class Served(NamedTuple):
    """Somebody has waited, and this is held for him now."""

    waiter: Waiter
    press: Press  # at the price that holds now
    hold: Hold


class Ended(NamedTuple):
    """Somebody has waited in vain."""

    waiter: Waiter
    why: Why


@dataclass(slots=True, kw_only=True)
class Line:
    """A waiting list, brought up to date as people are served and others join."""

    pieces: int  # that all of them wait for
    people: int = 0  # as read and joined since; counted only when somebody wants a place
    first: Sequence[Waiter] = ()  # who may be served now, in their order
    places: dict[int, Place] = field(default_factory=dict)  # of people of this batch, as read
    served: list[Served] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    joined: list[Press] = field(default_factory=list)
    gone_people: int = 0  # who stood in front, and do no longer
    gone_pieces: int = 0  # that they waited for

    def serve(self, waiter: Waiter, press: Press, hold: Hold) -> None:
        """The first in line has his pieces."""
        self.served.append(Served(waiter, press, hold))
        self._go(waiter)

    def end(self, waiter: Waiter, why: Why) -> None:
        """The first in line gets none."""
        self.ended.append(Ended(waiter, why))
        self._go(waiter)

    def place_of(self, person_id: int) -> Place | None:
        """Where somebody stands now, if he does."""
        place = self.places.get(person_id)
        if place is None:
            return None
        return Place(place.number - self.gone_people, place.ahead - self.gone_pieces)

    def join(self, press: Press) -> Place:
        """Somebody stands at its end now."""
        place = Place(self.people + 1 - self.gone_people, self.pieces)
        self.places[press.person_id] = Place(self.people + 1, self.pieces + self.gone_pieces)
        self.people += 1
        self.pieces += press.quantity
        self.joined.append(press)
        return place

    def _go(self, waiter: Waiter) -> None:
        self.pieces -= waiter.press.quantity
        self.gone_people += 1
        self.gone_pieces += waiter.press.quantity
        self.places.pop(waiter.press.person_id, None)
