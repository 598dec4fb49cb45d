"""The shop floor by program: start, count, finish, and what a piece is."""

from uuid import uuid4

import pytest

from firsthand.factory.models import Plant, Serial
from firsthand.kit import outbox
from firsthand.people.rules import Role
from tests.faces.api.caller import Caller
from tests.faces.studio.stage import crew
from tests.factory.reporting import step
from tests.factory.works import MONDAY, ask_for, new_kettle, plan_at

pytestmark = pytest.mark.django_db


def test_a_program_takes_a_lot_through_the_floor() -> None:
    kettle = new_kettle()
    Plant.objects.update(reports_progress=True)
    order = ask_for(kettle, 20)
    plan_at(MONDAY)
    worker = Caller(crew(Role.FLOOR))
    board, assembly = step(order, "board"), step(order, "kettle")
    at = f"/factory/work-orders/{order.number}"
    assert [one["number"] for one in worker.get("/factory/work-orders").words["items"]] == [
        order.number
    ]
    [first] = worker.get("/factory/machines/smt/1/next").words
    assert (first["operation_id"], first["is_ready"], first["pieces"]) == (board, True, 20)
    assert [one["stands"] for one in worker.get(at).words["operations"]] == ["ready", "waiting"]

    key = str(uuid4())
    for _twice in range(2):
        answer = worker.post(
            f"{at}/operations/{board}/start", {"work_centre": "smt", "machine": 1, "key": key}
        )
        assert answer.status == 201
    assert answer.words["operations"][0]["stands"] == "running"
    places = {one["work_centre"]: one for one in worker.get("/factory/machines").words}
    assert places["smt"]["runs"]["work_order"] == order.number
    answer = worker.post(f"{at}/operations/{board}/scrap", {"pieces": 2, "reason": "material"})
    assert (answer.words["operations"][0]["in_work"], answer.words["good_quantity"]) == (18, 18)
    answer = worker.post(f"{at}/operations/{board}/hand-over", {"good": 10, "note": "待续"})
    assert answer.words["operations"][0]["note"] == "待续"
    answer = worker.post(f"{at}/operations/{board}/finish", {"good": 20, "scrapped": 2})
    assert answer.code == "pieces_do_not_add_up"
    worker.post(f"{at}/operations/{board}/finish", {"good": 18, "scrapped": 2})
    place = {"work_centre": "assembly", "machine": 1}
    worker.post(f"{at}/operations/{assembly}/start", place)
    assert worker.post(f"{at}/operations/{assembly}/undo").words["operations"][1]["machine"] is None
    worker.post(f"{at}/operations/{assembly}/start", place)
    answer = worker.post(f"{at}/operations/{assembly}/finish", {"good": 18})
    assert (answer.words["state"], answer.words["good_quantity"]) == ("finished", 18)

    numbers = worker.get(f"{at}/serials").words
    assert (numbers["total"], numbers["next"]) == (18, None)
    passport = worker.get(f"/factory/passports/{numbers['items'][0]['number']}").words
    assert passport["sku"] == kettle.code
    [lot] = passport["lots"]
    assert [one["scrapped"] for one in lot["steps"]] == [2, 0]
    assert worker.person
    assert lot["steps"][0]["started_by"] == worker.person.pk
    assert worker.person.name not in str(passport)
    assert Serial.objects.count() == 18


def test_a_program_says_that_a_machine_is_down_and_up_again() -> None:
    new_kettle()
    worker = Caller(crew(Role.FLOOR))
    answer = worker.post("/factory/machines/smt/1/down", {"note": "belt"})
    assert (answer.status, answer.words["note"]) == (201, "belt")
    down = [one for one in worker.get("/factory/machines").words if one["down_until"]]
    assert [one["work_centre"] for one in down] == ["smt"]
    assert worker.post("/factory/machines/smt/1/up").words["work_centre"] == "smt"
    assert worker.post("/factory/machines/smt/1/up").words is None
    assert [one.name for one in outbox.after("factory", 0)] == ["machine_down.v1", "machine_up.v1"]
    assert worker.post("/factory/machines/smt/9/down").code == "no_such_machine"


def test_a_planner_reads_the_floor_and_a_floor_worker_reads_nothing_else() -> None:
    order = ask_for(new_kettle(), 20)
    analyst, worker = Caller(crew(Role.ANALYST)), Caller(crew(Role.FLOOR))
    at = f"/factory/work-orders/{order.number}"
    assert analyst.get(at).status == 200
    start = {"work_centre": "smt", "machine": 1}
    answer = analyst.post(f"{at}/operations/{step(order, 'board')}/start", start)
    assert answer.code == "not_yours_to_do"
    for elsewhere in ("/shows", "/costs/export.xlsx", "/care/orders", "/tokens"):
        assert worker.get(elsewhere).code == "not_yours_to_do"
    assert worker.get("/me").words["deeds"] == ["floor.report"]
