"""What the works' pages call things: causes, states."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firsthand.factory import causes
from firsthand.factory.models import WorkOrder

CAUSES: dict[str, Promise] = {
    causes.MATERIAL: _("material not there yet"),
    causes.PART: _("a part is still being made"),
    causes.MACHINE: _("machine busy with other lots"),
    causes.SETUP: _("machine being set up"),
    causes.TOOL: _("tool or skill not free"),
    causes.KEPT: _("machine free, kept for something else"),
    causes.PIN: _("pinned by a planner"),
    causes.CLOSED: _("closed: between shifts, holidays, downtime"),
    causes.TRANSPORT: _("on the way between places"),
    causes.RUN: _("being made"),
}
STATES: dict[str, Promise] = {
    WorkOrder.State.PLANNED: pgettext_lazy("work order", "planned"),
    WorkOrder.State.FIRM: pgettext_lazy("work order", "firm"),
    WorkOrder.State.RELEASED: pgettext_lazy("work order", "released"),
    WorkOrder.State.FINISHED: pgettext_lazy("work order", "finished"),
    WorkOrder.State.CANCELLED: pgettext_lazy("work order", "cancelled"),
}
