"""What can be asked of the factory: what if. It reads, and changes nothing."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from firsthand.factory import store as factory
from firsthand.factory.models import Part
from firsthand.factory.mrp import actions as mrp
from firsthand.factory.planning import store as planning
from firsthand.factory.planning.ground import terms
from firsthand.factory.planning.making import FIRST
from firsthand.factory.policy import Policy
from firsthand.factory.replanning.answers import Answer
from firsthand.factory.replanning.asking import ask
from firsthand.factory.replanning.questions import Question, Wish
from firsthand.factory.solver import Watch
from firsthand.factory.tables import Tables
from firsthand.factory.words import or_refuse
from firsthand.kit.errors import Invalid

SECONDS_MAX = 60.0


def read(question: Question, now: datetime) -> tuple[Tables, dict[str, Wish], Policy]:
    """All that an answer stands on, read in the caller's transaction."""
    wishes = {one.part: _wish(one.part, one.quantity, one.by, now) for one in question.pieces}
    kept = planning.policy_in_force()
    return factory.tables(now), wishes, Policy.from_json(kept) if kept else FIRST


def what_if(
    question: Question,
    now: datetime,
    *,
    seconds: float = 5.0,
    seed: int = 0,
    watch: Watch | None = None,
) -> Answer:
    """What would happen. It takes so many seconds, so no page waits for it: a worker asks."""
    if not 0.1 <= seconds <= SECONDS_MAX:
        raise Invalid("bad_budget", _("An answer may take from a tenth of a second to a minute."))
    begins_at = now.replace(microsecond=0)
    tables, wishes, policy = read(question, begins_at)
    return or_refuse(
        lambda: ask(
            tables,
            question,
            wishes,
            begins_at,
            policy=policy,
            terms=terms(),
            seed=seed,
            seconds=seconds,
            watch=watch,
        )
    )


def _wish(code: str, quantity: int, by: datetime, now: datetime) -> Wish:
    """How a part is made; by its own code, or by its SKU's."""
    made = Part.objects.filter(kind=Part.Kind.MADE)
    part = made.filter(code=code).first() or made.filter(sku__code=code).first()
    if part is None:
        raise Invalid("no_such_part", _("The factory does not know how to make that."))
    return Wish(part.pk, part.lot_size, mrp.material_at(part.pk, quantity, by, now))
