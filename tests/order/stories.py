"""Rules of the walk that take several steps at once, to where the floor is easily wrong.

A walk that is left to chance seldom gets there: somebody's time must be up, his share be
bought again, and the bank's word come last, with pieces still left.
"""

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from firsthand.offer import actions as offers
from firsthand.order.rules import Press
from tests.order.model import UNPAID_MAX, Asked, Ordered
from tests.order.test_model import TheFloor

_WHO = st.integers(0, 2)
_WHICH = st.sampled_from([0, 0, 1, 2])
Word = tuple[Ordered, Asked, bytes, bool]


class Stories(TheFloor):
    """Whoever pays too late, or twice, or for a day that is gone."""

    @rule(who=_WHO, which=_WHICH, quantity=st.integers(1, 2), again=st.integers(0, 2))
    def pay_too_late(self, who: int, which: int, quantity: int, again: int) -> None:
        """Somebody lets his share expire, may buy some of it anew, and pays the old order."""
        who = self._make_room(who, which, quantity, besides=again)
        order = self._hold(who, which, quantity)
        if order is None:
            return
        [word] = self._pays_on_pages(order, 1)
        self._time_is_up()
        if again:
            self._hold(who, which, again)
        self._deliver(word)

    @rule(who=_WHO, which=_WHICH, day_is_gone=st.booleans())
    def pay_when_others_came_first(self, who: int, which: int, day_is_gone: bool) -> None:
        """His time is up, others get the early pieces, and only then his money comes."""
        who = self._make_room(who, which, 1)
        order = self._hold(who, which, 1)
        if order is None:
            return
        [word] = self._pays_on_pages(order, 1)
        self._time_is_up()
        for other in (who + 1, who + 2) * 2:
            early = self.model.first_day(order.shelf.sku_id, 1)
            if day_is_gone and early is not None and early[0] <= order.day[0]:
                self._hold(other % 3, which, 1)
        self._deliver(word)

    @rule(who=_WHO, which=_WHICH)
    def pay_when_only_later_days_are_left(self, who: int, which: int) -> None:
        """When his money comes there is a piece for him, but not by the day he was promised."""
        shelf = self.shelves[which]
        who = self._make_room(who, which, 1)
        order = self._hold(who, which, 1)
        if order is None:
            return
        [word] = self._pays_on_pages(order, 1)
        self._time_is_up()
        sku = [one.pk for one in self.skus].index(shelf.sku_id)
        self.more_is_made_or_planned(sku, 3, True)
        shelf.limit = 99
        with transaction.atomic():
            offers.set_limit(offer_id=shelf.offer_id, limit_per_person=shelf.limit)
        for other in (who + 1, who + 2) * 2:
            early = self.model.first_day(shelf.sku_id, 1)
            if early is None or early[0] > order.day[0]:
                break
            pieces = self.model.ladders[shelf.sku_id][early].free
            if pieces > shelf.left:
                self.release(which, pieces - shelf.left)
            self._hold(other % 3, which, pieces)
        if not shelf.left:
            self.release(which, 1)
        self._deliver(word)

    @rule(who=_WHO, which=_WHICH, pays=st.booleans())
    def cancel_on_the_way_to_the_bank(self, who: int, which: int, pays: bool) -> None:
        """The bank's page is open when he cancels; he may press there all the same."""
        who = self._make_room(who, which, 1)
        order = self._hold(who, which, 1)
        if order is None:
            return
        some = list(self.model.orders.values()).index(order)
        self.go_and_pay(some, [])
        self.cancel(some)
        if pays:
            self._at_the_bank(order.asked[-1].reference, "pay")
            self._deliver(self.post[-1])

    @rule(who=_WHO, which=_WHICH, back=st.integers(1, 2), then=st.booleans())
    def pay_too_late_and_twice(self, who: int, which: int, back: int, then: bool) -> None:
        """The first payment comes when all is off sale, the second when it is back."""
        shelf = self.shelves[which]
        who = self._make_room(who, which, 1)
        order = self._hold(who, which, 1)
        if order is None:
            return
        first, second = self._pays_on_pages(order, 2)
        self._time_is_up()
        if shelf.left:
            self.withdraw(which, shelf.left)
        self._deliver(first)
        self.release(which, back)
        self._deliver(second)
        if then:
            self.cancel(list(self.model.orders.values()).index(order))

    @rule(who=_WHO, which=_WHICH, later=st.booleans())
    def pay_twice_and_get_one_back(self, who: int, which: int, later: bool) -> None:
        """He pays on two pages, one goes back; the order stays his until he cancels it."""
        who = self._make_room(who, which, 1)
        order = self._hold(who, which, 1)
        if order is None:
            return
        for word in self._pays_on_pages(order, 2):
            self._deliver(word)
        while any(asked.is_going_back and asked.state == "paid" for asked in order.asked):
            self.money_goes_back(0)
        if later:
            self.cancel(list(self.model.orders.values()).index(order))

    @rule(who=_WHO, which=_WHICH, ends=st.booleans())
    def lose_the_day(self, who: int, which: int, ends: bool) -> None:
        """What stood behind somebody's day is gone by the next ladder; he may give it up."""
        order = self._hold(who, which, 1)
        if order is None:
            return
        self.rebuild()
        if ends:
            self.cancel(list(self.model.orders.values()).index(order))
            self.rebuild()

    @rule(who=_WHO, which=_WHICH, pays=st.booleans())
    def sale_ends_under_him(self, who: int, which: int, pays: bool) -> None:
        """The offer closes while he holds a piece; he pays for it, or his time is up."""
        who = self._make_room(who, which, 1)
        order = self._hold(who, which, 1)
        if order is None:
            return
        self.close_or_open_or_limit(which, 5, (None, None))
        if pays:
            [word] = self._pays_on_pages(order, 1)
            self._deliver(word)
            self._deliver(word)
        else:
            self._time_is_up()

    @rule(who=_WHO, again=st.booleans(), ends=st.booleans())
    def a_bundle_comes_back_whole(self, who: int, again: bool, ends: bool) -> None:
        """Somebody lets a bundle go, others take of its SKUs, and then his money comes."""
        shelf = self.shelves[3]
        if shelf.state == "closed" or shelf.why_not(self.now):
            return
        lacking = 1 - shelf.left
        for sku, (_sku_id, each) in zip((1, 0), shelf.parts, strict=True):
            if lacking > 0:
                self.more_is_made_or_planned(sku, each * lacking, False)
        if lacking > 0:
            self.rebuild()
            self.release(3, lacking)
        order = self._hold(who, 3, 1)
        if order is None:
            return
        [word] = self._pays_on_pages(order, 1)
        self._time_is_up()
        if again:
            self._hold((who + 1) % 3, 3, 1)
        if ends:
            self.close_or_open_or_limit(3, 5, (None, None))
        self._deliver(word)

    @precondition(lambda self: self.model.orders)
    @rule(some=st.integers(0, 20), which=_WHICH, quantity=st.integers(1, 2))
    def press_again_with_the_key(self, some: int, which: int, quantity: int) -> None:
        """A key that was used is used again: for the same, which is answered as before, or not."""
        was = self._one(some).press
        other = self.shelves[which]
        version, fen = self.model.prices[other.sku_id]
        anew = Press(was.person_id, was.key, other.show_id, other.offer_id, quantity, version, fen)
        self._press([was, anew])

    @rule(who=_WHO, which=_WHICH, hours=st.sampled_from([(5, None), (None, 5), (5, 16)]))
    def sale_has_hours(self, who: int, which: int, hours: tuple[int | None, int | None]) -> None:
        """He presses before it opens, when it is open, and when it is over."""
        shelf = self.shelves[which]
        who = self._make_room(who, which, 1, besides=1)
        self.close_or_open_or_limit(which, 5, (None, None))
        self.close_or_open_or_limit(which, 3, hours)
        if not shelf.left:
            self.release(which, 1)
        for minutes in (4, 1, 11):
            self._hold(who, which, 1)
            self.wait(minutes)
        self._hold(who, which, 1)

    def _make_room(self, who: int, which: int, quantity: int, *, besides: int = 0) -> int:
        """Let it be on sale: so many for him, to the last that he may have, and some besides.

        If he may hold no more, because he let so many go, it is another one's turn; who it is.
        """
        him = min(
            ((who + n) % 3 for n in range(3)),
            key=lambda one: sum(self.model.unpaid(self.people[one])) > UNPAID_MAX,
        )
        shelf = self.shelves[which]
        if shelf.state != "closed" and shelf.why_not(self.now):
            self.close_or_open_or_limit(which, 5, (None, None))
        if shelf.state == "closed":
            self.close_or_open_or_limit(which, 1, (None, None))
        shelf.limit = self.model.has(self.people[him], shelf) + quantity
        with transaction.atomic():
            offers.set_limit(offer_id=shelf.offer_id, limit_per_person=shelf.limit)
        lacking = quantity + besides - shelf.left
        if lacking > 0:
            sku = [one.pk for one in self.skus].index(shelf.sku_id)
            self.more_is_made_or_planned(sku, lacking, False)
            self.rebuild()
            self.release(which, lacking)
        return him

    def _pays_on_pages(self, order: Ordered, pages: int) -> list[Word]:
        """He presses "pay" on so many pages of the bank; their words, still under way."""
        some = list(self.model.orders.values()).index(order)
        for page in range(pages):
            if page:  # the page before is refused first, or it would be the same one
                self._at_the_bank(order.asked[-1].reference, "refuse")
                self._deliver(self.post.pop())
            self.go_and_pay(some, [])
        for asked in order.asked[-pages:]:
            self._at_the_bank(asked.reference, "pay")
        return self.post[-pages:]

    def _time_is_up(self) -> None:
        self.wait(16)
        self.worker_comes_round(500)
