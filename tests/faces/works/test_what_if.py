"""What if, as a planner asks it: a form, a run, an answer, and sentences for nonsense."""

from datetime import timedelta

import pytest
from django.db import transaction

from firsthand.factory import actions
from firsthand.factory.models import Plan, PlanRun, WorkCentre
from firsthand.factory.planning import tasks
from firsthand.kit import clock
from firsthand.people.rules import Role
from firsthand.rehearse.plant import fill
from tests.faces.works.test_pages import somebody

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sku() -> str:
    """A plant with a plan; the code of a product of its."""
    with transaction.atomic():
        filled = fill(90, seed=3, now=clock.now(), skus=6, days=2, load=0.9)
        actions.replan(clock.now(), solver="edd")
    from firsthand.catalogue.models import Sku

    return Sku.objects.get(pk=filled.sku_ids[0]).code


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_question_is_asked_thought_about_and_answered(sku: str, language: str) -> None:
    client = somebody(Role.PLANNER, language)
    centre = WorkCentre.objects.order_by("code").first()
    assert centre is not None
    today = clock.now().date()
    assert client.get("/works/what-if/").status_code == 200
    asked = client.post(
        "/works/what-if/",
        {
            "shift_centre": centre.code,
            "shift_day": (today + timedelta(days=1)).isoformat(),
            "shift_start": "22:30",
            "shift_hours": "1",
            "piece_part": sku,
            "piece_quantity": "50",
            "piece_day": (today + timedelta(days=60)).isoformat(),
        },
    )
    run = PlanRun.objects.get()
    assert asked.status_code == 302 and asked["Location"] == f"/works/what-if/{run.pk}/"
    waiting = client.get(asked["Location"]).content.decode()
    assert f'data-run="{run.pk}"' in waiting
    PlanRun.objects.update(budget_seconds=0.5)
    plans = Plan.objects.count()
    assert tasks.run_plan() == 1 and Plan.objects.count() == plans
    told = client.get(asked["Location"]).content.decode()
    assert sku in told and 'class="answer"' in told and 'class="kpis"' in told
    said = {"en": "All 50 more of", "zh-hans": "增加的 50 件都能在"}[language]
    assert said in told
    assert sku in client.get("/works/what-if/").content.decode()


def test_what_makes_no_sense_is_said_and_asks_nothing(sku: str) -> None:
    client = somebody(Role.PLANNER)
    for data, words in (
        ({}, "assumes nothing"),
        ({"piece_part": sku, "piece_quantity": "5"}, "belongs to what you filled in beside it"),
        ({"more_centre": "magic", "more_machines": "1"}, "valid choice"),
    ):
        refused = client.post("/works/what-if/", data)
        assert refused.status_code == 422 and words in refused.content.decode(), words
    assert not PlanRun.objects.exists()
    assert client.get("/works/what-if/99/").status_code == 404
    assert somebody(Role.MERCHANDISER).get("/works/what-if/").status_code in (200, 403)
