"""The floor's pages, as a phone without scripts uses them: forms, and where they lead back to."""

import re
from typing import Any

import pytest
from django.test import Client

from firsthand.factory.models import FloorReport, Plan, Plant, Progress, Serial, WorkOrder
from firsthand.factory.policy import Policy
from firsthand.people.rules import Role
from tests.faces.studio.stage import browser, crew
from tests.factory.reporting import make, step
from tests.factory.works import DAY, HOUR, MONDAY, ask_for, new_kettle, plan_at

pytestmark = pytest.mark.django_db

FLOOR = "/works/floor/"


def words_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def send(client: Client, page: str, action: str, **given: str) -> Any:
    """Fill in the form of a page that leads to ACTION, and send it; follow where it leads."""
    found = client.get(page).content.decode()
    form = re.search(rf'<form[^>]*action="[^"]*/{action}/".*?</form>', found, re.DOTALL)
    assert form, f"no form {action} on {page}"
    target = re.search(r'action="([^"]+)"', form[0])
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form[0]))
    assert target
    return client.post(target[1], {**fields, **given}, follow=True)


def test_a_lot_goes_through_the_floor_by_forms_alone() -> None:
    order = ask_for(new_kettle(), 20)
    Plant.objects.update(reports_progress=True)
    plan_at(MONDAY)
    phone = browser(crew(Role.FLOOR))
    assert "Which machine?" in words_of(phone.get(FLOOR))
    machine = f"{FLOOR}at/smt/1/"
    assert "Nothing runs." in words_of(phone.get(machine))
    answer = send(phone, machine, "start")
    assert answer.redirect_chain[-1][0] == f"{FLOOR}{order.number}/"
    assert "20 in work" in words_of(answer)
    sheet = f"{FLOOR}{order.number}/"
    answer = send(phone, sheet, "scrap", pieces="2", reason="setup")
    assert "18 in work · 2 spoilt" in words_of(answer)
    answer = send(phone, sheet, "hand-over", good="5", note="mind the nozzle")
    assert "mind the nozzle" in words_of(answer)
    answer = send(phone, sheet, "finish", good="19", scrapped="2")
    assert "20 pieces came here; 19 good and 2 spoilt are 21." in words_of(answer)
    answer = send(phone, sheet, "finish", reason="setup")  # as it is filled in: 18 good, 2 spoilt
    assert answer.redirect_chain[-1][0] == machine  # what comes next is what he wants to know
    assert "Nothing runs." in words_of(answer)
    answer = send(phone, f"{FLOOR}at/assembly/1/", "start")
    answer = send(phone, sheet, "undo")
    assert Progress.objects.count() == 1
    send(phone, f"{FLOOR}at/assembly/1/", "start")
    send(phone, sheet, "finish")
    assert WorkOrder.objects.get().state == "finished"
    assert "18 serial numbers" in words_of(phone.get(sheet))


def test_two_presses_of_one_form_are_one_report_and_a_refusal_is_a_sentence() -> None:
    first, second = ask_for(new_kettle(), 20), ask_for(new_kettle(), 20)
    plan_at(MONDAY)
    phone = browser(crew(Role.FLOOR))
    board = step(first, "board")
    where = f"{FLOOR}{first.number}/{board}/start/"
    press = {"key": "0199f2a0-0000-7000-8000-00000000002a", "machine": "smt/1"}
    for _twice in range(2):
        assert "It runs." in words_of(phone.post(where, press, follow=True))
    assert FloorReport.objects.count() == 1
    other = f"{FLOOR}{second.number}/{step(second, 'board')}/start/"
    press["key"] = "0199f2a0-0000-7000-8000-00000000002b"
    answer = phone.post(other, press, follow=True)
    assert f"This machine runs work order {first.number}" in words_of(answer)
    assert "Enter a valid UUID" in words_of(
        phone.post(other, {"key": "x", "machine": "smt/1"}, follow=True)
    )
    nonsense = {"key": press["key"], "machine": "smt/1;"}
    assert phone.post(other, nonsense, follow=True).status_code == 200
    assert Progress.objects.count() == 1


def test_a_machine_is_reported_down_and_up_by_forms() -> None:
    new_kettle()
    phone = browser(crew(Role.FLOOR))
    machine = f"{FLOOR}at/smt/1/"
    answer = send(phone, machine, "down", hours="4", note="belt")
    assert "belt" in words_of(answer) and "It works again" in words_of(answer)
    assert "down" in words_of(phone.get(FLOOR))
    assert "The machine works again." in words_of(send(phone, machine, "up"))
    assert phone.get(f"{FLOOR}at/smt/2/").status_code == 404


