"""The order floor's statements, as functions, and what its pages read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Picture
from firsthand.kit.errors import NotFound
from firsthand.kit.sql import BigInts, Queries
from firsthand.order import hoarding, rules
from firsthand.order.due import Due, due_of
from firsthand.order.hoarding import Unpaid
from firsthand.order.models import Delivery, Deposit, Order, OrderStep
from firsthand.order.rules import HeldPart, Hold, Press
from firsthand.pay.models import Payment
from firsthand.people.models import Person
from firsthand.people.rules import Deed
from firsthand.promise import store as promise

# What stands in steps' notes.
AT_RISK = "at_risk"  # the buyer was told that his day may not be kept
BALANCE_OPEN = "balance_open"  # he was told that it can be paid
DEPOSIT_BACK = "deposit_back"
DEPOSIT_KEPT = "deposit_kept:"  # and how much, in fen

SOON = timedelta(hours=24)  # before the end of his time somebody is reminded of a balance

_SQL = Queries(__package__)
_MICROSECOND = timedelta(microseconds=1)


def go_by_index() -> None:
    """Let the statements of this transaction find rows by index, whatever the tables' size.

    A session keeps the plans that it made, of statements and of foreign keys, until the table
    is analysed anew. Made on a shop's first day, when there were no orders, they read the whole
    table for each row: measured, nine tenths of PostgreSQL's time after forty batches.
    """
    _SQL.rows("go_by_index")


def answered(batch: Sequence[Press]) -> dict[tuple[int, UUID], Hold]:
    """What presses of this batch were given earlier."""
    rows = _SQL.rows(
        "answered",
        person_ids=BigInts([press.person_id for press in batch]),
        keys=[press.key for press in batch],
    )
    return {(row[0], row[1]): Hold(*row[2:]) for row in rows}


class Had(NamedTuple):
    """What the people of a batch have already."""

    bought: dict[tuple[int, int], int]  # by a person, on an offer; and not given back
    unpaid: dict[int, Unpaid]  # of a person, on whatever offer


def had(batch: Sequence[Press], now: datetime) -> Had:
    """What the people of this batch have of its offers, and what they do not pay."""
    rows = _SQL.rows(
        "bought",
        person_ids=BigInts({press.person_id for press in batch}),
        offer_ids=BigInts({press.offer_id for press in batch}),
        since=now - hoarding.DAY,
    )
    found = Had({}, {})
    for person_id, offer_id, quantity, *unpaid in rows:
        if offer_id:
            found.bought[person_id, offer_id] = quantity
        found.unpaid[person_id] = found.unpaid.get(person_id, hoarding.NOTHING) + Unpaid(*unpaid)
    return found


def bought_by(person_id: int, offer_id: int, now: datetime) -> int:
    """What a person has of an offer, and has not given back."""
    rows = _SQL.rows(
        "bought", person_ids=[person_id], offer_ids=[offer_id], since=now - hoarding.DAY
    )
    return sum(quantity for _person, offer, quantity, *_unpaid in rows if offer)


class Written(NamedTuple):
    """An order as it is written: a press, what it was given, and what that stands on."""

    press: Press
    hold: Hold
    sku_id: int
    price_id: int


def write(held: Sequence[Written], now: datetime) -> None:
    """Write the orders of one batch, and their first steps."""
    # In the order of the keys: two batches that bring the same keys never wait for each other.
    held = sorted(held, key=lambda one: (one.press.person_id, one.press.key))
    _SQL.change(
        "write",
        numbers=[one.hold.number for one in held],
        person_ids=BigInts([one.press.person_id for one in held]),
        keys=[one.press.key for one in held],
        show_ids=BigInts([one.press.show_id for one in held]),
        offer_ids=BigInts([one.press.offer_id for one in held]),
        sku_ids=BigInts([one.sku_id for one in held]),
        quantities=BigInts([one.press.quantity for one in held]),
        price_ids=BigInts([one.price_id for one in held]),
        prices_fen=BigInts([one.press.price_fen for one in held]),
        days=[one.hold.ship_by for one in held],
        sources=[one.hold.source for one in held],
        address_ids=[one.press.address_id for one in held],
        held_us=BigInts([(one.hold.hold_until - now) // _MICROSECOND for one in held]),
        now=now,
    )


class Deposited(NamedTuple):
    """The terms of deposit of one order, as they are written."""

    number: str
    amount_fen: int
    is_kept: bool
    balance_opens_at: datetime | None
    balance_due_at: datetime | None


def write_deposits(told: Sequence[Deposited]) -> None:
    """Write the terms of deposit of the pre-sale orders of one batch, which are written."""
    _SQL.change(
        "write_deposits",
        numbers=[one.number for one in told],
        amounts_fen=BigInts([one.amount_fen for one in told]),
        kept=[one.is_kept for one in told],
        opens=[one.balance_opens_at for one in told],
        dues=[one.balance_due_at for one in told],
    )


def deposit_of(order: Order) -> Deposit | None:
    """The terms of deposit of an order, if it is one of a pre-sale. Read it under its lock."""
    return Deposit.objects.filter(pk=order.pk).first()


class DepositTally(NamedTuple):
    """How a pre-sale fared. What is kept of deposits is no sale, and counted apart."""

    deposits: int  # paid
    deposits_fen: int
    balances: int  # of these, orders that were gone on with
    kept: int
    kept_fen: int


NO_DEPOSITS = DepositTally(0, 0, 0, 0, 0)


def deposit_tallies(offer_ids: Iterable[int]) -> dict[int, DepositTally]:
    """How pre-sales fared, by offer; one that nobody ordered on is missing."""
    rows = _SQL.rows("deposit_tallies", offer_ids=sorted(set(offer_ids)))
    return {row[0]: DepositTally(*row[1:]) for row in rows}


def deposits_paid(order_ids: Collection[int]) -> dict[int, Deposit]:
    """Deposits of these orders that were paid, by order."""
    found = Deposit.objects.filter(pk__in=order_ids, paid_at__isnull=False)
    return {deposit.pk: deposit for deposit in found}


def deposits_to_tell(order_ids: Collection[int]) -> list[tuple[Order, bool]]:
    """Those of these orders whose buyers are written to, and whether a deposit would be kept.

    Whoever gave no e-mail address, or paid the balance or left since, is not among them.
    """
    orders = list(
        Order.objects.filter(pk__in=order_ids, state=Order.State.DEPOSITED)
        .exclude(Q(person__email=None) | Q(person__email=""))
        .select_related("person", "sku__product", "deposit")
        .order_by("id")
    )
    risky = at_risk([pieces_of(order) for order in orders])
    return [(order, order.deposit.is_kept and order.pk not in risky) for order in orders]


def write_parts(parts: Sequence[tuple[str, HeldPart]], price_ids: Mapping[int, int]) -> None:
    """Write what orders of bundles, by their numbers, hold of each SKU."""
    if not parts:
        return
    its = [part for _number, part in parts]
    _SQL.change(
        "write_parts",
        numbers=[number for number, _part in parts],
        sku_ids=BigInts([part.sku_id for part in its]),
        quantities=BigInts([part.quantity for part in its]),
        price_ids=BigInts([price_ids[part.sku_id] for part in its]),
        amounts_fen=BigInts([part.amount_fen for part in its]),
        days=[part.ship_by for part in its],
        sources=[part.source for part in its],
    )


class Piece(NamedTuple):
    """So many pieces of a SKU, and the rung that they were taken from."""

    sku_id: int
    quantity: int
    ship_by: date
    source: str


class Pieces(NamedTuple):
    """What an order holds, by which it can be given back.

    Whoever counts goods or rungs goes over its ``pieces``: an order of a bundle has one for
    each of its SKUs. Its ``quantity`` counts whole bundles, as its offer does.
    """

    order_id: int
    number: str
    show_id: int
    offer_id: int
    sku_id: int
    quantity: int
    ship_by: date
    source: str
    parts: tuple[Piece, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Of which SKUs how many pieces, and from which rungs."""
        return self.parts or (Piece(self.sku_id, self.quantity, self.ship_by, self.source),)


