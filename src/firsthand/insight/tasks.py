"""Reports in the background, by the worker.

Whoever ends a show defers ``report_show`` in the same transaction: the job is there exactly if
the show has ended, and the worker takes it at once. The look-out makes sure all the same: twice a
minute it asks which shows have ended without a report since, however that came about, and it
also makes the later reports, on the days when figures have ripened.
"""

from django.db import transaction
from procrastinate.contrib.django import app

from firsthand.insight import store
from firsthand.insight.actions.report import make_report
from firsthand.kit import metrics
from firsthand.kit.clock import now
from firsthand.kit.log import get_logger
from firsthand.show.models import Show

LOOK_OUT = "* * * * * */30"  # the seconds stand last: twice a minute

log = get_logger(__name__)


@app.task(name="insight.report_show", pass_context=False)
def report_show(show_id: int) -> None:
    """Make the report of a show that has ended, unless somebody just did."""
    if _make_if_due(show_id):
        log.info("report_made", show=show_id)


@app.periodic(cron=LOOK_OUT)
@app.task(name="insight.reports_due", queueing_lock="insight.reports_due")
def reports_due(timestamp: int) -> None:
    """Make every report that is due."""
    for show_id in store.due(now()):
        try:
            is_made = _make_if_due(show_id)
        except Exception:  # one report that fails does not hold up the others
            metrics.faults.labels(where="report").inc()
            log.exception("report_failed", show=show_id)
        else:
            if is_made:
                log.info("report_made", show=show_id, by="look_out")


def _make_if_due(show_id: int) -> bool:
    # The show's row is the lock, and not one of the queue's: a worker that is killed lets go
    # of the row at once, while its job, and what that job locks, would stay "doing" for ever.
    with transaction.atomic():
        Show.objects.select_for_update(no_key=True).get(pk=show_id)
        if show_id not in store.due(now()):
            return False
        make_report(show_id)
        return True
