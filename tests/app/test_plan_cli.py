"""The planner's commands: each on a small works; wrong words end with 2, refusals with 1."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import translation
from typer.testing import CliRunner

from firsthand.app import plan_cli, plan_commands, plan_words
from firsthand.app.cli import app
from firsthand.catalogue.models import Sku
from firsthand.faces.works.words import CAUSES
from firsthand.factory.models import Operation, Plan, WorkCentre, WorkOrder
from firsthand.factory.mrp import purchasing
from firsthand.kit import clock, outbox
from tests.factory.works import DAY, ask_for, bought, new_kettle

pytestmark = pytest.mark.django_db(transaction=True)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _tables_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_cli, "_open", lambda: None)


@pytest.fixture
def kettle() -> Sku:
    """A kettle of which three lots are asked for."""
    sku, now = new_kettle(), clock.now()
    for days in (1, 5, 9):
        ask_for(sku, 100, due=now + days * DAY, release=now)
    return sku


def firsthand(*words: str, code: int = 0) -> str:
    """What ``firsthand plan …`` says, on both streams."""
    done = CliRunner().invoke(app, ["plan", *words])
    assert done.exit_code == code, done.output + repr(done.exception)
    return done.output


def test_a_plan_is_made_shown_and_compared(kettle: Sku) -> None:
    said = firsthand("--solver", "edd", "--seconds", "1")
    first = Plan.objects.get(in_force=True)
    assert f"Plan {first.pk} by edd is in force" in said
    firsthand("--solver", "fifo", "--seconds", "1")
    second = Plan.objects.get(in_force=True)
    assert second.pk > first.pk
    shown = firsthand("show")
    assert "3 lots, 6 operations" in shown
    assert "On time in full" in shown and "EDD" in shown
    assert "assembly" in shown  # its load
    beside = firsthand("compare", str(first.pk), str(second.pk))
    assert "operations stay" in beside and f"plan {first.pk}" in beside
    assert kettle.code in firsthand("ladder", kettle.code)


def test_late_lots_are_shown_with_their_cause() -> None:
    sku, now = new_kettle(assembly_seconds=1800), clock.now()
    for _ in range(2):
        ask_for(sku, 100, due=now + timedelta(hours=30), release=now)
    firsthand("--solver", "edd", "--seconds", "1")
    said = firsthand("show")
    assert "late lots" in said
    with translation.override("en"):
        assert any(str(word) in said for word in CAUSES.values())


def test_what_is_impossible_is_said_with_its_place(kettle: Sku) -> None:
    assert "Nothing in the tables is impossible" in firsthand("check")
    Operation.objects.filter(part__sku=kettle).delete()
    said = firsthand("check", code=1)
    assert "has no routing" in said
    assert "1 of them keep lots out" in said


def test_requirements_are_worked_out_and_written_only_if_they_shall_be(kettle: Sku) -> None:
    assert "nothing was written" in firsthand("mrp", "--dry-run")
    assert "Proposed:" in firsthand("mrp")
    assert "No plan was asked" in firsthand("runs")
    assert "Nothing is pinned" in firsthand("pins")


def test_a_question_is_answered_in_sentences_and_changes_nothing(kettle: Sku) -> None:
    firsthand("--solver", "edd", "--seconds", "1")
    before = (Plan.objects.count(), WorkOrder.objects.count())
    by = (clock.now() + 30 * DAY).date().isoformat()
    said = firsthand(
        "what-if", "--more-machines", "assembly:1", "--pieces", f"{kettle.code}:200:{by}",
        "--shift", f"smt:{by}", "--seconds", "1",
    )  # fmt: skip
    assert f"All 200 more of {kettle.code} would be done by {by}" in said
    assert "as it is" in said and "as assumed" in said
    assert (Plan.objects.count(), WorkOrder.objects.count()) == before


@pytest.mark.parametrize(
    "words",
    [
        ["what-if"],
        ["what-if", "--shift", "tomorrow"],
        ["what-if", "--shift", "smt:2026-13-01"],
        ["what-if", "--shift", "smt:2026-11-28:08:00-25:00"],
        ["what-if", "--machine-down", "smt:1"],
        ["what-if", "--machine-down", "smt:2026-11-24T20:00..2026-11-24T08:00"],
        ["what-if", "--more-machines", "smt"],
        ["what-if", "--more-machines", "smt:0"],
        ["what-if", "--pieces", "K-1:many:2026-12-01"],
        ["compare", "one", "two"],
        ["import", "no-such-file.xlsx"],
        ["export", "layout.xlsx", "--what", "weather"],
        ["--seconds", "-1"],
        ["nonsense"],
    ],
)
def test_words_that_are_wrong_end_with_2(words: list[str]) -> None:
    firsthand(*words, code=2)


def test_what_is_refused_is_said_in_a_sentence_and_ends_with_1(kettle: Sku) -> None:
    assert "There is no plan yet" in firsthand("show", code=1)
    assert "There is no such solver" in firsthand("--solver", "magic", code=1)
    assert "no such plan" in firsthand("compare", "1", "2", code=1)
    assert "There is no SKU" in firsthand("ladder", "K-none", code=1)
    said = firsthand("what-if", "--more-machines", "paint:1", code=1)
    assert "there is no work centre paint" in said
    said = firsthand("what-if", "--pieces", "K-none:10:2030-01-01", code=1)
    assert "does not know how to make that" in said


def test_workbooks_go_out_and_in_and_wrong_rows_are_named(kettle: Sku, tmp_path: Path) -> None:
    for what in ("layout", "parts"):
        file = tmp_path / f"{what}.xlsx"
        firsthand("export", str(file), "--what", what)
        said = firsthand("import", str(file), "--what", what, "--dry-run")
        assert "Nothing was written." in said
    with_csvs = tmp_path / "layout.zip"
    firsthand("export", str(with_csvs))
    assert "It is written." in firsthand("import", str(with_csvs))
    # The layout names a plant that is gone from the tables by the time it comes back.
    parts = tmp_path / "parts.xlsx"
    Operation.objects.all().delete()
    WorkCentre.objects.all().delete()
    said = firsthand("import", str(parts), "--what", "parts", code=1)
    assert "sheet operations, row 2, column work_centre: there is no work centre “" in said
    assert "nothing was written" in said
    assert "cannot be written" in firsthand("export", str(tmp_path / "no" / "such.xlsx"), code=1)


def test_ctrl_c_ends_the_search_and_keeps_the_plan_only_if_it_shall(
    kettle: Sku, monkeypatch: pytest.MonkeyPatch
) -> None:
    firsthand("--solver", "edd", "--seconds", "1")
    before = Plan.objects.get(in_force=True).pk
    made = plan_commands._Look.__init__

    def pressed(look: plan_commands._Look, tell: Callable[[float, str], None]) -> None:
        made(look, tell)
        look.stopped = True

    monkeypatch.setattr(plan_commands._Look, "__init__", pressed)
    said = firsthand("--solver", "policy", "--seconds", "60", code=1)
    assert "stays as it was" in said
    assert Plan.objects.get(in_force=True).pk == before
    assert "is kept" in firsthand("--solver", "policy", "--seconds", "60", "--keep")
    assert Plan.objects.get(in_force=True).pk > before


def test_planners_words_are_read_as_they_are_meant() -> None:
    assert plan_words.shift("smt:2026-11-28").day == date(2026, 11, 28)
    down = plan_words.machine_down("smt:2:2026-11-24T08:00..2026-11-25", SHANGHAI)
    assert (down.machine, down.starts_at.hour, down.ends_at.hour) == (2, 8, 23)
    assert plan_words.machine_down("smt:2026-11-24..2026-11-25", SHANGHAI).machine is None
    wish = plan_words.pieces("K-100/a:5000:2026-12-12", SHANGHAI)
    assert (wish.part, wish.quantity, wish.by.minute) == ("K-100/a", 5000, 59)


def test_a_purchase_is_ordered_comes_later_and_is_received(kettle: Sku) -> None:
    steel = bought("steel", 500, on_hand=0)
    now = clock.now()
    with transaction.atomic():
        number = purchasing.open_purchase(
            part_id=steel.pk, quantity=100, due_at=now + 5 * DAY, now=now
        ).number
    assert f"{number} is ordered" in firsthand("purchase", "order", number)
    later = (now + 20 * DAY).astimezone(SHANGHAI).date()
    assert f"due {later}" in firsthand("purchase", "comes", number, "--day", later.isoformat())
    assert "purchase_delayed.v1" in {one.name for one in outbox.after("factory", 0)}
    assert "40 of 100" in firsthand("purchase", "receive", number, "--quantity", "40")
    steel.refresh_from_db()
    assert steel.on_hand == 40
    firsthand("purchase", "comes", number, code=2)
    firsthand("purchase", "receive", number, "--quantity", "61", code=1)
    firsthand("purchase", "order", "P-nobody", code=1)


def test_a_lot_is_asked_for_and_called_off_by_hand(kettle: Sku) -> None:
    by = (clock.now() + 30 * DAY).astimezone(SHANGHAI).date().isoformat()
    said = firsthand("open", kettle.code, "50", "--by", by)
    order = WorkOrder.objects.latest("pk")
    assert said.startswith(f"{order.number}: 50 of {kettle.code} by {by}")
    assert f"{order.number} is called off." in firsthand("cancel", order.number)
    firsthand("cancel", order.number, code=1)
    firsthand("open", "nobody", "50", "--by", by, code=1)
    firsthand("open", kettle.code, "50", "--by", "soon", code=2)
