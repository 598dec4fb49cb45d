"""The order floor in plain Python, one order after the other, to hold the real one against.

It knows no SQL, no locks and no batches. What the ladder offers after a rebuilding, and which
orders get the pieces that are there, it is told: those rules have tests of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from firsthand.order.rules import STEPS, Press

EXAMPLES, LENGTH = 40, 30  # how often the walk begins anew, and how far it goes
HOLD, SHORT_HOLD = timedelta(minutes=15), timedelta(minutes=3)
UNPAID_MAX, UNPAID_A_DAY_MAX = 4, 9  # smaller than in the house, so that they are met often
GIVEN_BACK = ("expired", "cancelled", "refunded")
Day = tuple[date, str]  # a rung of a SKU


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
    day: Day
    promised: date
    hold_until: datetime
    state: str = "held"
    is_shipped: bool = False
    was_paid: bool = False
    asked: list[Asked] = field(default_factory=list)

    @property
    def quantity(self) -> int:
        """How many pieces."""
        return self.press.quantity


class Model:
    """All that the floor knows, and what it should answer."""

    def __init__(self, shelves: Iterable[Shelf], ladders: dict[int, dict[Day, Step]]) -> None:
        self.shelves = {shelf.offer_id: shelf for shelf in shelves}
        self.ladders = ladders
        self.prices = dict.fromkeys(ladders, (1, 199_00))
        self.orders: dict[tuple[int, UUID], Ordered] = {}
        self.heard: set[bytes] = set()

    def answer(self, press: Press, number: str | None, now: datetime) -> tuple[object, ...]:
        """What a press comes to; NUMBER is what the real one called the order, if it held one."""
        shelf = self.shelves[press.offer_id]
        earlier = self.orders.get((press.person_id, press.key))
        if earlier is not None:
            if (earlier.press.offer_id, earlier.quantity) != (press.offer_id, press.quantity):
                return ("key_used",)
            return "held", earlier.number, *earlier.day, earlier.hold_until
        no = shelf.why_not(now)
        if no is not None:
            return (no,)
        version, price_fen = self.prices[shelf.sku_id]
        if (press.price_version, press.price_fen) != (version, price_fen):
            return "price_changed", {"price_version": version, "price_fen": price_fen}
        has = self.has(press.person_id, shelf)
        if has + press.quantity > shelf.limit:
            return "over_limit", {"limit": shelf.limit, "most": max(0, shelf.limit - has)}
        held, let_go = self.unpaid(press.person_id)
        if held + let_go >= UNPAID_A_DAY_MAX:
            return "too_many_unpaid", {"unpaid_a_day": held + let_go, "most": UNPAID_A_DAY_MAX}
        if held >= UNPAID_MAX:
            return "too_many_unpaid", {"unpaid": held, "most": UNPAID_MAX}
        days = self.ladders[shelf.sku_id]
        day = self.first_day(shelf.sku_id, press.quantity)
        if shelf.left < press.quantity or day is None:
            best = max((step.free for step in days.values()), default=0)
            return "sold_out", {"most": max(0, min(shelf.left, best))}
        assert number is not None, "it should have been held"
        hold = HOLD if held + let_go < UNPAID_MAX else SHORT_HOLD
        order = Ordered(number, press, shelf, day, day[0], now + hold)
        self.orders[press.person_id, press.key] = order
        self._take(order, day)
        return "held", number, *day, order.hold_until

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
        if order.was_paid and order.state != "held":
            assert paying is not None
            paying.is_going_back = True
        for asked in order.asked:
            asked.state = "cancelled" if asked.state == "open" else asked.state
        order.state = state
        order.shelf.taken -= order.quantity
        step = self.ladders[order.shelf.sku_id][order.day]
        lost = min(step.at_risk, order.quantity)
        step.taken -= order.quantity
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
        step = self.ladders[order.shelf.sku_id][order.day]
        step.kept += order.quantity
        step.at_risk = min(step.at_risk, step.taken - step.kept)

    def _is_there_again(self, order: Ordered) -> bool:
        shelf = order.shelf
        if shelf.left < order.quantity:
            return False
        if self.has(order.press.person_id, shelf) + order.quantity > shelf.limit:
            return False
        day = self.first_day(shelf.sku_id, order.quantity)
        if day is None or day[0] > order.day[0]:
            return False
        order.day = day
        self._take(order, day)
        return True

    def first_day(self, sku_id: int, quantity: int) -> Day | None:
        """The rung that so many pieces are taken from now."""
        days = self.ladders[sku_id]
        # Of one day, what lies on the shelf goes before what has yet to be made.
        fit = [day for day, step in days.items() if step.free >= quantity]
        return min(fit, key=lambda day: (day[0], day[1] != "stock"), default=None)

    def _take(self, order: Ordered, day: Day) -> None:
        order.shelf.taken += order.quantity
        self.ladders[order.shelf.sku_id][day].taken += order.quantity

    def _sweep(self, shelf: Shelf) -> None:
        if shelf.state == "closed":
            shelf.released = shelf.taken
