"""How a question is answered: two plans in seconds, one of how things are, one of what is assumed.

It knows no database: rows come in, an answer goes out, and nothing is changed. Compiled code is
loaded where it is used: by who plans, and by nobody else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from firsthand.factory.plan import Plan, figures
from firsthand.factory.planning.before import plan_before
from firsthand.factory.planning.schedules import by_rule
from firsthand.factory.planning.terms import Terms
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Problem
from firsthand.factory.replanning.answers import Answer, Coming, Lot, answer
from firsthand.factory.replanning.questions import Question, Wish, supposed
from firsthand.factory.solver import Budget, Watch
from firsthand.factory.tables import Tables
from firsthand.factory.workload import workload

if TYPE_CHECKING:
    from firsthand.factory.replanning.admission import Admitted

FUTURES = 60  # that the dates of what was asked for stand on


def ask(
    tables: Tables,
    question: Question,
    wishes: Mapping[str, Wish],
    now: datetime,
    *,
    policy: Policy,
    terms: Terms,
    seed: int = 0,
    seconds: float = 5.0,
    watch: Watch | None = None,
) -> Answer:
    """What would happen. Raises ``Impossible`` if what is assumed makes no sense."""
    here = workload(tables, now, terms.objective).problem
    changed, new = supposed(tables, question, wishes, now)
    there = workload(changed, now, terms.objective).problem
    half = Budget(seconds=seconds / 2)
    now_plan = _admit(here, _before(tables, here, policy, seed), (), policy, seed, half, watch)
    then = _admit(there, now_plan.plan, new, policy, seed, half, watch)
    was, done = now_plan.plan.completions(), then.plan.completions()
    names = {lot.id: lot.name for lot in there.lots}
    lots = [
        Lot(
            lot.name, there.instant(lot.due), here.instant(was[lot.id]), there.instant(done[lot.id])
        )
        for lot in there.lots
        if lot.id in was
    ]
    return answer(
        lots,
        _coming(changed, there, then, question, wishes, policy, terms, seed),
        figures(here, now_plan.plan),
        figures(there, then.plan),
        [names[lot_id] for lot_id in then.newly_late],
    )


def _before(tables: Tables, problem: Problem, policy: Policy, seed: int) -> Plan:
    """The plan in force; where there is none yet, what comes of the rule."""
    before = plan_before(tables, problem)
    return before if before.operations else by_rule(problem, policy, seed=seed)


def _admit(
    problem: Problem,
    before: Plan,
    new: tuple[int, ...],
    policy: Policy,
    seed: int,
    budget: Budget,
    watch: Watch | None,
) -> "Admitted":
    from firsthand.factory.replanning.admission import admit  # noqa: PLC0415

    return admit(problem, before, new, policy=policy, seed=seed, budget=budget, watch=watch)


def _coming(
    tables: Tables,
    problem: Problem,
    then: "Admitted",
    question: Question,
    wishes: Mapping[str, Wish],
    policy: Policy,
    terms: Terms,
    seed: int,
) -> list[Coming]:
    """When the pieces that were asked for are done, and when that is safe."""
    wanted = {order.id: order for order in tables.orders if order.id in then.dates}
    if not wanted:
        return []
    from firsthand.factory.futures import play  # noqa: PLC0415
    from firsthand.factory.noise import Noise  # noqa: PLC0415

    count = min(terms.futures, FUTURES)
    safe = (
        play(problem, policy, noise=Noise(*terms.chances), count=count, seed=seed).quantile(
            terms.quantile
        )
        if count
        else {}
    )
    by = {wishes[one.part].part_id: (one.part, one.by) for one in question.pieces}
    return [
        Coming(
            *by[order.part_id][:1],
            order.quantity,
            by[order.part_id][1],
            problem.instant(then.dates[lot_id]),
            problem.instant(max(then.dates[lot_id], safe.get(lot_id, 0))),
        )
        for lot_id, order in sorted(wanted.items(), reverse=True)
    ]
