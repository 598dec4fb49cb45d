"""What the works' pages call things: causes, states."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firsthand.factory import causes
from firsthand.factory.models import PlanRun, WorkOrder
from firsthand.factory.planning.schedules import ADMISSION, IN_FORCE
from firsthand.factory.words import said
from firsthand.look.templatetags.house import moment

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
RUN_STATES: dict[str, Promise] = {
    PlanRun.State.WAITING: pgettext_lazy("run", "waits"),
    PlanRun.State.RUNNING: pgettext_lazy("run", "is being made"),
    PlanRun.State.DONE: pgettext_lazy("run", "in force"),
    PlanRun.State.STOPPED: pgettext_lazy("run", "stopped"),
    PlanRun.State.FAILED: pgettext_lazy("run", "failed"),
}
ANSWERED = pgettext_lazy("run", "answered")
SOLVER_WORDS: dict[str, Promise] = {
    "best": _("best: what suits the size"),
    "annealing": _("annealing: search from the best rule"),
    "policy": _("policy: the best rule, searched"),
    "cp_sat": _("CP-SAT: for small shops"),
    ADMISSION: _("quick: what was promised is kept, seconds"),
    IN_FORCE: _("at once: the rule in force"),
    "edd": _("EDD: what is due first"),
    "fifo": _("FIFO: what waits longest"),
}
REASONS: dict[str, Promise] = {  # why the house asked for a plan by itself
    "opening": _("the house was opened"),
    "nightly": _("as every night"),
    "downtime": _("a machine is down, or works again"),
    "layout": _("machines or their times were changed"),
    "purchase": _("a purchase comes later"),
    "orders": _("much was promised"),
    "late": _("a lot was finished late"),
}
DOES: dict[str, Promise] = {  # what a solver says that it does
    "getting ready": _("getting ready"),
    "parameters from a grid": _("looking for a rule"),
    "parameters by group of machines": _("fitting the rule to the machines"),
    "weights of lots": _("weighing the lots"),
    "annealing": _("moving operations about"),
    "what can be promised": _("looking for what can be promised"),
    "futures": _("playing futures for safe dates"),
}

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d")


def told(sentence: str, fields: Mapping[str, Any]) -> str:
    """A sentence that was kept with its values; its instants on the clock of whoever reads it."""
    local = {
        name: moment(datetime.fromisoformat(value))
        if isinstance(value, str) and _INSTANT.fullmatch(value)
        else value
        for name, value in fields.items()
    }
    return str(said(sentence, local))
