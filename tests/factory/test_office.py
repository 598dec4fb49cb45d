"""The office's pages of factory, price and promise: they open, and keep their laws."""

import pytest
from django.db import transaction
from django.test import Client

from firsthand.factory.models import (
    BomLine,
    Downtime,
    Operation,
    Part,
    PlanRun,
    WorkCalendar,
    WorkCentre,
)
from firsthand.kit import outbox
from firsthand.people.models import Person
from firsthand.price.actions import publish_price
from firsthand.price.models import PricePolicy, SigningKey
from firsthand.promise import tasks
from tests.factory.works import MONDAY, ask_for, new_kettle, plan_at
from tests.promise.ladders import rebuild, receive

pytestmark = pytest.mark.django_db

LISTS = [
    "factory/plant",
    "factory/workcentre",
    "factory/part",
    "factory/workorder",
    "factory/plan",
    "factory/plannedoperation",
    "factory/plannedoperation/?plan=all&",
    "factory/plannedlot",
    "factory/planrun",
    "factory/pin",
    "factory/purchaseorder",
    "factory/peg",
    "factory/forecast",
    "factory/workcalendar",
    "factory/downtime",
    "factory/sharedresource",
    "factory/transport",
    "factory/bomline",
    "factory/operation",
    "factory/progress",
    "factory/serial",
    "factory/lotpart",
    "factory/floorreport",
    "price/priceversion",
    "price/pricepolicy",
    "price/signingkey",
    "promise/rung",
    "promise/handlingpolicy",
    "promise/specialday",
]


@pytest.fixture
def office(client: Client, settings: object) -> Client:
    """Somebody who may do everything, in the office."""
    settings.STAFF_SECOND_FACTOR = False  # type: ignore[attr-defined]
    client.force_login(
        Person.objects.create_person(name="A", roles=["admin"]),
        backend="firsthand.people.backends.RoleBackend",
    )
    return client


def furnish() -> Part:
    """One of everything."""
    kettle = new_kettle()
    receive(kettle, 5)
    ask_for(kettle, 100)
    plan_at(MONDAY)
    rebuild()
    with transaction.atomic():
        publish_price(kettle.pk, reason="first", by=None)
    return Part.objects.get(sku=kettle)


@pytest.mark.parametrize("page", LISTS)
def test_every_list_opens(office: Client, page: str) -> None:
    furnish()
    url = page if "?" in page else f"{page}/"
    answer = office.get(f"/office/{url}")
    assert answer.status_code == 200


def test_a_part_is_shown_with_its_bill_and_its_routing(office: Client) -> None:
    kettle = furnish()
    answer = office.get(f"/office/factory/part/{kettle.pk}/change/")
    assert answer.status_code == 200 and b"making of kettle" in answer.content


def test_the_rows_of_a_work_centre_a_calendar_and_an_operation_stand_beside_them(
    office: Client,
) -> None:
    kettle = furnish()
    step = Operation.objects.get(part=kettle)
    [line] = BomLine.objects.filter(component__code__startswith="board")
    week = WorkCalendar.objects.create(code="week", name_zh="周", name_en="week")
    for page, prefixes in {
        f"workcentre/{step.work_centre_id}": ("machine_rows", "changeovers", "downtimes"),
        f"workcalendar/{week.pk}": ("shifts", "days"),
        f"operation/{step.pk}": ("alternatives", "needs"),
        f"bomline/{line.pk}": ("alternates",),
    }.items():
        answer = office.get(f"/office/factory/{page}/change/")
        assert answer.status_code == 200
        for prefix in prefixes:
            assert f"{prefix}-TOTAL_FORMS" in answer.content.decode()


def test_a_shift_is_added_to_a_calendar(office: Client) -> None:
    week = WorkCalendar.objects.create(code="week", name_zh="周", name_en="week")
    form = {
        "code": "week",
        "name_zh": "周",
        "name_en": "week",
        "shifts-TOTAL_FORMS": 1,
        "shifts-INITIAL_FORMS": 0,
        "shifts-0-calendar": week.pk,
        "shifts-0-weekday": 5,
        "shifts-0-start_minute": 480,
        "shifts-0-minutes": 240,
        "days-TOTAL_FORMS": 0,
        "days-INITIAL_FORMS": 0,
    }
    url = f"/office/factory/workcalendar/{week.pk}/change/"
    assert office.post(url, {**form, "shifts-0-weekday": 7}).status_code == 200
    assert office.post(url, form).status_code == 302
    assert week.shifts.get().minutes == 240


@pytest.mark.parametrize("page", ["plan", "planrun", "progress", "pin", "workorder", "peg"])
def test_what_actions_write_is_only_looked_at(office: Client, page: str) -> None:
    assert office.get(f"/office/factory/{page}/add/").status_code == 403


