"""What the command line does with the house's own actions: plan, report."""

from collections.abc import Iterator

from django.db import transaction

from firsthand.factory import actions as factory
from firsthand.insight.actions.report import latest_report, make_report
from firsthand.insight.text import report_as_text
from firsthand.kit.clock import now
from firsthand.kit.errors import Refusal
from firsthand.promise import actions as promise
from firsthand.show.models import Show


def plan(solver: str) -> Iterator[str]:
    """Schedule the open work orders anew and build the ladders on the plan; what was found."""
    try:
        with transaction.atomic():
            made = factory.replan(now(), solver=solver)
        with transaction.atomic():
            promise.rebuild_ladder(now=now())
    except Refusal as refusal:
        raise SystemExit(str(refusal)) from None
    yield f"Plan {made.pk} by {made.solver} is in force; the ladders stand on it."
    for name, figure in made.figures.items():
        if name == "rules":  # what plain rules would have done with it
            for rule, theirs in figure.items():
                lateness = theirs["tardiness_hours"]
                yield f"  by {rule}: {lateness} hours late, {theirs['on_time_percent']} % on time"
        elif isinstance(figure, dict):  # by work centre
            yield f"  {name}:"
            yield from (f"    {part}: {value}" for part, value in figure.items())
        else:
            yield f"  {name}: {figure}"


def report(show: str, *, again: bool) -> str:
    """A show's report as text; the newest one, or one reckoned now."""
    which = {"pk": int(show)} if show.isdecimal() else {"slug": show}
    found = Show.objects.filter(**which).first()
    if found is None:
        raise SystemExit(f"There is no show {show!r}.")
    kept = None if again else latest_report(found.pk)
    if kept is None:
        with transaction.atomic():
            kept = make_report(found.pk, now())
    return report_as_text(kept)
