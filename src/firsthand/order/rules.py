"""Who gets one, and when; and which order gets the pieces that are there. Pure.

Who asked, in which order, and what was there fix every answer: the same batch against the
same counter is answered alike, on air, in an audit and in a test.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple, Protocol
from uuid import UUID

from firsthand.offer.rules import (
    Priced,
    Standing,
    Terms,
    has_list,
    ladders_for,
    shares_fen,
    standing,
    unit_fen,
)
from firsthand.order import hoarding, together
from firsthand.order.groups import GROUP, Group, Seat, opened, why_not_join
from firsthand.order.hoarding import Caps, Unpaid
from firsthand.order.line import Line, Place, Waiter, Why
from firsthand.promise.rules import Rung, earliest


class Outcome(enum.StrEnum):
    """What a press comes to."""

    HELD = "held"
    WAITING = "waiting"
    LIST_FULL = "list_full"
    NO_LIST = "no_waiting_list"
    SOLD_OUT = "sold_out"
    OVER_LIMIT = "over_limit"
    PRICE_CHANGED = "price_changed"
    CLOSED = "closed"
    NOT_YET_OPEN = "not_yet_open"
    NO_SUCH_OFFER = "no_such_offer"
    KEY_USED = "key_used"
    TOO_MANY_UNPAID = "too_many_unpaid"
    NO_SUCH_GROUP = "no_such_group"
    GROUP_OVER = "group_over"
    GROUP_FULL = "group_full"
    IN_GROUP_ALREADY = "in_group_already"


class Press(NamedTuple):
    """One press of the buy button. KEY is made in the buyer's browser, once for a press."""

    person_id: int
    key: UUID
    show_id: int  # 0: in the mall
    offer_id: int
    quantity: int
    price_version: int  # the price that he saw
    price_fen: int  # of one unit, what the offer takes off is off
    address_id: int | None = None
    group_id: int | None = None  # of a group-buy: the one he joins; without it he opens one
    waits: bool = False  # if it is sold out, he wants a place on the waiting list


PARTS = "parts"  # where the rung stands in an order of several SKUs: each part has its own


class HeldPart(NamedTuple):
    """What an order of a bundle was given of one SKU."""

    sku_id: int
    quantity: int  # pieces
    amount_fen: int  # of all of them
    ship_by: date
    source: str


class Hold(NamedTuple):
    """What a press was given."""

    number: str
    ship_by: date
    source: str  # of the rung: stock or plan; or parts
    hold_until: datetime
    offer_id: int
    quantity: int
    group: Seat | None = None  # of a group-buy
    parts: tuple[HeldPart, ...] = ()  # of a bundle that is held now


class Answer(NamedTuple):
    """What he is told. FACTS go with a no: what is left, which price holds now."""

    outcome: Outcome
    hold: Hold | None = None
    facts: Mapping[str, int | datetime] = {}
    is_doubtful: bool = False  # he lets much go unpaid: his next press waits behind the others
    place: Place | None = None  # on the waiting list


class Tag(Priced, Protocol):
    """The price that holds."""

    @property
    def version(self) -> int:
        """Which version of the SKU's price."""


@dataclass(slots=True, kw_only=True)
class Counter:
    """All that a decision looks at, as it stands under the locks.

    It is brought up to date as presses are answered: the next one sees what is left.
    """

    terms: Mapping[int, Terms]  # of each offer
    prices: Mapping[int, Tag]  # of each SKU
    ladders: Mapping[int, Sequence[Rung]]  # of each SKU, earliest first
    hold_until: datetime  # of what is held now
    hold_until_short: datetime | None = None  # for those who let much go unpaid
    caps: Caps = hoarding.NO_CAPS
    numbers: Iterator[str]  # names for the orders to come
    zone: tzinfo = UTC  # in which our days are counted
    bought: dict[tuple[int, int], int] = field(default_factory=dict)  # by a person, on an offer
    unpaid: dict[int, Unpaid] = field(default_factory=dict)  # of a person
    answered: dict[tuple[int, UUID], Hold] = field(default_factory=dict)  # a person's key
    taken: dict[int, int] = field(default_factory=dict)  # of each offer, since it was read
    groups: dict[int, Group] = field(default_factory=dict)  # that somebody wants to join
    group_ids: Iterator[int] = field(default_factory=lambda: iter(()))  # of groups to come
    lines: dict[int, Line] = field(default_factory=dict)  # of each offer that people wait for
    served_until: datetime | None = None  # of what is held for people who waited
    list_max: int = 10_000  # pieces that people may wait for on one offer

    def held_until(self, is_short: bool) -> datetime:
        """When a hold of now ends, if it is not paid."""
        return self.hold_until_short or self.hold_until if is_short else self.hold_until


