"""The planner's pages: a small factory with a plan, in both languages, and every press."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from firsthand.faces.works.desk import forget
from firsthand.faces.works.words import told
from firsthand.factory import actions
from firsthand.factory.models import Pin, Plan, PlannedOperation, PlanRun, WorkOrder
from firsthand.factory.solver import find
from firsthand.kit import clock
from firsthand.people.models import Person
from firsthand.people.rules import Role
from firsthand.promise import actions as promise
from firsthand.rehearse.plant import fill
from tests.factory import floor

pytestmark = pytest.mark.django_db
PAGES = (
    "", "late/", "operations/", "operations/?which=late&q=D0", "ladder/", "versus/", "runs/",
)  # fmt: skip


def somebody(role: Role, language: str = "en") -> Client:
    """A browser of somebody with this role."""
    person = Person.objects.create_person(name="N", roles=[role.value])
    client = Client(headers={"accept-language": language})
    client.force_login(person, backend="firsthand.people.backends.RoleBackend")
    return client


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """The dispatcher is compiled before a transaction is open, which may not idle so long."""
    find("edd").solve(floor.problem(floor.lot(1, floor.step(1, 10))), seed=0)


@pytest.fixture
def plan() -> Plan:
    """A plant with too much to do, planned twice: some lots are late."""
    forget()
    with transaction.atomic():
        fill(120, seed=3, now=clock.now(), skus=10, days=2, load=1.1, tight=0.2)
        actions.replan(clock.now(), solver="fifo")
        made = actions.replan(clock.now(), solver="edd")
        promise.rebuild_ladder(now=clock.now())
    assert made.figures["late_lots"] > 0
    return made


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_shows_the_plan_in_both_languages(plan: Plan, language: str) -> None:
    client = somebody(Role.PLANNER, language)
    for path in PAGES:
        answer = client.get(f"/works/{path}")
        assert answer.status_code == 200, path
        words = answer.content.decode()
        assert ("工厂" in words) == (language == "zh-hans")
        assert "%(" not in words and "None" not in words, path


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_without_a_plan_each_page_says_so(language: str) -> None:
    forget()
    client = somebody(Role.PLANNER, language)
    for path in PAGES:
        assert client.get(f"/works/{path}").status_code == 200, path


def test_the_board_says_what_the_plan_is_worth_beside_the_plain_rules(plan: Plan) -> None:
    plan.figures["rules"] = {"fifo": plan.figures | {"tardiness_hours": 99_999.0}}
    plan.save()
    words = somebody(Role.ANALYST).get("/works/").content.decode()
    assert "On time in full" in words and "99,999" in words and "−100 %" in words
    assert "data-pins" not in words, "an analyst moves nothing"


def test_late_lots_say_what_they_waited_for(plan: Plan) -> None:
    client = somebody(Role.PLANNER)
    words = client.get("/works/late/").content.decode()
    assert "h late" in words and "Waited" in words and "which made D0" in words
    number = words.split('data-lot="')[1].split('"')[0]
    page = client.get(f"/works/lots/{number}/").content.decode()
    assert "Why it is late" in page and "Its way, hour by hour" in page
    assert client.get("/works/lots/W-none/").status_code == 404


def test_the_chart_is_columns_of_the_same_length_and_unchanged_it_is_not_sent_again(
    plan: Plan,
) -> None:
    client = somebody(Role.PLANNER)
    answer = client.get(f"/works/plans/{plan.pk}/chart.json")
    chart = answer.json()
    count = PlannedOperation.objects.filter(plan=plan).count()
    assert {len(column) for column in chart["operations"].values()} == {count}
    assert len({len(column) for column in chart["lots"].values()}) == 1
    assert max(chart["operations"]["machine"]) < len(chart["machines"])
    assert all(machine[2] < len(chart["calendars"]) for machine in chart["machines"])
    assert all(chart["able"]), "every step has a machine that can do it"
    assert client.get("/works/plans/0/chart.json").status_code == 404
    assert answer["ETag"]


def test_two_plans_are_compared_in_figures_and_lots(plan: Plan) -> None:
    words = somebody(Role.PLANNER).get("/works/versus/").content.decode()
    assert "What moved" in words and f"plan {plan.pk - 1}" in words


def wish(plan: Plan, **other: int) -> dict[str, int]:
    """The last operation of the plan, where it is, but for what is given."""
    last = PlannedOperation.objects.filter(plan=plan).order_by("-starts_at", "-pk")[0]
    return {
        "work_order": last.work_order_id,
        "operation": last.operation_id,
        "work_centre": last.work_centre_id,
        "machine": last.machine,
        "start": int(last.starts_at.timestamp()),
    } | other


def press(client: Client, wanted: object) -> tuple[int, str]:
    """What the server says to a hand: the status, and its word."""
    answer = client.post(
        "/works/pins/",
        json.dumps(wanted),
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    said = answer.json()
    return answer.status_code, said.get("code") or said["says"]


def test_a_hand_pins_an_operation_and_asks_for_a_quick_plan(plan: Plan) -> None:
    client = somebody(Role.PLANNER)
    status, says = press(client, wish(plan))
    assert status == 200 and says.startswith("Pinned.")
    pin, run = Pin.objects.get(), PlanRun.objects.get()
    assert run.solver == "admission" and run.state == PlanRun.State.WAITING
    assert "Not before" in client.get("/works/runs/").content.decode()
    assert client.post(f"/works/pins/{pin.pk}/let-go/").status_code == 302
    assert not Pin.objects.exists()


def test_what_no_plan_could_mend_is_refused_with_its_reason_and_nothing_is_written(
    plan: Plan,
) -> None:
    client = somebody(Role.PLANNER)
    now = int(clock.now().timestamp())
    first = PlannedOperation.objects.filter(plan=plan).order_by("starts_at", "pk")[0]
    PlannedOperation.objects.filter(pk=first.pk).update(starts_at=clock.now() - timedelta(hours=1))
    forget()
    begun = {"work_order": first.work_order_id, "operation": first.operation_id}
    assert press(client, wish(plan, machine=77)) == (409, "machine_cannot")
    assert press(client, wish(plan, start=now - 3600)) == (409, "in_the_past")
    assert press(client, wish(plan, operation=0)) == (404, "no_such_operation")
    assert press(client, wish(plan, **begun)) == (409, "operation_fixed")
    at_night = clock.now().replace(hour=18, minute=0) + timedelta(days=3)  # 02:00 in Shanghai
    assert press(client, wish(plan, start=int(at_night.timestamp()))) == (409, "machine_closed")
    assert press(client, wish(plan, start=10**18)) == (422, "bad_pin")
    assert press(client, {"start": "soon"}) == (422, "bad_pin")
    assert not Pin.objects.exists() and not PlanRun.objects.exists()


def test_runs_are_asked_for_watched_and_stopped(plan: Plan) -> None:
    client = somebody(Role.PLANNER)
    assert client.post("/works/runs/start/", {"solver": "edd", "seconds": 5}).status_code == 302
    run = PlanRun.objects.get()
    [said] = client.get(f"/works/runs/progress.json?run={run.pk}&run=x").json()["runs"]
    assert said["isOpen"] and said["said"] == "waits"
    assert client.post(f"/works/runs/{run.pk}/stop/").status_code == 302
    [said] = client.get(f"/works/runs/progress.json?run={run.pk}").json()["runs"]
    assert not said["isOpen"] and said["said"] == "stopped"
    assert client.post("/works/runs/start/", {"solver": "magic", "seconds": 5}).status_code == 422


def test_an_analyst_reads_and_changes_nothing(plan: Plan) -> None:
    client = somebody(Role.ANALYST)
    assert client.get("/works/runs/").status_code == 200
    for path in ("runs/start/", "pins/", "runs/1/stop/", "pins/1/let-go/"):
        assert client.post(f"/works/{path}").status_code == 403, path


def test_a_plan_whose_tables_have_changed_is_still_shown(plan: Plan) -> None:
    """A work order without a routing makes the problem impossible; the plan in force stays."""
    order = WorkOrder.objects.select_related("part").order_by("pk")[0]
    order.part.operations.all().update(run_seconds=10**9)
    forget()
    client = somebody(Role.PLANNER)
    assert client.get("/works/").status_code == 200
    assert client.get(f"/works/plans/{plan.pk}/chart.json").status_code == 200


def test_a_kept_sentence_tells_its_instants_on_the_readers_clock() -> None:
    with translation.override("en"):
        assert told("{by}, {n}", {"by": "2026-12-03 07:39+00:00", "n": 2}) == "3 Dec 15:39, 2"
