"""Plans made in three steps, by runs that are watched, stopped, and found when they die."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import translation

from firsthand.factory import actions as factory
from firsthand.factory.models import Plan, PlannedLot, PlanRun, WorkOrder
from firsthand.factory.plan import Plan as MadePlan
from firsthand.factory.planning import actions, ground, making, store, tasks
from firsthand.factory.problem import Problem
from firsthand.factory.solver import SOLVERS, Budget, Watch, find
from firsthand.kit import clock, outbox
from tests.conftest import ROOT, test_dsn
from tests.factory.works import DAY, HOUR, MONDAY, ask_for, new_kettle, plan_at, refused

pytestmark = pytest.mark.django_db

BUDGET = 0.2


def asked(solver: str = "edd", **words: object) -> PlanRun:
    """A run that waits."""
    with transaction.atomic():
        return actions.ask(solver=solver, seconds=BUDGET, **words)  # type: ignore[arg-type]


def in_force() -> Plan:
    """The plan that promises stand on."""
    return Plan.objects.get(in_force=True)


class Stepping:
    """A solver that says how far it is, and lets something happen while it thinks."""

    name = "stepping"

    def __init__(self, meanwhile: object = None) -> None:
        self.meanwhile, self.steps = meanwhile, 0

    def solve(
        self, problem: Problem, *, seed: int, budget: Budget, watch: Watch | None = None
    ) -> MadePlan:
        for step in range(4):
            if callable(self.meanwhile) and step == 1:
                self.meanwhile()
            self.steps += 1
            if watch and not watch(share=step / 4, cost=10.0 - step, says="looking around"):
                break
        return find("edd").solve(problem, seed=seed)


@pytest.fixture
def stepping(monkeypatch: pytest.MonkeyPatch) -> Stepping:
    """The solver above, known by its name; and every beat is heard."""
    solver = Stepping()
    monkeypatch.setattr(actions, "SOLVERS", {**SOLVERS, "stepping": ""})
    monkeypatch.setattr(making, "find", lambda name: solver if name == "stepping" else find(name))
    monkeypatch.setattr(tasks, "BEAT_SECONDS", 0.0)
    return solver


def test_a_run_makes_a_plan_and_puts_it_in_force() -> None:
    order = ask_for(new_kettle(), 100)
    run = asked()
    assert tasks.run_plan() == 1
    run.refresh_from_db()
    assert (run.state, run.progress_percent, run.plan) == ("done", 100, in_force())
    assert PlannedLot.objects.get(plan=in_force()).work_order == order
    assert tasks.run_plan() == 0


def test_a_run_says_how_far_it_is_while_it_thinks(stepping: Stepping) -> None:
    ask_for(new_kettle(), 100)
    seen: list[tuple[str, float, float | None, str]] = []

    def look() -> None:
        row = PlanRun.objects.get()
        seen.append((row.state, row.progress_percent, row.best_cost, row.says))

    stepping.meanwhile = look
    asked("stepping")
    tasks.run_plan()
    assert seen == [("running", 25.0, 10.0, "looking around")]


def test_solving_is_done_outside_of_any_transaction(
    stepping: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    depths: list[int] = []
    outside = len(connection.savepoint_ids)
    stepping.meanwhile = lambda: depths.append(len(connection.savepoint_ids))
    ask_for(new_kettle(), 100)
    asked("stepping")
    tasks.run_plan()
    assert depths == [outside]


def test_what_changed_while_a_solver_thought_is_taken_up(stepping: Stepping) -> None:
    kettle = new_kettle()
    gone, stays = ask_for(kettle, 100), ask_for(kettle, 50)
    new: list[WorkOrder] = []

    def meanwhile() -> None:
        with transaction.atomic():
            factory.cancel_work_order(gone.number)
        new.append(ask_for(kettle, 70))

    stepping.meanwhile = meanwhile
    run = asked("stepping")
    tasks.run_plan()
    run.refresh_from_db()
    assert run.state == "done"
    planned = set(in_force().operations.values_list("work_order_id", flat=True))
    assert planned == {stays.pk, new[0].pk}


def test_what_changed_and_does_not_matter_costs_nothing(
    stepping: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another due date is no reason to throw a plan away that can be carried out.
    order = ask_for(new_kettle(), 100)
    due = WorkOrder.objects.filter(pk=order.pk)
    stepping.meanwhile = lambda: due.update(due_at=MONDAY + 9 * DAY)
    monkeypatch.setattr(making, "again", None)
    run = asked("stepping")
    tasks.run_plan()
    run.refresh_from_db()
    assert run.state == "done"


def test_another_plan_that_came_first_is_not_in_the_way(stepping: Stepping) -> None:
    ask_for(new_kettle(), 100)
    stepping.meanwhile = lambda: plan_at(clock.now())
    run = asked("stepping")
    tasks.run_plan()
    run.refresh_from_db()
    assert run.plan == in_force() and Plan.objects.filter(in_force=True).count() == 1


@pytest.mark.parametrize("keep", [True, False])
def test_a_run_that_is_stopped_keeps_its_best_plan_if_asked_to(
    stepping: Stepping, keep: bool
) -> None:
    ask_for(new_kettle(), 100)
    old = plan_at(clock.now())

    def stop() -> None:
        with transaction.atomic():
            actions.stop(PlanRun.objects.get().pk, keep=keep, now=clock.now())

    stepping.meanwhile = stop
    run = asked("stepping")
    tasks.run_plan()
    run.refresh_from_db()
    assert run.state == "stopped" and stepping.steps == 2
    assert (in_force() == old) is not keep
    assert (run.plan == in_force()) is keep
    with refused("run_over"):
        actions.stop(run.pk, keep=True, now=clock.now())


def test_a_run_that_waits_is_stopped_at_once_and_never_begun() -> None:
    run = asked()
    with transaction.atomic():
        assert actions.stop(run.pk, keep=True, now=clock.now()).state == "stopped"
    assert tasks.run_plan() == 0
    with refused("no_such_run"):
        actions.stop(0, keep=True, now=clock.now())


def test_a_run_that_cannot_be_done_says_why_in_the_readers_language_and_the_old_plan_stays() -> (
    None
):
    kettle = new_kettle(assembly_seconds=3600)
    ask_for(kettle, 10)
    old = plan_at(clock.now())
    for _ in range(2):
        ask_for(kettle, 1500)
    run = asked()
    tasks.run_plan()
    run.refresh_from_db()
    assert run.state == "failed" and in_force() == old
    assert "work centre assembly is open for" in run.says
    with translation.override("zh-hans"):
        assert "工作中心 assembly" in str(actions.why_it_failed(run))
    [news] = [one for one in outbox.after(factory.FEED, 0) if one.name == "plan_run_failed.v1"]
    assert news.body["run_id"] == run.pk


def test_a_solver_that_breaks_fails_its_run_and_harms_nothing(
    stepping: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for(new_kettle(), 100)
    old = plan_at(clock.now())
    stepping.meanwhile = lambda: 1 // 0
    run = asked("stepping")
    with pytest.raises(ZeroDivisionError):
        tasks.run_plan()
    run.refresh_from_db()
    assert (run.state, in_force()) == ("failed", old)
    with translation.override("zh-hans"):
        assert str(actions.why_it_failed(run)) == "求解程序出错"


def test_runs_are_made_one_after_the_other() -> None:
    ask_for(new_kettle(), 100)
    first, second = asked("edd"), asked("fifo")
    with transaction.atomic():
        claimed = store.claim(clock.now())
    assert claimed and claimed.id == first.pk
    assert store.claim(clock.now()) is None  # one is under way
    tasks.carry_out(claimed)
    assert tasks.run_plan() == 1
    second.refresh_from_db()
    assert second.state == "done" and in_force().solver == "fifo"


def test_too_many_runs_and_senseless_ones_are_refused() -> None:
    with refused("no_such_solver"):
        actions.ask(solver="magic", seconds=1)
    with refused("bad_budget"):
        actions.ask(solver="edd", seconds=0)
    for _ in range(actions.WAITING_MAX):
        asked()
    with refused("too_many_runs"):
        actions.ask(solver="edd", seconds=1)


def test_what_the_house_asks_for_by_itself_is_asked_once(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        assert actions.ask_by_itself("downtime", clock.now()) is None  # there is no plan to mend
    ask_for(new_kettle(), 100)
    plan_at(clock.now())
    with transaction.atomic():
        first = actions.ask_by_itself("downtime", clock.now())
        again = actions.ask_by_itself("purchase", clock.now())
    assert first and first == again and first.solver == "admission"
    tasks.run_plan()
    assert in_force().solver == "admission"
    with transaction.atomic():
        actions.ask_by_itself("orders", clock.now())
    with connection.cursor() as cursor:
        cursor.execute("select max(scheduled_at) - now() from procrastinate_jobs")
        [(wait,)] = cursor.fetchall()
    assert timedelta(seconds=50) < wait <= timedelta(seconds=61)


def test_a_run_whose_worker_died_is_begun_once_more_and_then_has_failed() -> None:
    ask_for(new_kettle(), 100)
    run = asked()
    for state in ("waiting", "failed"):
        claimed = store.claim(clock.now())
        assert claimed
        with transaction.atomic():
            assert actions.look_after(clock.now()) == 0  # it has just said that it lives
            assert actions.look_after(clock.now() + actions.SILENCE + 1 * HOUR / 60) == 1
        run.refresh_from_db()
        assert run.state == state
        # The one who was taken for dead comes back, and changes nothing any more.
        assert store.beat(claimed, now=clock.now(), share=0.5, cost=None, says="") == (True, False)
        assert tasks.carry_out(claimed) is None
    with translation.override("zh-hans"):
        assert str(actions.why_it_failed(run)) == "负责排程的后台进程意外终止"
    assert not Plan.objects.exists()


def test_a_run_that_nobody_takes_up_is_put_in_the_queue_again() -> None:
    asked()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")  # as after a cleaning
    for _ in range(2):
        tasks.look_after_runs()
        with connection.cursor() as cursor:
            cursor.execute("select task_name from procrastinate_jobs")
            assert cursor.fetchall() == [("factory.run_plan",)]


def test_only_the_newest_runs_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "RUNS_KEPT", 2)
    ask_for(new_kettle(), 100)
    for _ in range(4):
        asked()
        tasks.run_plan()
    assert PlanRun.objects.count() <= 3


SLOW = """
import time
from firsthand.app import roles  # noqa: F401
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "firsthand.app.settings"
django.setup()
from firsthand.factory.planning import making, tasks