def decide(batch: Sequence[Press], counter: Counter, now: datetime) -> list[Answer]:
    """First come, first served.

    A press that was held before gets its old answer. A refusal leaves no trace: whoever
    presses again asks anew. A large order that no longer fits does not close the door for
    a smaller one behind it: the last pieces go to whoever can be served in full.

    But while people wait for an offer, what is free of it is theirs: they are served first,
    and whoever presses now does not overtake them.
    """
    serve(counter, now)
    return [_answer(press, counter, now) for press in batch]


def _answer(press: Press, counter: Counter, now: datetime) -> Answer:
    earlier = counter.answered.get((press.person_id, press.key))
    if earlier is not None:
        same = (earlier.offer_id, earlier.quantity) == (press.offer_id, press.quantity)
        if same and press.group_id is not None:
            same = earlier.group is not None and earlier.group.group_id == press.group_id
        return Answer(Outcome.HELD, earlier) if same else Answer(Outcome.KEY_USED)
    terms = counter.terms.get(press.offer_id)
    if terms is None or terms.show_id != press.show_id:
        return Answer(Outcome.NO_SUCH_OFFER)
    no = _why_not(press, terms, counter.prices, now)
    line = counter.lines.get(press.offer_id)
    if press.waits and line is not None and (no is None or no.outcome is Outcome.PRICE_CHANGED):
        place = line.place_of(press.person_id)
        if place is not None:  # one place a person: he is told again where he stands
            return Answer(Outcome.WAITING, place=place)
    if no is not None:
        return no
    joined = counter.groups.get(press.group_id) if press.group_id is not None else None
    if press.group_id is not None:
        never = why_not_join(press.person_id, terms, joined, now)
        if never is not None:
            return Answer(Outcome(never.code), facts=never.facts)
    bought = counter.bought.get((press.person_id, press.offer_id), 0)
    if bought + press.quantity > terms.limit_per_person:
        most = max(0, terms.limit_per_person - bought)
        facts = {"limit": terms.limit_per_person, "most": most}
        return Answer(Outcome.OVER_LIMIT, facts=facts)
    unpaid = counter.unpaid.get(press.person_id, hoarding.NOTHING)
    too_many = hoarding.too_many(unpaid, counter.caps)
    if too_many is not None:
        return Answer(Outcome.TOO_MANY_UNPAID, facts=too_many, is_doubtful=True)
    if line is not None and line.pieces:  # what is free is theirs who wait
        return _join(press, terms, counter) if press.waits else _SOLD_OUT
    ladders = ladders_for(terms, counter.ladders, counter.zone)
    is_short = hoarding.is_short(unpaid, counter.caps)
    hold = _hold(press, terms, counter, ladders, counter.held_until(is_short), now, joined)
    if hold is not None:
        return Answer(Outcome.HELD, hold, is_doubtful=is_short)
    left = terms.left - counter.taken.get(press.offer_id, 0)
    most = most_of(terms, left, ladders)
    if press.waits and not most:
        return _join(press, terms, counter)
    return Answer(Outcome.SOLD_OUT, facts={"most": most})


def _hold(
    press: Press,
    terms: Terms,
    counter: Counter,
    ladders: Mapping[int, Sequence[Rung]],
    hold_until: datetime,
    now: datetime,
    joined: Group | None = None,
) -> Hold | None:
    """Hold the pieces of a press, if they are there and one rung has them all."""
    taken = counter.taken.get(press.offer_id, 0)
    left = terms.left - taken
    given = _take(press, terms, counter, ladders) if left >= press.quantity else None
    if given is None:
        return None
    counter.taken[press.offer_id] = taken + press.quantity
    share = (press.person_id, press.offer_id)
    counter.bought[share] = counter.bought.get(share, 0) + press.quantity
    ship_by, source, parts = given
    hold = Hold(
        number=next(counter.numbers),
        ship_by=ship_by,
        source=source,
        hold_until=hold_until,
        offer_id=press.offer_id,
        quantity=press.quantity,
        parts=parts,
    )
    if terms.kind == GROUP:
        hold = _seated(press, hold, joined, terms, counter, now)
    unpaid = counter.unpaid.get(press.person_id, hoarding.NOTHING)
    counter.unpaid[press.person_id] = unpaid + Unpaid(1, hold.hold_until)
    counter.answered[press.person_id, press.key] = hold
    return hold


_SOLD_OUT = Answer(Outcome.SOLD_OUT, facts={"most": 0})


def _join(press: Press, terms: Terms, counter: Counter) -> Answer:
    if not has_list(terms.kind):
        return Answer(Outcome.NO_LIST)
    line = counter.lines.setdefault(press.offer_id, Line(pieces=0))
    if line.pieces + press.quantity > counter.list_max:
        return Answer(Outcome.LIST_FULL, facts={"waiting": line.pieces})
    return Answer(Outcome.WAITING, place=line.join(press))


