"""What if: another shift, a machine less, more pieces; and nothing is changed by asking."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import translation

from firsthand.factory import store
from firsthand.factory.impossible import Impossible
from firsthand.factory.models import Plan, WorkCentre, WorkOrder
from firsthand.factory.planning import actions as planning
from firsthand.factory.planning import tasks
from firsthand.factory.replanning.actions import what_if
from firsthand.factory.replanning.answers import Answer
from firsthand.factory.replanning.questions import (
    ExtraShift,
    MoreMachines,
    MorePieces,
    Question,
    Standing,
    Wish,
    supposed,
)
from firsthand.factory.workload import workload
from firsthand.kit.errors import Refusal
from tests.factory.works import DAY, HOUR, MONDAY, ask_for, new_kettle, plan_at, refused

pytestmark = pytest.mark.django_db

SATURDAY = date(2026, 11, 28)


def asked(*, seconds: float = 0.5, **suppositions: object) -> Answer:
    question = Question(**suppositions)  # type: ignore[arg-type]
    assert Question.from_json(question.as_json()) == question
    return what_if(question, MONDAY, seconds=seconds)


def works_a_week() -> list[WorkOrder]:
    """Kettles whose assembly takes all of a week and half a day of the next."""
    # A lot of 200 is assembled in four hours, and set up in half an hour: the family stays.
    kettle = new_kettle(board_seconds=18, assembly_seconds=72)
    orders = [ask_for(kettle, 200, due=MONDAY + 4 * DAY + 8 * HOUR) for _ in range(11)]
    plan_at(MONDAY)
    return orders


def test_a_saturday_saves_what_would_be_late() -> None:
    orders = works_a_week()
    answer = asked(shifts=(ExtraShift("assembly", SATURDAY), ExtraShift("smt", SATURDAY)))
    said = [str(one) for one in answer.sentences]
    assert answer.before.late_lots >= 1
    # 44 and a half hours of work: what ends on Monday morning then ends on Saturday morning.
    moved = [one for one in answer.lots if one.hours_later < -1]
    assert len(moved) == 2 and {one.before - one.after for one in moved} == {2 * DAY}
    assert orders[-1].number in {one.number for one in moved}
    assert "No lot would be late that is in time now." in said
    assert any("2 lots would be done earlier, by 48.0 hours" in one for one in said), said


def test_more_pieces_come_by_a_day_or_it_is_said_how_many_do() -> None:
    works_a_week()
    kettle = new_kettle(board_seconds=18, assembly_seconds=72, lot_size=200)
    soon = asked(pieces=(MorePieces(kettle.code, 400, MONDAY + 30 * DAY),))
    assert sum(one.quantity for one in soon.coming) == 400 and len(soon.coming) == 2
    assert all(one.done_at <= one.safe_at <= one.by for one in soon.coming)
    said = str(soon.sentences[0])
    assert said.startswith(f"All 400 more of {kettle.code} would be done by 2026-12-23 00:00")
    # By Tuesday night there is room for that only if old lots that can wait do wait; none is late
    # for it that is in time.
    tight = asked(pieces=(MorePieces(kettle.code, 5000, MONDAY + 2 * DAY),))
    assert str(tight.sentences[0]).startswith(("None of the 5000", "200 of the", "400 of the"))
    assert "No lot would be late that is in time now." in [str(one) for one in tight.sentences]


def test_a_machine_less_makes_lots_late_and_a_machine_more_helps() -> None:
    works_a_week()
    worse = asked(standing=(Standing("assembly", MONDAY, MONDAY + 2 * DAY),))
    better = asked(machines=(MoreMachines("assembly", 1),))
    assert worse.after.late_lots > worse.before.late_lots == better.before.late_lots
    assert better.after.late_lots == 0
    assert any("would be late that are in time now" in str(one) for one in worse.sentences)
    assert any("would be in time that are late now" in str(one) for one in better.sentences)


def test_asking_changes_nothing() -> None:
    works_a_week()
    before = (
        list(WorkOrder.objects.values()),
        list(Plan.objects.values()),
        list(WorkCentre.objects.values()),
    )
    asked(machines=(MoreMachines("assembly", 1),), shifts=(ExtraShift("smt", SATURDAY),))
    assert before == (
        list(WorkOrder.objects.values()),
        list(Plan.objects.values()),
        list(WorkCentre.objects.values()),
    )


def test_an_extra_shift_is_worked_beside_the_days_own_and_by_nobody_else() -> None:
    works_a_week()
    tables = store.tables(MONDAY)
    monday = date(2026, 11, 23)
    question = Question(shifts=(ExtraShift("assembly", monday, start_minute=1020, minutes=120),))
    changed, new = supposed(tables, question, {}, MONDAY)
    assert new == ()
    before, after = (workload(one, MONDAY).problem for one in (tables, changed))
    windows = {
        centre.code: centre.machines[0].calendar.windows[:2] for centre in after.work_centres
    }
    # From eight to four, then from five to seven; in Shanghai, as seconds from eight.
    assert windows["assembly"] == ((0, 8 * 3600), (9 * 3600, 11 * 3600))
    assert windows["smt"] == next(
        one.machines[0].calendar.windows[:2] for one in before.work_centres if one.code == "smt"
    )


def test_what_makes_no_sense_is_said() -> None:
    works_a_week()
    with pytest.raises(Impossible, match="assumes nothing"):
        Question()
    with pytest.raises(Impossible, match="ends after it begins"):
        Question(standing=(Standing("smt", MONDAY, MONDAY),))
    with refused("impossible", "there is no work centre magic"):
        what_if(Question(shifts=(ExtraShift("magic", SATURDAY),)), MONDAY)
    with pytest.raises(Refusal) as refusal:
        what_if(Question(pieces=(MorePieces("magic", 1, MONDAY + DAY),)), MONDAY)
    assert refusal.value.code == "no_such_part"
    wishes = {"K": Wish(1, 1, MONDAY)}
    many = Question(pieces=(MorePieces("K", 501, MONDAY + timedelta(days=1)),))
    with pytest.raises(Impossible, match="more than 500 lots"):
        supposed(replace(store.tables(MONDAY)), many, wishes, MONDAY)


@pytest.mark.django_db(transaction=True)
def test_a_worker_answers_and_no_plan_comes_of_it() -> None:
    works_a_week()
    plans = list(Plan.objects.values_list("pk", flat=True))
    question = Question(machines=(MoreMachines("assembly", 1),))
    with transaction.atomic():
        run = planning.ask_what_if(question, seconds=0.5)
        lost = planning.ask_what_if(Question(machines=(MoreMachines("magic", 1),)))
    assert tasks.run_plan() == 2
    run.refresh_from_db()
    lost.refresh_from_db()
    assert run.state == "done" and run.answer["sentences"] and run.plan is None
    assert run.answer["after"]["late_lots"] <= run.answer["before"]["late_lots"]
    assert lost.state == "failed"
    with translation.override("en"):
        assert str(planning.why_it_failed(lost)) == "there is no work centre magic"
    assert list(Plan.objects.values_list("pk", flat=True)) == plans