def pieces_of(order: Order) -> Pieces:
    """What an order holds."""
    whole = Pieces(
        order.pk,
        order.number,
        order.show_id,
        order.offer_id,
        order.sku_id,
        order.quantity,
        order.ship_by,
        order.rung_source,
    )
    [one] = _with_parts([whole])
    return one


def at_risk(pieces: Sequence[Pieces]) -> set[int]:
    """Which of these orders we may not ship in time; or were told so once, be it as it is now."""
    on_rungs = promise.at_risk((one.sku_id, one.ship_by, one.source) for one in pieces)
    told = OrderStep.objects.filter(order_id__in=[one.order_id for one in pieces], note=AT_RISK)
    return set(told.values_list("order_id", flat=True)) | {
        one.order_id for one in pieces if (one.sku_id, one.ship_by, one.source) in on_rungs
    }


def lock_overdue(now: datetime, at_most: int) -> list[Pieces]:
    """What unpaid orders hold whose time is up, locked; oldest first."""
    rows = _SQL.rows("lock_overdue", now=now, at_most=at_most)
    return _with_parts([Pieces(*row) for row in rows])


class PartRow(NamedTuple):
    """What an order of a bundle holds of one SKU, as it stands in the table."""

    order_id: int
    sku_id: int
    quantity: int
    ship_by: date
    source: str
    set_aside_at: datetime | None


