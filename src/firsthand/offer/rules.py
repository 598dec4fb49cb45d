"""Whether one may buy on an offer, and what may be done with its pieces. Pure."""

import enum
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple, Protocol, TypeVar

MALL = 0
PIECES_MAX = 10_000_000  # released or withdrawn at once
LIMIT_MAX = 1_000  # pieces for one person


class Standing(enum.StrEnum):
    """Whether one may buy at this instant."""

    OPEN = "open"
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"


class Termed(Protocol):
    """Anything that has an offer's times: its row, or what the intake read of it."""

    @property
    def state(self) -> str:
        """Draft, open or closed, as the crew set it."""

    @property
    def opens_at(self) -> datetime | None:
        """Before this instant nobody buys."""

    @property
    def closes_at(self) -> datetime | None:
        """From this instant on nobody buys."""


class Part(NamedTuple):
    """A SKU of a bundle, and how many pieces of it are in each."""

    sku_id: int
    each: int


class Dated(Protocol):
    """A rung of a promise ladder, as far as it matters here."""

    @property
    def ship_by(self) -> date:
        """The day by which its pieces ship."""


Step = TypeVar("Step", bound=Dated)


class Terms(NamedTuple):
    """What the intake must know of an offer. ``Offer`` says what each word means."""

    offer_id: int
    show_id: int
    sku_id: int
    state: str
    limit_per_person: int
    opens_at: datetime | None
    closes_at: datetime | None
    released: int
    taken: int
    kind: str = "single"
    discount_fen: int = 0
    deposit_fen: int = 0
    deposit_is_kept: bool = False
    balance_opens_at: datetime | None = None
    balance_due_at: datetime | None = None
    group_size: int = 0
    group_minutes: int = 0
    waiting: int = 0
    parts: tuple[Part, ...] = ()  # of a bundle; of anything else none are named

    @property
    def pieces_of(self) -> tuple[Part, ...]:
        """How many pieces of which SKUs one unit takes."""
        return self.parts or (Part(self.sku_id, 1),)

    @property
    def left(self) -> int:
        """How many pieces nobody has taken yet."""
        return self.released - self.taken


class Priced(Protocol):
    """The price that holds of a SKU, and the lowest that covers its cost and tax."""

    @property
    def price_fen(self) -> int:
        """What one piece costs."""

    @property
    def floor_fen(self) -> int:
        """What it must cost at least."""


def unit_fen(terms: Terms, tags: Mapping[int, Priced]) -> int | None:
    """What one unit costs: its SKUs' prices less what is off, but never below their floors.

    None if one of its SKUs has no price. A price that fell since the offer was opened leaves
    less room: then less is off, and not the floor broken.
    """
    if not (terms.parts or terms.discount_fen):  # nearly all of them, in a burst
        tag = tags.get(terms.sku_id)
        return None if tag is None else tag.price_fen
    pieces = terms.pieces_of
    if any(part.sku_id not in tags for part in pieces):
        return None
    return less_fen(pieces, tags, terms.discount_fen)


def less_fen(pieces: Sequence[Part], tags: Mapping[int, Priced], discount_fen: int) -> int:
    """What these pieces cost with so much off, but never less than their floors."""
    return whole_fen(pieces, tags) - min(discount_fen, off_at_most(pieces, tags))


def whole_fen(pieces: Sequence[Part], tags: Mapping[int, Priced]) -> int:
    """What these pieces cost when nothing is off."""
    return sum(part.each * tags[part.sku_id].price_fen for part in pieces)


def off_at_most(pieces: Sequence[Part], tags: Mapping[int, Priced]) -> int:
    """How much may be off the price of these pieces: what lies between it and their floors."""
    return sum(_room(part, tags) for part in pieces)


def shares_fen(pieces: Sequence[Part], tags: Mapping[int, Priced], price_fen: int) -> list[int]:
    """What of the price of one unit is for each of its SKUs. They add up to it exactly.

    What is off is shared by the room that each has above its floor, since it comes out of the
    margins: where there is more of it, more is off, and none is pushed below its cost. Here is
    the one place where it is rounded, by cutting a line of that length at whole fen.
    """
    off_fen, room_fen = whole_fen(pieces, tags) - price_fen, off_at_most(pieces, tags)
    shares, room_so_far, off_so_far = [], 0, 0
    for part in pieces:
        room_so_far += _room(part, tags)
        off_by_now = off_fen * room_so_far // room_fen if room_fen else 0
        shares.append(part.each * tags[part.sku_id].price_fen - (off_by_now - off_so_far))
        off_so_far = off_by_now
    return shares