class Slow:
    name = "slow"
    def solve(self, problem, *, seed, budget, watch):
        while watch(share=0.1, cost=None, says="thinking"):
            time.sleep(0.05)

making.find = lambda name: Slow()
tasks.run_plan()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_in_mid_plan_is_found_and_the_last_plan_stays_in_force() -> None:
    ask_for(new_kettle(), 100)
    old = plan_at(clock.now())
    run = asked()
    worker = subprocess.Popen(
        [sys.executable, "-c", SLOW], cwd=ROOT, env={**os.environ, "DATABASE_URL": test_dsn()}
    )
    too_late = time.monotonic() + 30
    while PlanRun.objects.get().says != "thinking" and time.monotonic() < too_late:
        time.sleep(0.05)
    assert PlanRun.objects.get().state == "running"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert tasks.run_plan() == 0  # it is under way, as far as anybody knows
    with transaction.atomic():
        assert actions.look_after(clock.now() + 2 * actions.SILENCE) == 1
    assert in_force() == old
    assert tasks.run_plan() == 1  # once more, by a worker that lives
    run.refresh_from_db()
    assert (run.state, run.restarts) == ("done", 1)
    assert in_force() == run.plan != old


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_begin_two_runs() -> None:
    asked()
    asked()
    with psycopg.connect(test_dsn()) as other:  # another worker, in the middle of its claiming
        other.execute(
            "update factory_planrun set state = 'running' where id in"
            " (select min(id) from factory_planrun)"
        )
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '300ms'")
        with pytest.raises(Exception, match="lock timeout"), transaction.atomic():
            store.claim(clock.now())
        other.commit()
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = 0")
    assert tasks.run_plan() == 0


def test_who_plans_at_once_is_told_what_is_impossible() -> None:
    ask_for(new_kettle(assembly_seconds=3600), 5000)
    with refused("impossible"):
        tasks.plan_now(solver="edd", seconds=1)
    with refused("no_such_solver"):
        tasks.plan_now(solver="magic", seconds=1)


def test_the_ground_is_judged_by_the_terms_of_the_house() -> None:
    ask_for(new_kettle(), 100)
    assert ground.read(MONDAY).problem.objective == ground.terms().objective
    assert ground.terms().alarm < ground.terms().quantile