def test_a_bill_that_leads_back_is_not_saved(office: Client) -> None:
    kettle = furnish()
    board = Part.objects.get(code__startswith="board")
    [line] = BomLine.objects.filter(parent=board)
    [step] = Operation.objects.filter(part=board)
    form = {
        "code": board.code,
        "name_zh": "板",
        "name_en": "board",
        "kind": "made",
        "family": "",
        "plant": board.plant_id,
        "unit_cost_fen": 0,
        "lead_time_days": 0,
        "on_hand": 0,
        "lot_size": 100,
        "lot_rule": "fixed",
        "order_minimum": 1,
        "order_multiple": 1,
        "period_days": 7,
        "safety_stock": 0,
        "supplier": "",
        "components-TOTAL_FORMS": 2,
        "components-INITIAL_FORMS": 1,
        "components-0-id": line.pk,
        "components-0-parent": board.pk,
        "components-0-component": line.component_id,
        "components-0-quantity": 2,
        "components-0-scrap_bp": 0,
        "components-1-id": "",
        "components-1-parent": board.pk,
        "components-1-component": kettle.pk,
        "components-1-quantity": 1,
        "components-1-scrap_bp": 0,
        "operations-TOTAL_FORMS": 1,
        "operations-INITIAL_FORMS": 1,
        "operations-0-id": step.pk,
        "operations-0-part": board.pk,
        "operations-0-number": 10,
        "operations-0-name_zh": "工序",
        "operations-0-name_en": "step",
        "operations-0-work_centre": step.work_centre_id,
        "operations-0-setup_minutes": 30,
        "operations-0-run_seconds": 36,
    }
    answer = office.post(f"/office/factory/part/{board.pk}/change/", form)
    said = answer.content.decode()
    assert "leads back to itself" in said or "绕回了自身" in said  # whichever language it is in
    assert BomLine.objects.filter(parent=board).count() == 1
    form["components-1-component"] = line.component_id  # another mistake: the same line twice
    assert office.post(f"/office/factory/part/{board.pk}/change/", form).status_code == 200
    form["components-TOTAL_FORMS"] = 1
    assert office.post(f"/office/factory/part/{board.pk}/change/", form).status_code == 302


def test_no_policy_takes_more_than_the_pledge(office: Client) -> None:
    row = PricePolicy.objects.create()
    form = {
        field.name: getattr(row, field.name)
        for field in PricePolicy._meta.fields
        if field.name != "id"
    }
    url = f"/office/price/pricepolicy/{row.pk}/change/"
    assert office.post(url, {**form, "margin_bp": 501}).status_code == 200
    assert office.post(url, {**form, "margin_bp": 400}).status_code == 302
    row.refresh_from_db()
    assert row.margin_bp == 400
    assert office.get("/office/price/pricepolicy/add/").status_code == 403  # there is one


def test_the_office_changes_the_key_and_shows_no_private_half(office: Client) -> None:
    furnish()
    key = SigningKey.objects.get()
    page = office.get(f"/office/price/signingkey/{key.key_id}/change/")
    assert key.public.encode() in page.content and key.sealed.encode() not in page.content
    office.post(
        "/office/price/signingkey/",
        {"action": "use_another_key", "_selected_action": [key.key_id]},
    )
    assert SigningKey.objects.count() == 2
    key.refresh_from_db()
    assert key.retired_at is not None


def test_a_downtime_entered_in_the_office_is_told_and_so_is_its_end(office: Client) -> None:
    furnish()
    centre = WorkCentre.objects.earliest("id")
    said = {
        "work_centre": centre.pk,
        "machine": 1,
        "starts_at_0": "2026-11-24",
        "starts_at_1": "08:00:00",
        "ends_at_0": "2026-11-24",
        "ends_at_1": "12:00:00",
        "kind": "maintenance",
        "note": "",
    }
    assert office.post("/office/factory/downtime/add/", said).status_code == 302
    row = Downtime.objects.get()
    change = f"/office/factory/downtime/{row.pk}/change/"
    assert office.post(change, said).status_code == 302, "the same once more is no news"
    told = [one.name for one in outbox.after("factory", 0)]
    assert told.count("layout_changed.v1") == 1
    assert office.post(change, said | {"machine": ""}).status_code == 302
    gone = office.post(f"/office/factory/downtime/{row.pk}/delete/", {"post": "yes"})
    assert gone.status_code == 302
    assert not Downtime.objects.exists()
    [*_, last] = news = [
        one for one in outbox.after("factory", 0) if one.name == "layout_changed.v1"
    ]
    assert len(news) == 3 and last.body["what"] == "downtime"
    tasks.follow()
    assert PlanRun.objects.get().reason == "layout", "a plan was in force, and it is upset"