def _room(part: Part, tags: Mapping[int, Priced]) -> int:
    tag = tags[part.sku_id]
    return part.each * max(0, tag.price_fen - tag.floor_fen)


def standing(offer: Termed, now: datetime) -> Standing:
    """Whether one may buy now: the crew opened it, and NOW lies between its times.

    >>> terms = Terms(1, 88, 7, "open", 2, None, datetime(2026, 12, 1, 20), 10, 0)
    >>> standing(terms, datetime(2026, 12, 1, 19, 59)).value
    'open'
    >>> standing(terms, datetime(2026, 12, 1, 20)).value
    'closed'
    """
    if offer.state == "closed" or (offer.closes_at is not None and now >= offer.closes_at):
        return Standing.CLOSED
    if offer.state != "open" or (offer.opens_at is not None and now < offer.opens_at):
        return Standing.NOT_YET_OPEN
    return Standing.OPEN


def has_list(kind: str) -> bool:
    """Whether people may wait for it when it is sold out.

    A deposit or a group cannot begin while its buyer is away.
    """
    return kind in ("single", "bundle")


def is_open(offer: Termed, now: datetime) -> bool:
    """Whether one may buy now."""
    return standing(offer, now) is Standing.OPEN


def ladders_for(
    terms: Terms, ladders: Mapping[int, Sequence[Step]], zone: tzinfo
) -> Mapping[int, Sequence[Step]]:
    """The rungs that an order on this offer may take, of each of its SKUs.

    A pre-sale ships after the last day on which its balance may come: an earlier day would be
    a promise that the buyer, and not we, could break. Anything else may take any rung.
    """
    if terms.balance_due_at is None:
        return ladders
    last = (terms.balance_due_at - timedelta(microseconds=1)).astimezone(zone).date()
    ladder = ladders.get(terms.sku_id, ())
    return {terms.sku_id: [rung for rung in ladder if rung.ship_by > last]}


def feed_of(show_id: int) -> str:
    """The feed that tells of a show's offers, or of the mall's.

    >>> feed_of(88), feed_of(MALL)
    ('show:88', 'mall')
    """
    return f"show:{show_id}" if show_id != MALL else "mall"


def cause_of(offer_id: int) -> str:
    """The cause by which the ledger knows what was moved for an offer."""
    return f"offer:{offer_id}"


class Backing(NamedTuple):
    """What stands behind the pieces of a SKU that are on offer."""

    on_offer: int  # of all its offers, not taken
    free: int  # on the promise ladder, all rungs
    free_of_plan: int  # of these, on rungs that the factory's schedule stands behind


def releasable(backing: Backing) -> int:
    """How many more pieces may be put on offer: each must find a day on which it ships.

    >>> releasable(Backing(on_offer=3, free=10, free_of_plan=4))
    7
    """
    return max(0, backing.free - backing.on_offer)


def given_back(
    quantity: int, *, drawn: dict[str, int], owed: int, planned: str, shelves: list[str]
) -> dict[str, int]:
    """Which accounts get back pieces that are taken off an offer: the inverse of the drawing.

    DRAWN is what was drawn for this offer and not given back yet. The factory is first
    relieved of what it has not made yet (OWED bounds that: what was finished meanwhile lies
    on a shelf), then the shelves are filled from the last one drawn. What was drawn from the
    factory and is finished by now goes on the first shelf.

    >>> given_back(6, drawn={"planned": 3, "on_hand@n": 5}, owed=3, planned="planned",
    ...            shelves=["on_hand@n", "on_hand@s"])
    {'planned': 3, 'on_hand@n': 3}
    >>> given_back(8, drawn={"planned": 3, "on_hand@n": 5}, owed=1, planned="planned",
    ...            shelves=["on_hand@n", "on_hand@s"])
    {'planned': 1, 'on_hand@n': 7}
    """
    back: dict[str, int] = {}

    def give(account: str, at_most: int) -> None:
        nonlocal quantity
        pieces = min(quantity, at_most)
        if pieces > 0:
            back[account] = back.get(account, 0) + pieces
            quantity -= pieces

    give(planned, min(drawn.get(planned, 0), owed))
    for account in reversed(shelves):
        give(account, drawn.get(account, 0))
    if quantity and not shelves:
        raise ValueError("there is no shelf for what was finished meanwhile")
    give(shelves[0] if shelves else "", quantity)
    return back
