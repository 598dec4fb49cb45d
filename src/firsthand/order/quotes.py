"""What a buyer is told before he presses: the price that holds, what is left, and by which day.

Quotes are only read: nothing is locked and nothing promised, and a press is decided anew. But
what a quote says is what the press would be told at that instant, because the same rules say it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from firsthand.offer import store as offer
from firsthand.offer.rules import Standing, Terms, ladders_for, standing, unit_fen, whole_fen
from firsthand.order import seats, together
from firsthand.order.groups import GROUP, Seat
from firsthand.order.rules import most_of
from firsthand.price import store as price
from firsthand.promise import store as promise
from firsthand.promise.rules import Rung, earliest

RUNGS_TOLD = 12


class Asked(NamedTuple):
    """What somebody wants to know the terms of."""

    show_id: int
    offer_id: int
    quantity: int


class Day(NamedTuple):
    """By this day so many pieces can still ship."""

    ship_by: date
    free: int


class GroupTerms(NamedTuple):
    """How many people buy together, and the groups that one may join: nearest to full first."""

    seats: int
    minutes: int
    discount_fen: int
    forming: list[Seat]


class Quote(NamedTuple):
    """The terms of an offer at this instant."""

    standing: Standing
    price_fen: int
    price_version: int
    limit_per_person: int
    left: int
    most: int  # that one order could have
    ship_by: date | None  # for the quantity that was asked
    rungs: list[Day]
    group: GroupTerms | None = None  # of a group-buy
    off_fen: int = 0  # of one unit, out of the margin


def quotes(asked: Sequence[Asked], now: datetime) -> list[Quote | None]:
    """The terms of many offers, in the order asked; None for one that is not for sale there."""
    terms = offer.terms(one.offer_id for one in asked)
    sku_ids = {part.sku_id for each in terms.values() for part in each.pieces_of}
    tags, ladders = price.current(sku_ids), promise.ladders(sku_ids)
    squads = [its.offer_id for its in terms.values() if its.kind == GROUP]
    forming = seats.forming(squads, now) if squads else {}
    found: list[Quote | None] = []
    for one in asked:
        its = terms.get(one.offer_id)
        price_fen = unit_fen(its, tags) if its else None
        if its is None or price_fen is None or its.show_id != one.show_id:
            found.append(None)
            continue
        usable = ladders_for(its, ladders, timezone.get_default_timezone())
        whole = days_of(its, usable)
        left = 0 if its.waiting else its.left  # what is free is theirs who wait
        found.append(
            Quote(
                standing=standing(its, now),
                price_fen=price_fen,
                price_version=tags[its.sku_id].version,
                limit_per_person=its.limit_per_person,
                left=min(left, sum(day.free for day in whole)),
                most=most_of(its, left, usable),
                ship_by=_ship_by(its, usable, one.quantity) if one.quantity <= left else None,
                rungs=whole[:RUNGS_TOLD],
                off_fen=whole_fen(its.pieces_of, tags) - price_fen if its.discount_fen else 0,
                group=_group_terms(its, forming) if its.kind == GROUP else None,
            )
        )
    return found


def days_of(terms: Terms, ladders: Mapping[int, Sequence[Rung]]) -> list[Day]:
    """By which day how many units of an offer can still ship: of a bundle, whole ones."""
    if terms.parts:
        return [Day(*day) for day in together.whole_by_day(ladders, terms.parts)]
    return days(ladders[terms.sku_id])


def _ship_by(terms: Terms, ladders: Mapping[int, Sequence[Rung]], quantity: int) -> date | None:
    if terms.parts:
        takings = together.together(ladders, terms.parts, quantity)
        return max(one.rung.ship_by for one in takings) if takings else None
    rung = earliest(ladders[terms.sku_id], quantity)
    return rung.ship_by if rung else None


def _group_terms(its: Terms, forming: Mapping[int, list[Seat]]) -> GroupTerms:
    return GroupTerms(
        its.group_size, its.group_minutes, its.discount_fen, forming.get(its.offer_id, [])
    )


def days(ladder: Sequence[Rung]) -> list[Day]:
    """A ladder as buyers see it: stock and plan that promise the same day are one."""
    free: dict[date, int] = {}
    for rung in ladder:
        free[rung.ship_by] = free.get(rung.ship_by, 0) + rung.free
    return [Day(day, pieces) for day, pieces in sorted(free.items()) if pieces]