def parts_of(order_ids: Iterable[int]) -> dict[int, list[PartRow]]:
    """What these orders hold of each SKU, if they are of bundles; nothing is read for none."""
    found: dict[int, list[PartRow]] = {order_id: [] for order_id in order_ids}
    if found:
        for row in _SQL.rows("parts", order_ids=sorted(found)):
            found[row[0]].append(PartRow(*row))
    return found


def _with_parts(orders: Sequence[Pieces]) -> list[Pieces]:
    parts = parts_of(one.order_id for one in orders if one.source == rules.PARTS)
    return [
        one._replace(parts=tuple(Piece(*row[1:5]) for row in parts.get(one.order_id, ())))
        for one in orders
    ]


def move_parts(order_id: int, pieces: Sequence[Piece]) -> None:
    """An order of a bundle was taken once more, from these rungs."""
    _SQL.change(
        "move_parts",
        order_id=order_id,
        sku_ids=[one.sku_id for one in pieces],
        days=[one.ship_by for one in pieces],
        sources=[one.source for one in pieces],
    )


def set_aside(packed: Collection[tuple[int, int]], now: datetime) -> None:
    """Pieces are packed for parts of orders: each is an order and a SKU."""
    if packed:
        _SQL.change(
            "set_aside",
            order_ids=[order_id for order_id, _sku_id in packed],
            sku_ids=[sku_id for _order_id, sku_id in packed],
            now=now,
        )


def locked(number: str, person_id: int | None = None) -> Order:
    """The order of that number, locked; of that person, if one is named."""
    orders = Order.objects.select_for_update(no_key=True)
    order = orders.filter(number=number).first()
    if order is None or (person_id is not None and order.person_id != person_id):
        raise NotFound("no_such_order", _("There is no such order."))
    return order


def step(order_ids: Collection[int], state: str, now: datetime, note: str = "") -> None:
    """Orders take a step."""
    if order_ids:
        _SQL.change("step", order_ids=sorted(order_ids), state=state, note=note, now=now)


def lock_untold_risks(now: datetime, at_most: int) -> list[int]:
    """Orders with a deposit whose day is at risk, and who were not told so yet, locked."""
    rows = _SQL.rows("lock_untold_risks", now=now, at_most=at_most)
    return [order_id for (order_id,) in rows]


def lock_balances_to_tell(now: datetime, at_most: int) -> dict[int, str]:
    """Orders whose buyers are to be told of their balance, locked, and the note that says what."""
    rows = _SQL.rows("lock_balances_to_tell", now=now, soon=SOON, at_most=at_most)
    return dict(rows)


def remark(notes: Mapping[int, str], now: datetime) -> None:
    """Something happened to orders that moves none of them on: a step for each, with its note."""
    if notes:
        _SQL.change("remark", order_ids=list(notes), notes=list(notes.values()), now=now)


def skus_waiting(at_most: int) -> list[int]:
    """SKUs of which paid orders wait for their pieces, the most urgent first."""
    return [sku_id for (sku_id,) in _SQL.rows("skus_waiting", at_most=at_most)]


class WaitingRow(NamedTuple):
    """A paid order that waits for its pieces, or one part of it that does."""

    order_id: int
    sku_id: int
    ship_by: date
    quantity: int
    state: str
    source: str
    is_part: bool = False


def lock_waiting(sku_ids: Iterable[int]) -> list[WaitingRow]:
    """Paid orders that wait for pieces of these SKUs, locked.

    An order of a bundle has a row for each of its parts that waits for pieces of any SKU, for
    it takes its last part to be ready.
    """
    rows = [WaitingRow(*row) for row in _SQL.rows("lock_waiting", sku_ids=sorted(sku_ids))]
    bundles = {row.order_id: row.state for row in rows if row.source == rules.PARTS}
    found = [row for row in rows if row.source != rules.PARTS]
    # Read behind the locks: who was here before may have set parts aside.
    for order_id, parts in parts_of(bundles).items():
        for part in parts:
            if part.set_aside_at is None:
                order_id, sku_id, quantity, ship_by, source, _set_aside_at = part
                state = bundles[order_id]
                found.append(
                    WaitingRow(order_id, sku_id, ship_by, quantity, state, source, is_part=True)
                )
    return found


