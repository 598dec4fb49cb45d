"""What ``firsthand plan …`` prints: sentences and tables, as a planner reads them.

Times are those of the house's own clock, to the minute.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from rich.console import Console
from rich.table import Table

from firsthand.app.plan_commands import Planned, Requirements
from firsthand.catalogue.models import Sku
from firsthand.catalogue.spreadsheet.report import ImportReport
from firsthand.faces.works import store
from firsthand.faces.works.desk import Desk, centre_names
from firsthand.faces.works.kpis import Figures, kpis
from firsthand.faces.works.words import CAUSES, RUN_STATES
from firsthand.factory.comparing import Placed, Shift, compare
from firsthand.factory.forecast.actions import Report
from firsthand.factory.models import Pin, Plan, PlanRun
from firsthand.factory.planning.actions import why_it_failed
from firsthand.factory.replanning.answers import Answer
from firsthand.factory.validation import Fault
from firsthand.factory.words import in_words, said

ROWS_SHOWN = 20
NEARLY_FULL_PERCENT = 95
MOMENT, DAY = "%Y-%m-%d %H:%M", "%a %m-%d"


def _table(title: str, *columns: str, right: Sequence[str] = ()) -> Table:
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    made.padding = (0, 2, 0, 0)
    for column in columns:
        made.add_column(
            column, justify="right" if column in right else "left", no_wrap=column in right
        )
    return made


def _more(out: Console, count: int, shown: int) -> None:
    if count > shown:
        out.print(f"… and {count - shown:,} more")


def _minute(at: datetime) -> str:
    return timezone.localtime(at).strftime(MOMENT)


def _epoch(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# --- a plan -----------------------------------------------------------------------------------


def planned(out: Console, made: Planned) -> None:
    """A plan was put in force: what it is worth, in a few lines."""
    plan = made.plan
    if made.was_stopped:
        out.print("The search was stopped; the best plan that it had found is kept.")
    out.print(f"Plan {plan.pk} by {plan.solver} is in force; {made.skus:,} ladders stand on it.")
    if made.at_risk:
        out.print(f"{made.at_risk:,} pieces that were promised cannot be there in time by it.")
    figures(out, plan.figures)
    left_out(out, plan)


def figures(out: Console, found: Figures, title: str = "") -> None:
    """The figures of a plan, beside those of others."""
    rows = kpis(found, centre_names())
    others = [one.rule for one in rows[0].against]
    table = _table(title, "", "this plan", *others, right=("this plan", *others))
    for row in rows:
        unit = f" {row.unit}" if row.unit else ""
        table.add_row(
            str(row.name),
            f"{row.value}{unit}" + (f"  ({row.note})" if row.note else ""),
            *(f"{one.value}{unit}" for one in row.against),
        )
    out.print(table)


def left_out(out: Console, plan: Plan) -> None:
    """Work orders that could not be planned, with the reason."""
    found = plan.figures.get("left_out") or []
    for one in found[:ROWS_SHOWN]:
        out.print(f"Not planned: {one['number']}: {said(one['sentence'], one['fields'])}.")
    _more(out, len(found), ROWS_SHOWN)


def show(out: Console, desk: Desk) -> None:
    """The plan in force: figures, what it changed, late lots with their cause, the load."""
    plan = desk.plan
    out.print(
        f"Plan {plan.pk} by {plan.solver}, made {_minute(plan.made_at)}: {len(desk.lots):,} lots,"
        f" {len(desk.planned):,} operations."
    )
    figures(out, plan.figures)
    out.print()
    for sentence, fields in plan.changes:
        out.print(f"· {said(sentence, fields)}")
    left_out(out, plan)
    _late(out, desk)
    _load(out, desk)


def _late(out: Console, desk: Desk) -> None:
    late = desk.late
    if not late:
        out.print("No lot is late.")
        return
    title = f"\n{len(late):,} late lots, what costs most first"
    right = ("pieces", "late by")
    table = _table(title, "lot", "part", "pieces", "due", "late by", "mainly because", right=right)
    for one in late[:ROWS_SHOWN]:
        table.add_row(
            one.lot.number,
            one.lot.code,
            f"{one.lot.quantity:,}",
            _minute(_epoch(one.lot.due)),
            f"{one.hours:,.1f} h",
            str(CAUSES[one.way.cause]),
        )
    out.print(table)
    _more(out, len(late), ROWS_SHOWN)
    for centre_id, seconds, lots in desk.lost[:3]:
        centre = desk.centres[centre_id]
        out.print(f"{lots:,} of them wait for {centre.code}, {seconds / 3600:,.0f} h in all.")


def _load(out: Console, desk: Desk) -> None:
    days = [timezone.localtime(day).strftime(DAY) for day in desk.days[:-1]][:7]
    table = _table(
        "\nLoad: hours set up or running, by hours open", "work centre", *days, "all days",
        right=(*days, "all days"),
    )  # fmt: skip
    for row in desk.load:
        cells = [*row.cells[: len(days)], row.whole]
        table.add_row(row.centre.code, *(_percent(one.percent) for one in cells))
    out.print(table)


def _percent(value: float | None) -> str:
    if value is None:
        return "–"
    words = f"{value:.0f} %"
    return f"[bold]{words}[/]" if value >= NEARLY_FULL_PERCENT else words


def versus(out: Console, before: Plan, after: Plan) -> None:
    """Two plans side by side."""
    found = compare(_placed(before), _placed(after))
    out.print(f"Plan {before.pk} by {before.solver}, and plan {after.pk} by {after.solver}:")
    beside = {f"plan {before.pk}": before.figures}
    figures(out, after.figures | {"rules": beside}, f"plan {after.pk} beside plan {before.pk}")
    out.print(
        f"{found.kept:,} operations stay, {found.retimed:,} are at another time, {found.moved:,} on"
        f" another machine; {found.added:,} are new, {found.gone:,} gone."
    )
    lots = store.lots(before.pk) | store.lots(after.pk)
    _shifts(out, f"\n{len(found.earlier):,} lots are done earlier", found.earlier, lots)
    _shifts(out, f"\n{len(found.later):,} lots are done later", found.later, lots)


def _placed(plan: Plan) -> Iterable[Placed]:
    for one in store.planned(plan.pk):
        yield Placed(
            one.work_order_id,
            one.operation_id,
            one.work_centre_id,
            one.machine,
            _epoch(one.start),
            _epoch(one.end),
        )


def _shifts(out: Console, title: str, shifts: Sequence[Shift], lots: dict[int, store.Lot]) -> None:
    if not shifts:
        return
    table = _table(title, "lot", "part", "before", "after", "hours", right=("hours",))
    for one in shifts[:ROWS_SHOWN]:
        lot = lots[one.work_order_id]
        table.add_row(
            lot.number, lot.code, _minute(one.before), _minute(one.after), f"{one.hours:+,.1f}"
        )
    out.print(table)
    _more(out, len(shifts), ROWS_SHOWN)


# --- questions, requirements, forecasts -------------------------------------------------------


def faults(out: Console, found: Sequence[Fault]) -> None:
    """What is impossible in the tables, place by place."""
    if not found:
        out.print("Nothing in the tables is impossible.")
        return
    table = _table("", "", "part", "operation", "work centre", "why")
    for one in found:
        table.add_row(
            "stops" if one.stops else "doubtful",
            one.part,
            "" if one.operation is None else str(one.operation),
            one.work_centre,
            str(in_words(one.why)),
        )
    out.print(table)


def answer(out: Console, found: Answer) -> None:
    """What would happen, in sentences, and the figures of both plans."""
    for sentence in found.sentences:
        out.print(f"· {said(sentence.sentence, sentence.fields)}")
    beside = {"as it is": found.before.as_json()}
    rows = kpis(found.after.as_json() | {"rules": beside}, centre_names())
    columns = ("as it is", "as assumed", "difference")
    table = _table("", "", *columns, right=columns)
    for row in rows:
        unit = f" {row.unit}" if row.unit else ""
        other = row.against[0]
        table.add_row(str(row.name), f"{other.value}{unit}", f"{row.value}{unit}", other.difference)
    out.print(table)


def needed(out: Console, found: Requirements) -> None:
    """What should be made and bought, what comes too late, and what to do about the rest."""
    items, days = found.problem.items, found.days
    bought = sum(items[one.part_id].is_bought for one in found.result.planned)
    wrote = "nothing was written" if found.changed is None else f"{found.changed:,} changed"
    made = len(found.result.planned) - bought
    out.print(f"Proposed: {made:,} lots and {bought:,} purchases; {wrote}.")
    rows = sorted(found.result.planned, key=lambda one: (one.starts, items[one.part_id].code))
    table = _table("", "do", "part", "pieces", "begin by", "wanted", "there", right=("pieces",))
    for one in rows[:ROWS_SHOWN]:
        table.add_row(
            "buy" if items[one.part_id].is_bought else "make",
            items[one.part_id].code,
            f"{one.quantity:,}",
            str(days.date(one.starts)),
            str(days.date(one.due)),
            f"{days.date(one.comes)}" + (" (late)" if one.comes > one.due else ""),
        )
    if rows:
        out.print(table)
        _more(out, len(rows), ROWS_SHOWN)
    if found.advice:
        title, right = "\nWhat to do about open orders", ("pieces",)
        table = _table(title, "do", "part", "order", "pieces", "comes", "wanted", right=right)
        for word in found.advice[:ROWS_SHOWN]:
            table.add_row(
                word.kind.replace("_", " "),
                word.part_code,
                word.number or "(proposed)",
                f"{word.quantity:,}",
                str(word.day),
                "never" if word.wanted is None else str(word.wanted),
            )
        out.print(table)
        _more(out, len(found.advice), ROWS_SHOWN)
    late = found.result.late
    if late:
        out.print(f"{len(late):,} needs are met too late, by up to {late[0].late_days} days.")
    short = sum(one.quantity for one in found.result.shortages)
    if short:
        out.print(f"{short:,} pieces are wanted that nothing will bring: nobody can make them.")


def forecast(out: Console, found: Report) -> None:
    """How good the forecasts would have been."""
    out.print(
        f"{found.skus:,} SKUs are forecast; {found.too_young:,} are too young and follow their"
        " base stock."
    )
    if found.skus:
        out.print(
            f"On the past they would have been off by {found.wape_percent:.0f} % of the pieces;"
            f" the naive model by {found.naive_wape_percent:.0f} %."
        )
        words = (f"{name} {count}" for name, count in sorted(found.by_model.items()))
        out.print("Models: " + ", ".join(words) + ".")


def ladder(out: Console, sku: Sku, today: date) -> None:
    """What of a SKU can be promised by when, and what was."""
    found = [one for one in store.ladders(sku.code, today) if one.code == sku.code]
    rungs = found[0].rungs if found else []
    if not rungs:
        out.print(f"Nothing of {sku.code} can be promised, and nothing was.")
        return
    columns = ("pieces", "taken", "free", "at risk")
    table = _table(f"{sku.code} · {found[0].name}", "ships by", "from", *columns, right=columns)
    for one in rungs:
        table.add_row(
            f"{one.ship_by:%a} {one.ship_by}",
            one.source,
            *(f"{number:,}" for number in (one.quantity, one.taken, one.free, one.at_risk)),
        )
    out.print(table)
    out.print(f"{found[0].free:,} pieces can still be promised.")


# --- runs, pins, workbooks --------------------------------------------------------------------


def runs(out: Console, found: Sequence[PlanRun]) -> None:
    """The last runs of solvers."""
    if not found:
        out.print("No plan was asked of the worker yet.")
        return
    table = _table("", "run", "solver", "asked", "state", "took", "plan", "", right=("took",))
    for one in found:
        took = (one.over_at or timezone.now()) - one.asked_at
        says = str(why_it_failed(one)) or (one.reason and f"by itself: {one.reason}")
        table.add_row(
            str(one.pk),
            one.solver,
            _minute(one.asked_at),
            str(RUN_STATES[one.state]),
            f"{max(took, timedelta()).total_seconds():,.0f} s",
            str(one.plan_id or ""),
            says or one.says,
        )
    out.print(table)


def pins(out: Console, found: Sequence[Pin]) -> None:
    """Where planners put operations by hand."""
    if not found:
        out.print("Nothing is pinned.")
        return
    table = _table("", "lot", "operation", "machine", "not before", "by")
    for one in found:
        table.add_row(
            one.work_order.number,
            one.operation.name_en,
            f"{one.work_centre.code} {one.machine}",
            _minute(one.not_before),
            str(one.by or ""),
        )
    out.print(table)


def taken_in(out: Console, report: ImportReport) -> None:
    """What an import did, sheet by sheet, or what is wrong, row by row."""
    for one in report.errors:
        out.print(str(one))
    _more(out, report.errors_count, len(report.errors))
    if not report.is_good:
        return
    columns = ("new", "changed", "same", "removed")
    table = _table("", "sheet", *columns, right=columns)
    for name, tally in report.tallies.items():
        numbers = (tally.new, tally.changed, tally.same, tally.removed)
        table.add_row(name, *(f"{number:,}" for number in numbers))
    out.print(table)
    if report.passed_over:
        out.print(f"Passed over: {', '.join(report.passed_over)}.")
    out.print("Nothing was written." if report.is_rehearsal else "It is written.")
