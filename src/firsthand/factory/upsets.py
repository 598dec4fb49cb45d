"""What upsets a plan: a machine that is down. Noted, and told (purchases: ``mrp.purchasing``).

Whoever stands above decides what comes of it; the house has a new plan made within seconds.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.factory.events import FEED, MachineDown, MachineUp
from firsthand.factory.models import Downtime, WorkCentre
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal


def machine_is_down(
    *,
    work_centre: str,
    machine: int | None,
    starts_at: datetime,
    ends_at: datetime,
    kind: str = Downtime.Kind.BREAKDOWN,
    note: str = "",
) -> Downtime:
    """A machine (None: all of its centre) does not work from then to then.

    Said again of the same machine and the same start, it is the later word that counts.
    """
    centre = WorkCentre.objects.filter(code=work_centre).first()
    if centre is None or (machine is not None and not 1 <= machine <= centre.machines):
        raise NotFound("no_such_machine", _("There is no such machine."))
    if ends_at <= starts_at:
        raise Invalid("ends_before_it_starts", _("A downtime ends after it has begun."))
    row, _made = Downtime.objects.update_or_create(
        work_centre=centre,
        machine=machine,
        starts_at=starts_at,
        defaults={"ends_at": ends_at, "kind": kind, "note": note[:200]},
    )
    outbox.tell(
        FEED,
        [
            MachineDown(
                work_centre_id=centre.pk,
                machine=machine,
                starts_at=starts_at.isoformat(),
                ends_at=ends_at.isoformat(),
                kind=row.kind,
            )
        ],
    )
    return row


def machine_works_again(downtime_id: int, now: datetime) -> None:
    """A downtime is over sooner than was said; one that has not begun does not come."""
    row = Downtime.objects.select_for_update(no_key=True).filter(pk=downtime_id).first()
    if row is None:
        raise NotFound("no_such_downtime", _("There is no such downtime."))
    if row.ends_at <= now:
        raise Refusal("downtime_over", _("This downtime is over."))
    if row.starts_at >= now:
        row.delete()
    else:
        row.ends_at = now
        row.save(update_fields=["ends_at"])
    outbox.tell(
        FEED,
        [MachineUp(work_centre_id=row.work_centre_id, machine=row.machine, at=now.isoformat())],
    )
