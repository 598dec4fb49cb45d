"""What can be done with plans: ask for one, look after the runs, put what was made in force.

Locks: the plants (by whoever puts a plan in force), the run, the feed. Whoever plans takes no
door, and so planning never waits for a burst of orders, nor a burst for planning.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firsthand.factory import store as factory
from firsthand.factory.checker import check
from firsthand.factory.events import FEED, PlanPutInForce, PlanRunFailed
from firsthand.factory.impossible import Impossible
from firsthand.factory.models import Plan, PlanRun
from firsthand.factory.planning import ground, later, making, store
from firsthand.factory.planning.ground import Ground
from firsthand.factory.planning.making import Made
from firsthand.factory.planning.schedules import ADMISSION, QUICK
from firsthand.factory.planning.store import Claimed
from firsthand.factory.replanning.answers import Answer
from firsthand.factory.replanning.changes import changes
from firsthand.factory.replanning.questions import Question
from firsthand.factory.solver import SOLVERS
from firsthand.factory.words import said
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.kit.log import get_logger

SECOND = timedelta(seconds=1)
SECONDS_MAX = 3600
QUICK_SECONDS = 5
WAITING_MAX = 10  # runs
SILENCE = timedelta(seconds=45)  # after which a run whose worker is silent, too, is taken for dead
RESTARTS_MAX = 1

WHAT_IF = "what_if"
BY_HAND = ""
NIGHTLY = "nightly"

log = get_logger(__name__)


def known(solver: str) -> None:
    """Refuse a solver that is not there, with those that are."""
    if solver not in SOLVERS and solver not in QUICK:
        raise Invalid(
            "no_such_solver",
            _("There is no such solver."),
            fields={"solvers": sorted([*SOLVERS, *QUICK])},
        )


def ask(
    *,
    solver: str,
    seconds: float,
    seed: int = 0,
    reason: str = BY_HAND,
    asked_by: int | None = None,
    in_seconds: int = 0,
    question: Question | None = None,
) -> PlanRun:
    """Ask for a plan; a worker makes it, one after the other. SOLVER: those of QUICK take seconds.

    With a QUESTION nothing is put in force: the run has an answer (``ask_what_if``).
    What is asked for by the house itself (REASON) while the same waits already is the same run:
    a burst of news is one plan.
    """
    if question is None:
        known(solver)
    if not 0.1 <= seconds <= SECONDS_MAX:
        raise Invalid(
            "bad_budget",
            _("A solver may look for up to an hour, and for a tenth of a second at least."),
            fields={"most": SECONDS_MAX},
        )
    waiting = PlanRun.objects.filter(state=PlanRun.State.WAITING)
    if reason != BY_HAND:
        same = waiting.exclude(reason=BY_HAND).filter(solver=solver).order_by("id").first()
        if same is not None:
            return same
    if waiting.count() >= WAITING_MAX:
        raise Refusal(
            "too_many_runs",
            _("Several plans wait to be made already. Stop one, or wait."),
            fields={"most": WAITING_MAX},
        )
    run = PlanRun.objects.create(
        solver=solver,
        seed=seed,
        budget_seconds=seconds,
        reason=reason,
        asked_by_id=asked_by,
        question=question.as_json() if question else {},
    )
    later.run_plan(in_seconds)
    return run


def ask_what_if(
    question: Question, *, seconds: float = QUICK_SECONDS, asked_by: int | None = None
) -> PlanRun:
    """Ask what would happen if; a worker finds the answer, and nothing is changed."""
    return ask(solver=WHAT_IF, seconds=seconds, asked_by=asked_by, question=question)


def answer(run: Claimed, found: Answer, now: datetime) -> None:
    """The answer to a run's question is found."""
    if over(run, PlanRun.State.DONE, now):
        PlanRun.objects.filter(pk=run.id).update(answer=found.as_json())


