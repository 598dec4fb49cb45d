"""The order floor in plain Python, one order after the other, to hold the real one against.

It knows no SQL, no locks and no batches. What the ladder offers after a rebuilding, and which
orders get the pieces that are there, it is told: those rules have tests of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from firsthand.order.rules import STEPS, Press

EXAMPLES, LENGTH = 20, 30  # how often the walk begins anew, and how far it goes
SERVED_HOLD = timedelta(minutes=30)
WAITING_MAX = 6  # pieces on one list
HOLD, SHORT_HOLD = timedelta(minutes=15), timedelta(minutes=3)
UNPAID_MAX, UNPAID_A_DAY_MAX = 4, 9  # smaller than in the house, so that they are met often
GIVEN_BACK = ("expired", "cancelled", "refunded")
Day = tuple[date, str]  # a rung of a SKU
Taking = tuple[int, int, Day]  # of a SKU so many pieces, from a rung


@dataclass
class Shelf:
    """An offer."""

    offer_id: int
    sku_id: int
    show_id: int
    limit: int
    released: int
    taken: int = 0
    state: str = "open"
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    discount_fen: int = 0
    parts: tuple[tuple[int, int], ...] = ()  # of a bundle: SKUs, and how many of each
    seats: int = 0  # of a group-buy
    group_lasts: timedelta = timedelta(0)

    line: list[Press] = field(default_factory=list)  # who waits, the first first

    @property
    def pieces(self) -> tuple[tuple[int, int], ...]:
        """Of which SKUs how many are in one unit."""
        return self.parts or ((self.sku_id, 1),)

    @property
    def waiting(self) -> int:
        """Pieces that people wait for."""
        return sum(press.quantity for press in self.line)

    @property
    def left(self) -> int:
        """What nobody has taken."""
        return self.released - self.taken

    def why_not(self, now: datetime) -> str | None:
        """Why nobody buys here now, if so."""
        if self.state == "closed" or (self.closes_at and self.closes_at <= now):
            return "closed"
        return "not_yet_open" if self.opens_at and now < self.opens_at else None


@dataclass
class Step:
    """A rung: so many pieces by a day."""

    quantity: int
    taken: int = 0
    kept: int = 0
    at_risk: int = 0

    @property
    def free(self) -> int:
        """What can still be promised."""
        return self.quantity - self.taken


@dataclass
class Asked:
    """A payment that was asked for."""

    reference: UUID
    state: str = "open"
    is_going_back: bool = False


@dataclass
class Ordered:
    """An order."""

    number: str
    press: Press
    shelf: Shelf
    taken: list[Taking]
    promised: date
    hold_until: datetime
    state: str = "held"
    is_shipped: bool = False
    was_paid: bool = False
    asked: list[Asked] = field(default_factory=list)

    @property
    def quantity(self) -> int:
        """How many units."""
        return self.press.quantity

    @property
    def day(self) -> Day:
        """The day that is promised, and what stands behind it."""
        return day_of(self.taken, self.shelf)


def day_of(taken: Iterable[Taking], shelf: Shelf) -> Day:
    """By which day all of it ships."""
    last = max(day for _sku, _pieces, day in taken)
    return (last[0], "parts") if shelf.parts else last


@dataclass
class Squad:
    """A group."""

    group_id: int
    shelf: Shelf
    expires_at: datetime
    state: str = "forming"
    orders: list[Ordered] = field(default_factory=list)

    @property
    def seated(self) -> list[Ordered]:
        """The orders that have a seat, while it forms."""
        return [order for order in self.orders if order.state in ("held", "grouping")]


class Model:
    """All that the floor knows, and what it should answer."""

    def __init__(self, shelves: Iterable[Shelf], ladders: dict[int, dict[Day, Step]]) -> None:
        self.shelves = {shelf.offer_id: shelf for shelf in shelves}
        self.ladders = ladders
        self.prices = dict.fromkeys(ladders, (1, 199_00))
        self.orders: dict[tuple[int, UUID], Ordered] = {}
        self.heard: set[bytes] = set()
        self.groups: dict[int, Squad] = {}

    def serve(self, shelf: Shelf, numbers: Mapping[tuple[int, UUID], str], now: datetime) -> int:
        """Whoever waits gets what is free, strictly in their order; how many went off the list.

        NUMBERS are what the real one called the orders of their keys.
        """
        gone = 0
        if shelf.why_not(now) is not None:
            return 0
        for press in shelf.line[: shelf.left]:  # so many are looked at as pieces are free
            if not self._waits_in_vain(press, shelf):
                takings = self._together(shelf, press.quantity)
                if shelf.left < press.quantity or takings is None:
                    break
                press = press._replace(price_fen=self.price_of(shelf)[1])
                is_short = sum(self.unpaid(press.person_id)) >= UNPAID_MAX
                until = now + (SHORT_HOLD if is_short else SERVED_HOLD)
                number = numbers[press.person_id, press.key]
                promised = day_of(takings, shelf)[0]
                order = Ordered(number, press, shelf, takings, promised, until)
                self.orders[press.person_id, press.key] = order
                self._take(order)
            shelf.line.pop(0)
            gone += 1
        return gone

    def _waits_in_vain(self, press: Press, shelf: Shelf) -> bool:
        held, let_go = self.unpaid(press.person_id)
        return (
            self.price_of(shelf)[1] > press.price_fen
            or self.has(press.person_id, shelf) + press.quantity > shelf.limit
            or held >= UNPAID_MAX
            or held + let_go >= UNPAID_A_DAY_MAX
            or (press.person_id, press.key) in self.orders
        )

    def place(self, press: Press, shelf: Shelf) -> tuple[object, ...] | None:
        """Where somebody stands, and how many pieces those before him wait for."""
        for place, one in enumerate(shelf.line):
            if one.person_id == press.person_id:
                ahead = sum(other.quantity for other in shelf.line[:place])
                return "waiting", place + 1, ahead
        return None

    def _join(self, press: Press, shelf: Shelf) -> tuple[object, ...]:
        if shelf.waiting + press.quantity > WAITING_MAX:
            return "list_full", {"waiting": shelf.waiting}
        shelf.line.append(press)
        place = self.place(press, shelf)
        assert place is not None
        return place

    def answer(
        self, press: Press, number: str | None, now: datetime, group_id: int | None = None
    ) -> tuple[object, ...]:
        """What a press comes to; NUMBER is what the real one called the order, if it held one,
        and GROUP_ID what it called the group in which that has a seat.
        """
        shelf = self.shelves[press.offer_id]
        earlier = self.orders.get((press.person_id, press.key))
        if earlier is not None:
            if (earlier.press.offer_id, earlier.quantity) != (press.offer_id, press.quantity):
                return ("key_used",)
            his = self.group_of(earlier)
            if press.group_id is not None and (his is None or his.group_id != press.group_id):
                return ("key_used",)
            return "held", earlier.number, *earlier.day, earlier.hold_until, *_seat(his)
        no = shelf.why_not(now)
        if no is not None:
            return (no,) if no == "closed" else (no, {"opens_at": shelf.opens_at})
        if press.waits and (place := self.place(press, shelf)) is not None:
            return place
        version, price_fen = self.price_of(shelf)
        if (press.price_version, press.price_fen) != (version, price_fen):
            return "price_changed", {"price_version": version, "price_fen": price_fen}
        joined = self.groups.get(press.group_id or 0)
        no_seat = _why_no_seat(press, shelf, joined, now)
        if no_seat is not None:
            return no_seat
        has = self.has(press.person_id, shelf)
        if has + press.quantity > shelf.limit:
            return "over_limit", {"limit": shelf.limit, "most": max(0, shelf.limit - has)}
        held, let_go = self.unpaid(press.person_id)
        if held + let_go >= UNPAID_A_DAY_MAX:
            return "too_many_unpaid", {"unpaid_a_day": held + let_go, "most": UNPAID_A_DAY_MAX}
        if held >= UNPAID_MAX:
            return "too_many_unpaid", {"unpaid": held, "most": UNPAID_MAX}
        if shelf.line:
            return self._join(press, shelf) if press.waits else ("sold_out", {"most": 0})
        takings = self._together(shelf, press.quantity)
        if shelf.left < press.quantity or takings is None:
            best = min(
                max((step.free for step in self.ladders[sku_id].values()), default=0) // each
                for sku_id, each in shelf.pieces
            )
            most = max(0, min(shelf.left, best))
            if press.waits and not most:
                return self._join(press, shelf)
            return "sold_out", {"most": most}
        assert number is not None, "it should have been held"
        hold = HOLD if held + let_go < UNPAID_MAX else SHORT_HOLD
        promised = day_of(takings, shelf)[0]
        order = Ordered(number, press, shelf, takings, promised, now + hold)
        self.orders[press.person_id, press.key] = order
        self._take(order)
        if shelf.seats:
            if joined is None:
                assert group_id is not None, "it should have opened a group"
                joined = self.groups[group_id] = Squad(group_id, shelf, now + shelf.group_lasts)
            joined.orders.append(order)
            order.hold_until = min(order.hold_until, joined.expires_at)
        return "held", number, *order.day, order.hold_until, *_seat(joined)

    def group_of(self, order: Ordered) -> Squad | None:
        """The group in which an order has a seat, or had one."""
        return next((one for one in self.groups.values() if order in one.orders), None)

    def groups_overdue(self, now: datetime) -> list[Squad]:
        """Forming groups whose time is up; those that end first before others."""
        found = [
            one for one in self.groups.values() if one.state == "forming" and one.expires_at <= now
        ]
        return sorted(found, key=lambda one: (one.expires_at, one.group_id))

    def end_group(self, group: Squad) -> None:
        """A group did not form in time."""
        for order in group.seated:
            self.end(order, "cancelled")
        group.state = "expired"

    def price_of(self, shelf: Shelf) -> tuple[int, int]:
        """The version and the price of one unit: less what is off, but not below the floors.

        In these tests the margin is a twenty-fifth of a price.
        """
        version, _fen = self.prices[shelf.sku_id]
        whole = sum(each * self.prices[sku_id][1] for sku_id, each in shelf.pieces)
        margin = sum(each * (self.prices[sku_id][1] // 25) for sku_id, each in shelf.pieces)
        return version, whole - min(shelf.discount_fen, margin)

    def has(self, person_id: int, shelf: Shelf) -> int:
        """How many pieces somebody has of an offer, and has not given back."""
        return sum(
            order.quantity
            for (buyer, _key), order in self.orders.items()
            if buyer == person_id and order.shelf is shelf and order.state not in GIVEN_BACK
        )

    def unpaid(self, person_id: int) -> tuple[int, int]:
        """How many orders somebody holds and has not paid, and how many he let go (a run of the
        machine is shorter than a day)."""
        his = [order for (buyer, _key), order in self.orders.items() if buyer == person_id]
        held = sum(order.state == "held" for order in his)
        ended = sum(order.state in ("expired", "cancelled") and not order.was_paid for order in his)
        return held, ended

    def overdue(self, now: datetime) -> list[Ordered]:
        """Orders whose time is up."""
        return [o for o in self.orders.values() if o.state == "held" and o.hold_until <= now]

    def end(self, order: Ordered, state: str) -> None:
        """An order gives back what it took."""
        paying = next((a for a in order.asked if a.state == "paid" and not a.is_going_back), None)
        if order.state == "grouping" or (order.was_paid and order.state != "held"):
            assert paying is not None
            paying.is_going_back = True
        for asked in order.asked:
            asked.state = "cancelled" if asked.state == "open" else asked.state
        order.state = state
        order.shelf.taken -= order.quantity
        for sku_id, pieces, day in order.taken:
            step = self.ladders[sku_id][day]
            lost = min(step.at_risk, pieces)
            step.taken -= pieces
            step.quantity -= lost
            step.at_risk -= lost
        self._sweep(order.shelf)

    def close(self, shelf: Shelf) -> None:
        """Nobody buys here any more."""
        shelf.state = "closed"
        self._sweep(shelf)

    def money(self, order: Ordered, asked: Asked, body: bytes, is_paid: bool) -> str:
        """A bank's word comes in; what should come of it."""
        if body in self.heard:
            return "heard_before"
        self.heard.add(body)
        if not is_paid:
            if asked.state != "open":
                return "heard_before"
            asked.state = "failed"
            return "noted"
        if asked.state in ("paid", "refunded"):
            return "heard_before"
        asked.state = "paid"
        group = self.group_of(order)
        if group is not None:
            if order.state == "held" and group.state == "forming":
                return _seat_paid(order, group)
            asked.is_going_back = True
            return "sent_back"
        if order.state == "held":
            order.state, order.was_paid = "paid", True
            return "paid"
        if order.state == "expired" and self._is_there_again(order):
            order.state, order.was_paid = "paid", True
            return "taken_again"
        asked.is_going_back = True
        return "sent_back"

    def went_back(self, order: Ordered, asked: Asked) -> None:
        """Money has gone back; an order of which we keep none is refunded."""
        asked.state = "refunded"
        if all(one.state != "paid" for one in order.asked) and "refunded" in STEPS[order.state]:
            order.state = "refunded"

    def ship(self, order: Ordered) -> None:
        """The parcel leaves us."""
        order.state, order.is_shipped = "shipped", True
        for sku_id, pieces, day in order.taken:
            step = self.ladders[sku_id][day]
            step.kept += pieces
            step.at_risk = min(step.at_risk, step.taken - step.kept)

    def _is_there_again(self, order: Ordered) -> bool:
        shelf = order.shelf
        if shelf.line or shelf.left < order.quantity:
            return False
        if self.has(order.press.person_id, shelf) + order.quantity > shelf.limit:
            return False
        by = order.day[0]
        if shelf.parts:
            takings = self._by(shelf, order.quantity, by)
        else:
            takings = self._together(shelf, order.quantity)
        if takings is None or day_of(takings, shelf)[0] > by:
            return False
        order.taken = takings
        self._take(order)
        return True

    def _together(self, shelf: Shelf, quantity: int) -> list[Taking] | None:
        """The first rung that holds it; of a bundle, the last one each by the day for all."""
        if not shelf.parts:
            day = self.first_day(shelf.sku_id, quantity)
            return None if day is None else [(shelf.sku_id, quantity, day)]
        days = sorted({day for sku_id, _each in shelf.parts for day, _src in self.ladders[sku_id]})
        tried = (self._by(shelf, quantity, day) for day in days)
        return next((takings for takings in tried if takings is not None), None)

    def _by(self, shelf: Shelf, quantity: int, by: date) -> list[Taking] | None:
        takings = []
        for sku_id, each in shelf.parts:
            pieces = each * quantity
            steps = self.ladders[sku_id].items()
            fit = [day for day, step in steps if step.free >= pieces and day[0] <= by]
            if not fit:
                return None
            # Of one day, what has yet to be made goes before what somebody could have sooner.
            takings.append((sku_id, pieces, max(fit, key=lambda day: (day[0], day[1] == "plan"))))
        return takings

    def first_day(self, sku_id: int, quantity: int) -> Day | None:
        """The rung that so many pieces are taken from now."""
        days = self.ladders[sku_id]
        # Of one day, what lies on the shelf goes before what has yet to be made.
        fit = [day for day, step in days.items() if step.free >= quantity]
        return min(fit, key=lambda day: (day[0], day[1] != "stock"), default=None)

    def _take(self, order: Ordered) -> None:
        order.shelf.taken += order.quantity
        for sku_id, pieces, day in order.taken:
            self.ladders[sku_id][day].taken += pieces

    def _sweep(self, shelf: Shelf) -> None:
        if shelf.state == "closed":
            shelf.released = shelf.taken


def _why_no_seat(
    press: Press, shelf: Shelf, joined: Squad | None, now: datetime
) -> tuple[object, ...] | None:
    if press.group_id is None:
        return None
    if joined is None or joined.shelf is not shelf:
        return ("no_such_group",)
    if any(one.press.person_id == press.person_id for one in joined.seated):
        return ("in_group_already",)
    if joined.state != "forming" or now >= joined.expires_at:
        return ("group_over",)
    if len(joined.seated) >= shelf.seats:
        return "group_full", {"seats": shelf.seats}
    return None


def _seat(group: Squad | None) -> tuple[object, ...]:
    if group is None:
        return ()
    taken = sum(order.state not in GIVEN_BACK for order in group.orders)
    return group.group_id, taken, group.expires_at


def _seat_paid(order: Ordered, group: Squad) -> str:
    order.state = "grouping"
    paid = [one for one in group.orders if one.state == "grouping"]
    if len(paid) < group.shelf.seats:
        return "seated"
    group.state = "formed"
    for one in paid:
        one.state, one.was_paid = "paid", True
    return "paid"
