"""Forecasts in the tables, by the real models, where the truth is known."""

import random
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from statistics import fmean

import pytest
from django.db import transaction

from firsthand.factory import tasks
from firsthand.factory.forecast import actions, seam
from firsthand.factory.forecast.history import History
from firsthand.factory.models import Forecast
from firsthand.kit import clock, outbox
from firsthand.kit.errors import Refusal
from firsthand.stock import store as stock
from firsthand.stock.models import HELD, MADE, ON_OFFER, Transfer, on_hand
from tests.factory.works import PLACE, new_kettle

pytest.importorskip("statsforecast")

MONDAY = date(2026, 6, 1)
WEEK_SHAPE = (8, 8, 8, 10, 14, 30, 26)


def history(pieces: list[float]) -> History:
    return History(1, MONDAY, tuple(pieces))


def weekly(days: int, seed: int, level: float = 1.0) -> list[float]:
    chance = random.Random(seed)
    return [max(0.0, round(level * chance.gauss(WEEK_SHAPE[day % 7], 3))) for day in range(days)]


def test_a_weekly_shape_is_found_and_beats_last_week() -> None:
    found = actions.make(history(weekly(180, 1)), seam.find())
    said = [one.pieces for one in found.rows]
    assert found.judged.model != seam.BASELINE
    assert found.judged.trial.off < 0.8 * found.judged.naive.off
    by_weekday = [fmean(said[(day - 180) % 7 :: 7]) for day in range(7)]
    for expected, truth in zip(by_weekday, WEEK_SHAPE, strict=True):
        assert expected == pytest.approx(truth, abs=3.5)
    came = weekly(208, 1)[180:]
    inside = sum(one.low <= value <= one.high for one, value in zip(found.rows, came, strict=True))
    assert inside >= 17  # of 28; 80 % are meant


def test_of_what_is_asked_for_now_and_then_as_much_is_expected_as_is_asked_for() -> None:
    some = []
    for seed in range(24):
        chance = random.Random(seed)
        some.append([float(chance.random() < 0.15) * chance.randint(1, 5) for _ in range(180)])
    made = actions.forecast([History(n, MONDAY, tuple(one)) for n, one in enumerate(some)])
    total = sum(row.pieces for one in made for row in one.rows)
    assert total == pytest.approx(24 * 28 * 0.15 * 3, rel=0.2)


def test_a_show_that_is_known_lifts_its_day_and_no_other() -> None:
    pieces = weekly(180, 5)
    past = [MONDAY + timedelta(days=day) for day in (40, 90, 150)]
    for day in (40, 90, 150):
        pieces[day] += 300
    to_come = MONDAY + timedelta(days=187)
    found = actions.make(history(pieces), seam.find(), {*past, to_come})
    lifted = {one.day: one.pieces for one in found.rows}
    assert 250 < lifted[to_come] < 360
    assert max(pieces for day, pieces in lifted.items() if day != to_come) < 60


def test_no_choice_is_worse_than_naive_over_the_past() -> None:
    some = [weekly(180, seed, level=seed / 4) for seed in range(1, 9)]
    made = actions.forecast([History(n, MONDAY, tuple(one)) for n, one in enumerate(some)])
    report = actions.report(made)
    assert report.wape_percent <= report.naive_wape_percent
    assert report.skus == 8 == sum(report.by_model.values())
    assert all(one.judged.trial.off <= one.judged.naive.off for one in made)


@pytest.mark.django_db
def test_the_nights_forecast_is_written_from_the_ledger() -> None:
    kettle, young = new_kettle(), new_kettle()
    now = datetime(2026, 11, 29, 4, tzinfo=UTC)
    with transaction.atomic():
        stock.open_accounts([kettle.pk, young.pk])
        goods = {kettle.pk: 5000, young.pk: 10}
        stock.transfer(debit=on_hand(PLACE), credit=MADE, quantities=goods, cause="test")
        stock.transfer(debit=ON_OFFER, credit=on_hand(PLACE), quantities=goods, cause="test")
    rows = [
        Transfer(sku=kettle, debit=HELD, credit=ON_OFFER, quantity=pieces, cause="hold")
        for pieces in (int(one) or 1 for one in weekly(100, 7))
    ] + [Transfer(sku=young, debit=HELD, credit=ON_OFFER, quantity=1, cause="hold")]
    made = Transfer.objects.bulk_create(rows)
    for ago, row in enumerate(reversed(made[:100]), start=1):
        Transfer.objects.filter(pk=row.pk).update(moved_at=now - timedelta(days=ago))
    Transfer.objects.filter(pk=made[100].pk).update(moved_at=now - timedelta(days=9))
    clock.hear(now, time.monotonic())
    try:
        assert tasks.forecast() == 1
    finally:
        clock.forget()
    expected = Forecast.objects.filter(sku=kettle).order_by("day")
    assert (expected.count(), expected[0].day) == (28, date(2026, 11, 29))
    assert not Forecast.objects.filter(sku=young).exists()  # nine days are too few: base stock
    body = outbox.after("factory", 0)[-1].body
    assert body["skus"] == 1 and body["wape_percent"] <= body["naive_wape_percent"]


def test_where_it_is_not_installed_a_refusal_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seam, "is_installed", lambda: False)
    assert tasks.forecast() == 0
    with pytest.raises(Refusal) as refusal:
        seam.find()
    assert refusal.value.code == "no_forecasting"


def test_pages_do_not_load_the_library() -> None:
    code = (
        "import django, os, sys; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tests.settings');"
        "django.setup(); import firsthand.factory.tasks, firsthand.factory.mrp.actions;"
        "sys.exit('statsforecast' in sys.modules or 'numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
