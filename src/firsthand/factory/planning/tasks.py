"""What the worker does for plans. A task is an edge of its own: it opens transactions.

Three steps: read in one transaction, solve in none, verify and write in another. Between them
everybody goes on, and the old plan stands.
"""

import time

from django.db import DatabaseError, IntegrityError, connection, transaction
from procrastinate.contrib.django import app

from firsthand.factory.impossible import Impossible
from firsthand.factory.models import Plan, PlanRun
from firsthand.factory.planning import actions, ground, making, store
from firsthand.factory.planning.making import Made
from firsthand.factory.planning.store import Claimed
from firsthand.factory.replanning import actions as replanning
from firsthand.factory.replanning.asking import ask
from firsthand.factory.replanning.questions import Question
from firsthand.factory.solver import Budget, Watch
from firsthand.factory.words import or_refuse
from firsthand.kit import clock
from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger

BEAT_SECONDS = 1.0

log = get_logger(__name__)


@app.task(name="factory.run_plan")
def run_plan() -> int:
    """Make the plans that were asked for, one after the other; how many runs there were."""
    runs = 0
    while (run := _claim()) is not None:
        carry_out(run)
        runs += 1
    return runs


@app.periodic(cron="* * * * * */20")  # the seconds stand last
@app.task(name="factory.look_after_runs", queueing_lock="factory.look_after_runs")
def look_after_runs(timestamp: int = 0) -> int:
    """Find out runs whose worker died, and those that nobody took up; how many were dead."""
    with transaction.atomic():
        return actions.look_after(clock.now())


def _claim() -> Claimed | None:
    # Two workers at once: the table lets one of them begin (one_run_at_a_time).
    try:
        with transaction.atomic():
            return store.claim(clock.now())
    except IntegrityError:
        log.info("plan_run_is_under_way")
        return None


class _Pulse:
    """Who looks on at a solver for a run: says once a second how far it is, hears a stop."""

    def __init__(self, run: Claimed) -> None:
        self._run, self._next, self._says = run, 0.0, ""
        self.heard = store.Heard(stop=False, keep=True)

    def __call__(self, *, share: float, cost: float | None, says: str) -> bool:
        if self.heard.stop or (says == self._says and time.monotonic() < self._next):
            return not self.heard.stop
        self._next, self._says = time.monotonic() + BEAT_SECONDS, says
        try:
            self.heard = store.beat(self._run, now=clock.now(), share=share, cost=cost, says=says)
        except DatabaseError:  # the books cannot be reached: that is no reason to stop thinking
            log.warning("plan_run_not_heard", run=self._run.id)
            if not connection.in_atomic_block:
                connection.close()
        return not self.heard.stop


def carry_out(run: Claimed) -> Plan | None:
    """Make the plan of a run and put it in force; None if there is none, and the run says why."""
    pulse = _Pulse(run)
    try:
        if run.question:
            _answer(run, pulse)
            return None
        made = _made(run, pulse)
        if pulse.heard.stop and not pulse.heard.keep:
            with transaction.atomic():
                actions.over(run, PlanRun.State.STOPPED, clock.now())
            return None
        with transaction.atomic():
            if not store.hold(run):
                log.warning("plan_run_was_taken_over", run=run.id)
                return None
            plan = actions.put_in_force(made, seed=run.seed, now=clock.now())
            state = PlanRun.State.STOPPED if pulse.heard.stop else PlanRun.State.DONE
            actions.over(run, state, clock.now(), plan=plan)
            return plan
    except (Refusal, Impossible) as why:
        with transaction.atomic():
            actions.fail(run, why, clock.now())
        return None
    except Exception:
        with transaction.atomic():
            actions.fail(run, Impossible("something went wrong in the solver"), clock.now())
        raise


def _answer(run: Claimed, watch: Watch) -> None:
    """What would happen if: read in one transaction, thought about in none, told in another."""
    now = clock.now().replace(microsecond=0)
    question = Question.from_json(run.question)
    with transaction.atomic():
        tables, wishes, policy = replanning.read(question, now)
    found = ask(
        tables,
        question,
        wishes,
        now,
        policy=policy,
        terms=ground.terms(),
        seed=run.seed,
        seconds=run.seconds,
        watch=watch,
    )
    with transaction.atomic():
        actions.answer(run, found, clock.now())


def _made(run: Claimed, watch: Watch) -> Made:
    watch(share=0.0, cost=None, says="getting ready")
    with transaction.atomic():
        here = ground.read(clock.now())
    return making.make(
        here.problem,
        solver=run.solver,
        seed=run.seed,
        budget=Budget(seconds=run.seconds),
        terms=ground.terms(),
        policy=here.policy,
        before=here.before,
        watch=watch,
    )


def plan_now(*, solver: str, seconds: float, seed: int = 0, watch: Watch | None = None) -> Plan:
    """Plan at once, in this process: for the command line, and for who waits for the answer."""
    actions.known(solver)
    with transaction.atomic():
        here = ground.read(clock.now())
    made = or_refuse(
        lambda: making.make(
            here.problem,
            solver=solver,
            seed=seed,
            budget=Budget(seconds=seconds),
            terms=ground.terms(),
            policy=here.policy,
            before=here.before,
            watch=watch,
        )
    )
    with transaction.atomic():
        return actions.put_in_force(made, seed=seed, now=clock.now())
