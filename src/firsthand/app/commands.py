"""What the command line does with the house's own actions: report."""

from django.db import transaction

from firsthand.insight.actions.report import latest_report, make_report
from firsthand.insight.text import report_as_text
from firsthand.kit.clock import now
from firsthand.show.models import Show


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
