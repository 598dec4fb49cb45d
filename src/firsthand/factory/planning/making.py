"""A plan is made: schedule, rule, safe dates, figures. It knows no database.

A budget of seconds is divided: a quarter of it goes into the search for the rule that does best
under noise, by which the floor is run; the rest into the schedule. The futures are played after
that, whatever the budget: a plan without dates is of no use to anybody.

For a plan in seconds the rule is not searched: the floor is taken to be run as it is run already.
The schedule is what comes of that (IN_FORCE), or, while promises stand, one that was found to keep
them: new lots are admitted, and no old promise is newly late if that can be (ADMISSION).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from firsthand.factory.checker import check
from firsthand.factory.comparing import by_rules
from firsthand.factory.plan import Figures, Plan, figures
from firsthand.factory.planning.before import is_whole
from firsthand.factory.planning.schedules import ADMISSION, IN_FORCE, QUICK, by_rule, resumed
from firsthand.factory.planning.terms import Terms
from firsthand.factory.policy import Policy
from firsthand.factory.problem import Problem
from firsthand.factory.solver import Budget, Watch, find

if TYPE_CHECKING:
    from firsthand.factory.futures import Futures

FIRST = Policy("atcs")  # how a floor is run of which nobody has searched the rule yet
POLICY_SHARE = 0.25  # of the budget
SHORT_SECONDS = 2.0  # a search that is shorter goes on from how the floor is run so far
# Futures are fewer where each of them takes long; but a quantile of fewer than that is none.
PLAYED_MAX = 2_000_000  # operations, in all futures of a plan
PLAYED_QUICKLY_MAX = 500_000  # of a plan in seconds
FUTURES_MIN = 40


class Dates(NamedTuple):
    """When a lot is done, in the problem's seconds; each is no sooner than the one before."""

    done: int  # by the plan
    likely: int  # later only in so many futures that a promise by then is at risk
    safe: int  # by what may be promised


@dataclass(frozen=True, slots=True)
class Made:
    """A plan with all that stands beside it."""

    problem: Problem
    plan: Plan
    dates: Mapping[int, Dates]  # by lot
    figures: Figures
    policy: Policy | None  # none: nobody searched it
    futures: Mapping[str, Any]  # how the dates were found; nothing: they are the plan's own
    rules: Mapping[str, Mapping[str, Any]]  # figures of what plain rules would have come to


class Unsound(AssertionError):
    """A solver made a plan that cannot be carried out: a fault of ours, and the old one stays."""


def make(
    problem: Problem,
    *,
    solver: str,
    seed: int,
    budget: Budget,
    terms: Terms,
    policy: Policy | None = None,
    before: Plan | None = None,
    watch: Watch | None = None,
) -> Made:
    """Make a plan; POLICY: how the floor is run so far; BEFORE: the plan that is in force.

    Raises ``Impossible`` with the reason.

    Terms without futures are for plans of a moment: the floor goes on being run as it is.
    """
    rule = policy
    if solver == IN_FORCE:
        rule = policy or FIRST
        plan = by_rule(problem, rule, seed=seed)
    elif solver == ADMISSION:
        rule = policy or FIRST
        plan = _admitted(problem, before, rule, seed, budget, _stage(watch, POLICY_SHARE))
    else:
        if terms.futures:
            share = _part(budget, POLICY_SHARE)
            rule = _searched(problem, seed, share, terms, policy, _stage(watch, 0.0))
        plan = find(solver).solve(
            problem,
            seed=seed,
            budget=_part(budget, 1 - POLICY_SHARE),
            watch=_stage(watch, POLICY_SHARE),
        )
    quick = solver in QUICK
    if watch is not None:
        watch(share=0.95, cost=None, says="futures")
    return judged(problem, plan, rule, terms, seed=seed, quick=quick)