def serve(counter: Counter, now: datetime) -> None:
    """Whoever waits is served before whoever presses now: each list strictly in its order.

    One who cannot have all that he waits for is waited for: nobody behind him overtakes him.
    One whose terms no longer hold (the price rose, his share is used up) waits no more.
    """
    for offer_id, line in sorted(counter.lines.items()):
        terms = counter.terms[offer_id]
        price_fen = unit_fen(terms, counter.prices)
        if price_fen is None or standing(terms, now) is not Standing.OPEN:
            continue
        for waiter in line.first:
            why = _why_no_longer(waiter, terms, price_fen, counter)
            if why is not None:
                line.end(waiter, why)
                continue
            version = counter.prices[terms.sku_id].version
            press = waiter.press._replace(price_version=version, price_fen=price_fen)
            hold = _hold(press, terms, counter, counter.ladders, _until(press, counter), now)
            if hold is None:
                break
            line.serve(waiter, press, hold)


def _until(press: Press, counter: Counter) -> datetime:
    if hoarding.is_short(counter.unpaid.get(press.person_id, hoarding.NOTHING), counter.caps):
        return counter.held_until(True)
    return counter.served_until or counter.hold_until


def _why_no_longer(waiter: Waiter, terms: Terms, price_fen: int, counter: Counter) -> Why | None:
    press = waiter.press
    if price_fen > press.price_fen:
        return Why.PRICE_ROSE
    bought = counter.bought.get((press.person_id, press.offer_id), 0)
    if press.quantity > terms.limit_per_person - bought:
        return Why.OVER_LIMIT
    unpaid = counter.unpaid.get(press.person_id, hoarding.NOTHING)
    if hoarding.too_many(unpaid, counter.caps) is not None:
        return Why.UNPAID
    if (press.person_id, press.key) in counter.answered:  # he used it for another order since
        return Why.KEY_USED
    return None


def _seated(
    press: Press,
    hold: Hold,
    group: Group | None,
    terms: Terms,
    counter: Counter,
    now: datetime,
) -> Hold:
    """A hold with its seat: in the group that he joins, or in one that he opens."""
    if group is None:
        group = opened(next(counter.group_ids), press.person_id, terms, now)
        counter.groups[group.group_id] = group
    group.members.add(press.person_id)
    # Nobody is given longer to pay than his group has to form.
    until = min(hold.hold_until, group.expires_at)
    return hold._replace(hold_until=until, group=group.seat)


_Given = tuple[date, str, tuple[HeldPart, ...]]


def _take(
    press: Press, terms: Terms, counter: Counter, ladders: Mapping[int, Sequence[Rung]]
) -> _Given | None:
    """Take what a press asks for off the ladders: from one rung, or from one for each part."""
    if terms.parts:
        return _take_together(press, terms, counter)
    rung = earliest(ladders.get(terms.sku_id, ()), press.quantity)
    if rung is None:
        return None
    rung.free -= press.quantity
    return rung.ship_by, rung.source, ()


def _take_together(press: Press, terms: Terms, counter: Counter) -> _Given | None:
    takings = together.together(counter.ladders, terms.parts, press.quantity)
    if takings is None:
        return None
    shares = shares_fen(terms.parts, counter.prices, press.price_fen)
    parts = []
    for (sku_id, pieces, rung), share_fen in zip(takings, shares, strict=True):
        rung.free -= pieces
        amount_fen = press.quantity * share_fen
        parts.append(HeldPart(sku_id, pieces, amount_fen, rung.ship_by, rung.source))
    return max(part.ship_by for part in parts), PARTS, tuple(parts)


_NOT_NOW = {
    Standing.CLOSED: Answer(Outcome.CLOSED),
    Standing.NOT_YET_OPEN: Answer(Outcome.NOT_YET_OPEN),
}


def _why_not(press: Press, terms: Terms, tags: Mapping[int, Tag], now: datetime) -> Answer | None:
    no = _NOT_NOW.get(standing(terms, now))
    if no is not None:
        if no.outcome is Outcome.NOT_YET_OPEN and terms.opens_at is not None:
            return Answer(no.outcome, facts={"opens_at": terms.opens_at})  # press again then
        return no
    price_fen = unit_fen(terms, tags)
    if price_fen is None:  # a price was taken back: it is not for sale
        return Answer(Outcome.CLOSED)
    version = tags[terms.sku_id].version
    if (press.price_version, press.price_fen) != (version, price_fen):
        facts = {"price_fen": price_fen, "price_version": version}
        return Answer(Outcome.PRICE_CHANGED, facts=facts)
    if terms.balance_due_at is not None and not _leaves_a_balance(press, terms, now):
        return Answer(Outcome.CLOSED)
    return None


