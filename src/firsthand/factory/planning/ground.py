"""What a plan stands on, read in one short transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from firsthand.factory import store as factory
from firsthand.factory.plan import Plan
from firsthand.factory.planning import store
from firsthand.factory.planning.before import plan_before
from firsthand.factory.planning.terms import Terms
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Problem
from firsthand.factory.words import or_refuse
from firsthand.factory.workload import Workload, workload


@dataclass(frozen=True, slots=True)
class Ground:
    """The problem as the tables have it now, and by which rule the floor is run so far."""

    load: Workload
    policy: Policy | None  # of the plan in force; none: it has none, or there is no plan
    before: Plan  # the plan in force, as far as it has what is left

    @property
    def problem(self) -> Problem:
        """What is to be planned."""
        return self.load.problem


def terms() -> Terms:
    """On what terms this house plans."""
    found: Terms = settings.PLAN_TERMS
    return found


def read(now: datetime) -> Ground:
    """Read the tables. Refuses what is impossible, with the reason."""
    begins_at = now.replace(microsecond=0)
    objective = terms().objective
    tables = factory.tables(begins_at)
    load = or_refuse(lambda: workload(tables, begins_at, objective))
    kept = store.policy_in_force()
    policy = Policy.from_json(kept) if kept else None
    return Ground(load, policy, plan_before(tables, load.problem))
