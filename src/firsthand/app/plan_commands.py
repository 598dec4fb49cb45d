"""What ``firsthand plan …`` does: plans made, tables checked, questions asked, workbooks moved."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rich.console import Console

from firsthand.app.progress import progress_bar
from firsthand.catalogue.models import Sku
from firsthand.catalogue.spreadsheet.report import ImportReport
from firsthand.factory import actions as factory
from firsthand.factory import layout_book
from firsthand.factory import spreadsheet as parts_book
from firsthand.factory.forecast.actions import Report
from firsthand.factory.forecast.seam import find as _forecasting
from firsthand.factory.models import Plan, PurchaseOrder
from firsthand.factory.mrp import purchasing
from firsthand.factory.mrp.actions import Advice, advice
from firsthand.factory.mrp.rules import Problem, Result
from firsthand.factory.mrp.store import Days
from firsthand.factory.planning import actions as planning
from firsthand.factory.planning import ground, making
from firsthand.factory.replanning.actions import what_if as _what_if
from firsthand.factory.replanning.answers import Answer
from firsthand.factory.replanning.questions import Question
from firsthand.factory.solver import Budget
from firsthand.factory.tasks import forecast_now
from firsthand.factory.words import or_refuse
from firsthand.kit.clock import now
from firsthand.kit.errors import NotFound
from firsthand.promise import requirements
from firsthand.promise.tasks import prepare, rebuild_all

LAYOUT, PARTS = "layout", "parts"
_EXPORTS = {
    LAYOUT: (layout_book.export_workbook, layout_book.export_csvs),
    PARTS: (parts_book.export_workbook, parts_book.export_csvs),
}
_IMPORTS = {LAYOUT: layout_book.import_workbook, PARTS: parts_book.import_workbook}


class _Look:
    """Who looks on at a solver from a terminal: a bar on stderr; Ctrl-C ends the search."""

    def __init__(self, tell: Callable[[float, str], None]) -> None:
        self._tell = tell
        self.stopped = False

    def __call__(self, *, share: float, cost: float | None, says: str) -> bool:
        best = "" if cost is None else f" · best cost {cost:,.1f}"
        self._tell(share, f"{says}{best}")
        return not self.stopped

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """Somebody pressed Ctrl-C; who presses it again does not want to wait for the end."""
        self.stopped = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def looking_on(say: Console) -> Iterator[_Look]:
    """A bar with the share that is done, the best cost, and what the solver does."""
    with progress_bar(say) as progress:
        bar = progress.add_task("planning", total=1.0)
        look = _Look(lambda share, says: progress.update(bar, completed=share, description=says))
        before = signal.signal(signal.SIGINT, look.stop)
        try:
            yield look
        finally:
            signal.signal(signal.SIGINT, before)
        if not look.stopped:
            progress.update(bar, completed=1.0, description="planned")


class Planned(NamedTuple):
    """What came of making a plan."""

    plan: Plan
    was_stopped: bool
    skus: int  # whose ladders were built anew
    at_risk: int  # pieces that were promised and cannot be there in time


class Discarded(Exception):
    """The search was stopped, and nobody wanted to keep what it had found."""


def plan(solver: str, seconds: float, seed: int, *, keep: bool, say: Console) -> Planned:
    """Make a plan, put it in force, build the ladders on it. KEEP: a stopped one, too."""
    solver = solver or settings.PLAN_SOLVER
    seconds = seconds or settings.PLAN_SECONDS
    planning.known(solver)
    prepare(propose=False)
    with transaction.atomic():
        here = ground.read(now())
    with looking_on(say) as look:
        made = or_refuse(
            lambda: making.make(
                here.problem,
                solver=solver,
                seed=seed,
                budget=Budget(seconds=seconds),
                terms=ground.terms(),
                policy=here.policy,
                before=here.before,
                watch=look,
            )
        )
    if look.stopped and not keep:
        raise Discarded
    with transaction.atomic():
        written = planning.put_in_force(made, seed=seed, now=now())
    ladders = rebuild_all()
    return Planned(written, look.stopped, ladders.skus, ladders.at_risk)


def what_if(question: Question, seconds: float, seed: int, *, say: Console) -> Answer:
    """What would happen; nothing is changed."""
    with looking_on(say) as look:
        return _what_if(question, now(), seconds=seconds, seed=seed, watch=look)


class Requirements(NamedTuple):
    """What is missing, and what a planner should do about it."""

    days: Days
    problem: Problem
    result: Result
    advice: list[Advice]
    changed: int | None  # proposals that are not as they were; none: nothing was written


def requirements_now(*, dry_run: bool) -> Requirements:
    """Work out what is missing for what was promised and is expected, and propose it."""
    with transaction.atomic():
        if dry_run:
            days, problem, result = requirements.look(now())
            changed = None
        else:
            run = requirements.plan_requirements(now())
            days, problem, result, changed = run.days, run.problem, run.result, run.changed
        return Requirements(days, problem, result, advice(days, problem, result), changed)


def forecast(say: Console) -> Report:
    """Make the forecasts anew."""
    _forecasting()
    with progress_bar(say) as progress:
        bar = progress.add_task("forecasting", total=None)
        return forecast_now(
            progress=lambda done, of: progress.update(bar, completed=done, total=of)
        )


def export(what: str, file: Path) -> int:
    """Write a workbook, or with a name that ends in .zip a CSV for each sheet; its bytes."""
    as_workbook, as_csvs = _EXPORTS[what]
    return file.write_bytes(as_csvs() if file.suffix.lower() == ".zip" else as_workbook())


def take_in(what: str, file: Path, *, dry_run: bool) -> ImportReport:
    """Take a workbook over, whole or not at all."""
    with transaction.atomic():
        return _IMPORTS[what](file.read_bytes(), None, dry_run=dry_run)


def purchase(deed: str, number: str, *, day: date | None, quantity: int | None) -> str:
    """Something is done with a purchase order, or heard of it; its new state."""
    at = now()
    due_at = timezone.make_aware(datetime.combine(day, time())) if day else None
    with transaction.atomic():
        if deed == "firm":
            purchasing.firm_purchase(number)
        elif deed == "order":
            purchasing.order_purchase(number, at, due_at=due_at)
        elif deed == "comes" and due_at:
            purchasing.purchase_comes(number, due_at, at)
        elif deed == "receive" and quantity:
            purchasing.receive_purchase(number, quantity, at)
        elif deed == "cancel":
            purchasing.cancel_purchase(number, at)
        else:
            raise ValueError(deed)
    kept = PurchaseOrder.objects.get(number=number)
    local = timezone.localtime(kept.due_at)
    return (
        f"{number} is {kept.state}: {kept.received:,} of {kept.quantity:,}, due {local:%Y-%m-%d}."
    )


def open_order(code: str, quantity: int, due: date) -> str:
    """A lot is asked for by hand, due at the end of a day; its number, and when it may begin."""
    sku = Sku.objects.filter(code=code).first()
    if sku is None:
        raise NotFound("no_such_sku", _("There is no such SKU."))
    due_at = timezone.make_aware(datetime.combine(due + timedelta(days=1), time()))
    with transaction.atomic():
        order = factory.open_work_order(sku_id=sku.pk, quantity=quantity, due_at=due_at, now=now())
    begins = timezone.localtime(order.release_at)
    return f"{order.number}: {quantity:,} of {code} by {due}; it may begin on {begins:%Y-%m-%d}."


def cancel_order(number: str) -> str:
    """A lot of which nothing was promised is called off."""
    with transaction.atomic():
        factory.cancel_work_order(number)
    return f"{number} is called off."
