"""The factory in the walk: lots are ordered, slip, are finished short, and are called off.

A piece takes a working day to be made, so a lot of three moves the ladder by days. Whatever
the plan says now, no promise moves with it: what lacks is said to be at risk.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Sum
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from firsthand.factory import actions as factory
from firsthand.factory.models import Operation, Part, Plant, WorkCentre, WorkOrder
from firsthand.promise.models import Rung
from tests.order.grouping import Groups
from tests.order.stories import Stories
from tests.shop import place, refused

_SOME = st.integers(0, 5)
_LOTS_MAX = 4
DAY = timedelta(days=1)
OPEN = ("planned", "firm", "released")


class TheWholeFloor(Groups, Stories):
    """The floor with all its stories, and a factory beneath it."""

    def __init__(self) -> None:
        super().__init__()
        centre = _works()
        for sku in self.skus:
            part = Part.objects.create(
                code=f"made-{sku.code}", kind="made", plant=centre.plant, sku=sku, lot_size=3
            )
            Operation.objects.create(part=part, number=10, work_centre=centre, run_seconds=8 * 3600)

    @precondition(lambda self: len(self._open_lots()) < _LOTS_MAX)
    @rule(which=st.integers(0, 1), quantity=st.integers(1, 3), days=st.integers(0, 3))
    def a_lot_is_ordered(self, which: int, quantity: int, days: int) -> None:
        """The factory is asked for some; its material comes in so many days."""
        with transaction.atomic():
            factory.open_work_order(
                sku_id=self.skus[which].pk,
                quantity=quantity,
                due_at=self.now + 9 * DAY,
                release_at=self.now + days * DAY,
                now=self.now,
            )
        self._plan_anew()

    @precondition(lambda self: self._open_lots())
    @rule(some=_SOME, days=st.integers(1, 5))
    def a_lot_slips(self, some: int, days: int) -> None:
        """Its material comes later: what was promised from it keeps its day, or is at risk."""
        lot = self._lot(some)
        WorkOrder.objects.filter(pk=lot.pk).update(release_at=F("release_at") + days * DAY)
        self._plan_anew()

    @precondition(lambda self: self._open_lots())
    @rule(some=_SOME, scrap=st.integers(0, 2))
    def a_lot_is_finished(self, some: int, scrap: int) -> None:
        """Some pieces of it are good."""
        lot = self._lot(some)
        good = max(0, lot.quantity - scrap)
        with transaction.atomic():
            factory.finish_work_order(lot.number, good, self.now)
        self.there[self._sku_of(lot)] += good
        self.rebuild()

    @precondition(lambda self: self._open_lots())
    @rule(some=_SOME)
    def a_lot_is_called_off(self, some: int) -> None:
        """Only one of which nothing was promised, so that no promise is at risk for it."""
        self.rebuild()
        lot, lacking = self._lot(some), self._at_risk()
        if lot.state != "planned":
            with refused("work_order_firm"):
                factory.cancel_work_order(lot.number)
            return
        with transaction.atomic():
            factory.cancel_work_order(lot.number)
        self._plan_anew()
        assert self._at_risk() == lacking

    @rule(who=st.integers(0, 2), which=st.sampled_from([0, 1]), slips=st.integers(0, 5))
    def buy_from_a_lot(self, who: int, which: int, slips: int) -> None:
        """All that is there is off sale: he is promised a piece of a lot, which then slips."""
        shelf = self.shelves[which]
        if len(self._open_lots()) == _LOTS_MAX or shelf.state == "closed":
            return
        self.a_lot_is_ordered(0, 2, 0)
        self.release(which, 1)
        order = self._hold(who, which, 1)
        if order is not None and slips:
            for some in range(len(self._open_lots())):
                self.a_lot_slips(some, slips)

    def _plan_anew(self) -> None:
        with transaction.atomic():
            factory.replan(self.now)
        self.rebuild()

    def _open_lots(self) -> list[WorkOrder]:
        mine = [sku.pk for sku in self.skus]
        return list(WorkOrder.objects.filter(part__sku__in=mine, state__in=OPEN).order_by("id"))

    def _lot(self, some: int) -> WorkOrder:
        lots = self._open_lots()
        return lots[some % len(lots)]

    def _sku_of(self, lot: WorkOrder) -> int:
        return int(lot.part.sku_id or 0)

    def _at_risk(self) -> int:
        rungs = Rung.objects.filter(sku__in=self.skus)
        return int(rungs.aggregate(sum=Sum("at_risk"))["sum"] or 0)


def _works() -> WorkCentre:
    works = Plant.objects.create(code="walk", place=place())
    return WorkCentre.objects.create(
        plant=works, code="walk", kind="assembly", shift_minutes=1440, works_on_weekends=True
    )


# Those that walk: the stories by themselves meet each other oftener than among all that there is.
WALKS = (Stories, TheWholeFloor)