def ask_by_itself(reason: str, now: datetime) -> PlanRun | None:
    """The plan in force is upset: ask for one in seconds; None if there is none to begin with.

    Not sooner than a pause after the last: what comes meanwhile is taken up by the same plan.
    """
    if not Plan.objects.filter(in_force=True).exists():
        return None
    last = store.ended_by_itself()
    pause = timedelta(seconds=settings.REPLAN_PAUSE_SECONDS)
    wait = max(timedelta(), last + pause - now) if last else timedelta()
    return ask(
        solver=ADMISSION, seconds=QUICK_SECONDS, reason=reason, in_seconds=-(-wait // SECOND)
    )


def stop(run_id: int, *, keep: bool, now: datetime) -> PlanRun:
    """Stop a run. KEEP: the best plan that it has found is put in force, if there is one."""
    run = PlanRun.objects.select_for_update(no_key=True).filter(pk=run_id).first()
    if run is None:
        raise NotFound("no_such_run", _("There is no such run."))
    if run.state == PlanRun.State.WAITING:
        run.state, run.over_at = PlanRun.State.STOPPED, now
    elif run.state == PlanRun.State.RUNNING:
        run.stop_wanted, run.keep_wanted = True, keep
    else:
        raise Refusal("run_over", _("This run is over."), fields={"state": run.state})
    run.save(update_fields=["state", "over_at", "stop_wanted", "keep_wanted"])
    return run


def look_after(now: datetime) -> int:
    """Find the runs whose worker died: once they wait again, then they have failed; how many."""
    buried = store.bury(now, SILENCE, RESTARTS_MAX)
    failed = [run_id for run_id, state in buried if state == PlanRun.State.FAILED]
    for run_id in failed:
        _told(run_id, "the worker that made the plan died", {})
    for run_id, state in buried:
        log.warning("plan_run_found_dead", run=run_id, state=state)
    if store.waits():
        later.run_plan()
    return len(buried)


def over(run: Claimed, state: str, now: datetime, *, plan: Plan | None = None) -> bool:
    """A run is over; False if it was no longer its worker's."""
    if not store.hold(run):
        return False
    PlanRun.objects.filter(pk=run.id).update(
        state=state,
        over_at=now,
        plan=plan,
        **({"progress_percent": 100} if state == PlanRun.State.DONE else {}),
    )
    store.forget_runs()
    return True


def fail(run: Claimed, why: Impossible | Refusal, now: datetime) -> None:
    """A run has failed, for a reason that people can read; the plan in force stays."""
    sentence, fields = (why.sentence, why.fields) if isinstance(why, Impossible) else (str(why), {})
    if over(run, PlanRun.State.FAILED, now):
        _told(run.id, str(sentence), {name: str(value) for name, value in fields.items()})


def _told(run_id: int, sentence: str, fields: dict[str, str]) -> None:
    PlanRun.objects.filter(pk=run_id).update(
        fault={"sentence": sentence, "fields": fields}, says=sentence.format(**fields)[:300]
    )
    outbox.tell(FEED, [PlanRunFailed(run_id=run_id, why=sentence.format(**fields))])


def why_it_failed(run: PlanRun) -> Promise | str:
    """Why a run failed, in the language of whoever reads it; "" if it did not."""
    if not run.fault:
        return ""
    return said(run.fault["sentence"], run.fault["fields"])


def put_in_force(made: Made, *, seed: int, now: datetime) -> Plan:
    """Let promises stand on a plan from now on; what changed since it was read is taken up.

    Lots that were opened, called off, finished or begun meanwhile, a machine that is down now,
    another plan put in force: the same rule makes a plan of how things are now.
    """
    factory.hold_planning()
    here = ground.read(made.problem.begins_at)
    if here.problem != made.problem and check(here.problem, made.plan):
        here = ground.read(now)
        made = making.again(made, here.problem, ground.terms(), seed=seed)
        log.info("plan_took_up_changes", solver=made.plan.solver)
    return write(made, here, seed=seed)


def write(made: Made, here: Ground, *, seed: int) -> Plan:
    """Write a plan and put it in force. Planning is held, and it stands on how things are.

    Beside its figures stands what it does not say: work orders that cannot be planned, and what
    was let go from behind the fence. What it changes is said in words.
    """
    load, problem, worth = here.load, made.problem, made.figures
    row = Plan.objects.create(
        solver=made.plan.solver,
        seed=seed,
        starts_at=problem.begins_at,
        figures=worth.as_json() | load.as_json() | {"rules": made.rules},
        policy=made.policy.as_json() if made.policy else {},
        futures=dict(made.futures),
        changes=[list(one) for one in changes(problem, here.before, made.plan)],
    )
    factory.write_plan(row.pk, problem, made.plan)
    factory.note_what_is_left(row.pk, load.left)
    store.write_dates(row.pk, problem, made.dates)
    factory.release_begun(load.begun)
    factory.put_in_force(row.pk)
    row.in_force = True
    if load.left_out:
        log.warning("work_orders_left_out", plan=row.pk, orders=len(load.left_out))
    log.info("plan_put_in_force", plan=row.pk, lots=worth.lots, late=worth.late_lots)
    outbox.tell(
        FEED,
        [
            PlanPutInForce(
                plan_id=row.pk,
                solver=made.plan.solver,
                lots=worth.lots,
                late_lots=worth.late_lots,
                begins_at=problem.begins_at.isoformat(),
            )
        ],
    )
    return row