def ready_pieces(sku_ids: Iterable[int]) -> dict[int, int]:
    """How many pieces of each SKU are packed and have not shipped; none is missing."""
    return dict(_SQL.rows("ready", sku_ids=sorted(sku_ids)))


def held_of(sku_ids: Iterable[int]) -> dict[int, list[rules.Waiting]]:
    """Orders that are held and not paid yet, by SKU."""
    found: dict[int, list[rules.Waiting]] = {sku_id: [] for sku_id in sku_ids}
    for sku_id, ship_by, order_id, quantity in _SQL.rows("held_of", sku_ids=sorted(found)):
        found[sku_id].append(rules.Waiting(ship_by, order_id, quantity, is_paid=False))
    return found


class Difference(NamedTuple):
    """An account of the ledger that says another number than the orders."""

    sku_id: int
    account: str
    balance: int
    of_orders: int


def audit() -> list[Difference]:
    """Where orders and ledger disagree; empty when all is well."""
    return [Difference(*row) for row in _SQL.rows("books_off")]


_PICTURES = Prefetch("sku__product__pictures", Picture.objects.order_by("position", "id"))


@dataclass(frozen=True, slots=True)
class OrderPage:
    """All that the page of an order shows."""

    order: Order
    steps: list[OrderStep]
    delivery: Delivery | None
    payments: list[Payment]
    can_pay: bool
    can_cancel: bool
    is_overdue: bool  # its time is up, and the worker has not come round yet
    due: Due | None  # what it waits to be paid
    deposit: Deposit | None  # of a pre-sale
    is_at_risk: bool  # a pre-sale whose day we may not keep

    @property
    def deposit_is_kept(self) -> bool:
        """Whether the deposit would be kept, if its buyer did not go on now."""
        return (
            self.deposit is not None
            and rules.fate_of_deposit(
                is_kept=self.deposit.is_kept, is_by_us=False, is_at_risk=self.is_at_risk
            )
            is rules.Fate.KEPT
        )

    @property
    def kept_fen(self) -> int:
        """How much of a deposit we kept, because its buyer did not go on."""
        if self.deposit is None or self.deposit.paid_at is None or self.order.paid_at is not None:
            return 0
        kept = [step for step in self.steps if step.note.startswith(DEPOSIT_KEPT)]
        return int(kept[-1].note.removeprefix(DEPOSIT_KEPT)) if kept else 0

    @property
    def refunded_fen(self) -> int:
        """How much of the money went back."""
        return sum(payment.refunded_fen for payment in self.payments)


def order_page(number: str, person: Person, now: datetime) -> OrderPage:
    """What the page of an order shows to its buyer, or to those who care for orders."""
    order = (
        Order.objects.filter(number=number)
        .select_related("sku__product", "price", "offer", "delivery", "deposit")
        .prefetch_related(_PICTURES)
        .first()
    )
    if order is None or (order.person_id != person.pk and not person.may(Deed.ORDER_CARE)):
        raise NotFound("no_such_order", _("There is no such order."))
    deposit = getattr(order, "deposit", None)
    due = due_of(order, deposit)
    is_overdue = due is not None and due.is_over(now)
    steps = list(order.steps.order_by("at", "id"))
    return OrderPage(
        order=order,
        steps=steps,
        delivery=getattr(order, "delivery", None),
        payments=list(Payment.objects.filter(purpose__in=purposes_of(number)).order_by("id")),
        can_pay=due is not None and due.is_payable(now),
        can_cancel=rules.may_become(order.state, Order.State.CANCELLED) and not is_overdue,
        is_overdue=is_overdue,
        due=due,
        deposit=deposit,
        is_at_risk=deposit is not None and order.pk in at_risk([pieces_of(order)]),
    )


def purpose_of(number: str) -> str:
    """The purpose under which an order's payments are known: the whole, or the balance."""
    return f"order:{number}"


def deposit_purpose_of(number: str) -> str:
    """The purpose under which the payments of an order's deposit are known."""
    return f"deposit:{number}"


def purposes_of(number: str) -> list[str]:
    """All purposes that an order's money may come for."""
    return [purpose_of(number), deposit_purpose_of(number)]


def number_of_purpose(purpose: str) -> str | None:
    """The order that a payment is for; None if it is for something else."""
    kind, _colon, number = purpose.partition(":")
    return number if kind in ("order", "deposit") else None


def is_of_deposit(purpose: str) -> bool:
    """Whether a payment is for a deposit, and not for the rest or the whole."""
    return purpose.startswith("deposit:")