def judged(
    problem: Problem, plan: Plan, policy: Policy | None, terms: Terms, *, seed: int, quick: bool
) -> Made:
    """A plan that the checker has nothing to say about, with its safe dates and its figures."""
    wrong = check(problem, plan)
    if wrong:
        raise Unsound(f"{plan.solver} made a plan that cannot be carried out: {wrong[:3]}")
    done = plan.completions()
    count = _futures(problem, terms.futures, PLAYED_QUICKLY_MAX if quick else PLAYED_MAX)
    rules = by_rules(problem, but=plan.solver)
    if policy is None or not count:
        dates = {lot_id: Dates(end, end, end) for lot_id, end in done.items()}
        return Made(problem, plan, dates, figures(problem, plan), policy, {}, rules)
    played = _play(problem, policy, terms, count, seed)
    likely, safe = played.quantile(terms.alarm), played.quantile(terms.quantile)
    dates = {}
    for lot_id, end in done.items():
        at_best = max(end, likely.get(lot_id, end))
        dates[lot_id] = Dates(end, at_best, max(at_best, safe.get(lot_id, end)))
    told = {
        "count": count,
        "quantile": terms.quantile,
        "alarm": terms.alarm,
        **terms.chances._asdict(),
    }
    return Made(problem, plan, dates, figures(problem, plan), policy, told, rules)


def _admitted(
    problem: Problem,
    before: Plan | None,
    policy: Policy,
    seed: int,
    budget: Budget,
    watch: Watch | None,
) -> Plan:
    """A plan that keeps what the one before keeps; new lots in the order of their due times."""
    if before is None or not before.operations:
        return by_rule(problem, policy, seed=seed)
    from firsthand.factory.replanning.admission import admit  # noqa: PLC0415

    known = is_whole(before, problem)
    new = sorted(
        (lot for lot in problem.lots if lot.id not in known),
        key=lambda lot: (-lot.weight, lot.due, lot.id),
    )
    return admit(
        problem,
        before,
        [lot.id for lot in new],
        policy=policy,
        seed=seed,
        budget=budget,
        watch=watch,
    ).plan


def _searched(
    problem: Problem,
    seed: int,
    budget: Budget,
    terms: Terms,
    start: Policy | None,
    watch: Watch | None,
) -> Policy:
    # Compiled code is loaded by who plans, and by nobody else.
    from firsthand.factory.noise import Noise  # noqa: PLC0415
    from firsthand.factory.solvers.searching import search_policy  # noqa: PLC0415

    short = budget.seconds is not None and budget.seconds < SHORT_SECONDS
    return search_policy(
        problem,
        seed=seed,
        budget=budget,
        watch=watch,
        noise=Noise(*terms.chances),
        start=start if short else None,
    )


def _play(problem: Problem, policy: Policy, terms: Terms, count: int, seed: int) -> "Futures":
    from firsthand.factory.futures import play  # noqa: PLC0415
    from firsthand.factory.noise import Noise  # noqa: PLC0415

    return play(problem, policy, noise=Noise(*terms.chances), count=count, seed=seed)


def _futures(problem: Problem, wanted: int, most: int) -> int:
    operations = sum(len(lot.operations) for lot in problem.lots)
    return min(wanted, max(FUTURES_MIN, most // max(1, operations)))


def _part(budget: Budget, share: float) -> Budget:
    return Budget(
        seconds=None if budget.seconds is None else share * budget.seconds,
        iterations=None if budget.iterations is None else max(1, int(share * budget.iterations)),
    )


def _stage(watch: Watch | None, begins: float) -> Watch | None:
    """Of one who looks on at the whole: how he looks on at the part that begins there."""
    if watch is None:
        return None
    looks = watch
    ends = POLICY_SHARE if begins < POLICY_SHARE else 0.95

    def look(*, share: float, cost: float | None, says: str) -> bool:
        # What a rule costs under noise is no plan's cost: it is not told as one.
        known = cost if begins else None
        return looks(share=begins + share * (ends - begins), cost=known, says=says)

    return look


def again(made: Made, problem: Problem, terms: Terms, *, seed: int) -> Made:
    """The same plan, as far as it still fits a problem that has changed meanwhile. It is quick."""
    policy = made.policy or FIRST
    plan = resumed(problem, made.plan, made.problem.begins_at, policy, seed=seed)
    return judged(problem, plan, made.policy, terms, seed=seed, quick=True)
