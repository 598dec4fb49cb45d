"""One time for all processes: PostgreSQL's."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from firsthand.kit import clock, timekeeper

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    clock.forget()
    clock.be_wrong_by(0)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong_by", [-90, 0, 90, 86_400])
def test_however_wrong_a_machine_is_it_goes_by_postgresqls_clock(wrong_by: int) -> None:
    clock.be_wrong_by(wrong_by)
    before = clock.now()
    instant, at, way = timekeeper.ask()
    off = clock.hear(instant, at)
    assert abs(off + wrong_by * SECOND) < SECOND, "and it knows by how much"
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        [true] = cursor.fetchone()
    assert abs(clock.now() - true) < SECOND
    assert abs(before - true - wrong_by * SECOND) < SECOND
    assert 0 <= way < 1


@pytest.mark.django_db
def test_what_is_done_to_the_time_of_day_in_between_does_not_matter() -> None:
    instant, at, _way = timekeeper.ask()
    clock.hear(instant, at)
    first = clock.now()
    clock.be_wrong_by(-3600)  # somebody sets it back
    assert first <= clock.now() < first + 10 * SECOND


def test_the_steady_clock_counts_on_from_what_was_heard() -> None:
    then = clock.own() - timedelta(days=3)
    clock.hear(then, time.monotonic() - 60)
    assert abs(clock.now() - then - 60 * SECOND) < SECOND
