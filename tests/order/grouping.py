"""Rules of the walk for group-buys: opened, joined, paid, left, and run out.

The group-buy is the last of the offers, of a SKU of its own; its groups are of two, and run out
after twenty minutes, so that a seat may be lost by its own time and by the group's.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from firsthand.offer import actions as offers
from firsthand.offer import group_buy
from firsthand.order.actions import group
from firsthand.order.models import Group
from firsthand.order.rules import Press
from tests.order.model import Shelf
from tests.order.test_model import TheFloor
from tests.shop import SHOW, goods, published

PIECES, SEATS, MINUTES, OFF_FEN = 5, 2, 20, 1_00
_WHO = st.integers(0, 2)
_BATCH = st.lists(
    st.tuples(
        _WHO,
        st.integers(0, 11),  # key
        st.integers(0, 3),  # which group: none, or the newest but so many
        st.sampled_from([1, 1, 1, 2]),
        st.sampled_from([False, False, False, True]),  # on a plain offer, where there are none
    ),
    min_size=1,
    max_size=5,
)


class Groups(TheFloor):
    """People who buy together."""

    def __init__(self) -> None:
        super().__init__()
        sku = goods(on_hand=PIECES)
        self.skus.append(sku)
        self.there[sku.pk] = PIECES
        with transaction.atomic():
            opened = group_buy.open_group_buy(
                show_id=SHOW,
                sku_id=sku.pk,
                group_size=SEATS,
                group_minutes=MINUTES,
                discount_fen=OFF_FEN,
                limit_per_person=2,
                quantity=PIECES - 1,
            )
        lasts = timedelta(minutes=MINUTES)
        self.together = Shelf(opened.pk, sku.pk, SHOW, 2, PIECES - 1, discount_fen=OFF_FEN)
        self.together.seats, self.together.group_lasts = SEATS, lasts
        self.shelves.append(self.together)
        self.model.shelves[opened.pk] = self.together
        self.model.prices[sku.pk] = (1, 199_00)
        self._read_ladders()

    @property
    def _which(self) -> int:
        return self.shelves.index(self.together)

    @rule(batch=_BATCH)
    def press_together(self, batch: list[tuple[int, int, int, int, bool]]) -> None:
        """Some people open and join groups, in one batch with others who buy alone."""
        known = [None, *self.model.groups]
        presses = []
        for who, key, nth, quantity, is_plain in batch:
            shelf = self.shelves[0] if is_plain else self.together
            version, fen = self.model.price_of(shelf)
            named = known[-nth] if 0 < nth <= len(known) else None
            one = Press(
                self.people[who],
                UUID(int=5000 + key),
                shelf.show_id,
                shelf.offer_id,
                quantity,
                version,
                fen,
                group_id=named,
            )
            presses.append(one)
        self._press(presses)

    @rule(first=_WHO, second=_WHO, pay=st.sampled_from([0, 1, 2, 2]), late=st.booleans())
    def buy_together(self, first: int, second: int, pay: int, late: bool) -> None:
        """Somebody opens a group, another joins it, a third would, and so many of them pay."""
        opened = self._hold(first, self._which, 1)
        squad = self.model.group_of(opened) if opened else None
        if opened is None or squad is None:
            return
        if late:
            self.wait(5)
        orders = [opened, self._hold(second, self._which, 1, squad.group_id)]
        self._hold(3 - first - second if first != second else first, self._which, 1, squad.group_id)
        for order in [one for one in orders if one is not None][:pay]:
            self.go_and_pay(list(self.model.orders.values()).index(order), ["pay"])
            if self.post and self.post[-1][0] is order:
                self._deliver(self.post[-1])

    @rule(who=_WHO)
    def pay_for_a_lost_seat(self, who: int) -> None:
        """His seat's time is up, and his group still forms when his money comes."""
        order = self._hold(who, self._which, 1)
        if order is None:
            return
        self.go_and_pay(list(self.model.orders.values()).index(order), ["pay"])
        word = self.post[-1]
        self.wait(16)
        self.worker_comes_round(500)
        self._deliver(word)

    @rule(at_most=st.sampled_from([1, 50]), minutes=st.sampled_from([0, 0, 21]))
    def groups_run_out(self, at_most: int, minutes: int) -> None:
        """Groups whose time is up end, and what was paid for their seats goes back."""
        if minutes:
            self.wait(minutes)
        overdue = self.model.groups_overdue(self.now)[:at_most]
        with transaction.atomic():
            assert group.expire_groups(self.now, at_most) == len(overdue)
        for one in overdue:
            self.model.end_group(one)

    @rule(more=st.integers(1, 2), limit=st.integers(1, 4))
    def change_the_group_buy(self, more: int, limit: int) -> None:
        """Pieces are put on it or taken off, and it closes, opens, and costs something else."""
        shelf = self.together
        if limit == 1:
            version = published(self.skus[-1], 200_00 + more * 100)
            self.model.prices[shelf.sku_id] = (version.version, 200_00 + more * 100)
        elif limit == 2 and shelf.state == "open":
            self.release(self._which, more)
        elif limit == 3 and shelf.state == "open":
            self.withdraw(self._which, more)
        elif shelf.state == "open":
            with transaction.atomic():
                offers.close_offer(offer_id=shelf.offer_id)
            self.model.close(shelf)
        else:
            with transaction.atomic():
                group_buy.open_group_buy(
                    show_id=SHOW,
                    sku_id=shelf.sku_id,
                    group_size=SEATS,
                    group_minutes=MINUTES,
                    discount_fen=OFF_FEN,
                    limit_per_person=limit,
                )
            shelf.state, shelf.limit = "open", limit

    @invariant()
    def each_group_is_as_the_model_says(self) -> None:
        """Forming, formed or expired, with the people in it."""
        assert set(Group.objects.values_list("pk", "state", "expires_at")) == {
            (one.group_id, one.state, one.expires_at) for one in self.model.groups.values()
        }
        assert all(len(one.seated) <= SEATS for one in self.model.groups.values())