def most_of(terms: Terms, left: int, ladders: Mapping[int, Sequence[Rung]]) -> int:
    """The largest order on an offer that could be held now."""
    if terms.parts:
        return max(0, min(left, together.most_at_once(ladders, terms.parts)))
    return most_at_once(left, ladders.get(terms.sku_id, ()))


def _leaves_a_balance(press: Press, terms: Terms, now: datetime) -> bool:
    # The price may have come down below the deposit meanwhile.
    return terms.deposit_fen < press.price_fen and (
        terms.balance_due_at is None or now < terms.balance_due_at
    )


def most_at_once(left: int, ladder: Iterable[Rung]) -> int:
    """The largest order that could be held now: an order ships in one parcel, from one rung."""
    return max(0, min(left, max((rung.free for rung in ladder), default=0)))


def no_later_than(ladder: Iterable[Rung], quantity: int, day: date) -> Rung | None:
    """The earliest rung for an order that was promised a day already, if it can be kept."""
    return earliest([rung for rung in ladder if rung.ship_by <= day], quantity)


class Waiting(NamedTuple):
    """An order that waits for its pieces; one that is not paid yet only keeps them."""

    ship_by: date
    order_id: int
    quantity: int
    is_paid: bool = True


def allocate(waiting: Iterable[Waiting], pieces: int) -> list[int]:
    """The paid orders that get the pieces which are there: the promises that fall due first.

    Strictly in that order: a small order does not take the pieces that a large one, which
    was promised an earlier day, is still gathering, or that are held for someone who has
    yet to pay.

    >>> first, later = Waiting(date(2026, 12, 1), 2, 3), Waiting(date(2026, 12, 8), 1, 1)
    >>> allocate([later, first], 4), allocate([later, first], 3), allocate([later, first], 2)
    ([2, 1], [2], [])
    >>> allocate([later, first._replace(is_paid=False)], 4)
    [1]
    """
    served = []
    for order in sorted(waiting):
        if order.quantity > pieces:
            break
        pieces -= order.quantity
        if order.is_paid:
            served.append(order.order_id)
    return served


class Pool(NamedTuple):
    """The pieces of a SKU that left the shelves and exist, and who has a claim before others."""

    there: int
    ready: int  # packed for orders that have not shipped yet
    on_offer: int
    free_of_stock: int  # on the stock rungs: whoever presses now is promised these

    @property
    def pieces(self) -> int:
        """How many there are for orders that wait."""
        return max(0, self.there - self.ready - min(self.on_offer, self.free_of_stock))


# While an order is in one of these its goods are held, and not sold yet.
GOODS_HELD = frozenset({"held", "deposited", "grouping"})


class Fate(enum.StrEnum):
    """What becomes of a deposit when its order is not gone on with."""

    BACK = "back"
    KEPT = "kept"


def fate_of_deposit(*, is_kept: bool, is_by_us: bool, is_at_risk: bool) -> Fate:
    """Whether a deposit goes back: by the rule that the buyer was shown, and to his good.

    It is kept only by that rule, only when it is he who does not go on, and only as long as
    we can keep our own word: who was told that his day is at risk leaves with all his money.

    >>> fate_of_deposit(is_kept=True, is_by_us=False, is_at_risk=False).value
    'kept'
    >>> fate_of_deposit(is_kept=True, is_by_us=False, is_at_risk=True).value
    'back'
    """
    return Fate.KEPT if is_kept and not is_by_us and not is_at_risk else Fate.BACK


# From each state, those that an order can get to. What is not here is refused.
STEPS: Mapping[str, frozenset[str]] = {
    "held": frozenset({"deposited", "grouping", "paid", "expired", "cancelled"}),
    "deposited": frozenset({"paid", "expired", "cancelled"}),
    "grouping": frozenset({"paid", "cancelled"}),
    "paid": frozenset({"making", "ready", "cancelled"}),
    "making": frozenset({"ready", "cancelled"}),
    "ready": frozenset({"shipped", "cancelled"}),
    "shipped": frozenset({"delivered", "refunded"}),
    "delivered": frozenset({"refunded"}),
    "expired": frozenset(
        {"deposited", "paid", "refunded"}
    ),  # paid too late: taken again, or sent back
    "cancelled": frozenset({"refunded"}),
    "refunded": frozenset(),
}


def may_become(state: str, wanted: str) -> bool:
    """Whether an order in STATE can take the step to another one.

    >>> may_become("paid", "cancelled"), may_become("shipped", "cancelled")
    (True, False)
    """
    return wanted in STEPS[state]