def test_whatever_is_scanned_leads_to_its_page() -> None:
    order = ask_for(new_kettle(), 2)
    make(order)
    number = Serial.objects.earliest("pk").number
    phone = browser(crew(Role.FLOOR))
    for said, to in (
        (order.number.lower(), f"{FLOOR}{order.number}/"),
        (f"https://works.example{FLOOR}{order.number}/", f"{FLOOR}{order.number}/"),
        (number, f"{FLOOR}piece/{number}/"),
        ("smt/1", f"{FLOOR}at/smt/1/"),
        ("nothing", FLOOR),
    ):
        assert phone.get(f"{FLOOR}find/", {"number": said}).headers["Location"] == to
    page = words_of(phone.get(f"{FLOOR}piece/{number}/"))
    assert order.number in page and "shell" in page
    paper = phone.get(f"{FLOOR}{order.number}/paper/").content.decode()
    assert "<svg" in paper and f"http://testserver{FLOOR}{order.number}/" in paper


def test_a_supplier_lot_is_noted_by_a_form() -> None:
    order = ask_for(new_kettle(), 20)
    phone = browser(crew(Role.FLOOR))
    page = phone.get(f"{FLOOR}{order.number}/").content.decode()
    [chip] = re.findall(r'<option value="(chip-[^"]+)"', page)
    assert "kettle-" not in "".join(re.findall(r'<option value="([^"]+)"', page))
    answer = send(
        phone, f"{FLOOR}{order.number}/", "parts", part=chip, supplier_lot="L-1", quantity="40"
    )
    assert "The parts are noted." in words_of(answer)
    [put_in] = order.lot_parts.all()
    assert (put_in.quantity, put_in.supplier_lot) == (40, "L-1")


def test_who_works_on_the_floor_sees_the_floor_and_nothing_else() -> None:
    order = ask_for(new_kettle(), 20)
    phone = browser(crew(Role.FLOOR))
    assert "Shop floor" in words_of(phone.get("/me/"))
    for elsewhere in ("/works/", "/studio/"):
        assert phone.get(elsewhere).status_code == 403
    assert phone.get("/office/").status_code == 302  # to the door of the office, which he has not
    buyer = browser(crew(Role.CUSTOMER))
    assert buyer.get(FLOOR).status_code == 403
    assert browser(None).get(FLOOR).status_code == 302
    analyst = browser(crew(Role.ANALYST))
    assert "Start" not in words_of(analyst.get(f"{FLOOR}{order.number}/"))
    board = step(order, "board")
    answer = analyst.post(f"{FLOOR}{order.number}/{board}/start/", {"machine": "smt/1"})
    assert answer.status_code == 403


def test_a_report_from_another_site_is_refused() -> None:
    order = ask_for(new_kettle(), 20)
    phone = browser(crew(Role.FLOOR), checks_csrf=True)
    assert phone.post(f"{FLOOR}{order.number}/{step(order, 'board')}/start/").status_code == 403


def test_the_floor_speaks_chinese() -> None:
    order = ask_for(new_kettle(), 20)
    phone = browser(crew(Role.FLOOR), "zh-hans")
    assert "哪台设备？" in words_of(phone.get(FLOOR))
    assert "开工" in words_of(phone.get(f"{FLOOR}{order.number}/"))


def test_a_floor_that_reports_is_run_by_the_rule_and_another_by_the_plan() -> None:
    first = ask_for(new_kettle(family="a"), 20, due=MONDAY + DAY)
    second = ask_for(new_kettle(family="b"), 20, due=MONDAY + 2 * DAY)
    Plant.objects.update(frozen_minutes=0)
    plan = plan_at(MONDAY)
    Plan.objects.filter(pk=plan.pk).update(policy=Policy("edd", {}).as_json())
    # Somebody wants the second at once; the plan does not know yet.
    WorkOrder.objects.filter(pk=second.pk).update(due_at=MONDAY + HOUR)
    phone = browser(crew(Role.FLOOR))
    for reports, order in ((False, [first, second]), (True, [second, first])):
        Plant.objects.update(reports_progress=reports)
        words = words_of(phone.get(f"{FLOOR}at/smt/1/"))
        assert [words.index(one.number) for one in order] == sorted(
            words.index(one.number) for one in order
        ), reports
